//! The Lanvas wire, once.
//!
//! Everything that crosses a socket is declared here: messages, ids, limits, error and close
//! codes, and the codecs of `lanvas.v1` (MessagePack) and `lanvas.v1.json` (the same messages as
//! JSON text). The TypeScript types in `ui/src/protocol/generated` are written from these.
//!
//! This crate promises that decoding arbitrary bytes never panics and never allocates more than a
//! small multiple of the input. It must not know sockets, files, clocks or a runtime.
//!
//! `src-tauri/docs/protocol.md` numbers the rules that these types carry.

pub mod advert;
pub mod audit;
pub mod blob;
pub mod chat;
pub mod codec;
pub mod door;
pub mod error;
pub mod fingerprint;
pub mod ids;
pub mod interface_name;
pub mod join_code;
pub mod limits;
pub mod message;
pub mod notes;
pub mod operation;
pub mod points;
pub mod reach;
pub mod roles;
pub mod shape;
pub mod typescript;

pub use blob::BlobName;
pub use codec::{Encoding, decode_client, decode_server, encode_client, encode_server};
pub use error::{CloseCode, ErrorCode};
pub use fingerprint::Fingerprint;
pub use ids::{Epoch, PageId, ParticipantId, ReplicaId, SessionId, ShapeId};
pub use message::{ClientMessage, ServerMessage};
pub use notes::{TextChange, TextChanges};
pub use operation::{Operation, Remainder};
pub use points::{Point, Points};
pub use shape::{Color, Shape, ShapeBody, ShapeChange};

/// The WebSocket subprotocol of the binary encoding.
pub const SUBPROTOCOL_BINARY: &str = "lanvas.v1";
/// The WebSocket subprotocol of the JSON encoding, and what a client that asks for none gets.
pub const SUBPROTOCOL_JSON: &str = "lanvas.v1.json";
/// The wire version this crate speaks; the advert's `v` lists it.
pub const WIRE_VERSION: u32 = 1;
