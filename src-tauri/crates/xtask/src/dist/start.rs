//! Starting what was installed, as a person or a server would.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;

/// A cold start on a slow machine, with room.
const START_LIMIT: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How long an answer from this machine may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// A program that ends when we are done with it.
struct Running(Child);

impl Running {
    /// Asks it to end and waits; returns whether it ended well.
    fn stop(mut self) -> Result<bool> {
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

/// `lanvas --headless` serves, answers, and ends cleanly.
pub(crate) fn headless(root: &Path, data: &Path) -> Result<()> {
    let mut command = Command::new(root.join("usr/bin/lanvas"));
    command
        .args([
            "--headless",
            "--bind",
            "127.0.0.1",
            "--port",
            "0",
            "--no-discovery",
            "--data",
        ])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut running = Running(
        command
            .spawn()
            .context("the installed lanvas does not start")?,
    );
    let stdout = running
        .0
        .stdout
        .take()
        .context("its output was asked for")?;
    let line = first_line(stdout)?;
    let ready: Value = serde_json::from_str(&line)
        .with_context(|| format!("its first line is not JSON: {line}"))?;
    let port = ready["port"]
        .as_u64()
        .and_then(|port| u16::try_from(port).ok());
    check_health(port.context("its first line names no port")?)?;
    if !running.stop()? {
        bail!("lanvas --headless did not end cleanly on SIGTERM");
    }
    println!("ok       lanvas --headless hosts and ends cleanly");
    Ok(())
}

/// The window opens on a screen, and its hub answers.
pub(crate) fn window(root: &Path, data: &Path) -> Result<()> {
    fs::create_dir_all(data).context("no data folder can be made")?;
    let (_screen, display) = screen()?;
    let mut command = Command::new("dbus-run-session");
    command
        .arg("--")
        .arg(root.join("usr/bin/lanvas"))
        .args(["--port", "0", "--no-discovery", "--data"])
        .arg(data)
        .env("DISPLAY", &display)
        .env("XDG_DATA_HOME", data)
        .env("XDG_CACHE_HOME", data)
        .env("XDG_CONFIG_HOME", data)
        .env("NO_AT_BRIDGE", "1")
        .stdin(Stdio::null());
    let mut running = Running(
        command
            .spawn()
            .context("the installed lanvas does not start")?,
    );
    let deadline = Instant::now() + START_LIMIT;
    while !has_window(&display) {
        if let Some(status) = running.0.try_wait().context("its state cannot be read")? {
            bail!("the window did not open: lanvas ended with {status}");
        }
        if Instant::now() >= deadline {
            bail!("no window called Lanvas within {} s", START_LIMIT.as_secs());
        }
        thread::sleep(LOOK_EVERY);
    }
    println!("ok       the window opens");
    running.stop().map(|_| ())
}

/// A screen without a monitor, and its name.
fn screen() -> Result<(Running, String)> {
    let mut command = Command::new("Xvfb");
    command
        .args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x800x24",
            "-nolisten",
            "tcp",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut screen = Running(command.spawn().context("Xvfb cannot be started")?);
    let stdout = screen.0.stdout.take().context("its output was asked for")?;
    let number = first_line(stdout)?;
    Ok((screen, format!(":{}", number.trim())))
}

fn has_window(display: &str) -> bool {
    let mut command = Command::new("xwininfo");
    command.args(["-root", "-tree", "-display", display]);
    process::output(&mut command).is_ok_and(|windows| windows.contains("\"Lanvas\""))
}

fn first_line(stdout: ChildStdout) -> Result<String> {
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

fn check_health(port: u16) -> Result<()> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("nothing listens on port {port}"))?;
    stream
        .set_read_timeout(Some(ANSWER_LIMIT))
        .context("the connection cannot be limited")?;
    let request =
        format!("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .context("it does not read")?;
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .context("it does not answer")?;
    if !answer.starts_with("HTTP/1.1 200") || !answer.contains("\"status\":\"ok\"") {
        bail!("/healthz is not well: {answer}");
    }
    Ok(())
}
