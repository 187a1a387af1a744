//! The routes of the outside contract, the checks before them, and their errors.

use std::{borrow::Cow, sync::Arc};

use lanvas_hub::{UiAsset, UiAssets};
use lanvas_protocol::{
    Encoding, ServerMessage,
    limits::{ACCOUNT_REQUEST_BYTES_MAX, HOOK_BYTES_MAX, REACH_BYTES_MAX},
    message::Hello,
};

use crate::common::{TestHub, message, named};

const PAGE: &str = "<!doctype html>\n<html lang=\"en\">";

/// What browsers send when somebody opens an address, and German speakers' do.
const OPENED: (&str, &str) = (
    "Accept",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
);
const GERMAN: (&str, &str) = ("Accept-Language", "de-DE,de;q=0.9,en;q=0.8");

struct OnePage;

impl UiAssets for OnePage {
    fn get(&self, path: &str) -> Option<UiAsset> {
        let content_type = match path {
            "index.html" => "text/html; charset=utf-8",
            "assets/app-1a2b.js" | "assets/large-3c4d.js" => "text/javascript; charset=utf-8",
            "assets/large-5e6f.png" => "image/png",
            _ => return None,
        };
        let times = if path.contains("large") { 100 } else { 1 };
        Some(UiAsset {
            bytes: Cow::Owned(PAGE.repeat(times).into_bytes()),
            content_type: content_type.to_owned(),
        })
    }
}

/// What a browser needs to draw comes packed, to who can unpack it.
#[tokio::test]
async fn large_files_of_words_come_packed() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start_with(folder.path(), |config| config.ui = Arc::new(OnePage)).await;
    let gzip = ("Accept-Encoding", "gzip, deflate");
    let is_packed = |head: &str| head.contains("content-encoding: gzip");
    for _ in 0..2 {
        let packed = hub.get("/assets/large-3c4d.js", &[gzip]).await;
        assert!(is_packed(packed.head()), "{}", packed.head());
        assert!(packed.head().contains("vary: accept-encoding"));
        assert!(packed.body().len() < PAGE.len() * 10);
    }
    let plain = hub.get("/assets/large-3c4d.js", &[]).await;
    assert!(!is_packed(plain.head()), "{}", plain.head());
    assert!(plain.head().contains("vary: accept-encoding"));
    assert_eq!(plain.body(), PAGE.repeat(100));
    for other in ["/assets/app-1a2b.js", "/assets/large-5e6f.png", "/s/{id}"] {
        let answer = hub.get(other, &[gzip]).await;
        assert!(!is_packed(answer.head()), "{other}: {}", answer.head());
    }
}

#[tokio::test]
async fn pages_come_with_the_headers_that_keep_them_safe() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start_with(folder.path(), |config| config.ui = Arc::new(OnePage)).await;
    let front = hub.get("/", &[]).await;
    assert_eq!(front.status(), 307);
    let place = format!("location: /s/{}", hub.session);
    assert!(front.head().contains(&place), "{}", front.head());

    let page = hub.get("/s/{id}", &[]).await;
    assert_eq!((page.status(), page.body()), (200, PAGE));
    for header in [
        "content-security-policy: default-src 'none'",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "cache-control: no-cache",
        "vary: accept-language",
    ] {
        assert!(page.head().contains(header), "{header}: {}", page.head());
    }
    let german = hub.get("/s/{id}", &[OPENED, GERMAN]).await;
    assert_eq!(german.body(), PAGE.replace("en", "de"));
    assert_eq!(hub.get("/s/nowhere", &[]).await.status(), 404);
    let asset = hub.get("/assets/app-1a2b.js", &[]).await;
    assert!(asset.head().contains("immutable"), "{}", asset.head());
    assert!(!asset.head().contains("language"), "{}", asset.head());

    let second = hub.hub.create_session("Another").await.unwrap();
    assert_eq!(
        hub.get("/", &[]).await.status(),
        200,
        "a list to choose from"
    );
    let listed = hub.get("/api/sessions", &[]).await.json();
    let ids: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["id"])
        .collect();
    assert!(
        ids.contains(&&second.as_str().into()) && ids.len() == 2,
        "{listed}"
    );
}

