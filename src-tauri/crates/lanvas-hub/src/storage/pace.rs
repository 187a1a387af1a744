//! Whether the disk keeps up: how long an operation waits from its number to its being stored.
//!
//! One operation at a time is watched, so that it costs nothing however many there are. It must not
//! read a clock: the time is an argument.

use std::time::{Duration, Instant};

/// An operation that waits longer than this means a slow disk, and people are told.
pub(crate) const SLOW_AFTER: Duration = Duration::from_millis(1_500);

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// The operation that is watched, and since when.
    watched: Option<(u64, Instant)>,
    slow: bool,
}

impl Pace {
    /// The last number given is `head`: from here on something may be waiting.
    pub(crate) fn note_numbered(&mut self, head: u64, stored: u64, now: Instant) {
        if self.watched.is_none() && head > stored {
            self.watched = Some((head, now));
        }
    }

    /// The last number given is `head`, the last one stored is `stored`. Whether the disk is slow.
    pub(crate) fn observe(&mut self, head: u64, stored: u64, now: Instant) -> bool {
        if let Some((number, since)) = self.watched {
            let waited = now.saturating_duration_since(since) >= SLOW_AFTER;
            if number > stored {
                self.slow |= waited;
                return self.slow;
            }
            self.slow = waited;
        }
        self.watched = (head > stored).then_some((head, now));
        // With nothing left to wait for, everything is safe, however long it took.
        self.slow &= self.watched.is_some();
        self.slow
    }

    /// When to look again though nothing happens, if at all.
    pub(crate) fn due(&self) -> Option<Instant> {
        let (_, since) = self.watched.filter(|_| !self.slow)?;
        Some(since + SLOW_AFTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Duration = Duration::from_millis(1);

    #[test]
    fn a_disk_that_keeps_up_is_never_slow() {
        let (mut pace, mut now) = (Pace::default(), Instant::now());
        for stored in 0..10_000 {
            now += MOMENT;
            assert!(!pace.observe(stored + 20, stored, now));
        }
    }

    #[test]
    fn it_is_slow_from_the_named_wait_on_and_not_before() {
        let (mut pace, begun) = (Pace::default(), Instant::now());
        assert_eq!(pace.due(), None, "nothing to wait for");
        pace.note_numbered(1, 0, begun);
        assert_eq!(pace.due(), Some(begun + SLOW_AFTER));
        assert!(!pace.observe(9, 0, begun + SLOW_AFTER - MOMENT));
        assert!(pace.observe(9, 0, begun + SLOW_AFTER));
        assert_eq!(pace.due(), None, "said already");
    }

    #[test]
    fn it_is_over_when_all_is_stored_or_the_next_one_is_quick() {
        let (mut pace, begun) = (Pace::default(), Instant::now());
        let later = begun + 2 * SLOW_AFTER;
        pace.observe(1, 0, begun);
        assert!(pace.observe(1, 0, later));
        assert!(!pace.observe(1, 1, later), "nothing waits");

        pace.observe(2, 1, later);
        let stuck = later + 2 * SLOW_AFTER;
        assert!(pace.observe(9, 2, stuck), "one took long, others wait");
        assert!(pace.observe(12, 8, stuck + MOMENT));
        assert!(!pace.observe(12, 9, stuck + 2 * MOMENT), "this one did not");
    }
}
