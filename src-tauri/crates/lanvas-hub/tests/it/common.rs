//! A hub on a free port with a folder of its own, clients that keep what they are told, and plain
//! HTTP requests written by hand.

use std::{net::Ipv4Addr, path::Path, sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use lanvas_hub::{
    Hub, HubConfig, HubError, PortChoice,
    assets::NoUi,
    limits::{Allowance, Patience, Tuning},
    session::chat::TalkAllowance,
    storage::{SessionMeta, SessionState, StorageSettings, StoredSession},
};
use lanvas_protocol::{
    ClientMessage, Color, Encoding, ErrorCode, Operation, Point, Points, ServerMessage, SessionId,
    Shape, ShapeBody, ShapeId,
    chat::Post,
    codec,
    message::{Hello, Welcome},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::watch,
    time::{Instant, timeout, timeout_at},
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

/// Nothing on loopback takes this long, not even on a machine that does much else; what does hangs.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// No test is about the pace unless it says so.
pub(crate) const UNPACED: Allowance = Allowance {
    messages_burst: 1_000_000,
    messages_per_s: 1_000_000,
    bytes_burst: 1 << 30,
    bytes_per_s: 1 << 30,
    talk: TalkAllowance {
        burst: 1_000_000,
        interval_ms: 1,
    },
};

/// No test is about the hub's patience unless it says so: a client that waits for its turn in a test,
/// on a machine that does much else, is not one that is gone; nor is it asked whether it is, for an
/// answer that meets a hub which has hung up would cost it the rest of what it was told.
static PATIENT: Patience = Patience {
    hello: Duration::from_secs(60),
    ping: Duration::from_secs(600),
    silence: Duration::from_secs(600),
    write: Duration::from_secs(600),
    echo: Duration::from_secs(600),
    upload: Duration::from_secs(600),
};

pub(crate) struct TestHub {
    pub(crate) hub: Hub,
    pub(crate) session: SessionId,
}

impl TestHub {
    pub(crate) async fn start(folder: &Path) -> Self {
        Self::start_with(folder, |_| {}).await
    }

    pub(crate) async fn start_with(folder: &Path, adjust: impl FnOnce(&mut HubConfig)) -> Self {
        let tuning = Tuning {
            patience: &PATIENT,
            ..UNPACED.into()
        };
        Self::start_as(folder, tuning, adjust).await
    }

    /// Allows no more than this, and is as patient as a hub is.
    pub(crate) async fn start_allowing(folder: &Path, allowance: Allowance) -> Self {
        Self::start_as(folder, allowance.into(), |_| {}).await
    }

    pub(crate) async fn start_as(
        folder: &Path,
        tuning: Tuning,
        adjust: impl FnOnce(&mut HubConfig),
    ) -> Self {
        let mut config = config(folder);
        adjust(&mut config);
        let hub = Hub::start_with(config, tuning).await.unwrap();
        let session = hub.open_newest_or_create(Some("Test board")).await.unwrap();
        Self { hub, session }
    }

    /// Where opening the session may fail.
    pub(crate) async fn try_start(folder: &Path) -> Result<Self, HubError> {
        let hub = Hub::start(config(folder)).await?;
        let session = hub.open_newest_or_create(None).await?;
        Ok(Self { hub, session })
    }

    pub(crate) async fn connect(&self, encoding: Encoding) -> Client {
        Client::connect(self.hub.port(), self.session.as_str(), encoding).await
    }

    /// With the powers that only the host's token gives.
    pub(crate) async fn join_as_host(&self, name: &str) -> Client {
        let mut host = self.connect(Encoding::Binary).await;
        let host_token = Some(self.hub.host_token().to_owned());
        host.hello(Hello {
            host_token,
            ..named(name)
        })
        .await;
        host
    }

    /// From `127.0.0.x`: not the address that the hub takes for its own.
    pub(crate) async fn connect_from(&self, x: u8) -> Client {
        let socket = TcpSocket::new_v4().unwrap();
        let stranger = Ipv4Addr::new(127, 0, 0, x);
        socket.bind((stranger, 0).into()).unwrap();
        let (port, session) = (self.hub.port(), self.session.as_str());
        Client::connect_by(socket, port, session, Encoding::Json).await
    }

    /// As [`TestHub::connect_from`].
    pub(crate) async fn join_from(&self, x: u8, name: &str) -> Client {
        let mut client = self.connect_from(x).await;
        client.hello(named(name)).await;
        client
    }

    pub(crate) async fn join(&self, name: &str) -> Client {
        self.join_by(name, Encoding::Binary).await
    }

    pub(crate) async fn join_by(&self, name: &str, encoding: Encoding) -> Client {
        let mut client = self.connect(encoding).await;
        client.hello(named(name)).await;
        client
    }

    /// A `GET` like a browser's; `{id}` in the path stands for the session.
    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let path = path.replace("{id}", self.session.as_str());
        let mut head = format!("GET {path} HTTP/1.1\r\n");
        let own = format!("127.0.0.1:{}", self.hub.port());
        for (name, value) in [("Host", own.as_str()), ("Connection", "close")] {
            if !headers.iter().any(|(given, _)| *given == name) {
                head += &format!("{name}: {value}\r\n");
            }
        }
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        self.request(&(head + "\r\n")).await
    }

    /// Sends bytes and reads until the hub closes.
    pub(crate) async fn request(&self, request: &(impl AsRef<[u8]> + ?Sized)) -> Answer {
        Self::request_on(self.tcp().await, request.as_ref()).await
    }

    /// The same from `127.0.0.x`.
    pub(crate) async fn request_from(&self, x: u8, request: impl AsRef<[u8]>) -> Answer {
        Self::request_on(self.tcp_from(x).await, request.as_ref()).await
    }

    pub(crate) async fn tcp_from(&self, x: u8) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        let stranger = Ipv4Addr::new(127, 0, 0, x);
        socket.bind((stranger, 0).into()).unwrap();
        let hub = (Ipv4Addr::LOCALHOST, self.hub.port()).into();
        socket.connect(hub).await.unwrap()
    }

    async fn request_on(mut stream: TcpStream, request: &[u8]) -> Answer {
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        let read = timeout(DEADLINE, stream.read_to_end(&mut answer));
        read.await.expect("the hub answers").unwrap();
        Answer(String::from_utf8_lossy(&answer).into_owned())
    }

    pub(crate) async fn tcp(&self) -> TcpStream {
        let address = (Ipv4Addr::LOCALHOST, self.hub.port());
        TcpStream::connect(address).await.unwrap()
    }

    /// What `/metrics` says of `name`.
    pub(crate) async fn metric(&self, name: &str) -> f64 {
        let text = self.get("/metrics", &[]).await;
        let line = text
            .body()
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name} ")));
        line.unwrap_or_else(|| panic!("no {name} in {}", text.body()))
            .trim()
            .parse()
            .unwrap()
    }
}

