//! The Lanvas hub: sessions, sockets, storage.
//!
//! The deep module: whoever runs a hub gives it a folder, a port and the UI's files, and gets
//! sessions that people can join ([`hub::Hub`]). Inside, [`session::Session`] decides and knows no
//! I/O; everything around it carries out.
//!
//! It must not know Tauri, mDNS or where the UI's files come from: those are handed in.

pub mod access;
pub mod accounts;
pub mod assets;
pub mod connection;
pub mod error;
pub(crate) mod fanout;
pub mod frame;
pub(crate) mod hexadecimal;
pub mod hook;
mod http;
pub mod hub;
pub mod lan;
pub mod limits;
pub mod line;
pub mod metrics;
pub mod outbox;
pub mod password;
pub mod picture;
#[cfg(test)]
#[path = "../tests/it/promise.rs"]
mod promise;
pub mod session;
pub mod session_task;
mod sessions;
pub(crate) mod shared;
pub mod storage;
pub(crate) mod stream;
pub mod tls;
pub(crate) mod websocket;
mod whereabouts;

pub use assets::{UiAsset, UiAssets};
pub use error::HubError;
pub use hub::{DEFAULT_TITLE, Hub, HubConfig, PortChoice, SessionInfo, fresh_session_id, is_title};
pub use session_task::Connected;
pub use tls::TlsChoice;

/// The target of the spans that tell where time goes: coming in, a batch of a session's steps,
/// writing a snapshot, a commit. All at level debug; a log that does not ask for them pays nothing.
pub const TIMING: &str = "lanvas_hub::timing";
