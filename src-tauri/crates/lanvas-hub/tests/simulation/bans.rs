//! Who is kept out, and from where, written once more and in another way than the hub has it: by
//! what the order says and who came from where. Rule R77.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
};

use lanvas_hub::{
    session::{Ban, ConnectionId, roster::hash_secret},
    storage::{StoredParticipant, StoredSession},
};
use lanvas_protocol::{ParticipantId, limits::BAN_S_MAX, message::Welcome};

/// What an address counts as.
type Place = u128;

fn place(address: IpAddr) -> Place {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) if address.to_ipv4_mapped().is_some() => address.to_bits(),
        IpAddr::V6(address) => address.to_bits() >> 64 << 64,
    }
}

#[derive(Debug, Default)]
pub(crate) struct Bans {
    running: BTreeMap<ParticipantId, (Option<Place>, u64)>,
    /// Whom each resume secret makes.
    secrets: BTreeMap<String, ParticipantId>,
    /// Where each came from last in this life of the hub.
    last_seen: BTreeMap<ParticipantId, Place>,
    /// Who said hello from where.
    from: BTreeMap<ConnectionId, IpAddr>,
}

impl Bans {
    /// The hub begins again with what is in its file; where anybody was it does not know.
    pub(crate) fn begin_again(&mut self, stored: &StoredSession) {
        let running = stored.bans.iter();
        let running = running.map(|ban| (ban.participant, (ban.address.map(place), ban.until_ms)));
        self.running = running.collect();
        self.last_seen.clear();
        self.secrets.retain(|secret, who| {
            let is_theirs = |it: &&StoredParticipant| hash_secret(secret) == it.secret_hash;
            let known = stored.participants.iter().find(is_theirs);
            known.is_some_and(|known| known.id == *who)
        });
    }

    pub(crate) fn greeted(&mut self, connection: ConnectionId, from: IpAddr) {
        self.from.insert(connection, from);
    }

    pub(crate) fn welcomed(&mut self, connection: ConnectionId, welcome: &Welcome) {
        let from = place(self.from[&connection]);
        self.last_seen.insert(welcome.you.id, from);
        self.secrets.insert(welcome.resume.clone(), welcome.you.id);
    }

    /// How long whoever comes so has to wait.
    pub(crate) fn left_ms(&self, now_ms: u64, secret: Option<&str>, from: IpAddr) -> Option<u64> {
        let who = secret.and_then(|secret| self.secrets.get(secret));
        let from = place(from);
        let theirs = self.running.iter().filter(|(banned, (address, until_ms))| {
            (Some(*banned) == who || *address == Some(from)) && *until_ms > now_ms
        });
        theirs.map(|(_, (_, until_ms))| until_ms - now_ms).max()
    }

    /// Whether it is for where they come from that they are kept out, and not for themselves.
    pub(crate) fn is_for_the_place(&self, secret: Option<&str>) -> bool {
        let who = secret.and_then(|secret| self.secrets.get(secret));
        !who.is_some_and(|who| self.running.contains_key(who))
    }

    pub(crate) fn add(&mut self, now_ms: u64, who: ParticipantId, seconds: u32, address: bool) {
        assert!(seconds <= BAN_S_MAX, "shortened before it is numbered");
        let address = self.last_seen.get(&who).filter(|_| address);
        let until_ms = now_ms + u64::from(seconds) * 1_000;
        self.running.insert(who, (address.copied(), until_ms));
    }

    pub(crate) fn lift(&mut self, who: ParticipantId) {
        self.running.remove(&who);
    }

    /// What goes to the disk is what there is.
    pub(crate) fn check_kept(&self, now_ms: u64, kept: &[Ban]) {
        let kept = kept.iter();
        let kept = kept.map(|ban| (ban.participant, (ban.address.map(place), ban.until_ms)));
        let kept: BTreeMap<_, _> = kept.collect();
        let is_over = |until_ms: &u64| *until_ms <= now_ms;
        let mut running = self.running.clone();
        running.retain(|_, (_, until_ms)| !is_over(until_ms));
        assert_eq!(kept, running, "who is kept out (R77)");
    }
}

/// Where people of a run are: two in one house, two in one network of IPv6, one written in two ways.
pub(crate) const ADDRESSES: [IpAddr; 6] = [
    IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 2)),
    IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 3)),
    IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 4)),
    IpAddr::V6(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0xc0a8, 0x0102)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 1, 2, 3, 0, 0, 0, 5)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 1, 2, 3, 0x1234, 0, 0, 6)),
];
