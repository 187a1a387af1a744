//! The task that owns one session: turns commands into inputs, and effects into pushes, records
//! and closes. One task, so the session needs no lock.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use lanvas_protocol::{ClientMessage, ErrorCode, SessionId, message::Hello};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;

use crate::{
    frame::Frame,
    hub::{Directory, SessionInfo},
    limits::{SESSION_BATCH_MAX, STORAGE_RETRY},
    metrics::Metrics,
    outbox::{Lane, Outbox, Pushed},
    session::{ConnectionId, Effect, Entropy, Input, Session},
    storage::{AppendError, Health, Record, Storage, StorageState},
};

/// What connections and routes ask of a session.
#[derive(Debug)]
pub enum Command {
    /// A connection says hello; what it is told goes into `outbox`.
    Join {
        /// Which.
        connection: ConnectionId,
        /// What it says.
        hello: Box<Hello>,
        /// Where to put what it is told.
        outbox: Arc<Outbox>,
    },
    /// See [`Input::Receive`].
    Receive {
        /// Which.
        connection: ConnectionId,
        /// What it says.
        message: ClientMessage,
    },
    /// See [`Input::Leave`].
    Leave {
        /// Which.
        connection: ConnectionId,
    },
    /// See [`Input::Drained`].
    Drained {
        /// Which.
        connection: ConnectionId,
        /// The last number that went out.
        number: Option<u64>,
    },
    /// Whether the holder of `secret` may read the history.
    MayRead {
        /// A resume secret.
        secret: Option<String>,
        /// The answer.
        reply: oneshot::Sender<bool>,
    },
}

/// What the task works with.
#[derive(Debug)]
pub(crate) struct Surroundings {
    pub(crate) storage: Storage,
    pub(crate) stored: watch::Receiver<StorageState>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) metrics: Metrics,
    pub(crate) commands: mpsc::Receiver<Command>,
    pub(crate) ending: CancellationToken,
}

/// Runs a session until the hub ends or nobody can reach it any more.
pub(crate) async fn run(session: Session, surroundings: Surroundings) {
    let mut task = Task {
        id: session.id().clone(),
        session,
        storage: surroundings.storage,
        directory: surroundings.directory,
        metrics: surroundings.metrics,
        outboxes: HashMap::new(),
        waiting: VecDeque::new(),
    };
    task.publish();
    task.run(
        surroundings.commands,
        surroundings.stored,
        surroundings.ending,
    )
    .await;
}

struct Receiver {
    outbox: Arc<Outbox>,
    /// Whether it is told what everybody is told.
    joined: bool,
}

struct Task {
    id: SessionId,
    session: Session,
    storage: Storage,
    directory: Arc<Directory>,
    metrics: Metrics,
    outboxes: HashMap<ConnectionId, Receiver>,
    /// Records that found no room in the storage queue. The session takes no operations while
    /// there are any, so there are few.
    waiting: VecDeque<Record>,
}

impl Task {
    async fn run(
        &mut self,
        mut commands: mpsc::Receiver<Command>,
        mut stored: watch::Receiver<StorageState>,
        ending: CancellationToken,
    ) {
        let mut retry = tokio::time::interval(STORAGE_RETRY);
        retry.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut batch = Vec::with_capacity(SESSION_BATCH_MAX);
        loop {
            tokio::select! {
                biased;
                () = ending.cancelled() => break,
                Ok(()) = stored.changed() => {
                    let state = stored.borrow_and_update().clone();
                    self.note_stored(&state);
                }
                count = commands.recv_many(&mut batch, SESSION_BATCH_MAX) => {
                    if count == 0 {
                        break;
                    }
                    for command in batch.drain(..) {
                        self.obey(command);
                    }
                }
                _ = retry.tick(), if !self.waiting.is_empty() => self.retry_storing(),
            }
        }
        for receiver in self.outboxes.values() {
            receiver.outbox.close(ErrorCode::ShuttingDown);
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Join {
                connection,
                hello,
                outbox,
            } => {
                self.outboxes.entry(connection).or_insert(Receiver {
                    outbox,
                    joined: false,
                });
                match entropy() {
                    Ok(entropy) => self.handle(Input::Join {
                        connection,
                        hello,
                        entropy,
                    }),
                    Err(_) => self.close(connection, ErrorCode::Internal),
                }
            }
            Command::Receive {
                connection,
                message,
            } => {
                self.handle(Input::Receive {
                    connection,
                    message,
                });
            }
            Command::Leave { connection } => {
                self.outboxes.remove(&connection);
                self.handle(Input::Leave { connection });
            }
            Command::Drained { connection, number } => {
                self.metrics.resyncs.inc();
                self.handle(Input::Drained { connection, number });
            }
            Command::MayRead { secret, reply } => {
                let known = secret.is_some_and(|secret| self.session.knows_secret(&secret));
                let _ = reply.send(known || !self.session.has_password());
            }
        }
    }

