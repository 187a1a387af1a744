//! What is remembered of the person: one small JSON file.
//!
//! Promises: a file that cannot be read is put aside, never overwritten, and never keeps the app
//! from starting; a value that makes no sense is read as the usual one; saving replaces the file in
//! one step, so a crash leaves the old or the new one.
//! Must not know: Tauri, the hub.

use std::io::Write as _;
use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use lanvas_protocol::{
    Color,
    limits::{NAME_LENGTH_MAX, PEOPLE_COLORS},
};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::refusal::Refusal;
use crate::words::Language;

const FILE: &str = "settings.json";
/// Of the file; a later one is read for what it shares.
const VERSION: u32 = 1;
/// Mebibytes that may be kept for looking back, as the command line has it.
pub(crate) const HISTORY_MIB: RangeInclusive<u64> = 1..=1_048_576;

/// Remembered between starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Settings {
    pub(crate) version: u32,
    /// The name others see; empty until the person has given one.
    #[serde(deserialize_with = "lenient")]
    pub(crate) name: String,
    /// The colour others see, one of those that people may have; the hub chooses when nothing is said.
    #[serde(deserialize_with = "lenient")]
    pub(crate) color: Option<Color>,
    /// How dates and times are written, as `de` or `en-GB`; as the system writes them when nothing is said.
    #[serde(deserialize_with = "lenient")]
    pub(crate) language: Option<String>,
    /// What Lanvas itself speaks, from the next start on; as the system does when nothing is said.
    #[serde(deserialize_with = "lenient")]
    pub(crate) words: Option<Language>,
    #[serde(deserialize_with = "lenient")]
    pub(crate) theme: Theme,
    /// For guests; the usual ones when nothing is said.
    #[serde(deserialize_with = "lenient")]
    pub(crate) port: Option<u16>,
    /// The address of the only interface to host on; all when nothing is said.
    #[serde(deserialize_with = "lenient")]
    pub(crate) interface: Option<IpAddr>,
    /// Where sessions are kept, from the next start on; the usual place when nothing is said.
    #[serde(deserialize_with = "lenient")]
    pub(crate) data_folder: Option<PathBuf>,
    /// Mebibytes of each session kept for looking back, from the next hub on; the usual ones when nothing is said.
    #[serde(deserialize_with = "lenient_history")]
    pub(crate) history_mib: Option<u64>,
    /// Whether sessions are announced on the network.
    #[serde(deserialize_with = "lenient_yes")]
    pub(crate) visible: bool,
    /// Whether what goes over the network is encrypted, from the next hub on.
    #[serde(deserialize_with = "lenient")]
    pub(crate) encrypted: bool,
    /// Whether the system shows mentions and knocks while the window is not in front.
    #[serde(deserialize_with = "lenient_yes")]
    pub(crate) notifications: bool,
    /// Whether the window is drawn without the graphics card's shortcuts, from the next start on.
    #[serde(deserialize_with = "lenient")]
    pub(crate) safe_graphics: bool,
    /// Whether the internet may be asked for new versions, where this copy knows whom to ask.
    #[serde(deserialize_with = "lenient")]
    pub(crate) updates: bool,
}

/// How light the pages are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            version: VERSION,
            name: String::new(),
            color: None,
            language: None,
            words: None,
            theme: Theme::System,
            port: None,
            interface: None,
            data_folder: None,
            history_mib: None,
            visible: true,
            encrypted: false,
            notifications: true,
            safe_graphics: false,
            updates: false,
        }
    }
}

/// One value that makes no sense does not cost the others.
fn lenient<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

fn lenient_yes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Value::deserialize(deserializer)?.as_bool().unwrap_or(true))
}

fn lenient_history<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let asked = Value::deserialize(deserializer)?.as_u64();
    Ok(asked.filter(|mib| HISTORY_MIB.contains(mib)))
}

/// The file, in its folder.
#[derive(Debug, Clone)]
pub(crate) struct SettingsFile {
    path: PathBuf,
    /// Held while the file is read and written again.
    turn: Arc<Mutex<()>>,
}

impl SettingsFile {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self {
            path: folder.join(FILE),
            turn: Arc::default(),
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

