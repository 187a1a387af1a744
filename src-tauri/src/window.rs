//! The one window: the bundled page, and no way out of it.
//!
//! Promises: the webview shows nothing but the bundle: navigation elsewhere, new
//! windows and downloads are refused; closing with guests asks first.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tauri::webview::NewWindowResponse;
use tauri::{
    AppHandle, Emitter as _, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent,
};

use crate::closing::{CloseStep, Closing, QuestionNumber};
use crate::dropped;
use crate::host::Host;
use crate::navigation::is_own_page;
use crate::settings::{Settings, Theme, is_language};
use crate::tray::Tray;
use crate::words::Language;

/// The label that the capability in `tauri.conf.json` names.
pub(crate) const MAIN: &str = "main";
const PAGE: &str = "desktop.html";
/// A page that has not taken the question by then hangs; one that is only busy, on an old machine,
/// must not have the session end for everybody unasked.
const TAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// Payload of `close-requested`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct CloseRequested {
    guests: usize,
    /// Whether the window can go and the hub stay, for there is a tray to have it back from.
    can_hide: bool,
}

/// What the page knows of languages before it loads, as a script: what was chosen of how dates are
/// written and of what Lanvas speaks, and where nothing was, what the system speaks.
pub(crate) fn languages(settings: &Settings, spoken: Language) -> String {
    let dates = settings.language.as_deref().filter(|tag| is_language(tag));
    let dates = dates.map(|tag| format!("window.lanvasLanguage = {tag:?};"));
    let words = match settings.words {
        Some(chosen) => format!("window.lanvasWords = {:?};", chosen.tag()),
        None => format!("window.lanvasSystemWords = {:?};", spoken.tag()),
    };
    dates.unwrap_or_default() + &words
}

/// Opens the window. `webview_data` holds the page's own storage when the usual place is not wanted;
/// `script` is run before each page.
pub(crate) fn open(
    app: &AppHandle,
    webview_data: Option<PathBuf>,
    script: String,
) -> tauri::Result<WebviewWindow> {
    let mut builder = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App(PAGE.into()))
        .title("Lanvas")
        .inner_size(1280.0, 800.0)
        .min_inner_size(360.0, 480.0)
        .on_navigation(|url| {
            let own = is_own_page(url);
            if !own {
                tracing::warn!(origin = %url.origin().ascii_serialization(), "navigation refused");
            }
            own
        })
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .initialization_script(script);
    // WebKitGTK gives pages no files that are dropped, since a page could drag itself one (its
    // CVE-2025-13947): the window takes them and tells the page. Elsewhere the page takes them itself.
    if cfg!(not(target_os = "linux")) {
        builder = builder.disable_drag_drop_handler();
    }
    if let Some(folder) = webview_data {
        builder = builder.data_directory(folder);
    }
    let window = builder.build()?;
    let asking = window.clone();
    window.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { api, .. } => {
            if let CloseStep::Ask(number) = close_requested(&asking) {
                api.prevent_close();
                give_up_unless_taken(asking.clone(), number);
            }
        }
        WindowEvent::DragDrop(event) => dropped::follow(&asking, event),
        _ => {}
    });
    Ok(window)
}

/// The question's state, shared by the window's events and the commands.
#[derive(Debug, Default)]
pub(crate) struct CloseQuestion(Mutex<Closing>);

impl CloseQuestion {
    /// A short step on the state; nothing waits while it is held.
    fn step<T>(&self, step: impl FnOnce(&mut Closing) -> T) -> T {
        step(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The page shows the question.
    pub(crate) fn taken(&self) {
        self.step(Closing::taken);
    }

    /// The person answered; true when the window is to close.
    pub(crate) fn answered(&self, close: bool) -> bool {
        self.step(|closing| closing.answered(close))
    }
}

fn close_requested(window: &WebviewWindow) -> CloseStep {
    let guests = window.state::<Host>().guests();
    let step = window
        .state::<CloseQuestion>()
        .step(|closing| closing.requested(guests));
    if step != CloseStep::Close
        && let Err(error) = window.emit_to(MAIN, "close-requested", question(window, guests))
    {
        tracing::warn!(%error, "the page could not be asked whether to close");
    }
    step
}

fn question(window: &WebviewWindow, guests: usize) -> CloseRequested {
    let can_hide = window.state::<Tray>().is_shown();
    CloseRequested { guests, can_hide }
}

/// As the close button of the title bar does.
pub(crate) fn wish_to_close(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        // The question is of no use to somebody who does not see it.
        bring_forward(app);
        let _ = window.close();
    }
}

/// Whether it was small, hidden or behind others.
pub(crate) fn bring_forward(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let done = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = done {
        tracing::warn!(%error, "the window did not come forward");
    }
}

/// How light the window and its page are.
pub(crate) fn show_theme(app: &AppHandle, theme: Theme) {
    app.set_theme(match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    });
}

/// Nothing is left that could have it back.
pub(crate) fn show_if_hidden(app: &AppHandle) {
    let window = app.get_webview_window(MAIN);
    let hidden = window.filter(|window| !window.is_visible().unwrap_or(true));
    if let Some(window) = hidden {
        let _ = window.show();
    }
}

/// Only while a tray can have it back.
pub(crate) fn hide(app: &AppHandle) -> bool {
    let tray = app.state::<Tray>().is_shown();
    let window = app.get_webview_window(MAIN).filter(|_| tray);
    window.is_some_and(|window| window.hide().is_ok())
}

pub(crate) fn toggle_full_screen(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let full = window.is_fullscreen().unwrap_or(false);
        let _ = window.set_fullscreen(!full);
    }
}

/// Whether the person looks at it.
pub(crate) fn is_in_front(app: &AppHandle) -> bool {
    let window = app.get_webview_window(MAIN);
    window.is_some_and(|window| window.is_focused().unwrap_or(false))
}

/// The window's thread must not wait, so the deadline is kept elsewhere.
fn give_up_unless_taken(window: WebviewWindow, number: QuestionNumber) {
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(TAKE_TIMEOUT).await;
        if window
            .state::<CloseQuestion>()
            .step(|closing| closing.unanswered(number))
        {
            tracing::warn!("the page did not take the question; closing without it");
            let _ = window.destroy();
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_knows_what_was_chosen_and_else_what_the_system_speaks() {
        let none = Settings::default();
        let system = "window.lanvasSystemWords = \"de\";";
        assert_eq!(languages(&none, Language::German), system);
        let chosen = Settings {
            language: Some("en-GB".to_owned()),
            words: Some(Language::German),
            ..Settings::default()
        };
        let told = "window.lanvasLanguage = \"en-GB\";window.lanvasWords = \"de\";";
        assert_eq!(languages(&chosen, Language::German), told);
        let senseless = Settings {
            language: Some("\";alert(1);\"".to_owned()),
            ..Settings::default()
        };
        assert_eq!(languages(&senseless, Language::German), system);
    }
}
