//! Who may do what: the one table of acts and roles. The hub's core decides by it, and every client
//! explains by it what a person may do and why not. Rules R72 to R80 of the protocol.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{error::ErrorCode, message::ClientMessage, operation::Operation};

/// What a person is in a session. Each may all that those before it may.
#[derive(
    Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks, and does what the rules leave to anyone.
    Viewer,
    /// Draws, writes and talks.
    #[default]
    Editor,
    /// Keeps order in the room.
    Moderator,
    /// Holds the session's host token.
    Host,
}

impl Role {
    /// All of them, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Editor, Self::Moderator, Self::Host];
}

/// What somebody may want to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Changes the board; ink, laser and pictures for it too.
    Draw,
    /// Changes the notes.
    Write,
    /// Says something in the chat, changes it, or puts an emoji on it.
    Talk,
    /// Shows where they point, type and look.
    Point,
    /// Asks everybody to look where they look.
    Call,
    /// Takes another name.
    Rename,
    /// Seals shapes, and changes sealed ones.
    Seal,
    /// Deletes what others said, slows the chat down, sets rules and roles, mutes, removes and bans.
    Moderate,
    /// Makes moderators and unmakes them.
    Appoint,
    /// Gives the session a title.
    Entitle,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Draw,
        Self::Write,
        Self::Talk,
        Self::Point,
        Self::Call,
        Self::Rename,
        Self::Seal,
        Self::Moderate,
        Self::Appoint,
        Self::Entitle,
    ];

    /// What an operation does. Exhaustive, so that a new kind is decided on.
    #[must_use]
    pub fn of_operation(operation: &Operation) -> Self {
        match operation {
            Operation::AddShapes { .. }
            | Operation::UpdateShapes { .. }
            | Operation::RemoveShapes { .. } => Self::Draw,
            Operation::EditNotes { .. }
            | Operation::EditPage { .. }
            | Operation::AddPage { .. }
            | Operation::UpdatePage { .. } => Self::Write,
            Operation::PostMessage(_)
            | Operation::EditMessage { .. }
            | Operation::DeleteMessage { .. }
            | Operation::React { .. } => Self::Talk,
            Operation::SetSlowMode { .. }
            | Operation::SetRole { .. }
            | Operation::LowerEveryone { .. }
            | Operation::SetRules { .. }
            | Operation::Mute { .. }
            | Operation::Remove { .. }
            | Operation::LiftBan { .. }
            | Operation::NoteUndone { .. } => Self::Moderate,
            Operation::SetTitle { .. } => Self::Entitle,
        }
    }

    /// What a message does; none for what everybody may who is in, and for the door, where
    /// the host and moderators are. Exhaustive, like the other.
    #[must_use]
    pub fn of_message(message: &ClientMessage) -> Option<Self> {
        match message {
            ClientMessage::Submit { operation, .. } => Some(Self::of_operation(operation)),
            ClientMessage::ExtendInk(_) => Some(Self::Draw),
            ClientMessage::ShowPresence(_) => Some(Self::Point),
            ClientMessage::Rename { .. } => Some(Self::Rename),
            ClientMessage::Hello(_)
            | ClientMessage::CancelInk { .. }
            | ClientMessage::KeepDoor { .. }
            | ClientMessage::Ping { .. } => None,
        }
    }
}

/// What a session leaves to whom. Unless somebody changes it, everybody who comes is an editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Rules {
    /// What those are whom nobody gave a role: `viewer` or `editor`.
    #[serde(default)]
    pub everyone: Role,
    /// Who may draw: `viewer` for anyone, or `editor`.
    #[serde(default)]
    pub draw: Role,
    /// Who may write in the notes: `viewer` for anyone, or `editor`.
    #[serde(default)]
    pub write: Role,
    /// Who may talk in the chat: `viewer` for anyone, or `editor`.
    #[serde(default)]
    pub talk: Role,
    /// Only moderators and the host change the board.
    #[serde(default)]
    pub board_locked: bool,
    /// Only moderators and the host change the notes.
    #[serde(default)]
    pub notes_locked: bool,
    /// Only moderators and the host talk.
    #[serde(default)]
    pub chat_locked: bool,
    /// Only moderators and the host show where they point.
    #[serde(default)]
    pub pointers_hidden: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            everyone: Role::Editor,
            draw: Role::Editor,
            write: Role::Editor,
            talk: Role::Editor,
            board_locked: false,
            notes_locked: false,
            chat_locked: false,
            pointers_hidden: false,
        }
    }
}

/// New values for some rules. What is absent stays.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RulesChange {
    /// See [`Rules::everyone`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub everyone: Option<Role>,
    /// See [`Rules::draw`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub draw: Option<Role>,
    /// See [`Rules::write`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub write: Option<Role>,
    /// See [`Rules::talk`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub talk: Option<Role>,
    /// See [`Rules::board_locked`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub board_locked: Option<bool>,
    /// See [`Rules::notes_locked`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub notes_locked: Option<bool>,
    /// See [`Rules::chat_locked`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub chat_locked: Option<bool>,
    /// See [`Rules::pointers_hidden`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub pointers_hidden: Option<bool>,
}

