//! What helps whoever helps: one text about this app and this machine, without secrets and names.

use std::fmt::Write as _;
use std::path::PathBuf;

use lanvas_hub::SessionInfo;
use lanvas_protocol::advert::DiscoveryStatus;
use tauri::{AppHandle, Manager as _};
use tauri_plugin_opener::OpenerExt as _;

use crate::logs;
use crate::settings::Settings;

/// Where the log is.
#[derive(Debug)]
pub(crate) struct LogPath(pub(crate) PathBuf);

/// What is known when somebody asks.
pub(crate) struct Facts {
    pub(crate) version: String,
    pub(crate) settings: Settings,
    pub(crate) hosted: Vec<SessionInfo>,
    pub(crate) port: Option<u16>,
    pub(crate) addresses: Vec<String>,
    pub(crate) nearby: usize,
    pub(crate) discovery: DiscoveryStatus,
    pub(crate) log: PathBuf,
}

/// The text. Titles of sessions, names and secrets are not in it.
pub(crate) fn text(facts: &Facts) -> String {
    let mut text = String::new();
    let webview = tauri::webview_version().unwrap_or_else(|_| "unknown".to_owned());
    let settings = &facts.settings;
    let yes = |yes: bool| if yes { "yes" } else { "no" };
    let discovery = match (&facts.discovery.on, &facts.discovery.reason) {
        (true, _) => "on".to_owned(),
        (false, reason) => format!("off: {}", reason.as_deref().unwrap_or("no reason given")),
    };
    let desktop = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    let shown = std::env::var("XDG_SESSION_TYPE").unwrap_or_default();
    let guests: usize = facts.hosted.iter().map(|info| info.guests).sum();
    for (what, value) in [
        ("Lanvas", facts.version.clone()),
        (
            "System",
            format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        ),
        ("Desktop", format!("{desktop} {shown}").trim().to_owned()),
        ("Web view", webview),
        ("Safe graphics", yes(settings.safe_graphics).to_owned()),
        ("Sessions hosted", facts.hosted.len().to_string()),
        ("Guests", guests.to_string()),
        (
            "Port",
            facts
                .port
                .map_or("none".to_owned(), |port| port.to_string()),
        ),
        (
            "Port wished for",
            settings
                .port
                .map_or("usual".to_owned(), |port| port.to_string()),
        ),
        ("Addresses", facts.addresses.join(", ")),
        (
            "Only on",
            settings
                .interface
                .map_or("all".to_owned(), |it| it.to_string()),
        ),
        (
            "Past kept",
            settings
                .history_mib
                .map_or("usual".to_owned(), |mib| format!("{mib} MiB")),
        ),
        ("Announced", yes(settings.visible).to_owned()),
        ("Discovery", discovery),
        ("Sessions heard", facts.nearby.to_string()),
    ] {
        let _ = writeln!(text, "{what}: {}", logs::harmless(&value));
    }
    let _ = write!(text, "\n{}\n", logs::latest(&facts.log));
    text
}

/// With the program that the system opens text with.
pub(crate) fn open_log(app: &AppHandle) {
    let path = app.state::<LogPath>().0.display().to_string();
    if let Err(error) = app.opener().open_path(path, None::<&str>) {
        tracing::warn!(%error, "the log could not be opened");
    }
}
