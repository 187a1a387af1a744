//! TLS: what comes by it, what comes without, and who does neither. Real sockets, a client that
//! knows the certificate by its fingerprint.

use std::{cell::Cell, net::Ipv4Addr, path::Path, process::Command};

use lanvas_hub::{
    HubConfig, TlsChoice,
    limits::{CONNECTIONS_PER_ADDRESS_MAX, TLS_HANDSHAKE_TIMEOUT},
    tls::pinned::{self, PinError, Trust},
};
use lanvas_protocol::{Encoding, Fingerprint, Operation, ServerMessage};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::{Duration, Instant, sleep, timeout},
};
use tokio_rustls::client::TlsStream;

use crate::{
    common::{Answer, Client, DEADLINE, TestHub, add, message, named, stroke},
    promise,
};

fn own_certificate(config: &mut HubConfig) {
    let names = vec!["nas.local".to_owned(), "no name".to_owned()];
    config.tls = Some(TlsChoice::SelfSigned { names });
}

async fn started(folder: &Path) -> TestHub {
    TestHub::start_with(folder, own_certificate).await
}

fn fingerprint(hub: &TestHub) -> Fingerprint {
    hub.hub.tls().unwrap().fingerprint()
}

async fn sealed(hub: &TestHub) -> TlsStream<TcpStream> {
    let trust = Trust::Only(fingerprint(hub));
    let (stream, _) = pinned::seal(hub.tcp().await, trust).await.unwrap();
    stream
}

async fn joined(hub: &TestHub, name: &str) -> Client<TlsStream<TcpStream>> {
    let stream = sealed(hub).await;
    let session = hub.session.as_str();
    let mut client = Client::over(stream, hub.hub.port(), session, Encoding::Binary).await;
    client.hello(named(name)).await;
    client
}

async fn asked(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> Answer {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = timeout(DEADLINE, stream.read_to_end(&mut answer)).await;
    read.expect("the hub answers").unwrap();
    Answer(String::from_utf8(answer).unwrap())
}

fn request(hub: &TestHub, line: &str, more: &str) -> String {
    let port = hub.hub.port();
    format!("{line} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n{more}\r\n")
}

/// When it was ended.
async fn given_up(mut stream: TcpStream) -> Instant {
    let mut rest = Vec::new();
    let read = timeout(DEADLINE, stream.read_to_end(&mut rest)).await;
    let _ = read.expect("it is given up");
    Instant::now()
}

#[tokio::test]
async fn by_tls_come_pages_requests_and_sockets() {
    let folder = tempfile::tempdir().unwrap();
    let hub = started(folder.path()).await;
    let id = hub.session.clone();
    let port = hub.hub.port();
    assert_eq!(hub.hub.base_url(), format!("https://127.0.0.1:{port}"));
    assert!(hub.hub.host_url(&id).starts_with(&hub.hub.base_url()));
    let health = asked(sealed(&hub).await, &request(&hub, "GET /healthz", "")).await;
    assert_eq!(health.status(), 200);
    let state = asked(sealed(&hub).await, &request(&hub, "GET /api/tls", "")).await;
    let own = fingerprint(&hub);
    assert_eq!(state.json()["fingerprint"], own.to_string());
    assert_eq!(state.json()["short"], own.short());
    assert_eq!(state.json()["issuer"], "own");

    let (mut ann, mut bo) = (joined(&hub, "Ann").await, joined(&hub, "Bo").await);
    for index in 0..200 {
        let text = format!("{index} |{}", "x".repeat(index * 15));
        ann.ask(message(&text)).await.unwrap();
    }
    ann.ask(add(stroke("s", 9_000))).await.unwrap();
    let mut came = Vec::new();
    while came.len() < 201 {
        if let ServerMessage::Applied(it) = bo.next().await.unwrap() {
            came.push(it.operation.clone());
        }
    }
    for (index, operation) in came.iter().take(200).enumerate() {
        let Operation::PostMessage(post) = operation else {
            panic!("{operation:?}");
        };
        assert!(
            post.text.starts_with(&format!("{index} |")),
            "in order, once"
        );
    }
    bo.socket.close(None).await.unwrap();
    let (_, code) = bo.until_closed().await;
    assert!([1000, 1005].contains(&code), "{code}");
}

#[tokio::test]
async fn a_page_that_came_without_tls_is_none_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let hub = started(folder.path()).await;
    let port = hub.hub.port();
    for (origin, status) in [("https", 200), ("http", 403)] {
        let origin = format!("Origin: {origin}://127.0.0.1:{port}\r\n");
        let request = request(&hub, "GET /api/sessions", &origin);
        assert_eq!(asked(sealed(&hub).await, &request).await.status(), status);
    }
}

