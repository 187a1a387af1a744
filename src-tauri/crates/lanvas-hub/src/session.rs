//! A session: the only place that decides.
//!
//! [`Session::handle`] takes what happened and gives what must be done about it. It validates
//! every operation, gives it the next number in one total order, and says whom to tell. It never
//! waits and never fails; it must not know sockets, files, clocks or randomness, which come in as
//! arguments.
//!
//! Rules in quotes, like "R7", are those of `src-tauri/docs/protocol.md`.

mod accounts;
mod bans;
pub mod blocks;
pub mod board;
pub mod chat;
pub mod door;
mod entering;
mod gate;
pub mod history;
pub mod ink;
mod joining;
mod live;
mod moderation;
pub mod notes;
mod operations;
pub mod pages;
pub(crate) mod plain;
mod refusal;
pub mod roster;
pub mod snapshots;
pub mod standing;
pub(crate) mod state;
mod talk;
pub mod text;
pub mod tries;
pub mod waiting;
pub mod work;

use std::{collections::BTreeMap, fmt, net::IpAddr, sync::Arc};

use lanvas_protocol::{
    ClientMessage, Epoch, ErrorCode, ParticipantId, ReplicaId, ServerMessage, SessionId, ShapeId,
    door::{DoorAct, Entry},
    message::{Hello, StorageTrouble},
};

pub use self::{bans::Ban, gate::Asker};
use self::{
    bans::Bans,
    board::Board,
    chat::{Actor, Chat, TalkAllowance},
    door::Door,
    history::{History, HistoryBounds},
    ink::WetInk,
    moderation::Audit,
    notes::Notes,
    refusal::Refusal,
    roster::{Roster, SecretHash, matches_hash},
    snapshots::{Edition, Snapshots},
    tries::Tries,
    waiting::{Arrival, WaitingRoom},
};
use crate::{
    accounts::{Book, book::TokenId},
    frame::Frame,
    outbox::Lane,
    storage::{Applied, Record, StoredDoor, StoredSession},
};

/// One open connection, numbered by the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// Random bytes for one join: a resume secret and a replica id.
pub type Entropy = [u8; 24];

/// What can happen to a session.
#[derive(Debug)]
pub enum Input {
    /// A connection said its first message.
    Join {
        /// Which.
        connection: ConnectionId,
        /// What it said.
        hello: Box<Hello>,
        /// Where it comes from.
        address: IpAddr,
        /// Fresh random bytes.
        entropy: Entropy,
    },
    /// A connection that joined said something.
    Receive {
        /// Which.
        connection: ConnectionId,
        /// What it said.
        message: ClientMessage,
    },
    /// A connection that joined does something at the door.
    KeepDoor {
        /// Which.
        connection: ConnectionId,
        /// What.
        act: DoorAct,
        /// Fresh random bytes.
        entropy: Entropy,
    },
    /// What [`Effect::CheckPassword`] asked for.
    PasswordChecked {
        /// Of whom.
        connection: ConnectionId,
        /// Whether it is the password.
        right: bool,
    },
    /// The accounts of the hub are these from now on.
    AccountsChanged(Arc<Book>),
    /// The time of [`Session::due_ms`] has come.
    TimePassed,
    /// A connection is gone.
    Leave {
        /// Which.
        connection: ConnectionId,
    },
    /// A connection that fell behind has sent what it had.
    Drained {
        /// Which.
        connection: ConnectionId,
        /// The last number that went out to it, if any.
        number: Option<u64>,
    },
    /// Everything up to `number` is on disk.
    Stored {
        /// See above.
        number: u64,
    },
    /// Storage has trouble, or other trouble, or has none again.
    StorageChanged {
        /// What keeps operations from being stored.
        trouble: Option<StorageTrouble>,
    },
    /// The storage queue has no room, or has room again.
    StorageRoom {
        /// Whether it takes records.
        room: bool,
    },
    /// The session begins: what newcomers will be sent may be made ready.
    Prepare,
    /// What [`Effect::Write`] asked for is done.
    Written {
        /// The edition's number.
        number: u64,
    },
}

