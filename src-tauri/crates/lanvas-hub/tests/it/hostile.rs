//! Whoever speaks wrongly is told so and ends alone: nobody else notices.

use futures_util::{SinkExt, StreamExt};
use lanvas_hub::limits::{ADDRESS_SHARE, Allowance, HEADER_TIMEOUT, PATIENCE};
use lanvas_protocol::{ClientMessage, Encoding, ErrorCode, ServerMessage, codec};
use proptest::prelude::*;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Duration, Instant, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, protocol::Role},
};

use crate::common::{Client, DEADLINE, TestHub, UNPACED, message, named, number_of};

/// R4: every kind of frame that is no message, by both encodings, before and after the hello.
#[tokio::test]
async fn a_frame_that_is_no_message_ends_its_connection_alone() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut witness = hub.join("Witness").await;
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let deep_packed = [vec![0, 0x81, 0xa1, b'x'], vec![0x91; 200], vec![1]].concat();
    let mut trailing = codec::encode_client(&ClientMessage::Ping { nonce: 1 }, Encoding::Binary);
    trailing.push(0);
    let json = |text: &str| (Encoding::Json, Message::text(text));
    let binary = |bytes: &[u8]| (Encoding::Binary, Message::binary(bytes.to_vec()));
    for (encoding, frame) in [
        json(""),
        json("{"),
        json("null"),
        json("[]"),
        json(r#"{"type":"unheard_of"}"#),
        json(r#"{"type":"hello"}"#),
        json(r#"{"type":"hello","name":7}"#),
        json(r#"{"type":"submit","seq":-1,"operation":{"type":"post_message","text":"x"}}"#),
        json(r#"{"type":"submit","seq":4294967296,"operation":{"type":"remove_shapes","ids":[]}}"#),
        json(r#"{"type":"cancel_ink","stroke":"no id"}"#),
        json(r#"{"type":"ping","nonce":1} trailing"#),
        json(&format!(r#"{{"type":"ping","x":{deep}}}"#)),
        binary(&[]),
        binary(&[0]),
        binary(&[1, 0x80]),
        binary(&[2, 0x80]),
        binary(&[0, 0xc1]),
        binary(&[0, 0xdd, 0xff, 0xff, 0xff, 0xff]),
        binary(&[0, 0xdb, 0xff, 0xff, 0xff, 0xff, b'x']),
        binary(&deep_packed),
        binary(&trailing),
        // The right words in the wrong kind of frame.
        (
            Encoding::Json,
            Message::binary(br#"{"type":"ping"}"#.to_vec()),
        ),
        (Encoding::Binary, Message::text(r#"{"type":"ping"}"#)),
    ] {
        for joined in [false, true] {
            let mut client = hub.connect(encoding).await;
            if joined {
                client.hello(named("Clumsy")).await;
            }
            client.socket.send(frame.clone()).await.unwrap();
            let ended = client.ended().await;
            assert_eq!(
                ended,
                (Some(ErrorCode::Malformed), 4400),
                "{frame:?}, joined: {joined}"
            );
        }
    }
    assert!(witness.is_well().await);
}

/// R6: the first message is a hello.
#[tokio::test]
async fn who_says_something_else_first_is_told_to_say_hello() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    for encoding in [Encoding::Binary, Encoding::Json] {
        let mut client = hub.connect(encoding).await;
        client.send(&ClientMessage::Ping { nonce: 1 }).await;
        assert_eq!(client.ended().await, (Some(ErrorCode::HelloExpected), 4400));
    }
    let mut shy = hub.connect(Encoding::Binary).await;
    shy.send(&ClientMessage::Hello(Box::new(named("")))).await;
    shy.send(&ClientMessage::Ping { nonce: 1 }).await;
    assert_eq!(shy.ended().await, (Some(ErrorCode::HelloExpected), 4400));
}

/// R6: until the hello is accepted nobody may send more than a hello needs.
#[tokio::test]
async fn a_hello_has_four_kilobytes() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let hello = |bytes: usize| {
        let words = r#"{"type":"hello","name":"Ann"}"#;
        format!("{words}{}", " ".repeat(bytes - words.len()))
    };
    let mut fits = hub.connect(Encoding::Json).await;
    fits.socket.send(Message::text(hello(4_096))).await.unwrap();
    assert!(fits.is_well().await);

    let too_much = (Some(ErrorCode::MessageTooLarge), 1009);
    let mut large = hub.connect(Encoding::Json).await;
    large
        .socket
        .send(Message::text(hello(4_097)))
        .await
        .unwrap();
    assert_eq!(large.ended().await, too_much);

    let mut sly = hub.connect(Encoding::Json).await;
    sly.send(&ClientMessage::Hello(Box::new(named("")))).await;
    sly.socket.send(Message::text(hello(4_097))).await.unwrap();
    assert_eq!(sly.ended().await, too_much, "a refused hello opens nothing");
}

#[tokio::test]
async fn an_oversized_message_ends_its_connection_alone() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut witness = hub.join("Witness").await;
    let ping = |bytes: usize| {
        let words = r#"{"type":"ping","nonce":1}"#;
        Message::text(format!("{words}{}", " ".repeat(bytes - words.len())))
    };
    let mut client = hub.join_by("Ann", Encoding::Json).await;
    client.socket.send(ping(256 * 1024)).await.unwrap();
    assert!(client.is_well().await);
    client.socket.send(ping(256 * 1024 + 1)).await.unwrap();
    assert_eq!(
        client.ended().await,
        (Some(ErrorCode::MessageTooLarge), 1009)
    );
    assert!(witness.is_well().await);
}

/// The hub believes no length: an announced terabyte is refused when it is announced.
#[tokio::test]
async fn an_announced_giant_is_refused_before_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut witness = hub.join("Witness").await;
    for length in [256 * 1024 + 1, 60 << 20, 1 << 40] {
        let (mut stream, _) = upgrade(&hub, "").await;
        let mut head = vec![0x82, 0xff];
        head.extend(u64::to_be_bytes(length));
        head.extend([0, 0, 0, 0]);
        stream.write_all(&head).await.unwrap();
        let mut answer = Vec::new();
        let read = timeout(DEADLINE, stream.read_to_end(&mut answer));
        read.await.expect("it is closed at once").unwrap();
        let code = 1009_u16.to_be_bytes();
        assert!(
            answer.windows(2).any(|two| two == code),
            "{length}: {answer:?}"
        );
    }
    assert!(witness.is_well().await);
}

/// R2. A browser ends such a connection by itself; a program hears why.
#[tokio::test]
async fn a_protocol_of_another_version_is_named_as_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let (stream, head) = upgrade(&hub, "Sec-WebSocket-Protocol: lanvas.v9, chat\r\n").await;
    assert!(
        !head.to_lowercase().contains("sec-websocket-protocol"),
        "{head}"
    );
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Client, None).await;
    let said = socket.next().await.unwrap().unwrap();
    assert!(
        said.to_text().unwrap().contains("unsupported_version"),
        "{said}"
    );
    let Message::Close(Some(close)) = socket.next().await.unwrap().unwrap() else {
        panic!("not closed");
    };
    assert_eq!(u16::from(close.code), 4426);
}

/// R2: of several the binary one is preferred, whatever their order.
#[tokio::test]
async fn a_known_protocol_among_others_is_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    for (offered, chosen) in [
        ("lanvas.v9, lanvas.v1", "lanvas.v1"),
        ("lanvas.v1.json, lanvas.v1", "lanvas.v1"),
        ("chat, lanvas.v1.json", "lanvas.v1.json"),
    ] {
        let (_, head) = upgrade(&hub, &format!("Sec-WebSocket-Protocol: {offered}\r\n")).await;
        let line = format!("sec-websocket-protocol: {chosen}\r\n");
        assert!(head.to_lowercase().contains(&line), "{offered}: {head}");
    }
}

/// Opens a session's socket by hand: the stream after the answer's head, and that head.
async fn upgrade(hub: &TestHub, more: &str) -> (TcpStream, String) {
    let mut stream = hub.tcp().await;
    let request = format!(
        "GET /ws/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{more}\r\n",
        hub.session,
        hub.hub.port()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let byte = timeout(DEADLINE, stream.read_u8()).await.unwrap().unwrap();
        head.push(char::from(byte));
    }
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    (stream, head)
}

/// R6, and the head of a request: who opens and says nothing is let go in time.
#[tokio::test]
async fn who_keeps_the_hub_waiting_is_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start_allowing(folder.path(), UNPACED).await;
    let began = Instant::now();
    let mut halves = Vec::new();
    for _ in 0..50 {
        let mut stream = hub.tcp().await;
        stream
            .write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-")
            .await
            .unwrap();
        halves.push(stream);
    }
    let mut silent = hub.connect(Encoding::Binary).await;
    let mut witness = hub.join("Witness").await;
    // Not before its time, and soon; the times themselves are tried where they are kept.
    for mut stream in halves {
        let mut rest = Vec::new();
        let read = timeout(DEADLINE, stream.read_to_end(&mut rest));
        let _ = read.await.expect("half a request is gone by now");
    }
    assert!(began.elapsed() >= HEADER_TIMEOUT);
    assert!(witness.is_well().await);
    assert_eq!(silent.ended().await, (Some(ErrorCode::HelloTimeout), 4408));
    assert!(began.elapsed() >= PATIENCE.hello);
    assert!(witness.is_well().await);
}

/// Whatever bytes come, one connection ends at most, and the order goes on.
#[test]
fn random_bytes_hurt_nobody() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (hub, mut witness) = runtime.block_on(async {
        let hub = TestHub::start(folder.path()).await;
        let witness = hub.join("Witness").await;
        (hub, witness)
    });
    let mut said = 0;
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(300));
    let frames = prop::collection::vec((any::<bool>(), any_bytes()), 1..6);
    let outcome = runner.run(
        &(any::<bool>(), any::<bool>(), frames),
        |(json, joined, frames)| {
            runtime.block_on(async {
                let encoding = if json {
                    Encoding::Json
                } else {
                    Encoding::Binary
                };
                let mut client = hub.connect(encoding).await;
                if joined {
                    client.hello(named("Noise")).await;
                }
                for (text, bytes) in frames {
                    let frame = match String::from_utf8(bytes) {
                        Ok(words) if text => Message::text(words),
                        Ok(words) => Message::binary(words.into_bytes()),
                        Err(error) => Message::binary(error.into_bytes()),
                    };
                    if client.socket.send(frame).await.is_err() {
                        break; // it was closed already
                    }
                }
                drop(client);
            });
            Ok(())
        },
    );
    outcome.unwrap();
    runtime.block_on(async {
        for _ in 0..3 {
            said += 1;
            let asked = witness.ask(message("still here")).await;
            assert!(asked.is_ok());
        }
        let mut late = hub.connect(Encoding::Binary).await;
        let seen = late.hello(named("Late")).await;
        assert!(seen.iter().filter_map(number_of).max() >= Some(said));
        let restarts = hub.metric("lanvas_session_restarts_total").await;
        assert!(restarts < 1.0, "no input makes a session fail");
    });
}

/// Noise, and real messages with some bytes changed, which gets further.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let real = prop::sample::select(vec![
        br#"{"type":"submit","seq":1,"operation":{"type":"post_message","text":"hi"}}"#.to_vec(),
        br#"{"type":"submit","seq":2,"operation":{"type":"edit_notes","base":0,"changes":[[0,"a"]]}}"#
            .to_vec(),
        br#"{"type":"show_presence","cursor":{"x":1e308,"y":-0.0},"typing":true}"#.to_vec(),
        codec::encode_client(&ClientMessage::Ping { nonce: 9 }, Encoding::Binary),
        codec::encode_client(
            &ClientMessage::Submit {
                seq: 1,
                operation: crate::common::add(crate::common::stroke("noise", 20)),
            },
            Encoding::Binary,
        ),
    ]);
    let changed = (
        real,
        prop::collection::vec((any::<usize>(), any::<u8>()), 0..4),
    )
        .prop_map(|(mut bytes, changes)| {
            for (place, value) in changes {
                let place = place % bytes.len();
                bytes[place] = value;
            }
            bytes
        });
    prop_oneof![prop::collection::vec(any::<u8>(), 0..64), changed]
}

