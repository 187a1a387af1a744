//! The only file that names the mDNS library: one daemon, one browse, one ear
//! on what the daemon reports about itself.
//!
//! Promises: the daemon's reports are read from the first moment, because that
//! is the only place where it says that it cannot work; an event channel that
//! the daemon closed is opened again; [`Mdns::stop`] says goodbye for every
//! advert and ends the daemon's thread, within [`GOODBYE_WAIT`]. Must not
//! know: which sessions exist or when to announce them.

use std::{collections::BTreeMap, net::IpAddr, time::Duration};

use lanvas_protocol::{
    SessionId,
    advert::{Advert, SERVICE_TYPE},
};
use mdns_sd::{
    DaemonEvent, IfKind, IfPredicate, Receiver, ResolvedService, ServiceDaemon, ServiceEvent,
    ServiceInfo,
};
use tokio::time::{sleep, timeout};

use crate::{discovery::DiscoveryConfig, registry::Heard};

/// The daemon repeats a goodbye after 120 ms; this lets the repeat out.
const GOODBYE_WAIT: Duration = Duration::from_millis(250);
/// How long the daemon may take to end.
const END_WAIT: Duration = Duration::from_millis(300);
/// How long a silent record has to prove that it holds.
const VERIFY_TIMEOUT: Duration = Duration::from_secs(3);

/// How often the daemon looks at this machine's addresses. It tells of one that
/// went only when asked to announce anew, so this is how long others are sent
/// to it.
const ADDRESSES_PAUSE_S: u32 = 2;

/// The mDNS library logs under this name. It reports every interface that
/// refuses a packet, which is no news for an operator; a shell's log filter
/// silences it unless asked.
pub const LIBRARY_LOG_TARGET: &str = "mdns_sd";

/// The library's error, which says what failed in its own words.
pub(crate) type MdnsFault = mdns_sd::Error;

/// Something came from the network or the daemon.
pub(crate) enum Sign {
    Heard(Heard),
    /// The record of this full name ended.
    Gone(String),
    /// The daemon could not do something, in its own words.
    Fault(String),
    /// This machine got or lost an address.
    AddressesChanged,
    /// The daemon closed the event channel: too much came too fast.
    Deaf,
    /// The daemon is no more.
    Ended,
}

/// One running daemon.
pub(crate) struct Mdns {
    daemon: ServiceDaemon,
    services: Receiver<ServiceEvent>,
    reports: Receiver<DaemonEvent>,
    /// Full names as the daemon knows them.
    registered: BTreeMap<SessionId, String>,
    hub_bind: IpAddr,
}

impl Mdns {
    /// Starts the daemon's thread on the given networks and browses.
    pub(crate) fn start(config: &DiscoveryConfig) -> Result<Self, MdnsFault> {
        let daemon = ServiceDaemon::new()?;
        let reports = daemon.monitor()?;
        daemon.set_ip_check_interval(ADDRESSES_PAUSE_S)?;
        let networks = config.networks.clone();
        let unused = IfPredicate::new(move |interface| {
            !networks.include(&interface.name, interface.is_loopback(), interface.is_p2p())
        });
        daemon.disable_interface(IfKind::Predicate(unused))?;
        let services = daemon.browse(SERVICE_TYPE)?;
        Ok(Self {
            daemon,
            services,
            reports,
            registered: BTreeMap::new(),
            hub_bind: config.hub_bind,
        })
    }

    /// The next thing that happened. Safe to drop and call again.
    pub(crate) async fn next(&mut self) -> Sign {
        loop {
            let sign = tokio::select! {
                report = self.reports.recv_async() => match report {
                    Ok(report) => of_report(&report),
                    Err(_) => Some(Sign::Ended),
                },
                event = self.services.recv_async() => match event {
                    Ok(event) => of_event(event),
                    Err(_) => Some(Sign::Deaf),
                },
            };
            if let Some(sign) = sign {
                return sign;
            }
        }
    }

    /// Asks the network anew; everything known is heard again.
    pub(crate) fn browse_again(&mut self) -> Result<(), MdnsFault> {
        self.services = self.daemon.browse(SERVICE_TYPE)?;
        Ok(())
    }

    /// Announces, or announces again with new content. A hub that only this
    /// machine reaches is not announced.
    pub(crate) fn register(&mut self, advert: &Advert) -> Result<(), MdnsFault> {
        if self.hub_bind.is_loopback() {
            return Ok(());
        }
        let mut info = ServiceInfo::new(
            SERVICE_TYPE,
            &advert.instance_name(),
            &advert.host_name(),
            (),
            advert.port,
            advert.txt().as_slice(),
        )?
        .enable_addr_auto();
        info.set_interfaces(vec![where_reached(self.hub_bind)]);
        let fullname = info.get_fullname().to_owned();
        self.daemon.register(info)?;
        self.registered.insert(advert.id.clone(), fullname);
        Ok(())
    }

    /// Says goodbye; nothing to do when it was never announced.
    pub(crate) fn withdraw(&mut self, id: &SessionId) -> Result<(), MdnsFault> {
        if let Some(fullname) = self.registered.get(id) {
            // The receiver only tells that the daemon took it, which is its duty.
            let _taken = self.daemon.unregister(fullname)?;
            self.registered.remove(id);
        }
        Ok(())
    }

    /// Asks whether a record still holds; if nobody vouches for it, it is gone.
    pub(crate) fn verify(&self, fullname: String) -> Result<(), MdnsFault> {
        self.daemon.verify(fullname, VERIFY_TIMEOUT)
    }

    /// Goodbye for all, then the end of the daemon's thread.
    pub(crate) async fn stop(mut self) {
        let ids: Vec<_> = self.registered.keys().cloned().collect();
        for id in &ids {
            let _ = self.withdraw(id);
        }
        if !ids.is_empty() {
            sleep(GOODBYE_WAIT).await;
        }
        if let Ok(ended) = self.daemon.shutdown() {
            let _ = timeout(END_WAIT, ended.recv_async()).await;
        }
    }
}

/// The addresses under which a hub that listens on `bind` is reached. One that
/// listens on all IPv6 addresses takes IPv4 too.
fn where_reached(bind: IpAddr) -> IfKind {
    match bind {
        IpAddr::V4(v4) if v4.is_unspecified() => IfKind::IPv4,
        IpAddr::V6(v6) if v6.is_unspecified() => IfKind::All,
        one => IfKind::Addr(one),
    }
}

fn of_report(report: &DaemonEvent) -> Option<Sign> {
    match report {
        DaemonEvent::Error(error) => Some(Sign::Fault(error.to_string())),
        DaemonEvent::IpAdd(_) | DaemonEvent::IpDel(_) => Some(Sign::AddressesChanged),
        _ => None,
    }
}

fn of_event(event: ServiceEvent) -> Option<Sign> {
    match event {
        ServiceEvent::ServiceResolved(service) => Some(Sign::Heard(of_service(&service))),
        ServiceEvent::ServiceRemoved(_, fullname) => Some(Sign::Gone(fullname)),
        _ => None,
    }
}

fn of_service(service: &ResolvedService) -> Heard {
    let strings = service.txt_properties.iter();
    Heard {
        fullname: service.fullname.clone(),
        port: service.port,
        addresses: service
            .addresses
            .iter()
            .map(mdns_sd::ScopedIp::to_ip_addr)
            .collect(),
        txt: strings
            .map(|p| (p.key().to_owned(), p.val().unwrap_or(&[]).to_vec()))
            .collect(),
    }
}
