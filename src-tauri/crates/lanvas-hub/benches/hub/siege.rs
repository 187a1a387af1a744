//! Attackers: a process of its own that does to a hub what it should not, for a while, beside the
//! honest load. `tests/it/siege.rs` holds the hub to losing nothing meanwhile; here it is timed.

use std::{net::Ipv4Addr, time::Duration};

use clap::Args;
use lanvas_protocol::{
    ClientMessage, Encoding, codec,
    message::{Position, Presence},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::wire::{client_frame, hello};

/// On this machine, too, but not the address that a hub trusts to be its host's.
const STRANGER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 66);
/// A frame's first byte, and a mask that changes nothing.
const FIRST_FRAGMENT: u8 = 0x02;
const MORE_FRAGMENTS: u8 = 0x00;
const PING: u8 = 0x89;
const BINARY: u8 = 0x82;

#[derive(Debug, Clone, Args)]
pub(crate) struct Siege {
    #[arg(long)]
    port: u16,
    #[arg(long)]
    session: String,
    /// Attackers of each kind that only hold something.
    #[arg(long, default_value_t = 100)]
    holders: usize,
    /// Attackers of each kind that send as fast as they are read.
    #[arg(long, default_value_t = 4)]
    floods: usize,
    /// One kind of attackers alone, by its name.
    #[arg(long)]
    only: Option<String>,
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
}

pub(crate) fn run(siege: &Siege) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut attackers = begin(siege);
        println!("begun");
        sleep(Duration::from_secs_f64(siege.seconds)).await;
        attackers.abort_all();
        while attackers.join_next().await.is_some() {}
    });
}

/// What they do, each by its name.
pub(crate) const ATTACKS: [&str; 11] = [
    "half requests",
    "silent sockets",
    "half frames",
    "garbage",
    "giant frames",
    "reconnects",
    "never reads",
    "pings",
    "endless fragments",
    "presence",
    "requests",
];

fn begin(siege: &Siege) -> JoinSet<()> {
    let mut attackers = JoinSet::new();
    let wanted = |name: &&str| siege.only.as_ref().is_none_or(|only| only == name);
    for name in ATTACKS.into_iter().filter(wanted) {
        let holds = matches!(name, "half requests" | "silent sockets" | "half frames");
        let count = if holds { siege.holders } else { siege.floods };
        for _ in 0..count {
            attackers.spawn(attack(name, siege.clone()));
        }
    }
    attackers
}

async fn attack(name: &'static str, siege: Siege) {
    match name {
        "half requests" => half_requests(siege).await,
        "silent sockets" => silent_sockets(siege).await,
        "half frames" => half_frames(siege).await,
        "garbage" => garbage(siege).await,
        "giant frames" => giant_frames(siege).await,
        "reconnects" => reconnects(siege).await,
        "never reads" => never_reads(siege).await,
        "requests" => requests(siege).await,
        flood => floods(siege, blow(flood)).await,
    }
}

fn blow(flood: &str) -> Vec<u8> {
    match flood {
        "pings" => frame(PING, b"are you there").repeat(1_000),
        "endless fragments" => {
            let empty = frame(MORE_FRAGMENTS, b"").repeat(5_000);
            [frame(FIRST_FRAGMENT, b"x"), empty].concat()
        }
        _ => {
            let presence = ClientMessage::ShowPresence(Presence {
                cursor: Some(Position { x: 1.0, y: 1.0 }),
                typing: true,
                ..Presence::default()
            });
            client_frame(&codec::encode_client(&presence, Encoding::Binary)).repeat(200)
        }
    }
}

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    [&[first, 0x80 | length, 0, 0, 0, 0], payload].concat()
}

impl Siege {
    async fn connected(&self) -> TcpStream {
        loop {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind((STRANGER, 0).into()).unwrap();
            let hub = (Ipv4Addr::LOCALHOST, self.port).into();
            if let Ok(stream) = socket.connect(hub).await {
                return stream;
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    fn request(&self) -> String {
        format!(
            "GET /ws/{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: lanvas.v1\r\n\r\n",
            self.session, self.port
        )
    }

    async fn upgraded(&self) -> TcpStream {
        let mut stream = self.connected().await;
        let _ = stream.write_all(self.request().as_bytes()).await;
        let mut head = [0; 1_024];
        let _ = stream.read(&mut head).await;
        stream
    }

    async fn joined(&self) -> TcpStream {
        let mut stream = self.upgraded().await;
        let _ = stream.write_all(&hello("Mallory")).await;
        let mut some = [0; 4_096];
        let _ = stream.read(&mut some).await;
        stream
    }
}

/// Reads until the hub hangs up.
async fn until_ended(stream: &mut TcpStream) {
    let mut some = [0; 4_096];
    while stream.read(&mut some).await.is_ok_and(|count| count > 0) {}
}

async fn half_requests(siege: Siege) {
    loop {
        let mut stream = siege.connected().await;
        for byte in siege.request().bytes() {
            if stream.write_all(&[byte]).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
    }
}

async fn silent_sockets(siege: Siege) {
    loop {
        let mut stream = siege.upgraded().await;
        until_ended(&mut stream).await;
    }
}

/// A byte a second of a frame that is never whole.
async fn half_frames(siege: Siege) {
    loop {
        let mut stream = siege.upgraded().await;
        for byte in [BINARY, 0xfe, 0x0f, 0xff].into_iter().chain([0; 100]) {
            if stream.write_all(&[byte]).await.is_err() {
                break;
            }
            sleep(Duration::from_secs(1)).await;
        }
    }
}

async fn garbage(siege: Siege) {
    let noise: Vec<u8> = (0..4_096_u32)
        .map(|it| (it.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    loop {
        let mut stream = siege.connected().await;
        let _ = stream.write_all(&noise).await;
        let _ = timeout(Duration::from_secs(1), until_ended(&mut stream)).await;
    }
}

async fn giant_frames(siege: Siege) {
    loop {
        for length in [1_u64 << 40, 60 << 20, 256 * 1024] {
            let mut stream = siege.upgraded().await;
            let announced = [&[BINARY, 0xff][..], &length.to_be_bytes(), &[0; 14]].concat();
            let _ = stream.write_all(&announced).await;
            let _ = timeout(Duration::from_millis(100), until_ended(&mut stream)).await;
        }
    }
}

/// Asks for pages of the chat, by one connection and without waiting for answers.
async fn requests(siege: Siege) {
    let (session, port) = (&siege.session, siege.port);
    let request =
        format!("GET /api/sessions/{session}/messages HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n");
    loop {
        let (mut reader, mut writer) = siege.connected().await.into_split();
        let reading = async move {
            let mut some = [0; 4_096];
            while reader.read(&mut some).await.is_ok_and(|count| count > 0) {}
        };
        let writing = async { while writer.write_all(request.as_bytes()).await.is_ok() {} };
        tokio::select! { () = reading => {}, () = writing => {} }
    }
}

async fn reconnects(siege: Siege) {
    loop {
        drop(siege.joined().await);
        sleep(Duration::from_millis(5)).await;
    }
}

async fn never_reads(siege: Siege) {
    let _stream = siege.joined().await;
    std::future::pending::<()>().await;
}

/// Sends the same again and again, as fast as it is read.
async fn floods(siege: Siege, blow: Vec<u8>) {
    loop {
        let mut stream = siege.joined().await;
        while stream.write_all(&blow).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }
}
