//! What lies in the folder of sessions: those that can be read, and those that cannot, and why.
//!
//! What it promises: nothing is opened for writing, and no file keeps the others from being seen.

use std::{
    fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use lanvas_protocol::SessionId;

use super::{SessionFile, StorageError, database::Database, folder::Folder};

/// A file that is named like a session and cannot be read as one.
#[derive(Debug)]
pub struct Unreadable {
    /// The file's name.
    pub id: SessionId,
    /// Where it lies.
    pub path: PathBuf,
    /// When the file was last written, as the disk says: milliseconds since 1970 UTC, 0 if it does
    /// not say.
    pub modified_ms: u64,
    /// What opening it would say.
    pub why: StorageError,
}

impl Unreadable {
    /// Which file it is, that it was left as it is, and what to do: one line.
    #[must_use]
    pub fn sentence(&self) -> String {
        let path = self.path.display();
        let way_out = format!(
            "put a backup in its place, or move it elsewhere to go on without it; \
             \"lanvas-server verify {path}\" says what is wrong with it."
        );
        let said = match &self.why {
            StorageError::NewerFormat { .. } => format!(
                "{path} was made by a newer Lanvas and was left as it is: update Lanvas to open it."
            ),
            StorageError::NotASession => format!(
                "{path} is empty, damaged or no Lanvas session and was left as it is: {way_out}"
            ),
            StorageError::Damaged(what) => {
                format!("{path} is damaged ({what}) and was left as it is: {way_out}")
            }
            other => format!("{path} cannot be read. {other}"),
        };
        said.lines().map(str::trim).collect::<Vec<_>>().join(" ")
    }
}

/// All of them.
#[derive(Debug, Default)]
pub struct Survey {
    /// The newest first.
    pub sessions: Vec<SessionFile>,
    /// The newest first.
    pub unreadable: Vec<Unreadable>,
}

impl Survey {
    pub(super) fn of(folder: &Folder) -> Result<Self, StorageError> {
        let mut survey = Self::default();
        for (id, path) in folder.sessions()? {
            survey.look_at(id, &path);
        }
        let Self {
            sessions,
            unreadable,
        } = &mut survey;
        sessions.sort_by(|a, b| (b.modified_ms, &a.id).cmp(&(a.modified_ms, &b.id)));
        unreadable.sort_by(|a, b| (b.modified_ms, &a.id).cmp(&(a.modified_ms, &b.id)));
        Ok(survey)
    }

    fn look_at(&mut self, id: SessionId, path: &Path) {
        match Database::open_to_read(path).and_then(|database| database.summary(&id)) {
            Ok(file) => self.sessions.push(file),
            Err(why) => {
                tracing::debug!(session = %id, %why, "a session file cannot be read");
                let modified_ms = written_ms(path);
                self.unreadable.push(Unreadable {
                    id,
                    path: path.to_owned(),
                    modified_ms,
                    why,
                });
            }
        }
    }
}

fn written_ms(path: &Path) -> u64 {
    let written = fs::metadata(path).and_then(|found| found.modified()).ok();
    let since = written.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| {
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    })
}
