//! What a person does with the app, told through its screens.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::desktop::{self, Desktop, TITLE};
use crate::guest::Guest;
use crate::lan::{self, Lan};
use crate::programs::Program;
use crate::until;
use crate::webdriver::Page;

/// How soon a session usually is in the list after its start, and out of it after its end: by the
/// median of several, for it is no promise about one stall of a busy machine.
const LIST_LIMIT: Duration = Duration::from_secs(2);
const ROUNDS: usize = 3;

/// What `window.lanvas.debug()` counts.
pub(crate) fn count(page: &Page, what: &str) -> Value {
    page.run("return window.lanvas.debug()[arguments[0]];", json!([what]))
}

pub(crate) fn live(page: &Page) {
    page.until(
        "is live",
        "return window.lanvas?.debug().status === 'live';",
    );
}

pub(crate) fn shapes(page: &Page, expected: usize) {
    let script = format!(
        "const d = window.lanvas.debug(); return d.shapes === {expected} && d.wetStrokes === 0;"
    );
    page.until(&format!("has {expected} strokes"), &script);
}

/// Whether both have the same on their boards. Who drew hears last that the hub has it, and only
/// then knows when it was added.
fn have_the_same(app: &Page, guest: &Page) {
    until("both boards are the same", || {
        (count(app, "boardHash") == count(guest, "boardHash")).then_some(())
    });
}

/// Puts the card away that brings others in, which opens by itself: the board has the keyboard.
pub(crate) fn to_the_board(app: &Page) {
    let script = "const board = document.querySelector('.board');
        if (board === null) return false;
        document.activeElement?.blur();
        board.focus();
        return document.querySelector('.share-card, .popover [aria-expanded=true]') === null;";
    app.until("the board is in front", script);
}

/// A first start: the app asks for a name, once.
pub(crate) fn introduce(page: &Page, name: &str, action: &str) {
    page.type_into("input[autocomplete=nickname]", name);
    page.press(action);
}

/// The app at its home screen, with a person who has a name, and no ear for the network.
pub(crate) fn at_home(desktop: &Desktop) -> Page {
    let app = desktop.start_app(&["--no-discovery"]);
    introduce(&app, "Ann", "Go on");
    app.shows("Hello, Ann");
    app
}

/// The same, once that person hosts a session.
pub(crate) fn hosting(desktop: &Desktop) -> Page {
    let app = at_home(desktop);
    app.press("Start a session");
    live(&app);
    app
}

/// Points of a wave from `x` on at height `y`.
pub(crate) fn wave(x: f64, y: f64) -> Vec<(f64, f64)> {
    (0..24_u8)
        .map(f64::from)
        .map(|step| (x + step * 12.0, y + 60.0 * (step / 3.0).sin()))
        .collect()
}

/// The link on the card that brings others in.
pub(crate) fn shared_link(app: &Page) -> String {
    let card = "document.querySelector('.share-card')";
    // It opens by itself where nobody else is in: a press at that moment would close it.
    let open = "if (document.querySelector('.share-card')?.checkVisibility()) return true;
        const named = (e) => e.textContent.trim() === 'Share' || e.getAttribute('aria-label')?.startsWith('Share');
        [...document.querySelectorAll('button[aria-expanded=false]')].find(named)?.click();
        return false;";
    app.until("the card", open);
    // Both at once, for they change when the address does.
    let both = format!(
        "const link = {card}?.querySelector('input')?.value;
        const code = {card}?.querySelector('svg[role=img]')?.getAttribute('aria-label');
        return link && code ? [code, link] : null;"
    );
    let both = app.until("the code and the link", &both);
    let part = |which: usize| both[which].as_str().expect("words").to_owned();
    let (code, link) = (part(0), part(1));
    assert!(code.contains(&link), "{code} leads to {link}");
    link
}

