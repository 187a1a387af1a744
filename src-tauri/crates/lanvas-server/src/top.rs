//! `lanvas-server top`: what a hub is doing, once a second, in the terminal.
//!
//! Promises: it only reads what the hub shows everybody (`/metrics`, `/api/sessions`); what came
//! from there cannot move the cursor or worse; where standard output is no terminal it is lines
//! without control characters.

mod page;
mod sample;

use std::{
    io::{IsTerminal, Read, Write, stdout},
    net::{TcpStream, ToSocketAddrs},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use self::{page::Page, sample::Sample};
use crate::{
    arguments::TopArguments,
    sealed::{self, TrustArguments},
};

const INTERVAL: Duration = Duration::from_secs(1);
/// A hub that takes longer to say something is as good as gone.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Bytes of an answer; a list of a thousand sessions has about a tenth of it.
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Where everything is wiped before the page is drawn anew.
const HOME_AND_WIPE: &str = "\x1b[H\x1b[2J";

pub(crate) fn run(arguments: &TopArguments) -> Result<()> {
    let hub = Hub::at(arguments)?;
    let drawn = stdout().is_terminal() && !arguments.once;
    let mut before = look(&hub)?;
    loop {
        sleep(INTERVAL);
        let now = look(&hub)?;
        let page = Page::of(&hub.address, &before, &now);
        let shown = if drawn {
            format!("{HOME_AND_WIPE}{}", page.drawn())
        } else {
            page.line()
        };
        let mut out = stdout().lock();
        if writeln!(out, "{shown}").and_then(|()| out.flush()).is_err() || arguments.once {
            return Ok(()); // whoever read it has had enough
        }
        before = now;
    }
}

/// What is watched.
struct Hub<'a> {
    /// `host:port`.
    address: String,
    /// Where it is spoken to by TLS: how that is waited for.
    sealed: Option<tokio::runtime::Runtime>,
    trust: &'a TrustArguments,
}

impl<'a> Hub<'a> {
    fn at(arguments: &'a TopArguments) -> Result<Self> {
        let (address, sealed) = address(&arguments.url)?;
        let runtime = || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
        };
        Ok(Self {
            address,
            sealed: sealed.then(runtime).transpose()?,
            trust: &arguments.trust,
        })
    }

    fn url(&self) -> String {
        let scheme = if self.sealed.is_some() {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://{}", self.address)
    }

    fn answer(&self, request: &str) -> Result<String> {
        match &self.sealed {
            Some(runtime) => runtime.block_on(async {
                let answered = sealed_answer(&self.address, self.trust, request);
                tokio::time::timeout(TIMEOUT, answered).await?
            }),
            None => plain_answer(&self.address, request),
        }
    }
}

/// Host and port of a link to a hub or to a session in it, or of `HOST:PORT`; and whether it is
/// spoken to by TLS.
fn address(url: &str) -> Result<(String, bool)> {
    let (rest, sealed) = match url.split_once("://") {
        Some(("http", rest)) => (rest, false),
        Some(("https", rest)) => (rest, true),
        Some((scheme, _)) => {
            bail!("A hub is watched by http or https, not by {scheme}: say http://HOST:PORT.")
        }
        None => (url, false),
    };
    let host = rest.split(['/', '#', '?']).next().unwrap_or_default();
    if host.is_empty() {
        bail!("{url} names no host: say http://HOST:PORT.");
    }
    let after_address = host.rsplit(']').next().unwrap_or(host);
    let usual_port = if sealed { 443 } else { 80 };
    let address = if after_address.contains(':') {
        host.to_owned()
    } else {
        format!("{host}:{usual_port}")
    };
    Ok((address, sealed))
}

fn look(hub: &Hub<'_>) -> Result<Sample> {
    let unreachable = || {
        format!(
            "No Lanvas hub answers at {}; check the address, and that it is running",
            hub.url()
        )
    };
    let metrics = get(hub, "/metrics").with_context(unreachable)?;
    let sessions = get(hub, "/api/sessions").with_context(unreachable)?;
    Sample::of(Instant::now(), &metrics, &sessions)
        .with_context(|| format!("What answers at {} is no Lanvas hub", hub.url()))
}

fn plain_answer(address: &str, request: &str) -> Result<String> {
    let found = address.to_socket_addrs()?.next();
    let peer = found.context("the name has no address")?;
    let mut stream = TcpStream::connect_timeout(&peer, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.take(ANSWER_BYTES_MAX).read_to_string(&mut answer)?;
    Ok(answer)
}

async fn sealed_answer(address: &str, trust: &TrustArguments, request: &str) -> Result<String> {
    let mut stream = sealed::connect(address, trust).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream
        .take(ANSWER_BYTES_MAX)
        .read_to_string(&mut answer)
        .await?;
    Ok(answer)
}

fn get(hub: &Hub<'_>, path: &str) -> Result<String> {
    let address = &hub.address;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let answer = hub.answer(&request)?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .context("it does not speak http")?;
    let status = head.lines().next().unwrap_or_default();
    if status.contains(" 308 ") {
        bail!("it is encrypted: say https://{address}");
    }
    if !status.contains(" 200 ") {
        bail!("it says {status}");
    }
    Ok(body.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hub_is_named_as_people_name_it() {
        for (url, expected) in [
            ("http://192.168.1.5:7420", "192.168.1.5:7420"),
            (
                "http://192.168.1.5:7420/s/k3f9x2ab#host=1",
                "192.168.1.5:7420",
            ),
            ("localhost:7421", "localhost:7421"),
            ("http://[fe80::1]:7420/", "[fe80::1]:7420"),
            ("http://[::1]", "[::1]:80"),
            ("http://board.local", "board.local:80"),
            ("https://board.local", "board.local:443"),
            ("https://192.168.1.5:7420/s/x", "192.168.1.5:7420"),
        ] {
            let sealed = url.starts_with("https");
            let expected = (expected.to_owned(), sealed);
            assert_eq!(address(url).expect("an address"), expected);
        }
        assert!(address("ftp://192.168.1.5").is_err());
        assert!(address("http:///s/x").is_err());
    }
}
