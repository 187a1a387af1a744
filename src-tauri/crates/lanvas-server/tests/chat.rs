//! `lanvas-server chat` against a real hub, as somebody in a terminal and as a script.
#![cfg(unix)]

#[path = "shared/quiet_port.rs"]
mod quiet_port;

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use futures_util::SinkExt as _;
use lanvas_protocol::limits::{CHAT_BURST, MESSAGE_LENGTH_MAX};
use quiet_port::quiet_port;
use serde_json::Value;
use tokio_tungstenite::{connect_async, tungstenite::Message};

const LANVAS_SERVER: &str = env!("CARGO_BIN_EXE_lanvas-server");
/// Longer than any of this takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program with its output as lines; killed if the test ends before it.
struct Program {
    child: Child,
    input: Option<ChildStdin>,
    lines: mpsc::Receiver<String>,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(LANVAS_SERVER)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let out = BufReader::new(child.stdout.take().expect("piped"));
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let input = child.stdin.take();
        Self {
            child,
            input,
            lines,
        }
    }

    fn types(&mut self, line: &str) {
        let input = self.input.as_mut().expect("not ended");
        writeln!(input, "{line}").expect("it reads");
    }

    /// Waits for the line; others before it are passed over.
    fn shows(&self, wanted: &str) {
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            if line == wanted {
                return;
            }
            seen.push(line);
        }
        panic!("no {wanted:?} in {seen:#?}");
    }

    /// No more is typed; it ends by itself.
    fn ends(&mut self) -> bool {
        drop(self.input.take());
        self.child.wait().expect("a child").success()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn hub(folder: &str, more: &[&str]) -> (Program, Value) {
    let mut arguments = vec!["serve", "--no-discovery", "--data", folder];
    if !more.contains(&"--port") {
        arguments.extend(["--port", "0"]);
    }
    arguments.extend(["--bind", "127.0.0.1", "--title", "Terminals"]);
    arguments.extend(more);
    let hub = Program::start(&arguments);
    let ready = hub.lines.recv_timeout(PATIENCE).expect("the ready line");
    (hub, serde_json::from_str(&ready).expect("JSON"))
}

#[test]
fn two_terminals_talk_and_a_script_says_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_hub, ready) = hub(folder.path().to_str().expect("text"), &[]);
    let link = ready["urls"][0].as_str().expect("a link");
    let mut ann = Program::start(&["chat", link, "--name", "Ann"]);
    ann.shows("# Terminals");
    let mut bo = Program::start(&["chat", link, "--name", "Bo"]);
    bo.shows("* here: Ann, Bo");
    ann.shows("* Bo came");
    ann.types("Hello, Bo");
    bo.shows("Ann: Hello, Bo");
    bo.types("/name Bob");
    ann.shows("* Bo is Bob now");
    // Bo's terminal too: it answers from what it knows.
    bo.shows("* Bo is Bob now");
    bo.types("/who");
    bo.shows("* here: Ann, Bob");

    let mut script = Program::start(&["chat", link, "--name", "Backup"]);
    script.types("done at 3 o'clock");
    assert!(script.ends(), "what was typed is with the hub");
    bo.shows("Backup: done at 3 o'clock");
    assert!(bo.ends());
    ann.shows("* Bob left");
}

/// More than the hub takes at once: the rest waits, and each is said once, in order.
#[test]
fn a_script_says_all_its_lines_and_what_cannot_be_said_is_a_failure() {
    const LINES: usize = CHAT_BURST as usize + 3;
    let folder = tempfile::tempdir().expect("a folder");
    let (_hub, ready) = hub(folder.path().to_str().expect("text"), &[]);
    let link = ready["urls"][0].as_str().expect("a link");
    let watcher = Program::start(&["chat", link, "--name", "Watcher"]);
    watcher.shows("* here: Watcher");
    let piped = |name: &str, input: &[u8]| {
        let mut script = Command::new(LANVAS_SERVER)
            .args(["chat", link, "--name", name])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let taken = script.stdin.take().expect("piped").write_all(input);
        taken.expect("it reads");
        let output = script.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), said)
    };
    let heard = |name: &str, count: usize| -> Vec<String> {
        let before = format!("{name}: ");
        let lines = std::iter::from_fn(|| watcher.lines.recv_timeout(PATIENCE).ok());
        let said = lines.filter_map(|line| line.strip_prefix(&before).map(str::to_owned));
        said.take(count).collect()
    };

    let lines: Vec<_> = (1..=LINES).map(|line| format!("line {line}")).collect();
    let (code, said) = piped("Many", lines.join("\n").as_bytes());
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(heard("Many", LINES), lines);

    assert_eq!(piped("Bytes", b"a\n\xff\r\nb\n").0, Some(0));
    assert_eq!(heard("Bytes", 3), ["a", "\u{fffd}", "b"]);

    let long = "x".repeat(MESSAGE_LENGTH_MAX + 1);
    let (code, said) = piped("Long", format!("a\n{long}\nb\n").as_bytes());
    assert_eq!(code, Some(1));
    let mut said = said.lines();
    assert!(said.next().is_some_and(|it| it.starts_with("Not said: ")));
    assert!(
        said.next()
            .is_some_and(|it| it.starts_with("1 line was not said"))
    );
    assert_eq!(heard("Long", 2), ["a", "b"]);
}

