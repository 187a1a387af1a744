//! The one task of this crate: carries what comes from the network to the
//! registry, and what registry and announcer decide to the network.
//!
//! Promises: it never waits for anything but the next event, so the daemon's
//! channel is drained as fast as events come; probes are bounded in number and
//! end with the task; a daemon that dies is replaced. Must not know: how rows
//! are chosen, how mDNS works.

use std::{
    collections::BTreeMap,
    future::pending,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use lanvas_protocol::{
    SessionId,
    advert::{Advert, DiscoveryStatus, NearbySession},
};
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, sleep_until},
};

use crate::{
    announcer::{Announcer, Order},
    discovery::DiscoveryConfig,
    interfaces::own_addresses,
    mdns::{Mdns, MdnsFault, Sign},
    probe,
    registry::{Event, Registry},
    search::Asked,
    seeking::{Answer, Seeking},
};

/// Questions to hubs under way at once.
const PROBES_MAX: usize = 16;
/// Rows go out at most this often, so that a flood does not become one on the
/// screen.
const PUBLISH_PAUSE_MS: u64 = 100;
/// How often the machine's own addresses are looked at, beside the daemon's
/// own reports.
const ADDRESSES_PAUSE_MS: u64 = 5_000;
/// How long to wait before asking the network anew, or starting the daemon anew.
const AGAIN_PAUSE_MS: u64 = 5_000;
/// What changed is said twice, this far apart (RFC 6762 section 8.4): a listener
/// keeps for now what it heard less than a second ago (section 10.2).
const REPEAT_PAUSE_MS: u64 = 1_500;
/// An announcement that does not come back to our own ear within this was not
/// sent.
const ECHO_TIMEOUT_MS: u64 = 8_000;

const NO_NETWORK: &str = "This computer is in no network where others could find it. Connect to Wi-Fi or a cable, or join by address.";
const NO_ECHO: &str = "This network or its firewall does not let sessions be found. Give others the link or the QR code instead.";

/// What our shell wants announced.
pub(crate) type Wanted = BTreeMap<SessionId, Advert>;

/// Where the results go.
pub(crate) struct Outlets {
    pub(crate) nearby: watch::Sender<Arc<[NearbySession]>>,
    pub(crate) status: watch::Sender<DiscoveryStatus>,
}

/// Times at which something is due, in milliseconds like all times here.
#[derive(Default)]
struct Due {
    publish: Option<u64>,
    browse: Option<u64>,
    restart: Option<u64>,
    echo: Option<u64>,
    repeat: Option<u64>,
    addresses: u64,
}

/// Everything the task owns.
pub(crate) struct Driver {
    config: DiscoveryConfig,
    wanted: watch::Receiver<Wanted>,
    outlets: Outlets,
    mdns: Option<Mdns>,
    registry: Registry,
    announcer: Announcer,
    probes: JoinSet<(String, bool)>,
    seeking: Seeking,
    due: Due,
    /// The daemon's last complaint, until an announcement comes back.
    fault: Option<String>,
    /// An announcement of this daemon came back to our own ear.
    echoed: bool,
    in_network: bool,
    /// When rows last went out.
    published_ms: u64,
    started: Instant,
    started_ms: u64,
}

impl Driver {
    pub(crate) fn new(
        config: DiscoveryConfig,
        wanted: watch::Receiver<Wanted>,
        seeking: Seeking,
        outlets: Outlets,
    ) -> Self {
        let since_1970 = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self {
            config,
            wanted,
            outlets,
            mdns: None,
            registry: Registry::default(),
            announcer: Announcer::default(),
            probes: JoinSet::new(),
            seeking,
            due: Due {
                restart: Some(0),
                ..Due::default()
            },
            fault: None,
            echoed: false,
            in_network: true,
            published_ms: 0,
            started: Instant::now(),
            started_ms: u64::try_from(since_1970.as_millis()).unwrap_or(0),
        }
    }

    /// Runs until the handle is gone, then says goodbye.
    pub(crate) async fn run(mut self) {
        loop {
            self.catch_up();
            let wake = self.started + Duration::from_millis(self.next_due_ms() - self.started_ms);
            tokio::select! {
                sign = next_sign(&mut self.mdns) => self.take(sign),
                Some(Ok((fullname, answered))) = self.probes.join_next() => {
                    self.tell_registry(Event::Probed { fullname, answered });
                }
                answered = self.seeking.next() => self.take_answer(answered),
                changed = self.wanted.changed() => if changed.is_err() { break },
                () = sleep_until(wake) => {}
            }
        }
        // Goodbye first: others wait for it, nobody for our questions.
        if let Some(mdns) = self.mdns.take() {
            mdns.stop().await;
        }
        self.probes.shutdown().await;
        self.seeking.stop().await;
        self.outlets.nearby.send_replace(Arc::from([]));
        self.outlets
            .status
            .send_replace(DiscoveryStatus::off("Discovery has ended."));
    }

