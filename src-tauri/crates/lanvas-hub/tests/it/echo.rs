//! `/echo`: what a conformance suite or a person with a terminal tries first.

use futures_util::{SinkExt, StreamExt};
use lanvas_hub::limits::{ECHO_ALLOWANCE, ECHO_PER_ADDRESS_MAX};
use lanvas_protocol::limits::{ECHO_FRAGMENTS_MAX, ECHO_MESSAGE_BYTES_MAX};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Duration, Instant, timeout},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Bytes, Message, client::IntoClientRequest, protocol::WebSocketConfig},
};

use crate::{
    common::{DEADLINE, TestHub},
    frames::{FIRST, LAST, MORE, RawSocket, TEXT, frame},
    promise,
};

async fn open(hub: &TestHub) -> WebSocketStream<TcpStream> {
    let url = format!("ws://127.0.0.1:{}/echo", hub.hub.port());
    let config = WebSocketConfig::default()
        .max_message_size(None)
        .max_frame_size(None);
    let request = url.into_client_request().unwrap();
    let upgrade =
        tokio_tungstenite::client_async_with_config(request, hub.tcp().await, Some(config));
    upgrade.await.unwrap().0
}

async fn next(socket: &mut WebSocketStream<TcpStream>) -> Message {
    let message = timeout(DEADLINE, socket.next()).await;
    message.expect("an answer").expect("open").unwrap()
}

#[tokio::test]
async fn every_message_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut socket = open(&hub).await;
    for message in [
        Message::text(""),
        Message::text("Grüße 👋"),
        Message::binary(vec![]),
        Message::binary((0..=255).collect::<Vec<u8>>()),
        Message::binary(vec![7; ECHO_MESSAGE_BYTES_MAX]),
    ] {
        socket.send(message.clone()).await.unwrap();
        assert!(
            next(&mut socket).await == message,
            "{} bytes",
            message.len()
        );
    }
    socket
        .send(Message::Ping(Bytes::from_static(b"are you there")))
        .await
        .unwrap();
    assert_eq!(
        next(&mut socket).await,
        Message::Pong(Bytes::from_static(b"are you there"))
    );
}

#[tokio::test]
async fn more_than_sixteen_mebibytes_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut socket = open(&hub).await;
    let message = Message::binary(vec![7; ECHO_MESSAGE_BYTES_MAX + 1]);
    let _ = socket.send(message).await; // the hub may hang up while we still speak
    let end = timeout(DEADLINE, socket.next()).await.expect("it ends");
    let refused = match end {
        Some(Ok(Message::Close(Some(close)))) => u16::from(close.code) == 1009,
        Some(Ok(other)) => panic!("{} bytes came back", other.len()),
        Some(Err(_)) | None => true,
    };
    assert!(refused);
    assert_eq!(hub.get("/healthz", &[]).await.status(), 200);
}

/// RFC 6455, 5.4: a message in fragments with a ping between them comes back whole.
#[tokio::test]
async fn fragments_become_one_message() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let socket = open(&hub).await;
    let mut stream = socket.into_inner();
    let frame = |first: u8, words: &[u8]| {
        let length = u8::try_from(words.len()).unwrap();
        [&[first, 0x80 | length, 0, 0, 0, 0], words].concat()
    };
    for piece in [
        frame(0x01, b"one "),
        frame(0x89, b"ping"),
        frame(0x00, b"two "),
        frame(0x80, b"three"),
    ] {
        stream.write_all(&piece).await.unwrap();
    }
    let mut answer = vec![0; 2 + 4 + 2 + 13];
    timeout(DEADLINE, stream.read_exact(&mut answer))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        answer,
        [&[0x8a, 4], &b"ping"[..], &[0x81, 13], b"one two three"].concat()
    );
}

/// A message of as many frames as it may have comes back, though not faster than a socket may send;
/// one frame more ends the connection. Who else is there waits for neither.
#[tokio::test]
async fn a_message_has_so_many_frames_and_a_socket_its_pace() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let in_frames = |count: usize| {
        let between = frame(MORE, b"").repeat(count - 2);
        [frame(FIRST, b"so many"), between, frame(LAST, b"")].concat()
    };
    let paced = ECHO_FRAGMENTS_MAX - ECHO_ALLOWANCE.messages_burst as usize;
    let takes = Duration::from_secs(paced as u64) / ECHO_ALLOWANCE.messages_per_s;
    promise::keeps(takes / 2, async || {
        others_wait_beside(&hub, &in_frames, takes).await
    })
    .await;
}

