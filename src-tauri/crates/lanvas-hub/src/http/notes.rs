//! The life of the notes over HTTP, to look back and to see who wrote what. Rule R60.

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
};
use lanvas_protocol::PageId;
use serde::{Deserialize, Serialize};

use super::{By, Hub, SessionPath, history::recent, problem::Problem};
use crate::{
    hub::code_of,
    storage::{EDITS_PAGE_MAX, NotesEdit},
};

#[derive(Deserialize)]
pub(super) struct HistoryQuery {
    #[serde(default)]
    after: u64,
    #[serde(default)]
    page: PageId,
}

#[derive(Serialize)]
pub(super) struct EditsPage {
    edits: Vec<NotesEdit>,
    /// What to ask for as `after` to get those after these; none at the end.
    next: Option<u64>,
}

pub(super) async fn history(
    State(hub): Hub,
    SessionPath(id): SessionPath,
    query: Result<Query<HistoryQuery>, QueryRejection>,
    By(asker): By,
) -> Result<Json<EditsPage>, Problem> {
    let Query(query) = query.map_err(|_| Problem::QUERY)?;
    let id = id?;
    // Who may read the chat may read the notes.
    recent(&hub, &id, asker).await?;
    let edits = hub.storage.notes_edits(&id, query.page, query.after).await;
    let edits = edits.map_err(|error| Problem::from(code_of(&error)))?;
    let last = edits.last().map(|edit| edit.number);
    let next = last.filter(|_| edits.len() >= EDITS_PAGE_MAX);
    Ok(Json(EditsPage { edits, next }))
}
