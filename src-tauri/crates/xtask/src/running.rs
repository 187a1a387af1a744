//! Programs that run beside us: started, asked to end, and never left behind.
//! Knows nothing about Lanvas.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process;

/// A cold start on a slow machine, with room.
pub(crate) const START_LIMIT: Duration = Duration::from_secs(60);
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A program that ends when we are done with it.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let child = command
            .spawn()
            .with_context(|| format!("{} does not start", command.get_program().display()))?;
        Ok(Self(child))
    }

    /// What it says first on the standard output that its command piped.
    pub(crate) fn first_line(&mut self) -> Result<String> {
        let stdout: ChildStdout = self.0.stdout.take().context("its output is not ours")?;
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            let read = BufReader::new(stdout).read_line(&mut line);
            // Nobody listens any more once its time is up.
            let _ = sender.send(read.map(|_| line));
        });
        let line = receiver
            .recv_timeout(START_LIMIT)
            .with_context(|| format!("it said nothing within {} s", START_LIMIT.as_secs()))?
            .context("its output cannot be read")?;
        if line.is_empty() {
            bail!("it ended without saying that it is ready; see above");
        }
        Ok(line)
    }

    /// Asks it to end and waits; returns whether it ended well.
    pub(crate) fn stop(mut self) -> Result<bool> {
        let id = self.0.id().to_string();
        process::answers(Command::new("kill").args(["-TERM", &id]));
        let deadline = Instant::now() + START_LIMIT;
        while Instant::now() < deadline {
            if let Some(status) = self.0.try_wait().context("its state cannot be read")? {
                return Ok(status.success());
            }
            thread::sleep(LOOK_EVERY);
        }
        bail!(
            "it did not end within {} s of SIGTERM",
            START_LIMIT.as_secs()
        );
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
