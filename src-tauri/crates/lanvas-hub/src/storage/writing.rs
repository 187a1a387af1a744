//! One session's file as the writer's thread has it: what waits for it, and how it is told.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use lanvas_protocol::SessionId;
use tokio::sync::watch;

use crate::TIMING;

use super::{
    Health, SessionState, StorageError, StorageSettings, StorageState,
    database::Database,
    error::{lasts_with_the_file, sentence, trouble},
    queue::{Queue, Waiting},
    upkeep::Upkeep,
};

/// Bytes after which a transaction is committed though more waits, so that a long backlog is
/// told in steps.
const BATCH_BYTES_MAX: usize = 1024 * 1024;
/// How long after a failed commit the same is tried again. New work does not hasten it: on a full
/// disk each try writes in vain.
const RETRY_INTERVAL: Duration = Duration::from_millis(500);

/// A file that was read, on its way to the writer.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) path: PathBuf,
    /// None when it cannot be written now.
    pub(super) database: Option<Database>,
    pub(super) upkeep: Upkeep,
}

/// A session that is open for writing.
pub(super) struct Writing {
    id: SessionId,
    file: Opened,
    settings: StorageSettings,
    pending: VecDeque<Waiting>,
    state: watch::Sender<StorageState>,
    /// After a failure: not before then.
    retry_at: Option<Instant>,
}

impl Writing {
    pub(super) fn new(
        id: SessionId,
        file: Opened,
        settings: StorageSettings,
        state: watch::Sender<StorageState>,
    ) -> Self {
        Self {
            id,
            file,
            settings,
            pending: VecDeque::new(),
            state,
            retry_at: None,
        }
    }

    pub(super) fn add(&mut self, records: VecDeque<Waiting>) {
        self.pending.extend(records);
    }

    pub(super) fn begin_snapshot(&mut self, state: SessionState) {
        self.file.upkeep.begin(state);
        self.state.send_modify(|state| state.snapshot_due = false);
    }

    #[cfg(test)]
    pub(super) fn connection(&mut self) -> rusqlite::Result<&rusqlite::Connection> {
        Ok(self.file.database()?.connection())
    }

    /// When there is something to do.
    pub(super) fn due_at(&self, now: Instant) -> Option<Instant> {
        let stored = self.state.borrow().stored;
        let waits = !self.pending.is_empty() || self.file.upkeep.has_work(stored);
        waits.then(|| self.retry_at.unwrap_or(now))
    }

    /// Commits a batch of what waits; when nothing does, a step of the upkeep.
    pub(super) fn go_on(&mut self, queue: &Queue) -> rusqlite::Result<()> {
        if self.pending.is_empty() {
            self.keep_up();
            return Ok(());
        }
        let (count, bytes) = self.commit_batch(queue)?;
        queue.committed(&self.id, count, bytes);
        self.tell_stored(count);
        Ok(())
    }

    /// What goes wrong here loses nothing: the log is whole without it.
    fn keep_up(&mut self) {
        let Opened {
            database, upkeep, ..
        } = &mut self.file;
        if let Some(database) = database
            && let Err(error) = upkeep.step(database)
        {
            tracing::warn!(session = %self.id, %error, "no snapshot could be written");
        }
    }

    /// Gives how many records it was, and their bytes.
    fn commit_batch(&mut self, queue: &Queue) -> rusqlite::Result<(usize, usize)> {
        let (count, bytes) = batch(&self.pending);
        let _span = tracing::debug_span!(target: TIMING, "commit", session = %self.id, records = count, bytes).entered();
        let begun = Instant::now();
        if let Some(before) = &self.settings.before_commit {
            before.0(&self.id);
        }
        let records = self.pending.iter().take(count);
        let result = self
            .file
            .database()
            .and_then(|database| database.commit(records.map(|waiting| &waiting.record)));
        let took = begun.elapsed();
        queue.counters.commit_times.0.observe(took.as_secs_f64());
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        queue.counters.last_commit_us.store(took, Ordering::Relaxed);
        if let Err(error) = result {
            queue.counters.failures.fetch_add(1, Ordering::Relaxed);
            return Err(error);
        }
        queue.counters.commits.fetch_add(1, Ordering::Relaxed);
        queue
            .counters
            .records
            .fetch_add(count as u64, Ordering::Relaxed);
        Ok((count, bytes))
    }

    /// Forgets the first `count` records, which are on disk now, and says so.
    fn tell_stored(&mut self, count: usize) {
        let mut stored = None;
        for waiting in self.pending.drain(..count) {
            if let Some(number) = waiting.record.number() {
                stored = Some(number);
                self.file.upkeep.grew(waiting.bytes as u64);
            }
        }
        self.retry_at = None;
        let due = self.file.upkeep.is_snapshot_due();
        self.state.send_if_modified(|state| {
            let new = StorageState {
                stored: stored.unwrap_or(state.stored),
                health: Health::Good,
                snapshot_due: due,
            };
            let modified = *state != new;
            *state = new;
            modified
        });
    }

    pub(super) fn retry(&mut self, error: &rusqlite::Error) {
        self.retry_at = Some(Instant::now() + RETRY_INTERVAL);
        if lasts_with_the_file(error) {
            // SQLite opened it as what it was then; only opening it anew finds it writable.
            self.file.database = None;
        }
        let health = Health::Failing {
            trouble: trouble(error),
            reason: sentence(error),
        };
        let news = self.tell_health(health);
        if news {
            let session = &self.id;
            tracing::warn!(%session, %error, "a commit failed and will be tried again");
        }
    }

    pub(super) fn give_up(&mut self, error: &rusqlite::Error) {
        let (session, lost) = (&self.id, self.pending.len());
        tracing::error!(%session, %error, lost, "a commit cannot work");
        self.tell_health(Health::Broken {
            reason: sentence(error),
        });
    }

    /// Whether it was another before.
    fn tell_health(&mut self, health: Health) -> bool {
        self.state.send_if_modified(|state| {
            let modified = state.health != health;
            state.health = health;
            modified
        })
    }

    /// One last try for what waits.
    pub(super) fn store_rest(&mut self, queue: &Queue) -> Result<(), StorageError> {
        let mut result = Ok(());
        while !self.pending.is_empty() && result.is_ok() {
            result = self.commit_batch(queue).map(|(count, bytes)| {
                queue.committed(&self.id, count, bytes);
                self.tell_stored(count);
            });
        }
        result.map_err(|error| StorageError::NotStored {
            records: self.pending.len(),
            reason: sentence(&error),
        })
    }

    /// Lets go of the file: one file if there is time to `fold` its journal into it.
    pub(super) fn finish(self, fold: bool) {
        let finish = if fold {
            Database::finish
        } else {
            Database::leave
        };
        if let Some(database) = self.file.database
            && let Err(error) = finish(database)
        {
            // What is committed is safe in the write-ahead log beside the file.
            tracing::warn!(%error, "a session file could not be closed in order");
        }
    }
}

impl Opened {
    /// The database, opened now if it could not be before.
    fn database(&mut self) -> rusqlite::Result<&mut Database> {
        let database = match self.database.take() {
            Some(database) => database,
            None => Database::open_to_write(&self.path)?,
        };
        Ok(self.database.insert(database))
    }
}

/// How many of the first records make a batch, and their bytes.
fn batch(pending: &VecDeque<Waiting>) -> (usize, usize) {
    let mut bytes = 0;
    for (count, waiting) in pending.iter().enumerate() {
        if bytes >= BATCH_BYTES_MAX {
            return (count, bytes);
        }
        bytes += waiting.bytes;
    }
    (pending.len(), bytes)
}
