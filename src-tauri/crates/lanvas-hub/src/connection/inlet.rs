//! The reading end of a connection: bytes from the socket into the parser, pongs into the line.

use std::io;

use bytes::Bytes;
use lanvas_protocol::limits::{CLIENT_MESSAGE_BYTES_MAX, HELLO_BYTES_MAX};
use tokio::task::yield_now;
use tungstenite::Message;

use crate::{
    limits::READ_BYTES,
    line::Line,
    websocket::{End, Event, Parser},
};

/// See the module.
#[derive(Debug)]
pub(crate) struct Inlet {
    parser: Parser,
    /// What a message may have once the hello is accepted; none when it may already.
    wider: Option<usize>,
}

impl Inlet {
    /// For messages of so many bytes; `early` came with the request. It is let go of here: even
    /// empty it would keep HTTP's buffer.
    pub(crate) fn new(message_bytes_max: usize, early: Bytes) -> Self {
        let mut parser = Parser::new(message_bytes_max);
        parser.feed(&early);
        drop(early);
        let wider = None;
        Self { parser, wider }
    }

    /// For a session: who is not let in may not make the hub keep more than a hello.
    pub(crate) fn of_session(early: Bytes) -> Self {
        Self {
            wider: Some(CLIENT_MESSAGE_BYTES_MAX),
            ..Self::new(HELLO_BYTES_MAX, early)
        }
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
                None => {
                    line.stream().readable().await?;
                    self.take_in(line)?;
                    // Who has sent much that is nothing yet does not keep this thread.
                    if !self.parser.has_next() {
                        yield_now().await;
                    }
                }
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
                    if line.stream().readable().await.is_err() || self.take_in(line).is_err() {
                        return;
                    }
                }
            }
        }
    }

    fn take_in(&mut self, line: &Line) -> io::Result<()> {
        let mut bytes = [0; READ_BYTES];
        match line.stream().try_read(&mut bytes) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                if let Some(wider) = self.wider.take_if(|_| line.outbox().is_let_in()) {
                    self.parser.widen(wider);
                }
                self.parser.feed(&bytes[..count]);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        }
    }
}
