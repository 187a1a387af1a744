//! A model of everything around the session: connections with their real outboxes and slow
//! sockets, a disk that lags behind, and the end of a hub that loses what was not stored.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use lanvas_hub::{
    frame::Frame,
    outbox::{Outbox, OutboxBounds},
    session::{
        Access, ConnectionId, Effect, Entropy, Input, Session, history::HistoryBounds,
        roster::hash_secret,
    },
    storage::{Record, SessionMeta, StoredParticipant, StoredSession},
};
use lanvas_protocol::{
    ClientMessage, Epoch, ErrorCode, ParticipantId, SessionId, operation::Applied,
};

use crate::{dice::Dice, text::units};

pub(crate) const HOST_TOKEN: &str = "the host's";

/// One socket, both ends.
#[derive(Debug)]
pub(crate) struct Link {
    outbox: Outbox,
    /// Whether it is told what everybody is told.
    joined: bool,
    /// Written by the hub, not read by the client.
    pub(crate) to_client: VecDeque<Arc<Frame>>,
    /// Sent by the client, not read by the hub.
    pub(crate) to_hub: VecDeque<ClientMessage>,
    /// The outbox ran dry after falling behind, and the session does not know yet.
    drained: Option<Option<u64>>,
    /// What the hub closed it with, after what is in `to_client`.
    pub(crate) closed: Option<ErrorCode>,
    /// The client is gone; the hub finds out when it has read `to_hub`.
    pub(crate) abandoned: bool,
}

/// What the disk has.
#[derive(Debug, Default)]
struct Disk {
    epochs: Vec<(Epoch, u64)>,
    participants: BTreeMap<ParticipantId, StoredParticipant>,
    log: Vec<Applied>,
    /// Not yet written.
    queue: VecDeque<Record>,
}

impl Disk {
    fn write(&mut self, records: usize) {
        for record in self.queue.drain(..records) {
            match record {
                Record::Operation(applied) => self.log.push((*applied).clone()),
                Record::Participant(person) => {
                    self.participants.insert(person.id, person);
                }
                Record::Epoch { epoch, start } => self.epochs.push((epoch, start)),
                Record::Port(_) | Record::Redaction { .. } => {}
            }
        }
    }
}

/// How narrow things are in this run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) outbox: OutboxBounds,
    pub(crate) history: HistoryBounds,
    /// Frames that a socket holds.
    pub(crate) socket_frames: usize,
}

pub(crate) struct Host {
    pub(crate) session: Session,
    bounds: Bounds,
    disk: Disk,
    links: BTreeMap<ConnectionId, Link>,
    next_connection: u64,
    epochs: u64,
    now_ms: u64,
    /// The notes after each number, of every epoch.
    notes: BTreeMap<Epoch, Vec<Arc<[u16]>>>,
    pub(crate) figures: Figures,
}

/// What a run has seen, so that a simulation that no longer reaches something shows.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) operations: u64,
    pub(crate) refusals: u64,
    pub(crate) stale: u64,
    pub(crate) catch_ups: u64,
    pub(crate) too_slow: u64,
    pub(crate) restarts: u64,
    pub(crate) lost: u64,
    pub(crate) connections: u64,
    pub(crate) replaced: u64,
    pub(crate) told_late: u64,
}

impl Figures {
    pub(crate) fn add(&mut self, other: Self) {
        self.operations += other.operations;
        self.refusals += other.refusals;
        self.stale += other.stale;
        self.catch_ups += other.catch_ups;
        self.too_slow += other.too_slow;
        self.restarts += other.restarts;
        self.lost += other.lost;
        self.connections += other.connections;
        self.replaced += other.replaced;
        self.told_late += other.told_late;
    }
}

impl Host {
    pub(crate) fn start(bounds: Bounds) -> Self {
        let mut host = Self {
            session: revive(&Disk::default(), &epoch(0), bounds.history),
            bounds,
            disk: Disk::default(),
            links: BTreeMap::new(),
            next_connection: 0,
            epochs: 0,
            now_ms: 1_790_000_000_000,
            notes: BTreeMap::new(),
            figures: Figures::default(),
        };
        host.begin_epoch(vec![Arc::from([])]);
        host
    }

