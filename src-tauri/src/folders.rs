//! Where sessions and settings are kept.
//!
//! Promises: known before the toolkit starts, so that settings can say how it starts.

use std::path::{Path, PathBuf};

use crate::settings::Settings;

/// Sessions and settings are in the folder that the headless program uses too,
/// so that `--headless` goes on with what the window made.
const FOLDER: &str = "lanvas";

/// The folder with the settings; `data` when one was named for everything.
pub(crate) fn config(data: Option<&Path>) -> Option<PathBuf> {
    data.map(Path::to_path_buf)
        .or_else(|| Some(dirs::config_dir()?.join(FOLDER)))
}

/// The folder with the sessions: the one that was named, else the one that was chosen if it is
/// there, else the usual one.
pub(crate) fn data(named: Option<&Path>, settings: &Settings) -> Option<PathBuf> {
    let chosen = settings
        .data_folder
        .as_deref()
        .filter(|folder| folder.is_dir());
    named
        .or(chosen)
        .map(Path::to_path_buf)
        .or_else(|| Some(dirs::data_dir()?.join(FOLDER)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_named_wins_and_a_folder_that_is_away_is_passed_over() {
        let here = tempfile::tempdir().unwrap();
        let chosen = |folder: &Path| Settings {
            data_folder: Some(folder.to_owned()),
            ..Settings::default()
        };
        let named = Path::new("/named");
        assert_eq!(data(Some(named), &chosen(here.path())), Some(named.into()));
        assert_eq!(data(None, &chosen(here.path())), Some(here.path().into()));
        let usual = data(None, &Settings::default());
        assert_eq!(data(None, &chosen(Path::new("/not/there"))), usual);
        assert_eq!(config(Some(named)), Some(named.into()));
    }
}
