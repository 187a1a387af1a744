//! Hosting: one task that owns the hub and the discovery, and answers the commands.
//!
//! Promises: the hub starts only when somebody hosts, on a runtime of its own,
//! never on the window's thread; requests are carried out one after the other,
//! so two presses of *Start* make one session; ending says goodbye on the
//! network, tells the guests and stores everything.
//! Must not know: windows, pages, what a session holds.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;

use lanvas_discovery::{Advert, Discovery};
use lanvas_hub::{
    DEFAULT_TITLE, Hub, HubConfig, HubError, PortChoice, SessionInfo, UiAssets,
    storage::{SessionFile, Storage, StorageError, StorageSettings},
};
use lanvas_protocol::SessionId;
use serde::Serialize;
use tokio::sync::{mpsc, oneshot, watch};

use crate::lookup::SessionAddress;
use crate::refusal::Refusal;

/// What others see of a host who has not given a name.
const NAMELESS: &str = "Lanvas";

/// What a hub of this app is started with.
pub(crate) struct HostingPlan {
    pub(crate) port: PortChoice,
    /// The folder with `sessions/`.
    pub(crate) data_dir: PathBuf,
    pub(crate) ui: Arc<dyn UiAssets>,
}

/// The session this app hosts, as the page's port has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct HostedSession {
    address: SessionAddress,
    title: String,
    port: u16,
    urls: Vec<String>,
}

/// Which session to host.
#[derive(Debug)]
pub(crate) enum Which {
    /// What is hosted, else the newest, else a new one of this title.
    Newest(Option<String>),
    /// A new one of this title.
    New(Option<String>),
    /// One of this machine.
    This(SessionId),
}

/// A session of this machine, as the page's port has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct OwnSession {
    id: SessionId,
    title: String,
    modified_ms: u64,
    /// Whether people can be in it now.
    hosted: bool,
}

/// What the commands ask for.
pub(crate) enum Request {
    Start {
        which: Which,
        reply: oneshot::Sender<Result<HostedSession, Refusal>>,
    },
    Stop {
        reply: oneshot::Sender<()>,
    },
    /// The sessions of this machine.
    Own {
        reply: oneshot::Sender<Result<Vec<OwnSession>, Refusal>>,
    },
    /// Throws one of them away, or brings it back.
    Keep {
        session: SessionId,
        kept: bool,
        reply: oneshot::Sender<Result<(), Refusal>>,
    },
    Current {
        reply: oneshot::Sender<Option<HostedSession>>,
    },
    /// The host is called this from now on.
    Rename(String),
    /// Ends everything; nothing is answered after that.
    Shutdown {
        reply: oneshot::Sender<()>,
    },
}

/// The task's state.
pub(crate) struct Hosting {
    plan: HostingPlan,
    discovery: Discovery,
    host_name: String,
    open: Option<Open>,
    /// People besides the host, for the question before closing.
    guests: watch::Sender<usize>,
}

struct Open {
    hub: Hub,
    /// The one that was started last.
    session: Option<SessionId>,
    sessions: watch::Receiver<Arc<[SessionInfo]>>,
}

impl Hosting {
    pub(crate) fn new(
        plan: HostingPlan,
        discovery: Discovery,
        host_name: String,
        guests: watch::Sender<usize>,
    ) -> Self {
        Self {
            plan,
            discovery,
            host_name,
            open: None,
            guests,
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
            Request::Own { reply } => {
                let own = self.own().await;
                let _ = reply.send(own.map_err(|error| not_done("could not be listed", &error)));
            }
            Request::Keep {
                session,
                kept,
                reply,
            } => {
                let done = self.keep(&session, kept).await;
                let _ = reply.send(done.map_err(|error| not_done("stays where it is", &error)));
            }
            Request::Stop { reply } => {
                self.stop().await;
                let _ = reply.send(());
            }
            Request::Current { reply } => {
                let _ = reply.send(self.current());
            }
            Request::Rename(name) => {
                self.host_name = name;
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
        let chosen = choose(&open, which).await;
        if let Ok(session) = &chosen {
            open.session = Some(session.clone());
        }
        let hosted = chosen.map(|session| hosted(&open, &session));
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
            bind: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            port: self.plan.port,
            data_dir: self.plan.data_dir.clone(),
            ui: Arc::clone(&self.plan.ui),
            nearby: self.discovery.nearby(),
            host_name: self.shown_name(),
            password: None,
            storage: StorageSettings::default(),
        })
        .await?;
        let sessions = hub.sessions();
        Ok(Open {
            hub,
            session: None,
            sessions,
        })
    }

    fn current(&self) -> Option<HostedSession> {
        let open = self.open.as_ref()?;
        Some(hosted(open, open.session.as_ref()?))
    }

    async fn own(&self) -> Result<Vec<OwnSession>, HubError> {
        let Some(open) = &self.open else {
            let files = self
                .with_storage(async |storage| storage.list().await)
                .await?;
            return Ok(files.iter().map(|file| own(file, &[])).collect());
        };
        let files = open.hub.stored_sessions().await?;
        let hosted = open.sessions.borrow();
        Ok(files.iter().map(|file| own(file, &hosted)).collect())
    }

