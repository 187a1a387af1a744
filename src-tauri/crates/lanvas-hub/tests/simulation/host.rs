//! A model of everything around the session: connections with their real outboxes and slow
//! sockets, a disk that lags behind, and the end of a hub that loses what was not stored.

use std::{collections::BTreeMap, net::IpAddr, sync::Arc};

use lanvas_hub::{
    frame::Frame,
    outbox::OutboxBounds,
    session::{
        Access, ConnectionId, Effect, Entropy, Input, Session, history::HistoryBounds,
        roster::hash_secret, snapshots::Edition,
    },
    storage::{Record, StoredSession},
};
use lanvas_protocol::{
    ClientMessage, Epoch, ErrorCode, Operation, PageId,
    limits::BAN_S_MAX,
    message::{NotesPage, StorageTrouble},
    operation::Applied,
};

use crate::{
    checks::texts_of,
    dice::Dice,
    disk::{Disk, File},
    link::Link,
    overseer::Overseer,
    pages::Texts,
    text::string,
};

pub(crate) const HOST_TOKEN: &str = "the host's";

const LONGEST_BAN_MS: u64 = BAN_S_MAX as u64 * 1_000;

/// How narrow things are in this run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) outbox: OutboxBounds,
    pub(crate) history: HistoryBounds,
    /// Frames that a socket holds.
    pub(crate) socket_frames: usize,
    /// Records that may wait for the disk.
    pub(crate) storage_records: usize,
}

/// A copy was put in the file's place: what it has of each epoch there had been.
pub(crate) type TakenBack = BTreeMap<Epoch, u64>;

pub(crate) struct Host {
    pub(crate) session: Session,
    bounds: Bounds,
    disk: Disk,
    links: BTreeMap<ConnectionId, Link>,
    /// A snapshot that is being written.
    writing: Option<Arc<Edition>>,
    next_connection: u64,
    epochs: u64,
    now_ms: u64,
    /// The notes after each number, of every epoch.
    notes: BTreeMap<Epoch, Vec<Arc<Texts>>>,
    /// Whether the session was told that there is room for operations.
    room: bool,
    pub(crate) taken_back: Vec<TakenBack>,
    /// What the notes had when a copy took their place.
    pub(crate) notes_taken_back: Vec<char>,
    pub(crate) overseer: Overseer,
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
    pub(crate) from_snapshots: u64,
    pub(crate) troubles: u64,
    pub(crate) restored: u64,
    pub(crate) taken_back: u64,
    pub(crate) frozen: u64,
    pub(crate) half_open: u64,
    pub(crate) given_up: u64,
    pub(crate) editions: u64,
    pub(crate) ended_snapshots: u64,
    /// Edits of other pages than the first, of pages that were taken out, and pages that came back.
    pub(crate) page_edits: u64,
    pub(crate) edits_of_removed: u64,
    pub(crate) put_back: u64,
    /// Submissions, and what does not last, by who had no right to it; roles, voices and rules
    /// that were changed, and people who were sent out.
    pub(crate) denied: u64,
    pub(crate) denied_live: u64,
    pub(crate) deeds: u64,
    pub(crate) sent_out: u64,
    /// Hellos of who was kept out, and from where nobody might come.
    pub(crate) kept_out: u64,
    pub(crate) kept_out_by_place: u64,
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
        self.from_snapshots += other.from_snapshots;
        self.troubles += other.troubles;
        self.restored += other.restored;
        self.taken_back += other.taken_back;
        self.frozen += other.frozen;
        self.half_open += other.half_open;
        self.given_up += other.given_up;
        self.editions += other.editions;
        self.ended_snapshots += other.ended_snapshots;
        self.page_edits += other.page_edits;
        self.edits_of_removed += other.edits_of_removed;
        self.put_back += other.put_back;
        self.denied += other.denied;
        self.denied_live += other.denied_live;
        self.deeds += other.deeds;
        self.sent_out += other.sent_out;
        self.kept_out += other.kept_out;
        self.kept_out_by_place += other.kept_out_by_place;
    }
}

impl Host {
    pub(crate) fn start(bounds: Bounds) -> Self {
        let mut host = Self {
            session: revive(&File::default(), &epoch(0), bounds.history),
            bounds,
            disk: Disk::new(bounds.storage_records),
            links: BTreeMap::new(),
            writing: None,
            next_connection: 0,
            epochs: 0,
            now_ms: 1_790_000_000_000,
            notes: BTreeMap::new(),
            room: true,
            taken_back: Vec::new(),
            notes_taken_back: Vec::new(),
            overseer: Overseer::default(),
            figures: Figures::default(),
        };
        host.begin_epoch(vec![blank()]);
        host
    }

    fn begin_epoch(&mut self, notes: Vec<Arc<Texts>>) {
        let begun = Record::Epoch {
            epoch: epoch(self.epochs),
            start: self.session.head(),
        };
        self.disk.append(begun);
        self.notes.insert(epoch(self.epochs), notes);
    }

