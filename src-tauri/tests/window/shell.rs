//! What the shell promises whatever its page looks like.

use std::process::Command;

use serde_json::{Value, json};

use crate::desktop::{self, Desktop, TITLE};
use crate::lan::{self, Lan};
use crate::programs::{self, Program};
use crate::until;

#[test]
fn the_window_shows_the_bundle_and_goes_nowhere_else() {
    lan::inside(
        "shell::the_window_shows_the_bundle_and_goes_nowhere_else",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = desktop.start_app(&["--no-discovery"]);
            let home = "tauri://localhost/desktop.html";
            assert_eq!(app.url(), home);
            assert_eq!(
                app.run("return isSecureContext;", json!([])),
                Value::Bool(true)
            );

            for escape in [
                "location.href = 'http://10.77.0.1:7420/';",
                "location.replace('https://example.org/');",
                "window.open('http://10.77.0.1:7420/');",
                "const a = document.createElement('a'); a.href = 'http://10.77.0.1:7420/'; a.target = '_blank'; document.body.append(a); a.click();",
                "const f = document.createElement('form'); f.action = 'http://10.77.0.1:7420/'; document.body.append(f); f.submit();",
                "const i = document.createElement('iframe'); i.src = 'http://10.77.0.1:7420/'; document.body.append(i);",
                "const s = document.createElement('script'); s.textContent = 'window.escaped = true'; document.head.append(s);",
                "const s = document.createElement('script'); s.src = 'data:text/javascript,window.escaped = true'; document.head.append(s);",
                "setTimeout('window.escaped = true');",
            ] {
                app.run(&format!("try {{ {escape} }} catch {{}}"), json!([]));
            }
            app.until(
                "has had time for all of it",
                "return new Promise((done) => setTimeout(() => done(true), 500));",
            );
            assert_eq!(app.url(), home);
            assert_eq!(app.handles(), 1);
            assert_eq!(
                app.run("return window.escaped === undefined;", json!([])),
                Value::Bool(true)
            );
            app.screenshot("home");
        },
    );
}

/// A name or title of `length` letters.
fn letters(length: usize) -> String {
    "x".repeat(length)
}

#[test]
fn it_refuses_with_a_code_and_a_sentence() {
    lan::inside("shell::it_refuses_with_a_code_and_a_sentence", |lan| {
        let desktop = Desktop::set_up(lan);
        let app = desktop.start_app(&["--no-discovery"]);
        let named = |name: &str| json!({ "settings": { "name": name } });
        let typed = |text: &str| json!({ "text": text });
        for (command, arguments, code) in [
            (
                "start_session",
                json!({ "title": letters(121) }),
                "title_invalid",
            ),
            ("save_settings", named(" "), "name_empty"),
            ("save_settings", named(&letters(41)), "name_too_long"),
            ("resolve_address", typed("https://10.77.0.2"), "unreachable"),
            ("resolve_address", typed("10.77.0.2"), "unreachable"),
        ] {
            let refused = app.invoke(command, &arguments).expect_err(command);
            assert_eq!(refused["code"], code);
            let message = refused["message"].as_str().expect("a sentence");
            assert!(message.ends_with('.'), "{message}");
        }
    });
}

#[test]
fn it_gives_the_page_no_more_than_it_needs() {
    lan::inside("shell::it_gives_the_page_no_more_than_it_needs", |lan| {
        let desktop = Desktop::set_up(lan);
        let app = desktop.start_app(&["--no-discovery"]);
        let other = json!({ "options": { "label": "other", "url": "http://10.77.0.2/" } });
        let false_news = json!({ "event": "nearby-changed", "payload": [] });
        for (command, arguments) in [
            ("start_session", json!({ "title": 7 })),
            ("resolve_address", json!({})),
            ("answer_close", json!({ "close": "yes" })),
            ("keep_visit", json!({ "visit": { "id": "x" } })),
            ("plugin:opener|open_path", json!({ "path": "/etc/passwd" })),
            (
                "plugin:opener|reveal_item_in_dir",
                json!({ "paths": ["/etc"] }),
            ),
            ("plugin:dialog|open", json!({ "options": {} })),
            (
                "plugin:notification|notify",
                json!({ "options": { "title": "x" } }),
            ),
            ("plugin:clipboard-manager|read_text", json!({})),
            (
                "plugin:window-state|restore_state",
                json!({ "label": "main", "flags": 63 }),
            ),
            ("no_such_command", json!({})),
            ("plugin:window|create", other.clone()),
            ("plugin:webview|create_webview_window", other),
            ("plugin:event|emit", false_news),
            ("plugin:path|resolve_directory", json!({ "directory": 1 })),
        ] {
            let answer = app.invoke(command, &arguments);
            assert!(answer.is_err(), "{command} with {arguments}");
        }
        assert_eq!(app.invoke("hosted", &json!({})), Ok(Value::Null));
        assert_eq!(app.invoke("nearby", &json!({})), Ok(json!([])));
        let status = app.invoke("discovery_status", &json!({}));
        assert_eq!(status.expect("a status")["on"], false);
    });
}

