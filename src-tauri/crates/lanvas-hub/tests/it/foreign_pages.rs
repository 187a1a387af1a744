//! R1: a name that an attacker points at this machine, and a page of another site, get nothing, on
//! any route there is. The list of routes is read from where the router is built, so that a new one
//! is tried from its first day.

use std::{collections::BTreeMap, fs, path::Path};

use lanvas_hub::TlsChoice;
use tokio::io::AsyncWriteExt;

use crate::{
    common::{Answer, TestHub},
    frames::{KEY, read_head},
};

const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "DELETE", "OPTIONS"];
/// Any `Host` and `Origin` will do there: the token in the path is the proof (R59).
const BY_TOKEN: &str = "/hooks/{token}";

/// What is announced anyway, and what this machine alone is told (R83).
const TOLD_WITHOUT_TLS: [&str; 3] = ["/api/sessions", "/api/reach", "/api/whereabouts"];

/// Every path that is given to `.route(…)`, with what it is nested below.
fn routes() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let root = fs::read_to_string(folder.join("http.rs")).unwrap();
    let nested: BTreeMap<_, _> = after(&root, ".nest(")
        .into_iter()
        .map(|(prefix, rest)| {
            let module = rest.trim_start_matches([',', ' ', '\n']);
            let (module, _) = module.split_once("::routes()").expect("a module's routes");
            (module.to_owned(), prefix)
        })
        .collect();
    let mut found: Vec<_> = after(&root, ".route(")
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    for entry in fs::read_dir(folder.join("http")).unwrap().flatten() {
        let file = entry.path();
        let text = fs::read_to_string(&file).unwrap();
        let module = file.file_stem().unwrap().to_str().unwrap();
        let prefix = nested.get(module).map_or("", String::as_str);
        let own = after(&text, ".route(").into_iter();
        found.extend(own.map(|(path, _)| match path.as_str() {
            "/" if !prefix.is_empty() => prefix.to_owned(),
            _ => format!("{prefix}{path}"),
        }));
    }
    found.sort();
    found.dedup();
    found
}

/// The text in quotes behind each `call`, and what follows it.
fn after<'a>(source: &'a str, call: &str) -> Vec<(String, &'a str)> {
    let calls = source.split("#[cfg(test)]").next().unwrap().split(call);
    calls
        .skip(1)
        .map(|rest| {
            let quoted = rest.trim_start().strip_prefix('"');
            let (path, rest) = quoted
                .and_then(|quoted| quoted.split_once('"'))
                .expect("a path that is written where the route is made");
            (path.to_owned(), rest)
        })
        .collect()
}

/// As a browser would, and with what makes a `GET` an upgrade.
async fn ask(hub: &TestHub, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let path = path
        .replace("{id}", hub.session.as_str())
        .replace("{name}", &"a5".repeat(32));
    let mut head = format!("{method} {path} HTTP/1.1\r\n");
    let own = own(hub);
    let upgrade = [
        ("Connection", "Upgrade, close"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", KEY),
        ("Content-Length", "2"),
        ("Content-Type", "application/json"),
    ];
    if !headers.iter().any(|(name, _)| *name == "Host") {
        head += &format!("Host: {own}\r\n");
    }
    for (name, value) in upgrade.iter().chain(headers) {
        head += &format!("{name}: {value}\r\n");
    }
    hub.request(&(head + "\r\n{}")).await
}

fn own(hub: &TestHub) -> String {
    format!("127.0.0.1:{}", hub.hub.port())
}

/// HEAD has no body to say it in.
fn is_refused(answer: &Answer, method: &str, status: u16, code: &str) -> bool {
    answer.status() == status && (method == "HEAD" || answer.json()["code"] == code)
}

#[tokio::test]
async fn foreign_hosts_and_pages_are_turned_away_on_every_route() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut paths = routes();
    assert!(paths.len() > 25, "they are found: {paths:?}");
    for path in &paths {
        let own = format!("http://{}", own(&hub));
        let answer = hub.get(path, &[("Origin", &own)]).await;
        for code in ["origin_not_allowed", "host_not_allowed", r#""not_found""#] {
            assert!(!answer.body().contains(code), "{path} from itself: {code}");
        }
    }
    paths.retain(|path| path != BY_TOKEN);
    paths.extend(["/x.js", "/assets/x.js", "/s", "/api"].map(str::to_owned)); // and what is none
    let port = hub.hub.port();
    let (other_port, twin) = ("http://127.0.0.1:1", format!("http://localhost:{port}"));
    for path in &paths {
        for method in METHODS {
            for host in ["evil.test", "127.0.0.1.nip.io", "localhost.evil.com:80", ""] {
                let answer = ask(&hub, method, path, &[("Host", host)]).await;
                let refused = is_refused(&answer, method, 421, "host_not_allowed");
                assert!(refused, "{method} {path} as {host:?}: {}", answer.0);
            }
            for origin in ["null", "http://evil.test", other_port, &twin] {
                let answer = ask(&hub, method, path, &[("Origin", origin)]).await;
                let refused = is_refused(&answer, method, 403, "origin_not_allowed");
                assert!(refused, "{method} {path} from {origin}: {}", answer.0);
                assert!(!answer.head().contains("access-control-allow-origin"));
            }
        }
    }
    // Nothing of it was done.
    assert_eq!(hub.get("/api/reach", &[]).await.body(), "[]");
    assert!(hub.metric("lanvas_connections").await < 0.5);
}

