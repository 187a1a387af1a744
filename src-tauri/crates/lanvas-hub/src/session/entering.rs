//! Who is let in: what the door asks for, who knocks, and what the host does about both. Rules R61
//! and R66 to R69 of the protocol.

use std::sync::Arc;

use lanvas_protocol::{
    ErrorCode, ParticipantId, ServerMessage,
    door::{DoorAct, Entry, Knock, MadeInvite},
    limits::{KNOCK_TIMEOUT_S, KNOCKS_MAX, KNOCKS_PER_ADDRESS_MAX, PARTICIPANTS_MAX},
    roles::{Act, Role},
};

use super::{
    ConnectionId, Effect, Entropy, Member, Session,
    accounts::Comer,
    door::Checked,
    matches_hash,
    refusal::Refusal,
    waiting::{Arrival, Pass, Until},
};
use crate::outbox::Lane;

const KNOCK_TIMEOUT_MS: u64 = KNOCK_TIMEOUT_S as u64 * 1_000;
/// Passwords whose slow hash may be looked at at once in one session.
const CHECKS_MAX: usize = 64;
/// How long to wait when there are so many.
const CHECKS_WAIT_MS: u64 = 2_000;

/// Somebody who may come in.
pub(super) struct Entrant {
    pub(super) comer: Comer,
    pub(super) name: String,
    pub(super) pass: Pass,
}

/// What is to be done about a hello.
pub(super) enum Verdict {
    In(Entrant),
    /// They ask to be let in, by this name.
    Knocks(String),
    /// Their password has to be compared with this slow hash.
    Checks(Arc<str>),
}

/// What the door says.
enum Gate {
    Passes(Pass),
    Knocks,
    Checks(Arc<str>),
}

impl Session {
    pub(super) fn verdict(
        &mut self,
        now_ms: u64,
        connection: ConnectionId,
        arrival: &Arrival,
    ) -> Result<Verdict, Refusal> {
        if self.members.contains_key(&connection) || self.waiting.has(connection) {
            return Err(ErrorCode::AlreadyJoined.into());
        }
        let hello = &arrival.hello;
        let is_host = hello
            .host_token
            .as_deref()
            .is_some_and(|token| matches_hash(token, &self.access.host_token_hash));
        let comer = self.comer(now_ms, hello)?;
        let banned_ms = self
            .bans
            .left_ms(now_ms, comer.known, Some(arrival.address));
        if let (false, Some(wait_ms)) = (is_host, banned_ms) {
            return Err(Refusal::wait(ErrorCode::Banned, wait_ms));
        }
        let gate = match arrival.pass {
            _ if is_host => Gate::Passes(Pass(Some(Role::Host))),
            Some(pass) => Gate::Passes(pass),
            None => self.gate(now_ms, arrival, comer.known)?,
        };
        if self.roster.present_count() >= PARTICIPANTS_MAX && !is_host {
            return Err(ErrorCode::SessionFull.into());
        }
        let name = self.name_of(&comer, hello)?;
        Ok(match gate {
            Gate::Passes(pass) => Verdict::In(Entrant { comer, name, pass }),
            Gate::Knocks => Verdict::Knocks(name),
            Gate::Checks(kept) => Verdict::Checks(kept),
        })
    }

    /// What they bring, and what that is worth.
    fn gate(
        &mut self,
        now_ms: u64,
        arrival: &Arrival,
        known: Option<ParticipantId>,
    ) -> Result<Gate, Refusal> {
        let hello = &arrival.hello;
        if known.is_some_and(|id| self.door.remembers(id)) {
            return Ok(Gate::Passes(Pass(None)));
        }
        if let Some(token) = &hello.invite {
            match self.door.use_invite(now_ms, token, hello) {
                Some(role) => {
                    self.keep_door();
                    self.tell_door(true);
                    return Ok(Gate::Passes(Pass(Some(role))));
                }
                None if self.door.entry == Entry::Open => {}
                None => return Err(ErrorCode::InviteEnded.into()),
            }
        }
        match self.door.entry {
            Entry::Open => Ok(Gate::Passes(Pass(None))),
            Entry::Password => self.check_password(now_ms, arrival),
            Entry::Knock => Ok(Gate::Knocks),
            Entry::Invited => Err(ErrorCode::InviteRequired.into()),
        }
    }