    /// Changes the settings that `change` names, and returns them all as they are from now on.
    pub(crate) fn change(&self, change: Map<String, Value>) -> Result<Settings, Refusal> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let settings = changed(&self.load(), change)?;
        self.replace(&settings).map_err(|error| {
            let place = self.path.display();
            let message = format!(
                "Your settings could not be saved in {place} ({error}). Check that the disk has room."
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

/// Unlike what is read from the file, what the person says is refused when it makes no sense.
fn changed(settings: &Settings, mut change: Map<String, Value>) -> Result<Settings, Refusal> {
    if let Some(name) = change.get_mut("name") {
        *name = Value::String(checked_name(name.as_str().unwrap_or_default())?);
    }
    check_history(change.get("history_mib"))?;
    // A folder that is away for now, on a disk that is not plugged in, is no hindrance to other changes.
    let named_folder = change.contains_key("data_folder");
    let mut all = serde_json::to_value(settings).unwrap_or_default();
    let known = all.as_object_mut().ok_or_else(senseless)?;
    for (key, value) in change {
        let slot = known.get_mut(&key).ok_or_else(senseless)?;
        *slot = value;
    }
    let asked = all.clone();
    let settings: Settings = serde_json::from_value(all).map_err(|_| senseless())?;
    // What was read leniently is not what was asked for.
    if serde_json::to_value(&settings).unwrap_or_default() != asked {
        return Err(senseless());
    }
    check_port(settings.port)?;
    check_looks(&settings)?;
    if named_folder {
        check_folder(settings.data_folder.as_deref())?;
    }
    Ok(Settings {
        version: VERSION,
        ..settings
    })
}

fn check_looks(settings: &Settings) -> Result<(), Refusal> {
    let color = settings.color.is_none_or(|it| PEOPLE_COLORS.contains(&it));
    let language = settings.language.as_deref().is_none_or(is_language);
    (color && language).then_some(()).ok_or_else(senseless)
}

/// `de`, `en-GB`, `zh-Hant-TW`: letters and numbers in parts.
pub(crate) fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    let is_part = |part: &str| (1..=8).contains(&part.len());
    tag.len() <= 35
        && (2..=3).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| is_part(part) && part.bytes().all(|it| it.is_ascii_alphanumeric()))
}

fn senseless() -> Refusal {
    Refusal::new(
        "setting_invalid",
        "That setting makes no sense. Choose another one.",
    )
}

/// Below 1024 only the system's own programs may listen.
fn check_port(port: Option<u16>) -> Result<(), Refusal> {
    match port {
        Some(0..1024) => Err(Refusal::new(
            "port_invalid",
            "The port must be a number from 1024 to 65535. Leave it empty for the usual one.",
        )),
        _ => Ok(()),
    }
}

fn check_history(asked: Option<&Value>) -> Result<(), Refusal> {
    let mib = asked.and_then(Value::as_u64);
    if asked.is_none_or(Value::is_null) || mib.is_some_and(|mib| HISTORY_MIB.contains(&mib)) {
        return Ok(());
    }
    Err(Refusal::new(
        "history_invalid",
        "Of the past, 1 to 1048576 MiB can be kept. Leave it empty for the usual 1024.",
    ))
}

fn check_folder(folder: Option<&Path>) -> Result<(), Refusal> {
    match folder {
        Some(folder) if !folder.is_dir() || folder.is_relative() => Err(Refusal::new(
            "folder_invalid",
            "There is no such folder. Choose one that is there.",
        )),
        _ => Ok(()),
    }
}

/// A name is one line without control characters; runs of spaces count as one.
fn checked_name(name: &str) -> Result<String, Refusal> {
    let visible: String = name
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
    Ok(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    fn name(typed: &str) -> Map<String, Value> {
        change(json!({ "name": typed }))
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
            let settings = changed(&Settings::default(), name(typed)).unwrap();
            assert_eq!(settings.name, kept, "{typed:?}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_by_code() {
        let endless = "x".repeat(NAME_LENGTH_MAX + 1);
        for (asked, code) in [
            (json!({ "name": "" }), "name_empty"),
            (json!({ "name": " \n" }), "name_empty"),
            (json!({ "name": 7 }), "name_empty"),
            (json!({ "name": endless }), "name_too_long"),
            (json!({ "port": 80 }), "port_invalid"),
            (json!({ "port": 70_000 }), "setting_invalid"),
            (json!({ "interface": "eth0" }), "setting_invalid"),
            (json!({ "history_mib": 0 }), "history_invalid"),
            (json!({ "history_mib": 1_048_577 }), "history_invalid"),
            (json!({ "history_mib": 0.5 }), "history_invalid"),
            (json!({ "history_mib": "64" }), "history_invalid"),
            (json!({ "theme": "pink" }), "setting_invalid"),
            (json!({ "visible": "no" }), "setting_invalid"),
            (json!({ "encrypted": "yes" }), "setting_invalid"),
            (json!({ "color": "red" }), "setting_invalid"),
            (json!({ "color": "#010203" }), "setting_invalid"),
            (json!({ "language": "x" }), "setting_invalid"),
            (json!({ "language": "de;rm" }), "setting_invalid"),
            (json!({ "words": "tlh" }), "setting_invalid"),
            (json!({ "words": "DE" }), "setting_invalid"),
            (json!({ "updates": 1 }), "setting_invalid"),
            (json!({ "data_folder": "somewhere" }), "folder_invalid"),
            (json!({ "wallpaper": true }), "setting_invalid"),
        ] {
            let refusal = changed(&Settings::default(), change(asked.clone())).unwrap_err();
            assert_eq!(refusal.code, code, "{asked}");
        }
    }

    #[test]
    fn what_is_saved_is_there_at_the_next_start_and_the_rest_stays() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("not/yet/there");
        let file = SettingsFile::in_folder(&folder);
        assert_eq!(file.load(), Settings::default());

        file.change(name(" Ann ")).unwrap();
        let here = json!({ "port": 7500, "interface": "10.0.0.5", "theme": "dark",
            "visible": false, "encrypted": true, "data_folder": root.path(), "safe_graphics": true,
            "color": "#1971c2", "language": "en-GB", "words": "de", "history_mib": 1_048_576 });
        file.change(change(here)).unwrap();
        let expected = Settings {
            name: "Ann".into(),
            color: Some(PEOPLE_COLORS[1]),
            language: Some("en-GB".into()),
            words: Some(Language::German),
            theme: Theme::Dark,
            port: Some(7500),
            interface: Some("10.0.0.5".parse().unwrap()),
            data_folder: Some(root.path().to_owned()),
            history_mib: Some(1_048_576),
            visible: false,
            encrypted: true,
            safe_graphics: true,
            ..Settings::default()
        };
        assert_eq!(SettingsFile::in_folder(&folder).load(), expected);
        let usual = change(json!({ "port": null, "history_mib": null }));
        let usual = file.change(usual).unwrap();
        assert_eq!((usual.port, usual.history_mib), (None, None));
    }

    #[test]
    fn a_broken_file_is_put_aside_not_overwritten() {
        let root = tempfile::tempdir().unwrap();
        let file = SettingsFile::in_folder(root.path());
        std::fs::write(root.path().join(FILE), "{ not json").unwrap();

        assert_eq!(file.load(), Settings::default());
        file.change(name("Ann")).unwrap();

        let aside = std::fs::read_to_string(root.path().join("settings.unreadable")).unwrap();
        assert_eq!(aside, "{ not json");
        assert_eq!(file.load().name, "Ann");
    }

    #[test]
    fn a_file_from_before_lanvas_spoke_german_says_nothing_of_it() {
        let root = tempfile::tempdir().unwrap();
        let file = SettingsFile::in_folder(root.path());
        for words in ["", r#","words":"nl""#, r#","words":7"#, r#","words":null"#] {
            let older = format!(r#"{{"version":1,"name":"Ann","language":"de"{words}}}"#);
            std::fs::write(root.path().join(FILE), older).unwrap();
            let read = file.load();
            assert_eq!((read.name.as_str(), read.words), ("Ann", None), "{words}");
        }
        let english = change(json!({ "words": "en" }));
        assert_eq!(file.change(english).unwrap().words, Some(Language::English));
        let system = change(json!({ "words": null }));
        assert_eq!(file.change(system).unwrap().words, None);
    }

    #[test]
    fn a_file_of_a_later_release_is_read_for_what_it_shares() {
        let root = tempfile::tempdir().unwrap();
        let file = SettingsFile::in_folder(root.path());
        let later = r#"{"version":9,"name":"Ann","theme":"sepia","port":"any","history_mib":0,"moon":"full"}"#;
        std::fs::write(root.path().join(FILE), later).unwrap();
        let read = file.load();
        assert_eq!(
            (read.name.as_str(), read.theme, read.port, read.history_mib),
            ("Ann", Theme::System, None, None)
        );
        assert_eq!(file.change(name("Ben")).unwrap().version, VERSION);
    }
}
