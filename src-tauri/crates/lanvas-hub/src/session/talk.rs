//! Which operations of the chat are taken, and what the hub writes into them. Rules R35 to R37 and
//! those of "Changing messages" of the protocol.

use std::sync::Arc;

use lanvas_protocol::{
    Color, ErrorCode, Operation, ParticipantId, ReplicaId,
    chat::{Picture, Post},
    limits::{
        BLOB_PIXELS_MAX, MENTIONS_MAX, MESSAGE_BYTES_MAX, MESSAGE_LENGTH_MAX, MESSAGE_PICTURES_MAX,
        NAME_LENGTH_MAX, SLOW_MODE_S_MAX,
    },
    operation::{Applied, MessageAuthor},
    roles::Role,
};

use super::{
    Effect, Member, Session,
    chat::{Actor, Chat},
    plain,
    refusal::Refusal,
};
use crate::{outbox::Lane, storage::Record};

/// The replica under which words from outside are numbered; no client gets it.
pub(super) const OUTSIDE: &str = "outside";
/// How who speaks from outside without a name is called.
const NAMELESS: &str = "Outside";
/// A quiet colour that nobody in the room has.
const OUTSIDE_COLOR: Color = Color([0x86, 0x8e, 0x96]);

impl Session {
    /// Whether `secret` is the host's, and they are in.
    #[must_use]
    pub fn is_host(&self, secret: &str) -> bool {
        self.role_by(secret) == Some(Role::Host)
    }

    /// Says something that came from outside.
    ///
    /// # Errors
    /// The code of the first rule that is broken.
    pub fn speak(&mut self, now_ms: u64, name: &str, text: &str) -> Result<Vec<Effect>, ErrorCode> {
        if !self.storage_room {
            return Err(ErrorCode::StorageFailed);
        }
        let text = Chat::admit_words(&shortened(text), false)?;
        self.chat.admit_one_more()?;
        let nobody = Actor {
            id: ParticipantId(0),
            role: Role::Editor,
        };
        self.chat
            .spend(now_ms, nobody)
            .map_err(|refusal| refusal.code)?;
        let name: String = plain::line(name).chars().take(NAME_LENGTH_MAX).collect();
        let name = plain::name(&name).unwrap_or_else(|_| NAMELESS.to_owned());
        let by = MessageAuthor {
            outside: true,
            ..MessageAuthor::new(name, OUTSIDE_COLOR)
        };
        let post = Post {
            by: Some(by),
            ..Post::from(text.as_str())
        };
        self.order(now_ms, Operation::PostMessage(post));
        Ok(std::mem::take(&mut self.effects))
    }

    /// The host calls the session something else, from outside of it.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidTitle`], [`ErrorCode::StorageFailed`].
    pub fn retitle(&mut self, now_ms: u64, title: &str) -> Result<Vec<Effect>, ErrorCode> {
        if !self.storage_room {
            return Err(ErrorCode::StorageFailed);
        }
        let title = plain::title(title)?;
        self.order(now_ms, Operation::SetTitle { title });
        Ok(std::mem::take(&mut self.effects))
    }

    /// Numbers, keeps and tells what nobody who is in has said.
    pub(super) fn order(&mut self, now_ms: u64, operation: Operation) {
        let replica = ReplicaId::new(OUTSIDE).expect("letters fit an id");
        let number = self.history.head() + 1;
        let applied = Arc::new(Applied {
            number,
            author: ParticipantId(0),
            time_ms: now_ms,
            seq: self.history.next_seq(&replica),
            replica,
            operation,
        });
        let people = self.people_before(&applied.operation);
        let frame = self.apply(Arc::clone(&applied));
        self.effects
            .push(Effect::Store(Record::Operation(Arc::clone(&applied))));
        let lane = Lane::Doc(number);
        let but = None;
        self.effects.push(Effect::Broadcast { but, lane, frame });
        self.keep_order(&applied, people.as_deref());
    }

