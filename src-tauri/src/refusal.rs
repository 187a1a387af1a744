//! Why a command said no, in the form the UI shows: a stable code and a plain sentence.
//!
//! Promises: every command's error is one of these, so the page never parses
//! text; the sentence says what happened and what to do next.

use serde::Serialize;

use crate::pins::UnprovenHub;

/// What a person asked for and did not get.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Refusal {
    /// Stable: the UI decides by it.
    pub(crate) code: &'static str,
    /// Shown as it is.
    pub(crate) message: String,
    /// The hub that the person has to look at first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hub: Option<Box<UnprovenHub>>,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hub: None,
        }
    }

    /// Nothing goes to that hub until the person has said so.
    pub(crate) fn unproven(
        code: &'static str,
        message: impl Into<String>,
        hub: UnprovenHub,
    ) -> Self {
        Self {
            hub: Some(Box::new(hub)),
            ..Self::new(code, message)
        }
    }

    /// It shows another certificate than the one that is known of it. Nothing was sent.
    pub(crate) fn hub_changed(hub: UnprovenHub) -> Self {
        let message = format!(
            "The session at {} shows another certificate than before, so Lanvas did not join. Ask the host for the fingerprint.",
            hub.place
        );
        Self::unproven("hub_changed", message, hub)
    }

    /// The hub's thread has ended, which only a bug or the end of the program does.
    pub(crate) fn hub_gone() -> Self {
        Self::new(
            "hub_gone",
            "The part of Lanvas that hosts has stopped. Close Lanvas and start it again.",
        )
    }
}
