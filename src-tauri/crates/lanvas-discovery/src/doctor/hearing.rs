//! Asks the network's multicast group who is there, and listens.
//!
//! Promises: one question for each interface in use, and [`LISTENING_TIME`] of
//! silence at most; nothing that is heard is kept but from whom. Must not
//! know: what discovery does with the same group.

use std::{
    collections::BTreeSet,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use socket2::{Domain, Protocol, SockAddr, Socket, Type};
use tokio::{net::UdpSocket, time::timeout};

use super::{HearingFact, InterfaceFact};

/// Responders wait up to 120 ms before they answer (RFC 6762 section 6), and
/// a Wi-Fi holds multicast back until the next beacons.
const LISTENING_TIME: Duration = Duration::from_millis(2_500);
/// The group and port of mDNS (RFC 6762 section 3).
const GROUP: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 251);
const PORT: u16 = 5353;
/// The largest mDNS message (RFC 6762 section 17).
const MESSAGE_BYTES_MAX: usize = 9_000;
/// Machines beyond this are not told apart: there are others, that is all.
const OTHERS_MAX: usize = 256;

/// What the group lets us hear on the interfaces in use.
pub(super) async fn listen(interfaces: &[InterfaceFact]) -> HearingFact {
    let used: Vec<Ipv4Addr> = interfaces
        .iter()
        .filter(|interface| interface.in_use)
        .map(|interface| interface.address)
        .collect();
    if used.is_empty() {
        return HearingFact::default();
    }
    match ask(&used).await {
        Ok(heard) => heard,
        Err(error) => HearingFact {
            fault: Some(error.to_string()),
            ..HearingFact::default()
        },
    }
}

async fn ask(used: &[Ipv4Addr]) -> io::Result<HearingFact> {
    let ear = ear(used)?;
    for address in used {
        let mouth = mouth(*address)?;
        mouth.send_to(
            &question(),
            &SockAddr::from(SocketAddr::from((GROUP, PORT))),
        )?;
    }
    let mut heard = BTreeSet::new();
    let _ = timeout(LISTENING_TIME, hear(&ear, &mut heard)).await;
    let own = |from: &IpAddr| used.iter().any(|address| from == address);
    Ok(HearingFact {
        own: heard.iter().any(own),
        others: heard.iter().filter(|from| !own(from)).count(),
        fault: None,
    })
}

async fn hear(ear: &UdpSocket, heard: &mut BTreeSet<IpAddr>) -> io::Result<()> {
    let mut message = [0; MESSAGE_BYTES_MAX];
    while heard.len() < OTHERS_MAX {
        let (_, from) = ear.recv_from(&mut message).await?;
        heard.insert(from.ip());
    }
    Ok(())
}

/// Hears the group beside the programs that already do.
fn ear(used: &[Ipv4Addr]) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    socket.set_reuse_port(true)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, PORT)).into())?;
    for address in used {
        match socket.join_multicast_v4(&GROUP, address) {
            // Two addresses of one interface: it is in already.
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            joined => joined?,
        }
    }
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket.into())
}

fn mouth(address: Ipv4Addr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    socket.set_reuse_port(true)?;
    socket.bind(&SocketAddr::from((address, PORT)).into())?;
    socket.set_multicast_if_v4(&address)?;
    socket.set_multicast_loop_v4(true)?;
    socket.set_multicast_ttl_v4(255)?;
    Ok(socket)
}

/// "Which kinds of service are there?" (RFC 6763 section 9), to which every
/// responder on the network has an answer.
fn question() -> Vec<u8> {
    const HEADER_ONE_QUESTION: [u8; 12] = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    const PTR_IN: [u8; 4] = [0, 12, 0, 1];
    let mut message = HEADER_ONE_QUESTION.to_vec();
    for label in ["_services", "_dns-sd", "_udp", "local"] {
        message.push(u8::try_from(label.len()).expect("labels are short"));
        message.extend(label.as_bytes());
    }
    message.push(0);
    message.extend(PTR_IN);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_is_a_dns_message_with_one_ptr_question() {
        let message = question();
        assert_eq!(&message[4..6], [0, 1], "one question");
        assert_eq!(&message[12..22], b"\x09_services");
        assert!(message.ends_with(b"\x05local\0\0\x0c\0\x01"));
    }

    #[tokio::test]
    async fn without_a_network_there_is_nothing_to_hear() {
        assert_eq!(listen(&[]).await, HearingFact::default());
    }
}