#[test]
fn a_host_and_a_browser_guest_draw_together_and_closing_asks_first() {
    lan::inside(
        "stories::a_host_and_a_browser_guest_draw_together_and_closing_asks_first",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = desktop.start_app(&["--no-discovery"]);
            app.shows("What should the others call you?");
            app.screenshot("1-first-start");
            introduce(&app, "Ann", "Go on");
            app.shows("Hello, Ann");
            app.screenshot("2-home");
            app.press("Start a session");
            live(&app); // how soon is measured by `cargo xtask bench app`
            let link = shared_link(&app);
            let session = count(&app, "session");
            assert_eq!(
                link,
                format!(
                    "http://{}:7420/s/{}",
                    lan::HERE,
                    session.as_str().expect("an id")
                )
            );
            app.shows("1 person here");
            app.screenshot("3-session");

            let guest = Guest::arrive(lan, &link);
            introduce(&guest.page, "Ben", "Join");
            live(&guest.page);
            app.until(
                "sees two people",
                "return window.lanvas.debug().people === 2;",
            );

            to_the_board(&app);
            desktop.screen.draw(TITLE, &wave(420.0, 300.0));
            guest.page.until(
                "sees the wet ink",
                "return window.lanvas.debug().wetStrokes === 1;",
            );
            app.screenshot("4-drawing");
            desktop.screen.lift();
            shapes(&guest.page, 1);
            guest.page.drag(&wave(300.0, 450.0));
            shapes(&app, 2);
            shapes(&guest.page, 2);
            have_the_same(&app, &guest.page);
            app.screenshot("5-both-drew");
            guest.page.screenshot("both-drew");

            both_write(&app, &guest.page);
            closing_asks(&desktop, &app, &guest.page);
            drop(app);
            let again = desktop.start_app(&["--no-discovery"]);
            again.press("Go on with “Our board”");
            live(&again);
            assert_eq!(count(&again, "session"), session);
            assert_eq!(shared_link(&again), link);
            shapes(&again, 2);
            guest_returns(&guest.page);
        },
    );
}

/// The editor brings its looks as `style` elements, which the page's policy must let through.
fn both_write(app: &Page, guest: &Page) {
    app.press("Notes");
    app.type_on(".cm-content", "Hello from the app");
    let styled = "getComputedStyle(document.querySelector('.cm-scroller')).display === 'flex'";
    app.until("the editor has its looks", &format!("return {styled};"));
    let written = "return window.lanvas.debug().notesLength === 18;";
    guest.until("reads what was written", written);
    app.screenshot("6-notes");
    app.press("Notes");
}

fn closing_asks(desktop: &Desktop, app: &Page, guest: &Page) {
    desktop.screen.close_window(TITLE);
    app.shows("1 person is still here");
    app.screenshot("7-closing");
    app.press("Stay open");
    live(guest);

    desktop.screen.close_window(TITLE);
    app.press_last("Close for everybody");
    Desktop::app_has_ended();
    guest.until("is told", "return window.lanvas.debug().status !== 'live';");
    guest.screenshot("host-gone");
}

fn guest_returns(guest: &Page) {
    guest.until("is back", "return window.lanvas.debug().status === 'live';");
    shapes(guest, 2);
}

/// A hub on the other machine.
pub(crate) struct There {
    pub(crate) server: Program,
    /// The line with which it began.
    pub(crate) ready: Value,
    pub(crate) session: String,
    _data: TempDir,
}

impl There {
    pub(crate) fn start(lan: &Lan, title: &str) -> Self {
        Self::start_with(lan, title, &[])
    }

    pub(crate) fn start_with(lan: &Lan, title: &str, arguments: &[&str]) -> Self {
        let data = tempfile::tempdir().expect("a folder");
        let server = desktop::server_path();
        let mut command = lan.there(server.to_str().expect("a path in UTF-8"));
        command
            .args(["serve", "--title", title, "--data"])
            .arg(data.path())
            .args(arguments);
        let (server, ready) = Program::start_ready(&mut command, &lan.folder.join("there.log"));
        let session = ready["session"].as_str().expect("an id").to_owned();
        Self {
            server,
            ready,
            session,
            _data: data,
        }
    }
}

