//! The shell's handle on hosting: a runtime of its own, a queue of requests, and what can be watched.
//!
//! Promises: nothing here blocks the window but [`Host::shut_down`], which is
//! bounded; dropping a request loses nothing but its answer.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use lanvas_discovery::{Discovery, DiscoveryConfig, Seeker};
use lanvas_hub::{Connected, SessionInfo};
use lanvas_protocol::SessionId;
use lanvas_protocol::advert::{DiscoveryStatus, NearbySession};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot, watch};

use crate::hosting::{
    FileWork, HostedSession, Hosting, HostingPlan, OwnSession, Request, Which, Wishes,
};
use crate::refusal::Refusal;

/// More than a person can press at once; a full queue makes commands wait.
const REQUESTS_MAX: usize = 16;
/// How long the end of the program waits for goodbyes and the disk.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_millis(2_500);

/// Kept for the whole life of the program.
pub(crate) struct Host {
    runtime: Runtime,
    requests: mpsc::Sender<Request>,
    hosted: watch::Receiver<Arc<[SessionInfo]>>,
    nearby: watch::Receiver<Arc<[NearbySession]>>,
    discovery: watch::Receiver<DiscoveryStatus>,
    seeker: Seeker,
}

impl Host {
    /// Starts listening for others; the hub waits until somebody hosts.
    pub(crate) fn start(plan: HostingPlan, discover: bool) -> anyhow::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .thread_name("lanvas-hub")
            .enable_all()
            .build()?;
        let discovery = {
            let _inside = runtime.enter();
            if discover {
                Discovery::start(DiscoveryConfig::default())?
            } else {
                Discovery::switched_off("Lanvas was started with discovery switched off.")
            }
        };
        let (nearby, status) = (discovery.nearby(), discovery.status());
        let seeker = discovery.seeker();
        let (hosted_in, hosted) = watch::channel(Arc::from([]));
        let (requests, received) = mpsc::channel(REQUESTS_MAX);
        runtime.spawn(Hosting::new(plan, discovery, hosted_in).run(received));
        Ok(Self {
            runtime,
            requests,
            hosted,
            nearby,
            discovery: status,
            seeker,
        })
    }

    pub(crate) async fn open(&self, which: Which) -> Result<HostedSession, Refusal> {
        self.ask(|reply| Request::Start { which, reply }).await?
    }

    pub(crate) async fn own(&self) -> Result<Vec<OwnSession>, Refusal> {
        self.ask(|reply| Request::Own { reply }).await?
    }

    /// Hosts what is in a file from anywhere.
    pub(crate) async fn bring(&self, path: PathBuf) -> Result<HostedSession, Refusal> {
        self.ask(|reply| Request::Bring { path, reply }).await?
    }

    pub(crate) async fn work(&self, session: SessionId, work: FileWork) -> Result<(), Refusal> {
        let request = |reply| Request::File {
            session,
            work,
            reply,
        };
        self.ask(request).await?
    }

    pub(crate) async fn path(&self, session: SessionId) -> Result<PathBuf, Refusal> {
        self.ask(|reply| Request::Path { session, reply }).await?
    }

    /// Ends one session, or all.
    pub(crate) async fn stop(&self, session: Option<SessionId>) -> Result<(), Refusal> {
        self.ask(|reply| Request::Stop { session, reply }).await?
    }

    /// The session of this id if it is hosted, or the one that was started last.
    pub(crate) async fn current(
        &self,
        session: Option<SessionId>,
    ) -> Result<Option<HostedSession>, Refusal> {
        self.ask(|reply| Request::Current { session, reply }).await
    }

    pub(crate) async fn connections(&self, session: SessionId) -> Result<Vec<Connected>, Refusal> {
        self.ask(|reply| Request::Connections { session, reply })
            .await
    }

    pub(crate) async fn wish(&self, wishes: Wishes) -> Result<(), Refusal> {
        let sent = self.requests.send(Request::Wish(wishes)).await;
        sent.map_err(|_| Refusal::hub_gone())
    }

    /// What is hosted, as it changes.
    pub(crate) fn hosted(&self) -> watch::Receiver<Arc<[SessionInfo]>> {
        self.hosted.clone()
    }

    /// People who would be cut off if this program ended now.
    pub(crate) fn guests(&self) -> usize {
        self.hosted.borrow().iter().map(|info| info.guests).sum()
    }

    pub(crate) fn nearby(&self) -> watch::Receiver<Arc<[NearbySession]>> {
        self.nearby.clone()
    }

    /// To ask others by unicast where nothing is heard.
    pub(crate) fn seeker(&self) -> &Seeker {
        &self.seeker
    }

    pub(crate) fn discovery_status(&self) -> DiscoveryStatus {
        self.discovery.borrow().clone()
    }

    /// For what goes on as long as the program and is no concern of the window.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(task);
    }

    /// Ends hosting and discovery. Blocks, at most for [`SHUTDOWN_TIMEOUT`]; what was
    /// acknowledged is on disk even if that is not enough.
    pub(crate) fn shut_down(&self) {
        let ended = self.runtime.block_on(async {
            let end = self.ask(|reply| Request::Shutdown { reply });
            tokio::time::timeout(SHUTDOWN_TIMEOUT, end).await
        });
        if ended.is_err() {
            tracing::warn!("hosting did not end in time");
        }
    }

    async fn ask<T>(
        &self,
        request: impl FnOnce(oneshot::Sender<T>) -> Request,
    ) -> Result<T, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.requests
            .send(request(reply))
            .await
            .map_err(|_| Refusal::hub_gone())?;
        answer.await.map_err(|_| Refusal::hub_gone())
    }
}