    fn begin_epoch(&mut self, notes: Vec<Arc<[u16]>>) {
        let begun = Record::Epoch {
            epoch: epoch(self.epochs),
            start: self.session.head(),
        };
        self.disk.queue.push_back(begun);
        self.notes.insert(epoch(self.epochs), notes);
    }

    /// The hub ends; so much of what waits for the disk still gets there. Gives the clients'
    /// ends of the connections to their owner: they may still read what was written.
    pub(crate) fn restart(&mut self, dice: &mut Dice) {
        let saved = dice.between(0, self.disk.queue.len());
        self.disk.write(saved);
        self.figures.restarts += 1;
        self.figures.lost += self.session.head() - self.disk.log.len() as u64;
        self.disk.queue.clear();
        self.epochs += 1;
        let mut notes = self.notes[self.session.epoch()].clone();
        self.session = revive(&self.disk, &epoch(self.epochs), self.bounds.history);
        notes.truncate(usize::try_from(self.session.head()).unwrap() + 1);
        self.begin_epoch(notes);
        for link in self.links.values_mut() {
            link.to_hub.clear();
            link.drained = None;
            link.joined = false;
            link.closed = Some(ErrorCode::Internal);
        }
        self.links.retain(|_, link| !link.abandoned);
    }

    pub(crate) fn live_lane_is_roomy(&self) -> bool {
        self.bounds.outbox.live_frames == OutboxBounds::default().live_frames
    }

    /// The notes after `number` of `epoch`.
    pub(crate) fn notes_at(&self, epoch: &Epoch, number: u64) -> &[u16] {
        &self.notes[epoch][usize::try_from(number).unwrap()]
    }

    pub(crate) fn log(&self) -> &[Applied] {
        &self.disk.log
    }

    // --- the disk -------------------------------------------------------------------------

    pub(crate) fn is_saved(&self) -> bool {
        self.disk.queue.is_empty()
    }

    pub(crate) fn save(&mut self, records: usize) {
        self.disk.write(records.min(self.disk.queue.len()));
        let number = self.disk.log.len() as u64;
        self.handle(Input::Stored { number });
    }

    // --- the sockets ----------------------------------------------------------------------

    pub(crate) fn connect(&mut self) -> ConnectionId {
        self.next_connection += 1;
        self.figures.connections += 1;
        let link = Link {
            outbox: Outbox::within(self.bounds.outbox),
            joined: false,
            to_client: VecDeque::new(),
            to_hub: VecDeque::new(),
            drained: None,
            closed: None,
            abandoned: false,
        };
        let id = ConnectionId(self.next_connection);
        self.links.insert(id, link);
        id
    }

    pub(crate) fn link(&mut self, id: ConnectionId) -> &mut Link {
        self.links.get_mut(&id).expect("its client holds it")
    }

    /// The client has seen that it is closed.
    pub(crate) fn forget(&mut self, id: ConnectionId) {
        self.links.remove(&id);
    }

    pub(crate) fn connections(&self) -> Vec<ConnectionId> {
        self.links.keys().copied().collect()
    }

    /// Whether nothing is under way on `id`.
    pub(crate) fn is_quiet(&self, id: ConnectionId) -> bool {
        let link = &self.links[&id];
        link.to_client.is_empty()
            && link.to_hub.is_empty()
            && link.drained.is_none()
            && link.outbox.is_empty()
            && !link.abandoned
            && link.closed.is_none()
    }

    /// The hub reads one message, or finds out that there will be none.
    pub(crate) fn read(&mut self, id: ConnectionId) {
        let link = self.link(id);
        match link.to_hub.pop_front() {
            Some(_) if link.closed.is_some() => {}
            Some(ClientMessage::Hello(hello)) => {
                let mut entropy = Entropy::default();
                entropy[..8].copy_from_slice(&id.0.to_be_bytes());
                entropy[16..].copy_from_slice(&id.0.to_be_bytes());
                self.handle(Input::Join {
                    connection: id,
                    hello,
                    entropy,
                });
            }
            Some(message) => self.handle(Input::Receive {
                connection: id,
                message,
            }),
            None if link.abandoned => {
                self.links.remove(&id);
                self.handle(Input::Leave { connection: id });
            }
            None => {}
        }
    }

