//! How the app gets along with the desktop it is on: menus, keys, what holds until the next start,
//! who knocks, files of other times, and that it asks nothing of the internet.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::bus::Surroundings;
use crate::desktop::{Desktop, TITLE};
use crate::guest::Guest;
use crate::keeping;
use crate::lan::{self, Lan};
use crate::stories::{at_home, hosting, introduce, live, shared_link};
use crate::until;
use crate::webdriver::Page;

/// X names of keys.
const CONTROL: u32 = 0xffe3;
const SHIFT: u32 = 0xffe1;
const COMMA: u32 = 0x2c;
const LETTER_C: u32 = 0x63;
const LETTER_N: u32 = 0x6e;

#[test]
fn the_menus_of_window_and_tray_do_what_they_say() {
    lan::inside(
        "manners::the_menus_of_window_and_tray_do_what_they_say",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let around = Surroundings::on(&desktop.bus());
            let app = at_home(&desktop);
            let press = |keys: &[u32]| desktop.screen.press_keys(TITLE, keys);
            press(&[CONTROL, COMMA]);
            app.shows("When you host");
            app.press("Done");
            press(&[CONTROL, LETTER_N]);
            live(&app);
            let link = shared_link(&app);

            // With nobody else in, the tray says so; a second session is a second row.
            around.press_in_tray("Our board: nobody else is in");
            around.press_in_tray("Show Lanvas");
            keeping::leave(&app);
            press(&[CONTROL, SHIFT, LETTER_C]);
            let field = "input[inputmode=url]";
            until("the link is on the clipboard", || {
                app.type_on(field, "\u{e009}av\u{e000}");
                let pasted = app.run(
                    "return document.querySelector(arguments[0]).value;",
                    json!([field]),
                );
                (pasted == json!(link)).then_some(())
            });
            around.press_in_tray("End for everybody …");
            app.shows("End the session for everybody?");
            app.screenshot("1-end-by-the-tray");
            app.press("End now");
            app.until(
                "nothing is hosted",
                "return !document.body.innerText.includes('open now');",
            );
            press(&[CONTROL, LETTER_N]);
            live(&app);
            around.press_in_tray("Quit Lanvas");
            Desktop::app_has_ended();
        },
    );
}

#[test]
fn what_was_chosen_holds_at_the_next_start() {
    lan::inside("manners::what_was_chosen_holds_at_the_next_start", |lan| {
        let desktop = Desktop::set_up(lan);
        let app = at_home(&desktop);
        app.press("Settings");
        app.click("label:has(input[aria-label=Blue])");
        app.click("label:has(input[aria-label=Blue]).chosen");
        choose(&app, "Dates and times", "de");
        let toggle = |words: &str| {
            let script = "[...document.querySelectorAll('label')].find((e) => e.textContent.includes(arguments[0])).querySelector('input').click();";
            app.run(script, json!([words]));
        };
        toggle("Start Lanvas when I log in");
        toggle("Safe graphics");
        // The file is there before what is in it.
        until("the system has an entry", || {
            let entry = std::fs::read_to_string(autostart_entry(&desktop)?).ok()?;
            entry.contains("Exec=").then_some(())
        });
        app.screenshot("1-chosen");
        toggle("Start Lanvas when I log in");
        until("the entry is gone", || {
            autostart_entry(&desktop).is_none().then_some(())
        });
        until("all is saved", || {
            let kept = std::fs::read_to_string(desktop.data().join("settings.json")).ok()?;
            let all = ["#1971c2", "\"de\"", "\"safe_graphics\": true"];
            all.iter().all(|part| kept.contains(part)).then_some(())
        });
        app.press("Done");
        app.press("Start a session");
        live(&app);
        let blue = "return [...document.querySelectorAll('[style]')].some((e) => getComputedStyle(e).backgroundColor === 'rgb(25, 113, 194)');";
        app.press("1 person here");
        app.until("Ann is blue", blue);
        desktop.screen.resize(TITLE, (900, 620));
        app.until("is smaller", "return innerWidth === 900;");
        let size = desktop.screen.size(TITLE);
        desktop.screen.close_window(TITLE);
        Desktop::app_has_ended();
        drop(app);

        let app = desktop.start_app(&["--no-discovery"]);
        until("the window is as it was", || {
            (desktop.screen.size(TITLE) == size).then_some(())
        });
        let german = "return /(Today|Yesterday), \\d\\d:\\d\\d$/m.test(document.body.innerText);";
        app.until("hours are written the German way", german);
        let around = std::fs::read(format!("/proc/{}/environ", Desktop::app_process()));
        let around = String::from_utf8_lossy(&around.expect("an environment")).into_owned();
        assert!(around.contains("WEBKIT_DISABLE_DMABUF_RENDERER=1"));
        app.screenshot("2-as-it-was");
    });
}

/// Chooses from the list in the settings that has this name.
pub(crate) fn choose(app: &Page, name: &str, value: &str) {
    let script = "const select = [...document.querySelectorAll('dialog label')].find((e) => e.textContent.includes(arguments[0])).querySelector('select'); select.value = arguments[1]; select.dispatchEvent(new Event('change', { bubbles: true }));";
    app.run(script, json!([name, value]));
}

