//! The writing end of one connection: its outbox and its socket.
//!
//! Nobody waits here. Whoever has something for the peer writes it at once, as far as the socket
//! takes it: mostly the session's task, right after a step ([`crate::fanout`]). What the socket
//! does not take stays, and the connection's own task goes on when there is room
//! ([`Line::called`]). Frames go out whole and in order; pings, pongs and the last frame go
//! between them. Memory is bounded by the outbox and one batch of it.

use std::{
    collections::VecDeque,
    io::{self, IoSlice},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use bytes::{Buf, Bytes};
use lanvas_protocol::Encoding;
use tokio::{task::yield_now, time::Instant};

use crate::{
    connection::Patience,
    fanout::Run,
    limits::WRITE_PACE_BYTES_PER_S,
    outbox::{Outbox, Pushed},
    shared::{Mutex, MutexGuard, Notify, PoisonError, Stream},
    websocket::{self, PING},
};

/// Frames that one system call writes.
const SLICES_MAX: usize = 64;
/// Bytes that are written to one line before others have their turn: many newcomers may each be
/// sent megabytes while somebody draws.
const TURN_BYTES: usize = 64 * 1024;
/// Control frames that may wait for a frame's end; the oldest gives way.
const URGENT_MAX: usize = 4;
/// Frames under way that an idle line keeps room for.
const FRAMES_KEPT: usize = 8;

/// What went out.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
}

impl std::ops::AddAssign for Written {
    fn add_assign(&mut self, other: Self) {
        self.messages += other.messages;
        self.bytes += other.bytes;
    }
}

/// What a line's own task has to see to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Need {
    /// The socket is full: go on when it is writable.
    pub(crate) blocked: bool,
    /// The socket is not full: go on when others had their turn.
    pub(crate) more: bool,
    /// When to give the peer up, unless it has taken something.
    pub(crate) deadline: Option<Instant>,
    /// The last frame is out, or the socket is broken.
    pub(crate) over: bool,
}

#[derive(Debug, Default)]
struct Writing {
    /// Frames under way, in order.
    frames: VecDeque<Bytes>,
    /// Some of the first frame is out: nothing may come between.
    torn: bool,
    /// Control frames, to be written at the next frame's end.
    urgent: VecDeque<Bytes>,
    blocked: bool,
    /// When the first frame should be out, while the socket is full.
    deadline: Option<Instant>,
    /// Everything under way was the last of an outbox that fell behind.
    drained: Option<Option<u64>>,
    /// Nothing comes after what is under way.
    last: bool,
    over: bool,
}

/// See the module.
#[derive(Debug)]
pub struct Line {
    stream: Stream,
    encoding: Encoding,
    patience: &'static Patience,
    outbox: Outbox,
    writing: Mutex<Writing>,
    calls: Notify,
    /// Milliseconds that the last ping took there and back, and one more; 0 before the first pong.
    round_trip_ms: AtomicU32,
}

impl Line {
    pub(crate) fn new(stream: Stream, encoding: Encoding, patience: &'static Patience) -> Self {
        Self {
            stream,
            encoding,
            patience,
            outbox: Outbox::default(),
            writing: Mutex::default(),
            calls: Notify::new(),
            round_trip_ms: AtomicU32::new(0),
        }
    }

    /// A pong came so long after its ping.
    pub(crate) fn note_round_trip(&self, took: Duration) {
        let took = u32::try_from(took.as_millis()).unwrap_or(u32::MAX);
        self.round_trip_ms
            .store(took.saturating_add(1), Ordering::Relaxed);
    }

    /// What the last ping took there and back, in milliseconds.
    pub(crate) fn round_trip_ms(&self) -> Option<u32> {
        self.round_trip_ms.load(Ordering::Relaxed).checked_sub(1)
    }

    pub(crate) fn stream(&self) -> &Stream {
        &self.stream
    }

    pub(crate) fn outbox(&self) -> &Outbox {
        &self.outbox
    }

    /// Wakes the connection's task: there is something to write that is not for others' time.
    pub(crate) fn call(&self) {
        self.calls.notify_one();
    }

    /// Waits for a [`Line::call`].
    pub(crate) async fn called(&self) {
        self.calls.notified().await;
    }

    // --- writing --------------------------------------------------------------------------

