//! Hosting: one task that owns the hub and the discovery, and answers the commands.
//!
//! Promises: the hub starts only when somebody hosts, on a runtime of its own,
//! never on the window's thread; requests are carried out one after the other,
//! so two presses of *Start* make one session; ending says goodbye on the
//! network, tells the guests and stores everything.
//! Must not know: windows, pages, what a session holds.

mod files;
mod shown;

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lanvas_discovery::{Advert, Discovery};
use lanvas_hub::{
    Connected, Hub, HubConfig, HubError, PortChoice, SessionInfo, TlsChoice, UiAssets,
    storage::StorageSettings, tls::Tls,
};
use lanvas_protocol::SessionId;
use tokio::sync::{mpsc, oneshot, watch};

pub(crate) use self::files::FileWork;
use self::files::{Note, not_done, refused};
pub(crate) use self::shown::{HostedSession, OwnSession, Which};
use self::shown::{all_own, hosted};
use crate::pipe::{Lead, Pipe};
use crate::refusal::Refusal;
use crate::words::Words;

/// What others see of a host who has not given a name.
const NAMELESS: &str = "Lanvas";

/// How often it is looked whether this machine is reached elsewhere.
const LOOK_PAUSE: Duration = Duration::from_secs(2);

/// What a hub of this app is started with.
pub(crate) struct HostingPlan {
    /// The folder with `sessions/`.
    pub(crate) data_dir: PathBuf,
    pub(crate) ui: Arc<dyn UiAssets>,
    /// For what the person gives no name.
    pub(crate) words: &'static Words,
    pub(crate) wishes: Wishes,
}

/// What of it the person may change while the app runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wishes {
    /// Empty for one who has not given a name.
    pub(crate) host_name: String,
    /// For the next hub.
    pub(crate) port: PortChoice,
    /// For the next hub; unspecified for all interfaces.
    pub(crate) bind: IpAddr,
    /// Whether sessions are announced on the network.
    pub(crate) visible: bool,
    /// For the next hub: TLS, with a certificate of its own.
    pub(crate) encrypted: bool,
    /// For the next hub: how many bytes of each session's log are kept for looking back.
    pub(crate) history_bytes: u64,
}

