//! Sessions on disk: one SQLite database each, `<data dir>/sessions/<id>.lanvas`.
//!
//! What it is: a cheap handle to the one thread, `lanvas-storage`, that writes every session of
//! the hub. That thread takes all that has been queued, makes one transaction per session, and
//! only then says how far the session is stored. While one commit waits for the disk the next
//! batch gathers, so a burst costs few syncs and a lone operation waits for nothing.
//!
//! What it promises:
//! - Nothing is called stored that is not committed with `synchronous=FULL`: neither kill -9 nor
//!   a power cut takes it back.
//! - Records are written in the order they were appended. When the disk is full or faulty they
//!   wait, in order and bounded by [`BACKLOG_BYTES_MAX`], and are tried again until it works.
//! - A file that cannot be read in full is never written to.
//! - One process at a time owns a data folder; its lock goes with the process, however it ends.
//! - SQL that came with somebody else's file never runs.
//!
//! What it must not know: sockets, and who may do what in a session.

mod accounts;
mod blobs;
mod chat;
mod copy;
mod database;
mod door;
mod error;
mod folder;
mod hooks;
mod log_table;
mod moderation;
mod notes;
pub(crate) mod pace;
mod queue;
mod record;
mod rescue;
mod schema;
mod search;
mod settings;
mod snapshot;
mod snapshot_table;
mod survey;
#[cfg(test)]
mod tests;
mod transfer;
mod upkeep;
mod verify;
mod work;
mod writer;
mod writing;

use std::{
    path::Path,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use lanvas_protocol::{
    Color, Epoch, PageId, ParticipantId, SessionId, audit::AuditEntry, chat::ChatMessage,
    limits::CLIENT_MESSAGE_BYTES_MAX, message::StorageTrouble,
};
use tokio::sync::{Semaphore, oneshot, watch};

use crate::{
    metrics::Latency,
    session::{Ban, work::Asked},
};
pub(crate) use accounts::{accounts_in, claim, keep_accounts_in};
pub use blobs::{Blob, Kept};
pub use chat::Page;

pub(crate) use door::for_us_alone;
pub use door::{StoredDoor, StoredInvite};
pub use error::{AppendError, StorageError};
pub use folder::TRASH_KEPT;
pub use hooks::{StoredHook, Twilio};
pub use lanvas_protocol::operation::Applied;
pub use notes::{EDITS_PAGE_MAX, NotesEdit};
pub use record::Record;
pub use rescue::Rescued;
pub use search::Search;
pub use settings::{
    BeforeCommit, HISTORY_BYTES_DEFAULT, HISTORY_MIB, SNAPSHOT_LOG_BYTES, StorageSettings,
};
pub use snapshot::{SessionState, is_lasting};
pub use survey::{Survey, Unreadable};
pub use transfer::Brought;
pub use verify::{Verified, backup, verify};
pub use work::WorkFound;

use database::Database;
use folder::Folder;
use queue::Queue;
use upkeep::Upkeep;
use writing::Opened;

/// Bytes of records that may wait for the disk, per session. A record counts as what it takes in
/// the file. Past it [`Storage::append`] says [`AppendError::Full`].
pub const BACKLOG_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Bytes for which [`Storage::has_room`] speaks: more than any operation takes that fits a client's
/// message.
pub const RECORD_BYTES_MAX: usize = 4 * CLIENT_MESSAGE_BYTES_MAX;
/// How many file reads (opening, listing, history pages) run at once; more wait their turn.
const READERS_MAX: usize = 4;

/// What a new session starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionMeta {
    /// Names the file.
    pub id: SessionId,
    /// As set last: follows `SetTitle` operations.
    pub title: String,
    /// Milliseconds since 1970 UTC.
    pub created_ms: u64,
}

/// A session as the list of the folder shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionFile {
    /// The file's name.
    pub id: SessionId,
    /// Its current title.
    pub title: String,
    /// When its last operation was numbered, or else when it was made: milliseconds since 1970
    /// UTC. Kept inside the file, so copying it changes nothing.
    pub modified_ms: u64,
    /// The port it was last served on.
    pub port: Option<u16>,
}

/// A participant as the file keeps them: the secret only as its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredParticipant {
    /// Kept for the session's life.
    pub id: ParticipantId,
    /// Latest name.
    pub name: String,
    /// Given by the hub.
    pub color: Color,
    /// SHA-256 of the secret that lets a browser be this participant again.
    pub secret_hash: [u8; 32],
}

