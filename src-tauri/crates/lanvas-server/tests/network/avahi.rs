//! Avahi on one [`Machine`]: its daemon and message bus run privately there,
//! with their own configuration and runtime folders, beside whatever the real
//! machine runs.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader},
    process::Stdio,
    sync::mpsc::{self, Receiver},
    thread,
};

use tempfile::TempDir;

use crate::{PATIENCE, namespaces::Machine, programs::Program, until};

const BUS_CONFIG: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path=BUS</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
"#;

const DAEMON_CONFIG: &str = "[server]\nhost-name=stranger\nallow-interfaces=eth0\nuse-ipv6=no\n[publish]\npublish-workstation=no\npublish-hinfo=no\n";

/// A running Avahi.
pub(crate) struct Avahi<'a> {
    machine: &'a Machine,
    bus: String,
    // Ended in this order: the daemon before the bus, the folder last.
    _daemon: Program,
    _bus: Program,
    folder: TempDir,
}

/// An `avahi-browse` that looks on.
pub(crate) struct Watch {
    lines: Receiver<String>,
    _program: Program,
}

impl Watch {
    /// Waits until a session comes.
    pub(crate) fn sees_one(&self) {
        self.says("+;eth0;IPv4;");
    }

    /// Waits until a session goes.
    pub(crate) fn sees_it_go(&self) {
        self.says("-;eth0;IPv4;");
    }

    fn says(&self, start: &str) {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            if line.expect("Avahi tells of it").starts_with(start) {
                return;
            }
        }
    }
}

/// One line of `avahi-browse --resolve --parsable`.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) instance: String,
    pub(crate) service_type: String,
    pub(crate) host: String,
    pub(crate) address: String,
    pub(crate) port: u16,
    pub(crate) txt: BTreeMap<String, String>,
}

impl<'a> Avahi<'a> {
    /// Starts it and waits until it answers.
    pub(crate) fn start(machine: &'a Machine) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| {
            folder
                .path()
                .join(name)
                .to_str()
                .expect("a path in UTF-8")
                .to_owned()
        };
        let bus_address = format!("unix:path={}", path("bus"));
        fs::write(path("bus.conf"), BUS_CONFIG.replace("BUS", &path("bus"))).expect("written");
        fs::write(path("avahi.conf"), DAEMON_CONFIG).expect("written");

        let mut command = machine.command("dbus-daemon");
        command.args([
            "--nofork",
            "--nopidfile",
            &format!("--config-file={}", path("bus.conf")),
        ]);
        let bus = Program::start(&mut command, folder.path().join("bus.log"));
        until("the bus listens", || {
            folder.path().join("bus").exists().then_some(())
        });

        let mut command = machine.command("unshare");
        command.args(["--mount", "sh", "-c"]).arg(format!(
            "mkdir -p /run/avahi-daemon && mount -t tmpfs none /run/avahi-daemon && \
             exec avahi-daemon --no-drop-root --no-chroot --no-rlimits --file={}",
            path("avahi.conf")
        ));
        command.env("DBUS_SYSTEM_BUS_ADDRESS", &bus_address);
        let daemon = Program::start(&mut command, folder.path().join("avahi.log"));
        let avahi = Self {
            machine,
            bus: bus_address,
            _daemon: daemon,
            _bus: bus,
            folder,
        };
        until("Avahi answers", || avahi.ask().map(|_| ()));
        avahi
    }

    /// The sessions that it sees now.
    pub(crate) fn browse(&self) -> Vec<Record> {
        self.ask()
            .expect("Avahi answers")
            .lines()
            .filter_map(resolved)
            .collect()
    }

    /// Looks on from now, and tells each line when it is written.
    pub(crate) fn watch(&self) -> Watch {
        let mut command = self.machine.command("avahi-browse");
        command
            .args(["-p", "_lanvas._tcp"])
            .env("DBUS_SYSTEM_BUS_ADDRESS", &self.bus)
            .stdout(Stdio::piped());
        let mut program = Program::start(&mut command, self.folder.path().join("watch.log"));
        let (tell, lines) = mpsc::channel();
        let written = BufReader::new(program.stdout()).lines();
        thread::spawn(move || {
            for line in written.map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        Watch {
            lines,
            _program: program,
        }
    }

    fn ask(&self) -> Option<String> {
        let mut command = self.machine.command("avahi-browse");
        command
            .args(["-rpt", "_lanvas._tcp"])
            .env("DBUS_SYSTEM_BUS_ADDRESS", &self.bus);
        let output = command.output().expect("avahi-browse runs");
        output
            .status
            .success()
            .then(|| String::from_utf8(output.stdout).expect("text"))
    }
}

/// `=;eth0;IPv4;instance;type;domain;host;address;port;"key=value" …`
fn resolved(line: &str) -> Option<Record> {
    let mut fields = line
        .strip_prefix("=;eth0;IPv4;")?
        .splitn(7, ';')
        .map(str::to_owned);
    let mut next = || fields.next().expect("a whole line");
    let (instance, service_type, _domain) = (unescaped(&next()), next(), next());
    let (host, address, port) = (next(), next(), next().parse().expect("a port"));
    let strings = next();
    let strings = strings.trim_matches('"').split("\" \"");
    let txt = strings.map(|string| string.split_once('=').expect("key and value"));
    let txt = txt
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    Some(Record {
        instance,
        service_type,
        host,
        address,
        port,
        txt,
    })
}

/// Avahi writes bytes of an instance name as `\DDD`.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after
            .get(..3)
            .and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        match (first, code) {
            (b'\\', Some(byte)) => {
                bytes.push(byte);
                rest = &after[3..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}