    fn note_stored(&mut self, state: &StorageState) {
        let healthy = matches!(state.health, Health::Good);
        self.handle(Input::StorageChanged { healthy });
        self.handle(Input::Stored {
            number: state.stored,
        });
    }

    fn handle(&mut self, input: Input) {
        let began = Instant::now();
        let effects = self.session.handle(now_ms(), input);
        let decided = Instant::now();
        for effect in effects {
            self.carry_out(effect);
        }
        self.metrics
            .apply
            .0
            .observe((decided - began).as_secs_f64());
        self.metrics
            .fan_out
            .0
            .observe(decided.elapsed().as_secs_f64());
        self.publish();
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Send { to, lane, frame } => {
                if let Some(receiver) = self.outboxes.get(&to) {
                    push(&self.metrics, &receiver.outbox, lane, frame);
                }
            }
            Effect::Broadcast { but, lane, frame } => {
                for (connection, receiver) in &self.outboxes {
                    if receiver.joined && Some(*connection) != but {
                        push(
                            &self.metrics,
                            &receiver.outbox,
                            lane.clone(),
                            Arc::clone(&frame),
                        );
                    }
                }
            }
            Effect::CatchUp { connection } => {
                if let Some(receiver) = self.outboxes.get_mut(&connection) {
                    receiver.joined = true;
                    receiver.outbox.begin_catch_up();
                }
            }
            Effect::Store(record) => self.store(record),
            Effect::Close { connection, code } => self.close(connection, code),
        }
    }

    fn close(&mut self, connection: ConnectionId, code: ErrorCode) {
        if let Some(receiver) = self.outboxes.remove(&connection) {
            receiver.outbox.close(code);
        }
    }

    fn store(&mut self, record: Record) {
        if !self.waiting.is_empty() {
            self.waiting.push_back(record);
        } else if !self.append(&record) {
            self.waiting.push_back(record);
            let _ = self
                .session
                .handle(now_ms(), Input::StorageRoom { room: false });
        }
    }

    /// Whether the record is on its way, or can never be.
    fn append(&self, record: &Record) -> bool {
        match self.storage.append(&self.id, record.clone()) {
            Ok(()) => true,
            Err(AppendError::Full | AppendError::NotOpen) => false,
            Err(error @ AppendError::OutOfOrder { .. }) => {
                tracing::error!(session = %self.id, %error, "a record was not stored");
                false
            }
        }
    }

    fn retry_storing(&mut self) {
        while let Some(record) = self.waiting.pop_front() {
            if !self.append(&record) {
                self.waiting.push_front(record);
                return;
            }
        }
        self.handle(Input::StorageRoom { room: true });
    }

    fn publish(&self) {
        self.directory.update(info(&self.session));
    }
}

/// The session as lists show it.
pub(crate) fn info(session: &Session) -> SessionInfo {
    SessionInfo {
        id: session.id().clone(),
        title: session.title().to_owned(),
        people: session.people(),
        guests: session.guests(),
        password: session.has_password(),
    }
}

fn push(metrics: &Metrics, outbox: &Outbox, lane: Lane, frame: Arc<Frame>) {
    match outbox.push(lane, frame) {
        Pushed::FellBehind | Pushed::Overflowed => {
            metrics.queue_overflows.inc();
        }
        Pushed::Queued | Pushed::Skipped | Pushed::Replaced => {}
    }
}

fn entropy() -> Result<Entropy, getrandom::Error> {
    let mut bytes = Entropy::default();
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// Milliseconds since 1970 UTC.
pub(crate) fn now_ms() -> u64 {
    let elapsed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
