//! The task that owns one session: turns commands into inputs, and effects into pushes, records
//! and closes. One task, so the session needs no lock.

mod answers;
mod arrivals;
mod command;

use std::{
    future::pending,
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use lanvas_protocol::{
    ClientMessage, ErrorCode, Operation, SessionId,
    door::DoorAct,
    message::{Hello, StorageTrouble},
};
use tokio::{
    sync::{Semaphore, mpsc, watch},
    task::{JoinError, JoinHandle, JoinSet, spawn_blocking, yield_now},
};
use tokio_util::sync::CancellationToken;

use self::arrivals::Arrivals;
pub use self::{
    answers::{OrderKept, RecentChat},
    command::{Command, Connected},
};
use crate::{
    TIMING,
    accounts::Book,
    fanout::Fanout,
    hub::{Directory, SessionInfo},
    limits::{READY_THREADS, SESSION_BATCH_MAX},
    metrics::Metrics,
    password,
    session::{ConnectionId, Effect, Entropy, Input, Session},
    sessions::{Moving, Slot},
    storage::{AppendError, Health, Record, Storage, StorageState, StoredDoor, pace::Pace},
};

/// What the task works with.
#[derive(Debug)]
pub(crate) struct Surroundings {
    pub(crate) storage: Storage,
    pub(crate) stored: watch::Receiver<StorageState>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) metrics: Metrics,
    pub(crate) commands: mpsc::Receiver<Command>,
    /// Where the door is kept when it changes.
    pub(crate) doors: watch::Sender<Option<StoredDoor>>,
    /// Turns for what takes long with passwords.
    pub(crate) passwords: Arc<Semaphore>,
    /// The hub's accounts.
    pub(crate) accounts: watch::Receiver<Arc<Book>>,
    /// To be vacated when nobody has been here for `idle_timeout`.
    pub(crate) slot: Arc<Slot>,
    pub(crate) idle_timeout: Duration,
    pub(crate) ending: CancellationToken,
}

/// Why a session's task ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// The hub ends.
    Over,
    /// Nobody was here for a while; the session is to be put away before this is dropped.
    Idle(Moving),
    /// The file takes no more from this life of the session: it must be opened anew.
    FileBroken,
    /// It is hosted no longer.
    Unhosted,
}

/// Runs a session until the hub ends or its file breaks. However it ends, its connections are told
/// to come back.
pub(crate) async fn run(session: Session, surroundings: Surroundings) -> Ended {
    let stored = session.head();
    let mut task = Task {
        id: session.id().clone(),
        session,
        storage: surroundings.storage,
        directory: surroundings.directory,
        fanout: Fanout::new(surroundings.metrics.clone()),
        arrivals: Arrivals::default(),
        metrics: surroundings.metrics,
        doors: surroundings.doors,
        passwords: surroundings.passwords,
        checks: JoinSet::new(),
        accounts: surroundings.accounts,
        slot: surroundings.slot,
        idle_timeout: surroundings.idle_timeout,
        idle_until: None,
        room: true,
        writing: None,
        broken: false,
        unhosted: false,
        stored,
        trouble: None,
        pace: Pace::default(),
        state_given: false,
        lag: 0,
    };
    task.publish();
    task.run(
        surroundings.commands,
        surroundings.stored,
        surroundings.ending,
    )
    .await
}

struct Task {
    id: SessionId,
    session: Session,
    storage: Storage,
    directory: Arc<Directory>,
    metrics: Metrics,
    fanout: Fanout,
    arrivals: Arrivals,
    doors: watch::Sender<Option<StoredDoor>>,
    passwords: Arc<Semaphore>,
    /// Passwords that are being looked at: whose, and whether they are right.
    checks: JoinSet<(ConnectionId, bool)>,
    accounts: watch::Receiver<Arc<Book>>,
    slot: Arc<Slot>,
    idle_timeout: Duration,
    /// When to look whether the session can be put away; none while somebody is here.
    idle_until: Option<Instant>,
    /// Whether the storage queue takes operations.
    room: bool,
    /// What newcomers will be sent, on a thread that may be busy for a while. One at a time.
    writing: Option<JoinHandle<u64>>,
    /// Whether the file refused a record for good.
    broken: bool,
    /// Whether the host has ended it.
    unhosted: bool,
    /// The last number on disk.
    stored: u64,
    /// What storage says keeps it from storing.
    trouble: Option<StorageTrouble>,
    /// Whether the disk keeps up.
    pace: Pace,
    /// Whether storage was given the state it asked for.
    state_given: bool,
    /// What this session adds to the gauge of operations not yet on disk.
    lag: i64,
}