/// Everything a session needs to go on.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSession {
    /// With the current title. The id is the file's name, not what the file says.
    pub meta: SessionMeta,
    /// Each with the number it starts after, in order.
    pub epochs: Vec<(Epoch, u64)>,
    /// By id, ascending.
    pub participants: Vec<StoredParticipant>,
    /// Who is kept out for a time.
    pub bans: Vec<Ban>,
    /// What was done to keep order, oldest first.
    pub audit: Vec<AuditEntry>,
    /// What it was after some operation.
    pub state: SessionState,
    /// Operations up to there that are not in the state: those of the chat. In order.
    pub lasting: Vec<Applied>,
    /// What came after it, without gaps: a file with one is refused.
    pub log: Vec<Applied>,
    /// The port it was last served on.
    pub port: Option<u16>,
}

impl StoredSession {
    /// The number of its last operation.
    fn head(&self) -> u64 {
        let last = self.log.last();
        last.map_or(self.state.number, |applied| applied.number)
    }

    fn check_epochs(&self) -> Result<(), StorageError> {
        if self.epochs.iter().all(|(_, start)| *start <= self.head()) {
            Ok(())
        } else {
            let words = "an epoch starts after the end";
            Err(StorageError::Damaged(words.into()))
        }
    }
}

/// How far a session is on disk and how the disk is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageState {
    /// Every operation up to this number is committed.
    pub stored: u64,
    /// Whether the latest commit worked.
    pub health: Health,
    /// Whether the session should give its state to [`Storage::keep_snapshot`].
    pub snapshot_due: bool,
}

/// See [`StorageState`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// What is appended gets stored.
    Good,
    /// The latest commit failed; everything waits in memory and is tried again by itself.
    Failing {
        /// What it is, for the wire.
        trouble: StorageTrouble,
        /// A plain sentence for the person.
        reason: String,
    },
    /// This file takes no more, and the session is closed here: trying again would not help.
    Broken {
        /// A plain sentence for the person.
        reason: String,
    },
}

/// Counts since the start, for `/metrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StorageFigures {
    /// Transactions that were committed.
    pub commits: u64,
    /// Records in them.
    pub records: u64,
    /// Transactions that failed and were rolled back.
    pub failures: u64,
    /// Microseconds the latest commit took, failed or not.
    pub last_commit_us: u64,
    /// Bytes that wait for the disk now, over all sessions.
    pub waiting_bytes: u64,
}

/// The handle. Clones share one writer; when the last is gone the writer stores what it has and
/// ends, but only [`Storage::shutdown`] waits for it.
#[derive(Debug, Clone)]
pub struct Storage {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    queue: Arc<Queue>,
    folder: Folder,
    readers: Semaphore,
    settings: StorageSettings,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.queue.end(None);
    }
}

impl Storage {
    /// Makes the folder if need be, locks it and starts the writer.
    ///
    /// # Errors
    /// [`StorageError::InUse`] when another process has it, [`StorageError::Io`] when it cannot be
    /// made or locked.
    pub fn start(data_dir: &Path) -> Result<Self, StorageError> {
        Self::start_with(data_dir, StorageSettings::default())
    }

    /// As [`Storage::start`], with other settings.
    ///
    /// # Errors
    /// As [`Storage::start`].
    pub fn start_with(data_dir: &Path, settings: StorageSettings) -> Result<Self, StorageError> {
        let (folder, lock) = Folder::claim(data_dir)?;
        let queue = Arc::new(Queue::within(settings.backlog_bytes));
        writer::start(Arc::clone(&queue), lock, settings.clone())?;
        let readers = Semaphore::new(READERS_MAX);
        Ok(Self {
            shared: Arc::new(Shared {
                queue,
                folder,
                readers,
                settings,
            }),
        })
    }

    /// The sessions in the folder, the newest first. Files that cannot be read are left out:
    /// [`Storage::survey`] has them too.
    ///
    /// # Errors
    /// [`StorageError::Io`] when the folder cannot be read.
    pub async fn list(&self) -> Result<Vec<SessionFile>, StorageError> {
        Ok(self.survey().await?.sessions)
    }

    /// All files in the folder that are named like sessions, also those that cannot be read.
    ///
    /// # Errors
    /// [`StorageError::Io`] when the folder cannot be read.
    pub async fn survey(&self) -> Result<Survey, StorageError> {
        self.read(Survey::of).await
    }

    /// Makes a session's file. It does not open it.
    ///
    /// # Errors
    /// [`StorageError::Exists`] when there is one, and whatever keeps it from being written; then
    /// there is no file.
    pub async fn create(&self, meta: SessionMeta) -> Result<(), StorageError> {
        self.read(move |folder| folder.create(&meta)).await
    }

