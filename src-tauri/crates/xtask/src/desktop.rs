//! The desktop app on a screen of its own, as `dist` checks it and `bench` measures it.
//!
//! Promises: what it starts ends with it; no session bus, so that nothing else is started that
//! outlives it.

pub(crate) mod guest;
pub(crate) mod http;
pub(crate) mod webdriver;

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use self::webdriver::Window;
use crate::running::Running;

/// A screen without a monitor, and the driver that starts the app on it.
pub(crate) struct Desktop {
    port: u16,
    _driver: Running,
    _screen: Running,
}

impl Desktop {
    /// The app's and the webview's own files go to `data`.
    pub(crate) fn set_up(data: &Path) -> Result<Self> {
        fs::create_dir_all(data).context("no data folder can be made")?;
        let (screen, display) = screen()?;
        let port = free_port()?;
        let mut driver = Command::new("WebKitWebDriver");
        driver
            .arg(format!("--port={port}"))
            // No session bus: it would start helpers that outlive this check.
            .env("DBUS_SESSION_BUS_ADDRESS", "disabled:")
            .env("DISPLAY", &display)
            .env("GDK_BACKEND", "x11")
            .env("XDG_DATA_HOME", data)
            .env("XDG_CACHE_HOME", data)
            .env("XDG_CONFIG_HOME", data)
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("NO_AT_BRIDGE", "1")
            .stdin(Stdio::null());
        let driver = Running::start(&mut driver)?;
        Ok(Self {
            port,
            _driver: driver,
            _screen: screen,
        })
    }

    pub(crate) fn open(&self, program: &Path, data: &Path) -> Result<Window> {
        self.open_with(program, &["--data", &data.to_string_lossy()])
    }

    /// Wherever it keeps what it keeps: on any port, and heard by nobody.
    pub(crate) fn open_with(&self, program: &Path, more: &[&str]) -> Result<Window> {
        let args = [&["--port", "0", "--no-discovery"], more].concat();
        Window::open(self.port, program, &args)
    }
}

/// A screen without a monitor, and its name.
pub(crate) fn screen() -> Result<(Running, String)> {
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

/// The port of a hub, as `said` names it.
pub(crate) fn port_of(said: &Value) -> Result<u16> {
    let port = said["port"]
        .as_u64()
        .and_then(|port| u16::try_from(port).ok());
    port.with_context(|| format!("no port in: {said}"))
}

/// The hub answers on the port that `said` names.
pub(crate) fn check_health(said: &Value) -> Result<()> {
    let answer = http::request(port_of(said)?, "GET", "/healthz", "")?;
    if !answer.status.contains(" 200") || !answer.body.contains("\"status\":\"ok\"") {
        bail!("/healthz is not well: {} {}", answer.status, answer.body);
    }
    Ok(())
}
