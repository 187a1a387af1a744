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
    Hub, HubConfig, HubError, PortChoice, SessionInfo, UiAssets, storage::StorageSettings,
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

/// What the commands ask for.
pub(crate) enum Request {
    Start {
        title: Option<String>,
        reply: oneshot::Sender<Result<HostedSession, Refusal>>,
    },
    Stop {
        reply: oneshot::Sender<()>,
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
    session: SessionId,
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
            Request::Start { title, reply } => {
                let _ = reply.send(self.start(title.as_deref()).await);
            }
            Request::Stop { reply } => {
                self.stop().await;
                let _ = reply.send(());
            }
            Request::Current { reply } => {
                let _ = reply.send(self.open.as_ref().map(hosted));
            }
            Request::Rename(name) => {
                self.host_name = name;
                self.announce();
            }
            Request::Shutdown { reply } => drop(reply),
        }
    }

    async fn start(&mut self, title: Option<&str>) -> Result<HostedSession, Refusal> {
        if self.open.is_none() {
            self.open = Some(
                self.open_hub(title)
                    .await
                    .map_err(|error| refused(&error))?,
            );
            self.announce();
        }
        self.open.as_ref().map(hosted).ok_or_else(Refusal::hub_gone)
    }

    async fn open_hub(&self, title: Option<&str>) -> Result<Open, HubError> {
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
        let session = hub.open_newest_or_create(title).await?;
        let sessions = hub.sessions();
        Ok(Open {
            hub,
            session,
            sessions,
        })
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

fn hosted(open: &Open) -> HostedSession {
    let port = open.hub.port();
    let sessions = open.sessions.borrow();
    let title = sessions
        .iter()
        .find(|info| info.id == open.session)
        .map(|info| info.title.clone());
    HostedSession {
        address: SessionAddress {
            session: open.session.clone(),
            base: format!("http://127.0.0.1:{port}"),
            host_token: Some(open.hub.host_token().to_owned()),
        },
        title: title.unwrap_or_default(),
        port,
        urls: open
            .hub
            .urls(&open.session)
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
    let code = match error {
        HubError::Listen { .. } => "port_taken",
        HubError::Storage(_) => "storage_failed",
        _ => "hub_failed",
    };
    tracing::error!(%error, "hosting could not start");
    let why = error.to_string();
    let why = why.trim_end_matches('.');
    Refusal::new(code, format!("The session could not be started. {why}."))
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
            let title = Some(title.to_owned());
            self.ask(|reply| Request::Start { title, reply })
                .await
                .unwrap()
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
        let refusal = second
            .ask(|reply| Request::Start { title: None, reply })
            .await
            .unwrap_err();
        assert_eq!(refusal.code, "storage_failed");
        assert!(
            refusal.message.contains("Another Lanvas is using") && !refusal.message.ends_with(".."),
            "{}",
            refusal.message
        );
        first.end().await;
        second.end().await;
    }

    #[test]
    fn loopback_is_no_link() {
        assert!(!leads_a_guest_here("http://127.0.0.1:7420/s/x"));
        assert!(leads_a_guest_here("http://192.168.1.5:7420/s/x"));
    }
}
