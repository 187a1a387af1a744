//! The means to ask: what the place says, what comes from there, and who signed it.
//!
//! Promises: a silent place is given up after [`ANSWER_TIMEOUT`], at any point; no more than
//! [`INSTALLER_BYTES_MAX`] are taken; the program is touched only once all of it is here and signed.

use std::time::Duration;

use tauri::{AppHandle, Builder, Context, Wry, async_runtime};
use tauri_plugin_updater::{Error, Update, UpdaterExt as _};
use tokio::sync::Notify;

use super::NewVersion;
use crate::refusal::Refusal;

/// Local networks often lead nowhere else.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);
/// Several times the largest installer, which has Windows' webview in it. It is held in memory.
const INSTALLER_BYTES_MAX: usize = 512 * 1024 * 1024;
/// JSON, laid over `plugins.updater` of `tauri.conf.json`, in a build for tests alone.
#[cfg(debug_assertions)]
const TEST_PLACE: &str = "LANVAS_TEST_UPDATES";

/// With the place that a test names; what is shipped has the one of `tauri.conf.json` or none.
#[cfg(debug_assertions)]
pub(crate) fn placed(mut context: Context<Wry>) -> Context<Wry> {
    use serde_json::{Map, Value};
    let named = std::env::var(TEST_PLACE).unwrap_or_default();
    if let Ok(place) = serde_json::from_str::<Map<String, Value>>(&named) {
        let plugins = &mut context.config_mut().plugins.0;
        if let Some(Value::Object(updater)) = plugins.get_mut("updater") {
            updater.extend(place);
        }
    }
    context
}

#[cfg(not(debug_assertions))]
pub(crate) fn placed(context: Context<Wry>) -> Context<Wry> {
    context
}

pub(crate) fn prepared(builder: Builder<Wry>) -> Builder<Wry> {
    builder.plugin(tauri_plugin_updater::Builder::new().build())
}

/// Asks. The caller knows that the person wants it.
pub(crate) async fn look(app: &AppHandle) -> Result<Option<NewVersion>, Refusal> {
    let found = newest(app).await?;
    Ok(found.map(|update| NewVersion {
        version: update.version,
        notes: update.body,
    }))
}

/// Fetches it and puts it in place; it is there at the next start.
pub(crate) async fn install(app: &AppHandle) -> Result<(), Refusal> {
    let update = newest(app).await?.ok_or_else(none_newer)?;
    let installer = fetch(&update).await?;
    // It may ask for a password first.
    let installed = async_runtime::spawn_blocking(move || update.install(installer)).await;
    match installed {
        Ok(installed) => installed.map_err(|error| why_not(&error)),
        Err(_) => Err(not_installed()),
    }
}

async fn newest(app: &AppHandle) -> Result<Option<Update>, Refusal> {
    let asked = async {
        let builder = app.updater_builder().timeout(ANSWER_TIMEOUT);
        // Fetching takes as long as it takes, as long as something comes.
        let builder = builder.configure_client(|client| client.read_timeout(ANSWER_TIMEOUT));
        builder.build()?.check().await
    };
    match asked.await {
        Ok(found) => Ok(found),
        // There is a newer one, for other kinds of computers.
        Err(Error::TargetNotFound(_) | Error::TargetsNotFound(_)) => Ok(None),
        Err(error) => Err(no_answer(&error)),
    }
}

fn no_answer(error: &Error) -> Refusal {
    tracing::info!(%error, "nobody said whether there is a new version");
    match error {
        Error::Reqwest(error) if !error.is_decode() => Refusal::new(
            "update_unknown",
            "Nobody answered. Check that this computer is on the internet, and try again.",
        ),
        _ => Refusal::new(
            "update_unclear",
            "What answered said nothing about new versions. Try again later.",
        ),
    }
}

/// All of it, signed.
async fn fetch(update: &Update) -> Result<Vec<u8>, Refusal> {
    let full = Notify::new();
    let mut room = INSTALLER_BYTES_MAX;
    let count = |length: usize, _| match room.checked_sub(length) {
        Some(left) => room = left,
        None => full.notify_one(),
    };
    tokio::select! {
        fetched = update.download(count, || {}) => fetched.map_err(|error| why_not(&error)),
        () = full.notified() => {
            tracing::warn!(limit = INSTALLER_BYTES_MAX, "a new version is too long");
            Err(not_installed())
        }
    }
}

fn why_not(error: &Error) -> Refusal {
    tracing::warn!(%error, "a new version could not be installed");
    match error {
        Error::Reqwest(_) | Error::Network(_) => Refusal::new(
            "update_not_fetched",
            "The new version did not come whole; this one stays as it is. Check the connection, and try again.",
        ),
        Error::Minisign(_)
        | Error::Base64(_)
        | Error::SignatureUtf8(_)
        | Error::MissingSignedVersion
        | Error::SignedVersionMismatch { .. } => Refusal::new(
            "update_unsigned",
            "What came is not signed by the makers of this copy as the version it is said to be. It was thrown away; this version stays as it is. Get the new one from where you got Lanvas.",
        ),
        _ => not_installed(),
    }
}

fn not_installed() -> Refusal {
    Refusal::new(
        "update_failed",
        "The new version could not be installed; this one stays as it is. Try again, or get it from where you got Lanvas.",
    )
}

fn none_newer() -> Refusal {
    Refusal::new("update_none", "There is no newer version any more.")
}
