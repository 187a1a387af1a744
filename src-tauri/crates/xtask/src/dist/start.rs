//! Starting what was installed, as a person or a server would.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::http;
use super::webdriver::Window;
use crate::process;

/// A cold start on a slow machine, with room.
pub(super) const START_LIMIT: Duration = Duration::from_secs(60);
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(200);

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
        .args(["--headless", "--bind", "127.0.0.1", "--port", "0"])
        .args(["--no-discovery", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut running = start(&mut command)?;
    let ready: Value =
        serde_json::from_str(&first_line(&mut running)?).context("its first line is not JSON")?;
    check_health(&ready)?;
    if !running.stop()? {
        bail!("lanvas --headless did not end cleanly on SIGTERM");
    }
    println!("ok       lanvas --headless hosts and ends cleanly");
    Ok(())
}

/// The window opens on a screen, starts a session, and its hub answers.
pub(crate) fn window(root: &Path, data: &Path) -> Result<()> {
    fs::create_dir_all(data).context("no data folder can be made")?;
    let (_screen, display) = screen()?;
    let port = free_port()?;
    let mut driver = Command::new("WebKitWebDriver");
    driver
        .arg(format!("--port={port}"))
        // No session bus: it would start helpers that outlive this check.
        .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
        .env("DISPLAY", &display)
        .env("XDG_DATA_HOME", data)
        .env("XDG_CACHE_HOME", data)
        .env("XDG_CONFIG_HOME", data)
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        .env("NO_AT_BRIDGE", "1")
        .stdin(Stdio::null());
    let _driver = start(&mut driver)?;
    let program = root.join("usr/bin/lanvas");
    let folder = data.to_string_lossy();
    let args = ["--port", "0", "--no-discovery", "--data", &folder];
    let window = Window::open(port, &program, &args)?;
    println!("ok       the window opens");
    let hosted = window.invoke("start_session", &json!({ "title": "Installed" }))?;
    check_health(&hosted)?;
    window.close()?;
    println!("ok       the window starts a session and its hub answers");
    Ok(())
}

fn start(command: &mut Command) -> Result<Running> {
    let child = command
        .spawn()
        .with_context(|| format!("{} does not start", command.get_program().display()))?;
    Ok(Running(child))
}

/// A screen without a monitor, and its name.
fn screen() -> Result<(Running, String)> {
    let mut command = Command::new("Xvfb");
    command
        .args(["-displayfd", "1", "-screen", "0", "1280x800x24"])
        .args(["-nolisten", "tcp"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut screen = start(&mut command)?;
    let number = first_line(&mut screen)?;
    Ok((screen, format!(":{}", number.trim())))
}

/// A port that was free a moment ago; the driver cannot choose one itself.
fn free_port() -> Result<u16> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free on this machine")?;
    Ok(listener.local_addr().context("a port has a number")?.port())
}

fn first_line(running: &mut Running) -> Result<String> {
    let stdout: ChildStdout = running.0.stdout.take().context("its output is not ours")?;
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

/// The hub answers on the port that `said` names.
fn check_health(said: &Value) -> Result<()> {
    let port = said["port"]
        .as_u64()
        .and_then(|port| u16::try_from(port).ok());
    let port = port.with_context(|| format!("no port in: {said}"))?;
    let answer = http::request(port, "GET", "/healthz", "")?;
    if !answer.status.contains(" 200") || !answer.body.contains("\"status\":\"ok\"") {
        bail!("/healthz is not well: {} {}", answer.status, answer.body);
    }
    Ok(())
}
