//! The servers under load: our hub, and the baselines it is held against.

use std::{
    io::Read,
    net::Ipv4Addr,
    path::Path,
    sync::{Arc, Mutex, RwLock},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    routing::get,
};
use clap::ValueEnum;
use futures_util::{SinkExt, StreamExt};
use lanvas_hub::{
    Hub, HubConfig, PortChoice, TlsChoice,
    assets::NoUi,
    limits::{Allowance, Tuning},
    storage::StorageSettings,
};
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, tcp::OwnedWriteHalf},
    sync::{mpsc, watch},
};

use tracing_subscriber::{EnvFilter, fmt::format::FmtSpan};

use crate::wire::RAW_HEADER;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Raw TCP, one write per message.
    RawEach,
    /// Raw TCP, what came together is written together: the limit.
    RawTogether,
    /// A bare axum relay, one flush per message.
    RelayEach,
    /// A bare axum relay that drains its queue and then flushes.
    RelayTogether,
    /// Our hub with everything on.
    Hub,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RawEach => "raw TCP, a write each",
            Self::RawTogether => "raw TCP, together",
            Self::RelayEach => "bare axum, a flush each",
            Self::RelayTogether => "bare axum, together",
            Self::Hub => "Lanvas hub",
        }
    }
}

/// How much of a log there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Log {
    /// Nobody listens: a span is a look at a constant.
    Nothing,
    /// As `lanvas-server` ships: spans are asked for and passed over.
    SpansOff,
    /// Every span is told, to nowhere.
    SpansOn,
}

impl Log {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "without a log",
            Self::SpansOff => "spans off, as shipped",
            Self::SpansOn => "spans told",
        }
    }
}

pub(crate) fn begin_log(log: Log) {
    let filter = match log {
        Log::Nothing => return,
        Log::SpansOff => "info".to_owned(),
        Log::SpansOn => format!("info,{}=debug", lanvas_hub::TIMING),
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(std::io::sink)
        .init();
}

/// `sealed` is for our hub: as `--tls self-signed`.
pub(crate) fn run(kind: Kind, data: &Path, sessions: usize, tuning: Tuning, sealed: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        match kind {
            Kind::RawEach => tell(raw(false).await, &[]),
            Kind::RawTogether => tell(raw(true).await, &[]),
            Kind::RelayEach => tell(relay(false).await, &[]),
            Kind::RelayTogether => tell(relay(true).await, &[]),
            Kind::Hub => {
                let hub = hub(data, tuning, sealed).await;
                let mut ids = vec![hub.open_newest_or_create(Some("Bench")).await.unwrap()];
                while ids.len() < sessions {
                    ids.push(hub.create_session("Bench").await.unwrap());
                }
                tell(
                    hub.port(),
                    &ids.iter().map(ToString::to_string).collect::<Vec<_>>(),
                );
                until_input_ends().await;
                hub.shutdown().await.unwrap();
                return;
            }
        }
        until_input_ends().await;
    });
}

fn tell(port: u16, sessions: &[String]) {
    println!(
        "{}",
        serde_json::json!({ "port": port, "sessions": sessions })
    );
}

async fn until_input_ends() {
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    let _ = ended.await;
}

async fn hub(data: &Path, tuning: Tuning, sealed: bool) -> Hub {
    let (_, nearby) = watch::channel(Arc::from([]));
    let config = HubConfig {
        bind: Ipv4Addr::LOCALHOST.into(),
        port: PortChoice::Any,
        data_dir: data.to_owned(),
        ui: Arc::new(NoUi),
        nearby,
        host_name: "Bench".to_owned(),
        password: None,
        storage: StorageSettings::default(),
        tls: sealed.then(|| TlsChoice::SelfSigned { names: Vec::new() }),
        names: Vec::new(),
        accounts: true,
    };
    Hub::start_with(config, tuning).await.unwrap()
}

/// As it is shipped if `paced`; else for loads that are faster than people.
pub(crate) fn tuning(paced: bool, idle_ms: Option<u64>) -> Tuning {
    let most = u32::MAX / 2;
    let unpaced = Allowance {
        messages_burst: 1_000_000,
        messages_per_s: 1_000_000,
        bytes_burst: most,
        bytes_per_s: most,
        talk: lanvas_hub::session::chat::TalkAllowance {
            burst: 1_000_000,
            interval_ms: 1,
        },
    };
    let mut tuning = Tuning::from(if paced { Allowance::default() } else { unpaced });
    if let Some(idle_ms) = idle_ms {
        tuning.idle_timeout = Duration::from_millis(idle_ms);
    }
    tuning
}

