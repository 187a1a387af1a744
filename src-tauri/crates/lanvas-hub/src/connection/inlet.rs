//! The reading end of a connection: bytes from the socket into the parser, pongs into the line.

use std::io;

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
}

impl Inlet {
    /// For messages of so many bytes; `early` came with the request.
    pub(crate) fn new(message_bytes_max: usize, early: &[u8]) -> Self {
        let mut parser = Parser::new(message_bytes_max);
        parser.feed(early);
        Self { parser }
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
                self.parser.feed(&bytes[..count]);
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        }
    }
}
