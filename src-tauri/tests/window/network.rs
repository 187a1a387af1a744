//! The app on its network: who sees it, where it is reached, and how the others are shown.

use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use lanvas_protocol::join_code::join_code;
use serde_json::{Value, json};

use crate::desktop::Desktop;
use crate::guest::Guest;
use crate::keeping::leave;
use crate::lan::{self, Lan};
use crate::programs;
use crate::shell::heard_there;
use crate::stories::{There, count, introduce, live, shared_link};
use crate::until;
use crate::webdriver::Page;

/// How long a closed door may take to say so.
const KNOCK_TIMEOUT: Duration = Duration::from_secs(1);

/// Waits until the other machine's list is as `fits` wants it.
fn hears_there(lan: &Lan, what: &str, fits: impl Fn(&[Value]) -> bool) {
    until(&format!("the other machine hears {what}"), || {
        fits(&heard_there(lan)).then_some(())
    });
}

fn show_hosting(app: &Page) {
    app.press("Menu");
    app.press("Hosting …");
}

#[test]
fn a_host_is_hidden_shown_locked_and_found_again_under_another_address() {
    lan::inside(
        "network::a_host_is_hidden_shown_locked_and_found_again_under_another_address",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = desktop.start_app(&[]);
            introduce(&app, "Ann", "Go on");
            app.press("Start a session");
            live(&app);
            let link = shared_link(&app);
            hears_there(lan, "the session", |rows| rows.len() == 1);

            show_hosting(&app);
            let switch = "dialog label.line input[type=checkbox]";
            app.click(switch);
            hears_there(lan, "nothing", <[_]>::is_empty);
            app.click(switch);
            app.press("How people come in");
            app.click("label:has(input[value=password])");
            app.type_into("dialog .password form input", "correct horse");
            app.press("Set");
            app.shows("correct horse");
            app.screenshot("1-locked");
            app.press("Close");
            hears_there(lan, "that it is locked", |rows| {
                rows.iter().any(|row| row["password"] == true)
            });
            let guest = Guest::arrive(lan, &link);
            introduce(&guest.page, "Ben", "Join");
            guest
                .page
                .type_into("input[type=password]", "correct horse");
            guest.page.press("Enter");
            live(&guest.page);

            // The Wi-Fi gives out another address: the network is told, nobody types anything.
            lan::here(&format!("address delete {}/24 dev eth0", lan::HERE));
            lan::here("address add 10.77.0.9/24 dev eth0");
            hears_there(lan, "the other address", |rows| {
                let urls = rows.first().map(|row| row["urls"].to_string());
                urls.is_some_and(|urls| urls.contains("//10.77.0.9:7420/"))
            });
            until("the card has the other address", || {
                shared_link(&app)
                    .contains("//10.77.0.9:7420/")
                    .then_some(())
            });

            leave(&app);
            app.until(
                "its own session is marked",
                "return document.querySelector('section[aria-labelledby=nearby-heading] li')?.innerText.includes('yours');",
            );
            app.screenshot("2-own");
        },
    );
}

#[test]
fn the_list_says_who_is_gone_and_words_lead_there() {
    lan::inside(
        "network::the_list_says_who_is_gone_and_words_lead_there",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = desktop.start_app(&[]);
            introduce(&app, "Ann", "Go on");
            app.shows("No session nearby yet.");
            app.screenshot("1-nobody");
            let there = There::start(lan, "Workshop");
            app.shows("Workshop");

            let code = join_code(lan::THERE.parse::<Ipv4Addr>().expect("an address"), 7420);
            app.type_into("input[inputmode=url]", "acorn-acorn-acorn-acorn");
            app.press("Join");
            app.shows("words");
            app.screenshot("2-misheard");
            app.type_into(
                "input[inputmode=url]",
                &code.replace('-', " ").to_uppercase(),
            );
            app.press("Join");
            live(&app);
            assert_eq!(count(&app, "session"), json!(there.session));
            app.press("Menu");
            app.press("Leave");
            app.shows("Where you were");
            app.shows("here now");
        },
    );
}

#[test]
fn where_to_host_and_where_to_keep_it_hold_as_they_were_set() {
    lan::inside(
        "network::where_to_host_and_where_to_keep_it_hold_as_they_were_set",
        |lan| {
            lan::here("address add 10.78.0.1/24 dev eth0");
            let desktop = Desktop::set_up(lan);
            let app = desktop.start_plainly(&["--no-discovery"]);
            introduce(&app, "Quentin", "Go on");
            app.press("Settings");
            let choose = "const select = [...document.querySelectorAll('dialog select')].find((e) => [...e.options].some((o) => o.value === '10.78.0.1')); if (select === undefined) return false; select.value = '10.78.0.1'; select.dispatchEvent(new Event('change', { bubbles: true })); return true;";
            app.until("the address is offered", choose);
            until("the address is set", || {
                let now = app.invoke("save_settings", &json!({ "settings": {} }));
                (now.ok()?["interface"] == "10.78.0.1").then_some(())
            });
            app.type_on("dialog input[autocomplete=nickname]", " Zoë\t");
            let folder = desktop.home().join("Boards");
            std::fs::create_dir(&folder).expect("a folder");
            // As the system's own question gives it back.
            let chosen = json!({ "settings": { "data_folder": folder } });
            app.invoke("save_settings", &chosen).expect("a folder");
            app.press("Open the log");
            let opened = until("the log is opened", || desktop.opened());
            assert!(opened.trim().ends_with("lanvas.log"), "{opened}");
            app.press("Done");
            app.shows("Hello, Quentin Zoë");
            app.press("Start a session");
            live(&app);
            assert!(shared_link(&app).starts_with("http://10.78.0.1:7420/s/"));
            let knock = |address: &str| {
                let at = SocketAddr::new(address.parse().expect("an address"), 7420);
                TcpStream::connect_timeout(&at, KNOCK_TIMEOUT).is_ok()
            };
            assert!(knock("10.78.0.1") && !knock(lan::HERE), "on that one alone");
            nothing_secret_is_copied(&app);
            let usual = count(&app, "session");
            programs::signal("TERM", Desktop::app_process());
            Desktop::app_has_ended();
            drop(app);

            let app = desktop.start_plainly(&["--no-discovery"]);
            app.press("Start a session");
            live(&app);
            assert_ne!(count(&app, "session"), usual, "that one is kept elsewhere");
            let kept = std::fs::read_dir(folder.join("sessions")).expect("a folder");
            assert!(kept.count() > 0, "the session is in the chosen folder");
        },
    );
}

/// Whoever helps needs no name, title, password, link or token.
fn nothing_secret_is_copied(app: &Page) {
    let hosted = app.invoke("hosted", &json!({})).expect("a session");
    let text = app.invoke("copy_diagnostics", &json!({})).expect("a text");
    let text = text.as_str().expect("a text").to_lowercase();
    assert!(text.contains("only on: 10.78.0.1"), "{text}");
    let token = hosted["address"]["hostToken"].as_str().expect("a token");
    let title = hosted["title"].as_str().expect("a title");
    let session = hosted["address"]["session"].as_str().expect("an id");
    for secret in [token, title, session, "quentin", "zoë"] {
        assert!(!text.contains(&secret.to_lowercase()), "{secret} in {text}");
    }
}
