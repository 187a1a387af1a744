//! New versions, from a place that a story names: nobody is asked before the person said so, and
//! nothing is put in place but what its publisher signed.
//!
//! The app is one that runs from an AppImage, a file that it can replace by itself. Here that is a
//! program that fails, and the new version one that does not.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use crate::desktop::Desktop;
use crate::lan;
use crate::publisher::{Answer, INSTALLER, LATEST, Publisher};
use crate::stories::at_home;
use crate::webdriver::Page;

const NEWER: &str = "9.0.0";
/// What a place that says nothing may cost, with what the window takes to say so.
const SILENCE: Duration = Duration::from_secs(5);
const SAID_WITHIN: Duration = Duration::from_secs(10);

/// The file that the app was started from, as it believes.
struct Image {
    path: PathBuf,
    _folder: TempDir,
}

impl Image {
    fn old() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("Lanvas.AppImage");
        std::fs::copy("/usr/bin/false", &path).expect("copied");
        Self {
            path,
            _folder: folder,
        }
    }

    /// Whether it is the old one, and nothing was left beside it.
    fn is_old(&self) -> bool {
        self.is_like("/usr/bin/false") && !self.runs() && self.is_alone()
    }

    /// Whether it is the new one, that can be started.
    fn is_new(&self) -> bool {
        self.is_like("/usr/bin/true") && self.runs() && self.is_alone()
    }

    fn is_like(&self, other: &str) -> bool {
        let bytes = |path: &Path| std::fs::read(path).expect("a program");
        bytes(&self.path) == bytes(Path::new(other))
    }

    fn runs(&self) -> bool {
        let status = Command::new(&self.path).status();
        status.expect("it can be started").success()
    }

    fn is_alone(&self) -> bool {
        let folder = self.path.parent().expect("a folder");
        std::fs::read_dir(folder).expect("a folder").count() == 1
    }
}

fn newer_program() -> Vec<u8> {
    std::fs::read("/usr/bin/true").expect("a program")
}

#[test]
fn nobody_is_asked_for_a_new_version_before_the_person_said_so() {
    let test = "updating::nobody_is_asked_for_a_new_version_before_the_person_said_so";
    lan::inside(test, |lan| {
        let (publisher, image) = (Publisher::start(), Image::old());
        publisher.offer(NEWER, &newer_program(), NEWER, None);
        let desktop = Desktop::set_up_with(lan, &publisher.surroundings(&image.path));
        let app = at_home(&desktop);
        app.press("Settings");
        app.shows("Asks 127.0.0.1 over the internet");
        app.screenshot("1-off");
        for command in ["look_for_update", "install_update"] {
            let refused = app.invoke(command, &json!({})).expect_err("switched off");
            assert_eq!(refused["code"], "updates_off");
        }
        // What the page may not do at all: ask past the switch.
        for command in ["check", "download_and_install"] {
            let refused = app.invoke(&format!("plugin:updater|{command}"), &json!({}));
            let why = refused.expect_err("not the page's to ask").to_string();
            assert!(why.contains("not allowed"), "{why}");
        }
        app.until(
            "an app that may ask would have by now",
            "return performance.now() > 22000;",
        );
        assert_eq!(publisher.asked(), Vec::<String>::new());
        assert!(image.is_old());
    });
}

#[test]
fn a_place_that_is_silent_or_says_nonsense_costs_five_seconds_and_a_sentence() {
    let test =
        "updating::a_place_that_is_silent_or_says_nonsense_costs_five_seconds_and_a_sentence";
    lan::inside(test, |lan| {
        let (publisher, image) = (Publisher::start(), Image::old());
        let desktop = Desktop::set_up_with(lan, &publisher.surroundings(&image.path));
        let app = that_may_ask(&desktop);

        publisher.announce(env!("CARGO_PKG_VERSION"), "");
        says(&app, "Look now", "This is the newest version.");
        assert_eq!(publisher.asked(), [LATEST]);
        publisher.answer(LATEST, Answer::Silence);
        says_after_silence(&app, "Look now", "Nobody answered.");
        app.screenshot("1-silence");
        publisher.answer(
            LATEST,
            Answer::Whole(b"<h1>Welcome to our Wi-Fi</h1>".to_vec()),
        );
        says(&app, "Look now", "said nothing about new versions");
        publisher.announce("0.0.9", "");
        says(&app, "Look now", "This is the newest version.");
        assert!(image.is_old());
    });
}

#[test]
fn what_its_publisher_signed_is_put_in_place_and_nothing_else() {
    let test = "updating::what_its_publisher_signed_is_put_in_place_and_nothing_else";
    lan::inside(test, |lan| {
        let (publisher, image) = (Publisher::start(), Image::old());
        let desktop = Desktop::set_up_with(lan, &publisher.surroundings(&image.path));
        let app = that_may_ask(&desktop);

        // By somebody else; and an old one, rightly signed, that is said to be new.
        let theirs = publisher.somebody_elses_key();
        for (signed, key) in [(NEWER, Some(&theirs)), ("0.0.9", None)] {
            publisher.offer(NEWER, &newer_program(), signed, key);
            says(&app, "Look now", "Version 9.0.0 is there.");
            app.screenshot("1-found");
            says(
                &app,
                "Install it",
                "is not signed by the makers of this copy",
            );
            app.screenshot("2-not-signed");
            assert!(image.is_old());
        }
        publisher.offer(NEWER, &newer_program(), NEWER, None);
        publisher.answer(INSTALLER, Answer::Half(newer_program()));
        says_after_silence(&app, "Install it", "did not come whole");
        assert!(image.is_old());

        publisher.answer(INSTALLER, Answer::Whole(newer_program()));
        says(&app, "Install it", "It is in place.");
        app.screenshot("3-in-place");
        assert!(image.is_new());
    });
}

/// The app with its settings open, where the person switched it on.
fn that_may_ask(desktop: &Desktop) -> Page {
    let app = at_home(desktop);
    app.press("Settings");
    app.shows("Look for new versions");
    // It cannot be switched on before the page knows whom it would ask.
    let switch = "const box = [...document.querySelectorAll('label')].find((e) => e.textContent.includes('Look for new versions')).querySelector('input'); if (box.disabled) return false; box.click(); return true;";
    app.until("is switched on", switch);
    app
}

/// Presses a button and waits for words that were not there before.
fn says(app: &Page, button: &str, words: &str) {
    app.press(button);
    app.shows(words);
}

/// The same where nobody answers: for that it takes its time, and no more. The waiting begins while
/// the button is pressed, and so does what is measured at least; at most is from when it was.
fn says_after_silence(app: &Page, button: &str, words: &str) {
    let before = Instant::now();
    app.press(button);
    let pressed = Instant::now();
    app.shows(words);
    assert!(before.elapsed() >= SILENCE, "{:?}", before.elapsed());
    assert!(pressed.elapsed() < SAID_WITHIN, "{:?}", pressed.elapsed());
}
