//! Words from outside, by real HTTP: who may switch the hook on, and who may speak by it.

use base64::{Engine, engine::general_purpose::STANDARD};
use lanvas_protocol::{
    Encoding, Operation, ServerMessage,
    chat::ChatMessage,
    limits::{CHAT_BURST, HOOK_BYTES_MAX},
    message::Hello,
};
use serde_json::json;
use sha1::{Digest, Sha1};

use crate::common::{Answer, Client, TestHub, message, named};

const FORM: &str = "application/x-www-form-urlencoded";

async fn post(hub: &TestHub, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let path = path.replace("{id}", hub.session.as_str());
    let mut head = format!("POST {path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "Host") {
        head += "Host: 127.0.0.1\r\n";
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let length = body.len();
    hub.request(&format!("{head}Content-Length: {length}\r\n\r\n{body}"))
        .await
}

async fn set(hub: &TestHub, who: &Client, wanted: serde_json::Value) -> Answer {
    let secret = format!("Bearer {}", who.welcome().resume);
    let headers = [("Authorization", &*secret)];
    post(
        hub,
        "/api/sessions/{id}/hook",
        &headers,
        &wanted.to_string(),
    )
    .await
}

async fn switch_on(hub: &TestHub, host: &Client) -> String {
    let answer = set(hub, host, json!({"on": true})).await;
    assert_eq!(answer.status(), 200);
    answer.json()["path"].as_str().unwrap().to_owned()
}

async fn history(hub: &TestHub) -> Vec<ChatMessage> {
    let page = hub.get("/api/sessions/{id}/messages", &[]).await.json();
    serde_json::from_value(page["messages"].clone()).unwrap()
}

const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];

/// R58.
#[tokio::test]
async fn r58_the_host_alone_switches_it_on_and_a_new_token_ends_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = hub.join("Ann").await;
    let host = hub.join_as_host("Hostess").await;
    assert_eq!(set(&hub, &ann, json!({"on": true})).await.status(), 403);
    let path = "/api/sessions/{id}/hook";
    assert_eq!(post(&hub, path, &[], "{}").await.status(), 403);
    for bad in [
        json!({}),
        json!({"on": "yes"}),
        json!({"on": true, "twilio": {"public_url": "ftp://a", "auth_token": "x"}}),
    ] {
        assert_eq!(set(&hub, &host, bad).await.status(), 400);
    }
    let first = switch_on(&hub, &host).await;
    assert_eq!(first.len(), "/hooks/".len() + 32, "128 bits");
    let second = switch_on(&hub, &host).await;
    let words = r#"{"text":"hello"}"#;
    assert_eq!(post(&hub, &first, &JSON, words).await.status(), 404);
    assert_eq!(post(&hub, &second, &JSON, words).await.status(), 200);
    assert_eq!(hub.get(&second, &[]).await.status(), 405);

    assert_eq!(set(&hub, &host, json!({"on": false})).await.status(), 200);
    assert_eq!(post(&hub, &second, &JSON, words).await.status(), 404);
    let secret = format!("Bearer {}", host.welcome().resume);
    let state = hub.get(path, &[("Authorization", &secret)]).await.json();
    assert_eq!(state, json!({"on": false, "twilio": false}));
    assert_eq!(history(&hub).await.len(), 1);
}

/// R59.
#[tokio::test]
async fn r59_what_comes_is_told_at_once_and_marked_as_from_outside() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    let mut host = hub.join_as_host("Hostess").await;
    let path = switch_on(&hub, &host).await;
    let slack = r#"{"text":"Build <https://ci.test/7|7> is green","username":"Ann\u202e"}"#;
    // As a gateway does it, by a name of its own.
    let headers = [
        ("Content-Type", "application/json"),
        ("Host", "sms.example.org"),
    ];
    assert_eq!(post(&hub, &path, &headers, slack).await.status(), 200);
    let form = "payload=%7B%22text%22%3A%22and%20so%20on%22%7D";
    let headers = [("Content-Type", FORM)];
    assert_eq!(post(&hub, &path, &headers, form).await.status(), 200);
    let told = ann.until_number(2).await;
    assert!(matches!(told.last(), Some(ServerMessage::Applied(_))));
    let said = history(&hub).await;
    let shown: Vec<_> = said
        .iter()
        .rev()
        .map(|it| (&*it.by.name, &*it.text))
        .collect();
    assert_eq!(
        shown,
        [
            ("Ann", "Build [7](https://ci.test/7) is green"),
            ("Outside", "and so on")
        ]
    );
    assert!(said.iter().all(|it| it.by.outside && it.author.0 == 0));

    // Nobody of the room can claim to be it, and only the host takes it back.
    let delete = |message| Operation::DeleteMessage { message };
    assert!(ann.ask(delete(1)).await.is_err());
    host.ask(delete(1)).await.unwrap();
    let mut cuckoo = hub.connect(Encoding::Json).await;
    let hello = Hello {
        replica: Some(lanvas_protocol::ReplicaId::new("outside").unwrap()),
        ..named("Cuckoo")
    };
    cuckoo.hello(hello).await;
    assert_ne!(cuckoo.welcome().replica.as_str(), "outside");
    cuckoo.ask(message("I am here")).await.unwrap();
}

