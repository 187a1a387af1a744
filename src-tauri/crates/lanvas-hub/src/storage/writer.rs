//! The one thread that writes. It owns every connection that can.

use std::{
    collections::{HashMap, VecDeque},
    fs::File,
    io,
    sync::{Arc, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

use lanvas_protocol::SessionId;
use tokio::sync::watch;

use super::{
    Health, StorageError, StorageState,
    database::Database,
    error::{may_pass, sentence, trouble},
    queue::{Command, Queue, Waiting},
};

/// Bytes after which a transaction is committed though more waits, so that a long backlog is
/// told in steps.
const BATCH_BYTES_MAX: usize = 1024 * 1024;
/// How long after a failed commit the same is tried again. New work does not hasten it: on a full
/// disk each try writes in vain.
const RETRY_INTERVAL: Duration = Duration::from_millis(500);

/// Starts the thread; it ends when the queue does, and keeps the folder's lock until then.
pub(super) fn start(queue: Arc<Queue>, lock: File) -> Result<(), StorageError> {
    let spawned = thread::Builder::new()
        .name("lanvas-storage".into())
        .spawn(move || run(&queue, lock));
    spawned.map(drop).map_err(|error| StorageError::Io {
        path: "lanvas-storage".into(),
        source: io::Error::other(error),
    })
}

fn run(queue: &Arc<Queue>, lock: File) {
    let end = End(Arc::clone(queue), Some(lock));
    let mut writer = Writer {
        queue: Arc::clone(queue),
        sessions: HashMap::new(),
    };
    while writer.turn() {}
    let result = writer.close_all();
    end.report(result);
}

/// Makes the handles notice that the thread is gone, even if it went by a panic.
struct End(Arc<Queue>, Option<File>);

impl End {
    fn report(mut self, result: Result<(), StorageError>) {
        // First the lock: whoever hears of the end may take the folder.
        drop(self.1.take());
        if let Some(reply) = self.0.abandon() {
            let _ = reply.send(result);
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        drop(self.0.abandon());
    }
}

struct Writer {
    queue: Arc<Queue>,
    sessions: HashMap<SessionId, Writing>,
}

/// A session that is open for writing.
struct Writing {
    database: Database,
    pending: VecDeque<Waiting>,
    state: watch::Sender<StorageState>,
    /// After a failure: not before then.
    retry_at: Option<Instant>,
}

impl Writer {
    /// Takes what is queued and commits one batch of each session that is due. False at the end.
    fn turn(&mut self) -> bool {
        let now = Instant::now();
        let sessions = self.sessions.values();
        let deadline = sessions.filter_map(|writing| writing.due_at(now)).min();
        let work = self.queue.take(deadline);
        // Commands first: a session's records come after the command that opened it.
        for command in work.commands {
            self.perform(command);
        }
        for (id, records) in work.records {
            if let Some(writing) = self.sessions.get_mut(&id) {
                writing.pending.extend(records);
            }
        }
        self.commit_due();
        !work.ended
    }

    fn perform(&mut self, command: Command) {
        match command {
            Command::Adopt {
                id,
                database,
                state,
            } => {
                let writing = Writing {
                    database,
                    pending: VecDeque::new(),
                    state,
                    retry_at: None,
                };
                self.sessions.insert(id, writing);
            }
            Command::Close { id, rest, reply } => {
                let result = self.sessions.remove(&id).map_or(Ok(()), |mut writing| {
                    writing.pending.extend(rest);
                    writing.close(&self.queue)
                });
                let _ = reply.send(result);
            }
            #[cfg(test)]
            Command::Tamper { id, tamper } => {
                if let Some(writing) = self.sessions.get_mut(&id) {
                    (tamper.0)(writing.database.connection());
                }
            }
        }
    }

    fn commit_due(&mut self) {
        let now = Instant::now();
        let queue = &self.queue;
        self.sessions.retain(|id, writing| {
            if writing.due_at(now).is_none_or(|due| due > now) {
                return true;
            }
            match writing.commit_batch(queue) {
                Ok((count, bytes)) => {
                    queue.committed(id, bytes);
                    writing.tell_stored(count);
                }
                Err(error) if may_pass(&error) => writing.retry(id, &error),
                Err(error) => {
                    writing.give_up(id, &error);
                    queue.forget(id);
                    return false;
                }
            }
            true
        });
    }

    /// The first failure is told; every session is closed all the same.
    fn close_all(self) -> Result<(), StorageError> {
        let queue = &self.queue;
        let results = self
            .sessions
            .into_values()
            .map(|writing| writing.close(queue));
        results.fold(Ok(()), Result::and)
    }
}

impl Writing {
    /// When to write what waits, if something does.
    fn due_at(&self, now: Instant) -> Option<Instant> {
        (!self.pending.is_empty()).then(|| self.retry_at.unwrap_or(now))
    }

    /// Commits what waits, up to a batch. Gives how many records it was, and their bytes.
    fn commit_batch(&mut self, queue: &Queue) -> rusqlite::Result<(usize, usize)> {
        let (count, bytes) = batch(&self.pending);
        let records = self.pending.iter().take(count);
        let begun = Instant::now();
        let result = self.database.commit(records.map(|waiting| &waiting.record));
        let took = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
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
        let done = self.pending.drain(..count);
        let mut numbers = done.filter_map(|waiting| waiting.record.number());
        let stored = numbers.next_back();
        drop(numbers);
        self.retry_at = None;
        self.state.send_if_modified(|state| {
            let new = StorageState {
                stored: stored.unwrap_or(state.stored),
                health: Health::Good,
            };
            let modified = *state != new;
            *state = new;
            modified
        });
    }

    fn retry(&mut self, id: &SessionId, error: &rusqlite::Error) {
        self.retry_at = Some(Instant::now() + RETRY_INTERVAL);
        let health = Health::Failing {
            trouble: trouble(error),
            reason: sentence(error),
        };
        let news = self.tell_health(health);
        if news {
            tracing::warn!(session = %id, %error, "a commit failed and will be tried again");
        }
    }

    fn give_up(&mut self, id: &SessionId, error: &rusqlite::Error) {
        tracing::error!(session = %id, %error, lost = self.pending.len(), "a commit cannot work");
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

    /// One last try for what waits, then the end of it.
    fn close(mut self, queue: &Queue) -> Result<(), StorageError> {
        let mut result = Ok(());
        while !self.pending.is_empty() && result.is_ok() {
            let committed = self.commit_batch(queue);
            result = committed.map(|(count, _)| self.tell_stored(count));
        }
        let result = result.map_err(|error| StorageError::NotStored {
            records: self.pending.len(),
            reason: sentence(&error),
        });
        if let Err(error) = self.database.finish() {
            // What is committed is safe in the write-ahead log beside the file.
            tracing::warn!(%error, "a session file could not be closed in order");
        }
        result
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
