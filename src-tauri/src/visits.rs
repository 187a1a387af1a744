//! Sessions that the person was in: recent ones and favourites, each with how it looked.
//!
//! Promises: bounded by [`VISITS_MAX`] and [`PICTURE_BYTES_MAX`]; a file that cannot be read costs
//! the list, not the start; no secret is kept.
//! Must not know: Tauri, the hub.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use lanvas_protocol::SessionId;
use lanvas_protocol::limits::TITLE_LENGTH_MAX;
use serde::{Deserialize, Serialize};

use crate::address::TypedAddress;
use crate::refusal::Refusal;

const FILE: &str = "visits.json";
/// The longest ago go first, favourites last.
const VISITS_MAX: usize = 48;
/// A small picture as a `data:` address.
const PICTURE_BYTES_MAX: usize = 64 * 1024;
/// Addresses that a session was reached at.
const ADDRESSES_MAX: usize = 4;

/// One session, as the page's port has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Visit {
    pub(crate) id: SessionId,
    pub(crate) title: String,
    /// Who hosts it; empty for one of this machine.
    #[serde(default)]
    pub(crate) host: String,
    /// `http://host:port` or `https://…`, the latest first; none for one of this machine.
    #[serde(default)]
    pub(crate) bases: Vec<String>,
    pub(crate) when_ms: u64,
    #[serde(default)]
    pub(crate) favourite: bool,
    /// How it looked; the last one is kept when this is none.
    #[serde(default)]
    pub(crate) picture: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    version: u32,
    visits: Vec<Visit>,
}

/// The file.
#[derive(Debug)]
pub(crate) struct Visits {
    path: PathBuf,
    /// Held while the file is read and written again.
    turn: Mutex<()>,
}

impl Visits {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self {
            path: folder.join(FILE),
            turn: Mutex::default(),
        }
    }

    /// Favourites first, then the latest.
    pub(crate) fn all(&self) -> Vec<Visit> {
        let text = std::fs::read_to_string(&self.path).unwrap_or_default();
        let kept: Kept = serde_json::from_str(&text).unwrap_or_default();
        let mut visits = kept.visits;
        visits.retain(is_sound);
        visits.sort_by_key(|visit| std::cmp::Reverse((visit.favourite, visit.when_ms)));
        visits.truncate(VISITS_MAX);
        visits
    }

    /// Where they were reached, favourites first; names are left out: to ask for
    /// one is to tell the network what was visited.
    pub(crate) fn places(&self) -> Vec<SocketAddr> {
        let visits = self.all();
        let bases = visits.iter().flat_map(|visit| &visit.bases);
        let places = bases.filter_map(|base| base.split_once("://")?.1.parse().ok());
        places.collect()
    }

    /// The person is, or was, in a session.
    pub(crate) fn keep(&self, mut visit: Visit) -> Result<(), Refusal> {
        if !is_sound(&visit) {
            return Err(Refusal::new(
                "visit_invalid",
                "That session cannot be remembered.",
            ));
        }
        self.change(|visits| {
            if let Some(at) = visits.iter().position(|known| known.id == visit.id) {
                let known = visits.remove(at);
                visit.favourite = known.favourite;
                visit.picture = visit.picture.or(known.picture);
                for base in known.bases {
                    if !visit.bases.contains(&base) {
                        visit.bases.push(base);
                    }
                }
            }
            visit.bases.truncate(ADDRESSES_MAX);
            visits.push(visit);
        })
    }

    pub(crate) fn mark(&self, id: &SessionId, favourite: bool) -> Result<(), Refusal> {
        self.change(|visits| {
            for visit in visits.iter_mut().filter(|visit| visit.id == *id) {
                visit.favourite = favourite;
            }
        })
    }

    pub(crate) fn forget(&self, id: &SessionId) -> Result<(), Refusal> {
        self.change(|visits| visits.retain(|visit| visit.id != *id))
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Visit>)) -> Result<(), Refusal> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut visits = self.all();
        change(&mut visits);
        self.replace(visits).map_err(|error| {
            let message = format!(
                "What you visited could not be kept ({error}). Check that the disk has room."
            );
            Refusal::new("storage_failed", message)
        })
    }

    fn replace(&self, visits: Vec<Visit>) -> std::io::Result<()> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let fresh = self.path.with_extension("new");
        let mut file = std::fs::File::create(&fresh)?;
        let version = 1;
        file.write_all(&serde_json::to_vec(&Kept { version, visits })?)?;
        std::fs::rename(&fresh, &self.path)
    }
}

