//! The hub: sessions, their tasks, the listener, and the way all of it ends.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use lanvas_protocol::{
    ErrorCode, SessionId,
    advert::{NearbySession, USUAL_PORTS},
    door::Entry,
    reach::DeviceReport,
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    UiAssets,
    access::{DnsName, Names, Own},
    accounts::Accounts,
    error::HubError,
    hexadecimal::hex,
    http, lan,
    limits::{PASSWORDS_AT_ONCE, SHUTDOWN_MARGIN, SHUTDOWN_TIMEOUT, Tuning},
    metrics::{Exposition, Metrics},
    session::{Access, ConnectionId, plain, roster::hash_secret},
    session_task::{Connected, now_ms},
    sessions::Sessions,
    storage::{
        SessionFile, SessionMeta, Storage, StorageError, StorageSettings, Survey, Unreadable,
    },
    tls::{Tls, TlsChoice},
    whereabouts::Whereabouts,
};

/// The title of a session that nobody gave one.
pub const DEFAULT_TITLE: &str = "Our board";

/// Whether a session can be called that: else it gets [`DEFAULT_TITLE`].
#[must_use]
pub fn is_title(text: &str) -> bool {
    plain::title(text).is_ok()
}

/// How to find a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortChoice {
    /// The one the newest session had, else 7420, else one of the ten after it, else any.
    Default,
    /// This one or none.
    Exactly(u16),
    /// Any that is free.
    Any,
}

/// What a hub is started with.
pub struct HubConfig {
    /// The address to listen on; unspecified for all.
    pub bind: IpAddr,
    /// The port to listen on.
    pub port: PortChoice,
    /// The folder with `sessions/`.
    pub data_dir: PathBuf,
    /// The UI's files.
    pub ui: Arc<dyn UiAssets>,
    /// What is heard on the network, for `/api/nearby`.
    pub nearby: watch::Receiver<Arc<[NearbySession]>>,
    /// Who hosts, as others see it.
    pub host_name: String,
    /// What newcomers must know, if anything.
    pub password: Option<String>,
    /// How much history is kept.
    pub storage: StorageSettings,
    /// Whether and by which certificate connections are encrypted.
    pub tls: Option<TlsChoice>,
    /// By which names it is reached, beside its addresses and what the local network calls it. At
    /// most [`crate::access::NAMES_MAX`] count; those in a certificate of [`TlsChoice::Files`] count too.
    pub names: Vec<DnsName>,
    /// Whether people may have accounts here.
    pub accounts: bool,
}

/// A hosted session as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SessionInfo {
    /// Its public id.
    pub id: SessionId,
    /// Its title now.
    pub title: String,
    /// How many people are in now.
    pub people: usize,
    /// How many of them are not the host: those whom the end of the hub would cut off.
    pub guests: usize,
    /// Whether newcomers need a password.
    pub password: bool,
    /// How people come in.
    pub entry: Entry,
}

/// The hosted sessions, for everybody who shows a list of them.
#[derive(Debug)]
pub(crate) struct Directory {
    entries: Mutex<BTreeMap<SessionId, SessionInfo>>,
    list: watch::Sender<Arc<[SessionInfo]>>,
}

impl Directory {
    fn new() -> Self {
        let (list, _) = watch::channel(Arc::from([]));
        Self {
            entries: Mutex::default(),
            list,
        }
    }

    pub(crate) fn update(&self, info: SessionInfo) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.get(&info.id) == Some(&info) {
            return;
        }
        entries.insert(info.id.clone(), info);
        self.list.send_replace(entries.values().cloned().collect());
    }

    /// It is hosted no longer.
    pub(crate) fn remove(&self, id: &SessionId) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.remove(id);
        self.list.send_replace(entries.values().cloned().collect());
    }

    /// Nobody is in any more.
    pub(crate) fn empty(&self, id: &SessionId) {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let info = entries.get(id).cloned();
        drop(entries);
        if let Some(info) = info {
            self.update(SessionInfo {
                people: 0,
                guests: 0,
                ..info
            });
        }
    }
}

/// What routes and connections share.
pub(crate) struct Shared {
    pub(crate) ui: Arc<dyn UiAssets>,
    /// Of its files.
    pub(crate) packed: Arc<http::files::Packed>,
    pub(crate) nearby: watch::Receiver<Arc<[NearbySession]>>,
    pub(crate) host_name: String,
    pub(crate) storage: Storage,
    pub(crate) directory: Arc<Directory>,
    pub(crate) metrics: Metrics,
    pub(crate) exposition: Exposition,
    pub(crate) ending: CancellationToken,
    pub(crate) tasks: TaskTracker,
    /// The sessions in memory.
    pub(crate) lives: TaskTracker,
    /// See [`PASSWORDS_AT_ONCE`].
    pub(crate) passwords: Arc<Semaphore>,
    pub(crate) accounts: Arc<Accounts>,
    /// By which words come from outside.
    pub(crate) hooks: http::hooks::Hooks,
    pub(crate) sessions: Sessions,
    next_connection: AtomicU64,
    pub(crate) tuning: Tuning,
    pub(crate) port: u16,
    pub(crate) whereabouts: Whereabouts,
    pub(crate) reports: http::reach::Reports,
    pub(crate) access: Access,
    pub(crate) tls: Option<Tls>,
    pub(crate) own: Own,
    host_token: String,
}

