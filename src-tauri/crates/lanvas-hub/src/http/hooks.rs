//! Words from outside: what the host switches on, and what a script or an SMS gateway then sends.
//! Rules R58 and R59 of the protocol.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use lanvas_protocol::{ErrorCode, SessionId, limits::HOOK_BYTES_MAX};
use serde::{Deserialize, Deserializer};
use subtle::ConstantTimeEq;
use tokio::sync::{Mutex, oneshot};

use super::{Hub, SessionPath, bearer, body, problem::Problem, way};
use crate::{
    hook::{Incoming, Said, is_signed, read},
    hub::{Shared, code_of, random_hex},
    session::roster::hash_secret,
    session_task::Command,
    storage::{Storage, StoredHook, Twilio},
};

/// Bytes of a public address and of a token of Twilio's.
const SETTING_BYTES_MAX: usize = 256;
/// An answer that says nothing to who sent the text message.
const TWIML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response></Response>";

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// A new token each time; the one before is of no use any more.
    on: bool,
    /// Absent: as it was set before; null: none from now on.
    #[serde(default, deserialize_with = "said")]
    twilio: Option<Option<TwilioWanted>>,
}

/// What is there, be it null, apart from what is absent.
fn said<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<TwilioWanted>>, D::Error> {
    Option::deserialize(value).map(Some)
}

#[derive(Deserialize)]
struct TwilioWanted {
    public_url: String,
    auth_token: String,
}

impl TwilioWanted {
    fn checked(self) -> Result<Twilio, Problem> {
        let public_url = self.public_url.trim_end_matches('/').to_owned();
        let web = public_url.starts_with("https://") || public_url.starts_with("http://");
        let fits = |text: &str| (1..=SETTING_BYTES_MAX).contains(&text.len());
        if web && fits(&public_url) && fits(&self.auth_token) {
            let auth_token = self.auth_token;
            Ok(Twilio {
                public_url,
                auth_token,
            })
        } else {
            Err(Problem::HOOK_SETTINGS)
        }
    }
}

/// Whether one is on. Its token is told only when it is made.
pub(super) async fn state(
    State(hub): Hub,
    SessionPath(id): SessionPath,
    headers: HeaderMap,
) -> Result<Json<serde_json::Value>, Problem> {
    let id = id?;
    ask_host(&hub, &id, &headers).await?;
    let hook = hub.hooks.of(&hub.storage, &id).await?;
    Ok(Json(state_of(hook.as_ref())))
}

fn state_of(hook: Option<&StoredHook>) -> serde_json::Value {
    let twilio = hook.is_some_and(|hook| hook.twilio.is_some());
    serde_json::json!({ "on": hook.is_some(), "twilio": twilio })
}

/// Switches one on, with a new token, or off.
pub(super) async fn set(
    State(hub): Hub,
    SessionPath(id): SessionPath,
    headers: HeaderMap,
    wanted: Body,
) -> Result<Json<serde_json::Value>, Problem> {
    let id = id?;
    ask_host(&hub, &id, &headers).await?;
    let (too_large, broken) = (Problem::HOOK_TOO_LARGE, Problem::HOOK_SETTINGS);
    let wanted = body::whole(wanted, HOOK_BYTES_MAX, too_large, broken).await?;
    let wanted: Wanted = serde_json::from_slice(&wanted).map_err(|_| Problem::HOOK_SETTINGS)?;
    let token = random_hex().map_err(|_| Problem::BUSY)?;
    let hook = if wanted.on {
        let twilio = match wanted.twilio {
            Some(wanted) => wanted.map(TwilioWanted::checked).transpose()?,
            None => hub
                .hooks
                .of(&hub.storage, &id)
                .await?
                .and_then(|it| it.twilio),
        };
        Some(StoredHook {
            token_hash: hash_secret(&token),
            twilio,
        })
    } else {
        None
    };
    let mut state = state_of(hook.as_ref());
    if wanted.on {
        state["path"] = format!("/hooks/{token}").into();
    }
    hub.hooks.set(&hub.storage, &id, hook).await?;
    Ok(Json(state))
}

