//! What can go wrong, as codes. The UI chooses its sentence by code and never parses text.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why the hub said no. Stable: a code may be added, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The bytes are no message of this protocol.
    Malformed,
    /// A larger message than the limit.
    MessageTooLarge,
    /// Subprotocols were offered, and none of ours among them.
    UnsupportedVersion,
    /// No session of that id.
    SessionNotFound,
    /// The session has a password and the hello has none.
    PasswordRequired,
    /// The password does not match.
    PasswordWrong,
    /// Too many wrong passwords came from there; wait and try again.
    TooManyTries,
    /// Nobody comes in without an invitation.
    InviteRequired,
    /// The invitation is not, or not any more, one.
    InviteEnded,
    /// Who was asked to let them in does not.
    NotLetIn,
    /// Nobody answered who knocked.
    KnockUnanswered,
    /// As many people as may knock already.
    TooManyKnocks,
    /// The host renewed the codes: everybody comes in anew.
    CodesRenewed,
    /// A password or an invitation of the kind asked for cannot be.
    InvalidDoor,
    /// As many people as the session takes are in.
    SessionFull,
    /// The first message was not a hello.
    HelloExpected,
    /// No hello in time.
    HelloTimeout,
    /// A second hello.
    AlreadyJoined,
    /// Another connection of the same replica took over.
    Replaced,
    /// The connection did not read; come back with the last number.
    TooSlow,
    /// More than the allowed rate; wait and send again.
    RateLimited,
    /// The person may not do that.
    Forbidden,
    /// That is for people of another role.
    RoleTooLow,
    /// A moderator took their voice.
    Muted,
    /// Only moderators change the board now.
    BoardLocked,
    /// Only moderators change the notes now.
    NotesLocked,
    /// Only moderators talk now.
    ChatLocked,
    /// Only moderators show where they point now.
    PointersHidden,
    /// A moderator sealed one of the shapes.
    ShapeSealed,
    /// Nobody of that id was here.
    ParticipantNotFound,
    /// A moderator sent the person out; they may come back.
    Removed,
    /// A moderator sent the person out for a time.
    Banned,
    /// A name is empty or too long.
    InvalidName,
    /// The name is that of an account, and this person has not signed in to it.
    NameRegistered,
    /// The name is the person's account's, and stays it.
    NameFixed,
    /// The token of an account is none, or not any more.
    SignedOut,
    /// A title is empty or too long.
    InvalidTitle,
    /// A shape of that id is on the board already.
    ShapeExists,
    /// None of the shapes is on the board.
    ShapeNotFound,
    /// A shape or a change to one breaks a limit or its kind.
    InvalidShape,
    /// The operation is empty or names too many shapes.
    InvalidOperation,
    /// The board holds as many shapes as it may.
    BoardFull,
    /// A page of the notes, or all of them together, would grow past their limit.
    NotesTooLong,
    /// There is a page of that id already.
    PageExists,
    /// There is no such page of the notes.
    PageNotFound,
    /// The notes have as many pages as they may.
    PagesFull,
    /// One page has to stay.
    LastPage,
    /// The change was made on a revision the hub no longer keeps; catch up and send again.
    StaleRevision,
    /// The change does not fit the notes, splits a character or has a carriage return.
    InvalidChanges,
    /// The chat message is too long.
    MessageTooLong,
    /// The chat message is empty.
    MessageEmpty,
    /// There is no such chat message, or it is deleted.
    MessageNotFound,
    /// The host slowed the chat down; wait and say it again.
    SlowMode,
    /// That is no emoji, or the message has as many kinds as it may.
    InvalidReaction,
    /// The session holds as many chat messages as it may.
    ChatFull,
    /// A submission's `seq` is 0.
    InvalidSeq,
    /// The session cannot be stored right now.
    StorageFailed,
    /// The hub is ending; come back.
    ShuttingDown,
    /// A fault of the hub; the session is being reopened.
    Internal,
}