impl RulesChange {
    /// Whether it says anything, and nothing is left to moderators that only locks may take away.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let roles = [self.everyone, self.draw, self.write, self.talk];
        *self != Self::default() && roles.into_iter().flatten().all(|role| role <= Role::Editor)
    }
}

impl Rules {
    /// Whether it is as if nobody had set any.
    #[must_use]
    pub fn are_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Takes over the values of `change`.
    pub fn apply(&mut self, change: &RulesChange) {
        fn put<T: Copy>(value: &mut T, new: Option<T>) {
            *value = new.unwrap_or(*value);
        }
        put(&mut self.everyone, change.everyone);
        put(&mut self.draw, change.draw);
        put(&mut self.write, change.write);
        put(&mut self.talk, change.talk);
        put(&mut self.board_locked, change.board_locked);
        put(&mut self.notes_locked, change.notes_locked);
        put(&mut self.chat_locked, change.chat_locked);
        put(&mut self.pointers_hidden, change.pointers_hidden);
    }

    /// The least role that may do it while nothing is locked.
    #[must_use]
    pub fn least(&self, act: Act) -> Role {
        match act {
            Act::Draw | Act::Point => self.draw,
            Act::Write => self.write,
            Act::Talk => self.talk,
            Act::Call => Role::Editor,
            Act::Rename => Role::Viewer,
            Act::Seal | Act::Moderate => Role::Moderator,
            Act::Appoint | Act::Entitle => Role::Host,
        }
    }

    /// Whether it is locked for all below moderators, and how that is told.
    #[must_use]
    pub fn lock(&self, act: Act) -> Option<ErrorCode> {
        let (locked, code) = match act {
            Act::Draw => (self.board_locked, ErrorCode::BoardLocked),
            Act::Write => (self.notes_locked, ErrorCode::NotesLocked),
            Act::Talk => (self.chat_locked, ErrorCode::ChatLocked),
            Act::Point | Act::Call => (self.pointers_hidden, ErrorCode::PointersHidden),
            Act::Rename | Act::Seal | Act::Moderate | Act::Appoint | Act::Entitle => return None,
        };
        locked.then_some(code)
    }

    /// Whether somebody of that role, muted or not, may do it.
    ///
    /// # Errors
    /// Why not: `forbidden` for what is never an editor's, `role_too_low` for what is, `muted`, or
    /// the code of what is locked.
    pub fn admit(&self, act: Act, role: Role, muted: bool) -> Result<(), ErrorCode> {
        let least = self.least(act);
        if role < least {
            let never = least > Role::Editor;
            return Err(if never {
                ErrorCode::Forbidden
            } else {
                ErrorCode::RoleTooLow
            });
        }
        // A name is told to everybody too.
        if muted && matches!(act, Act::Talk | Act::Rename) {
            return Err(ErrorCode::Muted);
        }
        match self.lock(act) {
            Some(code) if role < Role::Moderator => Err(code),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R72: the table as the document has it.
    #[test]
    fn each_role_may_all_that_those_before_it_may() {
        let open = Rules {
            draw: Role::Viewer,
            talk: Role::Viewer,
            ..Rules::default()
        };
        for rules in [Rules::default(), open] {
            for act in Act::ALL {
                let may = Role::ALL.map(|role| rules.admit(act, role, false).is_ok());
                assert!(may.is_sorted(), "{act:?} {may:?}");
                assert!(may[3], "the host may all: {act:?}");
            }
        }
    }

    /// R74: a lock holds for all below moderators, whatever is left to anyone.
    #[test]
    fn a_lock_holds_for_all_below_moderators() {
        let locked = Rules {
            draw: Role::Viewer,
            write: Role::Viewer,
            talk: Role::Viewer,
            board_locked: true,
            notes_locked: true,
            chat_locked: true,
            pointers_hidden: true,
            ..Rules::default()
        };
        for (act, code) in [
            (Act::Draw, ErrorCode::BoardLocked),
            (Act::Write, ErrorCode::NotesLocked),
            (Act::Talk, ErrorCode::ChatLocked),
            (Act::Point, ErrorCode::PointersHidden),
        ] {
            for role in [Role::Viewer, Role::Editor] {
                assert_eq!(locked.admit(act, role, false), Err(code));
            }
            assert_eq!(locked.admit(act, Role::Moderator, false), Ok(()));
        }
    }

    #[test]
    fn rules_leave_nothing_to_moderators_that_locks_are_for() {
        let change = |draw| RulesChange {
            draw: Some(draw),
            ..RulesChange::default()
        };
        assert!(change(Role::Viewer).is_valid() && change(Role::Editor).is_valid());
        assert!(!change(Role::Moderator).is_valid() && !change(Role::Host).is_valid());
        assert!(!RulesChange::default().is_valid(), "it says nothing");
    }
}
