//! Signing up, in and out, and what the host does about it: rules R85 to R89, R91 and R92 of the protocol.
//!
//! Promises: small requests, whole or refused; one answer for all that is wrong with a name and its
//! password; nothing secret is logged or printed. Must not know: what the messages of OPAQUE say.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Extension, Json, Router,
    body::Bytes,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use lanvas_protocol::limits::ACCOUNT_REQUEST_BYTES_MAX;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Hub, Place, Problem, bearer, body};
use crate::{
    accounts::{About, Begun, Denied, SignedIn, pending::PendingId},
    hub::Shared,
    session::roster::matches_hash,
};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(state))
        .route("/me", get(me))
        .route("/sign-up/start", post(begin_sign_up))
        .route("/sign-up/finish", post(finish_sign_up))
        .route("/sign-in/start", post(begin_sign_in))
        .route("/sign-in/finish", post(finish_sign_in))
        .route("/password/start", post(begin_change))
        .route("/password/finish", post(finish_change))
        .route("/sign-out", post(sign_out))
        .route("/all", get(everybody))
        .route("/remove", post(remove))
        .route("/reset", post(reset))
}

/// A body within its limit.
struct Said(Bytes);

impl<S: Send + Sync> FromRequest<S> for Said {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (too_large, broken) = (Problem::ACCOUNT_TOO_LARGE, Problem::ACCOUNT_REQUEST);
        let said = request.into_body();
        let said = body::whole(said, ACCOUNT_REQUEST_BYTES_MAX, too_large, broken).await;
        said.map(Self)
    }
}

/// A message of OPAQUE, as hexadecimal digits.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Message(#[serde(with = "crate::hexadecimal")] Vec<u8>);

/// Somebody begins.
#[derive(Deserialize)]
struct Beginning {
    name: String,
    request: Message,
    /// What signing in on this device gave before.
    #[serde(default)]
    device: Option<String>,
}

/// Somebody who sets another password proves the one they have.
#[derive(Deserialize)]
struct Change {
    id: String,
    proof: Message,
    request: Message,
}

#[derive(Deserialize)]
struct Record {
    id: String,
    record: Message,
}

#[derive(Deserialize)]
struct Proof {
    id: String,
    proof: Message,
}

#[derive(Default, Deserialize)]
struct SignOut {
    #[serde(default)]
    everywhere: bool,
}

/// Whom the host means.
#[derive(Deserialize)]
struct Whom {
    name: String,
}

/// What the host tells who has forgotten theirs.
#[derive(Serialize)]
struct Lent {
    password: String,
}

#[derive(Serialize)]
struct Answer {
    id: String,
    response: Message,
}

#[derive(Serialize)]
struct Welcome {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    lent: bool,
}

/// Whether there can be any here.
#[derive(Serialize)]
struct Offered {
    on: bool,
}

async fn state(State(hub): Hub) -> Json<Offered> {
    let on = hub.accounts.are_on() != Err(Denied::Off);
    Json(Offered { on })
}

async fn me(State(hub): Hub, headers: HeaderMap) -> Result<Json<Welcome>, Problem> {
    hub.accounts.are_on()?;
    let token = bearer(&headers).ok_or(Problem::SIGNED_OUT)?;
    let name = hub.accounts.name_by(&token)?;
    let (token, device, lent) = (None, None, false);
    Ok(Json(Welcome {
        name,
        token,
        device,
        lent,
    }))
}

async fn begin_sign_up(
    State(hub): Hub,
    place: Place,
    Said(said): Said,
) -> Result<Json<Answer>, Problem> {
    let Beginning { name, request, .. } = parse(&said)?;
    let begun = hub.accounts.begin_sign_up(from(&place), &name, request.0);
    Ok(begun.await?.into())
}

async fn finish_sign_up(
    State(hub): Hub,
    Said(said): Said,
) -> Result<(StatusCode, Json<Welcome>), Problem> {
    let Record { id, record } = parse(&said)?;
    let id = PendingId::new(id);
    let done = hub.accounts.finish_sign_up(&id, &record.0);
    Ok((StatusCode::CREATED, done.await?.into()))
}

async fn begin_sign_in(
    State(hub): Hub,
    place: Place,
    Said(said): Said,
) -> Result<Json<Answer>, Problem> {
    let Beginning {
        name,
        request,
        device,
    } = parse(&said)?;
    let begun = hub
        .accounts
        .begin_sign_in(from(&place), &name, device.as_deref(), request.0);
    Ok(begun.await?.into())
}

