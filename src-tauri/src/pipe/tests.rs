//! The pipe on real sockets, to real hubs.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use lanvas_hub::storage::StorageSettings;
use lanvas_hub::{Hub, HubConfig, PortChoice, TlsChoice, assets::NoUi};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::time::timeout;
use tungstenite::Message;
use tungstenite::client::IntoClientRequest as _;

use super::*;

const DEADLINE: Duration = Duration::from_secs(20);
const APP: &str = "tauri://localhost";

/// A hub with one session, encrypted or not.
pub(crate) async fn hub(folder: &Path, port: PortChoice, sealed: bool) -> (Hub, String) {
    let names = Vec::new();
    let hub = Hub::start(HubConfig {
        bind: Ipv4Addr::LOCALHOST.into(),
        port,
        data_dir: folder.to_owned(),
        ui: Arc::new(NoUi),
        nearby: watch::channel(Arc::from([])).1,
        host_name: "Ann".to_owned(),
        password: None,
        storage: StorageSettings::default(),
        accounts: true,
        tls: sealed.then_some(TlsChoice::SelfSigned { names }),
        names: Vec::new(),
    });
    let hub = hub.await.unwrap();
    let session = hub.open_newest_or_create(Some("Workshop")).await;
    (hub, session.unwrap().to_string())
}

pub(crate) fn fingerprint(hub: &Hub) -> Fingerprint {
    hub.tls().unwrap().fingerprint()
}

fn lead(hub: &Hub) -> Lead {
    Lead {
        place: format!("127.0.0.1:{}", hub.port()),
        fingerprint: fingerprint(hub),
        elsewhere: Box::new(Vec::new),
        changed: Box::new(|_| panic!("nothing changed")),
    }
}

/// `127.0.0.1:port` of a pipe, and the path that its requests begin with.
fn taken_apart(base: &str) -> (&str, &str) {
    let rest = base.strip_prefix("http://").unwrap();
    rest.split_at(rest.find('/').unwrap())
}

