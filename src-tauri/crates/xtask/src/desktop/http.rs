//! Just enough HTTP to ask a program on this machine something: one request,
//! one connection, a short answer.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};

/// Starting a session or a webview may take a while on a slow machine.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// The status line and the body of the answer.
pub(crate) struct Answer {
    pub(crate) status: String,
    pub(crate) body: String,
}

pub(crate) fn request(port: u16, method: &str, path: &str, body: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
        .with_context(|| format!("nothing listens on port {port}"))?;
    stream
        .set_read_timeout(Some(ANSWER_LIMIT))
        .context("the connection cannot be limited")?;
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream
        .write_all(request.as_bytes())
        .with_context(|| format!("port {port} does not read"))?;
    let mut answer = Vec::new();
    stream
        .read_to_end(&mut answer)
        .with_context(|| format!("port {port} does not answer {method} {path}"))?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    Ok(Answer {
        status: head.lines().next().unwrap_or_default().to_owned(),
        body: body.to_owned(),
    })
}
