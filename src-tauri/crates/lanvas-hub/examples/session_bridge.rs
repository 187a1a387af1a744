//! One real session on standard input and output, so that a client in another language can be
//! simulated against the core itself, without sockets, files or clocks.
//!
//! Reads one JSON object per line and answers each with its effects, one per line, and then
//! `{"effect":"done"}`. Connections are numbered by whoever drives. Messages are those of
//! `lanvas.v1.json`. The same lines always get the same answers.
//!
//! | line | what happens |
//! |---|---|
//! | `{"do":"receive","connection":1,"message":{…}}` | a client's message; a `hello` joins |
//! | `{"do":"leave","connection":1}` | the connection is gone |
//! | `{"do":"drained","connection":1,"number":7}` | it fell behind, and 7 was the last it got |
//! | `{"do":"save","records":3}` | so many records (absent: all) reach the disk, and the session hears |
//! | `{"do":"room","room":false}` | the disk takes nothing, or takes again |
//! | `{"do":"restart"}` | the hub ends, loses what was not saved, and comes back in a new epoch; `recent_bytes`, `snapshot_tail` and `notes_edits` narrow what it keeps in memory from then on |
//! | `{"do":"state"}` | says what the session is, as a `state` effect |
//!
//! | effect | what it means |
//! |---|---|
//! | `{"effect":"send","to":1,"lane":"doc","message":{…}}` | lanes are `control`, `catch_up`, `doc`, `live`; broadcasts come as one send each |
//! | `{"effect":"catch_up","connection":1}` | operations are for this connection again |
//! | `{"effect":"drop_ink","author":2,"stroke":"s1"}` | ink of it that still waits is not to arrive |
//! | `{"effect":"close","connection":1,"code":4409,"reason":"replaced"}` | say the rest and hang up |
//! | `{"effect":"state",…}` | see above |
//!
//! Every record counts towards `waiting` of the state. The host's token is `host`.

use std::{
    collections::{BTreeSet, VecDeque},
    io::{BufRead, Write},
    sync::Arc,
};

use anyhow::Context;
use lanvas_hub::{
    outbox::Lane,
    session::{
        Access, ConnectionId, Effect, Entropy, Input, Session, history::HistoryBounds,
        roster::hash_secret,
    },
    storage::{Record, SessionMeta, SessionState, StoredSession},
};
use lanvas_protocol::{ClientMessage, Epoch, ServerMessage, SessionId};
use serde::Deserialize;
use serde_json::{Value, json};

const TITLE: &str = "Our board";
const HOST_TOKEN: &str = "host";

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Line {
    Receive {
        connection: u64,
        message: ClientMessage,
    },
    Leave {
        connection: u64,
    },
    Drained {
        connection: u64,
        number: Option<u64>,
    },
    Save {
        records: Option<usize>,
    },
    Room {
        room: bool,
    },
    Restart {
        recent_bytes: Option<usize>,
        snapshot_tail: Option<u64>,
        notes_edits: Option<usize>,
    },
    State,
}

struct Bridge {
    session: Session,
    bounds: HistoryBounds,
    disk: StoredSession,
    waiting: VecDeque<Record>,
    joined: BTreeSet<ConnectionId>,
    /// The number of a snapshot that was to be written.
    written: Option<u64>,
    now_ms: u64,
    lives: u64,
    answers: Vec<Value>,
}

impl Bridge {
    fn new() -> anyhow::Result<Self> {
        let meta = SessionMeta {
            id: SessionId::new("bridge")?,
            title: TITLE.to_owned(),
            created_ms: 0,
        };
        let disk = StoredSession {
            meta,
            epochs: Vec::new(),
            participants: Vec::new(),
            bans: Vec::new(),
            audit: Vec::new(),
            state: SessionState::default(),
            lasting: Vec::new(),
            log: Vec::new(),
            port: None,
        };
        let mut bridge = Self {
            session: Session::restore(disk.clone(), Epoch::new("none")?, Access::default())?,
            bounds: HistoryBounds::default(),
            disk,
            waiting: VecDeque::new(),
            joined: BTreeSet::new(),
            written: None,
            now_ms: 1_790_000_000_000,
            lives: 0,
            answers: Vec::new(),
        };
        bridge.restart()?;
        Ok(bridge)
    }

    fn restart(&mut self) -> anyhow::Result<()> {
        self.lives += 1;
        self.waiting.clear();
        self.joined.clear();
        let epoch = Epoch::new(format!("epoch-{}", self.lives))?;
        let access = Access {
            host_token_hash: hash_secret(HOST_TOKEN),
            ..Access::default()
        };
        let disk = self.disk.clone();
        self.session = Session::restore_within(disk, epoch.clone(), access, self.bounds)?;
        let start = self.session.head();
        self.waiting.push_back(Record::Epoch { epoch, start });
        Ok(())
    }

