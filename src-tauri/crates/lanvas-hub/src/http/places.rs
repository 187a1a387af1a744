//! Who is connected from where, how fast they come and how much they send: what one address may
//! take of a hub.
//!
//! A person at this machine always gets in at once. Knows no sockets.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    connection::pace::{AddressPace, Bucket, Pace},
    limits::{
        Allowance, CONNECTIONS_MAX, CONNECTIONS_PER_ADDRESS_MAX, CONNECTS_BURST, CONNECTS_PER_S,
        ECHO_CONNECTIONS_MAX, ECHO_PER_ADDRESS_MAX, REQUESTS_BURST, REQUESTS_PER_S, UPLOADS_MAX,
        UPLOADS_PER_ADDRESS_MAX,
    },
    session::tries::place,
};

/// Addresses that nobody is connected from any more are forgotten when there are so many.
const ADDRESSES_KEPT: usize = 4_096;

/// The places of a hub.
#[derive(Debug, Default)]
pub(super) struct Places {
    allowance: Allowance,
    taken: Mutex<Taken>,
}

/// What takes much of a hub: it has few places of its own, and an address has fewer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Costly {
    /// A file that is brought.
    Upload,
    /// A socket of `/echo`.
    Echo,
}

impl Costly {
    const KINDS: usize = 2;

    /// How many a hub takes at once, and how many of them from one address.
    const fn bounds(self) -> (usize, usize) {
        match self {
            Self::Upload => (UPLOADS_MAX, UPLOADS_PER_ADDRESS_MAX),
            Self::Echo => (ECHO_CONNECTIONS_MAX, ECHO_PER_ADDRESS_MAX),
        }
    }
}

/// A taken place of such; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    place: Arc<Place>,
    kind: Costly,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    costly: [usize; Costly::KINDS],
    by: HashMap<IpAddr, Address>,
}

#[derive(Debug)]
struct Address {
    open: usize,
    costly: [usize; Costly::KINDS],
    /// Of new connections.
    connects: Bucket,
    /// Of requests.
    requests: Bucket,
    /// Of what they send; none for this machine.
    pace: AddressPace,
}

/// One taken place; given back when the last part of a connection is gone.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    pub(super) address: IpAddr,
    /// What it counts as: with all addresses of a network of IPv6.
    key: IpAddr,
    /// What all from there send by; none for this machine.
    pub(super) pace: AddressPace,
    /// Not to be served before.
    pub(super) due: Instant,
}

impl Places {
    /// Of a hub where one connection may send so much.
    pub(super) fn allowing(allowance: Allowance) -> Self {
        Self {
            allowance,
            taken: Mutex::default(),
        }
    }

    /// A place for somebody at `address`, or none while too many are taken.
    pub(super) fn take(self: &Arc<Self>, address: IpAddr, now: Instant) -> Option<Arc<Place>> {
        let address = address.to_canonical();
        let key = key(address);
        let (due, pace) = self.lock().take(key, self.allowance, now)?;
        let places = Arc::clone(self);
        Some(Arc::new(Place {
            places,
            address,
            key,
            pace,
            due,
        }))
    }

    /// The counts are plain data that every step leaves whole, so a poisoned lock is harmless.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Somebody there asks for something. Gives when it may be answered.
    pub(super) fn request(&self, now: Instant) -> Instant {
        self.places.lock().request(self.key, now)
    }

    /// One of the few places for something costly, or none while too many are taken.
    pub(super) fn share(self: &Arc<Self>, kind: Costly) -> Option<Share> {
        let taken = self.places.lock().take_costly(self.key, kind);
        // Made only then: one that is dropped gives a place back.
        taken.then(|| Share {
            place: Arc::clone(self),
            kind,
        })
    }
}

impl Taken {
    /// Gives when it may be served, and by what it sends.
    fn take(
        &mut self,
        address: IpAddr,
        allowance: Allowance,
        now: Instant,
    ) -> Option<(Instant, AddressPace)> {
        let open = self.by.get(&address).map_or(0, |own| own.open);
        let full = self.all >= CONNECTIONS_MAX || open >= CONNECTIONS_PER_ADDRESS_MAX;
        if full && !is_this_machine(address) {
            return None;
        }
        if self.by.len() >= ADDRESSES_KEPT {
            self.by
                .retain(|_, own| own.open > 0 || !own.connects.is_full(now));
        }
        self.all += 1;
        let own = self.by.entry(address).or_insert_with(|| Address {
            open: 0,
            costly: [0; Costly::KINDS],
            connects: Bucket::new(now),
            requests: Bucket::new(now),
            pace: (!is_this_machine(address))
                .then(|| Arc::new(Mutex::new(Pace::of_address(allowance, now)))),
        });
        own.open += 1;
        let Some(pace) = own.pace.clone() else {
            return Some((now, None));
        };
        let each = Duration::from_secs(1) / CONNECTS_PER_S;
        let due = own.connects.spend(now, each, each * CONNECTS_BURST);
        Some((due.max(now), Some(pace)))
    }

