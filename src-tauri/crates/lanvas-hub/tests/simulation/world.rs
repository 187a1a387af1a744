//! One run: some people, one hub, bad luck; then quiet, and everybody must have the same.

use std::net::IpAddr;

use lanvas_hub::{
    outbox::OutboxBounds,
    session::{ConnectionId, history::HistoryBounds},
};
use lanvas_protocol::{ClientMessage, ReplicaId, roles::Role};

use crate::{
    actions::{Originals, any_message, any_operation, draw},
    bans::ADDRESSES,
    client::{Client, Phase},
    dice::Dice,
    host::{Bounds, Figures, HOST_TOKEN, Host},
    luck::Luck,
    moderation::any_deed,
    trace::Trace,
};

/// Operations that people do in one run.
const OPERATIONS: usize = 200;
/// Rounds in which everything under way must have arrived, once nothing new happens.
const ROUNDS_TO_REST: usize = 500;

/// A person and what connects them.
pub(crate) struct Seat {
    pub(crate) client: Client,
    pub(crate) connection: Option<ConnectionId>,
    /// Reads a frame once in so many turns.
    slowness: usize,
    /// A submission that will arrive twice.
    twice: Option<ClientMessage>,
    /// Where they are.
    from: IpAddr,
}

impl Seat {
    /// Of somebody who is not connected and will read what comes.
    pub(crate) fn of(client: Client) -> Self {
        Self {
            client,
            connection: None,
            slowness: 1,
            twice: None,
            from: ADDRESSES[0],
        }
    }
}

pub(crate) struct World {
    pub(crate) dice: Dice,
    pub(crate) host: Host,
    pub(crate) seats: Vec<Seat>,
    pub(crate) originals: Originals,
    pub(crate) luck: Luck,
    trace: Trace,
}

/// What came of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome {
    pub(crate) figures: Figures,
    /// The same for the same run, where the trace is hashed.
    pub(crate) digest: u64,
}

impl World {
    pub(crate) fn new(seed: u64, trace: Trace) -> Self {
        let mut dice = Dice::new(seed);
        let host = Host::start(any_bounds(&mut dice));
        let luck = Luck::any(&mut dice);
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
    pub(crate) fn run(mut self) -> Outcome {
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
        let told_late = told_late.sum();
        self.host.figures.told_late = told_late;
        self.host.count_rights();
        self.say(|| format!("{:?}", self.host.figures));
        Outcome {
            figures: self.host.figures,
            digest: self.trace.digest(),
        }
    }

    pub(crate) fn say(&self, what: impl FnOnce() -> String) {
        self.trace.say(what);
    }

    // --- chance ---------------------------------------------------------------------------

    /// Whether a lasting thing was done.
    fn take_turn(&mut self, seat: usize) -> bool {
        match self.seats[seat].connection {
            Some(id) => self.have_bad_connection(seat, id),
            None if self.dice.once_in(2) => self.connect(seat),
            None => {}
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
        let keeps_order = client.role() >= Role::Moderator && dice.once_in(self.luck.order);
        let operation = if keeps_order || dice.once_in(self.luck.trespass) {
            any_deed(client, originals, dice)
        } else if dice.once_in(10) {
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

    // --- connections ----------------------------------------------------------------------

    fn connect(&mut self, seat: usize) {
        let as_bytes = self.dice.once_in(4);
        if self.dice.once_in(10) {
            self.seats[seat].from = *self.dice.pick(&ADDRESSES);
        }
        let id = self.host.connect(as_bytes, self.seats[seat].from);
        let hello = self.seats[seat].client.greet();
        self.say(|| {
            format!(
                "{} connects as {id:?} from {}: {hello:?}",
                self.seats[seat].client.name, self.seats[seat].from
            )
        });
        self.host.link(id).to_hub.push_back(hello);
        self.seats[seat].connection = Some(id);
    }

    /// The client notices at once; the hub reads some of what was sent, and then notices.
    pub(crate) fn drop_connection(&mut self, seat: usize) {
        let Some(id) = self.seats[seat].connection.take() else {
            return;
        };
        self.say(|| format!("{} is cut off", self.seats[seat].client.name));
        self.seats[seat].client.lose_connection();
        self.seats[seat].twice = None;
        let link = self.host.link(id);
        if link.closed.is_some() || link.given_up {
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
        if link.is_frozen() {
            return false;
        }
        let Some(message) = link.hear() else {
            if link.closed.is_some() {
                self.say(|| format!("{} finds itself closed", self.seats[seat].client.name));
                self.drop_connection(seat);
                return true;
            }
            return false;
        };
        let answers = self.seats[seat].client.hear(&message);
        self.say(|| {
            format!(
                "  heard {message:?}\n  {}",
                self.seats[seat].client.summary()
            )
        });
        self.check_notes(seat);
        self.send(seat, answers);
        true
    }

    // --- rest -----------------------------------------------------------------------------

    /// Nobody does anything new; everything under way arrives.
    pub(crate) fn come_to_rest(&mut self) {
        self.host.end_trouble();
        for _ in 0..ROUNDS_TO_REST {
            // Also for who is sent out by what was still under way.
            self.host.let_time_pass();
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
        self.host.age();
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
        self.host.finish_writing();
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
}

fn seat(index: usize, dice: &mut Dice) -> Seat {
    let name = char::from(b'A' + u8::try_from(index).unwrap()).to_string();
    let host_token = (index == 0).then(|| HOST_TOKEN.to_owned());
    let replica = dice
        .once_in(2)
        .then(|| ReplicaId::new(format!("replica-{name}")).unwrap());
    let slowness = *dice.pick(&[1, 1, 2, 10]);
    let from = *dice.pick(&ADDRESSES);
    Seat {
        slowness,
        from,
        ..Seat::of(Client::new(&name, host_token, replica))
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
        board_bytes: roomy.board_bytes,
        recent_bytes: *dice.pick(&[800, 6_000, roomy.recent_bytes]),
        snapshot_tail: *dice.pick(&[0, 8, roomy.snapshot_tail]),
        snapshot_tail_bytes: *dice.pick(&[500, roomy.snapshot_tail_bytes]),
        editions_read: *dice.pick(&[1, 3, roomy.editions_read]),
        snapshot_part_bytes: *dice.pick(&[300, roomy.snapshot_part_bytes]),
        notes_edits: *dice.pick(&[1, 5, roomy.notes_edits]),
    };
    Bounds {
        outbox,
        history,
        socket_frames: *dice.pick(&[1, 5, 60]),
        storage_records: *dice.pick(&[3, 12, 60, usize::MAX]),
    }
}
