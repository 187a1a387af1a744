//! From what was seen to what it means: pure, so that every cause is a row of
//! a table in the tests.
//!
//! Promises: one finding for each cause, the ones that keep people out first;
//! nothing is called a cause that the facts do not show. Must not know: how
//! the facts were gathered.

use std::net::Ipv4Addr;

use lanvas_protocol::{advert::DEFAULT_PORT, join_code::join_code, reach::DeviceReport};

use super::{
    Answer, Facts, Finding, FirewallKind, InterfaceFact, InterfaceKind, Level, PortFact, company,
    target,
};

/// What the facts mean, the most serious first.
#[must_use]
pub fn diagnose(facts: &Facts) -> Vec<Finding> {
    let mut findings = networks(&facts.interfaces);
    findings.extend(address_changed(facts));
    if facts.target.is_some() {
        findings.extend(target::findings(facts));
    } else {
        findings.extend(hub(&facts.ports));
    }
    findings.extend(company::findings(facts));
    let explained = findings.iter().any(|it| EXPLAIN_SILENCE.contains(&it.code));
    findings.extend(hearing(facts).filter(|it| !explained || it.code != "nobody_heard"));
    findings.extend(unused(&facts.interfaces));
    findings.extend(facts.devices.iter().take(DEVICES_SHOWN).map(device));
    let port = hub_port(&facts.ports);
    let firewalls = facts.firewalls.iter();
    findings.extend(firewalls.map(|firewall| firewall_finding(firewall.kind, port)));
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    findings
}

/// Who has one of these knows why nobody is heard.
const EXPLAIN_SILENCE: [&str; 2] = ["target_beyond_router", "target_unheard"];
/// Reports beyond these are old news.
const DEVICES_SHOWN: usize = 4;

/// Where another device opens the page that tries the connection; none while no hub of this machine
/// is open to the network.
#[must_use]
pub fn test_link(facts: &Facts) -> Option<String> {
    let (address, port) = way_in(facts)?;
    Some(format!("http://{address}:{port}/test"))
}

/// The hub's address as words to be said across the room; none as for [`test_link`].
#[must_use]
pub fn spoken_address(facts: &Facts) -> Option<String> {
    let (address, port) = way_in(facts)?;
    Some(join_code(address, port))
}

fn way_in(facts: &Facts) -> Option<(Ipv4Addr, u16)> {
    let hub = hub_fact(&facts.ports).filter(|hub| hub.on_the_network)?;
    let used = facts.interfaces.iter().find(|one| one.in_use)?;
    Some((used.address, hub.port))
}

pub(super) fn finding(code: &'static str, level: Level, says: String, action: &str) -> Finding {
    Finding {
        code,
        level,
        says,
        action: action.to_owned(),
    }
}

// --- networks -----------------------------------------------------------------------------

fn networks(interfaces: &[InterfaceFact]) -> Vec<Finding> {
    let used: Vec<_> = interfaces.iter().filter(|one| one.in_use).collect();
    let mut findings = vec![match used.as_slice() {
        [] => finding(
            "no_network",
            Level::Problem,
            "This computer is on no network that others could be on.".into(),
            "Join a Wi-Fi or plug in a cable.",
        ),
        all if is_one_network(all) => finding(
            "one_network",
            Level::Good,
            format!("Others reach this computer at {}.", list(all)),
            "",
        ),
        several => finding(
            "several_networks",
            Level::Notice,
            format!("This computer is on several networks: {}.", list(several)),
            "Give people the address of the network that they are on, too.",
        ),
    }];
    let self_given = used.iter().find(|one| one.address.is_link_local());
    findings.extend(self_given.map(|one| {
        finding(
            "self_given_address",
            Level::Notice,
            format!(
                "No router gave this computer an address, so it made up {}.",
                named(one)
            ),
            "Check the cable or the Wi-Fi's password, unless the two computers are joined by a cable alone.",
        )
    }));
    let tunnel = interfaces
        .iter()
        .find(|one| one.up && one.kind == InterfaceKind::Tunnel);
    findings.extend(tunnel.map(|one| {
        finding(
            "tunnel",
            Level::Notice,
            format!(
                "A VPN or tunnel is on ({}); many of them cut a computer off from its own network.",
                one.name
            ),
            "If nobody gets in, switch it off and try again.",
        )
    }));
    findings
}

