//! Asks whether there is still a hub at an address.
//!
//! Promises: an answer within [`PROBE_TIMEOUT`], at most a status line read,
//! nothing believed of it but "there is a hub". Must not know: mDNS, the
//! list.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::timeout,
};

/// A killed hub refuses within milliseconds; this is for one whose machine is
/// gone, and generous to a phone's hotspot.
const PROBE_TIMEOUT: Duration = Duration::from_millis(1_000);
/// `HTTP/1.1 200` and no more.
const STATUS_BYTES: usize = 12;

/// Whether there is a hub at any of `targets`.
pub(crate) async fn answers(targets: Vec<SocketAddr>) -> bool {
    let mut asked: JoinSet<bool> = targets.into_iter().map(ask).collect();
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

async fn ask(target: SocketAddr) -> bool {
    status_line(target)
        .await
        .is_ok_and(|status| means_there(&status))
}

async fn status_line(target: SocketAddr) -> std::io::Result<[u8; STATUS_BYTES]> {
    let mut socket = TcpStream::connect(target).await?;
    let request = format!("HEAD /healthz HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await?;
    let mut status = [0; STATUS_BYTES];
    socket.read_exact(&mut status).await?;
    Ok(status)
}

/// A hub that is busy is there; a program that does not know the question (404)
/// is another one that got the same port.
fn means_there(status: &[u8; STATUS_BYTES]) -> bool {
    status.starts_with(b"HTTP/1.") && !status.ends_with(b"404")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn answering(reply: &'static [u8]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.expect("the probe");
            let mut request = [0; 256];
            let _ = socket.read(&mut request).await;
            let _ = socket.write_all(reply).await;
        });
        address
    }

    async fn probed(target: SocketAddr) -> bool {
        answers(vec![target]).await
    }

    #[tokio::test]
    async fn a_hub_answers_even_when_it_is_busy() {
        assert!(probed(answering(b"HTTP/1.1 200 OK\r\n\r\n").await).await);
        assert!(probed(answering(b"HTTP/1.1 503 Busy\r\n\r\n").await).await);
    }

    #[tokio::test]
    async fn another_program_on_the_port_does_not_count() {
        assert!(!probed(answering(b"HTTP/1.1 404 Not Found\r\n\r\n").await).await);
        assert!(!probed(answering(b"220 mail ready\r\n").await).await);
        assert!(!probed(answering(b"").await).await);
    }

    #[tokio::test]
    async fn one_answering_address_is_enough_and_none_is_none() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let closed = listener.local_addr().expect("an address");
        drop(listener);
        assert!(!probed(closed).await);
        let open = answering(b"HTTP/1.1 200 OK\r\n\r\n").await;
        assert!(answers(vec![closed, open]).await);
        assert!(!answers(vec![]).await);
    }
}
