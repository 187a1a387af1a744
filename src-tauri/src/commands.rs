//! What the page may ask of the shell: one function per member of its port.
//!
//! Promises: arguments are checked before anything is done; every refusal is a
//! [`Refusal`]. The names are those that `ui/src/platform/desktop.ts` calls.
#![allow(
    clippy::needless_pass_by_value,
    reason = "a command gets its arguments by value, whatever it does with them"
)]

mod app;
mod doctor;
mod files;
mod joining;
mod system;

use lanvas_discovery::SweepProgress;
use lanvas_hub::Connected;
use lanvas_protocol::SessionId;
use lanvas_protocol::advert::{DiscoveryStatus, NearbySession};
use lanvas_protocol::limits::TITLE_LENGTH_MAX;
use tauri::{State, async_runtime};

use crate::host::Host;
use crate::hosting::{HostedSession, OwnSession, Which};
use crate::refusal::Refusal;

/// All of them, for the builder.
pub(crate) fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        start_session,
        new_session,
        open_session,
        own_sessions,
        stop_session,
        hosted,
        connections,
        nearby,
        discovery_status,
        sweep,
        begin_sweep,
        stop_sweep,
        joining::resolve_address,
        joining::trust_hub,
        joining::keep_pipe,
        doctor::examine_network,
        files::retitle_session,
        files::duplicate_session,
        files::discard_session,
        files::restore_session,
        files::reveal_session,
        files::choose_session,
        files::choose_folder,
        files::drop_begin,
        files::drop_part,
        files::drop_end,
        files::read_dropped,
        files::next_asked,
        files::open_asked,
        app::settings,
        app::save_settings,
        app::interfaces,
        app::visits,
        app::keep_visit,
        app::mark_visit,
        app::forget_visit,
        app::close_asked,
        app::answer_close,
        app::hide_window,
        app::notify,
        app::show_title,
        app::copy_diagnostics,
        app::open_log,
        system::starts_by_itself,
        system::start_by_itself,
        system::update_source,
        system::look_for_update,
        system::install_update,
    ]
}

#[tauri::command]
async fn start_session(
    host: State<'_, Host>,
    title: Option<String>,
) -> Result<HostedSession, Refusal> {
    host.open(Which::Newest(checked_title(title)?)).await
}

#[tauri::command]
async fn new_session(
    host: State<'_, Host>,
    title: Option<String>,
) -> Result<HostedSession, Refusal> {
    host.open(Which::New(checked_title(title)?)).await
}

#[tauri::command]
async fn open_session(host: State<'_, Host>, session: SessionId) -> Result<HostedSession, Refusal> {
    host.open(Which::This(session)).await
}

#[tauri::command]
async fn own_sessions(host: State<'_, Host>) -> Result<Vec<OwnSession>, Refusal> {
    host.own().await
}

/// Ends one session for everybody, or all.
#[tauri::command]
async fn stop_session(host: State<'_, Host>, session: Option<SessionId>) -> Result<(), Refusal> {
    host.stop(session).await
}

/// The hosted session of this id, or the one that was started last.
#[tauri::command]
async fn hosted(
    host: State<'_, Host>,
    session: Option<SessionId>,
) -> Result<Option<HostedSession>, Refusal> {
    host.current(session).await
}

/// How well people in a hosted session are connected, each connection.
#[tauri::command]
async fn connections(host: State<'_, Host>, session: SessionId) -> Result<Vec<Connected>, Refusal> {
    host.connections(session).await
}

#[tauri::command]
fn nearby(host: State<'_, Host>) -> Vec<NearbySession> {
    host.nearby().borrow().to_vec()
}

#[tauri::command]
fn discovery_status(host: State<'_, Host>) -> DiscoveryStatus {
    host.discovery_status()
}

#[tauri::command]
fn sweep(host: State<'_, Host>) -> SweepProgress {
    host.seeker().progress().borrow().clone()
}

/// Asks every address of the own networks: only because the person pressed for it.
#[tauri::command]
fn begin_sweep(host: State<'_, Host>) -> Result<(), Refusal> {
    if host.seeker().sweep() {
        return Ok(());
    }
    let message = "Lanvas was started with discovery switched off. Start it without --no-discovery, or join by address.";
    Err(Refusal::new("discovery_off", message))
}

#[tauri::command]
fn stop_sweep(host: State<'_, Host>) {
    host.seeker().stop_sweep();
}

/// The disk may be slow; the commands of the page are not to wait behind it.
async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let done = async_runtime::spawn_blocking(work).await;
    done.unwrap_or_else(|_| {
        Err(Refusal::new(
            "internal",
            "Lanvas could not do that. Close it and start it again.",
        ))
    })
}

/// Nothing, or one line of a length that the wire takes.
fn checked_title(title: Option<String>) -> Result<Option<String>, Refusal> {
    let title = title.map(|title| title.split_whitespace().collect::<Vec<_>>().join(" "));
    let Some(title) = title.filter(|title| !title.is_empty()) else {
        return Ok(None);
    };
    if title.chars().count() > TITLE_LENGTH_MAX || title.chars().any(char::is_control) {
        let message =
            format!("That title is too long: {TITLE_LENGTH_MAX} letters at most, on one line.");
        return Err(Refusal::new("title_invalid", message));
    }
    Ok(Some(title))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_of_a_length_that_the_wire_takes() {
        let check =
            |title: &str| checked_title(Some(title.to_owned())).map_err(|refusal| refusal.code);
        assert_eq!(checked_title(None), Ok(None));
        assert_eq!(check(" \n "), Ok(None));
        assert_eq!(
            check("  Map of\nthe keep "),
            Ok(Some("Map of the keep".into()))
        );
        assert_eq!(
            check(&"é".repeat(TITLE_LENGTH_MAX)),
            Ok(Some("é".repeat(TITLE_LENGTH_MAX)))
        );
        assert_eq!(
            check(&"x".repeat(TITLE_LENGTH_MAX + 1)),
            Err("title_invalid")
        );
        assert_eq!(check("a\u{0}b"), Err("title_invalid"));
    }
}
