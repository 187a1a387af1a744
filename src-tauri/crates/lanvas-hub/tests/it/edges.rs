//! More limits at their edge and one past it: those of a hello and a message as bytes, of what a
//! message carries, of what hangs on a shape, of requests, and of files.

use futures_util::SinkExt;
use lanvas_hub::{
    limits::{
        HEAD_BYTES_MAX, PATIENCE, Patience, Tuning, UPLOAD_PROGRESS_BYTES, UPLOADS_MAX,
        UPLOADS_PER_ADDRESS_MAX,
    },
    session::history::HistoryBounds,
};
use lanvas_protocol::{
    Encoding, ErrorCode, Operation, ParticipantId, ReplicaId, ServerMessage,
    chat::Post,
    limits::{
        BOARD_BYTES_MAX, CLIENT_MESSAGE_BYTES_MAX, FORMERLY_MAX, GROUP_LENGTH_MAX, HELLO_BYTES_MAX,
        ID_LENGTH_MAX, LINK_LENGTH_MAX, MENTIONS_MAX, MESSAGE_BYTES_MAX, MESSAGE_LENGTH_MAX,
        MESSAGE_PICTURES_MAX, REACH_BYTES_MAX, REACTION_BYTES_MAX, REACTIONS_MAX,
        REFUSALS_TOLD_MAX, SESSION_BLOB_BYTES_MAX, SHAPE_NAME_LENGTH_MAX,
    },
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Duration, Instant, timeout},
};
use tokio_tungstenite::tungstenite::Message;

use crate::{
    common::{Client, DEADLINE, TestHub, UNPACED, message, named},
    roles::room::Room,
};

/// `words` with so much of nothing that they are `bytes` long.
fn padded(mut words: Value, bytes: usize) -> Value {
    words["nothing"] = json!("");
    let missing = bytes - words.to_string().len();
    words["nothing"] = json!("x".repeat(missing));
    assert_eq!(words.to_string().len(), bytes);
    words
}

async fn ends(client: &mut Client) -> u16 {
    loop {
        if let Err(code) = client.next().await {
            return code;
        }
    }
}

#[tokio::test]
async fn a_hello_and_what_follows_have_their_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let hello = json!({"type": "hello", "name": "Ann"});
    let mut client = hub.connect(Encoding::Json).await;
    client
        .send_json(&padded(hello.clone(), HELLO_BYTES_MAX))
        .await;
    let caught_up = |message: &_| matches!(message, ServerMessage::CaughtUp { .. });
    client.until(caught_up).await;
    let said =
        json!({"type": "submit", "seq": 1, "operation": {"type": "post_message", "text": "x"}});
    client
        .send_json(&padded(said.clone(), CLIENT_MESSAGE_BYTES_MAX))
        .await;
    let confirmed = |message: &_| matches!(message, ServerMessage::Confirmed { seq: 1, .. });
    client.until(confirmed).await;
    client
        .send_json(&padded(said, CLIENT_MESSAGE_BYTES_MAX + 1))
        .await;
    assert_eq!(ends(&mut client).await, 1009);

    let mut client = hub.connect(Encoding::Json).await;
    client.send_json(&padded(hello, HELLO_BYTES_MAX + 1)).await;
    assert_eq!(ends(&mut client).await, 1009);
}

/// The longest message there may be fits, in whatever script.
#[test]
fn a_message_has_room_for_its_characters() {
    assert!(MESSAGE_LENGTH_MAX * char::MAX.len_utf8() <= MESSAGE_BYTES_MAX);
    let mut room = Room::new();
    room.host("Ann");
    let mut say = |text: String| room.submit("Ann", Operation::PostMessage(Post::from(&*text)));
    assert_eq!(say("👋".repeat(MESSAGE_LENGTH_MAX)), Ok(()));
    let refused = Err(ErrorCode::MessageTooLong);
    assert_eq!(say("👋".repeat(MESSAGE_LENGTH_MAX + 1)), refused);
    assert_eq!(say("👋".repeat(MESSAGE_BYTES_MAX / 4 + 1)), refused);
}

