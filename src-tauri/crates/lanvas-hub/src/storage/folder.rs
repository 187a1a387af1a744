//! The data folder: its lock, its paths, and the making of a file.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use lanvas_protocol::SessionId;

use super::{SessionMeta, StorageError, database::Database};

const LOCK_FILE: &str = "lanvas.lock";
/// How long a lock is waited for that may only be a copy: a program that this one starts has all its
/// files until it has become itself.
const LOCK_PATIENCE: Duration = Duration::from_millis(250);
const LOCK_RETRY: Duration = Duration::from_millis(10);
const SESSIONS_FOLDER: &str = "sessions";
/// How people come into each session.
const DOORS_FOLDER: &str = "doors";
const ACCOUNTS_FILE: &str = "accounts.json";
const EXTENSION: &str = "lanvas";
/// A file that is being made; none of these outlives a start.
const UNFINISHED_EXTENSION: &str = "lanvas-new";
/// What was damaged, beside what could be saved of it.
const DAMAGED_EXTENSION: &str = "lanvas-damaged";
/// What was thrown away and can still be had back.
const TRASH_FOLDER: &str = "trash";
/// How long a session that was thrown away is kept.
pub const TRASH_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// A session's file, and what SQLite keeps beside it after a hard end.
const PARTS: [&str; 3] = ["lanvas", "lanvas-wal", "lanvas-shm"];

/// The folder of the session files.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    sessions: PathBuf,
    doors: PathBuf,
    accounts: PathBuf,
    trash: PathBuf,
}

impl Folder {
    /// Makes the folders and takes the lock. The lock lives as long as the returned file is open.
    pub(super) fn claim(data_dir: &Path) -> Result<(Self, File), StorageError> {
        let sessions = data_dir.join(SESSIONS_FOLDER);
        fs::create_dir_all(&sessions).map_err(|error| StorageError::io(&sessions, error))?;
        let lock = lock(data_dir)?;
        let folder = Self::of(data_dir);
        folder.remove_unfinished();
        folder.empty_trash();
        Ok((folder, lock))
    }

    /// Somebody else's folder, to read in.
    pub(super) fn of(data_dir: &Path) -> Self {
        Self {
            sessions: data_dir.join(SESSIONS_FOLDER),
            doors: data_dir.join(DOORS_FOLDER),
            accounts: data_dir.join(ACCOUNTS_FILE),
            trash: data_dir.join(TRASH_FOLDER),
        }
    }

    /// The files that are named like sessions.
    pub(super) fn sessions(&self) -> Result<Vec<(SessionId, PathBuf)>, StorageError> {
        let entries = fs::read_dir(&self.sessions);
        let entries = entries.map_err(|error| StorageError::io(&self.sessions, error))?;
        Ok(entries
            .filter_map(Result::ok)
            .filter_map(|entry| named_like_a_session(&entry.path()))
            .collect())
    }

    /// The path of a session's door, which need not be there.
    pub(super) fn door(&self, id: &SessionId) -> PathBuf {
        self.doors.join(format!("{id}.json"))
    }

    /// The path of the hub's accounts, which need not be there.
    pub(super) fn accounts(&self) -> PathBuf {
        self.accounts.clone()
    }

