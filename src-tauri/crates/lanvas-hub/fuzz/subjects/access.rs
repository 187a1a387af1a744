//! Which pages may talk to the hub: whatever `Host` and `Origin` say, a foreign page is none.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use lanvas_hub::access::{APP_ORIGINS, Own, check};

pub(crate) fn request(bytes: &[u8]) {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let mut headers = HeaderMap::new();
    for name in [header::HOST, header::ORIGIN] {
        let value = lines.next().map(HeaderValue::from_bytes);
        if let Some(Ok(value)) = value {
            headers.insert(name, value);
        }
    }
    let path = lines.next().unwrap_or(b"/");
    let Ok(uri) = Uri::try_from(path) else {
        return;
    };
    let with_tls = Own {
        tls: true,
        ..Own::default()
    };
    let sealed = check(&headers, &uri, &with_tls);
    if check(&headers, &uri, &Own::default()).is_err() {
        assert!(sealed.is_err(), "TLS allows nothing more");
        return;
    }
    let host = headers[header::HOST].to_str().expect("checked");
    let Some(origin) = headers.get(header::ORIGIN) else {
        return;
    };
    let origin = origin.to_str().expect("checked");
    let own = ["http://", "https://"]
        .iter()
        .filter_map(|scheme| origin.strip_prefix(scheme))
        .any(|rest| rest.eq_ignore_ascii_case(host));
    assert!(
        sealed.is_err() || !origin.starts_with("http://") || APP_ORIGINS.contains(&origin),
        "{origin:?} came without TLS"
    );
    assert!(
        own || APP_ORIGINS.contains(&origin),
        "{origin:?} at {host:?}"
    );
}

#[allow(dead_code)] // libFuzzer gets them as files
pub(crate) fn starters() -> Vec<Vec<u8>> {
    [
        "192.168.1.5:7420\nhttp://192.168.1.5:7420\n/",
        "[::1]:7420\nhttp://[::1]:7420\n/ws/a",
        "ann.local:7420\ntauri://localhost\n/",
        "evil.example\nhttp://evil.example\n/",
        "localhost\nnull\nhttp://evil.example/",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}
