//! The app in the language of whoever it belongs to: its page, and what the system shows of it.

use serde_json::json;

use crate::bus::Surroundings;
use crate::desktop::{Desktop, TITLE};
use crate::lan;
use crate::manners::choose;
use crate::stories::{at_home, introduce, live};
use crate::until;
use crate::webdriver::Page;

/// X names of keys.
const CONTROL: u32 = 0xffe3;
const COMMA: u32 = 0x2c;
const LETTER_N: u32 = 0x6e;

fn speaks(app: &Page, tag: &str) {
    let spoken = format!("return document.documentElement.lang === '{tag}';");
    app.until(&format!("speaks {tag}"), &spoken);
}

/// Waits until it is in the file of settings: who closes the window has seen that it was chosen.
fn is_kept(desktop: &Desktop, line: &str) {
    let file = desktop.data().join("settings.json");
    until(&format!("{line} is kept"), || {
        let kept = std::fs::read_to_string(&file).ok()?;
        kept.contains(line).then_some(())
    });
}

/// The rows of the tray's menu while one session is hosted and nobody else is in.
const GERMAN_TRAY: [&str; 5] = [
    "Unsere Tafel: sonst ist niemand da",
    "Lanvas zeigen",
    "Link kopieren",
    "Für alle beenden …",
    "Lanvas beenden",
];

#[test]
fn it_speaks_german_from_the_next_start_on_where_that_was_chosen() {
    lan::inside(
        "languages::it_speaks_german_from_the_next_start_on_where_that_was_chosen",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let around = Surroundings::on(&desktop.bus());
            let press = |keys: &[u32]| desktop.screen.press_keys(TITLE, keys);
            let app = at_home(&desktop);
            speaks(&app, "en");
            press(&[CONTROL, COMMA]);
            app.shows("When you host");
            choose(&app, "Language", "de");
            is_kept(&desktop, "\"words\": \"de\"");
            app.screenshot("1-chosen");
            app.press("Done");
            desktop.screen.close_window(TITLE);
            Desktop::app_has_ended();
            drop(app);

            let app = desktop.start_app(&["--no-discovery"]);
            speaks(&app, "de");
            app.shows("Datei öffnen …");
            app.shows("Hallo, Ann");
            app.screenshot("2-home");
            press(&[CONTROL, COMMA]);
            app.shows("Wenn du Gastgeber bist");
            app.screenshot("3-settings");
            app.press("Fertig");
            // The refusal of the shell is English; the page says it in German.
            app.type_into("input[inputmode=url]", "ftp://x\u{e007}");
            app.shows("Das ist kein Link zu einer Lanvas-Sitzung.");
            press(&[CONTROL, LETTER_N]);
            live(&app);
            app.screenshot("4-session");
            let rows = around.words_of_tray(GERMAN_TRAY[0]);
            let words: Vec<_> = rows.iter().filter(|it| !it.is_empty()).collect();
            assert_eq!(words, GERMAN_TRAY);
            around.press_in_tray("Für alle beenden …");
            app.shows("Sitzung für alle beenden?");
            app.press("Jetzt beenden");
            let over = "return !document.body.innerText.includes('jetzt offen');";
            app.until("nothing is hosted", over);
            press(&[CONTROL, COMMA]);
            app.shows("Wenn du Gastgeber bist");
            choose(&app, "Sprache", "en");
            is_kept(&desktop, "\"words\": \"en\"");
            app.press("Fertig");
            desktop.screen.close_window(TITLE);
            Desktop::app_has_ended();
            drop(app);

            let app = desktop.start_app(&["--no-discovery"]);
            speaks(&app, "en");
            app.shows("Hello, Ann");
        },
    );
}

#[test]
fn it_speaks_as_the_system_where_nothing_was_chosen() {
    lan::inside(
        "languages::it_speaks_as_the_system_where_nothing_was_chosen",
        |lan| {
            let austrian = ("LC_ALL", "de_AT.UTF-8".to_owned());
            let desktop = Desktop::set_up_with(lan, &[austrian]);
            let around = Surroundings::on(&desktop.bus());
            let app = desktop.start_app(&["--no-discovery"]);
            speaks(&app, "de");
            introduce(&app, "Ann", "Weiter");
            app.press("Jemand kommt nicht herein?");
            app.shows(&format!(
                "Andere erreichen diesen Computer unter {}",
                lan::HERE
            ));
            app.screenshot("1-doctor");
            let own = app.invoke("start_session", &json!({ "title": null }));
            assert_eq!(own.expect("a session")["title"], "Unsere Tafel");
            around.words_of_tray(GERMAN_TRAY[0]);
            around.press_in_tray("Lanvas beenden");
            Desktop::app_has_ended();
        },
    );
}
