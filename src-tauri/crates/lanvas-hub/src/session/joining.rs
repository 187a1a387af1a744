//! Coming in, catching up, going: rules R6 to R16 of the protocol.

use std::sync::Arc;

use lanvas_protocol::{
    ErrorCode, Operation, ParticipantId, ReplicaId, ServerMessage,
    limits::FORMERLY_MAX,
    message::{Hello, Presence, Welcome},
    roles::Role,
};

use super::talk::OUTSIDE;
use super::{
    ConnectionId, Effect, Member, Session,
    entering::{Entrant, Verdict},
    history::Replica,
    snapshots::Edition,
    waiting::{Arrival, Pass, Until},
};
use crate::{
    frame::Frame,
    hexadecimal::hex,
    outbox::{Lane, LiveKey},
    storage::Record,
};

/// What a catch-up begins with.
enum Start {
    /// The operations after this number.
    After(u64),
    /// Everything.
    With(Arc<Edition>),
}

impl Session {
    pub(super) fn join(&mut self, now_ms: u64, connection: ConnectionId, mut arrival: Arrival) {
        let entrant = match self.verdict(now_ms, connection, &arrival) {
            Err(refusal) => return self.refuse(connection, None, refusal),
            Ok(Verdict::Knocks(name)) => return self.knock(now_ms, connection, arrival, name),
            Ok(Verdict::Checks(kept)) => return self.ask_for_check(connection, arrival, kept),
            Ok(Verdict::In(entrant)) => entrant,
        };
        arrival.pass = Some(entrant.pass);
        let start = match self.resumable(&arrival.hello) {
            Some(number) => Start::After(number),
            None => match self.edition_for_newcomer(arrival.waited) {
                Some(edition) => Start::With(edition),
                None => return self.waiting.add(connection, arrival, Until::Snapshot),
            },
        };
        self.let_in(now_ms, connection, (arrival, start), entrant);
    }

    /// The number after which the order can be sent to who says that.
    fn resumable(&self, hello: &Hello) -> Option<u64> {
        let (epoch, number) = (hello.epoch.as_ref()?, hello.number?);
        self.history.can_resume(epoch, number).then_some(number)
    }

    fn let_in(
        &mut self,
        now_ms: u64,
        connection: ConnectionId,
        (arrival, start): (Arrival, Start),
        entrant: Entrant,
    ) {
        let Entrant { comer, name, pass } = entrant;
        let Pass(granted) = pass;
        let is_host = granted == Some(Role::Host);
        let Arrival {
            hello,
            entropy,
            address,
            ..
        } = arrival;
        let (secret_bytes, replica_bytes) = entropy.split_at(16);
        let is_new = comer.known.is_none();
        let fresh = hex(secret_bytes);
        let participant = match comer.known {
            Some(participant) => participant,
            None => self.roster.enrol(name.clone(), &fresh),
        };
        // Who comes as they came before keeps the secret; an account's goes with its token.
        let secret = match (&comer.account, hello.resume) {
            (None, Some(known)) if !is_new => known,
            _ => fresh,
        };
        if let Some(account) = &comer.account {
            self.sign_in(participant, account, &secret);
        }
        self.grant(now_ms, participant, granted, is_new);
        let (replica_id, replica) = self.claim_replica(participant, hello.replica, replica_bytes);
        self.replace_connection_of(&replica_id, participant);
        let former = hello.formerly.iter().take(FORMERLY_MAX);
        let fates = former.map(|replica| self.fate_of(replica)).collect();
        let may_rename = is_host || !self.roster.standings().is_muted(participant);
        let renamed = may_rename && self.roster.rename(participant, &name);
        let wished = hello.color.filter(|_| may_rename);
        let recolored = wished.is_some_and(|color| self.roster.recolor(participant, color));
        let first = self.roster.connect(participant);
        self.roster.set_address(participant, Some(address));
        let is_still_host = is_host || self.is_host_elsewhere(participant);
        let promoted = self.roster.set_host(participant, is_still_host);
        self.announce(
            connection,
            participant,
            first,
            renamed || recolored || promoted,
        );
        let member = Member {
            participant,
            replica: replica_id,
            is_host,
            // What it submitted before it came back may still wait for the disk.
            last_own: self.history.head(),
            told_stored: self.stored,
            token: comer.account.map(|account| account.token),
        };
        self.welcome(
            now_ms,
            connection,
            &member,
            secret,
            (replica, fates, matches!(start, Start::After(_))),
        );
        self.members.insert(connection, member);
        self.catch_up(connection, &start);
        self.show_what_is_live(connection, participant);
        self.note_entry(connection, participant);
    }

    /// The role they were let in with. Who was here before keeps what they are, or is less: nobody
    /// raises themselves by an invitation.
    fn grant(&mut self, now_ms: u64, participant: ParticipantId, role: Option<Role>, is_new: bool) {
        let had = self.roster.standings().role(participant);
        let Some(role) = role.filter(|role| *role < Role::Host) else {
            return;
        };
        if role < had || (is_new && role > had) {
            self.order(now_ms, Operation::SetRole { participant, role });
        }
    }

    /// The replica the client asked for unless it is somebody else's, or a fresh one; with what
    /// is known of it.
    fn claim_replica(
        &mut self,
        owner: ParticipantId,
        asked: Option<ReplicaId>,
        fresh: &[u8],
    ) -> (ReplicaId, Replica) {
        if let Some(id) = asked
            && id.as_str() != OUTSIDE
            && let Some(replica) = self.history.claim(&id, owner)
        {
            return (id, replica.clone());
        }
        let id = ReplicaId::new(hex(fresh)).expect("hexadecimal fits an id");
        (id, Replica::of(owner))
    }