/// What must be done about it, in this order.
#[derive(Debug)]
pub enum Effect {
    /// Tell one connection.
    Send {
        /// Which.
        to: ConnectionId,
        /// On which lane.
        lane: Lane,
        /// What.
        frame: Arc<Frame>,
    },
    /// Tell everybody who joined.
    Broadcast {
        /// All but this one.
        but: Option<ConnectionId>,
        /// On which lane.
        lane: Lane,
        /// What.
        frame: Arc<Frame>,
    },
    /// A catch-up follows; from now on the connection is told what everybody is told.
    CatchUp {
        /// Which.
        connection: ConnectionId,
    },
    /// A wet stroke became a shape: what waits of its ink is not sent any more.
    DropInk {
        /// Who drew it.
        author: ParticipantId,
        /// Which.
        stroke: ShapeId,
    },
    /// Keep it.
    Store(Record),
    /// Write it ([`Edition::write`]) where that may take a while, then say [`Input::Written`].
    Write(Arc<Edition>),
    /// Who still reads a snapshot of this number or an older one is closed as too slow.
    EndSnapshots {
        /// See above.
        number: u64,
    },
    /// Compare, where that may take a while, then say [`Input::PasswordChecked`].
    CheckPassword {
        /// Whose.
        connection: ConnectionId,
        /// What they said.
        password: String,
        /// What it should be, as [`crate::password::hash`] made it.
        kept: Arc<str>,
    },
    /// Keep how people come in.
    KeepDoor(Box<StoredDoor>),
    /// Say why and hang up.
    Close {
        /// Which.
        connection: ConnectionId,
        /// Why.
        code: ErrorCode,
    },
}

/// Who may do what, fixed for the life of a session in a hub.
#[derive(Clone, Default)]
pub struct Access {
    /// The hash of the host's token.
    pub host_token_hash: SecretHash,
    /// The password that the operator of the hub has set, if any.
    pub password: Option<Arc<str>>,
    /// How people come in, as it was kept.
    pub door: Option<StoredDoor>,
}

impl fmt::Debug for Access {
    /// Without secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").finish_non_exhaustive()
    }
}

#[derive(Debug, Clone)]
struct Member {
    participant: ParticipantId,
    replica: ReplicaId,
    /// Whether the host's token was shown here.
    is_host: bool,
    /// No number after this one is this connection's replica's.
    last_own: u64,
    /// What it was last told is stored.
    told_stored: u64,
    /// By which it is signed in, if it is.
    token: Option<TokenId>,
}

/// A log that no hub wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("operation {number} cannot be done: {code}")]
pub struct DamagedLog {
    /// Which operation.
    pub number: u64,
    /// What is wrong with it.
    pub code: ErrorCode,
}

/// The state of a session and its rules.
#[derive(Debug)]
pub struct Session {
    id: SessionId,
    title: String,
    access: Access,
    board: Board,
    notes: Notes,
    chat: Chat,
    roster: Roster,
    door: Door,
    tries: Tries,
    accounts: Arc<Book>,
    last_knock: u32,
    ink: WetInk,
    bans: Bans,
    audit: Audit,
    history: History,
    snapshots: Snapshots,
    waiting: WaitingRoom,
    members: BTreeMap<ConnectionId, Member>,
    stored: u64,
    storage_trouble: Option<StorageTrouble>,
    storage_room: bool,
    effects: Vec<Effect>,
}

impl Session {
    /// Brings a stored session back to life in a new epoch.
    ///
    /// # Errors
    /// [`DamagedLog`] when its log has an operation that cannot be done.
    pub fn restore(
        stored: StoredSession,
        epoch: Epoch,
        access: Access,
    ) -> Result<Self, DamagedLog> {
        Self::restore_within(stored, epoch, access, HistoryBounds::default())
    }

