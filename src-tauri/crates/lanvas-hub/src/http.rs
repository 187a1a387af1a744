//! The routes: the UI's files, the sockets, the small JSON interface, health and metrics.

mod accounts;
mod blobs;
mod body;
mod echo;
pub(crate) mod files;
mod history;
pub(crate) mod hooks;
mod language;
mod moderation;
mod notes;
mod places;
mod problem;
mod problem_page;
pub(crate) mod reach;
mod server;
mod tls;
mod upgrade;

use std::{convert::Infallible, sync::Arc};

use axum::{
    Extension, Json, Router,
    extract::{DefaultBodyLimit, FromRequestParts, Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use lanvas_protocol::{
    Encoding, ErrorCode, Fingerprint, SUBPROTOCOL_BINARY, SUBPROTOCOL_JSON, SessionId, door::Entry,
};
use serde::Serialize;

pub(crate) use self::server::serve;
use self::{language::Language, places::Costly, problem::Problem, upgrade::Upgrade};
use crate::{
    access::{self, Refusal},
    connection::{self, Link, Socket},
    hub::Shared,
    metrics::Format,
    session::Asker,
    sessions::{self, Way},
};

/// What every page of ours may do: nothing from elsewhere, no inline script. CodeMirror styles by
/// `style` elements, so inline styles are allowed; a hub whose address changed is asked at the new one.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; font-src 'self'; \
    connect-src 'self' ws: wss: http: https:; manifest-src 'self'; worker-src 'self' blob:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

type Hub = State<Arc<Shared>>;
/// What the connection counts as; kept by whatever outlives the request.
type Place = Extension<Arc<places::Place>>;

/// The session id of a path, or that it is none.
struct SessionPath(Result<SessionId, Problem>);

impl SessionPath {
    fn ok(self) -> Option<SessionId> {
        self.0.ok()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SessionPath {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|Path(id)| SessionId::new(id).ok());
        Ok(Self(id.ok_or(Problem::NO_SESSION)))
    }
}

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(front))
        .route("/s/{id}", get(session_page))
        .route("/ws/{id}", get(session_socket))
        .route("/echo", get(echo))
        .route("/api/sessions", get(sessions))
        .route("/api/sessions/{id}/messages", get(history::messages))
        .route("/api/sessions/{id}/search", get(history::search))
        .route("/api/sessions/{id}/notes/history", get(notes::history))
        .route(
            "/api/sessions/{id}/hook",
            get(hooks::state).post(hooks::set),
        )
        .route("/api/sessions/{id}/audit", get(moderation::audit))
        .route("/api/sessions/{id}/bans", get(moderation::bans))
        .route("/api/sessions/{id}/work", get(moderation::work))
        .route("/hooks/{token}", post(hooks::speak))
        .route(
            "/api/sessions/{id}/blobs",
            post(blobs::keep).layer(DefaultBodyLimit::disable()),
        )
        .route("/api/sessions/{id}/blobs/{name}", get(blobs::read))
        .nest("/api/accounts", accounts::routes())
        .route("/api/nearby", get(nearby))
        .route("/test", get(reach::page))
        .route("/api/reach", get(reach::read).post(reach::tell))
        .route("/api/whereabouts", get(reach::whereabouts))
        .route("/api/tls", get(tls::state))
        .route("/healthz", get(health))
        .route("/metrics", get(metrics))
        .fallback(files::file)
        .method_not_allowed_fallback(async || Problem::METHOD)
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), guard))
        .layer(middleware::from_fn(problem_page::shown))
        .with_state(shared)
}

/// Turns foreign pages away, answers the app's preflights, and puts the same headers on all.
async fn guard(State(hub): Hub, request: Request, next: Next) -> Response {
    // A hook's token proves more than a name does, and a gateway comes by a name of its own.
    let by_token = request.uri().path().starts_with("/hooks/");
    let former = former_origin(&hub, request.headers());
    match access::check(request.headers(), request.uri(), &hub.own) {
        Err(Refusal::Origin) if former.is_some() => {}
        Err(refusal) if !by_token => return Problem::from(refusal).into_response(),
        _ => {}
    }
    let app = access::app_origin(request.headers()).map(HeaderValue::from_static);
    let elsewhere = app.or(former);
    let mut response = if request.method() == Method::OPTIONS && elsewhere.is_some() {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = elsewhere {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("authorization, content-type"),
        );
        // Chromium asks for this where the app's own page counts as more public than the network.
        headers.insert(
            "access-control-allow-private-network",
            HeaderValue::from_static("true"),
        );
    }
    response
}

/// R71: the request's origin, if the page was served by this hub at an address it has or had.
fn former_origin(hub: &Shared, headers: &HeaderMap) -> Option<HeaderValue> {
    let origin = headers.get(header::ORIGIN)?;
    let own = hub.whereabouts.is_own_origin(origin.to_str().ok()?);
    own.then(|| origin.clone())
}

// --- pages and files ------------------------------------------------------------------------

async fn front(State(hub): Hub, language: Language) -> Response {
    match hub.list().as_ref() {
        [only] => Redirect::temporary(&format!("/s/{}", only.id)).into_response(),
        _ => page(&hub, "index.html", language),
    }
}

