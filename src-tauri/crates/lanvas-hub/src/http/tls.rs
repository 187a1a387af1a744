//! With TLS on: what the certificate is, and what who comes without TLS is answered.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use lanvas_protocol::SessionId;
use serde::Serialize;

use super::{Hub, health, problem::Problem, problem_page, reach};
use crate::{
    access::{self, Refusal},
    hub::Shared,
    tls::Issuer,
};

/// What a page says to people of how they are connected.
#[derive(Serialize)]
struct Shown {
    issuer: Issuer,
    fingerprint: String,
    short: String,
}

/// R83: the certificate; `null` where there is none.
pub(super) async fn state(State(hub): Hub) -> Response {
    let state = hub.tls.as_ref().map(|tls| Shown {
        issuer: tls.issuer(),
        fingerprint: tls.fingerprint().to_string(),
        short: tls.fingerprint().short(),
    });
    Json(state).into_response()
}

/// What is answered without TLS although it may name sessions or addresses: no more than is announced
/// without it, or to this machine alone. Never to a page of somebody else's.
const TOLD: [&str; 3] = ["/api/sessions", "/api/reach", "/api/whereabouts"];

/// Says to all who come without TLS where to come; only whether there is a hub is answered, what it
/// has announced, and whether it has a session: who lists what is nearby asks that (`HEAD`).
pub(super) fn redirecting(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/healthz", get(health))
        .route("/api/sessions", get(super::sessions).fallback(redirect))
        .route("/api/reach", get(reach::read).fallback(redirect))
        .route(
            "/api/whereabouts",
            get(reach::whereabouts).fallback(redirect),
        )
        .fallback(redirect)
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), guard))
        .layer(middleware::from_fn(problem_page::shown))
        .with_state(shared)
}

/// A name that is not ours is sent nowhere. Where a page comes from does not matter to one that is
/// sent on.
async fn guard(State(hub): Hub, request: Request, next: Next) -> Response {
    match access::check(request.headers(), request.uri(), &hub.own) {
        Err(Refusal::Host) => Problem::from(Refusal::Host).into_response(),
        Err(refusal) if TOLD.contains(&request.uri().path()) => {
            Problem::from(refusal).into_response()
        }
        _ => next.run(request).await,
    }
}

async fn redirect(State(hub): Hub, request: Request) -> Response {
    let session = request.uri().path().strip_prefix("/s/");
    let session = session.filter(|_| request.method() == Method::HEAD);
    let is_gone = |id: &str| !SessionId::new(id).is_ok_and(|id| hub.sessions.hosts(&id));
    if session.is_some_and(is_gone) {
        return Problem::NO_SESSION.into_response();
    }
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let upgrades = request.headers().contains_key(header::UPGRADE);
    let scheme = if upgrades { "wss" } else { "https" };
    let path = request.uri().path_and_query().map_or("/", |it| it.as_str());
    let Ok(location) = HeaderValue::try_from(format!("{scheme}://{host}{path}")) else {
        return Problem::HOST.into_response();
    };
    // Nothing is said of how long: who runs a hub may go back to http.
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::CONNECTION, HeaderValue::from_static("close")),
    ];
    (StatusCode::PERMANENT_REDIRECT, headers).into_response()
}
