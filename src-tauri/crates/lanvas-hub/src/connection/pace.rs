//! How fast a connection may send, and all from one address together: past that they are read
//! later. Nothing is lost, only the sender waits.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::limits::{ADDRESS_SHARE, Allowance};

/// A token bucket, as the moment when it would be full if nothing more were taken. A burst is a
/// head start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    full_at: Instant,
}

impl Bucket {
    pub(crate) fn new(now: Instant) -> Self {
        Self { full_at: now }
    }

    /// Takes what it gets in the time `cost`; gives when it has it.
    pub(crate) fn spend(&mut self, now: Instant, cost: Duration, burst: Duration) -> Instant {
        self.full_at = self.full_at.max(now) + cost;
        self.full_at.checked_sub(burst).unwrap_or(now)
    }

    pub(crate) fn is_full(&self, now: Instant) -> bool {
        self.full_at <= now
    }
}

/// One bucket for frames and one for bytes.
#[derive(Debug)]
pub(crate) struct Pace {
    allowance: Allowance,
    frames: Bucket,
    bytes: Bucket,
}

impl Pace {
    pub(crate) fn new(allowance: Allowance, now: Instant) -> Self {
        Self {
            allowance,
            frames: Bucket::new(now),
            bytes: Bucket::new(now),
        }
    }

    /// Of all connections from one address.
    pub(crate) fn of_address(allowance: Allowance, now: Instant) -> Self {
        let Allowance {
            messages_burst,
            messages_per_s,
            bytes_burst,
            bytes_per_s,
            talk,
        } = allowance;
        let together = Allowance {
            messages_burst: messages_burst.saturating_mul(ADDRESS_SHARE),
            messages_per_s: messages_per_s.saturating_mul(ADDRESS_SHARE),
            bytes_burst: bytes_burst.saturating_mul(ADDRESS_SHARE),
            bytes_per_s: bytes_per_s.saturating_mul(ADDRESS_SHARE),
            talk,
        };
        Self::new(together, now)
    }

    /// Takes so many frames and bytes; gives when they may be handled.
    pub(crate) fn spend(&mut self, now: Instant, frames: usize, bytes: usize) -> Instant {
        let Allowance {
            messages_burst,
            messages_per_s,
            bytes_burst,
            bytes_per_s,
            talk: _,
        } = self.allowance;
        let by_frames = self.frames.spend(
            now,
            time_for(frames, messages_per_s),
            time_for(messages_burst as usize, messages_per_s),
        );
        let by_bytes = self.bytes.spend(
            now,
            time_for(bytes, bytes_per_s),
            time_for(bytes_burst as usize, bytes_per_s),
        );
        by_frames.max(by_bytes)
    }
}

/// How long it takes to be allowed so much.
fn time_for(count: usize, per_s: u32) -> Duration {
    #[allow(clippy::cast_precision_loss)] // far below 2^53
    Duration::from_secs_f64(count as f64 / f64::from(per_s.max(1)))
}

/// What all connections from an address spend from; none for this machine's own.
pub(crate) type AddressPace = Option<Arc<Mutex<Pace>>>;

/// What one connection spends from: its own buckets, and those of its address.
#[derive(Debug)]
pub(crate) struct Purse {
    own: Pace,
    address: AddressPace,
}

impl Purse {
    pub(crate) fn new(allowance: Allowance, address: AddressPace, now: Instant) -> Self {
        let own = Pace::new(allowance, now);
        Self { own, address }
    }

    /// As [`Pace::spend`].
    pub(crate) fn spend(&mut self, now: Instant, frames: usize, bytes: usize) -> Instant {
        let due = self.own.spend(now, frames, bytes);
        match &self.address {
            None => due,
            Some(address) => {
                // Plain data that every step leaves whole, so a poisoned lock is harmless.
                let mut address = address.lock().unwrap_or_else(PoisonError::into_inner);
                due.max(address.spend(now, frames, bytes))
            }
        }
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
            assert!(pace.spend(now, 1, 10) <= now);
        }
        assert!(pace.spend(now, 1, 10) > now);
        let later = now + Duration::from_secs(1);
        for _ in 0..allowance.messages_per_s - 1 {
            assert!(pace.spend(later, 1, 10) <= later);
        }
        assert!(pace.spend(later, 1, 10) > later);
    }

    /// Conformance suites are in a hurry, and yet.
    #[test]
    fn an_echo_has_a_pace_of_its_own() {
        let now = Instant::now();
        let allowance = crate::limits::ECHO_ALLOWANCE;
        let (frames, bytes) = (allowance.messages_burst, allowance.bytes_burst);
        for (frames, bytes) in [(frames, 0), (0, bytes)] {
            let mut purse = Purse::new(allowance, None, now);
            assert!(purse.spend(now, frames as usize, bytes as usize) <= now);
            assert!(purse.spend(now, 1, 1) > now, "one past the burst");
            let later = now + Duration::from_secs(1);
            let all = (allowance.messages_per_s, allowance.bytes_per_s);
            assert!(purse.spend(later, all.0 as usize - 1, all.1 as usize - 1) <= later);
        }
    }

    #[test]
    fn many_bytes_are_paced_whatever_they_are() {
        let now = Instant::now();
        let allowance = Allowance::default();
        let mut pace = Pace::new(allowance, now);
        let large = 256 * 1024;
        for _ in 0..allowance.bytes_burst as usize / large {
            assert!(pace.spend(now, 0, large) <= now);
        }
        assert!(pace.spend(now, 0, large) > now);
    }

    #[test]
    fn an_address_has_no_more_than_some_connections_however_many_it_opens() {
        let now = Instant::now();
        let allowance = Allowance::default();
        let address = Arc::new(Mutex::new(Pace::of_address(allowance, now)));
        let purse = || Purse::new(allowance, Some(Arc::clone(&address)), now);
        for _ in 0..ADDRESS_SHARE {
            let mut purse = purse();
            for _ in 0..allowance.messages_burst {
                assert!(purse.spend(now, 1, 10) <= now);
            }
        }
        assert!(
            purse().spend(now, 1, 10) > now,
            "a fresh one has to wait, too"
        );
        let elsewhere = Arc::new(Mutex::new(Pace::of_address(allowance, now)));
        assert!(Purse::new(allowance, Some(elsewhere), now).spend(now, 1, 10) <= now);
        assert!(Purse::new(allowance, None, now).spend(now, 1, 10) <= now);
    }
}
