//! Errors over HTTP: `application/problem+json` (RFC 9457) with a stable `code`.
//!
//! Who opens an address in a browser gets a page instead, in their language, where a person may come
//! there at all: [`Problem::meeting`], and `problem_page.rs`.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use lanvas_protocol::ErrorCode;

/// What is wrong, for programs and for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(super) status: StatusCode,
    code: &'static str,
    pub(super) title: &'static str,
    /// The title for people who read German, where a browser may be led to it.
    pub(super) german: Option<&'static str>,
    /// When the same may be asked again, in milliseconds from now.
    wait_ms: Option<u64>,
}

impl Problem {
    const fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self {
            status,
            code,
            title,
            german: None,
            wait_ms: None,
        }
    }

    /// What a person may meet in a browser; what only programs ask for stays theirs.
    const fn meeting(self, german: &'static str) -> Self {
        Self {
            german: Some(german),
            ..self
        }
    }

    /// The same, to be asked again after so long.
    pub(crate) const fn after_ms(self, wait_ms: u64) -> Self {
        Self {
            wait_ms: Some(wait_ms),
            ..self
        }
    }

    pub(crate) const NOT_FOUND: Self = Self::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "There is nothing at this address. Ask the host for the current link.",
    )
    .meeting("Unter dieser Adresse gibt es nichts. Frag den Gastgeber nach dem aktuellen Link.");
    pub(crate) const METHOD: Self = Self::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This address cannot be used that way. Ask the host for the current link.",
    )
    .meeting(
        "So lässt sich diese Adresse nicht benutzen. Frag den Gastgeber nach dem aktuellen Link.",
    );
    pub(crate) const NO_SESSION: Self = Self::new(
        StatusCode::NOT_FOUND,
        "session_not_found",
        "There is no session of that id here. Ask the host for the current link.",
    )
    .meeting("Diese Sitzung gibt es hier nicht. Frag den Gastgeber nach dem aktuellen Link.");
    pub(crate) const NO_UI: Self = Self::new(
        StatusCode::NOT_IMPLEMENTED,
        "no_ui",
        "This hub was built without its pages. Build the UI and build the hub again.",
    )
    .meeting(
        "Hier fehlen die Seiten von Lanvas. Bau die Oberfläche und dann das Programm noch einmal.",
    );
    pub(crate) const REACH: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "invalid_report",
        "That is no report of what was reached: see R81 of the protocol.",
    );
    pub(crate) const ONLY_HERE: Self = Self::new(
        StatusCode::FORBIDDEN,
        "only_this_machine",
        "Only the computer that hosts may read this.",
    )
    .meeting("Das darf nur der Computer des Gastgebers lesen.");
    pub(crate) const PASSWORD: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "password_required",
        "The session has a password. Join first and send your resume secret as bearer token.",
    )
    .meeting("Die Sitzung hat ein Passwort. Tritt ihr zuerst bei.");
    pub(crate) const JOIN_FIRST: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "join_first",
        "Only who is in may bring something. Join first and send your resume secret as bearer token.",
    );
    pub(crate) const HEAD_TOO_LARGE: Self = Self::new(
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        "head_too_large",
        "A request has at most 32 KiB before its body. Open the link without what was added to it.",
    );
    pub(crate) const BANNED: Self = Self::new(
        StatusCode::FORBIDDEN,
        "banned",
        "Nobody may come from where you are now. Ask the host.",
    )
    .meeting("Von dort, wo du gerade bist, darf niemand herein. Frag den Gastgeber.");
    const NOT_NOW: Self = Self::new(
        StatusCode::FORBIDDEN,
        "forbidden",
        "You may neither draw nor talk here now. The host or a moderator can let you.",
    );
    pub(crate) const QUERY: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "invalid_query",
        "What is asked for does not fit: see R37 and R57 of the protocol.",
    );
    pub(crate) const NO_BLOB: Self = Self::new(
        StatusCode::NOT_FOUND,
        "blob_not_found",
        "There is no file of that name in this session.",
    )
    .meeting("Eine solche Datei gibt es in dieser Sitzung nicht.");
    pub(crate) const NO_PICTURE: Self = Self::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not_a_picture",
        "Only PNG, JPEG, GIF and WebP pictures can be added.",
    );
    pub(crate) const PICTURE_DAMAGED: Self = Self::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "picture_damaged",
        "The picture is empty or damaged. Choose another file.",
    );
    pub(crate) const PICTURE_TOO_LARGE: Self = Self::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "picture_too_large",
        "The picture has too many pixels. Make it smaller and try again.",
    );
    pub(crate) const FILE_TOO_LARGE: Self = Self::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "file_too_large",
        "The file is larger than 32 MiB. Make it smaller and try again.",
    );
    pub(crate) const NO_ROOM: Self = Self::new(
        StatusCode::INSUFFICIENT_STORAGE,
        "session_files_full",
        "The pictures of this session take all the room they may.",
    );
    pub(crate) const UPLOAD_CUT: Self = Self::new(
        StatusCode::REQUEST_TIMEOUT,
        "upload_cut_short",
        "The file did not arrive in full. Try again.",
    );
    pub(crate) const NO_HOOK: Self = Self::new(
        StatusCode::NOT_FOUND,
        "hook_not_found",
        "There is no such hook. Ask the host for its current address.",
    );
    pub(crate) const HOST_ONLY: Self = Self::new(
        StatusCode::FORBIDDEN,
        "forbidden",
        "Only the host may do that, while they are in the session.",
    );
    pub(crate) const MODERATORS_ONLY: Self = Self::new(
        StatusCode::FORBIDDEN,
        "forbidden",
        "Only moderators and the host may do that, while they are in the session.",
    );
    pub(crate) const HOOK_SETTINGS: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "invalid_hook",
        "Say {\"on\":true} or {\"on\":false}; with \"twilio\", both \"public_url\" and \"auth_token\".",
    );
    pub(crate) const HOOK_WORDS: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "no_words",
        "Send JSON with \"text\", a form with \"payload\", or a text message as Twilio does.",
    );
    pub(crate) const HOOK_TOO_LARGE: Self = Self::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "message_too_large",
        "A message from outside, and what is set for them, has at most 16 KiB.",
    );
    pub(crate) const HOOK_SIGNATURE: Self = Self::new(
        StatusCode::FORBIDDEN,
        "signature_wrong",
        "The signature does not fit the address and token that the host has set for Twilio.",
    );
    pub(crate) const HOOK_PACE: Self = Self::new(
        StatusCode::TOO_MANY_REQUESTS,
        "rate_limited",
        "That was too much at once. Wait a moment, then send again.",
    );
    pub(crate) const ACCOUNT_REQUEST: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "invalid_account_request",
        "That is no message about accounts: see R85 to R89 of the protocol.",
    );
    pub(crate) const ACCOUNT_TOO_LARGE: Self = Self::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "message_too_large",
        "A message about accounts has at most 4 KiB.",
    );
    pub(crate) const ACCOUNT_NAME: Self = Self::new(
        StatusCode::BAD_REQUEST,
        "invalid_name",
        "A name has 1 to 40 characters, and something in it that can be told apart.",
    );
    pub(crate) const ACCOUNT_TAKEN: Self = Self::new(
        StatusCode::CONFLICT,
        "name_registered",
        "Somebody has an account of this name, or of one that looks like it. Take another.",
    );
    pub(crate) const ACCOUNTS_FULL: Self = Self::new(
        StatusCode::INSUFFICIENT_STORAGE,
        "accounts_full",
        "This hub has as many accounts as it takes. Come in as a guest.",
    );
    pub(crate) const SIGN_IN: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "sign_in_failed",
        "Name or password are not right.",
    );
    pub(crate) const SIGN_IN_PACE: Self = Self::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_tries",
        "That was tried too often. Wait a moment, then try again.",
    );
    pub(crate) const SIGN_IN_OVER: Self = Self::new(
        StatusCode::GONE,
        "sign_in_over",
        "That took too long, or is done already. Begin again.",
    );
    pub(crate) const SIGNED_OUT: Self = Self::new(
        StatusCode::UNAUTHORIZED,
        "signed_out",
        "The account is not signed in here any more.",
    );
    pub(crate) const ACCOUNTS_UNKEPT: Self = Self::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "accounts_unavailable",
        "The accounts of this hub cannot be read or kept right now. Ask the host.",
    );
    pub(crate) const ACCOUNTS_OFF: Self = Self::new(
        StatusCode::FORBIDDEN,
        "accounts_off",
        "This hub has no accounts. Come in as a guest.",
    );
    pub(crate) const NO_ACCOUNT: Self = Self::new(
        StatusCode::NOT_FOUND,
        "account_not_found",
        "Nobody has an account of that name here.",
    );
    pub(crate) const HUB_ONLY: Self = Self::new(
        StatusCode::FORBIDDEN,
        "forbidden",
        "Only who runs this hub may do that.",
    );
    pub(crate) const UPGRADE: Self = Self::new(
        StatusCode::UPGRADE_REQUIRED,
        "upgrade_required",
        "This address speaks WebSocket. Open the session's link in a browser instead.",
    )
    .meeting("Diese Adresse spricht WebSocket. Öffne stattdessen den Link der Sitzung im Browser.");
    pub(crate) const BUSY: Self = Self::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        "Too many connections at once. Try again in a moment.",
    )
    .meeting("Gerade sind es zu viele Verbindungen. Versuch es gleich noch einmal.");
    pub(crate) const HOST: Self = Self::new(
        StatusCode::MISDIRECTED_REQUEST,
        "host_not_allowed",
        "Open this hub by its IP address or its local name.",
    )
    .meeting("Öffne diese Seite über die IP-Adresse oder den lokalen Namen des Gastgebers.");
    pub(crate) const ORIGIN: Self = Self::new(
        StatusCode::FORBIDDEN,
        "origin_not_allowed",
        "Pages of other sites may not talk to this hub.",
    )
    .meeting("Seiten von anderswo dürfen hier nichts fragen. Öffne den Link der Sitzung selbst.");
    const STORAGE: Self = Self::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "storage_failed",
        "The session file cannot be read right now.",
    )
    .meeting("Die Datei der Sitzung lässt sich gerade nicht lesen.");
}

impl From<ErrorCode> for Problem {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::SessionNotFound => Self::NO_SESSION,
            ErrorCode::PasswordRequired => Self::PASSWORD,
            ErrorCode::HelloExpected => Self::JOIN_FIRST,
            ErrorCode::Banned => Self::BANNED,
            ErrorCode::Muted
            | ErrorCode::RoleTooLow
            | ErrorCode::BoardLocked
            | ErrorCode::ChatLocked => Self::NOT_NOW,
            _ => Self::STORAGE,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = serde_json::json!({
            "type": format!("urn:lanvas:problem:{}", self.code),
            "title": self.title,
            "status": self.status.as_u16(),
            "code": self.code,
        });
        if let Some(wait_ms) = self.wait_ms {
            body["wait_ms"] = wait_ms.into();
        }
        let headers = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, headers, body.to_string()).into_response();
        if self == Self::UPGRADE {
            // To what, and which version: RFC 9110, 15.5.22, and RFC 6455, 4.4.
            let headers = response.headers_mut();
            headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
            let version = HeaderValue::from_static("13");
            headers.insert(header::SEC_WEBSOCKET_VERSION, version);
        }
        // For `shown`, which knows who asked.
        response.extensions_mut().insert(self);
        response
    }
}
