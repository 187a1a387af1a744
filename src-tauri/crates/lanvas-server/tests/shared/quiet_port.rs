//! A port for a hub that has to come back to the same one.

use std::{
    hash::{BuildHasher, RandomState},
    net::{Ipv4Addr, TcpListener},
};

/// One that is free and that the system gives to nobody by itself: another test's socket must not
/// take it while the hub is away.
pub(crate) fn quiet_port() -> u16 {
    let ports = (0..100).map(|turn: u16| {
        let any = RandomState::new().hash_one(turn) % 20_000;
        12_000 + u16::try_from(any).expect("below 20,000")
    });
    let free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    ports.into_iter().find(free).expect("a free port")
}
