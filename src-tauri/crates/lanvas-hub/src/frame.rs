//! A message on its way out, encoded at most once per encoding however many connections get it.

mod part;

use std::{
    io::Write,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use flate2::{Compression, write::DeflateEncoder};
use lanvas_protocol::{Encoding, ServerMessage, codec};

use self::part::Part;
use crate::{
    session::blocks::Block,
    websocket::{self, Opcode},
};

/// From here on a binary message is deflated, if it may be. Below, the saving is a packet at most.
const DEFLATE_FROM_BYTES: usize = 1_024;

/// A message and, once somebody asked for them, its bytes.
#[derive(Debug)]
pub struct Frame {
    content: Content,
    binary: OnceLock<Bytes>,
    json: OnceLock<Bytes>,
}

#[derive(Debug)]
enum Content {
    Message(ServerMessage),
    /// Shapes of a snapshot.
    Part(Part),
}

impl Frame {
    /// Nothing is encoded yet.
    #[must_use]
    pub fn new(message: ServerMessage) -> Self {
        Self::of(Content::Message(message))
    }

    /// The part of the snapshot at `number` that has these shapes; `part` of so many.
    pub(crate) fn part(number: u64, part: (u32, u32), block: Arc<Block>) -> Self {
        Self::of(Content::Part(Part::new(number, part, block)))
    }

    fn of(content: Content) -> Self {
        Self {
            content,
            binary: OnceLock::new(),
            json: OnceLock::new(),
        }
    }

    /// What it says.
    #[must_use]
    pub fn message(&self) -> &ServerMessage {
        match &self.content {
            Content::Message(message) => message,
            Content::Part(part) => part.message(),
        }
    }

    /// The number of the snapshot it is a part of.
    #[must_use]
    pub fn snapshot_number(&self) -> Option<u64> {
        match &self.content {
            Content::Message(ServerMessage::Snapshot(snapshot)) => Some(snapshot.number),
            Content::Message(_) => None,
            Content::Part(part) => Some(part.number),
        }
    }

    /// About how many bytes it holds.
    #[must_use]
    pub fn weight(&self) -> usize {
        const SMALL: usize = 64;
        match &self.content {
            Content::Message(ServerMessage::Applied(applied)) => applied.operation.weight(),
            _ => SMALL,
        }
    }

    /// The whole WebSocket frame, header and all, shared.
    #[must_use]
    pub fn bytes(&self, encoding: Encoding) -> &Bytes {
        let cell = match encoding {
            Encoding::Binary => &self.binary,
            Encoding::Json => &self.json,
        };
        cell.get_or_init(|| self.encode(encoding))
    }

    /// The message's bytes alone.
    #[must_use]
    pub fn payload(&self, encoding: Encoding) -> Bytes {
        let frame = self.bytes(encoding);
        frame.slice(websocket::header_length(frame)..)
    }

    fn encode(&self, encoding: Encoding) -> Bytes {
        let opcode = match encoding {
            Encoding::Binary => Opcode::Binary,
            Encoding::Json => Opcode::Text,
        };
        match &self.content {
            Content::Message(message) => {
                websocket::frame(opcode, |payload| write(message, encoding, payload))
            }
            Content::Part(part) => {
                let bytes = websocket::frame(opcode, |payload| part.write(encoding, payload));
                part.keep_written(&bytes, encoding);
                bytes
            }
        }
    }
}

fn write(message: &ServerMessage, encoding: Encoding, payload: &mut Vec<u8>) {
    let start = payload.len();
    codec::write_server(message, encoding, payload);
    let large = matches!(message, ServerMessage::Snapshot(_))
        && payload.len() - start >= DEFLATE_FROM_BYTES
        && encoding == Encoding::Binary;
    if large && let Some(deflated) = deflate(&payload[start..]) {
        payload.truncate(start);
        payload.extend(deflated);
    }
}

/// Only snapshots are deflated: live frames of 20 to 200 bytes gain little and would cost a context
/// for each connection (decisions/0004).
fn deflate(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(vec![codec::TAG_DEFLATED], Compression::fast());
    encoder.write_all(&plain[1..]).ok()?;
    encoder.finish().ok()
}