/// Waits until the list has it, or has it no more; how long that took.
fn listed(app: &Page, title: &str, expected: bool) -> Duration {
    let script = format!(
        "return [...document.querySelectorAll('section[aria-labelledby=nearby-heading] li button')].some((row) => row.textContent.includes({title:?})) === {expected};"
    );
    let asked = Instant::now();
    app.until(&format!("{title} listed: {expected}"), &script);
    asked.elapsed()
}

fn usually_within_the_limit(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    println!("{what}: {took:.2?} (promised {LIST_LIMIT:?})");
    assert!(took[took.len() / 2] < LIST_LIMIT, "{what}: {took:?}");
}

#[test]
fn a_session_of_another_machine_is_listed_and_joined_with_one_click() {
    lan::inside(
        "stories::a_session_of_another_machine_is_listed_and_joined_with_one_click",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = desktop.start_app(&[]);
            introduce(&app, "Ann", "Go on");
            let there = There::start(lan, "Workshop");
            let mut come = vec![listed(&app, "Workshop", true)];
            app.screenshot("nearby");

            app.click("ul li button");
            live(&app);
            assert_eq!(count(&app, "session"), json!(there.session));
            app.screenshot("joined");
            to_the_board(&app);
            desktop.screen.draw(TITLE, &wave(420.0, 300.0));
            desktop.screen.lift();
            shapes(&app, 1);

            app.press("Menu");
            app.press("Leave");
            listed(&app, "Workshop", true);
            assert_eq!(there.server.end(), Some(0));
            let mut gone = vec![listed(&app, "Workshop", false)];
            while gone.len() < ROUNDS {
                let there = There::start(lan, "Workshop");
                come.push(listed(&app, "Workshop", true));
                assert_eq!(there.server.end(), Some(0));
                gone.push(listed(&app, "Workshop", false));
            }
            usually_within_the_limit("listed", come);
            usually_within_the_limit("gone", gone);
        },
    );
}

#[test]
fn an_address_typed_by_hand_leads_to_the_session() {
    lan::inside(
        "stories::an_address_typed_by_hand_leads_to_the_session",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = at_home(&desktop);
            app.shows("Lanvas was started with discovery switched off.");
            let field = "input[inputmode=url]";
            app.type_into(field, lan::THERE);
            app.press("Join");
            app.shows("Nothing answers at 10.77.0.2.");
            app.screenshot("nothing-answers");

            let there = There::start(lan, "Workshop");
            app.press("Join");
            live(&app);
            assert_eq!(count(&app, "session"), json!(there.session));
        },
    );
}

#[test]
fn a_host_has_several_sessions_and_has_back_what_was_thrown_away() {
    lan::inside(
        "stories::a_host_has_several_sessions_and_has_back_what_was_thrown_away",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = hosting(&desktop);
            let first = count(&app, "session");
            to_the_board(&app);
            desktop.screen.draw(TITLE, &wave(420.0, 300.0));
            desktop.screen.lift();
            shapes(&app, 1);
            app.press("Menu");
            app.press("End the session");
            app.shows("End the session for everybody?");
            app.press("End now");

            app.press("New session");
            live(&app);
            assert_ne!(count(&app, "session"), first);
            shapes(&app, 0);
            app.press("Menu");
            app.press("Leave");

            // Only the one that nobody is hosting can be thrown away.
            app.until(
                "the other one is listed",
                "const other = [...document.querySelectorAll('li')].find((row) => row.querySelector('button.open') && !row.textContent.includes('open now')); if (!other || !document.body.innerText.includes('open now')) return false; other.querySelector('.icon-button').click(); return true;",
            );
            app.press("Move to trash");
            app.shows("“Our board” is in the trash");
            app.screenshot("thrown-away");
            app.press("Undo");
            let rows = "return document.querySelectorAll('button.open').length === 2;";
            app.until("lists both again", rows);
            app.screenshot("own-sessions");
            app.run(
                "[...document.querySelectorAll('button.open')].find((row) => !row.textContent.includes('open now')).click();",
                json!([]),
            );
            live(&app);
            assert_eq!(count(&app, "session"), first);
            shapes(&app, 1);
        },
    );
}