    /// Moves the file of a session that is not open to the trash, where it is kept for
    /// [`TRASH_KEPT`].
    ///
    /// # Errors
    /// [`StorageError::AlreadyOpen`], [`StorageError::NotFound`], [`StorageError::Io`]; the file is
    /// then where it was.
    pub async fn discard(&self, id: &SessionId) -> Result<(), StorageError> {
        if self.shared.queue.is_open(id) {
            return Err(StorageError::AlreadyOpen(id.clone()));
        }
        let wanted = id.clone();
        self.read(move |folder| folder.discard(&wanted)).await
    }

    /// Brings a session's file back from the trash.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when it is not there, [`StorageError::Exists`] when there is
    /// another of its name by now, [`StorageError::Io`].
    pub async fn restore(&self, id: &SessionId) -> Result<(), StorageError> {
        let wanted = id.clone();
        self.read(move |folder| folder.restore(&wanted)).await
    }

    /// Reads a session and keeps its file open for writing. The receiver tells how far it is
    /// stored: only the latest matters, so it holds one value and needs no bound. It ends when
    /// the session is closed or the writer is gone.
    ///
    /// # Errors
    /// [`StorageError::NotFound`], [`StorageError::AlreadyOpen`], [`StorageError::NewerFormat`],
    /// [`StorageError::NotASession`], [`StorageError::Damaged`]; the file is then as it was.
    pub async fn open(
        &self,
        id: &SessionId,
    ) -> Result<(StoredSession, watch::Receiver<StorageState>), StorageError> {
        if self.shared.queue.is_open(id) {
            return Err(StorageError::AlreadyOpen(id.clone()));
        }
        let wanted = id.clone();
        let settings = self.shared.settings.clone();
        let (session, file) = self
            .read(move |folder| load(&folder.existing(&wanted)?, &wanted, settings))
            .await?;
        let state = self.shared.queue.adopt(id, session.head(), file)?;
        Ok((session, state))
    }

    /// Queues a record of an open session. Never blocks and never touches the disk.
    ///
    /// # Errors
    /// [`AppendError`]; the record is then not queued.
    pub fn append(&self, id: &SessionId, record: Record) -> Result<(), AppendError> {
        self.shared.queue.append(id, record)
    }

    /// Writes a snapshot of an open session into its file, in the background and only once what it
    /// holds is stored: the next opening need not do again what lies before it. Failing is not
    /// told: nothing is lost.
    pub fn keep_snapshot(&self, id: &SessionId, state: SessionState) {
        self.shared.queue.keep_snapshot(id, state);
    }

    /// Whether the session is open and [`Storage::append`] will take one more operation of any
    /// size: to be asked before an operation is numbered, because one that was told to others
    /// cannot be taken back.
    #[must_use]
    pub fn has_room(&self, id: &SessionId) -> bool {
        self.shared.queue.has_room(id)
    }

    /// Stored chat messages, the newest first. As many as a page has, and one more that tells that
    /// there are older ones. What still waits for the disk is not among them, nor what happened to
    /// them meanwhile. Runs beside the writer, for open and closed sessions alike.
    ///
    /// # Errors
    /// As [`Storage::open`], but for `AlreadyOpen`.
    pub async fn messages(
        &self,
        id: &SessionId,
        page: Page,
    ) -> Result<Vec<ChatMessage>, StorageError> {
        let id = id.clone();
        self.read(move |folder| Database::open_to_read(&folder.existing(&id)?)?.messages(page))
            .await
    }

    /// Stored chat messages that have it all, as [`Storage::messages`].
    ///
    /// # Errors
    /// As [`Storage::messages`].
    pub async fn search(
        &self,
        id: &SessionId,
        wanted: Search,
    ) -> Result<Vec<ChatMessage>, StorageError> {
        let id = id.clone();
        self.read(move |folder| Database::open_to_read(&folder.existing(&id)?)?.search(&wanted))
            .await
    }

    /// Stored edits of a page of the notes after a number, oldest first, at most [`EDITS_PAGE_MAX`]. The first
    /// ones of a session may have been given up for room. As [`Storage::messages`] otherwise.
    ///
    /// # Errors
    /// As [`Storage::messages`].
    pub async fn notes_edits(
        &self,
        id: &SessionId,
        page: PageId,
        after: u64,
    ) -> Result<Vec<NotesEdit>, StorageError> {
        let id = id.clone();
        self.read(move |folder| {
            Database::open_to_read(&folder.existing(&id)?)?.notes_edits(&page, after)
        })
        .await
    }

