//! Those who say hello, a few at a time: a whole class that comes at once must not keep those waiting
//! who draw. What somebody asks who has not had their turn waits behind their hello; everybody
//! else's is done first.

use std::collections::{HashMap, VecDeque};

use super::Command;
use crate::{
    limits::{JOINS_A_TURN, SESSION_COMMANDS_MAX},
    session::ConnectionId,
};

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    /// In the order in which they came.
    waiting: VecDeque<Command>,
    /// How many of them are whose.
    of: HashMap<ConnectionId, usize>,
}

impl Arrivals {
    /// Gives back what is to be done now, and keeps what has to wait.
    pub(super) fn keep(&mut self, command: Command) -> Option<Command> {
        let Some(whose) = whose(&command) else {
            return Some(command);
        };
        if !matches!(command, Command::Join { .. }) && !self.of.contains_key(&whose) {
            return Some(command);
        }
        *self.of.entry(whose).or_default() += 1;
        self.waiting.push_back(command);
        None
    }

    /// The next few hellos, and what is asked behind them.
    pub(super) fn turn(&mut self) -> Vec<Command> {
        let mut joins = 0;
        let fits = |command: &&Command| {
            joins += usize::from(matches!(command, Command::Join { .. }));
            joins <= JOINS_A_TURN
        };
        let count = self.waiting.iter().take_while(fits).count();
        let turn: Vec<_> = self.waiting.drain(..count).collect();
        for whose in turn.iter().filter_map(whose) {
            if let Some(left) = self.of.get_mut(&whose) {
                *left -= 1;
            }
        }
        self.of.retain(|_, left| *left > 0);
        turn
    }

    /// Whether more may come: past it connections wait to read on.
    pub(super) fn has_room(&self) -> bool {
        self.waiting.len() < SESSION_COMMANDS_MAX
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

/// Which connection it comes from.
fn whose(command: &Command) -> Option<ConnectionId> {
    match command {
        Command::Join { connection, .. }
        | Command::Receive { connection, .. }
        | Command::Leave { connection }
        | Command::Drained { connection, .. } => Some(*connection),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use lanvas_protocol::{ClientMessage, Encoding};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::{connection::PATIENCE, line::Line, stream::Stream};

    async fn join(connection: u64) -> Command {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await;
        let line = Line::new(Stream::Plain(stream.unwrap()), Encoding::Json, &PATIENCE);
        Command::Join {
            connection: ConnectionId(connection),
            hello: Box::default(),
            address: Ipv4Addr::LOCALHOST.into(),
            line: line.into(),
        }
    }

    fn says(connection: u64, nonce: u32) -> Command {
        Command::Receive {
            connection: ConnectionId(connection),
            message: ClientMessage::Ping { nonce },
        }
    }

    /// Whose, in order.
    fn told(commands: &[Command]) -> Vec<u64> {
        commands.iter().filter_map(whose).map(|it| it.0).collect()
    }

    #[tokio::test]
    async fn who_is_in_goes_before_a_crowd_that_comes_and_the_crowd_comes_in_order() {
        let mut arrivals = Arrivals::default();
        let crowd = 2 * JOINS_A_TURN as u64 + 1;
        for connection in 1..=crowd {
            assert!(arrivals.keep(join(connection).await).is_none());
        }
        assert!(arrivals.keep(says(1, 7)).is_none(), "not before its hello");
        assert!(arrivals.keep(says(1_000, 7)).is_some(), "who draws");
        let first = arrivals.turn();
        assert_eq!(told(&first), (1..=JOINS_A_TURN as u64).collect::<Vec<_>>());
        assert!(arrivals.keep(says(2, 7)).is_some(), "who is in by now");
        assert!(
            arrivals.keep(says(1, 8)).is_none(),
            "behind what it said before"
        );
        assert_eq!(arrivals.turn().len(), JOINS_A_TURN);
        assert_eq!(told(&arrivals.turn()), [crowd, 1, 1]);
        assert!(arrivals.is_empty() && arrivals.keep(says(1, 9)).is_some());
    }

    #[tokio::test]
    async fn no_more_wait_than_the_sessions_commands() {
        let mut arrivals = Arrivals::default();
        assert!(arrivals.keep(join(1).await).is_none());
        for nonce in 1..SESSION_COMMANDS_MAX as u32 {
            assert!(arrivals.has_room());
            assert!(arrivals.keep(says(1, nonce)).is_none());
        }
        assert!(!arrivals.has_room());
        assert_eq!(arrivals.turn().len(), SESSION_COMMANDS_MAX);
        assert!(arrivals.has_room() && arrivals.is_empty());
    }
}
