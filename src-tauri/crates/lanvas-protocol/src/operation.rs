//! What the log is made of. Every lasting change of a session is one of these, numbered.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    chat::Post,
    ids::{PageId, ParticipantId, ReplicaId, ShapeId},
    notes::TextChanges,
    points::Points,
    roles::{Role, RulesChange},
    shape::{Color, Shape, ShapeBody, ShapeChange},
};

/// A lasting change. Clients submit them, the hub numbers them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Operation {
    /// Puts shapes on the board.
    AddShapes {
        /// At least one.
        shapes: Vec<Shape>,
    },
    /// Changes properties of shapes. Those no longer on the board are passed over.
    UpdateShapes {
        /// At least one.
        changes: Vec<ShapeChange>,
    },
    /// Takes shapes off the board, whole or all but a part of their ink. Those no longer on it are
    /// passed over, with what would be left of them.
    RemoveShapes {
        /// At least one.
        ids: Vec<ShapeId>,
        /// What is left of strokes that were cut.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<Remainder>>", optional)]
        left: Vec<Remainder>,
    },
    /// Changes the first page of the notes.
    EditNotes {
        /// The number of the last operation whose effect the change was made on.
        base: u64,
        /// The change. In an applied operation it fits the text right before its number.
        changes: TextChanges,
    },
    /// Changes another page of the notes. An operation of its own, so that a client that knows of
    /// one page only passes it over.
    EditPage {
        /// Which.
        page: PageId,
        /// As in `EditNotes`.
        base: u64,
        /// As in `EditNotes`.
        changes: TextChanges,
    },
    /// Puts a blank page into the notes.
    AddPage {
        /// Made up by who adds it.
        page: PageId,
        /// What it is called.
        title: String,
        /// Pages stand by this, equal ones by id.
        order: f64,
    },
    /// Changes what is said about a page, the first one too. What is absent stays.
    UpdatePage {
        /// Which.
        page: PageId,
        /// Another title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        title: Option<String>,
        /// Another place.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        order: Option<f64>,
        /// Whether it is taken out of the notes, or put back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        removed: Option<bool>,
    },
    /// Says something in the chat. Its number is the message's id.
    PostMessage(Post),
    /// Gives a message other words. Its author only.
    EditMessage {
        /// Which.
        message: u64,
        /// The new words.
        text: String,
        /// See [`Post::mentions`]; nobody is called again by an edit.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(as = "Option<Vec<ParticipantId>>", optional)]
        mentions: Vec<ParticipantId>,
    },
    /// Takes back everything a message said. Its author, moderators and the host only.
    DeleteMessage {
        /// Which.
        message: u64,
    },
    /// Puts an emoji on a message, or takes one's own off it.
    React {
        /// Which.
        message: u64,
        /// One emoji.
        emoji: String,
        /// Whether it is there from now on.
        on: bool,
    },
    /// How long everybody below moderators waits between two messages. Moderators and the host
    /// only, like all that follow but the title.
    SetSlowMode {
        /// 0 for no wait.
        seconds: u32,
    },
    /// Gives the session another title. Host only.
    SetTitle {
        /// The new title.
        title: String,
    },
    /// Gives somebody a role. To make moderators and to unmake them is for the host.
    SetRole {
        /// Who; of a lower role than who does it, or the same person.
        participant: ParticipantId,
        /// Not `host`: that is proved by the token.
        role: Role,
    },
    /// Nobody below moderators is more than `role` from now on, nor who comes.
    LowerEveryone {
        /// `viewer` or `editor`.
        role: Role,
    },
    /// Sets what the session leaves to whom.
    SetRules {
        /// Some of them.
        rules: RulesChange,
    },
    /// Takes somebody's voice in the chat, or gives it back.
    Mute {
        /// Who; of a lower role than who does it.
        participant: ParticipantId,
        /// Whether they may not talk from now on.
        muted: bool,
    },
    /// Sends somebody out of the session.
    Remove {
        /// Who; of a lower role than who does it.
        participant: ParticipantId,
        /// How long they may not come back; 0 for not at all.
        #[serde(default)]
        seconds: u32,
        /// Whether nobody may come from where they were either, as long.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[ts(as = "Option<bool>", optional)]
        address: bool,
    },
    /// Lets somebody come back before their time.
    LiftBan {
        /// Who.
        participant: ParticipantId,
    },
    /// Says of the operations of its author that follow that they take back somebody's work.
    NoteUndone {
        /// Whose.
        participant: ParticipantId,
        /// Since when, milliseconds since 1970 UTC.
        since_ms: u64,
        /// How many shapes.
        shapes: u32,
    },
}

