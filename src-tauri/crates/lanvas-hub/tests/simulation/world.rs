//! One run: some people, one hub, bad luck; then quiet, and everybody must have the same.

use std::collections::{BTreeMap, BTreeSet};

use lanvas_hub::{
    outbox::OutboxBounds,
    session::{ConnectionId, Input, history::HistoryBounds},
};
use lanvas_protocol::{
    ClientMessage, ErrorCode, Operation, ReplicaId, TextChanges, message::StorageTrouble,
};

use crate::{
    actions::{Originals, any_message, any_operation, draw},
    client::{Board, Client, Phase},
    dice::Dice,
    host::{Bounds, Figures, HOST_TOKEN, Host},
    text::string,
};

/// Operations that people do in one run.
const OPERATIONS: usize = 200;
/// Rounds in which everything under way must have arrived, once nothing new happens.
const ROUNDS_TO_REST: usize = 500;

/// A person and what connects them.
struct Seat {
    client: Client,
    connection: Option<ConnectionId>,
    /// Reads a frame once in so many turns.
    slowness: usize,
    /// A submission that will arrive twice.
    twice: Option<ClientMessage>,
}

/// How bad the luck is: each happens once in so many turns or rounds.
struct Luck {
    drop: usize,
    restart: usize,
    save: usize,
    full_disk: usize,
}

pub(crate) struct World {
    dice: Dice,
    host: Host,
    seats: Vec<Seat>,
    originals: Originals,
    luck: Luck,
    trace: bool,
}

impl World {
    pub(crate) fn new(seed: u64, trace: bool) -> Self {
        let mut dice = Dice::new(seed);
        let host = Host::start(any_bounds(&mut dice));
        let luck = Luck {
            drop: *dice.pick(&[6, 6, 15, 40]),
            restart: *dice.pick(&[10, 40, 1_000_000]),
            save: *dice.pick(&[1, 3, 12]),
            full_disk: *dice.pick(&[30, 1_000_000]),
        };
        let seats = (0..dice.between(2, 8))
            .map(|index| seat(index, &mut dice))
            .collect();
        Self {
            dice,
            host,
            seats,
            originals: Originals::default(),
            luck,
            trace,
        }
    }

    /// Runs to the end and checks.
    pub(crate) fn run(mut self) -> Figures {
        let mut left = OPERATIONS;
        while left > 0 {
            for seat in 0..self.seats.len() {
                left -= usize::from(left > 0 && self.take_turn(seat));
            }
            self.have_luck();
        }
        self.come_to_rest();
        self.check_all_equal();
        self.check_nothing_lost_or_doubled();
        self.check_a_newcomer_sees_the_same();
        let told_late = self.seats.iter().map(|seat| seat.client.told_late);
        self.host.figures.told_late = told_late.sum();
        self.host.figures
    }

    fn say(&self, what: impl FnOnce() -> String) {
        if self.trace {
            println!("{}", what());
        }
    }

    // --- chance ---------------------------------------------------------------------------

    /// Whether a lasting thing was done.
    fn take_turn(&mut self, seat: usize) -> bool {
        if self.seats[seat].connection.is_none() {
            if self.dice.once_in(2) {
                self.connect(seat);
            }
        } else if self.dice.once_in(self.luck.drop) {
            self.drop_connection(seat);
        }
        let did = self.dice.once_in(2);
        if did {
            self.act(seat);
        } else if self.seats[seat].client.phase == Phase::Live && self.dice.once_in(3) {
            let Seat { client, .. } = &mut self.seats[seat];
            let message = any_message(client, &mut self.originals, &mut self.dice);
            self.send(seat, [message]);
        }
        self.move_some(seat);
        did
    }

    fn act(&mut self, seat: usize) {
        let (originals, dice) = (&mut self.originals, &mut self.dice);
        let client = &mut self.seats[seat].client;
        let mut messages = Vec::new();
        let operation = if dice.once_in(10) {
            let (ink, operation) = draw(originals, dice);
            messages.extend((client.phase == Phase::Live).then_some(ink));
            operation
        } else {
            any_operation(client, originals, dice)
        };
        self.say(|| format!("{} does {operation:?}", self.seats[seat].client.name));
        messages.extend(self.seats[seat].client.perform(operation));
        self.send(seat, messages);
    }