// --- raw TCP ----------------------------------------------------------------------------------

type Writers = Arc<RwLock<Vec<(usize, Arc<OwnedWriteHalf>)>>>;

async fn raw(together: bool) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let writers = Writers::default();
    tokio::spawn(async move {
        for id in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let (mut reader, writer) = stream.into_split();
            writers.write().unwrap().push((id, Arc::new(writer)));
            let writers = Arc::clone(&writers);
            tokio::spawn(async move {
                let mut buffer = Vec::with_capacity(64 * 1024);
                while reader
                    .read_buf(&mut buffer)
                    .await
                    .is_ok_and(|count| count > 0)
                {
                    let whole = whole_messages(&buffer);
                    pass_on(id, &buffer[..whole], together, &writers).await;
                    buffer.drain(..whole);
                }
            });
        }
    });
    port
}

fn whole_messages(buffer: &[u8]) -> usize {
    let mut at = 0;
    while let Some(length) = message_length(&buffer[at..]) {
        at += length;
    }
    at
}

fn message_length(buffer: &[u8]) -> Option<usize> {
    let header = buffer.get(..RAW_HEADER)?;
    let length = usize::from(u16::from_be_bytes(header.try_into().unwrap())) + RAW_HEADER;
    (buffer.len() >= length).then_some(length)
}

async fn pass_on(from: usize, mut messages: &[u8], together: bool, writers: &Writers) {
    let receivers: Vec<_> = writers.read().unwrap().clone();
    while !messages.is_empty() {
        let length = if together {
            messages.len()
        } else {
            message_length(messages).unwrap()
        };
        for (id, writer) in &receivers {
            if *id != from {
                write_all(writer, &messages[..length]).await;
            }
        }
        messages = &messages[length..];
    }
}

async fn write_all(writer: &OwnedWriteHalf, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match writer.try_write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                if writer.writable().await.is_err() {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}

// --- bare axum --------------------------------------------------------------------------------

#[derive(Clone)]
struct Relay {
    together: bool,
    queues: Arc<Mutex<Vec<mpsc::UnboundedSender<Bytes>>>>,
}

async fn relay(together: bool) -> u16 {
    let state = Relay {
        together,
        queues: Arc::default(),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let upgrade = |State(state): State<Relay>, upgrade: WebSocketUpgrade| async move {
        upgrade
            .read_buffer_size(4_096)
            .on_upgrade(move |socket| relay_one(socket, state))
    };
    let router = Router::new().route("/ws", get(upgrade)).with_state(state);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            let router = router.clone();
            let service = hyper::service::service_fn(
                move |request: axum::http::Request<hyper::body::Incoming>| {
                    tower::ServiceExt::oneshot(router.clone(), request.map(axum::body::Body::new))
                },
            );
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .serve_connection(hyper_util::rt::TokioIo::new(stream), service)
                    .with_upgrades(),
            );
        }
    });
    port
}

async fn relay_one(socket: WebSocket, state: Relay) {
    let (mut sink, mut stream) = socket.split();
    let (queue, mut waiting) = mpsc::unbounded_channel::<Bytes>();
    let own = queue.clone();
    state.queues.lock().unwrap().push(queue);
    let together = state.together;
    let writer = async move {
        while let Some(bytes) = waiting.recv().await {
            sink.feed(Message::Binary(bytes)).await?;
            while together && let Ok(bytes) = waiting.try_recv() {
                sink.feed(Message::Binary(bytes)).await?;
            }
            sink.flush().await?;
        }
        Ok::<_, axum::Error>(())
    };
    let reader = async move {
        while let Some(Ok(message)) = stream.next().await {
            let Message::Binary(bytes) = message else {
                continue;
            };
            for queue in state.queues.lock().unwrap().iter() {
                if !queue.same_channel(&own) {
                    let _ = queue.send(bytes.clone());
                }
            }
        }
    };
    tokio::select! { _ = writer => {}, () = reader => {} }
}