/// R51: past so many, people are not called.
#[test]
fn a_message_speaks_to_so_many() {
    let mut room = Room::new();
    room.host("Ann");
    let names: Vec<_> = (0..=MENTIONS_MAX).map(|it| format!("P{it}")).collect();
    for name in &names {
        room.join(name);
    }
    let everybody: Vec<ParticipantId> = names.iter().map(|name| room.id(name)).collect();
    for (called, heard) in [
        (MENTIONS_MAX, MENTIONS_MAX),
        (MENTIONS_MAX + 1, MENTIONS_MAX),
    ] {
        let mentions = everybody[..called].to_vec();
        let post = Post {
            mentions,
            ..Post::from("Hello")
        };
        room.submit("Ann", Operation::PostMessage(post)).unwrap();
        let said = room.session().chat().latest().pop().unwrap();
        assert_eq!(said.mentions, everybody[..heard]);
    }
}

#[tokio::test]
async fn a_message_has_so_many_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join_by("Ann", Encoding::Json).await;
    for (seq, pictures, taken) in [
        (1, MESSAGE_PICTURES_MAX, true),
        (2, MESSAGE_PICTURES_MAX + 1, false),
    ] {
        let picture = json!({"blob": "a5".repeat(32), "w": 4, "h": 3});
        let operation =
            json!({"type": "post_message", "text": "", "pictures": vec![picture; pictures]});
        let submit = json!({"type": "submit", "seq": seq, "operation": operation});
        ann.send_json(&submit).await;
        let fate = ann.fate(seq).await;
        let code = fate.err();
        assert_eq!(code, (!taken).then_some(ErrorCode::InvalidOperation));
    }
}

fn react(emoji: &str) -> Operation {
    Operation::React {
        message: 1,
        emoji: emoji.to_owned(),
        on: true,
    }
}

/// R54
#[test]
fn emojis_have_their_bytes_and_a_message_has_so_many() {
    let mut room = Room::new();
    room.host("Ann");
    let hello = Operation::PostMessage(Post::from("Hello"));
    room.submit("Ann", hello).unwrap();
    let long = "👍".repeat(REACTION_BYTES_MAX / "👍".len());
    assert_eq!(long.len(), REACTION_BYTES_MAX);
    let invalid = Err(ErrorCode::InvalidReaction);
    let longer = format!("{long}\u{fe0f}");
    assert_eq!(room.submit("Ann", react(&longer)), invalid);
    assert_eq!(room.submit("Ann", react(&long)), Ok(()));
    for person in 1..REACTIONS_MAX {
        let name = format!("P{person}");
        room.join(&name);
        assert_eq!(room.submit(&name, react("👍")), Ok(()));
        room.leave(&name);
    }
    room.join("Late");
    assert_eq!(room.submit("Late", react("👍")), invalid);
}

#[tokio::test]
async fn what_hangs_on_a_shape_has_its_length() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join_by("Ann", Encoding::Json).await;
    let groups = |bytes: usize| {
        let most = vec!["g".repeat(ID_LENGTH_MAX); GROUP_LENGTH_MAX / (ID_LENGTH_MAX + 1)];
        let all = most.join("/") + "/";
        let rest = "g".repeat(bytes - all.len());
        all + &rest
    };
    let link = |bytes: usize| "https://".to_owned() + &"x".repeat(bytes - "https://".len());
    let name = |length: usize| "é".repeat(length);
    let mut seq = 0;
    for (field, at, past) in [
        (
            "group",
            groups(GROUP_LENGTH_MAX),
            groups(GROUP_LENGTH_MAX + 1),
        ),
        ("link", link(LINK_LENGTH_MAX), link(LINK_LENGTH_MAX + 1)),
        (
            "name",
            name(SHAPE_NAME_LENGTH_MAX),
            name(SHAPE_NAME_LENGTH_MAX + 1),
        ),
    ] {
        for (value, refused) in [(at, None), (past, Some(ErrorCode::InvalidShape))] {
            seq += 1;
            let mut shape = json!({"id": format!("s{seq}"), "x": 0, "y": 0, "color": "#000000",
                "body": {"kind": "text", "text": "x", "size": 16}});
            shape[field] = json!(value);
            let operation = json!({"type": "add_shapes", "shapes": [shape]});
            let submit = json!({"type": "submit", "seq": seq, "operation": operation});
            ann.send_json(&submit).await;
            let length = value.chars().count();
            assert_eq!(ann.fate(seq).await.err(), refused, "{field} of {length}");
        }
    }
}