    /// Milliseconds since 1970 at the start, then by a clock that never jumps.
    fn now_ms(&self) -> u64 {
        let passed = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.started_ms.saturating_add(passed)
    }

    fn next_due_ms(&self) -> u64 {
        let now_ms = self.now_ms();
        let probe = if self.probes.len() < PROBES_MAX {
            self.registry.next_probe_ms(now_ms)
        } else {
            None
        };
        let order = match self.mdns {
            Some(_) => self.announcer.next_due_ms(&self.wanted.borrow()),
            None => None,
        };
        let seek = self.seeking.next_due_ms(now_ms);
        let Due {
            publish,
            browse,
            restart,
            echo,
            repeat,
            addresses,
        } = self.due;
        let all = [
            probe,
            order,
            seek,
            publish,
            browse,
            restart,
            echo,
            repeat,
            Some(addresses),
        ];
        all.into_iter()
            .flatten()
            .min()
            .unwrap_or(now_ms)
            .max(self.started_ms)
    }

    /// Does everything that is due.
    fn catch_up(&mut self) {
        let now_ms = self.now_ms();
        if self.due.addresses <= now_ms {
            self.look_at_addresses(now_ms);
        }
        if is_due(&mut self.due.restart, now_ms) {
            self.start_daemon(now_ms);
        }
        if is_due(&mut self.due.browse, now_ms) {
            self.browse_again(now_ms);
        }
        if is_due(&mut self.due.echo, now_ms) {
            self.fault.get_or_insert_with(|| NO_ECHO.to_owned());
            self.publish_status();
        }
        if is_due(&mut self.due.repeat, now_ms) {
            self.announcer.repeat();
        }
        self.announce(now_ms);
        self.start_probes(now_ms);
        let hears_somebody = self.registry.hears_somebody(now_ms);
        self.seeking.catch_up(now_ms, hears_somebody);
        if is_due(&mut self.due.publish, now_ms) {
            self.publish(now_ms);
        }
    }

    fn take(&mut self, sign: Sign) {
        let now_ms = self.now_ms();
        match sign {
            Sign::Heard(heard) => self.tell_registry(Event::Heard(heard)),
            Sign::Gone(fullname) => {
                self.tell_registry(Event::Gone(fullname));
                self.publish_who_went(now_ms);
            }
            Sign::Fault(fault) => {
                tracing::warn!(fault, "discovery has a problem");
                self.fault = Some(format!("Finding sessions does not work here: {fault}."));
                self.publish_status();
            }
            Sign::AddressesChanged => {
                self.due.addresses = now_ms;
                self.due.browse = Some(now_ms);
                // Said anew, all addresses together: of one that went the daemon says
                // nothing, and of one that came only there.
                self.announcer.repeat();
                self.due.repeat = Some(now_ms + REPEAT_PAUSE_MS);
            }
            Sign::Deaf => {
                // Who went meanwhile was not heard; who is there is heard again at once.
                self.registry.forget();
                self.due.browse = Some(now_ms);
            }
            Sign::Ended => self.lose_daemon(now_ms, "the listener stopped"),
        }
    }

    fn take_answer(&mut self, answered: Option<(Asked, Answer)>) {
        let now_ms = self.now_ms();
        let found = answered.and_then(|answered| self.seeking.take(now_ms, answered));
        if let Some(found) = found {
            self.tell_registry(Event::Found(found));
        }
    }

    fn tell_registry(&mut self, event: Event) {
        let now_ms = self.now_ms();
        let outcome = self.registry.step(now_ms, event);
        if outcome.changed {
            self.due.publish.get_or_insert(now_ms + PUBLISH_PAUSE_MS);
        }
        if let (Some(fullname), Some(mdns)) = (outcome.verify, &self.mdns)
            && let Err(error) = mdns.verify(fullname)
        {
            tracing::debug!(%error, "could not verify; the next probe asks again");
        }
        if outcome.heard_own && !self.echoed {
            self.echoed = true;
            self.due.echo = None;
            self.fault = None;
            self.publish_status();
        }
        if outcome.doubtful {
            self.due.browse.get_or_insert(now_ms + AGAIN_PAUSE_MS);
        }
    }

