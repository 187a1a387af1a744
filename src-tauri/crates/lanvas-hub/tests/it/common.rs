//! A hub on a free port with a folder of its own, and a client that keeps what it is told.

use std::{net::Ipv4Addr, path::Path, sync::Arc, time::Duration};

use futures_util::{SinkExt, StreamExt};
use lanvas_hub::{Hub, HubConfig, PortChoice, assets::NoUi};
use lanvas_protocol::{
    ClientMessage, Encoding, Operation, ServerMessage, SessionId, codec,
    message::{Hello, Welcome},
};
use tokio::{net::TcpStream, sync::watch, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

/// Nothing on loopback takes this long; what does has failed.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10);

pub(crate) struct TestHub {
    pub(crate) hub: Hub,
    pub(crate) session: SessionId,
}

impl TestHub {
    pub(crate) async fn start(folder: &Path) -> Self {
        Self::start_with(folder, |_| {}).await
    }

    pub(crate) async fn start_with(folder: &Path, adjust: impl FnOnce(&mut HubConfig)) -> Self {
        let (_, nearby) = watch::channel(Arc::from([]));
        let mut config = HubConfig {
            bind: Ipv4Addr::LOCALHOST.into(),
            port: PortChoice::Any,
            data_dir: folder.to_owned(),
            ui: Arc::new(NoUi),
            nearby,
            host_name: "Test".to_owned(),
            password: None,
        };
        adjust(&mut config);
        let hub = Hub::start(config).await.unwrap();
        let session = hub.open_newest_or_create(Some("Test board")).await.unwrap();
        Self { hub, session }
    }

    pub(crate) async fn connect(&self, encoding: Encoding) -> Client {
        Client::connect(self.hub.port(), self.session.as_str(), encoding).await
    }

    pub(crate) async fn join(&self, name: &str) -> Client {
        let mut client = self.connect(Encoding::Binary).await;
        client
            .hello(Hello {
                name: name.to_owned(),
                ..Hello::default()
            })
            .await;
        client
    }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(crate) struct Client {
    pub(crate) socket: Socket,
    encoding: Encoding,
    seq: u32,
    pub(crate) welcome: Option<Welcome>,
}

impl Client {
    pub(crate) async fn connect(port: u16, session: &str, encoding: Encoding) -> Self {
        let mut request = format!("ws://127.0.0.1:{port}/ws/{session}")
            .into_client_request()
            .unwrap();
        if encoding == Encoding::Binary {
            let protocol = HeaderValue::from_static(lanvas_protocol::SUBPROTOCOL_BINARY);
            request
                .headers_mut()
                .insert("sec-websocket-protocol", protocol);
        }
        let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        Self {
            socket,
            encoding,
            seq: 0,
            welcome: None,
        }
    }

    pub(crate) async fn send(&mut self, message: &ClientMessage) {
        let bytes = codec::encode_client(message, self.encoding);
        let message = match self.encoding {
            Encoding::Binary => Message::binary(bytes),
            Encoding::Json => Message::text(String::from_utf8(bytes).unwrap()),
        };
        self.socket.send(message).await.unwrap();
    }

    /// Joins and waits until caught up; what came meanwhile is given.
    pub(crate) async fn hello(&mut self, hello: Hello) -> Vec<ServerMessage> {
        self.send(&ClientMessage::Hello(Box::new(hello))).await;
        let seen = self
            .until(|message| matches!(message, ServerMessage::CaughtUp { .. }))
            .await;
        let welcome = seen.iter().find_map(|message| match message {
            ServerMessage::Welcomed(welcome) => Some((**welcome).clone()),
            _ => None,
        });
        self.welcome = welcome;
        seen
    }

    pub(crate) async fn submit(&mut self, operation: Operation) -> u32 {
        self.seq += 1;
        self.send(&ClientMessage::Submit {
            seq: self.seq,
            operation,
        })
        .await;
        self.seq
    }

    /// The next message, or the close code that came instead.
    pub(crate) async fn next(&mut self) -> Result<ServerMessage, u16> {
        loop {
            let message = timeout(DEADLINE, self.socket.next())
                .await
                .expect("the hub answers")
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

    pub(crate) async fn until_closed(&mut self) -> (Vec<ServerMessage>, u16) {
        let mut seen = Vec::new();
        loop {
            match self.next().await {
                Ok(message) => seen.push(message),
                Err(code) => return (seen, code),
            }
        }
    }
}

/// Reads a binary message, inflating it if the hub deflated it.
fn read(bytes: &[u8]) -> ServerMessage {
    use std::io::Read;
    let (tag, rest) = bytes.split_first().unwrap();
    if *tag == codec::TAG_PLAIN {
        return codec::decode_server(bytes, Encoding::Binary).unwrap();
    }
    let mut plain = vec![codec::TAG_PLAIN];
    flate2::read::DeflateDecoder::new(rest)
        .read_to_end(&mut plain)
        .unwrap();
    codec::decode_server(&plain, Encoding::Binary).unwrap()
}
