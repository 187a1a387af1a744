//! Which certificate each hub had the first time: a small file, as SSH keeps one.
//!
//! Promises: bounded; replaced in one step; one that cannot be read is said, not taken for empty,
//! because then every hub would be a new one. Must not know: sockets.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use lanvas_protocol::Fingerprint;
use serde::{Deserialize, Serialize};

use super::pinned::Trust;
use crate::storage::for_us_alone;

/// Its name, beside the sessions.
pub const FILE_NAME: &str = "known-hubs.json";
/// Hubs that are remembered: more than a person meets. Past it nothing is forgotten by itself,
/// because then whoever shows many could have one forgotten.
const HUBS_MAX: usize = 10_000;
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The file.
#[derive(Debug, Clone)]
pub struct KnownHubs(PathBuf);

#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    hubs: BTreeMap<String, Fingerprint>,
}

impl KnownHubs {
    /// In this folder.
    #[must_use]
    pub fn below(folder: &Path) -> Self {
        Self(folder.join(FILE_NAME))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// What is known of the hub that goes by `key`: a session's id, or `host:port`.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn trust(&self, key: &str) -> io::Result<Trust> {
        let known = self.read()?.hubs.get(key).copied();
        Ok(known.map_or(Trust::First, Trust::Only))
    }

    /// From now on it is this one.
    ///
    /// # Errors
    /// When the file cannot be read or written, or is full.
    pub fn remember(&self, key: &str, fingerprint: Fingerprint) -> io::Result<()> {
        let mut kept = self.read()?;
        if kept.hubs.get(key) == Some(&fingerprint) {
            return Ok(());
        }
        if kept.hubs.len() >= HUBS_MAX && !kept.hubs.contains_key(key) {
            return Err(io::Error::other("too many hubs are known"));
        }
        kept.hubs.insert(key.to_owned(), fingerprint);
        self.write(&kept)
    }

    /// Nothing is known of it any more.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn forget(&self, key: &str) -> io::Result<()> {
        let mut kept = self.read()?;
        match kept.hubs.remove(key) {
            Some(_) => self.write(&kept),
            None => Ok(()),
        }
    }

    fn read(&self) -> io::Result<Kept> {
        match fs::metadata(&self.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Kept::default()),
            Err(error) => return Err(error),
            Ok(found) if found.len() > FILE_BYTES_MAX => {
                return Err(io::ErrorKind::InvalidData.into());
            }
            Ok(_) => {}
        }
        Ok(serde_json::from_slice(&fs::read(&self.0)?)?)
    }

    fn write(&self, kept: &Kept) -> io::Result<()> {
        let folder = self.0.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let unfinished = self.0.with_extension("json-new");
        let mut file = for_us_alone(&unfinished)?;
        serde_json::to_writer_pretty(&mut file, kept)?;
        file.sync_all()?;
        fs::rename(&unfinished, &self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_is_new_once_and_then_the_one_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let known = KnownHubs::below(&folder.path().join("not there yet"));
        let (one, two) = (Fingerprint::new([1; 32]), Fingerprint::new([2; 32]));
        assert_eq!(known.trust("k3f9x2ab").unwrap(), Trust::First);
        known.remember("k3f9x2ab", one).unwrap();
        known.remember("10.0.0.5:7420", two).unwrap();
        assert_eq!(known.trust("k3f9x2ab").unwrap(), Trust::Only(one));
        known.remember("k3f9x2ab", two).unwrap();
        assert_eq!(known.trust("k3f9x2ab").unwrap(), Trust::Only(two));
        known.forget("k3f9x2ab").unwrap();
        assert_eq!(known.trust("k3f9x2ab").unwrap(), Trust::First);
        assert_eq!(known.trust("10.0.0.5:7420").unwrap(), Trust::Only(two));
    }

    #[test]
    fn a_file_that_cannot_be_read_knows_not_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let known = KnownHubs::below(folder.path());
        fs::write(known.path(), "{\"hubs\":{\"x\":\"short\"}}").unwrap();
        assert!(known.trust("y").is_err());
        assert!(known.remember("y", Fingerprint::new([1; 32])).is_err());
    }
}