    /// The hub is killed; so much of what waits for the disk still gets there. Gives the clients'
    /// ends of the connections to their owner: they may still read what was written.
    pub(crate) fn restart(&mut self, dice: &mut Dice) {
        self.disk.lose_tail(dice);
        self.figures.restarts += 1;
        self.figures.lost += self.session.head() - self.disk.file.head();
        self.come_back();
    }

    /// The same, and meanwhile somebody puts an older copy of the file in its place.
    pub(crate) fn restart_on_a_copy(&mut self, dice: &mut Dice) {
        self.disk.lose_tail(dice);
        let had = self.disk.file.head();
        self.notes_taken_back.extend(
            texts_of(&self.session)
                .values()
                .flat_map(|text| string(text).chars().collect::<Vec<_>>()),
        );
        if self.disk.put_copy_back(dice) {
            self.figures.restored += 1;
            self.figures.taken_back += had.saturating_sub(self.disk.file.head());
            let ends = self.notes.keys();
            let ends = ends.map(|epoch| (epoch.clone(), self.disk.file.end_of(epoch)));
            self.taken_back.push(ends.collect());
        }
        self.come_back();
    }

    fn come_back(&mut self) {
        self.writing = None;
        self.epochs += 1;
        self.figures.from_snapshots += u64::from(self.disk.file.snapshot.number > 0);
        let last = self.disk.file.epochs.last();
        let mut notes = last.map_or_else(|| vec![blank()], |(it, _)| self.notes[it].clone());
        self.session = revive(&self.disk.file, &epoch(self.epochs), self.bounds.history);
        self.overseer.begin_again(&self.disk.file.read_whole());
        notes.truncate(usize::try_from(self.session.head()).unwrap() + 1);
        self.begin_epoch(notes);
        self.room = true;
        for link in self.links.values_mut() {
            link.to_hub.clear();
            link.drained = None;
            link.joined = false;
            link.closed = Some(ErrorCode::Internal);
        }
        self.links.retain(|_, link| !link.abandoned);
        let trouble = self.disk.trouble();
        self.handle(Input::StorageChanged { trouble });
    }

    /// So much time passes that everybody who is kept out may come back.
    pub(crate) fn let_time_pass(&mut self) {
        self.now_ms += LONGEST_BAN_MS;
    }

    pub(crate) fn live_lane_is_roomy(&self) -> bool {
        self.bounds.outbox.live_frames == OutboxBounds::default().live_frames
    }

    /// The notes after `number` of `epoch`.
    pub(crate) fn notes_at(&self, epoch: &Epoch, number: u64) -> &Texts {
        &self.notes[epoch][usize::try_from(number).unwrap()]
    }

    pub(crate) fn log(&self) -> &[Applied] {
        &self.disk.file.log
    }

    // --- the disk -------------------------------------------------------------------------

    pub(crate) fn is_saved(&self) -> bool {
        self.disk.is_saved()
    }

    pub(crate) fn save(&mut self, records: usize) {
        self.disk.write(records);
        let number = self.disk.file.head();
        if number == self.session.head() && self.disk.file.is_snapshot_due() {
            self.disk.file.snapshot = self.session.state();
        }
        self.handle(Input::Stored { number });
    }

    pub(crate) fn copy_file(&mut self) {
        self.disk.copy();
    }

    pub(crate) fn begin_trouble(&mut self, kind: StorageTrouble, rounds: usize) {
        self.figures.troubles += 1;
        self.disk.begin_trouble(kind, rounds);
        let trouble = Some(kind);
        self.handle(Input::StorageChanged { trouble });
    }

    pub(crate) fn end_trouble(&mut self) {
        self.disk.end_trouble();
        self.handle(Input::StorageChanged { trouble: None });
    }

    /// A round has passed, for the disk and for the network.
    pub(crate) fn age(&mut self) {
        let had = self.disk.trouble();
        self.disk.age();
        if had.is_some() && self.disk.trouble().is_none() {
            self.end_trouble();
        }
        self.links.values_mut().for_each(Link::age);
    }

    /// Before an operation is numbered: one that was told to others cannot be taken back.
    fn look_for_room(&mut self) {
        let room = self.disk.has_room();
        if room != self.room {
            self.room = room;
            self.handle(Input::StorageRoom { room });
        }
    }

    // --- the sockets ----------------------------------------------------------------------

    pub(crate) fn connect(&mut self, as_bytes: bool, from: IpAddr) -> ConnectionId {
        self.next_connection += 1;
        self.figures.connections += 1;
        let id = ConnectionId(self.next_connection);
        let link = Link::new(self.bounds.outbox, as_bytes, from);
        self.links.insert(id, link);
        id
    }

    pub(crate) fn freeze(&mut self, id: ConnectionId, rounds: usize) {
        self.figures.frozen += 1;
        self.link(id).freeze(rounds);
    }

    /// The client is gone; for so long the hub does not find out.
    pub(crate) fn leave_half_open(&mut self, id: ConnectionId, rounds: usize) {
        self.figures.half_open += 1;
        self.link(id).freeze(rounds);
    }

