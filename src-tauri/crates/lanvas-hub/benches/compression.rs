//! What compression would save and cost, on traffic that a real hub sends to real sockets:
//! the figures of `src-tauri/docs/decisions/0004-no-websocket-compression.md`.
//!
//! `cargo bench -p lanvas-hub --bench compression [-- FOLDER]`; into FOLDER go the snapshots, as
//! they are and deflated.

#![allow(clippy::unwrap_used)] // a measurement that cannot go on should stop where it stands
#![allow(clippy::cast_precision_loss)] // figures for people

use std::{
    io::{Read, Write},
    net::Ipv4Addr,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use flate2::{Compress, Compression, FlushCompress, read::DeflateDecoder, write::DeflateEncoder};
use futures_util::{SinkExt, StreamExt};
use lanvas_hub::{
    Hub, HubConfig, PortChoice, assets::NoUi, limits::Allowance, storage::StorageSettings,
};
use lanvas_protocol::{
    ClientMessage, Color, Encoding, Operation, Point, Points, Shape, ShapeBody, ShapeId, codec,
    message::{Hello, Ink, Position, Presence},
};
use tokio::{net::TcpStream, sync::watch, task::JoinSet, time::interval};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

const PEOPLE: u32 = 50;
const DRAWING: u32 = 10;
const POINTING: u32 = 10;
const SECONDS: u64 = 8;
const STROKES: u32 = 10_000;
const STROKE_POINTS: u32 = 50;
/// The end of a message that permessage-deflate leaves out (RFC 7692, 7.2.1).
const TAIL: usize = 4;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

fn main() {
    let folder = std::env::args().skip(1).find(|it| it != "--bench");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for encoding in [Encoding::Binary, Encoding::Json] {
        let messages = runtime.block_on(record(encoding));
        println!("\n{encoding:?}: what one of {PEOPLE} hears in {SECONDS} s");
        compare(&messages);
    }
    memory();
    snapshots(folder.as_deref().map(Path::new));
}

// --- traffic ----------------------------------------------------------------------------------

/// What one receiver is sent while others draw, point, write and talk.
async fn record(encoding: Encoding) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let (_, nearby) = watch::channel(Arc::from([]));
    let config = HubConfig {
        bind: Ipv4Addr::LOCALHOST.into(),
        port: PortChoice::Any,
        data_dir: folder.path().to_owned(),
        ui: Arc::new(NoUi),
        nearby,
        host_name: "Here".to_owned(),
        password: None,
        storage: StorageSettings::default(),
        tls: None,
        names: Vec::new(),
        accounts: true,
    };
    let hub = Hub::start_with(config, Allowance::default()).await.unwrap();
    let session = hub.open_newest_or_create(Some("Recorded")).await.unwrap();
    let url = format!("ws://127.0.0.1:{}/ws/{session}", hub.port());
    let listener = join(&url, "Listener", encoding).await;
    let mut people = JoinSet::new();
    for person in 0..PEOPLE - 1 {
        people.spawn(take_part(url.clone(), person));
    }
    let messages = listen(listener).await;
    people.abort_all();
    while people.join_next().await.is_some() {}
    hub.shutdown().await.unwrap();
    messages
}

async fn join(url: &str, name: &str, encoding: Encoding) -> Socket {
    let mut request = url.into_client_request().unwrap();
    if encoding == Encoding::Binary {
        let protocol = HeaderValue::from_static(lanvas_protocol::SUBPROTOCOL_BINARY);
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", protocol);
    }
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let hello = ClientMessage::Hello(Box::new(Hello {
        name: name.to_owned(),
        ..Hello::default()
    }));
    let bytes = codec::encode_client(&hello, encoding);
    let message = match encoding {
        Encoding::Binary => Message::binary(bytes),
        Encoding::Json => Message::text(String::from_utf8(bytes).unwrap()),
    };
    socket.send(message).await.unwrap();
    socket
}

async fn listen(mut socket: Socket) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    let ends = tokio::time::Instant::now() + Duration::from_secs(SECONDS);
    while let Ok(Some(Ok(message))) = tokio::time::timeout_at(ends, socket.next()).await {
        match message {
            Message::Binary(bytes) => messages.push(bytes.to_vec()),
            Message::Text(text) => messages.push(text.as_bytes().to_vec()),
            _ => {}
        }
    }
    messages
}

