//! The chat: what may be said, and the latest of it for newcomers.

use std::collections::VecDeque;

use lanvas_protocol::{
    ErrorCode, Operation,
    limits::{HISTORY_PAGE_MAX, MESSAGE_BYTES_MAX, MESSAGE_LENGTH_MAX},
    message::ChatMessage,
    operation::Applied,
};

use super::plain;

/// The latest messages; older ones are read from the session file.
#[derive(Debug, Default, Clone)]
pub struct Chat {
    latest: VecDeque<ChatMessage>,
}

impl Chat {
    /// The latest messages, oldest first.
    #[must_use]
    pub fn latest(&self) -> Vec<ChatMessage> {
        self.latest.iter().cloned().collect()
    }

    /// Whether it may be said, with what could garble the room made harmless.
    ///
    /// # Errors
    /// [`ErrorCode::MessageEmpty`] or [`ErrorCode::MessageTooLong`].
    pub(crate) fn admit(text: &str) -> Result<String, ErrorCode> {
        let text = plain::text(text);
        let text = text.trim();
        if text.is_empty() {
            return Err(ErrorCode::MessageEmpty);
        }
        if text.len() > MESSAGE_BYTES_MAX || text.chars().count() > MESSAGE_LENGTH_MAX {
            return Err(ErrorCode::MessageTooLong);
        }
        Ok(text.to_owned())
    }

    /// Keeps a posted message; other operations do nothing.
    pub(crate) fn apply(&mut self, applied: &Applied) {
        if let Some(message) = message_of(applied) {
            self.latest.push_back(message);
            if self.latest.len() > HISTORY_PAGE_MAX {
                self.latest.pop_front();
            }
        }
    }
}

/// The chat message that an operation posted, if it posted one.
#[must_use]
pub fn message_of(applied: &Applied) -> Option<ChatMessage> {
    let Operation::PostMessage { text, by: Some(by) } = &applied.operation else {
        return None;
    };
    Some(ChatMessage {
        number: applied.number,
        author: applied.author,
        by: by.clone(),
        time_ms: applied.time_ms,
        text: text.clone(),
        replica: applied.replica.clone(),
        seq: applied.seq,
    })
}
