//! A session: the only place that decides.
//!
//! [`Session::handle`] takes what happened and gives what must be done about it. It validates
//! every operation, gives it the next number in one total order, and says whom to tell. It never
//! waits and never fails; it must not know sockets, files, clocks or randomness, which come in as
//! arguments.
//!
//! Rules in quotes, like "R7", are those of `src-tauri/docs/protocol.md`.

pub mod board;
pub mod chat;
pub mod history;
pub mod ink;
pub mod notes;
mod plain;
pub mod roster;
mod text;

use std::{collections::HashMap, sync::Arc};

use lanvas_protocol::{
    ClientMessage, Epoch, ErrorCode, Operation, ParticipantId, ReplicaId, ServerMessage, SessionId,
    ShapeId,
    limits::{OPERATION_SHAPES_MAX, PARTICIPANTS_MAX, PASSWORD_BYTES_MAX},
    message::{Hello, Ink, Presence, Role, SnapshotRest, Welcome},
    operation::{Applied, MessageAuthor},
};
use subtle::ConstantTimeEq;

use self::{
    board::Board,
    chat::Chat,
    history::History,
    ink::WetInk,
    notes::Notes,
    roster::{Roster, SecretHash, hash_secret},
};
use crate::{
    frame::Frame,
    outbox::{Lane, LiveKey},
    storage::{Record, StoredSession},
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
    /// Storage has trouble, or has none again.
    StorageChanged {
        /// Whether commits succeed.
        healthy: bool,
    },
    /// The storage queue has no room, or has room again.
    StorageRoom {
        /// Whether it takes records.
        room: bool,
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
    /// Keep it.
    Store(Record),
    /// Say why and hang up.
    Close {
        /// Which.
        connection: ConnectionId,
        /// Why.
        code: ErrorCode,
    },
}

/// Who may do what, fixed for the life of a session in a hub.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// The hash of the host's token.
    pub host_token_hash: SecretHash,
    /// The hash of the password, if there is one.
    pub password_hash: Option<SecretHash>,
}

#[derive(Debug, Clone)]
struct Member {
    participant: ParticipantId,
    replica: ReplicaId,
    role: Role,
    /// The last number this connection submitted.
    last_own: u64,
    /// What it was last told is stored.
    told_stored: u64,
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
    ink: WetInk,
    history: History,
    members: HashMap<ConnectionId, Member>,
    stored: u64,
    storage_healthy: bool,
    storage_room: bool,
    effects: Vec<Effect>,
}

impl Session {
    /// Brings a stored session back to life in a new epoch.
    #[must_use]
    pub fn restore(stored: StoredSession, epoch: Epoch, access: Access) -> Self {
        let mut session = Self {
            id: stored.meta.id,
            title: stored.meta.title,
            access,
            board: Board::default(),
            notes: Notes::default(),
            chat: Chat::default(),
            roster: Roster::restore(stored.participants),
            ink: WetInk::default(),
            history: History::new(stored.epochs),
            members: HashMap::new(),
            stored: 0,
            storage_healthy: true,
            storage_room: true,
            effects: Vec::new(),
        };
        for applied in stored.log {
            session.apply(Arc::new(applied));
        }
        session.stored = session.history.head();
        session.notes.forget_history(session.stored);
        session.history.begin_epoch(epoch);
        session
    }

    /// Decides. `now_ms` is milliseconds since 1970 UTC.
    pub fn handle(&mut self, now_ms: u64, input: Input) -> Vec<Effect> {
        match input {
            Input::Join {
                connection,
                hello,
                entropy,
            } => {
                self.join(now_ms, connection, *hello, entropy);
            }
            Input::Receive {
                connection,
                message,
            } => self.receive(now_ms, connection, message),
            Input::Leave { connection } => self.leave(connection),
            Input::Drained { connection, number } => self.catch_up(connection, number),
            Input::Stored { number } => self.stored(number),
            Input::StorageChanged { healthy } => self.storage_changed(healthy),
            Input::StorageRoom { room } => self.storage_room = room,
        }
        std::mem::take(&mut self.effects)
    }

