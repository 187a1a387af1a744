//! The app that people keep: files, a second start, links, the tray, settings, notifications.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use serde_json::{Value, json};

use crate::bus::Surroundings;
use crate::desktop::{Desktop, TITLE};
use crate::guest::Guest;
use crate::lan;
use crate::programs;
use crate::stories::{
    There, at_home, count, hosting, introduce, live, shapes, shared_link, to_the_board, wave,
};
use crate::until;
use crate::webdriver::Page;

/// A stroke, so that a session can be known again.
fn draw(desktop: &Desktop, app: &Page, expected: usize) {
    to_the_board(app);
    desktop.screen.draw(
        TITLE,
        &wave(
            480.0,
            250.0 + 40.0 * f64::from(u8::try_from(expected).unwrap_or(0)),
        ),
    );
    desktop.screen.lift();
    shapes(app, expected);
}

pub(crate) fn leave(app: &Page) {
    app.press("Menu");
    app.press("Leave");
    app.shows("Your sessions");
}

fn end(app: &Page) {
    app.press("Menu");
    app.press("End the session");
    app.shows("End the session for everybody?");
    app.press("End now");
    app.shows("Your sessions");
}

/// Where the app keeps a session.
fn file_of(desktop: &Desktop, session: &Value) -> PathBuf {
    let name = format!("sessions/{}.lanvas", session.as_str().expect("an id"));
    desktop.data().join(name)
}

/// As a person drags a file from a file manager onto the page.
fn drop_on(app: &Page, path: &Path) {
    let bytes = std::fs::read(path).expect("a file");
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    let script = "const bytes = Uint8Array.from(atob(arguments[0]), (c) => c.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], arguments[1]));
        for (const type of ['dragover', 'drop']) document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));";
    app.run(
        script,
        json!([text, path.file_name().expect("a name").to_str()]),
    );
}

#[test]
fn a_session_is_a_file_that_is_renamed_doubled_shown_mailed_and_dropped() {
    lan::inside(
        "keeping::a_session_is_a_file_that_is_renamed_doubled_shown_mailed_and_dropped",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let around = Surroundings::on(&desktop.bus());
            let app = hosting(&desktop);
            let session = count(&app, "session");
            draw(&desktop, &app, 1);
            leave(&app);

            app.press("More about “Our board”");
            app.screenshot("1-actions");
            app.press("Show in folder");
            let shown = around.asked("show ");
            let path = file_of(&desktop, &session);
            assert!(shown.ends_with(&path.display().to_string()), "{shown}");
            app.press("Rename");
            app.type_into("input[name=title]", "Map of the keep");
            app.press("Save");
            app.shows("Map of the keep");
            app.press("Duplicate");
            app.shows("Map of the keep (copy)");
            app.screenshot("2-doubled");
            app.press("End for everybody");
            app.until(
                "nothing is open",
                "return !document.body.innerText.includes('open now');",
            );

            // Mailed, it is here already; in another state it is a session of its own.
            let mailed = lan.folder.join("from Ann.lanvas");
            std::fs::copy(&path, &mailed).expect("copied");
            drop_on(&app, &mailed);
            live(&app);
            assert_eq!(count(&app, "session"), session);
            draw(&desktop, &app, 2);
            end(&app);
            drop_on(&app, &mailed);
            app.shows("Opened as a copy");
            app.screenshot("3-copy");
            app.press("All right");
            live(&app);
            shapes(&app, 1);
            assert_ne!(count(&app, "session"), session);
            leave(&app);

            std::fs::write(&mailed, "a letter").expect("written");
            drop_on(&app, &mailed);
            app.shows("This file is not a Lanvas session.");
            app.screenshot("4-foreign");
        },
    );
}

#[test]
fn a_file_is_opened_by_its_name_as_far_as_it_can_be_read() {
    lan::inside(
        "keeping::a_file_is_opened_by_its_name_as_far_as_it_can_be_read",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = hosting(&desktop);
            draw(&desktop, &app, 1);
            let path = file_of(&desktop, &count(&app, "session"));
            end(&app);
            programs::signal("TERM", Desktop::app_process());
            Desktop::app_has_ended();
            drop(app);

            // The end of the file is gone; what lies before it is not.
            let damaged = lan.folder.join("damaged.lanvas");
            std::fs::copy(&path, &damaged).expect("copied");
            let file = std::fs::File::options()
                .write(true)
                .open(&damaged)
                .expect("a file");
            let length = file.metadata().expect("a length").len();
            file.set_len(length - 100).expect("cut off");
            let app = desktop.start_app(&["--no-discovery", damaged.to_str().expect("a path")]);
            app.shows("This session’s file is damaged");
            app.screenshot("1-damaged");
            app.press("All right");
            live(&app);

            // A second start hands its file to the first one and ends.
            let other = lan.folder.join("other.lanvas");
            std::fs::copy(&path, &other).expect("copied");
            newer(&other);
            let second = desktop.start_again(&[other.to_str().expect("a path")]);
            assert_eq!(second.wait(), Some(0));
            leave_if_in(&app);
            app.shows("This session was made by a newer Lanvas");
            app.screenshot("2-newer");
        },
    );
}

