//! How fast one connection may send: past its allowance it is read later.

use std::time::Duration;

use lanvas_protocol::limits::CLIENT_MESSAGE_BYTES_MAX;
use tokio::time::Instant;

use crate::limits::Allowance;

/// Two token buckets: messages and bytes.
#[derive(Debug)]
pub(super) struct Pace {
    allowance: Allowance,
    /// When the buckets would be full if nothing more came. A burst is a head start.
    messages_full_at: Instant,
    bytes_full_at: Instant,
}

impl Pace {
    pub(super) fn new(allowance: Allowance, now: Instant) -> Self {
        Self {
            allowance,
            messages_full_at: now,
            bytes_full_at: now,
        }
    }

    /// Takes a message of so many bytes; gives when it may be handled.
    pub(super) fn spend(&mut self, now: Instant, bytes: usize) -> Instant {
        let Allowance {
            messages_burst,
            messages_per_s,
            bytes_burst,
            bytes_per_s,
            talk: _,
        } = self.allowance;
        let message = Duration::from_secs(1) / messages_per_s;
        let size = u32::try_from(bytes.min(CLIENT_MESSAGE_BYTES_MAX)).unwrap_or(u32::MAX);
        let transfer = Duration::from_secs_f64(f64::from(size) / f64::from(bytes_per_s));
        self.messages_full_at = self.messages_full_at.max(now) + message;
        self.bytes_full_at = self.bytes_full_at.max(now) + transfer;
        let by_messages = self.messages_full_at.checked_sub(message * messages_burst);
        let burst = Duration::from_secs_f64(f64::from(bytes_burst) / f64::from(bytes_per_s));
        let by_bytes = self.bytes_full_at.checked_sub(burst);
        by_messages.max(by_bytes).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_at_once_and_then_the_pace_holds() {
        let now = Instant::now();
        let allowance = Allowance::default();
        let mut pace = Pace::new(allowance, now);
        for _ in 0..allowance.messages_burst {
            assert!(pace.spend(now, 10) <= now);
        }
        assert!(pace.spend(now, 10) > now);
        let later = now + Duration::from_secs(1);
        for _ in 0..allowance.messages_per_s - 1 {
            assert!(pace.spend(later, 10) <= later);
        }
        assert!(pace.spend(later, 10) > later);
    }

    #[test]
    fn large_messages_are_paced_by_their_bytes() {
        let now = Instant::now();
        let allowance = Allowance::default();
        let mut pace = Pace::new(allowance, now);
        let large = CLIENT_MESSAGE_BYTES_MAX;
        for _ in 0..allowance.bytes_burst as usize / large {
            assert!(pace.spend(now, large) <= now);
        }
        assert!(pace.spend(now, large) > now);
    }
}
