//! What the system does with the app: starting it by itself, replacing it by a newer one.

use tauri::{AppHandle, State};
use tauri_plugin_autostart::ManagerExt as _;

use super::off_the_runtime;
use crate::refusal::Refusal;
use crate::settings::SettingsFile;
use crate::updates::{self, NewVersion};

/// Whether Lanvas starts when the person logs in.
#[tauri::command]
pub(crate) async fn starts_by_itself(app: AppHandle) -> Result<bool, Refusal> {
    off_the_runtime(move || Ok(app.autolaunch().is_enabled().unwrap_or(false))).await
}

/// From the next time they log in.
#[tauri::command]
pub(crate) async fn start_by_itself(app: AppHandle, on: bool) -> Result<bool, Refusal> {
    off_the_runtime(move || {
        let entry = app.autolaunch();
        let done = match (on, entry.is_enabled().unwrap_or(false)) {
            (true, _) => entry.enable(),
            (false, true) => entry.disable(),
            (false, false) => Ok(()),
        };
        done.map_err(|error| {
            tracing::warn!(%error, "starting at login was not changed");
            let message = "The system did not take that. Look for Lanvas in its own settings for programs that start at login.";
            Refusal::new("autostart_failed", message)
        })?;
        Ok(entry.is_enabled().unwrap_or(on))
    })
    .await
}

/// The machine that is asked for new versions, if this copy knows one.
#[tauri::command]
pub(crate) fn update_source(app: AppHandle) -> Option<String> {
    updates::source(&app)
}

/// A version newer than this one.
#[tauri::command]
pub(crate) async fn look_for_update(
    app: AppHandle,
    file: State<'_, SettingsFile>,
) -> Result<Option<NewVersion>, Refusal> {
    agreed(&app, &file).await?;
    updates::look(&app).await
}

/// It is there at the next start.
#[tauri::command]
pub(crate) async fn install_update(
    app: AppHandle,
    file: State<'_, SettingsFile>,
) -> Result<(), Refusal> {
    agreed(&app, &file).await?;
    updates::install(&app).await
}

/// Nothing is asked of the internet that the person did not switch on.
async fn agreed(app: &AppHandle, file: &SettingsFile) -> Result<(), Refusal> {
    if updates::source(app).is_none() {
        return Err(updates::no_source());
    }
    let file = file.clone();
    let agreed = off_the_runtime(move || Ok(file.load().updates)).await?;
    agreed.then_some(()).ok_or_else(|| {
        let message =
            "Looking for new versions is switched off. Switch it on in the settings first.";
        Refusal::new("updates_off", message)
    })
}
