//! Joining by address: the session is found, its hub is one that the person knows, and where it is
//! encrypted a pipe leads there.
//!
//! Promises: nothing but the question which sessions there are goes to an encrypted hub that the
//! person has not accepted, nor to one that was encrypted and is not any more; at most
//! [`PIPES_MAX`] pipes. Must not know: Tauri, screens.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lanvas_hub::tls::pinned::Trust;
use lanvas_protocol::{Fingerprint, SessionId, advert::NearbySession};
use tokio::sync::watch;

use crate::address::TypedAddress;
use crate::lookup::{self, Found, SessionAddress};
use crate::pins::{Pins, UnprovenHub};
use crate::pipe::{Lead, Pipe};
use crate::refusal::Refusal;

/// The page is in one session at a time; one more while it changes from one to another.
const PIPES_MAX: usize = 4;

/// What the network says of sessions.
pub(crate) type Nearby = watch::Receiver<Arc<[NearbySession]>>;
/// Told when a session that is open shows another certificate.
pub(crate) type OnChanged = Arc<dyn Fn(Refusal) + Send + Sync>;

/// The pipes to sessions of others.
#[derive(Debug, Default)]
pub(crate) struct Pipes(Mutex<Vec<Pipe>>);

impl Pipes {
    fn add(&self, pipe: Pipe) {
        let mut pipes = self.lock();
        if pipes.len() >= PIPES_MAX {
            pipes.remove(0);
        }
        pipes.push(pipe);
    }

    /// All others end: their sessions were left.
    pub(crate) fn keep_only(&self, base: Option<&str>) {
        self.lock().retain(|pipe| Some(pipe.base()) == base);
    }

    /// Every step leaves a list.
    fn lock(&self) -> MutexGuard<'_, Vec<Pipe>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Finds the session at a typed address and opens the way there.
pub(crate) async fn join(
    address: TypedAddress,
    pins: &Pins,
    pipes: &Pipes,
    nearby: Nearby,
    changed: OnChanged,
) -> Result<SessionAddress, Refusal> {
    let session = address.session.clone();
    let found = lookup::resolve(address, |place| pins.trust(session.as_ref(), place)).await?;
    let announced = announced(&nearby.borrow(), &found.address.session);
    prove(&found, pins, announced)?;
    let Some(fingerprint) = found.shown else {
        return Ok(found.address);
    };
    let Found { address, place, .. } = found;
    pins.remember(Some(&address.session), &place, fingerprint)?;
    let lead = lead(address.session.clone(), place, fingerprint, nearby, changed);
    let pipe = Pipe::open(lead).await.map_err(|error| not_opened(&error))?;
    let base = pipe.base().to_owned();
    pipes.add(pipe);
    Ok(SessionAddress { base, ..address })
}

/// The certificate that a record on the network names: a hint.
fn announced(nearby: &[NearbySession], session: &SessionId) -> Option<Fingerprint> {
    let row = nearby.iter().find(|row| row.id == *session);
    row.and_then(|row| row.fingerprint)
}

fn prove(found: &Found, pins: &Pins, announced: Option<Fingerprint>) -> Result<(), Refusal> {
    let Found {
        address,
        place,
        shown,
    } = found;
    let session = Some(&address.session);
    let unproven = |known| UnprovenHub::new(session, place, *shown, known);
    match (pins.trust(session, place)?, shown, announced) {
        (Trust::Only(known), Some(shown), _) if known == *shown => Ok(()),
        (Trust::Only(known), Some(_), _) => Err(Refusal::hub_changed(unproven(Some(known)))),
        (Trust::Only(known), None, _) => Err(Refusal::unproven(
            "hub_bare",
            format!(
                "The session at {place} was encrypted before and is not now, so Lanvas did not join. Ask the host."
            ),
            unproven(Some(known)),
        )),
        (Trust::First, Some(shown), Some(announced)) if *shown != announced => {
            Err(Refusal::unproven(
                "hub_unlike_announced",
                format!(
                    "The session at {place} shows another certificate than the network announces. Ask the host for the fingerprint."
                ),
                unproven(Some(announced)),
            ))
        }
        (Trust::First, Some(_), _) => Err(Refusal::unproven(
            "hub_new",
            format!("The session at {place} is encrypted. Compare its fingerprint first."),
            unproven(None),
        )),
        (Trust::First, None, _) => Ok(()),
    }
}

fn lead(
    session: SessionId,
    place: String,
    fingerprint: Fingerprint,
    nearby: Nearby,
    changed: OnChanged,
) -> Lead {
    let (same, at) = (session.clone(), place.clone());
    Lead {
        place,
        fingerprint,
        elsewhere: Box::new(move || places_of(&nearby.borrow(), &same)),
        changed: Box::new(move |shown| {
            let known = Some(fingerprint);
            let hub = UnprovenHub::new(Some(&session), &at, Some(shown), known);
            changed(Refusal::hub_changed(hub));
        }),
    }
}

/// `host:port` of a session's encrypted addresses, as the network says.
fn places_of(nearby: &[NearbySession], session: &SessionId) -> Vec<String> {
    let rows = nearby.iter().filter(|row| row.id == *session);
    let urls = rows.flat_map(|row| &row.urls);
    let places = urls.filter_map(|url| url.strip_prefix("https://")?.split('/').next());
    places.map(str::to_owned).collect()
}

fn not_opened(error: &io::Error) -> Refusal {
    let message = format!(
        "The way to the encrypted session could not be opened on this computer ({error}). Close other programs and try again."
    );
    Refusal::new("pipe_failed", message)
}

#[cfg(test)]
mod tests;