/// A Wi-Fi and a cable often lead to the same one.
fn is_one_network(interfaces: &[&InterfaceFact]) -> bool {
    let same = |pair: &[&InterfaceFact]| {
        let bits = pair[0].prefix_bits.min(pair[1].prefix_bits);
        let difference = pair[0].address.to_bits() ^ pair[1].address.to_bits();
        difference
            .checked_shr(32_u32.saturating_sub(bits.into()))
            .unwrap_or(0)
            == 0
    };
    interfaces.windows(2).all(same)
}

fn list(interfaces: &[&InterfaceFact]) -> String {
    let named = interfaces.iter().map(|one| named(one));
    named.collect::<Vec<_>>().join(", ")
}

/// Links that were given out lead nowhere.
fn address_changed(facts: &Facts) -> Option<Finding> {
    let is_reached = facts.interfaces.iter().any(|one| one.in_use);
    let has = |was: &Ipv4Addr| facts.interfaces.iter().any(|one| one.address == *was);
    let gone = facts
        .former
        .iter()
        .filter(|was| !was.is_loopback() && !has(was));
    let gone: Vec<_> = gone.map(Ipv4Addr::to_string).collect();
    (is_reached && !gone.is_empty()).then(|| {
        finding(
            "address_changed",
            Level::Notice,
            format!(
                "The address of this computer changed since the session began: links with {} lead nowhere now.",
                gone.join(", ")
            ),
            "Give people the link that the session shows now; who is in follows without doing anything.",
        )
    })
}

/// Which interfaces sessions are not announced on, and why.
fn unused(interfaces: &[InterfaceFact]) -> Option<Finding> {
    let inner = interfaces
        .iter()
        .filter(|one| one.up && one.kind == InterfaceKind::Inner);
    let names: Vec<_> = inner.map(named).collect();
    (!names.is_empty()).then(|| {
        finding(
            "not_announced",
            Level::Good,
            format!(
                "Sessions are not announced on {}: that leads to containers or virtual machines of this computer.",
                names.join(", ")
            ),
            "",
        )
    })
}

// --- other devices ------------------------------------------------------------------------

/// There and back; above it others see a stroke late.
const SLOW_MS: f64 = 150.0;

fn device(report: &DeviceReport) -> Finding {
    let address = report.address;
    let Some(socket) = report.reached.socket else {
        return finding(
            "device_page_only",
            Level::Problem,
            format!("The device at {address} opened the page and got no live connection."),
            "On that device, switch off a VPN, a proxy or a data saver, then test again.",
        );
    };
    let speed = socket.bytes_per_s / 1e6;
    let (latency, slow) = (socket.latency_ms, socket.latency_ms > SLOW_MS);
    finding(
        if slow {
            "device_slow"
        } else {
            "device_reached"
        },
        if slow { Level::Notice } else { Level::Good },
        format!(
            "The device at {address} can join: {latency:.0} ms there and back, {speed:.1} MB a second."
        ),
        if slow {
            "Its network is slow: bring it nearer to the Wi-Fi, or use a cable for the host."
        } else {
            ""
        },
    )
}

fn named(interface: &InterfaceFact) -> String {
    format!("{} ({})", interface.address, interface.name)
}

// --- the hub of this machine --------------------------------------------------------------

fn hub_port(ports: &[PortFact]) -> u16 {
    hub_fact(ports).map_or(DEFAULT_PORT, |fact| fact.port)
}

pub(super) fn hub_fact(ports: &[PortFact]) -> Option<&PortFact> {
    ports.iter().find(|fact| fact.answer == Answer::Lanvas)
}

fn hub(ports: &[PortFact]) -> Vec<Finding> {
    let Some(hub) = hub_fact(ports) else {
        return vec![no_hub(ports)];
    };
    let mut findings = vec![if hub.on_the_network {
        finding(
            "hub_answers",
            Level::Good,
            format!("A session is hosted here on port {}.", hub.port),
            "",
        )
    } else {
        finding(
            "hub_only_here",
            Level::Problem,
            format!(
                "The session on port {} is open to this computer alone.",
                hub.port
            ),
            "Host it without --bind, or with --bind 0.0.0.0.",
        )
    }];
    let usual_is_taken = ports
        .iter()
        .any(|fact| fact.port == DEFAULT_PORT && fact.answer == Answer::OtherProgram);
    if usual_is_taken {
        findings.push(finding(
            "usual_port_taken",
            Level::Notice,
            format!(
                "Another program has the usual port {DEFAULT_PORT}, so the session took {}.",
                hub.port
            ),
            "Give people the whole link with the number after the colon.",
        ));
    }
    findings
}

