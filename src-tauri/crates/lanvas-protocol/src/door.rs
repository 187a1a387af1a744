//! The door of a session: how people come in, who asks to, and the invitations there are.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::message::Role;

/// What a newcomer needs. An invitation opens every door.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// The link.
    #[default]
    Open,
    /// The session's password.
    Password,
    /// Somebody who lets them in.
    Knock,
    /// An invitation.
    Invited,
}

/// What somebody comes with, as their client says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// A telephone.
    Phone,
    /// A tablet.
    Tablet,
    /// A computer.
    Computer,
    /// A program, or something that does not say.
    #[default]
    #[serde(other)]
    Other,
}

/// Somebody who asks to be let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Knock {
    /// Counts up in the life of a session in a hub.
    pub id: u32,
    /// As they call themselves.
    pub name: String,
    /// What they come with, as they say.
    pub device: Device,
    /// The network address they come from.
    pub address: String,
    /// Since when, in milliseconds since 1970 UTC.
    pub since_ms: u64,
}

/// An invitation, without the token that is it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Invite {
    /// Counts up.
    pub id: u32,
    /// What who comes by it may do.
    pub role: Role,
    /// Milliseconds since 1970 UTC.
    pub made_ms: u64,
    /// Until when it opens; without it until it is ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub expires_ms: Option<u64>,
    /// How many came in by it.
    pub uses: u32,
    /// How many may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub uses_max: Option<u32>,
}

impl Invite {
    /// Whether it opens at that time.
    #[must_use]
    pub fn opens(&self, now_ms: u64) -> bool {
        self.expires_ms.is_none_or(|end| now_ms < end)
            && self.uses_max.is_none_or(|most| self.uses < most)
    }
}

/// A new invitation. The token is told once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MadeInvite {
    /// As the list of invitations names it.
    pub id: u32,
    /// For `invite` of a hello; 32 hexadecimal digits. In a link it goes behind the `#`.
    pub token: String,
}

/// What may be done at the door.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DoorAct {
    /// How people come in from now on. Who is in stays.
    SetEntry {
        /// See there.
        entry: Entry,
        /// For `password`: the new one. Without it the hub keeps the one there is, or makes one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        password: Option<String>,
    },
    /// Makes an invitation.
    MakeInvite {
        /// What who comes by it may do.
        role: Role,
        /// For how long, in seconds; without it until it is ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        lasts_s: Option<u32>,
        /// For how many; without it for any number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        uses_max: Option<u32>,
    },
    /// Nobody comes in by it any more.
    EndInvite {
        /// Which.
        invite: u32,
    },
    /// Answers who knocks.
    AnswerKnock {
        /// Which.
        knock: u32,
        /// What they may do; without it they are turned away.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        role: Option<Role>,
    },
    /// Ends every invitation and, where there is one, replaces the password.
    RenewCodes {
        /// Whether everybody but the host has to come in anew.
        #[serde(default)]
        all_leave: bool,
    },
}
