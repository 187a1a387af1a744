//! Messages. The client's are imperative, the hub's in the past tense.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use crate::{chat::ChatMessage, roles::Role};
use crate::{
    door::{Device, DoorAct, Entry, Invite, Knock, MadeInvite},
    error::ErrorCode,
    ids::{Epoch, PageId, ParticipantId, ReplicaId, SessionId, ShapeId},
    operation::{Applied, MessageAuthor, Operation},
    points::Points,
    roles::Rules,
    shape::{Color, Dash, Nib, Shape},
};

/// What a client may send.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Always first.
    Hello(Box<Hello>),
    /// Asks the hub to number an operation.
    Submit {
        /// 1 for the replica's first submission, then one more each. A `seq` that the hub has
        /// seen is not applied again, and not answered: its fate is in the order, or was told.
        seq: u32,
        /// The operation.
        operation: Operation,
    },
    /// Wet ink: points of a stroke that is being drawn.
    ExtendInk(Ink),
    /// The stroke that was being drawn will not be committed.
    CancelInk {
        /// The stroke.
        stroke: ShapeId,
    },
    /// Where this person points and types now. Replaces what was said before.
    ShowPresence(Presence),
    /// Another name for this person.
    Rename {
        /// The new name.
        name: String,
    },
    /// Does something at the door. Answering who knocks is for moderators, all else for the host.
    KeepDoor {
        /// What.
        act: DoorAct,
    },
    /// Asks for a [`ServerMessage::Pong`]; pages cannot see WebSocket pings.
    Ping {
        /// Comes back.
        #[serde(default)]
        nonce: u32,
    },
}

/// Who comes, and what they have already.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Hello {
    /// The person's name.
    pub name: String,
    /// The secret of an earlier welcome, to be the same participant again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub resume: Option<String>,
    /// This copy of the client; the hub makes one up if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub replica: Option<ReplicaId>,
    /// The replicas under which this copy sent what it does not know the fate of; at most
    /// [`crate::limits::FORMERLY_MAX`]. They need not be the sender's any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<ReplicaId>>", optional)]
    pub formerly: Vec<ReplicaId>,
    /// The epoch of `number`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub epoch: Option<Epoch>,
    /// The last number this copy has applied; only the gap will be sent, if it can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub number: Option<u64>,
    /// For a session that asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub password: Option<String>,
    /// Only the host has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub host_token: Option<String>,
    /// The token of an invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub invite: Option<String>,
    /// The colour the person wishes for, one of [`crate::limits::PEOPLE_COLORS`]; another is passed
    /// over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub color: Option<Color>,
    /// The token that signing in to an account of the hub gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub account: Option<String>,
    /// What the person comes with, for who decides whether to let them in.
    #[serde(default, skip_serializing_if = "is_plain")]
    #[ts(as = "Option<Device>", optional)]
    pub device: Device,
}

impl fmt::Debug for Hello {
    /// Without secrets: what is printed ends in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hello")
            .field("name", &self.name)
            .field("replica", &self.replica)
            .field("epoch", &self.epoch)
            .field("number", &self.number)
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

/// Points of a stroke while it is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Ink {
    /// Who draws. The hub writes this.
    #[serde(default)]
    pub author: ParticipantId,
    /// The id that the committed stroke will have.
    pub stroke: ShapeId,
    /// Ink colour.
    pub color: Color,
    /// Nominal width in board units.
    pub width: f32,
    /// How many points of the stroke came before these. A receiver that has fewer missed some and
    /// draws on; the commit brings all.
    pub start: u32,
    /// Board units; times count from the stroke's first point.
    pub points: Points,
    /// What it is drawn with.
    #[serde(default, skip_serializing_if = "is_plain")]
    #[ts(as = "Option<Nib>", optional)]
    pub nib: Nib,
    /// As the committed stroke's will be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub opacity: Option<f64>,
    /// As the committed stroke's will be.
    #[serde(default, skip_serializing_if = "is_plain")]
    #[ts(as = "Option<Dash>", optional)]
    pub dash: Dash,
}

impl Ink {
    /// A pen's, of nobody yet.
    #[must_use]
    pub fn pen(stroke: ShapeId, color: Color, width: f32, start: u32, points: Points) -> Self {
        Self {
            author: ParticipantId::default(),
            stroke,
            color,
            width,
            start,
            points,
            nib: Nib::Pen,
            opacity: None,
            dash: Dash::Solid,
        }
    }
}

fn is_plain<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What a person does right now. Nothing of it is kept.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Presence {
    /// Board units; none when the pointer is not on the board.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub cursor: Option<Position>,
    /// Where the person types in the notes; none when elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub caret: Option<Caret>,
    /// Whether the person is writing a chat message.
    #[serde(default)]
    pub typing: bool,
    /// The shapes the person has selected, at most as many as an operation takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<ShapeId>>", optional)]
    pub selection: Vec<ShapeId>,
    /// What of the board the person sees, so that others can follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub view: Option<Area>,
    /// Whether the person asks everybody to look where they look.
    #[serde(default, skip_serializing_if = "is_plain")]
    #[ts(as = "Option<bool>", optional)]
    pub calling: bool,
}

