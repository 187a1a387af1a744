//! When to say what about our own sessions.
//!
//! Promises: a new session is announced at once and an ended one withdrawn at
//! once; changes of one session are announced at most every
//! [`UPDATE_INTERVAL_MS`], because every announcement wakes all radios on the
//! network. Pure: time comes in, orders go out. Must not know: mDNS.

use std::collections::BTreeMap;

use lanvas_protocol::{SessionId, advert::Advert};

/// Shortest time between two announcements of one session.
pub(crate) const UPDATE_INTERVAL_MS: u64 = 5_000;

/// What the shell is to do on the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Announce, or announce again with new content.
    Register(Advert),
    /// Say goodbye for the instance that this advert was announced under.
    Withdraw(Advert),
}

struct Announced {
    advert: Advert,
    at_ms: u64,
    /// It is to be said again although it is the same.
    again: bool,
}

/// What is on the network now.
#[derive(Default)]
pub(crate) struct Announcer {
    announced: BTreeMap<SessionId, Announced>,
}

impl Announcer {
    /// The orders that bring the network from what it was told to `wanted`, as
    /// far as that is due.
    pub(crate) fn orders(
        &mut self,
        now_ms: u64,
        wanted: &BTreeMap<SessionId, Advert>,
    ) -> Vec<Order> {
        let mut orders = self.withdraw_unwanted(wanted);
        for (id, advert) in wanted {
            match self.announced.get(id) {
                Some(told) if !is_due(told, now_ms, advert) => continue,
                Some(told) if told.advert.instance_name() != advert.instance_name() => {
                    orders.push(Order::Withdraw(told.advert.clone()));
                }
                _ => {}
            }
            orders.push(Order::Register(advert.clone()));
            let told = Announced {
                advert: advert.clone(),
                at_ms: now_ms,
                again: false,
            };
            self.announced.insert(id.clone(), told);
        }
        orders
    }

    /// When the next order falls due, if nothing else happens.
    pub(crate) fn next_due_ms(&self, wanted: &BTreeMap<SessionId, Advert>) -> Option<u64> {
        let changed = |told: &&Announced| {
            wanted
                .get(&told.advert.id)
                .is_some_and(|now| *now != told.advert)
        };
        self.announced
            .values()
            .filter(changed)
            .map(|told| told.at_ms + UPDATE_INTERVAL_MS)
            .min()
    }

    /// Everything announced is to be said again at once: it is reached elsewhere.
    pub(crate) fn repeat(&mut self) {
        for told in self.announced.values_mut() {
            told.again = true;
        }
    }

    /// Everything is to be announced anew: the network forgot, or never knew.
    pub(crate) fn forget(&mut self) {
        self.announced.clear();
    }

    fn withdraw_unwanted(&mut self, wanted: &BTreeMap<SessionId, Advert>) -> Vec<Order> {
        let ended = self.announced.keys().filter(|id| !wanted.contains_key(*id));
        let ended: Vec<_> = ended.cloned().collect();
        let told = ended.iter().filter_map(|id| self.announced.remove(id));
        told.map(|told| Order::Withdraw(told.advert)).collect()
    }
}

fn is_due(told: &Announced, now_ms: u64, wanted: &Advert) -> bool {
    told.again || (told.advert != *wanted && due_ms(told, wanted) <= now_ms)
}

/// Another port means that the old one leads nowhere: that cannot wait.
fn due_ms(told: &Announced, wanted: &Advert) -> u64 {
    if told.advert.port == wanted.port {
        told.at_ms + UPDATE_INTERVAL_MS
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advert(title: &str, people: u32) -> Advert {
        Advert {
            id: SessionId::new("k3f9x2ab").expect("an id"),
            title: title.to_owned(),
            host: "Ann".to_owned(),
            people,
            password: false,
            port: 7420,
            fingerprint: None,
        }
    }

    fn wanting(advert: &Advert) -> BTreeMap<SessionId, Advert> {
        BTreeMap::from([(advert.id.clone(), advert.clone())])
    }

    #[test]
    fn people_come_and_go_but_the_network_hears_of_it_every_five_seconds() {
        let mut announcer = Announcer::default();
        let alone = advert("Board", 1);
        assert_eq!(
            announcer.orders(0, &wanting(&alone)),
            [Order::Register(alone.clone())]
        );
        assert_eq!(announcer.orders(1, &wanting(&alone)), [], "nothing changed");

        for (at, people) in [(1_000, 2), (2_000, 3), (4_999, 4)] {
            assert_eq!(announcer.orders(at, &wanting(&advert("Board", people))), []);
        }
        let four = advert("Board", 4);
        assert_eq!(announcer.next_due_ms(&wanting(&four)), Some(5_000));
        assert_eq!(
            announcer.orders(5_000, &wanting(&four)),
            [Order::Register(four.clone())]
        );
        assert_eq!(announcer.next_due_ms(&wanting(&four)), None);
    }

    #[test]
    fn a_new_title_replaces_the_old_instance() {
        let mut announcer = Announcer::default();
        let (old, new) = (advert("Board", 1), advert("Sketches", 1));
        announcer.orders(0, &wanting(&old));
        let orders = announcer.orders(6_000, &wanting(&new));
        assert_eq!(orders, [Order::Withdraw(old), Order::Register(new)]);
    }

    #[test]
    fn a_new_port_cannot_wait_and_an_end_neither() {
        let mut announcer = Announcer::default();
        announcer.orders(0, &wanting(&advert("Board", 1)));
        let moved = Advert {
            port: 7421,
            ..advert("Board", 1)
        };
        assert_eq!(
            announcer.orders(1, &wanting(&moved)),
            [Order::Register(moved.clone())]
        );
        assert_eq!(
            announcer.orders(2, &BTreeMap::new()),
            [Order::Withdraw(moved)]
        );
        assert_eq!(announcer.orders(3, &BTreeMap::new()), []);
    }

    #[test]
    fn after_a_restart_of_the_network_part_everything_is_said_again() {
        let mut announcer = Announcer::default();
        let board = advert("Board", 1);
        announcer.orders(0, &wanting(&board));
        announcer.forget();
        assert_eq!(
            announcer.orders(1, &wanting(&board)),
            [Order::Register(board.clone())]
        );
    }

    #[test]
    fn another_address_has_the_same_said_again_once_and_an_end_is_still_an_end() {
        let mut announcer = Announcer::default();
        let board = advert("Board", 1);
        announcer.orders(0, &wanting(&board));
        announcer.repeat();
        let again = announcer.orders(1, &wanting(&board));
        assert_eq!(again, [Order::Register(board.clone())]);
        assert_eq!(announcer.orders(2, &wanting(&board)), []);
        announcer.repeat();
        let ended = announcer.orders(3, &BTreeMap::new());
        assert_eq!(ended, [Order::Withdraw(board)]);
    }
}
