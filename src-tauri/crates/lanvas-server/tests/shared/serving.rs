//! A `lanvas-server serve` of a test's own: started and waited for until it is ready, killed with
//! this value.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

pub(crate) struct Serving {
    pub(crate) child: Child,
    /// What its one line on standard output says.
    ready: Value,
}

impl Serving {
    /// Only this machine reaches it; `adjust` may say more.
    pub(crate) fn start(data: &Path, adjust: impl FnOnce(&mut Command)) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lanvas-server"));
        command
            .args(["serve", "--no-discovery", "--bind", "127.0.0.1", "--data"])
            .arg(data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        adjust(&mut command);
        let mut child = command.spawn().expect("it starts");
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        out.read_line(&mut line).expect("a line");
        let ready = serde_json::from_str(&line).expect("the ready line is JSON");
        Self { child, ready }
    }

    pub(crate) fn port(&self) -> u16 {
        let port = self.ready["port"].as_u64().expect("a port");
        u16::try_from(port).expect("a port")
    }

    pub(crate) fn text(&self, key: &str) -> &str {
        self.ready[key].as_str().expect("text")
    }

    pub(crate) fn socket(&self) -> String {
        format!("ws://127.0.0.1:{}/ws/{}", self.port(), self.text("session"))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