fn config(folder: &Path) -> HubConfig {
    let (_, nearby) = watch::channel(Arc::from([]));
    HubConfig {
        bind: Ipv4Addr::LOCALHOST.into(),
        port: PortChoice::Any,
        data_dir: folder.to_owned(),
        ui: Arc::new(NoUi),
        nearby,
        host_name: "Test".to_owned(),
        password: None,
        storage: StorageSettings::default(),
        tls: None,
        names: Vec::new(),
        accounts: true,
    }
}

/// An HTTP answer, as it came.
pub(crate) struct Answer(pub(crate) String);

impl Answer {
    pub(crate) fn status(&self) -> u16 {
        let word = self.0.split(' ').nth(1);
        word.and_then(|word| word.parse().ok()).unwrap_or(0)
    }

    pub(crate) fn head(&self) -> &str {
        self.0
            .split_once("\r\n\r\n")
            .map_or(&self.0, |(head, _)| head)
    }

    pub(crate) fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(self.body()).unwrap_or_else(|_| panic!("not JSON: {}", self.0))
    }
}

pub(crate) struct Client<S = TcpStream> {
    pub(crate) socket: WebSocketStream<S>,
    encoding: Encoding,
    pub(crate) seq: u32,
    pub(crate) welcome: Option<Welcome>,
}

