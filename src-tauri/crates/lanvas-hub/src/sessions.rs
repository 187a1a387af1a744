//! The hosted sessions: which there are, which of them are in memory, and their tasks.
//!
//! A session is brought into memory when somebody asks for it, and taken out when nobody has been
//! connected for a while and everything is stored, or when its task failed. Whoever asks while it
//! is moved in or out waits and then gets it: a way to a session is only given out under the same
//! lock under which it is given up, so nothing that was said to it is lost. Every life in memory
//! is an epoch of its own.
//!
//! It must not know what a session decides or how connections work.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lanvas_protocol::{Epoch, ErrorCode, SessionId};
use tokio::{
    sync::{Mutex as Turn, OwnedMutexGuard, mpsc, oneshot, watch},
    task::spawn_blocking,
};

use crate::{
    error::HubError,
    hub::{self, Shared, random_hex},
    limits::{READY_BYTES_MAX, READY_THREADS, SESSION_COMMANDS_MAX},
    password,
    session::{Access, DamagedLog, Effect, Input, Session},
    session_task::{self, Command, Connected, Ended, Surroundings, now_ms},
    storage::{Record, StorageError, StorageState, StoredDoor},
};

#[cfg(test)]
mod tests;

/// The way to a session's task. While somebody has one, the session stays in memory.
pub(crate) type Way = mpsc::Sender<Command>;
/// Held while a session is moved into memory or out of it.
pub(crate) type Moving = OwnedMutexGuard<()>;

/// All hosted sessions.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    slots: Mutex<BTreeMap<SessionId, Arc<Slot>>>,
}

/// One hosted session's place in memory.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    way: Mutex<Option<Way>>,
    turn: Arc<Turn<()>>,
}

impl Sessions {
    pub(crate) fn hosts(&self, id: &SessionId) -> bool {
        self.lock().contains_key(id)
    }

    fn slot(&self, id: &SessionId) -> Option<Arc<Slot>> {
        self.lock().get(id).cloned()
    }

    fn slot_or_new(&self, id: &SessionId) -> Arc<Slot> {
        Arc::clone(self.lock().entry(id.clone()).or_default())
    }

    fn forget(&self, id: &SessionId) {
        self.lock().remove(id);
    }

