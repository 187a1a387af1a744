//! Kill -9 under load, from outside: whatever was reported stored is there afterwards, clients go
//! on where they were, nothing is doubled (protocol R14, R18, R21), and after every kill the file is
//! sound from end to end (`lanvas-server verify`). `LANVAS_KILLS=200` kills that often. The moments
//! are others on every run; the seed they come from is printed, and `LANVAS_KILL_SEED` takes it.
#![cfg(unix)]

#[path = "shared/serving.rs"]
mod serving;

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{BuildHasher, RandomState},
    path::Path,
    process::Command,
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::timeout};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use serving::Serving;

const ROUNDS: u32 = 20;
/// Of a stroke: enough that the file gets snapshots while it is killed.
const POINTS: u32 = 200;
const WRITERS: u32 = 4;
/// What takes longer hangs.
const DEADLINE: Duration = Duration::from_secs(60);
/// Of a kill.
const MOMENT: Duration = Duration::from_millis(500);

/// A client that keeps what is not stored yet and sends it again to the next life of the hub.
#[derive(Default)]
struct Writer {
    name: String,
    resume: Option<String>,
    replica: Option<String>,
    epoch: Option<String>,
    number: Option<u64>,
    seq: u64,
    /// What it said, by seq; with the number it was given in this epoch.
    unstored: BTreeMap<u64, Option<u64>>,
    stored: BTreeSet<u64>,
}

impl Writer {
    fn said(&self, seq: u64) -> String {
        format!("{} {seq}", self.name)
    }

    /// All but every tenth thing is a stroke.
    fn drew(&self, seq: u64) -> Option<String> {
        (!seq.is_multiple_of(10)).then(|| format!("{}-{seq}", self.name))
    }

    fn submission(&self, seq: u64) -> Message {
        let operation = match self.drew(seq) {
            None => json!({ "type": "post_message", "text": self.said(seq) }),
            Some(id) => json!({ "type": "add_shapes", "shapes": [{
                "id": id, "x": 0, "y": 0, "color": "#123456",
                "body": { "kind": "stroke", "width": 3, "points": points() },
            }] }),
        };
        Message::text(json!({ "type": "submit", "seq": seq, "operation": operation }).to_string())
    }

    fn hello(&self) -> Message {
        let mut hello = json!({ "type": "hello", "name": self.name });
        for (key, value) in [
            ("resume", self.resume.clone().map(Value::from)),
            ("replica", self.replica.clone().map(Value::from)),
            ("epoch", self.epoch.clone().map(Value::from)),
            ("number", self.number.map(Value::from)),
        ] {
            if let Some(value) = value {
                hello[key] = value;
            }
        }
        Message::text(hello.to_string())
    }

    /// Says one thing after the other until the hub is gone.
    async fn write(mut self, socket: String) -> Self {
        let Ok((mut socket, _)) = connect_async(socket).await else {
            return self;
        };
        if socket.send(self.hello()).await.is_err() {
            return self;
        }
        while let Some(Ok(message)) = socket.next().await {
            let Message::Text(text) = message else {
                continue;
            };
            let message: Value = serde_json::from_str(&text).expect("JSON");
            for answer in self.hear(&message) {
                if socket.send(answer).await.is_err() {
                    return self;
                }
            }
        }
        self
    }

    fn hear(&mut self, message: &Value) -> Vec<Message> {
        let number = message["number"].as_u64();
        match message["type"].as_str().expect("a type") {
            "welcomed" => self.welcomed(message),
            "caught_up" => {
                let again = self.unstored.keys().map(|seq| self.submission(*seq));
                return again
                    .collect::<Vec<_>>()
                    .into_iter()
                    .chain(self.next())
                    .collect();
            }
            "confirmed" => {
                self.number = number;
                self.unstored
                    .insert(message["seq"].as_u64().expect("a seq"), number);
                return self.next();
            }
            "applied" => {
                self.number = number;
                if message["replica"].as_str() == self.replica.as_deref() {
                    self.unstored
                        .insert(message["seq"].as_u64().expect("a seq"), number);
                }
            }
            "snapshot" => self.number = number,
            "stored" => self.note_stored(number.expect("a number")),
            // People may not talk so fast; what they said is neither stored nor said again.
            "refused" if message["code"] == "rate_limited" => {
                self.unstored
                    .remove(&message["seq"].as_u64().expect("a seq"));
                return self.next();
            }
            "refused" => panic!("{message}"),
            _ => {}
        }
        Vec::new()
    }

    fn welcomed(&mut self, message: &Value) {
        let text = |key: &str| message[key].as_str().map(str::to_owned);
        (self.resume, self.replica, self.epoch) = (text("resume"), text("replica"), text("epoch"));
        // What the hub has dealt with is in what it will send now (R18); the rest goes again.
        let dealt_with = message["seq"].as_u64().expect("a seq");
        for refused in message["refused"].as_array().into_iter().flatten() {
            self.unstored
                .remove(&refused["seq"].as_u64().expect("a seq")); // R44
        }
        // Of what a refusal may have been lost with the hub, nobody knows (R44): of strokes none is
        // refused, but people may not talk so fast.
        let forgotten = message["refused_after"].as_u64().unwrap_or(0);
        let unsure: Vec<u64> = (self.unstored.range(..=forgotten))
            .filter(|(seq, number)| number.is_none() && self.drew(**seq).is_none())
            .map(|(seq, _)| *seq)
            .collect();
        for seq in unsure {
            self.unstored.remove(&seq);
        }
        let unsaid = self.unstored.split_off(&(dealt_with + 1));
        self.stored
            .extend(std::mem::replace(&mut self.unstored, unsaid).into_keys());
        for number in self.unstored.values_mut() {
            *number = None;
        }
    }