    /// The hub's writer moves a batch to the socket, if that has room.
    pub(crate) fn write(&mut self, id: ConnectionId) {
        let room = self.bounds.socket_frames;
        let link = self.link(id);
        if link.to_client.len() >= room || link.closed.is_some() || link.drained.is_some() {
            return;
        }
        if let Some(batch) = link.outbox.try_next() {
            link.to_client.extend(batch.frames);
            link.closed = batch.close;
            link.drained = batch.drained;
        }
    }

    /// The session hears that a connection that was behind has sent what it had.
    pub(crate) fn report_drained(&mut self, id: ConnectionId) {
        if let Some(number) = self.link(id).drained.take() {
            self.figures.catch_ups += 1;
            self.handle(Input::Drained {
                connection: id,
                number,
            });
        }
    }

    // --- the session ----------------------------------------------------------------------

    pub(crate) fn handle(&mut self, input: Input) {
        self.now_ms += 1;
        let head = self.session.head();
        let effects = self.session.handle(self.now_ms, input);
        if self.session.head() > head {
            assert_eq!(self.session.head(), head + 1, "one number at a time");
            self.figures.operations += 1;
            let now: Arc<[u16]> = units(&self.session.notes().text()).into();
            let texts = self.notes.get_mut(self.session.epoch());
            texts.expect("begun with the epoch").push(now);
        }
        for effect in effects {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Send { to, lane, frame } => {
                self.count(&frame);
                if let Some(link) = self.links.get(&to) {
                    link.outbox.push(lane, frame);
                }
            }
            Effect::Broadcast { but, lane, frame } => {
                for (id, link) in &self.links {
                    if link.joined && Some(*id) != but {
                        link.outbox.push(lane.clone(), Arc::clone(&frame));
                    }
                }
            }
            Effect::CatchUp { connection } => {
                if let Some(link) = self.links.get_mut(&connection) {
                    link.joined = true;
                    link.outbox.begin_catch_up();
                }
            }
            Effect::DropInk { author, stroke } => {
                for link in self.links.values() {
                    link.outbox.drop_ink(author, &stroke);
                }
            }
            Effect::Store(record) => self.disk.queue.push_back(record),
            Effect::Close { connection, code } => {
                match code {
                    ErrorCode::Replaced => self.figures.replaced += 1,
                    ErrorCode::TooSlow => self.figures.too_slow += 1,
                    _ => {}
                }
                if let Some(link) = self.links.get_mut(&connection) {
                    link.joined = false;
                    link.outbox.close(code);
                }
            }
        }
    }

    fn count(&mut self, frame: &Frame) {
        use lanvas_protocol::ServerMessage::Refused;
        if let Refused { code, .. } = frame.message() {
            self.figures.refusals += 1;
            self.figures.stale += u64::from(*code == ErrorCode::StaleRevision);
        }
    }
}

fn epoch(count: u64) -> Epoch {
    Epoch::new(format!("epoch-{count}")).unwrap()
}

fn revive(disk: &Disk, epoch: &Epoch, bounds: HistoryBounds) -> Session {
    let title = disk
        .log
        .iter()
        .rev()
        .find_map(|applied| match &applied.operation {
            lanvas_protocol::Operation::SetTitle { title } => Some(title.clone()),
            _ => None,
        });
    let stored = StoredSession {
        meta: SessionMeta {
            id: SessionId::new("simulated").unwrap(),
            title: title.unwrap_or_else(|| "Our board".to_owned()),
            created_ms: 0,
        },
        epochs: disk.epochs.clone(),
        participants: disk.participants.values().cloned().collect(),
        log: disk.log.clone(),
        port: None,
    };
    let access = Access {
        host_token_hash: hash_secret(HOST_TOKEN),
        password_hash: None,
    };
    Session::restore_within(stored, epoch.clone(), access, bounds).expect("the hub wrote this log")
}
