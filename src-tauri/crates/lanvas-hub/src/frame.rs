//! A message on its way out, encoded at most once per encoding however many connections get it.

use std::{io::Write, sync::OnceLock};

use axum::body::Bytes;
use flate2::{Compression, write::DeflateEncoder};
use lanvas_protocol::{Encoding, ServerMessage, codec};

/// From here on a binary message is deflated, if it may be. Below, the saving is a packet at most.
const DEFLATE_FROM_BYTES: usize = 1_024;

/// A message and, once somebody asked for them, its bytes.
#[derive(Debug)]
pub struct Frame {
    message: ServerMessage,
    binary: OnceLock<Bytes>,
    json: OnceLock<Bytes>,
}

impl Frame {
    /// Nothing is encoded yet.
    #[must_use]
    pub fn new(message: ServerMessage) -> Self {
        Self {
            message,
            binary: OnceLock::new(),
            json: OnceLock::new(),
        }
    }

    /// What it says.
    #[must_use]
    pub fn message(&self) -> &ServerMessage {
        &self.message
    }

    /// About how many bytes it holds.
    #[must_use]
    pub fn weight(&self) -> usize {
        const SMALL: usize = 64;
        match &self.message {
            ServerMessage::Applied(applied) => applied.operation.weight(),
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
        cell.get_or_init(|| self.encode(encoding)).clone()
    }

    fn encode(&self, encoding: Encoding) -> Bytes {
        let plain = codec::encode_server(&self.message, encoding);
        let large = matches!(self.message, ServerMessage::Snapshot(_))
            && plain.len() >= DEFLATE_FROM_BYTES
            && encoding == Encoding::Binary;
        if large {
            deflate(&plain).unwrap_or(plain).into()
        } else {
            plain.into()
        }
    }
}

/// Only snapshots are deflated: live frames of 20 to 200 bytes gain little and would cost a context
/// for each connection (decisions/0004).
fn deflate(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(vec![codec::TAG_DEFLATED], Compression::fast());
    encoder.write_all(&plain[1..]).ok()?;
    encoder.finish().ok()
}
