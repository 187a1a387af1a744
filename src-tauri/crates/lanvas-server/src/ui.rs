//! The browser UI inside this binary. A build without it (a clean clone where
//! `ui/dist` was never made) still serves scripts; the hub tells people.

use lanvas_hub::{UiAsset, UiAssets};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../../ui/dist"]
#[allow_missing = true]
struct Dist;

/// What the hub serves to browsers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EmbeddedUi;

impl UiAssets for EmbeddedUi {
    fn get(&self, path: &str) -> Option<UiAsset> {
        let file = Dist::get(path)?;
        Some(UiAsset {
            bytes: file.data,
            content_type: content_type(path).to_owned(),
        })
    }
}

/// The kinds of file that the UI's build makes.
fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("wasm") => "application/wasm",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_the_build_is_not_there() {
        assert!(EmbeddedUi.get("no/such.file").is_none());
        assert!(EmbeddedUi.get("../Cargo.toml").is_none());
    }

    #[test]
    fn browsers_are_told_what_a_file_is() {
        assert_eq!(
            content_type("assets/main-B1x.js"),
            "text/javascript; charset=utf-8"
        );
        assert_eq!(content_type("README"), "application/octet-stream");
    }
}
