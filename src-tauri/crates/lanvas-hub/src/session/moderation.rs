//! Keeping order: what becomes of who is lowered, muted or sent out, and the list of who did what.
//! Rules R72 to R79 of the protocol.

use std::{collections::VecDeque, sync::Arc};

use lanvas_protocol::{
    ErrorCode, Operation, ParticipantId, ServerMessage,
    audit::{AuditEntry, Deed, Somebody},
    limits::{AUDIT_ENTRIES_MAX, BAN_S_MAX},
    message::Participant,
    operation::Applied,
    roles::{Act, Role},
};

use super::{Actor, ConnectionId, Member, Session, bans::Ban, refusal::Refusal};
use crate::{
    outbox::{Lane, LiveKey},
    session::Effect,
    storage::Record,
};

/// What was done to keep order, oldest first; the latest so many.
#[derive(Debug, Default, Clone)]
pub(crate) struct Audit(VecDeque<Arc<AuditEntry>>);

impl Audit {
    pub(crate) fn restore(entries: Vec<AuditEntry>) -> Self {
        let mut audit = Self::default();
        for entry in entries {
            audit.add(Arc::new(entry));
        }
        audit
    }

    fn add(&mut self, entry: Arc<AuditEntry>) {
        if self.0.len() >= AUDIT_ENTRIES_MAX {
            self.0.pop_front();
        }
        self.0.push_back(entry);
    }

    /// The latest first.
    pub(crate) fn entries(&self) -> Vec<Arc<AuditEntry>> {
        self.0.iter().rev().cloned().collect()
    }
}

impl Session {
    /// Whether it fits, whoever asks; with what the hub writes into it.
    ///
    /// # Errors
    /// The code of the first rule that is broken.
    pub(super) fn admit_moderation(&self, operation: &mut Operation) -> Result<bool, Refusal> {
        Self::check_moderation(operation)?;
        let about = match operation {
            Operation::Remove { seconds, .. } => {
                let altered = *seconds > BAN_S_MAX;
                *seconds = (*seconds).min(BAN_S_MAX);
                return Ok(altered);
            }
            Operation::SetRole { participant, .. }
            | Operation::Mute { participant, .. }
            | Operation::LiftBan { participant }
            | Operation::NoteUndone { participant, .. } => *participant,
            _ => return Ok(false),
        };
        let known = self.roster.get(about).is_some();
        known
            .then_some(false)
            .ok_or(ErrorCode::ParticipantNotFound.into())
    }

    /// Whether it says anything that can be done: also for a log, which may come from anywhere.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidOperation`].
    pub(super) fn check_moderation(operation: &Operation) -> Result<(), ErrorCode> {
        let sound = match operation {
            Operation::SetRole { role, .. } => *role < Role::Host,
            Operation::LowerEveryone { role } => *role <= Role::Editor,
            Operation::SetRules { rules } => rules.is_valid(),
            _ => true,
        };
        sound.then_some(()).ok_or(ErrorCode::InvalidOperation)
    }

    /// After an operation: what it means to those who are in, and the list. `people` is who was in,
    /// as they were before it.
    pub(super) fn keep_order(&mut self, applied: &Applied, people: Option<&[Participant]>) {
        match &applied.operation {
            Operation::SetRole { participant, .. } | Operation::Mute { participant, .. } => {
                self.roster.make_lasting(*participant);
                self.hold_to_rules();
            }
            Operation::LowerEveryone { .. } | Operation::SetRules { .. } => self.hold_to_rules(),
            Operation::Remove {
                participant,
                seconds,
                address,
            } => self.send_out(applied.time_ms, *participant, *seconds, *address),
            Operation::LiftBan { participant } if self.bans.lift(*participant) => {
                self.store_bans(applied.time_ms);
            }
            _ => {}
        }
        if let Some(before) = people {
            self.tell_who_changed(before);
            if self.waiting.knocks().next().is_some() {
                self.tell_knocks(); // who became a moderator may answer them
            }
        }
        self.note_deed(applied);
    }

    /// Who is in, if an operation may make them others.
    pub(super) fn people_before(&self, operation: &Operation) -> Option<Vec<Participant>> {
        let may_change = matches!(
            operation,
            Operation::SetRole { .. }
                | Operation::Mute { .. }
                | Operation::LowerEveryone { .. }
                | Operation::SetRules { .. }
        );
        may_change.then(|| self.roster.present())
    }

