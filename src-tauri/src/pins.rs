//! By which certificate each encrypted hub is known: the session's, and that of the place where it
//! was reached.
//!
//! Promises: what was known once is asked of every later hub that says it is the same; what cannot
//! be read is no leave to trust anybody. Must not know: Tauri, sockets.

use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use lanvas_hub::tls::{known::KnownHubs, pinned::Trust};
use lanvas_protocol::{Fingerprint, SessionId};
use serde::Serialize;

use crate::refusal::Refusal;

/// The file.
#[derive(Debug)]
pub(crate) struct Pins {
    known: KnownHubs,
    /// Held while the file is read and written again.
    turn: Mutex<()>,
}

/// A hub that the person has to look at before anything goes to it, as the page's port has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UnprovenHub {
    pub(crate) session: Option<SessionId>,
    /// `host:port`.
    pub(crate) place: String,
    /// The certificate that it shows; none where it is not encrypted.
    pub(crate) shown: Option<Fingerprint>,
    /// Its beginning, for people to compare.
    pub(crate) shown_short: Option<String>,
    /// Of the one that is known of it, or that the network announces.
    pub(crate) known_short: Option<String>,
}

impl UnprovenHub {
    pub(crate) fn new(
        session: Option<&SessionId>,
        place: &str,
        shown: Option<Fingerprint>,
        known: Option<Fingerprint>,
    ) -> Self {
        Self {
            session: session.cloned(),
            place: place.to_owned(),
            shown,
            shown_short: shown.map(|it| it.short()),
            known_short: known.map(|it| it.short()),
        }
    }
}

impl Pins {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self {
            known: KnownHubs::below(folder),
            turn: Mutex::default(),
        }
    }

    /// Which certificate a hub must have. A session goes before a place: it may move, and another
    /// hub may be where it was.
    pub(crate) fn trust(&self, session: Option<&SessionId>, place: &str) -> Result<Trust, Refusal> {
        let known = |key: &str| self.known.trust(key).map_err(|error| self.unusable(&error));
        match session.map(|id| known(id.as_str())).transpose()? {
            Some(Trust::Only(known)) => Ok(Trust::Only(known)),
            Some(Trust::First) | None => known(place),
        }
    }

    /// From now on they are known by it.
    pub(crate) fn remember(
        &self,
        session: Option<&SessionId>,
        place: &str,
        fingerprint: Fingerprint,
    ) -> Result<(), Refusal> {
        self.change(session, place, |key| self.known.remember(key, fingerprint))
    }

    /// From now on they are taken without encryption too.
    pub(crate) fn forget(&self, session: Option<&SessionId>, place: &str) -> Result<(), Refusal> {
        self.change(session, place, |key| self.known.forget(key))
    }

    fn change(
        &self,
        session: Option<&SessionId>,
        place: &str,
        change: impl Fn(&str) -> io::Result<()>,
    ) -> Result<(), Refusal> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let keys = session.map(SessionId::as_str).into_iter().chain([place]);
        for key in keys {
            change(key).map_err(|error| self.unusable(&error))?;
        }
        Ok(())
    }

    fn unusable(&self, error: &io::Error) -> Refusal {
        let path = self.known.path().display();
        let message = format!(
            "What Lanvas knows of encrypted sessions, in {path}, cannot be used ({error}). Take that file away, and compare fingerprints anew."
        );
        Refusal::new("hubs_unreadable", message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: &str = "10.0.0.5:7420";

    fn id(text: &str) -> SessionId {
        SessionId::new(text).unwrap()
    }

    #[test]
    fn a_session_is_known_wherever_it_is_and_a_place_whatever_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let pins = Pins::in_folder(folder.path());
        let (one, two) = (Fingerprint::new([1; 32]), Fingerprint::new([2; 32]));
        let (here, other) = (id("k3f9x2ab"), id("other"));
        assert_eq!(pins.trust(Some(&here), PLACE), Ok(Trust::First));
        pins.remember(Some(&here), PLACE, one).unwrap();
        let moved = pins.trust(Some(&here), "10.0.0.9:7421");
        assert_eq!(moved, Ok(Trust::Only(one)));
        let beside = pins.trust(Some(&other), PLACE);
        assert_eq!(
            beside,
            Ok(Trust::Only(one)),
            "the same hub has another session"
        );
        assert_eq!(pins.trust(None, PLACE), Ok(Trust::Only(one)));
        // Another hub got the address; the session went on elsewhere.
        pins.remember(Some(&other), PLACE, two).unwrap();
        assert_eq!(pins.trust(Some(&here), PLACE), Ok(Trust::Only(one)));
        pins.forget(Some(&other), PLACE).unwrap();
        assert_eq!(pins.trust(Some(&other), PLACE), Ok(Trust::First));
    }

    #[test]
    fn what_cannot_be_read_trusts_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let pins = Pins::in_folder(folder.path());
        std::fs::write(folder.path().join("known-hubs.json"), "{").unwrap();
        assert_eq!(pins.trust(None, PLACE).unwrap_err().code, "hubs_unreadable");
        let remembered = pins.remember(None, PLACE, Fingerprint::new([1; 32]));
        assert!(remembered.is_err());
    }
}
