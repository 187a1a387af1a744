//! The app itself: its settings, its window, what it tells the system.

use std::net::IpAddr;

use lanvas_hub::lan;
use lanvas_protocol::SessionId;
use serde_json::{Map, Value};
use tauri::{AppHandle, Manager as _, State, WebviewWindow};
use tauri_plugin_clipboard_manager::ClipboardExt as _;
use tauri_plugin_notification::NotificationExt as _;

use super::off_the_runtime;
use crate::diagnostics::{self, Facts, LogPath};
use crate::host::Host;
use crate::refusal::Refusal;
use crate::settings::{Settings, SettingsFile};
use crate::visits::{Visit, Visits};
use crate::window::CloseQuestion;
use crate::{logs, window, wishes};

/// Letters of a notification; the system shows no more of it.
const NOTIFICATION_LENGTH_MAX: usize = 240;
/// Letters of the window's title.
const TITLE_LENGTH_MAX: usize = 160;

#[tauri::command]
pub(crate) async fn settings(file: State<'_, SettingsFile>) -> Result<Settings, Refusal> {
    let file = file.inner().clone();
    off_the_runtime(move || Ok(file.load())).await
}

/// Changes those that are named.
#[tauri::command]
pub(crate) async fn save_settings(
    app: AppHandle,
    host: State<'_, Host>,
    file: State<'_, SettingsFile>,
    port: State<'_, wishes::PortOption>,
    settings: Map<String, Value>,
) -> Result<Settings, Refusal> {
    let file = file.inner().clone();
    let saved = off_the_runtime(move || file.change(settings)).await?;
    host.wish(wishes::of(&saved, port.0)).await?;
    window::show_theme(&app, saved.theme);
    Ok(saved)
}

/// Sessions the person was in.
#[tauri::command]
pub(crate) async fn visits(app: AppHandle) -> Result<Vec<Visit>, Refusal> {
    off_the_runtime(move || Ok(app.state::<Visits>().all())).await
}

#[tauri::command]
pub(crate) async fn keep_visit(app: AppHandle, visit: Visit) -> Result<(), Refusal> {
    off_the_runtime(move || {
        app.state::<Visits>().keep(visit)?;
        remember(&app);
        Ok(())
    })
    .await
}

#[tauri::command]
pub(crate) async fn mark_visit(
    app: AppHandle,
    session: SessionId,
    favourite: bool,
) -> Result<(), Refusal> {
    off_the_runtime(move || {
        app.state::<Visits>().mark(&session, favourite)?;
        remember(&app);
        Ok(())
    })
    .await
}

#[tauri::command]
pub(crate) async fn forget_visit(app: AppHandle, session: SessionId) -> Result<(), Refusal> {
    off_the_runtime(move || {
        app.state::<Visits>().forget(&session)?;
        remember(&app);
        Ok(())
    })
    .await
}

/// Where one was is asked while nobody is heard.
fn remember(app: &AppHandle) {
    let places = app.state::<Visits>().places();
    app.state::<Host>().seeker().remember(places);
}

/// Addresses that guests may reach, to choose an interface from.
#[tauri::command]
pub(crate) async fn interfaces() -> Result<Vec<String>, Refusal> {
    let any = IpAddr::from([0, 0, 0, 0]);
    off_the_runtime(move || {
        Ok(lan::addresses(any)
            .iter()
            .map(ToString::to_string)
            .collect())
    })
    .await
}

/// The page shows the question before closing.
#[tauri::command]
pub(crate) fn close_asked(question: State<'_, CloseQuestion>) {
    question.taken();
}

#[tauri::command]
pub(crate) fn answer_close(
    window: WebviewWindow,
    question: State<'_, CloseQuestion>,
    close: bool,
) -> Result<(), Refusal> {
    if !question.answered(close) {
        return Ok(());
    }
    window.destroy().map_err(|error| {
        tracing::error!(%error, "the window did not close");
        Refusal::new("window_stays", "The window could not be closed. Try again.")
    })
}

/// The window goes, the hub and the tray stay. Only with a tray.
#[tauri::command]
pub(crate) fn hide_window(app: AppHandle, question: State<'_, CloseQuestion>) -> bool {
    question.answered(false);
    window::hide(&app)
}

/// Tells the person through the system, unless they look at the window or do not want it.
#[tauri::command]
pub(crate) async fn notify(
    app: AppHandle,
    file: State<'_, SettingsFile>,
    title: String,
    body: String,
) -> Result<bool, Refusal> {
    let file = file.inner().clone();
    let wanted = off_the_runtime(move || Ok(file.load().notifications)).await?;
    if !wanted || window::is_in_front(&app) {
        return Ok(false);
    }
    let shown = off_the_runtime(move || {
        let builder = app.notification().builder();
        let builder = builder.title(short(&title, NOTIFICATION_LENGTH_MAX));
        Ok(builder.body(short(&body, NOTIFICATION_LENGTH_MAX)).show())
    });
    if let Err(error) = shown.await? {
        tracing::warn!(%error, "the system took no notification");
        return Ok(false);
    }
    Ok(true)
}

/// What the title bar and the system's list of windows say; `news` is for the icon.
#[tauri::command]
pub(crate) fn show_title(window: WebviewWindow, title: String, news: u32) {
    let title = short(&title, TITLE_LENGTH_MAX);
    let done = window.set_title(if title.is_empty() { "Lanvas" } else { &title });
    // Not every system has such a count.
    let _ = window.set_badge_count((news > 0).then_some(i64::from(news)));
    if let Err(error) = done {
        tracing::warn!(%error, "the window's title stays as it is");
    }
}

/// One line without control characters.
fn short(text: &str, letters: usize) -> String {
    let text: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    text.trim().chars().take(letters).collect()
}

/// Puts what helps whoever helps on the clipboard, and gives it.
#[tauri::command]
pub(crate) async fn copy_diagnostics(
    app: AppHandle,
    host: State<'_, Host>,
    file: State<'_, SettingsFile>,
) -> Result<String, Refusal> {
    let current = host.current(None).await?;
    let addresses = interfaces().await?;
    let facts = Facts {
        version: app.package_info().version.to_string(),
        settings: file.load(),
        hosted: host.hosted().borrow().to_vec(),
        port: current.as_ref().map(|hosted| hosted.port),
        addresses,
        nearby: host.nearby().borrow().len(),
        discovery: host.discovery_status(),
        log: app.state::<LogPath>().0.clone(),
    };
    let text = off_the_runtime(move || Ok(diagnostics::text(&facts))).await?;
    app.clipboard().write_text(text.clone()).map_err(|error| {
        let error = logs::harmless(&error.to_string());
        Refusal::new(
            "not_copied",
            format!("It could not be copied ({error}). Try again."),
        )
    })?;
    Ok(text)
}

#[tauri::command]
pub(crate) fn open_log(app: AppHandle) {
    diagnostics::open_log(&app);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_shows_is_one_short_line() {
        assert_eq!(short(" Ann:\nhello ", 20), "Ann: hello");
        assert_eq!(short("ééééé", 3), "ééé");
    }
}