    /// Whether it may be said. Gives whether its author must see it again because it is not what
    /// they sent.
    ///
    /// # Errors
    /// The code of the first rule that is broken, with how long to wait where that helps.
    pub(super) fn admit_talk(
        &mut self,
        now_ms: u64,
        member: &Member,
        operation: &mut Operation,
    ) -> Result<bool, Refusal> {
        let actor = self.actor(member);
        match operation {
            Operation::PostMessage(post) => self.admit_post(now_ms, actor, post),
            Operation::EditMessage {
                message,
                text,
                mentions,
            } => {
                self.chat.admit_edit(actor, *message)?;
                let pictured = self.chat.has_pictures(*message);
                let said = Chat::admit_words(text, pictured)?;
                let altered = self.keep_known(mentions) || said != *text;
                *text = said;
                self.chat.spend(now_ms, actor)?;
                Ok(altered)
            }
            Operation::DeleteMessage { message } => {
                self.chat.admit_delete(actor, *message)?;
                Ok(false)
            }
            Operation::React { message, emoji, on } => {
                self.chat.admit_reaction(*message, emoji, *on)?;
                self.chat.spend(now_ms, actor)?;
                Ok(false)
            }
            Operation::SetSlowMode { seconds } => {
                let altered = *seconds > SLOW_MODE_S_MAX;
                *seconds = (*seconds).min(SLOW_MODE_S_MAX);
                Ok(altered)
            }
            _ => Err(ErrorCode::InvalidOperation.into()),
        }
    }

    fn admit_post(&mut self, now_ms: u64, actor: Actor, post: &mut Post) -> Result<bool, Refusal> {
        let said = Chat::admit_words(&post.text, !post.pictures.is_empty())?;
        if !are_pictures(&post.pictures) {
            return Err(ErrorCode::InvalidOperation.into());
        }
        self.chat.admit_one_more()?;
        let author = self.roster.get(actor.id).ok_or(ErrorCode::Internal)?;
        self.chat.spend_post(now_ms, actor)?;
        let answers = post.reply_to.is_some() || post.quote.is_some();
        let altered = self.keep_known(&mut post.mentions) || answers || said != post.text;
        post.text = said;
        post.by = Some(MessageAuthor::new(author.name, author.color));
        // What it answers may have been deleted on the way: the words stand all the same.
        post.quote = post.reply_to.and_then(|message| self.chat.quote(message));
        post.reply_to = post.reply_to.filter(|_| post.quote.is_some());
        Ok(altered)
    }

    /// Leaves out who is nobody here, and who is named twice. Whether that changed anything.
    fn keep_known(&self, mentions: &mut Vec<ParticipantId>) -> bool {
        let had = mentions.len();
        let mut seen = Vec::new();
        mentions.retain(|person| {
            let fresh = !seen.contains(person) && seen.len() < MENTIONS_MAX;
            let kept = fresh && self.roster.get(*person).is_some();
            if kept {
                seen.push(*person);
            }
            kept
        });
        mentions.len() != had
    }
}

/// As much of it as a message takes: a script cannot ask what is too long.
fn shortened(text: &str) -> String {
    let mut bytes = 0;
    let mut characters = text.chars();
    let fits = characters.by_ref().take(MESSAGE_LENGTH_MAX - 1);
    let mut short: String = fits
        .take_while(|character| {
            bytes += character.len_utf8();
            bytes < MESSAGE_BYTES_MAX - '…'.len_utf8()
        })
        .collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn are_pictures(pictures: &[Picture]) -> bool {
    let is_one = |picture: &Picture| {
        let pixels = u64::from(picture.w) * u64::from(picture.h);
        (1..=BLOB_PIXELS_MAX).contains(&pixels)
    };
    pictures.len() <= MESSAGE_PICTURES_MAX && pictures.iter().all(is_one)
}
