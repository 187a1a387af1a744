//! Starting what was installed, as a person or a server would.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::http;
use super::webdriver::Window;
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
    let _driver = Running::start(&mut driver)?;
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

/// A screen without a monitor, and its name.
fn screen() -> Result<(Running, String)> {
    let mut command = Command::new("Xvfb");
    command
        .args(["-displayfd", "1", "-screen", "0", "1280x800x24"])
        .args(["-nolisten", "tcp"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut screen = Running::start(&mut command)?;
    let number = screen.first_line()?;
    Ok((screen, format!(":{}", number.trim())))
}

/// A port that was free a moment ago; the driver cannot choose one itself.
fn free_port() -> Result<u16> {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free on this machine")?;
    Ok(listener.local_addr().context("a port has a number")?.port())
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
