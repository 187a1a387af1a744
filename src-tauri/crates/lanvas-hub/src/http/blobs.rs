//! Files of a session: pictures that lie on the board or are in the chat.
//!
//! Only who is in the session may bring one; reading is as reading the chat. What is handed out is
//! a picture by its bytes, under a fixed type, and may run nothing wherever it is opened.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Json,
    body::{Body, Bytes},
    extract::{FromRequestParts, Path, State},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use bytes::BytesMut;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use lanvas_protocol::{
    BlobName, ErrorCode, SessionId,
    limits::{BLOB_BYTES_MAX, BLOB_PIXELS_MAX},
};
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout, timeout_at},
};

use super::{By, Hub, Place, Problem, SessionPath, places::Costly, way};
use crate::{
    hub::{Shared, code_of},
    limits::UPLOAD_PROGRESS_BYTES,
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
    Extension(place): Place,
    By(asker): By,
    body: Body,
) -> Result<Response, Problem> {
    let id = id?;
    let session = way(&hub, Some(id.clone())).await?;
    may(&session, asker, true).await?;
    let _share = place.share(Costly::Upload).ok_or(Problem::BUSY)?;
    let receiving = receive(body, hub.tuning.patience.upload);
    let bytes = timeout(UPLOAD_TIMEOUT, receiving).await;
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

async fn receive(body: Body, patience: Duration) -> Result<Bytes, Problem> {
    let mut body = Limited::new(body, BLOB_BYTES_MAX);
    let mut file = BytesMut::new();
    let mut progress = Progress::new(patience, Instant::now());
    loop {
        match timeout_at(progress.due, body.frame()).await {
            Err(_) if progress.goes_on(file.len()) => {}
            Err(_) => return Err(Problem::UPLOAD_CUT),
            Ok(None) => return Ok(file.freeze()),
            Ok(Some(Ok(frame))) => {
                if let Ok(data) = frame.into_data() {
                    file.extend_from_slice(&data);
                }
            }
            Ok(Some(Err(error))) if error.is::<LengthLimitError>() => {
                return Err(Problem::FILE_TOO_LARGE);
            }
            Ok(Some(Err(_))) => return Err(Problem::UPLOAD_CUT),
        }
    }
}

/// Whether a file still comes: so much of it in each stretch of time.
#[derive(Debug)]
struct Progress {
    patience: Duration,
    /// When the stretch ends …
    due: Instant,
    /// … and how many bytes must be there by then.
    wanted: usize,
}

impl Progress {
    fn new(patience: Duration, now: Instant) -> Self {
        Self {
            patience,
            due: now + patience,
            wanted: UPLOAD_PROGRESS_BYTES,
        }
    }

    /// The stretch has ended with so many bytes: whether another begins.
    fn goes_on(&mut self, bytes: usize) -> bool {
        let enough = bytes >= self.wanted;
        self.due += self.patience;
        self.wanted = bytes + UPLOAD_PROGRESS_BYTES;
        enough
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

#[cfg(test)]
mod tests {
    use super::*;

    /// At the edge and past it, in the first stretch and in a later one.
    #[test]
    fn a_file_goes_on_as_long_as_enough_of_it_comes_in_each_stretch() {
        let (patience, now) = (Duration::from_secs(10), Instant::now());
        for missing in [0, 1] {
            let mut progress = Progress::new(patience, now);
            assert_eq!(progress.due, now + patience);
            assert!(progress.goes_on(UPLOAD_PROGRESS_BYTES + 500), "one stretch");
            assert_eq!(progress.due, now + 2 * patience);
            let next = 2 * UPLOAD_PROGRESS_BYTES + 500 - missing;
            assert_eq!(progress.goes_on(next), missing == 0);
        }
        assert!(!Progress::new(patience, now).goes_on(UPLOAD_PROGRESS_BYTES - 1));
    }
}
