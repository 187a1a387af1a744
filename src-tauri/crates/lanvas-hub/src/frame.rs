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
use crate::session::blocks::Block;

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

    /// Its bytes, shared.
    #[must_use]
    pub fn bytes(&self, encoding: Encoding) -> Bytes {
        let cell = match encoding {
            Encoding::Binary => &self.binary,
            Encoding::Json => &self.json,
        };
        cell.get_or_init(|| match &self.content {
            Content::Message(message) => encode(message, encoding),
            Content::Part(part) => part.encode(encoding),
        })
        .clone()
    }
}

fn encode(message: &ServerMessage, encoding: Encoding) -> Bytes {
    let plain = codec::encode_server(message, encoding);
    let large = matches!(message, ServerMessage::Snapshot(_))
        && plain.len() >= DEFLATE_FROM_BYTES
        && encoding == Encoding::Binary;
    if large {
        deflate(&plain).unwrap_or(plain).into()
    } else {
        plain.into()
    }
}

/// Only snapshots are deflated: live frames of 20 to 200 bytes gain little and would cost a context
/// for each connection (decisions/0004).
fn deflate(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(vec![codec::TAG_DEFLATED], Compression::fast());
    encoder.write_all(&plain[1..]).ok()?;
    encoder.finish().ok()
}
