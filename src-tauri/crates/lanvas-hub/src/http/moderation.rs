//! What was done to keep order, for who keeps it. Rules R77 and R79.

use std::sync::Arc;

use axum::{Json, extract::State, http::HeaderMap};
use lanvas_protocol::{ParticipantId, SessionId, audit::AuditEntry};
use serde::Serialize;
use tokio::sync::oneshot;

use super::{Hub, Problem, SessionPath, bearer, way};
use crate::{
    hub::Shared,
    session_task::{Command, OrderKept},
};

#[derive(Serialize)]
pub(super) struct KeptOut {
    participant: ParticipantId,
    name: String,
    until_ms: u64,
}

pub(super) async fn audit(
    State(hub): Hub,
    SessionPath(id): SessionPath,
    headers: HeaderMap,
) -> Result<Json<Vec<Arc<AuditEntry>>>, Problem> {
    let kept = ask(&hub, id?, &headers).await?;
    kept.audit.map(Json).ok_or(Problem::HOST_ONLY)
}

pub(super) async fn bans(
    State(hub): Hub,
    SessionPath(id): SessionPath,
    headers: HeaderMap,
) -> Result<Json<Vec<KeptOut>>, Problem> {
    let kept = ask(&hub, id?, &headers).await?;
    let kept_out = kept.kept_out.ok_or(Problem::MODERATORS_ONLY)?;
    let told = kept_out.into_iter().map(|(person, until_ms)| KeptOut {
        participant: person.id,
        name: person.name,
        until_ms,
    });
    Ok(Json(told.collect()))
}

async fn ask(hub: &Arc<Shared>, id: SessionId, headers: &HeaderMap) -> Result<OrderKept, Problem> {
    let session = way(hub, Some(id)).await?;
    let (reply, answer) = oneshot::channel();
    let secret = bearer(headers);
    let _ = session.send(Command::ReadOrder { secret, reply }).await;
    Ok(answer.await.unwrap_or_default())
}
