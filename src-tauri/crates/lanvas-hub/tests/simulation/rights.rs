//! Who may do what, written once more and in another way than the hub has it: what the hub numbers
//! is held against this as it is numbered, and so is what it refuses. Rules R72 to R78.

use std::collections::{BTreeMap, BTreeSet};

use lanvas_hub::session::board::Board;
use lanvas_protocol::{
    ErrorCode, Operation, ParticipantId, ShapeId,
    operation::Applied,
    roles::{Role, Rules},
};

/// What operations made of everybody.
#[derive(Debug, Default, Clone)]
pub(crate) struct Rights {
    given: BTreeMap<ParticipantId, Role>,
    muted: BTreeSet<ParticipantId>,
    pub(crate) rules: Rules,
    /// Who said what; of what was deleted nobody.
    said: BTreeMap<u64, ParticipantId>,
}

/// Who asks, and what the session knows of others.
pub(crate) struct Room<'a> {
    pub(crate) board: &'a Board,
    /// Who showed the host's token and is in.
    pub(crate) hosts: &'a BTreeSet<ParticipantId>,
    /// Everybody who ever came, as far as they are remembered.
    pub(crate) is_known: &'a dyn Fn(ParticipantId) -> bool,
}

type Verdict = Result<(), ErrorCode>;

/// Whether a refusal is for want of a right, and not because something does not fit.
pub(crate) fn is_of_rights(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::Forbidden
            | ErrorCode::RoleTooLow
            | ErrorCode::BoardLocked
            | ErrorCode::NotesLocked
            | ErrorCode::ChatLocked
            | ErrorCode::PointersHidden
            | ErrorCode::Muted
            | ErrorCode::ShapeSealed
    )
}

fn unless(wrong: bool, code: ErrorCode) -> Verdict {
    if wrong { Err(code) } else { Ok(()) }
}

impl Rights {
    pub(crate) fn of_log(log: &[Applied]) -> Self {
        let mut rights = Self::default();
        log.iter().for_each(|applied| rights.follow(applied));
        rights
    }

    pub(crate) fn follow(&mut self, applied: &Applied) {
        match &applied.operation {
            Operation::SetRole { participant, role } => {
                self.given.insert(*participant, *role);
            }
            Operation::Mute { participant, muted } => {
                if *muted {
                    self.muted.insert(*participant);
                } else {
                    self.muted.remove(participant);
                }
            }
            Operation::LowerEveryone { role } => {
                let below = self.given.values_mut().filter(|had| **had <= Role::Editor);
                below.for_each(|had| *had = *role.min(had));
                self.rules.everyone = self.rules.everyone.min(*role);
            }
            Operation::SetRules { rules } => self.rules.apply(rules),
            Operation::PostMessage(_) => {
                self.said.insert(applied.number, applied.author);
            }
            Operation::DeleteMessage { message } => {
                self.said.remove(message);
            }
            _ => {}
        }
    }

    /// What somebody is who did not show the host's token.
    pub(crate) fn role(&self, id: ParticipantId) -> Role {
        *self.given.get(&id).unwrap_or(&self.rules.everyone)
    }

    pub(crate) fn is_muted(&self, id: ParticipantId) -> bool {
        self.muted.contains(&id)
    }

    fn standing(&self, room: &Room, id: ParticipantId) -> Role {
        if room.hosts.contains(&id) {
            return Role::Host;
        }
        self.role(id)
    }

