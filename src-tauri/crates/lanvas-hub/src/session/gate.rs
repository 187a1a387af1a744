//! The one gate: whether somebody may do what they ask for. It asks the table of `lanvas-protocol`
//! (`roles.rs`) and adds what only the session knows: who they are, whom it is about, what is
//! sealed. Rules R72 to R76 of the protocol.

use std::net::IpAddr;

use lanvas_protocol::{
    ErrorCode, Operation, ParticipantId, Shape, ShapeId,
    door::Entry,
    message::{Participant, Presence},
    roles::{Act, Role, Rules},
};

use super::{Member, Session, chat::Actor};

/// Who asks a session for something without a connection.
#[derive(Debug, Clone)]
pub struct Asker {
    /// A resume secret, if they have one.
    pub secret: Option<String>,
    /// Where they are.
    pub address: IpAddr,
}

impl Session {
    /// Who speaks by this connection: the host only where the token was shown.
    pub(super) fn actor(&self, member: &Member) -> Actor {
        let role = if member.is_host {
            Role::Host
        } else {
            self.roster.standings().role(member.participant)
        };
        Actor {
            id: member.participant,
            role,
        }
    }

    /// # Errors
    /// Why they may not.
    pub(super) fn may(&self, member: &Member, act: Act) -> Result<(), ErrorCode> {
        self.allows(self.actor(member), act)
    }

    fn allows(&self, actor: Actor, act: Act) -> Result<(), ErrorCode> {
        let standings = self.roster.standings();
        // Nobody stands above the host, who may have been muted as one of many while away (R75).
        let muted = standings.is_muted(actor.id) && actor.role < Role::Host;
        standings.rules().admit(act, actor.role, muted)
    }

    /// Whether they may submit that at all; whether it fits is for who admits it. Gives whether
    /// something was left out that they may not write into it.
    ///
    /// # Errors
    /// Why they may not.
    pub(super) fn may_submit(
        &self,
        member: &Member,
        operation: &mut Operation,
    ) -> Result<bool, ErrorCode> {
        let actor = self.actor(member);
        self.allows(actor, Act::of_operation(operation))?;
        let may_seal = self.allows(actor, Act::Seal);
        if let (Operation::AddShapes { shapes }, Err(_)) = (&mut *operation, may_seal) {
            return Ok(unseal(shapes));
        }
        self.may_be_about(actor, operation, may_seal)?;
        Ok(false)
    }

    /// Whether it is about shapes and people that they may touch.
    fn may_be_about(
        &self,
        actor: Actor,
        operation: &Operation,
        may_seal: Result<(), ErrorCode>,
    ) -> Result<(), ErrorCode> {
        match operation {
            Operation::UpdateShapes { changes } => {
                let seals = changes.iter().any(|change| change.sealed.is_some());
                if seals { may_seal } else { Ok(()) }?;
                self.are_open(changes.iter().map(|change| &change.id), may_seal)
            }
            Operation::RemoveShapes { ids, .. } => self.are_open(ids.iter(), may_seal),
            Operation::SetRole { participant, role } => self.may_give(actor, *participant, *role),
            Operation::Mute { participant, .. } | Operation::Remove { participant, .. } => {
                self.is_below(actor, *participant)
            }
            // Whose work or words it is about is decided by `Act::Moderate`, or with the message.
            Operation::AddShapes { .. }
            | Operation::EditNotes { .. }
            | Operation::EditPage { .. }
            | Operation::AddPage { .. }
            | Operation::UpdatePage { .. }
            | Operation::PostMessage(_)
            | Operation::EditMessage { .. }
            | Operation::DeleteMessage { .. }
            | Operation::React { .. }
            | Operation::SetSlowMode { .. }
            | Operation::SetTitle { .. }
            | Operation::LowerEveryone { .. }
            | Operation::SetRules { .. }
            | Operation::LiftBan { .. }
            | Operation::NoteUndone { .. } => Ok(()),
        }
    }