#[tokio::test]
async fn the_small_json_routes_say_what_the_contract_says() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let _ann = hub.join("Ann").await;
    let health = hub.get("/healthz", &[]).await.json();
    assert_eq!(health["status"], "ok");
    assert!(health["version"].is_string());

    let listed = hub.get("/api/sessions", &[]).await.json();
    let expected = serde_json::json!([{
        "id": hub.session.as_str(), "title": "Test board", "host": "Test",
        "people": 1, "password": false,
    }]);
    let listed = listed.as_array().unwrap();
    for (key, value) in expected[0].as_object().unwrap() {
        assert_eq!(&listed[0][key], value, "{key}");
    }
    assert_eq!(
        hub.get("/api/nearby", &[]).await.json(),
        serde_json::json!([])
    );
}

#[tokio::test]
async fn errors_are_problems_with_a_stable_code() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    for (path, status, code) in [
        ("/nothing/here", 404, "not_found"),
        ("/../../etc/passwd", 404, "not_found"),
        ("/s/{id}", 501, "no_ui"),
        ("/api/sessions/nowhere/messages", 404, "session_not_found"),
        ("/api/sessions/no%2Fid/messages", 404, "session_not_found"),
        (
            "/api/sessions/{id}/messages?limit=many",
            400,
            "invalid_query",
        ),
        (
            "/api/sessions/{id}/messages?before=-1",
            400,
            "invalid_query",
        ),
        ("/ws/{id}", 426, "upgrade_required"),
        ("/echo", 426, "upgrade_required"),
    ] {
        let answer = hub.get(path, &[]).await;
        let head = answer.head();
        assert!(
            head.contains("content-type: application/problem+json"),
            "{path}: {head}"
        );
        let problem = answer.json();
        assert_eq!(answer.status(), status, "{path}: {problem}");
        assert_eq!(problem["code"], code, "{path}");
        assert_eq!(problem["status"], status, "{path}");
        assert!(problem["title"].as_str().unwrap().ends_with('.'), "{path}");
    }
    let port = hub.hub.port();
    let post = format!(
        "POST /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    );
    let answer = hub.request(&post).await;
    assert_eq!(answer.status(), 405, "{}", answer.head());
}

/// Also of a body that is too long or comes broken, and of a method that is not for this address.
#[tokio::test]
async fn every_error_of_a_request_is_a_problem() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start_with(folder.path(), |config| config.ui = Arc::new(OnePage)).await;
    let host = hub.join_as_host("Ann").await;
    let secret = host.welcome().resume.clone();
    let id = hub.session.as_str();
    // Of which no more comes than is needed to see it, so that nothing unread resets the answer.
    let past = |most| format!("Content-Length: 3000000\r\n\r\n{}", "x".repeat(most + 1));
    let (report, setting) = (past(REACH_BYTES_MAX), past(HOOK_BYTES_MAX));
    let account = past(ACCOUNT_REQUEST_BYTES_MAX);
    let broken = "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n".to_owned();
    let empty = "Content-Length: 0\r\n\r\n".to_owned();
    let hook = format!("/api/sessions/{id}/hook");
    for (line, rest, status, code) in [
        ("POST /api/reach", &report, 400, "invalid_report"),
        ("POST /api/reach", &broken, 400, "invalid_report"),
        (&format!("POST {hook}"), &setting, 413, "message_too_large"),
        (&format!("POST {hook}"), &broken, 400, "invalid_hook"),
        (
            "POST /api/accounts/sign-in/start",
            &account,
            413,
            "message_too_large",
        ),
        (
            "POST /api/accounts/sign-in/start",
            &broken,
            400,
            "invalid_account_request",
        ),
        ("POST /hooks/%ff", &empty, 404, "hook_not_found"),
        ("POST /nope", &empty, 404, "not_found"),
        (
            "POST /assets/app-1a2b.js",
            &empty,
            405,
            "method_not_allowed",
        ),
        ("POST /healthz", &empty, 405, "method_not_allowed"),
        ("DELETE /api/reach", &empty, 405, "method_not_allowed"),
    ] {
        let request = format!(
            "{line} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nAuthorization: Bearer {secret}\r\n{rest}",
            hub.hub.port()
        );
        let answer = hub.request(&request).await;
        let head = answer.head().to_ascii_lowercase();
        assert_eq!(answer.status(), status, "{line}: {}", answer.0);
        assert!(
            head.contains("content-type: application/problem+json"),
            "{line}: {head}"
        );
        assert_eq!(answer.json()["code"], code, "{line}");
        assert_eq!(
            head.contains("\nallow: get"),
            status == 405,
            "{line}: {head}"
        );
    }
}

