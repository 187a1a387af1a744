//! Sessions that fall idle, fail, or are many: told with real sockets.

#![allow(clippy::unwrap_used)] // a test may

use std::{net::Ipv4Addr, path::Path, sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    sync::watch,
    task::JoinSet,
    time::{Instant, timeout},
};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

use super::*;
use crate::{
    Hub, HubConfig, PortChoice,
    assets::NoUi,
    limits::{SHUTDOWN_TIMEOUT, Tuning},
    promise,
    storage::StorageSettings,
};

/// What takes longer hangs.
const DEADLINE: Duration = Duration::from_secs(60);
const NEVER: Duration = Duration::from_secs(3_600);

async fn hub(folder: &Path, idle_timeout: Duration) -> Hub {
    let (_, nearby) = watch::channel(Arc::from([]));
    let config = HubConfig {
        bind: Ipv4Addr::LOCALHOST.into(),
        port: PortChoice::Any,
        data_dir: folder.to_owned(),
        ui: Arc::new(NoUi),
        nearby,
        host_name: "Test".to_owned(),
        password: None,
        storage: StorageSettings::default(),
        tls: None,
        names: Vec::new(),
        accounts: true,
    };
    let tuning = Tuning {
        idle_timeout,
        ..Tuning::default()
    };
    Hub::start_with(config, tuning).await.unwrap()
}

/// Somebody at a session, by JSON.
struct Guest {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    welcome: Value,
    number: u64,
    seq: u64,
}

impl Guest {
    async fn join(hub: &Hub, id: &SessionId) -> Self {
        Self::greet(hub.port(), id, json!({"type": "hello", "name": "Ann"})).await
    }

    /// What the same copy of the client says when it comes back.
    fn hello_again(&self) -> Value {
        json!({
            "type": "hello", "name": "Ann", "resume": self.welcome["resume"],
            "replica": self.welcome["replica"], "epoch": self.welcome["epoch"],
            "number": self.number,
        })
    }

    async fn greet(port: u16, id: &SessionId, hello: Value) -> Self {
        let url = format!("ws://127.0.0.1:{port}/ws/{id}");
        let (socket, _) = connect_async(url).await.unwrap();
        let mut guest = Self {
            socket,
            welcome: Value::Null,
            number: 0,
            seq: 0,
        };
        guest.say(&hello).await;
        guest.welcome = guest.until("welcomed").await;
        guest.number = guest.until("caught_up").await["number"].as_u64().unwrap();
        guest
    }

    async fn say(&mut self, message: &Value) {
        let text = Message::text(message.to_string());
        self.socket.send(text).await.unwrap();
    }

    /// Posts a message and waits until it has a number.
    async fn post(&mut self, text: &str) {
        self.seq += 1;
        let operation = json!({"type": "post_message", "text": text});
        let submit = json!({"type": "submit", "seq": self.seq, "operation": operation});
        self.say(&submit).await;
        self.number = self.until("confirmed").await["number"].as_u64().unwrap();
    }

    async fn next(&mut self) -> Result<Value, u16> {
        let message = timeout(DEADLINE, self.socket.next()).await;
        match message.expect("the hub says something").unwrap().unwrap() {
            Message::Close(frame) => Err(frame.map_or(1005, |frame| frame.code.into())),
            Message::Text(text) => Ok(serde_json::from_str(&text).unwrap()),
            _ => Ok(Value::Null), // a ping
        }
    }

    async fn until(&mut self, kind: &str) -> Value {
        loop {
            let message = self.next().await.expect("the connection is open");
            if message["type"] == kind {
                return message;
            }
        }
    }

    async fn close_code(&mut self) -> u16 {
        loop {
            if let Err(code) = self.next().await {
                return code;
            }
        }
    }
}