/// A part of the board.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct Area {
    /// Left, in board units.
    pub x: f64,
    /// Top, in board units.
    pub y: f64,
    /// Board units, above 0.
    pub w: f64,
    /// Board units, above 0.
    pub h: f64,
}

impl Area {
    /// Whether it is one.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let finite = [self.x, self.y, self.w, self.h]
            .iter()
            .all(|value| value.is_finite());
        finite && self.w > 0.0 && self.h > 0.0
    }
}

/// A place on the board.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct Position {
    /// Board units.
    pub x: f64,
    /// Board units.
    pub y: f64,
}

/// A selection in a page of the notes, in UTF-16 units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Caret {
    /// The number of the last operation that the positions count in.
    pub base: u64,
    /// Where the selection began.
    pub anchor: u32,
    /// Where the caret is.
    pub head: u32,
    /// The page.
    #[serde(default, skip_serializing_if = "PageId::is_first")]
    #[ts(as = "Option<PageId>", optional)]
    pub page: PageId,
}

/// A person in the session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Participant {
    /// Kept for the session's life.
    pub id: ParticipantId,
    /// As they call themselves.
    pub name: String,
    /// Given by the hub.
    pub color: Color,
    /// What they may do.
    pub role: Role,
    /// Whether they may not talk in the chat.
    #[serde(default, skip_serializing_if = "is_plain")]
    #[ts(as = "Option<bool>", optional)]
    pub muted: bool,
    /// Whether they are signed in to an account of the hub; nobody else may have its name then.
    #[serde(default, skip_serializing_if = "is_plain")]
    #[ts(as = "Option<bool>", optional)]
    pub account: bool,
}

/// What keeps the hub from storing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StorageTrouble {
    /// There is no room on the disk.
    DiskFull,
    /// The file or its folder may not be written.
    ReadOnly,
    /// The disk reports errors.
    DiskError,
    /// Another program holds the file.
    Held,
    /// It works, but takes long.
    Slow,
    /// Something else; the hub's log says what.
    Other,
}

/// What the hub sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// Control lane. The answer to a hello.
    Welcomed(Box<Welcome>),
    /// Control lane. Somebody came.
    Joined {
        /// Who.
        participant: Participant,
    },
    /// Control lane. Somebody is no longer connected.
    Left {
        /// Who.
        participant: ParticipantId,
    },
    /// Control lane. Somebody has another name or role.
    ParticipantChanged {
        /// As they are now.
        participant: Participant,
    },
    /// Control lane. Several have other roles at once.
    PeopleChanged {
        /// Everybody who is in, as they are now.
        people: Vec<Participant>,
    },
    /// Control lane. A submission or another message was not taken; nobody else heard of it.
    Refused {
        /// The submission, if it was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        seq: Option<u32>,
        /// Why, for programs.
        code: ErrorCode,
        /// Why, for the log of whoever writes a client.
        detail: String,
        /// For `rate_limited`, `slow_mode` and `banned`: how long to wait before it will be taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        wait_ms: Option<u64>,
    },
    /// Control lane. Everything up to `number` is on disk at the hub.
    Stored {
        /// See above.
        number: u64,
    },
    /// Control lane. The hub's storage has trouble, or other trouble, or has none again.
    StorageChanged {
        /// Whether what is drawn and said is being stored.
        healthy: bool,
        /// What keeps it from being stored, if something does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        trouble: Option<StorageTrouble>,
        /// Whether so much waits for the disk that every submission is refused with
        /// `storage_failed` until there is room again.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[ts(as = "Option<bool>", optional)]
        refusing: bool,
    },
    /// Control lane. The answer to a hello where one knocks: `welcomed` or `refused` follows.
    KeptWaiting {
        /// For how long at most, in seconds.
        timeout_s: u32,
        /// Whether somebody is there who could open.
        attended: bool,
    },
    /// Control lane, to those who may open. Everybody who knocks now, the first one first.
    KnocksChanged {
        /// Who.
        knocks: Vec<Knock>,
    },
    /// Control lane. How people come in now.
    DoorChanged {
        /// See there.
        entry: Entry,
        /// To the host alone.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<Invite>>", optional)]
        invites: Vec<Invite>,
    },
    /// Control lane, to the host who asked. What is told once.
    CodesMade {
        /// A new invitation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        invite: Option<MadeInvite>,
        /// The password from now on: one that the hub made up, or this host's own once it holds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        password: Option<String>,
    },
    /// Control lane. Where the hub is reached: after the welcome, and whenever it changes.
    AddressesChanged {
        /// `http://host:port`, the likeliest first; at most [`crate::limits::ADDRESSES_TOLD_MAX`].
        addresses: Vec<String>,
    },
    /// Control lane. The answer to a ping.
    Pong {
        /// From the ping.
        nonce: u32,
    },
    /// Doc lane. Part of the whole state at `number`; the first part replaces what the client has.
    Snapshot(Box<Snapshot>),
    /// Doc lane. The next operation in the order.
    Applied(Arc<Applied>),
    /// Doc lane. The next operation in the order is the receiver's own submission, unchanged but
    /// for what the hub writes; sent instead of `applied`.
    Confirmed {
        /// Its place.
        number: u64,
        /// The submission.
        seq: u32,
        /// The hub's clock, milliseconds since 1970 UTC.
        time_ms: u64,
        /// Of a `post_message`: who the hub wrote said it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        by: Option<MessageAuthor>,
    },
    /// Doc lane. What the client missed has been sent; from here on it is live.
    CaughtUp {
        /// The last number sent.
        number: u64,
    },
    /// Live lane. Wet ink of somebody else.
    InkExtended(Ink),
    /// Live lane. A wet stroke that will not be committed, or whose author is gone.
    InkCancelled {
        /// Who drew.
        author: ParticipantId,
        /// The stroke.
        stroke: ShapeId,
    },
    /// Live lane. What somebody does now; replaces what was said before.
    PresenceShown {
        /// Who.
        participant: ParticipantId,
        /// What.
        presence: Presence,
    },
}

