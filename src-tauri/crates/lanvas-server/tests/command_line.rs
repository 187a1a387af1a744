//! `lanvas-server` as a script uses it, on this machine alone: standard output,
//! standard error, exit codes, signals.
#![cfg(unix)]

#[path = "shared/quiet_port.rs"]
mod quiet_port;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    time::{Duration, Instant},
};

use quiet_port::quiet_port;
use serde_json::Value;

const LANVAS_SERVER: &str = env!("CARGO_BIN_EXE_lanvas-server");
/// What takes longer hangs.
const END_TIMEOUT: Duration = Duration::from_secs(60);

/// A server that is killed if the test ends before it.
struct Server {
    child: Child,
    ready: Value,
    rest: BufReader<std::process::ChildStdout>,
}

impl Server {
    fn start(data: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(LANVAS_SERVER);
        command
            .args(["serve", "--no-discovery", "--bind", "127.0.0.1", "--data"])
            .arg(data)
            .args(arguments);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let mut rest = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        rest.read_line(&mut line).expect("a line");
        let ready = serde_json::from_str(&line).expect("the ready line is JSON");
        Self { child, ready, rest }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args([&format!("-{name}"), &id])
                .status()
                .expect("kill runs")
                .success()
        );
    }

    /// Waits for the end; everything it still said on standard output with it.
    fn ended(mut self) -> (ExitStatus, String) {
        let started = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                break status;
            }
            assert!(started.elapsed() < END_TIMEOUT, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut rest = String::new();
        self.rest.read_to_string(&mut rest).expect("text");
        (status, rest)
    }

    fn get(&self, path: &str) -> String {
        self.get_as(path, &format!("127.0.0.1:{}", self.ready["port"]))
    }

    /// As who was led here by `host`.
    fn get_as(&self, path: &str, host: &str) -> String {
        let port = self.ready["port"].as_u64().expect("a port");
        let mut socket =
            TcpStream::connect(format!("127.0.0.1:{port}")).expect("it accepts connections");
        write!(
            socket,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )
        .expect("sent");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("an answer");
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn it_says_once_that_it_is_ready_ends_cleanly_and_comes_back_as_it_was() {
    let data = tempfile::tempdir().expect("a folder");
    let port = quiet_port().to_string();
    let first = Server::start(
        data.path(),
        &["--port", &port, "--title", "Friday sketches"],
    );
    let ready = first.ready.clone();
    let (session, port) = (ready["session"].as_str().expect("an id"), &ready["port"]);
    assert_eq!(
        (&ready["ready"], &ready["title"]),
        (&true.into(), &"Friday sketches".into())
    );
    assert_eq!(
        ready["urls"],
        serde_json::json!([format!("http://127.0.0.1:{port}/s/{session}")])
    );
    let host_url = ready["host_url"].as_str().expect("a link");
    assert!(host_url.starts_with(&format!("http://127.0.0.1:{port}/s/{session}#host=")));
    assert!(first.get("/healthz").starts_with("HTTP/1.1 200"));
    assert!(first.get("/api/nearby").ends_with("[]"));

    first.signal("TERM");
    let (status, rest) = first.ended();
    assert_eq!((status.code(), rest.as_str()), (Some(0), ""));

    let again = Server::start(data.path(), &["--title", "Not taken: there is a session"]);
    assert_eq!(
        (&again.ready["session"], &again.ready["title"]),
        (&ready["session"], &ready["title"])
    );
    assert_eq!(
        &again.ready["port"], port,
        "links of yesterday still lead here"
    );
    again.signal("INT");
    assert_eq!(again.ended().0.code(), Some(0));
}

#[test]
fn a_password_file_makes_the_session_ask_for_it() {
    let data = tempfile::tempdir().expect("a folder");
    let file = data.path().join("password");
    std::fs::write(&file, "horse battery\n").expect("written");
    let server = Server::start(
        data.path(),
        &[
            "--port",
            "0",
            "--password-file",
            file.to_str().expect("UTF-8"),
        ],
    );
    let sessions = server.get("/api/sessions");
    assert!(sessions.contains(r#""password":true"#), "{sessions}");
    assert!(!sessions.contains("horse"));
}

#[test]
fn wrong_usage_is_two_and_a_failure_is_one_with_one_plain_sentence() {
    assert_eq!(run(&[]).status.code(), Some(2));
    assert_eq!(run(&["serve", "--port", "many"]).status.code(), Some(2));
    assert_eq!(run(&["--help"]).status.code(), Some(0));
    assert_eq!(
        run(&["--version"]).stdout,
        format!("lanvas-server {}\n", env!("CARGO_PKG_VERSION")).as_bytes()
    );

    let data = tempfile::tempdir().expect("a folder");
    let server = Server::start(data.path(), &["--port", "0"]);
    let port = server.ready["port"].to_string();
    let other = tempfile::tempdir().expect("a folder");
    let other = other.path().to_str().expect("UTF-8");
    let taken = [
        "serve",
        "--no-discovery",
        "--bind",
        "127.0.0.1",
        "--port",
        &port,
        "--data",
        other,
    ];
    assert!(sentence(&taken).contains(&port));
    let no_password = [
        "serve",
        "--no-discovery",
        "--data",
        other,
        "--password-file",
        "/no/such/file",
    ];
    let no_password = sentence(&no_password);
    assert!(no_password.contains("/no/such/file") && no_password.contains("check the path"));
    let no_folder = [
        "serve",
        "--no-discovery",
        "--port",
        "0",
        "--data",
        "/dev/null/lanvas",
    ];
    assert!(sentence(&no_folder).contains("/dev/null/lanvas"));
}

#[test]
fn with_tls_it_says_by_which_certificate_and_sends_plain_http_there() {
    let data = tempfile::tempdir().expect("a folder");
    let start = || Server::start(data.path(), &["--port", "0", "--tls", "self-signed"]);
    let server = start();
    let port = &server.ready["port"];
    let here = format!("https://127.0.0.1:{port}/s/");
    for url in [&server.ready["host_url"], &server.ready["urls"][0]] {
        assert!(url.as_str().expect("a link").starts_with(&here), "{url}");
    }
    let fingerprint = server.ready["fingerprint"].clone();
    assert_eq!(fingerprint.as_str().map(str::len), Some(64));
    let answer = server.get("/s/x?y=1");
    assert!(answer.starts_with("HTTP/1.1 308"), "{answer}");
    assert!(answer.contains(&format!("location: {here}x?y=1\r\n")));
    assert!(server.get("/healthz").starts_with("HTTP/1.1 200"));
    server.signal("TERM");
    assert_eq!(server.ended().0.code(), Some(0));
    assert_eq!(start().ready["fingerprint"], fingerprint, "it is kept");
}

#[test]
fn a_hub_is_reached_by_the_names_it_is_given_and_by_no_other() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::start(
        data.path(),
        &[
            "--port",
            "0",
            "--name",
            "nas.fritz.box",
            "--name",
            "Board.School.Example",
        ],
    );
    for (host, status) in [
        ("nas.fritz.box", 200),
        ("board.school.example:7420", 200),
        ("evil.test", 421),
    ] {
        let answer = server.get_as("/healthz", host);
        let expected = format!("HTTP/1.1 {status}");
        assert!(answer.starts_with(&expected), "{host}: {answer}");
    }
    let data = data.path().to_str().expect("UTF-8");
    let named = ["--name", "a"].repeat(9);
    let serve = ["serve", "--no-discovery", "--port", "0", "--data", data];
    let many = sentence(&[&serve[..], &named].concat());
    assert!(many.contains("8 names"), "{many}");
}

#[test]
fn a_certificate_that_cannot_serve_is_said_at_the_start() {
    let data = tempfile::tempdir().expect("a folder");
    let data = data.path().to_str().expect("UTF-8");
    let serve = ["serve", "--no-discovery", "--port", "0", "--data", data];
    let with = |more: &[&'static str]| sentence(&[&serve[..], more].concat());
    let missing = with(&["--tls-cert", "/no/cert.pem", "--tls-key", "/no/key.pem"]);
    assert!(
        missing.contains("/no/cert.pem") && missing.contains("check the path after --tls-cert"),
        "{missing}"
    );
    let empty = with(&["--tls-cert", "/dev/null", "--tls-key", "/dev/null"]);
    assert!(empty.contains("/dev/null"), "{empty}");
}

/// The one sentence of a command that fails.
fn sentence(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(
        (output.status.code(), output.stdout.len()),
        (Some(1), 0),
        "{output:?}"
    );
    let sentence = String::from_utf8(output.stderr).expect("text");
    assert!(
        sentence.ends_with(".\n") && sentence.lines().count() == 1,
        "{sentence}"
    );
    sentence
}

fn run(arguments: &[&str]) -> Output {
    Command::new(LANVAS_SERVER)
        .args(arguments)
        .output()
        .expect("it starts")
}