impl Drop for Task {
    /// After a panic too. Who was told another reason before keeps it.
    fn drop(&mut self) {
        self.metrics.storage_lag.dec_by(self.lag);
        self.fanout.close_all(ErrorCode::Internal);
    }
}

impl Task {
    async fn run(
        &mut self,
        mut commands: mpsc::Receiver<Command>,
        mut stored: watch::Receiver<StorageState>,
        ending: CancellationToken,
    ) -> Ended {
        let mut batch = Vec::with_capacity(SESSION_BATCH_MAX);
        self.handle(Input::Prepare);
        self.take_accounts();
        self.note_idle();
        while !self.broken {
            tokio::select! {
                biased;
                () = ending.cancelled() => {
                    self.fanout.close_all(ErrorCode::ShuttingDown);
                    return Ended::Over;
                }
                () = at(self.idle_until) => {
                    self.idle_until = None;
                    if let Some(moving) = self.leave_if_idle(&commands) {
                        return Ended::Idle(moving);
                    }
                }
                Ok(()) = self.accounts.changed() => self.take_accounts(),
                () = at(self.pace.due()) => self.look_at_pace(),
                () = at(self.session.due_ms().map(from_ms)) => self.handle(Input::TimePassed),
                Some(checked) = self.checks.join_next() => {
                    // One that fails is of a hub that ends.
                    if let Ok((connection, right)) = checked {
                        self.handle(Input::PasswordChecked { connection, right });
                    }
                }
                () = at(self.fanout.shown_due()) => self.fanout.tell_shown(),
                Ok(()) = stored.changed() => {
                    let state = stored.borrow_and_update().clone();
                    self.note_stored(&state);
                }
                written = finished(&mut self.writing) => {
                    self.writing = None;
                    // A panic there is one of the session.
                    let number = written.expect("writing a snapshot does not fail");
                    self.handle(Input::Written { number });
                }
                count = commands.recv_many(&mut batch, SESSION_BATCH_MAX), if self.arrivals.has_room() => {
                    if count == 0 {
                        return Ended::Over;
                    }
                    self.metrics.queue_depth.0.observe((count + commands.len()) as f64);
                    let _span = tracing::debug_span!(target: TIMING, "batch", session = %self.id, commands = count).entered();
                    for command in batch.drain(..) {
                        if let Some(command) = self.arrivals.keep(command) {
                            self.obey(command);
                        }
                    }
                    self.let_some_in();
                }
                () = yield_now(), if !self.arrivals.is_empty() => self.let_some_in(),
            }
            self.flush();
            if self.unhosted {
                self.fanout.close_all(ErrorCode::SessionNotFound);
                return Ended::Unhosted;
            }
            self.note_idle();
        }
        Ended::FileBroken
    }

    fn note_idle(&mut self) {
        if !self.fanout.is_empty() {
            self.idle_until = None;
        } else if self.idle_until.is_none() {
            self.idle_until = Some(Instant::now() + self.idle_timeout);
        }
    }

    /// What is not stored stays in memory, whoever is here.
    fn leave_if_idle(&self, commands: &mpsc::Receiver<Command>) -> Option<Moving> {
        let stored = self.session.head() == self.stored && self.trouble.is_none();
        let idle = stored && self.fanout.is_empty() && self.arrivals.is_empty();
        idle.then(|| self.slot.vacate(commands)).flatten()
    }

    /// What came together goes out together: a batch costs each connection one system call.
    fn flush(&mut self) {
        let began = Instant::now();
        self.fanout.flush();
        self.metrics
            .fan_out
            .0
            .observe(began.elapsed().as_secs_f64());
    }

    fn let_some_in(&mut self) {
        for command in self.arrivals.turn() {
            self.obey(command);
        }
    }

