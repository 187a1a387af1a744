//! Why a hub could not start or open something.

use lanvas_protocol::SessionId;

use crate::{storage::StorageError, tls::TlsError};

/// See the variants; each says what, why and what to do.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// No port could be had.
    #[error("cannot listen on {address}: {source}. Choose another port or end what uses it")]
    Listen {
        /// What was tried.
        address: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The session file or the folder.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The certificate or its key.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The system gave no random bytes.
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
    /// Nothing hosted under that id.
    #[error("there is no session {0} here")]
    UnknownSession(SessionId),
}