/// What `limits.rs` fills with less is this large.
#[test]
fn a_board_has_its_bytes() {
    assert_eq!(HistoryBounds::default().board_bytes, BOARD_BYTES_MAX);
}

/// R50: past so many the first ones count.
#[tokio::test]
async fn a_hello_asks_for_so_many_replicas() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    for asked in [FORMERLY_MAX, FORMERLY_MAX + 1] {
        let mut client = hub.connect(Encoding::Binary).await;
        let mut hello = named("Ann");
        let replica = |number| ReplicaId::new(format!("replica-{number}")).unwrap();
        hello.formerly = (0..asked).map(replica).collect();
        client.hello(hello).await;
        assert_eq!(client.welcome().formerly_seqs.len(), FORMERLY_MAX);
    }
}

/// R44: past so many the oldest are not told again, and that is said.
#[tokio::test]
async fn a_welcome_tells_so_many_refusals() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    for (refusals, told_after) in [(REFUSALS_TOLD_MAX, 0), (1, 1)] {
        for _ in 0..refusals {
            let refused = ann.ask(message(" ")).await;
            assert_eq!(refused, Err(ErrorCode::MessageEmpty));
        }
        let hello = ann.hello_again(0);
        let mut again = hub.connect(Encoding::Binary).await;
        again.hello(hello).await;
        assert_eq!(again.welcome().refused.len(), REFUSALS_TOLD_MAX);
        assert_eq!(again.welcome().refused_after, told_after);
        ann = again;
    }
}

/// R44: a hub that starts again remembers no refusal, and says so.
#[tokio::test]
async fn a_new_epoch_forgets_what_was_refused() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    assert!(ann.ask(message(" ")).await.is_err());
    let number = ann.ask(message("taken")).await.unwrap();
    let hello = ann.hello_again(number);
    hub.hub.shutdown().await.unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut again = hub.connect(Encoding::Binary).await;
    again.hello(hello).await;
    let welcome = again.welcome();
    assert_ne!(welcome.epoch, ann.welcome().epoch);
    assert!(welcome.refused.is_empty());
    assert_eq!(
        (welcome.refused_after, welcome.seq),
        (2, 2),
        "both forgotten"
    );
}

/// In whatever a hub does not know, too: it is read through.
#[tokio::test]
async fn a_message_nests_so_deep() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut witness = hub.join("Witness").await;
    // The message itself is one.
    let json = |deep: usize| {
        let (open, close) = ("[".repeat(deep - 1), "]".repeat(deep - 1));
        let words = format!(r#"{{"type":"ping","nonce":77,"nothing":{open}{close}}}"#);
        Message::text(words)
    };
    let binary = |deep: usize| {
        let mut bytes = b"\0\x83\xa4type\xa4ping\xa5nonce\x4d\xa7nothing".to_vec();
        bytes.extend(vec![0x91; deep - 2]);
        bytes.push(0x90);
        Message::binary(bytes)
    };
    for (encoding, at, past) in [
        (Encoding::Json, json(127), json(128)),
        (Encoding::Binary, binary(32), binary(33)),
    ] {
        let mut client = hub.join_by("Ann", encoding).await;
        client.socket.send(at).await.unwrap();
        let pong = |message: &_| matches!(message, ServerMessage::Pong { nonce: 77 });
        client.until(pong).await;
        client.socket.send(past).await.unwrap();
        let malformed = (Some(ErrorCode::Malformed), 4400);
        assert_eq!(client.ended().await, malformed, "{encoding:?}");
    }
    assert!(witness.is_well().await);
}

// --- requests -------------------------------------------------------------------------------

