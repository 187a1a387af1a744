//! RFC 6455 as bytes: frames that the hub writes, and messages out of what it reads.
//!
//! A server's frame is its payload after a header of 2 to 10 bytes, unmasked: written once, shared
//! by all who get it. Reading is tungstenite's, fed from memory, so that what it answers by itself
//! (pongs, the answer to a close) goes out through the connection's own writing end, at a frame's
//! boundary. Knows nothing of sessions and does no I/O.

mod framing;

use std::{
    collections::VecDeque,
    io::{self, Read, Write},
};

use bytes::Bytes;
use lanvas_protocol::{CloseCode, ErrorCode};
use tungstenite::{
    Error, Message,
    protocol::{Role, WebSocketConfig, WebSocketContext},
};

pub(crate) use framing::Framing;

/// Bytes before a payload, at most: no mask from a server.
pub(crate) const HEADER_BYTES_MAX: usize = 10;
/// What tungstenite keeps between reads; larger messages make it grow.
const PIECE_BYTES: usize = 256;
/// Room for events that an idle connection keeps.
const EVENTS_KEPT: usize = 4;

const FINAL: u8 = 0x80;
/// An empty ping.
pub(crate) const PING: &[u8] = &[FINAL | Opcode::Ping as u8, 0];

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Opcode {
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
}

/// Writes a header into the end of `room`, and gives how much of it that took.
pub(crate) fn write_header(
    room: &mut [u8; HEADER_BYTES_MAX],
    opcode: Opcode,
    length: usize,
) -> usize {
    let first = FINAL | opcode as u8;
    let wide = (length as u64).to_be_bytes();
    match length {
        0..126 => room[8..].copy_from_slice(&[first, wide[7]]),
        126..65_536 => room[6..].copy_from_slice(&[first, 126, wide[6], wide[7]]),
        _ => {
            room[..2].copy_from_slice(&[first, 127]);
            room[2..].copy_from_slice(&wide);
        }
    }
    match length {
        0..126 => 2,
        126..65_536 => 4,
        _ => HEADER_BYTES_MAX,
    }
}

/// A frame whose payload `write` appends to what it is given.
pub(crate) fn frame(opcode: Opcode, write: impl FnOnce(&mut Vec<u8>)) -> Bytes {
    let mut bytes = vec![0; HEADER_BYTES_MAX];
    write(&mut bytes);
    let mut room = [0; HEADER_BYTES_MAX];
    let header = write_header(&mut room, opcode, bytes.len() - HEADER_BYTES_MAX);
    bytes[..HEADER_BYTES_MAX].copy_from_slice(&room);
    Bytes::from(bytes).slice(HEADER_BYTES_MAX - header..)
}

/// How long the header is that a frame of ours begins with.
pub(crate) fn header_length(frame: &[u8]) -> usize {
    match frame.get(1) {
        Some(126) => 4,
        Some(127) => HEADER_BYTES_MAX,
        _ => 2,
    }
}

/// The close frame that says so.
pub(crate) fn closing(code: ErrorCode) -> Bytes {
    let close = code.close_code().unwrap_or(CloseCode::Internal);
    close_frame(close.number(), &close.reason())
}

/// A close frame of RFC 6455's own.
pub(crate) fn close_frame(code: u16, reason: &str) -> Bytes {
    frame(Opcode::Close, |payload| {
        payload.extend(code.to_be_bytes());
        payload.extend(reason.as_bytes());
    })
}

/// What the peer sent, or what must be answered to it, in the order of its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// It is whole; pings and pongs, too.
    Message(Message),
    /// The answer to a ping, ready to be written.
    Pong(Bytes),
}

/// Why nothing more comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// The peer said goodbye; with our answer, if we did not say it first.
    Closed(Bytes),
    /// A message over the limit.
    TooLarge,
    /// The peer broke RFC 6455.
    Protocol,
    /// A text message that is no UTF-8.
    NotText,
}

impl End {
    /// The last frame, as RFC 6455 has it.
    pub(crate) fn last_frame(&self) -> Bytes {
        match self {
            Self::Closed(answer) => answer.clone(),
            Self::TooLarge => closing(ErrorCode::MessageTooLarge),
            Self::Protocol => close_frame(1002, "protocol error"),
            Self::NotText => close_frame(1007, "not UTF-8"),
        }
    }
}

/// Bytes in, messages out.
#[derive(Debug)]
pub(crate) struct Parser {
    context: WebSocketContext,
    events: VecDeque<Event>,
    end: Option<End>,
}

