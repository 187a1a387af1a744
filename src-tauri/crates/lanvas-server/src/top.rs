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

use self::{page::Page, sample::Sample};
use crate::arguments::TopArguments;

const INTERVAL: Duration = Duration::from_secs(1);
/// A hub that takes longer to say something is as good as gone.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Bytes of an answer; a list of a thousand sessions has about a tenth of it.
const ANSWER_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Where everything is wiped before the page is drawn anew.
const HOME_AND_WIPE: &str = "\x1b[H\x1b[2J";

pub(crate) fn run(arguments: &TopArguments) -> Result<()> {
    let address = address(&arguments.url)?;
    let drawn = stdout().is_terminal() && !arguments.once;
    let mut before = look(&address)?;
    loop {
        sleep(INTERVAL);
        let now = look(&address)?;
        let page = Page::of(&address, &before, &now);
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

/// Host and port of a link to a hub or to a session in it, or of `HOST:PORT`.
fn address(url: &str) -> Result<String> {
    let rest = match url.split_once("://") {
        Some(("http", rest)) => rest,
        Some((scheme, _)) => {
            bail!("A hub is watched by http, not by {scheme}: say http://HOST:PORT.")
        }
        None => url,
    };
    let host = rest.split(['/', '#', '?']).next().unwrap_or_default();
    if host.is_empty() {
        bail!("{url} names no host: say http://HOST:PORT.");
    }
    let after_address = host.rsplit(']').next().unwrap_or(host);
    Ok(if after_address.contains(':') {
        host.to_owned()
    } else {
        format!("{host}:80")
    })
}

fn look(address: &str) -> Result<Sample> {
    let unreachable = || format!("No Lanvas hub answers at http://{address}");
    let metrics = get(address, "/metrics").with_context(unreachable)?;
    let sessions = get(address, "/api/sessions").with_context(unreachable)?;
    Sample::of(Instant::now(), &metrics, &sessions)
        .with_context(|| format!("What answers at http://{address} is no Lanvas hub"))
}

fn get(address: &str, path: &str) -> Result<String> {
    let found = address.to_socket_addrs()?.next();
    let peer = found.context("the name has no address")?;
    let mut stream = TcpStream::connect_timeout(&peer, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.take(ANSWER_BYTES_MAX).read_to_string(&mut answer)?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .context("it does not speak http")?;
    let status = head.lines().next().unwrap_or_default();
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
        ] {
            assert_eq!(address(url).expect("an address"), expected);
        }
        assert!(address("https://192.168.1.5").is_err());
        assert!(address("http:///s/x").is_err());
    }
}
