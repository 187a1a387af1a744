//! Which of this machine's networks count.
//!
//! Promises: a guest is never sent to an address of a virtual machine, a
//! container or a VPN that this machine happens to have, unless somebody named
//! that interface. Must not know: mDNS, the list.

use std::net::IpAddr;

use lanvas_protocol::interface_name::may_lead_to_people;

/// Which networks to announce on and listen to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Networks {
    /// Every network but loopback, point-to-point links and interfaces whose
    /// name says tunnel, container or virtual machine.
    #[default]
    Likely,
    /// Exactly the interfaces of these names.
    Named(Vec<String>),
}

impl Networks {
    /// Whether to use the interface called `name`.
    pub(crate) fn include(&self, name: &str, loopback: bool, point_to_point: bool) -> bool {
        match self {
            Self::Likely => !loopback && !point_to_point && may_lead_to_people(name),
            Self::Named(names) => names.iter().any(|wanted| wanted == name),
        }
    }
}

/// One address of this machine and the size of the network it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OwnAddress {
    pub(crate) ip: IpAddr,
    pub(crate) prefix_bits: u8,
    /// Whether Lanvas uses the interface.
    pub(crate) in_use: bool,
}

impl OwnAddress {
    /// Whether `other` is in the same network, so reached without a router.
    pub(crate) fn is_beside(&self, other: IpAddr) -> bool {
        match (self.ip, other) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = 32_u32.saturating_sub(self.prefix_bits.into());
                (own.to_bits() ^ other.to_bits())
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let shift = 128_u32.saturating_sub(self.prefix_bits.into());
                (own.to_bits() ^ other.to_bits())
                    .checked_shr(shift)
                    .unwrap_or(0)
                    == 0
            }
            _ => false,
        }
    }
}

/// Asks the system; empty when it does not say.
pub(crate) fn own_addresses(networks: &Networks) -> Vec<OwnAddress> {
    let interfaces = if_addrs::get_if_addrs().unwrap_or_default();
    interfaces
        .iter()
        .map(|interface| OwnAddress {
            ip: interface.ip(),
            prefix_bits: match &interface.addr {
                if_addrs::IfAddr::V4(v4) => v4.prefixlen,
                if_addrs::IfAddr::V6(v6) => v6.prefixlen,
            },
            in_use: interface.is_oper_up()
                && networks.include(&interface.name, interface.is_loopback(), interface.is_p2p()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_networks_of_people_are_used_and_those_of_machines_are_not() {
        assert!(Networks::Likely.include("wlp2s0", false, false));
        assert!(!Networks::Likely.include("docker0", false, false));
        assert!(!Networks::Likely.include("lo", true, false));
        assert!(
            !Networks::Likely.include("en5", false, true),
            "point-to-point"
        );
    }

    #[test]
    fn a_named_interface_is_used_whatever_it_is() {
        let networks = Networks::Named(vec!["wg0".to_owned()]);
        assert!(networks.include("wg0", false, true));
        assert!(!networks.include("eth0", false, false));
    }

    #[test]
    fn beside_means_in_the_same_network() {
        let own = |ip: &str, prefix_bits| OwnAddress {
            ip: ip.parse().expect("an address"),
            prefix_bits,
            in_use: true,
        };
        let other = |ip: &str| ip.parse().expect("an address");
        assert!(own("192.168.1.7", 24).is_beside(other("192.168.1.200")));
        assert!(!own("192.168.1.7", 24).is_beside(other("192.168.2.200")));
        assert!(own("10.0.0.1", 0).is_beside(other("8.8.8.8")));
        assert!(own("10.0.0.1", 32).is_beside(other("10.0.0.1")));
        assert!(own("fd00::1", 64).is_beside(other("fd00::2")));
        assert!(!own("fd00::1", 64).is_beside(other("10.0.0.1")));
    }
}
