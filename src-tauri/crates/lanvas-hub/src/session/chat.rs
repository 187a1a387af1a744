//! The chat: who may do what to a message, how fast one may talk, and the latest of it for
//! newcomers.
//!
//! Of every message it keeps what deciding needs (author, state, emojis, how it begins); the words
//! are in the session file.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::Arc,
};

use lanvas_protocol::{
    ErrorCode, Operation, ParticipantId,
    chat::{ChatMessage, Quote, Reaction, react},
    limits::{
        CHAT_BURST, CHAT_INTERVAL_MS, CHAT_MESSAGES_MAX, HISTORY_PAGE_MAX, MESSAGE_BYTES_MAX,
        MESSAGE_LENGTH_MAX, QUOTE_LENGTH_MAX, REACTION_BYTES_MAX, REACTION_KINDS_MAX,
        REACTIONS_MAX,
    },
    operation::Applied,
    roles::Role,
};

use super::{plain, refusal::Refusal};

/// People whose pace is kept in mind; past it those who are at rest are forgotten.
const PACES_MAX: usize = 4_096;

/// Who wants to do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Who they are.
    pub id: ParticipantId,
    /// What they may do.
    pub role: Role,
}

/// What is known of a message without reading the file.
#[derive(Debug, Clone)]
pub struct Said {
    author: ParticipantId,
    name: Box<str>,
    beginning: Box<str>,
    pictured: bool,
    deleted: bool,
    reactions: Vec<Reaction>,
}

/// Whether `actor` may give `message` other words: only who said it.
#[must_use]
pub fn may_edit(actor: Actor, message: &Said) -> bool {
    actor.id == message.author
}

/// Whether `actor` may delete `message`: who said it, moderators and the host.
#[must_use]
pub fn may_delete(actor: Actor, message: &Said) -> bool {
    actor.id == message.author || actor.role >= Role::Moderator
}

/// How fast one may talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TalkAllowance {
    /// Messages, edits and reactions at once …
    pub burst: u32,
    /// … and after that one each so many milliseconds.
    pub interval_ms: u64,
}

impl Default for TalkAllowance {
    fn default() -> Self {
        Self {
            burst: CHAT_BURST,
            interval_ms: CHAT_INTERVAL_MS,
        }
    }
}

/// How fast somebody talks.
#[derive(Debug, Clone, Copy, Default)]
struct Pace {
    /// When their allowance is whole again.
    whole_at_ms: u64,
    /// When they said something last.
    said_at_ms: u64,
}

/// The chat of a session.
#[derive(Debug, Default, Clone)]
pub struct Chat {
    latest: VecDeque<ChatMessage>,
    said: BTreeMap<u64, Said>,
    allowance: TalkAllowance,
    paces: HashMap<ParticipantId, Pace>,
    slow_mode_s: u32,
    /// Changes of messages that the file may not have yet, oldest first; as many as wait for it.
    unstored: VecDeque<Arc<Applied>>,
}

impl Chat {
    pub(crate) fn allow(&mut self, allowance: TalkAllowance) {
        self.allowance = allowance;
    }

    /// The latest messages, oldest first; older ones are read from the session file.
    #[must_use]
    pub fn latest(&self) -> Vec<ChatMessage> {
        self.latest.iter().cloned().collect()
    }

    /// What happened to messages and may not have reached the file, oldest first.
    #[must_use]
    pub fn unstored(&self) -> Vec<Arc<Applied>> {
        self.unstored.iter().cloned().collect()
    }

    /// Who said it, if it is known.
    pub(crate) fn author(&self, message: u64) -> Option<ParticipantId> {
        self.said.get(&message).map(|said| said.author)
    }

    /// Seconds everybody below moderators waits between two messages.
    #[must_use]
    pub fn slow_mode_s(&self) -> u32 {
        self.slow_mode_s
    }

    // --- deciding -------------------------------------------------------------------------

    /// Whether it may be said, with what could garble the room made harmless. What has pictures
    /// needs no words.
    ///
    /// # Errors
    /// [`ErrorCode::MessageEmpty`] or [`ErrorCode::MessageTooLong`].
    pub(crate) fn admit_words(text: &str, pictured: bool) -> Result<String, ErrorCode> {
        let text = plain::text(text);
        let text = text.trim();
        if text.is_empty() && !pictured {
            return Err(ErrorCode::MessageEmpty);
        }
        if text.len() > MESSAGE_BYTES_MAX || text.chars().count() > MESSAGE_LENGTH_MAX {
            return Err(ErrorCode::MessageTooLong);
        }
        Ok(text.to_owned())
    }

    /// Whether there is room for one message more.
    ///
    /// # Errors
    /// [`ErrorCode::ChatFull`].
    pub(crate) fn admit_one_more(&self) -> Result<(), ErrorCode> {
        if self.said.len() < CHAT_MESSAGES_MAX {
            Ok(())
        } else {
            Err(ErrorCode::ChatFull)
        }
    }

