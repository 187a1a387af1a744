//! Why can they not join me? Gathers what this machine can tell about being
//! reached, and says for each thing found one sentence and one action.
//!
//! Promises: [`examine`] takes at most [`EXAMINATION_MAX`]; it changes nothing
//! on this machine; it asks the network's multicast group who is there, those
//! that announce themselves whether they are, and otherwise talks only to this
//! machine and to the address it was asked about; what it says names the cause it
//! saw and guesses none. Must not know: what sessions hold, windows, command lines.
//!
//! The parts: `diagnosis`, `target` and `company` are pure (facts in, findings out); `hearing`
//! asks the multicast group, `announced` hears sessions, `reach` asks one address, `firewall`
//! this machine's.

mod announced;
mod company;
mod diagnosis;
mod firewall;
mod hearing;
mod reach;
#[cfg(test)]
mod sentences;
mod target;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use serde::Serialize;

pub use self::diagnosis::{diagnose, spoken_address, test_link};
use crate::interfaces::{Networks, OwnAddress};
use lanvas_protocol::{
    SessionId,
    advert::NearbySession,
    interface_name::{is_inner, is_tunnel},
    reach::DeviceReport,
};

/// An examination is over by then, whatever the network does.
pub const EXAMINATION_MAX: Duration = Duration::from_secs(8);

/// What to look into.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The port that a hub on this machine was told to take; none: the usual ones.
    pub port: Option<u16>,
    /// Another machine's hub that cannot be reached from here.
    pub target: Option<SocketAddr>,
    /// The session that is wanted there: it may be announced elsewhere.
    pub session: Option<SessionId>,
    /// Which networks Lanvas uses.
    pub networks: Networks,
}

/// What was seen. Nothing in it is a judgement.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Facts {
    /// Every interface with an IPv4 address, but loopback.
    pub interfaces: Vec<InterfaceFact>,
    /// What has the ports of a hub on this machine; free ones are left out.
    pub ports: Vec<PortFact>,
    /// What the multicast group let us hear.
    pub hearing: HearingFact,
    /// Firewalls of this machine that are switched on.
    pub firewalls: Vec<FirewallFact>,
    /// The other machine, if one was asked about.
    pub target: Option<TargetFact>,
    /// The session that was asked about, if it was named.
    pub session: Option<SessionId>,
    /// The sessions that are announced on the networks in use, this machine's own among them.
    pub announced: Vec<NearbySession>,
    /// Of these, some that do not answer.
    pub silent: Vec<TargetFact>,
    /// Addresses that the hub here has or had since it began.
    pub former: Vec<Ipv4Addr>,
    /// What other devices said that they reached of the hub here, the newest first.
    pub devices: Vec<DeviceReport>,
    /// Whether this is macOS, which asks people whether a program may use the local network.
    pub macos: bool,
}

/// One way into a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InterfaceFact {
    /// As the system calls it.
    pub name: String,
    /// Its address there.
    pub address: Ipv4Addr,
    /// Bits of the address that name the network.
    pub prefix_bits: u8,
    /// Whether it is switched on and connected.
    pub up: bool,
    /// Whether Lanvas announces sessions on it.
    pub in_use: bool,
    /// What it leads to.
    pub kind: InterfaceKind,
}

/// What an interface leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InterfaceKind {
    /// A network where people may be.
    Network,
    /// A tunnel: a VPN, a dial-up line.
    Tunnel,
    /// Containers or virtual machines of this machine.
    Inner,
}

/// What has one port of this machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PortFact {
    /// Which.
    pub port: u16,
    /// Where that was met: a hub may listen on one address alone.
    #[serde(skip)]
    pub at: SocketAddr,
    /// What a connection to it met.
    pub answer: Answer,
    /// Whether a connection to an address of this machine in a network met the
    /// same; if not, the hub listens on this machine only.
    pub on_the_network: bool,
}

/// What a connection met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A hub.
    Lanvas,
    /// Some other program.
    OtherProgram,
    /// The machine is there and nothing listens.
    Refused,
    /// Nothing came back.
    Silence,
    /// The system knows no way there.
    NoWay,
}

/// What the multicast group let us hear.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct HearingFact {
    /// Whether our own question came back to us.
    pub own: bool,
    /// How many other machines were heard.
    pub others: usize,
    /// Why nothing could be asked, in the system's words.
    pub fault: Option<String>,
}

/// A firewall that is switched on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FirewallFact {
    /// Which.
    pub kind: FirewallKind,
}

/// The firewalls whose settings people can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FirewallKind {
    /// Ubuntu's.
    Ufw,
    /// Fedora's and SUSE's.
    Firewalld,
    /// Windows with the network marked public.
    WindowsPublic,
    /// macOS's application firewall.
    MacOs,
}

