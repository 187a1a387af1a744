//! One connection of the load client, to any kind of server.

use std::net::Ipv4Addr;

use lanvas_hub::tls::pinned::{self, Trust};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf},
    net::{
        TcpSocket, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};
use tokio_rustls::client::TlsStream;

use crate::{
    servers::Kind,
    wire::{self, RAW_HEADER, Seen},
};

/// What the system buffers for a narrow receiver.
const NARROW_BYTES: u32 = 4 * 1024;

/// What a connection is read by.
enum Inlet {
    Plain(OwnedReadHalf),
    Sealed(ReadHalf<TlsStream<TcpStream>>),
}

/// What a connection is written by.
enum Outlet {
    Plain(OwnedWriteHalf),
    Sealed(WriteHalf<TlsStream<TcpStream>>),
}

/// Both ends of a connection, by TLS or without. Whose certificate it is does not matter on loopback.
async fn halves(stream: TcpStream, sealed: bool) -> (Inlet, Outlet) {
    if sealed {
        let (stream, _) = pinned::seal(stream, Trust::First).await.unwrap();
        let (inlet, outlet) = tokio::io::split(stream);
        (Inlet::Sealed(inlet), Outlet::Sealed(outlet))
    } else {
        let (inlet, outlet) = stream.into_split();
        (Inlet::Plain(inlet), Outlet::Plain(outlet))
    }
}

pub(crate) struct Reader {
    kind: Kind,
    half: Inlet,
    buffer: Vec<u8>,
    pub(crate) bytes: u64,
    /// Bytes it takes at once, if it takes its time.
    pub(crate) sip: Option<u64>,
}

pub(crate) struct Writer {
    kind: Kind,
    half: Outlet,
}

/// Where a server listens: its port and, for our hub, the session.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) kind: Kind,
    pub(crate) port: u16,
    pub(crate) session: String,
    /// Whether the system buffers little for it, as for somebody far away.
    pub(crate) narrow: bool,
    /// Whether it is reached by TLS.
    pub(crate) sealed: bool,
}

impl Target {
    /// Connects, upgrades and, at our hub, says hello. Does not wait for the catch-up.
    pub(crate) async fn connect(&self, name: &str) -> (Reader, Writer) {
        let socket = TcpSocket::new_v4().unwrap();
        if self.narrow {
            socket.set_recv_buffer_size(NARROW_BYTES).unwrap();
        }
        let address = (Ipv4Addr::LOCALHOST, self.port).into();
        let stream: TcpStream = socket.connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (half, writer) = halves(stream, self.sealed).await;
        let mut reader = Reader {
            kind: self.kind,
            half,
            buffer: Vec::with_capacity(64 * 1024),
            bytes: 0,
            sip: None,
        };
        let mut writer = Writer {
            kind: self.kind,
            half: writer,
        };
        if !matches!(self.kind, Kind::RawEach | Kind::RawTogether) {
            writer.send(self.upgrade().as_bytes()).await;
            reader.until_upgraded().await;
        }
        if self.kind == Kind::Hub {
            writer.send(&wire::hello(name)).await;
        }
        (reader, writer)
    }

    /// Connects and waits until caught up. Gives whether a snapshot came, too.
    pub(crate) async fn join(&self, name: &str) -> (Reader, Writer) {
        let (mut reader, writer) = self.connect(name).await;
        if self.kind == Kind::Hub {
            let mut caught_up = false;
            while !caught_up {
                reader
                    .next(|seen| caught_up |= seen == Seen::CaughtUp)
                    .await;
            }
        }
        (reader, writer)
    }

    fn upgrade(&self) -> String {
        let path = if self.kind == Kind::Hub {
            format!("/ws/{}", self.session)
        } else {
            "/ws".to_owned()
        };
        let protocol = if self.kind == Kind::Hub {
            "Sec-WebSocket-Protocol: lanvas.v1\r\n"
        } else {
            ""
        };
        format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Version: 13\r\n{protocol}\r\n",
            self.port
        )
    }
}

/// Reads once, at most a sip if it takes its time. Gives how much came; nothing when the other end hung up.
async fn sipped(
    half: &mut (impl AsyncRead + Unpin),
    sip: Option<u64>,
    buffer: &mut Vec<u8>,
) -> usize {
    let read = match sip {
        Some(sip) => half.take(sip).read_buf(buffer).await,
        None => half.read_buf(buffer).await,
    };
    read.unwrap()
}

