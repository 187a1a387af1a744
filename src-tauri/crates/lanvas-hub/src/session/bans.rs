//! Who may not come back yet, and from where nobody may. Rule R77 of the protocol.

use std::net::{IpAddr, Ipv6Addr};

use lanvas_protocol::{ParticipantId, limits::BANS_MAX};

/// Somebody who is kept out for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ban {
    /// Who.
    pub participant: ParticipantId,
    /// Where they were, if nobody may come from there either. Told to nobody.
    pub address: Option<IpAddr>,
    /// Until when, milliseconds since 1970 UTC.
    pub until_ms: u64,
}

/// All who are kept out, the first to be let back first.
#[derive(Debug, Default, Clone)]
pub(crate) struct Bans(Vec<Ban>);

impl Bans {
    /// As stored; it may come from anywhere.
    pub(crate) fn restore(mut stored: Vec<Ban>) -> Self {
        stored.sort_by_key(|ban| ban.until_ms);
        let over = stored.len().saturating_sub(BANS_MAX);
        stored.drain(..over);
        Self(stored)
    }

    /// Keeps one more out; who was kept out before is from now on by this one.
    pub(crate) fn add(&mut self, now_ms: u64, ban: Ban) {
        self.lift(ban.participant);
        self.0.retain(|had| had.until_ms > now_ms);
        if self.0.len() >= BANS_MAX {
            self.0.remove(0);
        }
        let after = self.0.partition_point(|had| had.until_ms <= ban.until_ms);
        self.0.insert(after, ban);
    }

    /// Whether they were kept out.
    pub(crate) fn lift(&mut self, participant: ParticipantId) -> bool {
        let had = self.0.len();
        self.0.retain(|ban| ban.participant != participant);
        self.0.len() < had
    }

    /// How many milliseconds it still is for that person, or from that place; none for who may come.
    pub(crate) fn left_ms(
        &self,
        now_ms: u64,
        participant: Option<ParticipantId>,
        address: Option<IpAddr>,
    ) -> Option<u64> {
        let place = address.map(neighbourhood);
        let meant = |ban: &&Ban| {
            Some(ban.participant) == participant
                || (place.is_some() && ban.address.map(neighbourhood) == place)
        };
        let until_ms = self.0.iter().filter(meant).map(|ban| ban.until_ms).max()?;
        until_ms.checked_sub(now_ms).filter(|left| *left > 0)
    }

    /// All that are still running.
    pub(crate) fn running(&self, now_ms: u64) -> Vec<Ban> {
        let running = self.0.iter().filter(|ban| ban.until_ms > now_ms);
        running.cloned().collect()
    }
}

/// A device changes its IPv6 address as it likes within the network it is in.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ban(participant: u32, address: Option<&str>, until_ms: u64) -> Ban {
        Ban {
            participant: ParticipantId(participant),
            address: address.map(|it| it.parse().unwrap()),
            until_ms,
        }
    }

    fn at(address: &str) -> Option<IpAddr> {
        Some(address.parse().unwrap())
    }

    #[test]
    fn a_ban_is_of_a_person_and_of_a_place_and_ends_by_itself() {
        let mut bans = Bans::default();
        bans.add(0, ban(1, Some("192.168.1.5"), 1_000));
        let somebody = Some(ParticipantId(1));
        assert_eq!(bans.left_ms(400, somebody, None), Some(600));
        assert_eq!(bans.left_ms(400, None, at("192.168.1.5")), Some(600));
        assert_eq!(bans.left_ms(400, None, at("::ffff:192.168.1.5")), Some(600));
        assert_eq!(bans.left_ms(400, None, at("192.168.1.6")), None);
        assert_eq!(bans.left_ms(400, None, None), None);
        assert_eq!(bans.left_ms(1_000, somebody, None), None);
        bans.add(0, ban(1, None, 9_000));
        assert_eq!(
            bans.left_ms(400, None, at("192.168.1.5")),
            None,
            "the latest counts"
        );
        assert!(bans.lift(ParticipantId(1)) && !bans.lift(ParticipantId(1)));
        assert_eq!(bans.left_ms(400, somebody, None), None);
    }

    #[test]
    fn a_device_does_not_get_in_by_another_address_of_its_network() {
        let mut bans = Bans::default();
        bans.add(0, ban(1, Some("fd00:1:2:3::17"), 1_000));
        assert!(bans.left_ms(0, None, at("fd00:1:2:3:aaaa::1")).is_some());
        assert!(bans.left_ms(0, None, at("fd00:1:2:4::17")).is_none());
    }

    /// At the edge and past it.
    #[test]
    fn so_many_are_kept_out_and_the_first_to_be_let_back_goes_first() {
        let mut bans = Bans::default();
        for person in 0..BANS_MAX as u32 {
            bans.add(0, ban(person, None, 1_000 + u64::from(person)));
        }
        assert_eq!(bans.running(0).len(), BANS_MAX);
        bans.add(0, ban(9_999, None, 5_000));
        assert_eq!(bans.running(0).len(), BANS_MAX);
        assert_eq!(bans.left_ms(0, Some(ParticipantId(0)), None), None);
        assert!(bans.left_ms(0, Some(ParticipantId(1)), None).is_some());
        let stored = bans.running(0).into_iter().chain([ban(8_888, None, 6_000)]);
        assert_eq!(Bans::restore(stored.collect()).running(0).len(), BANS_MAX);
    }
}