/// Some draw at 60 frames a second, some point at 20, two write, the others listen; now and then
/// somebody says something.
async fn take_part(url: String, person: u32) {
    let socket = join(&url, &format!("Person {person}"), Encoding::Binary).await;
    let (mut sink, mut stream) = socket.split();
    tokio::spawn(async move { while stream.next().await.is_some() {} });
    let frames = match person {
        0..DRAWING => 60,
        DRAWING..20 => 20,
        20..22 => 5,
        _ => 1,
    };
    let mut clock = interval(Duration::from_secs(1) / frames);
    let (mut seq, mut stroke) = (0, Vec::new());
    for tick in 0_u32.. {
        clock.tick().await;
        let mut submit = |operation| {
            seq += 1;
            ClientMessage::Submit { seq, operation }
        };
        let message = match person {
            0..DRAWING => {
                let fresh = [pen(person, tick * 2), pen(person, tick * 2 + 1)];
                let id = ShapeId::new(format!("{person}-{}", tick / 120)).unwrap();
                let start = u32::try_from(stroke.len()).unwrap();
                stroke.extend(fresh);
                if tick % 120 == 119 {
                    let shapes = vec![shape(id, person, &std::mem::take(&mut stroke))];
                    submit(Operation::AddShapes { shapes })
                } else {
                    let points = Points::pack(&fresh, 4).unwrap();
                    ClientMessage::ExtendInk(Ink::pen(id, ink(person), 4.0, start, points))
                }
            }
            _ if person < DRAWING + POINTING => {
                let Point { x, y, .. } = pen(person, tick * 6);
                ClientMessage::ShowPresence(Presence {
                    cursor: Some(Position { x, y }),
                    ..Presence::default()
                })
            }
            20..22 => ClientMessage::ShowPresence(Presence {
                typing: true,
                ..Presence::default()
            }),
            _ if (tick + person).is_multiple_of(20) => {
                let words = format!("Message {tick}: shall we move the blue box to the left?");
                submit(Operation::PostMessage(words.as_str().into()))
            }
            _ => ClientMessage::Ping { nonce: tick },
        };
        let bytes = codec::encode_client(&message, Encoding::Binary);
        if sink.send(Message::binary(bytes)).await.is_err() {
            return;
        }
    }
}

fn ink(person: u32) -> Color {
    let [.., r, g, b] = (person.wrapping_mul(2_654_435_761)).to_be_bytes();
    Color([r, g, b])
}

/// Handwriting, about: loops that go on to the right, uneven pressure, 120 points a second.
fn pen(person: u32, step: u32) -> Point {
    let noise = |salt: u32| {
        let mixed = (step ^ person << 16 ^ salt).wrapping_mul(2_654_435_761);
        f64::from(mixed >> 16) / 65_536.0 - 0.5
    };
    let (t, p) = (f64::from(step) / 120.0, f64::from(person));
    Point {
        x: p * 300.0 + t * 40.0 + (t * 7.0 + p).sin() * 18.0 + noise(1) * 0.6,
        y: p * 90.0 + (t * 9.0 + p).cos() * 26.0 + (t * 0.7).sin() * 60.0 + noise(2) * 0.6,
        pressure: Some((0.5 + (t * 3.0 + p).sin() * 0.3 + noise(3) * 0.1) as f32),
        time_ms: Some(step * 25 / 3),
    }
}

fn shape(id: ShapeId, person: u32, points: &[Point]) -> Shape {
    let (x, y) = (points[0].x, points[0].y);
    let placed: Vec<_> = points
        .iter()
        .map(|point| Point {
            x: point.x - x,
            y: point.y - y,
            ..*point
        })
        .collect();
    let body = ShapeBody::stroke(4.0, Points::pack(&placed, 4).unwrap());
    Shape::plain(id, x, y, f64::from(person), ink(person), body)
}

// --- live frames --------------------------------------------------------------------------------

