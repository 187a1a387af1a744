//! Order in the room from outside: what those who keep it may read, and what those who are kept out
//! may not. Rules R77, R79 and R84, over real sockets.

use lanvas_protocol::{
    ErrorCode, Operation, ParticipantId, ShapeChange,
    limits::{AUDIT_ENTRIES_MAX, BANS_MAX},
    roles::Role,
};

use crate::common::{Answer, Client, TestHub, add, message, named, stroke};

const LISTS: [&str; 3] = ["audit", "bans", "work?by=1"];
const READING: [&str; 5] = [
    "messages",
    "search?words=hello",
    "notes/history",
    "blobs/0000000000000000000000000000000000000000000000000000000000000000",
    "bans",
];

impl TestHub {
    /// What a route of the session says to the holder of a secret.
    async fn list(&self, what: &str, secret: &str) -> Answer {
        let path = format!("/api/sessions/{{id}}/{what}");
        let bearer = format!("Bearer {secret}");
        self.get(&path, &[("Authorization", &bearer)]).await
    }

    /// The same asked from `127.0.0.x`.
    async fn list_from(&self, x: u8, what: &str, secret: Option<&str>) -> Answer {
        let bearer = secret.map_or(String::new(), |it| {
            format!("Authorization: Bearer {it}\r\n")
        });
        let request = format!(
            "GET /api/sessions/{}/{what} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n{bearer}\r\n",
            self.session,
            self.hub.port(),
        );
        self.request_from(x, &request).await
    }
}

fn me(client: &Client) -> ParticipantId {
    client.welcome().you.id
}

fn secret(client: &Client) -> &str {
    &client.welcome().resume
}

/// R79, R77, R84: being at this machine grants nothing, all here are; neither does having been host.
#[tokio::test]
async fn only_those_who_keep_order_read_what_was_done() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join_as_host("Ann").await;
    let [mo, eve] = [hub.join("Mo").await, hub.join("Eve").await];
    ann.ask(Operation::SetRole {
        participant: me(&mo),
        role: Role::Moderator,
    })
    .await
    .unwrap();
    for what in LISTS {
        let bare = hub.get(&format!("/api/sessions/{{id}}/{what}"), &[]).await;
        assert_eq!(bare.status(), 403, "{what} to anyone");
        assert_eq!(bare.json()["code"], "forbidden");
        for wrong in ["", "nobody", hub.hub.host_token(), secret(&eve)] {
            assert_eq!(hub.list(what, wrong).await.status(), 403, "{what}");
        }
        let to_moderators = hub.list(what, secret(&mo)).await.status();
        assert_eq!(to_moderators, if what == "audit" { 403 } else { 200 });
        assert_eq!(hub.list(what, secret(&ann)).await.status(), 200, "{what}");
        let elsewhere = format!("/api/sessions/nowhere/{what}");
        let bearer = format!("Bearer {}", secret(&ann));
        let nowhere = hub.get(&elsewhere, &[("Authorization", &bearer)]).await;
        assert_eq!(nowhere.json()["code"], "session_not_found");
    }
    for unfit in ["work", "work?by=x", "work?by=1&ago_ms=-1"] {
        let answer = hub.list(unfit, secret(&ann)).await;
        assert_eq!(answer.json()["code"], "invalid_query", "{unfit}");
    }
    let was_host = secret(&ann).to_owned();
    ann.socket.close(None).await.unwrap();
    ann.until_closed().await;
    for what in LISTS {
        assert_eq!(hub.list(what, &was_host).await.status(), 403, "{what}");
    }
}

/// Reading changes nothing, and there is no other way to these routes.
#[tokio::test]
async fn what_was_done_is_only_for_reading() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = hub.join_as_host("Ann").await;
    for what in LISTS {
        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            let request = format!(
                "{method} /api/sessions/{}/{what} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Length: 0\r\nAuthorization: Bearer {}\r\n\r\n",
                hub.session,
                hub.hub.port(),
                secret(&ann),
            );
            let answer = hub.request(&request).await;
            assert_eq!(answer.json()["code"], "method_not_allowed", "{what}");
        }
        let path = format!("/api/sessions/{{id}}/{what}");
        let bearer = format!("Bearer {}", secret(&ann));
        let foreign = [
            ("Origin", "http://evil.example"),
            ("Authorization", bearer.as_str()),
        ];
        let answer = hub.get(&path, &foreign).await;
        assert_eq!(answer.json()["code"], "origin_not_allowed", "{what}");
    }
    let head = ann.welcome().number;
    let later = hub.join("Bo").await;
    assert_eq!(later.welcome().number, head, "nothing was numbered");
}