/// A sentence about what could not be opened is on the home screen.
fn leave_if_in(app: &Page) {
    app.press("Menu");
    app.press("Leave");
}

/// Says of itself that a later Lanvas made it.
pub(crate) fn newer(path: &Path) {
    use std::io::{Seek as _, SeekFrom, Write as _};
    let mut file = std::fs::File::options()
        .write(true)
        .open(path)
        .expect("a file");
    file.seek(SeekFrom::Start(60)).expect("there");
    file.write_all(&99_u32.to_be_bytes()).expect("written");
}

#[test]
fn a_link_asks_before_it_joins() {
    lan::inside("keeping::a_link_asks_before_it_joins", |lan| {
        let desktop = Desktop::set_up(lan);
        let app = at_home(&desktop);
        let there = There::start(lan, "Workshop");
        let page = format!("http://{}:7420/s/{}", lan::THERE, there.session);
        let guest = Guest::arrive(lan, &page);
        introduce(&guest.page, "Ben", "Join");
        guest.page.press("Share");
        let link = guest.page.until(
            "the link for the app",
            "return document.querySelector('a[href^=\"lanvas:\"]')?.href;",
        );
        guest.page.screenshot("for-the-app");
        let link = format!("{}#host=0123456789abcdef", link.as_str().expect("a link"));
        assert_eq!(desktop.start_again(&[&link]).wait(), Some(0));
        app.shows("Join this session?");
        app.shows(&format!("{}:7420/s/{}", lan::THERE, there.session));
        assert_eq!(
            app.run(
                "return document.body.innerText.includes('0123456789');",
                json!([])
            ),
            json!(false)
        );
        app.screenshot("1-asks");
        app.press("Not now");
        app.shows("Hello, Ann");

        assert_eq!(desktop.start_again(&[&link]).wait(), Some(0));
        app.shows("Join this session?");
        app.press("Join");
        live(&app);
        assert_eq!(count(&app, "session"), json!(there.session));
        draw(&desktop, &app, 1);
        app.until("its picture is kept", "return window.__TAURI_INTERNALS__.invoke('visits').then((all) => all.some((one) => one.picture !== null));");
        app.press("Menu");
        app.press("Leave");
        app.shows("Where you were");
        app.press("Keep “Workshop” on top");
        app.screenshot("2-visited");
        app.click("section[aria-labelledby=visited-heading] .open");
        live(&app);

        assert_eq!(desktop.start_again(&["lanvas://no way"]).wait(), Some(0));
        app.shows("That link leads nowhere");
    });
}

#[test]
fn with_a_tray_the_window_can_go_and_the_session_stays() {
    lan::inside(
        "keeping::with_a_tray_the_window_can_go_and_the_session_stays",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let around = Surroundings::on(&desktop.bus());
            let app = hosting(&desktop);
            around.asked("tray ");
            let guest = Guest::arrive(lan, &shared_link(&app));
            introduce(&guest.page, "Ben", "Join");
            live(&guest.page);
            app.until(
                "sees two people",
                "return window.lanvas.debug().people === 2;",
            );

            desktop.screen.close_window(TITLE);
            app.shows("1 person is still here");
            app.screenshot("1-closing");
            // The driver would wait for a window that is gone.
            let hide = "const [hide] = [...document.querySelectorAll('button')].filter((e) => e.textContent === 'Hide the window'); setTimeout(() => hide.click(), 50); return hide !== undefined;";
            assert_eq!(app.run(hide, json!([])), json!(true));
            until("the window is hidden", || {
                (!desktop.screen.shows(TITLE)).then_some(())
            });
            live(&guest.page);

            // Somebody means the host, who does not look.
            guest.page.press("Chat");
            guest.page.type_on(".dock textarea", "@Ann come back\n");
            let said = around.asked("notify ");
            assert_eq!(said, "notify Ben · Our board: @Ann come back");
            assert_eq!(desktop.start_again(&[]).wait(), Some(0));
            until("the window is back", || {
                desktop.screen.shows(TITLE).then_some(())
            });
            live(&app);

            // The panel goes, and with it the icon: nothing could have a hidden window back.
            assert_eq!(app.invoke("hide_window", &json!({})), Ok(json!(true)));
            until("the window is hidden again", || {
                (!desktop.screen.shows(TITLE)).then_some(())
            });
            around.leave();
            until("the window comes by itself", || {
                desktop.screen.shows(TITLE).then_some(())
            });
            assert_eq!(app.invoke("hide_window", &json!({})), Ok(json!(false)));
        },
    );
}

