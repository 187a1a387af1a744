//! TLS: what comes by it, what comes without, and who does neither. Real sockets, a client that
//! knows the certificate by its fingerprint.

use std::{net::Ipv4Addr, path::Path};

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

use crate::common::{Answer, Client, DEADLINE, TestHub, add, message, named, stroke};

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

/// Ends within the time that a handshake has.
async fn is_given_up(mut stream: TcpStream) -> bool {
    let mut rest = Vec::new();
    let limit = TLS_HANDSHAKE_TIMEOUT + Duration::from_secs(3);
    let read = timeout(limit, stream.read_to_end(&mut rest)).await;
    read.is_ok()
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
    let mut ann = joined(&hub, "Ann").await;
    let began = Instant::now();
    let silent = is_given_up(hub.tcp().await);
    // A record that announces 16 KiB and brings a byte a second.
    let slow = async {
        let mut stream = hub.tcp().await;
        stream.write_all(&[0x16, 3, 1, 0x40, 0]).await.unwrap();
        while stream.write_all(&[1]).await.is_ok() && began.elapsed() < DEADLINE {
            sleep(Duration::from_millis(500)).await;
        }
        began.elapsed() < TLS_HANDSHAKE_TIMEOUT + Duration::from_secs(3)
    };
    let half = async {
        let mut stream = hub.tcp().await;
        stream.write_all(&[0x16, 3]).await.unwrap();
        is_given_up(stream).await
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
            assert!(is_given_up(stream).await);
        }
        true
    };
    let others = async {
        // What is neither TLS nor HTTP.
        let mut stream = hub.tcp().await;
        stream
            .write_all(&[0, 1, 2, 0xff, b'\r', b'\n', b'\r', b'\n'])
            .await
            .unwrap();
        is_given_up(stream).await
    };
    let honest = async {
        while began.elapsed() < TLS_HANDSHAKE_TIMEOUT {
            let asked = Instant::now();
            assert!(ann.is_well().await);
            assert!(asked.elapsed() < Duration::from_secs(2));
            sleep(Duration::from_millis(50)).await;
        }
        true
    };
    let all = tokio::join!(silent, slow, half, garbage, others, honest);
    assert_eq!(all, (true, true, true, true, true, true));
}

/// Just within the time: somebody far away gets in.
#[tokio::test]
async fn a_slow_handshake_within_the_time_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let hub = started(folder.path()).await;
    let stream = hub.tcp().await;
    sleep(TLS_HANDSHAKE_TIMEOUT - Duration::from_millis(1_500)).await;
    let (stream, _) = pinned::seal(stream, Trust::Only(fingerprint(&hub)))
        .await
        .unwrap();
    let health = asked(stream, &request(&hub, "GET /healthz", "")).await;
    assert_eq!(health.status(), 200);
}

/// Places are counted before the handshake, and it is not begun for who has none.
#[tokio::test]
async fn who_has_too_many_connections_is_not_shaken_hands_with() {
    let folder = tempfile::tempdir().unwrap();
    let hub = started(folder.path()).await;
    let open = async || {
        let socket = TcpSocket::new_v4().unwrap();
        socket
            .bind((Ipv4Addr::new(127, 0, 0, 9), 0).into())
            .unwrap();
        let address = (Ipv4Addr::LOCALHOST, hub.hub.port()).into();
        socket.connect(address).await.unwrap()
    };
    let mut held = Vec::new();
    for _ in 0..CONNECTIONS_PER_ADDRESS_MAX {
        held.push(open().await);
    }
    let one_more = open().await;
    let began = Instant::now();
    let refused = pinned::seal(one_more, Trust::First).await;
    assert!(matches!(refused, Err(PinError::Io(_))));
    assert!(began.elapsed() < TLS_HANDSHAKE_TIMEOUT / 2, "at once");
    assert!(joined(&hub, "Host").await.is_well().await, "others get in");
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
