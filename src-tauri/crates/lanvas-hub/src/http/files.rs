//! The UI's files as browsers fetch them, packed once for all who come.
//!
//! Promises: what a browser gets is what was handed in, whichever way it takes it. A room that opens
//! the same page at once has it packed once, not once each: that is why no layer does it that packs
//! every answer anew.

use std::{
    collections::HashMap,
    io::Write as _,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    response::{IntoResponse, Response},
};
use flate2::{Compression, write::GzEncoder};

use super::{CONTENT_SECURITY_POLICY, Hub, problem::Problem};
use crate::assets::UiAsset;

/// Vite names what is below it by content, so it never changes under its name.
const NAMED_BY_CONTENT: &str = "assets/";
/// Smaller ones are one packet either way.
const PACKED_BYTES_MIN: usize = 1_024;

/// What was packed, by path: at most as many as the build has files.
#[derive(Debug, Default)]
pub(crate) struct Packed(Mutex<HashMap<String, Bytes>>);

pub(super) async fn file(State(hub): Hub, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    let Some(asset) = hub.ui.get(path) else {
        return Problem::NOT_FOUND.into_response();
    };
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return ([(header::ALLOW, "GET,HEAD")], Problem::METHOD).into_response();
    }
    let lasts = path.starts_with(NAMED_BY_CONTENT);
    let cache = if lasts {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type.clone()),
        (header::CACHE_CONTROL, cache.to_owned()),
        (
            header::CONTENT_SECURITY_POLICY,
            CONTENT_SECURITY_POLICY.to_owned(),
        ),
    ];
    if !lasts || !is_worth_it(&asset) {
        return (headers, asset.bytes.into_owned()).into_response();
    }
    let by_encoding = [(header::VARY, "accept-encoding")];
    if takes_gzip(request.headers())
        && let Some(bytes) = hub.packed.of(path, asset.clone()).await
    {
        let packed = [(header::CONTENT_ENCODING, "gzip")];
        return (headers, by_encoding, packed, bytes).into_response();
    }
    (headers, by_encoding, asset.bytes.into_owned()).into_response()
}

impl Packed {
    /// None when the hub is just ending.
    async fn of(self: &Arc<Self>, path: &str, asset: UiAsset) -> Option<Bytes> {
        if let Some(had) = self.lock().get(path) {
            return Some(had.clone());
        }
        let (kept, path) = (Arc::clone(self), path.to_owned());
        let pack = tokio::task::spawn_blocking(move || {
            let bytes = Bytes::from(gzip(&asset.bytes));
            kept.lock().insert(path, bytes.clone());
            bytes
        });
        pack.await.ok()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Pictures and fonts are packed as they are.
fn is_worth_it(asset: &UiAsset) -> bool {
    let kind = asset.content_type.split(';').next().unwrap_or_default();
    let packs = kind.starts_with("text/")
        || matches!(
            kind,
            "application/json" | "application/wasm" | "image/svg+xml"
        );
    packs && asset.bytes.len() >= PACKED_BYTES_MIN
}

/// RFC 9110, 12.5.3, as far as browsers use it.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let said = headers.get_all(header::ACCEPT_ENCODING).into_iter();
    said.filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(','))
        .any(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
            let refused = weight.trim().trim_start_matches("q=").parse() == Ok(0.0);
            name.trim().eq_ignore_ascii_case("gzip") && !refused
        })
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn what_is_packed_is_what_was_handed_in() {
        let bytes = "const one = 1;\n".repeat(1_000).into_bytes();
        let mut again = Vec::new();
        let packed = gzip(&bytes);
        let mut unpacked = flate2::read::GzDecoder::new(packed.as_slice());
        unpacked.read_to_end(&mut again).unwrap();
        assert_eq!(again, bytes);
        assert!(packed.len() * 10 < bytes.len());
    }

    #[test]
    fn gzip_is_taken_where_it_is_named_and_not_refused() {
        for (said, takes) in [
            ("gzip, deflate", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("deflate,gzip", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000", false),
            ("identity", false),
            ("x-gzip-not", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, said.parse().unwrap());
            assert_eq!(takes_gzip(&headers), takes, "{said:?}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
