//! Sessions that are encrypted: joined, and refused when they are not what they were.

use serde_json::json;

use crate::desktop::{Desktop, TITLE};
use crate::guest::Guest;
use crate::lan;
use crate::stories::{
    There, at_home, count, introduce, live, shapes, shared_link, to_the_board, wave,
};
use crate::webdriver::Page;

const ENCRYPTED: &[&str] = &["--tls", "self-signed", "--no-discovery"];

/// The words that the question shows of a certificate.
fn compared(app: &Page) -> Vec<String> {
    let found = app.run(
        "return [...document.querySelectorAll('dialog dd')].map((it) => it.textContent);",
        json!([]),
    );
    let found = found.as_array().expect("a list").iter();
    found
        .map(|it| it.as_str().expect("text").to_owned())
        .collect()
}

/// How the fingerprint in a server's first line begins, as people compare it.
fn short(there: &There) -> String {
    let whole = there.ready["fingerprint"].as_str().expect("one");
    let digits: String = whole
        .chars()
        .filter(char::is_ascii_hexdigit)
        .take(20)
        .collect();
    let groups = digits.as_bytes().chunks(4).map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(" ").to_lowercase()
}

#[test]
fn an_encrypted_session_is_joined_once_compared_and_its_impostor_is_refused() {
    lan::inside(
        "sealed::an_encrypted_session_is_joined_once_compared_and_its_impostor_is_refused",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let there = There::start_with(lan, "Workshop", ENCRYPTED);
            let app = at_home(&desktop);
            app.type_into("input[inputmode=url]", lan::THERE);
            app.press("Join");
            app.shows("Is this the right session?");
            assert_eq!(compared(&app), [short(&there)]);
            app.screenshot("1-compare");
            app.press("Not now");
            app.press("Join");
            app.press("It is the same: join");
            live(&app);
            assert_eq!(count(&app, "session"), json!(there.session));
            let link = shared_link(&app);
            assert_eq!(link, there.ready["urls"][0].as_str().expect("a link"));
            app.shows("Encrypted.");
            app.screenshot("2-joined");

            let guest = Guest::arrive(lan, &link);
            introduce(&guest.page, "Ben", "Join");
            live(&guest.page);
            to_the_board(&app);
            desktop.screen.draw(TITLE, &wave(420.0, 300.0));
            desktop.screen.lift();
            shapes(&guest.page, 1);
            guest.page.drag(&wave(300.0, 450.0));
            shapes(&app, 2);

            // Its hub goes; another one is there, with another certificate.
            let known = short(&there);
            assert_eq!(there.server.end(), Some(0));
            let other = There::start_with(lan, "Workshop", ENCRYPTED);
            app.shows("Not the session you knew");
            assert_eq!(compared(&app), [known, short(&other)]);
            app.screenshot("3-another");
            app.press("Not now");
            app.shows("Hello, Ann");
            app.shows("shows another certificate than before");
            app.screenshot("4-refused");
        },
    );
}

#[test]
fn what_the_app_hosts_is_encrypted_once_switched_on() {
    lan::inside(
        "sealed::what_the_app_hosts_is_encrypted_once_switched_on",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = at_home(&desktop);
            app.press("Settings");
            app.shows("Encrypt what goes over the network");
            app.until(
                "is switched on",
                "const box = [...document.querySelectorAll('dialog label')].find((it) => it.textContent.includes('Encrypt what')).querySelector('input'); if (box.checked) return true; box.click(); return false;",
            );
            app.screenshot("1-settings");
            app.press("Done");
            app.press("Start a session");
            live(&app);
            let link = shared_link(&app);
            let id = count(&app, "session");
            let id = id.as_str().expect("an id");
            assert_eq!(link, format!("https://{}:7420/s/{id}", lan::HERE));

            let guest = Guest::arrive(lan, &link);
            introduce(&guest.page, "Ben", "Join");
            live(&guest.page);
            guest.page.drag(&wave(300.0, 450.0));
            shapes(&app, 1);
            to_the_board(&app);
            desktop.screen.draw(TITLE, &wave(420.0, 300.0));
            desktop.screen.lift();
            shapes(&guest.page, 2);

            app.press("Menu");
            app.press("Hosting …");
            app.shows("Encrypted.");
            app.shows("Or say it");
            app.screenshot("2-hosting");
        },
    );
}