fn no_hub(ports: &[PortFact]) -> Finding {
    let other = ports
        .iter()
        .find(|fact| fact.answer == Answer::OtherProgram);
    match other {
        Some(other) => finding(
            "port_taken",
            Level::Notice,
            format!(
                "No session is hosted here, and another program has port {}.",
                other.port
            ),
            "Start a session: it takes the next free port. Then look again.",
        ),
        None => finding(
            "no_hub",
            Level::Notice,
            "No session is hosted on this computer.".into(),
            "Start a session, then look again.",
        ),
    }
}

// --- multicast ----------------------------------------------------------------------------

fn hearing(facts: &Facts) -> Option<Finding> {
    if !facts.interfaces.iter().any(|one| one.in_use) {
        return None;
    }
    let heard = &facts.hearing;
    Some(match (&heard.fault, heard.own, heard.others) {
        (Some(fault), ..) => finding(
            "multicast_fault",
            Level::Problem,
            format!("This computer cannot ask the network who is there: {fault}."),
            "Give people the link or its QR code, which work without.",
        ),
        (None, false, _) => finding(
            "multicast_blocked",
            Level::Problem,
            "This computer does not hear its own announcement: something on it, likely a firewall, drops multicast.".into(),
            "Let UDP port 5353 in. Until then, give people the link or its QR code.",
        ),
        (None, true, 0) => finding(
            "nobody_heard",
            Level::Notice,
            "No other device was heard: either there is none, or this network keeps its devices apart.".into(),
            if facts.macos {
                "Allow Lanvas in System Settings, Privacy & Security, Local Network. If it is allowed, switch off \"client isolation\" in the Wi-Fi's settings."
            } else {
                "If others are here, switch off \"client isolation\" in the Wi-Fi's settings, or use a phone's hotspot."
            },
        ),
        (None, true, others) => finding(
            "others_heard",
            Level::Good,
            match others {
                1 => "Announcements travel on this network: 1 other device was heard.".into(),
                many => format!(
                    "Announcements travel on this network: {many} other devices were heard."
                ),
            },
            "",
        ),
    })
}

// --- firewalls ----------------------------------------------------------------------------

fn firewall_finding(kind: FirewallKind, port: u16) -> Finding {
    let (code, name, action) = match kind {
        FirewallKind::Ufw => (
            "firewall_ufw",
            "The firewall ufw is on",
            format!("Let Lanvas in: sudo ufw allow {port}/tcp && sudo ufw allow 5353/udp"),
        ),
        FirewallKind::Firewalld => (
            "firewall_firewalld",
            "The firewall firewalld is on",
            format!(
                "Let Lanvas in: sudo firewall-cmd --permanent --add-port={port}/tcp --add-service=mdns && sudo firewall-cmd --reload"
            ),
        ),
        FirewallKind::WindowsPublic => (
            "network_public",
            "Windows treats this network as public and lets nobody in",
            "Open Settings, Network & internet, the network's properties, and choose Private."
                .to_owned(),
        ),
        FirewallKind::MacOs => (
            "firewall_macos",
            "The macOS firewall is on",
            "Open System Settings, Network, Firewall, Options, and let Lanvas in.".to_owned(),
        ),
    };
    let says = format!("{name}; only a test from another device shows whether it lets people in.");
    finding(code, Level::Notice, says, &action)
}

#[cfg(test)]
pub(super) mod tests {
    use super::{
        super::{FirewallFact, HearingFact},
        *,
    };

    pub(in super::super) fn interface(name: &str, kind: InterfaceKind) -> InterfaceFact {
        InterfaceFact {
            name: name.into(),
            address: Ipv4Addr::new(192, 168, 1, 5),
            prefix_bits: 24,
            up: true,
            in_use: kind == InterfaceKind::Network,
            kind,
        }
    }

    pub(in super::super) fn port(port: u16, answer: Answer, on_the_network: bool) -> PortFact {
        PortFact {
            port,
            at: (Ipv4Addr::LOCALHOST, port).into(),
            answer,
            on_the_network,
        }
    }

    /// A hosting machine on a good network.
    pub(in super::super) fn well() -> Facts {
        Facts {
            interfaces: vec![interface("wlan0", InterfaceKind::Network)],
            ports: vec![port(DEFAULT_PORT, Answer::Lanvas, true)],
            hearing: HearingFact {
                own: true,
                others: 2,
                fault: None,
            },
            ..Facts::default()
        }
    }