impl Shared {
    pub(crate) fn new_connection(&self) -> ConnectionId {
        ConnectionId(self.next_connection.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn list(&self) -> Arc<[SessionInfo]> {
        self.directory.list.borrow().clone()
    }
}

/// A running hub. Dropping it without [`Hub::shutdown`] ends the sessions at once; what was
/// acknowledged is on disk all the same.
pub struct Hub {
    shared: Arc<Shared>,
    bind: IpAddr,
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.shared.ending.cancel();
    }
}

impl Hub {
    /// Opens the folder, takes a port and serves.
    ///
    /// # Errors
    /// [`HubError`] when the folder or the port cannot be had.
    pub async fn start(config: HubConfig) -> Result<Self, HubError> {
        Self::start_with(config, Tuning::default()).await
    }

    /// Like [`Hub::start`], with other bounds. From here on libraries log at most what is for
    /// debugging, whatever the program's filter lets through.
    ///
    /// # Errors
    /// As [`Hub::start`].
    pub async fn start_with(
        config: HubConfig,
        tuning: impl Into<Tuning>,
    ) -> Result<Self, HubError> {
        let tuning = tuning.into();
        keep_messages_out_of_the_log();
        let storage = Storage::start_with(&config.data_dir, config.storage)?;
        // The folder is ours by now: nobody else makes a certificate in it.
        let tls = config.tls.as_ref();
        let tls = tls
            .map(|choice| Tls::load(choice, &config.data_dir))
            .transpose()?;
        let own = Own {
            tls: tls.is_some(),
            names: Names::new(config.names, tls.as_ref().map_or(&[], Tls::names)),
        };
        let newest = storage.list().await?.into_iter().next();
        let had_port = newest.and_then(|file| file.port);
        let listener = listen(config.bind, config.port, had_port).await?;
        let port = local_port(&listener)?;
        let metrics = Metrics::default();
        let host_token = random_hex()?;
        let access = Access {
            host_token_hash: hash_secret(&host_token),
            password: config.password.map(Arc::from),
            door: None,
        };
        let tasks = TaskTracker::new();
        let accounts = Accounts::open(storage.clone(), tasks.clone(), config.accounts).await;
        let shared = Arc::new(Shared {
            accounts: Arc::new(accounts),
            ui: config.ui,
            packed: Arc::default(),
            nearby: config.nearby,
            host_name: config.host_name,
            directory: Arc::new(Directory::new()),
            exposition: Exposition::new(metrics.clone(), storage.commit_times()),
            storage,
            metrics,
            ending: CancellationToken::new(),
            tasks,
            lives: TaskTracker::new(),
            passwords: Arc::new(Semaphore::new(PASSWORDS_AT_ONCE)),
            hooks: http::hooks::Hooks::default(),
            sessions: Sessions::default(),
            next_connection: AtomicU64::new(1),
            tuning,
            port,
            reports: http::reach::Reports::default(),
            whereabouts: Whereabouts::new(config.bind, port, had_port, tls.is_some()),
            access,
            tls,
            own,
            host_token,
        });
        let serving = http::serve(listener, Arc::clone(&shared));
        shared.tasks.spawn(serving);
        let looking = Arc::clone(&shared);
        shared.tasks.spawn(async move {
            let ending = looking.ending.clone();
            let _ = ending
                .run_until_cancelled(looking.whereabouts.keep_looking())
                .await;
        });
        Ok(Self {
            shared,
            bind: config.bind,
        })
    }

    #[cfg(test)]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.shared.port
    }

    /// The hosted sessions, as they change.
    #[must_use]
    pub fn sessions(&self) -> watch::Receiver<Arc<[SessionInfo]>> {
        self.shared.directory.list.subscribe()
    }

