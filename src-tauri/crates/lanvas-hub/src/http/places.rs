//! Who is connected from where, and how fast they come: what one address may take of a hub.
//!
//! A person at this machine always gets in at once. Knows no sockets.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::limits::{CONNECTIONS_MAX, CONNECTIONS_PER_ADDRESS_MAX, CONNECTS_BURST, CONNECTS_PER_S};

/// Addresses that nobody is connected from any more are forgotten when there are so many.
const ADDRESSES_KEPT: usize = 4_096;

/// The places of a hub.
#[derive(Debug, Default)]
pub(super) struct Places {
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by: HashMap<IpAddr, Address>,
}

#[derive(Debug)]
struct Address {
    open: usize,
    /// When its bucket of new connections would be full if none came. A burst is a head start.
    full_at: Instant,
}

/// One taken place; given back when the last part of a connection is gone.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    pub(super) address: IpAddr,
    /// Not to be served before.
    pub(super) due: Instant,
}

impl Places {
    /// A place for somebody at `address`, or none while too many are taken.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr, now: Instant) -> Option<Arc<Place>> {
        let address = address.to_canonical();
        let due = self.lock().take(address, now)?;
        let places = Arc::clone(self);
        Some(Arc::new(Place {
            places,
            address,
            due,
        }))
    }

    /// The counts are plain data that every step leaves whole, so a poisoned lock is harmless.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn take(&mut self, address: IpAddr, now: Instant) -> Option<Instant> {
        let open = self.by.get(&address).map_or(0, |own| own.open);
        let full = self.all >= CONNECTIONS_MAX || open >= CONNECTIONS_PER_ADDRESS_MAX;
        if full && !is_this_machine(address) {
            return None;
        }
        if self.by.len() >= ADDRESSES_KEPT {
            self.by.retain(|_, own| own.open > 0 || own.full_at > now);
        }
        self.all += 1;
        let own = self.by.entry(address).or_insert(Address {
            open: 0,
            full_at: now,
        });
        own.open += 1;
        if is_this_machine(address) {
            return Some(now);
        }
        let each = Duration::from_secs(1) / CONNECTS_PER_S;
        own.full_at = own.full_at.max(now) + each;
        let due = own.full_at.checked_sub(each * CONNECTS_BURST);
        Some(due.map_or(now, |due| due.max(now)))
    }

    fn give_back(&mut self, address: IpAddr) {
        self.all -= 1;
        if let Some(own) = self.by.get_mut(&address) {
            own.open -= 1;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.lock().give_back(self.address);
    }
}

/// The address that the host's own window comes from, and nobody else's.
fn is_this_machine(address: IpAddr) -> bool {
    address == Ipv4Addr::LOCALHOST || address == Ipv6Addr::LOCALHOST
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 9));
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 10));

    #[test]
    fn an_address_has_so_many_places_and_this_machine_has_one_more() {
        let (places, now) = (Arc::new(Places::default()), Instant::now());
        let mut taken: Vec<_> = (0..CONNECTIONS_PER_ADDRESS_MAX)
            .map(|_| places.take(STRANGER, now).unwrap())
            .collect();
        assert!(places.take(STRANGER, now).is_none(), "one past the limit");
        assert!(places.take(OTHER, now).is_some(), "it is another's");
        taken.pop();
        assert!(places.take(STRANGER, now).is_some(), "one was given back");
    }

    #[test]
    fn a_full_hub_still_lets_its_host_in() {
        let (places, now) = (Arc::new(Places::default()), Instant::now());
        let at = |index: usize| IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + index as u32));
        let taken: Vec<_> = (0..CONNECTIONS_MAX)
            .map(|index| places.take(at(index), now).unwrap())
            .collect();
        assert!(places.take(STRANGER, now).is_none());
        let host = places.take(Ipv4Addr::LOCALHOST.into(), now).unwrap();
        assert_eq!(host.due, now);
        let mapped = Ipv4Addr::LOCALHOST.to_ipv6_mapped();
        assert!(places.take(mapped.into(), now).is_some());
        drop(taken);
        assert!(places.take(STRANGER, now).is_some());
    }

    #[test]
    fn a_burst_is_served_at_once_and_then_the_pace_holds() {
        let (places, now) = (Arc::new(Places::default()), Instant::now());
        for _ in 0..CONNECTS_BURST {
            assert_eq!(places.take(STRANGER, now).unwrap().due, now);
        }
        let waits = places.take(STRANGER, now).unwrap().due - now;
        assert_eq!(waits, Duration::from_secs(1) / CONNECTS_PER_S);
        assert_eq!(places.take(OTHER, now).unwrap().due, now, "it is another's");
        let later = now + Duration::from_secs(60);
        assert_eq!(places.take(STRANGER, later).unwrap().due, later);
    }

    #[test]
    fn addresses_that_are_gone_are_forgotten() {
        let (places, now) = (Arc::new(Places::default()), Instant::now());
        for index in 0..ADDRESSES_KEPT {
            let address = IpAddr::V4(Ipv4Addr::from(0x0a00_0000 + index as u32));
            places.take(address, now).unwrap();
        }
        places.take(STRANGER, now + Duration::from_secs(1)).unwrap();
        assert_eq!(places.lock().by.len(), 1);
    }
}