/// What the commands ask for.
pub(crate) enum Request {
    Start {
        which: Which,
        reply: oneshot::Sender<Result<HostedSession, Refusal>>,
    },
    /// A file from anywhere becomes a session here, and is hosted.
    Bring {
        path: PathBuf,
        reply: oneshot::Sender<Result<HostedSession, Refusal>>,
    },
    /// One of them, or all.
    Stop {
        session: Option<SessionId>,
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// The sessions of this machine.
    Own {
        reply: oneshot::Sender<Result<Vec<OwnSession>, Refusal>>,
    },
    /// Something is done with the file of one of them.
    File {
        session: SessionId,
        work: FileWork,
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    /// Where the file of one of them is.
    Path {
        session: SessionId,
        reply: oneshot::Sender<Result<PathBuf, Refusal>>,
    },
    /// The session of this id, or the one that was started last.
    Current {
        session: Option<SessionId>,
        reply: oneshot::Sender<Option<HostedSession>>,
    },
    /// How well people in a hosted session are connected.
    Connections {
        session: SessionId,
        reply: oneshot::Sender<Vec<Connected>>,
    },
    /// From now on.
    Wish(Wishes),
    /// Ends everything; nothing is answered after that.
    Shutdown { reply: oneshot::Sender<()> },
}

/// The task's state.
pub(crate) struct Hosting {
    plan: HostingPlan,
    discovery: Discovery,
    open: Option<Open>,
    /// What is hosted, for the question before closing and for the tray.
    hosted: watch::Sender<Arc<[SessionInfo]>>,
}

struct Open {
    hub: Hub,
    /// The window's way to a hub with TLS.
    pipe: Option<Pipe>,
    /// The one that was started last.
    session: Option<SessionId>,
    sessions: watch::Receiver<Arc<[SessionInfo]>>,
    /// Links as they were when they were last looked at.
    urls: Vec<String>,
}

impl Hosting {
    pub(crate) fn new(
        plan: HostingPlan,
        discovery: Discovery,
        hosted: watch::Sender<Arc<[SessionInfo]>>,
    ) -> Self {
        Self {
            plan,
            discovery,
            open: None,
            hosted,
        }
    }

    /// Carries requests out until it is told to end or nobody can ask any more.
    pub(crate) async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let ended = loop {
            let request = tokio::select! {
                request = requests.recv() => request,
                () = changed(&mut self.open) => {
                    self.announce();
                    continue;
                }
                () = tokio::time::sleep(LOOK_PAUSE), if self.open.is_some() => {
                    self.look_at_addresses();
                    continue;
                }
            };
            match request {
                Some(Request::Shutdown { reply }) => break Some(reply),
                Some(request) => self.answer(request).await,
                None => break None,
            }
        };
        self.end().await;
        if let Some(reply) = ended {
            let _ = reply.send(());
        }
    }

    /// Whoever asked may be gone by now: a page that was reloaded. The work counts all the same.
    async fn answer(&mut self, request: Request) {
        match request {
            Request::Start { which, reply } => {
                let started = self.start(which).await.map_err(|error| refused(&error));
                let _ = reply.send(started);
            }
            Request::Bring { path, reply } => {
                let brought = self.bring(path).await;
                let _ =
                    reply.send(brought.map_err(|error| not_done("could not be opened", &error)));
            }
            Request::Own { reply } => {
                let own = self.own().await;
                let _ = reply.send(own.map_err(|error| not_done("could not be listed", &error)));
            }
            Request::File {
                session,
                work,
                reply,
            } => {
                let done = self.work(&session, work).await;
                let _ = reply.send(done.map_err(|error| not_done("stays as it is", &error)));
            }
            Request::Path { session, reply } => {
                let path = self.path(&session).await;
                let _ = reply.send(path.map_err(|error| not_done("is not there", &error)));
            }
            Request::Stop { session, reply } => {
                let stopped = self.stop(session).await;
                let _ = reply.send(stopped.map_err(|error| not_done("goes on", &error)));
            }
            Request::Current { session, reply } => {
                let _ = reply.send(self.current(session));
            }
            Request::Connections { session, reply } => {
                let _ = reply.send(self.connections(&session).await);
            }
            Request::Wish(wishes) => {
                self.plan.wishes = wishes;
                self.announce();
            }
            Request::Shutdown { reply } => drop(reply),
        }
    }

    /// A session that is hosted already goes on beside the one that is started.
    async fn start(&mut self, which: Which) -> Result<HostedSession, HubError> {
        let mut open = match self.open.take() {
            Some(open) => open,
            None => self.open_hub().await?,
        };
        let chosen = choose(&open, which, self.plan.words).await;
        if let Ok((session, _)) = &chosen {
            open.session = Some(session.clone());
            open.urls = open.hub.urls(session);
        }
        let hosted = chosen.map(|(session, note)| HostedSession {
            note,
            ..hosted(&open, &session)
        });
        if open.session.is_some() {
            self.open = Some(open);
        } else {
            shut_down(open.hub).await;
        }
        self.announce();
        hosted
    }

    async fn open_hub(&self) -> Result<Open, HubError> {
        let hub = Hub::start(HubConfig {
            bind: self.plan.wishes.bind,
            port: self.plan.wishes.port,
            data_dir: self.plan.data_dir.clone(),
            ui: Arc::clone(&self.plan.ui),
            nearby: self.discovery.nearby(),
            host_name: self.shown_name(),
            password: None,
            storage: StorageSettings {
                history_bytes: self.plan.wishes.history_bytes,
                ..StorageSettings::default()
            },
            // No names: guests come by its addresses.
            tls: (self.plan.wishes.encrypted).then(|| TlsChoice::SelfSigned { names: Vec::new() }),
            names: Vec::new(),
            accounts: true,
        })
        .await?;
        let sessions = hub.sessions();
        Ok(Open {
            pipe: own_pipe(&hub).await?,
            hub,
            session: None,
            sessions,
            urls: Vec::new(),
        })
    }

    fn current(&self, session: Option<SessionId>) -> Option<HostedSession> {
        let open = self.open.as_ref()?;
        let session = session.or_else(|| open.session.clone())?;
        let sessions = open.sessions.borrow();
        let is_hosted = sessions.iter().any(|info| info.id == session);
        drop(sessions);
        is_hosted.then(|| hosted(open, &session))
    }

    async fn connections(&self, session: &SessionId) -> Vec<Connected> {
        let Some(open) = &self.open else {
            return Vec::new();
        };
        open.hub.connections(session).await.unwrap_or_default()
    }

    async fn own(&self) -> Result<Vec<OwnSession>, HubError> {
        let Some(open) = &self.open else {
            let files = self
                .with_storage(async |storage| storage.survey().await)
                .await?;
            return Ok(all_own(&files, &[]));
        };
        let files = open.hub.stored_files().await?;
        let hosted = open.sessions.borrow();
        Ok(all_own(&files, &hosted))
    }

    /// Tells the network what is hosted now, and the window how many would be cut off.
    fn announce(&mut self) {
        let host = self.shown_name();
        let Some(open) = &mut self.open else {
            self.discovery.advertise_only([]);
            self.hosted.send_replace(Arc::from([]));
            return;
        };
        let infos = open.sessions.borrow_and_update().clone();
        let hub = &open.hub;
        let announced = infos.iter().filter(|_| self.plan.wishes.visible);
        self.discovery
            .advertise_only(announced.map(|info| advert(info, &host, hub)));
        self.hosted.send_replace(infos);
    }

    /// The Wi-Fi gave out another address, the laptop woke up elsewhere: links are others now.
    fn look_at_addresses(&mut self) {
        let Some(open) = &mut self.open else { return };
        let Some(session) = &open.session else { return };
        let urls = open.hub.urls(session);
        if urls != open.urls {
            open.urls = urls;
            self.announce();
        }
    }

    /// With the last session the hub ends.
    async fn stop(&mut self, session: Option<SessionId>) -> Result<(), HubError> {
        let Some(mut open) = self.open.take() else {
            return Ok(());
        };
        let Some(session) = session else {
            self.announce();
            shut_down(open.hub).await;
            return Ok(());
        };
        let closed = open.hub.close_session(&session).await;
        let left = open.sessions.borrow().last().map(|info| info.id.clone());
        if left.is_none() {
            self.announce();
            shut_down(open.hub).await;
            return closed;
        }
        if open.session.as_ref() == Some(&session) {
            open.session = left;
        }
        self.open = Some(open);
        self.announce();
        closed
    }

    /// Goodbye on the network and the hub's own end take their time side by side.
    async fn end(self) {
        let hub_ends = async {
            if let Some(open) = self.open {
                shut_down(open.hub).await;
            }
        };
        tokio::join!(self.discovery.shutdown(), hub_ends);
    }

    fn shown_name(&self) -> String {
        let name = &self.plan.wishes.host_name;
        let name = if name.is_empty() { NAMELESS } else { name };
        name.to_owned()
    }
}

/// The window comes to its own hub as it comes to others with TLS: it takes no certificate that
/// nobody signed, and here the certificate is known.
async fn own_pipe(hub: &Hub) -> Result<Option<Pipe>, HubError> {
    let Some(tls) = hub.tls() else {
        return Ok(None);
    };
    let base = hub.base_url();
    let place = base.strip_prefix("https://").unwrap_or(&base);
    let opened = Pipe::open(Lead {
        place: place.to_owned(),
        fingerprint: tls.fingerprint(),
        elsewhere: Box::new(Vec::new),
        changed: Box::new(|_| tracing::error!("another hub answers where the own one should")),
    });
    let pipe = opened.await.map_err(|source| HubError::Listen {
        address: "127.0.0.1".to_owned(),
        source,
    })?;
    Ok(Some(pipe))
}

/// Waits for people or titles to change; for ever when nothing is hosted.
async fn changed(open: &mut Option<Open>) {
    let alive = match open {
        Some(open) => open.sessions.changed().await.is_ok(),
        None => false,
    };
    if !alive {
        std::future::pending::<()>().await;
    }
}

async fn shut_down(hub: Hub) {
    if let Err(error) = hub.shutdown().await {
        tracing::error!(%error, "the hub did not end cleanly");
    }
}

async fn choose(
    open: &Open,
    which: Which,
    words: &Words,
) -> Result<(SessionId, Option<Note>), HubError> {
    let newest = match &which {
        Which::Newest(_) => open.hub.stored_sessions().await?.into_iter().next(),
        Which::New(_) | Which::This(_) => None,
    };
    match (which, &open.session, newest) {
        (Which::Newest(_), Some(hosted), _) => Ok((hosted.clone(), None)),
        (Which::Newest(_), None, Some(newest)) => files::host(&open.hub, newest.id).await,
        (Which::This(session), ..) => files::host(&open.hub, session).await,
        (Which::Newest(title) | Which::New(title), ..) => {
            let title = title.as_deref().unwrap_or(words.first_title);
            Ok((open.hub.create_session(title).await?, None))
        }
    }
}

fn advert(info: &SessionInfo, host: &str, hub: &Hub) -> Advert {
    Advert {
        id: info.id.clone(),
        title: info.title.clone(),
        host: host.to_owned(),
        people: u32::try_from(info.people).unwrap_or(u32::MAX),
        password: info.password,
        port: hub.port(),
        fingerprint: hub.tls().map(Tls::fingerprint),
    }
}

#[cfg(test)]
mod tests;