/// What is answered to one request, its status first.
async fn asked(host: &str, line: &str, headers: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!("{line} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = timeout(DEADLINE, stream.read_to_end(&mut answer)).await;
    read.expect("it is answered").unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.get(9..12).and_then(|it| it.parse().ok());
    (status.unwrap_or(0), answer)
}

/// As the page asks.
pub(crate) async fn page_asks(base: &str, path: &str) -> (u16, String) {
    let (host, before) = taken_apart(base);
    let headers = format!("Host: {host}\r\nOrigin: {APP}\r\n");
    asked(host, &format!("GET {before}{path}"), &headers).await
}

type Socket = tungstenite::WebSocket<std::net::TcpStream>;

/// The page's socket, once the session said welcome. Blocks.
fn joined(base: &str, session: &str) -> Socket {
    let (host, before) = taken_apart(base);
    let address = format!("ws://{host}{before}/ws/{session}");
    let mut request = address.into_client_request().unwrap();
    let origin = HeaderValue::from_static(APP);
    request.headers_mut().insert(ORIGIN, origin);
    let stream = std::net::TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let (mut socket, _) = tungstenite::client(request, stream).unwrap();
    let hello = json!({ "type": "hello", "name": "Ann" }).to_string();
    socket.send(Message::text(hello)).unwrap();
    until(&mut socket, "welcomed");
    socket
}

fn until(socket: &mut Socket, kind: &str) -> Value {
    loop {
        if let Message::Text(text) = socket.read().unwrap() {
            let message: Value = serde_json::from_str(&text).unwrap();
            if message["type"] == kind {
                return message;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_carries_requests_and_sockets_to_the_hub() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, session) = hub(folder.path(), PortChoice::Any, true).await;
    let pipe = Pipe::open(lead(&hub)).await.unwrap();
    assert!(pipe.base().ends_with(&format!("/127.0.0.1:{}", hub.port())));

    let (status, answer) = page_asks(pipe.base(), "/api/sessions").await;
    assert_eq!(status, 200, "{answer}");
    assert!(answer.contains(&session) && answer.contains("access-control-allow-origin: tauri://"));
    let (status, answer) = page_asks(pipe.base(), "/api/tls").await;
    assert!(
        status == 200 && answer.contains(&fingerprint(&hub).short()),
        "{answer}"
    );

    let base = pipe.base().to_owned();
    let talk = tokio::task::spawn_blocking(move || {
        let (mut ann, mut ben) = (joined(&base, &session), joined(&base, &session));
        let text = "x".repeat(3_000);
        let post = json!({ "type": "submit", "replica": "r1", "seq": 1, "operation": { "type": "post_message", "text": text } });
        ann.send(Message::text(post.to_string())).unwrap();
        let heard = until(&mut ben, "applied");
        assert!(heard.to_string().contains(&text));
        (ann, ben)
    });
    let (ann, _ben) = talk.await.unwrap();

    // What goes through it ends with it.
    drop(pipe);
    let ended = tokio::task::spawn_blocking(move || {
        let mut ann = ann;
        while ann.read().is_ok() {}
    });
    timeout(DEADLINE, ended).await.expect("it ends").unwrap();
    hub.shutdown().await.unwrap();
}

#[tokio::test]
async fn nobody_but_the_apps_own_page_is_carried() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, _) = hub(folder.path(), PortChoice::Any, true).await;
    let pipe = Pipe::open(lead(&hub)).await.unwrap();
    let other = Pipe::open(lead(&hub)).await.unwrap();
    let (host, path) = taken_apart(pipe.base());
    let port = host.split_once(':').unwrap().1;
    let (_, foreign) = taken_apart(other.base());
    let place = path.rsplit('/').next().unwrap();
    let good = format!("Host: {host}\r\nOrigin: {APP}\r\n");
    let ask = |at: &str| format!("GET {at}/api/sessions");
    let refusals = [
        // Another page, a rebound name, no page at all.
        (ask(path), format!("Host: {host}\r\n"), 403),
        (ask(path), format!("Host: {host}\r\nOrigin: null\r\n"), 403),
        (
            ask(path),
            format!("Host: {host}\r\nOrigin: http://{host}\r\n"),
            403,
        ),
        (
            ask(path),
            format!("Host: {host}\r\nOrigin: {APP}.evil\r\n"),
            403,
        ),
        (
            ask(path),
            format!("Host: {host}\r\nOrigin: {APP}\r\nOrigin: {APP}\r\n"),
            403,
        ),
        (
            ask(path),
            format!("Host: localhost:{port}\r\nOrigin: {APP}\r\n"),
            421,
        ),
        (
            ask(path),
            format!("Host: evil.test:{port}\r\nOrigin: {APP}\r\n"),
            421,
        ),
        (
            ask(path),
            format!("Host: {place}\r\nOrigin: {APP}\r\n"),
            421,
        ),
        (ask(&format!("http://{host}{path}")), good.clone(), 421),
        // The secret is another pipe's, cut, longer, none.
        (ask(foreign), good.clone(), 404),
        (ask(&path[..path.len() - 1]), good.clone(), 404),
        (ask(&format!("{path}0")), good.clone(), 404),
        (
            ask(&format!("/{}/{place}", "0".repeat(32))),
            good.clone(),
            404,
        ),
        (ask(""), good.clone(), 404),
        ("GET /".to_owned(), good.clone(), 404),
        ("OPTIONS *".to_owned(), good.clone(), 404),
        (format!("GET {path}"), good.clone(), 404),
    ];
    for (line, headers, status) in refusals {
        let (answered, answer) = asked(host, &line, &headers).await;
        assert_eq!(answered, status, "{line:?} {headers:?}: {answer}");
        assert!(!answer.contains("Workshop"));
    }
    assert_eq!(asked(host, &ask(path), &good).await.0, 200);
    drop(other);
    hub.shutdown().await.unwrap();
}

#[tokio::test]
async fn another_certificate_is_told_and_gets_nothing() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (known, _) = hub(one.path(), PortChoice::Any, true).await;
    let (impostor, _) = hub(two.path(), PortChoice::Any, true).await;
    let told = Arc::new(AtomicUsize::new(0));
    let shown = fingerprint(&impostor);
    let tell = Arc::clone(&told);
    let pipe = Pipe::open(Lead {
        place: format!("127.0.0.1:{}", impostor.port()),
        changed: Box::new(move |it| {
            assert_eq!(it, shown);
            tell.fetch_add(1, Ordering::Relaxed);
        }),
        ..lead(&known)
    });
    let pipe = pipe.await.unwrap();
    assert_eq!(page_asks(pipe.base(), "/api/sessions").await.0, 502);
    assert_eq!(told.load(Ordering::Relaxed), 1);
    known.shutdown().await.unwrap();
    impostor.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_hub_that_went_elsewhere_is_found_by_its_certificate() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, session) = hub(one.path(), PortChoice::Any, true).await;
    let place = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&place);
    let pipe = Pipe::open(Lead {
        elsewhere: Box::new(move || lock(&heard).clone()),
        ..lead(&first)
    });
    let pipe = pipe.await.unwrap();
    assert_eq!(page_asks(pipe.base(), "/api/sessions").await.0, 200);
    let port = first.port();
    first.shutdown().await.unwrap();
    assert_eq!(page_asks(pipe.base(), "/api/sessions").await.0, 502);

    // Another hub has its address now, and says it is the session; the real one is elsewhere.
    let (impostor, _) = hub(two.path(), PortChoice::Exactly(port), true).await;
    let (moved, _) = hub(one.path(), PortChoice::Any, true).await;
    lock(&place).push(format!("127.0.0.1:{}", moved.port()));
    for _ in 0..2 {
        let (status, answer) = page_asks(pipe.base(), "/api/sessions").await;
        assert!(status == 200 && answer.contains(&session), "{answer}");
    }
    impostor.shutdown().await.unwrap();
    moved.shutdown().await.unwrap();
}

