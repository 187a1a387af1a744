//! The reading end of a connection: bytes from the socket into the parser, pongs into the line.
//!
//! Before anything is done with bytes they are paid for, by their number and by the frames in them.
//! What cannot be paid yet waits, and nothing more is read.

use std::io;

use bytes::Bytes;
use lanvas_protocol::limits::{
    CLIENT_MESSAGE_BYTES_MAX, ECHO_FRAGMENTS_MAX, ECHO_MESSAGE_BYTES_MAX, HELLO_BYTES_MAX,
    MESSAGE_FRAGMENTS_MAX,
};
use tokio::{
    task::yield_now,
    time::{Instant, sleep_until},
};
use tungstenite::Message;

use super::pace::Purse;
use crate::{
    limits::READ_BYTES,
    line::Line,
    websocket::{End, Event, Framing, Parser},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Inlet {
    purse: Purse,
    framing: Framing,
    parser: Parser,
    /// What a message may have once the hello is accepted; none when it may already.
    wider: Option<usize>,
    /// What was read and is not to be handled before then.
    held: Option<Held>,
}

#[derive(Debug)]
struct Held {
    bytes: Vec<u8>,
    /// Whether a message in them has a frame too many after that.
    endless: bool,
    due: Instant,
}

impl Inlet {
    fn new(message_bytes_max: usize, fragments_max: usize, early: &[u8], purse: Purse) -> Self {
        let mut inlet = Self {
            purse,
            framing: Framing::new(fragments_max),
            parser: Parser::new(message_bytes_max),
            wider: None,
            held: None,
        };
        inlet.take_over(early);
        inlet
    }

    /// For a session: who is not let in may not make the hub keep more than a hello. `early` came
    /// with the request. It is let go of here: even empty it would keep HTTP's buffer.
    pub(crate) fn of_session(early: Bytes, purse: Purse) -> Self {
        let inlet = Self {
            wider: Some(CLIENT_MESSAGE_BYTES_MAX),
            ..Self::new(HELLO_BYTES_MAX, MESSAGE_FRAGMENTS_MAX, &early, purse)
        };
        drop(early);
        inlet
    }

    /// For `/echo`, which takes larger ones.
    pub(crate) fn of_echo(early: Bytes, purse: Purse) -> Self {
        let inlet = Self::new(ECHO_MESSAGE_BYTES_MAX, ECHO_FRAGMENTS_MAX, &early, purse);
        drop(early);
        inlet
    }

    /// Waits for the next message. Dropping the future loses nothing.
    ///
    /// # Errors
    /// When the socket is closed or broken; within, when the peer ends it by the rules or breaks
    /// them.
    pub(crate) async fn next(&mut self, line: &Line) -> io::Result<Result<Message, End>> {
        loop {
            match self.parser.next() {
                Some(Ok(Event::Message(message))) => return Ok(Ok(message)),
                Some(Ok(Event::Pong(frame))) => line.write_between(frame),
                Some(Err(end)) => return Ok(Err(end)),
                None => self.go_on(line).await?,
            }
        }
    }

    /// Waits until the peer has closed, whatever it still says.
    pub(crate) async fn until_closed(&mut self, line: &Line) {
        loop {
            match self.parser.next() {
                Some(Ok(_)) => {}
                Some(Err(End::Closed(_))) => return,
                // After a broken rule there are no messages any more, only bytes.
                Some(Err(_)) | None => {
                    if self.go_on(line).await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    /// Waits for more bytes, or until those that are here may be handled.
    async fn go_on(&mut self, line: &Line) -> io::Result<()> {
        if let Some(held) = &self.held {
            sleep_until(held.due).await;
        } else {
            line.stream().readable().await?;
            if !self.take_in(line)? {
                return Ok(());
            }
        }
        if let Some(held) = self.held.take_if(|held| held.due <= Instant::now()) {
            self.handle(&held.bytes, held.endless);
        }
        // Who has sent much that is nothing yet does not keep this thread.
        if !self.parser.has_next() {
            yield_now().await;
        }
        Ok(())
    }

    /// Whether there was something.
    fn take_in(&mut self, line: &Line) -> io::Result<bool> {
        let mut bytes = [0; READ_BYTES];
        match line.stream().try_read(&mut bytes)? {
            None => Ok(false),
            Some(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Some(count) => {
                if let Some(wider) = self.wider.take_if(|_| line.outbox().is_let_in()) {
                    self.parser.widen(wider);
                }
                self.take_over(&bytes[..count]);
                Ok(true)
            }
        }
    }

    /// Has them paid for, and handles them if they are.
    fn take_over(&mut self, bytes: &[u8]) {
        let walked = self.framing.walk(bytes);
        let now = Instant::now();
        let due = self.purse.spend(now, walked.frames, bytes.len());
        let endless = walked.upto < bytes.len();
        let bytes = &bytes[..walked.upto];
        if due <= now {
            return self.handle(bytes, endless);
        }
        let bytes = bytes.to_vec();
        self.held = Some(Held {
            bytes,
            endless,
            due,
        });
    }

    fn handle(&mut self, bytes: &[u8], endless: bool) {
        self.parser.feed(bytes);
        if endless {
            self.parser.end(End::TooLarge);
        }
    }
}