#[test]
fn a_signal_ends_it_cleanly_and_the_next_start_has_the_same_session_and_port() {
    lan::inside(
        "shell::a_signal_ends_it_cleanly_and_the_next_start_has_the_same_session_and_port",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let host = |title: &str| {
                let app = desktop.start_app(&[]);
                let hosted = app
                    .invoke("start_session", &json!({ "title": title }))
                    .expect("a session");
                assert_eq!(app.invoke("hosted", &json!({})), Ok(hosted.clone()));
                (app, hosted)
            };
            let (app, first) = host("Map");
            let session = first["address"]["session"]
                .as_str()
                .expect("an id")
                .to_owned();
            assert_eq!(first["title"], "Map");
            assert_eq!(
                first["urls"],
                json!([format!("http://{}:7420/s/{session}", lan::HERE)])
            );
            let found = app
                .invoke("resolve_address", &json!({ "text": lan::HERE }))
                .expect("our own hub");
            assert_eq!(
                found,
                json!({ "session": session, "base": format!("http://{}:7420", lan::HERE) })
            );

            programs::signal("TERM", Desktop::app_process());
            Desktop::app_has_ended();
            drop(app);

            let (_app, second) = host("Another");
            assert_eq!(second["title"], "Map");
            assert_eq!(second["address"]["session"], session);
            assert_eq!(second["port"], 7420);
        },
    );
}

#[test]
fn its_session_is_announced_under_the_hosts_name_and_leaves_with_it() {
    lan::inside(
        "shell::its_session_is_announced_under_the_hosts_name_and_leaves_with_it",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = desktop.start_app(&[]);
            let ann = json!({ "settings": { "name": "Ann" } });
            app.invoke("save_settings", &ann).expect("a name");
            let title = json!({ "title": "Map" });
            let hosted = app.invoke("start_session", &title).expect("a session");

            let row = until("the other machine lists it", || heard_there(lan).pop());
            assert_eq!(row["id"], hosted["address"]["session"]);
            assert_eq!(
                (&row["title"], &row["host"]),
                (&json!("Map"), &json!("Ann"))
            );
            assert_eq!(row["urls"], hosted["urls"]);

            programs::signal("TERM", Desktop::app_process());
            Desktop::app_has_ended();
            assert_eq!(heard_there(lan), Vec::<Value>::new());
        },
    );
}

/// What the headless program hears on the other machine within two seconds.
pub(crate) fn heard_there(lan: &Lan) -> Vec<Value> {
    let server = desktop::server_path();
    let mut command = lan.there(server.to_str().expect("a path in UTF-8"));
    let output = command
        .args(["nearby", "--seconds", "2", "--json"])
        .output()
        .expect("it listens");
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

#[test]
fn a_page_that_hangs_cannot_keep_the_window_open() {
    lan::inside(
        "shell::a_page_that_hangs_cannot_keep_the_window_open",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = desktop.start_app(&["--no-discovery"]);
            let hosted = app
                .invoke("start_session", &json!({ "title": null }))
                .expect("a session");
            let session = hosted["address"]["session"].as_str().expect("an id");
            let hello = json!({ "type": "hello", "name": "Ben", "replica": "r1" });
            let socket = format!("ws://{}:7420/ws/{session}", lan::HERE);
            app.run(
                "window.guest = new WebSocket(arguments[0], 'lanvas.v1.json');
             window.guest.onopen = () => window.guest.send(JSON.stringify(arguments[1]));
             window.guest.onmessage = ({ data }) => (window.heard ??= data);",
                json!([socket, hello]),
            );
            app.until(
                "the guest is in",
                "return window.heard?.includes('welcomed');",
            );
            for page in programs::named("WebKitWebProces") {
                programs::signal("STOP", page);
            }

            desktop.screen.close_window(TITLE);
            Desktop::app_has_ended();
            let log = std::fs::read_to_string(lan.folder.join("app.log")).expect("a log");
            assert!(
                log.contains("closing without it"),
                "it was asked first: {log}"
            );
        },
    );
}

#[test]
fn headless_becomes_the_server_without_a_screen() {
    lan::inside(
        "shell::headless_becomes_the_server_without_a_screen",
        |lan| {
            desktop::server_path();
            let data = tempfile::tempdir().expect("a folder");
            let mut command = Command::new(desktop::app_path());
            command
                .args([
                    "--headless",
                    "--port",
                    "0",
                    "--no-discovery",
                    "--title",
                    "Map",
                    "--data",
                ])
                .arg(data.path());
            command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
            let (server, ready) =
                Program::start_ready(&mut command, &lan.folder.join("server.log"));
            assert_eq!(ready["ready"], true);
            assert_eq!(ready["title"], "Map");
            assert_eq!(server.end(), Some(0));
        },
    );
}
