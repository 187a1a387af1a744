//! What is wanted of the figures, beside what they are.

use std::fmt::Write;

use crate::{report::median, scenarios::Figure, servers::Kind};

/// One wish: a value of the hub's, perhaps against a baseline's, on one side of a bound.
struct Goal {
    about: &'static str,
    scenario: &'static str,
    size: usize,
    value: &'static str,
    against: Option<Against>,
    bound: Bound,
}

/// What a value is divided by: another server's, or the hub's own at another size.
#[derive(Clone, Copy)]
enum Against {
    Server(Kind),
    Size(usize),
}

#[derive(Clone, Copy)]
enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

const fn goal(
    about: &'static str,
    (scenario, size, value): (&'static str, usize, &'static str),
    against: Option<Against>,
    bound: Bound,
) -> Goal {
    Goal {
        about,
        scenario,
        size,
        value,
        against,
        bound,
    }
}

const RELAY: Option<Against> = Some(Against::Server(Kind::RelayTogether));
const RAW: Option<Against> = Some(Against::Server(Kind::RawEach));

use Bound::{AtLeast, AtMost};

const GOALS: [Goal; 28] = [
    goal(
        "fan-out to 100, of the bare relay's rate",
        ("fan-out", 100, "deliveries/s"),
        RELAY,
        AtLeast(0.67),
    ),
    goal(
        "fan-out to 1,000, of the bare relay's rate",
        ("fan-out", 1_000, "deliveries/s"),
        RELAY,
        AtLeast(0.67),
    ),
    goal(
        "50 people, 10 drawing: CPU a delivery, of raw TCP's",
        ("board", 50, "µs CPU/delivery"),
        RAW,
        AtMost(1.2),
    ),
    goal(
        "the same: p50, of raw TCP's",
        ("board", 50, "p50 ms"),
        RAW,
        AtMost(1.3),
    ),
    goal(
        "the same: p99, of raw TCP's",
        ("board", 50, "p99 ms"),
        RAW,
        AtMost(1.3),
    ),
    goal(
        "200 people: p99 ms",
        ("board", 200, "p99 ms"),
        None,
        AtMost(5.0),
    ),
    goal(
        "200 people: lost",
        ("board", 200, "lost"),
        None,
        AtMost(0.0),
    ),
    goal(
        "50 people and a slow reader: p99 ms of the others",
        ("slow reader", 50, "p99 ms"),
        None,
        AtMost(5.0),
    ),
    goal(
        "the same: operations the slow one misses in the end",
        ("slow reader", 50, "missing to them"),
        None,
        AtMost(0.0),
    ),
    goal(
        "50 people in a siege: p99, of that in peace",
        ("siege", 50, "p99 to quiet"),
        None,
        AtMost(2.0),
    ),
    goal("the same: lost", ("siege", 50, "lost"), None, AtMost(0.0)),
    goal(
        "500 sessions of 10: lost",
        ("many sessions", 500, "lost"),
        None,
        AtMost(0.0),
    ),
    goal(
        "10,000 strokes: first to join after opening, ms",
        ("join", 10_000, "just opened ms"),
        None,
        AtMost(5.0),
    ),
    goal(
        "10,000 strokes: first to join after changes, ms",
        ("join", 10_000, "after a change ms"),
        None,
        AtMost(5.0),
    ),
    goal(
        "10,000 strokes: later to join, ms",
        ("join", 10_000, "later ms"),
        None,
        AtMost(5.0),
    ),
    goal(
        "10,000 strokes: MB",
        ("join", 10_000, "MB"),
        None,
        AtMost(1.6),
    ),
    goal(
        "200 joining at once: all live, ms",
        ("join", 10_000, "200 at once ms"),
        None,
        AtMost(1_000.0),
    ),
    goal(
        "the same: p99 ms of who draws",
        ("join", 10_000, "p99 ms"),
        None,
        AtMost(30.0),
    ),
    goal(
        "5,000 idle: KB each",
        ("idle", 5_000, "KB each"),
        None,
        AtMost(8.0),
    ),
    goal(
        "the same: without an answer after a minute",
        ("idle", 5_000, "without an answer"),
        None,
        AtMost(0.0),
    ),
    goal(
        "search 100,000 messages, a rare word: ms",
        ("chat", 100_000, "a rare word ms"),
        None,
        AtMost(50.0),
    ),
    goal(
        "search 100,000 messages, three words of somebody: ms",
        ("chat", 100_000, "of somebody ms"),
        None,
        AtMost(50.0),
    ),
    goal(
        "search 100,000 messages, no such word: ms",
        ("chat", 100_000, "no such word ms"),
        None,
        AtMost(50.0),
    ),
    goal(
        "search 100,000 messages, in Chinese: ms",
        ("chat", 100_000, "in Chinese ms"),
        None,
        AtMost(50.0),
    ),
    goal(
        "200,000 strokes: open ms",
        ("large session", 200_000, "open ms"),
        None,
        AtMost(1_000.0),
    ),
    goal(
        "200,000 strokes: resident, of the packed size",
        ("large session", 200_000, "times packed"),
        None,
        AtMost(3.0),
    ),
    goal(
        "200,000 strokes: µs to apply, of that at 1,000",
        ("large session", 200_000, "µs to apply"),
        Some(Against::Size(1_000)),
        AtMost(2.0),
    ),
    goal(
        "fan-out to 1,000: CPU a message, of that to 100",
        ("fan-out", 1_000, "µs CPU/message"),
        Some(Against::Size(100)),
        AtMost(11.0),
    ),
];

/// Only those that were measured.
pub(crate) fn table(figures: &[Figure]) -> String {
    let mut out = String::from("\n### goals\n\n| figure | now | wanted | |\n|---|---|---|---|\n");
    for goal in &GOALS {
        let Some((now, words)) = goal.now(figures) else {
            continue;
        };
        let (wanted, holds) = match goal.bound {
            AtLeast(bound) => (format!("at least {bound}"), now >= bound),
            AtMost(bound) => (format!("at most {bound}"), now <= bound),
        };
        let holds = if holds { "holds" } else { "**missed**" };
        writeln!(out, "| {} | {words} | {wanted} | {holds} |", goal.about).unwrap();
    }
    out
}

impl Goal {
    fn now(&self, figures: &[Figure]) -> Option<(f64, String)> {
        let ours = self.value_of(Kind::Hub, self.size, figures)?;
        let theirs = match self.against {
            None => return Some((ours, format!("{ours:.2}"))),
            Some(Against::Server(kind)) => self.value_of(kind, self.size, figures)?,
            Some(Against::Size(size)) => self.value_of(Kind::Hub, size, figures)?,
        };
        let ratio = ours / theirs.max(1e-9);
        Some((ratio, format!("{ratio:.2} ({ours:.2} / {theirs:.2})")))
    }

    fn value_of(&self, kind: Kind, size: usize, figures: &[Figure]) -> Option<f64> {
        let figure = figures
            .iter()
            .find(|it| it.scenario == self.scenario && it.size == size && it.kind == kind)?;
        median(figure, self.value).map(|(middle, ..)| middle)
    }
}