    fn obey(&mut self, command: Command) {
        let listed = changes_the_list(&command);
        self.do_as_told(command);
        if listed {
            self.publish();
        }
        if self.fanout.is_full() {
            self.flush();
        }
    }

    fn do_as_told(&mut self, command: Command) {
        match command {
            Command::Join {
                connection,
                address,
                hello,
                line,
            } => {
                self.fanout.add(connection, line);
                self.join(connection, hello, address);
            }
            Command::Receive {
                connection,
                message: ClientMessage::KeepDoor { act },
            } => self.act_at_door(connection, act),
            Command::Receive {
                connection,
                message,
            } => {
                if matches!(message, ClientMessage::Submit { .. }) {
                    self.look_for_room();
                }
                self.handle(Input::Receive {
                    connection,
                    message,
                });
            }
            Command::Leave { connection } => {
                self.fanout.remove(connection);
                self.handle(Input::Leave { connection });
            }
            Command::Drained { connection, number } => {
                self.metrics.resyncs.inc();
                self.handle(Input::Drained { connection, number });
            }
            #[cfg(test)]
            Command::Panic => panic!("a fault that a test wanted"),
            Command::End => self.unhosted = true,
            question => self.answer(question),
        }
    }

    /// Who has signed up, in or out since.
    fn take_accounts(&mut self) {
        let book = Arc::clone(&self.accounts.borrow_and_update());
        self.handle(Input::AccountsChanged(book));
    }

    fn join(&mut self, connection: ConnectionId, hello: Box<Hello>, address: IpAddr) {
        // Who signed in a moment ago comes now.
        if self.accounts.has_changed().unwrap_or(false) {
            self.take_accounts();
        }
        let _span = tracing::debug_span!(target: TIMING, "join", session = %self.id, connection = connection.0).entered();
        match entropy() {
            Ok(entropy) => self.handle(Input::Join {
                connection,
                hello,
                address,
                entropy,
            }),
            Err(_) => self.fanout.close(connection, ErrorCode::Internal),
        }
    }

    fn act_at_door(&mut self, connection: ConnectionId, act: DoorAct) {
        match entropy() {
            Ok(entropy) => self.handle(Input::KeepDoor {
                connection,
                act,
                entropy,
            }),
            Err(_) => self.fanout.close(connection, ErrorCode::Internal),
        }
    }

    /// Says what came from outside.
    fn speak(&mut self, name: &str, text: &str) -> Result<(), ErrorCode> {
        self.look_for_room();
        for effect in self.session.speak(now_ms(), name, text)? {
            self.carry_out(effect);
        }
        Ok(())
    }

    fn retitle(&mut self, title: &str) -> Result<(), ErrorCode> {
        self.look_for_room();
        for effect in self.session.retitle(now_ms(), title)? {
            self.carry_out(effect);
        }
        Ok(())
    }

    /// Before an operation is numbered: one that was told to others cannot be taken back.
    fn look_for_room(&mut self) {
        let room = self.storage.has_room(&self.id);
        if room != self.room {
            self.room = room;
            self.handle(Input::StorageRoom { room });
        }
    }

    fn note_stored(&mut self, state: &StorageState) {
        if let Health::Broken { reason } = &state.health {
            tracing::error!(session = %self.id, %reason, "the session file takes no more");
            self.broken = true;
        }
        self.trouble = match &state.health {
            Health::Good => None,
            Health::Failing { trouble, .. } => Some(*trouble),
            Health::Broken { .. } => Some(StorageTrouble::Other),
        };
        self.stored = state.stored;
        if state.snapshot_due && !self.state_given {
            self.storage.keep_snapshot(&self.id, self.session.state());
        }
        self.state_given = state.snapshot_due;
        self.look_at_pace();
        self.look_for_room();
        self.handle(Input::Stored {
            number: state.stored,
        });
    }

    /// Tells the session how storage is doing. What keeps the disk from working also makes it late:
    /// people are told the cause.
    fn look_at_pace(&mut self) {
        let now = Instant::now();
        let slow = self.pace.observe(self.session.head(), self.stored, now);
        let trouble = self.trouble.or(slow.then_some(StorageTrouble::Slow));
        self.handle(Input::StorageChanged { trouble });
    }