    fn tell_who_changed(&mut self, before: &[Participant]) {
        let people = self.roster.present();
        let mut changed = people.iter().filter(|now| !before.contains(now));
        let message = match (changed.next(), changed.next()) {
            (None, _) => return,
            (Some(only), None) => ServerMessage::ParticipantChanged {
                participant: only.clone(),
            },
            _ => ServerMessage::PeopleChanged { people },
        };
        self.broadcast(None, Lane::Control, message);
    }

    /// Ink that is wet and what people show ends where they may not any more.
    fn hold_to_rules(&mut self) {
        let members: Vec<(ConnectionId, Member)> = self
            .members
            .iter()
            .map(|(connection, member)| (*connection, member.clone()))
            .collect();
        for (connection, member) in members {
            if self.may(&member, Act::Draw).is_err() {
                for stroke in self.ink.abandon(connection) {
                    self.tell_ink_cancelled(connection, member.participant, stroke);
                }
            }
        }
        let shown: Vec<_> = self
            .roster
            .presences()
            .map(|(id, presence)| (id, presence.clone()))
            .collect();
        for (id, had) in shown {
            let Some(Participant { role, .. }) = self.roster.get(id) else {
                continue;
            };
            let presence = self.showable(Actor { id, role }, had.clone());
            if presence != had {
                self.roster.show(id, presence.clone());
                let lane = Lane::Live(LiveKey::Presence(id));
                let participant = id;
                let message = ServerMessage::PresenceShown {
                    participant,
                    presence,
                };
                self.broadcast(None, lane, message);
            }
        }
    }

    /// Ends every connection of theirs, and keeps them out for so long.
    fn send_out(&mut self, now_ms: u64, who: ParticipantId, seconds: u32, address: bool) {
        let wait_ms = u64::from(seconds) * 1_000;
        let refusal = if seconds == 0 {
            Refusal::from(ErrorCode::Removed)
        } else {
            let address = self.roster.address(who).filter(|_| address);
            let ban = Ban {
                participant: who,
                address,
                until_ms: now_ms.saturating_add(wait_ms),
            };
            self.bans.add(now_ms, ban);
            self.roster.make_lasting(who);
            self.store_bans(now_ms);
            Refusal::wait(ErrorCode::Banned, wait_ms)
        };
        let own = self.members.iter();
        let own = own.filter(|(_, member)| member.participant == who);
        let connections: Vec<_> = own.map(|(connection, _)| *connection).collect();
        for connection in connections {
            self.refuse(connection, None, refusal);
        }
    }

    fn store_bans(&mut self, now_ms: u64) {
        let bans = Record::Bans(self.bans.running(now_ms));
        self.effects.push(Effect::Store(bans));
    }

    fn note_deed(&mut self, applied: &Applied) {
        let Some((deed, to)) = Deed::of(&applied.operation) else {
            return;
        };
        let to = match &applied.operation {
            Operation::DeleteMessage { message } => {
                let author = self.chat.author(*message);
                match author.filter(|author| *author != applied.author) {
                    None => return, // their own words
                    other => other,
                }
            }
            _ => to,
        };
        let by = Some(applied.author).filter(|author| *author != ParticipantId(0));
        self.note(applied.time_ms, by, to, deed);
    }

    /// Puts something on the list that the host can read.
    pub(super) fn note(
        &mut self,
        time_ms: u64,
        by: Option<ParticipantId>,
        to: Option<ParticipantId>,
        deed: Deed,
    ) {
        let somebody = |id: ParticipantId| {
            let name = self.roster.get(id).map(|person| person.name);
            let name = name.unwrap_or_default();
            Somebody { id, name }
        };
        let entry = Arc::new(AuditEntry {
            time_ms,
            by: by.map(somebody),
            to: to.map(somebody),
            deed,
        });
        self.audit.add(Arc::clone(&entry));
        self.effects.push(Effect::Store(Record::Audit(entry)));
    }

    /// What was done to keep order, the latest first. For the host.
    #[must_use]
    pub fn audit(&self) -> Vec<Arc<AuditEntry>> {
        self.audit.entries()
    }

    /// Who is kept out, and until when. For moderators and the host.
    #[must_use]
    pub fn kept_out(&self, now_ms: u64) -> Vec<(Participant, u64)> {
        let person = |ban: &Ban| Some((self.roster.get(ban.participant)?, ban.until_ms));
        self.bans
            .running(now_ms)
            .iter()
            .filter_map(person)
            .collect()
    }
}
