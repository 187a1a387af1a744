//! What goes wrong, and how often: the disk, the hub, the network.

use lanvas_hub::session::ConnectionId;
use lanvas_protocol::message::StorageTrouble;

use crate::{dice::Dice, world::World};

/// Once in so many: never, in one run.
const NEVER: usize = 1_000_000;

/// How bad the luck is: each happens once in so many turns or rounds.
#[derive(Debug)]
pub(crate) struct Luck {
    /// A connection breaks, one way or another.
    pub(crate) drop: usize,
    /// Nothing gets through on a connection for a while.
    freeze: usize,
    restart: usize,
    save: usize,
    trouble: usize,
    /// The thread that writes a snapshot is done.
    write: usize,
    /// Somebody copies the file.
    copy: usize,
    /// Of the restarts: a copy is put in the file's place.
    put_back: usize,
    /// Somebody who may keeps order.
    pub(crate) order: usize,
    /// Somebody tries to, whether they may or not.
    pub(crate) trespass: usize,
}

impl Luck {
    pub(crate) fn any(dice: &mut Dice) -> Self {
        Self {
            drop: *dice.pick(&[6, 6, 15, 40]),
            freeze: *dice.pick(&[8, 40, NEVER]),
            restart: *dice.pick(&[10, 40, NEVER]),
            save: *dice.pick(&[1, 3, 12]),
            trouble: *dice.pick(&[10, 30, NEVER]),
            write: *dice.pick(&[1, 4, 20]),
            copy: *dice.pick(&[4, 15]),
            put_back: *dice.pick(&[3, NEVER, NEVER]),
            order: *dice.pick(&[3, 10, NEVER, NEVER]),
            trespass: *dice.pick(&[15, 60, NEVER]),
        }
    }
}

impl World {
    /// Once a round: what happens to the disk and to the hub.
    pub(crate) fn have_luck(&mut self) {
        self.host.age();
        if self.dice.once_in(self.luck.save) {
            let records = self.dice.between(0, 40);
            self.host.save(records);
        }
        if self.dice.once_in(self.luck.write) {
            self.host.finish_writing();
        }
        if self.dice.once_in(self.luck.copy) {
            self.host.copy_file();
        }
        if self.dice.once_in(self.luck.trouble) {
            self.begin_trouble();
        }
        if self.dice.once_in(self.luck.restart) {
            self.restart();
        }
    }

    fn begin_trouble(&mut self) {
        let kind = *self.dice.pick(&[
            StorageTrouble::DiskFull,
            StorageTrouble::ReadOnly,
            StorageTrouble::DiskError,
            StorageTrouble::Slow,
        ]);
        let rounds = self.dice.between(1, 15);
        self.say(|| format!("the disk: {kind:?} for {rounds} rounds"));
        self.host.begin_trouble(kind, rounds);
    }

    fn restart(&mut self) {
        if self.dice.once_in(self.luck.put_back) {
            self.host.restart_on_a_copy(&mut self.dice);
            self.say(|| format!("the hub restarts on a copy, {}", self.host.session.head()));
        } else {
            self.host.restart(&mut self.dice);
            self.say(|| format!("the hub restarts on {}", self.host.session.head()));
        }
    }

    /// Once a turn: what happens to a seat's connection, if it has one.
    pub(crate) fn have_bad_connection(&mut self, seat: usize, id: ConnectionId) {
        if self.dice.once_in(self.luck.freeze) {
            let rounds = self.dice.between(1, 6);
            self.say(|| format!("nothing gets through on {id:?} for {rounds} rounds"));
            self.host.freeze(id, rounds);
        }
        if !self.dice.once_in(self.luck.drop) {
            return;
        }
        match self.dice.below(6) {
            // Both notice at once.
            0..4 => self.drop_connection(seat),
            // The client notices, the hub only after a while: meanwhile the client may be back.
            4 => {
                let rounds = self.dice.between(1, 10);
                self.say(|| format!("{id:?} is half open for {rounds} rounds"));
                self.host.leave_half_open(id, rounds);
                self.drop_connection(seat);
            }
            // The hub notices, the client only after a while: it speaks into the void.
            _ => {
                let rounds = self.dice.between(1, 6);
                self.say(|| format!("the hub gives {id:?} up, unheard for {rounds} rounds"));
                self.host.freeze(id, rounds);
                self.host.give_up(id);
            }
        }
    }
}
