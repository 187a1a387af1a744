//! Asks the hub at a typed address which session it runs.
//!
//! Promises: answers within [`ASK_TIMEOUT`] whatever the other side does, reads
//! at most [`ANSWER_BYTES_MAX`] of it, follows nothing it says.
//! Must not know: Tauri, the text that was typed.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use lanvas_protocol::SessionId;
use serde::{Deserialize, Serialize};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::address::TypedAddress;
use crate::refusal::Refusal;

/// From the first packet to the whole answer.
const ASK_TIMEOUT: Duration = Duration::from_secs(3);
/// A list of more sessions than any hub runs.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Where a session is reached, as the page's port has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionAddress {
    /// The session's public id.
    pub(crate) session: SessionId,
    /// `http://host:port`, no path.
    pub(crate) base: String,
    /// Proves to the hub that its holder is the host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) host_token: Option<String>,
}

/// One row of `GET /api/sessions`, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Listed {
    id: SessionId,
}

/// What one port said.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Sessions(Vec<Listed>),
    /// Somebody is there, and it is no hub.
    Foreign,
    Silence,
}

/// Asks every likely port at once; the likeliest that runs a hub wins.
pub(crate) async fn resolve(address: TypedAddress) -> Result<SessionAddress, Refusal> {
    resolve_within(address, ASK_TIMEOUT).await
}

async fn resolve_within(address: TypedAddress, limit: Duration) -> Result<SessionAddress, Refusal> {
    let asked = join_all(address.ports.iter().map(|&port| ask(&address, port, limit))).await;
    let answers: Vec<_> = address.ports.iter().copied().zip(asked).collect();
    choose(&address, &answers)
}

fn choose(address: &TypedAddress, answers: &[(u16, Answer)]) -> Result<SessionAddress, Refusal> {
    let hubs = || {
        answers.iter().filter_map(|(port, answer)| match answer {
            Answer::Sessions(sessions) => Some((*port, sessions)),
            Answer::Foreign | Answer::Silence => None,
        })
    };
    let found = |port, session: &SessionId| SessionAddress {
        session: session.clone(),
        base: address.base(port),
        host_token: address.host_token.clone(),
    };
    let Some((port, sessions)) = hubs().next() else {
        return Err(nobody(address, answers));
    };
    if let Some(session) = &address.session {
        let runs_it = |sessions: &[Listed]| sessions.iter().any(|listed| listed.id == *session);
        let listed_at = hubs().find(|(_, sessions)| runs_it(sessions));
        return Ok(found(listed_at.map_or(port, |(port, _)| port), session));
    }
    match sessions.as_slice() {
        [only] => Ok(found(port, &only.id)),
        [] => Err(Refusal::new(
            "no_session",
            format!(
                "Lanvas runs at {} but has no open session. Ask the host to start one.",
                address.host
            ),
        )),
        _ => Err(Refusal::new(
            "several_sessions",
            format!(
                "Several sessions run at {}. Type the whole link of one, which ends in /s/ and its id.",
                address.host
            ),
        )),
    }
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

/// Half of the time for the way there, half for the answer.
async fn ask(address: &TypedAddress, port: u16, limit: Duration) -> Answer {
    let Ok(Some(stream)) = timeout(limit / 2, connect(address, port)).await else {
        return Answer::Silence;
    };
    let listed = timeout(limit / 2, list_sessions(stream, &address.authority(port))).await;
    listed
        .ok()
        .flatten()
        .map_or(Answer::Foreign, Answer::Sessions)
}

async fn connect(address: &TypedAddress, port: u16) -> Option<TcpStream> {
    TcpStream::connect(address.authority(port)).await.ok()
}

async fn list_sessions(stream: TcpStream, authority: &str) -> Option<Vec<Listed>> {
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .ok()?;
    let request = Request::get("/api/sessions")
        .header(header::HOST, authority)
        .header(header::ACCEPT, "application/json")
        .body(Empty::<Bytes>::new())
        .ok()?;
    let answer = async {
        let response = sender.send_request(request).await.ok()?;
        let is_ok = response.status() == StatusCode::OK;
        let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX)
            .collect()
            .await
            .ok()?;
        is_ok
            .then(|| serde_json::from_slice(&body.to_bytes()).ok())
            .flatten()
    };
    // Both ends are polled here, so nothing is left behind when the time is up.
    tokio::select! {
        listed = answer => listed,
        _ = async { connection.await.ok(); std::future::pending::<()>().await } => None,
    }
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
        };
        Answer::Sessions(ids.iter().map(listed).collect())
    }

    fn chosen(text: &str, answers: &[(u16, Answer)]) -> Result<(String, String), &'static str> {
        choose(&typed(text), answers)
            .map(|found| (found.base, found.session.to_string()))
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
        let found = resolve(typed(&format!("127.0.0.1:{port}"))).await.unwrap();
        assert_eq!(found.session.as_str(), "k3f9x2ab");
        assert_eq!(found.base, format!("http://127.0.0.1:{port}"));
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
            let refusal = resolve(typed(&format!("127.0.0.1:{port}")))
                .await
                .unwrap_err();
            assert_eq!(refusal.code, "not_lanvas", "{reply:?}");
        }
        let free = TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap()
            .local_addr()
            .unwrap();
        assert_eq!(
            resolve(typed(&free.to_string())).await.unwrap_err().code,
            "unreachable"
        );
    }

    #[tokio::test]
    async fn a_silent_server_costs_only_the_time_limit() {
        let port = a_server_that_says("").await;
        let address = typed(&format!("127.0.0.1:{port}"));
        let limit = Duration::from_millis(400);
        let refusal = resolve_within(address, limit).await.unwrap_err();
        assert_eq!(refusal.code, "not_lanvas");
    }
}
