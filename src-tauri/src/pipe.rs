//! The way from the window's page to a hub with TLS.
//!
//! A webview takes no certificate that nobody signed, and must not be made to take any. So the page
//! speaks plain http to this program on the machine itself, and this program speaks TLS to the one
//! hub whose certificate it knows. Promises: what it carries goes to that certificate and to no
//! other; only the app's own page, which alone knows the secret in the path, is carried; bounded by
//! [`CONNECTIONS_MAX`]; dropping it ends all that goes through it.
//! Must not know: Tauri, sessions, messages, where certificates are remembered.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::select_ok;
use http_body_util::{BodyExt as _, Empty, combinators::BoxBody};
use hyper::body::Incoming;
use hyper::client::conn::http1 as client;
use hyper::header::{HOST, HeaderValue, ORIGIN};
use hyper::server::conn::http1 as server;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::{TokioIo, TokioTimer};
use lanvas_hub::access::APP_ORIGINS;
use lanvas_hub::tls::pinned::{self, PinError, Trust};
use lanvas_protocol::Fingerprint;
use subtle::ConstantTimeEq as _;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

/// At once. A page opens six for its requests and one socket; past it the next one is closed.
pub(crate) const CONNECTIONS_MAX: usize = 32;
/// Of a request's head, as at the hub.
pub(crate) const HEAD_BYTES_MAX: usize = 32 * 1024;
/// A request's head must be whole in this time, as at the hub.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// Where the hub may be looked for besides where it was.
const ELSEWHERE_MAX: usize = 8;
/// After the system gave no connection, for want of files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Random bytes of the path.
const SECRET_BYTES: usize = 16;

type Sender = client::SendRequest<Incoming>;
type Body = BoxBody<Bytes, hyper::Error>;

/// Where it leads, and by what the hub there is known.
pub(crate) struct Lead {
    /// `host:port`. The page shows it to people.
    pub(crate) place: String,
    /// The only certificate that is taken.
    pub(crate) fingerprint: Fingerprint,
    /// Where else the hub may be by now, `host:port` each. Whoever is there has to have the certificate.
    pub(crate) elsewhere: Box<dyn Fn() -> Vec<String> + Send + Sync>,
    /// Told when another certificate is shown, and nothing was sent.
    pub(crate) changed: Box<dyn Fn(Fingerprint) + Send + Sync>,
}

/// One, as long as it is kept.
pub(crate) struct Pipe {
    base: String,
    _carrying: AbortOnDropHandle<()>,
}

impl Pipe {
    /// Opens one on a port of this machine that nobody else has.
    ///
    /// # Errors
    /// What the system said.
    pub(crate) async fn open(lead: Lead) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let host = listener.local_addr()?.to_string();
        let path = format!("/{}/{}", secret()?, lead.place);
        let base = format!("http://{host}{path}");
        let now = Mutex::new(lead.place.clone());
        let way = Way {
            host,
            path,
            now,
            lead,
        };
        let carrying = tokio::spawn(carry_all(listener, Arc::new(way)));
        Ok(Self {
            base,
            _carrying: AbortOnDropHandle::new(carrying),
        })
    }

    /// What the page puts before `/ws/…` and `/api/…`. It ends in the place where it leads, and it is
    /// a secret: whoever knows it and runs on this machine may use it.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }
}

impl fmt::Debug for Pipe {
    /// Without the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipe").finish_non_exhaustive()
    }
}

fn secret() -> io::Result<String> {
    let mut random = [0; SECRET_BYTES];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

async fn carry_all(listener: TcpListener, way: Arc<Way>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            continue;
        };
        let way = Arc::clone(&way);
        connections.spawn(async move {
            carry(stream, way).await;
            drop(place);
        });
    }
}

/// One connection of the page, to its end.
async fn carry(stream: TcpStream, way: Arc<Way>) {
    let _ = stream.set_nodelay(true);
    let line = Arc::new(Line::new(way));
    let answering = Arc::clone(&line);
    let served = server::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(
            TokioIo::new(stream),
            service_fn(move |request| {
                let line = Arc::clone(&answering);
                async move { Ok::<_, Infallible>(line.answer(request).await) }
            }),
        )
        .with_upgrades()
        .await;
    let upgraded = lock(&line.upgraded).take();
    if let (Ok(()), Some((page, hub))) = (served, upgraded)
        && let (Ok(page), Ok(hub)) = tokio::join!(page, hub)
    {
        let _ = copy_bidirectional(&mut TokioIo::new(page), &mut TokioIo::new(hub)).await;
    }
}

/// What all connections of a pipe share.
struct Way {
    /// `127.0.0.1:port`: what `Host` must say.
    host: String,
    /// The secret and the place: what each path must begin with.
    path: String,
    /// Where the hub was reached last.
    now: Mutex<String>,
    lead: Lead,
}