    async fn keep(&self, session: &SessionId, kept: bool) -> Result<(), HubError> {
        match (&self.open, kept) {
            (Some(open), true) => open.hub.restore_session(session).await,
            (Some(open), false) => open.hub.discard_session(session).await,
            (None, true) => {
                self.with_storage(async |storage| storage.restore(session).await)
                    .await
            }
            (None, false) => {
                self.with_storage(async |storage| storage.discard(session).await)
                    .await
            }
        }
    }

    /// While nothing is hosted the folder is opened for each question: another Lanvas may want it.
    async fn with_storage<T>(
        &self,
        ask: impl AsyncFnOnce(&Storage) -> Result<T, StorageError>,
    ) -> Result<T, HubError> {
        let storage = Storage::start(&self.plan.data_dir)?;
        let answer = ask(&storage).await;
        storage.shutdown().await?;
        Ok(answer?)
    }

    /// Tells the network what is hosted now, and the window how many would be cut off.
    fn announce(&mut self) {
        let host = self.shown_name();
        let Some(open) = &mut self.open else {
            self.discovery.advertise_only([]);
            self.guests.send_replace(0);
            return;
        };
        let infos = open.sessions.borrow_and_update().clone();
        let port = open.hub.port();
        self.discovery
            .advertise_only(infos.iter().map(|info| advert(info, &host, port)));
        self.guests.send_replace(guests(&infos));
    }

    async fn stop(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        self.announce();
        shut_down(open.hub).await;
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
        let name = if self.host_name.is_empty() {
            NAMELESS
        } else {
            &self.host_name
        };
        name.to_owned()
    }
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

async fn choose(open: &Open, which: Which) -> Result<SessionId, HubError> {
    match (which, &open.session) {
        (Which::Newest(_), Some(hosted)) => Ok(hosted.clone()),
        (Which::Newest(title), None) => open.hub.open_newest_or_create(title.as_deref()).await,
        (Which::New(title), _) => {
            let title = title.as_deref().unwrap_or(DEFAULT_TITLE);
            open.hub.create_session(title).await
        }
        (Which::This(session), _) => {
            open.hub.open(&session).await?;
            Ok(session)
        }
    }
}

fn own(file: &SessionFile, hosted: &[SessionInfo]) -> OwnSession {
    OwnSession {
        id: file.id.clone(),
        title: file.title.clone(),
        modified_ms: file.modified_ms,
        hosted: hosted.iter().any(|info| info.id == file.id),
    }
}

fn hosted(open: &Open, session: &SessionId) -> HostedSession {
    let port = open.hub.port();
    let sessions = open.sessions.borrow();
    let title = sessions
        .iter()
        .find(|info| info.id == *session)
        .map(|info| info.title.clone());
    HostedSession {
        address: SessionAddress {
            session: session.clone(),
            base: format!("http://127.0.0.1:{port}"),
            host_token: Some(open.hub.host_token().to_owned()),
        },
        title: title.unwrap_or_default(),
        port,
        urls: open
            .hub
            .urls(session)
            .into_iter()
            .filter(|url| leads_a_guest_here(url))
            .collect(),
    }
}

/// Without a network the hub falls back to its loopback address, which no guest can use.
fn leads_a_guest_here(url: &str) -> bool {
    !url.starts_with("http://127.")
}

fn advert(info: &SessionInfo, host: &str, port: u16) -> Advert {
    Advert {
        id: info.id.clone(),
        title: info.title.clone(),
        host: host.to_owned(),
        people: u32::try_from(info.people).unwrap_or(u32::MAX),
        password: info.password,
        port,
    }
}

fn guests(infos: &[SessionInfo]) -> usize {
    infos.iter().map(|info| info.guests).sum()
}

fn refused(error: &HubError) -> Refusal {
    not_done("could not be started", error)
}

fn not_done(what: &str, error: &HubError) -> Refusal {
    let code = match error {
        HubError::Listen { .. } => "port_taken",
        HubError::Storage(_) => "storage_failed",
        _ => "hub_failed",
    };
    tracing::error!(%error, "a session {what}");
    let why = error.to_string();
    let why = why.trim_end_matches('.');
    Refusal::new(code, format!("The session {what}. {why}."))
}

#[cfg(test)]
mod tests {
    use lanvas_hub::assets::NoUi;

    use super::*;

    /// The task on a folder of its own, with discovery off, as the commands see it.
    struct Shell {
        requests: mpsc::Sender<Request>,
        guests: watch::Receiver<usize>,
        task: tokio::task::JoinHandle<()>,
    }

    impl Shell {
        fn on(folder: &std::path::Path) -> Self {
            let plan = HostingPlan {
                port: PortChoice::Any,
                data_dir: folder.to_owned(),
                ui: Arc::new(NoUi),
            };
            let (guests_in, guests) = watch::channel(0);
            let hosting = Hosting::new(
                plan,
                Discovery::switched_off("test"),
                String::new(),
                guests_in,
            );
            let (requests, received) = mpsc::channel(4);
            let task = tokio::spawn(hosting.run(received));
            Self {
                requests,
                guests,
                task,
            }
        }