    fn request(&mut self, address: IpAddr, now: Instant) -> Instant {
        match self.by.get_mut(&address) {
            Some(own) if own.pace.is_some() => {
                let each = Duration::from_secs(1) / REQUESTS_PER_S;
                let due = own.requests.spend(now, each, each * REQUESTS_BURST);
                due.max(now)
            }
            _ => now,
        }
    }

    /// This machine's are not counted apart: a proxy here brings many people.
    fn take_costly(&mut self, address: IpAddr, kind: Costly) -> bool {
        let (of_hub, of_address) = kind.bounds();
        let Some(own) = self.by.get_mut(&address) else {
            return false; // never: the place that asks is open
        };
        let (all, own) = (
            &mut self.costly[kind as usize],
            &mut own.costly[kind as usize],
        );
        let full = *all >= of_hub || (*own >= of_address && !is_this_machine(address));
        if !full {
            *all += 1;
            *own += 1;
        }
        !full
    }

    fn give_back_costly(&mut self, address: IpAddr, kind: Costly) {
        self.costly[kind as usize] -= 1;
        if let Some(own) = self.by.get_mut(&address) {
            own.costly[kind as usize] -= 1;
        }
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
        self.places.lock().give_back(self.key);
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let place = &self.place;
        place.places.lock().give_back_costly(place.key, self.kind);
    }
}

/// What an address counts as, as bans and wrong passwords do too. This machine's are its own.
fn key(address: IpAddr) -> IpAddr {
    if is_this_machine(address) {
        address
    } else {
        place(address)
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

    /// However many connections they come by.
    #[test]
    fn requests_have_a_pace_but_for_this_machines() {
        let (places, now) = (Arc::new(Places::default()), Instant::now());
        let from = |address| [(); 2].map(|()| places.take(address, now).unwrap());
        let (stranger, other) = (from(STRANGER), from(OTHER));
        for index in 0..REQUESTS_BURST {
            assert_eq!(stranger[index as usize % 2].request(now), now);
        }
        let waits = stranger[0].request(now) - now;
        assert_eq!(waits, Duration::from_secs(1) / REQUESTS_PER_S);
        assert_eq!(other[0].request(now), now, "it is another's");
        let own = from(Ipv4Addr::LOCALHOST.into());
        for _ in 0..=2 * REQUESTS_BURST {
            assert_eq!(own[0].request(now), now);
        }
    }

    /// Whatever a stranger takes, there is room for others; and for many behind a proxy here.
    #[test]
    fn one_address_takes_few_of_what_is_costly() {
        for kind in [Costly::Upload, Costly::Echo] {
            let (places, now) = (Arc::new(Places::default()), Instant::now());
            let at = |address| places.take(address, now).unwrap();
            let (of_hub, of_address) = kind.bounds();
            // However many connections they come by.
            let mut own: Vec<_> = (0..of_address)
                .map(|_| at(STRANGER).share(kind).unwrap())
                .collect();
            assert!(at(STRANGER).share(kind).is_none(), "one past the limit");
            assert!(at(OTHER).share(kind).is_some(), "it is another's");
            own.pop();
            own.push(at(STRANGER).share(kind).expect("one was given back"));
            let here = || at(Ipv4Addr::LOCALHOST.into()).share(kind);
            let proxied: Vec<_> = (of_address..of_hub).map(|_| here().unwrap()).collect();
            assert!(
                here().is_none() && at(OTHER).share(kind).is_none(),
                "it is full"
            );
            drop(own);
            assert!(here().is_some() && at(OTHER).share(kind).is_some());
            drop(proxied);
            assert_eq!(places.lock().costly, [0; Costly::KINDS]);
        }
    }

    /// A device has as many addresses in its network of IPv6 as it likes.
    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let (places, now) = (Arc::new(Places::default()), Instant::now());
        let at = |text: &str| places.take(text.parse().unwrap(), now);
        let taken: Vec<_> = (0..CONNECTIONS_PER_ADDRESS_MAX)
            .map(|index| at(&format!("2001:db8:1:2::{index:x}")).unwrap())
            .collect();
        assert!(at("2001:db8:1:2:ffff::1").is_none(), "one past the limit");
        assert!(at("2001:db8:1:3::1").is_some(), "another network");
        let whole: IpAddr = "2001:db8:1:2::7".parse().unwrap();
        assert_eq!(taken[7].address, whole, "who it is stays known");
        let own = at("::1").unwrap();
        assert!(
            own.pace.is_none() && own.due == now,
            "this machine has no limit"
        );
        drop(taken);
        assert!(at("2001:db8:1:2:ffff::1").is_some());
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