/// That many, which say nothing, and one more.
async fn as_many_as_there_may_be(host: &str) -> (Vec<TcpStream>, TcpStream) {
    let mut held = Vec::new();
    for _ in 0..CONNECTIONS_MAX {
        held.push(TcpStream::connect(host).await.unwrap());
    }
    (held, TcpStream::connect(host).await.unwrap())
}

#[tokio::test]
async fn so_many_connections_and_heads_so_long_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, _) = hub(folder.path(), PortChoice::Any, true).await;
    let pipe = Pipe::open(lead(&hub)).await.unwrap();
    let (host, path) = taken_apart(pipe.base());
    for (bytes, status) in [(HEAD_BYTES_MAX - 2_048, 200), (2 * HEAD_BYTES_MAX, 431)] {
        let long = "x".repeat(bytes);
        let head = format!(
            "GET {path}/api/sessions HTTP/1.1\r\nHost: {host}\r\nOrigin: {APP}\r\nConnection: close\r\nX: {long}\r\n\r\n"
        );
        let mut stream = TcpStream::connect(host).await.unwrap();
        // What is too long need not be taken to its end.
        let _ = stream.write_all(head.as_bytes()).await;
        let mut answer = [0; 12];
        let read = timeout(DEADLINE, stream.read_exact(&mut answer)).await;
        let read = read.expect("it is answered or closed");
        let as_said = answer.ends_with(status.to_string().as_bytes());
        assert!(as_said || (status == 431 && read.is_err()), "{bytes}");
    }

    let held = loop {
        let began = Instant::now();
        let (held, mut beyond) = as_many_as_there_may_be(host).await;
        let ended = timeout(DEADLINE, beyond.read(&mut [0])).await;
        assert!(matches!(ended.expect("it is closed"), Ok(0) | Err(_)));
        // Where this took so long that the first may be gone by themselves, it says nothing.
        if began.elapsed() < HEAD_TIMEOUT {
            break held;
        }
    };
    // They say nothing, so they go, and others have their places.
    for mut silent in held {
        let mut said = Vec::new();
        let ended = timeout(DEADLINE, silent.read_to_end(&mut said)).await;
        ended.expect("it is closed").ok();
    }
    assert_eq!(page_asks(pipe.base(), "/api/sessions").await.0, 200);
    hub.shutdown().await.unwrap();
}
