//! `lanvas-server` while it runs and how it ends: watched from outside, and told to stop while
//! somebody does not listen.
#![cfg(unix)]

#[path = "../../lanvas-hub/tests/it/promise.rs"]
mod promise;
#[path = "shared/serving.rs"]
mod serving;

use std::{
    io::{BufRead, BufReader},
    net::Ipv4Addr,
    path::Path,
    process::{Command, ExitStatus, Stdio},
    sync::mpsc,
    thread::JoinHandle,
    time::{Duration, Instant},
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use serving::Serving;

const LANVAS_SERVER: &str = env!("CARGO_BIN_EXE_lanvas-server");
/// What takes longer hangs.
const DEADLINE: Duration = Duration::from_secs(60);
/// What is promised for a clean end, and what starting `kill` and looking may take on top of it.
const END: Duration = Duration::from_millis(2_000 + 500);
/// Somebody who does not listen is waited for this long: a second signal does not wait.
const AT_ONCE: Duration = Duration::from_millis(800);

struct Server {
    serving: Serving,
    /// Reads the log all along: a full pipe would hold the server up.
    log: JoinHandle<String>,
    /// Told when the log says that it ends.
    ending: mpsc::Receiver<()>,
}

impl Server {
    fn start(data: &Path, log: &str) -> Self {
        let mut serving = Serving::start(data, |command| {
            command.args(["--port", "0", "--title", "Watched"]);
            command.env("LANVAS_LOG", log).stderr(Stdio::piped());
        });
        let (tell, ending) = mpsc::channel();
        let stderr = BufReader::new(serving.child.stderr.take().expect("piped"));
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            for line in stderr.lines().map_while(Result::ok) {
                if line.contains("a second signal ends at once") {
                    let _ = tell.send(());
                }
                log += &(line + "\n");
            }
            log
        });
        Self {
            serving,
            log,
            ending,
        }
    }

    fn port(&self) -> u16 {
        self.serving.port()
    }

    fn signal(&self, name: &str) {
        let id = self.serving.child.id().to_string();
        let mut kill = Command::new("kill");
        let status = kill.args([&format!("-{name}"), &id]).status();
        assert!(status.expect("kill runs").success());
    }

    /// Waits for the end; what it wrote to its log with it.
    fn ended(mut self) -> (ExitStatus, String) {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.serving.child.try_wait().expect("a child") {
                break status;
            }
            assert!(began.elapsed() < DEADLINE, "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        };
        (status, self.log.join().expect("text"))
    }
}

/// Somebody in the session, whose socket takes little.
struct Guest(WebSocketStream<TcpStream>);

impl Guest {
    async fn join(server: &Server) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4 * 1024).expect("set");
        let address = (Ipv4Addr::LOCALHOST, server.port()).into();
        let stream = socket.connect(address).await.expect("it accepts");
        let (socket, _) = client_async(server.serving.socket(), stream)
            .await
            .expect("a socket");
        let mut guest = Self(socket);
        guest.say(&json!({"type": "hello", "name": "Ann"})).await;
        guest.until("caught_up").await;
        guest
    }

    async fn say(&mut self, message: &Value) {
        let text = Message::text(message.to_string());
        self.0.send(text).await.expect("sent");
    }

    async fn until(&mut self, kind: &str) {
        loop {
            let message = self.next().await.expect("the connection is open");
            if message["type"] == kind {
                return;
            }
        }
    }

    async fn next(&mut self) -> Result<Value, u16> {
        let message = timeout(DEADLINE, self.0.next()).await;
        match message
            .expect("something comes")
            .expect("open")
            .expect("whole")
        {
            Message::Close(frame) => Err(frame.map_or(1005, |frame| frame.code.into())),
            Message::Text(text) => Ok(serde_json::from_str(&text).expect("JSON")),
            _ => Ok(Value::Null),
        }
    }

    /// Puts so many labels of 10,000 characters on the board.
    async fn fill(&mut self, labels: usize) {
        for seq in 1..=labels {
            let body = json!({"kind": "text", "text": "x".repeat(10_000), "size": 24});
            let shape = json!({"id": format!("label-{seq}"), "x": 0, "y": 0, "z": seq, "color": "#1e1e1e", "body": body});
            let operation = json!({"type": "add_shapes", "shapes": [shape]});
            self.say(&json!({"type": "submit", "seq": seq, "operation": operation}))
                .await;
        }
        for _ in 0..labels {
            self.until("confirmed").await;
        }
    }
}