/// What a person is led to by a wrong link, a former one, or one for programs; a program gets what it always got.
#[tokio::test]
async fn who_opens_a_wrong_address_in_a_browser_reads_why_in_their_language() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    for (path, status, english, german) in [
        (
            "/nothing/here",
            404,
            "There is nothing at this address",
            "Unter dieser Adresse gibt es nichts",
        ),
        (
            "/s/{id}",
            501,
            "This hub was built",
            "Hier fehlen die Seiten",
        ),
        (
            "/api/sessions/nowhere/messages",
            404,
            "There is no session",
            "Diese Sitzung gibt es hier nicht",
        ),
        (
            "/api/sessions/{id}/blobs/none",
            404,
            "There is no file",
            "Eine solche Datei",
        ),
        ("/ws/{id}", 426, "speaks WebSocket", "spricht WebSocket"),
        (
            "/hooks/abc",
            405,
            "cannot be used that way",
            "So lässt sich diese Adresse nicht",
        ),
    ] {
        let in_english = hub.get(path, &[OPENED]).await;
        let in_german = hub.get(path, &[OPENED, GERMAN]).await;
        for (answer, tag, said) in [(&in_english, "en", english), (&in_german, "de", german)] {
            assert_eq!(answer.status(), status, "{path}");
            for header in [
                "content-type: text/html; charset=utf-8",
                "content-security-policy: default-src 'none'; style-src",
                "vary: accept, accept-language",
                "vary: origin",
                "x-content-type-options: nosniff",
            ] {
                assert!(answer.head().contains(header), "{path}: {}", answer.head());
            }
            let page = answer.body();
            assert!(page.contains(&format!("<html lang=\"{tag}\">")), "{page}");
            assert!(page.contains(said), "{path}: {page}");
            assert!(!page.contains("<script"), "{page}");
        }
        let program = hub.get(path, &[("Accept", "*/*"), GERMAN]).await;
        assert!(
            program.json()["title"].as_str().unwrap().contains(english),
            "{path}"
        );
    }
    let foreign = hub
        .get("/", &[OPENED, GERMAN, ("Host", "evil.example")])
        .await;
    assert_eq!(foreign.status(), 421);
    assert!(
        foreign
            .body()
            .contains("Öffne diese Seite über die IP-Adresse"),
        "{}",
        foreign.body()
    );
    assert!(foreign.head().contains("nosniff"), "{}", foreign.head());
}

/// R37.
#[tokio::test]
async fn history_comes_in_pages_from_new_to_old_each_message_once() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    for index in 1..=120 {
        ann.submit(message(&format!("message {index}"))).await;
    }
    let stored = |message: &_| matches!(message, ServerMessage::Stored { number: 120 });
    ann.until(stored).await;
    let (mut path, mut seen, mut pages) = (String::new(), Vec::new(), 0);
    loop {
        let page = hub
            .get(&format!("/api/sessions/{{id}}/messages{path}"), &[])
            .await
            .json();
        for said in page["messages"].as_array().unwrap() {
            seen.push(said["number"].as_u64().unwrap());
            assert_eq!(said["by"]["name"], "Ann");
        }
        pages += 1;
        match page["next"].as_u64() {
            Some(next) => path = format!("?before={next}&limit=50"),
            None => break,
        }
    }
    assert_eq!(seen, (1..=120).rev().collect::<Vec<_>>());
    assert_eq!(pages, 3);
    let few = hub
        .get("/api/sessions/{id}/messages?limit=2&before=10", &[])
        .await
        .json();
    assert_eq!(
        (&few["messages"][0]["number"], &few["next"]),
        (&9.into(), &8.into())
    );
    for (query, count, next) in [
        ("before=51", 50, None), // exactly a page is left
        ("before=52", 50, Some(2)),
        ("before=3&limit=2", 2, None),
    ] {
        let path = format!("/api/sessions/{{id}}/messages?{query}");
        let page = hub.get(&path, &[]).await.json();
        assert_eq!(page["messages"].as_array().unwrap().len(), count, "{query}");
        assert_eq!(page["next"].as_u64(), next, "{query}: no page is empty");
    }
    for (query, count) in [
        ("limit=1000000", 50),
        ("limit=0", 1),
        ("before=0", 0),
        ("before=1", 0),
    ] {
        let path = format!("/api/sessions/{{id}}/messages?{query}");
        let page = hub.get(&path, &[]).await.json();
        assert_eq!(page["messages"].as_array().unwrap().len(), count, "{query}");
    }
}

