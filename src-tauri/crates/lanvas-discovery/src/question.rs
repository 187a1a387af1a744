//! Asks whatever listens at an address one thing, in the smallest HTTP that a
//! hub understands.
//!
//! Promises: so many bytes of the answer are read and no more, within the time
//! given; nothing is made of them here. Must not know: what is asked, or why.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// What came back: status line, headers and body as they are, at most
/// `bytes_max` of them and what came within `patience`; empty when whoever took
/// the connection said nothing. `line` is a method and a path.
///
/// # Errors
/// Nobody took the connection. How long that takes is up to the system: the
/// caller has a limit.
pub(crate) async fn ask(
    target: SocketAddr,
    line: &str,
    bytes_max: u64,
    patience: Duration,
) -> io::Result<Vec<u8>> {
    let mut socket = TcpStream::connect(target).await?;
    let request = format!("{line} HTTP/1.1\r\nHost: {target}\r\nConnection: close\r\n\r\n");
    let mut answer = Vec::new();
    let _ = timeout(patience, async {
        socket.write_all(request.as_bytes()).await?;
        socket.take(bytes_max).read_to_end(&mut answer).await
    })
    .await;
    Ok(answer)
}

/// The body of an answer, if there is one and the status is 200.
pub(crate) fn body(answer: &[u8]) -> Option<&[u8]> {
    const END_OF_HEAD: &[u8] = b"\r\n\r\n";
    let good = answer.starts_with(b"HTTP/1.") && answer.get(8..12) == Some(b" 200");
    let head = answer
        .windows(END_OF_HEAD.len())
        .position(|part| part == END_OF_HEAD)?;
    good.then(|| &answer[head + END_OF_HEAD.len()..])
}

/// A program that takes one connection, waits for what is asked, and says `reply`.
#[cfg(test)]
pub(crate) async fn answering(reply: &'static [u8]) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("the question");
        let mut request = [0; 256];
        let _ = socket.read(&mut request).await;
        let _ = socket.write_all(reply).await;
    });
    address
}

/// An address where nothing listens, and what keeps the port from being given to others meanwhile.
#[cfg(test)]
pub(crate) fn closed() -> (SocketAddr, tokio::net::TcpSocket) {
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    socket.bind(any).expect("a free port");
    (socket.local_addr().expect("an address"), socket)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What takes longer hangs.
    const PATIENCE: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn the_answer_is_cut_where_it_was_said() {
        let target = answering(b"HTTP/1.1 200 OK\r\n\r\nhello").await;
        let answer = ask(target, "GET /", 21, PATIENCE).await;
        assert_eq!(body(&answer.expect("an answer")), Some(&b"he"[..]));
        let silent = answering(b"").await;
        let answer = ask(silent, "GET /", 21, PATIENCE).await;
        assert_eq!(answer.expect("a connection"), b"");
        let (nobody, _kept) = closed();
        let nobody = ask(nobody, "GET /", 21, PATIENCE).await;
        assert!(nobody.is_err());
    }

    #[test]
    fn a_body_is_of_a_good_answer() {
        assert_eq!(body(b"HTTP/1.1 200 OK\r\na: b\r\n\r\n[]"), Some(&b"[]"[..]));
        for other in [
            &b"HTTP/1.1 404 Not Found\r\n\r\n[]"[..],
            b"HTTP/1.1 200 OK\r\n",
            b"220 mail\r\n\r\n200",
            b"",
        ] {
            assert_eq!(body(other), None);
        }
    }
}
