//! What waits for the writer: a backlog of records per open session, and commands. Shared by the
//! handles and the writer thread; its lock is never held while the disk works.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    sync::atomic::AtomicU64,
    time::Instant,
};

use lanvas_protocol::SessionId;
use tokio::sync::{oneshot, watch};

use crate::{
    metrics::Latency,
    shared::{Condvar, Mutex, MutexGuard, PoisonError},
};

use super::{
    AppendError, Health, RECORD_BYTES_MAX, Record, SessionState, StorageError, StorageState,
    writing::Opened,
};

/// Answers a close or a shutdown.
pub(super) type Reply = oneshot::Sender<Result<(), StorageError>>;

/// A record and its share of the backlog.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) record: Record,
    pub(super) bytes: usize,
}

/// What the writer does besides writing, in order.
#[derive(Debug)]
pub(super) enum Command {
    /// Takes over the file of a session that was opened.
    Adopt {
        id: SessionId,
        file: Box<Opened>,
        state: watch::Sender<StorageState>,
    },
    /// Writes a snapshot, a little at a time.
    Snapshot {
        id: SessionId,
        state: Box<SessionState>,
    },
    /// Writes the rest and lets go of the file.
    Close {
        id: SessionId,
        rest: VecDeque<Waiting>,
        reply: Reply,
    },
    /// Does something to a session's connection, to see what comes of it.
    #[cfg(test)]
    Tamper { id: SessionId, tamper: Tamper },
}

#[cfg(test)]
pub(super) struct Tamper(pub(super) Box<dyn FnOnce(&rusqlite::Connection) + Send>);

#[cfg(test)]
impl std::fmt::Debug for Tamper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tamper")
    }
}

/// What the writer found to do.
#[derive(Debug, Default)]
pub(super) struct Work {
    pub(super) commands: VecDeque<Command>,
    pub(super) records: Vec<(SessionId, VecDeque<Waiting>)>,
    /// There will be no more.
    pub(super) ended: bool,
}

/// Counts for [`super::StorageFigures`].
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) commits: AtomicU64,
    pub(super) records: AtomicU64,
    pub(super) failures: AtomicU64,
    pub(super) last_commit_us: AtomicU64,
    pub(super) commit_times: Latency,
}

#[derive(Debug)]
pub(super) struct Queue {
    /// Bytes that may wait, per session.
    most: usize,
    state: Mutex<State>,
    changed: Condvar,
    pub(super) counters: Counters,
}

#[derive(Debug, Default)]
struct State {
    sessions: HashMap<SessionId, Backlog>,
    /// Sessions that the writer has still to close, with the records they had then.
    closing: Vec<(SessionId, usize)>,
    commands: VecDeque<Command>,
    ended: bool,
    reply: Option<Reply>,
}

#[derive(Debug)]
struct Backlog {
    records: VecDeque<Waiting>,
    /// Of what is here and of what the writer has taken but not committed.
    bytes: usize,
    /// How many records those are.
    waiting: usize,
    /// The number of the last operation.
    head: u64,
}

impl Queue {
    pub(super) fn within(most: usize) -> Self {
        Self {
            most,
            state: Mutex::default(),
            changed: Condvar::new(),
            counters: Counters::default(),
        }
    }

    pub(super) fn is_open(&self, id: &SessionId) -> bool {
        self.lock().sessions.contains_key(id)
    }

    pub(super) fn has_ended(&self) -> bool {
        self.lock().ended
    }

    pub(super) fn waiting_bytes(&self) -> u64 {
        self.lock()
            .sessions
            .values()
            .map(|backlog| backlog.bytes as u64)
            .sum()
    }

    /// Hands a file that was read up to `head` to the writer.
    pub(super) fn adopt(
        &self,
        id: &SessionId,
        head: u64,
        file: Opened,
    ) -> Result<watch::Receiver<StorageState>, StorageError> {
        let mut state = self.lock();
        if state.ended {
            return Err(StorageError::Stopped);
        }
        let Entry::Vacant(free) = state.sessions.entry(id.clone()) else {
            return Err(StorageError::AlreadyOpen(id.clone()));
        };
        free.insert(Backlog {
            records: VecDeque::new(),
            bytes: 0,
            waiting: 0,
            head,
        });
        let (sender, receiver) = watch::channel(StorageState {
            stored: head,
            health: Health::Good,
            snapshot_due: file.upkeep.is_snapshot_due(),
        });
        state.commands.push_back(Command::Adopt {
            id: id.clone(),
            file: Box::new(file),
            state: sender,
        });
        self.changed.notify_one();
        Ok(receiver)
    }

    /// See [`super::Storage::has_room`].
    pub(super) fn has_room(&self, id: &SessionId) -> bool {
        let state = self.lock();
        let backlog = state.sessions.get(id).filter(|_| !state.ended);
        backlog.is_some_and(|backlog| backlog.bytes + RECORD_BYTES_MAX <= self.most)
    }