impl Parser {
    /// For messages of so many bytes.
    pub(crate) fn new(message_bytes_max: usize) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(PIECE_BYTES)
            .max_message_size(Some(message_bytes_max))
            .max_frame_size(Some(message_bytes_max));
        Self {
            context: WebSocketContext::new(Role::Server, Some(config)),
            events: VecDeque::new(),
            end: None,
        }
    }

    /// Takes larger messages from now on.
    pub(crate) fn widen(&mut self, message_bytes_max: usize) {
        self.context.set_config(|config| {
            config.max_message_size = Some(message_bytes_max);
            config.max_frame_size = Some(message_bytes_max);
        });
    }

    /// What came next, or why there will be nothing; `None` when more bytes are needed.
    pub(crate) fn next(&mut self) -> Option<Result<Event, End>> {
        if let Some(event) = self.events.pop_front() {
            return Some(Ok(event));
        }
        self.events.shrink_to(EVENTS_KEPT);
        self.end.clone().map(Err)
    }

    /// Whether [`Parser::next`] has something to give.
    pub(crate) fn has_next(&self) -> bool {
        !self.events.is_empty() || self.end.is_some()
    }

    /// Nothing comes after what came so far.
    pub(crate) fn end(&mut self, end: End) {
        self.end.get_or_insert(end);
    }

    /// Takes bytes in.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        let mut peer = Peer {
            bytes,
            replies: Vec::new(),
        };
        while self.end.is_none() {
            let read = self.context.read(&mut peer);
            let reply = Bytes::from(std::mem::take(&mut peer.replies));
            if matches!(read, Err(Error::ConnectionClosed | Error::AlreadyClosed)) {
                self.end = Some(End::Closed(reply));
                return;
            }
            if !reply.is_empty() {
                self.events.push_back(Event::Pong(reply));
            }
            match read {
                Ok(message) => self.events.push_back(Event::Message(message)),
                // The bytes are used up: `Peer` knows no other error.
                Err(Error::Io(_)) => return,
                Err(Error::Capacity(_)) => self.end = Some(End::TooLarge),
                Err(Error::Utf8(_)) => self.end = Some(End::NotText),
                Err(_) => self.end = Some(End::Protocol),
            }
        }
    }
}

/// What the parser takes for its socket.
struct Peer<'a> {
    bytes: &'a [u8],
    replies: Vec<u8>,
}

impl Read for Peer<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.bytes.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.bytes.read(into)
    }
}

impl Write for Peer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.replies.extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_as_short_as_its_length_allows() {
        let headers = [
            (0, &[0x82, 0][..]),
            (125, &[0x82, 125]),
            (126, &[0x82, 126, 0, 126]),
            (65_535, &[0x82, 126, 0xff, 0xff]),
            (65_536, &[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ];
        for (length, header) in headers {
            let frame = frame(Opcode::Binary, |payload| payload.extend(vec![7; length]));
            assert_eq!(frame[..frame.len() - length], *header, "{length}");
            assert_eq!(header_length(&frame), header.len());
            assert!(frame[frame.len() - length..].iter().all(|byte| *byte == 7));
        }
    }

    fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let length = u8::try_from(payload.len()).unwrap();
        [&[first, 0x80 | length, 0, 0, 0, 0], payload].concat()
    }

    #[test]
    fn messages_come_out_however_the_bytes_come_in() {
        let bytes = [
            masked(0x01, b"one "),
            masked(0x89, b"ping"),
            masked(0x80, b"two"),
            masked(0x82, &[1, 2, 3]),
        ]
        .concat();
        for size in 1..=bytes.len() {
            let mut parser = Parser::new(1_024);
            bytes.chunks(size).for_each(|piece| parser.feed(piece));
            let came: Vec<_> = std::iter::from_fn(|| parser.next()).collect();
            let wanted = [
                Ok(Event::Message(Message::Ping(Bytes::from_static(b"ping")))),
                Ok(Event::Pong(Bytes::from_static(&[
                    0x8a, 4, b'p', b'i', b'n', b'g',
                ]))),
                Ok(Event::Message(Message::text("one two"))),
                Ok(Event::Message(Message::binary(vec![1, 2, 3]))),
            ];
            assert_eq!(came, wanted, "{size} bytes at a time");
        }
    }

    #[test]
    fn a_wider_parser_takes_what_a_narrow_one_refuses() {
        let mut parser = Parser::new(10);
        parser.widen(100);
        parser.feed(&masked(0x82, &[7; 100]));
        let whole = Message::binary(vec![7; 100]);
        assert_eq!(parser.next(), Some(Ok(Event::Message(whole))));
        parser.feed(&masked(0x82, &[7; 101]));
        assert_eq!(parser.next(), Some(Err(End::TooLarge)));
    }

    #[test]
    fn what_came_before_the_end_comes_out_before_it() {
        let answer = Bytes::from_static(&[0x88, 2, 0x03, 0xe8]);
        let ends = [
            (masked(0x88, &[0x03, 0xe8]), End::Closed(answer)),
            (masked(0x83, &[]), End::Protocol),
            (vec![0x82, 0x01, 7], End::Protocol), // unmasked
            (masked(0x81, &[0xff]), End::NotText),
            (masked(0x82, &[0; 100]), End::TooLarge),
        ];
        for (last, end) in ends {
            let mut parser = Parser::new(99);
            parser.feed(&[masked(0x81, b"first"), last].concat());
            let first = Event::Message(Message::text("first"));
            assert_eq!(parser.next(), Some(Ok(first)));
            let mut rest = std::iter::from_fn(|| parser.next());
            assert_eq!(rest.find(Result::is_err), Some(Err(end)));
        }
    }
}
