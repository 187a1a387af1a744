//! The one thread that writes. It owns every connection that can.

use std::{
    collections::HashMap,
    fs::File,
    io,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use lanvas_protocol::SessionId;

use super::{
    StorageError, StorageSettings,
    error::may_pass,
    queue::{Command, Queue},
    writing::Writing,
};

/// Starts the thread; it ends when the queue does, and keeps the folder's lock until then.
pub(super) fn start(
    queue: Arc<Queue>,
    lock: File,
    settings: StorageSettings,
) -> Result<(), StorageError> {
    let spawned = thread::Builder::new()
        .name("lanvas-storage".into())
        .spawn(move || run(&queue, lock, settings));
    spawned.map(drop).map_err(|error| StorageError::Io {
        path: "lanvas-storage".into(),
        source: io::Error::other(error),
    })
}

fn run(queue: &Arc<Queue>, lock: File, settings: StorageSettings) {
    let end = End(Arc::clone(queue), Some(lock));
    let mut writer = Writer {
        queue: Arc::clone(queue),
        settings,
        sessions: HashMap::new(),
    };
    while writer.turn() {}
    let result = writer.close_all();
    end.report(result);
}

/// Threads that close sessions when all are closed.
pub(super) const CLOSERS: usize = 16;
/// How long files are folded when all are closed; the others keep their journals beside them.
const FOLD_TIMEOUT: Duration = Duration::from_millis(500);

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
    settings: StorageSettings,
    sessions: HashMap<SessionId, Writing>,
}

impl Writer {
    /// Takes what is queued and commits one batch of each session that is due; one with nothing to
    /// commit may do a step of its upkeep. False at the end.
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
                writing.add(records);
            }
        }
        if !work.ended {
            self.go_on();
        }
        !work.ended
    }

    fn perform(&mut self, command: Command) {
        match command {
            Command::Adopt { id, file, state } => {
                let writing = Writing::new(id.clone(), *file, self.settings.clone(), state);
                self.sessions.insert(id, writing);
            }
            Command::Snapshot { id, state } => {
                if let Some(writing) = self.sessions.get_mut(&id) {
                    writing.begin_snapshot(*state);
                }
            }
            Command::Close { id, rest, reply } => {
                let result = self.sessions.remove(&id).map_or(Ok(()), |mut writing| {
                    writing.add(rest);
                    let stored = writing.store_rest(&self.queue);
                    writing.finish(true);
                    stored
                });
                self.queue.closed(&id);
                let _ = reply.send(result);
            }
            #[cfg(test)]
            Command::Tamper { id, tamper } => {
                if let Some(writing) = self.sessions.get_mut(&id) {
                    (tamper.0)(writing.connection().expect("tests tamper with open files"));
                }
            }
        }
    }

    fn go_on(&mut self) {
        let now = Instant::now();
        let queue = &self.queue;
        self.sessions.retain(|id, writing| {
            // At the end all are closed, several at a time.
            if queue.has_ended() {
                return true;
            }
            if writing.due_at(now).is_none_or(|due| due > now) {
                return true;
            }
            match writing.go_on(queue) {
                Ok(()) => {}
                Err(error) if may_pass(&error) => writing.retry(&error),
                Err(error) => {
                    writing.give_up(&error);
                    queue.forget(id);
                    return false;
                }
            }
            true
        });
    }

    /// First everything is stored, then the files are made one each for as long as there is time.
    /// The first failure is told; every session is closed all the same. Several at a time: most of
    /// it is waiting for the disk, and however many sessions there are it has to end soon.
    fn close_all(mut self) -> Result<(), StorageError> {
        let queue = &self.queue;
        let stored = Mutex::new(Ok(()));
        on_closers(self.sessions.values_mut(), |writing| {
            let result = writing.store_rest(queue);
            let mut stored = stored.lock().unwrap_or_else(PoisonError::into_inner);
            *stored = std::mem::replace(&mut *stored, Ok(())).and(result);
        });
        let began = Instant::now();
        on_closers(self.sessions.into_values(), |writing| {
            writing.finish(began.elapsed() < FOLD_TIMEOUT);
        });
        stored.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does `work` with each, on threads that end here.
fn on_closers<T: Send>(sessions: impl ExactSizeIterator<Item = T> + Send, work: impl Fn(T) + Sync) {
    let threads = sessions.len().min(CLOSERS);
    let sessions = Mutex::new(sessions);
    let next = || {
        let mut sessions = sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.next()
    };
    let close_some = || {
        while let Some(session) = next() {
            work(session);
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(close_some);
        }
        close_some();
    });
}