/// What a newcomer or returner needs to know before the catch-up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Welcome {
    /// The session.
    pub session: SessionId,
    /// Its title.
    pub title: String,
    /// Who the receiver is.
    pub you: Participant,
    /// For the next hello of this tab.
    pub resume: String,
    /// This copy of the client.
    pub replica: ReplicaId,
    /// The highest `seq` of this copy that the hub has dealt with: what is above it must be sent
    /// again.
    pub seq: u32,
    /// Those of this copy's submissions above `refused_after` that were refused, ascending. At most
    /// `REFUSALS_TOLD_MAX`.
    #[serde(default)]
    pub refused: Vec<RefusedSubmission>,
    /// What became of this copy's submissions up to here is forgotten; of those above it, up to
    /// `seq`, every one that is not in `refused` is in the order.
    #[serde(default)]
    pub refused_after: u32,
    /// For each replica of the hello's `formerly` the highest `seq` that the hub has dealt with;
    /// null while another connection speaks for it, which may still bring more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Option<u32>>>", optional)]
    pub formerly_seqs: Vec<Option<u32>>,
    /// To be named with the last number at the next hello.
    pub epoch: Epoch,
    /// The number that the catch-up ends with.
    pub number: u64,
    /// Up to here everything is on disk.
    pub stored: u64,
    /// Who is in, the receiver too.
    pub people: Vec<Participant>,
    /// The hub's clock, milliseconds since 1970 UTC.
    pub time_ms: u64,
    /// Whether the gap follows (`applied` after the named number) or everything (`snapshot`).
    pub resumed: bool,
}

/// A submission that was not taken, told again in case the answer got lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RefusedSubmission {
    /// Which.
    pub seq: u32,
    /// Why.
    pub code: ErrorCode,
}

/// A part of the whole state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Snapshot {
    /// The state after this operation.
    pub number: u64,
    /// 0 for the first part.
    pub part: u32,
    /// How many there are.
    pub parts: u32,
    /// Some of the shapes.
    #[ts(as = "Vec<Shape>")]
    pub shapes: Vec<Arc<Shape>>,
    /// In part 0 only: what is not on the board.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub rest: Option<SnapshotRest>,
}

/// What a snapshot has besides shapes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SnapshotRest {
    /// The session's title.
    pub title: String,
    /// The text of the notes' first page.
    pub notes: String,
    /// The latest chat messages, oldest first; older ones come by HTTP.
    pub messages: Vec<ChatMessage>,
    /// Seconds everybody but the host waits between two messages; 0 for none.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[ts(as = "Option<u32>", optional)]
    pub slow_mode_s: u32,
    /// All pages of the notes by id, the first one without its text. A hub that knows of one page
    /// only says nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<NotesPage>>", optional)]
    pub pages: Vec<NotesPage>,
    /// What the session leaves to whom.
    #[serde(default, skip_serializing_if = "Rules::are_plain")]
    #[ts(as = "Option<Rules>", optional)]
    pub rules: Rules,
}

/// A page of the notes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct NotesPage {
    /// Made up by who added it.
    pub page: PageId,
    /// What it is called; the first one may have no name.
    pub title: String,
    /// Pages stand by this, equal ones by id.
    pub order: f64,
    /// The number of the operation that took it out of the notes, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub removed: Option<u64>,
    /// What is written on it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub text: String,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde asks for it
fn is_zero(count: &u32) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_that_is_printed_keeps_its_secrets() {
        let secret = || Some("a secret".to_owned());
        let hello = Hello {
            name: "Ann".to_owned(),
            resume: secret(),
            password: secret(),
            host_token: secret(),
            invite: secret(),
            ..Hello::default()
        };
        let printed = format!("{:?}", ClientMessage::Hello(Box::new(hello)));
        assert!(
            printed.contains("Ann") && !printed.contains("secret"),
            "{printed}"
        );
    }
}