impl ErrorCode {
    /// The WebSocket close code for errors that end the connection, or none.
    #[must_use]
    pub fn close_code(self) -> Option<CloseCode> {
        Some(match self {
            Self::Malformed | Self::HelloExpected | Self::AlreadyJoined => CloseCode::Malformed,
            Self::MessageTooLarge => CloseCode::MessageTooLarge,
            Self::UnsupportedVersion => CloseCode::UnsupportedVersion,
            Self::SessionNotFound => CloseCode::SessionNotFound,
            Self::PasswordRequired | Self::PasswordWrong | Self::TooManyTries => {
                CloseCode::Unauthorized
            }
            Self::InviteRequired
            | Self::InviteEnded
            | Self::NotLetIn
            | Self::KnockUnanswered
            | Self::TooManyKnocks
            | Self::CodesRenewed
            | Self::NameRegistered
            | Self::SignedOut => CloseCode::NotLetIn,
            Self::SessionFull => CloseCode::SessionFull,
            Self::HelloTimeout => CloseCode::HelloTimeout,
            Self::Replaced => CloseCode::Replaced,
            Self::Removed => CloseCode::Removed,
            Self::Banned => CloseCode::Banned,
            Self::TooSlow => CloseCode::TooSlow,
            Self::ShuttingDown => CloseCode::ShuttingDown,
            Self::Internal => CloseCode::Internal,
            _ => return None,
        })
    }
}

impl fmt::Display for ErrorCode {
    /// A sentence for the log of whoever writes a client.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "the bytes are no message of this protocol",
            Self::MessageTooLarge => "the message is larger than the limit",
            Self::UnsupportedVersion => "offer the subprotocol lanvas.v1 or lanvas.v1.json",
            Self::SessionNotFound => "there is no session of that id here",
            Self::PasswordRequired => "the session has a password; say it in the hello",
            Self::PasswordWrong => "the password does not match",
            Self::TooManyTries => "too many wrong passwords; wait and try again",
            Self::InviteRequired => "an invitation is needed; ask the host for one",
            Self::InviteEnded => "the invitation does not open any more; ask the host for another",
            Self::NotLetIn => "the host did not let this participant in",
            Self::KnockUnanswered => "nobody answered; knock again later",
            Self::TooManyKnocks => "as many people as may are knocking; try again later",
            Self::CodesRenewed => "the host renewed the codes; come in by the new way",
            Self::InvalidDoor => "no such password, role or invitation can be",
            Self::SessionFull => "as many people as the session takes are in",
            Self::HelloExpected => "the first message must be a hello",
            Self::HelloTimeout => "no hello came in time",
            Self::AlreadyJoined => "this connection has said hello before",
            Self::Replaced => "another connection of the same replica took over",
            Self::TooSlow => "the connection did not read; come back with the last number",
            Self::RateLimited => "more than the allowed rate; wait and send again",
            Self::Forbidden => "not allowed to this participant",
            Self::RoleTooLow => "the role of this participant may not do that",
            Self::Muted => "a moderator muted this participant",
            Self::BoardLocked => "only moderators and the host change the board now",
            Self::NotesLocked => "only moderators and the host change the notes now",
            Self::ChatLocked => "only moderators and the host talk now",
            Self::PointersHidden => "only moderators and the host show where they point now",
            Self::ShapeSealed => "a moderator sealed one of the shapes",
            Self::ParticipantNotFound => "nobody of that id was here",
            Self::Removed => "a moderator sent this participant out",
            Self::Banned => "a moderator sent this participant out for a time",
            Self::InvalidName => "a name has 1 to 40 characters",
            Self::NameRegistered => "the name belongs to an account; sign in or take another",
            Self::NameFixed => "who is signed in is called as the account",
            Self::SignedOut => "the account was signed out here; sign in again",
            Self::InvalidTitle => "a title has 1 to 120 characters",
            Self::ShapeExists => "a shape of that id is on the board already",
            Self::ShapeNotFound => "none of the shapes is on the board",
            Self::InvalidShape => "a value of a shape is outside its limit",
            Self::InvalidOperation => "the operation names no shapes or too many",
            Self::BoardFull => "the board holds as many shapes as it may",
            Self::NotesTooLong => "the notes would grow past their limit",
            Self::PageExists => "there is a page of that id already",
            Self::PageNotFound => "there is no such page of the notes",
            Self::PagesFull => "the notes have as many pages as they may",
            Self::LastPage => "one page of the notes has to stay",
            Self::StaleRevision => "the base is too old or unknown; catch up and send again",
            Self::InvalidChanges => "the change does not fit the text it was made on",
            Self::MessageTooLong => "the chat message is too long",
            Self::MessageEmpty => "the chat message is empty",
            Self::MessageNotFound => "there is no such chat message any more",
            Self::SlowMode => "the host slowed the chat down; wait and say it again",
            Self::InvalidReaction => "not an emoji, or too many kinds on this message",
            Self::ChatFull => "the session holds as many chat messages as it may",
            Self::InvalidSeq => "seq starts at 1 and grows",
            Self::StorageFailed => "the session cannot be stored right now; send again later",
            Self::ShuttingDown => "the hub is ending; come back later",
            Self::Internal => "a fault of the hub; come back",
        })
    }
}

