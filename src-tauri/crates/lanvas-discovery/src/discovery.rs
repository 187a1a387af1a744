//! What the two shells hold: say what to announce, watch what is nearby.
//!
//! Promises: no call blocks or fails because of the network; the task behind it
//! ends with [`Discovery::shutdown`] or when the handle is dropped. Must not
//! know: mDNS.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Duration,
};

use lanvas_protocol::{
    SessionId,
    advert::{Advert, DiscoveryStatus, NearbySession},
};
use thiserror::Error;
use tokio::{runtime::Handle, sync::watch, task::JoinHandle, time::timeout};

use crate::{
    driver::{Driver, Outlets, Wanted},
    interfaces::Networks,
    seeking::{Seeker, seeking},
};

/// More than the task takes to say goodbye; it is given up after this.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);

/// How to start. The default is for a hub that listens on all IPv4 addresses.
#[derive(Clone, Debug)]
pub struct DiscoveryConfig {
    /// Which networks to announce on and listen to.
    pub networks: Networks,
    /// Where the hub listens. No other address is announced, so none at all for
    /// a loopback address, and IPv6 addresses only for an IPv6 one.
    pub hub_bind: IpAddr,
}

impl Default for DiscoveryConfig {
    fn default() -> Self {
        Self {
            networks: Networks::default(),
            hub_bind: Ipv4Addr::UNSPECIFIED.into(),
        }
    }
}

/// Why discovery could not be started at all. A network that does not work is
/// no such reason: [`Discovery::status`] tells about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DiscoveryError {
    /// There is no tokio runtime to run on.
    #[error("discovery was started outside of an async runtime")]
    NoRuntime,
}

/// Announces our sessions and listens for those of others until it is shut
/// down or dropped.
#[derive(Debug)]
pub struct Discovery {
    wanted: watch::Sender<Wanted>,
    nearby: watch::Receiver<Arc<[NearbySession]>>,
    status: watch::Receiver<DiscoveryStatus>,
    seeker: Seeker,
    task: Option<JoinHandle<()>>,
}

impl Discovery {
    /// Starts listening; nothing is announced yet. Has to be called inside a
    /// tokio runtime and returns at once.
    ///
    /// # Errors
    /// Outside of a runtime.
    pub fn start(config: DiscoveryConfig) -> Result<Self, DiscoveryError> {
        let runtime = Handle::try_current().map_err(|_| DiscoveryError::NoRuntime)?;
        let (mut discovery, outlets) = Self::unconnected(DiscoveryStatus::on());
        let (seeker, seeking) = seeking();
        discovery.seeker = seeker;
        let wanted = discovery.wanted.subscribe();
        let driver = Driver::new(config, wanted, seeking, outlets);
        discovery.task = Some(runtime.spawn(driver.run()));
        Ok(discovery)
    }

    /// One that sends nothing, hears nothing and says so.
    #[must_use]
    pub fn switched_off(reason: &str) -> Self {
        Self::unconnected(DiscoveryStatus::off(reason)).0
    }

    /// Announces a session, or changes what is announced of it. A change goes
    /// out at once if the last is older than five seconds, else when it is.
    pub fn advertise(&self, advert: &Advert) {
        self.wanted.send_if_modified(|wanted| {
            let before = wanted.insert(advert.id.clone(), advert.clone());
            before.as_ref() != Some(advert)
        });
    }

    /// Says goodbye for a session.
    pub fn withdraw(&self, id: &SessionId) {
        self.wanted
            .send_if_modified(|wanted| wanted.remove(id).is_some());
    }

    /// Makes the announced sessions exactly these, each with its latest state.
    pub fn advertise_only(&self, adverts: impl IntoIterator<Item = Advert>) {
        let adverts: BTreeMap<_, _> = adverts
            .into_iter()
            .map(|advert| (advert.id.clone(), advert))
            .collect();
        self.wanted.send_if_modified(|wanted| {
            let changed = *wanted != adverts;
            *wanted = adverts;
            changed
        });
    }

    /// The sessions of others on this network, sorted by title; a new value for
    /// every change that shows. Stays readable after the shutdown.
    #[must_use]
    pub fn nearby(&self) -> watch::Receiver<Arc<[NearbySession]>> {
        self.nearby.clone()
    }

    /// Whether finding and being found works, and in plain words why not.
    #[must_use]
    pub fn status(&self) -> watch::Receiver<DiscoveryStatus> {
        self.status.clone()
    }

    /// To ask by unicast where nothing is heard.
    #[must_use]
    pub fn seeker(&self) -> Seeker {
        self.seeker.clone()
    }

    /// Says goodbye for every session, ends the thread and the task. Takes
    /// about a quarter of a second when something was announced.
    pub async fn shutdown(self) {
        drop(self.wanted);
        if let Some(mut task) = self.task
            && timeout(SHUTDOWN_TIMEOUT, &mut task).await.is_err()
        {
            tracing::warn!("discovery did not end in time");
            task.abort();
        }
    }

    fn unconnected(status: DiscoveryStatus) -> (Self, Outlets) {
        let (wanted, _) = watch::channel(Wanted::new());
        let (nearby_in, nearby) = watch::channel(Arc::from([]));
        let (status_in, status) = watch::channel(status);
        let outlets = Outlets {
            nearby: nearby_in,
            status: status_in,
        };
        (
            Self {
                wanted,
                nearby,
                status,
                // Its other end is gone: it does nothing.
                seeker: seeking().0,
                task: None,
            },
            outlets,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_of_a_runtime_it_says_so() {
        let refused = Discovery::start(DiscoveryConfig::default());
        assert_eq!(refused.err(), Some(DiscoveryError::NoRuntime));
    }

    #[tokio::test]
    async fn switched_off_it_has_an_empty_list_and_a_reason() {
        let discovery = Discovery::switched_off("Discovery is switched off.");
        assert!(discovery.nearby().borrow().is_empty());
        let status = discovery.status().borrow().clone();
        assert_eq!(status, DiscoveryStatus::off("Discovery is switched off."));
        discovery.shutdown().await;
    }
}