/// A certificate that was handed in says by which names the hub is reached: links begin with it.
#[tokio::test]
async fn the_names_of_a_given_certificate_are_the_hubs_own() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["board.school.example", "*.lab.example"].map(str::to_owned);
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    let file = |name: &str, text: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let certificate = file("cert.pem", made.cert.pem());
    let key = file("key.pem", made.signing_key.serialize_pem());
    let hub = TestHub::start_with(folder.path(), |config| {
        config.tls = Some(TlsChoice::Files { certificate, key });
        config.names = vec!["nas.fritz.box".parse().unwrap()];
    })
    .await;
    let (port, id) = (hub.hub.port(), &hub.session);
    let links = ["board.school.example", "127.0.0.1"];
    let links = links.map(|host| format!("https://{host}:{port}/s/{id}"));
    assert_eq!(hub.hub.urls(id), links);
    for (host, status) in [
        ("board.school.example", 200),
        ("BOARD.school.example", 200),
        ("a.lab.example", 200),
        ("nas.fritz.box", 200),
        ("127.0.0.1", 200),
        ("lab.example", 421),
        ("a.b.lab.example", 421),
        ("school.example", 421),
        ("evil.test", 421),
    ] {
        let get = |line: &str, more: &str| {
            let own = format!("Host: 127.0.0.1:{port}");
            request(&hub, line, more).replace(&own, &format!("Host: {host}:{port}"))
        };
        let answer = asked(sealed(&hub).await, &get("GET /healthz", "")).await;
        assert_eq!(answer.status(), status, "{host}");
        let page = format!("Origin: https://{host}\r\n");
        let answer = asked(sealed(&hub).await, &request(&hub, "GET /healthz", &page)).await;
        let expected = match (status, host) {
            (421, _) | (_, "127.0.0.1") => 403, // of another port
            _ => 200,
        };
        assert_eq!(answer.status(), expected, "from {host}");
        let plain = asked(hub.tcp().await, &get("GET /s/x", "")).await;
        let expected = if status == 421 { 421 } else { 308 };
        assert_eq!(plain.status(), expected, "without TLS to {host}");
    }
}

#[tokio::test]
async fn who_comes_without_is_told_where_to_come() {
    let folder = tempfile::tempdir().unwrap();
    let hub = started(folder.path()).await;
    let port = hub.hub.port();
    let upgrade = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
    for (line, more, scheme, path) in [
        ("GET /s/abc?q=1%20", "", "https", "/s/abc?q=1%20"),
        ("HEAD /", "", "https", "/"),
        (
            "POST /api/sessions/x/blobs",
            "Content-Length: 0\r\n",
            "https",
            "/api/sessions/x/blobs",
        ),
        ("GET /ws/abc", upgrade, "wss", "/ws/abc"),
        ("GET //evil.test/x", "", "https", "//evil.test/x"),
    ] {
        let answer = asked(hub.tcp().await, &request(&hub, line, more)).await;
        assert_eq!(answer.status(), 308, "{line}");
        let there = format!("location: {scheme}://127.0.0.1:{port}{path}\r\n");
        assert!(answer.head().contains(&there), "{}", answer.head());
    }
    for (path, status) in [
        (format!("/s/{}", hub.session), 308),
        ("/s/abc".to_owned(), 404),
    ] {
        let line = format!("HEAD {path}");
        let answer = asked(hub.tcp().await, &request(&hub, &line, "")).await;
        assert_eq!(answer.status(), status, "whether it is here is no secret");
    }
    // Programs that only ask whether there is a hub need no certificate.
    assert_eq!(hub.get("/healthz", &[]).await.status(), 200);
    assert_eq!(hub.get("/", &[("Host", "evil.test")]).await.status(), 421);
    assert_eq!(hub.get("/metrics", &[]).await.status(), 308, "nothing else");
    // What its announcement says too, so that it is found where announcements do not travel.
    let listed = hub.get("/api/sessions", &[]).await.json();
    assert_eq!(listed[0]["fingerprint"], fingerprint(&hub).to_string());
    let sealed_list = asked(sealed(&hub).await, &request(&hub, "GET /api/sessions", "")).await;
    assert_eq!(sealed_list.json(), listed, "the same either way");
    // And to this machine alone, where it is and was (R90).
    let had = hub.get("/api/whereabouts", &[]).await.json();
    assert_eq!(had["had"], serde_json::json!(["127.0.0.1"]));
    assert_eq!(hub.get("/api/reach", &[]).await.status(), 200);
    for told in ["/api/sessions", "/api/whereabouts", "/api/reach"] {
        let foreign = [("Origin", "http://evil.test")];
        assert_eq!(hub.get(told, &foreign).await.status(), 403, "{told}");
    }
}

