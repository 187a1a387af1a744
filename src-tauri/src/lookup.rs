//! Asks the hub at a typed address which session it runs, encrypted where the hub has it so.
//!
//! Promises: answers within [`ASK_TIMEOUT`] whatever the other side does, reads
//! at most [`ANSWER_BYTES_MAX`] of it, follows nothing it says but that it is to
//! be asked by TLS; asks nothing of a hub with another certificate than the known one.
//! Must not know: Tauri, the text that was typed, where certificates are remembered.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::rt::{Read, Write};
use hyper::{Request, Response, StatusCode, body::Incoming, header};
use hyper_util::rt::TokioIo;
use lanvas_hub::tls::pinned::{self, PinError, Trust};
use lanvas_protocol::{Fingerprint, SessionId};
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::address::TypedAddress;
use crate::pins::UnprovenHub;
use crate::refusal::Refusal;

/// From the first packet to the whole answer; a hub that wants to be asked by TLS has it twice.
const ASK_TIMEOUT: Duration = Duration::from_secs(3);
/// A list of more sessions than any hub runs.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Where a session is reached, as the page's port has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionAddress {
    /// The session's public id.
    pub(crate) session: SessionId,
    /// `http://host:port`, no path; for an encrypted one that of its pipe.
    pub(crate) base: String,
    /// Proves to the hub that its holder is the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) host_token: Option<String>,
}

/// A session that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) address: SessionAddress,
    /// `host:port`.
    pub(crate) place: String,
    /// The certificate of its hub; none where it is not encrypted.
    pub(crate) shown: Option<Fingerprint>,
}

/// One row of `GET /api/sessions`, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Listed {
    id: SessionId,
    /// Of the certificate of its hub (R83): whoever has one is to be asked by TLS.
    #[serde(default)]
    fingerprint: Option<Fingerprint>,
}

/// What one port said.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// And by which certificate, if by any.
    Sessions(Vec<Listed>, Option<Fingerprint>),
    /// A certificate that is not the known one; nothing was asked.
    Changed {
        known: Fingerprint,
        shown: Fingerprint,
    },
    /// Somebody is there, and it is no hub.
    Foreign,
    Silence,
}

/// Asks every likely port at once; the likeliest that runs a hub wins. `trust` says which
/// certificate is taken at a `host:port`.
pub(crate) async fn resolve(
    address: TypedAddress,
    trust: impl Fn(&str) -> Result<Trust, Refusal>,
) -> Result<Found, Refusal> {
    resolve_within(address, trust, ASK_TIMEOUT).await
}

async fn resolve_within(
    address: TypedAddress,
    trust: impl Fn(&str) -> Result<Trust, Refusal>,
    limit: Duration,
) -> Result<Found, Refusal> {
    let mut asked = Vec::new();
    for &port in &address.ports {
        let trust = trust(&address.authority(port))?;
        asked.push(ask(&address, port, trust, limit));
    }
    let asked = join_all(asked).await;
    let answers: Vec<_> = address.ports.iter().copied().zip(asked).collect();
    choose(&address, &answers)
}

fn choose(address: &TypedAddress, answers: &[(u16, Answer)]) -> Result<Found, Refusal> {
    let hub = |(port, answer): &(u16, Answer)| match answer {
        Answer::Sessions(sessions, shown) => Some((*port, sessions.clone(), *shown)),
        Answer::Changed { .. } | Answer::Foreign | Answer::Silence => None,
    };
    let found = |port, session: &SessionId, shown: Option<Fingerprint>| Found {
        address: SessionAddress {
            session: session.clone(),
            base: address.base(port, shown.is_some()),
            host_token: address.host_token.clone(),
        },
        place: address.authority(port),
        shown,
    };
    if let Some(session) = &address.session
        && let Some((port, _, shown)) = answers
            .iter()
            .filter_map(hub)
            .find(|(_, sessions, _)| sessions.iter().any(|listed| listed.id == *session))
    {
        return Ok(found(port, session, shown));
    }
    let is_there = |(_, answer): &&(u16, Answer)| {
        matches!(answer, Answer::Sessions(..) | Answer::Changed { .. })
    };
    let Some(first) = answers.iter().find(is_there) else {
        return Err(nobody(address, answers));
    };
    let Some((port, sessions, shown)) = hub(first) else {
        return Err(changed(address, first));
    };
    match (&address.session, sessions.as_slice()) {
        (Some(unlisted), _) => Ok(found(port, unlisted, shown)),
        (None, [only]) => Ok(found(port, &only.id, shown)),
        (None, []) => Err(Refusal::new(
            "no_session",
            format!(
                "Lanvas runs at {} but has no open session. Ask the host to start one.",
                address.host
            ),
        )),
        (None, _) => Err(Refusal::new(
            "several_sessions",
            format!(
                "Several sessions run at {}. Type the whole link of one, which ends in /s/ and its id.",
                address.host
            ),
        )),
    }
}

