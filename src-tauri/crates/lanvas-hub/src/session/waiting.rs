//! Those who said hello and wait until there is a snapshot to send them.
//!
//! They are not in yet: nobody is told of them, and what they say meanwhile is heard after their
//! hello has been answered.

use std::net::IpAddr;

use lanvas_protocol::{ClientMessage, ErrorCode, message::Hello};

use super::{ConnectionId, Entropy, Session};

/// Messages that somebody may send before the answer to their hello.
pub const WAITING_MESSAGES_MAX: usize = 64;

/// A hello, and what came with it.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) hello: Hello,
    pub(super) address: IpAddr,
    pub(super) entropy: Entropy,
    /// Whether it has waited for a snapshot.
    pub(super) waited: bool,
}

#[derive(Debug)]
struct Waiting {
    connection: ConnectionId,
    arrival: Arrival,
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

    pub(super) fn add(&mut self, connection: ConnectionId, arrival: Arrival) {
        self.waiting.push(Waiting {
            connection,
            arrival,
            messages: Vec::new(),
        });
    }

    pub(super) fn remove(&mut self, connection: ConnectionId) {
        self.waiting.retain(|it| it.connection != connection);
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
        if !self.waiting.keep(connection, message) {
            self.refuse(connection, None, ErrorCode::HelloExpected);
        }
    }

    /// There is a snapshot now.
    pub(super) fn admit_waiting(&mut self, now_ms: u64) {
        for waiting in std::mem::take(&mut self.waiting).waiting {
            let connection = waiting.connection;
            let arrival = Arrival {
                waited: true,
                ..waiting.arrival
            };
            self.join(now_ms, connection, arrival);
            for message in waiting.messages {
                if self.members.contains_key(&connection) {
                    self.receive(now_ms, connection, message);
                }
            }
        }
    }
}
