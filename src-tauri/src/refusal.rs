//! Why a command said no, in the form the UI shows: a stable code and a plain sentence.
//!
//! Promises: every command's error is one of these, so the page never parses
//! text; the sentence says what happened and what to do next.

use serde::Serialize;

/// What a person asked for and did not get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Refusal {
    /// Stable: the UI decides by it.
    pub(crate) code: &'static str,
    /// Shown as it is.
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// The hub's thread has ended, which only a bug or the end of the program does.
    pub(crate) fn hub_gone() -> Self {
        Self::new(
            "hub_gone",
            "The part of Lanvas that hosts has stopped. Close Lanvas and start it again.",
        )
    }
}
