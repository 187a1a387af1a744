//! Hears which sessions are announced, and looks into those that do not answer.
//!
//! Promises: over within [`LISTENING_TIME`] and one [`reach::target`]; asks those that announce
//! themselves whether they are there, as every list of nearby sessions does, and nobody else.
//! Must not know: what it means.

use std::{net::SocketAddr, time::Duration};

use lanvas_protocol::advert::NearbySession;
use tokio::{task::JoinSet, time::sleep};

use super::{InterfaceFact, TargetFact, company::places, is_beside, reach};
use crate::{Discovery, DiscoveryConfig, Networks};

/// Enough to be answered, and to find out who does not answer when asked in turn.
const LISTENING_TIME: Duration = Duration::from_millis(3_000);
/// Sessions that do not answer and are looked into.
const SILENT_MAX: usize = 3;

/// The sessions that are announced on `networks`, those of this machine among them.
pub(super) async fn listen(networks: &Networks) -> Vec<NearbySession> {
    let config = DiscoveryConfig {
        networks: networks.clone(),
        ..DiscoveryConfig::default()
    };
    let Ok(discovery) = Discovery::start(config) else {
        return Vec::new();
    };
    sleep(LISTENING_TIME).await;
    let heard = discovery.nearby().borrow().to_vec();
    discovery.shutdown().await;
    heard
}

/// What a connection to each that does not answer meets.
pub(super) async fn silent(
    announced: &[NearbySession],
    interfaces: &[InterfaceFact],
) -> Vec<TargetFact> {
    let silent = announced.iter().filter(|session| !session.reachable);
    let at: Vec<SocketAddr> = silent
        .filter_map(|session| places(session).next())
        .take(SILENT_MAX)
        .collect();
    let looking = at.into_iter().map(|at| {
        let beside = is_beside(interfaces, at.ip());
        async move { reach::target(at, beside, None).await }
    });
    let mut facts = looking.collect::<JoinSet<_>>().join_all().await;
    facts.sort_by_key(|fact| fact.address);
    facts
}
