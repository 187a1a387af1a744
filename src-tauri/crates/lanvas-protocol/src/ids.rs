//! Identifiers. Each is its own type, checked where it enters, so that a value that exists is valid.

use std::fmt;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use ts_rs::TS;

use crate::limits::ID_LENGTH_MAX;

/// An id that broke its charset or length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id has 1 to {ID_LENGTH_MAX} characters of a-z, A-Z, 0-9, - and _")]
pub struct InvalidId;

fn is_id(text: &str) -> bool {
    (1..=ID_LENGTH_MAX).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
        #[serde(try_from = "String", into = "String")]
        #[ts(as = "String")]
        pub struct $name(SmolStr);

        impl $name {
            /// Checks and takes `text`.
            ///
            /// # Errors
            /// [`InvalidId`] when it is empty, too long or has a character outside the charset.
            pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
                let text = text.into();
                if is_id(&text) { Ok(Self(text.into())) } else { Err(InvalidId) }
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

text_id! {
    /// A session's public id, the one in `/s/<id>`. Made by the hub.
    SessionId
}
text_id! {
    /// A shape on the board. Made by the client that adds it, unique in the session.
    ShapeId
}
text_id! {
    /// A page of the notes. Made by the client that adds it, unique in the session.
    PageId
}
text_id! {
    /// One running copy of a client (a tab, a window). Its submissions are numbered by `seq`, and
    /// the pair (replica, seq) makes a resend harmless.
    ReplicaId
}
text_id! {
    /// One uninterrupted life of a session in a hub. Numbers after an epoch's durable end may have
    /// been lost with it, so a client that resumes names the epoch its number belongs to.
    Epoch
}

/// The id of the page that every session has from its beginning.
const FIRST_PAGE: &str = "first";

impl PageId {
    /// The page that every session has from its beginning.
    #[must_use]
    pub fn first() -> Self {
        Self(FIRST_PAGE.into())
    }

    /// Whether it is [`PageId::first`].
    #[must_use]
    pub fn is_first(&self) -> bool {
        &*self.0 == FIRST_PAGE
    }
}

impl Default for PageId {
    fn default() -> Self {
        Self::first()
    }
}

/// A participant of a session, given by the hub and kept for the session's life. 0 is nobody.
#[derive(
    Debug, Default, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS,
)]
#[serde(transparent)]
pub struct ParticipantId(pub u32);

impl fmt::Display for ParticipantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_plain_text() {
        assert!(ShapeId::new("a-Z_9").is_ok());
        assert!(ShapeId::new("x".repeat(ID_LENGTH_MAX)).is_ok());
        for bad in ["", "a b", "ä", "a/b", &"x".repeat(ID_LENGTH_MAX + 1)] {
            assert_eq!(ShapeId::new(bad), Err(InvalidId), "{bad:?}");
        }
    }
}
