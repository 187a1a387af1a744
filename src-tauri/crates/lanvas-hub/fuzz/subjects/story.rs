//! A session lives through anything that its connections, its disk and its readers do.
//!
//! The messages are the golden ones, bent: their numbers, words and ids are replaced by what fits
//! this moment or by what never should. After every step the effects must make sense; at the end
//! the log alone must bring the same session back.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use lanvas_hub::{
    outbox::{Outbox, OutboxBounds},
    session::{
        Access, Asker, Ban, ConnectionId, Effect, Entropy, Input, Session, history::HistoryBounds,
        roster::hash_secret, snapshots::Edition,
    },
    storage::{Record, SessionMeta, SessionState, StoredDoor, StoredParticipant, StoredSession},
};
use lanvas_protocol::{
    ClientMessage, Encoding, Epoch, ParticipantId, ServerMessage, SessionId,
    audit::AuditEntry,
    codec::{decode_client, encode_client},
    limits::{AUDIT_ENTRIES_MAX, BANS_MAX},
    message::StorageTrouble,
    operation::Applied,
    roles::Role,
};
use serde_json::{Value, json};

use super::{codec, samples, supply::Supply, text};

const STEPS_MAX: usize = 200;
const CONNECTIONS: usize = 5;
/// The ends of the addresses that people come from.
const ADDRESSES: [u8; 3] = [1, 2, 3];
/// Stands for a number that JSON cannot write; replaced in the bytes of the binary encoding.
const STRANGE: f64 = 1.234_567_890_123e204;
const STRANGE_NUMBERS: [f64; 5] = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, f64::MIN];
const STRANGE_WORDS: [&str; 8] = [
    "",
    " \t\n",
    "\u{202e}\u{0}\u{7f}",
    "👩‍👩‍👧‍👦",
    "e\u{301}\u{301}\u{301}",
    "\r\n",
    "__proto__",
    "\u{fffe}",
];

pub(crate) fn session(bytes: &[u8]) {
    let mut supply = Supply::new(bytes);
    let mut world = World::new(&mut supply);
    for _ in 0..STEPS_MAX {
        if supply.is_empty() {
            break;
        }
        world.step(&mut supply);
    }
    world.check_the_log_tells_the_same();
}

/// What is on the disk.
#[derive(Default)]
struct File {
    epochs: Vec<(Epoch, u64)>,
    participants: BTreeMap<ParticipantId, StoredParticipant>,
    bans: Vec<Ban>,
    audit: Vec<AuditEntry>,
    log: Vec<Applied>,
    door: Option<StoredDoor>,
}

struct World {
    session: Session,
    file: File,
    bounds: HistoryBounds,
    outboxes: BTreeMap<ConnectionId, Outbox>,
    joined: BTreeSet<ConnectionId>,
    writing: Option<Arc<Edition>>,
    /// Whose passwords are being looked at.
    checks: Vec<ConnectionId>,
    secrets: Vec<String>,
    next_seq: u32,
    lives: u64,
    now_ms: u64,
}

impl World {
    fn new(supply: &mut Supply) -> Self {
        let roomy = HistoryBounds::default();
        let bounds = HistoryBounds {
            editions_read: *supply.pick(&[1, roomy.editions_read]),
            snapshot_tail_bytes: *supply.pick(&[500, roomy.snapshot_tail_bytes]),
            recent_bytes: *supply.pick(&[800, roomy.recent_bytes]),
            snapshot_tail: *supply.pick(&[0, 8, roomy.snapshot_tail]),
            snapshot_part_bytes: *supply.pick(&[300, roomy.snapshot_part_bytes]),
            notes_edits: *supply.pick(&[1, 5, roomy.notes_edits]),
            board_bytes: *supply.pick(&[2_000, roomy.board_bytes]),
        };
        let mut world = Self {
            session: revive(&File::default(), 0, bounds),
            file: File::default(),
            bounds,
            outboxes: BTreeMap::new(),
            joined: BTreeSet::new(),
            writing: None,
            checks: Vec::new(),
            secrets: vec!["the host's".to_owned(), "nobody's".to_owned()],
            next_seq: 1,
            lives: 0,
            now_ms: 1_790_000_000_000,
        };
        world.begin_life();
        world
    }

    fn begin_life(&mut self) {
        self.file
            .epochs
            .push((epoch(self.lives), self.session.head()));
    }

