//! The door of a session, in a file beside the sessions: `<data dir>/doors/<id>.json`.
//!
//! Not in the session's own file: that one is copied and mailed, and who may come in here is
//! nothing that goes along. Only this machine's user may read it. A file that cannot be read closes
//! nothing and opens nothing: it is reported, and the session does not open until it is mended or
//! taken away.

use std::{
    collections::BTreeSet,
    fmt, fs,
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
};

use lanvas_protocol::{
    SessionId,
    door::{Entry, Invite},
};
use serde::{Deserialize, Serialize};

use super::{Storage, StorageError};

/// More than any door takes: 64 invitations and 4,096 people.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// See the module.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StoredDoor {
    /// How people come in.
    pub entry: Entry,
    /// The password as [`crate::password::hash`] makes it.
    pub password: Option<String>,
    /// A password that was set and is to be hashed before this is written.
    #[serde(skip)]
    pub new_password: Option<Arc<str>>,
    /// The invitations there are.
    pub invites: Vec<StoredInvite>,
    /// The id of the last one.
    pub last_invite: u32,
    /// People up to this id are asked anew …
    pub strangers_to: u32,
    /// … but for these.
    pub back: BTreeSet<u32>,
}

impl fmt::Debug for StoredDoor {
    /// Without secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredDoor")
            .field("entry", &self.entry)
            .finish_non_exhaustive()
    }
}

/// An invitation and what its token hashes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredInvite {
    /// What others may know of it.
    pub invite: Invite,
    /// SHA-256 of the token.
    #[serde(with = "crate::hexadecimal")]
    pub token_hash: [u8; 32],
}

impl Storage {
    /// The door of a session, if somebody has ever changed it.
    ///
    /// # Errors
    /// [`StorageError`] when there is one and it cannot be read.
    pub async fn door(&self, id: &SessionId) -> Result<Option<StoredDoor>, StorageError> {
        let id = id.clone();
        self.read(move |folder| read(&folder.door(&id))).await
    }

    /// Keeps it, in one piece. Its password must be hashed by now.
    ///
    /// # Errors
    /// [`StorageError`] when the disk does not take it.
    pub async fn keep_door(&self, id: &SessionId, door: StoredDoor) -> Result<(), StorageError> {
        let id = id.clone();
        self.read(move |folder| write(&folder.door(&id), &door))
            .await
    }
}

fn read(path: &Path) -> Result<Option<StoredDoor>, StorageError> {
    let damaged = || StorageError::Damaged(format!("its door, {}", path.display()));
    let Some(text) = read_small(path, FILE_BYTES_MAX, damaged)? else {
        return Ok(None);
    };
    let door = serde_json::from_slice(&text);
    door.map(Some).map_err(|_| damaged())
}

/// What a plain file of at most so many bytes has; none if there is no file.
pub(super) fn read_small(
    path: &Path,
    bytes_max: u64,
    damaged: impl Fn() -> StorageError,
) -> Result<Option<Vec<u8>>, StorageError> {
    let failed = |error| StorageError::io(path, error);
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
        Ok(found) if !found.is_file() || found.len() > bytes_max => return Err(damaged()),
        Ok(_) => {}
    }
    fs::read(path).map(Some).map_err(failed)
}

fn write(path: &Path, door: &StoredDoor) -> Result<(), StorageError> {
    let text = serde_json::to_vec_pretty(door).expect("a door is plain data");
    keep_for_us_alone(path, &text)
}

/// Writes a file that only this machine's user may read, in one piece: the one before it or this.
pub(super) fn keep_for_us_alone(path: &Path, text: &[u8]) -> Result<(), StorageError> {
    let failed = |error| StorageError::io(path, error);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let unfinished = path.with_extension("json-new");
    let mut file = for_us_alone(&unfinished).map_err(failed)?;
    file.write_all(text).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    fs::rename(&unfinished, path).map_err(failed)
}

/// A new file that other users of this machine cannot read, where the system knows users.
pub(crate) fn for_us_alone(path: &PathBuf) -> std::io::Result<fs::File> {
    let _ = fs::remove_file(path);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