    /// Its public id.
    #[must_use]
    pub fn id(&self) -> &SessionId {
        &self.id
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
        self.access.password_hash.is_some()
    }

    /// Whether `secret` is somebody's resume secret: they were let in once.
    #[must_use]
    pub fn knows_secret(&self, secret: &str) -> bool {
        self.roster.find(secret).is_some()
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

    // --- coming and going -----------------------------------------------------------------

    fn join(&mut self, now_ms: u64, connection: ConnectionId, hello: Hello, entropy: Entropy) {
        match self.admit(connection, &hello) {
            Ok((name, role)) => self.let_in(now_ms, connection, hello, (name, role), entropy),
            Err(code) => self.refuse(connection, None, code),
        }
    }

    fn admit(&self, connection: ConnectionId, hello: &Hello) -> Result<(String, Role), ErrorCode> {
        if self.members.contains_key(&connection) {
            return Err(ErrorCode::AlreadyJoined);
        }
        let is_host = hello
            .host_token
            .as_deref()
            .is_some_and(|token| matches_hash(token, &self.access.host_token_hash));
        if let (false, Some(expected)) = (is_host, &self.access.password_hash) {
            let password = hello
                .password
                .as_deref()
                .ok_or(ErrorCode::PasswordRequired)?;
            if password.len() > PASSWORD_BYTES_MAX || !matches_hash(password, expected) {
                return Err(ErrorCode::PasswordWrong);
            }
        }
        if self.roster.present_count() >= PARTICIPANTS_MAX && !is_host {
            return Err(ErrorCode::SessionFull);
        }
        let role = if is_host { Role::Host } else { Role::Editor };
        Ok((plain::name(&hello.name)?, role))
    }

    fn let_in(
        &mut self,
        now_ms: u64,
        connection: ConnectionId,
        hello: Hello,
        (name, role): (String, Role),
        entropy: Entropy,
    ) {
        let (secret_bytes, replica_bytes) = entropy.split_at(16);
        let known = hello
            .resume
            .filter(|secret| self.roster.find(secret).is_some());
        let secret = known.clone().unwrap_or_else(|| hex(secret_bytes));
        let participant = match known.and_then(|secret| self.roster.find(&secret)) {
            Some(participant) => participant,
            None => self.roster.enrol(name.clone(), &secret),
        };
        let (replica, seq) = self.claim_replica(participant, hello.replica, replica_bytes);
        self.replace_connection_of(&replica);
        let renamed = self.roster.rename(participant, &name);
        let first = self.roster.connect(participant, role);
        self.announce(connection, participant, first, renamed);
        let member = Member {
            participant,
            replica,
            role,
            last_own: 0,
            told_stored: 0,
        };
        let resumed = hello.number.filter(|number| {
            hello
                .epoch
                .as_ref()
                .is_some_and(|epoch| self.history.can_resume(epoch, *number))
        });
        self.welcome(
            now_ms,
            connection,
            &member,
            secret,
            (seq, resumed.is_some()),
        );
        self.members.insert(connection, member);
        self.catch_up(connection, resumed);
        self.show_what_is_live(connection, participant);
    }

    /// The replica the client asked for unless it is somebody else's, or a fresh one; with the
    /// highest `seq` it used.
    fn claim_replica(
        &mut self,
        owner: ParticipantId,
        asked: Option<ReplicaId>,
        fresh: &[u8],
    ) -> (ReplicaId, u32) {
        if let Some(replica) = asked
            && let Some(seq) = self.history.claim(replica.clone(), owner)
        {
            return (replica, seq);
        }
        (
            ReplicaId::new(hex(fresh)).expect("hexadecimal fits an id"),
            0,
        )
    }

    /// A replica has one connection: an older one is half open and nobody reads it.
    fn replace_connection_of(&mut self, replica: &ReplicaId) {
        let older = self
            .members
            .iter()
            .find(|(_, member)| member.replica == *replica);
        if let Some(connection) = older.map(|(connection, _)| *connection) {
            self.leave(connection);
            self.effects.push(Effect::Close {
                connection,
                code: ErrorCode::Replaced,
            });
        }
    }

    fn announce(
        &mut self,
        connection: ConnectionId,
        id: ParticipantId,
        first: bool,
        renamed: bool,
    ) {
        if let Some(stored) = self.roster.stored(id) {
            self.effects
                .push(Effect::Store(Record::Participant(stored)));
        }
        let Some(participant) = self.roster.get(id) else {
            return;
        };
        if first {
            self.broadcast(
                Some(connection),
                Lane::Control,
                ServerMessage::Joined { participant },
            );
        } else if renamed {
            let message = ServerMessage::ParticipantChanged { participant };
            self.broadcast(Some(connection), Lane::Control, message);
        }
    }

    fn welcome(
        &mut self,
        time_ms: u64,
        connection: ConnectionId,
        member: &Member,
        resume: String,
        (seq, resumed): (u32, bool),
    ) {
        let Some(you) = self.roster.get(member.participant) else {
            return;
        };
        let welcome = Welcome {
            session: self.id.clone(),
            title: self.title.clone(),
            you,
            resume,
            replica: member.replica.clone(),
            seq,
            epoch: self.history.epoch().clone(),
            number: self.history.head(),
            stored: self.stored,
            people: self.roster.present(),
            time_ms,
            resumed,
        };
        self.send(
            connection,
            Lane::Control,
            ServerMessage::Welcomed(Box::new(welcome)),
        );
        if !self.storage_healthy {
            self.send(
                connection,
                Lane::Control,
                ServerMessage::StorageChanged { healthy: false },
            );
        }
    }

    /// What came after `number`, or everything, whichever is at hand; from here on the connection
    /// is told what everybody is told.
    fn catch_up(&mut self, connection: ConnectionId, number: Option<u64>) {
        if !self.members.contains_key(&connection) {
            return;
        }
        self.effects.push(Effect::CatchUp { connection });
        let gap = match number.and_then(|number| self.history.gap(number)) {
            Some(gap) => gap,
            None => self.send_snapshot(connection),
        };
        for (number, frame) in gap {
            self.send_frame(connection, Lane::CatchUp(Some(number)), frame);
        }
        let number = self.history.head();
        let lane = Lane::CatchUp(Some(number));
        self.send(connection, lane, ServerMessage::CaughtUp { number });
    }

    /// Sends the snapshot and gives what came after it.
    fn send_snapshot(&mut self, connection: ConnectionId) -> Vec<(u64, Arc<Frame>)> {
        let (number, frames) = self.snapshot();
        let last = frames.len() - 1;
        for (index, frame) in frames.into_iter().enumerate() {
            let arrived = (index == last).then_some(number);
            self.send_frame(connection, Lane::CatchUp(arrived), frame);
        }
        self.history.gap(number).unwrap_or_default()
    }

    fn snapshot(&mut self) -> (u64, Vec<Arc<Frame>>) {
        if let Some(fresh) = self.history.fresh_snapshot() {
            return fresh;
        }
        let rest = SnapshotRest {
            title: self.title.clone(),
            notes: self.notes.text(),
            messages: self.chat.latest(),
        };
        self.history.take_snapshot(self.board.shapes(), rest)
    }

    /// Wet strokes and presences of the others.
    fn show_what_is_live(&mut self, connection: ConnectionId, newcomer: ParticipantId) {
        let blank = Presence::default();
        let presences = self
            .roster
            .presences()
            .filter(|(id, presence)| *id != newcomer && **presence != blank)
            .map(|(participant, presence)| {
                let presence = presence.clone();
                let shown = ServerMessage::PresenceShown {
                    participant,
                    presence,
                };
                (LiveKey::Presence(participant), Arc::new(Frame::new(shown)))
            });
        let ink = self.ink.frames().map(|(author, stroke, frame)| {
            (LiveKey::Ink(author, stroke.clone()), Arc::clone(frame))
        });
        let sends: Vec<_> = presences
            .chain(ink)
            .map(|(key, frame)| Effect::Send {
                to: connection,
                lane: Lane::Live(key),
                frame,
            })
            .collect();
        self.effects.extend(sends);
    }

    fn leave(&mut self, connection: ConnectionId) {
        let Some(member) = self.members.remove(&connection) else {
            return;
        };
        if !self.roster.disconnect(member.participant) {
            return;
        }
        for stroke in self.ink.abandon(member.participant) {
            self.tell_ink_cancelled(connection, member.participant, stroke);
        }
        let left = ServerMessage::Left {
            participant: member.participant,
        };
        self.broadcast(Some(connection), Lane::Control, left);
    }

    // --- messages -------------------------------------------------------------------------

    fn receive(&mut self, now_ms: u64, connection: ConnectionId, message: ClientMessage) {
        let Some(member) = self.members.get(&connection).cloned() else {
            return self.refuse(connection, None, ErrorCode::HelloExpected);
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
            ClientMessage::Ping { nonce } => {
                self.send(connection, Lane::Control, ServerMessage::Pong { nonce });
            }
        }
    }

    fn extend_ink(&mut self, connection: ConnectionId, member: &Member, ink: Ink) {
        if self.board.get(&ink.stroke).is_some() {
            return; // the commit overtook it
        }
        let key = LiveKey::Ink(member.participant, ink.stroke.clone());
        match self.ink.extend(member.participant, ink) {
            Ok(frame) => {
                let but = Some(connection);
                self.effects.push(Effect::Broadcast {
                    but,
                    lane: Lane::Live(key),
                    frame,
                });
            }
            Err(code) => self.refuse(connection, None, code),
        }
    }

    fn tell_ink_cancelled(
        &mut self,
        connection: ConnectionId,
        author: ParticipantId,
        stroke: ShapeId,
    ) {
        let lane = Lane::Live(LiveKey::InkEnd(author, stroke.clone()));
        self.broadcast(
            Some(connection),
            lane,
            ServerMessage::InkCancelled { author, stroke },
        );
    }

    fn show_presence(&mut self, connection: ConnectionId, member: &Member, presence: Presence) {
        let cursor = presence
            .cursor
            .is_none_or(|at| at.x.is_finite() && at.y.is_finite());
        if !cursor || presence.selection.len() > OPERATION_SHAPES_MAX {
            return self.refuse(connection, None, ErrorCode::InvalidOperation);
        }
        let participant = member.participant;
        self.roster.show(participant, presence.clone());
        let lane = Lane::Live(LiveKey::Presence(participant));
        let message = ServerMessage::PresenceShown {
            participant,
            presence,
        };
        self.broadcast(Some(connection), lane, message);
    }

    fn rename(&mut self, connection: ConnectionId, member: &Member, name: &str) {
        let name = match plain::name(name) {
            Ok(name) => name,
            Err(code) => return self.refuse(connection, None, code),
        };
        if !self.roster.rename(member.participant, &name) {
            return;
        }
        if let Some(stored) = self.roster.stored(member.participant) {
            self.effects
                .push(Effect::Store(Record::Participant(stored)));
        }
        if let Some(participant) = self.roster.get(member.participant) {
            let message = ServerMessage::ParticipantChanged { participant };
            self.broadcast(None, Lane::Control, message);
        }
    }

    // --- operations -----------------------------------------------------------------------

    fn submit(
        &mut self,
        time_ms: u64,
        connection: ConnectionId,
        member: &Member,
        seq: u32,
        mut operation: Operation,
    ) {
        if seq == 0 {
            return self.refuse(connection, Some(seq), ErrorCode::InvalidSeq);
        }
        if !self
            .history
            .use_seq(&member.replica, member.participant, seq)
        {
            return; // a resend: its fate is in the order, or was told
        }
        let altered = match self.admit_operation(member, &mut operation) {
            Ok(altered) => altered,
            Err(code) => return self.refuse(connection, Some(seq), code),
        };
        let number = self.history.head() + 1;
        let applied = Arc::new(Applied {
            number,
            author: member.participant,
            time_ms,
            replica: member.replica.clone(),
            seq,
            operation,
        });
        let frame = self.apply(Arc::clone(&applied));
        if let Some(member) = self.members.get_mut(&connection) {
            member.last_own = number;
        }
        self.effects.push(Effect::Store(Record::Operation(applied)));
        let lane = Lane::Doc(number);
        self.effects.push(Effect::Broadcast {
            but: Some(connection),
            lane: lane.clone(),
            frame: Arc::clone(&frame),
        });
        if altered {
            self.send_frame(connection, lane, frame);
        } else {
            self.send(
                connection,
                lane,
                ServerMessage::Confirmed {
                    number,
                    seq,
                    time_ms,
                },
            );
        }
    }

    /// Whether the operation may be numbered, with what the hub writes into it. Gives whether its
    /// author must see it again because it is not what they sent.
    fn admit_operation(
        &self,
        member: &Member,
        operation: &mut Operation,
    ) -> Result<bool, ErrorCode> {
        if !self.storage_room {
            return Err(ErrorCode::StorageFailed);
        }
        match operation {
            Operation::AddShapes { shapes } => {
                self.board.admit_add(shapes, member.participant)?;
                Ok(shapes
                    .iter()
                    .any(|shape| shape.author != member.participant))
            }
            Operation::UpdateShapes { changes } => self.board.admit_update(changes).map(|()| false),
            Operation::RemoveShapes { ids } => self.board.admit_remove(ids).map(|()| false),
            Operation::EditNotes { base, changes } => {
                let head = self.history.head();
                *changes = self.notes.admit(*base, std::mem::take(changes), head)?;
                *base = head;
                Ok(false)
            }
            Operation::PostMessage { text, by } => {
                let said = Chat::admit(text)?;
                let author = self
                    .roster
                    .get(member.participant)
                    .ok_or(ErrorCode::Internal)?;
                *by = Some(MessageAuthor {
                    name: author.name,
                    color: author.color,
                });
                let altered = said != *text;
                *text = said;
                Ok(altered)
            }
            Operation::SetTitle { title } => {
                if member.role != Role::Host {
                    return Err(ErrorCode::Forbidden);
                }
                let wanted = plain::title(title)?;
                let altered = wanted != *title;
                *title = wanted;
                Ok(altered)
            }
        }
    }

    /// Does what an admitted operation says and puts it in the order.
    fn apply(&mut self, applied: Arc<Applied>) -> Arc<Frame> {
        self.board.apply(&applied.operation);
        match &applied.operation {
            Operation::AddShapes { shapes } => {
                for shape in shapes {
                    self.ink.end(applied.author, &shape.id);
                }
            }
            Operation::EditNotes { changes, .. } => {
                // It was tried when it was admitted; a log that does not fit is refused on opening.
                let fits = self.notes.apply(applied.number, changes);
                debug_assert_eq!(fits, Ok(()));
            }
            Operation::PostMessage { .. } => self.chat.apply(&applied),
            Operation::SetTitle { title } => self.title.clone_from(title),
            Operation::UpdateShapes { .. } | Operation::RemoveShapes { .. } => {}
        }
        self.history.push(applied)
    }

    // --- storage --------------------------------------------------------------------------

    fn stored(&mut self, number: u64) {
        self.stored = self.stored.max(number);
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

    fn storage_changed(&mut self, healthy: bool) {
        if self.storage_healthy != healthy {
            self.storage_healthy = healthy;
            self.broadcast(
                None,
                Lane::Control,
                ServerMessage::StorageChanged { healthy },
            );
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

    fn refuse(&mut self, connection: ConnectionId, seq: Option<u32>, code: ErrorCode) {
        let detail = code.to_string();
        self.send(
            connection,
            Lane::Control,
            ServerMessage::Refused { seq, code, detail },
        );
        if code.close_code().is_some() {
            self.leave(connection);
            self.effects.push(Effect::Close { connection, code });
        }
    }
}

fn matches_hash(secret: &str, expected: &SecretHash) -> bool {
    hash_secret(secret).ct_eq(expected).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