    fn worst(facts: &Facts) -> &'static str {
        diagnose(facts)[0].code
    }

    #[test]
    fn when_all_is_well_nothing_is_to_do() {
        let findings = diagnose(&well());
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["one_network", "hub_answers", "others_heard"]);
        assert!(findings.iter().all(|finding| finding.action.is_empty()));
    }

    #[test]
    fn what_other_devices_reached_is_told() {
        use lanvas_protocol::reach::{Reached, SocketReached};
        let with = |socket| Facts {
            devices: vec![DeviceReport {
                address: [192, 168, 1, 20].into(),
                time_ms: 1,
                reached: Reached {
                    http_ms: 5.0,
                    socket,
                },
            }],
            ..well()
        };
        assert_eq!(worst(&with(None)), "device_page_only");
        let socket = |latency_ms| {
            Some(SocketReached {
                latency_ms,
                bytes_per_s: 4.0e7,
            })
        };
        assert_eq!(worst(&with(socket(400.0))), "device_slow");
        let found = diagnose(&with(socket(3.0)));
        let said = found.iter().find(|it| it.code == "device_reached");
        assert!(said.is_some_and(|it| it.says.contains("3 ms") && it.says.contains("40.0 MB")));
        let link = test_link(&well());
        assert_eq!(link.as_deref(), Some("http://192.168.1.5:7420/test"));
        assert_eq!(test_link(&Facts::default()), None);
        let code = spoken_address(&well()).expect("a code");
        let read = lanvas_protocol::join_code::read_join_code(&code);
        assert_eq!(read, Some((Ipv4Addr::new(192, 168, 1, 5), DEFAULT_PORT)));
    }

    #[test]
    fn each_cause_at_the_host_is_named() {
        let with = |change: &dyn Fn(&mut Facts)| {
            let mut facts = well();
            change(&mut facts);
            worst(&facts)
        };
        assert_eq!(with(&|facts| facts.interfaces.clear()), "no_network");
        assert_eq!(
            with(&|facts| facts.interfaces[0] = interface("wg0", InterfaceKind::Tunnel)),
            "no_network"
        );
        assert_eq!(
            with(&|facts| facts
                .interfaces
                .push(interface("wg0", InterfaceKind::Tunnel))),
            "tunnel"
        );
        let beside = |address: [u8; 4]| InterfaceFact {
            address: address.into(),
            ..interface("eth0", InterfaceKind::Network)
        };
        assert_eq!(
            with(&|facts| facts.interfaces.push(beside([10, 0, 0, 5]))),
            "several_networks"
        );
        assert_eq!(
            with(&|facts| facts.interfaces.push(beside([192, 168, 1, 6]))),
            "one_network",
            "a cable beside the Wi-Fi"
        );
        assert_eq!(
            with(&|facts| facts.former = vec![[192, 168, 1, 4].into(), [192, 168, 1, 5].into()]),
            "address_changed"
        );
        assert_eq!(
            with(&|facts| facts.former = vec![Ipv4Addr::LOCALHOST, [192, 168, 1, 5].into()]),
            "one_network"
        );
        assert_eq!(
            with(&|facts| facts.interfaces[0].address = Ipv4Addr::new(169, 254, 7, 7)),
            "self_given_address"
        );
        assert_eq!(
            with(&|facts| facts.hearing.own = false),
            "multicast_blocked"
        );
        assert_eq!(with(&|facts| facts.hearing.others = 0), "nobody_heard");
        assert_eq!(
            with(&|facts| facts.hearing.fault = Some("no such device".into())),
            "multicast_fault"
        );
        assert_eq!(
            with(&|facts| facts.ports[0].on_the_network = false),
            "hub_only_here"
        );
        assert_eq!(with(&|facts| facts.ports.clear()), "no_hub");
        assert_eq!(
            with(&|facts| facts.ports[0].answer = Answer::OtherProgram),
            "port_taken"
        );
        assert_eq!(
            with(&|facts| facts.ports = vec![
                port(DEFAULT_PORT, Answer::OtherProgram, true),
                port(DEFAULT_PORT + 1, Answer::Lanvas, true)
            ]),
            "usual_port_taken"
        );
    }

    #[test]
    fn each_firewall_comes_with_its_own_remedy_for_the_port_in_use() {
        let kinds = [
            (FirewallKind::Ufw, "ufw allow 7421/tcp"),
            (FirewallKind::Firewalld, "--add-port=7421/tcp"),
            (FirewallKind::WindowsPublic, "choose Private"),
            (FirewallKind::MacOs, "System Settings"),
        ];
        for (kind, remedy) in kinds {
            let facts = Facts {
                ports: vec![port(7421, Answer::Lanvas, true)],
                firewalls: vec![FirewallFact { kind }],
                ..well()
            };
            let found = diagnose(&facts);
            assert!(found[0].action.contains(remedy), "{found:?}");
        }
    }
}