/// How a connection ended. Codes from 4000 are ours (RFC 6455, section 7.4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum CloseCode {
    /// RFC 6455: a message is too big to process.
    MessageTooLarge = 1009,
    /// The bytes are no message, or not the one that is due.
    Malformed = 4400,
    /// A password is needed or wrong.
    Unauthorized = 4401,
    /// A moderator sent the person out; they may come back.
    Removed = 4403,
    /// No such session.
    SessionNotFound = 4404,
    /// Not let in, or not any more; the refusal says why.
    NotLetIn = 4407,
    /// No hello in time.
    HelloTimeout = 4408,
    /// Another connection of the same replica took over.
    Replaced = 4409,
    /// The connection did not read; resume with the last number.
    TooSlow = 4410,
    /// A moderator sent the person out for a time; do not come back before.
    Banned = 4423,
    /// The versions do not meet.
    UnsupportedVersion = 4426,
    /// The session is full.
    SessionFull = 4429,
    /// A fault of the hub; resume.
    Internal = 4500,
    /// The hub is ending; resume later.
    ShuttingDown = 4503,
}

impl CloseCode {
    /// All of them, for the documents and the generated TypeScript.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::MessageTooLarge, "MESSAGE_TOO_LARGE"),
        (Self::Malformed, "MALFORMED"),
        (Self::Unauthorized, "UNAUTHORIZED"),
        (Self::Removed, "REMOVED"),
        (Self::SessionNotFound, "SESSION_NOT_FOUND"),
        (Self::NotLetIn, "NOT_LET_IN"),
        (Self::HelloTimeout, "HELLO_TIMEOUT"),
        (Self::Replaced, "REPLACED"),
        (Self::TooSlow, "TOO_SLOW"),
        (Self::Banned, "BANNED"),
        (Self::UnsupportedVersion, "UNSUPPORTED_VERSION"),
        (Self::SessionFull, "SESSION_FULL"),
        (Self::Internal, "INTERNAL"),
        (Self::ShuttingDown, "SHUTTING_DOWN"),
    ];

    /// The number on the wire.
    #[must_use]
    pub fn number(self) -> u16 {
        self as u16
    }

    /// The reason text on the wire: the name in lower case.
    #[must_use]
    pub fn reason(self) -> String {
        let (_, name) = Self::ALL
            .iter()
            .find(|(code, _)| *code == self)
            .expect("ALL lists every close code");
        name.to_ascii_lowercase()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_close_code_has_a_reason() {
        for (code, _) in CloseCode::ALL {
            assert!(!code.reason().is_empty());
        }
        assert_eq!(CloseCode::TooSlow.reason(), "too_slow");
    }
}
