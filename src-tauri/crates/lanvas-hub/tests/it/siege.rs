//! Many attackers at once, each in its own way, while honest people draw: those lose nothing, and
//! afterwards the hub is as it was. How much slower it gets meanwhile is a bench:
//! `cargo xtask bench hub -- --only siege`.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use lanvas_hub::limits::{Allowance, PATIENCE, Patience, Tuning};
use lanvas_protocol::{Encoding, Operation, ServerMessage, ShapeId};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{Duration, Instant, sleep, timeout},
};

use crate::{
    common::{Client, DEADLINE, TestHub, UNPACED, add, stroke},
    frames::{BINARY, FIRST, MORE, PING, RawSocket, TEXT, frame, request},
};

/// Of what an attack opens at once.
const EACH: usize = 8;
/// Strokes that each honest person draws meanwhile.
const STROKES: usize = 60;
const HONEST: usize = 4;
const HELLO: &[u8] = br#"{"type":"hello","name":"Mallory"}"#;

/// What the attackers know.
struct Siege {
    hub: TestHub,
    over: AtomicBool,
    blows: AtomicUsize,
}

impl Siege {
    fn goes_on(&self) -> bool {
        !self.over.load(Ordering::Relaxed)
    }

    fn struck(&self) {
        self.blows.fetch_add(1, Ordering::Relaxed);
    }

    async fn joined(&self) -> Option<RawSocket> {
        let mut socket = RawSocket::try_open(&self.hub).await?;
        socket.send(&frame(TEXT, HELLO)).await;
        loop {
            let frame = socket.next().await?;
            if frame.payload.windows(9).any(|it| it == b"caught_up") {
                return Some(socket);
            }
        }
    }
}

/// Writes `blow` until the hub hangs up or the siege is over.
async fn batter(siege: &Siege, stream: &mut TcpStream, blow: &[u8]) {
    while siege.goes_on() {
        siege.struck();
        // Who is not read waits; that is the hub's right.
        match timeout(Duration::from_millis(200), stream.write_all(blow)).await {
            Ok(Err(_)) => return,
            Ok(Ok(())) | Err(_) => tokio::task::yield_now().await,
        }
    }
}

async fn garbage(siege: Arc<Siege>) {
    let noise: Vec<u8> = (0..4_096_u32)
        .map(|it| (it.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    while siege.goes_on() {
        let mut stream = siege.hub.tcp().await;
        let _ = stream.write_all(&noise).await;
        let _ = timeout(Duration::from_secs(1), stream.read_to_end(&mut Vec::new())).await;
        siege.struck();
    }
}

async fn half_requests(siege: Arc<Siege>) {
    let whole = request(&siege.hub, "");
    while siege.goes_on() {
        let mut stream = siege.hub.tcp().await;
        for byte in whole.as_bytes() {
            if !siege.goes_on() || stream.write_all(&[*byte]).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(50)).await;
        }
        siege.struck();
    }
}

async fn giant_frames(siege: Arc<Siege>) {
    let announced = |length: u64| [&[BINARY, 0xff][..], &length.to_be_bytes(), &[0; 14]].concat();
    while siege.goes_on() {
        for length in [1 << 40, u64::MAX, 60 << 20, 256 * 1024] {
            let Some(mut socket) = RawSocket::try_open(&siege.hub).await else {
                continue;
            };
            socket.send(&announced(length)).await;
            socket.ended().await;
            siege.struck();
        }
    }
}

async fn endless_fragments(siege: Arc<Siege>) {
    while siege.goes_on() {
        let Some(mut socket) = siege.joined().await else {
            continue;
        };
        socket.send(&frame(FIRST, b"{")).await;
        let nothing = frame(MORE, b"").repeat(2_000);
        batter(&siege, &mut socket.stream, &nothing).await;
    }
}

async fn pings(siege: Arc<Siege>) {
    while siege.goes_on() {
        let Some(mut socket) = siege.joined().await else {
            continue;
        };
        let many = frame(PING, b"are you there").repeat(500);
        batter(&siege, &mut socket.stream, &many).await;
    }
}

async fn reconnects(siege: Arc<Siege>) {
    while siege.goes_on() {
        drop(siege.joined().await);
        siege.struck();
    }
}

/// Somebody else's name, number and colour in what only the hub may write.
async fn forged_presence(siege: Arc<Siege>) {
    let forged = br##"{"type":"show_presence","participant":1,"cursor":{"x":1,"y":1},
        "typing":true,"author":1,"role":"host","color":"#000000"}"##;
    while siege.goes_on() {
        let Some(mut socket) = siege.joined().await else {
            continue;
        };
        let many = frame(TEXT, forged).repeat(50);
        batter(&siege, &mut socket.stream, &many).await;
    }
}

