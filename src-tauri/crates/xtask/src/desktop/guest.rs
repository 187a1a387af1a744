//! A guest with nothing but a socket: says hello by JSON, and then answers pings until it is dropped.
//!
//! As much of RFC 6455 as that takes; frames of a hub have a length and no mask.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpStream};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, bail};

const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;

pub(crate) struct Guest {
    stream: TcpStream,
    listening: Option<JoinHandle<()>>,
}

impl Guest {
    /// Comes into a session of a hub on this machine, and has been welcomed.
    pub(crate) fn join(port: u16, session: &str, name: &str) -> Result<Self> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .with_context(|| format!("nothing listens on port {port}"))?;
        write!(
            stream,
            "GET /ws/{session} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: lanvas.v1.json\r\n\r\n"
        )?;
        read_head(&mut stream)?;
        let hello = format!(r#"{{"type":"hello","name":"{name}"}}"#);
        write_frame(&mut stream, TEXT, hello.as_bytes())?;
        let (_, first) = read_frame(&mut stream)?;
        if !String::from_utf8_lossy(&first).contains("welcomed") {
            bail!("no welcome: {}", String::from_utf8_lossy(&first));
        }
        let mut listener = stream.try_clone()?;
        let listening = thread::spawn(move || while answer(&mut listener).is_ok() {});
        Ok(Self {
            stream,
            listening: Some(listening),
        })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Both);
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

fn read_head(stream: &mut TcpStream) -> Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
        if head.len() > 8 * 1024 {
            bail!("an endless answer");
        }
    }
    let head = String::from_utf8_lossy(&head);
    if head.starts_with("HTTP/1.1 101") {
        Ok(())
    } else {
        bail!(
            "the hub opens no socket: {}",
            head.lines().next().unwrap_or_default()
        )
    }
}

fn answer(stream: &mut TcpStream) -> Result<()> {
    match read_frame(stream)? {
        (PING, body) => write_frame(stream, PONG, &body),
        (CLOSE, _) => bail!("closed"),
        _ => Ok(()),
    }
}

/// Kind and body.
fn read_frame(stream: &mut TcpStream) -> Result<(u8, Vec<u8>)> {
    let mut head = [0; 2];
    stream.read_exact(&mut head)?;
    let length = match head[1] {
        126 => u64::from(u16::from_be_bytes(read_bytes(stream)?)),
        127 => u64::from_be_bytes(read_bytes(stream)?),
        short => u64::from(short),
    };
    let mut body = vec![0; usize::try_from(length)?];
    stream.read_exact(&mut body)?;
    Ok((head[0] & 0xf, body))
}

fn read_bytes<const N: usize>(stream: &mut TcpStream) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// With a mask of zeros, which leaves the body as it is.
fn write_frame(stream: &mut TcpStream, kind: u8, body: &[u8]) -> Result<()> {
    let length = u8::try_from(body.len()).ok().filter(|length| *length < 126);
    let length = length.context("a guest says little")?;
    let mut frame = vec![0x80 | kind, 0x80 | length, 0, 0, 0, 0];
    frame.extend_from_slice(body);
    stream.write_all(&frame)?;
    Ok(())
}
