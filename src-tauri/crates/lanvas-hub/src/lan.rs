//! Which of this machine's addresses people on the network can reach.

use std::net::{IpAddr, Ipv4Addr};

use lanvas_protocol::interface_name::may_lead_to_people;

/// Hosts for join links, the likeliest to work first; this machine's own if there is no network.
#[must_use]
pub fn hosts(bind: IpAddr) -> Vec<String> {
    let found = addresses(bind);
    if found.is_empty() {
        return vec![own_host(bind)];
    }
    found.iter().map(ToString::to_string).collect()
}

/// How this machine reaches the hub itself, as it is written in a link.
#[must_use]
pub fn own_host(bind: IpAddr) -> String {
    match bind {
        any if any.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
        IpAddr::V4(only) => only.to_string(),
        IpAddr::V6(only) => format!("[{only}]"),
    }
}

/// Addresses for join links, the likeliest first: private IPv4 of real interfaces, then other
/// IPv4. Never loopback; empty without a network.
#[must_use]
pub fn addresses(bind: IpAddr) -> Vec<Ipv4Addr> {
    match bind {
        IpAddr::V4(only) if !only.is_unspecified() => return vec![only],
        IpAddr::V6(only) if !only.is_unspecified() => return Vec::new(),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    let found = if_addrs::get_if_addrs().unwrap_or_default();
    rank(found.iter().filter_map(|interface| match interface.ip() {
        IpAddr::V4(address) => Some((interface.name.as_str(), address)),
        IpAddr::V6(_) => None,
    }))
}

fn rank<'a>(found: impl Iterator<Item = (&'a str, Ipv4Addr)>) -> Vec<Ipv4Addr> {
    let mut ranked: Vec<_> = found
        .filter(|(_, address)| !address.is_loopback() && !address.is_unspecified())
        .map(|(name, address)| (likelihood(name, address), address))
        .collect();
    ranked.sort();
    ranked.dedup_by_key(|(_, address)| *address);
    ranked.into_iter().map(|(_, address)| address).collect()
}

/// Lower is likelier.
fn likelihood(name: &str, address: Ipv4Addr) -> u8 {
    match (
        may_lead_to_people(name),
        address.is_private(),
        address.is_link_local(),
    ) {
        (true, true, _) => 0,
        (true, false, false) => 1,
        (true, false, true) => 2,
        (false, ..) => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wifi_address_comes_before_containers_and_never_loopback() {
        let ip = |text: &str| text.parse::<Ipv4Addr>().unwrap();
        let found = [
            ("lo", ip("127.0.0.1")),
            ("docker0", ip("172.17.0.1")),
            ("eth1", ip("169.254.3.4")),
            ("wlan0", ip("192.168.1.5")),
            ("wwan0", ip("100.64.0.7")),
        ];
        let ranked = rank(found.into_iter());
        assert_eq!(
            ranked,
            ["192.168.1.5", "100.64.0.7", "169.254.3.4", "172.17.0.1"].map(ip)
        );
    }
}
