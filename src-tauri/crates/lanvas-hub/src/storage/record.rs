//! What is appended to a session's file.

use std::sync::Arc;

use lanvas_protocol::{Epoch, Operation, ParticipantId, audit::AuditEntry};

use super::{Applied, StoredParticipant};
use crate::session::Ban;

/// One thing to be kept. A session's title needs no record of its own: it follows the `SetTitle`
/// operations.
#[derive(Debug, Clone)]
pub enum Record {
    /// The next operation of the log.
    Operation(Arc<Applied>),
    /// Somebody new, or somebody known under a new name or secret.
    Participant(StoredParticipant),
    /// Somebody who left nothing is not remembered any longer.
    Forgotten(ParticipantId),
    /// A new life of the session begins.
    Epoch {
        /// Its id.
        epoch: Epoch,
        /// The number of the last operation before it.
        start: u64,
    },
    /// All who are kept out now.
    Bans(Vec<Ban>),
    /// Something was done to keep order.
    Audit(Arc<AuditEntry>),
    /// The session is now served on this port.
    Port(u16),
}

/// What a row takes besides its text and blobs; generous, for it bounds memory too.
pub(super) const ROW_BYTES: usize = 128;

impl Record {
    /// The operation's number, if it is one.
    pub(super) fn number(&self) -> Option<u64> {
        match self {
            Self::Operation(applied) => Some(applied.number),
            _ => None,
        }
    }

    /// Whether it takes words out of what is in the file already.
    pub(super) fn takes_words_back(&self) -> bool {
        matches!(self, Self::Operation(applied)
            if matches!(applied.operation, Operation::DeleteMessage { .. }))
    }

    /// About what it takes in the file and in memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        ROW_BYTES
            + match self {
                Self::Operation(applied) => encoded_length(&applied.operation),
                Self::Participant(participant) => participant.name.len(),
                Self::Bans(bans) => bans.len() * ROW_BYTES,
                Self::Audit(_) => 2 * ROW_BYTES,
                Self::Forgotten(_) | Self::Epoch { .. } | Self::Port(_) => 0,
            }
    }
}

fn encoded_length(operation: &Operation) -> usize {
    let mut length = Length(0);
    rmp_serde::encode::write_named(&mut length, operation).expect("counting does not fail");
    length.0
}

/// Counts what is written to it.
struct Length(usize);

impl std::io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
