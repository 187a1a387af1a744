//! Session files: what the page may have done with them. It never learns a path.

use lanvas_protocol::SessionId;
use tauri::ipc::{InvokeBody, Request, Response};
use tauri::{AppHandle, Manager as _, State};
use tauri_plugin_dialog::DialogExt as _;
use tauri_plugin_opener::OpenerExt as _;

use super::{checked_title, off_the_runtime};
use crate::asked::{AskedQueue, ShownAsk};
use crate::dropped::Dropped;
use crate::host::Host;
use crate::hosting::{FileWork, HostedSession};
use crate::incoming::Incoming;
use crate::refusal::Refusal;
use crate::window;
use crate::words::Language;

#[tauri::command]
pub(crate) async fn retitle_session(
    host: State<'_, Host>,
    session: SessionId,
    title: String,
) -> Result<(), Refusal> {
    let title = checked_title(Some(title))?;
    let title = title.ok_or_else(|| Refusal::new("title_invalid", "Type a title first."))?;
    host.work(session, FileWork::Retitle(title)).await
}

#[tauri::command]
pub(crate) async fn duplicate_session(
    host: State<'_, Host>,
    session: SessionId,
) -> Result<(), Refusal> {
    host.work(session, FileWork::Duplicate).await
}

/// Moves a session to the trash.
#[tauri::command]
pub(crate) async fn discard_session(
    host: State<'_, Host>,
    session: SessionId,
) -> Result<(), Refusal> {
    host.work(session, FileWork::Discard).await
}

/// Brings it back from there.
#[tauri::command]
pub(crate) async fn restore_session(
    host: State<'_, Host>,
    session: SessionId,
) -> Result<(), Refusal> {
    host.work(session, FileWork::Restore).await
}

/// Shows its file in the system's file manager.
#[tauri::command]
pub(crate) async fn reveal_session(
    app: AppHandle,
    host: State<'_, Host>,
    session: SessionId,
) -> Result<(), Refusal> {
    let path = host.path(session).await?;
    let shown = off_the_runtime(move || Ok((app.opener().reveal_item_in_dir(&path), path))).await?;
    let (Err(error), path) = shown else {
        return Ok(());
    };
    tracing::warn!(%error, "no file manager showed a session");
    let path = path.display();
    let message = format!("No file manager answers here. The file is {path}.");
    Err(Refusal::new("not_revealed", message))
}

/// Lets the person choose a session's file, and hosts it; nothing when they choose none.
#[tauri::command]
pub(crate) async fn choose_session(
    app: AppHandle,
    host: State<'_, Host>,
    language: State<'_, Language>,
) -> Result<Option<HostedSession>, Refusal> {
    let words = language.words();
    let asking = app.clone();
    let chosen = off_the_runtime(move || {
        let mut dialog = asking.dialog().file();
        if let Some(window) = asking.get_webview_window(window::MAIN) {
            dialog = dialog.set_parent(&window);
        }
        let dialog = dialog.set_title(words.choose_session);
        let dialog = dialog.add_filter(words.session_files, &["lanvas"]);
        Ok(dialog.blocking_pick_file())
    });
    let Some(path) = chosen.await?.and_then(|file| file.into_path().ok()) else {
        return Ok(None);
    };
    host.bring(path).await.map(Some)
}

/// Lets the person choose a folder; its path, or nothing.
#[tauri::command]
pub(crate) async fn choose_folder(
    app: AppHandle,
    language: State<'_, Language>,
) -> Result<Option<String>, Refusal> {
    let title = language.words().choose_folder;
    let chosen = off_the_runtime(move || {
        let dialog = app.dialog().file().set_title(title);
        Ok(dialog.blocking_pick_folder())
    });
    let path = chosen.await?.and_then(|folder| folder.into_path().ok());
    Ok(path.map(|path| path.display().to_string()))
}

/// A dropped file begins to come, in parts.
#[tauri::command]
pub(crate) async fn drop_begin(app: AppHandle) -> Result<(), Refusal> {
    off_the_runtime(move || app.state::<Incoming>().begin()).await
}

/// The next part of it: the body of the request.
#[tauri::command]
pub(crate) async fn drop_part(app: AppHandle, request: Request<'_>) -> Result<(), Refusal> {
    let InvokeBody::Raw(part) = request.body() else {
        return Err(Refusal::new("file_foreign", "Drop the file again."));
    };
    let part = part.clone();
    off_the_runtime(move || app.state::<Incoming>().add(&part)).await
}

/// All of it is there: it is hosted.
#[tauri::command]
pub(crate) async fn drop_end(
    host: State<'_, Host>,
    incoming: State<'_, Incoming>,
) -> Result<HostedSession, Refusal> {
    let brought = host.bring(incoming.end()).await;
    incoming.clear();
    brought
}

/// What is in a file that was dropped on the window: the drop and the index that the page was told.
#[tauri::command]
pub(crate) async fn read_dropped(
    app: AppHandle,
    drop: u32,
    index: usize,
) -> Result<Response, Refusal> {
    let read = off_the_runtime(move || app.state::<Dropped>().read(drop, index)).await;
    read.map(Response::new)
}

/// What came from outside and was not dealt with yet, one at a time.
#[tauri::command]
pub(crate) fn next_asked(asked: State<'_, AskedQueue>) -> Option<ShownAsk> {
    asked.next()
}

/// Hosts the file that [`next_asked`] gave last.
#[tauri::command]
pub(crate) async fn open_asked(
    host: State<'_, Host>,
    asked: State<'_, AskedQueue>,
) -> Result<HostedSession, Refusal> {
    let path = asked.take_file();
    let path = path.ok_or_else(|| Refusal::new("file_foreign", "Open the file again."))?;
    host.bring(path).await
}