    /// Some of what is under way on all connections arrives.
    fn move_some(&mut self, seat: usize) {
        for id in self.host.connections() {
            match self.dice.below(5) {
                0 | 1 => self.host.read(id),
                2 | 3 => self.host.write(id),
                _ => self.host.report_drained(id),
            }
        }
        let slowness = self.seats[seat].slowness;
        for _ in 0..self.dice.between(0, 12) {
            if self.dice.once_in(slowness) {
                self.hear_one(seat);
            }
        }
    }

    fn have_luck(&mut self) {
        if self.dice.once_in(self.luck.save) {
            let records = self.dice.between(0, 40);
            self.host.save(records);
        }
        if self.dice.once_in(self.luck.restart) {
            self.host.restart(&mut self.dice);
            self.say(|| format!("the hub restarts on {}", self.host.session.head()));
        }
        let room = !self.dice.once_in(self.luck.full_disk);
        self.host.handle(Input::StorageRoom { room });
        self.host.handle(Input::StorageChanged {
            trouble: (!room).then_some(StorageTrouble::DiskFull),
        });
    }

    // --- connections ----------------------------------------------------------------------

    fn connect(&mut self, seat: usize) {
        let id = self.host.connect();
        let hello = self.seats[seat].client.greet();
        self.say(|| {
            format!(
                "{} connects as {id:?}: {hello:?}",
                self.seats[seat].client.name
            )
        });
        self.host.link(id).to_hub.push_back(hello);
        self.seats[seat].connection = Some(id);
    }

    /// The client notices at once; the hub reads some of what was sent, and then notices.
    fn drop_connection(&mut self, seat: usize) {
        let Some(id) = self.seats[seat].connection.take() else {
            return;
        };
        self.say(|| format!("{} is cut off", self.seats[seat].client.name));
        self.seats[seat].client.lose_connection();
        self.seats[seat].twice = None;
        let link = self.host.link(id);
        if link.closed.is_some() {
            return self.host.forget(id);
        }
        let arrives = self.dice.between(0, link.to_hub.len());
        link.to_hub.truncate(arrives);
        link.to_client.clear();
        link.abandoned = true;
    }

    fn send(&mut self, seat: usize, messages: impl IntoIterator<Item = ClientMessage>) {
        let sender = &mut self.seats[seat];
        let Some(id) = sender.connection else {
            return;
        };
        let to_hub = &mut self.host.link(id).to_hub;
        for message in messages {
            let again = self.dice.once_in(8).then(|| message.clone());
            to_hub.push_back(message);
            to_hub.extend(sender.twice.take());
            sender.twice = again.filter(|it| matches!(it, ClientMessage::Submit { .. }));
        }
    }

    /// The client reads a frame, or that it was closed. Whether there was something.
    fn hear_one(&mut self, seat: usize) -> bool {
        let Some(id) = self.seats[seat].connection else {
            return false;
        };
        let link = self.host.link(id);
        let Some(frame) = link.to_client.pop_front() else {
            if link.closed.is_some() {
                self.say(|| format!("{} finds itself closed", self.seats[seat].client.name));
                self.drop_connection(seat);
                return true;
            }
            return false;
        };
        let answers = self.seats[seat].client.hear(frame.message());
        self.say(|| {
            format!(
                "  heard {:?}\n  {}",
                frame.message(),
                self.seats[seat].client.summary()
            )
        });
        self.check_notes(seat);
        self.send(seat, answers);
        true
    }

    // --- rest -----------------------------------------------------------------------------

    /// Nobody does anything new; everything under way arrives.
    fn come_to_rest(&mut self) {
        self.host.handle(Input::StorageRoom { room: true });
        self.host.handle(Input::StorageChanged { trouble: None });
        for _ in 0..ROUNDS_TO_REST {
            self.move_all();
            if self.is_at_rest() {
                return;
            }
        }
        let states: Vec<_> = self
            .seats
            .iter()
            .map(|seat| seat.client.summary())
            .collect();
        panic!("does not come to rest (R18, R21): {states:#?}");
    }

    fn move_all(&mut self) {
        for seat in 0..self.seats.len() {
            if self.seats[seat].connection.is_none() {
                self.connect(seat);
            }
        }
        for id in self.host.connections() {
            for _ in 0..20 {
                if self.host.connections().contains(&id) {
                    self.host.read(id);
                }
            }
        }
        self.host.save(usize::MAX);
        for _ in 0..20 {
            for id in self.host.connections() {
                self.host.write(id);
                self.host.report_drained(id);
            }
            for seat in 0..self.seats.len() {
                while self.hear_one(seat) {}
            }
        }
    }

