//! What a person reads of the app outside its page, in the language they chose: the menu, the tray,
//! the system's dialogs, and names that Lanvas gives to what they make.
//!
//! Promises: every language has every word, or this does not compile; which language it is, is
//! settled once, at the start, for these words and for the page.
//! Must not know: the toolkit, where the settings are. What is said in the page is the page's own;
//! sentences of refusals stay English here, and the page has them in other languages.

use lanvas_protocol::limits::TITLE_LENGTH_MAX;
use serde::{Deserialize, Serialize};

/// One that Lanvas speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Language {
    #[default]
    #[serde(rename = "en")]
    English,
    #[serde(rename = "de")]
    German,
}

/// The words of one language.
pub(crate) struct Words {
    // The window's menu, and on macOS what a person expects under "Edit".
    pub(crate) file: &'static str,
    pub(crate) new_session: &'static str,
    pub(crate) open_file: &'static str,
    pub(crate) settings: &'static str,
    pub(crate) close_window: &'static str,
    pub(crate) quit: &'static str,
    pub(crate) edit: &'static str,
    pub(crate) undo: &'static str,
    pub(crate) redo: &'static str,
    pub(crate) cut: &'static str,
    pub(crate) copy: &'static str,
    pub(crate) paste: &'static str,
    pub(crate) select_all: &'static str,
    pub(crate) session: &'static str,
    pub(crate) copy_link: &'static str,
    pub(crate) end_for_everybody: &'static str,
    pub(crate) view: &'static str,
    pub(crate) full_screen: &'static str,
    pub(crate) help: &'static str,
    pub(crate) open_log: &'static str,
    pub(crate) copy_diagnostics: &'static str,
    pub(crate) about: &'static str,
    // The tray.
    pub(crate) show: &'static str,
    pub(crate) quit_lanvas: &'static str,
    pub(crate) untitled: &'static str,
    /// Who is in a session, by how many guests there are.
    pub(crate) who: fn(guests: usize) -> String,
    // Dialogs of the system.
    pub(crate) choose_session: &'static str,
    pub(crate) session_files: &'static str,
    pub(crate) choose_folder: &'static str,
    // Names for what the person did not name.
    pub(crate) first_title: &'static str,
    pub(crate) copy_title: fn(title: &str) -> String,
}

const ENGLISH: Words = Words {
    file: "File",
    new_session: "New session",
    open_file: "Open session file …",
    settings: "Settings …",
    close_window: "Close the window",
    quit: "Quit",
    edit: "Edit",
    undo: "Undo",
    redo: "Redo",
    cut: "Cut",
    copy: "Copy",
    paste: "Paste",
    select_all: "Select all",
    session: "Session",
    copy_link: "Copy the link",
    end_for_everybody: "End for everybody …",
    view: "View",
    full_screen: "Full screen",
    help: "Help",
    open_log: "Open the log",
    copy_diagnostics: "Copy diagnostics",
    about: "About Lanvas",
    show: "Show Lanvas",
    quit_lanvas: "Quit Lanvas",
    untitled: "Untitled session",
    who: |guests| match guests {
        0 => "nobody else is in".to_owned(),
        1 => "1 guest".to_owned(),
        guests => format!("{guests} guests"),
    },
    choose_session: "Open a session file",
    session_files: "Lanvas sessions",
    choose_folder: "Where to keep sessions",
    first_title: lanvas_hub::DEFAULT_TITLE,
    copy_title: |title| ending_in(title, " (copy)"),
};

