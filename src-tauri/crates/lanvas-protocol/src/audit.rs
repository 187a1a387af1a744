//! What those who keep order did: the list that the host can read. It never holds a secret.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ids::ParticipantId,
    operation::Operation,
    roles::{Role, RulesChange},
};

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AuditEntry {
    /// Milliseconds since 1970 UTC, by the hub's clock.
    pub time_ms: u64,
    /// Who did it; none for the hub itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub by: Option<Somebody>,
    /// To whom, if to somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub to: Option<Somebody>,
    /// What.
    pub deed: Deed,
}

/// A person as they were called then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Somebody {
    /// Who.
    pub id: ParticipantId,
    /// Their name at the time.
    pub name: String,
}

/// What can be done that is worth keeping in mind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Deed {
    /// Gave them a role.
    GaveRole {
        /// Which.
        role: Role,
    },
    /// Made everybody below moderators at most this.
    LoweredEveryone {
        /// Which.
        role: Role,
    },
    /// Set what the session leaves to whom.
    SetRules {
        /// The rules that were set.
        rules: RulesChange,
    },
    /// Took or gave back their voice.
    Muted {
        /// Whether they may not talk from then on.
        muted: bool,
    },
    /// Sent them out.
    Removed {
        /// How long they may not come back.
        seconds: u32,
        /// Whether nobody may from where they were.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[ts(as = "Option<bool>", optional)]
        address: bool,
    },
    /// Let them back before their time.
    LiftedBan,
    /// Sealed shapes or opened them.
    Sealed {
        /// How many.
        shapes: u32,
        /// Whether they are sealed from then on.
        sealed: bool,
    },
    /// Deleted what they said.
    DeletedMessage,
    /// Set how long people wait between two messages.
    SetSlowMode {
        /// 0 for no wait.
        seconds: u32,
    },
    /// Gave the session another title.
    SetTitle {
        /// Which.
        title: String,
    },
    /// Took back their work.
    Undid {
        /// Since when.
        since_ms: u64,
        /// How many shapes.
        shapes: u32,
    },
}

impl Deed {
    /// What an operation does that is worth keeping in mind, and to whom. The author of a message
    /// is not in the operation that deletes it: that is for who calls this.
    #[must_use]
    pub fn of(operation: &Operation) -> Option<(Self, Option<ParticipantId>)> {
        let (deed, to) = match operation {
            Operation::SetRole { participant, role } => {
                (Self::GaveRole { role: *role }, Some(*participant))
            }
            Operation::LowerEveryone { role } => (Self::LoweredEveryone { role: *role }, None),
            Operation::SetRules { rules } => (Self::SetRules { rules: *rules }, None),
            Operation::Mute { participant, muted } => {
                (Self::Muted { muted: *muted }, Some(*participant))
            }
            Operation::Remove {
                participant,
                seconds,
                address,
            } => {
                let (seconds, address) = (*seconds, *address);
                (Self::Removed { seconds, address }, Some(*participant))
            }
            Operation::LiftBan { participant } => (Self::LiftedBan, Some(*participant)),
            Operation::NoteUndone {
                participant,
                since_ms,
                shapes,
            } => {
                let (since_ms, shapes) = (*since_ms, *shapes);
                (Self::Undid { since_ms, shapes }, Some(*participant))
            }
            Operation::UpdateShapes { changes } => {
                let mut sealed = changes.iter().filter_map(|change| change.sealed);
                let first = sealed.next()?;
                let shapes = u32::try_from(sealed.count() + 1).unwrap_or(u32::MAX);
                let sealed = first;
                (Self::Sealed { shapes, sealed }, None)
            }
            Operation::SetSlowMode { seconds } => (Self::SetSlowMode { seconds: *seconds }, None),
            Operation::SetTitle { title } => {
                let title = title.clone();
                (Self::SetTitle { title }, None)
            }
            Operation::DeleteMessage { .. } => (Self::DeletedMessage, None),
            Operation::AddShapes { .. }
            | Operation::RemoveShapes { .. }
            | Operation::EditNotes { .. }
            | Operation::EditPage { .. }
            | Operation::AddPage { .. }
            | Operation::UpdatePage { .. }
            | Operation::PostMessage(_)
            | Operation::EditMessage { .. }
            | Operation::React { .. } => return None,
        };
        Some((deed, to))
    }
}
