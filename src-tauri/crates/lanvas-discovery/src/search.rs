//! Whom to ask when nothing is heard: what was visited before, and on request
//! every address of the own network.
//!
//! Promises: only private addresses of other machines are ever asked; of the
//! remembered ones at most [`PLACES_MAX`], only after [`QUIET_MS`] in which
//! nobody was heard, and less and less often while none answers; the whole
//! network only after [`Search::sweep`], at most [`NETWORKS_MAX`] times 254
//! addresses, each once, and [`ASKED_AT_ONCE`] at a time. Pure: time and answers
//! come in, questions go out. Must not know: sockets, the list.

use std::{
    collections::{BTreeSet, VecDeque},
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use lanvas_protocol::advert::{DEFAULT_PORT, USUAL_PORTS};
use serde::Serialize;

use crate::interfaces::OwnAddress;

/// Questions under way.
pub(crate) const ASKED_AT_ONCE: usize = 50;
/// Remembered addresses that are asked.
pub(crate) const PLACES_MAX: usize = 16;
/// Addresses that answered and are asked again, so that their rows stay true.
const FOUND_MAX: usize = 32;
/// So long nobody is heard before anybody is asked.
const QUIET_MS: u64 = 3_000;
/// First and longest pause between two rounds of the same questions.
const ROUND_PAUSE_MS: std::ops::RangeInclusive<u64> = 10_000..=80_000;
/// Networks that are swept; a laptop has two.
const NETWORKS_MAX: usize = 3;
/// Of a larger network only the part around the own address.
const SWEPT_BITS: u8 = 24;

/// How far a sweep is, for the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SweepProgress {
    /// Which sweep it is, from one; none yet while it is zero.
    pub number: u32,
    /// It goes on.
    pub running: bool,
    /// Addresses that answered or had their time.
    pub asked: usize,
    /// Addresses in all; none where there is no private network.
    pub total: usize,
    /// Hubs that were found.
    pub found: usize,
    /// What is swept, such as `192.168.1.0/24`.
    pub networks: Vec<String>,
}

/// One question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) target: SocketAddr,
    why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// It was remembered, or was found before.
    Known,
    /// It is the next of the sweep of this number.
    Swept(u32),
    /// As that, and its machine is there: the hub may have had to take another
    /// port.
    OtherPort(u32),
}

impl Asked {
    /// It is of a sweep.
    pub(crate) fn is_swept(self) -> bool {
        self.why != Why::Known
    }
}

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Met {
    Hub,
    /// A machine is there.
    Machine,
    Nothing,
}

/// What was asked and is to be asked.
#[derive(Debug, Default)]
pub(crate) struct Search {
    own: Vec<OwnAddress>,
    places: Vec<SocketAddr>,
    found: Vec<SocketAddr>,
    waiting: VecDeque<Asked>,
    under_way: usize,
    /// Since when nobody is heard.
    quiet_since_ms: Option<u64>,
    next_round_ms: u64,
    rounds_in_vain: u32,
    /// Answers to an earlier one no longer count.
    sweep: SweepProgress,
    /// Its questions that have not ended.
    sweep_open: usize,
}

impl Search {
    /// Where sessions were reached before.
    pub(crate) fn remember(&mut self, places: &[SocketAddr]) {
        self.places = places.iter().take(PLACES_MAX).copied().collect();
        self.next_round_ms = 0;
    }

    /// This machine is somewhere else.
    pub(crate) fn moved(&mut self, own: &[OwnAddress]) {
        if self.own != own {
            self.own = own.to_vec();
            self.next_round_ms = 0;
            self.rounds_in_vain = 0;
        }
    }

    /// Whether anybody is heard now.
    pub(crate) fn hears(&mut self, now_ms: u64, somebody: bool) {
        match (somebody, self.quiet_since_ms) {
            (true, _) => self.quiet_since_ms = None,
            (false, None) => self.quiet_since_ms = Some(now_ms),
            (false, Some(_)) => {}
        }
    }

    /// Asks the whole network. The one under way goes on.
    pub(crate) fn sweep(&mut self) {
        if self.sweep.running {
            return;
        }
        let number = self.sweep.number.wrapping_add(1);
        let why = Why::Swept(number);
        let swept = self.swept_networks();
        let mut targets = BTreeSet::new();
        for (first, count) in &swept {
            targets.extend((0..*count).map(|at| Ipv4Addr::from_bits(first.to_bits() + at)));
        }
        let asked = targets
            .into_iter()
            .filter(|address| self.may_be_asked(IpAddr::V4(*address)))
            .map(|address| Asked {
                target: (address, DEFAULT_PORT).into(),
                why,
            });
        let asked: Vec<_> = asked.collect();
        let network = |(first, count): &(Ipv4Addr, u32)| {
            let first = Ipv4Addr::from_bits(first.to_bits() - 1);
            format!("{first}/{}", 32 - (count + 2).ilog2())
        };
        self.sweep = SweepProgress {
            number,
            running: !asked.is_empty(),
            total: asked.len(),
            networks: swept.iter().map(network).collect(),
            ..SweepProgress::default()
        };
        self.sweep_open = asked.len();
        self.waiting.extend(asked);
    }