async fn finish_sign_in(State(hub): Hub, Said(said): Said) -> Result<Json<Welcome>, Problem> {
    let Proof { id, proof } = parse(&said)?;
    let id = PendingId::new(id);
    let done = hub.accounts.finish_sign_in(&id, &proof.0);
    Ok(done.await?.into())
}

async fn begin_change(
    State(hub): Hub,
    place: Place,
    Said(said): Said,
) -> Result<Json<Answer>, Problem> {
    let Change { id, proof, request } = parse(&said)?;
    let id = PendingId::new(id);
    let begun = hub
        .accounts
        .begin_change(from(&place), &id, &proof.0, request.0);
    Ok(begun.await?.into())
}

async fn finish_change(State(hub): Hub, Said(said): Said) -> Result<Json<Welcome>, Problem> {
    let Record { id, record } = parse(&said)?;
    let id = PendingId::new(id);
    let done = hub.accounts.finish_change(&id, &record.0);
    Ok(done.await?.into())
}

async fn sign_out(
    State(hub): Hub,
    headers: HeaderMap,
    Said(said): Said,
) -> Result<StatusCode, Problem> {
    let token = bearer(&headers).ok_or(Problem::SIGNED_OUT)?;
    let SignOut { everywhere } = if said.is_empty() {
        SignOut::default()
    } else {
        parse(&said)?
    };
    hub.accounts.sign_out(&token, everywhere).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn everybody(State(hub): Hub, headers: HeaderMap) -> Result<Json<Vec<About>>, Problem> {
    is_host(&hub, &headers)?;
    Ok(Json(hub.accounts.everybody()?))
}

async fn remove(
    State(hub): Hub,
    headers: HeaderMap,
    Said(said): Said,
) -> Result<StatusCode, Problem> {
    is_host(&hub, &headers)?;
    let Whom { name } = parse(&said)?;
    hub.accounts.remove(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn reset(
    State(hub): Hub,
    headers: HeaderMap,
    Said(said): Said,
) -> Result<Json<Lent>, Problem> {
    is_host(&hub, &headers)?;
    let Whom { name } = parse(&said)?;
    let password = hub.accounts.lend(&name).await?;
    Ok(Json(Lent { password }))
}

/// Accounts are the hub's: being a host in one session is not enough, it takes the hub's own token.
fn is_host(hub: &Shared, headers: &HeaderMap) -> Result<(), Problem> {
    let said = bearer(headers).ok_or(Problem::HUB_ONLY)?;
    let right = matches_hash(&said, &hub.access.host_token_hash);
    right.then_some(()).ok_or(Problem::HUB_ONLY)
}

fn parse<T: DeserializeOwned>(said: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(said).map_err(|_| Problem::ACCOUNT_REQUEST)
}

fn from(Extension(place): &Place) -> IpAddr {
    place.address
}

impl From<Begun> for Json<Answer> {
    fn from(begun: Begun) -> Self {
        Self(Answer {
            id: begun.id.as_str().to_owned(),
            response: Message(begun.response),
        })
    }
}

impl From<SignedIn> for Json<Welcome> {
    fn from(
        SignedIn {
            name,
            token,
            device,
            lent,
        }: SignedIn,
    ) -> Self {
        let token = Some(token);
        Self(Welcome {
            name,
            token,
            device,
            lent,
        })
    }
}

impl From<Denied> for Problem {
    fn from(why: Denied) -> Self {
        match why {
            Denied::Malformed => Self::ACCOUNT_REQUEST,
            Denied::InvalidName => Self::ACCOUNT_NAME,
            Denied::Taken => Self::ACCOUNT_TAKEN,
            Denied::Full => Self::ACCOUNTS_FULL,
            Denied::Wrong => Self::SIGN_IN,
            Denied::Wait(wait_ms) => Self::SIGN_IN_PACE.after_ms(wait_ms),
            Denied::Over => Self::SIGN_IN_OVER,
            Denied::SignedOut => Self::SIGNED_OUT,
            Denied::Busy => Self::BUSY,
            Denied::Unkept => Self::ACCOUNTS_UNKEPT,
            Denied::Off => Self::ACCOUNTS_OFF,
            Denied::Nobody => Self::NO_ACCOUNT,
        }
    }
}