#[tokio::test]
async fn a_requests_head_has_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let begin = format!(
        "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nX: ",
        hub.hub.port()
    );
    let filled = |bytes: usize| begin.clone() + &"x".repeat(bytes - begin.len() - 4);
    let head = filled(HEAD_BYTES_MAX) + "\r\n\r\n";
    assert_eq!(hub.request(&head).await.status(), 200);
    let past = filled(HEAD_BYTES_MAX + 1) + "\r\n\r\n";
    let answer = hub.request(&past).await;
    assert_eq!(answer.status(), 431, "{}", answer.0);
    assert_eq!(answer.json()["code"], "head_too_large");
    // What has no end is not waited for; then it ends, with nothing else kept.
    let endless = filled(2 * HEAD_BYTES_MAX);
    let (mut stream, mut answer) = (hub.tcp().await, Vec::new());
    let _ = stream.write_all(endless.as_bytes()).await; // it may hang up meanwhile
    let _ = timeout(DEADLINE, stream.read_to_end(&mut answer)).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 431");
    assert!(refused, "{answer}");
    assert_eq!(hub.get("/healthz", &[]).await.status(), 200);
}

#[tokio::test]
async fn a_search_has_so_many_words_and_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let words = |count: usize| vec!["a"; count].join("%20");
    for (words, from, status) in [
        (words(16), String::new(), 200),
        (words(17), String::new(), 400),
        (words(8), words(8), 200),
        (words(8), words(9), 400),
        ("a".repeat(1_024), String::new(), 200),
        ("a".repeat(1_025), String::new(), 400),
        ("a".repeat(1_000), "b".repeat(25), 400),
    ] {
        let path = format!("/api/sessions/{{id}}/search?words={words}&from={from}");
        let answer = hub.get(&path, &[]).await;
        assert_eq!(answer.status(), status, "{path}: {}", answer.body());
        if status == 400 {
            assert_eq!(answer.json()["code"], "invalid_query");
        }
    }
}

/// R81.
#[tokio::test]
async fn a_test_pages_report_has_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let tell = async |bytes: usize| {
        let said = r#"{"http_ms":1.5}"#;
        let said = said.to_owned() + &" ".repeat(bytes - said.len());
        let port = hub.hub.port();
        let head = format!(
            "POST /api/reach HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Length: {bytes}\r\n\r\n"
        );
        hub.request(&(head + &said)).await
    };
    let longer = tell(REACH_BYTES_MAX + 1).await;
    assert_eq!(longer.status(), 400);
    assert_eq!(longer.json()["code"], "invalid_report");
    assert_eq!(hub.get("/api/reach", &[]).await.json(), json!([]));
    assert_eq!(tell(REACH_BYTES_MAX).await.status(), 204);
    let told = hub.get("/api/reach", &[]).await.json();
    assert_eq!(told[0]["http_ms"], json!(1.5));
}

// --- files ----------------------------------------------------------------------------------

fn upload(hub: &TestHub, secret: &str, length: usize) -> String {
    format!(
        "POST /api/sessions/{}/blobs HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nAuthorization: Bearer {secret}\r\nContent-Length: {length}\r\n\r\n",
        hub.session,
        hub.hub.port(),
    )
}

/// A head that promises that many pixels, as PNG has it.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    file.extend(width.to_be_bytes());
    file.extend(height.to_be_bytes());
    file.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
    file
}

/// A few bytes that would become 3.6 GB in whoever opens them.
#[tokio::test]
async fn a_picture_of_too_many_pixels_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = hub.join("Ann").await;
    let secret = ann.welcome().resume.clone();
    for (side, status, code) in [
        (30_000, 413, Some("picture_too_large")),
        (10_001, 413, Some("picture_too_large")),
        (10_000, 201, None),
    ] {
        let file = png(side, side);
        let request = [upload(&hub, &secret, file.len()).into_bytes(), file].concat();
        let answer = hub.request(&request).await;
        assert_eq!(answer.status(), status, "{side}: {}", answer.body());
        assert_eq!(answer.json()["code"].as_str(), code, "{side}");
    }
}

/// So many files may be on their way at once; one more is told to wait, and can come after.
#[tokio::test]
async fn so_many_files_come_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = hub.join("Ann").await;
    let secret = ann.welcome().resume.clone();
    let file = png(1, 1);
    let whole = [upload(&hub, &secret, file.len()).into_bytes(), file.clone()].concat();
    let mut under_way: Vec<TcpStream> = Vec::new();
    for count in 0..UPLOADS_MAX {
        assert!(hub.request(&whole).await.status() < 300, "beside {count}");
        let mut stream = hub.tcp().await;
        let head = upload(&hub, &secret, file.len());
        stream.write_all(head.as_bytes()).await.unwrap();
        under_way.push(stream);
    }
    let until = |busy: bool| {
        let (hub, whole) = (&hub, &whole);
        async move {
            let begun = Instant::now();
            while (hub.request(whole).await.status() == 503) != busy {
                assert!(begun.elapsed() < DEADLINE, "busy: {busy}");
            }
        }
    };
    until(true).await;
    assert_eq!(hub.request(&whole).await.json()["code"], "busy");
    drop(under_way.pop());
    until(false).await;
}