/// R37: the chat of a session with a password is for those who were let in.
#[tokio::test]
async fn r37_a_message_is_in_the_history_as_soon_as_it_has_a_number() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    for round in 1..=20_u64 {
        ann.submit(message(&format!("m{round}"))).await;
        ann.until(|message| matches!(message, ServerMessage::Confirmed { number, .. } if *number == round))
            .await;
        let page = hub
            .get("/api/sessions/{id}/messages?limit=1", &[])
            .await
            .json();
        assert_eq!(page["messages"][0]["number"], round, "{page}");
        assert_eq!(
            page["next"].as_u64(),
            (round > 1).then_some(round),
            "{page}"
        );
    }
}

#[tokio::test]
async fn history_asks_for_a_secret_where_there_is_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start_with(folder.path(), |config| {
        config.password = Some("open sesame".to_owned());
    })
    .await;
    let mut ann = hub.connect(Encoding::Binary).await;
    let hello = Hello {
        password: Some("open sesame".to_owned()),
        ..named("Ann")
    };
    ann.hello(hello).await;
    let secret = format!("Bearer {}", ann.welcome().resume);
    let path = "/api/sessions/{id}/messages";
    assert_eq!(
        hub.get(path, &[("Authorization", &secret)]).await.status(),
        200
    );
    for wrong in [
        "Bearer",
        "Bearer 0000",
        "Basic b3BlbjpzZXNhbWU=",
        "Bearer open sesame",
    ] {
        let answer = hub.get(path, &[("Authorization", wrong)]).await;
        assert_eq!(answer.status(), 401, "{wrong}");
        assert_eq!(answer.json()["code"], "password_required");
    }
    assert_eq!(hub.get(path, &[]).await.status(), 401);
}

#[tokio::test]
async fn the_metrics_count_what_the_contract_lists() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    ann.ask(message("one")).await.unwrap();
    let text = hub.get("/metrics", &[]).await;
    assert!(
        text.head()
            .contains("content-type: text/plain; version=0.0.4")
    );
    for name in [
        "# TYPE lanvas_messages_in_total counter",
        "lanvas_connections 1",
        "lanvas_rooms 1",
        "lanvas_messages_in_total 2",
        "lanvas_messages_out_total ",
        "lanvas_received_bytes_total ",
        "lanvas_sent_bytes_total ",
        "lanvas_queue_overflows_total 0",
        "lanvas_resyncs_total 0",
        "lanvas_session_restarts_total 0",
        "lanvas_apply_seconds_bucket",
        "lanvas_fan_out_seconds_bucket",
        "lanvas_storage_lag ",
        "lanvas_people 1",
        "lanvas_queue_depth_bucket",
        "lanvas_snapshot_seconds_count ",
        "lanvas_storage_commit_seconds_bucket",
        "lanvas_storage_commits_total ",
        "lanvas_storage_records_total ",
        "lanvas_storage_failures_total 0",
        "lanvas_storage_waiting_bytes ",
    ] {
        assert!(text.body().contains(name), "{name} in {}", text.body());
    }
    let open = [("Accept", "application/openmetrics-text;version=1.0.0")];
    assert!(hub.get("/metrics", &open).await.body().ends_with("# EOF\n"));
    // Nothing secret, nothing anybody wrote.
    for secret in [hub.hub.host_token(), &ann.welcome().resume, "Ann"] {
        assert!(!text.body().contains(secret));
    }
}
