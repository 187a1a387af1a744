//! Why a hub could not start or open something.

use std::io;

use lanvas_protocol::SessionId;

use crate::{
    storage::{StorageError, Unreadable},
    tls::TlsError,
};

/// See the variants; each says what, why and what to do.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// No port could be had.
    #[error("cannot listen on {address}: {source}. {}", way_out(source))]
    Listen {
        /// What was tried.
        address: String,
        /// The system's answer.
        source: io::Error,
    },
    /// The session file or the folder.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The session that a hub was to begin with.
    #[error("{}", .0.sentence())]
    Unreadable(Box<Unreadable>),
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

/// What helps when no port could be had.
fn way_out(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::AddrNotAvailable => "Choose one of this machine's own addresses",
        io::ErrorKind::PermissionDenied => "Choose a port above 1023",
        _ => "Choose another port or end what uses it",
    }
}

#[cfg(test)]
mod sentences;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_helps_depends_on_why_nothing_listens() {
        for (kind, helps) in [
            (io::ErrorKind::AddrInUse, "another port"),
            (io::ErrorKind::AddrNotAvailable, "own addresses"),
            (io::ErrorKind::PermissionDenied, "above 1023"),
        ] {
            let (address, source) = ("192.0.2.1:80".to_owned(), kind.into());
            let error = HubError::Listen { address, source };
            assert!(error.to_string().contains(helps), "{error}");
        }
    }
}
