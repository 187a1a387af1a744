//! Starting what was installed, as a person or a server would.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::desktop::guest::Guest;
use crate::desktop::{self, Desktop};
use crate::running::Running;

/// `lanvas --headless` serves, answers, and ends cleanly. `lanvas` starts the program.
pub(super) fn headless(lanvas: Command, data: &Path) -> Result<()> {
    hosting(lanvas, data, desktop::check_health)?;
    println!("ok       lanvas --headless hosts and ends cleanly");
    Ok(())
}

/// While it hosts without a window, something is done with what it said when it was ready.
pub(super) fn hosting(
    mut lanvas: Command,
    data: &Path,
    act: impl FnOnce(&Value) -> Result<()>,
) -> Result<()> {
    lanvas
        .args(["--headless", "--bind", "127.0.0.1", "--port", "0"])
        .args(["--no-discovery", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut running = Running::start(&mut lanvas)?;
    let ready: Value =
        serde_json::from_str(&running.first_line()?).context("its first line is not JSON")?;
    act(&ready)?;
    if !running.stop()? {
        bail!("lanvas --headless did not end cleanly on SIGTERM");
    }
    Ok(())
}

/// The window opens on a screen, starts a session, and a guest comes in by a socket. What the
/// driver and the webview keep goes to `data`.
pub(super) fn window(program: &Path, data: &Path, arguments: &[&str]) -> Result<()> {
    let desktop = Desktop::set_up(data)?;
    let window = desktop.open_with(program, arguments)?;
    println!("ok       the window opens");
    let hosted = window.invoke("start_session", &json!({ "title": "Installed" }))?;
    desktop::check_health(&hosted)?;
    let session = hosted["address"]["session"].as_str();
    let session = session.with_context(|| format!("no session in: {hosted}"))?;
    let guest = Guest::join(desktop::port_of(&hosted)?, session, "Ben")?;
    let connected = window.invoke("connections", &json!({ "session": session }))?;
    if connected.as_array().is_none_or(Vec::is_empty) {
        bail!("the window does not know of its guest: {connected}");
    }
    drop(guest);
    window.close()?;
    println!("ok       the window starts a session, and a guest comes in by a socket");
    Ok(())
}