impl Reader {
    async fn until_upgraded(&mut self) {
        loop {
            self.fill().await;
            if let Some(end) = self
                .buffer
                .windows(4)
                .position(|window| window == b"\r\n\r\n")
            {
                assert!(
                    self.buffer.starts_with(b"HTTP/1.1 101"),
                    "the upgrade was refused"
                );
                self.buffer.drain(..end + 4);
                return;
            }
        }
    }

    async fn fill(&mut self) {
        let count = match &mut self.half {
            Inlet::Plain(half) => sipped(half, self.sip, &mut self.buffer).await,
            Inlet::Sealed(half) => sipped(half, self.sip, &mut self.buffer).await,
        };
        assert!(count > 0, "the server hung up");
        self.bytes += count as u64;
    }

    /// Reads once and shows every message that is whole.
    pub(crate) async fn next(&mut self, mut each: impl FnMut(Seen)) {
        self.fill_and_show(&mut each).await;
    }

    async fn fill_and_show(&mut self, each: &mut impl FnMut(Seen)) {
        if self.buffer.is_empty() {
            self.fill().await;
        }
        let mut at = 0;
        while let Some((start, length)) = self.message(at) {
            each(self.seen(at, start, length));
            at += start + length;
        }
        if at == 0 {
            self.fill().await;
        } else {
            self.buffer.drain(..at);
        }
    }

    /// As [`Reader::next`], with the numbers of the hub's operations; none for other messages.
    pub(crate) async fn next_numbers(&mut self, mut each: impl FnMut(Option<u64>)) {
        self.fill().await;
        let mut at = 0;
        while let Some((start, length)) = self.message(at) {
            let payload = &self.buffer[at + start..at + start + length];
            each(wire::number_of(payload));
            at += start + length;
        }
        self.buffer.drain(..at);
    }

    fn message(&self, at: usize) -> Option<(usize, usize)> {
        let rest = &self.buffer[at..];
        if matches!(self.kind, Kind::RawEach | Kind::RawTogether) {
            let header = rest.get(..RAW_HEADER)?.try_into().unwrap();
            let length = usize::from(u16::from_be_bytes(header));
            return (rest.len() >= RAW_HEADER + length).then_some((RAW_HEADER, length));
        }
        wire::server_frame(rest)
    }

    fn seen(&self, at: usize, start: usize, length: usize) -> Seen {
        let payload = &self.buffer[at + start..at + start + length];
        if self.kind == Kind::Hub && wire::is_ping(&self.buffer[at..]) {
            Seen::Ping
        } else if self.kind == Kind::Hub {
            wire::seen_of_hub(payload)
        } else {
            Seen::Delivery(wire::bare_stamp(payload))
        }
    }
}

/// What was written is on its way when this is done, and not only in the buffer of TLS.
async fn sealed(half: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> std::io::Result<()> {
    half.write_all(bytes).await?;
    half.flush().await
}

impl Writer {
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        match &mut self.half {
            Outlet::Plain(half) => half.write_all(bytes).await.unwrap(),
            Outlet::Sealed(half) => sealed(half, bytes).await.unwrap(),
        }
    }

    /// Sends the smallest message there is on this kind of server; `seq` counts from 1.
    pub(crate) async fn send_small(&mut self, seq: u32) {
        let bytes = match self.kind {
            Kind::Hub => wire::nudge(seq),
            _ => self.bare(seq),
        };
        self.send(&bytes).await;
    }

    /// Sends two points of wet ink, or as many bytes.
    pub(crate) async fn send_ink(&mut self, stroke: &str, stamp: u32) {
        let bytes = match self.kind {
            Kind::Hub => wire::ink(stroke, stamp),
            _ => self.bare(stamp),
        };
        self.send(&bytes).await;
    }

    fn bare(&self, stamp: u32) -> Vec<u8> {
        let message = wire::bare_message(stamp);
        if matches!(self.kind, Kind::RawEach | Kind::RawTogether) {
            let mut framed = (message.len() as u16).to_be_bytes().to_vec();
            framed.extend(message);
            return framed;
        }
        wire::client_frame(&message)
    }
}

impl Reader {
    /// As [`Reader::next`], and answers the server's pings by `writer`.
    pub(crate) async fn next_alive(&mut self, writer: &mut Writer, mut each: impl FnMut(Seen)) {
        let mut pings = 0;
        self.fill_and_show(&mut |seen| {
            pings += u32::from(seen == Seen::Ping);
            each(seen);
        })
        .await;
        for _ in 0..pings {
            writer.send(wire::PONG_FRAME).await;
        }
    }
}