/// A piece of a stroke that stays when the stroke is taken off the board. It looks like the stroke
/// at that moment, is where that is and belongs to whom that belonged: only the points are its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Remainder {
    /// The stroke it was cut out of, one of those that are taken off.
    pub of: ShapeId,
    /// Of the piece; nobody's yet.
    pub id: ShapeId,
    /// Where its ink is, relative to the stroke's (x, y).
    pub points: Points,
}

impl Remainder {
    /// The piece, if what it was cut out of is ink.
    #[must_use]
    pub fn cut_from(&self, whole: &Shape) -> Option<Shape> {
        let ShapeBody::Stroke { width, nib, .. } = whole.body else {
            return None;
        };
        let body = ShapeBody::Stroke {
            width,
            nib,
            points: self.points.clone(),
        };
        Some(Shape {
            id: self.id.clone(),
            body,
            ..whole.clone()
        })
    }
}

/// A chat message's author as it was when the message was sent, so that history needs no roster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MessageAuthor {
    /// Name at the time.
    pub name: String,
    /// Colour at the time.
    pub color: Color,
    /// Whether it came by a hook: nobody in the session vouches for the name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub outside: bool,
}

impl MessageAuthor {
    /// Somebody of the session.
    #[must_use]
    pub fn new(name: String, color: Color) -> Self {
        Self {
            name,
            color,
            outside: false,
        }
    }
}

/// An operation in its place in the order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Applied {
    /// Its place: 1 for the first operation of a session, then one more each.
    pub number: u64,
    /// Who submitted it.
    pub author: ParticipantId,
    /// The hub's clock when it was numbered: milliseconds since 1970 UTC.
    pub time_ms: u64,
    /// The copy of a client that submitted it …
    pub replica: ReplicaId,
    /// … and that copy's count.
    pub seq: u32,
    /// What changed.
    pub operation: Operation,
}

impl Operation {
    /// About how many bytes it holds, for bounds on what is kept in memory.
    #[must_use]
    pub fn weight(&self) -> usize {
        const EACH: usize = 64;
        EACH + match self {
            Self::AddShapes { shapes } => shapes.iter().map(Self::weight_of).sum(),
            Self::UpdateShapes { changes } => {
                changes.iter().map(|change| EACH + change.weight()).sum()
            }
            Self::RemoveShapes { ids, left } => {
                let ink = left.iter().map(|it| it.points.as_packed().len());
                (ids.len() + left.len()) * EACH + ink.sum::<usize>()
            }
            Self::EditNotes { changes, .. } | Self::EditPage { changes, .. } => changes.weight(),
            Self::AddPage { title, .. } => title.len(),
            Self::UpdatePage { title, .. } => title.as_ref().map_or(0, String::len),
            Self::PostMessage(post) => {
                let quoted = post.quote.as_ref().map_or(0, |quote| quote.text.len());
                post.text.len() + quoted
            }
            Self::EditMessage { text, .. } => text.len(),
            Self::DeleteMessage { .. }
            | Self::React { .. }
            | Self::SetSlowMode { .. }
            | Self::SetRole { .. }
            | Self::LowerEveryone { .. }
            | Self::SetRules { .. }
            | Self::Mute { .. }
            | Self::Remove { .. }
            | Self::LiftBan { .. }
            | Self::NoteUndone { .. } => 0,
            Self::SetTitle { title } => title.len(),
        }
    }

    /// The page of the notes that it edits, the number of the operation that the edit was made
    /// after, and the edit.
    #[must_use]
    pub fn notes_edit(&self) -> Option<(PageId, u64, &TextChanges)> {
        match self {
            Self::EditNotes { base, changes } => Some((PageId::first(), *base, changes)),
            Self::EditPage {
                page,
                base,
                changes,
            } => Some((page.clone(), *base, changes)),
            _ => None,
        }
    }

    /// About how many bytes a shape holds.
    #[must_use]
    pub fn weight_of(shape: &Shape) -> usize {
        const EACH: usize = 256;
        let short = [&shape.group, &shape.link, &shape.name];
        EACH + shape.body.weight() + short.into_iter().map(|text| text.len()).sum::<usize>()
    }
}