    /// Hosts the newest session of the folder that can be read, or a new one called `title`. Files
    /// that cannot be read are named in the log, and what is hosted instead.
    ///
    /// # Errors
    /// [`HubError`] when it cannot be read to its end or made.
    pub async fn open_newest_or_create(&self, title: Option<&str>) -> Result<SessionId, HubError> {
        let files = self.stored_files().await?;
        for file in &files.unreadable {
            tracing::warn!("{}", file.sentence());
        }
        let newest = files.sessions.into_iter().next();
        let (id, which) = match newest {
            Some(newest) => {
                self.open_or_name(&newest.id).await?;
                (newest.id, "the newest session that can be read")
            }
            None => {
                let title = title.unwrap_or(DEFAULT_TITLE);
                (self.create_session(title).await?, "a new session")
            }
        };
        if !files.unreadable.is_empty() {
            let path = self.shared.storage.path(&id).await?;
            tracing::warn!("{} is opened: {which}.", path.display());
        }
        Ok(id)
    }

    /// As [`Hub::open`]; what is wrong with the file is said with its place.
    async fn open_or_name(&self, id: &SessionId) -> Result<(), HubError> {
        use StorageError::{Damaged, NewerFormat, NotASession};
        match self.open(id).await {
            Err(HubError::Storage(why @ (Damaged(_) | NewerFormat { .. } | NotASession))) => {
                let file = Unreadable {
                    id: id.clone(),
                    path: self.shared.storage.path(id).await?,
                    modified_ms: 0,
                    why,
                };
                Err(HubError::Unreadable(Box::new(file)))
            }
            opened => opened,
        }
    }

    /// Makes a session and hosts it.
    ///
    /// # Errors
    /// [`HubError`] when it cannot be made.
    pub async fn create_session(&self, title: &str) -> Result<SessionId, HubError> {
        let id = fresh_session_id()?;
        let meta = SessionMeta {
            id: id.clone(),
            title: plain::title(title).unwrap_or_else(|_| DEFAULT_TITLE.to_owned()),
            created_ms: now_ms(),
        };
        self.shared.storage.create(meta).await?;
        self.open(&id).await?;
        Ok(id)
    }

    /// The sessions of the folder, also those that are not hosted, the newest first.
    ///
    /// # Errors
    /// [`HubError`] when the folder cannot be read.
    pub async fn stored_sessions(&self) -> Result<Vec<SessionFile>, HubError> {
        Ok(self.shared.storage.list().await?)
    }

    /// All files of the folder that are named like sessions, also those that cannot be read.
    ///
    /// # Errors
    /// [`HubError`] when the folder cannot be read.
    pub async fn stored_files(&self) -> Result<Survey, HubError> {
        Ok(self.shared.storage.survey().await?)
    }

    /// Moves a session that is not hosted to the trash of the folder.
    ///
    /// # Errors
    /// [`HubError`] when it is hosted, or is not there.
    pub async fn discard_session(&self, id: &SessionId) -> Result<(), HubError> {
        // Also one that is idle, and so not open just now.
        if self.shared.sessions.hosts(id) {
            return Err(StorageError::AlreadyOpen(id.clone()).into());
        }
        Ok(self.shared.storage.discard(id).await?)
    }

    /// Brings a session back from the trash. It is not hosted yet.
    ///
    /// # Errors
    /// [`HubError`] when it is not there.
    pub async fn restore_session(&self, id: &SessionId) -> Result<(), HubError> {
        Ok(self.shared.storage.restore(id).await?)
    }

    /// Ends one session for everybody in it; the others go on. What was made stays in its file.
    ///
    /// # Errors
    /// [`HubError`] when it is not hosted, or could not be stored to its end.
    pub async fn close_session(&self, id: &SessionId) -> Result<(), HubError> {
        self.shared.unhost(id).await
    }

    /// How well people in a hosted session are connected, each connection.
    ///
    /// # Errors
    /// [`HubError`] when it is not hosted.
    pub async fn connections(&self, id: &SessionId) -> Result<Vec<Connected>, HubError> {
        self.shared.connections(id).await
    }

    /// Gives a session another title, hosted or not.
    ///
    /// # Errors
    /// [`HubError`] when the title is none, or the session is not there or cannot be written.
    pub async fn retitle_session(&self, id: &SessionId, title: &str) -> Result<(), HubError> {
        let title = plain::title(title).unwrap_or_else(|_| DEFAULT_TITLE.to_owned());
        self.shared.retitle(id, title).await
    }

    /// The files of the folder: for what concerns them alone, whether they are hosted or not.
    #[must_use]
    pub fn storage(&self) -> &Storage {
        &self.shared.storage
    }

    /// Hosts a session of the folder. One that is hosted already stays as it is.
    ///
    /// # Errors
    /// [`HubError`] when it cannot be read.
    pub async fn open(&self, id: &SessionId) -> Result<(), HubError> {
        self.shared.host(id).await
    }

    /// What other devices reached of this hub by its test page `/test`, the newest first, as they tell.
    #[must_use]
    pub fn reach_reports(&self) -> watch::Receiver<Arc<[DeviceReport]>> {
        self.shared.reports.watched()
    }

