//! What can go wrong with files, in plain words, and which of it is worth another try.

use std::{
    io,
    path::{Path, PathBuf},
};

use lanvas_protocol::{SessionId, message::StorageTrouble};
use rusqlite::ErrorCode;

/// Why a session could not be made, read, or put away.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Another process, or another [`super::Storage`] of this one, has the data folder.
    #[error(
        "Another Lanvas is using {}. Close that one, or choose another data folder.",
        .0.display()
    )]
    InUse(PathBuf),
    /// No file of that name.
    #[error("There is no session {0} in the data folder.")]
    NotFound(SessionId),
    /// A file of that name is there already.
    #[error("There is a session {0} already.")]
    Exists(SessionId),
    /// It is open in this process.
    #[error("Session {0} is open already.")]
    AlreadyOpen(SessionId),
    /// Made by a later Lanvas.
    #[error(
        "This session was made by a newer Lanvas (format {found}, this one knows {known}). \
         Update Lanvas to open it."
    )]
    NewerFormat {
        /// The file's.
        found: i64,
        /// The highest known here.
        known: i64,
    },
    /// Made by an earlier Lanvas, where only the current format is read.
    #[error(
        "This session is in an older format ({found}, now it is {known}). \
         Open it once with Lanvas to bring it up to date."
    )]
    OlderFormat {
        /// The file's.
        found: i64,
        /// The current one.
        known: i64,
    },
    /// A data folder without any.
    #[error("There is no session in {}. Name the data folder with --data.", .0.display())]
    NoSession(PathBuf),
    /// A copy that was to be made among the sessions themselves.
    #[error(
        "{} is among the sessions themselves, where a copy could destroy one. \
         Name a file outside of the data folder, such as {}.",
        .0.display(), example(.0).display()
    )]
    AmongSessions(PathBuf),
    /// A copy that was to replace a file that a hub works with.
    #[error(
        "{} is open in a Lanvas, or was when that ended hard, and was left as it is. \
         Name another file, such as {}.",
        .0.display(), example(.0).display()
    )]
    TargetOpen(PathBuf),
    /// It may be some file, but no session.
    #[error("This file is not a Lanvas session.")]
    NotASession,
    /// It was a session once.
    #[error("The session file is damaged and was left as it is ({0}).")]
    Damaged(String),
    /// What was in the queue could not be written before the file was closed.
    #[error("{records} changes could not be stored. {reason}")]
    NotStored {
        /// How many.
        records: usize,
        /// A plain sentence.
        reason: String,
    },
    /// The folder or a file cannot be used.
    #[error("{} cannot be used: {source}. Check that it is there and may be written, or choose another place.", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// SQLite could not do it: the disk, mostly.
    #[error("{}", sentence(.0))]
    Sqlite(rusqlite::Error),
    /// The writer has ended.
    #[error("The storage has been shut down.")]
    Stopped,
}

impl StorageError {
    pub(super) fn io(path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        Self::Io { path, source }
    }
}

impl From<rusqlite::Error> for StorageError {
    /// For reading: what does not decode is damage.
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotASession,
            Some(
                ErrorCode::DatabaseCorrupt
                | ErrorCode::TypeMismatch
                | ErrorCode::TooBig
                | ErrorCode::Unknown,
            )
            | None => Self::Damaged(error.to_string()),
            Some(_) => Self::Sqlite(error),
        }
    }
}

/// Where a copy can go instead: below the home, under the same name.
fn example(refused: &Path) -> PathBuf {
    let name = refused.file_stem().and_then(|name| name.to_str());
    let name = format!("{}-copy.lanvas", name.unwrap_or("session"));
    Path::new("~").join(name)
}

/// Why a record was not queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// [`super::BACKLOG_BYTES_MAX`] wait for the disk already.
    #[error("too much waits for the disk")]
    Full,
    /// Not opened, closed, or broken.
    #[error("the session is not open")]
    NotOpen,
    /// An operation must have the number after the last one's.
    #[error("the next operation is number {expected}")]
    OutOfOrder {
        /// The number that is due.
        expected: u64,
    },
}

/// Whether the same commit may work later without anybody repairing the file.
pub(super) fn may_pass(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::PermissionDenied
                | ErrorCode::OutOfMemory
                | ErrorCode::OperationInterrupted
        )
    )
}

/// Whether it lies in how the file was opened: a file that could only be read then stays so.
pub(super) fn lasts_with_the_file(error: &rusqlite::Error) -> bool {
    trouble(error) == StorageTrouble::ReadOnly
}

/// What went wrong, for the wire.
pub(super) fn trouble(error: &rusqlite::Error) -> StorageTrouble {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StorageTrouble::DiskFull,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
            StorageTrouble::ReadOnly
        }
        Some(ErrorCode::SystemIoFailure) => StorageTrouble::DiskError,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StorageTrouble::Held,
        _ => StorageTrouble::Other,
    }
}

/// What went wrong and what to do, for the person.
pub(super) fn sentence(error: &rusqlite::Error) -> String {
    let words = match trouble(error) {
        StorageTrouble::DiskFull => "The disk is full. Free some space.",
        StorageTrouble::ReadOnly => {
            "The session file cannot be written. Check that it is still there and not read-only."
        }
        StorageTrouble::DiskError => {
            "The disk reports an error. Check that it is connected and sound."
        }
        StorageTrouble::Held => "Another program holds the session file. Close that program.",
        StorageTrouble::Slow | StorageTrouble::Other => {
            return format!("The session file cannot be written ({error}).");
        }
    };
    words.to_owned()
}