/// How long.
async fn others_wait_beside(
    hub: &TestHub,
    in_frames: &impl Fn(usize) -> Vec<u8>,
    takes: Duration,
) -> Duration {
    let began = Instant::now();
    let within = async {
        let mut socket = raw(hub).await;
        socket.send(&in_frames(ECHO_FRAGMENTS_MAX)).await;
        assert_eq!(socket.until(TEXT).await.payload, b"so many");
        // What one read brings is paid for together.
        assert!(began.elapsed() + Duration::from_secs(1) > takes);
    };
    let past = async {
        let mut socket = raw(hub).await;
        socket.send(&in_frames(ECHO_FRAGMENTS_MAX + 1)).await;
        assert_eq!(socket.ended().await, Some(1009));
    };
    let others = async {
        let mut socket = raw(hub).await;
        let mut slowest = Duration::ZERO;
        while began.elapsed() < takes / 2 {
            let asked = Instant::now();
            socket.send(&frame(TEXT, b"and I?")).await;
            assert_eq!(socket.until(TEXT).await.payload, b"and I?");
            slowest = slowest.max(asked.elapsed());
        }
        slowest
    };
    let ((), (), slowest) = tokio::join!(within, past, others);
    slowest
}

async fn raw(hub: &TestHub) -> RawSocket {
    let stream = open(hub).await.into_inner();
    RawSocket { stream }
}

fn upgrade_request(hub: &TestHub) -> String {
    format!(
        "GET /echo HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        hub.hub.port()
    )
}

/// One person's leave places for others: their next is told to wait, somebody else's is opened.
#[tokio::test]
async fn one_address_takes_few_of_the_places() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut taken = Vec::new();
    for _ in 0..ECHO_PER_ADDRESS_MAX {
        taken.push(open_from(&hub, 7).await.expect("within the limit"));
    }
    let answer = hub.request_from(7, &upgrade_request(&hub)).await;
    assert_eq!(
        (answer.status(), &answer.json()["code"]),
        (503, &"busy".into())
    );
    let mut other = open_from(&hub, 8).await.expect("another's");
    other.send(Message::text("and I?")).await.unwrap();
    assert_eq!(next(&mut other).await, Message::text("and I?"));
    drop(taken.pop());
    let begun = Instant::now();
    while open_from(&hub, 7).await.is_none() {
        assert!(begun.elapsed() < DEADLINE, "it was given back");
    }
}

/// From `127.0.0.x`; none if it is told to wait.
async fn open_from(hub: &TestHub, x: u8) -> Option<WebSocketStream<TcpStream>> {
    let request = format!("ws://127.0.0.1:{}/echo", hub.hub.port());
    let request = request.into_client_request().unwrap();
    let stream = hub.tcp_from(x).await;
    let upgrade = tokio_tungstenite::client_async(request, stream);
    timeout(DEADLINE, upgrade)
        .await
        .unwrap()
        .ok()
        .map(|it| it.0)
}

/// Each may hold sixteen mebibytes, so there are few places; one more is told to wait.
#[tokio::test]
async fn there_are_few_places() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut sockets = Vec::new();
    for _ in 0..lanvas_hub::limits::ECHO_CONNECTIONS_MAX {
        sockets.push(open(&hub).await);
    }
    let upgrade = [
        ("Connection", "Upgrade, close"),
        ("Upgrade", "websocket"),
        ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="),
    ];
    let answer = hub.get("/echo", &upgrade).await;
    assert_eq!(
        (answer.status(), &answer.json()["code"]),
        (503, &"busy".into())
    );
    // Also for who has taken none.
    assert_eq!(
        hub.request_from(8, &upgrade_request(&hub)).await.status(),
        503
    );
    let mut one = sockets.pop().unwrap();
    one.close(None).await.unwrap();
    while let Some(Ok(_)) = timeout(DEADLINE, one.next()).await.unwrap() {}
}
