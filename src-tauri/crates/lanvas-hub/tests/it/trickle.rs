//! Somebody whose network carries 10 KB a second: they are kept, hold nobody up, and end with
//! everything once it is better.

use std::{
    collections::BTreeSet,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use futures_util::{SinkExt, StreamExt};
use lanvas_protocol::{ClientMessage, Encoding, Operation, ServerMessage, codec};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpSocket, TcpStream},
    time::{Duration, Interval, interval, timeout},
};
use tokio_tungstenite::{client_async, tungstenite::Message};

use crate::common::{TestHub, add, message, named, stroke};

/// Bytes that come through each tenth of a second.
const TRICKLE: usize = 1_024;

/// A stream that gives little at a time while `slow`.
struct Trickle {
    stream: TcpStream,
    slow: Arc<AtomicBool>,
    turns: Interval,
}

impl AsyncRead for Trickle {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.slow.load(Ordering::Relaxed) {
            return Pin::new(&mut self.stream).poll_read(cx, buffer);
        }
        ready!(self.turns.poll_tick(cx));
        let mut some = buffer.take(TRICKLE);
        let read = Pin::new(&mut self.stream).poll_read(cx, &mut some);
        let count = some.filled().len();
        if let Poll::Ready(Ok(())) = read {
            let filled = some.filled().to_vec();
            buffer.put_slice(&filled[..count]);
        }
        read
    }
}

impl AsyncWrite for Trickle {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The reader's patience for megabytes of JSON, on a machine that does much else.
const ALL_OF_IT: Duration = Duration::from_secs(180);

/// Joins by JSON and gives the shapes it has read once it is at `last`; `at` follows where it is.
async fn read_all(stream: Trickle, url: String, last: u64, at: Arc<AtomicU64>) -> BTreeSet<String> {
    let (mut socket, _) = client_async(url, stream).await.unwrap();
    let hello = ClientMessage::Hello(Box::new(named("Slow")));
    let hello = String::from_utf8(codec::encode_client(&hello, Encoding::Json)).unwrap();
    socket.send(Message::text(hello)).await.unwrap();
    let (mut shapes, mut number) = (BTreeSet::new(), 0);
    while number < last {
        let said = socket.next().await.expect("it is kept").expect("whole");
        let Message::Text(text) = said else { continue };
        match codec::decode_server(text.as_bytes(), Encoding::Json).unwrap() {
            ServerMessage::Applied(applied) => {
                assert_eq!(applied.number, number + 1, "R16: no gaps");
                number = applied.number;
                if let Operation::AddShapes { shapes: added } = &applied.operation {
                    shapes.extend(added.iter().map(|shape| shape.id.to_string()));
                }
            }
            ServerMessage::Snapshot(part) => {
                number = part.number;
                shapes.extend(part.shapes.iter().map(|shape| shape.id.to_string()));
            }
            _ => {}
        }
        at.store(number, Ordering::Relaxed);
    }
    shapes
}

#[tokio::test]
async fn a_reader_of_ten_kilobytes_a_second_is_kept_and_ends_with_everything() {
    const STROKES: u64 = 150;
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4 * 1024).unwrap();
    let address = ([127, 0, 0, 1], hub.hub.port()).into();
    let slow = Arc::new(AtomicBool::new(false));
    let stream = Trickle {
        stream: socket.connect(address).await.unwrap(),
        slow: Arc::clone(&slow),
        turns: interval(Duration::from_millis(100)),
    };
    let url = format!("ws://127.0.0.1:{}/ws/{}", hub.hub.port(), hub.session);
    let at = Arc::new(AtomicU64::new(0));
    // Two seconds of messages beside the strokes.
    let last = STROKES + 20;
    let reading = tokio::spawn(read_all(stream, url, last, Arc::clone(&at)));
    let mut writer = hub.join("Writer").await;
    let mut witness = hub.join("Witness").await;
    slow.store(true, Ordering::Relaxed);
    for index in 0..STROKES {
        let operation = add(stroke(&format!("s{index}"), 4_000));
        writer.ask(operation).await.unwrap();
        if index % 10 == 0 {
            witness.ask(message("quick?")).await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await; // the reader's next kilobyte
        }
    }
    for _ in 0..5 {
        witness.ask(message("and now?")).await.unwrap();
    }
    // Had anybody waited for the reader, it would be where they are.
    let at = at.load(Ordering::Relaxed);
    assert!(at < last / 2, "most of it has not come through yet: {at}");
    slow.store(false, Ordering::Relaxed);
    let shapes = timeout(ALL_OF_IT, reading).await.expect("it ends").unwrap();
    assert_eq!(shapes.len() as u64, STROKES);
    hub.hub.shutdown().await.unwrap();
}
