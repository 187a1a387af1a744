//! What the chat is made of, and the one rule of how a message changes: the hub's core, the session
//! file and every test apply it, so that they cannot differ.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    blob::BlobName,
    ids::{ParticipantId, ReplicaId},
    operation::{Applied, MessageAuthor, Operation},
};

/// Something said. Only `text` is needed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Post {
    /// The words.
    pub text: String,
    /// Who said it, as they were called then. The hub writes this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub by: Option<MessageAuthor>,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reply_to: Option<u64>,
    /// The beginning of what it answers. The hub writes this, and takes it away when that message
    /// is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub quote: Option<Quote>,
    /// Whom it speaks to. The hub leaves out who is nobody here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<ParticipantId>>", optional)]
    pub mentions: Vec<ParticipantId>,
    /// Pictures that were brought to the session before; with one, there need be no words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Picture>>", optional)]
    pub pictures: Vec<Picture>,
}

impl From<&str> for Post {
    fn from(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::default()
        }
    }
}

/// The beginning of an answered message, as it was when it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Quote {
    /// Whose words.
    pub name: String,
    /// At most `QUOTE_LENGTH_MAX` characters of one line.
    pub text: String,
}

/// A picture in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Picture {
    /// Its file.
    pub blob: BlobName,
    /// Pixels, so that its room can be kept while it is fetched.
    pub w: u32,
    /// Pixels.
    pub h: u32,
}

/// One emoji on a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reaction {
    /// Which.
    pub emoji: String,
    /// Whose, in the order they came; never empty.
    pub by: Vec<ParticipantId>,
}

/// What is left of a deleted message: that it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Deletion {
    /// Who deleted it.
    pub by: ParticipantId,
    /// Milliseconds since 1970 UTC, by the hub's clock.
    pub time_ms: u64,
}

/// A chat message as it is now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ChatMessage {
    /// The number of the operation that posted it.
    pub number: u64,
    /// Who; 0 for what came from outside.
    pub author: ParticipantId,
    /// As they were then.
    pub by: MessageAuthor,
    /// Milliseconds since 1970 UTC, by the hub's clock.
    pub time_ms: u64,
    /// The words; empty once deleted.
    pub text: String,
    /// The submission, so that a client knows its own.
    pub replica: ReplicaId,
    /// See `replica`.
    pub seq: u32,
    /// See [`Post::reply_to`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reply_to: Option<u64>,
    /// See [`Post::quote`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub quote: Option<Quote>,
    /// See [`Post::mentions`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<ParticipantId>>", optional)]
    pub mentions: Vec<ParticipantId>,
    /// See [`Post::pictures`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Picture>>", optional)]
    pub pictures: Vec<Picture>,
    /// In the order they came first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Reaction>>", optional)]
    pub reactions: Vec<Reaction>,
    /// When its words were changed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub edited_ms: Option<u64>,
    /// Set once it is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub deleted: Option<Deletion>,
    /// The number of the last operation that changed it: who has that operation already must not do
    /// it again, and who has it yet to come must not when it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub changed: Option<u64>,
}

impl ChatMessage {
    /// The message that an operation posted, if it posted one.
    #[must_use]
    pub fn posted_by(applied: &Applied) -> Option<Self> {
        let Operation::PostMessage(post) = &applied.operation else {
            return None;
        };
        let post = post.clone();
        Some(Self {
            number: applied.number,
            author: applied.author,
            by: post.by?,
            time_ms: applied.time_ms,
            text: post.text,
            replica: applied.replica.clone(),
            seq: applied.seq,
            reply_to: post.reply_to,
            quote: post.quote,
            mentions: post.mentions,
            pictures: post.pictures,
            reactions: Vec::new(),
            edited_ms: None,
            deleted: None,
            changed: None,
        })
    }

    /// Does to it what a later operation says, once. Whether that changed anything.
    pub fn change(&mut self, applied: &Applied) -> bool {
        let last = self.changed.unwrap_or(self.number);
        if applied.number <= last {
            return false;
        }
        let changed = match &applied.operation {
            Operation::EditMessage {
                message,
                text,
                mentions,
            } if *message == self.number && self.deleted.is_none() => {
                self.text.clone_from(text);
                self.mentions.clone_from(mentions);
                self.edited_ms = Some(applied.time_ms);
                true
            }
            Operation::DeleteMessage { message } if *message == self.number => {
                self.delete(applied);
                true
            }
            Operation::DeleteMessage { message } if Some(*message) == self.reply_to => {
                // Also where it is gone already: who caught up late never had it.
                self.quote = None;
                true
            }
            Operation::React { message, emoji, on }
                if *message == self.number && self.deleted.is_none() =>
            {
                react(&mut self.reactions, applied.author, emoji, *on)
            }
            _ => false,
        };
        if changed {
            self.changed = Some(applied.number);
        }
        changed
    }

