//! What a session's task is asked to do.

use std::{net::IpAddr, sync::Arc};

use lanvas_protocol::{
    ClientMessage, ErrorCode, ParticipantId, message::Hello, operation::Applied,
};
use tokio::sync::oneshot;

use super::{OrderKept, RecentChat};
use crate::{
    line::Line,
    session::{Asker, ConnectionId},
};

/// A connection of somebody who is in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Connected {
    /// Whose.
    pub participant: ParticipantId,
    /// What the last ping took there and back, in milliseconds; none before the first.
    pub round_trip_ms: Option<u32>,
}

/// What connections and routes ask of a session.
#[derive(Debug)]
pub enum Command {
    /// A connection says hello; what it is told goes out by `line`.
    Join {
        /// Which.
        connection: ConnectionId,
        /// What it says.
        hello: Box<Hello>,
        /// Where it comes from.
        address: IpAddr,
        /// Its writing end.
        line: Arc<Line>,
    },
    /// See [`Input::Receive`].
    Receive {
        /// Which.
        connection: ConnectionId,
        /// What it says.
        message: ClientMessage,
    },
    /// See [`Input::Leave`].
    Leave {
        /// Which.
        connection: ConnectionId,
    },
    /// See [`Input::Drained`].
    Drained {
        /// Which.
        connection: ConnectionId,
        /// The last number that went out.
        number: Option<u64>,
    },
    /// A fault, to see what comes of it.
    #[cfg(test)]
    Panic,
    /// What of the chat may still wait for the disk, where the history is read.
    ReadChat {
        /// Who reads.
        asker: Asker,
        /// It, or why they may not read it.
        reply: oneshot::Sender<Result<RecentChat, ErrorCode>>,
    },
    /// Somebody wants to read what was done to keep order.
    ReadOrder {
        /// A resume secret.
        secret: Option<String>,
        /// What they may read of it.
        reply: oneshot::Sender<OrderKept>,
    },
    /// Somebody wants to know what another did.
    ReadWork {
        /// A resume secret.
        secret: Option<String>,
        /// What of it the file may not have yet, or why they may not know.
        reply: oneshot::Sender<Result<Vec<Arc<Applied>>, ErrorCode>>,
    },
    /// Somebody wants to do what only the host may.
    AskHost {
        /// A resume secret.
        secret: Option<String>,
        /// Whether they are the host, and in.
        reply: oneshot::Sender<bool>,
    },
    /// The host wants to know how well people are connected.
    AskConnections {
        /// Everybody who is in, each connection.
        reply: oneshot::Sender<Vec<Connected>>,
    },
    /// Words come from outside.
    Speak {
        /// As they call themselves.
        name: String,
        /// What they say.
        text: String,
        /// Whether it was taken, or why not.
        reply: oneshot::Sender<Result<(), ErrorCode>>,
    },
    /// The host calls it something else, from outside of it.
    Retitle {
        /// As it is to be called.
        title: String,
        /// Whether it was taken, or why not.
        reply: oneshot::Sender<Result<(), ErrorCode>>,
    },
    /// It is hosted no longer: everybody is told, and the task ends.
    End,
    /// Somebody wants to read or bring a file of the session.
    AskFiles {
        /// Who.
        asker: Asker,
        /// To bring one, not to read one.
        bring: bool,
        /// Nothing, or why they may not.
        reply: oneshot::Sender<Result<(), ErrorCode>>,
    },
}
