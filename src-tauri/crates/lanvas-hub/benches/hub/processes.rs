//! Server and load as processes of their own, on cores of their own where there are enough.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
};

use serde::Deserialize;

use crate::{
    load::Outcome,
    servers::{Kind, Log},
};

/// A running server.
pub(crate) struct Server {
    child: Child,
    /// Closing it ends the server.
    input: Option<ChildStdin>,
    pub(crate) port: u16,
    pub(crate) sessions: Vec<String>,
}

#[derive(Deserialize)]
struct Ready {
    port: u16,
    sessions: Vec<String>,
}

/// The first half of the cores for the server, the second for the load.
fn pinned(program: &Path, first_half: bool) -> Command {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if cores < 4 {
        return Command::new(program);
    }
    let half = cores / 2;
    let range = if first_half {
        format!("0-{}", half - 1)
    } else {
        format!("{half}-{}", cores - 1)
    };
    let mut command = Command::new("taskset");
    command.arg("-c").arg(range).arg(program);
    command
}

impl Server {
    pub(crate) fn start(kind: Kind, data: &Path, sessions: usize) -> Self {
        Self::start_with(kind, data, sessions, &[])
    }

    /// Our hub with the pace that is shipped.
    pub(crate) fn start_paced(data: &Path) -> Self {
        Self::start_with(Kind::Hub, data, 1, &["--paced"])
    }

    /// Our hub, which soon puts away a session that nobody is in.
    pub(crate) fn start_forgetful(data: &Path) -> Self {
        Self::start_with(Kind::Hub, data, 1, &["--idle-ms", "50"])
    }

    /// Our hub, with a log or without.
    pub(crate) fn start_logging(data: &Path, log: Log) -> Self {
        let log = clap::ValueEnum::to_possible_value(&log).unwrap();
        Self::start_with(Kind::Hub, data, 1, &["--log", log.get_name()])
    }

    /// Our hub, encrypted or not.
    pub(crate) fn start_sealed(data: &Path, sealed: bool) -> Self {
        let more: &[&str] = if sealed { &["--sealed"] } else { &[] };
        Self::start_with(Kind::Hub, data, 1, more)
    }

    fn start_with(kind: Kind, data: &Path, sessions: usize, more: &[&str]) -> Self {
        let mut child = pinned(&std::env::current_exe().unwrap(), true)
            .arg("server")
            .arg(
                clap::ValueEnum::to_possible_value(&kind)
                    .unwrap()
                    .get_name(),
            )
            .arg("--data")
            .arg(data)
            .args(["--sessions", &sessions.to_string()])
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Ready = serde_json::from_str(&line).unwrap();
        let input = child.stdin.take();
        Self {
            child,
            input,
            port: ready.port,
            sessions: ready.sessions,
        }
    }

    /// CPU seconds of the whole process so far, from the OS.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        cpu_of(self.child.id())
    }

    /// What `/metrics` says of `name`.
    pub(crate) fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics");
        let line = text.lines().find(|line| line.starts_with(name)).unwrap();
        line.rsplit(' ').next().unwrap().parse().unwrap()
    }

    /// Head and body of the answer.
    pub(crate) fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    /// Resident bytes.
    pub(crate) fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<u64>()
            .unwrap()
            * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

/// Attackers that go on until this is dropped.
pub(crate) struct Besiegers(Child);

impl Besiegers {
    /// Gives them when they have begun.
    pub(crate) fn start(server: &Server, arguments: &[String]) -> Self {
        // The honest load must not wait for the attackers' own use of its cores.
        let program = std::env::current_exe().unwrap();
        let mut child = Command::new("nice")
            .args(["-n", "15"])
            .arg(program)
            .arg("siege")
            .args(["--port", &server.port.to_string()])
            .args(["--session", &server.sessions[0]])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        Self(child)
    }
}

impl Drop for Besiegers {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a load against a server came to.
pub(crate) struct Measured {
    pub(crate) outcome: Outcome,
    /// CPU seconds of the server and of the load between their marks.
    pub(crate) server_cpu: f64,
    pub(crate) load_cpu_share: f64,
    pub(crate) resident: u64,
}

/// Runs a load process against `server`.
pub(crate) fn load(server: &Server, kind: Kind, arguments: &[String]) -> Measured {
    let mut child = pinned(&std::env::current_exe().unwrap(), false)
        .arg("load")
        .args(arguments)
        .args([
            "--kind",
            clap::ValueEnum::to_possible_value(&kind)
                .unwrap()
                .get_name(),
        ])
        .args(["--port", &server.port.to_string()])
        .args(["--sessions", &server.sessions.join(",")])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = child.id();
    let (mut from, mut to, mut resident) = ((0.0, 0.0), (0.0, 0.0), server.resident());
    let mut outcome = None;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        match line.unwrap().as_str() {
            "begin" => from = (server.cpu_seconds(), cpu_of(pid)),
            "end" => {
                to = (server.cpu_seconds(), cpu_of(pid));
                resident = server.resident();
            }
            json => outcome = Some(serde_json::from_str::<Outcome>(json).unwrap()),
        }
    }
    assert!(child.wait().unwrap().success(), "the load failed");
    let outcome = outcome.expect("a load prints its outcome");
    let cores = (std::thread::available_parallelism().map_or(1, usize::from) / 2).max(1) as f64;
    let load_cpu_share = (to.1 - from.1) / outcome.seconds.max(0.001) / cores;
    Measured {
        server_cpu: to.0 - from.0,
        load_cpu_share,
        resident,
        outcome,
    }
}

fn cpu_of(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<_> = stat
        .rsplit_once(") ")
        .unwrap()
        .1
        .split(' ')
        .map(str::to_owned)
        .collect();
    (fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()) as f64 / 100.0
}