fn changed(address: &TypedAddress, (port, answer): &(u16, Answer)) -> Refusal {
    let (known, shown) = match answer {
        Answer::Changed { known, shown } => (Some(*known), Some(*shown)),
        _ => (None, None),
    };
    let place = address.authority(*port);
    let hub = UnprovenHub::new(address.session.as_ref(), &place, shown, known);
    Refusal::hub_changed(hub)
}

fn nobody(address: &TypedAddress, answers: &[(u16, Answer)]) -> Refusal {
    let host = &address.host;
    if answers.iter().any(|(_, answer)| *answer == Answer::Foreign) {
        let message = format!(
            "Something answers at {host}, but it is not Lanvas. Check the number after the colon."
        );
        return Refusal::new("not_lanvas", message);
    }
    let message = format!(
        "Nothing answers at {host}. Check the address, that the host's app is running, \
         and that both of you are on the same network."
    );
    Refusal::new("unreachable", message)
}

/// Half of the time for the way there, half for the answer. One that has TLS says so.
async fn ask(address: &TypedAddress, port: u16, trust: Trust, limit: Duration) -> Answer {
    if address.secure {
        return ask_sealed(address, port, trust, limit).await;
    }
    let place = address.authority(port);
    let Ok(Ok(stream)) = timeout(limit / 2, TcpStream::connect(&place)).await else {
        return Answer::Silence;
    };
    match timeout(limit / 2, list_sessions(TokioIo::new(stream), &place)).await {
        Ok(Said::Sessions(listed)) if is_bare(&listed) => Answer::Sessions(listed, None),
        Ok(Said::Sessions(listed)) => match ask_sealed(address, port, trust, limit).await {
            Answer::Foreign | Answer::Silence if listed.is_empty() => {
                Answer::Sessions(listed, None)
            }
            sealed => sealed,
        },
        Ok(Said::ByTls) => ask_sealed(address, port, trust, limit).await,
        Ok(Said::Nothing) | Err(_) => Answer::Foreign,
    }
}

/// Whether it says that there is no TLS. A hub that lists nothing does not say.
fn is_bare(listed: &[Listed]) -> bool {
    !listed.is_empty() && listed.iter().all(|it| it.fingerprint.is_none())
}

async fn ask_sealed(address: &TypedAddress, port: u16, trust: Trust, limit: Duration) -> Answer {
    let place = address.authority(port);
    let (stream, shown) = match timeout(limit, pinned::connect(&place, trust)).await {
        Ok(Ok(connected)) => connected,
        Ok(Err(PinError::Changed { known, shown })) => return Answer::Changed { known, shown },
        Ok(Err(PinError::Io(error))) if is_no_tls(&error) => return Answer::Foreign,
        Ok(Err(PinError::Io(_))) | Err(_) => return Answer::Silence,
    };
    match timeout(limit / 2, list_sessions(TokioIo::new(stream), &place)).await {
        Ok(Said::Sessions(sessions)) => Answer::Sessions(sessions, Some(shown)),
        Ok(Said::ByTls | Said::Nothing) | Err(_) => Answer::Foreign,
    }
}

/// Somebody was there, and said something else.
fn is_no_tls(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof
    )
}

/// What came over one connection.
enum Said {
    Sessions(Vec<Listed>),
    /// The same by https.
    ByTls,
    Nothing,
}

async fn list_sessions(stream: impl Read + Write + Unpin, authority: &str) -> Said {
    let shaken = hyper::client::conn::http1::handshake(stream).await;
    let request = Request::get("/api/sessions")
        .header(header::HOST, authority)
        .header(header::ACCEPT, "application/json")
        .body(Empty::<Bytes>::new());
    let (Ok((mut sender, connection)), Ok(request)) = (shaken, request) else {
        return Said::Nothing;
    };
    let answer = async { heard(sender.send_request(request).await.ok()?).await };
    // Both ends are polled here, so nothing is left behind when the time is up.
    tokio::select! {
        said = answer => said.unwrap_or(Said::Nothing),
        () = async { connection.await.ok(); std::future::pending::<()>().await } => Said::Nothing,
    }
}