    /// As [`Session::restore`], keeping only so much of the order in memory.
    ///
    /// # Errors
    /// As [`Session::restore`].
    pub fn restore_within(
        stored: StoredSession,
        epoch: Epoch,
        access: Access,
        bounds: HistoryBounds,
    ) -> Result<Self, DamagedLog> {
        let roster = Roster::restore(stored.participants);
        let door = Door::restore(
            access.door.clone(),
            access.password.as_deref(),
            roster.last(),
        );
        let mut session = Self {
            id: stored.meta.id,
            title: stored.meta.title,
            access,
            board: Board::in_blocks_of(bounds.snapshot_part_bytes, bounds.board_bytes),
            notes: Notes::keeping(bounds.notes_edits),
            chat: Chat::default(),
            roster,
            door,
            tries: Tries::default(),
            accounts: Arc::default(),
            last_knock: 0,
            ink: WetInk::default(),
            bans: Bans::restore(stored.bans),
            audit: Audit::restore(stored.audit),
            history: History::new(stored.epochs, bounds),
            snapshots: Snapshots::default(),
            waiting: WaitingRoom::default(),
            members: BTreeMap::new(),
            stored: 0,
            storage_trouble: None,
            storage_room: true,
            effects: Vec::new(),
        };
        session.resume(stored.state)?;
        for applied in stored.lasting {
            session.chat.apply(&Arc::new(applied));
        }
        for applied in stored.log {
            session.redo(applied)?;
        }
        session.stored = session.history.head();
        session.chat.stored(session.stored);
        session.notes.forget_history(session.stored);
        session.history.begin_epoch(epoch);
        session.effects.clear();
        for (_, author, _) in session.history.replicas() {
            session.roster.make_lasting(author);
        }
        session.roster.keep_those_of_standing();
        for ban in session.bans.running(0) {
            session.roster.make_lasting(ban.participant);
        }
        session.forget_passers_by();
        Ok(session)
    }

    /// Does an operation of the log again. It may come from anywhere.
    fn redo(&mut self, applied: Applied) -> Result<(), DamagedLog> {
        let number = applied.number;
        self.check_logged(&applied.operation)
            .map_err(|code| DamagedLog { number, code })?;
        self.apply(Arc::new(applied));
        self.effects.clear();
        Ok(())
    }

    /// Decides. `now_ms` is milliseconds since 1970 UTC.
    pub fn handle(&mut self, now_ms: u64, input: Input) -> Vec<Effect> {
        match input {
            Input::Join {
                connection,
                hello,
                address,
                entropy,
            } => {
                let arrival = Arrival {
                    hello: *hello,
                    address,
                    entropy,
                    pass: None,
                    waited: false,
                };
                self.join(now_ms, connection, arrival);
            }
            Input::Receive {
                connection,
                message,
            } => self.receive(now_ms, connection, message),
            Input::KeepDoor {
                connection,
                act,
                entropy,
            } => self.act_at_door(now_ms, connection, act, &entropy),
            Input::PasswordChecked { connection, right } => {
                self.password_checked(now_ms, connection, right);
            }
            Input::AccountsChanged(book) => self.accounts_changed(book),
            Input::TimePassed => self.end_long_knocks(now_ms),
            Input::Leave { connection } => self.leave(connection),
            Input::Drained { connection, number } => self.go_on(connection, number),
            Input::Stored { number } => self.stored(number),
            Input::StorageChanged { trouble } => self.storage_changed(trouble, self.storage_room),
            Input::StorageRoom { room } => self.storage_changed(self.storage_trouble, room),
            Input::Prepare => self.prepare(),
            Input::Written { number } => self.written(now_ms, number),
        }
        std::mem::take(&mut self.effects)
    }

    /// Operations that may not be on the disk yet, if they are at hand.
    #[must_use]
    pub fn unstored(&self) -> Option<Vec<Arc<Applied>>> {
        let at_hand = self.history.has_after(self.stored);
        at_hand.then(|| self.history.after(self.stored))
    }

    /// How fast each person may talk from now on.
    pub fn allow_talk(&mut self, allowance: TalkAllowance) {
        self.chat.allow(allowance);
    }

    /// Its public id.
    #[must_use]
    pub fn id(&self) -> &SessionId {
        &self.id
    }

    /// Who is in, by connection.
    pub fn connections(&self) -> impl Iterator<Item = (ConnectionId, ParticipantId)> {
        let members = self.members.iter();
        members.map(|(connection, member)| (*connection, member.participant))
    }

    /// Its title now.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// How many people are in now.
    #[must_use]
    pub fn people(&self) -> usize {
        self.roster.present_count()
    }

    /// How many of them are not the host.
    #[must_use]
    pub fn guests(&self) -> usize {
        self.roster.guest_count()
    }

    /// Whether newcomers need a password.
    #[must_use]
    pub fn has_password(&self) -> bool {
        self.entry() == Entry::Password
    }

    /// The last number given.
    #[must_use]
    pub fn head(&self) -> u64 {
        self.history.head()
    }

