//! Slows guessing down. Whoever is wrong too often waits, and only those who come from the same
//! place wait with them. Knows no passwords.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
};

/// Wrong tries of one address before it has to wait.
pub const FREE_TRIES: u32 = 5;
/// The first wait; each further wrong try doubles it …
pub const FIRST_WAIT_MS: u64 = 2_000;
/// … up to this.
pub const WAIT_MS_MAX: u64 = 60_000;
/// After so long without a wrong try an address begins anew.
pub const FORGET_MS: u64 = 15 * 60 * 1_000;
/// Addresses remembered; past it the one that was wrong longest ago is forgotten.
pub const ADDRESSES_MAX: usize = 1_024;

/// Who was wrong how often.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    by: HashMap<IpAddr, Tried>,
}

/// How often somebody was wrong, and when last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tried {
    pub(crate) wrong: u32,
    pub(crate) last_ms: u64,
}

impl Tried {
    /// How long they wait now, of whom so many tries may be wrong.
    pub(crate) fn wait_ms(self, now_ms: u64, free: u32) -> u64 {
        let Some(doublings) = self.wrong.checked_sub(free) else {
            return 0;
        };
        let wait = FIRST_WAIT_MS.checked_shl(doublings).unwrap_or(WAIT_MS_MAX);
        let free_at = self.last_ms + wait.min(WAIT_MS_MAX);
        // A clock that was put back makes nobody wait longer than the longest wait.
        free_at.saturating_sub(now_ms).min(WAIT_MS_MAX)
    }
}

impl Tries {
    /// How long somebody from there waits before the next try; none if they may now.
    pub(crate) fn wait_ms(&self, now_ms: u64, from: IpAddr) -> Option<u64> {
        let tried = self.by.get(&place(from))?;
        Some(tried.wait_ms(now_ms, FREE_TRIES)).filter(|wait| *wait > 0)
    }

    /// Somebody from there was wrong.
    pub(crate) fn wrong(&mut self, now_ms: u64, from: IpAddr) {
        self.by
            .retain(|_, tried| now_ms < tried.last_ms.saturating_add(FORGET_MS));
        let place = place(from);
        if self.by.len() >= ADDRESSES_MAX && !self.by.contains_key(&place) {
            let oldest = self.by.iter().min_by_key(|(_, tried)| tried.last_ms);
            if let Some(oldest) = oldest.map(|(place, _)| *place) {
                self.by.remove(&oldest);
            }
        }
        let tried = self.by.entry(place).or_insert(Tried {
            wrong: 0,
            last_ms: now_ms,
        });
        tried.wrong = tried.wrong.saturating_add(1);
        tried.last_ms = now_ms;
    }

    /// Somebody from there was right.
    pub(crate) fn right(&mut self, from: IpAddr) {
        self.by.remove(&place(from));
    }
}

/// A machine has a whole network of IPv6 addresses to itself.
pub(crate) fn place(from: IpAddr) -> IpAddr {
    match from.to_canonical() {
        IpAddr::V6(address) => {
            const NETWORK: u128 = !(u64::MAX as u128);
            Ipv6Addr::from_bits(address.to_bits() & NETWORK).into()
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const GUESSER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 9));
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 10));

    fn wrong_times(tries: &mut Tries, times: u32, now_ms: u64) {
        (0..times).for_each(|_| tries.wrong(now_ms, GUESSER));
    }

    #[test]
    fn five_are_free_and_then_the_wait_doubles_up_to_a_minute() {
        let mut tries = Tries::default();
        wrong_times(&mut tries, FREE_TRIES - 1, 0);
        assert_eq!(
            tries.wait_ms(0, GUESSER),
            None,
            "the fifth may still be tried"
        );
        let waits: Vec<_> = (0..7)
            .map(|_| {
                tries.wrong(0, GUESSER);
                tries.wait_ms(0, GUESSER).unwrap()
            })
            .collect();
        assert_eq!(waits, [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
        assert_eq!(tries.wait_ms(59_999, GUESSER), Some(1));
        assert_eq!(tries.wait_ms(60_000, GUESSER), None);
        assert_eq!(tries.wait_ms(0, OTHER), None, "others do not wait");
    }

    #[test]
    fn who_is_right_and_who_rests_begins_anew() {
        let mut tries = Tries::default();
        wrong_times(&mut tries, 10, 0);
        tries.right(GUESSER);
        assert_eq!(tries.wait_ms(0, GUESSER), None);
        wrong_times(&mut tries, 10, 0);
        tries.wrong(FORGET_MS, GUESSER);
        assert_eq!(tries.wait_ms(FORGET_MS, GUESSER), None, "it is its first");
    }

    #[test]
    fn so_many_addresses_are_remembered_and_a_network_of_ipv6_is_one() {
        let mut tries = Tries::default();
        wrong_times(&mut tries, 10, 0);
        for index in 0..ADDRESSES_MAX {
            let address = Ipv4Addr::from(0x0a00_0000 + index as u32);
            tries.wrong(1 + index as u64, address.into());
        }
        assert_eq!(tries.by.len(), ADDRESSES_MAX);
        assert_eq!(tries.wait_ms(1, GUESSER), None, "the oldest is forgotten");
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let neighbour: IpAddr = "2001:db8::2".parse().unwrap();
        (0..FREE_TRIES).for_each(|_| tries.wrong(0, one));
        assert_eq!(tries.wait_ms(0, neighbour), Some(FIRST_WAIT_MS));
        let mapped = "::ffff:10.0.0.1".parse().unwrap();
        assert_eq!(place(mapped), place("10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn a_clock_that_is_put_back_locks_nobody_out() {
        let mut tries = Tries::default();
        wrong_times(&mut tries, FREE_TRIES, u64::MAX / 2);
        assert_eq!(tries.wait_ms(0, GUESSER), Some(WAIT_MS_MAX));
    }
}