    fn step(&mut self, supply: &mut Supply) {
        if let Some(connection) = self.checks.pop() {
            let right = supply.once_in(2);
            self.handle(Input::PasswordChecked { connection, right });
        }
        let connection = ConnectionId(supply.below(CONNECTIONS) as u64);
        let strange = supply.once_in(12);
        match supply.below(64) {
            0..46 if self.joined.contains(&connection) == strange => self.join(connection, supply),
            0..46 => self.receive(connection, supply),
            46..56 => self.write(connection),
            56..59 => self.handle(Input::Stored {
                number: *supply.pick(&[self.session.head(), 0, 1, u64::MAX]),
            }),
            59 => self.trouble(supply),
            60 if supply.once_in(4) => self.let_time_pass(),
            60 => self.ask(supply),
            61..63 => self.leave(connection),
            _ if supply.once_in(4) => self.restart(),
            _ => self.finish_writing(),
        }
    }

    fn join(&mut self, connection: ConnectionId, supply: &mut Supply) {
        let sample = *supply.pick(&samples::messages("client"));
        let mut value = json!({ "type": "hello", "name": "Ann" });
        if sample["type"] == "hello" {
            value = self.bent(sample, supply);
        }
        if supply.once_in(3) {
            value["resume"] = json!(supply.pick(&self.secrets));
        }
        for (key, many) in [("host_token", 4), ("invite", 4), ("password", 8)] {
            if supply.once_in(many) {
                value[key] = json!(supply.pick(&self.secrets));
            }
        }
        if supply.once_in(2) {
            value["epoch"] = json!(epoch(supply.below(3) as u64));
            value["number"] = json!(supply.below(40));
        }
        let Some(ClientMessage::Hello(hello)) = self.message(&value, supply) else {
            return;
        };
        let entropy = self.entropy();
        self.outboxes.entry(connection).or_insert_with(|| {
            Outbox::within(OutboxBounds {
                control_frames: 20,
                doc_frames: 4,
                doc_bytes: 2_000,
                live_frames: 3,
                batch_frames: 4,
            })
        });
        self.handle(Input::Join {
            connection,
            hello,
            address: address(supply),
            entropy,
        });
    }

    fn receive(&mut self, connection: ConnectionId, supply: &mut Supply) {
        let sample = *supply.pick(&samples::messages("client"));
        if sample["type"] == "hello" && !supply.once_in(8) {
            return; // a second one ends the connection
        }
        let mut value = self.bent(sample, supply);
        if value["operation"]["type"] == "edit_notes" && !supply.once_in(8) {
            let changes = text::any(&self.session.notes().text(), supply);
            value["operation"]["changes"] = json!(changes);
        }
        if value["operation"]["type"] == "edit_page" && !supply.once_in(8) {
            let pages = self.session.notes().pages();
            let page = supply.pick(&pages);
            value["operation"]["page"] = json!(page.page);
            value["operation"]["changes"] = json!(text::any(&page.text, supply));
        }
        if let Some(message) = self.message(&value, supply) {
            codec::check_client(&message);
            self.handle(match message {
                ClientMessage::KeepDoor { act } => Input::KeepDoor {
                    connection,
                    act,
                    entropy: self.entropy(),
                },
                message => Input::Receive {
                    connection,
                    message,
                },
            });
        }
    }

    fn entropy(&self) -> Entropy {
        let mut entropy = Entropy::default();
        entropy[..8].copy_from_slice(&self.now_ms.to_be_bytes());
        entropy
    }

    /// Nobody answers who knocks.
    fn let_time_pass(&mut self) {
        if let Some(due) = self.session.due_ms() {
            self.now_ms = self.now_ms.max(due);
            self.handle(Input::TimePassed);
            assert_ne!(self.session.due_ms(), Some(due), "it would be due for ever");
        }
    }

    /// What routes ask a session, of which nothing is left behind.
    fn ask(&mut self, supply: &mut Supply) {
        let secret = supply.pick(&self.secrets).clone();
        for secret in [None, Some(secret.clone())] {
            let address = address(supply);
            let asker = Asker { secret, address };
            let _ = self.session.may_read(self.now_ms, &asker);
            let _ = self.session.may_bring(self.now_ms, &asker);
        }
        let role = self.session.role_by(&secret);
        assert!(role != Some(Role::Host) || !self.joined.is_empty());
        assert!(self.session.kept_out(self.now_ms).len() <= BANS_MAX);
        assert!(self.session.audit().len() <= AUDIT_ENTRIES_MAX);
        self.handle(Input::Prepare);
    }

    fn leave(&mut self, connection: ConnectionId) {
        self.outboxes.remove(&connection);
        self.joined.remove(&connection);
        self.handle(Input::Leave { connection });
    }

    /// The connection's writer takes a batch.
    fn write(&mut self, connection: ConnectionId) {
        let batch = self.outboxes.get(&connection).and_then(Outbox::try_next);
        let Some(batch) = batch else { return };
        for frame in &batch.frames {
            match codec::sent(frame) {
                ServerMessage::Welcomed(welcome) => self.secrets.push(welcome.resume),
                ServerMessage::CodesMade { password, invite } => {
                    let token = invite.map(|made| made.token);
                    self.secrets.extend(password.into_iter().chain(token));
                }
                _ => {}
            }
        }
        if batch.close.is_some() {
            self.leave(connection);
        } else if let Some(number) = batch.drained {
            self.handle(Input::Drained { connection, number });
        }
    }