#[tokio::test]
async fn the_certificate_stays_and_another_one_is_refused() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let hub = started(folder.path()).await;
    let known = fingerprint(&hub);
    hub.hub.shutdown().await.unwrap();
    let hub = started(folder.path()).await;
    assert_eq!(fingerprint(&hub), known, "it is kept");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let file = folder.path().join("tls/identity.pem");
        let mode = std::fs::metadata(file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "nobody else reads the key");
    }
    let impostor = started(other.path()).await;
    let refused = pinned::seal(impostor.tcp().await, Trust::Only(known)).await;
    let shown = fingerprint(&impostor);
    assert!(
        matches!(refused, Err(PinError::Changed { known: k, shown: s }) if k == known && s == shown)
    );
    let (_, first) = pinned::seal(impostor.tcp().await, Trust::First)
        .await
        .unwrap();
    assert_eq!(first, shown, "the first time whichever it has is told");
    // A hub without TLS is none, and not waited for.
    let plain = tempfile::tempdir().unwrap();
    let plain = TestHub::start(plain.path()).await;
    let refused = pinned::seal(plain.tcp().await, Trust::First).await;
    assert!(matches!(refused, Err(PinError::Io(_))));
    let state = plain.get("/api/tls", &[]).await;
    assert!(state.json().is_null());
}

/// The time is for the whole handshake. All at once, so that this takes it once.
#[tokio::test]
async fn who_does_not_finish_a_handshake_is_given_up_and_nobody_else_notices() {
    let folder = tempfile::tempdir().unwrap();
    let hub = started(folder.path()).await;
    promise::keeps(Duration::from_secs(2), async || late_beside(&hub).await).await;
}

/// How long somebody waits for an answer beside half handshakes, or how long after their time the
/// last of these is given up, whichever is longer.
async fn late_beside(hub: &TestHub) -> Duration {
    let mut ann = joined(hub, "Ann").await;
    let began = Instant::now();
    let silent = async { given_up(hub.tcp().await).await };
    // A record that announces 16 KiB and brings a byte a second.
    let slow = async {
        let mut stream = hub.tcp().await;
        stream.write_all(&[0x16, 3, 1, 0x40, 0]).await.unwrap();
        while stream.write_all(&[1]).await.is_ok() {
            assert!(began.elapsed() < DEADLINE, "it is given up");
            sleep(Duration::from_millis(500)).await;
        }
        Instant::now()
    };
    let half = async {
        let mut stream = hub.tcp().await;
        stream.write_all(&[0x16, 3]).await.unwrap();
        given_up(stream).await
    };
    let garbage = async {
        for garbage in [
            &[0x16; 2_000][..],
            &[0x16, 3, 1, 0, 4, 1, 0, 0, 0],
            &[0x16, 3, 3, 0xff, 0xff],
        ] {
            let mut stream = hub.tcp().await;
            stream.write_all(garbage).await.unwrap();
            stream.shutdown().await.unwrap();
            given_up(stream).await;
        }
    };
    let others = async {
        // What is neither TLS nor HTTP.
        let mut stream = hub.tcp().await;
        stream
            .write_all(&[0, 1, 2, 0xff, b'\r', b'\n', b'\r', b'\n'])
            .await
            .unwrap();
        given_up(stream).await
    };
    let honest = async {
        let mut slowest = Duration::ZERO;
        while began.elapsed() < TLS_HANDSHAKE_TIMEOUT {
            let asked = Instant::now();
            assert!(ann.is_well().await);
            slowest = slowest.max(asked.elapsed());
            sleep(Duration::from_millis(50)).await;
        }
        slowest
    };
    let (silent, slow, half, (), others, slowest) =
        tokio::join!(silent, slow, half, garbage, others, honest);
    let last = silent.max(slow).max(half).max(others);
    slowest.max((last - began).saturating_sub(TLS_HANDSHAKE_TIMEOUT))
}

