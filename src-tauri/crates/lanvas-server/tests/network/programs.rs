//! The real programs, run on a [`Machine`].

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{namespaces::Machine, until};

const LANVAS_SERVER: &str = env!("CARGO_BIN_EXE_lanvas-server");
/// Longest wait for a server's line on standard output.
const READY_TIMEOUT: Duration = Duration::from_secs(60);

/// A program that is ended with this value, also by a panic; then its log is shown.
pub(crate) struct Program {
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts it with its standard error in `log`.
    pub(crate) fn start(command: &mut Command, log: PathBuf) -> Self {
        let file = File::create(&log).expect("a log file");
        let child = command
            .stdin(Stdio::null())
            .stderr(file)
            .spawn()
            .expect("the program starts");
        Self { child, log }
    }

    pub(crate) fn stdout(&mut self) -> ChildStdout {
        self.child
            .stdout
            .take()
            .expect("taken once, from a piped program")
    }

    /// `ip netns exec` becomes the program, so its process id is the program's.
    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &id])
            .status()
            .expect("kill runs");
        assert!(sent.success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            let log = std::fs::read_to_string(&self.log).unwrap_or_default();
            eprintln!("--- log of {} ---\n{log}", self.log.display());
        }
    }
}

/// A running `lanvas-server serve`.
pub(crate) struct Hub<'a> {
    machine: &'a Machine,
    program: Program,
    data: TempDir,
    pub(crate) session: String,
    pub(crate) port: u16,
    /// Of its certificate, where it encrypts.
    pub(crate) fingerprint: Option<String>,
}

impl<'a> Hub<'a> {
    /// Starts one with an empty data folder and waits until it is ready.
    pub(crate) fn start(machine: &'a Machine, arguments: &[&str]) -> Self {
        Self::start_in(machine, tempfile::tempdir().expect("a folder"), arguments)
    }

    /// Starts one that only its own machine reaches.
    pub(crate) fn start_for_this_machine_alone(machine: &'a Machine) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        Self::launch(machine, "127.0.0.1", data, &["--bind", "127.0.0.1"])
    }

    /// Starts one on one address of the machine.
    pub(crate) fn start_on(machine: &'a Machine, address: &str, data: TempDir) -> Self {
        Self::launch(machine, address, data, &["--bind", address])
    }

    /// Starts one with what is in `data`.
    pub(crate) fn start_in(machine: &'a Machine, data: TempDir, arguments: &[&str]) -> Self {
        Self::launch(machine, &machine.ip, data, arguments)
    }

    fn launch(machine: &'a Machine, ip: &str, data: TempDir, arguments: &[&str]) -> Self {
        let mut command = machine.command(LANVAS_SERVER);
        command
            .args(["serve", "--data"])
            .arg(data.path())
            .args(arguments)
            .stdout(Stdio::piped());
        let mut program = Program::start(&mut command, data.path().join("log"));
        let ready: Value =
            serde_json::from_str(&first_line(program.stdout())).expect("the ready line is JSON");
        assert_eq!(ready["ready"], true);
        let session = ready["session"].as_str().expect("an id").to_owned();
        let port = ready["port"]
            .as_u64()
            .and_then(|port| port.try_into().ok())
            .expect("a port");
        let fingerprint = ready["fingerprint"].as_str().map(str::to_owned);
        let scheme = fingerprint.as_ref().map_or("http", |_| "https");
        let url = format!("{scheme}://{ip}:{port}/s/{session}");
        assert_eq!(ready["urls"], serde_json::json!([url]));
        assert!(
            ready["host_url"]
                .as_str()
                .expect("a link")
                .contains("#host=")
        );
        Self {
            machine,
            program,
            data,
            session,
            port,
            fingerprint,
        }
    }

    /// What this hub hears, as its browser guests would be told.
    pub(crate) fn nearby(&self) -> Vec<Value> {
        let list = self
            .machine
            .get(&format!("http://127.0.0.1:{}/api/nearby", self.port));
        serde_json::from_str(&list).expect("a list")
    }

    /// The row of that session, if it is heard.
    pub(crate) fn hears(&self, session: &str) -> Option<Value> {
        self.nearby().into_iter().find(|row| row["id"] == session)
    }

    /// SIGTERM, without waiting for what follows.
    pub(crate) fn terminate(self) -> Ending {
        self.program.signal("TERM");
        Ending {
            program: self.program,
            data: self.data,
        }
    }

    /// SIGSTOP: as while its laptop sleeps, connections stay and nothing is said.
    pub(crate) fn fall_asleep(&self) {
        self.program.signal("STOP");
    }

    /// SIGCONT.
    pub(crate) fn wake_up(&self) {
        self.program.signal("CONT");
    }

    /// SIGKILL; what it leaves behind.
    pub(crate) fn kill(self) -> TempDir {
        self.program.signal("KILL");
        self.data
    }
}

/// A hub that was told to end: the network hears of it before its disk is done.
pub(crate) struct Ending {
    program: Program,
    data: TempDir,
}

impl Ending {
    /// Waits until it has ended, well, and gives back its data.
    pub(crate) fn ended(mut self) -> TempDir {
        let status = until("the hub ends", || {
            self.program.child.try_wait().expect("a child")
        });
        assert_eq!(status.code(), Some(0), "a clean end");
        self.data
    }
}

/// Reads the first line, and makes sure that it is the only one so far.
fn first_line(stdout: ChildStdout) -> String {
    let (lines, line) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(stdout);
        let mut first = String::new();
        let _ = reader.read_line(&mut first);
        let _ = lines.send(first);
        let mut rest = String::new();
        let _ = reader.read_to_string(&mut rest);
        assert_eq!(rest, "", "only one line on standard output");
    });
    line.recv_timeout(READY_TIMEOUT)
        .expect("the hub gets ready in time")
}

/// The whole standard output of `lanvas-server nearby`.
pub(crate) fn nearby(machine: &Machine, arguments: &[&str]) -> String {
    let output = machine.lanvas_server(&[&["nearby"], arguments].concat());
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

/// Whether this build has pages to serve; a clean clone has none.
pub(crate) fn is_built_with_ui() -> bool {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../ui/dist/index.html")
        .exists()
}

impl Machine {
    /// Runs `lanvas-server` to its end.
    pub(crate) fn lanvas_server(&self, arguments: &[&str]) -> Output {
        self.command(LANVAS_SERVER)
            .args(arguments)
            .output()
            .expect("lanvas-server starts")
    }

    /// The body at `url`, opened from this machine.
    pub(crate) fn get(&self, url: &str) -> String {
        let output = self.curl(&[url]);
        assert!(output.status.success(), "{url}: {output:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Sends `body` to `url`.
    pub(crate) fn post(&self, url: &str, body: &str) {
        let output = self.curl(&["--fail", "--data", body, url]);
        assert!(output.status.success(), "{url}: {output:?}");
    }

    /// The status code at `url`.
    pub(crate) fn http_status(&self, url: &str) -> String {
        let output = self.curl(&["--output", "/dev/null", "--write-out", "%{http_code}", url]);
        String::from_utf8(output.stdout).expect("text")
    }

    fn curl(&self, arguments: &[&str]) -> Output {
        let mut command = self.command("curl");
        command
            .args(["--silent", "--noproxy", "*", "--max-time", "30"])
            .args(arguments);
        command.output().expect("curl runs")
    }
}
