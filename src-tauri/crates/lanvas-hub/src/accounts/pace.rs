//! Slows guessing of accounts' passwords down, by address and by name, and leaves the owner a way in.
//!
//! Every try counts as wrong from its beginning until it is right, so tries side by side are tries,
//! and one that is given up was one. Promises: nobody waits longer than a minute; a device that was
//! signed in there before waits for its own mistakes only; an address that has not been wrong about
//! a name does not wait for the mistakes of others about it, once. A name that is no account's is
//! treated like one that is. All of it bounded. Must not know: passwords, or which names there are.

use std::{collections::HashMap, hash::Hash, net::IpAddr};

use super::book::Kept;
use crate::session::tries::{FORGET_MS, FREE_TRIES, Tried, place};

/// Tries of one name, by whomever, before whoever tries it next has to wait.
pub(crate) const FREE_TRIES_OF_NAME: u32 = 10;
/// Names, addresses, devices remembered, of each; past it the one least often wrong goes.
pub(crate) const REMEMBERED_MAX: usize = 4_096;
/// New accounts of one address at once …
pub(crate) const SIGN_UPS_FREE: u32 = 30;
/// … and how often after that.
pub(crate) const SIGN_UP_EVERY_MS: u64 = 30_000;

/// Somebody who says who they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Try {
    /// What the name is compared by.
    pub(crate) name: String,
    pub(crate) address: IpAddr,
    /// A device that was signed in to that account before.
    pub(crate) device: Option<Kept>,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    addresses: Counted<IpAddr>,
    names: Counted<String>,
    /// Which address was wrong about which name.
    strangers: Counted<(IpAddr, String)>,
    devices: Counted<Kept>,
    sign_ups: Counted<IpAddr>,
}

impl Pace {
    /// How long they wait before they may try; none if they may now.
    pub(crate) fn wait_ms(&self, now_ms: u64, one: &Try) -> Option<u64> {
        let wait = match &one.device {
            Some(device) => self.devices.wait_ms(now_ms, device, FREE_TRIES),
            None => self.wait_of_stranger_ms(now_ms, one),
        };
        Some(wait).filter(|wait| *wait > 0)
    }

    fn wait_of_stranger_ms(&self, now_ms: u64, one: &Try) -> u64 {
        let address = place(one.address);
        let own = self.addresses.wait_ms(now_ms, &address, FREE_TRIES);
        let pair = (address, one.name.clone());
        if !self.strangers.has(now_ms, &pair) {
            return own;
        }
        let of_name = self.names.wait_ms(now_ms, &one.name, FREE_TRIES_OF_NAME);
        own.max(of_name)
    }

    /// They try.
    pub(crate) fn begin(&mut self, now_ms: u64, one: &Try) {
        match one.device {
            Some(device) => self.devices.wrong(now_ms, device),
            None => {
                let address = place(one.address);
                self.addresses.wrong(now_ms, address);
                self.names.wrong(now_ms, one.name.clone());
                self.strangers.wrong(now_ms, (address, one.name.clone()));
            }
        }
    }

    /// What they tried was right. Only that one try is taken back: who has an account must not
    /// begin anew with guessing another by signing in to their own.
    pub(crate) fn right(&mut self, one: &Try) {
        match &one.device {
            Some(device) => self.devices.forget(device),
            None => {
                let address = place(one.address);
                self.addresses.take_back(&address);
                self.names.take_back(&one.name);
                self.strangers.take_back(&(address, one.name.clone()));
            }
        }
    }

    /// Somebody from there wants a new account. How long they wait, or none: then it counts.
    pub(crate) fn sign_up(&mut self, now_ms: u64, address: IpAddr) -> Option<u64> {
        let address = place(address);
        let done = self.sign_ups.get(now_ms, &address);
        let wait = done
            .filter(|done| done.wrong >= SIGN_UPS_FREE)
            .map(|done| (done.last_ms + SIGN_UP_EVERY_MS).saturating_sub(now_ms));
        let wait = wait.map(|wait| wait.min(SIGN_UP_EVERY_MS));
        let wait = wait.filter(|wait| *wait > 0);
        if wait.is_none() {
            self.sign_ups.wrong(now_ms, address);
        }
        wait
    }
}

/// How often who was wrong.
#[derive(Debug)]
struct Counted<K> {
    by: HashMap<K, Tried>,
}

impl<K> Default for Counted<K> {
    fn default() -> Self {
        Self { by: HashMap::new() }
    }
}

impl<K: Eq + Hash + Clone> Counted<K> {
    fn get(&self, now_ms: u64, key: &K) -> Option<Tried> {
        let tried = self.by.get(key)?;
        Some(*tried).filter(|tried| is_fresh(now_ms, *tried))
    }

    fn has(&self, now_ms: u64, key: &K) -> bool {
        self.get(now_ms, key).is_some_and(|tried| tried.wrong > 0)
    }

    fn wait_ms(&self, now_ms: u64, key: &K, free: u32) -> u64 {
        self.get(now_ms, key)
            .map_or(0, |tried| tried.wait_ms(now_ms, free))
    }

    fn wrong(&mut self, now_ms: u64, key: K) {
        if self.by.len() >= REMEMBERED_MAX && !self.by.contains_key(&key) {
            self.make_room(now_ms);
        }
        let anew = Tried {
            wrong: 0,
            last_ms: now_ms,
        };
        let tried = self.by.entry(key).or_insert(anew);
        if !is_fresh(now_ms, *tried) {
            *tried = anew;
        }
        tried.wrong = tried.wrong.saturating_add(1);
        tried.last_ms = now_ms;
    }

