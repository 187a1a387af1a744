//! The two encodings of the same messages.
//!
//! `lanvas.v1.json`: one JSON object per text frame. `lanvas.v1`: one binary frame per message, a
//! tag byte and then MessagePack with named fields; tag 0 is plain, tag 1 is raw deflate
//! (RFC 1951) of the same. Only the hub sends tag 1: nothing compressed is ever accepted, so
//! there is no bomb to defuse. Tags 2 and 3 are wet ink from the hub and to it, without names
//! (`codec/ink.rs`).

mod ink;

use std::sync::Arc;

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    message::{ClientMessage, ServerMessage, Snapshot},
    shape::Shape,
};

/// The tag of a plain binary message.
pub const TAG_PLAIN: u8 = 0;
/// How deep a message may nest; serde_json has its own bound of 128.
const NESTING_MAX: usize = 32;
/// The tag of a deflated binary message, hub to client only.
pub const TAG_DEFLATED: u8 = 1;

/// The tag of wet ink, hub to client.
pub const TAG_INK_EXTENDED: u8 = 2;
/// The tag of wet ink, client to hub.
pub const TAG_EXTEND_INK: u8 = 3;

/// How a connection writes its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// `lanvas.v1`.
    Binary,
    /// `lanvas.v1.json`.
    Json,
}

/// Bytes that are no message.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The JSON does not parse or does not fit.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// The MessagePack does not parse or does not fit.
    #[error("{0}")]
    Binary(#[from] rmp_serde::decode::Error),
    /// The first byte is no tag that is allowed in this direction.
    #[error("unknown tag")]
    UnknownTag,
    /// The packed ink is damaged.
    #[error("damaged ink")]
    Ink,
    /// Bytes are left over after the message.
    #[error("bytes after the end of the message")]
    Trailing,
}

/// Writes a client's message.
#[must_use]
pub fn encode_client(message: &ClientMessage, encoding: Encoding) -> Vec<u8> {
    let mut bytes = Vec::new();
    match message {
        ClientMessage::ExtendInk(ink) if encoding == Encoding::Binary && ink::fits(ink) => {
            bytes.push(TAG_EXTEND_INK);
            ink::write(ink, &mut bytes);
        }
        message => write(message, encoding, &mut bytes),
    }
    bytes
}

/// Writes a hub's message, uncompressed.
#[must_use]
pub fn encode_server(message: &ServerMessage, encoding: Encoding) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_server(message, encoding, &mut bytes);
    bytes
}

/// Appends a hub's message, uncompressed.
pub fn write_server(message: &ServerMessage, encoding: Encoding, bytes: &mut Vec<u8>) {
    match message {
        ServerMessage::InkExtended(ink) if encoding == Encoding::Binary && ink::fits(ink) => {
            bytes.push(TAG_INK_EXTENDED);
            ink::write(ink, bytes);
        }
        message => write(message, encoding, bytes),
    }
}

/// Reads a client's message.
///
/// # Errors
/// [`DecodeError`] when the bytes are no message; never panics.
pub fn decode_client(bytes: &[u8], encoding: Encoding) -> Result<ClientMessage, DecodeError> {
    match bytes {
        [TAG_EXTEND_INK, rest @ ..] if encoding == Encoding::Binary => {
            ink::read(rest).map(ClientMessage::ExtendInk)
        }
        bytes => decode(bytes, encoding),
    }
}

/// Reads a hub's message, uncompressed.
///
/// # Errors
/// [`DecodeError`] when the bytes are no message; never panics.
pub fn decode_server(bytes: &[u8], encoding: Encoding) -> Result<ServerMessage, DecodeError> {
    match bytes {
        [TAG_INK_EXTENDED, rest @ ..] if encoding == Encoding::Binary => {
            ink::read(rest).map(ServerMessage::InkExtended)
        }
        bytes => decode(bytes, encoding),
    }
}

/// Writes what comes before the shapes in part `part` of the snapshot at `number`, a part that has
/// nothing but shapes; uncompressed. After the shapes JSON wants a closing brace.
#[must_use]
pub fn snapshot_head(number: u64, part: u32, parts: u32, encoding: Encoding) -> Vec<u8> {
    let empty = ServerMessage::Snapshot(Box::new(Snapshot {
        number,
        part,
        parts,
        shapes: Vec::new(),
        rest: None,
    }));
    let mut bytes = encode_server(&empty, encoding);
    let after = match encoding {
        Encoding::Json => "[]}".len(),
        Encoding::Binary => 1, // an empty list is one byte
    };
    bytes.truncate(bytes.len() - after);
    bytes
}

/// Writes shapes as they stand in a snapshot.
pub fn write_shapes(shapes: &[Arc<Shape>], encoding: Encoding, out: &mut Vec<u8>) {
    match encoding {
        Encoding::Json => {
            serde_json::to_writer(out, shapes)
                .expect("shapes have string keys and no failing parts");
        }
        Encoding::Binary => shapes
            .serialize(&mut rmp_serde::Serializer::new(out).with_struct_map())
            .expect("writing to a vector does not fail"),
    }
}

fn write<T: Serialize>(message: &T, encoding: Encoding, bytes: &mut Vec<u8>) {
    match encoding {
        Encoding::Json => serde_json::to_writer(bytes, message)
            .expect("messages have string keys and no failing parts"),
        Encoding::Binary => {
            bytes.push(TAG_PLAIN);
            message
                .serialize(&mut rmp_serde::Serializer::new(bytes).with_struct_map())
                .expect("writing to a vector does not fail");
        }
    }
}

fn decode<T: DeserializeOwned>(bytes: &[u8], encoding: Encoding) -> Result<T, DecodeError> {
    match encoding {
        Encoding::Json => Ok(serde_json::from_slice(bytes)?),
        Encoding::Binary => {
            let (&tag, mut rest) = bytes.split_first().ok_or(DecodeError::UnknownTag)?;
            if tag != TAG_PLAIN {
                return Err(DecodeError::UnknownTag);
            }
            let mut reader = rmp_serde::Deserializer::new(&mut rest);
            reader.set_max_depth(NESTING_MAX + 1); // it stops where none would be left
            let message = T::deserialize(&mut reader)?;
            if rest.is_empty() {
                Ok(message)
            } else {
                Err(DecodeError::Trailing)
            }
        }
    }
}