#[tokio::test]
async fn a_stop_tells_everybody_and_does_not_wait_for_who_does_not_read() {
    promise::keeps(END, a_stop_of_300_labels).await;
}

async fn a_stop_of_300_labels() -> Duration {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::start(data.path(), "info");
    let _deaf = Guest::join(&server).await;
    let mut ann = Guest::join(&server).await;
    ann.fill(300).await;
    let began = Instant::now();
    server.signal("TERM");
    let code = loop {
        if let Err(code) = ann.next().await {
            break code;
        }
    };
    assert_eq!(code, 4503);
    let (status, log) = server.ended();
    assert_eq!(status.code(), Some(0), "{log}");
    let took = began.elapsed();

    let again = Server::start(data.path(), "info");
    let mut bo = Guest::join(&again).await;
    bo.say(&json!({"type": "submit", "seq": 1, "operation": {"type": "post_message", "text": "all there"}}))
        .await;
    let number = loop {
        let message = bo.next().await.expect("open");
        if message["type"] == "confirmed" {
            break message["number"].as_u64();
        }
    };
    assert_eq!(number, Some(301), "everything that was confirmed");
    took
}

#[tokio::test]
async fn a_second_signal_ends_it_at_once_and_says_what_that_means() {
    promise::keeps(AT_ONCE, a_second_signal).await;
}

async fn a_second_signal() -> Duration {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::start(data.path(), "info");
    // Their goodbye is waited for, so that the first signal takes a while.
    let _deaf = Guest::join(&server).await;
    server.signal("INT");
    let told = server.ending.recv_timeout(DEADLINE);
    told.expect("the log says that it ends");
    let began = Instant::now();
    server.signal("TERM");
    let (status, rest) = server.ended();
    if status.success() {
        return DEADLINE; // it had ended before the second signal came
    }
    let took = began.elapsed();
    assert_eq!(status.code(), Some(1), "{rest}");
    assert!(rest.contains("Ended at once by a second signal"), "{rest}");
    took
}

/// What `top --once` writes of a hub to which somebody speaks; nothing if it was not answered in
/// time.
async fn top_beside_pings(ann: &mut Guest, link: &str) -> String {
    let link = link.to_owned();
    let top = std::thread::spawn(move || {
        let mut top = Command::new(LANVAS_SERVER);
        top.args(["top", "--once", &link]).output()
    });
    while !top.is_finished() {
        ann.say(&json!({"type": "ping", "nonce": 1})).await;
        ann.until("pong").await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let shown = top.join().expect("it runs").expect("it runs");
    String::from_utf8(shown.stdout).expect("text")
}

#[tokio::test]
async fn top_shows_a_hub_and_the_log_tells_where_time_goes_if_asked() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::start(data.path(), "info,lanvas_hub::timing=debug");
    let mut ann = Guest::join(&server).await;
    let link = format!(
        "http://127.0.0.1:{}/s/{}",
        server.port(),
        server.serving.text("session")
    );
    let idle = "\tin_per_s=0\t";
    let mut line = top_beside_pings(&mut ann, &link).await;
    // In its second a machine that does much else may let nothing come.
    for _ in 0..5 {
        if !line.is_empty() && !line.contains(idle) {
            break;
        }
        line = top_beside_pings(&mut ann, &link).await;
    }
    assert_eq!(line.lines().count(), 1, "{line}");
    for part in [
        "sessions=1\t",
        "people=1\t",
        "connections=1\t",
        "restarts=0",
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
    assert!(!line.contains(idle) && !line.contains('\u{1b}'), "{line}");

    ann.fill(1).await;
    server.signal("TERM");
    let (_, log) = server.ended();
    for span in ["join", "batch", "commit"] {
        let told = log.lines().find(|line| line.contains(&format!("{span}{{")));
        assert!(
            told.is_some_and(|line| line.contains("time.busy")),
            "{span} in {log}"
        );
    }
    assert!(!log.contains("Ann"), "never what anybody wrote");

    let nobody = Command::new(LANVAS_SERVER)
        .args(["top", "--once", "http://127.0.0.1:1"])
        .output();
    let nobody = nobody.expect("it runs");
    assert_eq!(nobody.status.code(), Some(1));
    let sentence = String::from_utf8_lossy(&nobody.stderr);
    assert!(
        sentence.starts_with("No Lanvas hub answers at http://127.0.0.1:1"),
        "{sentence}"
    );
}