    /// As [`redacted`]: the words go that it has of a message that is deleted later on.
    pub fn redact(&mut self, message: u64) {
        if self.number == message {
            self.clear();
        } else if self.reply_to == Some(message) {
            self.quote = None;
        }
    }

    fn clear(&mut self) {
        self.text.clear();
        self.quote = None;
        self.mentions.clear();
        self.pictures.clear();
        self.reactions.clear();
        self.edited_ms = None;
    }

    /// Nothing of what was said is left, only that something was.
    fn delete(&mut self, applied: &Applied) {
        if self.deleted.is_some() {
            return;
        }
        self.clear();
        self.deleted = Some(Deletion {
            by: applied.author,
            time_ms: applied.time_ms,
        });
    }
}

/// One person's emoji, set or taken back. Whether that changed anything.
pub fn react(reactions: &mut Vec<Reaction>, who: ParticipantId, emoji: &str, on: bool) -> bool {
    let index = reactions.iter().position(|had| had.emoji == emoji);
    match (index, on) {
        (Some(index), true) => {
            let by = &mut reactions[index].by;
            let new = !by.contains(&who);
            if new {
                by.push(who);
            }
            new
        }
        (None, true) => {
            reactions.push(Reaction {
                emoji: emoji.to_owned(),
                by: vec![who],
            });
            true
        }
        (Some(index), false) => {
            let had = reactions[index].by.len();
            reactions[index].by.retain(|person| *person != who);
            let left = reactions[index].by.len();
            if left == 0 {
                reactions.remove(index);
            }
            left < had
        }
        (None, false) => false,
    }
}

/// The operation `number` without what it tells of the deleted `message`; none if it tells nothing.
#[must_use]
pub fn redacted(operation: &Operation, number: u64, message: u64) -> Option<Operation> {
    match operation {
        Operation::PostMessage(post) if number == message => Some(Operation::PostMessage(Post {
            by: post.by.clone(),
            reply_to: post.reply_to,
            ..Post::default()
        })),
        Operation::PostMessage(post) if post.reply_to == Some(message) && post.quote.is_some() => {
            let quote = None;
            Some(Operation::PostMessage(Post {
                quote,
                ..post.clone()
            }))
        }
        Operation::EditMessage { message: of, .. } if *of == message => {
            Some(Operation::EditMessage {
                message,
                text: String::new(),
                mentions: Vec::new(),
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Color;

    fn applied(number: u64, author: u32, operation: Operation) -> Applied {
        Applied {
            number,
            author: ParticipantId(author),
            time_ms: number * 1_000,
            replica: ReplicaId::new("r").unwrap(),
            seq: u32::try_from(number).unwrap(),
            operation,
        }
    }

    fn post(number: u64, reply_to: Option<u64>) -> Applied {
        let name = "Ann".to_owned();
        let post = Post {
            by: Some(MessageAuthor::new(name.clone(), Color([0; 3]))),
            reply_to,
            quote: reply_to.map(|_| Quote {
                name,
                text: "secret".to_owned(),
            }),
            ..Post::from("secret")
        };
        applied(number, 1, Operation::PostMessage(post))
    }

    fn reaction(number: u64, author: u32, on: bool) -> Applied {
        let emoji = "👍".to_owned();
        let message = 1;
        applied(number, author, Operation::React { message, emoji, on })
    }

    #[test]
    fn a_change_is_done_once_however_often_it_comes() {
        let mut message = ChatMessage::posted_by(&post(1, None)).unwrap();
        for _ in 0..2 {
            message.change(&reaction(2, 5, true));
            message.change(&reaction(3, 6, true));
        }
        assert!(!message.change(&reaction(4, 6, true)));
        assert_eq!(
            message.reactions[0].by,
            vec![ParticipantId(5), ParticipantId(6)]
        );
        message.change(&reaction(5, 5, false));
        message.change(&reaction(6, 6, false));
        assert_eq!((message.reactions.len(), message.changed), (0, Some(6)));
    }

    #[test]
    fn a_deleted_message_and_its_answers_keep_no_word() {
        let delete = applied(9, 7, Operation::DeleteMessage { message: 1 });
        for said in [post(1, None), post(2, Some(1))] {
            let mut message = ChatMessage::posted_by(&said).unwrap();
            assert!(message.change(&delete));
            let told = redacted(&said.operation, said.number, 1).unwrap();
            let kept = serde_json::to_string(&(&message.quote, told)).unwrap();
            assert_eq!(message.deleted.is_some(), said.number == 1);
            assert_eq!(
                kept.matches("secret").count(),
                usize::from(said.number == 2),
                "{kept}"
            );
        }
        let edit = Operation::EditMessage {
            message: 1,
            text: "secret".to_owned(),
            mentions: vec![],
        };
        let left = serde_json::to_string(&redacted(&edit, 3, 1)).unwrap();
        assert!(!left.contains("secret"));
        assert_eq!(redacted(&edit, 3, 2), None);
    }
}