    /// Whether they may read what is kept: with an open door everybody, else who comes back freely;
    /// and never who is kept out now, or comes from where nobody may, unless they are in.
    ///
    /// # Errors
    /// Why they may not.
    pub fn may_read(&self, now_ms: u64, asker: &Asker) -> Result<(), ErrorCode> {
        let secret = asker.secret.as_deref();
        let known = secret.and_then(|secret| self.roster.find(secret));
        let is_in = secret.is_some_and(|secret| self.role_by(secret).is_some());
        let banned = self.bans.left_ms(now_ms, known, Some(asker.address));
        if banned.is_some() && !is_in {
            return Err(ErrorCode::Banned);
        }
        let may = self.entry() == Entry::Open || secret.is_some_and(|it| self.is_let_in(it));
        may.then_some(()).ok_or(ErrorCode::PasswordRequired)
    }

    /// Whether they may bring a picture, for the board or the chat.
    ///
    /// # Errors
    /// Why they may not.
    pub fn may_bring(&self, now_ms: u64, asker: &Asker) -> Result<(), ErrorCode> {
        self.may_read(now_ms, asker)?;
        let known = asker.secret.as_deref();
        let known = known.filter(|secret| self.is_let_in(secret));
        let known = known.and_then(|secret| self.roster.find(secret));
        let person = known.and_then(|id| self.roster.get(id));
        let person = person.ok_or(ErrorCode::HelloExpected)?;
        let may = |act| self.rules().admit(act, person.role, person.muted);
        may(Act::Draw).or_else(|_| may(Act::Talk))
    }

    /// What the holder of a resume secret is here, if they are in.
    #[must_use]
    pub fn role_by(&self, secret: &str) -> Option<Role> {
        let known = self.roster.find(secret)?;
        let own = self.members.values();
        let own = own.filter(|member| member.participant == known);
        own.map(|member| self.actor(member).role).max()
    }

    /// Somebody who was here, as others see them.
    #[must_use]
    pub fn person(&self, id: ParticipantId) -> Option<Participant> {
        self.roster.get(id)
    }

    /// What it leaves to whom.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        self.roster.standings().rules()
    }

    fn are_open<'a>(
        &self,
        mut ids: impl Iterator<Item = &'a ShapeId>,
        may_seal: Result<(), ErrorCode>,
    ) -> Result<(), ErrorCode> {
        let sealed = |id| self.board.get(id).is_some_and(|shape| shape.sealed);
        if may_seal.is_err() && ids.any(sealed) {
            return Err(ErrorCode::ShapeSealed);
        }
        Ok(())
    }

    /// Nobody raises anybody above themselves, or touches who stands as high.
    fn may_give(&self, actor: Actor, to: ParticipantId, role: Role) -> Result<(), ErrorCode> {
        if role == Role::Host {
            return Err(ErrorCode::Forbidden);
        }
        if to == actor.id && role <= actor.role {
            return Ok(()); // who steps down
        }
        self.is_below(actor, to)?;
        if role >= Role::Moderator {
            self.allows(actor, Act::Appoint)?;
        }
        Ok(())
    }

    fn is_below(&self, actor: Actor, other: ParticipantId) -> Result<(), ErrorCode> {
        let other = self
            .roster
            .get(other)
            .ok_or(ErrorCode::ParticipantNotFound)?;
        if other.role < actor.role {
            Ok(())
        } else {
            Err(ErrorCode::Forbidden)
        }
    }

    /// What of it they may show.
    pub(super) fn showable(&self, actor: Actor, mut presence: Presence) -> Presence {
        if self.allows(actor, Act::Point).is_err() {
            presence.cursor = None;
            presence.selection = Vec::new();
            presence.view = None;
        }
        if self.allows(actor, Act::Call).is_err() {
            presence.calling = false;
        }
        if self.allows(actor, Act::Write).is_err() {
            presence.caret = None;
        }
        if self.allows(actor, Act::Talk).is_err() {
            presence.typing = false;
        }
        presence
    }
}

/// Whether one was sealed.
fn unseal(shapes: &mut [Shape]) -> bool {
    let mut sealed = false;
    for shape in shapes {
        sealed |= std::mem::take(&mut shape.sealed);
    }
    sealed
}