async fn until_in_memory(hub: &Hub, sessions: i64) {
    let deadline = Instant::now() + DEADLINE;
    while hub.shared().metrics.rooms.get() != sessions {
        assert!(Instant::now() < deadline, "{sessions} sessions in memory");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn an_idle_session_leaves_memory_stays_listed_and_comes_back_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let hub = hub(folder.path(), Duration::from_millis(20)).await;
    let id = hub.create_session("Quiet").await.unwrap();
    let mut ann = Guest::join(&hub, &id).await;
    ann.post("before").await;
    until_in_memory(&hub, 1).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(hub.shared().metrics.rooms.get(), 1, "somebody is here");
    ann.socket.close(None).await.unwrap();
    until_in_memory(&hub, 0).await;

    let listed = hub.sessions().borrow().clone();
    assert_eq!((listed.len(), listed[0].people), (1, 0));
    assert_eq!(listed[0].title, "Quiet");
    let back = Guest::greet(hub.port(), &id, ann.hello_again()).await;
    assert_eq!(back.welcome["resumed"], true, "R14: its numbers are kept");
    assert_eq!(back.welcome["you"]["id"], ann.welcome["you"]["id"]);
    assert_ne!(back.welcome["epoch"], ann.welcome["epoch"], "another life");
    assert_eq!((back.number, hub.sessions().borrow()[0].people), (1, 1));
    hub.shutdown().await.unwrap();
}

/// The move out of memory meets arrivals at every moment of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_comes_while_a_session_is_put_away_gets_it_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Arc::new(hub(folder.path(), Duration::ZERO).await);
    let id = hub.create_session("Restless").await.unwrap();
    let mut guests = JoinSet::new();
    for turn in 0..4 {
        let (hub, id) = (Arc::clone(&hub), id.clone());
        guests.spawn(async move {
            for visit in 0..25_u64 {
                let mut guest = Guest::join(&hub, &id).await;
                guest.post(&format!("{turn}, {visit}")).await;
                guest.socket.close(None).await.unwrap();
                tokio::time::sleep(Duration::from_micros(visit * 150)).await;
            }
        });
    }
    guests.join_all().await;
    until_in_memory(&hub, 0).await;
    let ann = Guest::join(&hub, &id).await;
    assert_eq!(ann.number, 100, "everything that was confirmed is there");
    drop(ann);
    let hub = Arc::into_inner(hub).unwrap();
    hub.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_session_that_panics_comes_back_from_its_log_and_the_others_notice_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let hub = hub(folder.path(), NEVER).await;
    let failing = hub.create_session("Failing").await.unwrap();
    let sound = hub.create_session("Sound").await.unwrap();
    let mut bo = Guest::join(&hub, &sound).await;
    let mut ann = Guest::join(&hub, &failing).await;
    for round in 1..=10_u64 {
        ann.post(&format!("round {round}")).await;
        let way = hub.shared().session(&failing).await.unwrap();
        way.send(Command::Panic).await.unwrap();
        drop(way);
        assert_eq!(ann.close_code().await, 4500, "not 4503: the hub goes on");
        let mut back = Guest::greet(hub.port(), &failing, ann.hello_again()).await;
        assert_eq!(
            (back.number, &back.welcome["resumed"]),
            (round, &json!(true))
        );
        back.seq = ann.seq;
        ann = back;
        bo.post(&format!("all along {round}")).await;
    }
    assert_eq!(bo.number, 10);
    assert_eq!(hub.shared().metrics.session_restarts.get(), 10);
    hub.shutdown().await.unwrap();
}

/// Each is its own: what is said in one is heard there and nowhere else, and all end in time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_sessions_at_once_keep_apart_and_end_in_time() {
    promise::keeps(SHUTDOWN_TIMEOUT, many_sessions_end).await;
}

async fn many_sessions_end() -> Duration {
    const SESSIONS: usize = 60;
    let folder = tempfile::tempdir().unwrap();
    let hub = Arc::new(hub(folder.path(), NEVER).await);
    let mut parties = JoinSet::new();
    for index in 0..SESSIONS {
        let hub = Arc::clone(&hub);
        parties.spawn(async move {
            let id = hub
                .create_session(&format!("Session {index}"))
                .await
                .unwrap();
            let mut guests = Vec::new();
            for _ in 0..5 {
                guests.push(Guest::join(&hub, &id).await);
            }
            let said = format!("in {index}");
            guests[0].post(&said).await;
            for guest in &mut guests[1..] {
                let heard = guest.until("applied").await;
                assert_eq!(heard["operation"]["text"], said.as_str());
            }
            guests
        });
    }
    let mut guests: Vec<_> = parties.join_all().await.into_iter().flatten().collect();
    let people: usize = hub.sessions().borrow().iter().map(|info| info.people).sum();
    assert_eq!((people, guests.len()), (SESSIONS * 5, SESSIONS * 5));
    // Work that is on its way when the hub ends.
    for guest in &mut guests {
        let operation = json!({"type": "post_message", "text": "last words"});
        let submit = json!({"type": "submit", "seq": 100, "operation": operation});
        guest.say(&submit).await;
    }
    let hub = Arc::into_inner(hub).unwrap();
    let began = Instant::now();
    hub.shutdown().await.unwrap();
    let took = began.elapsed();
    for guest in &mut guests {
        assert_eq!(guest.close_code().await, 4503);
    }
    took
}