    /// R9 and R61.
    fn check_password(&mut self, now_ms: u64, arrival: &Arrival) -> Result<Gate, Refusal> {
        let said = arrival.hello.password.as_deref();
        let said = said.ok_or(ErrorCode::PasswordRequired)?;
        if let Some(wait_ms) = self.tries.wait_ms(now_ms, arrival.address) {
            return Err(Refusal::wait(ErrorCode::TooManyTries, wait_ms));
        }
        match self.door.check(said) {
            Checked::Right => {
                self.tries.right(arrival.address);
                Ok(Gate::Passes(Pass(None)))
            }
            Checked::Wrong => {
                self.tries.wrong(now_ms, arrival.address);
                Err(ErrorCode::PasswordWrong.into())
            }
            Checked::Ask(kept) if self.waiting.checks() < CHECKS_MAX => {
                // Counted as wrong until it is right: tries side by side are tries.
                self.tries.wrong(now_ms, arrival.address);
                Ok(Gate::Checks(kept))
            }
            Checked::Ask(_) => Err(Refusal::wait(ErrorCode::TooManyTries, CHECKS_WAIT_MS)),
        }
    }

    /// Has the password looked at where that may take a while.
    pub(super) fn ask_for_check(
        &mut self,
        connection: ConnectionId,
        arrival: Arrival,
        kept: Arc<str>,
    ) {
        let password = arrival.hello.password.clone().unwrap_or_default();
        self.waiting.add(connection, arrival, Until::Checked);
        self.effects.push(Effect::CheckPassword {
            connection,
            password,
            kept,
        });
    }

    pub(super) fn password_checked(&mut self, now_ms: u64, connection: ConnectionId, right: bool) {
        let checked = |until: &Until| matches!(until, Until::Checked);
        let Some(mut waiting) = self.waiting.take(connection, checked) else {
            return; // gone meanwhile
        };
        if !right {
            return self.refuse(connection, None, ErrorCode::PasswordWrong);
        }
        if let Some(password) = &waiting.arrival.hello.password {
            self.door.learn(password);
        }
        self.tries.right(waiting.arrival.address);
        waiting.arrival.pass = Some(Pass(None));
        self.admit(now_ms, waiting);
    }

    /// They are in: by the way in force, so they may come back.
    pub(super) fn note_entry(&mut self, connection: ConnectionId, id: ParticipantId) {
        if self.door.remember(id) {
            self.keep_door();
        }
        let host = self.members.get(&connection).is_some_and(|it| it.is_host);
        if host || self.door.entry != Entry::Open {
            self.send(connection, Lane::Control, self.door_told(host));
        }
        if self.may_open(connection) && self.waiting.knocks().next().is_some() {
            self.send(connection, Lane::Control, self.knocks_told());
        }
    }

    /// Whether who was in with that secret may read without saying hello.
    #[must_use]
    pub fn is_let_in(&self, secret: &str) -> bool {
        let known = self.roster.find(secret);
        known.is_some_and(|id| self.door.remembers(id))
    }

    /// How people come in.
    #[must_use]
    pub fn entry(&self) -> Entry {
        self.door.entry
    }

    // --- knocking ---------------------------------------------------------------------------

    pub(super) fn knock(
        &mut self,
        now_ms: u64,
        connection: ConnectionId,
        arrival: Arrival,
        name: String,
    ) {
        if let Some(wait_ms) = self.tries.wait_ms(now_ms, arrival.address) {
            let refusal = Refusal::wait(ErrorCode::NotLetIn, wait_ms);
            return self.refuse(connection, None, refusal);
        }
        let from_there = |knock: &&Knock| knock.address == shown(&arrival);
        let own = self.waiting.knocks().filter(from_there).count();
        if own >= KNOCKS_PER_ADDRESS_MAX || self.waiting.knocks().count() >= KNOCKS_MAX {
            return self.refuse(connection, None, ErrorCode::TooManyKnocks);
        }
        self.last_knock = self.last_knock.wrapping_add(1);
        let knock = Knock {
            id: self.last_knock,
            name,
            device: arrival.hello.device,
            address: shown(&arrival),
            since_ms: now_ms,
        };
        self.waiting.add(connection, arrival, Until::LetIn(knock));
        let attended = self.members.keys().any(|it| self.may_open(*it));
        let kept = ServerMessage::KeptWaiting {
            timeout_s: KNOCK_TIMEOUT_S,
            attended,
        };
        self.send(connection, Lane::Control, kept);
        self.tell_knocks();
    }