#[test]
fn settings_hold_and_a_broken_file_of_them_stops_nothing() {
    lan::inside(
        "keeping::settings_hold_and_a_broken_file_of_them_stops_nothing",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = desktop.start_app(&[]);
            introduce(&app, "Ann", "Go on");
            app.press("Settings");
            app.shows("When you host");
            app.screenshot("1-settings");
            let dark = "return matchMedia('(prefers-color-scheme: dark)').matches;";
            app.click("label:has(input[value=dark])");
            app.until("it is dark", dark);
            app.screenshot("2-dark");
            app.click("label:has(input[value=light])");
            app.until(
                "it is light",
                "return matchMedia('(prefers-color-scheme: light)').matches;",
            );
            app.type_into("input[inputmode=numeric]", "80\t");
            app.shows("The port must be a number from 1024 to 65535.");
            app.type_into("input[inputmode=numeric]", "7555\t");
            app.click(".line input[type=checkbox]");
            app.type_into("input[name=history_mib]", "0\t");
            app.shows("Of the past, 1 to 1048576 MiB can be kept.");
            app.type_into("input[name=history_mib]", "64\t");
            app.press("Copy diagnostics");
            app.shows("Copied. Names, titles and secrets are not in it.");
            let text = until("the diagnostics tell what was set", || {
                let text = app.invoke("copy_diagnostics", &json!({})).expect("a text");
                let text = text.as_str().expect("a text").to_owned();
                [
                    "Port wished for: 7555",
                    "Past kept: 64 MiB",
                    "Announced: no",
                ]
                .iter()
                .all(|fact| text.contains(fact))
                .then_some(text)
            });
            assert!(!text.contains("Ann\n"), "{text}");
            app.press("Done");
            app.press("Start a session");
            live(&app);
            assert!(shared_link(&app).contains(":7555/"));
            assert_eq!(
                crate::shell::heard_there(lan),
                Vec::<Value>::new(),
                "it is not announced"
            );
            programs::signal("TERM", Desktop::app_process());
            Desktop::app_has_ended();
            drop(app);

            let file = desktop.data().join("settings.json");
            let kept: Value =
                serde_json::from_slice(&std::fs::read(&file).expect("a file")).expect("JSON");
            assert_eq!(
                (&kept["version"], &kept["port"], &kept["theme"]),
                (&json!(1), &json!(7555), &json!("light"))
            );
            std::fs::write(&file, "{ nonsense").expect("written");
            let app = desktop.start_app(&["--no-discovery"]);
            app.shows("What should the others call you?");
            assert!(desktop.data().join("settings.unreadable").exists());
        },
    );
}

#[test]
fn the_host_sees_who_is_in_and_the_links_follow_the_address() {
    lan::inside(
        "keeping::the_host_sees_who_is_in_and_the_links_follow_the_address",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = hosting(&desktop);
            let guest = Guest::arrive(lan, &shared_link(&app));
            introduce(&guest.page, "Ben", "Join");
            live(&guest.page);
            app.press("Menu");
            app.press("Hosting …");
            app.shows("2 people are in");
            app.until(
                "the guest's connection is measured",
                "return / \\d+ ms/.test(document.querySelector('dialog ul')?.innerText);",
            );
            app.screenshot("1-hosting");
            app.press("Show the code large");
            app.shows("Scan to join, or open");
            app.screenshot("2-projected");
            app.press("Close");
            app.shows("2 people are in");

            // The Wi-Fi gives out another address.
            lan::here(&format!("address delete {}/24 dev eth0", lan::HERE));
            app.shows("This computer is in no network.");
            lan::here("address add 10.77.0.9/24 dev eth0");
            app.until("the link is another", "return document.querySelector('dialog input.field')?.value.includes('//10.77.0.9:7420/');");

            app.press("End for everybody …");
            app.press("In 30 seconds");
            app.shows("Ends in ");
            guest.page.press("Chat");
            app.screenshot("3-ending");
            app.press("Go on");
            live(&app);
        },
    );
}