    fn obey(&mut self, line: Line) -> anyhow::Result<()> {
        let id = ConnectionId;
        match line {
            Line::Receive {
                connection,
                message,
            } => {
                let input = self.input(id(connection), message);
                self.handle(input);
            }
            Line::Leave { connection } => {
                self.joined.remove(&id(connection));
                self.handle(Input::Leave {
                    connection: id(connection),
                });
            }
            Line::Drained { connection, number } => self.handle(Input::Drained {
                connection: id(connection),
                number,
            }),
            Line::Save { records } => self.save(records.unwrap_or(usize::MAX)),
            Line::Room { room } => self.handle(Input::StorageRoom { room }),
            Line::Restart {
                recent_bytes,
                snapshot_tail,
                notes_edits,
            } => {
                let had = self.bounds;
                self.bounds.recent_bytes = recent_bytes.unwrap_or(had.recent_bytes);
                self.bounds.snapshot_tail = snapshot_tail.unwrap_or(had.snapshot_tail);
                self.bounds.notes_edits = notes_edits.unwrap_or(had.notes_edits);
                self.restart()?;
            }
            Line::State => self.answers.push(self.state()),
        }
        Ok(())
    }

    fn input(&self, connection: ConnectionId, message: ClientMessage) -> Input {
        let mut entropy = Entropy::default();
        entropy[..8].copy_from_slice(&connection.0.to_be_bytes());
        entropy[8..16].copy_from_slice(&self.lives.to_be_bytes());
        entropy[16..].copy_from_slice(&(self.lives << 32 | connection.0).to_be_bytes());
        match message {
            ClientMessage::Hello(hello) => Input::Join {
                connection,
                hello,
                address: std::net::Ipv4Addr::LOCALHOST.into(),
                entropy,
            },
            message => Input::Receive {
                connection,
                message,
            },
        }
    }

    fn handle(&mut self, input: Input) {
        // Fast enough that who has to wait does so for a moment.
        self.now_ms += 100;
        for effect in self.session.handle(self.now_ms, input) {
            self.answer(effect);
        }
        if let Some(number) = self.written.take() {
            self.handle(Input::Written { number });
        }
    }

    fn answer(&mut self, effect: Effect) {
        match effect {
            Effect::Send { to, lane, frame } => self.send(to, &lane, frame.message()),
            Effect::Broadcast { but, lane, frame } => {
                let to: Vec<_> = self.joined.iter().copied().collect();
                for to in to.into_iter().filter(|to| Some(*to) != but) {
                    self.send(to, &lane, frame.message());
                }
            }
            Effect::CatchUp { connection } => {
                self.joined.insert(connection);
                let line = json!({"effect": "catch_up", "connection": connection.0});
                self.answers.push(line);
            }
            Effect::DropInk { author, stroke } => {
                let line = json!({"effect": "drop_ink", "author": author, "stroke": stroke});
                self.answers.push(line);
            }
            Effect::Store(record) => self.waiting.push_back(record),
            Effect::Write(edition) => self.written = Some(edition.number()),
            Effect::EndSnapshots { .. } => {} // whoever drives reads all there is
            Effect::CheckPassword { .. } | Effect::KeepDoor(_) => {} // the door stands open here
            Effect::Close { connection, code } => {
                self.joined.remove(&connection);
                let close = code.close_code();
                self.answers.push(json!({
                    "effect": "close",
                    "connection": connection.0,
                    "code": close.map(lanvas_protocol::CloseCode::number),
                    "reason": close.map(lanvas_protocol::CloseCode::reason),
                }));
            }
        }
    }

    fn send(&mut self, to: ConnectionId, lane: &Lane, message: &ServerMessage) {
        let lane = match lane {
            Lane::Control => "control",
            Lane::CatchUp(_) => "catch_up",
            Lane::Doc(_) => "doc",
            Lane::Live(_) => "live",
        };
        let line = json!({"effect": "send", "to": to.0, "lane": lane, "message": message});
        self.answers.push(line);
    }

    fn save(&mut self, records: usize) {
        for record in self.waiting.drain(..records.min(self.waiting.len())) {
            match record {
                Record::Operation(applied) => self.disk.log.push(Arc::unwrap_or_clone(applied)),
                Record::Participant(person) => {
                    self.disk.participants.retain(|had| had.id != person.id);
                    self.disk.participants.push(person);
                }
                Record::Epoch { epoch, start } => self.disk.epochs.push((epoch, start)),
                Record::Forgotten(id) => self.disk.participants.retain(|had| had.id != id),
                Record::Bans(bans) => self.disk.bans = bans,
                Record::Audit(entry) => self.disk.audit.push(Arc::unwrap_or_clone(entry)),
                Record::Port(_) => {}
            }
        }
        let number = self.disk.log.len() as u64;
        self.handle(Input::Stored { number });
    }

    fn state(&self) -> Value {
        let shapes: Vec<_> = self.session.board().shapes().collect();
        json!({
            "effect": "state",
            "number": self.session.head(),
            "epoch": self.session.epoch(),
            "title": self.session.title(),
            "shapes": shapes,
            "notes": self.session.notes().text(),
            "pages": self.session.notes().pages(),
            "messages": self.session.chat().latest(),
            "waiting": self.waiting.len(),
        })
    }
}

fn main() -> anyhow::Result<()> {
    let mut bridge = Bridge::new()?;
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let parsed = serde_json::from_str(&line).with_context(|| format!("not a line: {line}"))?;
        bridge.obey(parsed)?;
        bridge.answers.push(json!({"effect": "done"}));
        for answer in bridge.answers.drain(..) {
            writeln!(output, "{answer}")?;
        }
        output.flush()?;
    }
    Ok(())
}