/// One person's files leave places for others: their next is told to wait, somebody else's comes in.
#[tokio::test]
async fn one_address_brings_few_files_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = hub.join("Ann").await;
    let secret = ann.welcome().resume.clone();
    let file = png(1, 1);
    let head = upload(&hub, &secret, file.len()).into_bytes();
    let whole = [head.clone(), file].concat();
    let mut under_way = Vec::new();
    for count in 0..UPLOADS_PER_ADDRESS_MAX {
        let answer = hub.request_from(7, &whole).await;
        assert!(answer.status() < 300, "beside {count}: {}", answer.0);
        let mut stream = hub.tcp_from(7).await;
        stream.write_all(&head).await.unwrap();
        under_way.push(stream);
    }
    let begun = Instant::now();
    while hub.request_from(7, &whole).await.status() != 503 {
        assert!(begun.elapsed() < DEADLINE, "all of them are under way");
    }
    assert_eq!(hub.request_from(7, &whole).await.json()["code"], "busy");
    assert_eq!(hub.request_from(8, &whole).await.status(), 200, "another's");
    drop(under_way.pop());
    let begun = Instant::now();
    while hub.request_from(7, &whole).await.status() == 503 {
        assert!(begun.elapsed() < DEADLINE, "a place was given back");
    }
}

/// A file of which nothing comes does not keep its place.
#[tokio::test]
async fn a_file_that_stands_still_is_given_up() {
    static BRIEF: Patience = Patience {
        upload: Duration::from_secs(1),
        ..PATIENCE
    };
    let folder = tempfile::tempdir().unwrap();
    let tuning = Tuning {
        patience: &BRIEF,
        ..UNPACED.into()
    };
    let hub = TestHub::start_as(folder.path(), tuning, |_| {}).await;
    let ann = hub.join("Ann").await;
    let secret = ann.welcome().resume.clone();
    // All that is wanted of the first stretch, but for a byte, is not enough.
    for came in [0, UPLOAD_PROGRESS_BYTES - 1] {
        let head = upload(&hub, &secret, 1_000_000).into_bytes();
        let began = Instant::now();
        let answer = hub.request(&[head, vec![7; came]].concat()).await;
        assert_eq!(answer.status(), 408, "{}", answer.0);
        assert_eq!(answer.json()["code"], "upload_cut_short");
        assert!(began.elapsed() >= BRIEF.upload, "not before its time");
    }
}

/// Pictures of a session that is as full as it may be but for one: that one comes in, the next is
/// told that there is no room, and everything else goes on.
#[tokio::test]
async fn a_sessions_pictures_have_their_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    let secret = ann.welcome().resume.clone();
    let bring = async |file: Vec<u8>| {
        let head = upload(&hub, &secret, file.len()).into_bytes();
        hub.request(&[head, file].concat()).await
    };
    let (first, last) = (png(1, 1), png(2, 2));
    assert_eq!(bring(first.clone()).await.status(), 201);
    // So many bytes take too long to bring; what counts is what the file says of them.
    let file = folder
        .path()
        .join(format!("sessions/{}.lanvas", hub.session));
    let before_the_last = SESSION_BLOB_BYTES_MAX - last.len() as u64;
    rusqlite::Connection::open(file)
        .unwrap()
        .execute("UPDATE blobs SET length = ?1", [before_the_last as i64])
        .unwrap();
    assert_eq!(bring(last.clone()).await.status(), 201, "at the edge");
    let past = bring(png(3, 3)).await;
    assert_eq!(past.status(), 507, "{}", past.body());
    assert_eq!(past.json()["code"], "session_files_full");
    assert_eq!(bring(last).await.status(), 200, "it is there already");
    assert!(ann.ask(message("Still here")).await.is_ok());
}
