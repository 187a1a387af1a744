//! The UI's files for browser guests: the very ones that the window shows.
//!
//! Tauri embeds the bundle once, and the hub is handed this view of it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use lanvas_hub::{UiAsset, UiAssets};
use tauri::AppHandle;

/// The bundle inside this program.
pub(crate) struct EmbeddedUi {
    app: AppHandle,
    /// Tauri answers a path it does not have with `index.html`; the hub is to say 404.
    paths: BTreeSet<String>,
}

impl EmbeddedUi {
    pub(crate) fn new(app: AppHandle) -> Self {
        let resolver = app.asset_resolver();
        let paths = resolver
            .iter()
            .map(|(path, _)| path.trim_start_matches('/').to_owned())
            .collect();
        Self { app, paths }
    }
}

impl UiAssets for EmbeddedUi {
    fn get(&self, path: &str) -> Option<UiAsset> {
        if !self.paths.contains(path) {
            return None;
        }
        let asset = self.app.asset_resolver().get(path.to_owned())?;
        Some(UiAsset {
            bytes: Cow::Owned(asset.bytes),
            content_type: with_charset(asset.mime_type),
        })
    }
}

/// Text without a named charset is guessed at by browsers.
fn with_charset(mime_type: String) -> String {
    let is_text = mime_type.starts_with("text/") && !mime_type.contains("charset");
    if is_text {
        format!("{mime_type}; charset=utf-8")
    } else {
        mime_type
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_utf_8_and_pictures_are_as_they_are() {
        for (given, sent) in [
            ("text/html", "text/html; charset=utf-8"),
            ("text/css; charset=utf-8", "text/css; charset=utf-8"),
            ("image/png", "image/png"),
        ] {
            assert_eq!(with_charset(given.into()), sent);
        }
    }
}