/// R79, R77: at their edges and past them, the lists stay so long and so short.
#[tokio::test]
async fn the_lists_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join_as_host("Ann").await;
    let mut last = 0;
    for turn in 0..=BANS_MAX {
        let name = format!("{}{turn}", "\"".repeat(36));
        let guest = hub.join(&name).await;
        let removal = Operation::Remove {
            participant: me(&guest),
            seconds: 3_600 + u32::try_from(turn).unwrap(),
            address: false,
        };
        ann.ask(removal).await.unwrap();
    }
    let bans = hub.list("bans", secret(&ann)).await;
    let kept_out = bans.json();
    assert_eq!(kept_out.as_array().unwrap().len(), BANS_MAX);
    assert!(bans.body().len() < BANS_MAX * 256, "{}", bans.body().len());
    assert_eq!(
        hub.list("audit", secret(&ann))
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        BANS_MAX + 1
    );
    for turn in BANS_MAX + 1..=AUDIT_ENTRIES_MAX {
        let seconds = u32::try_from(turn).unwrap();
        last = ann.ask(Operation::SetSlowMode { seconds }).await.unwrap();
    }
    assert!(last > 0);
    let audit = hub.list("audit", secret(&ann)).await;
    let entries = audit.json();
    assert_eq!(entries.as_array().unwrap().len(), AUDIT_ENTRIES_MAX);
    assert_eq!(
        entries[0]["deed"]["seconds"], AUDIT_ENTRIES_MAX,
        "the newest first"
    );
    assert!(
        audit.body().len() < AUDIT_ENTRIES_MAX * 512,
        "{}",
        audit.body().len()
    );
}

/// R84: what the vandal did is told as the board would be without it, to the last point for who
/// takes the binary form.
#[tokio::test]
async fn those_who_keep_order_learn_what_somebody_did() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join_as_host("Ann").await;
    let mut vandal = hub.join("Vandal").await;
    for id in ["moved", "gone"] {
        ann.ask(add(stroke(id, 40))).await.unwrap();
    }
    let moved = ShapeChange {
        x: Some(900.0),
        ..ShapeChange::of(stroke("moved", 1).id)
    };
    let removed = Operation::RemoveShapes {
        ids: vec![stroke("gone", 1).id],
        left: Vec::new(),
    };
    vandal.ask(add(stroke("added", 3))).await.unwrap();
    vandal
        .ask(Operation::UpdateShapes {
            changes: vec![moved],
        })
        .await
        .unwrap();
    vandal.ask(removed).await.unwrap();
    let work = format!("work?by={}", me(&vandal));
    let told = hub.list(&work, secret(&ann)).await.json();
    assert_eq!(told["gone"], serde_json::json!(["added"]));
    let ids: Vec<_> = told["shapes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["gone", "moved"]);
    assert_eq!(told["shapes"][1]["x"], 0.0);
    assert_eq!(
        (&told["more"], &told["kept_from_ms"]),
        (&false.into(), &serde_json::Value::Null)
    );
    let lately = hub.list(&format!("{work}&ago_ms=0"), secret(&ann)).await;
    assert_eq!(lately.json()["gone"], serde_json::json!([]));
    let nobody = hub.list("work?by=4294967295", secret(&ann)).await.json();
    assert_eq!(nobody["shapes"], serde_json::json!([]));
}

/// R77: who may not come from where they are may not read from there either, whoever they say they
/// are; those who are in already stay, and the host's token opens.
#[tokio::test]
async fn a_banned_address_reads_nothing_of_the_session() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join_as_host("Ann").await;
    ann.ask(message("hello")).await.unwrap();
    let guest = hub.join_from(7, "Gus").await;
    let inside = hub.join_from(7, "Ida").await;
    for what in &READING[..3] {
        assert_eq!(hub.list_from(7, what, None).await.status(), 200, "{what}");
    }
    ann.ask(Operation::Remove {
        participant: me(&guest),
        seconds: 60,
        address: true,
    })
    .await
    .unwrap();
    for what in &READING[..4] {
        for asked_with in [None, Some("nobody"), Some(secret(&guest))] {
            let answer = hub.list_from(7, what, asked_with).await;
            assert_eq!(answer.json()["code"], "banned", "{what}");
        }
        let from_elsewhere = hub.list_from(8, what, None).await.status();
        assert_ne!(from_elsewhere, 403, "{what} from elsewhere");
        let by_secret = hub.list_from(8, what, Some(secret(&guest))).await;
        assert_eq!(by_secret.json()["code"], "banned", "{what}: the person too");
        let who_is_in = hub.list_from(7, what, Some(secret(&inside))).await;
        assert_ne!(who_is_in.status(), 403, "{what}: who is in stays");
    }
    assert_eq!(
        hub.list_from(7, "bans", Some(secret(&ann))).await.status(),
        200
    );
    for open in ["/healthz", "/api/sessions"] {
        let request = format!(
            "GET {open} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n",
            hub.hub.port()
        );
        assert_eq!(
            hub.request_from(7, &request).await.status(),
            200,
            "{open}: to be told why"
        );
    }
    let mut again = hub.connect_from(7).await;
    again
        .send(&lanvas_protocol::ClientMessage::Hello(Box::new(named(
            "Else",
        ))))
        .await;
    assert_eq!(again.ended().await, (Some(ErrorCode::Banned), 4423));
    ann.ask(Operation::LiftBan {
        participant: me(&guest),
    })
    .await
    .unwrap();
    assert_eq!(hub.list_from(7, "messages", None).await.status(), 200);
}