/// The first time a certificate is remembered; another one ends the command, until it is accepted.
#[test]
fn an_encrypted_hub_is_known_by_its_certificate() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    let port = quiet_port().to_string();
    let (first, ready) = hub(&at("one"), &["--tls", "self-signed", "--port", &port]);
    let link = ready["urls"][0].as_str().expect("a link");
    let said = |arguments: &[&str]| {
        let output = Command::new(LANVAS_SERVER)
            .args(arguments)
            .env("XDG_DATA_HOME", at("me"))
            .stdin(Stdio::null())
            .output()
            .expect("it runs");
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).into_owned(),
        )
    };
    let (code, words) = said(&["chat", link, "--name", "Ann"]);
    let begins = &ready["fingerprint"].as_str().expect("one")[..4];
    assert!(
        code == Some(0) && words.contains(&format!("begins with {begins}")),
        "{words}"
    );
    assert_eq!(said(&["top", link, "--once"]), (Some(0), String::new()));
    let (code, words) = said(&["top", &link.replace("https", "http"), "--once"]);
    assert!(code == Some(1) && words.contains("say https://"), "{words}");

    drop(first);
    let (_second, ready) = hub(&at("two"), &["--tls", "self-signed", "--port", &port]);
    let link = ready["urls"][0].as_str().expect("a link");
    for command in [&["chat", link][..], &["top", link, "--once"]] {
        let (code, words) = said(command);
        assert!(
            code == Some(1) && words.contains("another certificate"),
            "{words}"
        );
    }
    let fingerprint = ready["fingerprint"].as_str().expect("one");
    let accepting = ["top", link, "--once", "--fingerprint", fingerprint];
    assert_eq!(said(&accepting), (Some(0), String::new()));
    assert_eq!(said(&["top", link, "--once"]), (Some(0), String::new()));
}

#[test]
fn a_password_is_asked_for_and_a_link_must_be_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let password = folder.path().join("password");
    std::fs::write(&password, "open sesame\n").expect("written");
    let password = password.to_str().expect("text");
    let data = folder.path().join("data");
    let (_hub, ready) = hub(data.to_str().expect("text"), &["--password-file", password]);
    let link = ready["urls"][0].as_str().expect("a link");
    let mut stranger = Program::start(&["chat", link, "--name", "Ann"]);
    assert!(!stranger.ends());
    let friend = Program::start(&["chat", link, "--name", "Ann", "--password-file", password]);
    friend.shows("* here: Ann");
    let gone = link.replace("/s/", "/s/no");
    assert!(!Program::start(&["chat", &gone, "--name", "Ann"]).ends());
}

/// The lines of the README between the one that begins with `first` and the end of its example.
fn example(first: &str) -> Vec<&'static str> {
    include_str!("../../../../README.md")
        .lines()
        .skip_while(|line| !line.starts_with(first))
        .take_while(|line| *line != "```")
        .collect()
}

/// As a shell would run what the README shows.
fn by_shell(line: &str, link: &str) -> Command {
    let line = line.replace("http://192.168.1.5:7420/s/ID", link);
    let line = line.replace("lanvas-server", LANVAS_SERVER);
    let mut shell = Command::new("sh");
    shell.args(["-c", &line]).stdout(Stdio::null());
    shell
}

#[test]
fn the_readmes_examples_talk() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_hub, ready) = hub(folder.path().to_str().expect("text"), &[]);
    let link = ready["urls"][0].as_str().expect("a link");
    let watcher = Program::start(&["chat", link, "--name", "Watcher"]);
    watcher.shows("* here: Watcher");

    let [person, script] = example("lanvas-server chat http")[..] else {
        panic!("two lines: a person's and a script's");
    };
    let mut ann = by_shell(person, link).stdin(Stdio::piped()).spawn();
    let ann = ann.as_mut().expect("a shell");
    writeln!(ann.stdin.take().expect("piped"), "Hello").expect("it reads");
    watcher.shows("Ann: Hello");
    assert!(ann.wait().expect("a child").success());
    assert!(by_shell(script, link).status().expect("a shell").success());
    watcher.shows("Backup: The backup is done");

    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let socket = link.replace("http://", "ws://").replace("/s/", "/ws/");
    let by_hand = async {
        let (mut socket, _) = connect_async(&socket).await.expect("open");
        for line in &example("websocat ws://192.168.1.5:7420/ws/ID")[1..] {
            let sent = socket.send(Message::text(*line)).await;
            sent.expect("it is read");
        }
        socket
    };
    let _open = runtime.block_on(by_hand);
    watcher.shows("Cron: It is noon");
}