    fn answer_knock(
        &mut self,
        now_ms: u64,
        knock: u32,
        role: Option<Role>,
    ) -> Result<(), ErrorCode> {
        if role == Some(Role::Host) {
            return Err(ErrorCode::InvalidDoor);
        }
        let Some(mut waiting) = self.waiting.take_knock(knock) else {
            return Ok(()); // gone, or answered by somebody else
        };
        let connection = waiting.connection;
        self.tell_knocks();
        match role {
            Some(role) => {
                waiting.arrival.pass = Some(Pass(Some(role)));
                self.admit(now_ms, waiting);
            }
            None => {
                self.tries.wrong(now_ms, waiting.arrival.address);
                self.refuse(connection, None, ErrorCode::NotLetIn);
            }
        }
        Ok(())
    }

    /// When the next one has knocked for long enough, in milliseconds since 1970 UTC.
    #[must_use]
    pub fn due_ms(&self) -> Option<u64> {
        let first = self.waiting.knocks().map(|knock| knock.since_ms).min()?;
        Some(first + KNOCK_TIMEOUT_MS)
    }

    pub(super) fn end_long_knocks(&mut self, now_ms: u64) {
        while let Some(id) = self.long_knock(now_ms) {
            if let Some(waiting) = self.waiting.take_knock(id) {
                self.refuse(waiting.connection, None, ErrorCode::KnockUnanswered);
            }
            self.tell_knocks();
        }
    }

    fn long_knock(&self, now_ms: u64) -> Option<u32> {
        let mut knocks = self.waiting.knocks();
        let long = knocks.find(|knock| knock.since_ms + KNOCK_TIMEOUT_MS <= now_ms)?;
        Some(long.id)
    }

    fn knocks_told(&self) -> ServerMessage {
        let knocks = self.waiting.knocks().cloned().collect();
        ServerMessage::KnocksChanged { knocks }
    }

    pub(super) fn tell_knocks(&mut self) {
        for connection in self.connections_where(Self::may_open) {
            self.send(connection, Lane::Control, self.knocks_told());
        }
    }

    // --- what the host does -------------------------------------------------------------------

    pub(super) fn act_at_door(
        &mut self,
        now_ms: u64,
        connection: ConnectionId,
        act: DoorAct,
        entropy: &Entropy,
    ) {
        let Some(member) = self.members.get(&connection) else {
            return self.refuse(connection, None, ErrorCode::HelloExpected);
        };
        let is_host = member.is_host;
        let may = match act {
            DoorAct::AnswerKnock { .. } => self.may_open(connection),
            _ => is_host,
        };
        let done = if may {
            self.do_at_door(now_ms, connection, act, entropy)
        } else {
            Err(ErrorCode::Forbidden)
        };
        if let Err(code) = done {
            self.refuse(connection, None, code);
        }
    }

    fn do_at_door(
        &mut self,
        now_ms: u64,
        connection: ConnectionId,
        act: DoorAct,
        entropy: &Entropy,
    ) -> Result<(), ErrorCode> {
        let codes = match act {
            DoorAct::AnswerKnock { knock, role } => return self.answer_knock(now_ms, knock, role),
            DoorAct::SetEntry { entry, password } => {
                self.set_entry(now_ms, entry, password, entropy)?
            }
            DoorAct::MakeInvite {
                role,
                lasts_s,
                uses_max,
            } => {
                let kind = (role, lasts_s, uses_max);
                (Some(self.door.make_invite(now_ms, kind, entropy)?), None)
            }
            DoorAct::EndInvite { invite } => {
                self.door.end_invite(invite);
                (None, None)
            }
            DoorAct::RenewCodes { all_leave } => self.renew_codes(now_ms, all_leave, entropy)?,
        };
        self.tell_codes(connection, codes);
        self.keep_door();
        self.tell_door(false);
        Ok(())
    }