async fn ask_host(hub: &Arc<Shared>, id: &SessionId, headers: &HeaderMap) -> Result<(), Problem> {
    let session = way(hub, Some(id.clone())).await?;
    let (reply, answer) = oneshot::channel();
    let secret = bearer(headers);
    let _ = session.send(Command::AskHost { secret, reply }).await;
    let host = answer.await.unwrap_or(false);
    host.then_some(()).ok_or(Problem::HOST_ONLY)
}

/// Somebody speaks into the room.
pub(super) async fn speak(
    State(hub): Hub,
    token: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let Path(token) = token.map_err(|_| Problem::NO_HOOK)?;
    let (id, hook) = found(&hub, &token).await?;
    let (too_large, broken) = (Problem::HOOK_TOO_LARGE, Problem::HOOK_WORDS);
    let body = body::whole(body, HOOK_BYTES_MAX, too_large, broken).await?;
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let content_type = text(header::CONTENT_TYPE).unwrap_or_default();
    match read(content_type, &body).ok_or(Problem::HOOK_WORDS)? {
        Incoming::Chat(said) => {
            say(&hub, &id, said).await?;
            Ok((StatusCode::OK, "ok").into_response())
        }
        Incoming::Sms { said, fields } => {
            let twilio = hook.twilio.ok_or(Problem::HOOK_SIGNATURE)?;
            let url = format!("{}/hooks/{token}", twilio.public_url);
            let signature = headers
                .get("x-twilio-signature")
                .and_then(|value| value.to_str().ok());
            if !signature
                .is_some_and(|signature| is_signed(&twilio.auth_token, &url, &fields, signature))
            {
                return Err(Problem::HOOK_SIGNATURE);
            }
            say(&hub, &id, said).await?;
            Ok(([(header::CONTENT_TYPE, "text/xml")], TWIML).into_response())
        }
    }
}

/// The session whose hook has that token.
async fn found(hub: &Shared, token: &str) -> Result<(SessionId, StoredHook), Problem> {
    let hash = hash_secret(token);
    for info in hub.list().iter() {
        let hook = hub.hooks.of(&hub.storage, &info.id).await?;
        if let Some(hook) = hook.filter(|hook| hook.token_hash.ct_eq(&hash).into()) {
            return Ok((info.id.clone(), hook));
        }
    }
    Err(Problem::NO_HOOK)
}

async fn say(hub: &Arc<Shared>, id: &SessionId, Said { name, text }: Said) -> Result<(), Problem> {
    let session = way(hub, Some(id.clone())).await?;
    let (reply, answer) = oneshot::channel();
    let _ = session.send(Command::Speak { name, text, reply }).await;
    let said = answer.await.unwrap_or(Err(ErrorCode::ShuttingDown));
    said.map_err(|code| match code {
        ErrorCode::RateLimited => Problem::HOOK_PACE,
        ErrorCode::MessageEmpty => Problem::HOOK_WORDS,
        other => Problem::from(other),
    })
}

/// The hooks of the hosted sessions, read once.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    known: Mutex<BTreeMap<SessionId, Option<StoredHook>>>,
}

impl Hooks {
    async fn of(&self, storage: &Storage, id: &SessionId) -> Result<Option<StoredHook>, Problem> {
        let mut known = self.known.lock().await;
        if let Some(hook) = known.get(id) {
            return Ok(hook.clone());
        }
        let hook = storage.hook(id).await;
        let hook = hook.map_err(|error| Problem::from(code_of(&error)))?;
        known.insert(id.clone(), hook.clone());
        Ok(hook)
    }

    async fn set(
        &self,
        storage: &Storage,
        id: &SessionId,
        hook: Option<StoredHook>,
    ) -> Result<(), Problem> {
        let mut known = self.known.lock().await;
        let stored = storage.set_hook(id, hook.clone()).await;
        stored.map_err(|error| Problem::from(code_of(&error)))?;
        known.insert(id.clone(), hook);
        Ok(())
    }
}
