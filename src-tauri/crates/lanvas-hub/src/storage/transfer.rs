//! Session files that come and go: brought from anywhere, made a second time, given another title.
//!
//! What it promises: what is brought is only read where it lies; a file counts once it is whole and
//! under its own name; one that is damaged is saved (`rescue.rs`) and said to be so.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use lanvas_protocol::{Operation, ParticipantId, ReplicaId, SessionId};
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    Applied, Record, Storage, StorageError, copy,
    database::{Database, unsigned},
    folder::Folder,
    rescue::{self, Rescued},
    schema,
};

/// What came of bringing a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// Which session of the folder it is now.
    pub id: SessionId,
    /// It was there already, in the same state.
    pub known: bool,
    /// What could be saved, if it was damaged.
    pub rescued: Option<Rescued>,
}

impl Storage {
    /// Copies a session's file from anywhere into the folder. The file keeps its id unless the
    /// folder has another session of that id; then it is `other`, called what `copy_title` makes of its
    /// title. A file of the folder itself, or one with the same last operation, is not copied.
    ///
    /// # Errors
    /// [`StorageError::NotASession`], [`StorageError::NewerFormat`], [`StorageError::Damaged`] when
    /// nothing of it can be saved, [`StorageError::Io`]. Nothing was copied then.
    pub async fn bring(
        &self,
        from: &Path,
        other: SessionId,
        copy_title: fn(&str) -> String,
    ) -> Result<Brought, StorageError> {
        let from = from.to_owned();
        self.read(move |folder| bring(folder, &from, other, copy_title))
            .await
    }

    /// Makes a copy of a session, also of one that is open, as it is on disk now.
    ///
    /// # Errors
    /// As [`Storage::open`], and what keeps the copy from being written.
    pub async fn duplicate(
        &self,
        id: &SessionId,
        copy: SessionId,
        copy_title: fn(&str) -> String,
    ) -> Result<(), StorageError> {
        let id = id.clone();
        self.read(move |folder| {
            let original = Database::open_beside(&folder.existing(&id)?)?;
            folder.make(&copy, |unfinished| {
                copy::copy(original.connection(), unfinished)?;
                rename_copy(unfinished, &copy, copy_title)
            })
        })
        .await
    }

    /// Gives a session that is not open another title, as its next operation.
    ///
    /// # Errors
    /// As [`Storage::open`].
    pub async fn retitle(
        &self,
        id: &SessionId,
        title: String,
        time_ms: u64,
    ) -> Result<(), StorageError> {
        if self.shared.queue.is_open(id) {
            return Err(StorageError::AlreadyOpen(id.clone()));
        }
        let id = id.clone();
        self.read(move |folder| {
            let path = folder.existing(&id)?;
            Database::upgrade(&path)?;
            retitle(&path, title, time_ms)
        })
        .await
    }

    /// Saves what can be read of a damaged session that is not open: its file is then what could be
    /// saved, and the damaged one lies beside it, its name ending in `-damaged`.
    ///
    /// # Errors
    /// [`StorageError::Damaged`] when nothing can be saved; then it is as it was.
    pub async fn rescue(&self, id: &SessionId) -> Result<Rescued, StorageError> {
        if self.shared.queue.is_open(id) {
            return Err(StorageError::AlreadyOpen(id.clone()));
        }
        let id = id.clone();
        self.read(move |folder| folder.replace(&id, |from, to| rescue::rescue(from, to, &id)))
            .await
    }

    /// Where a session's file is.
    ///
    /// # Errors
    /// [`StorageError::NotFound`].
    pub async fn path(&self, id: &SessionId) -> Result<PathBuf, StorageError> {
        let id = id.clone();
        self.read(move |folder| folder.existing(&id)).await
    }
}

fn bring(
    folder: &Folder,
    from: &Path,
    other: SessionId,
    copy_title: fn(&str) -> String,
) -> Result<Brought, StorageError> {
    let known = |id| Brought {
        id,
        known: true,
        rescued: None,
    };
    let from = fs::canonicalize(from).map_err(|error| StorageError::io(from, error))?;
    if let Some(id) = folder.own(&from) {
        return Ok(known(id));
    }
    if !from.is_file() {
        return Err(StorageError::NotASession);
    }
    let said = said_id(&from)?;
    let id = match said {
        None => other,
        Some(id) => match folder.existing(&id) {
            Err(StorageError::NotFound(_)) => id,
            Err(error) => return Err(error),
            Ok(ours) if last_operation(&ours)? == last_operation(&from)? => return Ok(known(id)),
            Ok(_) => other,
        },
    };
    let mut rescued = None;
    folder.make(&id, |unfinished| {
        rescued = fill(&from, unfinished, &id)?;
        rename_copy(unfinished, &id, copy_title)
    })?;
    Ok(Brought {
        id,
        known: false,
        rescued,
    })
}