    /// What the board would be without what somebody did; `unstored` is what may not be in the file
    /// yet.
    ///
    /// # Errors
    /// As [`Storage::messages`].
    pub async fn work(
        &self,
        id: &SessionId,
        asked: Asked,
        unstored: Vec<Arc<Applied>>,
    ) -> Result<WorkFound, StorageError> {
        let id = id.clone();
        self.read(move |folder| {
            Database::open_to_read(&folder.existing(&id)?)?.work(asked, &unstored)
        })
        .await
    }

    /// Stores what the session still has in the queue, folds everything into its one file and
    /// lets go of it. A session that is not open is closed already.
    ///
    /// # Errors
    /// [`StorageError::NotStored`] when the disk does not take it: closed all the same, and what
    /// was not stored is lost.
    pub async fn close(&self, id: &SessionId) -> Result<(), StorageError> {
        let (reply, done) = oneshot::channel();
        if !self.shared.queue.close(id, reply) {
            return Ok(());
        }
        done.await.unwrap_or(Err(StorageError::Stopped))
    }

    /// Closes every session and ends the writer; the folder is free when this returns. Clones
    /// that are left say [`StorageError::Stopped`].
    ///
    /// # Errors
    /// [`StorageError::NotStored`] as [`Storage::close`], for the first session it happened to.
    pub async fn shutdown(self) -> Result<(), StorageError> {
        let (reply, done) = oneshot::channel();
        self.shared.queue.end(Some(reply));
        done.await.unwrap_or(Err(StorageError::Stopped))
    }

    /// As [`Storage::shutdown`], but does not wait longer than `patience` for a disk that is slow or
    /// stuck. What is not on disk by then is named in the log and may still get there as long as
    /// the process lives; the folder stays locked until it ends.
    ///
    /// # Errors
    /// As [`Storage::shutdown`].
    pub async fn shutdown_within(self, patience: Duration) -> Result<(), StorageError> {
        let queue = Arc::clone(&self.shared.queue);
        if let Ok(ended) = tokio::time::timeout(patience, self.shutdown()).await {
            return ended;
        }
        let unstored = queue.unstored();
        if unstored.is_empty() {
            // Everything is in the files' write-ahead logs; the next opening folds it in.
            tracing::warn!("session files could not be closed in order: the disk is slow");
            return Ok(());
        }
        for (session, changes) in &unstored {
            tracing::error!(%session, changes, "these changes are not on disk: it does not answer");
        }
        Err(StorageError::NotStored {
            records: unstored.iter().map(|(_, changes)| changes).sum(),
            reason: "The disk did not answer in time.".to_owned(),
        })
    }

    /// How long commits take; it goes on counting.
    #[must_use]
    pub fn commit_times(&self) -> Latency {
        self.shared.queue.counters.commit_times.clone()
    }

    /// What the writer has done so far.
    #[must_use]
    pub fn figures(&self) -> StorageFigures {
        let counters = &self.shared.queue.counters;
        StorageFigures {
            commits: counters.commits.load(Ordering::Relaxed),
            records: counters.records.load(Ordering::Relaxed),
            failures: counters.failures.load(Ordering::Relaxed),
            last_commit_us: counters.last_commit_us.load(Ordering::Relaxed),
            waiting_bytes: self.shared.queue.waiting_bytes(),
        }
    }

    /// Runs `work` where it may block, with at most [`READERS_MAX`] others.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let turn = self.shared.readers.acquire().await;
        let _turn = turn.map_err(|_| StorageError::Stopped)?;
        if self.shared.queue.has_ended() {
            return Err(StorageError::Stopped);
        }
        let folder = self.shared.folder.clone();
        tokio::task::spawn_blocking(move || work(&folder))
            .await
            .unwrap_or(Err(StorageError::Stopped))
    }
}

/// Reads a session and opens its file to be written. The two checks of the whole file go on beside
/// reading what is needed of it.
fn load(
    path: &Path,
    id: &SessionId,
    settings: StorageSettings,
) -> Result<(StoredSession, Opened), StorageError> {
    Database::upgrade(path)?;
    let reading = Database::open_to_read(path)?;
    let (session, sound) = std::thread::scope(|scope| {
        let check = scope.spawn(|| Database::open_to_read(path)?.check_pages());
        (reading.load(id), check.join())
    });
    let (session, from) = session?;
    sound.unwrap_or(Err(StorageError::Stopped))?;
    let upkeep = Upkeep::of(&reading, from, settings)?;
    drop(reading);
    let database = match Database::open_to_write(path) {
        Ok(database) => Some(database),
        // The session goes on in memory, says so, and is stored when that is possible again.
        Err(error) if error::may_pass(&error) => None,
        Err(error) => return Err(error.into()),
    };
    let path = path.to_owned();
    Ok((
        session,
        Opened {
            path,
            database,
            upkeep,
        },
    ))
}