    /// # Errors
    /// [`ErrorCode::MessageNotFound`] or [`ErrorCode::Forbidden`].
    pub(crate) fn admit_edit(&self, actor: Actor, message: u64) -> Result<(), ErrorCode> {
        allowed(may_edit(actor, self.standing(message)?))
    }

    /// # Errors
    /// [`ErrorCode::MessageNotFound`] or [`ErrorCode::Forbidden`].
    pub(crate) fn admit_delete(&self, actor: Actor, message: u64) -> Result<(), ErrorCode> {
        allowed(may_delete(actor, self.standing(message)?))
    }

    /// # Errors
    /// [`ErrorCode::MessageNotFound`] or [`ErrorCode::InvalidReaction`].
    pub(crate) fn admit_reaction(
        &self,
        message: u64,
        emoji: &str,
        on: bool,
    ) -> Result<(), ErrorCode> {
        let reactions = &self.standing(message)?.reactions;
        let known = reactions.iter().any(|had| had.emoji == emoji);
        let all: usize = reactions.iter().map(|had| had.by.len()).sum();
        let fits = known || reactions.len() < REACTION_KINDS_MAX;
        if !on || (is_emoji(emoji) && fits && all < REACTIONS_MAX) {
            Ok(())
        } else {
            Err(ErrorCode::InvalidReaction)
        }
    }

    /// Whether it needs no words.
    pub(crate) fn has_pictures(&self, message: u64) -> bool {
        self.said.get(&message).is_some_and(|said| said.pictured)
    }

    /// How an answer to `message` shows it; none if it is no more.
    pub(crate) fn quote(&self, message: u64) -> Option<Quote> {
        let said = self.standing(message).ok()?;
        Some(Quote {
            name: said.name.to_string(),
            text: said.beginning.to_string(),
        })
    }

    /// Whether `actor` may say something now, by their pace and by the room's.
    ///
    /// # Errors
    /// [`ErrorCode::SlowMode`] or [`ErrorCode::RateLimited`], with how long to wait.
    pub(crate) fn spend_post(&mut self, now_ms: u64, actor: Actor) -> Result<(), Refusal> {
        if actor.role < Role::Moderator {
            let said_at_ms = self.paces.get(&actor.id).map_or(0, |pace| pace.said_at_ms);
            let free_at_ms = said_at_ms + u64::from(self.slow_mode_s) * 1_000;
            if free_at_ms > now_ms && said_at_ms <= now_ms {
                let wait_ms = free_at_ms - now_ms;
                return Err(Refusal::wait(ErrorCode::SlowMode, wait_ms));
            }
        }
        self.spend(now_ms, actor)
    }

    /// Takes one from the actor's allowance.
    ///
    /// # Errors
    /// [`ErrorCode::RateLimited`], with how long to wait.
    pub(crate) fn spend(&mut self, now_ms: u64, actor: Actor) -> Result<(), Refusal> {
        self.forget_who_rests(now_ms);
        let pace = self.paces.entry(actor.id).or_default();
        let TalkAllowance { burst, interval_ms } = self.allowance;
        let whole_at_ms = pace.whole_at_ms.max(now_ms) + interval_ms;
        let due_ms = whole_at_ms.saturating_sub(u64::from(burst) * interval_ms);
        if due_ms > now_ms {
            return Err(Refusal::wait(ErrorCode::RateLimited, due_ms - now_ms));
        }
        pace.whole_at_ms = whole_at_ms;
        Ok(())
    }

    fn forget_who_rests(&mut self, now_ms: u64) {
        if self.paces.len() < PACES_MAX {
            return;
        }
        let span_ms = u64::from(self.slow_mode_s) * 1_000;
        self.paces
            .retain(|_, pace| pace.whole_at_ms > now_ms || pace.said_at_ms + span_ms > now_ms);
    }

    fn standing(&self, message: u64) -> Result<&Said, ErrorCode> {
        let said = self.said.get(&message).filter(|said| !said.deleted);
        said.ok_or(ErrorCode::MessageNotFound)
    }

    // --- following ------------------------------------------------------------------------

    /// Follows an operation of the chat; others do nothing.
    pub(crate) fn apply(&mut self, applied: &Arc<Applied>) {
        match &applied.operation {
            Operation::PostMessage(_) => self.keep(applied),
            Operation::EditMessage { message, text, .. } => {
                if let Some(said) = self.said.get_mut(message).filter(|said| !said.deleted) {
                    said.beginning = beginning(text);
                }
                self.change(applied);
            }
            Operation::DeleteMessage { message } => {
                if let Some(said) = self.said.get_mut(message) {
                    said.deleted = true;
                    said.beginning = Box::default();
                    said.reactions = Vec::new();
                }
                self.change(applied);
            }
            Operation::React { message, emoji, on } => {
                if let Some(said) = self.said.get_mut(message).filter(|said| !said.deleted) {
                    react(&mut said.reactions, applied.author, emoji, *on);
                }
                self.change(applied);
            }
            Operation::SetSlowMode { seconds } => self.slow_mode_s = *seconds,
            _ => {}
        }
    }

