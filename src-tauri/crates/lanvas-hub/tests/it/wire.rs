//! A socket that is full in the middle of a frame: what was begun is ended before anything else is
//! said, byte for byte.

use lanvas_protocol::{ClientMessage, Encoding};
use serde_json::Value;
use tokio::net::TcpSocket;

use crate::{
    common::{Client, TestHub, add, message, stroke},
    frames::{CLOSE, PING, PONG, RawSocket, Received, TEXT, frame, read_head, request},
};

const HELLO: &[u8] = br#"{"type":"hello","name":"Slow","replica":"narrow"}"#;
/// Strokes whose JSON is more than the system buffers for a socket, and less than an outbox takes.
const STROKES: u64 = 100;

/// Somebody who has joined and reads nothing, and for whom more waits than the socket takes.
async fn full(hub: &TestHub) -> (RawSocket, Client, Value) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4 * 1024).unwrap();
    let address = ([127, 0, 0, 1], hub.hub.port()).into();
    let mut stream = socket.connect(address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stream, request(hub, "").as_bytes())
        .await
        .unwrap();
    read_head(&mut stream).await;
    let mut slow = RawSocket { stream };
    slow.send(&frame(TEXT, HELLO)).await;
    let welcome = serde_json::from_str(&slow.until_text("welcomed").await).unwrap();
    slow.until_text("caught_up").await;
    let mut writer = hub.join("Writer").await;
    for index in 0..STROKES {
        let operation = add(stroke(&format!("s{index}"), 4_000));
        writer.ask(operation).await.unwrap();
    }
    // The socket is full, whatever it is from now on; a narrow one would be read for half a minute.
    socket2::SockRef::from(&slow.stream)
        .set_recv_buffer_size(1024 * 1024)
        .unwrap();
    (slow, writer, welcome)
}

fn number(frame: &Received) -> Option<u64> {
    let said: Value = serde_json::from_slice(&frame.payload).expect("a whole message");
    said["number"]
        .as_u64()
        .filter(|_| said["type"] == "applied")
}

#[tokio::test]
async fn a_ping_is_answered_between_frames_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let (mut slow, mut writer, _) = full(&hub).await;
    slow.send(&frame(PING, b"still there?")).await;
    let last = writer.ask(message("the last one")).await.unwrap();
    let (mut numbers, mut ponged_after) = (Vec::new(), None);
    while numbers.last() != Some(&last) {
        let frame = slow.next().await.expect("it is open");
        match frame.first {
            TEXT => numbers.extend(number(&frame)),
            PONG => {
                assert_eq!(frame.payload, b"still there?");
                assert_eq!(ponged_after.replace(numbers.len()), None, "once");
            }
            PING => {}
            other => panic!("{other:x}"),
        }
    }
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
    let after = ponged_after.expect("the ping was answered");
    assert!(after < numbers.len() - 1, "before all that waited");
}

#[tokio::test]
async fn a_goodbye_is_answered_after_the_frame_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let (mut slow, mut writer, _) = full(&hub).await;
    slow.send(&frame(CLOSE, &1000_u16.to_be_bytes())).await;
    // The hub has heard it once the roster says so.
    let left = |it: &_| matches!(it, lanvas_protocol::ServerMessage::Left { .. });
    writer.until(left).await;
    let mut seen = 0;
    let code = loop {
        let frame = slow.next().await.expect("a close comes first");
        if frame.first == CLOSE {
            break frame.close_code();
        }
        seen += number(&frame).map_or(0, |_| 1);
    };
    assert_eq!(code, Some(1000));
    assert!(seen < STROKES, "what was not begun is not said any more");
    assert_eq!(slow.next().await, None);
}

/// R11: the older connection of a replica hears why it ends, however much waits for it.
#[tokio::test]
async fn a_reason_to_end_comes_after_the_frame_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let (mut slow, mut writer, welcome) = full(&hub).await;
    let mut again = hub.connect(Encoding::Binary).await;
    let hello = lanvas_protocol::message::Hello {
        name: "Slow".to_owned(),
        resume: welcome["resume"].as_str().map(str::to_owned),
        replica: lanvas_protocol::ReplicaId::new("narrow").ok(),
        ..Default::default()
    };
    again.send(&ClientMessage::Hello(Box::new(hello))).await;
    let mut code = None;
    while let Some(frame) = slow.next().await {
        assert_eq!(code, None, "nothing follows a close");
        code = frame.close_code();
        if frame.first == CLOSE {
            slow.send(&crate::frames::frame(CLOSE, &frame.payload))
                .await;
        } else if frame.first == TEXT {
            number(&frame);
        }
    }
    assert_eq!(code, Some(4409));
    assert!(writer.is_well().await);
}