/// Tokens that were never given, and one that was given to somebody else's connection.
async fn guessed_tokens(siege: Arc<Siege>) {
    let mut count = 0_u64;
    while siege.goes_on() {
        count += 1;
        let Some(mut socket) = RawSocket::try_open(&siege.hub).await else {
            continue;
        };
        let hello = format!(
            r#"{{"type":"hello","name":"Host","host_token":"{count:032x}","resume":"{count:032x}"}}"#
        );
        socket.send(&frame(TEXT, hello.as_bytes())).await;
        while let Some(frame) = socket.next().await {
            let words = String::from_utf8_lossy(&frame.payload);
            if words.contains(r#""type":"welcomed""#) {
                let you = words.split(r#""you":"#).nth(1).expect("it says who");
                let role = you.split('}').next().expect("it ends");
                assert!(role.contains(r#""role":"editor""#), "R10: {role}");
                break;
            }
        }
        siege.struck();
    }
}

async fn never_reads(siege: Arc<Siege>) {
    let joined = siege.joined().await;
    while siege.goes_on() {
        sleep(Duration::from_millis(20)).await;
    }
    drop(joined);
}

fn begin(siege: &Arc<Siege>) -> JoinSet<()> {
    let mut attackers = JoinSet::new();
    for _ in 0..EACH {
        attackers.spawn(garbage(Arc::clone(siege)));
        attackers.spawn(half_requests(Arc::clone(siege)));
        attackers.spawn(reconnects(Arc::clone(siege)));
        attackers.spawn(guessed_tokens(Arc::clone(siege)));
        attackers.spawn(never_reads(Arc::clone(siege)));
    }
    for _ in 0..2 {
        attackers.spawn(giant_frames(Arc::clone(siege)));
        attackers.spawn(endless_fragments(Arc::clone(siege)));
        attackers.spawn(pings(Arc::clone(siege)));
        attackers.spawn(forged_presence(Arc::clone(siege)));
    }
    attackers
}

/// Draws its strokes, and listens until it has heard those of all honest people, once each.
async fn honest(mut client: Client, name: String) -> BTreeSet<ShapeId> {
    let mut heard = BTreeSet::new();
    let wanted = HONEST * STROKES;
    for index in 0..STROKES {
        let id = format!("{name}-{index}");
        client.submit(add(stroke(&id, 20))).await;
        sleep(Duration::from_millis(10)).await;
    }
    let (mut own, seq) = (0, client.seq);
    while heard.len() + own < wanted {
        match client.next().await.expect("honest people stay") {
            ServerMessage::Applied(applied) => {
                if let Operation::AddShapes { shapes } = &applied.operation {
                    assert!(heard.insert(shapes[0].id.clone()), "{} twice", shapes[0].id);
                }
            }
            ServerMessage::Confirmed { .. } => own += 1,
            ServerMessage::Refused { code, .. } => panic!("{name} is refused: {code:?}"),
            _ => {}
        }
    }
    assert_eq!((own, seq as usize), (STROKES, STROKES));
    heard
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn honest_people_lose_nothing_in_a_siege() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start_allowing(folder.path(), Allowance::default()).await;
    let mut people = Vec::new();
    for index in 0..HONEST {
        people.push(hub.join(&format!("Honest {index}")).await);
    }
    let siege = Arc::new(Siege {
        hub,
        over: AtomicBool::new(false),
        blows: AtomicUsize::new(0),
    });
    let attackers = begin(&siege);
    while siege.blows.load(Ordering::Relaxed) < 100 {
        sleep(Duration::from_millis(5)).await; // until it is one
    }
    let mut work = JoinSet::new();
    for (index, client) in people.into_iter().enumerate() {
        work.spawn(honest(client, format!("honest-{index}")));
    }
    let heard = work.join_all().await;
    siege.over.store(true, Ordering::Relaxed);
    attackers.join_all().await;
    let everything = heard.iter().flatten().collect::<BTreeSet<_>>();
    assert_eq!(everything.len(), HONEST * STROKES);
    is_as_it_was(&siege.hub).await;
}

/// Nobody is connected any more, no session failed, and a newcomer is served.
async fn is_as_it_was(hub: &TestHub) {
    let deadline = Instant::now() + DEADLINE;
    while hub.metric("lanvas_connections").await > 0.5 {
        assert!(Instant::now() < deadline, "some stay connected");
        sleep(Duration::from_millis(200)).await;
    }
    assert!(hub.metric("lanvas_session_restarts_total").await < 0.5);
    let mut late = hub.join("Late").await;
    assert!(late.is_well().await);
}

/// R6: who is not let in cannot make the hub keep more than a hello, not even by announcing it.
#[tokio::test]
async fn before_the_hello_a_frame_is_as_large_as_a_hello() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let announced = |length: u16| [&[TEXT, 0xfe][..], &length.to_be_bytes(), &[0; 4]].concat();
    let mut socket = RawSocket::open(&hub).await;
    socket.send(&announced(4_097)).await;
    assert_eq!(socket.ended().await, Some(1009), "before a byte of it came");
    let mut allowed = RawSocket::open(&hub).await;
    allowed.send(&frame(TEXT, HELLO)).await;
    allowed.until_text("caught_up").await;
    let ping = format!(r#"{{"type":"ping","nonce":9{}}}"#, " ".repeat(60_000));
    allowed.send(&frame(TEXT, ping.as_bytes())).await;
    allowed.until_text(r#""pong""#).await;
}

/// Fragments without end are a message without end, even if they are empty.
#[tokio::test]
async fn a_message_of_nothing_but_fragments_ends_the_connection() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut socket = RawSocket::open(&hub).await;
    socket.send(&frame(FIRST, b"{")).await;
    socket.send(&frame(MORE, b"").repeat(3_000)).await;
    assert_eq!(socket.ended().await, Some(1009));
}

/// Who opens a connection and says nothing, or nothing more, does not keep it.
#[tokio::test]
async fn idle_connections_are_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut silent = hub.tcp().await;
    let mut done = hub.tcp().await;
    let asked = format!(
        "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n",
        hub.hub.port()
    );
    done.write_all(asked.as_bytes()).await.unwrap();
    for stream in [&mut silent, &mut done] {
        let ended = timeout(DEADLINE, stream.read_to_end(&mut Vec::new())).await;
        assert!(ended.is_ok(), "still open after {DEADLINE:?}");
    }
}

/// A minute is long for a test.
static BRIEF: Patience = Patience {
    echo: Duration::from_secs(2),
    ..PATIENCE
};

/// There are few places at `/echo`: who only holds one gives it to the next.
#[tokio::test]
async fn an_idle_echo_is_let_go() {
    let folder = tempfile::tempdir().unwrap();
    let tuning = Tuning {
        patience: &BRIEF,
        ..UNPACED.into()
    };
    let hub = TestHub::start_as(folder.path(), tuning, |_| {}).await;
    let mut stream = hub.tcp().await;
    let asked = request(&hub, "").replace(&format!("/ws/{}", hub.session), "/echo");
    let began = Instant::now();
    stream.write_all(asked.as_bytes()).await.unwrap();
    crate::frames::read_head(&mut stream).await;
    let mut socket = RawSocket { stream };
    let mut rest = Vec::new();
    let ended = timeout(DEADLINE, socket.stream.read_to_end(&mut rest));
    assert!(ended.await.is_ok(), "it is let go");
    assert!(began.elapsed() >= BRIEF.echo, "not before its time");
    let mut client = hub.connect(Encoding::Binary).await;
    client.hello(crate::common::named("Late")).await;
    assert!(client.is_well().await);
}