    /// Who was wrong least often goes, of those who was so longest ago: a flood of names does not
    /// wash away the one that is being guessed.
    fn make_room(&mut self, now_ms: u64) {
        self.by.retain(|_, tried| is_fresh(now_ms, *tried));
        let least = |(_, tried): &(&K, &Tried)| (tried.wrong, tried.last_ms);
        let least = self.by.iter().min_by_key(least).map(|(key, _)| key.clone());
        if self.by.len() >= REMEMBERED_MAX
            && let Some(key) = least
        {
            self.by.remove(&key);
        }
    }

    fn take_back(&mut self, key: &K) {
        if let Some(tried) = self.by.get_mut(key) {
            tried.wrong = tried.wrong.saturating_sub(1);
        }
    }

    fn forget(&mut self, key: &K) {
        self.by.remove(key);
    }
}

fn is_fresh(now_ms: u64, tried: Tried) -> bool {
    now_ms < tried.last_ms.saturating_add(FORGET_MS)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn from(last: u8) -> Try {
        Try {
            name: "ann".to_owned(),
            address: Ipv4Addr::new(192, 168, 1, last).into(),
            device: None,
        }
    }

    fn of(name: &str, last: u8) -> Try {
        Try {
            name: name.to_owned(),
            ..from(last)
        }
    }

    fn by_own_device() -> Try {
        Try {
            device: Some(Kept::of("Ann's phone")),
            ..from(9)
        }
    }

    fn times(pace: &mut Pace, times: u32, one: &Try) {
        (0..times).for_each(|_| pace.begin(0, one));
    }

    #[test]
    fn five_of_an_address_are_free_then_it_waits_whatever_names_it_tries() {
        let mut pace = Pace::default();
        for name in ["ann", "bo", "cy", "di"] {
            pace.begin(0, &of(name, 9));
        }
        assert_eq!(pace.wait_ms(0, &from(9)), None, "the fifth is free");
        pace.begin(0, &of("nobody", 9));
        assert_eq!(pace.wait_ms(0, &of("eve", 9)), Some(2_000));
        assert_eq!(pace.wait_ms(0, &of("eve", 10)), None, "others do not wait");
    }

    #[test]
    fn ten_of_a_name_are_free_then_all_strangers_wait_but_each_first_try_is_heard() {
        let mut pace = Pace::default();
        for last in 1..=3 {
            times(&mut pace, 3, &from(last));
        }
        assert_eq!(pace.wait_ms(0, &from(3)), None, "nine");
        pace.begin(0, &from(4));
        assert_eq!(pace.wait_ms(0, &from(1)), Some(2_000));
        assert_eq!(pace.wait_ms(0, &from(99)), None, "a new place, once");
        pace.begin(0, &from(99));
        assert_eq!(pace.wait_ms(0, &from(99)), Some(4_000));
        (0..20).for_each(|_| pace.begin(0, &from(1)));
        assert_eq!(pace.wait_ms(0, &from(99)), Some(60_000), "the most");
        assert_eq!(pace.wait_ms(60_000, &from(99)), None);
    }

    #[test]
    fn a_device_that_was_signed_in_waits_for_its_own_mistakes_only() {
        let mut pace = Pace::default();
        times(&mut pace, 100, &from(9));
        assert_eq!(pace.wait_ms(0, &by_own_device()), None);
        times(&mut pace, 5, &by_own_device());
        assert_eq!(pace.wait_ms(0, &by_own_device()), Some(2_000));
        pace.right(&by_own_device());
        assert_eq!(pace.wait_ms(0, &by_own_device()), None);
    }

    #[test]
    fn being_right_takes_back_one_try_and_no_more() {
        let mut pace = Pace::default();
        times(&mut pace, 5, &from(9));
        pace.begin(0, &of("the guesser's own", 9));
        pace.right(&of("the guesser's own", 9));
        assert_eq!(pace.wait_ms(0, &from(9)), Some(2_000));
        assert_eq!(pace.wait_ms(FORGET_MS, &from(9)), None, "at last");
    }

    #[test]
    fn so_much_is_remembered_and_a_flood_washes_nothing_away_that_counts() {
        let mut pace = Pace::default();
        times(&mut pace, 12, &from(9));
        for index in 0..REMEMBERED_MAX + 10 {
            pace.begin(1, &of(&format!("name {index}"), (index % 250) as u8));
        }
        assert_eq!(pace.names.by.len(), REMEMBERED_MAX);
        assert_eq!(pace.strangers.by.len(), REMEMBERED_MAX);
        assert!(pace.wait_ms(1, &from(9)).is_some());
    }

    #[test]
    fn so_many_sign_up_from_one_address_at_once() {
        let mut pace = Pace::default();
        let class = Ipv4Addr::new(192, 168, 1, 9).into();
        assert!((0..SIGN_UPS_FREE).all(|_| pace.sign_up(0, class).is_none()));
        assert_eq!(pace.sign_up(0, class), Some(SIGN_UP_EVERY_MS));
        assert_eq!(pace.sign_up(SIGN_UP_EVERY_MS, class), None);
        assert_eq!(
            pace.sign_up(SIGN_UP_EVERY_MS, class),
            Some(SIGN_UP_EVERY_MS)
        );
        let other = Ipv4Addr::new(192, 168, 1, 10).into();
        assert_eq!(pace.sign_up(0, other), None);
    }
}
