//! From a request to a socket: the handshake of RFC 6455 (4.2), and the stream out of hyper's
//! hands, so that nothing stands between a connection and its system calls (decisions/0007).

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Version, header, request::Parts},
    response::Response,
};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;
use tungstenite::handshake::derive_accept_key;

use super::problem::Problem;
use crate::{connection::Socket, stream::Stream};

/// Characters of a key: 16 bytes in base64.
const KEY_LENGTH: usize = 24;

/// A request for a socket that keeps to the handshake's rules.
#[derive(Debug)]
pub(crate) struct Upgrade {
    key: HeaderValue,
    upgraded: OnUpgrade,
}

/// The answer, and the socket once the answer is out.
pub(crate) struct Accepted {
    pub(crate) response: Response,
    upgraded: OnUpgrade,
}

impl<S: Send + Sync> FromRequestParts<S> for Upgrade {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let headers = &parts.headers;
        let asked = parts.version == Version::HTTP_11
            && names(headers, &header::CONNECTION, "upgrade")
            && names(headers, &header::UPGRADE, "websocket")
            && names(headers, &header::SEC_WEBSOCKET_VERSION, "13");
        let key = headers.get(header::SEC_WEBSOCKET_KEY).cloned();
        let key = key.filter(|key| asked && key.len() == KEY_LENGTH);
        let key = key.ok_or(Problem::UPGRADE)?;
        let upgraded = parts.extensions.remove().ok_or(Problem::UPGRADE)?;
        Ok(Self { key, upgraded })
    }
}

/// Whether a header, which may be a list, has a word; case does not matter.
fn names(headers: &HeaderMap, header: &HeaderName, word: &str) -> bool {
    headers
        .get_all(header)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|had| had.trim().eq_ignore_ascii_case(word))
}

impl Upgrade {
    /// Says yes, to the subprotocol if one was chosen.
    pub(crate) fn accept(self, protocol: Option<&'static str>) -> Accepted {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        let accept = derive_accept_key(self.key.as_bytes());
        let accept = HeaderValue::try_from(accept).expect("base64 is a header's text");
        headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
        if let Some(protocol) = protocol {
            let protocol = HeaderValue::from_static(protocol);
            headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        Accepted {
            response,
            upgraded: self.upgraded,
        }
    }
}

impl Accepted {
    /// The answer to send, and what to await for the socket; none if the peer is gone.
    pub(crate) fn split(self) -> (Response, impl Future<Output = Option<Socket>> + use<>) {
        let upgraded = self.upgraded;
        let socket = async move { taken_over(upgraded.await.ok()?) };
        (self.response, socket)
    }
}

/// Out of hyper's hands, plain or inside TLS.
fn taken_over(upgraded: Upgraded) -> Option<Socket> {
    let upgraded = match upgraded.downcast::<TokioIo<TcpStream>>() {
        Ok(parts) => {
            return Some(Socket {
                stream: Stream::Plain(parts.io.into_inner()),
                early: parts.read_buf,
            });
        }
        Err(upgraded) => upgraded,
    };
    let parts = upgraded.downcast::<TokioIo<TlsStream<TcpStream>>>().ok()?;
    Some(Socket {
        stream: Stream::sealed(parts.io.into_inner()),
        early: parts.read_buf,
    })
}

/// The subprotocols a request offers, on however many lines (RFC 6455, 11.3.4).
pub(crate) fn offers(request: &HeaderMap) -> Vec<&str> {
    request
        .get_all(header::SEC_WEBSOCKET_PROTOCOL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect()
}
