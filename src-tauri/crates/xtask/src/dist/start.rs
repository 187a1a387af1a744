//! Starting what was installed, as a person or a server would.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::desktop::guest::Guest;
use crate::desktop::{self, Desktop};
use crate::running::Running;

/// `lanvas --headless` serves, answers, and ends cleanly.
pub(crate) fn headless(root: &Path, data: &Path) -> Result<()> {
    let mut command = Command::new(root.join("usr/bin/lanvas"));
    command
        .args(["--headless", "--bind", "127.0.0.1", "--port", "0"])
        .args(["--no-discovery", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut running = Running::start(&mut command)?;
    let ready: Value =
        serde_json::from_str(&running.first_line()?).context("its first line is not JSON")?;
    desktop::check_health(&ready)?;
    if !running.stop()? {
        bail!("lanvas --headless did not end cleanly on SIGTERM");
    }
    println!("ok       lanvas --headless hosts and ends cleanly");
    Ok(())
}

/// The window opens on a screen, starts a session, and a guest comes in by a socket.
pub(crate) fn window(root: &Path, data: &Path) -> Result<()> {
    let desktop = Desktop::set_up(data)?;
    let window = desktop.open(&root.join("usr/bin/lanvas"), data)?;
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
