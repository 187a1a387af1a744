//! What was done to keep order, for who keeps it. Rules R77, R79
//! and R84.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use lanvas_protocol::{ErrorCode, ParticipantId, SessionId, Shape, ShapeId, audit::AuditEntry};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::{Hub, Problem, SessionPath, bearer, way};
use crate::{
    hub::{Shared, code_of},
    session::work::Asked,
    session_task::{Command, OrderKept, now_ms},
    storage::WorkFound,
};

const MESSAGE_PACK: &str = "application/msgpack";

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

#[derive(Deserialize)]
pub(super) struct WorkQuery {
    by: ParticipantId,
    /// By the hub's clock, which who asks may not have.
    ago_ms: Option<u64>,
}

#[derive(Serialize)]
struct WorkTold<'a> {
    since_ms: u64,
    gone: &'a [ShapeId],
    shapes: &'a [Arc<Shape>],
    more: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept_from_ms: Option<u64>,
}

pub(super) async fn work(
    State(hub): Hub,
    SessionPath(id): SessionPath,
    query: Result<Query<WorkQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Query(WorkQuery { by: who, ago_ms }) = query.map_err(|_| Problem::QUERY)?;
    let since_ms = ago_ms.map_or(0, |ago_ms| now_ms().saturating_sub(ago_ms));
    let id = id?;
    let session = way(&hub, Some(id.clone())).await?;
    let (reply, answer) = oneshot::channel();
    let secret = bearer(&headers);
    let _ = session.send(Command::ReadWork { secret, reply }).await;
    let unstored = match answer.await {
        Ok(Err(ErrorCode::Forbidden)) | Err(_) => return Err(Problem::MODERATORS_ONLY),
        Ok(unstored) => unstored?,
    };
    let found = hub
        .storage
        .work(&id, Asked { who, since_ms }, unstored)
        .await;
    let found = found.map_err(|error| Problem::from(code_of(&error)))?;
    Ok(told(&headers, since_ms, &found))
}

/// As the binary encoding has shapes, to the last point, for who takes that.
fn told(headers: &HeaderMap, since_ms: u64, found: &WorkFound) -> Response {
    let WorkFound {
        without,
        kept_from_ms,
    } = found;
    let told = WorkTold {
        since_ms,
        gone: &without.gone,
        shapes: &without.shapes,
        more: without.more,
        kept_from_ms: *kept_from_ms,
    };
    let accepted = headers.get(header::ACCEPT);
    if accepted.is_some_and(|it| it.as_bytes() == MESSAGE_PACK.as_bytes()) {
        let bytes = rmp_serde::to_vec_named(&told).expect("shapes have no failing parts");
        return ([(header::CONTENT_TYPE, MESSAGE_PACK)], bytes).into_response();
    }
    Json(told).into_response()
}

async fn ask(hub: &Arc<Shared>, id: SessionId, headers: &HeaderMap) -> Result<OrderKept, Problem> {
    let session = way(hub, Some(id)).await?;
    let (reply, answer) = oneshot::channel();
    let secret = bearer(headers);
    let _ = session.send(Command::ReadOrder { secret, reply }).await;
    Ok(answer.await.unwrap_or_default())
}
