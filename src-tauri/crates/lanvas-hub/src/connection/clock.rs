//! What a connection has to do when: ping, and give up who stays silent, says no hello or does not
//! read. Asked by one timer that is set anew only when it fires, so that a message costs nothing
//! but a note of when it came.

use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

use tokio::time::Instant;

use crate::limits::Patience;

/// Shared by the two halves of a connection's task; times count in milliseconds from `began`.
#[derive(Debug)]
pub(crate) struct Clock {
    patience: &'static Patience,
    began: Instant,
    greeted: AtomicBool,
    heard_ms: AtomicU64,
    pinged_ms: AtomicU64,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    Nothing,
    Ping,
    /// No hello came.
    Hello,
    /// Nothing came for too long, pongs counted.
    Silence,
    /// The peer does not take what is written.
    Write,
}

impl Clock {
    pub(crate) fn new(now: Instant, patience: &'static Patience) -> Self {
        Self {
            patience,
            began: now,
            greeted: AtomicBool::new(false),
            heard_ms: AtomicU64::new(0),
            pinged_ms: AtomicU64::new(0),
        }
    }

    /// Something came.
    pub(crate) fn heard(&self, now: Instant) {
        self.heard_ms.store(self.since(now), Ordering::Relaxed);
    }

    /// The hello came.
    pub(crate) fn greeted(&self, now: Instant) {
        self.greeted.store(true, Ordering::Relaxed);
        self.heard(now);
    }

    /// How long ago it was pinged: what a pong that comes now took there and back.
    pub(crate) fn round_trip(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.at(&self.pinged_ms))
    }

    /// When something will be due, if nothing happens before.
    pub(crate) fn next(&self, write: Option<Instant>) -> Instant {
        let ping = self.at(&self.pinged_ms) + self.patience.ping;
        ping.min(self.silence()).min(write.unwrap_or(ping))
    }

    /// What is due now. A ping is due once.
    pub(crate) fn due(&self, now: Instant, write: Option<Instant>) -> Due {
        if write.is_some_and(|write| write <= now) {
            Due::Write
        } else if self.silence() <= now {
            let greeted = self.greeted.load(Ordering::Relaxed);
            if greeted { Due::Silence } else { Due::Hello }
        } else if self.at(&self.pinged_ms) + self.patience.ping <= now {
            self.pinged_ms.store(self.since(now), Ordering::Relaxed);
            Due::Ping
        } else {
            Due::Nothing
        }
    }

    fn silence(&self) -> Instant {
        if self.greeted.load(Ordering::Relaxed) {
            self.at(&self.heard_ms) + self.patience.silence
        } else {
            self.began + self.patience.hello
        }
    }

    fn since(&self, now: Instant) -> u64 {
        let passed = now.saturating_duration_since(self.began).as_millis();
        u64::try_from(passed).unwrap_or(u64::MAX)
    }

    fn at(&self, milliseconds: &AtomicU64) -> Instant {
        self.began + Duration::from_millis(milliseconds.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use lanvas_protocol::limits::{HELLO_TIMEOUT_S, SILENCE_TIMEOUT_S};

    use super::*;
    use crate::limits::PATIENCE;

    fn after(now: Instant, seconds: u64) -> Instant {
        now + Duration::from_secs(seconds)
    }

    #[test]
    fn who_says_no_hello_is_let_go_in_time() {
        let now = Instant::now();
        let clock = Clock::new(now, &PATIENCE);
        clock.heard(after(now, 9)); // a pong is no hello
        assert_eq!(clock.due(after(now, 9), None), Due::Nothing);
        assert_eq!(clock.next(None), after(now, HELLO_TIMEOUT_S));
        assert_eq!(clock.due(after(now, HELLO_TIMEOUT_S), None), Due::Hello);
    }

    /// R5.
    #[test]
    fn silence_is_broken_by_pings_and_ends_the_connection() {
        let now = Instant::now();
        let clock = Clock::new(now, &PATIENCE);
        clock.greeted(now);
        let mut at = now;
        let mut pings = 0;
        let end = loop {
            let next = clock.next(None);
            assert!(next > at, "the timer goes on");
            at = next;
            match clock.due(at, None) {
                Due::Ping => pings += 1,
                due => break due,
            }
        };
        assert_eq!((end, pings), (Due::Silence, 2));
        assert_eq!(at, after(now, SILENCE_TIMEOUT_S));
    }

    #[test]
    fn who_answers_stays_and_who_does_not_read_goes() {
        let now = Instant::now();
        let clock = Clock::new(now, &PATIENCE);
        clock.greeted(now);
        for seconds in 1..1_000 {
            clock.heard(after(now, seconds));
            let due = clock.due(after(now, seconds), None);
            assert!(matches!(due, Due::Nothing | Due::Ping), "{due:?}");
        }
        let write = after(now, 999);
        assert_eq!(clock.next(Some(write)), write);
        assert_eq!(clock.due(write, Some(write)), Due::Write);
    }
}
