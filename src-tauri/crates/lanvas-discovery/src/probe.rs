//! Asks whether a session is still at an address.
//!
//! Promises: an answer within [`PROBE_TIMEOUT`], at most a status line read,
//! nothing believed of it but "there is a hub that has it". Must not know:
//! mDNS, the list.

use std::{net::SocketAddr, time::Duration};

use lanvas_protocol::SessionId;
use tokio::{task::JoinSet, time::timeout};

use crate::question::ask;

/// A killed hub refuses within milliseconds; this is for one whose machine is
/// gone, and generous to a phone's hotspot.
const PROBE_TIMEOUT: Duration = Duration::from_millis(1_000);
/// `HTTP/1.1 200` and no more.
const STATUS_BYTES: u64 = 12;

/// Whether there is a hub with that session at any of `targets`.
pub(crate) async fn answers(session: SessionId, targets: Vec<SocketAddr>) -> bool {
    let question = format!("HEAD /s/{session}");
    let mut asked: JoinSet<bool> = targets
        .into_iter()
        .map(|target| is_there(target, question.clone()))
        .collect();
    let first_yes = async {
        while let Some(answer) = asked.join_next().await {
            if answer.unwrap_or(false) {
                return true;
            }
        }
        false
    };
    timeout(PROBE_TIMEOUT, first_yes).await.unwrap_or(false)
}

async fn is_there(target: SocketAddr, question: String) -> bool {
    let answer = ask(target, &question, STATUS_BYTES, PROBE_TIMEOUT).await;
    answer.is_ok_and(|status| means_there(&status))
}

/// A hub that is busy is there; one that has another session, or a program that
/// does not know the question, got the same port (404).
fn means_there(status: &[u8]) -> bool {
    status.len() == STATUS_BYTES as usize
        && status.starts_with(b"HTTP/1.")
        && !status.ends_with(b"404")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::{answering, closed};

    async fn probed(targets: &[SocketAddr]) -> bool {
        let session = SessionId::new("k3f9x2ab").expect("an id");
        answers(session, targets.to_vec()).await
    }

    /// A machine that does much else may be too late for one probe, not for each of these.
    async fn found(besides: &[SocketAddr], reply: &'static [u8]) -> bool {
        for _ in 0..6 {
            let targets = [besides, &[answering(reply).await]].concat();
            if probed(&targets).await {
                return true;
            }
        }
        false
    }

    #[tokio::test]
    async fn a_hub_answers_even_when_it_is_busy() {
        assert!(found(&[], b"HTTP/1.1 200 OK\r\n\r\n").await);
        assert!(found(&[], b"HTTP/1.1 503 Busy\r\n\r\n").await);
    }

    #[tokio::test]
    async fn another_program_or_another_session_on_the_port_does_not_count() {
        assert!(!probed(&[answering(b"HTTP/1.1 404 Not Found\r\n\r\n").await]).await);
        assert!(!probed(&[answering(b"220 mail ready\r\n").await]).await);
        assert!(!probed(&[answering(b"").await]).await);
    }

    #[tokio::test]
    async fn one_answering_address_is_enough_and_none_is_none() {
        let (closed, _kept) = closed();
        assert!(!probed(&[closed]).await);
        assert!(found(&[closed], b"HTTP/1.1 200 OK\r\n\r\n").await);
        assert!(!probed(&[]).await);
    }
}