    fn note_stored(&mut self, upto: u64) {
        let (done, waiting) = std::mem::take(&mut self.unstored)
            .into_iter()
            .partition(|(_, number)| number.is_some_and(|number| number <= upto));
        self.unstored = waiting;
        let done: BTreeMap<u64, Option<u64>> = done;
        self.stored.extend(done.into_keys());
    }

    fn next(&mut self) -> Vec<Message> {
        self.seq += 1;
        self.unstored.insert(self.seq, None);
        vec![self.submission(self.seq)]
    }
}

fn points() -> Vec<[f64; 2]> {
    (0..POINTS)
        .map(|at| [f64::from(at) * 1.5, f64::from(at * at % 97)])
        .collect()
}

/// Everything on the board, as a newcomer sees it.
async fn board(server: &Serving) -> Vec<String> {
    let (mut socket, _) = connect_async(server.socket()).await.expect("open");
    let hello = json!({ "type": "hello", "name": "late" });
    socket
        .send(Message::text(hello.to_string()))
        .await
        .expect("sent");
    let mut ids = Vec::new();
    while let Some(Ok(Message::Text(text))) = socket.next().await {
        let message: Value = serde_json::from_str(&text).expect("JSON");
        let shapes = match message["type"].as_str().expect("a type") {
            "snapshot" => &message["shapes"],
            "applied" => &message["operation"]["shapes"],
            "caught_up" => break,
            _ => continue,
        };
        for shape in shapes.as_array().into_iter().flatten() {
            ids.push(shape["id"].as_str().expect("an id").to_owned());
        }
    }
    ids
}

fn verify(file: &Path) {
    let checked = Command::new(env!("CARGO_BIN_EXE_lanvas-server"))
        .arg("verify")
        .arg(file)
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{said}");
}

/// Everything that was ever said, from the history pages.
async fn history(server: &Serving) -> Vec<String> {
    let mut texts = Vec::new();
    let mut before = String::new();
    loop {
        let path = format!(
            "/api/sessions/{}/messages?limit=50{before}",
            server.text("session")
        );
        let port = server.port();
        let page = tokio::task::spawn_blocking(move || get(port, &path))
            .await
            .expect("it ends");
        for message in page["messages"].as_array().expect("a list") {
            texts.push(message["text"].as_str().expect("text").to_owned());
        }
        match page["next"].as_u64() {
            Some(next) => before = format!("&before={next}"),
            None => return texts,
        }
    }
}

fn get(port: u16, path: &str) -> Value {
    use std::io::{Read, Write};
    let mut socket = std::net::TcpStream::connect(format!("127.0.0.1:{port}")).expect("open");
    write!(
        socket,
        "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
    )
    .expect("sent");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).expect("an answer");
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
}

/// Where in a round the hub dies.
struct Moments(u64);

impl Moments {
    /// From the seed that was asked for, or any.
    fn new() -> Self {
        let asked = std::env::var("LANVAS_KILL_SEED").ok();
        let seed = asked.map_or_else(
            || RandomState::new().hash_one("kill") >> 32, // short enough to be typed
            |asked| asked.parse().expect("a number"),
        );
        println!("LANVAS_KILL_SEED={seed}");
        Self(seed)
    }

    /// Anywhere within `span`, to the microsecond (SplitMix64).
    fn next(&mut self, span: Duration) -> Duration {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let span = u64::try_from(span.as_micros()).expect("some seconds");
        Duration::from_micros((mixed ^ (mixed >> 31)) % span)
    }
}

#[tokio::test]
async fn r21_what_was_stored_survives_kill_9_and_nothing_is_doubled() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut writers: Vec<_> = (0..WRITERS)
        .map(|index| Writer {
            name: format!("w{index}"),
            ..Writer::default()
        })
        .collect();
    let rounds = std::env::var("LANVAS_KILLS").ok();
    let rounds = rounds.map_or(ROUNDS, |rounds| rounds.parse().expect("a number"));
    let mut moments = Moments::new();
    let mut done = 0;
    let idle = |writers: &[Writer]| writers.iter().any(|writer| writer.stored.is_empty());
    // A machine that does much else may need more and longer rounds until everybody had a turn.
    while done < rounds || (idle(&writers) && done < rounds * 2) {
        let span = MOMENT * if done < rounds { 1 } else { 10 };
        done += 1;
        let mut server = Serving::start(folder.path(), |_| {});
        let mut writing = JoinSet::new();
        for writer in writers.drain(..) {
            writing.spawn(writer.write(server.socket()));
        }
        tokio::time::sleep(moments.next(span)).await; // the moment itself is what is tried here
        server.child.kill().expect("it is killed");
        server.child.wait().expect("it is gone");
        writers = timeout(DEADLINE, writing.join_all())
            .await
            .expect("writers notice");
        writers.sort_by(|a, b| a.name.cmp(&b.name));
        let file = format!("sessions/{}.lanvas", server.text("session"));
        verify(&folder.path().join(file));
    }
    let server = Serving::start(folder.path(), |_| {});
    let mut found = history(&server).await;
    let (messages, strokes) = (found.len(), board(&server).await);
    println!(
        "{done} kills, {} messages and {} strokes there, {} reported stored",
        messages,
        strokes.len(),
        writers.iter().map(|it| it.stored.len()).sum::<usize>()
    );
    found.extend(strokes);
    let set: BTreeSet<_> = found.iter().cloned().collect();
    assert_eq!(set.len(), found.len(), "something is there twice");
    for writer in &writers {
        assert!(
            !writer.stored.is_empty(),
            "nothing was written between the kills"
        );
        for seq in &writer.stored {
            let kept = writer.drew(*seq).unwrap_or_else(|| writer.said(*seq));
            assert!(set.contains(&kept), "{kept} was stored and is gone");
        }
    }
}
