//! Checks a session's file from end to end, and copies one while its hub goes on.
//!
//! Both only read. They may run beside a hub, in another process.

use std::path::Path;

use lanvas_protocol::{Epoch, SessionId};

use super::{
    Applied, Page, SessionState, StorageError, StoredSession, blobs, copy,
    database::{Database, beside},
    folder::Folder,
    schema,
    snapshot_table::{Beginning, Kept},
    survey::Survey,
};
use crate::session::{Access, Session};

/// What a file that was checked has in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The session's title.
    pub title: String,
    /// The number of its last operation.
    pub head: u64,
    /// How many operations before the log were folded together.
    pub folded: u64,
    /// Shapes on the board.
    pub shapes: usize,
    /// Chat messages.
    pub messages: u64,
    /// Snapshots, each equal to what the log makes.
    pub snapshots: usize,
    /// Pictures, each of them what its name says.
    pub pictures: usize,
}

/// Checks everything: SQLite's own integrity check, no gap in the numbers, every operation decodes
/// and can be done, every snapshot is what the log makes, the chat's pages say what the log says, every picture is
/// what its name says.
///
/// # Errors
/// What is wrong first; and what [`super::Storage::open`] refuses.
pub fn verify(path: &Path) -> Result<Verified, StorageError> {
    let database = Database::open_beside(path)?;
    // All of it as it is at one moment, whatever a hub writes meanwhile.
    database.connection().execute_batch("BEGIN")?;
    let said: String = database
        .connection()
        .query_row("PRAGMA integrity_check(1)", (), |row| row.get(0))?;
    if said != "ok" {
        return Err(StorageError::Damaged(said));
    }
    let snapshots = database.snapshots()?;
    let whole = database.first_after_folding()?.is_none();
    let start = snapshots.first().filter(|_| !whole);
    let start = start.map_or(0, |kept| kept.number);
    database.load(&placeholder())?;
    let session = replay(&database, start, &snapshots)?;
    check_chat(&database, &session)?;
    Ok(Verified {
        title: session.title().to_owned(),
        head: session.head(),
        folded: start,
        shapes: session.board().len(),
        messages: database.count("SELECT count(*) FROM messages")?,
        snapshots: snapshots.len(),
        pictures: blobs::check(&database)?,
    })
}

/// Does the log again from `start` on, and compares at every snapshot. Gives the session at its end.
fn replay(database: &Database, start: u64, snapshots: &[Kept]) -> Result<Session, StorageError> {
    let Beginning {
        mut state,
        lasting,
        mut log,
        from: _,
    } = if start == 0 {
        Beginning {
            log: database.log_after(0)?,
            ..Beginning::default()
        }
    } else {
        database.beginning_at(start)?
    };
    for kept in snapshots.iter().filter(|kept| kept.number > start) {
        let later = log.split_off(log.partition_point(|it| it.number <= kept.number));
        let session = restored(database, state, lasting.clone(), log)?;
        state = session.state();
        if state != database.snapshot(kept.number)? {
            let number = kept.number;
            let lie = format!("the snapshot at {number} is not what the log makes");
            return Err(StorageError::Damaged(lie));
        }
        log = later;
    }
    let lasting = database.lasting(state.number)?;
    restored(database, state, lasting, log)
}

fn restored(
    database: &Database,
    state: SessionState,
    lasting: Vec<Applied>,
    log: Vec<Applied>,
) -> Result<Session, StorageError> {
    let epoch = Epoch::new("verified").expect("letters fit an id");
    let beginning = Beginning {
        state,
        lasting,
        log,
        from: 0,
    };
    let stored: StoredSession = database.load_from(&placeholder(), beginning)?;
    Session::restore(stored, epoch, Access::default())
        .map_err(|damage| StorageError::Damaged(damage.to_string()))
}

/// The id is the file's name, and a file that is checked may have any.
fn placeholder() -> SessionId {
    SessionId::new("verified").expect("letters fit an id")
}

fn check_chat(database: &Database, session: &Session) -> Result<(), StorageError> {
    let said = session.chat().latest();
    let mut latest = database.messages(Page::Latest)?;
    latest.truncate(said.len());
    latest.reverse();
    let posted = database.count("SELECT count(*) FROM log WHERE kind = 'post_message'")?;
    let kept = database.count("SELECT count(*) FROM messages")?;
    if latest == said && posted == kept {
        Ok(())
    } else {
        let words = "the chat's pages are not what the log says";
        Err(StorageError::Damaged(words.into()))
    }
}

/// Copies a session of a data folder to `to`, also while a hub serves it: the copy is the session
/// at one moment, with all that was stored by then. The newest session if `id` names none. A
/// session that is at `to` is replaced, anything else there is not. Gives which one it was.
///
/// # Errors
/// [`StorageError::NotFound`], [`StorageError::NoSession`], [`StorageError::NotASession`],
/// [`StorageError::AmongSessions`] and [`StorageError::TargetOpen`] for what is at `to`, and when
/// one cannot be read or the other written.
pub fn backup(
    data_dir: &Path,
    id: Option<&SessionId>,
    to: &Path,
) -> Result<SessionId, StorageError> {
    let folder = Folder::of(data_dir);
    let id = match id {
        Some(id) => id.clone(),
        None => newest(&folder, data_dir)?,
    };
    check_target(&folder, to)?;
    let database = Database::open_beside(&folder.existing(&id)?)?;
    copy::copy(database.connection(), to)?;
    Ok(id)
}

/// A hub goes on writing to the file that it opened, whatever has its name by then: what takes a
/// served session's place destroys it.
fn check_target(folder: &Folder, to: &Path) -> Result<(), StorageError> {
    if folder.holds(to) {
        return Err(StorageError::AmongSessions(to.to_owned()));
    }
    // Also in another hub's folder. A new file beside another's journal would be a damaged one.
    if beside(to, "-wal").exists() {
        return Err(StorageError::TargetOpen(to.to_owned()));
    }
    if to.exists() {
        schema::check_format(Database::open_beside(to)?.connection())?;
    }
    Ok(())
}

fn newest(folder: &Folder, data_dir: &Path) -> Result<SessionId, StorageError> {
    let newest = Survey::of(folder)?.sessions.into_iter().next();
    newest
        .map(|file| file.id)
        .ok_or_else(|| StorageError::NoSession(data_dir.to_owned()))
}