    fn is_at_rest(&self) -> bool {
        let quiet = self
            .host
            .connections()
            .iter()
            .all(|id| self.host.is_quiet(*id));
        quiet && self.host.is_saved() && self.seats.iter().all(|seat| seat.client.is_settled())
    }

    // --- checks ---------------------------------------------------------------------------

    /// At every number every replica has the text that the hub had at it.
    fn check_notes(&self, seat: usize) {
        let client = &self.seats[seat].client;
        if let Some((epoch, number)) = &client.place {
            let theirs = self.host.notes_at(epoch, *number);
            assert_eq!(
                string(client.notes.confirmed()),
                string(theirs),
                "{}'s notes after {number} of {epoch}",
                client.name
            );
        }
    }

    fn check_all_equal(&self) {
        for seat in &self.seats {
            self.check_equal(&seat.client);
        }
    }

    fn check_equal(&self, client: &Client) {
        let session = &self.host.session;
        let name = &client.name;
        let board: Board = session
            .board()
            .shapes()
            .map(|shape| (shape.id.clone(), shape.clone()))
            .collect();
        assert_eq!(client.number(), session.head(), "{name}'s number");
        assert_eq!(client.board, board, "{name}'s board");
        assert_eq!(client.shown_board(), board, "what {name} sees of the board");
        assert_eq!(
            string(&client.notes.view()),
            session.notes().text(),
            "{name}'s notes"
        );
        assert_eq!(client.title, session.title(), "{name}'s title");
        let latest = session.chat().latest();
        let tail = client.chat.len().saturating_sub(latest.len());
        let own = client.me();
        for (had, said) in client.chat[tail..].iter().zip(&latest) {
            let mut had = had.clone();
            if Some(said.author) == own {
                // Their own name may be newer on their own screen: nobody told them which it was.
                had.by = said.by.clone();
            }
            assert_eq!(had, *said, "{name}'s chat");
        }
        assert_eq!(client.chat.len() - tail, latest.len(), "{name}'s chat");
    }

    fn check_nothing_lost_or_doubled(&self) {
        let log = self.host.log();
        let mut submissions = BTreeSet::new();
        for (applied, number) in log.iter().zip(1..) {
            assert_eq!(applied.number, number, "the log has no gaps");
            let submission = (applied.replica.clone(), applied.seq);
            assert!(
                submissions.insert(submission.clone()),
                "{submission:?} twice (R18)"
            );
        }
        for seat in &self.seats {
            for kept in &seat.client.kept {
                let at = usize::try_from(kept.number).unwrap() - 1;
                let found = log.get(at).map(|it| (&it.replica, it.seq, it.number));
                let told = Some((&kept.replica, kept.seq, kept.number));
                assert_eq!(found, told, "R21: what was reported stored is there");
            }
        }
        self.check_authors();
        let said: Vec<_> = log.iter().filter_map(|it| text_of(&it.operation)).collect();
        let unlike: BTreeSet<_> = said.iter().collect();
        assert_eq!(said.len(), unlike.len(), "every message is there once");
        self.check_refused(&unlike);
        self.check_contained(&unlike);
        self.check_characters();
    }

    /// Whoever brings a shape back, it stays the work of who drew it (R25).
    fn check_authors(&self) {
        let mut authors = BTreeMap::new();
        for applied in self.host.log() {
            if let Operation::AddShapes { shapes } = &applied.operation {
                for shape in shapes {
                    let first = authors.entry(shape.id.clone()).or_insert(shape.author);
                    assert_eq!(*first, shape.author, "{} changed hands (R25)", shape.id);
                }
            }
        }
    }

    fn check_refused(&self, said: &BTreeSet<&&str>) {
        for seat in &self.seats {
            for (operation, code) in &seat.client.refused {
                if let Some(text) = text_of(operation) {
                    assert!(
                        !said.contains(&text),
                        "{text:?} was refused: {code:?} (R20)"
                    );
                }
                let may = *code != ErrorCode::Forbidden || seat.client.host_token.is_none();
                assert!(may, "the host may do everything (R38)");
            }
        }
    }

    /// What is not among the refused, where those are told, is in the order.
    fn check_contained(&self, said: &BTreeSet<&&str>) {
        for client in self.seats.iter().map(|seat| &seat.client) {
            let refused_since = |text| {
                let mut refused = client.refused.iter();
                refused.any(|(operation, _)| text_of(operation) == Some(text))
            };
            for text in client.contained.iter().filter_map(text_of) {
                let kept = text.replace('\u{7}', ""); // R35
                let there = said.contains(&kept.trim()) || refused_since(text);
                assert!(there, "{text:?} (R44)");
            }
        }
    }

