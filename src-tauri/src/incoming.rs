//! A session file that the page hands over in parts, because the person dropped it there.
//!
//! Promises: one at a time, bounded by [`FILE_BYTES_MAX`]; what was not handed over in full is
//! gone when the next one begins, and at the next start.
//! Must not know: Tauri, the hub.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::refusal::Refusal;

/// Larger than any session whose history is bounded as usual.
const FILE_BYTES_MAX: u64 = 8 * 1024 * 1024 * 1024;
const FOLDER: &str = "incoming";
const NAME: &str = "dropped.lanvas";

/// The place where it gathers.
#[derive(Debug)]
pub(crate) struct Incoming {
    folder: PathBuf,
    file: Mutex<Option<Gathering>>,
}

#[derive(Debug)]
struct Gathering {
    file: File,
    bytes: u64,
}

impl Incoming {
    /// In a folder of its own below `data`.
    pub(crate) fn below(data: &Path) -> Self {
        let folder = data.join(FOLDER);
        let _ = std::fs::remove_dir_all(&folder);
        Self {
            folder,
            file: Mutex::default(),
        }
    }

    /// A new one begins; what was left of another is gone.
    pub(crate) fn begin(&self) -> Result<(), Refusal> {
        let made = std::fs::create_dir_all(&self.folder).and_then(|()| File::create(self.path()));
        let file = made.map_err(|error| not_kept(&error))?;
        self.put(Some(Gathering { file, bytes: 0 }));
        Ok(())
    }

    /// The next part.
    pub(crate) fn add(&self, part: &[u8]) -> Result<(), Refusal> {
        let mut held = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(gathering) = held.as_mut() else {
            return Err(Refusal::new("file_foreign", "Drop the file again."));
        };
        gathering.bytes += part.len() as u64;
        if gathering.bytes > FILE_BYTES_MAX {
            *held = None;
            let message = "That file is too large for a session. Open it from the menu instead.";
            return Err(Refusal::new("file_too_large", message));
        }
        gathering.file.write_all(part).map_err(|error| {
            *held = None;
            not_kept(&error)
        })
    }

    /// All of it is there: where.
    pub(crate) fn end(&self) -> PathBuf {
        self.put(None);
        self.path()
    }

    /// It is not needed any longer.
    pub(crate) fn clear(&self) {
        self.put(None);
        let _ = std::fs::remove_dir_all(&self.folder);
    }

    fn put(&self, gathering: Option<Gathering>) {
        *self.file.lock().unwrap_or_else(PoisonError::into_inner) = gathering;
    }

    fn path(&self) -> PathBuf {
        self.folder.join(NAME)
    }
}

fn not_kept(error: &std::io::Error) -> Refusal {
    let message =
        format!("The file could not be taken over ({error}). Check that the disk has room.");
    Refusal::new("storage_failed", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_gathers_one_file_at_a_time() {
        let data = tempfile::tempdir().unwrap();
        let incoming = Incoming::below(data.path());
        assert!(incoming.add(b"no").is_err(), "nothing was begun");
        incoming.begin().unwrap();
        incoming.add(b"half of another").unwrap();
        incoming.begin().unwrap();
        for part in [b"ab", b"cd"] {
            incoming.add(part).unwrap();
        }
        assert_eq!(std::fs::read(incoming.end()).unwrap(), b"abcd");
        incoming.clear();
        assert!(!data.path().join(FOLDER).exists());
    }
}
