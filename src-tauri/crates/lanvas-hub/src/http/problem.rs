//! Errors over HTTP: `application/problem+json` (RFC 9457) with a stable `code`.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use lanvas_protocol::ErrorCode;

/// What is wrong, for programs and for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
}

impl Problem {
    const fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self {
            status,
            code,
            title,
        }
    }

    pub(crate) const NOT_FOUND: Self = Self::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "There is nothing at this address.",
    );
    pub(crate) const METHOD: Self = Self::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This address is only for reading.",
    );
    pub(crate) const NO_SESSION: Self = Self::new(
        StatusCode::NOT_FOUND,
        "session_not_found",
        "There is no session of that id here. Ask the host for the current link.",
    );
    pub(crate) const NO_UI: Self = Self::new(
        StatusCode::NOT_FOUND,
        "no_ui",
        "This hub was built without its pages. Build the UI and build the hub again.",
    );
    pub(crate) const PASSWORD: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "password_required",
        "The session has a password. Join first and send your resume secret as bearer token.",
    );
    pub(crate) const QUERY: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "invalid_query",
        "`before` and `limit` are whole numbers.",
    );
    pub(crate) const UPGRADE: Self = Self::new(
        StatusCode::UPGRADE_REQUIRED,
        "upgrade_required",
        "This address speaks WebSocket. Open the session's link in a browser instead.",
    );
    pub(crate) const BUSY: Self = Self::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        "Too many connections at once. Try again in a moment.",
    );
    pub(crate) const HOST: Self = Self::new(
        StatusCode::MISDIRECTED_REQUEST,
        "host_not_allowed",
        "Open this hub by its IP address or its local name.",
    );
    pub(crate) const ORIGIN: Self = Self::new(
        StatusCode::FORBIDDEN,
        "origin_not_allowed",
        "Pages of other sites may not talk to this hub.",
    );
    const STORAGE: Self = Self::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "storage_failed",
        "The session file cannot be read right now.",
    );
}

impl From<ErrorCode> for Problem {
    fn from(code: ErrorCode) -> Self {
        if code == ErrorCode::SessionNotFound {
            Self::NO_SESSION
        } else {
            Self::STORAGE
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::json!({
            "type": format!("urn:lanvas:problem:{}", self.code),
            "title": self.title,
            "status": self.status.as_u16(),
            "code": self.code,
        });
        let headers = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, headers, body.to_string()).into_response();
        if self == Self::UPGRADE {
            // To what, and which version: RFC 9110, 15.5.22, and RFC 6455, 4.4.
            let headers = response.headers_mut();
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            let version = HeaderValue::from_static("13");
            headers.insert(header::SEC_WEBSOCKET_VERSION, version);
        }
        response
    }
}
