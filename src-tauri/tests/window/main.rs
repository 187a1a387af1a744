//! The real desktop window: on a screen of its own, on a network of its own,
//! driven as a person would, with a real browser and a second machine beside it.
//!
//! Every test is one story. Its logs and screenshots are in
//! `target/tmp/window/<test>/`.
#![cfg(target_os = "linux")]

mod bus;
mod desktop;
mod dragged;
mod guest;
mod keeping;
mod lan;
mod languages;
mod manners;
mod native;
mod network;
mod programs;
#[cfg(feature = "updates")]
mod publisher;
mod screen;
mod sealed;
mod shell;
mod stories;
mod stranger;
mod tools;
#[cfg(feature = "updates")]
mod updating;
mod webdriver;
mod witness;

use std::time::{Duration, Instant};

/// Longer than anything here takes on a slow machine; what is measured has its own limit.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks again and again until there is an answer.
fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(30));
    }
}
