//! What a host can set of storage, and where a test can hold it up.

use std::{fmt, ops::RangeInclusive, sync::Arc};

use lanvas_protocol::SessionId;

/// Bytes of operations kept for the replay if the host sets nothing.
pub const HISTORY_BYTES_DEFAULT: u64 = 1024 * 1024 * 1024;
/// What a host may set instead, in mebibytes: no less than what is written at once, no more than a
/// disk has.
pub const HISTORY_MIB: RangeInclusive<u64> = 1..=1_048_576;
/// Bytes by which the log grows before a snapshot is worth it.
pub const SNAPSHOT_LOG_BYTES: u64 = 1024 * 1024;

/// Called in the writer's thread right before each commit.
#[derive(Clone)]
pub struct BeforeCommit(pub Arc<dyn Fn(&SessionId) + Send + Sync>);

impl fmt::Debug for BeforeCommit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BeforeCommit")
    }
}

/// See the fields.
#[derive(Debug, Clone)]
pub struct StorageSettings {
    /// About how many bytes of operations of a session are kept for its replay; what is older is
    /// folded into a snapshot.
    pub history_bytes: u64,
    /// See [`SNAPSHOT_LOG_BYTES`]; tests narrow it.
    pub snapshot_log_bytes: u64,
    /// See [`super::BACKLOG_BYTES_MAX`]; tests narrow it.
    pub backlog_bytes: usize,
    /// For tests: a disk that is slow or stuck.
    pub before_commit: Option<BeforeCommit>,
}

impl Default for StorageSettings {
    fn default() -> Self {
        Self {
            history_bytes: HISTORY_BYTES_DEFAULT,
            snapshot_log_bytes: SNAPSHOT_LOG_BYTES,
            backlog_bytes: super::BACKLOG_BYTES_MAX,
            before_commit: None,
        }
    }
}