    fn finish_writing(&mut self) {
        if let Some(edition) = self.writing.take() {
            edition.write();
            let number = edition.number();
            self.handle(Input::Written { number });
        }
    }

    fn trouble(&mut self, supply: &mut Supply) {
        let room = !supply.once_in(4);
        self.handle(Input::StorageRoom { room });
        let trouble = (!room).then_some(StorageTrouble::DiskFull);
        self.handle(Input::StorageChanged { trouble });
    }

    /// The hub ends with everything stored, and is started again.
    fn restart(&mut self) {
        self.lives += 1;
        self.session = revive(&self.file, self.lives, self.bounds);
        self.outboxes.clear();
        self.joined.clear();
        self.writing = None;
        self.checks.clear();
        self.begin_life();
    }

    // --- the session --------------------------------------------------------------------------

    fn handle(&mut self, input: Input) {
        self.now_ms += 1;
        let head = self.session.head();
        let effects = self.session.handle(self.now_ms, input);
        assert!(self.session.head() - head <= 1, "one number at a time");
        let stored = self.file.log.len();
        for effect in effects {
            self.carry_out(effect);
        }
        let numbered = usize::try_from(self.session.head() - head).expect("0 or 1");
        assert_eq!(
            self.file.log.len() - stored,
            numbered,
            "what is numbered is kept"
        );
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Send { to, lane, frame } => {
                if let Some(outbox) = self.outboxes.get(&to) {
                    outbox.push(lane, frame);
                }
            }
            Effect::Broadcast { but, lane, frame } => {
                for connection in self.joined.iter().filter(|it| Some(**it) != but) {
                    self.outboxes[connection].push(lane.clone(), Arc::clone(&frame));
                }
            }
            Effect::CatchUp { connection } => {
                if let Some(outbox) = self.outboxes.get(&connection) {
                    outbox.begin_catch_up();
                    self.joined.insert(connection);
                }
            }
            Effect::DropInk { author, stroke } => {
                for outbox in self.outboxes.values() {
                    outbox.drop_ink(author, &stroke);
                }
            }
            Effect::Store(record) => self.store(record),
            Effect::Write(edition) => {
                assert!(self.writing.is_none(), "one at a time");
                self.writing = Some(edition);
            }
            Effect::EndSnapshots { number } => {
                for outbox in self.outboxes.values() {
                    outbox.end_snapshots(number);
                }
            }
            Effect::CheckPassword { connection, .. } => self.checks.push(connection),
            Effect::KeepDoor(door) => {
                let mut door = *door;
                let new = door.new_password.take();
                door.password = door.password.or(new.as_deref().map(str::to_owned));
                self.file.door = Some(door);
            }
            Effect::Close { connection, code } => {
                self.joined.remove(&connection);
                if let Some(outbox) = self.outboxes.remove(&connection) {
                    outbox.close(code);
                }
            }
        }
    }

    fn store(&mut self, record: Record) {
        match record {
            Record::Operation(applied) => {
                assert_eq!(applied.number, self.file.log.len() as u64 + 1, "no gaps");
                self.file.log.push((*applied).clone());
            }
            Record::Participant(person) => {
                self.file.participants.insert(person.id, person);
            }
            Record::Bans(bans) => self.file.bans = bans,
            Record::Audit(entry) => self.file.audit.push((*entry).clone()),
            _ => {}
        }
    }

    fn check_the_log_tells_the_same(&self) {
        let again = revive(&self.file, self.lives + 1, self.bounds);
        assert_eq!(again.head(), self.session.head());
        assert_eq!(again.title(), self.session.title());
        assert_eq!(again.notes().text(), self.session.notes().text());
        assert_eq!(again.notes().pages(), self.session.notes().pages());
        let shapes = |session: &Session| -> BTreeMap<_, _> {
            let shapes = session.board().shapes();
            shapes
                .map(|shape| (shape.id.clone(), format!("{shape:?}")))
                .collect()
        };
        assert_eq!(shapes(&again), shapes(&self.session));
    }

    // --- bent messages ------------------------------------------------------------------------

    fn bent(&mut self, sample: &Value, supply: &mut Supply) -> Value {
        let mut value = sample.clone();
        let wild = supply.once_in(3);
        self.bend("", &mut value, wild, supply);
        value
    }

    /// Puts in what fits this moment, and now and then what never should.
    fn bend(&mut self, key: &str, value: &mut Value, wild: bool, supply: &mut Supply) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.bend(key, value, wild, supply);
                }
            }
            Value::Array(items) => {
                if wild && supply.once_in(12) {
                    items.truncate(supply.below(2));
                }
                let doubled = wild && supply.once_in(12);
                if let Some(last) = items.last().cloned().filter(|_| doubled) {
                    items.extend(vec![last; supply.below(5)]);
                }
                for item in items {
                    self.bend(key, item, wild, supply);
                }
            }
            Value::String(words) if matches!(key, "id" | "ids" | "stroke" | "selection") => {
                *words = format!("s{}", supply.below(6));
            }
            Value::String(words)
                if wild && !matches!(key, "type" | "kind") && supply.once_in(6) =>
            {
                *words = supply.pick(&STRANGE_WORDS).repeat(supply.below(3) + 1);
            }
            Value::Number(_) => self.bend_number(key, value, wild, supply),
            _ => {}
        }
    }

    fn bend_number(&mut self, key: &str, value: &mut Value, wild: bool, supply: &mut Supply) {
        *value = match (key, if wild { supply.below(16) } else { 0 }) {
            ("seq", 0..14) => {
                self.next_seq += 1;
                json!(self.next_seq)
            }
            ("participant", 0..12) => json!(supply.below(CONNECTIONS) + 1),
            ("knock" | "invite", 0..12) => json!(supply.below(CONNECTIONS) + 1),
            ("message" | "reply_to", 0..12) => {
                json!(self.session.head().saturating_sub(supply.below(8) as u64))
            }
            ("base", 0..12) => json!(self.session.head().saturating_sub(supply.below(4) as u64)),
            (_, 12) => json!(supply.number()),
            (_, 13) => json!(STRANGE),
            (_, 14) => json!(supply.below(4)),
            (_, 15) => json!(-1),
            _ => return,
        };
    }

    /// As the wire brings it: through either encoding, now and then with bytes that changed.
    fn message(&self, value: &Value, supply: &mut Supply) -> Option<ClientMessage> {
        let words = value.to_string();
        let message = decode_client(words.as_bytes(), Encoding::Json).ok()?;
        if !words.contains("e204") && !words.contains("e+204") && !supply.once_in(16) {
            return Some(message);
        }
        let mut bytes = encode_client(&message, Encoding::Binary);
        let strange = STRANGE.to_be_bytes();
        for at in 0..bytes.len().saturating_sub(strange.len()) {
            if bytes[at..].starts_with(&strange) {
                let number = supply.pick(&STRANGE_NUMBERS).to_be_bytes();
                bytes[at..at + strange.len()].copy_from_slice(&number);
            }
        }
        for _ in 0..supply.below(3) {
            let at = usize::from(u16::from_be_bytes([supply.byte(), supply.byte()])) % bytes.len();
            bytes[at] = supply.byte();
        }
        let extra = supply.below(2);
        bytes.extend(supply.take(extra));
        decode_client(&bytes, Encoding::Binary).ok()
    }
}

