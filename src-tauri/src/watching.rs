//! What goes on as long as the program: the page hears who is nearby, the tray what is hosted.

use std::sync::Arc;
use std::time::Duration;

use lanvas_discovery::SweepProgress;
use lanvas_hub::SessionInfo;
use lanvas_protocol::advert::NearbySession;
use tauri::{AppHandle, Emitter as _};
use tokio::sync::watch;

use crate::{tray, window};

/// A sweep ends hundreds of questions in seconds; the page needs no more than this.
const SWEEP_PAUSE: Duration = Duration::from_millis(100);

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

pub(crate) async fn tell_page_of_the_sweep(
    app: AppHandle,
    mut progress: watch::Receiver<SweepProgress>,
) {
    while progress.changed().await.is_ok() {
        let now = progress.borrow_and_update().clone();
        if let Err(error) = app.emit_to(window::MAIN, "sweep-changed", now) {
            tracing::warn!(%error, "the page could not be told how far the sweep is");
        }
        tokio::time::sleep(SWEEP_PAUSE).await;
    }
}

/// How often it is looked whether the icon still has its place.
const PLACE_INTERVAL: Duration = Duration::from_secs(5);

/// Whether there is a place for it is asked again and again while there is something to show: a
/// desktop's panel may come and go, and a window that is hidden then must come back.
pub(crate) async fn keep_the_tray(app: AppHandle, mut hosted: watch::Receiver<Arc<[SessionInfo]>>) {
    let mut had_place = false;
    loop {
        let Ok(is_news) = next(&mut hosted).await else {
            return;
        };
        let infos = hosted.borrow_and_update().clone();
        let place = tokio::task::spawn_blocking(tray::has_place).await;
        let place = place.unwrap_or(false);
        if !is_news && place == had_place {
            continue;
        }
        had_place = place;
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

/// Waits for other news of what is hosted, or until it is time to look after the icon again: false.
async fn next(
    hosted: &mut watch::Receiver<Arc<[SessionInfo]>>,
) -> Result<bool, watch::error::RecvError> {
    let look_again = !hosted.borrow().is_empty();
    tokio::select! {
        changed = hosted.changed() => changed.map(|()| true),
        () = tokio::time::sleep(PLACE_INTERVAL), if look_again => Ok(false),
    }
}