/// The UI either way: it says in words that a session is not there. The status says it to programs.
async fn session_page(State(hub): Hub, id: SessionPath, language: Language) -> Response {
    let known = id.ok().is_some_and(|id| hub.sessions.hosts(&id));
    let mut response = page(&hub, "index.html", language);
    if !known {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// A page of the UI, which says what it has to say before and without its script in the reader's language.
fn page(hub: &Shared, name: &str, language: Language) -> Response {
    let Some(mut asset) = hub.ui.get(name) else {
        return Problem::NO_UI.into_response();
    };
    language.put_on(&mut asset.bytes);
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (
            header::CONTENT_SECURITY_POLICY,
            CONTENT_SECURITY_POLICY.to_owned(),
        ),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
        (header::VARY, "accept-language".to_owned()),
    ];
    (headers, asset.bytes.into_owned()).into_response()
}

// --- sockets --------------------------------------------------------------------------------

/// What a socket speaks, and the subprotocol's name if it asked for one; or that it asked for
/// something else.
fn encoding_of(headers: &HeaderMap) -> Result<(Encoding, Option<&'static str>), ErrorCode> {
    match upgrade::offers(headers).as_slice() {
        [] => Ok((Encoding::Json, None)),
        names if names.contains(&SUBPROTOCOL_BINARY) => {
            Ok((Encoding::Binary, Some(SUBPROTOCOL_BINARY)))
        }
        names if names.contains(&SUBPROTOCOL_JSON) => Ok((Encoding::Json, Some(SUBPROTOCOL_JSON))),
        _ => Err(ErrorCode::UnsupportedVersion),
    }
}

async fn session_socket(
    State(hub): Hub,
    id: SessionPath,
    place: Place,
    headers: HeaderMap,
    upgrade: Result<Upgrade, Problem>,
) -> Result<Response, Problem> {
    let encoding = encoding_of(&headers);
    let id = id.ok();
    let protocol = encoding.as_ref().ok().and_then(|(_, protocol)| *protocol);
    let (response, socket) = upgrade?.accept(protocol).split();
    let tasks = hub.tasks.clone();
    tasks.spawn(async move {
        let Some(socket) = socket.await else { return };
        match encoding {
            Ok((encoding, _)) => serve_session((socket, &place), encoding, &hub, id).await,
            Err(code) => connection::turn_away(socket, Encoding::Json, code).await,
        }
        drop(place);
    });
    Ok(response)
}

async fn serve_session(
    (socket, place): (Socket, &places::Place),
    encoding: Encoding,
    hub: &Arc<Shared>,
    id: Option<SessionId>,
) {
    let session = match way(hub, id).await {
        Ok(session) => session,
        Err(code) => return connection::turn_away(socket, encoding, code).await,
    };
    let link = Link {
        id: hub.new_connection(),
        address: place.address,
        encoding,
        session,
        metrics: hub.metrics.clone(),
        allowance: hub.tuning.allowance,
        address_pace: place.pace.clone(),
        patience: hub.tuning.patience,
        addresses: hub.whereabouts.told(),
        ending: hub.ending.clone(),
    };
    connection::serve(socket, link).await;
}

/// The way to a session, or why there is none.
async fn way(hub: &Arc<Shared>, id: Option<SessionId>) -> Result<Way, ErrorCode> {
    let id = id.ok_or(ErrorCode::SessionNotFound)?;
    hub.session(&id).await.map_err(|error| {
        if sessions::code_of(&error) != ErrorCode::SessionNotFound {
            tracing::warn!(session = %id, %error, "a session could not be opened");
        }
        sessions::code_of(&error)
    })
}

async fn echo(
    State(hub): Hub,
    Extension(place): Place,
    upgrade: Result<Upgrade, Problem>,
) -> Result<Response, Problem> {
    let upgrade = upgrade?;
    let share = place.share(Costly::Echo).ok_or(Problem::BUSY)?;
    let (patience, ending) = (hub.tuning.patience, hub.ending.clone());
    let (response, socket) = upgrade.accept(None).split();
    hub.tasks.spawn(async move {
        if let Some(socket) = socket.await {
            echo::serve(socket, patience, ending).await;
        }
        drop(share);
    });
    Ok(response)
}

// --- JSON -----------------------------------------------------------------------------------

#[derive(Serialize)]
struct Listed {
    id: SessionId,
    title: String,
    host: String,
    people: usize,
    password: bool,
    entry: Entry,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<Fingerprint>,
}

async fn sessions(State(hub): Hub) -> Json<Vec<Listed>> {
    let fingerprint = hub.tls.as_ref().map(crate::tls::Tls::fingerprint);
    let listed = |info: &crate::SessionInfo| Listed {
        id: info.id.clone(),
        title: info.title.clone(),
        host: hub.host_name.clone(),
        people: info.people,
        password: info.password,
        entry: info.entry,
        fingerprint,
    };
    Json(hub.list().iter().map(listed).collect())
}

/// Who sends a request, for what a session leaves to some.
struct By(Asker);

impl<S: Send + Sync> FromRequestParts<S> for By {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let place = Place::from_request_parts(parts, state).await;
        let Extension(place) = place.map_err(|_| Problem::BUSY)?;
        Ok(Self(Asker {
            secret: bearer(&parts.headers),
            address: place.address,
        }))
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::to_owned)
}

async fn nearby(State(hub): Hub) -> Response {
    Json(hub.nearby.borrow().to_vec()).into_response()
}

async fn health() -> Response {
    let version = env!("CARGO_PKG_VERSION");
    Json(serde_json::json!({ "status": "ok", "version": version })).into_response()
}

async fn metrics(State(hub): Hub, headers: HeaderMap) -> Response {
    let accepts = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok());
    let format = Format::for_who_accepts(accepts.unwrap_or_default());
    let people = hub.list().iter().map(|info| info.people).sum();
    let text = hub.exposition.text(format, &hub.storage, people);
    ([(header::CONTENT_TYPE, format.content_type())], text).into_response()
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Host => Self::HOST,
            Refusal::Origin => Self::ORIGIN,
        }
    }
}