/// All that come from one address share what they may send; who is elsewhere does not notice.
#[cfg(target_os = "linux")] // elsewhere 127.0.0.1 is this machine's only address
#[tokio::test]
async fn an_address_sends_no_faster_by_more_connections() {
    const BURST: u32 = 50;
    /// In which nobody gets as much again.
    const SOON: Duration = Duration::from_secs(4);
    let folder = tempfile::tempdir().unwrap();
    let allowance = Allowance {
        messages_burst: BURST,
        messages_per_s: 1,
        ..Allowance::default()
    };
    let hub = TestHub::start_allowing(folder.path(), allowance).await;
    let mut witness = hub.join("Witness").await;
    let began = Instant::now();
    let mut many = Vec::new();
    for index in 0..ADDRESS_SHARE {
        let mut client = hub.join_from(66, &format!("m{index}")).await;
        ping(&mut client, BURST - 1).await; // their hellos are messages, too
        assert!(pong(&mut client, BURST - 1).await);
        many.push(client);
    }
    let mut late = hub.connect_from(66).await;
    late.send(&ClientMessage::Hello(Box::new(named("late"))))
        .await;
    ping(&mut late, BURST - 1).await;
    let mut elsewhere = hub.join_from(67, "elsewhere").await;
    ping(&mut elsewhere, BURST - 1).await;
    assert!(pong(&mut elsewhere, BURST - 1).await);
    let answered = timeout(Duration::from_millis(100), pong(&mut late, BURST - 1)).await;
    assert!(
        answered.is_err() || began.elapsed() > SOON,
        "its address has sent all it may for now"
    );
    assert!(witness.is_well().await);
}

async fn ping(client: &mut Client, upto: u32) {
    for nonce in 1..=upto {
        client.send(&ClientMessage::Ping { nonce }).await;
    }
}

/// Whether the answer came before the end.
async fn pong(client: &mut Client, wanted: u32) -> bool {
    let answer = |message: &_| matches!(message, ServerMessage::Pong { nonce } if *nonce == wanted);
    !client.until(answer).await.is_empty()
}