    /// Every typed character is there once, unless somebody deleted it or it was refused.
    fn check_characters(&self) {
        let text = self.host.session.notes().text();
        let mut counts = BTreeMap::new();
        for character in text.chars().filter(|character| *character != '\n') {
            *counts.entry(character).or_insert(0) += 1;
        }
        let doubled: Vec<_> = counts.iter().filter(|(_, count)| **count > 1).collect();
        assert!(doubled.is_empty(), "doubled in the notes: {doubled:?}");
        let mut gone = self.originals.deleted.clone();
        for seat in &self.seats {
            for (operation, _) in &seat.client.refused {
                if let Operation::EditNotes { changes, .. } = operation {
                    gone.extend(inserted_by(changes));
                }
            }
            gone.extend(seat.client.unsure.iter().flat_map(inserted_by));
        }
        let typed = self.originals.typed.iter();
        let lost: Vec<_> = typed
            .filter(|it| !gone.contains(it) && !counts.contains_key(it))
            .collect();
        assert!(lost.is_empty(), "lost from the notes: {lost:?}");
    }

    /// A latecomer, by way of a snapshot, has what those have who heard every operation; and nobody
    /// shows ink or people that are no longer there.
    fn check_a_newcomer_sees_the_same(&mut self) {
        self.seats.push(Seat {
            client: Client::new("Newcomer", None, None),
            connection: None,
            slowness: 1,
            twice: None,
        });
        self.come_to_rest();
        self.check_all_equal();
        let newcomer = &self.seats.last().expect("just came").client;
        for Seat { client, .. } in &self.seats {
            assert_eq!(
                client.people, newcomer.people,
                "{}'s people (R42)",
                client.name
            );
            // A narrow live lane may drop the word that ink is dry, and what is wet as well.
            let told_all = self.host.live_lane_is_roomy();
            let ghosts: Vec<_> = client.wet.difference(&newcomer.wet).collect();
            assert!(
                ghosts.is_empty() || !told_all,
                "{} shows dry ink as wet: {ghosts:?} (R40)",
                client.name
            );
        }
    }
}

fn text_of(operation: &Operation) -> Option<&str> {
    match operation {
        Operation::PostMessage { text, .. } => Some(text),
        _ => None,
    }
}

fn inserted_by(changes: &TextChanges) -> Vec<char> {
    use lanvas_protocol::TextChange::Replace;
    let inserted = changes.0.iter().filter_map(|change| match change {
        Replace { inserted, .. } => Some(inserted.chars()),
        _ => None,
    });
    inserted.flatten().collect()
}

fn seat(index: usize, dice: &mut Dice) -> Seat {
    let name = char::from(b'A' + u8::try_from(index).unwrap()).to_string();
    let host_token = (index == 0).then(|| HOST_TOKEN.to_owned());
    let replica = dice
        .once_in(2)
        .then(|| ReplicaId::new(format!("replica-{name}")).unwrap());
    Seat {
        client: Client::new(&name, host_token, replica),
        connection: None,
        slowness: *dice.pick(&[1, 1, 2, 10]),
        twice: None,
    }
}

/// From roomy, as shipped, to so narrow that everything overflows.
fn any_bounds(dice: &mut Dice) -> Bounds {
    let shipped = OutboxBounds::default();
    let outbox = OutboxBounds {
        control_frames: *dice.pick(&[12, 60, shipped.control_frames]),
        doc_frames: *dice.pick(&[1, 4, 30, shipped.doc_frames]),
        doc_bytes: *dice.pick(&[600, 4_000, shipped.doc_bytes]),
        live_frames: *dice.pick(&[1, 5, shipped.live_frames]),
        batch_frames: *dice.pick(&[1, 4, shipped.batch_frames]),
    };
    let roomy = HistoryBounds::default();
    let history = HistoryBounds {
        recent_bytes: *dice.pick(&[800, 6_000, roomy.recent_bytes]),
        snapshot_tail: *dice.pick(&[0, 8, roomy.snapshot_tail]),
        snapshot_part_bytes: *dice.pick(&[300, roomy.snapshot_part_bytes]),
        notes_edits: *dice.pick(&[1, 5, roomy.notes_edits]),
    };
    Bounds {
        outbox,
        history,
        socket_frames: *dice.pick(&[1, 5, 60]),
    }
}
