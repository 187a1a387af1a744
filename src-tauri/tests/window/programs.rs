//! Programs that a test starts, and ends with itself.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A running program; what it says goes to a log that survives the test.
pub(crate) struct Program {
    child: Child,
}

impl Program {
    pub(crate) fn start(command: &mut Command, log: &Path) -> Self {
        let file = File::create(log).expect("the log can be written");
        let also = file.try_clone().expect("the log can be written twice");
        command.stdin(Stdio::null()).stdout(file).stderr(also);
        Self::spawn(command)
    }

    /// One that says on its first line, in JSON, that it is ready.
    pub(crate) fn start_ready(command: &mut Command, log: &Path) -> (Self, Value) {
        let file = File::create(log).expect("the log can be written");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file);
        let mut program = Self::spawn(command);
        let output = program
            .child
            .stdout
            .take()
            .expect("standard output is piped");
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).expect("a line");
        let ready =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
        (program, ready)
    }

    fn spawn(command: &mut Command) -> Self {
        let child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self { child }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended by itself; its exit code.
    pub(crate) fn wait(mut self) -> Option<i32> {
        crate::until("the program has ended", || self.child.try_wait().ok()?).code()
    }

    /// Asks it to end, and waits until it has; its exit code.
    pub(crate) fn end(mut self) -> Option<i32> {
        signal("TERM", self.id());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process of this test.
pub(crate) fn signal(name: &str, process: u32) {
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &process.to_string()])
        .status();
    assert!(
        sent.is_ok_and(|status| status.success()),
        "{process} takes the signal {name}"
    );
}

/// The processes that run the program at `path`. Namespaces keep others' out of sight.
pub(crate) fn running(path: &Path) -> Vec<u32> {
    let runs_it = |process: &u32| {
        std::fs::read_link(format!("/proc/{process}/exe")).is_ok_and(|exe| exe == path)
    };
    processes().filter(runs_it).collect()
}

/// The processes of that name, which the kernel cuts after 15 letters; there is one at least.
pub(crate) fn named(name: &str) -> Vec<u32> {
    let is_it = |process: &u32| {
        std::fs::read_to_string(format!("/proc/{process}/comm"))
            .is_ok_and(|comm| comm.trim() == name)
    };
    let found: Vec<_> = processes().filter(is_it).collect();
    assert!(!found.is_empty(), "{name} runs");
    found
}

fn processes() -> impl Iterator<Item = u32> {
    let entries = std::fs::read_dir("/proc").expect("processes can be listed");
    entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}
