//! One record of a session: where it was named, whether it answers, when it is asked again.
//!
//! Promises: so many addresses, and none for long that a later record leaves out. Must not know:
//! other records.

use std::net::{IpAddr, SocketAddr};

use lanvas_protocol::{
    SessionId,
    advert::{HeardAdvert, title_in_instance_name},
};

use super::{Heard, Outcome};

/// Addresses of one record.
pub(super) const ADDRESSES_MAX: usize = 8;
/// How often each hub is asked whether it is there.
pub(super) const PROBE_INTERVAL_MS: u64 = 3_000;
/// Addresses arrive in steps within a second or so; one that a later record
/// leaves out for longer than this is gone.
const ADDRESS_GRACE_MS: u64 = 1_000;
/// First and longest pause between two verifications of a silent record that
/// the network still vouches for.
const VERIFY_PAUSE_MS: std::ops::RangeInclusive<u64> = 3_000..=48_000;

/// One heard record of a session.
pub(super) struct Record {
    /// The record's, or what [`found_name`] makes.
    pub(super) fullname: String,
    /// The hub was asked; nothing was heard.
    pub(super) found: bool,
    pub(super) title: String,
    pub(super) advert: HeardAdvert,
    pub(super) port: u16,
    /// Each with the time it was last named.
    pub(super) addresses: Vec<(IpAddr, u64)>,
    pub(super) first_ms: u64,
    /// When the latest record came.
    pub(super) heard_ms: u64,
    pub(super) seen_ms: u64,
    pub(super) answered: bool,
    pub(super) silences: u32,
    pub(super) next_probe_ms: u64,
    pub(super) next_verify_ms: u64,
}

/// No record of the network is called so.
pub(super) fn found_name(id: &SessionId, at: SocketAddr) -> String {
    format!("{id}@{at}")
}

impl Record {
    pub(super) fn found(now_ms: u64, at: SocketAddr, title: String, advert: HeardAdvert) -> Self {
        Self {
            fullname: found_name(&advert.id, at),
            found: true,
            title,
            advert,
            port: at.port(),
            addresses: vec![(at.ip(), now_ms)],
            first_ms: now_ms,
            heard_ms: now_ms,
            seen_ms: now_ms,
            // It said so itself.
            answered: true,
            silences: 0,
            next_probe_ms: now_ms + PROBE_INTERVAL_MS,
            next_verify_ms: 0,
        }
    }

    /// Whether anything that shows has changed.
    pub(super) fn find_again(&mut self, now_ms: u64, title: String, advert: HeardAdvert) -> bool {
        let changed = self.title != title || self.advert != advert || self.silences > 0;
        self.title = title;
        self.advert = advert;
        self.silences = 0;
        self.seen_ms = now_ms;
        changed
    }

    pub(super) fn new(now_ms: u64, heard: Heard, advert: HeardAdvert) -> Self {
        let instance = heard.fullname.split("._lanvas.").next().unwrap_or("");
        let mut record = Self {
            title: title_in_instance_name(instance, &advert.id),
            fullname: heard.fullname,
            found: false,
            advert,
            port: heard.port,
            addresses: Vec::new(),
            first_ms: now_ms,
            heard_ms: now_ms,
            seen_ms: now_ms,
            answered: false,
            silences: 0,
            next_probe_ms: now_ms,
            next_verify_ms: 0,
        };
        record.merge(now_ms, &heard.addresses);
        record
    }

    /// Whether anything that shows has changed.
    pub(super) fn hear_again(&mut self, now_ms: u64, heard: &Heard, advert: HeardAdvert) -> bool {
        let before: Vec<_> = self.addresses.iter().map(|(ip, _)| *ip).collect();
        self.merge(now_ms, &heard.addresses);
        let same_addresses = self.addresses.iter().map(|(ip, _)| *ip).eq(before);
        let changed = !same_addresses || self.port != heard.port || self.advert != advert;
        self.port = heard.port;
        self.advert = advert;
        self.seen_ms = now_ms;
        changed
    }

    fn merge(&mut self, now_ms: u64, addresses: &[IpAddr]) {
        for ip in addresses.iter().take(ADDRESSES_MAX) {
            self.addresses.retain(|(known, _)| known != ip);
            self.addresses.push((*ip, now_ms));
        }
        self.heard_ms = now_ms;
        self.forget_left_out(now_ms);
        let left_out = self
            .addresses
            .iter()
            .any(|(_, named_ms)| *named_ms < now_ms);
        if left_out {
            // The answer to the next question is when it is forgotten.
            self.next_probe_ms = now_ms + ADDRESS_GRACE_MS;
        }
        let surplus = self.addresses.len().saturating_sub(ADDRESSES_MAX);
        self.addresses
            .sort_by_key(|(ip, named_ms)| (*named_ms, *ip));
        self.addresses.drain(..surplus);
    }

    /// Whether an address went that the latest record did not name.
    fn forget_left_out(&mut self, now_ms: u64) -> bool {
        let (before, heard_ms) = (self.addresses.len(), self.heard_ms);
        self.addresses
            .retain(|(_, named_ms)| *named_ms == heard_ms || now_ms < named_ms + ADDRESS_GRACE_MS);
        self.addresses.len() != before
    }

    pub(super) fn answer(&mut self, now_ms: u64) -> Outcome {
        let fewer = self.forget_left_out(now_ms);
        let changed = fewer || !self.answered || self.silences > 0;
        self.answered = true;
        self.silences = 0;
        self.next_verify_ms = 0;
        self.seen_ms = now_ms;
        Outcome {
            changed,
            ..Outcome::default()
        }
    }

    pub(super) fn fall_silent(&mut self, now_ms: u64) -> Outcome {
        let fewer = self.forget_left_out(now_ms);
        self.silences = self.silences.saturating_add(1);
        let changed = fewer || self.silences == 1;
        if self.found || now_ms < self.next_verify_ms {
            return Outcome {
                changed,
                ..Outcome::default()
            };
        }
        let pause = VERIFY_PAUSE_MS.start() << self.silences.saturating_sub(1).min(16);
        self.next_verify_ms = now_ms + pause.min(*VERIFY_PAUSE_MS.end());
        Outcome {
            changed,
            verify: Some(self.fullname.clone()),
            ..Outcome::default()
        }
    }
}
