//! Many people, one session, bad luck: a seeded simulation over [`lanvas_hub::session::Session`]
//! and the real [`lanvas_hub::outbox::Outbox`], without sockets, files or clocks.
//!
//! In every run people draw, type and talk through connections that are slow, break and come
//! back; messages arrive twice; the disk lags, and the hub ends and loses what was not on it.
//! Then everybody falls quiet, and every replica must equal the hub, with nothing lost that was
//! reported stored and nothing doubled.
//!
//! `LANVAS_SEEDS=N` runs the first N seeds. `LANVAS_SEED=K` runs only K and tells what happens. What
//! a seed found stays as a test of its own in `found.rs`.

#![allow(clippy::unwrap_used)] // a test may
#![allow(clippy::cast_precision_loss)] // small made-up coordinates

mod actions;
mod client;
mod dice;
mod found;
mod host;
mod notes;
mod text;
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
use world::World;

const SEEDS: u64 = 250;

fn from_environment(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().expect("a whole number"))
}

#[test]
fn whatever_happens_everybody_ends_with_the_same() {
    if let Some(seed) = from_environment("LANVAS_SEED") {
        let figures = World::new(seed, true).run();
        println!("{figures:?}");
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
                    let run = || World::new(seed, false).run();
                    let outcome = catch_unwind(AssertUnwindSafe(run));
                    let mut results = results.lock().unwrap();
                    match outcome {
                        Ok(figures) => results.1.add(figures),
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
        ("operations lost with an epoch", seen.lost),
        ("replaced connections", seen.replaced),
        ("refusals that only a welcome told", seen.told_late),
    ] {
        assert!(count > 20, "{what}: only {count}");
    }
}
