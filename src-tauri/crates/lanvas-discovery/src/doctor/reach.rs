//! What a connection to an address meets.
//!
//! Promises: an answer within [`ANSWER_TIMEOUT`] for each address, asked at
//! the same time; at most a status line and a few header bytes are read, and
//! nothing is believed of them but "this is a hub". Must not know: multicast.

use std::{
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use lanvas_protocol::{SessionId, advert::USUAL_PORTS, reach::DeviceReport};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::{task::JoinSet, time::timeout};

use super::{Answer, PortFact, TargetFact};
use crate::question::{ask, body};

/// A LAN answers in milliseconds; this forgives a bad Wi-Fi one lost packet,
/// whose repetition comes after a second.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(2_500);
/// Enough for the status line, the headers and the body of a hub's answer.
const ANSWER_BYTES_MAX: u64 = 4_096;

/// `HTTP/1.1 200` and no more.
const STATUS_BYTES: u64 = 12;

/// More than the reports and addresses that a hub keeps.
const TOLD_BYTES_MAX: u64 = 16_384;

/// What has the hub's ports on this machine; free ones are left out.
pub(super) async fn ports(wanted: Option<u16>, own: &[IpAddr]) -> Vec<PortFact> {
    let ports: Vec<u16> = match wanted {
        Some(port) => vec![port],
        None => USUAL_PORTS.collect(),
    };
    let asked = ports.into_iter().map(|port| own_port(port, own.to_vec()));
    let mut asked: JoinSet<PortFact> = asked.collect();
    let mut facts = Vec::new();
    while let Some(fact) = asked.join_next().await {
        facts.extend(fact.ok().filter(|fact| wanted.is_some() || is_taken(fact)));
    }
    facts.sort_by_key(|fact| fact.port);
    facts
}

fn is_taken(fact: &PortFact) -> bool {
    matches!(fact.answer, Answer::Lanvas | Answer::OtherProgram)
}

async fn own_port(port: u16, own: Vec<IpAddr>) -> PortFact {
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let places = own.into_iter().map(|own| SocketAddr::from((own, port)));
    let asked = places.map(|place| async move { (place, answer(place).await) });
    let (inside, outside) = tokio::join!(answer(here), asked.collect::<JoinSet<_>>().join_all());
    // A hub that was bound to one address answers only there; what it tells its own machine it
    // tells by loopback, if it listens there.
    let mut met = std::iter::once((here, inside)).chain(outside.iter().copied());
    let hub = met.find(|(_, met)| *met == Answer::Lanvas);
    let (at, best) = hub.unwrap_or((here, inside));
    PortFact {
        port,
        at,
        answer: best,
        on_the_network: outside.iter().any(|(_, met)| *met == best),
    }
}

/// What other devices told the hub on this machine that they reached of it.
pub(super) async fn devices(hub: SocketAddr) -> Vec<DeviceReport> {
    told(hub, "GET /api/reach").await.unwrap_or_default()
}

/// Where the hub on this machine was reached since it began.
pub(super) async fn former(hub: SocketAddr) -> Vec<Ipv4Addr> {
    #[derive(Deserialize)]
    struct Whereabouts {
        had: Vec<Ipv4Addr>,
    }
    let told: Option<Whereabouts> = told(hub, "GET /api/whereabouts").await;
    told.map(|told| told.had).unwrap_or_default()
}

/// What the hub on this machine tells nobody else.
async fn told<T: DeserializeOwned>(hub: SocketAddr, line: &str) -> Option<T> {
    let asked = ask(hub, line, TOLD_BYTES_MAX, ANSWER_TIMEOUT);
    let answer = timeout(ANSWER_TIMEOUT, asked).await.ok()?.ok()?;
    serde_json::from_slice(body(&answer)?).ok()
}

/// Looks at another machine's hub, and whether it has the session.
pub(super) async fn target(
    address: SocketAddr,
    beside: bool,
    session: Option<&SessionId>,
) -> TargetFact {
    let mut others: JoinSet<(u16, Answer)> = USUAL_PORTS
        .filter(|port| *port != address.port())
        .map(|port| async move { (port, answer((address.ip(), port).into()).await) })
        .collect();
    let asked = answer(address).await;
    let (mut elsewhere, mut seen) = (None, is_sign_of_life(asked));
    while let Some(met) = others.join_next().await {
        let Ok((port, met)) = met else { continue };
        seen |= is_sign_of_life(met);
        if met == Answer::Lanvas {
            elsewhere = Some(elsewhere.map_or(port, |other: u16| other.min(port)));
        }
    }
    let seen = match seen {
        true => Some(true),
        false => is_missing(address.ip()).await.then_some(false),
    };
    let has_session = match session {
        Some(session) if asked == Answer::Lanvas => has(address, session).await,
        _ => None,
    };
    TargetFact {
        address,
        beside,
        answer: asked,
        machine_seen: seen,
        hub_elsewhere: elsewhere,
        has_session,
    }
}

/// Whether the hub has that session, by what a browser would be told that opens its link.
async fn has(hub: SocketAddr, session: &SessionId) -> Option<bool> {
    let line = format!("HEAD /s/{session}");
    let asked = ask(hub, &line, STATUS_BYTES, ANSWER_TIMEOUT / 2);
    let status = timeout(ANSWER_TIMEOUT, asked).await.ok()?.ok()?;
    match status.get(8..)? {
        b" 200" => Some(true),
        b" 404" => Some(false),
        _ => None,
    }
}

fn is_sign_of_life(answer: Answer) -> bool {
    match answer {
        Answer::Lanvas | Answer::OtherProgram | Answer::Refused => true,
        Answer::Silence | Answer::NoWay => false,
    }
}

/// What a connection to `address` meets.
pub(super) async fn answer(address: SocketAddr) -> Answer {
    let asked = ask(
        address,
        "GET /healthz",
        ANSWER_BYTES_MAX,
        ANSWER_TIMEOUT / 2,
    );
    match timeout(ANSWER_TIMEOUT, asked).await {
        Ok(Ok(answer)) if is_a_hubs(&answer) => Answer::Lanvas,
        // Somebody took the connection: whoever hangs up, or stays silent, is no hub.
        Ok(Ok(_)) => Answer::OtherProgram,
        Ok(Err(error)) => match error.kind() {
            ErrorKind::ConnectionRefused => Answer::Refused,
            ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Answer::OtherProgram,
            ErrorKind::TimedOut => Answer::Silence,
            _ => Answer::NoWay,
        },
        Err(_) => Answer::Silence,
    }
}

/// A hub says that it is well, and which version it is.
fn is_a_hubs(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    text.starts_with("HTTP/1.") && text.contains("\"status\":") && text.contains("\"version\":")
}

/// Whether the machine gave no hardware address when the system asked for it:
/// then nobody is there. An address that is known may be an old one, so it
/// says nothing. Linux keeps a table; elsewhere it is not known.
async fn is_missing(ip: IpAddr) -> bool {
    let table = tokio::fs::read_to_string("/proc/net/arp").await;
    table.is_ok_and(|table| is_incomplete(&table, ip))
}

/// `192.168.1.5  0x1  0x2  aa:bb:cc:dd:ee:ff  *  wlan0`: flag 2 is "complete".
fn is_incomplete(table: &str, ip: IpAddr) -> bool {
    const COMPLETE: u32 = 0x2;
    let ip = ip.to_string();
    table.lines().any(|line| {
        let mut fields = line.split_whitespace();
        let same = fields.next() == Some(ip.as_str());
        let flags = fields.nth(1).and_then(|text| text.strip_prefix("0x"));
        let flags = flags.and_then(|text| u32::from_str_radix(text, 16).ok());
        same && flags.is_some_and(|flags| flags & COMPLETE == 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::{answering, closed};

    #[tokio::test]
    async fn a_hub_another_program_and_nobody_are_told_apart() {
        let hub = b"HTTP/1.1 200 OK\r\n\r\n{\"status\":\"ok\",\"version\":\"0.1.0\"}";
        assert!(meets(hub, Answer::Lanvas).await);
        assert!(meets(b"HTTP/1.1 200 OK\r\n\r\n<html>", Answer::OtherProgram).await);
        assert!(meets(b"", Answer::OtherProgram).await);
        let (nobody, _kept) = closed();
        assert_eq!(answer(nobody).await, Answer::Refused);
    }

    /// A machine that does much else may be too late for one look, not for each of these.
    async fn meets(reply: &'static [u8], wanted: Answer) -> bool {
        for _ in 0..6 {
            if answer(answering(reply).await).await == wanted {
                return true;
            }
        }
        false
    }

    #[tokio::test]
    async fn a_hub_says_whether_it_has_the_session() {
        let session = SessionId::new("k3f9x2ab").expect("an id");
        for (reply, expected) in [
            (&b"HTTP/1.1 200 OK\r\n\r\n"[..], Some(true)),
            (b"HTTP/1.1 404 Not Found\r\n\r\n", Some(false)),
            (b"HTTP/1.1 308 Permanent Redirect\r\n\r\n", None),
            (b"220 mail", None),
            (b"", None),
        ] {
            let mut told = has(answering(reply).await, &session).await;
            // A machine that does much else may be too late for one look.
            for _ in 0..6 {
                if told != expected {
                    told = has(answering(reply).await, &session).await;
                }
            }
            assert_eq!(told, expected, "{}", String::from_utf8_lossy(reply));
        }
    }

    #[test]
    fn the_neighbour_table_says_who_is_missing() {
        let table = "IP address       HW type     Flags       HW address            Mask     Device\n\
                     10.74.20.2       0x1         0x2         5a:11:22:33:44:55     *        eth0\n\
                     10.74.20.9       0x1         0x0         00:00:00:00:00:00     *        eth0\n";
        let missing = |ip: &str| is_incomplete(table, ip.parse().expect("an address"));
        assert!(!missing("10.74.20.2"));
        assert!(missing("10.74.20.9"), "asked for, never answered");
        assert!(!missing("10.74.20.7"), "never asked for");
    }
}