/// A copy of the whole file, or what can be saved of it.
fn fill(from: &Path, to: &Path, id: &SessionId) -> Result<Option<Rescued>, StorageError> {
    match copy_whole(from, to, id) {
        Err(StorageError::Damaged(why)) => {
            tracing::warn!(why, "a file that was brought is damaged");
            rescue::rescue(from, to, id).map(Some)
        }
        whole => whole.map(|()| None),
    }
}

fn copy_whole(from: &Path, to: &Path, id: &SessionId) -> Result<(), StorageError> {
    copy::copy(Database::open_to_read(from)?.connection(), to)?;
    // The one that was brought is the backup; an older one is brought up to date here and now.
    let version = schema::check_format(Database::open_to_read(to)?.connection())?;
    if version != schema::version() {
        let mut writing = Database::open_to_write(to)?;
        schema::migrate(writing.connection_mut(), version)?;
        writing.finish()?;
    }
    let copied = Database::open_to_read(to)?;
    copied.check_pages()?;
    copied.load(id).map(drop)
}

/// The id in the file; none when it holds none that fits.
fn said_id(path: &Path) -> Result<Option<SessionId>, StorageError> {
    match Database::open_to_read(path) {
        Ok(database) => {
            let said = database
                .connection()
                .query_row("SELECT id FROM meta", (), |row| row.get::<_, String>(0))
                .optional();
            Ok(said.ok().flatten().and_then(|id| SessionId::new(id).ok()))
        }
        // What can be saved of it is another session: nobody knows how it compares with ours.
        Err(StorageError::Damaged(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// What tells two states of one session apart.
fn last_operation(path: &Path) -> Result<Option<(u64, u64, String)>, StorageError> {
    let database = Database::open_to_read(path)?;
    let last = database.connection().query_row(
        "SELECT number, time_ms, replica FROM log ORDER BY number DESC LIMIT 1",
        (),
        |row| Ok((unsigned(row, 0)?, unsigned(row, 1)?, row.get(2)?)),
    );
    last.optional().or(Ok(None))
}

/// The copy says its own id. When that is another than it had, it gets another title too.
fn rename_copy(
    path: &Path,
    id: &SessionId,
    copy_title: fn(&str) -> String,
) -> Result<(), StorageError> {
    let database = Database::open_to_write(path)?;
    let (was, title, time_ms) = database.connection().query_row(
        "SELECT id, title, max(created_ms, coalesce((SELECT max(time_ms) FROM log), 0)) FROM meta",
        (),
        |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                unsigned(row, 2)?,
            ))
        },
    )?;
    if was == id.as_str() {
        return Ok(database.finish()?);
    }
    let written = "UPDATE meta SET id = ?1";
    database.connection().execute(written, [id.as_str()])?;
    database.finish()?;
    retitle(path, copy_title(&title), time_ms)
}

fn retitle(path: &Path, title: String, time_ms: u64) -> Result<(), StorageError> {
    let mut database = Database::open_to_write(path)?;
    let number = head(database.connection())? + 1;
    // Of a name of its own: nobody else counts by it.
    let replica = ReplicaId::new(format!("title-{number}")).expect("letters fit an id");
    let applied = Applied {
        number,
        author: ParticipantId(0),
        time_ms,
        replica,
        seq: 1,
        operation: Operation::SetTitle { title },
    };
    database.commit([Record::Operation(Arc::new(applied))].iter())?;
    Ok(database.finish()?)
}

/// The number of the last operation, folded or not.
fn head(connection: &Connection) -> Result<u64, StorageError> {
    let sql = "SELECT max(coalesce((SELECT max(number) FROM log), 0),
                          coalesce((SELECT max(number) FROM snapshots), 0))";
    Ok(connection.query_row(sql, params![], |row| unsigned(row, 0))?)
}