/// The file may have been changed by hand, and the page says what others told it.
fn is_sound(visit: &Visit) -> bool {
    let picture = visit.picture.as_deref().unwrap_or("data:image/");
    visit.title.chars().count() <= TITLE_LENGTH_MAX
        && visit.host.chars().count() <= TITLE_LENGTH_MAX
        && picture.starts_with("data:image/")
        && picture.len() <= PICTURE_BYTES_MAX
        && visit
            .bases
            .iter()
            .all(|base| TypedAddress::parse(base).is_ok_and(|address| address.host_token.is_none()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(id: &str, when_ms: u64) -> Visit {
        Visit {
            id: SessionId::new(id).unwrap(),
            title: "Map".into(),
            host: "Ann".into(),
            bases: vec!["http://10.0.0.5:7420".into()],
            when_ms,
            favourite: false,
            picture: None,
        }
    }

    fn ids(visits: &Visits) -> Vec<String> {
        visits.all().iter().map(|one| one.id.to_string()).collect()
    }

    #[test]
    fn favourites_come_first_and_stay_when_there_are_many() {
        let folder = tempfile::tempdir().unwrap();
        let visits = Visits::in_folder(folder.path());
        for at in 0..60 {
            visits.keep(visit(&format!("s{at}"), at)).unwrap();
            if at == 3 {
                visits.mark(&visit("s3", 0).id, true).unwrap();
            }
        }
        let kept = ids(&visits);
        assert_eq!(
            (kept.len(), kept[0].as_str(), kept[1].as_str()),
            (VISITS_MAX, "s3", "s59")
        );
        visits.forget(&visit("s59", 0).id).unwrap();
        assert_eq!(ids(&visits)[1], "s58");
    }

    #[test]
    fn addresses_are_places_to_ask_and_names_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let visits = Visits::in_folder(folder.path());
        let bases = ["https://10.0.0.9:7421", "http://anns-laptop.local:7420"];
        let bases = bases.map(str::to_owned).to_vec();
        visits
            .keep(Visit {
                bases,
                ..visit("one", 2)
            })
            .unwrap();
        visits.keep(visit("two", 1)).unwrap();
        let places = ["10.0.0.9:7421", "10.0.0.5:7420"];
        assert_eq!(visits.places(), places.map(|place| place.parse().unwrap()));
    }

    #[test]
    fn another_visit_keeps_the_star_the_picture_and_the_older_address() {
        let folder = tempfile::tempdir().unwrap();
        let visits = Visits::in_folder(folder.path());
        let picture = Some("data:image/webp;base64,x".to_owned());
        let first = Visit {
            picture: picture.clone(),
            ..visit("one", 1)
        };
        visits.keep(first).unwrap();
        visits.mark(&visit("one", 0).id, true).unwrap();
        let bases = vec!["http://10.0.0.9:7421".to_owned()];
        visits
            .keep(Visit {
                bases,
                ..visit("one", 2)
            })
            .unwrap();
        let all = visits.all();
        assert_eq!(all.len(), 1);
        assert!(all[0].favourite && all[0].picture == picture && all[0].when_ms == 2);
        assert_eq!(
            all[0].bases,
            ["http://10.0.0.9:7421", "http://10.0.0.5:7420"]
        );
    }

    #[test]
    fn what_is_not_sound_is_not_kept_and_a_broken_file_is_an_empty_list() {
        let folder = tempfile::tempdir().unwrap();
        let visits = Visits::in_folder(folder.path());
        for bad in [
            Visit {
                picture: Some("http://elsewhere/x.png".into()),
                ..visit("a", 1)
            },
            Visit {
                bases: vec!["javascript:alert(1)".into()],
                ..visit("a", 1)
            },
            Visit {
                bases: vec!["http://10.0.0.5/s/a#host=abc".into()],
                ..visit("a", 1)
            },
            Visit {
                title: "x".repeat(500),
                ..visit("a", 1)
            },
        ] {
            assert!(visits.keep(bad.clone()).is_err(), "{bad:?}");
        }
        std::fs::write(folder.path().join(FILE), "{").unwrap();
        assert_eq!(visits.all(), []);
    }
}
