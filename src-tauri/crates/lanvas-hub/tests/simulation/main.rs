//! Many people, one session, bad luck: a seeded simulation over [`lanvas_hub::session::Session`]
//! and the real [`lanvas_hub::outbox::Outbox`], without sockets, files or clocks.
//!
//! In every run people draw, type and talk through connections that are slow, stand still, break
//! for one side or for both, and come back; messages arrive twice; the disk lags, is full or slow,
//! and the hub ends and loses what was not on it, or comes back on an older copy of its file.
//! Roles, voices, locks and seals change meanwhile and people are sent out and kept
//! out, with all who come from where they were, by who may and by who only tries: of everything anybody asks for it is judged apart from the hub whether they may.
//! Then everybody falls quiet, and every replica must equal the hub, with nothing lost that was
//! reported stored (but by such a copy) and nothing doubled.
//!
//! `cargo xtask seed K` runs only seed K and tells what happens; `cargo xtask seed --first N` runs
//! the first N. What a seed found stays as a test of its own in `found.rs`.

#![allow(clippy::unwrap_used)] // a test may
#![allow(clippy::cast_precision_loss)] // small made-up coordinates

mod actions;
mod bans;
mod board;
mod checks;
mod client;
mod dice;
mod disk;
mod found;
mod host;
mod link;
mod luck;
mod moderation;
mod notes;
mod overseer;
mod pages;
mod rights;
mod text;
mod trace;
mod world;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use host::Figures;
use trace::Trace;
use world::World;

const SEEDS: u64 = 250;

fn from_environment(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().expect("a whole number"))
}

#[test]
fn whatever_happens_everybody_ends_with_the_same() {
    if let Some(seed) = from_environment("LANVAS_SEED") {
        World::new(seed, Trace::Printed).run();
        return;
    }
    let seeds = from_environment("LANVAS_SEEDS").unwrap_or(SEEDS);
    let (failed, seen) = run_all(seeds);
    println!("{seeds} seeds: {seen:?}");
    assert!(
        failed.is_empty(),
        "seeds {failed:?} fail; run one with LANVAS_SEED=K to see what happens"
    );
    if seeds >= SEEDS {
        check_that_all_was_reached(&seen);
    }
}

/// What a seed found can be looked at as often as it takes.
#[test]
fn the_same_seed_tells_the_same_story() {
    let digest = |seed| World::new(seed, Trace::hashed()).run().digest;
    let digests: Vec<_> = (0..4).map(digest).collect();
    for (seed, first) in (0..).zip(&digests) {
        assert_eq!(digest(seed), *first, "seed {seed}");
    }
    assert_ne!(digests[0], digests[1], "another seed, another story");
}

/// Spread over the processors. Gives the seeds that failed.
fn run_all(seeds: u64) -> (Vec<u64>, Figures) {
    let next = AtomicU64::new(0);
    let results = Mutex::new((Vec::new(), Figures::default()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        return;
                    }
                    let run = || World::new(seed, Trace::Silent).run();
                    let outcome = catch_unwind(AssertUnwindSafe(run));
                    let mut results = results.lock().unwrap();
                    match outcome {
                        Ok(outcome) => results.1.add(outcome.figures),
                        Err(_) => results.0.push(seed),
                    }
                }
            });
        }
    });
    let (mut failed, seen) = results.into_inner().unwrap();
    failed.sort_unstable();
    (failed, seen)
}

/// A simulation that no longer reaches a corner proves nothing about it.
fn check_that_all_was_reached(seen: &Figures) {
    for (what, count) in [
        ("operations", seen.operations / 100),
        ("refusals", seen.refusals),
        ("stale edits", seen.stale),
        ("catch-ups of slow readers", seen.catch_ups),
        ("connections closed as too slow", seen.too_slow),
        ("restarts of the hub", seen.restarts),
        ("restarts from a snapshot", seen.from_snapshots),
        ("operations lost with an epoch", seen.lost),
        ("replaced connections", seen.replaced),
        ("refusals that only a welcome told", seen.told_late),
        ("times of trouble with the disk", seen.troubles),
        ("copies put in the file's place", seen.restored),
        ("stored operations that those took back", seen.taken_back),
        ("connections that stood still", seen.frozen),
        (
            "connections that only the client knew to be gone",
            seen.half_open,
        ),
        (
            "connections that only the hub knew to be gone",
            seen.given_up,
        ),
        ("snapshots written elsewhere", seen.editions),
        ("readers of snapshots too old", seen.ended_snapshots),
        ("edits of other pages", seen.page_edits / 10),
        ("edits of pages taken out", seen.edits_of_removed),
        ("pages put back", seen.put_back),
        ("submissions without a right", seen.denied / 10),
        ("ink and pointers without a right", seen.denied_live),
        ("roles, voices and rules that changed", seen.deeds / 10),
        ("people sent out", seen.sent_out),
        ("comers who were kept out themselves", seen.kept_out),
        ("comers from where nobody may", seen.kept_out_by_place),
    ] {
        assert!(count > 20, "{what}: only {count}");
    }
}