    /// The path of a session that is there. Links are not followed: a file that came from
    /// elsewhere must not lead out of the folder.
    pub(super) fn existing(&self, id: &SessionId) -> Result<PathBuf, StorageError> {
        let path = self.path(id, EXTENSION);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_file() => Ok(path),
            Ok(_) => Err(StorageError::NotASession),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(StorageError::NotFound(id.clone()))
            }
            Err(error) => Err(StorageError::io(path, error)),
        }
    }

    /// Makes a whole file under another name first, so that a half-made one never counts.
    pub(super) fn create(&self, meta: &SessionMeta) -> Result<(), StorageError> {
        self.make(&meta.id, |unfinished| Database::create(unfinished, meta))
    }

    /// As [`Folder::create`], of what `fill` puts at the path that it is given.
    pub(super) fn make(
        &self,
        id: &SessionId,
        fill: impl FnOnce(&Path) -> Result<(), StorageError>,
    ) -> Result<(), StorageError> {
        let path = self.path(id, EXTENSION);
        if fs::symlink_metadata(&path).is_ok() {
            return Err(StorageError::Exists(id.clone()));
        }
        let unfinished = self.path(id, UNFINISHED_EXTENSION);
        let made = fill(&unfinished)
            .and_then(|()| finish(&unfinished, &path).map_err(|e| StorageError::io(&path, e)));
        if made.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        made
    }

    /// Puts what `fill` makes of a session's file in its place, and the file aside.
    pub(super) fn replace<T>(
        &self,
        id: &SessionId,
        fill: impl FnOnce(&Path, &Path) -> Result<T, StorageError>,
    ) -> Result<T, StorageError> {
        let path = self.existing(id)?;
        let unfinished = self.path(id, UNFINISHED_EXTENSION);
        let filled = fill(&path, &unfinished).and_then(|made| {
            let aside = self.path(id, DAMAGED_EXTENSION);
            // The log first: it must never lie beside a file that is not its own.
            for side in ["lanvas-wal", "lanvas-shm"] {
                let _ = fs::rename(
                    self.path(id, side),
                    self.path(id, &format!("{side}-damaged")),
                );
            }
            let put = fs::rename(&path, &aside).and_then(|()| finish(&unfinished, &path));
            put.map_err(|error| StorageError::io(&path, error))?;
            Ok(made)
        });
        if filled.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        filled
    }

    /// Which of the folder's sessions a canonical path is.
    pub(super) fn own(&self, path: &Path) -> Option<SessionId> {
        let folder = fs::canonicalize(&self.sessions).ok()?;
        let (id, _) = named_like_a_session(path)?;
        (path.parent()? == folder).then_some(id)
    }

    /// Whether a file made at `path` would lie among the sessions, by whatever way the path leads
    /// there; or is one of them, under another name.
    pub(super) fn holds(&self, path: &Path) -> bool {
        let Ok(sessions) = fs::canonicalize(&self.sessions) else {
            return false;
        };
        [folder_of(path), path]
            .iter()
            .filter_map(|way| fs::canonicalize(way).ok())
            .any(|place| place.starts_with(&sessions))
    }

    /// Moves a session's file to the trash, over an older one of the same name.
    pub(super) fn discard(&self, id: &SessionId) -> Result<(), StorageError> {
        let path = self.existing(id)?;
        fs::create_dir_all(&self.trash).map_err(|error| StorageError::io(&self.trash, error))?;
        move_parts(id, &self.sessions, &self.trash)
            .and_then(|()| touch_parts(id, &self.trash))
            .map_err(|error| StorageError::io(path, error))
    }

    /// Brings a session's file back from the trash.
    pub(super) fn restore(&self, id: &SessionId) -> Result<(), StorageError> {
        if fs::symlink_metadata(self.path(id, EXTENSION)).is_ok() {
            return Err(StorageError::Exists(id.clone()));
        }
        let thrown = self.trash.join(format!("{id}.{EXTENSION}"));
        if fs::symlink_metadata(&thrown).is_err() {
            return Err(StorageError::NotFound(id.clone()));
        }
        move_parts(id, &self.trash, &self.sessions).map_err(|error| StorageError::io(thrown, error))
    }

    /// Best effort, at each start: what has been in the trash for [`TRASH_KEPT`] goes, and with a
    /// session its door.
    fn empty_trash(&self) {
        let entries = fs::read_dir(&self.trash).into_iter().flatten();
        for entry in entries.filter_map(Result::ok) {
            let age = entry.metadata().and_then(|about| about.modified());
            let age = age.ok().and_then(|thrown| thrown.elapsed().ok());
            if age.is_some_and(|age| age > TRASH_KEPT) {
                self.remove_door_of(&entry.path());
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Unless another session has taken its name by now. Before the session, so that what is cut
    /// short is done again.
    fn remove_door_of(&self, thrown: &Path) {
        let Some((id, _)) = named_like_a_session(thrown) else {
            return;
        };
        let is_there = fs::symlink_metadata(self.path(&id, EXTENSION)).is_ok();
        if !is_there {
            let _ = fs::remove_file(self.door(&id));
        }
    }

    fn path(&self, id: &SessionId, extension: &str) -> PathBuf {
        self.sessions.join(format!("{id}.{extension}"))
    }

    /// Best effort: what stays is overwritten when a session of that name is made.
    fn remove_unfinished(&self) {
        let entries = fs::read_dir(&self.sessions).into_iter().flatten();
        for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
            let extension = path.extension().and_then(|extension| extension.to_str());
            if extension.is_some_and(|extension| extension.starts_with(UNFINISHED_EXTENSION)) {
                let _ = fs::remove_file(&path);
            }
        }
    }
}

fn lock(data_dir: &Path) -> Result<File, StorageError> {
    let path = data_dir.join(LOCK_FILE);
    let mut options = File::options();
    // Not `append`: Windows does not lock a file that is opened so.
    options.write(true).create(true).truncate(false);
    // A folder that is read-only now but was in use before can be hosted: sessions go on in memory.
    let file = options
        .open(&path)
        .or_else(|error| File::open(&path).map_err(|_| error))
        .map_err(|error| StorageError::io(&path, error))?;
    let given_up = Instant::now() + LOCK_PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if Instant::now() < given_up => thread::sleep(LOCK_RETRY),
            Err(TryLockError::WouldBlock) => return Err(StorageError::InUse(data_dir.to_owned())),
            Err(TryLockError::Error(error)) => return Err(StorageError::io(path, error)),
        }
    }
}

fn named_like_a_session(path: &Path) -> Option<(SessionId, PathBuf)> {
    if path.extension()?.to_str()? != EXTENSION {
        return None;
    }
    let id = SessionId::new(path.file_stem()?.to_str()?).ok()?;
    Some((id, path.to_owned()))
}

/// The log beside the file first: a file without its log would be an older one.
fn move_parts(id: &SessionId, from: &Path, to: &Path) -> std::io::Result<()> {
    for extension in PARTS.iter().rev() {
        let name = format!("{id}.{extension}");
        match fs::rename(from.join(&name), to.join(&name)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let _ = fs::remove_file(to.join(&name));
            }
            moved => moved?,
        }
    }
    sync_folder(&to.join(EXTENSION))?;
    sync_folder(&from.join(EXTENSION))
}

/// From now on counts how long it has been in the trash: for all of it, or the log would go first.
fn touch_parts(id: &SessionId, folder: &Path) -> std::io::Result<()> {
    for extension in PARTS {
        let part = folder.join(format!("{id}.{extension}"));
        match File::options().append(true).open(part) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            part => part?.set_modified(std::time::SystemTime::now())?,
        }
    }
    Ok(())
}

fn finish(unfinished: &Path, path: &Path) -> std::io::Result<()> {
    fs::rename(unfinished, path)?;
    sync_folder(path)
}

/// Where a file lies: a bare name lies where the program works, and that folder's name is not "".
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Makes the new name itself durable.
#[cfg(unix)]
pub(super) fn sync_folder(path: &Path) -> std::io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

/// Windows keeps names in its journal and cannot sync a folder.
#[cfg(not(unix))]
pub(super) fn sync_folder(_path: &Path) -> std::io::Result<()> {
    Ok(())
}
