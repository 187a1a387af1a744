//! Where this hub is reached, and where it was: its addresses in the network, as they come and go.
//!
//! A guest's page was served at an address that the hub may lose: the Wi-Fi gave out another one,
//! a cable was pulled, the port was taken when the hub came back. The page then finds the hub
//! elsewhere, and is still a page of this hub, although its origin says another address. Promises:
//! only addresses that this machine has or had since the hub began, and only ports that a hub
//! takes, count as its own. Must not know: sockets, sessions.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use lanvas_protocol::{advert::USUAL_PORTS, limits::ADDRESSES_TOLD_MAX};
use tokio::{sync::watch, time::sleep};

use crate::{hub::scheme, lan};

/// How often the system is asked. It answers from memory.
const LOOK_PAUSE: Duration = Duration::from_secs(2);
/// Former addresses that are remembered: more than a day of changing places brings.
const FORMER_MAX: usize = 64;

/// Addresses that guests were told, `http://host:port` or `https://…`, the likeliest first.
pub(crate) type Told = Arc<[String]>;

/// The addresses of one hub.
#[derive(Debug)]
pub(crate) struct Whereabouts {
    bind: IpAddr,
    port: u16,
    /// The port that it had the last time.
    former_port: Option<u16>,
    /// How its addresses begin: `http` or `https`.
    scheme: &'static str,
    told: watch::Sender<Told>,
    former: Mutex<BTreeSet<Ipv4Addr>>,
}

impl Whereabouts {
    pub(crate) fn new(bind: IpAddr, port: u16, former_port: Option<u16>, tls: bool) -> Self {
        let (told, _) = watch::channel(Told::default());
        let new = Self {
            bind,
            port,
            former_port,
            scheme: scheme(tls),
            told,
            former: Mutex::default(),
        };
        new.look();
        new
    }

    /// Looks until it is dropped.
    pub(crate) async fn keep_looking(&self) {
        loop {
            sleep(LOOK_PAUSE).await;
            self.look();
        }
    }

    /// What to tell guests, now and whenever it changes.
    pub(crate) fn told(&self) -> watch::Receiver<Told> {
        self.told.subscribe()
    }

    /// Whether a page of this origin was served by this hub, at whichever of its addresses.
    pub(crate) fn is_own_origin(&self, origin: &str) -> bool {
        let Some((host, port)) = origin
            .strip_prefix(self.scheme)
            .and_then(|rest| rest.strip_prefix("://"))
            .and_then(|authority| authority.split_once(':'))
        else {
            return false;
        };
        let (Ok(host), Ok(port)) = (host.parse::<Ipv4Addr>(), port.parse::<u16>()) else {
            return false;
        };
        let own_port =
            port == self.port || Some(port) == self.former_port || USUAL_PORTS.contains(&port);
        own_port && self.had(host)
    }

    /// The addresses that this machine has or had since the hub began.
    pub(crate) fn had_addresses(&self) -> Vec<Ipv4Addr> {
        self.look();
        self.lock().iter().copied().collect()
    }

    fn had(&self, host: Ipv4Addr) -> bool {
        if self.lock().contains(&host) {
            return true;
        }
        // It may be a moment old.
        self.look();
        self.lock().contains(&host)
    }

    fn look(&self) {
        self.note(lan::addresses(self.bind));
    }

    fn note(&self, addresses: Vec<Ipv4Addr>) {
        let links = addresses.iter().take(ADDRESSES_TOLD_MAX);
        let links: Told = links
            .map(|address| format!("{}://{address}:{}", self.scheme, self.port))
            .collect();
        let mut former = self.lock();
        for address in addresses {
            if former.len() >= FORMER_MAX {
                former.pop_first();
            }
            former.insert(address);
        }
        drop(former);
        self.told.send_if_modified(|told| {
            let changed = *told != links;
            *told = links;
            changed
        });
    }

    /// A set that every step leaves whole, so a poisoned lock is harmless.
    fn lock(&self) -> MutexGuard<'_, BTreeSet<Ipv4Addr>> {
        self.former.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(addresses: &[[u8; 4]]) -> Vec<Ipv4Addr> {
        addresses.iter().copied().map(Ipv4Addr::from).collect()
    }

    fn of(port: u16, former_port: Option<u16>) -> Whereabouts {
        Whereabouts::new(Ipv4Addr::LOCALHOST.into(), port, former_port, false)
    }

    /// R71: a page that was served at an address the hub had is one of its own.
    #[test]
    fn a_page_of_a_former_address_is_still_ours_and_others_are_not() {
        let hub = of(7421, Some(9_000));
        hub.note(at(&[[192, 168, 1, 5]]));
        hub.note(at(&[[192, 168, 1, 9]]));
        for own in [
            "http://192.168.1.5:7421",
            "http://192.168.1.9:7421",
            "http://192.168.1.5:7420",
            "http://192.168.1.5:9000",
        ] {
            assert!(hub.is_own_origin(own), "{own}");
        }
        for foreign in [
            "http://192.168.1.6:7421",
            "http://192.168.1.5:8080",
            "http://192.168.1.5",
            "https://192.168.1.5:7421",
            "http://192.168.1.5:7421.evil.test",
            "http://user@192.168.1.5:7421",
            "http://127.0.0.2:7421",
            "null",
            "",
        ] {
            assert!(!hub.is_own_origin(foreign), "{foreign}");
        }
    }

    /// Somebody between may serve a page of any http address.
    #[test]
    fn a_hub_with_tls_has_no_page_that_came_without() {
        let hub = Whereabouts::new(Ipv4Addr::LOCALHOST.into(), 7420, None, true);
        hub.note(at(&[[192, 168, 1, 5]]));
        assert!(hub.is_own_origin("https://192.168.1.5:7420"));
        assert!(!hub.is_own_origin("http://192.168.1.5:7420"));
        assert_eq!(hub.told().borrow()[..], ["https://192.168.1.5:7420"]);
    }

    #[test]
    fn guests_are_told_when_the_addresses_change_and_only_then() {
        let hub = of(7420, None);
        hub.note(at(&[[10, 0, 0, 5]]));
        let mut told = hub.told();
        assert_eq!(told.borrow_and_update()[..], ["http://10.0.0.5:7420"]);
        hub.note(at(&[[10, 0, 0, 5]]));
        assert!(!told.has_changed().unwrap());
        hub.note(at(&[[10, 0, 0, 5], [10, 0, 0, 6]]));
        assert_eq!(told.borrow_and_update().len(), 2);
    }

    #[test]
    fn it_remembers_so_many_addresses() {
        let hub = of(7420, None);
        for last in 0..=255 {
            hub.note(at(&[[10, 0, 0, last]]));
        }
        assert_eq!(hub.lock().len(), FORMER_MAX);
    }
}
