//! A socket whose every byte is written by hand, for what no client library would send.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::common::{DEADLINE, TestHub};

/// First bytes of frames that are whole: FIN and the opcode.
pub(crate) const TEXT: u8 = 0x81;
pub(crate) const BINARY: u8 = 0x82;
pub(crate) const CLOSE: u8 = 0x88;
pub(crate) const PING: u8 = 0x89;
pub(crate) const PONG: u8 = 0x8a;
/// Of a text message that goes on, of what follows it, and of its end.
pub(crate) const FIRST: u8 = 0x01;
pub(crate) const MORE: u8 = 0x00;
pub(crate) const LAST: u8 = 0x80;

/// The example of RFC 6455, section 1.3.
pub(crate) const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// A frame that came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) first: u8,
    pub(crate) payload: Vec<u8>,
}

impl Received {
    /// The code of a close frame, or none.
    pub(crate) fn close_code(&self) -> Option<u16> {
        let code = self
            .payload
            .first_chunk::<2>()
            .filter(|_| self.first == CLOSE)?;
        Some(u16::from_be_bytes(*code))
    }
}

/// A client's frame: masked, by the mask that changes nothing.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    [&head(first, 0x80, payload.len())[..], &[0; 4], payload].concat()
}

/// First byte and length, in the shortest of the three ways to write it.
pub(crate) fn head(first: u8, mask: u8, length: usize) -> Vec<u8> {
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => vec![first, mask | short],
        (_, Ok(long)) => [&[first, mask | 126][..], &long.to_be_bytes()].concat(),
        _ => [&[first, mask | 127][..], &(length as u64).to_be_bytes()].concat(),
    }
}

pub(crate) struct RawSocket {
    pub(crate) stream: TcpStream,
}

impl RawSocket {
    /// Upgraded, as a client of the JSON encoding.
    pub(crate) async fn open(hub: &TestHub) -> Self {
        let opened = Self::try_open(hub).await;
        opened.expect("the hub does not hang up while it is asked")
    }

    /// As [`RawSocket::open`]; none if the hub hangs up before it has answered.
    pub(crate) async fn try_open(hub: &TestHub) -> Option<Self> {
        let mut stream = hub.tcp().await;
        stream.write_all(request(hub, "").as_bytes()).await.ok()?;
        let head = try_read_head(&mut stream).await?;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        Some(Self { stream })
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        // The hub may have hung up on what came before; the test sees that when it reads.
        let _ = self.stream.write_all(bytes).await;
    }

    /// The next frame, or none when the hub has hung up.
    pub(crate) async fn next(&mut self) -> Option<Received> {
        timeout(DEADLINE, self.read_frame())
            .await
            .expect("the hub says something or hangs up")
    }

    async fn read_frame(&mut self) -> Option<Received> {
        let first = self.stream.read_u8().await.ok()?;
        let length = match self.stream.read_u8().await.ok()? {
            126 => usize::from(self.stream.read_u16().await.ok()?),
            127 => usize::try_from(self.stream.read_u64().await.ok()?).unwrap(),
            masked if masked >= 0x80 => panic!("RFC 6455, 5.1: a server masks nothing"),
            short => usize::from(short),
        };
        let mut payload = vec![0; length];
        self.stream.read_exact(&mut payload).await.ok()?;
        Some(Received { first, payload })
    }

    /// Up to the first frame that begins so.
    pub(crate) async fn until(&mut self, first: u8) -> Received {
        loop {
            let frame = self.next().await.expect("the hub is still there");
            if frame.first == first {
                return frame;
            }
        }
    }

    /// Up to the first text that has `word` in it.
    pub(crate) async fn until_text(&mut self, word: &str) -> String {
        loop {
            let text = String::from_utf8(self.until(TEXT).await.payload).unwrap();
            if text.contains(word) {
                return text;
            }
        }
    }

    /// Whatever it still says; then it hangs up. Gives the code of its close, if it sent one.
    pub(crate) async fn ended(&mut self) -> Option<u16> {
        let mut code = None;
        while let Some(frame) = self.next().await {
            assert_eq!(code, None, "RFC 6455, 5.5.1: nothing follows a close");
            code = frame.close_code();
        }
        code
    }
}

/// A request for the session's socket, with these header lines more.
pub(crate) fn request(hub: &TestHub, more: &str) -> String {
    format!(
        "GET /ws/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n{more}\r\n",
        hub.session,
        hub.hub.port()
    )
}

/// An answer's head, and not a byte more.
pub(crate) async fn read_head(stream: &mut TcpStream) -> String {
    try_read_head(stream).await.expect("a whole head")
}

async fn try_read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let byte = timeout(DEADLINE, stream.read_u8()).await.unwrap().ok()?;
        head.push(char::from(byte));
    }
    Some(head)
}