    /// The hub has heard nothing for too long. The client does not know.
    pub(crate) fn give_up(&mut self, id: ConnectionId) {
        let link = self.link(id);
        if link.closed.is_some() || link.given_up {
            return;
        }
        link.given_up = true;
        link.joined = false;
        link.drained = None;
        self.figures.given_up += 1;
        self.handle(Input::Leave { connection: id });
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
        self.links[&id].is_quiet()
    }

    /// The hub reads one message, or finds out that there will be none.
    pub(crate) fn read(&mut self, id: ConnectionId) {
        self.look_for_room();
        let link = self.link(id);
        if link.is_frozen() {
            return;
        }
        match link.read() {
            Some(_) if link.closed.is_some() || link.given_up => {}
            Some(ClientMessage::Hello(hello)) => {
                let address = link.from;
                let mut entropy = Entropy::default();
                entropy[..8].copy_from_slice(&id.0.to_be_bytes());
                entropy[16..].copy_from_slice(&id.0.to_be_bytes());
                self.handle(Input::Join {
                    connection: id,
                    hello,
                    address,
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
        let over = link.closed.is_some() || link.given_up;
        if over || link.is_frozen() || link.to_client.len() >= room || link.drained.is_some() {
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

    /// The thread that writes a snapshot is done, if there is one.
    pub(crate) fn finish_writing(&mut self) {
        if let Some(edition) = self.writing.take() {
            self.figures.editions += 1;
            edition.write();
            let number = edition.number();
            self.handle(Input::Written { number });
        }
    }

    pub(crate) fn handle(&mut self, input: Input) {
        self.now_ms += 1;
        let head = self.session.head();
        let pages = self.session.notes().pages();
        let asked = self.overseer.hear(self.now_ms, &self.session, &input);
        let effects = self.session.handle(self.now_ms, input);
        self.overseer
            .see(self.now_ms, &self.session, asked.as_ref(), &effects);
        if self.session.head() > head {
            assert_eq!(self.session.head(), head + 1, "one number at a time");
            self.figures.operations += 1;
            let now = Arc::new(texts_of(&self.session));
            let texts = self.notes.get_mut(self.session.epoch());
            texts.expect("begun with the epoch").push(now);
        }
        for effect in effects {
            self.count_pages(&effect, &pages);
            self.carry_out(effect);
        }
    }

    /// `pages` are as they were before.
    fn count_pages(&mut self, effect: &Effect, pages: &[NotesPage]) {
        let Effect::Store(Record::Operation(applied)) = effect else {
            return;
        };
        let is_out = |page: &PageId| {
            pages
                .iter()
                .any(|it| it.page == *page && it.removed.is_some())
        };
        if let Some((page, ..)) = applied.operation.notes_edit() {
            self.figures.page_edits += u64::from(!page.is_first());
            self.figures.edits_of_removed += u64::from(is_out(&page));
        }
        if let Operation::UpdatePage { page, removed, .. } = &applied.operation {
            self.figures.put_back += u64::from(*removed == Some(false) && is_out(page));
        }
    }

    /// What there was to deny, for the figures.
    pub(crate) fn count_rights(&mut self) {
        let Overseer {
            denied,
            denied_live,
            deeds,
            sent_out,
            kept_out,
            kept_out_by_place,
            ..
        } = self.overseer;
        self.figures = Figures {
            denied,
            denied_live,
            deeds,
            sent_out,
            kept_out,
            kept_out_by_place,
            ..self.figures
        };
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
            Effect::Store(record) => self.disk.append(record),
            Effect::Write(edition) => {
                assert!(self.writing.is_none(), "one at a time");
                self.writing = Some(edition);
            }
            Effect::EndSnapshots { number } => {
                let links = self.links.values();
                let ended = links.filter(|link| link.outbox.end_snapshots(number));
                self.figures.ended_snapshots += ended.count() as u64;
            }
            Effect::CheckPassword { .. } | Effect::KeepDoor(_) => {} // the door stands open here
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

/// From the snapshot if there is one, as the hub does; and what it makes must be what the whole log
/// makes.
fn revive(file: &File, epoch: &Epoch, bounds: HistoryBounds) -> Session {
    let whole = restore(file.read_whole(), epoch, bounds);
    let revived = restore(file.read(), epoch, bounds);
    assert_eq!(revived.state(), whole.state(), "the snapshot lies");
    assert_eq!(revived.chat().latest(), whole.chat().latest());
    revived
}

fn restore(stored: StoredSession, epoch: &Epoch, bounds: HistoryBounds) -> Session {
    let access = Access {
        host_token_hash: hash_secret(HOST_TOKEN),
        ..Access::default()
    };
    Session::restore_within(stored, epoch.clone(), access, bounds).expect("we wrote this log")
}

/// The notes of a session that begins.
fn blank() -> Arc<Texts> {
    Arc::new(Texts::from([(PageId::first(), Vec::new())]))
}