/// R59.
#[tokio::test]
async fn r59_a_hook_takes_so_much_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let hub =
        TestHub::start_allowing(folder.path(), lanvas_hub::limits::Allowance::default()).await;
    let host = hub.join_as_host("Hostess").await;
    let path = switch_on(&hub, &host).await;
    let long = format!(r#"{{"text":"{}"}}"#, "x".repeat(HOOK_BYTES_MAX));
    assert_eq!(post(&hub, &path, &JSON, &long).await.status(), 413);
    for bad in ["", "{}", r#"{"text":" "}"#, "text"] {
        assert_eq!(post(&hub, &path, &JSON, bad).await.status(), 400, "{bad}");
    }
    let fits = format!(r#"{{"text":"{}"}}"#, "x".repeat(10_000));
    assert_eq!(post(&hub, &path, &JSON, &fits).await.status(), 200);
    let mut statuses = Vec::new();
    for _ in 0..CHAT_BURST + 5 {
        statuses.push(
            post(&hub, &path, &JSON, r#"{"text":"flood"}"#)
                .await
                .status(),
        );
    }
    assert!(statuses.contains(&429), "{statuses:?}");
    assert!(history(&hub).await.iter().any(|it| it.text.ends_with('…')));
}

/// R59, and it is there again after the hub was.
#[tokio::test]
async fn r59_a_text_message_is_taken_only_with_twilios_signature() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = TestHub::start(folder.path()).await;
    let mut host_client = hub.join_as_host("Hostess").await;
    let twilio =
        json!({"public_url": "https://sms.example.org/", "auth_token": "secret-of-twilio"});
    let answer = set(&hub, &host_client, json!({"on": true, "twilio": twilio})).await;
    let path = answer.json()["path"].as_str().unwrap().to_owned();
    host_client.ask(message("before")).await.unwrap();
    drop(host_client);
    hub.hub.shutdown().await.unwrap();
    hub = TestHub::start(folder.path()).await;

    let body = "From=%2B15551234567&Body=On+my+way";
    let signed = |url: &str| {
        signature(
            "secret-of-twilio",
            &format!("{url}BodyOn my wayFrom+15551234567"),
        )
    };
    let right = signed(&format!("https://sms.example.org{path}"));
    let wrong = signed(&format!("https://other.example.org{path}"));
    for (signature, status) in [(&wrong, 403), (&String::new(), 403), (&right, 200)] {
        let headers = [("Content-Type", FORM), ("X-Twilio-Signature", signature)];
        let answer = post(&hub, &path, &headers, body).await;
        assert_eq!(answer.status(), status);
        if status == 200 {
            assert!(answer.body().ends_with("<Response></Response>"), "TwiML");
            assert!(
                answer
                    .head()
                    .to_lowercase()
                    .contains("content-type: text/xml")
            );
        }
    }
    let said = history(&hub).await;
    assert_eq!(
        (&*said[0].by.name, &*said[0].text),
        ("SMS …4567", "On my way")
    );

    let host = hub.join_as_host("Hostess").await;
    let next = switch_on(&hub, &host).await;
    let right = signed(&format!("https://sms.example.org{next}"));
    let headers = [("Content-Type", FORM), ("X-Twilio-Signature", &*right)];
    let answer = post(&hub, &next, &headers, body).await;
    assert_eq!(answer.status(), 200, "a new address keeps what was set up");

    let answer = set(&hub, &host, json!({"on": true, "twilio": null})).await;
    let plain = answer.json()["path"].as_str().unwrap().to_owned();
    let right = signed(&format!("https://sms.example.org{plain}"));
    let headers = [("Content-Type", FORM), ("X-Twilio-Signature", &*right)];
    let answer = post(&hub, &plain, &headers, body).await;
    assert_eq!(answer.status(), 403, "not set up any more");
}

fn signature(key: &str, message: &str) -> String {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key.as_bytes());
    let inner = Sha1::new()
        .chain_update(block.map(|it| it ^ 0x36))
        .chain_update(message)
        .finalize();
    let outer = Sha1::new()
        .chain_update(block.map(|it| it ^ 0x5c))
        .chain_update(inner)
        .finalize();
    STANDARD.encode(outer)
}
