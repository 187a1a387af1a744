//! What tasks share, in every order in which they may meet: a connection's line and its outbox, where
//! the session's task and the connection's own do (below), and the queue of the storage, where all
//! sessions and the thread that writes do (`storage.rs`).
//!
//! `line.rs`, `outbox.rs` and `storage/queue.rs` are compiled into this test as they are; what they take from
//! `crate::shared` is Shuttle's here: it runs the same few steps thousands of times and chooses
//! anew each time who goes on. A lost wake-up is a deadlock, which Shuttle reports with the schedule
//! that led to it. (Shuttle and not Loom: the lock is held over whole writes, so the orders of locks
//! and wakes matter and those of single atomics do not; Loom would need a build of its own.)
//!
//! Ten mutations were tried, in `line.rs` (a call left out in `give`, `write_or_call` and `end`; the
//! torn frame not noted; `blocked` not taken back; what waits or a full socket overlooked) and
//! around it (a call that nobody waits for is not kept; a close without one). Nine are found; the
//! tenth, the call in `give` when something waits already, is one too many: whatever waits there was
//! followed by a call of its own.

#![allow(clippy::unwrap_used)] // a test may
#![allow(dead_code)] // not all that is compiled in is used here
#![allow(unreachable_pub)] // what is compiled in is public where it comes from

#[path = "../../src/line.rs"]
mod line;
#[path = "../../src/outbox.rs"]
mod outbox;
mod shared;
mod storage;
mod surroundings;

use std::sync::Arc;

use lanvas_protocol::{Encoding, ErrorCode, ServerMessage};
use shuttle::{future::block_on, thread};

use line::Line;
use outbox::Lane;
use shared::Stream;
pub(crate) use surroundings::{connection, fanout, frame, limits, metrics, websocket};

const ORDERS: usize = 1_000;
/// Messages to the one peer.
const MESSAGES: u32 = 3;

/// What the session's task does with the next message.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// For this peer alone: into the outbox, then written.
    Own,
    /// The same, but the connection's task writes it: a snapshot is much work.
    Later,
    /// For everybody: past the outbox if it can be.
    Everybody,
}

fn pong(nonce: u32) -> Arc<frame::Frame> {
    Arc::new(frame::Frame::new(ServerMessage::Pong { nonce }))
}

/// As `connection::tend` does it, without its clock.
async fn tend(line: &Line) {
    loop {
        let (_, need) = line.resume();
        if need.over {
            return;
        }
        if line.take_drained().is_some() {
            continue;
        }
        if need.more {
            shuttle::future::yield_now().await;
            continue;
        }
        tokio::select! {
            biased; // chance is Shuttle's
            () = line.called() => {}
            _ = line.stream().writable(), if need.blocked => {}
        }
    }
}

/// The session tells one thing after the other, the connection pings, the peer reads in small
/// bites. Nothing is closed before the peer has everything: a call that got lost has no other.
fn tell(ways: &'static [Way], room: usize) {
    tell_by(Stream::with_room(room), ways);
}

fn tell_by(stream: Stream, ways: &'static [Way]) {
    let line = Arc::new(Line::new(stream, Encoding::Json, &connection::PATIENCE));
    let tending = at(&line, |line| block_on(tend(line)));
    let pinging = at(&line, Line::ping);
    let session = at(&line, |line| {
        for (nonce, way) in (0..MESSAGES).zip(ways.iter().cycle()) {
            say(line, *way, nonce);
        }
    });
    let mut peer = Peer::default();
    let mut pings = 0;
    for nonce in 0..MESSAGES {
        let mut frame = peer.next(&line);
        while frame == websocket::PING {
            pings += 1;
            frame = peer.next(&line);
        }
        assert_eq!(frame, *pong(nonce).bytes(Encoding::Json), "in order, once");
    }
    if pings == 0 {
        assert_eq!(peer.next(&line), websocket::PING);
    }
    session.join().unwrap();
    pinging.join().unwrap();
    line.outbox().close(ErrorCode::ShuttingDown);
    line.call();
    let closing = websocket::closing(ErrorCode::ShuttingDown);
    assert_eq!(peer.next(&line), closing, "and nothing else before it");
    tending.join().unwrap();
}

fn at(line: &Arc<Line>, work: impl FnOnce(&Line) + Send + 'static) -> thread::JoinHandle<()> {
    let line = Arc::clone(line);
    thread::spawn(move || work(&line))
}

fn say(line: &Line, way: Way, nonce: u32) {
    match way {
        Way::Own => {
            line.outbox().push(Lane::Control, pong(nonce));
            line.flush();
        }
        Way::Later => {
            line.outbox().push(Lane::Control, pong(nonce));
            line.call();
        }
        Way::Everybody => {
            let run = fanout::Run::of(Lane::Control, pong(nonce));
            line.give(&run, |_| {});
        }
    }
}

/// Reads frames, none longer than 125 bytes.
#[derive(Debug, Default)]
struct Peer {
    came: Vec<u8>,
}

impl Peer {
    fn next(&mut self, line: &Line) -> Vec<u8> {
        loop {
            let length = self.came.get(1).map(|length| 2 + usize::from(*length));
            if let Some(length) = length.filter(|length| self.came.len() >= *length) {
                return self.came.drain(..length).collect();
            }
            self.came.extend(line.stream().read_some(11));
        }
    }
}

#[test]
fn what_is_told_to_one_arrives_whatever_the_order() {
    shuttle::check_random(|| tell(&[Way::Own], 16), ORDERS);
}

#[test]
fn what_is_told_to_everybody_arrives_whatever_the_order() {
    shuttle::check_random(|| tell(&[Way::Everybody], 16), ORDERS);
}

#[test]
fn one_after_the_other_they_arrive_in_order() {
    shuttle::check_random(|| tell(&[Way::Own, Way::Everybody], 40), ORDERS);
    shuttle::check_random(|| tell(&[Way::Everybody, Way::Own], 3), ORDERS);
}

#[test]
fn nothing_overtakes_what_the_connection_has_to_write() {
    shuttle::check_random(|| tell(&[Way::Later, Way::Everybody], 40), ORDERS);
    shuttle::check_pct(
        || tell(&[Way::Later, Way::Everybody, Way::Own], 16),
        ORDERS,
        3,
    );
}

/// What TLS has taken is not out yet: it goes before all else, also when nothing more comes.
#[test]
fn what_tls_keeps_arrives_whatever_the_order() {
    for (room, kept) in [(3, 8), (16, 16), (8, 200)] {
        for ways in [&[Way::Own, Way::Everybody], &[Way::Everybody, Way::Later]] {
            let told = move || tell_by(Stream::sealing(room, kept), ways);
            shuttle::check_random(told, ORDERS);
        }
    }
}

/// A peer that is gone ends the line, whoever finds out.
#[test]
fn a_broken_socket_ends_both_tasks() {
    let broken = || {
        let line = Arc::new(Line::new(
            Stream::with_room(8),
            Encoding::Json,
            &connection::PATIENCE,
        ));
        let tending = at(&line, |line| block_on(tend(line)));
        let session = at(&line, |line| {
            for nonce in 0..MESSAGES {
                say(line, Way::Everybody, nonce);
            }
        });
        line.stream().break_off();
        session.join().unwrap();
        tending.join().unwrap();
    };
    shuttle::check_random(broken, ORDERS);
}