    /// The certificate, for who shows its fingerprint; none where connections are not encrypted.
    #[must_use]
    pub fn tls(&self) -> Option<&Tls> {
        self.shared.tls.as_ref()
    }

    /// `http` or `https`.
    fn scheme(&self) -> &'static str {
        scheme(self.shared.tls.is_some())
    }

    /// Links for guests, the likeliest to work first: by the name that its certificate is for, which
    /// browsers do not warn of, then by its addresses.
    #[must_use]
    pub fn urls(&self, id: &SessionId) -> Vec<String> {
        let name = self.shared.own.names.for_links();
        name.map(DnsName::to_string)
            .into_iter()
            .chain(lan::hosts(self.bind))
            .map(|host| format!("{}://{host}:{}/s/{id}", self.scheme(), self.shared.port))
            .collect()
    }

    /// Where this machine itself reaches the hub: `http://host:port`, or `https://…`.
    #[must_use]
    pub fn base_url(&self) -> String {
        let host = lan::own_host(self.bind);
        format!("{}://{host}:{}", self.scheme(), self.shared.port)
    }

    /// The link that makes its opener the host. Only for the person at this machine.
    #[must_use]
    pub fn host_url(&self, id: &SessionId) -> String {
        format!("{}/s/{id}#host={}", self.base_url(), self.shared.host_token)
    }

    /// The secret that makes its holder the host, for as long as this hub runs.
    #[must_use]
    pub fn host_token(&self) -> &str {
        &self.shared.host_token
    }

    /// Tells everybody, stores everything, lets go of the port. Takes [`SHUTDOWN_TIMEOUT`] for
    /// those who do not listen, then goes on without them.
    ///
    /// # Errors
    /// [`HubError`] when something could not be stored.
    pub async fn shutdown(self) -> Result<(), HubError> {
        let begun = Instant::now();
        let left = || SHUTDOWN_TIMEOUT.saturating_sub(begun.elapsed() + SHUTDOWN_MARGIN);
        let shared = &self.shared;
        shared.ending.cancel();
        shared.sessions.clear();
        shared.lives.close();
        shared.tasks.close();
        // Sessions end at once; their connections may take their time beside storage's last work.
        let _ = timeout(left(), shared.lives.wait()).await;
        let storing = shared.storage.clone().shutdown_within(left());
        let (stored, _) = tokio::join!(storing, timeout(left(), shared.tasks.wait()));
        Ok(stored?)
    }
}

/// How links to a hub begin.
pub(crate) fn scheme(tls: bool) -> &'static str {
    if tls { "https" } else { "http" }
}

/// The WebSocket library tells every message it reads at the most talkative level, and a hello has
/// secrets in it. No filter can be trusted with that: whoever sets it may ask for everything.
fn keep_messages_out_of_the_log() {
    log::set_max_level(log::max_level().min(log::LevelFilter::Debug));
}

async fn listen(
    bind: IpAddr,
    choice: PortChoice,
    had: Option<u16>,
) -> Result<TcpListener, HubError> {
    let ports: Vec<u16> = match choice {
        PortChoice::Exactly(port) => vec![port],
        PortChoice::Any => vec![0],
        PortChoice::Default => had.into_iter().chain(USUAL_PORTS).chain([0]).collect(),
    };
    let mut last = None;
    for port in ports {
        let address = SocketAddr::new(bind, port);
        match TcpListener::bind(address).await {
            Ok(listener) => return Ok(listener),
            Err(source) => {
                last = Some(HubError::Listen {
                    address: address.to_string(),
                    source,
                });
            }
        }
    }
    Err(last.expect("there is always a port to try"))
}

fn local_port(listener: &TcpListener) -> Result<u16, HubError> {
    let address = listener.local_addr().map_err(|source| HubError::Listen {
        address: "a free port".to_owned(),
        source,
    })?;
    Ok(address.port())
}

/// 128 random bits.
pub(crate) fn random_hex() -> Result<String, HubError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(HubError::Random)?;
    Ok(hex(&bytes))
}

/// An id that no session has: ten characters that read well aloud, 50 random bits, without
/// look-alikes.
///
/// # Errors
/// [`HubError::Random`] when the system has no randomness.
pub fn fresh_session_id() -> Result<SessionId, HubError> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 10];
    getrandom::fill(&mut bytes).map_err(HubError::Random)?;
    let text: String = bytes
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect();
    Ok(SessionId::new(text).expect("letters fit an id"))
}

/// Why a session cannot be joined, as the storage saw it.
pub(crate) fn code_of(error: &StorageError) -> ErrorCode {
    match error {
        StorageError::NotFound(_) => ErrorCode::SessionNotFound,
        StorageError::Stopped => ErrorCode::ShuttingDown,
        _ => ErrorCode::StorageFailed,
    }
}