/// What makes the app start when the person logs in, if something does.
fn autostart_entry(desktop: &Desktop) -> Option<PathBuf> {
    let folder = desktop.home().join(".config/autostart");
    let entries = std::fs::read_dir(folder).ok()?;
    let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.find(|path| path.extension().is_some_and(|it| it == "desktop"))
}

#[test]
fn who_knocks_is_told_to_the_system_and_the_host_gives_roles() {
    lan::inside(
        "manners::who_knocks_is_told_to_the_system_and_the_host_gives_roles",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let around = Surroundings::on(&desktop.bus());
            let app = hosting(&desktop);
            let link = shared_link(&app);
            app.press("Menu");
            app.press("Hosting …");
            app.press("How people come in");
            app.click("label:has(input[value=knock])");
            app.click("label:has(input[value=knock]).chosen");
            app.press("Close");

            desktop.screen.look_elsewhere();
            let guest = Guest::arrive(lan, &link);
            introduce(&guest.page, "Ben", "Join");
            guest.page.shows("Waiting to be let in");
            let said = around.asked("notify ");
            assert_eq!(
                said,
                "notify Ben knocks: They would like to come into Our board."
            );
            app.screenshot("1-knocks");
            app.press("Let Ben in");
            live(&guest.page);

            app.press("Menu");
            app.press("Hosting …");
            let give = "const select = document.querySelector('dialog select[aria-label=\"Role of Ben\"]'); if (select === null) return false; select.value = 'viewer'; select.dispatchEvent(new Event('change', { bubbles: true })); return true;";
            app.until("Ben has a role", give);
            guest.page.shows("looking on");
            app.screenshot("2-looks-on");
            guest.page.screenshot("looks-on");
        },
    );
}

#[test]
fn files_of_other_times_are_listed_and_said_to_be_so() {
    lan::inside(
        "manners::files_of_other_times_are_listed_and_said_to_be_so",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let folder = desktop.data().join("sessions");
            std::fs::create_dir_all(&folder).expect("a folder");
            let file = |name: &str| folder.join(name);
            let old = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("src-tauri/crates/lanvas-hub/tests/files/version-1.lanvas");
            std::fs::copy(&old, file("old.lanvas")).expect("copied");
            std::fs::copy(&old, file("newer.lanvas")).expect("copied");
            keeping::newer(&file("newer.lanvas"));
            std::fs::write(file("letter.lanvas"), "Dear Ann").expect("written");

            let app = at_home(&desktop);
            app.shows("made by a newer Lanvas");
            app.shows("not a Lanvas session");
            app.press("More about “newer.lanvas”");
            app.shows("Update Lanvas to open it.");
            app.screenshot("1-listed");
            app.press("Move to trash");
            app.shows("“newer.lanvas” is in the trash");
            // What is below its row has come up by then, where it stays.
            let gone = "return !document.body.innerText.includes('made by a newer Lanvas');";
            app.until("lists it no more", gone);
            app.press("Undo");
            app.shows("made by a newer Lanvas");

            // The old one is brought up to date, and kept as it was.
            app.click("button.open:not(:disabled)");
            live(&app);
            app.screenshot("2-old");
            let backup = until("a backup", || {
                let mut entries = std::fs::read_dir(&folder).ok()?.filter_map(Result::ok);
                entries.find(|entry| entry.file_name() == "old.lanvas-v1")
            });
            let format = |path: &Path| std::fs::read(path).expect("a file")[60..64].to_vec();
            assert_eq!(format(&backup.path()), [0, 0, 0, 1], "as it was");
            until("the file is of today", || {
                (format(&file("old.lanvas")) != [0, 0, 0, 1]).then_some(())
            });
        },
    );
}

#[test]
fn nothing_of_it_asks_the_internet_and_the_doctor_hears_the_other_device() {
    lan::inside(
        "manners::nothing_of_it_asks_the_internet_and_the_doctor_hears_the_other_device",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = at_home(&desktop);
            app.press("Settings");
            app.shows("never asks the internet");
            let refused = app.invoke("look_for_update", &json!({}));
            assert_eq!(refused.expect_err("nowhere")["code"], "update_nowhere");
            app.press("Done");
            app.press("Start a session");
            live(&app);
            keeping::leave(&app);
            app.press("Somebody cannot get in?");
            app.shows("Test from the other device");
            app.screenshot("1-doctor");
            report_from_there(lan);
            app.shows(lan::THERE);
            app.screenshot("2-tested");
            assert_eq!(
                lan::turned_away(),
                0,
                "nothing wanted to leave this network"
            );
        },
    );
}

/// What the test page of another device tells the hub.
fn report_from_there(lan: &Lan) {
    let body = r#"{"http_ms":12.5}"#;
    let request = format!(
        "POST /api/reach HTTP/1.1\\r\\nHost: {0}:7420\\r\\nContent-Type: application/json\\r\\nContent-Length: {1}\\r\\nConnection: close\\r\\n\\r\\n{body}",
        lan::HERE,
        body.len()
    );
    let script = format!(
        "exec 3<>/dev/tcp/{}/7420; printf '{request}' >&3; head -1 <&3",
        lan::HERE
    );
    let told = lan.there("bash").args(["-c", &script]).output();
    let told = String::from_utf8(told.expect("it runs").stdout).expect("text");
    assert!(told.contains(" 204") || told.contains(" 200"), "{told}");
}