    /// Who is in stays; everybody else comes by the new way.
    fn set_entry(
        &mut self,
        now_ms: u64,
        entry: Entry,
        password: Option<String>,
        entropy: &Entropy,
    ) -> Result<Codes, ErrorCode> {
        let mut codes = (None, None);
        match (entry, password) {
            (Entry::Password, Some(password)) => {
                self.door.set_password(&password)?;
                codes.1 = Some(password);
            }
            (Entry::Password, None) if !self.door.has_password() => {
                codes.1 = Some(self.door.new_password(entropy));
            }
            (Entry::Invited, _) if self.door.invites().is_empty() => {
                codes.0 = Some(self.standing_invite(now_ms, entropy)?);
            }
            _ => {}
        }
        self.door.entry = entry;
        let present = self.roster.present().into_iter().map(|it| it.id);
        self.door.forget_people(self.roster.last(), present);
        if entry == Entry::Open {
            for waiting in self.waiting.take_all_knocks() {
                self.admit(now_ms, waiting);
            }
            self.tell_knocks();
        }
        Ok(codes)
    }

    fn renew_codes(
        &mut self,
        now_ms: u64,
        all_leave: bool,
        entropy: &Entropy,
    ) -> Result<Codes, ErrorCode> {
        self.door.end_invites();
        let mut codes = (None, None);
        match self.door.entry {
            Entry::Password => codes.1 = Some(self.door.new_password(entropy)),
            Entry::Invited => codes.0 = Some(self.standing_invite(now_ms, entropy)?),
            Entry::Open | Entry::Knock => {}
        }
        let stay = |role: Role| !all_leave || role == Role::Host;
        let present = self.roster.present().into_iter();
        let staying = present.filter(|it| stay(it.role)).map(|it| it.id);
        let staying: Vec<_> = staying.collect();
        self.door.forget_people(self.roster.last(), staying);
        let leaving = self.members.iter();
        let leaving = leaving.filter(|(_, it)| !stay(self.actor(it).role));
        let leaving: Vec<_> = leaving.map(|(connection, _)| *connection).collect();
        for connection in leaving {
            self.refuse(connection, None, ErrorCode::CodesRenewed);
        }
        Ok(codes)
    }

    /// For the link that is shown to everybody who should come.
    fn standing_invite(&mut self, now_ms: u64, entropy: &Entropy) -> Result<MadeInvite, ErrorCode> {
        let kind = (Role::Editor, None, None);
        self.door.make_invite(now_ms, kind, entropy)
    }

    // --- telling ------------------------------------------------------------------------------

    fn tell_codes(&mut self, connection: ConnectionId, (invite, password): Codes) {
        if invite.is_some() || password.is_some() {
            let made = ServerMessage::CodesMade { invite, password };
            self.send(connection, Lane::Control, made);
        }
    }

    fn door_told(&self, host: bool) -> ServerMessage {
        let invites = if host {
            self.door.invites()
        } else {
            Vec::new()
        };
        ServerMessage::DoorChanged {
            entry: self.door.entry,
            invites,
        }
    }

    fn tell_door(&mut self, host_alone: bool) {
        let told: Vec<_> = self
            .members
            .iter()
            .map(|(connection, member)| (*connection, member.is_host))
            .filter(|(_, host)| *host || !host_alone)
            .collect();
        for (connection, host) in told {
            self.send(connection, Lane::Control, self.door_told(host));
        }
    }

    fn keep_door(&mut self) {
        self.effects
            .push(Effect::KeepDoor(Box::new(self.door.stored())));
    }

    /// Whether who speaks by it may let people in.
    fn may_open(&self, connection: ConnectionId) -> bool {
        let may = |member: &Member| self.may(member, Act::Moderate).is_ok();
        self.members.get(&connection).is_some_and(may)
    }

    fn connections_where(&self, fits: impl Fn(&Self, ConnectionId) -> bool) -> Vec<ConnectionId> {
        let all = self.members.keys().copied();
        all.filter(|connection| fits(self, *connection)).collect()
    }
}

/// What is told once: an invitation, a password.
type Codes = (Option<MadeInvite>, Option<String>);

fn shown(arrival: &Arrival) -> String {
    arrival.address.to_canonical().to_string()
}
