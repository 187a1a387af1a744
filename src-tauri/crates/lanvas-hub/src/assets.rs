//! The UI's files, handed in by whoever runs the hub.

use std::borrow::Cow;

/// One file of the UI.
#[derive(Debug, Clone)]
pub struct UiAsset {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type, with charset where it is text.
    pub content_type: String,
}

/// Where the UI's files come from: embedded in a binary, or a folder while developing.
pub trait UiAssets: Send + Sync + 'static {
    /// The file of that path (no leading slash, `/` between parts), if there is one.
    fn get(&self, path: &str) -> Option<UiAsset>;
}

/// No UI at all: for tests, and for a hub that only scripts use.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoUi;

impl UiAssets for NoUi {
    fn get(&self, _path: &str) -> Option<UiAsset> {
        None
    }
}
