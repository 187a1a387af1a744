//! What is remembered of the person: one small JSON file.
//!
//! Promises: a file that cannot be read is put aside, never overwritten; saving
//! replaces the file in one step, so a crash leaves the old or the new one.
//! Must not know: Tauri, the hub.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use lanvas_protocol::limits::NAME_LENGTH_MAX;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

const FILE: &str = "settings.json";

/// Remembered between starts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    /// The name others see; empty until the person has given one.
    pub(crate) name: String,
}

/// The file, in its folder.
#[derive(Debug, Clone)]
pub(crate) struct SettingsFile {
    path: PathBuf,
}

impl SettingsFile {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self {
            path: folder.join(FILE),
        }
    }

    /// What was saved last; the defaults when nothing was, or when it cannot be read.
    pub(crate) fn load(&self) -> Settings {
        let Ok(text) = std::fs::read_to_string(&self.path) else {
            return Settings::default();
        };
        serde_json::from_str(&text).unwrap_or_else(|error| {
            tracing::warn!(path = %self.path.display(), %error, "settings could not be read and are put aside");
            let _ = std::fs::rename(&self.path, self.path.with_extension("unreadable"));
            Settings::default()
        })
    }

    /// Checks, saves and returns them as they are from now on.
    pub(crate) fn save(&self, settings: &Settings) -> Result<Settings, Refusal> {
        let settings = checked(settings)?;
        self.replace(&settings).map_err(|error| {
            let place = self.path.display();
            let message = format!(
                "Your name could not be saved in {place} ({error}). Check that the disk has room."
            );
            Refusal::new("settings_not_saved", message)
        })?;
        Ok(settings)
    }

    fn replace(&self, settings: &Settings) -> std::io::Result<()> {
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let fresh = self.path.with_extension("new");
        let mut file = std::fs::File::create(&fresh)?;
        file.write_all(&serde_json::to_vec_pretty(settings)?)?;
        file.sync_all()?;
        std::fs::rename(&fresh, &self.path)
    }
}

/// A name is one line without control characters; runs of spaces count as one.
fn checked(settings: &Settings) -> Result<Settings, Refusal> {
    let visible: String = settings
        .name
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let name = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() {
        return Err(Refusal::new("name_empty", "Type a name first."));
    }
    if name.chars().count() > NAME_LENGTH_MAX {
        let message = format!("That name is too long: {NAME_LENGTH_MAX} letters at most.");
        return Err(Refusal::new("name_too_long", message));
    }
    Ok(Settings { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Settings {
        Settings { name: name.into() }
    }

    #[test]
    fn names_are_one_tidy_line() {
        let long = "é".repeat(NAME_LENGTH_MAX);
        for (typed, kept) in [
            ("Ann", "Ann"),
            ("  Ann  ", "Ann"),
            ("Ann\n\tB", "Ann B"),
            ("Zoë 🎲", "Zoë 🎲"),
            (long.as_str(), long.as_str()),
        ] {
            assert_eq!(checked(&named(typed)), Ok(named(kept)), "{typed:?}");
        }
    }

    #[test]
    fn an_empty_or_endless_name_is_refused_by_code() {
        let endless = "x".repeat(NAME_LENGTH_MAX + 1);
        for (typed, code) in [
            ("", "name_empty"),
            (" \n", "name_empty"),
            (&endless, "name_too_long"),
        ] {
            assert_eq!(checked(&named(typed)).unwrap_err().code, code, "{typed:?}");
        }
    }

    #[test]
    fn what_is_saved_is_there_at_the_next_start() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("not/yet/there");
        assert_eq!(SettingsFile::in_folder(&folder).load(), Settings::default());

        SettingsFile::in_folder(&folder)
            .save(&named(" Ann "))
            .unwrap();
        assert_eq!(SettingsFile::in_folder(&folder).load(), named("Ann"));
    }

    #[test]
    fn a_broken_file_is_put_aside_not_overwritten() {
        let root = tempfile::tempdir().unwrap();
        let file = SettingsFile::in_folder(root.path());
        std::fs::write(root.path().join(FILE), "{ not json").unwrap();

        assert_eq!(file.load(), Settings::default());
        file.save(&named("Ann")).unwrap();

        let aside = std::fs::read_to_string(root.path().join("settings.unreadable")).unwrap();
        assert_eq!(aside, "{ not json");
        assert_eq!(file.load(), named("Ann"));
    }

    #[test]
    fn a_file_of_a_later_release_is_read_for_what_it_shares() {
        let root = tempfile::tempdir().unwrap();
        let file = SettingsFile::in_folder(root.path());
        std::fs::write(root.path().join(FILE), r#"{"name":"Ann","theme":"dark"}"#).unwrap();
        assert_eq!(file.load(), named("Ann"));
    }
}