    /// Writes what waits, unless the socket was full last time.
    pub(crate) fn flush(&self) -> Written {
        let mut writing = self.lock();
        if writing.blocked {
            return Written::default();
        }
        self.write_or_call(&mut writing)
    }

    /// Writes what waits; for the connection's task, once the socket may have room.
    pub(crate) fn resume(&self) -> (Written, Need) {
        let mut writing = self.lock();
        writing.blocked = false;
        let (written, more) = self.write(&mut writing);
        let need = Need {
            blocked: writing.blocked,
            more,
            deadline: writing.deadline,
            over: writing.over,
        };
        (written, need)
    }

    /// Writes what everybody is told, past the outbox if nothing waits there. What the socket does
    /// not take is pushed; `pushed` hears what that did.
    pub(crate) fn give(&self, run: &Run, pushed: impl FnMut(Pushed)) -> Written {
        let mut writing = self.lock();
        if writing.over {
            return Written::default();
        }
        if !writing.is_idle() || !self.outbox.is_passable() {
            run.push_from(0, &self.outbox, pushed);
            if !writing.blocked {
                self.call();
            }
            return Written::default();
        }
        let bytes = run.bytes(self.encoding);
        if bytes.is_empty() {
            return Written::default();
        }
        let count = match self.stream.try_write(bytes) {
            Ok(count) if count > 0 => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => 0,
            Ok(_) | Err(_) => {
                self.end(&mut writing);
                return Written::default();
            }
        };
        let passed = run.passed(self.encoding, count);
        if let Some(number) = passed.number {
            self.outbox.note_passed(number);
        }
        if count < bytes.len() {
            if !passed.torn.is_empty() {
                writing.torn = true;
                writing.frames.push_back(passed.torn);
            }
            run.push_from(passed.items, &self.outbox, pushed);
            writing.block(self.patience.write);
            self.call();
        } else if !self.settle(&mut writing) {
            self.call();
        }
        Written {
            messages: passed.messages,
            bytes: count as u64,
        }
    }

    /// Writes a ping or a pong as soon as a frame ends.
    pub(crate) fn write_between(&self, frame: Bytes) {
        let mut writing = self.lock();
        if writing.last || writing.over {
            return;
        }
        if writing.urgent.len() >= URGENT_MAX {
            writing.urgent.pop_front();
        }
        writing.urgent.push_back(frame);
        if !writing.blocked {
            self.write_or_call(&mut writing);
        }
    }

    pub(crate) fn ping(&self) {
        self.write_between(Bytes::from_static(PING));
    }

    /// Writes `frame` after the one under way, and nothing more.
    pub(crate) fn write_last(&self, frame: Bytes) {
        let mut writing = self.lock();
        if writing.last || writing.over || frame.is_empty() {
            return;
        }
        let keep = usize::from(writing.torn);
        writing.frames.truncate(keep);
        writing.urgent.clear();
        writing.frames.push_back(frame);
        writing.last = true;
        if !writing.blocked {
            self.write_or_call(&mut writing);
        }
    }

    /// Writes `frame`, waiting for room as long as it needs. Only for lines without a session.
    ///
    /// # Errors
    /// [`io::ErrorKind::TimedOut`] when the peer does not read, or what the socket said.
    pub(crate) async fn send(&self, frame: Bytes) -> io::Result<()> {
        self.lock().frames.push_back(frame);
        loop {
            let (_, need) = self.resume();
            if need.over {
                return Err(io::ErrorKind::NotConnected.into());
            }
            if need.more {
                yield_now().await;
            } else if let Some(deadline) = need.deadline.filter(|_| need.blocked) {
                tokio::time::timeout_at(deadline, self.stream.writable()).await??;
            } else {
                return Ok(());
            }
        }
    }

    /// Writes what is left, waiting for room.
    pub(crate) async fn finish(&self) {
        loop {
            let (_, need) = self.resume();
            let more = self.take_drained().is_some() || need.more;
            let room = !need.blocked || self.stream.writable().await.is_ok();
            if need.over || !room || (!need.blocked && !more) {
                return;
            }
            yield_now().await;
        }
    }

    /// Tells the system that nothing more comes, so that the peer need not wait for it.
    pub(crate) fn shut(&self) {
        self.stream.shut();
    }

    /// The outbox was behind and everything it had is out: the number it arrived at. Once.
    pub(crate) fn take_drained(&self) -> Option<Option<u64>> {
        let mut writing = self.lock();
        if writing.frames.is_empty() {
            writing.drained.take()
        } else {
            None
        }
    }

