//! New versions of Lanvas: looked for only where the one who built it named a place, and only after
//! the person said so.
//!
//! Promises: without both nothing here touches the network; a place that does not answer costs
//! nothing but five seconds; what is installed is signed by the key that was built in, for the
//! version that it is said to be.
//! Must not know: the hub. Nothing waits for an answer from here.
//!
//! Built in by the feature `updates`; without it there is no place and no code that could ask one.

#[cfg(feature = "updates")]
mod asking;
#[cfg_attr(
    feature = "updates",
    expect(
        dead_code,
        reason = "built by the tests all the same, for what is shipped"
    )
)]
mod nowhere;

#[cfg(feature = "updates")]
use asking as means;
#[cfg(not(feature = "updates"))]
use nowhere as means;

use serde::Serialize;
use tauri::AppHandle;

use crate::refusal::Refusal;

pub(crate) use means::{install, look, placed, prepared};

/// A version that is newer than this one.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct NewVersion {
    pub(crate) version: String,
    /// What its publisher says about it.
    pub(crate) notes: Option<String>,
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

pub(crate) fn no_source() -> Refusal {
    Refusal::new(
        "update_nowhere",
        "This copy of Lanvas knows no place to look for new versions. Get them from where you got it.",
    )
}
