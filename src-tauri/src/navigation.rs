//! Where the window may go: the app's own pages and nowhere else.
//!
//! Other hubs are reached by sockets from the bundled page. A foreign page in
//! this window would come near its commands, so every other address is refused,
//! whoever asks: a link in the chat, a script, a redirect.

use tauri::Url;

/// True for the origin that Tauri serves the bundle from on this kind of system.
pub(crate) fn is_own_page(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = url.port().is_none() && url.username().is_empty() && url.password().is_none();
    bare && match url.scheme() {
        "tauri" => host == "localhost",
        "http" | "https" => cfg!(any(windows, target_os = "android")) && host == "tauri.localhost",
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(url: &str) -> bool {
        is_own_page(&Url::parse(url).unwrap())
    }

    #[test]
    fn the_bundle_is_home() {
        for url in [
            "tauri://localhost",
            "tauri://localhost/desktop.html",
            "tauri://localhost/desktop.html?x=1#y",
        ] {
            assert!(allowed(url), "{url}");
        }
    }

    #[test]
    fn everything_else_is_foreign() {
        for url in [
            "http://192.168.1.5:7420/s/k3f9x2ab",
            "http://127.0.0.1:7420/",
            "http://localhost/",
            "https://example.org/",
            "http://tauri.localhost.evil.example/",
            "http://app.evil.example/",
            "http://tauri.localhost:81/",
            "tauri://localhost:81/",
            "tauri://evil.example/desktop.html",
            "tauri://localhost.evil.example/",
            "tauri://ann@localhost/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "javascript:alert(1)",
            "about:blank",
            "blob:tauri://localhost/6c1b",
        ] {
            assert!(!allowed(url), "{url}");
        }
    }

    #[test]
    #[cfg(not(any(windows, target_os = "android")))]
    fn the_origin_of_other_systems_is_foreign_here() {
        assert!(!allowed("http://tauri.localhost/"));
    }

    #[test]
    #[cfg(windows)]
    fn windows_serves_the_bundle_over_http() {
        assert!(allowed("http://tauri.localhost/desktop.html"));
    }
}