impl Client {
    pub(crate) async fn connect(port: u16, session: &str, encoding: Encoding) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        Self::connect_by(socket, port, session, encoding).await
    }

    /// With a receive buffer of a few kilobytes: what it does not read soon waits at the hub.
    pub(crate) async fn connect_narrow(port: u16, session: &str, encoding: Encoding) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4 * 1024).unwrap();
        Self::connect_by(socket, port, session, encoding).await
    }

    async fn connect_by(socket: TcpSocket, port: u16, session: &str, encoding: Encoding) -> Self {
        let address = (Ipv4Addr::LOCALHOST, port).into();
        let stream = socket.connect(address).await.unwrap();
        Self::over(stream, port, session, encoding).await
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    /// Over a connection that there is already.
    pub(crate) async fn over(stream: S, port: u16, session: &str, encoding: Encoding) -> Self {
        let url = format!("ws://127.0.0.1:{port}/ws/{session}");
        let mut request = url.into_client_request().unwrap();
        if encoding == Encoding::Binary {
            let protocol = HeaderValue::from_static(lanvas_protocol::SUBPROTOCOL_BINARY);
            request
                .headers_mut()
                .insert("sec-websocket-protocol", protocol);
        }
        let upgrade = tokio_tungstenite::client_async(request, stream);
        let (socket, _) = timeout(DEADLINE, upgrade).await.unwrap().unwrap();
        Self {
            socket,
            encoding,
            seq: 0,
            welcome: None,
        }
    }

    pub(crate) fn welcome(&self) -> &Welcome {
        self.welcome.as_ref().expect("it joined")
    }

    pub(crate) async fn send(&mut self, message: &ClientMessage) {
        let bytes = codec::encode_client(message, self.encoding);
        let message = match self.encoding {
            Encoding::Binary => Message::binary(bytes),
            Encoding::Json => Message::text(String::from_utf8(bytes).unwrap()),
        };
        self.socket.send(message).await.unwrap();
    }

    pub(crate) async fn send_json(&mut self, message: &serde_json::Value) {
        self.socket
            .send(Message::text(message.to_string()))
            .await
            .unwrap();
    }

    /// Joins and waits until caught up; what came meanwhile is given.
    pub(crate) async fn hello(&mut self, hello: Hello) -> Vec<ServerMessage> {
        self.send(&ClientMessage::Hello(Box::new(hello))).await;
        let caught_up = |message: &_| matches!(message, ServerMessage::CaughtUp { .. });
        let seen = self.until(caught_up).await;
        let welcome = seen.iter().find_map(|message| match message {
            ServerMessage::Welcomed(welcome) => Some((**welcome).clone()),
            _ => None,
        });
        self.seq = welcome.as_ref().map_or(0, |welcome| welcome.seq);
        self.welcome = welcome;
        seen
    }

    /// The hello with which this client comes back, having applied up to `number`.
    pub(crate) fn hello_again(&self, number: u64) -> Hello {
        let welcome = self.welcome();
        Hello {
            resume: Some(welcome.resume.clone()),
            replica: Some(welcome.replica.clone()),
            epoch: Some(welcome.epoch.clone()),
            number: Some(number),
            ..named(&welcome.you.name)
        }
    }

    pub(crate) async fn submit(&mut self, operation: Operation) -> u32 {
        self.seq += 1;
        let seq = self.seq;
        self.send(&ClientMessage::Submit { seq, operation }).await;
        seq
    }

    /// Submits and waits for the answer: the number, or why not.
    pub(crate) async fn ask(&mut self, operation: Operation) -> Result<u64, ErrorCode> {
        let seq = self.submit(operation).await;
        self.fate(seq).await
    }

    pub(crate) async fn fate(&mut self, seq: u32) -> Result<u64, ErrorCode> {
        let replica = self.welcome().replica.clone();
        loop {
            match self.next().await.expect("the connection is open") {
                ServerMessage::Confirmed {
                    number, seq: had, ..
                } if had == seq => {
                    return Ok(number);
                }
                ServerMessage::Applied(it) if it.replica == replica && it.seq == seq => {
                    return Ok(it.number);
                }
                ServerMessage::Refused { seq: had, code, .. } if had == Some(seq) => {
                    return Err(code);
                }
                _ => {}
            }
        }
    }

    /// The next message, or the close code that came instead.
    pub(crate) async fn next(&mut self) -> Result<ServerMessage, u16> {
        let deadline = Instant::now() + DEADLINE; // for all: the hub's pings do not count
        loop {
            let message = timeout_at(deadline, self.socket.next())
                .await
                .expect("the hub says something")
                .ok_or(1006_u16)?
                .map_err(|_| 1006_u16)?;
            match message {
                Message::Binary(bytes) => return Ok(read(&bytes)),
                Message::Text(text) => {
                    return Ok(codec::decode_server(text.as_bytes(), Encoding::Json).unwrap());
                }
                Message::Close(Some(frame)) => return Err(frame.code.into()),
                Message::Close(None) => return Err(1005),
                _ => {}
            }
        }
    }

    /// Everything up to and with the first message that fits.
    pub(crate) async fn until(
        &mut self,
        fits: impl Fn(&ServerMessage) -> bool,
    ) -> Vec<ServerMessage> {
        let mut seen = Vec::new();
        loop {
            let message = self.next().await.expect("the connection is open");
            let found = fits(&message);
            seen.push(message);
            if found {
                return seen;
            }
        }
    }

    pub(crate) async fn until_number(&mut self, wanted: u64) -> Vec<ServerMessage> {
        self.until(|message| number_of(message) >= Some(wanted))
            .await
    }

    pub(crate) async fn until_closed(&mut self) -> (Vec<ServerMessage>, u16) {
        let mut seen = Vec::new();
        loop {
            match self.next().await {
                Ok(message) => seen.push(message),
                Err(code) => return (seen, code),
            }
        }
    }

    /// Why the hub hung up: what it said last and the close code.
    pub(crate) async fn ended(&mut self) -> (Option<ErrorCode>, u16) {
        let (seen, code) = self.until_closed().await;
        let said = seen.iter().rev().find_map(|message| match message {
            ServerMessage::Refused { code, .. } => Some(*code),
            _ => None,
        });
        (said, code)
    }

    /// Whether the connection and the hub behind it answer.
    pub(crate) async fn is_well(&mut self) -> bool {
        self.send(&ClientMessage::Ping { nonce: 77 }).await;
        let pong = |message: &_| matches!(message, ServerMessage::Pong { nonce: 77 });
        !self.until(pong).await.is_empty()
    }
}

