//! A part of a snapshot, put together from bytes that were written before.
//!
//! Shapes are deflated block by block and end on a byte, so that a part is a head that names its
//! number and place, the block's bytes as they are, and two bytes that end the stream.

use std::{
    io::{self, Write},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use flate2::{Compression, write::DeflateEncoder};
use lanvas_protocol::{Encoding, ServerMessage, codec, message::Snapshot};

use crate::session::blocks::Block;

/// An empty last piece of a deflate stream (RFC 1951, 3.2.3).
const END_OF_STREAM: [u8; 2] = [0x03, 0x00];

/// Which part of which snapshot, and its shapes.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) number: u64,
    part: u32,
    parts: u32,
    block: Arc<Block>,
    /// How many of its frame's bytes are the block's.
    body_bytes: AtomicUsize,
    message: OnceLock<ServerMessage>,
}

impl Part {
    pub(super) fn new(number: u64, (part, parts): (u32, u32), block: Arc<Block>) -> Self {
        Self {
            number,
            part,
            parts,
            block,
            body_bytes: AtomicUsize::new(0),
            message: OnceLock::new(),
        }
    }

    /// What it says, for whoever does not read bytes.
    pub(super) fn message(&self) -> &ServerMessage {
        self.message.get_or_init(|| {
            ServerMessage::Snapshot(Box::new(Snapshot {
                number: self.number,
                part: self.part,
                parts: self.parts,
                shapes: self.block.shapes().to_vec(),
                rest: None,
            }))
        })
    }

    pub(super) fn write(&self, encoding: Encoding, out: &mut Vec<u8>) {
        let mut head = codec::snapshot_head(self.number, self.part, self.parts, encoding);
        match encoding {
            Encoding::Json => {
                codec::write_shapes(self.block.shapes(), encoding, &mut head);
                head.push(b'}');
                out.append(&mut head);
            }
            Encoding::Binary => self.write_deflated(&head, out),
        }
    }

    fn write_deflated(&self, head: &[u8], out: &mut Vec<u8>) {
        let body = self.block.written().unwrap_or_else(|| {
            let mut plain = Vec::with_capacity(self.block.weight());
            codec::write_shapes(self.block.shapes(), Encoding::Binary, &mut plain);
            deflate(&plain)
                .expect("writing to a vector does not fail")
                .into()
        });
        out.reserve(head.len() + body.len() + 8);
        out.push(codec::TAG_DEFLATED);
        write_stored(&head[1..], out);
        self.body_bytes.store(body.len(), Ordering::Relaxed);
        out.extend_from_slice(&body);
        out.extend_from_slice(&END_OF_STREAM);
    }

    /// Hands the block those of the frame's bytes that are its own: they are kept once.
    pub(super) fn keep_written(&self, frame: &Bytes, encoding: Encoding) {
        if encoding == Encoding::Binary {
            let end = frame.len() - END_OF_STREAM.len();
            let start = end - self.body_bytes.load(Ordering::Relaxed);
            self.block.keep_written(frame.slice(start..end));
        }
    }
}

/// A piece of a deflate stream that holds `plain` as it is (RFC 1951, 3.2.4).
fn write_stored(plain: &[u8], out: &mut Vec<u8>) {
    let length = u16::try_from(plain.len()).expect("a head is short");
    out.push(0);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&(!length).to_le_bytes());
    out.extend_from_slice(plain);
}

/// Deflates; the stream goes on and what follows begins on a byte.
fn deflate(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(plain.len()), Compression::fast());
    encoder.write_all(plain)?;
    encoder.flush()?;
    let mut deflated = std::mem::take(encoder.get_mut());
    deflated.shrink_to_fit();
    Ok(deflated)
}