/// Another machine's hub, seen from here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TargetFact {
    /// Where.
    pub address: SocketAddr,
    /// Whether it is in a network that this machine is in, so that no router
    /// stands between.
    pub beside: bool,
    /// What a connection met.
    pub answer: Answer,
    /// Whether the machine is there: some port of it answered or refused; or is
    /// not: it does not even tell its hardware address. None: nothing shows it.
    pub machine_seen: Option<bool>,
    /// Another port of it where a hub answers.
    pub hub_elsewhere: Option<u16>,
    /// Whether the hub there has the session that was asked about; none: no hub answered, no session
    /// was named, or the hub does not say (one with TLS says nothing without).
    pub has_session: Option<bool>,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// As it should be.
    Good,
    /// May matter.
    Notice,
    /// Keeps people out.
    Problem,
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// For scripts and tests; never changes its meaning.
    pub code: &'static str,
    /// How much it matters.
    pub level: Level,
    /// One sentence: what is so.
    pub says: String,
    /// One action; empty where there is nothing to do.
    pub action: String,
}

/// Looks into `question` and gives what was seen.
pub async fn examine(question: &Question) -> Facts {
    let interfaces = interfaces(&question.networks);
    let beside = |target: SocketAddr| is_beside(&interfaces, target.ip());
    let target = async {
        match question.target {
            Some(target) => {
                let session = question.session.as_ref();
                Some(reach::target(target, beside(target), session).await)
            }
            None => None,
        }
    };
    let own = own_addresses(&interfaces);
    let company = async {
        let announced = announced::listen(&question.networks).await;
        let silent = announced::silent(&announced, &interfaces).await;
        (announced, silent)
    };
    let (ports, hearing, firewalls, target, (announced, silent)) = tokio::join!(
        reach::ports(question.port, &own),
        hearing::listen(&interfaces),
        firewall::switched_on(),
        target,
        company,
    );
    let (devices, former) = match diagnosis::hub_fact(&ports) {
        Some(hub) => tokio::join!(reach::devices(hub.at), reach::former(hub.at)),
        None => Default::default(),
    };
    Facts {
        ports,
        hearing,
        firewalls,
        target,
        session: question.session.clone(),
        announced,
        silent,
        former,
        interfaces,
        devices,
        macos: cfg!(target_os = "macos"),
    }
}

fn own_addresses(interfaces: &[InterfaceFact]) -> Vec<IpAddr> {
    let used = interfaces.iter().filter(|interface| interface.in_use);
    used.map(|interface| interface.address.into()).collect()
}

fn is_beside(interfaces: &[InterfaceFact], other: IpAddr) -> bool {
    let connected = interfaces.iter().filter(|interface| interface.up);
    let mut own = connected.map(|interface| OwnAddress {
        ip: interface.address.into(),
        prefix_bits: interface.prefix_bits,
        in_use: interface.in_use,
    });
    matches!(other, IpAddr::V4(v4) if v4.is_loopback()) || own.any(|own| own.is_beside(other))
}

/// Asks the system; empty when it does not say.
fn interfaces(networks: &Networks) -> Vec<InterfaceFact> {
    let found = if_addrs::get_if_addrs().unwrap_or_default();
    let facts = found.iter().filter_map(|interface| {
        let if_addrs::IfAddr::V4(v4) = &interface.addr else {
            return None;
        };
        let (loopback, tunnel) = (interface.is_loopback(), interface.is_p2p());
        let up = interface.is_oper_up();
        (!loopback).then(|| InterfaceFact {
            name: interface.name.clone(),
            address: v4.ip,
            prefix_bits: v4.prefixlen,
            up,
            in_use: up && networks.include(&interface.name, loopback, tunnel),
            kind: kind(&interface.name, tunnel),
        })
    });
    facts.collect()
}

fn kind(name: &str, point_to_point: bool) -> InterfaceKind {
    if point_to_point || is_tunnel(name) {
        InterfaceKind::Tunnel
    } else if is_inner(name) {
        InterfaceKind::Inner
    } else {
        InterfaceKind::Network
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_is_a_network_a_tunnel_or_this_machines_own() {
        assert_eq!(kind("wlp2s0", false), InterfaceKind::Network);
        assert_eq!(kind("eth0", true), InterfaceKind::Tunnel);
        assert_eq!(kind("wg0", false), InterfaceKind::Tunnel);
        assert_eq!(kind("docker0", false), InterfaceKind::Inner);
        assert_eq!(kind("vEthernet (WSL)", false), InterfaceKind::Inner);
    }

    #[test]
    fn beside_is_in_the_same_connected_network() {
        let mut own = InterfaceFact {
            name: "eth0".into(),
            address: Ipv4Addr::new(192, 168, 1, 5),
            prefix_bits: 24,
            up: true,
            in_use: true,
            kind: InterfaceKind::Network,
        };
        let at = |last| IpAddr::V4(Ipv4Addr::new(192, 168, last, 9));
        assert!(is_beside(&[own.clone()], at(1)));
        assert!(!is_beside(&[own.clone()], at(2)));
        own.up = false;
        assert!(!is_beside(&[own], at(1)));
    }
}
