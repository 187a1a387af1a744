//! What goes on as long as the program: the page hears who is nearby, the tray what is hosted.

use std::sync::Arc;

use lanvas_hub::SessionInfo;
use lanvas_protocol::advert::NearbySession;
use tauri::{AppHandle, Emitter as _};
use tokio::sync::watch;

use crate::{tray, window};

pub(crate) async fn tell_page_who_is_nearby(
    app: AppHandle,
    mut nearby: watch::Receiver<Arc<[NearbySession]>>,
) {
    while nearby.changed().await.is_ok() {
        let sessions = nearby.borrow_and_update().to_vec();
        if let Err(error) = app.emit_to(window::MAIN, "nearby-changed", sessions) {
            tracing::warn!(%error, "the page could not be told who is nearby");
        }
    }
}

/// Whether there is a place for it is asked each time: a desktop's panel may come and go.
pub(crate) async fn keep_the_tray(app: AppHandle, mut hosted: watch::Receiver<Arc<[SessionInfo]>>) {
    while hosted.changed().await.is_ok() {
        let infos = hosted.borrow_and_update().clone();
        let place = tokio::task::spawn_blocking(tray::has_place).await;
        let place = place.unwrap_or(false);
        let on_its_thread = app.clone();
        let shown = app.run_on_main_thread(move || tray::show(&on_its_thread, &infos, place));
        if shown.is_err() {
            return;
        }
        if let Err(error) = app.emit_to(window::MAIN, "hosted-changed", ()) {
            tracing::warn!(%error, "the page could not be told what is hosted");
        }
    }
}
