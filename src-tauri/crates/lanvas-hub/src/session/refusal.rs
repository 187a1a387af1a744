//! Why a submission is not taken.

use lanvas_protocol::ErrorCode;

/// A code, and how long to wait where waiting helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: ErrorCode,
    pub(crate) wait_ms: Option<u64>,
}

impl Refusal {
    pub(crate) fn wait(code: ErrorCode, wait_ms: u64) -> Self {
        let wait_ms = Some(wait_ms);
        Self { code, wait_ms }
    }
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        let wait_ms = None;
        Self { code, wait_ms }
    }
}
