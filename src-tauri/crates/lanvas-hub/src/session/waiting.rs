//! Those who said hello and are not in yet: there is no snapshot to send them, their password is
//! being looked at, or nobody has opened.
//!
//! Nobody is told of them as of people, and what they say meanwhile is heard after their hello has
//! been answered.

use std::net::IpAddr;

use lanvas_protocol::{
    ClientMessage, ErrorCode, ServerMessage,
    door::Knock,
    message::{Hello, Role},
};

use super::{ConnectionId, Entropy, Session};
use crate::outbox::Lane;

/// Messages that somebody may send before the answer to their hello.
pub const WAITING_MESSAGES_MAX: usize = 64;

/// A hello, and what came with it.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) hello: Hello,
    pub(super) address: IpAddr,
    pub(super) entropy: Entropy,
    /// That the door has let them pass already.
    pub(super) pass: Option<Pass>,
    /// Whether they have waited for a snapshot.
    pub(super) waited: bool,
}

/// They may come in, perhaps to do so much.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pass(pub(super) Option<Role>);

/// What somebody waits for.
#[derive(Debug)]
pub(super) enum Until {
    Snapshot,
    Checked,
    LetIn(Knock),
}

#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) connection: ConnectionId,
    pub(super) arrival: Arrival,
    until: Until,
    messages: Vec<ClientMessage>,
}

/// In the order in which they came.
#[derive(Debug, Default)]
pub(super) struct WaitingRoom {
    waiting: Vec<Waiting>,
}

impl WaitingRoom {
    pub(super) fn has(&self, connection: ConnectionId) -> bool {
        self.waiting.iter().any(|it| it.connection == connection)
    }

    pub(super) fn add(&mut self, connection: ConnectionId, arrival: Arrival, until: Until) {
        self.waiting.push(Waiting {
            connection,
            arrival,
            until,
            messages: Vec::new(),
        });
    }

    /// Whether they knocked.
    pub(super) fn remove(&mut self, connection: ConnectionId) -> bool {
        let knocks = |it: &Waiting| matches!(it.until, Until::LetIn(_));
        let gone = self.find(|it| it.connection == connection);
        gone.is_some_and(|gone| knocks(&gone))
    }

    /// Takes out the one of that connection, if that is what it waits for.
    pub(super) fn take(
        &mut self,
        connection: ConnectionId,
        fits: impl Fn(&Until) -> bool,
    ) -> Option<Waiting> {
        self.find(|it| it.connection == connection && fits(&it.until))
    }

    pub(super) fn take_knock(&mut self, id: u32) -> Option<Waiting> {
        self.find(|it| matches!(&it.until, Until::LetIn(knock) if knock.id == id))
    }

    pub(super) fn take_all_knocks(&mut self) -> Vec<Waiting> {
        self.take_all(|until| matches!(until, Until::LetIn(_)))
    }

    /// Who knocks, the first one first.
    pub(super) fn knocks(&self) -> impl Iterator<Item = &Knock> {
        self.waiting.iter().filter_map(|it| match &it.until {
            Until::LetIn(knock) => Some(knock),
            Until::Snapshot | Until::Checked => None,
        })
    }

    /// How many passwords are being looked at.
    pub(super) fn checks(&self) -> usize {
        let checked = |it: &&Waiting| matches!(it.until, Until::Checked);
        self.waiting.iter().filter(checked).count()
    }

    fn find(&mut self, fits: impl Fn(&Waiting) -> bool) -> Option<Waiting> {
        let at = self.waiting.iter().position(fits)?;
        Some(self.waiting.remove(at))
    }

    fn take_all(&mut self, fits: impl Fn(&Until) -> bool) -> Vec<Waiting> {
        self.waiting.extract_if(.., |it| fits(&it.until)).collect()
    }

    /// Keeps what they say, if they may say so much.
    fn keep(&mut self, connection: ConnectionId, message: ClientMessage) -> bool {
        let mut waiting = self.waiting.iter_mut();
        let Some(own) = waiting.find(|it| it.connection == connection) else {
            return false;
        };
        let room = own.messages.len() < WAITING_MESSAGES_MAX;
        if room {
            own.messages.push(message);
        }
        room
    }
}

impl Session {
    /// Somebody who is not in says something.
    pub(super) fn hear_outside(&mut self, connection: ConnectionId, message: ClientMessage) {
        match message {
            // Who waits for long wants to know whether the hub is still there.
            ClientMessage::Ping { nonce } if self.waiting.has(connection) => {
                self.send(connection, Lane::Control, ServerMessage::Pong { nonce });
            }
            message => {
                if !self.waiting.keep(connection, message) {
                    self.refuse(connection, None, ErrorCode::HelloExpected);
                }
            }
        }
    }

    /// There is a snapshot now.
    pub(super) fn admit_waiting(&mut self, now_ms: u64) {
        let snapshot = |until: &Until| matches!(until, Until::Snapshot);
        for mut waiting in self.waiting.take_all(snapshot) {
            waiting.arrival.waited = true;
            self.admit(now_ms, waiting);
        }
    }

    /// They waited, and what they waited for is there.
    pub(super) fn admit(&mut self, now_ms: u64, waiting: Waiting) {
        let Waiting {
            connection,
            arrival,
            messages,
            ..
        } = waiting;
        self.join(now_ms, connection, arrival);
        for message in messages {
            if self.members.contains_key(&connection) {
                self.receive(now_ms, connection, message);
            }
        }
    }
}