async fn heard(response: Response<Incoming>) -> Option<Said> {
    let location = response.headers().get(header::LOCATION);
    let sends_on = location.is_some_and(|to| to.as_bytes().starts_with(b"https://"));
    if response.status() == StatusCode::PERMANENT_REDIRECT && sends_on {
        return Some(Said::ByTls);
    }
    if response.status() != StatusCode::OK {
        return None;
    }
    let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX);
    let body = body.collect().await.ok()?.to_bytes();
    serde_json::from_slice(&body).ok().map(Said::Sessions)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    fn typed(text: &str) -> TypedAddress {
        TypedAddress::parse(text).unwrap()
    }

    fn sessions(ids: &[&str]) -> Answer {
        let listed = |id: &&str| Listed {
            id: SessionId::new(*id).unwrap(),
            fingerprint: None,
        };
        Answer::Sessions(ids.iter().map(listed).collect(), None)
    }

    fn anybody(_: &str) -> Result<Trust, Refusal> {
        Ok(Trust::First)
    }

    fn chosen(text: &str, answers: &[(u16, Answer)]) -> Result<(String, String), &'static str> {
        choose(&typed(text), answers)
            .map(|found| (found.address.base, found.address.session.to_string()))
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn the_likeliest_port_with_a_hub_wins() {
        let answers = [
            (7420, Answer::Foreign),
            (7421, sessions(&["one"])),
            (7422, sessions(&["two"])),
        ];
        assert_eq!(
            chosen("10.0.0.5", &answers),
            Ok(("http://10.0.0.5:7421".into(), "one".into()))
        );
    }

    #[test]
    fn a_link_goes_to_the_hub_that_lists_its_session_and_else_to_the_likeliest() {
        let answers = [(7420, sessions(&["one"])), (7421, sessions(&["two"]))];
        for (session, base) in [
            ("two", "http://10.0.0.5:7421"),
            ("unlisted", "http://10.0.0.5:7420"),
        ] {
            let found = chosen(&format!("10.0.0.5/s/{session}"), &answers);
            assert_eq!(found, Ok((base.into(), session.into())));
        }
    }

    #[test]
    fn each_kind_of_nothing_has_its_own_advice() {
        for (answers, code) in [
            (vec![(7420, Answer::Silence)], "unreachable"),
            (
                vec![(7420, Answer::Silence), (7421, Answer::Foreign)],
                "not_lanvas",
            ),
            (vec![(7420, sessions(&[]))], "no_session"),
            (vec![(7420, sessions(&["one", "two"]))], "several_sessions"),
        ] {
            assert_eq!(chosen("10.0.0.5", &answers), Err(code));
        }
    }

    /// Answers one request on a free port with `reply`, then keeps the connection open.
    async fn a_server_that_says(reply: &'static str) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await;
            stream.write_all(reply.as_bytes()).await.unwrap();
            std::future::pending::<()>().await;
        });
        port
    }

    #[tokio::test]
    async fn a_hub_is_asked_over_a_real_socket() {
        let port = a_server_that_says(
            "HTTP/1.1 200 OK\r\ncontent-length: 45\r\n\r\n[{\"id\":\"k3f9x2ab\",\"title\":\"Map\",\"people\":2 }]",
        )
        .await;
        let found = resolve(typed(&format!("127.0.0.1:{port}")), anybody)
            .await
            .unwrap();
        assert_eq!(found.address.session.as_str(), "k3f9x2ab");
        assert_eq!(found.address.base, format!("http://127.0.0.1:{port}"));
        assert_eq!(found.shown, None);
    }

    #[tokio::test]
    async fn strangers_are_told_apart_from_silence() {
        for reply in [
            "HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n[]",
            "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
            "SSH-2.0-OpenSSH_9.2\r\n",
        ] {
            let port = a_server_that_says(reply).await;
            let refusal = resolve(typed(&format!("127.0.0.1:{port}")), anybody)
                .await
                .unwrap_err();
            assert_eq!(refusal.code, "not_lanvas", "{reply:?}");
        }
        // A port that somebody has, who does not listen: nobody else gets it meanwhile.
        let had = tokio::net::TcpSocket::new_v4().unwrap();
        had.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let free = had.local_addr().unwrap();
        assert_eq!(
            resolve(typed(&free.to_string()), anybody)
                .await
                .unwrap_err()
                .code,
            "unreachable"
        );
    }

    #[tokio::test]
    async fn a_silent_server_costs_only_the_time_limit() {
        let port = a_server_that_says("").await;
        let address = typed(&format!("127.0.0.1:{port}"));
        let limit = Duration::from_millis(400);
        let refusal = resolve_within(address, anybody, limit).await.unwrap_err();
        assert_eq!(refusal.code, "not_lanvas");
    }
}