    /// No more questions of the sweep; those under way still end.
    pub(crate) fn stop_sweep(&mut self) {
        self.waiting.retain(|asked| asked.why == Why::Known);
        self.sweep.running = false;
    }

    pub(crate) fn progress(&self) -> &SweepProgress {
        &self.sweep
    }

    /// The questions to ask now.
    pub(crate) fn due(&mut self, now_ms: u64) -> Vec<Asked> {
        if self.next_round(now_ms).is_some_and(|at| at <= now_ms) {
            self.begin_round(now_ms);
        }
        let room = ASKED_AT_ONCE.saturating_sub(self.under_way);
        let now = self.waiting.drain(..room.min(self.waiting.len()));
        let now: Vec<_> = now.collect();
        self.under_way += now.len();
        now
    }

    /// When there is something to ask, if nothing happens.
    pub(crate) fn next_due_ms(&self, now_ms: u64) -> Option<u64> {
        if self.under_way >= ASKED_AT_ONCE {
            return None;
        }
        if self.waiting.is_empty() {
            self.next_round(now_ms)
        } else {
            Some(now_ms)
        }
    }

    /// A question ended.
    pub(crate) fn ended(&mut self, now_ms: u64, asked: Asked, met: Met) {
        self.under_way = self.under_way.saturating_sub(1);
        let Asked { target, why } = asked;
        if met == Met::Hub {
            self.rounds_in_vain = 0;
            if !self.found.contains(&target) && self.found.len() < FOUND_MAX {
                self.found.push(target);
                self.next_round_ms = self.next_round_ms.max(now_ms + ROUND_PAUSE_MS.start());
            }
        } else {
            self.found.retain(|known| *known != target);
        }
        let number = match why {
            Why::Swept(number) | Why::OtherPort(number) => number,
            Why::Known => return,
        };
        if !self.sweep.running || number != self.sweep.number {
            return;
        }
        self.sweep.found += usize::from(met == Met::Hub);
        if matches!(why, Why::Swept(_)) {
            self.sweep.asked += 1;
            if met == Met::Machine {
                self.ask_other_ports(target.ip());
            }
        }
        self.sweep_open = self.sweep_open.saturating_sub(1);
        self.sweep.running = self.sweep_open > 0;
    }

    /// At the front: the sweep of the others takes seconds.
    fn ask_other_ports(&mut self, ip: IpAddr) {
        let others = USUAL_PORTS.filter(|port| *port != DEFAULT_PORT);
        for port in others {
            self.sweep_open += 1;
            self.waiting.push_front(Asked {
                target: (ip, port).into(),
                why: Why::OtherPort(self.sweep.number),
            });
        }
    }

    /// When the known addresses are asked again: those that were remembered
    /// while nobody is heard, those that were found while they answer.
    fn next_round(&self, now_ms: u64) -> Option<u64> {
        let quiet_at = self.quiet_since_ms.map(|since_ms| since_ms + QUIET_MS);
        let remembered = quiet_at.filter(|_| !self.places.is_empty());
        let found = (!self.found.is_empty()).then_some(now_ms);
        let first = [remembered, found].into_iter().flatten().min()?;
        Some(first.max(self.next_round_ms))
    }

    fn begin_round(&mut self, now_ms: u64) {
        let quiet = self
            .quiet_since_ms
            .is_some_and(|since_ms| since_ms + QUIET_MS <= now_ms);
        let remembered = self.places.iter().filter(|_| quiet);
        let all: BTreeSet<_> = remembered.chain(&self.found).copied().collect();
        let known = all
            .into_iter()
            .filter(|target| self.may_be_asked(target.ip()));
        let known: Vec<_> = known
            .map(|target| Asked {
                target,
                why: Why::Known,
            })
            .collect();
        for asked in known.into_iter().rev() {
            if !self.waiting.contains(&asked) {
                self.waiting.push_front(asked);
            }
        }
        let pause = ROUND_PAUSE_MS.start() << self.rounds_in_vain.min(8);
        self.next_round_ms = now_ms + pause.min(*ROUND_PAUSE_MS.end());
        self.rounds_in_vain = self.rounds_in_vain.saturating_add(1);
    }

    /// First address and number of addresses of each network to sweep.
    fn swept_networks(&self) -> Vec<(Ipv4Addr, u32)> {
        let mut networks = BTreeSet::new();
        for own in self.own.iter().filter(|own| own.in_use) {
            let IpAddr::V4(address) = own.ip else {
                continue;
            };
            let bits = own.prefix_bits.max(SWEPT_BITS);
            if !is_private(own.ip) || bits > 30 {
                continue;
            }
            let size = 1_u32 << (32 - bits);
            let first = (address.to_bits() & !(size - 1)) + 1;
            networks.insert((Ipv4Addr::from_bits(first), size - 2));
        }
        networks.into_iter().take(NETWORKS_MAX).collect()
    }

    /// Nobody outside of private networks, and not this machine.
    fn may_be_asked(&self, ip: IpAddr) -> bool {
        is_private(ip) && !self.own.iter().any(|own| own.ip == ip)
    }
}

fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local(),
    }
}

#[cfg(test)]
mod tests;
