//! Copies of a session's file that are whole and in one piece, also while the hub writes to it.
//!
//! SQLite's own backup in one step: it reads the file as it is at one moment, and with a write-ahead
//! log nobody waits for it. The copy is made under another name and synced, so that a half-made one
//! never counts.

use std::{
    fs::{self, File},
    path::Path,
    thread,
    time::Duration,
};

use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
    ffi,
};

use super::{StorageError, database::beside, folder::sync_folder};

/// How long to wait when somebody has locked the file for a moment, and how often.
const BUSY_PAUSE: Duration = Duration::from_millis(20);
const BUSY_TRIES: u32 = 250;

/// Copies what `from` has open to `to`. What was there is replaced.
pub(super) fn copy(from: &Connection, to: &Path) -> Result<(), StorageError> {
    let unfinished = beside(to, ".part");
    let made = fill(from, &unfinished).and_then(|()| settle(&unfinished, to));
    if made.is_err() {
        let _ = fs::remove_file(&unfinished);
    }
    made
}

fn fill(from: &Connection, unfinished: &Path) -> Result<(), StorageError> {
    match fs::remove_file(unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(StorageError::io(unfinished, error));
        }
        _ => {}
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut to = Connection::open_with_flags(unfinished, flags).map_err(StorageError::Sqlite)?;
    Backup::new(from, &mut to)
        .and_then(|backup| {
            for _ in 0..BUSY_TRIES {
                // All pages in one step: none of them can change in between.
                if backup.step(-1)? == StepResult::Done {
                    return Ok(());
                }
                thread::sleep(BUSY_PAUSE);
            }
            Err(busy())
        })
        .map_err(StorageError::Sqlite)?;
    to.close().map_err(|(_, error)| StorageError::Sqlite(error))
}

fn busy() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_BUSY), None)
}

fn settle(unfinished: &Path, to: &Path) -> Result<(), StorageError> {
    File::options()
        .write(true)
        .open(unfinished)
        .and_then(|file| file.sync_all())
        .and_then(|()| fs::rename(unfinished, to))
        .and_then(|()| sync_folder(to))
        .map_err(|error| StorageError::io(to, error))
}
