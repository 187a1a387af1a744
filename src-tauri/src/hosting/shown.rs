//! What the page is told about sessions of this machine.

use lanvas_hub::{
    SessionInfo,
    storage::{SessionFile, StorageError, Survey, Unreadable},
};
use lanvas_protocol::SessionId;
use serde::Serialize;

use super::{Open, files::Note};
use crate::lookup::SessionAddress;
use crate::refusal::Refusal;

/// The session this app hosts, as the page's port has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct HostedSession {
    pub(crate) address: SessionAddress,
    pub(crate) title: String,
    pub(crate) port: u16,
    pub(crate) urls: Vec<String>,
    /// What the person should know about how it was opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<Note>,
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
    pub(crate) id: SessionId,
    pub(crate) title: String,
    pub(crate) modified_ms: u64,
    /// Whether people can be in it now.
    pub(crate) hosted: bool,
    /// How many are in now besides the host.
    pub(crate) guests: usize,
    /// Why it cannot be opened as it is; its title is then its file's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unreadable: Option<Refusal>,
}

/// Those that can be read come first, each kind the newest first.
pub(super) fn all_own(files: &Survey, hosted: &[SessionInfo]) -> Vec<OwnSession> {
    let sessions = files.sessions.iter().map(|file| own(file, hosted));
    sessions
        .chain(files.unreadable.iter().map(unreadable))
        .collect()
}

fn unreadable(file: &Unreadable) -> OwnSession {
    OwnSession {
        id: file.id.clone(),
        title: format!("{}.lanvas", file.id),
        modified_ms: file.modified_ms,
        hosted: false,
        guests: 0,
        unreadable: Some(Refusal::new(code(&file.why), file.why.to_string())),
    }
}

/// What kind of trouble a file is, as the page decides by it.
pub(super) fn code(why: &StorageError) -> &'static str {
    match why {
        StorageError::NewerFormat { .. } => "file_newer",
        StorageError::NotASession => "file_foreign",
        StorageError::Damaged(_) => "file_damaged",
        _ => "storage_failed",
    }
}

fn own(file: &SessionFile, hosted: &[SessionInfo]) -> OwnSession {
    let info = hosted.iter().find(|info| info.id == file.id);
    OwnSession {
        id: file.id.clone(),
        // What people see is a moment ahead of the disk.
        title: info.map_or(&file.title, |info| &info.title).clone(),
        modified_ms: file.modified_ms,
        hosted: info.is_some(),
        guests: info.map_or(0, |info| info.guests),
        unreadable: None,
    }
}

pub(super) fn hosted(open: &Open, session: &SessionId) -> HostedSession {
    let port = open.hub.port();
    let sessions = open.sessions.borrow();
    let title = sessions
        .iter()
        .find(|info| info.id == *session)
        .map(|info| info.title.clone());
    HostedSession {
        address: SessionAddress {
            session: session.clone(),
            base: match &open.pipe {
                Some(pipe) => pipe.base().to_owned(),
                None => open.hub.base_url(),
            },
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
        note: None,
    }
}

/// Without a network the hub falls back to its loopback address, which no guest can use.
pub(super) fn leads_a_guest_here(url: &str) -> bool {
    !url.starts_with("http://127.") && !url.starts_with("https://127.")
}