    /// From here on there are none.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<SessionId, Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    fn way(&self) -> Option<Way> {
        self.lock().clone()
    }

    /// Gives up the way to the session if nobody else has it and nothing was sent on it that its
    /// task has not taken. From then on whoever asks for the session waits for the end of the move.
    pub(crate) fn vacate(&self, commands: &mpsc::Receiver<Command>) -> Option<Moving> {
        let moving = Arc::clone(&self.turn).try_lock_owned().ok()?;
        let mut way = self.lock();
        let alone = way.as_ref().is_some_and(|way| way.strong_count() == 1);
        if !alone || !commands.is_empty() {
            return None;
        }
        *way = None;
        Some(moving)
    }

    async fn begin_move(&self) -> Moving {
        Arc::clone(&self.turn).lock_owned().await
    }

    fn lock(&self) -> MutexGuard<'_, Option<Way>> {
        self.way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// The way to a hosted session, which is brought into memory if it is not there.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when it is not hosted, or what keeps it from being read.
    pub(crate) async fn session(self: &Arc<Self>, id: &SessionId) -> Result<Way, HubError> {
        let slot = self.sessions.slot(id);
        let slot = slot.ok_or_else(|| StorageError::NotFound(id.clone()))?;
        if let Some(way) = slot.way() {
            return Ok(way);
        }
        // A task of its own: who asked may go away, and what was begun must come to its end.
        let (shared, id) = (Arc::clone(self), id.clone());
        let brought = self
            .tasks
            .spawn(async move { bring(shared, id, slot).await });
        brought.await.unwrap_or(Err(StorageError::Stopped.into()))
    }

    /// Hosts a session of the folder.
    ///
    /// # Errors
    /// As [`Shared::session`]; then it is not hosted.
    pub(crate) async fn host(self: &Arc<Self>, id: &SessionId) -> Result<(), HubError> {
        let hosted = self.sessions.hosts(id);
        self.sessions.slot_or_new(id);
        let brought = self.session(id).await;
        if brought.is_err() && !hosted {
            self.sessions.forget(id);
        }
        brought.map(drop)
    }

    /// Hosts a session no longer: everybody in it is told, and its file is whole and closed.
    ///
    /// # Errors
    /// [`StorageError::NotFound`] when it is not hosted, [`StorageError::NotStored`].
    pub(crate) async fn unhost(self: &Arc<Self>, id: &SessionId) -> Result<(), HubError> {
        let slot = self.sessions.slot(id);
        let slot = slot.ok_or_else(|| StorageError::NotFound(id.clone()))?;
        // Whoever comes from now on finds none; a move that is under way ends first.
        self.sessions.forget(id);
        drop(slot.begin_move().await);
        let way = slot.lock().take();
        if let Some(way) = way {
            let _ = way.send(Command::End).await;
            // The task takes no more once it has ended.
            way.closed().await;
        }
        self.directory.remove(id);
        Ok(self.storage.close(id).await?)
    }

    /// How well people in a hosted session are connected.
    pub(crate) async fn connections(
        self: &Arc<Self>,
        id: &SessionId,
    ) -> Result<Vec<Connected>, HubError> {
        let (reply, answer) = oneshot::channel();
        let way = self.session(id).await?;
        let _ = way.send(Command::AskConnections { reply }).await;
        Ok(answer.await.unwrap_or_default())
    }

    /// Gives a session of the folder another title, hosted or not.
    ///
    /// # Errors
    /// [`HubError`] when it is not there or cannot be written.
    pub(crate) async fn retitle(
        self: &Arc<Self>,
        id: &SessionId,
        title: String,
    ) -> Result<(), HubError> {
        if !self.sessions.hosts(id) {
            return Ok(self.storage.retitle(id, title, now_ms()).await?);
        }
        let (reply, answer) = oneshot::channel();
        let way = self.session(id).await?;
        let _ = way.send(Command::Retitle { title, reply }).await;
        match answer.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(StorageError::Stopped.into()),
        }
    }
}

async fn bring(shared: Arc<Shared>, id: SessionId, slot: Arc<Slot>) -> Result<Way, HubError> {
    let moving = slot.begin_move().await;
    if let Some(way) = slot.way() {
        return Ok(way); // somebody else brought it
    }
    if shared.ending.is_cancelled() {
        return Err(StorageError::Stopped.into());
    }
    let loaded = load(&shared, &id).await?;
    // Whoever asked finds it in the list, not only once its task has run.
    shared.directory.update(session_task::info(&loaded.0));
    let (way, commands) = mpsc::channel(SESSION_COMMANDS_MAX);
    *slot.lock() = Some(way.clone());
    drop(moving);
    shared.metrics.rooms.inc();
    let live = live(Arc::clone(&shared), id, slot, loaded, commands);
    shared.lives.spawn(live);
    Ok(way)
}

type Loaded = (Session, watch::Receiver<StorageState>);

async fn load(shared: &Shared, id: &SessionId) -> Result<Loaded, HubError> {
    let (stored, state) = shared.storage.open(id).await?;
    let epoch = Epoch::new(random_hex()?).expect("hexadecimal fits an id");
    let port = Some(shared.port).filter(|port| stored.port != Some(*port));
    let door = match shared.storage.door(id).await {
        Ok(door) => door,
        // Nobody can say who may come in: better nobody than everybody.
        Err(damage) => return give_back(shared, id, damage.to_string()).await,
    };
    let begun = epoch.clone();
    let access = Access {
        door,
        ..shared.access.clone()
    };
    // A long log takes a while, and other sessions do not wait for it.
    let restored = spawn_blocking(move || {
        let mut session = Session::restore(stored, begun, access)?;
        make_ready(&mut session);
        Ok::<_, DamagedLog>(session)
    })
    .await;
    let mut session = match restored {
        Ok(Ok(session)) => session,
        Ok(Err(damage)) => return give_back(shared, id, damage.to_string()).await,
        Err(fault) => return give_back(shared, id, fault.to_string()).await,
    };
    session.allow_talk(shared.tuning.allowance.talk);
    let start = session.head();
    let epoch = Record::Epoch { epoch, start };
    for record in [Some(epoch), port.map(Record::Port)].into_iter().flatten() {
        if shared.storage.append(id, record).is_err() {
            tracing::warn!(session = %id, "that the session began could not be queued for storage");
        }
    }
    Ok((session, state))
}

