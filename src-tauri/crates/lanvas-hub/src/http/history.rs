//! The chat's history over HTTP: pages of it, and what is found in it. Rules R37 and R57.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use lanvas_protocol::{ErrorCode, chat::ChatMessage, limits::HISTORY_PAGE_MAX};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::{By, Hub, SessionPath, problem::Problem, way};
use crate::{
    hub::{Shared, code_of},
    session::Asker,
    session_task::{Command, RecentChat},
    storage::{Page, Search},
};

/// Words of a search, of any kind.
const SEARCH_WORDS_MAX: usize = 16;
/// Bytes of what is searched for.
const SEARCH_BYTES_MAX: usize = 1_024;

#[derive(Deserialize)]
pub(super) struct PageQuery {
    before: Option<u64>,
    after: Option<u64>,
    around: Option<u64>,
    at: Option<u64>,
    limit: Option<usize>,
}

impl PageQuery {
    fn page(&self) -> Result<Page, Problem> {
        match (self.before, self.after, self.around, self.at) {
            (None, None, None, None) => Ok(Page::Latest),
            (Some(number), None, None, None) => Ok(Page::Before(number)),
            (None, Some(number), None, None) => Ok(Page::After(number)),
            (None, None, Some(number), None) => Ok(Page::Around(number)),
            (None, None, None, Some(time_ms)) => Ok(Page::At(time_ms)),
            _ => Err(Problem::QUERY),
        }
    }
}

#[derive(Serialize)]
pub(super) struct MessagesPage {
    messages: Vec<ChatMessage>,
    /// What to ask for as `before` to get the page after this one; none at the end.
    next: Option<u64>,
    /// What to ask for as `after` to get newer ones; none at the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    newer: Option<u64>,
}

pub(super) async fn messages(
    State(hub): Hub,
    SessionPath(id): SessionPath,
    query: Result<Query<PageQuery>, QueryRejection>,
    By(asker): By,
) -> Result<Json<MessagesPage>, Problem> {
    let Query(query) = query.map_err(|_| Problem::QUERY)?;
    let page = query.page()?;
    let id = id?;
    let recent = recent(&hub, &id, asker).await?;
    let stored = hub.storage.messages(&id, page).await;
    let stored = stored.map_err(|error| Problem::from(code_of(&error)))?;
    let limit = query.limit.unwrap_or(HISTORY_PAGE_MAX);
    let limit = limit.clamp(1, HISTORY_PAGE_MAX);
    Ok(Json(page_of(stored, recent, page, limit)))
}

/// What the file may not have yet, if the asker may read the chat.
pub(super) async fn recent(
    hub: &Arc<Shared>,
    id: &lanvas_protocol::SessionId,
    asker: Asker,
) -> Result<RecentChat, Problem> {
    let session = way(hub, Some(id.clone())).await?;
    let (reply, answer) = oneshot::channel();
    let _ = session.send(Command::ReadChat { asker, reply }).await;
    Ok(answer.await.unwrap_or(Err(ErrorCode::PasswordRequired))?)
}

/// A page of what is stored, with what has happened to it since, and of what may not be stored
/// yet. `stored` is newest first, with one more than a page has if there are older ones; `latest`
/// oldest first; they overlap.
fn page_of(stored: Vec<ChatMessage>, recent: RecentChat, page: Page, limit: usize) -> MessagesPage {
    let newest = recent.latest.last().map(|message| message.number);
    let reaches = stored.first().map_or(0, |message| message.number);
    let oldest_recent = recent.latest.first().map_or(0, |message| message.number);
    let joins = oldest_recent <= reaches || recent.latest.len() < HISTORY_PAGE_MAX;
    let wanted = |number: u64| match page {
        Page::Latest => true,
        Page::Before(before) => number < before,
        Page::After(after) => number > after,
        // The latest belong to it only if they join on to it.
        Page::Around(_) | Page::At(_) => number <= reaches || joins,
    };
    let by_number: BTreeMap<_, _> = as_they_are(stored, &recent)
        .into_iter()
        .chain(recent.latest)
        .filter(|message| wanted(message.number))
        .map(|message| (message.number, message))
        .collect();
    let found = by_number.len();
    let forwards = matches!(page, Page::After(_));
    let messages: Vec<_> = if forwards {
        let mut first: Vec<_> = by_number.into_values().take(limit).collect();
        first.reverse();
        first
    } else {
        by_number.into_values().rev().take(limit).collect()
    };
    let more_below = found > limit || forwards;
    let last = messages.last().map(|message| message.number);
    let first = messages.first().map(|message| message.number);
    MessagesPage {
        next: last.filter(|_| more_below),
        newer: first.filter(|first| newest.is_some_and(|newest| *first < newest)),
        messages,
    }
}

/// Stored messages with what happened to them since.
fn as_they_are(mut stored: Vec<ChatMessage>, recent: &RecentChat) -> Vec<ChatMessage> {
    for message in &mut stored {
        for change in &recent.changes {
            message.change(change);
        }
    }
    stored
}

#[derive(Deserialize)]
pub(super) struct SearchQuery {
    #[serde(default)]
    words: String,
    #[serde(default)]
    from: String,
    said_before: Option<u64>,
    said_after: Option<u64>,
    #[serde(default)]
    has: String,
    before: Option<u64>,
}

impl SearchQuery {
    fn wanted(self) -> Result<Search, Problem> {
        let split =
            |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
        let has = split(&self.has);
        let wanted = Search {
            words: split(&self.words),
            from: split(&self.from),
            before_ms: self.said_before,
            after_ms: self.said_after,
            has_image: has.iter().any(|thing| thing == "image"),
            has_link: has.iter().any(|thing| thing == "link"),
            below: self.before,
        };
        let known = has.iter().all(|thing| thing == "image" || thing == "link");
        let bytes = self.words.len() + self.from.len();
        let words = wanted.words.len() + wanted.from.len();
        if known && bytes <= SEARCH_BYTES_MAX && words <= SEARCH_WORDS_MAX {
            Ok(wanted)
        } else {
            Err(Problem::QUERY)
        }
    }
}

#[derive(Serialize)]
pub(super) struct Found {
    messages: Vec<ChatMessage>,
    /// What to ask for as `before` to get the ones after these; none at the end.
    next: Option<u64>,
}

pub(super) async fn search(
    State(hub): Hub,
    SessionPath(id): SessionPath,
    query: Result<Query<SearchQuery>, QueryRejection>,
    By(asker): By,
) -> Result<Json<Found>, Problem> {
    let Query(query) = query.map_err(|_| Problem::QUERY)?;
    let wanted = query.wanted()?;
    let id = id?;
    let recent = recent(&hub, &id, asker).await?;
    let found = hub.storage.search(&id, wanted).await;
    let found = found.map_err(|error| Problem::from(code_of(&error)))?;
    let next = found.last().map(|message| message.number);
    let next = next.filter(|_| found.len() >= HISTORY_PAGE_MAX);
    let mut messages = as_they_are(found, &recent);
    messages.retain(|message| message.deleted.is_none());
    Ok(Json(Found { messages, next }))
}