    /// Who comes does so in pieces, which are collected; who went is gone whole.
    fn publish_who_went(&mut self, now_ms: u64) {
        if let Some(publish_ms) = &mut self.due.publish {
            *publish_ms = now_ms.max(self.published_ms + PUBLISH_PAUSE_MS);
        }
    }

    fn look_at_addresses(&mut self, now_ms: u64) {
        self.due.addresses = now_ms + ADDRESSES_PAUSE_MS;
        let addresses = own_addresses(&self.config.networks);
        self.in_network = addresses.iter().any(|own| own.in_use);
        self.publish_status();
        self.seeking.moved(&addresses);
        self.tell_registry(Event::OwnAddresses(addresses));
    }

    fn start_daemon(&mut self, now_ms: u64) {
        match Mdns::start(&self.config) {
            Ok(mdns) => {
                self.mdns = Some(mdns);
                self.fault = None;
                self.echoed = false;
                self.announcer.forget();
                self.publish_status();
            }
            Err(error) => self.lose_daemon(now_ms, &error.to_string()),
        }
    }

    fn lose_daemon(&mut self, now_ms: u64, why: &str) {
        tracing::warn!(why, "discovery is off; trying again soon");
        self.mdns = None;
        self.registry.forget();
        self.due.echo = None;
        self.due.publish = Some(now_ms);
        self.due.restart = Some(now_ms + AGAIN_PAUSE_MS);
        self.fault = Some(format!("Finding sessions does not work here: {why}."));
        self.publish_status();
    }

    fn browse_again(&mut self, now_ms: u64) {
        if let Some(mdns) = &mut self.mdns
            && let Err(error) = mdns.browse_again()
        {
            self.due.browse = Some(now_ms + AGAIN_PAUSE_MS);
            self.lose_if_ended(now_ms, &error);
        }
    }

    fn announce(&mut self, now_ms: u64) {
        if self.mdns.is_none() {
            return;
        }
        let wanted = self.wanted.borrow_and_update().clone();
        for order in self.announcer.orders(now_ms, &wanted) {
            if let Err(error) = self.carry_out(now_ms, &order) {
                tracing::warn!(%error, "could not announce; trying again soon");
                self.announcer.forget();
                self.lose_if_ended(now_ms, &error);
                return;
            }
        }
    }

    fn carry_out(&mut self, now_ms: u64, order: &Order) -> Result<(), MdnsFault> {
        let Some(mdns) = &mut self.mdns else {
            return Ok(());
        };
        match order {
            Order::Register(advert) => {
                mdns.register(advert)?;
                if !self.echoed && !self.config.hub_bind.is_loopback() {
                    self.due.echo.get_or_insert(now_ms + ECHO_TIMEOUT_MS);
                }
                self.tell_registry(Event::Advertised(advert.id.clone()));
            }
            Order::Withdraw(advert) => {
                mdns.withdraw(&advert.id)?;
                self.tell_registry(Event::Withdrawn(advert.id.clone()));
            }
        }
        Ok(())
    }

    fn lose_if_ended(&mut self, now_ms: u64, error: &MdnsFault) {
        if *error == MdnsFault::DaemonShutdown {
            self.lose_daemon(now_ms, "the listener stopped");
        }
    }

    fn start_probes(&mut self, now_ms: u64) {
        let room = PROBES_MAX.saturating_sub(self.probes.len());
        for due in self.registry.due_probes(now_ms, room) {
            self.probes.spawn(async move {
                let answered = probe::answers(due.session, due.targets).await;
                (due.fullname, answered)
            });
        }
    }

    fn publish(&mut self, now_ms: u64) {
        self.published_ms = now_ms;
        let rows = self.registry.list(now_ms);
        self.outlets.nearby.send_if_modified(|shown| {
            let changed = **shown != *rows;
            *shown = rows.into();
            changed
        });
    }

    fn publish_status(&self) {
        let status = match (&self.fault, self.in_network) {
            (_, false) => DiscoveryStatus::off(NO_NETWORK),
            (Some(fault), true) => DiscoveryStatus::off(fault),
            (None, true) => DiscoveryStatus::on(),
        };
        self.outlets.status.send_if_modified(|shown| {
            let changed = *shown != status;
            *shown = status;
            changed
        });
    }
}

fn is_due(at: &mut Option<u64>, now_ms: u64) -> bool {
    at.take_if(|at| *at <= now_ms).is_some()
}

/// Never without a daemon: then the clock or the shell wakes the task.
async fn next_sign(mdns: &mut Option<Mdns>) -> Sign {
    match mdns {
        Some(mdns) => mdns.next().await,
        None => pending().await,
    }
}