/// Just within the time: somebody far away gets in.
#[tokio::test]
async fn a_slow_handshake_within_the_time_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let hub = started(folder.path()).await;
    // A machine that does much else may need more than that for the handshake itself.
    for left_ms in [1_500, 1_500, 2_500, 2_500, 3_000] {
        let stream = hub.tcp().await;
        sleep(TLS_HANDSHAKE_TIMEOUT - Duration::from_millis(left_ms)).await;
        let trust = Trust::Only(fingerprint(&hub));
        if let Ok((stream, _)) = pinned::seal(stream, trust).await {
            let health = asked(stream, &request(&hub, "GET /healthz", "")).await;
            assert_eq!(health.status(), 200);
            return;
        }
    }
    panic!("none of these handshakes was served");
}

/// Both ends of many connections are in this process; many systems allow it 1,024 files at first.
fn allow_many_files() {
    let process = std::process::id().to_string();
    let mut raise = Command::new("prlimit");
    let raised = raise.args(["--pid", &process, "--nofile=4096:"]).status();
    if !raised.is_ok_and(|status| status.success()) {
        eprintln!("as many files as this process was given"); // which may well be enough
    }
}

/// Places are counted before the handshake, and it is not begun for who has none.
#[tokio::test]
async fn who_has_too_many_connections_is_not_shaken_hands_with() {
    allow_many_files();
    let folder = tempfile::tempdir().unwrap();
    let hub = started(folder.path()).await;
    let open = async |x: u8| {
        let socket = TcpSocket::new_v4().unwrap();
        socket
            .bind((Ipv4Addr::new(127, 0, 0, x), 0).into())
            .unwrap();
        let address = (Ipv4Addr::LOCALHOST, hub.hub.port()).into();
        socket.connect(address).await.unwrap()
    };
    let address = Cell::new(9);
    promise::keeps(TLS_HANDSHAKE_TIMEOUT / 2, async || {
        address.set(address.get() + 1);
        let began = Instant::now();
        let mut held = Vec::new();
        for _ in 0..CONNECTIONS_PER_ADDRESS_MAX {
            held.push(open(address.get()).await);
        }
        let one_more = open(address.get()).await;
        let refused = pinned::seal(one_more, Trust::First).await;
        let took = began.elapsed();
        // Until then none of those it holds was given up.
        if took < TLS_HANDSHAKE_TIMEOUT {
            assert!(matches!(refused, Err(PinError::Io(_))));
        }
        assert!(joined(&hub, "Host").await.is_well().await, "others get in");
        took
    })
    .await;
}

/// What TLS keeps for a full socket is bounded, and goes out when there is room again.
#[tokio::test]
async fn who_reads_nothing_for_a_while_gets_all_of_it_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let hub = started(folder.path()).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4 * 1024).unwrap();
    let stream = socket.connect((Ipv4Addr::LOCALHOST, hub.hub.port()).into());
    let trust = Trust::Only(fingerprint(&hub));
    let (stream, _) = pinned::seal(stream.await.unwrap(), trust).await.unwrap();
    let session = hub.session.as_str();
    let mut slow = Client::over(stream, hub.hub.port(), session, Encoding::Json).await;
    slow.hello(named("Slow")).await;
    let mut writer = joined(&hub, "Writer").await;
    let mut last = 0;
    let mut sent = 0;
    while sent < 80 {
        last = writer
            .ask(add(stroke(&format!("s{sent}"), 4_000)))
            .await
            .unwrap();
        sent += 1;
    }
    let seen = slow.until_number(last).await;
    let shapes: usize = seen
        .iter()
        .map(|message| match message {
            ServerMessage::Applied(it) => match &it.operation {
                Operation::AddShapes { shapes } => shapes.len(),
                _ => 0,
            },
            ServerMessage::Snapshot(part) => part.shapes.len(),
            _ => 0,
        })
        .sum();
    assert_eq!(shapes, sent);
    assert!(slow.is_well().await);
}
