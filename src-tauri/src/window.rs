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
use crate::host::Host;
use crate::navigation::is_own_page;

/// The label that the capability in `tauri.conf.json` names.
pub(crate) const MAIN: &str = "main";
const PAGE: &str = "desktop.html";
/// A page that has not taken the question by then hangs.
const TAKE_TIMEOUT: Duration = Duration::from_secs(2);

/// Payload of `close-requested`.
#[derive(Debug, Clone, Serialize)]
struct CloseRequested {
    guests: usize,
}

/// Opens the window. `webview_data` holds the page's own storage when the usual place is not wanted.
pub(crate) fn open(app: &AppHandle, webview_data: Option<PathBuf>) -> tauri::Result<WebviewWindow> {
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
        .disable_drag_drop_handler();
    if let Some(folder) = webview_data {
        builder = builder.data_directory(folder);
    }
    let window = builder.build()?;
    let asking = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event
            && let CloseStep::Ask(number) = close_requested(&asking)
        {
            api.prevent_close();
            give_up_unless_taken(asking.clone(), number);
        }
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
        && let Err(error) = window.emit_to(MAIN, "close-requested", CloseRequested { guests })
    {
        tracing::warn!(%error, "the page could not be asked whether to close");
    }
    step
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
