//! The list of sessions nearby: what was heard in, sorted rows out.
//!
//! Promises: rows are keyed by the session id and by nothing else; addresses
//! that arrive in steps are merged; our own sessions and addresses off this
//! network never show; at most [`SHOWN_MAX`] rows and [`KEPT_MAX`] records
//! whatever the network sends, and those that answered are kept first. Pure:
//! events and the time in milliseconds come in, rows, probes and requests for
//! verification go out. Must not know: mDNS, sockets, clocks.

mod record;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
};

use lanvas_protocol::{
    SessionId,
    advert::{HeardAdvert, NearbySession, read_txt},
};

use self::record::{ADDRESSES_MAX, PROBE_INTERVAL_MS, Record, found_name};
use crate::interfaces::OwnAddress;

/// Rows shown.
pub(crate) const SHOWN_MAX: usize = 128;
/// Records kept, so that rows can move up when others go.
pub(crate) const KEPT_MAX: usize = 512;
/// Records of one session: a machine that was renamed, a copy of the file, a
/// forgery.
const RECORDS_PER_SESSION_MAX: usize = 4;
/// Addresses tried at once when asking whether a hub is there.
const PROBED_ADDRESSES_MAX: usize = 4;
/// How long an ended session of ours is still known to be ours: its goodbye is
/// on the way.
const WITHDRAWN_GRACE_MS: u64 = 5_000;
/// A hub that was found by asking is vouched for by nobody: so many silences and
/// it is gone.
const FOUND_SILENCES_MAX: u32 = 2;
/// Longest record name that is listened to; DNS allows no longer one.
const FULLNAME_MAX_BYTES: usize = 255;

/// A record as it came from the network.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// `<instance>._lanvas._tcp.local.`
    pub(crate) fullname: String,
    pub(crate) port: u16,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) txt: Vec<(String, Vec<u8>)>,
}

/// What a hub said that was asked itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) at: SocketAddr,
    /// Each with its title.
    pub(crate) sessions: Vec<(String, HeardAdvert)>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    Heard(Heard),
    /// The record of this full name ended.
    Gone(String),
    /// A hub that was asked says which sessions it lets be listed.
    Found(Found),
    /// A probe of the record of this full name ended.
    Probed {
        fullname: String,
        answered: bool,
    },
    OwnAddresses(Vec<OwnAddress>),
    /// We announce this session.
    Advertised(SessionId),
    /// We do no longer.
    Withdrawn(SessionId),
}

/// What the event means for the shell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The rows may have changed.
    pub(crate) changed: bool,
    /// Ask the network whether the record of this full name still holds.
    pub(crate) verify: Option<String>,
    /// A session of ours was heard back.
    pub(crate) heard_own: bool,
    /// A record that had fallen silent is gone; if that was a mistake of a bad
    /// network, only asking anew brings it back.
    pub(crate) doubtful: bool,
}

/// A question to one hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Probe {
    pub(crate) fullname: String,
    pub(crate) session: SessionId,
    pub(crate) targets: Vec<SocketAddr>,
}

/// Everything heard and not yet gone.
#[derive(Default)]
pub(crate) struct Registry {
    /// Oldest record first.
    sessions: BTreeMap<SessionId, Vec<Record>>,
    own_addresses: Vec<OwnAddress>,
    /// Sessions of ours, with the time from which they are strangers again.
    own_sessions: BTreeMap<SessionId, Option<u64>>,
}

impl Registry {
    /// Takes one event.
    pub(crate) fn step(&mut self, now_ms: u64, event: Event) -> Outcome {
        match event {
            Event::Heard(heard) => self.heard(now_ms, heard),
            Event::Found(found) => self.found(now_ms, found),
            Event::Gone(fullname) => self.gone(&fullname),
            Event::Probed { fullname, answered } => self.probed(now_ms, &fullname, answered),
            Event::OwnAddresses(addresses) => {
                let changed = self.own_addresses != addresses;
                self.own_addresses = addresses;
                Outcome {
                    changed,
                    ..Outcome::default()
                }
            }
            Event::Advertised(id) => {
                self.own_sessions.insert(id, None);
                Outcome::changed()
            }
            Event::Withdrawn(id) => {
                self.own_sessions
                    .retain(|_, until| until.is_none_or(|until| now_ms < until));
                self.own_sessions
                    .insert(id, Some(now_ms + WITHDRAWN_GRACE_MS));
                Outcome::changed()
            }
        }
    }

    /// Forgets what was heard: the ear is new.
    pub(crate) fn forget(&mut self) {
        self.sessions.clear();
    }

    /// The rows, the best [`SHOWN_MAX`] of them, in an order that does not
    /// depend on who was heard first.
    pub(crate) fn list(&self, now_ms: u64) -> Vec<NearbySession> {
        let mut rows: Vec<_> = self
            .strangers(now_ms)
            .filter_map(|records| self.row(records))
            .collect();
        rows.sort_by_key(|(answered, first_ms, row)| (!answered, *first_ms, row.id.clone()));
        rows.truncate(SHOWN_MAX);
        let mut rows: Vec<_> = rows.into_iter().map(|(_, _, row)| row).collect();
        rows.sort_by_cached_key(|row| (row.title.to_lowercase(), row.id.clone()));
        rows
    }

