//! How the load client speaks to each kind of server, written by hand so that it costs little.

use lanvas_protocol::{
    ClientMessage, Color, Encoding, Operation, Point, Points, ServerMessage, ShapeChange, ShapeId,
    codec,
    message::{Hello, Ink},
};

/// Bytes before a raw message: its length.
pub(crate) const RAW_HEADER: usize = 2;
/// Bytes of a message of the bare servers.
pub(crate) const BARE_BYTES: usize = 64;

/// What a message is, to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// A delivery; with the stamp it carries, if it does.
    Delivery(Option<u32>),
    /// The receiver has everything.
    CaughtUp,
    /// A whole snapshot instead of operations.
    Snapshot,
    /// An own submission has its number.
    Confirmed,
    /// The server wants to know whether we are there.
    Ping,
    /// The answer to our own question whether it is.
    Answer,
    Other,
}

/// A WebSocket frame from the client; the mask is all zeros, which a server must accept.
pub(crate) fn client_frame(payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x82];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | short as u8),
        middle @ 126..65_536 => {
            frame.push(0x80 | 126);
            frame.extend((middle as u16).to_be_bytes());
        }
        long => {
            frame.push(0x80 | 127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

/// The place and length of the first server frame's payload, if it is whole.
pub(crate) fn server_frame(buffer: &[u8]) -> Option<(usize, usize)> {
    let second = *buffer.get(1)? & 0x7f;
    let (start, length) = match second {
        126 => (
            4,
            usize::from(u16::from_be_bytes(buffer.get(2..4)?.try_into().unwrap())),
        ),
        127 => (
            10,
            u64::from_be_bytes(buffer.get(2..10)?.try_into().unwrap()) as usize,
        ),
        short => (2, usize::from(short)),
    };
    (buffer.len() >= start + length).then_some((start, length))
}

/// An empty pong.
pub(crate) const PONG_FRAME: &[u8] = &[0x8a, 0x80, 0, 0, 0, 0];

/// Whether a server's frame is a ping.
pub(crate) fn is_ping(frame: &[u8]) -> bool {
    frame.first() == Some(&0x89)
}

/// Asks the hub whether it is there.
pub(crate) fn question() -> Vec<u8> {
    encoded(&ClientMessage::Ping { nonce: 1 })
}

/// The place in the order that a receiver is at after a message, if it moves.
pub(crate) fn number_of(payload: &[u8]) -> Option<u64> {
    match codec::decode_server(payload, Encoding::Binary) {
        Ok(ServerMessage::Applied(applied)) => Some(applied.number),
        Ok(ServerMessage::CaughtUp { number }) => Some(number),
        _ => None,
    }
}

/// What a message of the hub is: its `type` is its first field.
pub(crate) fn seen_of_hub(payload: &[u8]) -> Seen {
    let kind = payload.get(8..).unwrap_or_default();
    if payload.first() == Some(&codec::TAG_DEFLATED) || kind.starts_with(b"snapshot") {
        Seen::Snapshot
    } else if kind.starts_with(b"applied") {
        Seen::Delivery(None)
    } else if payload.first() == Some(&codec::TAG_INK_EXTENDED) {
        Seen::Delivery(stamp_of_ink(payload))
    } else if kind.starts_with(b"pong") {
        Seen::Answer
    } else if kind.starts_with(b"confirmed") {
        Seen::Confirmed
    } else if kind.starts_with(b"caught_up") {
        Seen::CaughtUp
    } else {
        Seen::Other
    }
}

/// The stamp rides in `start`, which the hub passes on as it is: after author, id, colour, width.
fn stamp_of_ink(payload: &[u8]) -> Option<u32> {
    let author = payload.get(1..)?.iter().position(|byte| byte & 0x80 == 0)? + 2;
    let start = author + 1 + usize::from(*payload.get(author)?) + 3 + 4;
    let mut stamp = 0_u64;
    for (index, byte) in payload.get(start..)?.iter().take(5).enumerate() {
        stamp |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return u32::try_from(stamp).ok();
        }
    }
    None
}

/// A message of a bare server: the stamp, then filling.
pub(crate) fn bare_message(stamp: u32) -> Vec<u8> {
    let mut message = vec![0x5a; BARE_BYTES];
    message[..4].copy_from_slice(&stamp.to_be_bytes());
    message
}

pub(crate) fn bare_stamp(payload: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(payload.get(..4)?.try_into().unwrap()))
}

fn encoded(message: &ClientMessage) -> Vec<u8> {
    client_frame(&codec::encode_client(message, Encoding::Binary))
}

pub(crate) fn hello(name: &str) -> Vec<u8> {
    encoded(&ClientMessage::Hello(Box::new(Hello {
        name: name.to_owned(),
        ..Hello::default()
    })))
}

pub(crate) fn submit(seq: u32, operation: Operation) -> Vec<u8> {
    encoded(&ClientMessage::Submit { seq, operation })
}

/// The smallest change of a shape: what is 64 bytes elsewhere.
pub(crate) fn nudge(seq: u32) -> Vec<u8> {
    let id = ShapeId::new("bench").unwrap();
    let change = ShapeChange {
        x: Some(f64::from(seq % 1_000)),
        ..ShapeChange::of(id)
    };
    submit(
        seq,
        Operation::UpdateShapes {
            changes: vec![change],
        },
    )
}

/// Two points of a stroke, as a pen at 120 Hz gives them each frame.
pub(crate) fn ink(stroke: &str, stamp: u32) -> Vec<u8> {
    let point = |x, time_ms| Point {
        x,
        y: 50.0,
        pressure: Some(0.5),
        time_ms: Some(time_ms),
    };
    let points = Points::pack(&[point(100.0, 0), point(101.5, 8)], 4).unwrap();
    encoded(&ClientMessage::ExtendInk(Ink::pen(
        ShapeId::new(stroke).unwrap(),
        Color([30, 30, 30]),
        4.0,
        stamp,
        points,
    )))
}

/// A stroke of `count` points that wanders like a hand.
pub(crate) fn stroke_points(seed: u64, count: u32) -> Points {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f64 / f64::from(1 << 24) - 0.5
    };
    let (mut x, mut y, mut dx, mut dy) = (0.0, 0.0, random() * 8.0, random() * 8.0);
    let points: Vec<_> = (0..count)
        .map(|index| {
            dx = (dx + random() * 3.0).clamp(-8.0, 8.0);
            dy = (dy + random() * 3.0).clamp(-8.0, 8.0);
            x += dx;
            y += dy;
            let pressure = 0.5 + 0.3 * (f64::from(index) / 8.0).sin();
            Point {
                x,
                y,
                pressure: Some(pressure as f32),
                time_ms: Some(index * 8),
            }
        })
        .collect();
    Points::pack(&points, 4).unwrap()
}