/// Whoever asked for the session wants to join it: what they will be sent is written before it is
/// open, unless that would take long.
fn make_ready(session: &mut Session) {
    if session.board().weight() > READY_BYTES_MAX {
        return;
    }
    for effect in session.handle(now_ms(), Input::Prepare) {
        if let Effect::Write(edition) = effect {
            edition.write_by(READY_THREADS);
            let number = edition.number();
            session.handle(now_ms(), Input::Written { number });
        }
    }
}

async fn give_back(shared: &Shared, id: &SessionId, why: String) -> Result<Loaded, HubError> {
    shared.storage.close(id).await?;
    Err(StorageError::Damaged(why).into())
}

/// Runs a session to the end of its life in memory and puts it away. Whether it fell idle, its
/// file broke or its task failed, the next who asks for it finds it as it was stored; other
/// sessions notice nothing.
async fn live(
    shared: Arc<Shared>,
    id: SessionId,
    slot: Arc<Slot>,
    (session, stored): Loaded,
    commands: mpsc::Receiver<Command>,
) {
    let (doors, changed) = watch::channel(None);
    let keeping = keep_door(Arc::clone(&shared), id.clone(), changed);
    shared.lives.spawn(keeping); // what it writes is stored before the storage ends
    let surroundings = Surroundings {
        doors,
        passwords: Arc::clone(&shared.passwords),
        accounts: shared.accounts.book(),
        storage: shared.storage.clone(),
        stored,
        directory: Arc::clone(&shared.directory),
        metrics: shared.metrics.clone(),
        commands,
        slot: Arc::clone(&slot),
        idle_timeout: shared.tuning.idle_timeout,
        ending: shared.ending.clone(),
    };
    let ended = tokio::spawn(session_task::run(session, surroundings)).await;
    shared.metrics.rooms.dec();
    let moving = match ended {
        // Storage ends with the hub, or whoever ended the session closes it.
        Ok(Ended::Over | Ended::Unhosted) => return,
        Ok(Ended::Idle(moving)) => moving,
        Ok(Ended::FileBroken) => fail(&shared, &id, &slot, "its file broke").await,
        Err(fault) => fail(&shared, &id, &slot, &fault.to_string()).await,
    };
    if let Err(error) = shared.storage.close(&id).await {
        tracing::error!(session = %id, %error, "a session was not stored to its end");
    }
    drop(moving);
}

/// Writes how people come in as often as it changes, the latest each time, until the session's
/// task is gone.
async fn keep_door(
    shared: Arc<Shared>,
    id: SessionId,
    mut changed: watch::Receiver<Option<StoredDoor>>,
) {
    while changed.changed().await.is_ok() {
        let Some(mut door) = changed.borrow_and_update().clone() else {
            continue;
        };
        if let Some(new) = door.new_password.take() {
            door.password = password::make(&shared.passwords, new).await;
        }
        if let Err(error) = shared.storage.keep_door(&id, door).await {
            tracing::error!(session = %id, %error, "how people come in was not stored");
        }
    }
}

/// Its connections were closed with a code that means "come back"; who does brings it back.
async fn fail(shared: &Shared, id: &SessionId, slot: &Slot, why: &str) -> Moving {
    tracing::error!(session = %id, why, "a session failed; it is read anew when somebody comes");
    shared.metrics.session_restarts.inc();
    let moving = slot.begin_move().await;
    *slot.lock() = None;
    shared.directory.empty(id);
    moving
}

/// What somebody is told who asked for a session and did not get it.
pub(crate) fn code_of(error: &HubError) -> ErrorCode {
    match error {
        HubError::Storage(error) => hub::code_of(error),
        HubError::UnknownSession(_) => ErrorCode::SessionNotFound,
        HubError::Listen { .. }
        | HubError::Unreadable(_)
        | HubError::Random(_)
        | HubError::Tls(_) => ErrorCode::Internal,
    }
}
