//! Files of a session: pictures that lie on the board or are in the chat.
//!
//! Only who is in the session may bring one; reading is as reading the chat. What is handed out is
//! a picture by its bytes, under a fixed type, and may run nothing wherever it is opened.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{FromRequestParts, Path, State},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use lanvas_protocol::{
    BlobName, ErrorCode, SessionId,
    limits::{BLOB_BYTES_MAX, BLOB_PIXELS_MAX},
};
use tokio::{
    sync::{mpsc, oneshot},
    time::timeout,
};

use super::{By, Hub, Problem, SessionPath, way};
use crate::{
    hub::{Shared, code_of},
    picture::{Picture, begins_as_picture, read_head},
    session::Asker,
    session_task::Command,
    storage::{Blob, Kept},
};

/// Who is slower than this with a whole file is given up.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(300);
/// Files are shown, never opened as pages: nothing of them may run.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; sandbox";

/// The session and the file of a path.
pub(super) struct BlobPath(SessionId, BlobName);

impl<S: Send + Sync> FromRequestParts<S> for BlobPath {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((id, name)) = path.map_err(|_| Problem::NO_BLOB)?;
        let id = SessionId::new(id).map_err(|_| Problem::NO_SESSION)?;
        let name = BlobName::try_from(name).map_err(|_| Problem::NO_BLOB)?;
        Ok(Self(id, name))
    }
}

pub(super) async fn read(
    State(hub): Hub,
    BlobPath(id, name): BlobPath,
    By(asker): By,
) -> Result<Response, Problem> {
    let session = way(&hub, Some(id.clone())).await?;
    may(&session, asker, false).await?;
    let found = hub.storage.blob(&id, name).await;
    let blob = found
        .map_err(|error| Problem::from(code_of(&error)))?
        .ok_or(Problem::NO_BLOB)?;
    let headers = [
        (header::CONTENT_TYPE, shown_type(&blob).to_owned()),
        (
            header::CONTENT_SECURITY_POLICY,
            CONTENT_SECURITY_POLICY.to_owned(),
        ),
        // What a name stands for never changes; who may see it is asked once.
        (
            header::CACHE_CONTROL,
            "private, max-age=31536000, immutable".to_owned(),
        ),
    ];
    Ok((headers, blob.bytes).into_response())
}

/// Of the bytes, not of what the file in the folder says: that may come from anywhere.
fn shown_type(blob: &Blob) -> &'static str {
    read_head(&blob.bytes).map_or("application/octet-stream", |picture| picture.content_type)
}

pub(super) async fn keep(
    State(hub): Hub,
    SessionPath(id): SessionPath,
    By(asker): By,
    body: Body,
) -> Result<Response, Problem> {
    let id = id?;
    let session = way(&hub, Some(id.clone())).await?;
    may(&session, asker, true).await?;
    let _place = hub.uploads.try_acquire().map_err(|_| Problem::BUSY)?;
    let bytes = timeout(UPLOAD_TIMEOUT, receive(body)).await;
    let bytes = bytes.map_err(|_| Problem::UPLOAD_CUT)??;
    let picture = read_head(&bytes).ok_or_else(|| why_no_picture(&bytes))?;
    if u64::from(picture.width) * u64::from(picture.height) > BLOB_PIXELS_MAX {
        return Err(Problem::PICTURE_TOO_LARGE);
    }
    put_away(&hub, &id, picture, &bytes).await
}

fn why_no_picture(bytes: &[u8]) -> Problem {
    if bytes.is_empty() || begins_as_picture(bytes) {
        Problem::PICTURE_DAMAGED
    } else {
        Problem::NO_PICTURE
    }
}

async fn receive(body: Body) -> Result<Bytes, Problem> {
    match Limited::new(body, BLOB_BYTES_MAX).collect().await {
        Ok(all) => Ok(all.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::FILE_TOO_LARGE),
        Err(_) => Err(Problem::UPLOAD_CUT),
    }
}

async fn put_away(
    hub: &Arc<Shared>,
    id: &SessionId,
    picture: Picture,
    bytes: &Bytes,
) -> Result<Response, Problem> {
    let blob = Blob {
        content_type: picture.content_type.to_owned(),
        bytes: bytes.to_vec(),
    };
    let kept = hub.storage.keep_blob(id, blob).await;
    let (status, name) = match kept.map_err(|error| Problem::from(code_of(&error)))? {
        Kept::New(name) => (StatusCode::CREATED, name),
        Kept::Already(name) => (StatusCode::OK, name),
        Kept::NoRoom => return Err(Problem::NO_ROOM),
    };
    let answer = serde_json::json!({
        "blob": name,
        "type": picture.content_type,
        "width": picture.width,
        "height": picture.height,
        "bytes": bytes.len(),
    });
    Ok((status, Json(answer)).into_response())
}

/// Whether the sender of the request may; to bring something one must be in.
async fn may(session: &mpsc::Sender<Command>, asker: Asker, bring: bool) -> Result<(), Problem> {
    let (reply, answer) = oneshot::channel();
    let asking = Command::AskFiles {
        asker,
        bring,
        reply,
    };
    let _ = session.send(asking).await;
    Ok(answer.await.unwrap_or(Err(ErrorCode::PasswordRequired))?)
}
