//! What is done with session files, whether the hub runs or not.

use std::path::PathBuf;

use lanvas_hub::{
    Hub, HubError, fresh_session_id,
    storage::{Rescued, Storage, StorageError},
};
use lanvas_protocol::SessionId;
use serde::Serialize;

use super::{HostedSession, Hosting, Which, shown::code};
use crate::refusal::Refusal;
use crate::words::Words;

/// What is done with the file of one session.
#[derive(Debug)]
pub(crate) enum FileWork {
    /// Moves it to the trash.
    Discard,
    /// Brings it back from there.
    Restore,
    /// Gives it this title.
    Retitle(String),
    /// Makes another session of what is in it.
    Duplicate,
}

/// What the person should know about how a session was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Note {
    /// It was damaged, and this is what could be read.
    Rescued {
        operations: u64,
        /// When the last of them was made; 0 without any.
        last_ms: u64,
    },
    /// The session is here in another state; this is another one.
    Copied,
}

impl From<Rescued> for Note {
    fn from(
        Rescued {
            operations,
            last_ms,
        }: Rescued,
    ) -> Self {
        Self::Rescued {
            operations,
            last_ms,
        }
    }
}

impl Hosting {
    /// A file from anywhere becomes a session here, and is hosted.
    pub(super) async fn bring(&mut self, path: PathBuf) -> Result<HostedSession, HubError> {
        let other = fresh_session_id()?;
        let copy = other.clone();
        let copy_title = self.plan.words.copy_title;
        let bring = async |storage: &Storage| storage.bring(&path, copy, copy_title).await;
        let brought = match &self.open {
            Some(open) => bring(open.hub.storage()).await?,
            None => self.with_storage(bring).await?,
        };
        let copied = (brought.id == other && !brought.known).then_some(Note::Copied);
        let hosted = self.start(Which::This(brought.id)).await?;
        Ok(HostedSession {
            note: brought.rescued.map(Note::from).or(copied).or(hosted.note),
            ..hosted
        })
    }

    pub(super) async fn work(&self, session: &SessionId, work: FileWork) -> Result<(), HubError> {
        let words = self.plan.words;
        let Some(open) = &self.open else {
            let work = async |storage: &Storage| work_on(storage, session, work, words).await;
            return self.with_storage(work).await;
        };
        match work {
            FileWork::Restore => open.hub.restore_session(session).await,
            FileWork::Discard => open.hub.discard_session(session).await,
            FileWork::Retitle(title) => open.hub.retitle_session(session, &title).await,
            FileWork::Duplicate => Ok(duplicate(open.hub.storage(), session, words).await?),
        }
    }

    pub(super) async fn path(&self, session: &SessionId) -> Result<PathBuf, HubError> {
        match &self.open {
            Some(open) => Ok(open.hub.storage().path(session).await?),
            None => {
                self.with_storage(async |storage| storage.path(session).await)
                    .await
            }
        }
    }

    /// While nothing is hosted the folder is opened for each question: another Lanvas may want it.
    pub(super) async fn with_storage<T>(
        &self,
        ask: impl AsyncFnOnce(&Storage) -> Result<T, StorageError>,
    ) -> Result<T, HubError> {
        let storage = Storage::start(&self.plan.data_dir)?;
        let answer = ask(&storage).await;
        storage.shutdown().await?;
        Ok(answer?)
    }
}

async fn work_on(
    storage: &Storage,
    session: &SessionId,
    work: FileWork,
    words: &Words,
) -> Result<(), StorageError> {
    match work {
        FileWork::Restore => storage.restore(session).await,
        FileWork::Discard => storage.discard(session).await,
        FileWork::Retitle(title) => storage.retitle(session, title, now_ms()).await,
        FileWork::Duplicate => duplicate(storage, session, words).await,
    }
}

async fn duplicate(
    storage: &Storage,
    session: &SessionId,
    words: &Words,
) -> Result<(), StorageError> {
    let copy = fresh_session_id().map_err(|_| StorageError::Stopped)?;
    storage.duplicate(session, copy, words.copy_title).await
}

/// Hosts a session; one that is damaged as far as it can be read.
pub(super) async fn host(
    hub: &Hub,
    session: SessionId,
) -> Result<(SessionId, Option<Note>), HubError> {
    match hub.open(&session).await {
        Ok(()) => Ok((session, None)),
        Err(HubError::Storage(StorageError::Damaged(why))) => {
            tracing::warn!(%session, why, "a damaged session is read as far as it goes");
            let rescued = hub.storage().rescue(&session).await?;
            hub.open(&session).await?;
            Ok((session, Some(rescued.into())))
        }
        Err(error) => Err(error),
    }
}

/// Milliseconds since 1970 UTC.
fn now_ms() -> u64 {
    let elapsed = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

pub(super) fn refused(error: &HubError) -> Refusal {
    not_done("could not be started", error)
}

pub(super) fn not_done(what: &str, error: &HubError) -> Refusal {
    let code = match error {
        HubError::Listen { .. } => "port_taken",
        HubError::Storage(why) => code(why),
        _ => "hub_failed",
    };
    tracing::error!(%error, "a session {what}");
    let why = error.to_string();
    let why = why.trim_end_matches('.');
    let mut letters = why.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let why = format!("{first}{}", letters.as_str());
    Refusal::new(code, format!("The session {what}. {why}."))
}