    /// For who is not the connection's task: that one goes on with the rest.
    fn write_or_call(&self, writing: &mut Writing) -> Written {
        let (written, more) = self.write(writing);
        if writing.blocked || more {
            self.call();
        }
        written
    }

    /// Writes what one turn allows. Gives whether there is more that the socket might take.
    fn write(&self, writing: &mut Writing) -> (Written, bool) {
        let mut written = Written::default();
        while !writing.over && self.has_more(writing, &mut written) {
            if written.bytes >= TURN_BYTES as u64 {
                return (written, true);
            }
            match writing.write_to(&self.stream) {
                Ok(0) => self.end(writing),
                Ok(count) => {
                    written.bytes += count as u64;
                    writing.advance(count);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    writing.block(self.patience.write);
                    return (written, false);
                }
                Err(_) => self.end(writing),
            }
        }
        self.settle(writing);
        (written, false)
    }

    /// Whether the socket has all that it was given: TLS may still have some of it.
    fn settle(&self, writing: &mut Writing) -> bool {
        match self.stream.try_flush() {
            Ok(()) => {
                if writing.frames.is_empty() {
                    writing.deadline = None;
                }
                return true;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                writing.block(self.patience.write);
            }
            Err(_) => self.end(writing),
        }
        false
    }

    /// Sees to it that the next frames are in `frames`. Whether there are any.
    fn has_more(&self, writing: &mut Writing, written: &mut Written) -> bool {
        if !writing.torn {
            while let Some(frame) = writing.urgent.pop_back() {
                writing.frames.push_front(frame);
            }
        }
        if writing.frames.is_empty() && writing.last {
            if self.settle(writing) {
                self.end(writing);
            }
        } else if writing.frames.is_empty() && writing.drained.is_none() {
            self.refill(writing, written);
        }
        !writing.frames.is_empty()
    }

    fn refill(&self, writing: &mut Writing, written: &mut Written) {
        let Some(batch) = self.outbox.try_next() else {
            writing.frames.shrink_to(FRAMES_KEPT);
            return;
        };
        writing.deadline = None;
        let frames = batch.frames.iter().map(|frame| frame.bytes(self.encoding));
        writing.frames.extend(frames.cloned());
        written.messages += batch.frames.len() as u64;
        if let Some(code) = batch.close {
            writing.frames.push_back(websocket::closing(code));
            writing.last = true;
        }
        if batch.drained.is_some() {
            writing.drained = batch.drained;
            self.call();
        }
    }

    fn end(&self, writing: &mut Writing) {
        writing.over = true;
        writing.blocked = false;
        writing.deadline = None;
        writing.frames = VecDeque::new();
        self.call();
    }

    /// What is under way is plain data that every step leaves whole, so a poisoned lock is
    /// harmless.
    fn lock(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writing {
    fn is_idle(&self) -> bool {
        let nothing = self.frames.is_empty() && self.urgent.is_empty() && self.drained.is_none();
        nothing && !self.blocked && !self.last
    }

    /// One system call for as many frames as it takes.
    fn write_to(&self, stream: &Stream) -> io::Result<usize> {
        let mut slices = [IoSlice::new(&[]); SLICES_MAX];
        let (mut filled, mut room) = (0, TURN_BYTES);
        for (slice, frame) in slices.iter_mut().zip(&self.frames) {
            if room == 0 {
                break;
            }
            let length = frame.len().min(room);
            *slice = IoSlice::new(&frame[..length]);
            room -= length;
            filled += 1;
        }
        stream.try_write_vectored(&slices[..filled])
    }

    /// The socket is full.
    fn block(&mut self, patience: Duration) {
        self.blocked = true;
        if self.deadline.is_none() {
            let bytes = self.frames.front().map_or(0, Bytes::len) as u64;
            let transfer = Duration::from_secs(bytes / WRITE_PACE_BYTES_PER_S);
            self.deadline = Some(Instant::now() + patience + transfer);
        }
    }

    /// So many bytes are out.
    fn advance(&mut self, mut count: usize) {
        while count > 0
            && let Some(frame) = self.frames.front_mut()
        {
            if count < frame.len() {
                frame.advance(count);
                self.torn = true;
                return;
            }
            count -= frame.len();
            self.frames.pop_front();
            self.torn = false;
            self.deadline = None;
        }
    }
}