fn compare(messages: &[Vec<u8>]) {
    // A snapshot is deflated already.
    let live: Vec<_> = messages.iter().filter(|it| it.len() < 4_096).collect();
    let plain: usize = live.iter().map(|it| it.len()).sum();
    let mean = plain as f64 / live.len() as f64;
    println!("  {} messages, {plain} bytes, {mean:.0} each", live.len());
    println!(
        "  plain: copied in {:.2} µs each",
        timed(&live, |bytes| bytes.to_vec().len()).1
    );
    for level in [1, 6] {
        for keeps_context in [true, false] {
            let mut context = Compress::new(Compression::new(level), false);
            let mut out = Vec::with_capacity(64 * 1024);
            let (bytes, each) = timed(&live, |bytes| {
                if !keeps_context {
                    context.reset();
                }
                out.clear();
                let done = context.compress_vec(bytes, &mut out, FlushCompress::Sync);
                done.unwrap();
                out.len() - TAIL
            });
            let share = bytes as f64 / plain as f64 * 100.0;
            let how = if keeps_context {
                "with context"
            } else {
                "each alone"
            };
            println!("  deflate {level}, {how}: {share:.0} % of the bytes, {each:.1} µs each");
        }
    }
}

/// Bytes out, and the best of three for the microseconds of one message.
fn timed(messages: &[&Vec<u8>], mut work: impl FnMut(&[u8]) -> usize) -> (usize, f64) {
    let (mut bytes, mut best) = (0, f64::INFINITY);
    for _ in 0..3 {
        let began = Instant::now();
        bytes = messages.iter().map(|message| work(message)).sum();
        best = best.min(began.elapsed().as_secs_f64() * 1e6 / messages.len() as f64);
    }
    (bytes, best)
}

fn memory() {
    const CONTEXTS: usize = 500;
    let before = resident();
    let mut contexts: Vec<_> = (0..CONTEXTS)
        .map(|_| Compress::new(Compression::fast(), false))
        .collect();
    let noise: Vec<u8> = (0..64 * 1024_u32)
        .map(|it| (it.wrapping_mul(40_503) >> 8) as u8)
        .collect();
    let mut out = Vec::with_capacity(128 * 1024);
    for context in &mut contexts {
        out.clear();
        let done = context.compress_vec(&noise, &mut out, FlushCompress::Sync);
        done.unwrap();
    }
    let each = (resident() - before) / CONTEXTS as f64 / 1024.0;
    println!("\na context, once used: {each:.0} KiB resident");
}

fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    status.split(' ').nth(1).unwrap().parse::<f64>().unwrap() * 4_096.0
}

// --- snapshots ----------------------------------------------------------------------------------

fn snapshots(folder: Option<&Path>) {
    let strokes: Vec<Arc<Shape>> = (0..STROKES)
        .map(|index| {
            let points: Vec<_> = (0..STROKE_POINTS).map(|step| pen(index, step)).collect();
            let id = ShapeId::new(format!("{:08x}", index.wrapping_mul(2_654_435_761))).unwrap();
            Arc::new(shape(id, index % 12, &points))
        })
        .collect();
    let mut plain = Vec::new();
    codec::write_shapes(&strokes, Encoding::Binary, &mut plain);
    println!(
        "\n{STROKES} strokes of {STROKE_POINTS} points: {} bytes",
        plain.len()
    );
    for level in [1, 3, 6, 9] {
        let began = Instant::now();
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(level));
        encoder.write_all(&plain).unwrap();
        let deflated = encoder.finish().unwrap();
        let deflating = began.elapsed().as_secs_f64() * 1e3;
        let began = Instant::now();
        let mut again = Vec::with_capacity(plain.len());
        DeflateDecoder::new(&*deflated)
            .read_to_end(&mut again)
            .unwrap();
        let inflating = began.elapsed().as_secs_f64() * 1e3;
        assert_eq!(again, plain);
        let share = deflated.len() as f64 / plain.len() as f64 * 100.0;
        println!(
            "  deflate {level}: {} bytes ({share:.0} %), {deflating:.1} ms, back in {inflating:.1} ms",
            deflated.len()
        );
        if let Some(folder) = folder {
            std::fs::write(folder.join(format!("deflate-{level}")), &deflated).unwrap();
        }
    }
    if let Some(folder) = folder {
        std::fs::write(folder.join("plain"), &plain).unwrap();
    }
}