fn address(supply: &mut Supply) -> IpAddr {
    Ipv4Addr::new(10, 0, 0, *supply.pick(&ADDRESSES)).into()
}

fn epoch(life: u64) -> Epoch {
    Epoch::new(format!("e{life}")).expect("an id")
}

fn revive(file: &File, life: u64, bounds: HistoryBounds) -> Session {
    let stored = StoredSession {
        meta: SessionMeta {
            id: SessionId::new("fuzzed").expect("an id"),
            title: title(&file.log),
            created_ms: 0,
        },
        epochs: file.epochs.clone(),
        participants: file.participants.values().cloned().collect(),
        bans: file.bans.clone(),
        audit: file.audit.clone(),
        state: SessionState::default(),
        lasting: Vec::new(),
        log: file.log.clone(),
        port: None,
    };
    let access = Access {
        host_token_hash: hash_secret("the host's"),
        door: file.door.clone(),
        ..Access::default()
    };
    Session::restore_within(stored, epoch(life), access, bounds).expect("the hub wrote this log")
}

fn title(log: &[Applied]) -> String {
    let title = log.iter().rev().find_map(|it| match &it.operation {
        lanvas_protocol::Operation::SetTitle { title } => Some(title.clone()),
        _ => None,
    });
    title.unwrap_or_else(|| "Our board".to_owned())
}

/// A story that never gets anywhere proves nothing.
#[test]
fn stories_get_somewhere() {
    let (mut numbered, mut refused) = (0, 0);
    for seed in 0..40_u64 {
        let mut state = seed;
        let bytes: Vec<u8> = (0..4_000)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(seed | 1);
                (state >> 56) as u8
            })
            .collect();
        let mut supply = Supply::new(&bytes);
        let mut world = World::new(&mut supply);
        for _ in 0..STEPS_MAX {
            world.step(&mut supply);
        }
        numbered += world.session.head();
        refused += world.secrets.len();
    }
    println!("{numbered} operations, {refused} welcomes");
    assert!(numbered > 100, "{numbered} operations");
}