const GERMAN: Words = Words {
    file: "Datei",
    new_session: "Neue Sitzung",
    open_file: "Sitzungsdatei öffnen …",
    settings: "Einstellungen …",
    close_window: "Fenster schließen",
    quit: "Beenden",
    edit: "Bearbeiten",
    undo: "Rückgängig",
    redo: "Wiederholen",
    cut: "Ausschneiden",
    copy: "Kopieren",
    paste: "Einfügen",
    select_all: "Alles auswählen",
    session: "Sitzung",
    copy_link: "Link kopieren",
    end_for_everybody: "Für alle beenden …",
    view: "Ansicht",
    full_screen: "Vollbild",
    help: "Hilfe",
    open_log: "Protokoll öffnen",
    copy_diagnostics: "Diagnose kopieren",
    about: "Über Lanvas",
    show: "Lanvas zeigen",
    quit_lanvas: "Lanvas beenden",
    untitled: "Sitzung ohne Titel",
    who: |guests| match guests {
        0 => "sonst ist niemand da".to_owned(),
        1 => "1 Gast".to_owned(),
        guests => format!("{guests} Gäste"),
    },
    choose_session: "Eine Sitzungsdatei öffnen",
    session_files: "Lanvas-Sitzungen",
    choose_folder: "Wo Sitzungen liegen sollen",
    first_title: "Unsere Tafel",
    copy_title: |title| ending_in(title, " (Kopie)"),
};

/// As much of the title as the wire takes with that behind it.
fn ending_in(title: &str, ending: &str) -> String {
    let kept = TITLE_LENGTH_MAX - ending.chars().count();
    let title: String = title.chars().take(kept).collect();
    format!("{title}{ending}")
}

impl Language {
    /// The one the person chose, or the first of the system's that Lanvas speaks, or English.
    /// `system` are tags such as `de-AT`, the best liked first.
    pub(crate) fn of(chosen: Option<Self>, system: impl IntoIterator<Item: AsRef<str>>) -> Self {
        let spoken = || {
            system
                .into_iter()
                .find_map(|tag| Self::by_tag(tag.as_ref()))
        };
        chosen.or_else(spoken).unwrap_or_default()
    }

    fn by_tag(tag: &str) -> Option<Self> {
        let first = tag.split(['-', '_']).next().unwrap_or_default();
        [Self::English, Self::German]
            .into_iter()
            .find(|language| first.eq_ignore_ascii_case(language.tag()))
    }

    /// As the web names it.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_goes_before_what_the_system_speaks_and_english_after_all() {
        use Language::{English, German};
        for (chosen, system, spoken) in [
            (None, vec![], English),
            (None, vec!["C"], English),
            (None, vec!["POSIX", "en-US"], English),
            (None, vec!["fr-FR", "nl"], English),
            (None, vec!["de-AT"], German),
            (None, vec!["DE"], German),
            (None, vec!["fr-CH", "de-CH", "en"], German),
            (None, vec!["en-GB", "de-DE"], English),
            (None, vec!["den-CA", "d", ""], English),
            (Some(English), vec!["de-DE"], English),
            (Some(German), vec!["C"], German),
        ] {
            assert_eq!(
                Language::of(chosen, &system),
                spoken,
                "{chosen:?} {system:?}"
            );
        }
    }

    #[test]
    fn a_copy_says_so_in_a_title_that_the_wire_takes() {
        let copy = |language: Language, title: &str| (language.words().copy_title)(title);
        assert_eq!(copy(Language::English, "Map"), "Map (copy)");
        assert_eq!(copy(Language::German, "Map"), "Map (Kopie)");
        let long = copy(Language::German, &"é".repeat(TITLE_LENGTH_MAX));
        assert_eq!(long.chars().count(), TITLE_LENGTH_MAX);
        assert!(long.ends_with("é (Kopie)"));
    }

    #[test]
    fn who_is_in_is_counted_in_each() {
        let who = |language: Language, guests| (language.words().who)(guests);
        assert_eq!(who(Language::English, 1), "1 guest");
        assert_eq!(who(Language::English, 3), "3 guests");
        assert_eq!(who(Language::German, 0), "sonst ist niemand da");
        assert_eq!(who(Language::German, 1), "1 Gast");
        assert_eq!(who(Language::German, 3), "3 Gäste");
    }
}