impl Way {
    /// Where at the hub the page wants to, or why it is not carried.
    fn admit<B>(&self, request: &Request<B>) -> Result<Uri, StatusCode> {
        let only = |name| {
            let mut values = request.headers().get_all(name).iter();
            let first = values.next().filter(|_| values.next().is_none());
            first.and_then(|value| value.to_str().ok())
        };
        if only(HOST) != Some(self.host.as_str()) || request.uri().authority().is_some() {
            return Err(StatusCode::MISDIRECTED_REQUEST);
        }
        if !only(ORIGIN).is_some_and(|origin| APP_ORIGINS.contains(&origin)) {
            return Err(StatusCode::FORBIDDEN);
        }
        let asked = request.uri().path_and_query().map_or("", |it| it.as_str());
        let (path, rest) = asked
            .split_at_checked(self.path.len())
            .ok_or(StatusCode::NOT_FOUND)?;
        let knows = bool::from(path.as_bytes().ct_eq(self.path.as_bytes()));
        let rest = Some(rest).filter(|rest| knows && rest.starts_with('/'));
        let rest = rest.ok_or(StatusCode::NOT_FOUND)?;
        rest.parse().map_err(|_| StatusCode::BAD_REQUEST)
    }

    /// A connection to the hub, wherever it is now.
    async fn reach(&self) -> Result<(Sender, AbortOnDropHandle<()>), PinError> {
        let now = lock(&self.now).clone();
        match self.try_at(now.clone()).await {
            Ok(reached) => Ok(reached),
            Err(here) => self.reach_elsewhere(&now).await.ok_or_else(|| {
                if let PinError::Changed { shown, .. } = here {
                    (self.lead.changed)(shown);
                }
                here
            }),
        }
    }

    async fn reach_elsewhere(&self, now: &str) -> Option<(Sender, AbortOnDropHandle<()>)> {
        let mut places = (self.lead.elsewhere)();
        places.push(self.lead.place.clone());
        places.retain(|place| place != now);
        places.truncate(ELSEWHERE_MAX);
        let tries = places.into_iter().map(|place| {
            Box::pin(async move { Ok::<_, PinError>((self.try_at(place.clone()).await?, place)) })
        });
        let tries: Vec<_> = tries.collect();
        if tries.is_empty() {
            return None;
        }
        let ((reached, place), _) = select_ok(tries).await.ok()?;
        *lock(&self.now) = place;
        Some(reached)
    }

    async fn try_at(&self, place: String) -> Result<(Sender, AbortOnDropHandle<()>), PinError> {
        let trust = Trust::Only(self.lead.fingerprint);
        let (stream, _) = pinned::connect(&place, trust).await?;
        let shaken = client::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = shaken.map_err(io::Error::other)?;
        let driving = tokio::spawn(async move {
            let _ = connection.with_upgrades().await;
        });
        Ok((sender, AbortOnDropHandle::new(driving)))
    }
}

/// One connection of the page and, once something was asked, one to the hub.
struct Line {
    way: Arc<Way>,
    hub: tokio::sync::Mutex<Option<(Sender, AbortOnDropHandle<()>)>>,
    /// Both ends of what became a socket.
    upgraded: Mutex<Option<(OnUpgrade, OnUpgrade)>>,
}

impl Line {
    fn new(way: Arc<Way>) -> Self {
        Self {
            way,
            hub: tokio::sync::Mutex::default(),
            upgraded: Mutex::default(),
        }
    }

    async fn answer(&self, mut request: Request<Incoming>) -> Response<Body> {
        match self.way.admit(&request) {
            Ok(uri) => *request.uri_mut() = uri,
            Err(status) => return refused(status),
        }
        let place = lock(&self.way.now).clone();
        let Ok(host) = HeaderValue::from_str(&place) else {
            return refused(StatusCode::BAD_GATEWAY);
        };
        request.headers_mut().insert(HOST, host);
        let page = hyper::upgrade::on(&mut request);
        let Some(mut answer) = self.ask(request).await else {
            return refused(StatusCode::BAD_GATEWAY);
        };
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            *lock(&self.upgraded) = Some((page, hyper::upgrade::on(&mut answer)));
        }
        answer.map(http_body_util::BodyExt::boxed)
    }

    /// By the connection that there is, or a new one if the hub ended that meanwhile.
    async fn ask(&self, mut request: Request<Incoming>) -> Option<Response<Incoming>> {
        let mut hub = self.hub.lock().await;
        if let Some((sender, _)) = hub.as_mut().filter(|(sender, _)| sender.is_ready()) {
            match sender.try_send_request(request).await {
                Ok(answer) => return Some(answer),
                Err(mut error) => request = error.take_message()?,
            }
        }
        let (mut sender, driving) = self.way.reach().await.ok()?;
        let answer = sender.send_request(request).await.ok();
        *hub = Some((sender, driving));
        answer
    }
}

fn refused(status: StatusCode) -> Response<Body> {
    let nothing = Empty::new().map_err(|never| match never {}).boxed();
    let mut answer = Response::new(nothing);
    *answer.status_mut() = status;
    answer
}

/// Every step leaves what is in it whole.
fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
pub(crate) mod tests;