/// The place in the order that a receiver is at after `message`, if it moves.
pub(crate) fn number_of(message: &ServerMessage) -> Option<u64> {
    match message {
        ServerMessage::Applied(applied) => Some(applied.number),
        ServerMessage::Confirmed { number, .. } | ServerMessage::CaughtUp { number } => {
            Some(*number)
        }
        _ => None,
    }
}

/// A session as its file has it, in which nothing was done yet.
pub(crate) fn blank(id: &str) -> StoredSession {
    StoredSession {
        meta: SessionMeta {
            id: SessionId::new(id).unwrap(),
            title: "Blank".to_owned(),
            created_ms: 0,
        },
        epochs: Vec::new(),
        participants: Vec::new(),
        bans: Vec::new(),
        audit: Vec::new(),
        state: SessionState::default(),
        lasting: Vec::new(),
        log: Vec::new(),
        port: None,
    }
}

pub(crate) fn named(name: &str) -> Hello {
    Hello {
        name: name.to_owned(),
        ..Hello::default()
    }
}

pub(crate) fn message(text: &str) -> Operation {
    Operation::PostMessage(Post::from(text))
}

/// A stroke of so many points.
pub(crate) fn stroke(id: &str, points: usize) -> Shape {
    let point = |step| Point {
        x: f64::from(u32::try_from(step % 7_919).unwrap()) * 1.37,
        y: f64::from(u32::try_from(step % 104_729).unwrap()) * 0.73,
        pressure: Some(0.5),
        time_ms: Some(u32::try_from(step * 8).unwrap()),
    };
    let points: Vec<_> = (0..points).map(point).collect();
    Shape::plain(
        ShapeId::new(id).unwrap(),
        0.0,
        0.0,
        0.0,
        Color([0, 0, 0]),
        ShapeBody::stroke(4.0, Points::pack(&points, 4).unwrap()),
    )
}

pub(crate) fn add(shape: Shape) -> Operation {
    Operation::AddShapes {
        shapes: vec![shape],
    }
}

/// Reads a binary message, inflating it if the hub deflated it.
fn read(bytes: &[u8]) -> ServerMessage {
    use std::io::Read;
    let (tag, rest) = bytes.split_first().unwrap();
    if *tag != codec::TAG_DEFLATED {
        return codec::decode_server(bytes, Encoding::Binary).unwrap();
    }
    let mut plain = vec![codec::TAG_PLAIN];
    flate2::read::DeflateDecoder::new(rest)
        .read_to_end(&mut plain)
        .unwrap();
    codec::decode_server(&plain, Encoding::Binary).unwrap()
}