    /// See [`super::Storage::append`].
    pub(super) fn append(&self, id: &SessionId, record: Record) -> Result<(), AppendError> {
        let bytes = record.bytes();
        let mut state = self.lock();
        if state.ended {
            return Err(AppendError::NotOpen);
        }
        let backlog = state.sessions.get_mut(id).ok_or(AppendError::NotOpen)?;
        if backlog.bytes + bytes > self.most {
            return Err(AppendError::Full);
        }
        if let Record::Operation(applied) = &record {
            let expected = backlog.head + 1;
            if applied.number != expected {
                return Err(AppendError::OutOfOrder { expected });
            }
            backlog.head = expected;
        }
        backlog.bytes += bytes;
        backlog.waiting += 1;
        backlog.records.push_back(Waiting { record, bytes });
        self.changed.notify_one();
        Ok(())
    }

    /// See [`super::Storage::keep_snapshot`].
    pub(super) fn keep_snapshot(&self, id: &SessionId, snapshot: SessionState) {
        let mut state = self.lock();
        if state.sessions.contains_key(id) {
            state.commands.push_back(Command::Snapshot {
                id: id.clone(),
                state: Box::new(snapshot),
            });
            self.changed.notify_one();
        }
    }

    /// How many records of each session are not on disk.
    pub(super) fn unstored(&self) -> Vec<(SessionId, usize)> {
        let state = self.lock();
        let open = state.sessions.iter().map(|(id, it)| (id, it.waiting));
        let closing = state.closing.iter().map(|(id, waiting)| (id, *waiting));
        let waiting = open.chain(closing).filter(|(_, waiting)| *waiting > 0);
        waiting.map(|(id, count)| (id.clone(), count)).collect()
    }

    /// The writer has closed it.
    pub(super) fn closed(&self, id: &SessionId) {
        self.lock().closing.retain(|(closing, _)| closing != id);
    }

    /// From here on the session takes no more. False when it is not open; then nothing replies.
    pub(super) fn close(&self, id: &SessionId, reply: Reply) -> bool {
        let mut state = self.lock();
        let Some(backlog) = state.sessions.remove(id) else {
            return false;
        };
        state.closing.push((id.clone(), backlog.waiting));
        state.commands.push_back(Command::Close {
            id: id.clone(),
            rest: backlog.records,
            reply,
        });
        self.changed.notify_one();
        true
    }

    #[cfg(test)]
    pub(super) fn tamper(&self, id: &SessionId, tamper: Tamper) {
        let mut state = self.lock();
        let id = id.clone();
        state.commands.push_back(Command::Tamper { id, tamper });
        self.changed.notify_one();
    }

    /// Closes all; the writer replies when it is done. A second `end` gets no reply.
    pub(super) fn end(&self, reply: Option<Reply>) {
        let mut state = self.lock();
        if !state.ended {
            state.ended = true;
            state.reply = reply;
        }
        self.changed.notify_one();
    }

    /// Waits for something to do, or until `deadline`, and takes all there is.
    pub(super) fn take(&self, deadline: Option<Instant>) -> Work {
        let mut state = self.lock();
        while state.is_idle() {
            let Some(left) = remaining(deadline) else {
                break;
            };
            state = match left {
                Some(left) => {
                    let woken = self.changed.wait_timeout(state, left);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self
                    .changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
            };
        }
        state.take()
    }

    /// Frees the space of what was committed.
    pub(super) fn committed(&self, id: &SessionId, records: usize, bytes: usize) {
        let mut state = self.lock();
        let State {
            sessions, closing, ..
        } = &mut *state;
        // It may have been closed since the writer took them, and even opened again.
        if let Some((_, waiting)) = closing.iter_mut().find(|(closing, _)| closing == id) {
            *waiting = waiting.saturating_sub(records);
        } else if let Some(backlog) = sessions.get_mut(id) {
            backlog.waiting = backlog.waiting.saturating_sub(records);
            backlog.bytes = backlog.bytes.saturating_sub(bytes);
        }
    }

    /// Forgets a session that takes no more; what waits is lost.
    pub(super) fn forget(&self, id: &SessionId) {
        self.lock().sessions.remove(id);
    }

    /// The writer is gone, whatever ended it. Gives what waits for the news.
    pub(super) fn abandon(&self) -> Option<Reply> {
        let mut state = self.lock();
        state.ended = true;
        state.sessions.clear();
        state.commands.clear();
        state.reply.take()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the lock, so there is nothing half done to be found.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn is_idle(&self) -> bool {
        !self.ended
            && self.commands.is_empty()
            && self
                .sessions
                .values()
                .all(|backlog| backlog.records.is_empty())
    }

    fn take(&mut self) -> Work {
        Work {
            commands: std::mem::take(&mut self.commands),
            records: self
                .sessions
                .iter_mut()
                .filter(|(_, backlog)| !backlog.records.is_empty())
                .map(|(id, backlog)| (id.clone(), std::mem::take(&mut backlog.records)))
                .collect(),
            ended: self.ended,
        }
    }
}

/// None when the deadline has passed, else the time until it, if there is one.
#[allow(clippy::option_option)] // "give up", "wait so long", "wait for ever"
fn remaining(deadline: Option<Instant>) -> Option<Option<std::time::Duration>> {
    let Some(deadline) = deadline else {
        return Some(None);
    };
    let left = deadline.checked_duration_since(Instant::now())?;
    (!left.is_zero()).then_some(Some(left))
}