    /// The epoch this life of the session is.
    #[must_use]
    pub fn epoch(&self) -> &Epoch {
        self.history.epoch()
    }

    /// What lies on the board.
    #[must_use]
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// What is written.
    #[must_use]
    pub fn notes(&self) -> &Notes {
        &self.notes
    }

    /// What was said last.
    #[must_use]
    pub fn chat(&self) -> &Chat {
        &self.chat
    }

    // --- messages -------------------------------------------------------------------------

    fn receive(&mut self, now_ms: u64, connection: ConnectionId, message: ClientMessage) {
        let Some(member) = self.members.get(&connection).cloned() else {
            return self.hear_outside(connection, message);
        };
        match message {
            ClientMessage::Hello(_) => self.refuse(connection, None, ErrorCode::AlreadyJoined),
            ClientMessage::Submit { seq, operation } => {
                self.submit(now_ms, connection, &member, seq, operation);
            }
            ClientMessage::ExtendInk(ink) => self.extend_ink(connection, &member, ink),
            ClientMessage::CancelInk { stroke } => {
                if self.ink.end(member.participant, &stroke) {
                    self.tell_ink_cancelled(connection, member.participant, stroke);
                }
            }
            ClientMessage::ShowPresence(presence) => {
                self.show_presence(connection, &member, presence);
            }
            ClientMessage::Rename { name } => self.rename(connection, &member, &name),
            // The task hands those in with random bytes.
            ClientMessage::KeepDoor { .. } => {}
            ClientMessage::Ping { nonce } => {
                self.send(connection, Lane::Control, ServerMessage::Pong { nonce });
            }
        }
    }

    // --- storage --------------------------------------------------------------------------

    fn stored(&mut self, number: u64) {
        self.stored = self.stored.max(number);
        self.chat.stored(self.stored);
        let mut told = Vec::new();
        for (connection, member) in &mut self.members {
            if member.told_stored < member.last_own {
                member.told_stored = number;
                told.push(*connection);
            }
        }
        let frame = Arc::new(Frame::new(ServerMessage::Stored {
            number: self.stored,
        }));
        for connection in told {
            self.send_frame(connection, Lane::Control, Arc::clone(&frame));
        }
    }

    fn storage_changed(&mut self, trouble: Option<StorageTrouble>, room: bool) {
        if (self.storage_trouble, self.storage_room) != (trouble, room) {
            (self.storage_trouble, self.storage_room) = (trouble, room);
            self.broadcast(None, Lane::Control, self.storage_told());
        }
    }

    /// R22, as it is now.
    fn storage_told(&self) -> ServerMessage {
        ServerMessage::StorageChanged {
            healthy: self.storage_trouble.is_none(),
            trouble: self.storage_trouble,
            refusing: !self.storage_room,
        }
    }

    // --- telling --------------------------------------------------------------------------

    fn send(&mut self, to: ConnectionId, lane: Lane, message: ServerMessage) {
        self.send_frame(to, lane, Arc::new(Frame::new(message)));
    }

    fn send_frame(&mut self, to: ConnectionId, lane: Lane, frame: Arc<Frame>) {
        self.effects.push(Effect::Send { to, lane, frame });
    }

    fn broadcast(&mut self, but: Option<ConnectionId>, lane: Lane, message: ServerMessage) {
        let frame = Arc::new(Frame::new(message));
        self.effects.push(Effect::Broadcast { but, lane, frame });
    }

    /// What is wrong with one submission never ends the connection.
    fn refuse_submission(&mut self, connection: ConnectionId, seq: u32, refusal: Refusal) {
        let message = refused(Some(seq), refusal);
        self.send(connection, Lane::Control, message);
    }

    fn refuse(&mut self, connection: ConnectionId, seq: Option<u32>, refusal: impl Into<Refusal>) {
        let refusal = refusal.into();
        let code = refusal.code;
        self.send(connection, Lane::Control, refused(seq, refusal));
        if code.close_code().is_some() {
            self.leave(connection);
            self.effects.push(Effect::Close { connection, code });
        }
    }
}

fn refused(seq: Option<u32>, Refusal { code, wait_ms }: Refusal) -> ServerMessage {
    let detail = code.to_string();
    ServerMessage::Refused {
        seq,
        code,
        detail,
        wait_ms,
    }
}