    /// The file has everything up to `number`.
    pub(crate) fn stored(&mut self, number: u64) {
        let stored = self.unstored.partition_point(|it| it.number <= number);
        self.unstored.drain(..stored);
    }

    fn keep(&mut self, applied: &Arc<Applied>) {
        let Some(message) = ChatMessage::posted_by(applied) else {
            return;
        };
        let said = Said {
            author: message.author,
            name: message.by.name.as_str().into(),
            beginning: beginning(&message.text),
            pictured: !message.pictures.is_empty(),
            deleted: false,
            reactions: Vec::new(),
        };
        self.said.insert(message.number, said);
        self.paces.entry(message.author).or_default().said_at_ms = message.time_ms;
        self.latest.push_back(message);
        if self.latest.len() > HISTORY_PAGE_MAX {
            self.latest.pop_front();
        }
    }

    fn change(&mut self, applied: &Arc<Applied>) {
        for message in &mut self.latest {
            message.change(applied);
        }
        self.unstored.push_back(Arc::clone(applied));
    }
}

fn allowed(may: bool) -> Result<(), ErrorCode> {
    if may {
        Ok(())
    } else {
        Err(ErrorCode::Forbidden)
    }
}

/// The first words, on one line.
fn beginning(text: &str) -> Box<str> {
    let line = plain::line(text);
    let short: String = line.chars().take(QUOTE_LENGTH_MAX).collect();
    if short.len() == line.len() {
        short.into()
    } else {
        let mut cut: String = short.chars().take(QUOTE_LENGTH_MAX - 1).collect();
        cut.push('…');
        cut.into()
    }
}

/// Whether it is at most one emoji or two, and no words: what stands beside a message must not
/// become a second chat.
fn is_emoji(text: &str) -> bool {
    let mark = |c: char| {
        matches!(
            c,
            '\u{200d}' | '\u{fe0f}' | '\u{20e3}' | '\u{e0020}'..='\u{e007f}'
        )
    };
    let keycap = text.ends_with('\u{20e3}');
    let picture = |c: char| {
        let plain_digit = keycap && matches!(c, '0'..='9' | '#' | '*');
        plain_digit || (c >= '\u{a9}' && !c.is_alphabetic() && !c.is_numeric() && !plain::is_odd(c))
    };
    text.len() <= REACTION_BYTES_MAX
        && text.chars().any(|c| picture(c) && !mark(c))
        && text.chars().all(|c| mark(c) || picture(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(author: u32) -> Said {
        Said {
            author: ParticipantId(author),
            name: "Ann".into(),
            beginning: "Hello".into(),
            pictured: false,
            deleted: false,
            reactions: Vec::new(),
        }
    }

    fn actor(id: u32, role: Role) -> Actor {
        let id = ParticipantId(id);
        Actor { id, role }
    }

    #[test]
    fn who_may_edit_and_delete() {
        let by_two = said(2);
        for (who, edits, deletes) in [
            (actor(2, Role::Editor), true, true),
            (actor(1, Role::Host), false, true),
            (actor(3, Role::Editor), false, false),
        ] {
            let may = (may_edit(who, &by_two), may_delete(who, &by_two));
            assert_eq!(may, (edits, deletes), "{who:?}");
        }
    }

    #[test]
    fn an_emoji_is_a_picture_and_no_words() {
        for good in ["👍", "👍🏽", "❤️", "👩‍🏫", "🇩🇪", "1️⃣", "#️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "✅", "™️"]
        {
            assert!(is_emoji(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "1",
            "12",
            "ok👍",
            "é",
            "你",
            "\u{200d}",
            "\u{202e}👍",
            " 👍",
            "👍\n",
            "½",
            "<b>",
            &"👍".repeat(9),
        ] {
            assert!(!is_emoji(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_burst_passes_and_then_the_pace_holds() {
        let mut chat = Chat::default();
        let ann = actor(2, Role::Editor);
        for _ in 0..CHAT_BURST {
            assert_eq!(chat.spend(1_000_000, ann), Ok(()));
        }
        let refused = chat.spend(1_000_000, ann).unwrap_err();
        assert_eq!(refused.wait_ms, Some(CHAT_INTERVAL_MS));
        assert_eq!(chat.spend(1_000_000, actor(3, Role::Editor)), Ok(()));
        assert_eq!(chat.spend(1_000_000 + CHAT_INTERVAL_MS, ann), Ok(()));
    }

    #[test]
    fn a_quote_is_one_short_line() {
        assert_eq!(&*beginning("a\n\n b"), "a b");
        let long = beginning(&"ä".repeat(QUOTE_LENGTH_MAX + 1));
        assert_eq!(long.chars().count(), QUOTE_LENGTH_MAX);
        assert!(long.ends_with('…'));
    }
}