    /// At most `room` questions that are due, the longest waiting first. A
    /// record handed out is not due again for [`PROBE_INTERVAL_MS`].
    pub(crate) fn due_probes(&mut self, now_ms: u64, room: usize) -> Vec<Probe> {
        let mut due: Vec<_> = self
            .strangers(now_ms)
            .flatten()
            .filter(|record| record.next_probe_ms <= now_ms)
            .filter_map(|record| Some((record.next_probe_ms, self.probe(record)?)))
            .collect();
        due.sort_by_key(|(since_ms, _)| *since_ms);
        due.truncate(room);
        for (_, probe) in &due {
            if let Some(record) = self.record(&probe.fullname) {
                record.next_probe_ms = now_ms + PROBE_INTERVAL_MS;
            }
        }
        due.into_iter().map(|(_, probe)| probe).collect()
    }

    /// When the next question falls due.
    pub(crate) fn next_probe_ms(&self, now_ms: u64) -> Option<u64> {
        let askable = |record: &&Record| self.probe(record).is_some();
        self.strangers(now_ms)
            .flatten()
            .filter(askable)
            .map(|record| record.next_probe_ms)
            .min()
    }

    fn heard(&mut self, now_ms: u64, heard: Heard) -> Outcome {
        let strings = heard
            .txt
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_slice()));
        let Ok(advert) = read_txt(strings) else {
            return Outcome::default();
        };
        if heard.port == 0 || heard.fullname.len() > FULLNAME_MAX_BYTES {
            return Outcome::default();
        }
        let heard_own = self.is_own(now_ms, &advert.id);
        let changed = match self.position(&advert.id, &heard.fullname) {
            Some(record) => record.hear_again(now_ms, &heard, advert),
            None => {
                // A name stands for one record: another session took it over.
                let replaced = self.gone(&heard.fullname).changed;
                self.add(Record::new(now_ms, heard, advert)) || replaced
            }
        };
        Outcome {
            changed: changed && !heard_own,
            heard_own,
            ..Outcome::default()
        }
    }

    /// The hub's sessions are exactly these.
    fn found(&mut self, now_ms: u64, found: Found) -> Outcome {
        let Found { at, sessions } = found;
        let mut changed = false;
        self.sessions.retain(|id, records| {
            records.retain(|record| {
                let listed = sessions.iter().any(|(_, advert)| advert.id == *id);
                let stays = listed || record.fullname != found_name(id, at);
                changed |= !stays;
                stays
            });
            !records.is_empty()
        });
        for (title, advert) in sessions {
            let name = found_name(&advert.id, at);
            changed |= match self.position(&advert.id, &name) {
                Some(record) => record.find_again(now_ms, title, advert),
                None => self.add(Record::found(now_ms, at, title, advert)),
            };
        }
        Outcome {
            changed,
            ..Outcome::default()
        }
    }

    /// Whether somebody is heard who answers, beside those that were asked.
    pub(crate) fn hears_somebody(&self, now_ms: u64) -> bool {
        self.strangers(now_ms)
            .flatten()
            .any(|record| !record.found && record.silences == 0)
    }

    fn position(&mut self, id: &SessionId, fullname: &str) -> Option<&mut Record> {
        self.sessions
            .get_mut(id)?
            .iter_mut()
            .find(|record| record.fullname == fullname)
    }

    fn add(&mut self, record: Record) -> bool {
        if self.kept() >= KEPT_MAX && !self.drop_most_silent() {
            return false;
        }
        let records = self.sessions.entry(record.advert.id.clone()).or_default();
        if records.len() >= RECORDS_PER_SESSION_MAX {
            let dispensable = records
                .iter()
                .position(|record| !record.answered)
                .unwrap_or(0);
            records.remove(dispensable);
        }
        records.push(record);
        true
    }

    fn kept(&self) -> usize {
        self.sessions.values().map(Vec::len).sum()
    }

    /// Makes room by dropping a record that does not answer.
    fn drop_most_silent(&mut self) -> bool {
        let silent = self
            .sessions
            .values()
            .flatten()
            .filter(|record| record.silences > 0);
        let most = silent
            .max_by_key(|record| record.silences)
            .map(|record| record.fullname.clone());
        most.is_some_and(|fullname| self.gone(&fullname).changed)
    }

    fn gone(&mut self, fullname: &str) -> Outcome {
        let mut outcome = Outcome::default();
        self.sessions.retain(|_, records| {
            records.retain(|record| {
                let goes = record.fullname == fullname;
                outcome.changed |= goes;
                outcome.doubtful |= goes && !record.found && record.silences > 0;
                !goes
            });
            !records.is_empty()
        });
        outcome
    }

    fn probed(&mut self, now_ms: u64, fullname: &str, answered: bool) -> Outcome {
        let Some(record) = self.record(fullname) else {
            return Outcome::default();
        };
        if answered {
            return record.answer(now_ms);
        }
        let outcome = record.fall_silent(now_ms);
        if record.found && record.silences >= FOUND_SILENCES_MAX {
            return self.gone(fullname);
        }
        outcome
    }

    fn record(&mut self, fullname: &str) -> Option<&mut Record> {
        self.sessions
            .values_mut()
            .flatten()
            .find(|record| record.fullname == fullname)
    }

    fn is_own(&self, now_ms: u64, id: &SessionId) -> bool {
        let until = self.own_sessions.get(id);
        until.is_some_and(|until| until.is_none_or(|until| now_ms < until))
    }

    fn strangers(&self, now_ms: u64) -> impl Iterator<Item = &Vec<Record>> {
        let sessions = self
            .sessions
            .iter()
            .filter(move |(id, _)| !self.is_own(now_ms, id));
        sessions.map(|(_, records)| records)
    }

    /// What one session looks like, with whether it answered and since when it
    /// is known. Of several records the newest that answers speaks; the
    /// addresses of all are offered.
    fn row(&self, records: &[Record]) -> Option<(bool, u64, NearbySession)> {
        let mut reachable_first: Vec<_> = records.iter().rev().collect();
        reachable_first.sort_by_key(|record| Reverse((record.answered, record.silences == 0)));
        let speaker = reachable_first.first()?;
        let urls = self.urls(&reachable_first);
        if urls.is_empty() {
            return None;
        }
        let id = &speaker.advert.id;
        let row = NearbySession {
            id: id.clone(),
            title: if speaker.title.is_empty() {
                id.to_string()
            } else {
                speaker.title.clone()
            },
            host: speaker.advert.host.clone(),
            people: speaker.advert.people,
            password: speaker.advert.password,
            compatible: speaker.advert.compatible,
            reachable: speaker.silences == 0,
            urls,
            seen_ms: records.iter().map(|record| record.seen_ms).max()?,
            fingerprint: speaker.advert.fingerprint,
        };
        let answered = records.iter().any(|record| record.answered);
        Some((
            answered,
            records.iter().map(|record| record.first_ms).min()?,
            row,
        ))
    }

    fn urls(&self, records: &[&Record]) -> Vec<String> {
        let mut known = BTreeSet::new();
        let all = records.iter().flat_map(|record| {
            let targets = self.targets(record).into_iter();
            let tls = record.advert.fingerprint.is_some();
            let scheme = if tls { "https" } else { "http" };
            targets.map(move |target| format!("{scheme}://{target}/s/{}", record.advert.id))
        });
        all.filter(|url| known.insert(url.clone()))
            .take(ADDRESSES_MAX)
            .collect()
    }

    fn probe(&self, record: &Record) -> Option<Probe> {
        let mut targets = self.targets(record);
        targets.truncate(PROBED_ADDRESSES_MAX);
        (!targets.is_empty()).then(|| Probe {
            fullname: record.fullname.clone(),
            session: record.advert.id.clone(),
            targets,
        })
    }

    /// Where to try this record, the most promising address first.
    fn targets(&self, record: &Record) -> Vec<SocketAddr> {
        let here = record.addresses.iter().any(|(ip, _)| self.is_mine(*ip));
        let mut ranked: Vec<_> = record
            .addresses
            .iter()
            .filter_map(|(ip, _)| Some((rank(*ip, &self.own_addresses, here)?, *ip)))
            .collect();
        ranked.sort_unstable();
        ranked
            .into_iter()
            .map(|(_, ip)| SocketAddr::new(ip, record.port))
            .collect()
    }

    fn is_mine(&self, ip: IpAddr) -> bool {
        !ip.is_loopback() && self.own_addresses.iter().any(|own| own.ip == ip)
    }
}

/// How promising an address is, smaller is better; none when it must not be
/// used: another machine's loopback, no single machine, a link-local IPv6
/// address (a URL cannot say by which link), or outside this network.
fn rank(ip: IpAddr, own: &[OwnAddress], here: bool) -> Option<u8> {
    let beside = own.iter().any(|own| own.is_beside(ip));
    match ip {
        ip if ip.is_loopback() => here.then_some(9),
        ip if ip.is_unspecified() || ip.is_multicast() => None,
        IpAddr::V4(v4) if v4.is_broadcast() => None,
        IpAddr::V4(v4) if v4.is_link_local() => Some(4),
        IpAddr::V4(v4) => match (v4.is_private(), beside) {
            (true, true) => Some(0),
            (false, true) => Some(1),
            (true, false) => Some(2),
            (false, false) => None,
        },
        IpAddr::V6(v6) if v6.is_unicast_link_local() || v6.to_ipv4_mapped().is_some() => None,
        IpAddr::V6(_) if beside => Some(5),
        IpAddr::V6(v6) => v6.is_unique_local().then_some(6),
    }
}

impl Outcome {
    fn changed() -> Self {
        Self {
            changed: true,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests;
