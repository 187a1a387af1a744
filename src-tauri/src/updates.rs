//! New versions of Lanvas: looked for only where the one who built it named a place, and only after
//! the person said so.
//!
//! Promises: without both nothing here touches the network; a place that does not answer costs
//! nothing but [`ANSWER_TIMEOUT`]; what is installed is signed by the key that was built in.
//! Must not know: the hub. Nothing waits for an answer from here.
//!
//! Built in by the feature `updates`; without it there is no place and no code that could ask one.

#[cfg(feature = "updates")]
use std::time::Duration;

use serde::Serialize;
use tauri::{AppHandle, Wry};

use crate::refusal::Refusal;

/// Local networks often lead nowhere else.
#[cfg(feature = "updates")]
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// A version that is newer than this one.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct NewVersion {
    pub(crate) version: String,
    /// What its publisher says about it.
    pub(crate) notes: Option<String>,
}

/// With the means to ask, if they are built in.
pub(crate) fn prepared(builder: tauri::Builder<Wry>) -> tauri::Builder<Wry> {
    #[cfg(feature = "updates")]
    return builder.plugin(tauri_plugin_updater::Builder::new().build());
    #[cfg(not(feature = "updates"))]
    builder
}

/// The machine that would be asked; none when this copy knows no place.
pub(crate) fn source(app: &AppHandle) -> Option<String> {
    if cfg!(not(feature = "updates")) {
        return None;
    }
    let updater = app.config().plugins.0.get("updater")?;
    let first = updater.get("endpoints")?.get(0)?.as_str()?;
    let url = first.parse::<tauri::Url>().ok()?;
    url.host_str().map(str::to_owned)
}

/// Asks. The caller knows that the person wants it.
#[cfg(feature = "updates")]
pub(crate) async fn look(app: &AppHandle) -> Result<Option<NewVersion>, Refusal> {
    let found = newest(app).await?;
    Ok(found.map(|update| NewVersion {
        version: update.version,
        notes: update.body,
    }))
}

/// Fetches it and puts it in place; it is there at the next start.
#[cfg(feature = "updates")]
pub(crate) async fn install(app: &AppHandle) -> Result<(), Refusal> {
    let update = newest(app).await?.ok_or_else(no_source)?;
    let installed = update.download_and_install(|_, _| {}, || {}).await;
    installed.map_err(|error| {
        tracing::warn!(%error, "a new version could not be installed");
        let message = "The new version could not be installed; this one stays as it is. Try again, or get it from where you got Lanvas.";
        Refusal::new("update_failed", message)
    })
}

#[cfg(feature = "updates")]
async fn newest(app: &AppHandle) -> Result<Option<tauri_plugin_updater::Update>, Refusal> {
    use tauri_plugin_updater::UpdaterExt as _;
    let asked = async {
        let updater = app.updater_builder().timeout(ANSWER_TIMEOUT).build()?;
        updater.check().await
    };
    asked.await.map_err(|error: tauri_plugin_updater::Error| {
        tracing::info!(%error, "nobody said whether there is a new version");
        Refusal::new(
            "update_unknown",
            "Nobody answered. Check that this computer is on the internet, and try again.",
        )
    })
}

#[cfg(not(feature = "updates"))]
pub(crate) async fn look(_app: &AppHandle) -> Result<Option<NewVersion>, Refusal> {
    std::future::ready(Err(no_source())).await
}

#[cfg(not(feature = "updates"))]
pub(crate) async fn install(_app: &AppHandle) -> Result<(), Refusal> {
    std::future::ready(Err(no_source())).await
}

pub(crate) fn no_source() -> Refusal {
    Refusal::new(
        "update_nowhere",
        "This copy of Lanvas knows no place to look for new versions. Get them from where you got it.",
    )
}