    /// How far a replica came, once nobody speaks for it any more: then nothing above can follow.
    fn fate_of(&self, replica: &ReplicaId) -> Option<u32> {
        let spoken_for = self.members.values().any(|one| one.replica == *replica);
        (!spoken_for).then(|| self.history.dealt_with(replica))
    }

    /// A replica has one connection: an older one is half open and nobody reads it.
    fn replace_connection_of(&mut self, replica: &ReplicaId, owner: ParticipantId) {
        let older = self
            .members
            .iter()
            .find(|(_, member)| member.replica == *replica);
        if let Some(connection) = older.map(|(connection, _)| *connection) {
            self.leave(connection);
            self.history.claim(replica, owner); // leaving may have given it up
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
        changed: bool,
    ) {
        self.store_participant(id);
        let Some(participant) = self.roster.get(id) else {
            return;
        };
        if first {
            self.broadcast(
                Some(connection),
                Lane::Control,
                ServerMessage::Joined { participant },
            );
        } else if changed {
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
        (replica, formerly_seqs, resumed): (Replica, Vec<Option<u32>>, bool),
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
            seq: replica.seq,
            refused: replica.refused.into(),
            refused_after: replica.refused_after,
            formerly_seqs,
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
        if self.storage_trouble.is_some() || !self.storage_room {
            self.send(connection, Lane::Control, self.storage_told());
        }
    }

    /// Sends what it misses; from here on the connection is told what everybody is told.
    fn catch_up(&mut self, connection: ConnectionId, start: &Start) {
        self.effects.push(Effect::CatchUp { connection });
        let number = match start {
            Start::After(number) => *number,
            Start::With(edition) => self.send_edition(connection, edition),
        };
        for (number, frame) in self.history.gap(number).unwrap_or_default() {
            self.send_frame(connection, Lane::CatchUp(Some(number)), frame);
        }
        let number = self.history.head();
        let lane = Lane::CatchUp(Some(number));
        self.send(connection, lane, ServerMessage::CaughtUp { number });
    }

    /// Sends a connection that fell behind what it missed. A snapshot would not do here: it does
    /// not say which of the receiver's own submissions it holds, and a change of the notes that is
    /// on its way could not be mapped over it. So who missed more than is at hand comes back with
    /// a hello, and the welcome says (R16).
    pub(super) fn go_on(&mut self, connection: ConnectionId, number: Option<u64>) {
        if !self.members.contains_key(&connection) {
            return;
        }
        match number.filter(|number| self.history.has_after(*number)) {
            Some(number) => self.catch_up(connection, &Start::After(number)),
            None => self.refuse(connection, None, ErrorCode::TooSlow),
        }
    }

    /// Gives the number that it brings the connection to.
    fn send_edition(&mut self, connection: ConnectionId, edition: &Edition) -> u64 {
        let number = edition.number();
        let last = edition.frames().len() - 1;
        for (index, frame) in edition.frames().iter().enumerate() {
            let arrived = (index == last).then_some(number);
            self.send_frame(connection, Lane::CatchUp(arrived), Arc::clone(frame));
        }
        number
    }

    /// Wet strokes and presences of the others.
    fn show_what_is_live(&mut self, connection: ConnectionId, newcomer: ParticipantId) {
        self.bring_carets_up();
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

    /// Counts all carets in the notes as they are: a newcomer does not have the edits since they
    /// were told. What is brought up once is not again for the next newcomer.
    fn bring_carets_up(&mut self) {
        let (head, notes) = (self.history.head(), &self.notes);
        let behind: Vec<_> = (self.roster.presences())
            .filter_map(|(id, presence)| {
                let caret = presence.caret.as_ref().filter(|it| it.base < head)?;
                let caret = Some(notes.caret_now(caret, id, head)?);
                Some((
                    id,
                    Presence {
                        caret,
                        ..presence.clone()
                    },
                ))
            })
            .collect();
        for (id, presence) in behind {
            self.roster.show(id, presence);
        }
    }

    pub(super) fn leave(&mut self, connection: ConnectionId) {
        if self.waiting.remove(connection) {
            self.tell_knocks();
        }
        let Some(member) = self.members.remove(&connection) else {
            return;
        };
        let id = member.participant;
        for stroke in self.ink.abandon(connection) {
            self.tell_ink_cancelled(connection, id, stroke);
        }
        self.history.release(&member.replica);
        if self.roster.disconnect(id) {
            self.forget_passers_by();
            let left = ServerMessage::Left { participant: id };
            return self.broadcast(Some(connection), Lane::Control, left);
        }
        // They are still in by another connection, which may be less than the host's and will
        // show anew where it points.
        self.show_presence(connection, &member, Presence::default());
        if self.roster.set_host(id, self.is_host_elsewhere(id))
            && let Some(participant) = self.roster.get(id)
        {
            let message = ServerMessage::ParticipantChanged { participant };
            self.broadcast(Some(connection), Lane::Control, message);
        }
    }

    /// Whether they showed the host's token by any connection that is open.
    fn is_host_elsewhere(&self, id: ParticipantId) -> bool {
        let mut members = self.members.values();
        members.any(|member| member.participant == id && member.is_host)
    }

    /// Who only looked is not remembered for ever.
    pub(super) fn forget_passers_by(&mut self) {
        while let Some(id) = self.roster.forget_one() {
            self.effects.push(Effect::Store(Record::Forgotten(id)));
        }
    }

    /// Keeps who they are, so that they are the same after a restart of the hub. Also who did
    /// nothing yet: what they do while it restarts must find them again.
    pub(super) fn store_participant(&mut self, id: ParticipantId) {
        if let Some(stored) = self.roster.stored(id) {
            self.effects
                .push(Effect::Store(Record::Participant(stored)));
        }
    }
}