    /// Whether `who`, being `role`, may submit that at this place of the order.
    pub(crate) fn judge(
        &self,
        room: &Room,
        (who, role): (ParticipantId, Role),
        operation: &Operation,
    ) -> Verdict {
        match operation {
            Operation::AddShapes { .. } => self.may_draw(role),
            Operation::UpdateShapes { changes } => {
                self.may_draw(role)?;
                let seals = changes.iter().any(|change| change.sealed.is_some());
                unless(seals && role < Role::Moderator, ErrorCode::Forbidden)?;
                are_free(room, role, changes.iter().map(|change| &change.id))
            }
            Operation::RemoveShapes { ids, .. } => {
                self.may_draw(role)?;
                are_free(room, role, ids.iter())
            }
            Operation::EditNotes { .. }
            | Operation::EditPage { .. }
            | Operation::AddPage { .. }
            | Operation::UpdatePage { .. } => self.may_write(role),
            Operation::PostMessage(_) | Operation::React { .. } => self.may_talk(who, role),
            Operation::EditMessage { message, .. } => {
                self.may_talk(who, role)?;
                let author = self.said.get(message);
                unless(
                    author.is_some_and(|author| *author != who),
                    ErrorCode::Forbidden,
                )
            }
            Operation::DeleteMessage { message } => {
                self.may_talk(who, role)?;
                let others = self.said.get(message).is_some_and(|author| *author != who);
                unless(others && role < Role::Moderator, ErrorCode::Forbidden)
            }
            Operation::SetTitle { .. } => unless(role < Role::Host, ErrorCode::Forbidden),
            Operation::SetRole {
                participant,
                role: to,
            } => {
                unless(
                    role < Role::Moderator || *to == Role::Host,
                    ErrorCode::Forbidden,
                )?;
                if *participant == who && *to <= role {
                    return Ok(());
                }
                self.is_below(room, role, *participant)?;
                let appoints = *to == Role::Moderator;
                unless(appoints && role < Role::Host, ErrorCode::Forbidden)
            }
            Operation::Mute { participant, .. } | Operation::Remove { participant, .. } => {
                unless(role < Role::Moderator, ErrorCode::Forbidden)?;
                self.is_below(room, role, *participant)
            }
            Operation::SetSlowMode { .. }
            | Operation::LowerEveryone { .. }
            | Operation::SetRules { .. }
            | Operation::LiftBan { .. }
            | Operation::NoteUndone { .. } => unless(role < Role::Moderator, ErrorCode::Forbidden),
        }
    }

    pub(crate) fn may_draw(&self, role: Role) -> Verdict {
        let Rules {
            draw, board_locked, ..
        } = self.rules;
        held_by(role, draw, board_locked, ErrorCode::BoardLocked)
    }

    pub(crate) fn may_write(&self, role: Role) -> Verdict {
        let Rules {
            write,
            notes_locked,
            ..
        } = self.rules;
        held_by(role, write, notes_locked, ErrorCode::NotesLocked)
    }

    /// The host has nobody above who could take their voice (R75), whatever was said while they
    /// were away.
    pub(crate) fn may_talk(&self, who: ParticipantId, role: Role) -> Verdict {
        let Rules {
            talk, chat_locked, ..
        } = self.rules;
        unless(role < talk, ErrorCode::RoleTooLow)?;
        unless(self.is_muted(who) && role < Role::Host, ErrorCode::Muted)?;
        held_by(role, talk, chat_locked, ErrorCode::ChatLocked)
    }

    pub(crate) fn may_point(&self, role: Role) -> Verdict {
        let Rules {
            draw,
            pointers_hidden,
            ..
        } = self.rules;
        held_by(role, draw, pointers_hidden, ErrorCode::PointersHidden)
    }

    fn is_below(&self, room: &Room, role: Role, other: ParticipantId) -> Verdict {
        unless(!(room.is_known)(other), ErrorCode::ParticipantNotFound)?;
        unless(self.standing(room, other) >= role, ErrorCode::Forbidden)
    }
}

fn held_by(role: Role, least: Role, locked: bool, lock: ErrorCode) -> Verdict {
    unless(role < least, ErrorCode::RoleTooLow)?;
    unless(locked && role < Role::Moderator, lock)
}

fn are_free<'a>(room: &Room, role: Role, ids: impl Iterator<Item = &'a ShapeId>) -> Verdict {
    let mut sealed = ids.filter_map(|id| room.board.get(id)).map(|it| it.sealed);
    unless(
        role < Role::Moderator && sealed.any(|sealed| sealed),
        ErrorCode::ShapeSealed,
    )
}