    /// Adds what this session waits for to what all wait for.
    fn note_lag(&mut self) {
        let waiting = self.session.head().saturating_sub(self.stored);
        let waiting = i64::try_from(waiting).unwrap_or(i64::MAX);
        self.metrics.storage_lag.inc_by(waiting - self.lag);
        self.lag = waiting;
    }

    fn handle(&mut self, input: Input) {
        let began = Instant::now();
        let effects = self.session.handle(now_ms(), input);
        let decided = Instant::now();
        let took = decided - began;
        self.metrics.apply.0.observe(took.as_secs_f64());
        for effect in effects {
            self.carry_out(effect);
        }
        self.note_lag();
        self.pace
            .note_numbered(self.session.head(), self.stored, decided);
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Store(record) => self.store(record),
            Effect::Write(edition) => {
                let span = tracing::debug_span!(target: TIMING, "snapshot", session = %self.id, number = edition.number());
                let took = self.metrics.snapshot.clone();
                let threads = if self.fanout.is_empty() {
                    READY_THREADS
                } else {
                    1
                };
                self.writing = Some(spawn_blocking(move || {
                    let _span = span.entered();
                    let began = Instant::now();
                    edition.write_by(threads);
                    took.0.observe(began.elapsed().as_secs_f64());
                    edition.number()
                }));
            }
            Effect::CheckPassword {
                connection,
                password,
                kept,
            } => {
                let turns = Arc::clone(&self.passwords);
                self.checks.spawn(async move {
                    let checked = password::check(&turns, password, kept).await;
                    (connection, checked)
                });
            }
            Effect::KeepDoor(door) => {
                self.doors.send_replace(Some(*door));
            }
            effect => self.fanout.take(effect),
        }
    }

    fn store(&mut self, record: Record) {
        match self.storage.append(&self.id, record) {
            Ok(()) => {}
            // Operations are asked for room first, so this is a name: it is kept at the next change.
            Err(AppendError::Full) => tracing::warn!(session = %self.id, "a name was not stored"),
            Err(error @ (AppendError::NotOpen | AppendError::OutOfOrder { .. })) => {
                tracing::error!(session = %self.id, %error, "an operation was not stored");
                self.broken = true;
            }
        }
    }

    fn publish(&self) {
        self.directory.update(info(&self.session));
    }
}

/// What the thread gave, if there is one.
async fn finished(writing: &mut Option<JoinHandle<u64>>) -> Result<u64, JoinError> {
    match writing {
        Some(writing) => writing.await,
        None => pending().await,
    }
}

/// Whether people or title may be others after it. Ink and cursors, which come often, do not.
fn changes_the_list(command: &Command) -> bool {
    match command {
        Command::Join { .. } | Command::Leave { .. } | Command::Retitle { .. } => true,
        Command::Receive { message, .. } => matches!(
            message,
            ClientMessage::Hello(_)
                | ClientMessage::Submit {
                    operation: Operation::SetTitle { .. } | Operation::Remove { .. },
                    ..
                }
                | ClientMessage::KeepDoor { .. }
        ),
        Command::Drained { .. }
        | Command::ReadChat { .. }
        | Command::ReadOrder { .. }
        | Command::ReadWork { .. }
        | Command::AskHost { .. }
        | Command::AskConnections { .. }
        | Command::Speak { .. }
        | Command::End
        | Command::AskFiles { .. } => false,
        #[cfg(test)]
        Command::Panic => false,
    }
}

/// The session as lists show it.
pub(crate) fn info(session: &Session) -> SessionInfo {
    SessionInfo {
        id: session.id().clone(),
        title: session.title().to_owned(),
        people: session.people(),
        guests: session.guests(),
        entry: session.entry(),
        password: session.has_password(),
    }
}

fn entropy() -> Result<Entropy, getrandom::Error> {
    let mut bytes = Entropy::default();
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// Waits until then; without an end if there is no such time.
async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => pending().await,
    }
}

/// A time of the clock on the steady one; what is over is now.
fn from_ms(time_ms: u64) -> Instant {
    Instant::now() + Duration::from_millis(time_ms.saturating_sub(now_ms()))
}

/// Milliseconds since 1970 UTC.
pub(crate) fn now_ms() -> u64 {
    let elapsed = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
