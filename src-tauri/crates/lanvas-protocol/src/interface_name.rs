//! What a network interface leads to, as far as its name says.
//!
//! Promises: pure; hub and discovery judge alike, so that nobody is given a link to an address that
//! is not announced. Must not know: which interfaces there are.

/// Beginnings of the names of VPNs and other tunnels: they lead to no person
/// of this network.
const TUNNEL_PREFIXES: [&str; 8] = [
    "tun",
    "tap",
    "utun",
    "wg",
    "ppp",
    "ipsec",
    "zt",
    "tailscale",
];
/// Windows calls them by their makers' names, somewhere in the middle.
const TUNNEL_PARTS: [&str; 8] = [
    "vpn",
    "wintun",
    "wireguard",
    "nordlynx",
    "tap-windows",
    "zerotier",
    "hamachi",
    "tailscale",
];
/// Beginnings of the names of interfaces that lead to no person either:
/// containers, virtual machines, Apple's device links. A namespace or container
/// that is to take part calls its end `eth0`, as they do.
const INNER_PREFIXES: [&str; 10] = [
    "docker",
    "br-",
    "veth",
    "virbr",
    "vmnet",
    "vboxnet",
    "vethernet",
    "lxc",
    "awdl",
    "llw",
];

/// Whether the interface called `name` is a tunnel.
#[must_use]
pub fn is_tunnel(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    begins_with_one_of(name, &TUNNEL_PREFIXES)
        || TUNNEL_PARTS.iter().any(|part| lower.contains(part))
}

/// Whether it leads to containers, virtual machines or devices of this machine.
#[must_use]
pub fn is_inner(name: &str) -> bool {
    begins_with_one_of(name, &INNER_PREFIXES)
}

/// Whether people may be on the other side of it.
#[must_use]
pub fn may_lead_to_people(name: &str) -> bool {
    !is_tunnel(name) && !is_inner(name)
}

fn begins_with_one_of(name: &str, prefixes: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    prefixes.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_networks_of_people_are_told_from_those_of_machines() {
        for name in [
            "eth0", "enp3s0", "wlan0", "wlp2s0", "en0", "Ethernet", "Wi-Fi", "bond0", "br0",
        ] {
            assert!(may_lead_to_people(name), "{name}");
        }
        for name in [
            "utun4",
            "wg0",
            "tun0",
            "OpenVPN Data Channel Offload",
            "NordLynx",
        ] {
            assert!(is_tunnel(name) && !may_lead_to_people(name), "{name}");
        }
        for name in [
            "docker0",
            "br-1f2e",
            "veth12ab",
            "virbr0",
            "vEthernet (WSL)",
            "awdl0",
        ] {
            assert!(is_inner(name) && !may_lead_to_people(name), "{name}");
        }
    }
}