/// What whoever runs a hub says it is called, by itself and through a proxy with TLS; what is called
/// otherwise is still nothing, on any route.
#[tokio::test]
async fn a_name_that_was_given_opens_every_route_and_no_other_name_does() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start_with(folder.path(), |config| {
        config.names = vec!["nas.fritz.box".parse().unwrap()];
    })
    .await;
    let given = format!("NAS.fritz.box:{}", hub.hub.port());
    for path in routes() {
        for (host, origin) in [
            (given.as_str(), "http://nas.fritz.box:1234"),
            ("nas.fritz.box", "https://nas.fritz.box"),
            ("127.0.0.1", "https://nas.fritz.box"),
        ] {
            let answer = hub.get(&path, &[("Host", host), ("Origin", origin)]).await;
            let refused = answer.status() == 421 || answer.body().contains("origin_not_allowed");
            assert!(!refused, "{path} as {host} from {origin}: {}", answer.0);
        }
        if path == BY_TOKEN {
            continue;
        }
        for host in ["fritz.box", "evil.fritz.box", "nas.fritz.box.evil.test"] {
            let answer = ask(&hub, "GET", &path, &[("Host", host)]).await;
            assert_eq!(answer.status(), 421, "{path} as {host}");
            let from = format!("http://{host}");
            let page = [("Host", "nas.fritz.box"), ("Origin", from.as_str())];
            let answer = ask(&hub, "GET", &path, &page).await;
            assert_eq!(answer.status(), 403, "{path} from {host}");
        }
    }
    for path in [format!("/ws/{}", hub.session), "/echo".to_owned()] {
        let mut proxied = hub.tcp().await;
        let asked = format!(
            "GET {path} HTTP/1.1\r\nHost: {given}\r\nOrigin: https://nas.fritz.box\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n"
        );
        proxied.write_all(asked.as_bytes()).await.unwrap();
        let head = read_head(&mut proxied).await;
        assert!(head.starts_with("HTTP/1.1 101"), "{path}: {head}");
    }
    let port = hub.hub.port();
    let links = [format!("http://127.0.0.1:{port}/s/{}", hub.session)];
    assert_eq!(
        hub.hub.urls(&hub.session),
        links,
        "a proxy's port is not known"
    );
}

/// With TLS on: what came without it is none of the hub's pages, on any route.
#[tokio::test]
async fn with_tls_nothing_that_came_without_it_is_taken_on_any_route() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start_with(folder.path(), |config| {
        config.tls = Some(TlsChoice::SelfSigned { names: Vec::new() });
    })
    .await;
    for path in routes() {
        for method in ["GET", "POST"] {
            let foreign = ask(&hub, method, &path, &[("Host", "evil.test")]).await;
            assert_eq!(foreign.status(), 421, "{method} {path}");
            if path == "/healthz" {
                continue;
            }
            let sent = ask(&hub, method, &path, &[]).await;
            let told = method == "GET" && TOLD_WITHOUT_TLS.contains(&path.as_str());
            let expected = if told { 200 } else { 308 };
            assert_eq!(sent.status(), expected, "{method} {path}: {}", sent.0);
        }
    }
}

#[tokio::test]
async fn two_hosts_and_a_foreign_one_in_the_request_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let own = own(&hub);
    let twice =
        format!("GET /healthz HTTP/1.1\r\nHost: {own}\r\nHost: {own}\r\nConnection: close\r\n\r\n");
    assert!(
        [400, 421].contains(&hub.request(&twice).await.status()),
        "two hosts are none"
    );
    let absolute = format!(
        "GET http://evil.test/healthz HTTP/1.1\r\nHost: {own}\r\nConnection: close\r\n\r\n"
    );
    assert_eq!(hub.request(&absolute).await.status(), 421);
}

/// CORS answers the app's own origins and nobody else; that a request may be sent grants nothing.
#[tokio::test]
async fn the_apps_pages_may_ask_on_every_route() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    for path in routes() {
        for origin in ["tauri://localhost", "http://tauri.localhost"] {
            let answer = ask(&hub, "OPTIONS", &path, &[("Origin", origin)]).await;
            let allowed = format!("access-control-allow-origin: {origin}\r\n");
            assert_eq!(answer.status(), 204, "{path}: {}", answer.head());
            assert!(
                answer.head().contains(&allowed),
                "{path}: {}",
                answer.head()
            );
            assert!(!answer.head().contains("access-control-allow-credentials"));
        }
    }
}