        async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> T {
            let (reply, answer) = oneshot::channel();
            self.requests.send(request(reply)).await.ok().unwrap();
            answer.await.unwrap()
        }

        async fn start(&self, title: &str) -> HostedSession {
            self.host(Which::Newest(Some(title.to_owned())))
                .await
                .unwrap()
        }

        async fn host(&self, which: Which) -> Result<HostedSession, Refusal> {
            self.ask(|reply| Request::Start { which, reply }).await
        }

        async fn titles(&self) -> Vec<(String, bool)> {
            let own = self.ask(|reply| Request::Own { reply }).await.unwrap();
            own.into_iter().map(|one| (one.title, one.hosted)).collect()
        }

        async fn keep(&self, session: &SessionId, kept: bool) -> Result<(), Refusal> {
            let session = session.clone();
            self.ask(|reply| Request::Keep {
                session,
                kept,
                reply,
            })
            .await
        }

        async fn current(&self) -> Option<HostedSession> {
            self.ask(|reply| Request::Current { reply }).await
        }

        async fn end(self) {
            self.ask(|reply| Request::Shutdown { reply }).await;
            self.task.await.unwrap();
        }
    }

    #[tokio::test]
    async fn starting_twice_is_one_session_and_stopping_ends_it() {
        let folder = tempfile::tempdir().unwrap();
        let shell = Shell::on(folder.path());
        assert_eq!(shell.current().await, None);

        let first = shell.start("Map").await;
        assert_eq!(first.title, "Map");
        assert_eq!(shell.start("Other").await, first);
        assert_eq!(shell.current().await, Some(first.clone()));
        assert!(
            tokio::net::TcpStream::connect(("127.0.0.1", first.port))
                .await
                .is_ok()
        );

        shell.ask(|reply| Request::Stop { reply }).await;
        assert_eq!(shell.current().await, None);
        assert!(
            tokio::net::TcpStream::connect(("127.0.0.1", first.port))
                .await
                .is_err()
        );
        assert_eq!(*shell.guests.borrow(), 0);
        shell.end().await;
    }

    #[tokio::test]
    async fn the_next_start_brings_the_same_session_back() {
        let folder = tempfile::tempdir().unwrap();
        let shell = Shell::on(folder.path());
        let first = shell.start("Map").await;
        shell.end().await;

        let again = Shell::on(folder.path());
        let second = again.start("Other").await;
        assert_eq!(second.title, "Map");
        assert_eq!(second.address.session, first.address.session);
        assert_ne!(second.address.host_token, first.address.host_token);
        again.end().await;
    }

    #[tokio::test]
    async fn a_folder_in_use_is_refused_in_words() {
        let folder = tempfile::tempdir().unwrap();
        let first = Shell::on(folder.path());
        first.start("Map").await;
        let second = Shell::on(folder.path());
        let refusal = second.host(Which::Newest(None)).await.unwrap_err();
        assert_eq!(refusal.code, "storage_failed");
        assert!(
            refusal.message.contains("Another Lanvas is using") && !refusal.message.ends_with(".."),
            "{}",
            refusal.message
        );
        first.end().await;
        second.end().await;
    }

    #[tokio::test]
    async fn sessions_are_chosen_made_thrown_away_and_had_back() {
        let folder = tempfile::tempdir().unwrap();
        let shell = Shell::on(folder.path());
        assert_eq!(shell.titles().await, []);
        let map = shell.start("Map").await.address.session;
        shell.ask(|reply| Request::Stop { reply }).await;
        let refusal = shell.keep(&map, true).await.unwrap_err();
        assert_eq!(refusal.code, "storage_failed", "nothing was thrown away");
        assert_eq!(shell.titles().await, [("Map".to_owned(), false)]);

        // Another one is made; the first is chosen beside it and both are open.
        let notes = shell.host(Which::New(Some("Notes".into()))).await.unwrap();
        let chosen = shell.host(Which::This(map.clone())).await.unwrap();
        assert_eq!((chosen.title.as_str(), chosen.port), ("Map", notes.port));
        assert_eq!(shell.current().await, Some(chosen));
        assert!(shell.titles().await.iter().all(|(_, hosted)| *hosted));
        assert!(shell.keep(&map, false).await.is_err(), "it is hosted");

        shell.ask(|reply| Request::Stop { reply }).await;
        shell.keep(&map, false).await.unwrap();
        assert_eq!(shell.titles().await, [("Notes".to_owned(), false)]);
        let refusal = shell.host(Which::This(map.clone())).await.unwrap_err();
        assert_eq!(refusal.code, "storage_failed");
        assert_eq!(shell.current().await, None, "a failed start hosts nothing");
        shell.keep(&map, true).await.unwrap();
        assert_eq!(shell.host(Which::This(map)).await.unwrap().title, "Map");
        shell.end().await;
    }

    #[test]
    fn loopback_is_no_link() {
        assert!(!leads_a_guest_here("http://127.0.0.1:7420/s/x"));
        assert!(leads_a_guest_here("http://192.168.1.5:7420/s/x"));
    }
}
