//! What waits to be written to one connection: three lanes, each with a bound and a policy.
//!
//! | lane | bound | past it |
//! |---|---|---|
//! | control | [`CONTROL_FRAMES_MAX`] | the connection is closed with a code that means "resume" |
//! | doc | [`DOC_FRAMES_MAX`] operations, one snapshot | the waiting operations are dropped and the connection is *behind*: once its socket has drained, it gets one catch-up |
//! | live | [`LIVE_FRAMES_MAX`] | newest wins: a presence replaces the one before it, the oldest ink goes |
//!
//! The session pushes, the connection's line drains; neither waits for the other.

use std::{collections::VecDeque, sync::Arc};

use lanvas_protocol::{ErrorCode, ParticipantId, ShapeId};

use crate::{
    frame::Frame,
    shared::{Mutex, MutexGuard, PoisonError},
};

/// Control messages that may wait.
pub const CONTROL_FRAMES_MAX: usize = 1_024;
/// Operations that may wait; a snapshot is shared between connections and does not count.
pub const DOC_FRAMES_MAX: usize = 2_048;
/// Bytes of operations that may wait.
pub const DOC_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Live frames that may wait.
pub const LIVE_FRAMES_MAX: usize = 512;
/// Frames that an empty lane keeps room for.
const LANE_FRAMES_KEPT: usize = 8;
/// Frames handed to the socket in one go.
pub const BATCH_FRAMES_MAX: usize = 512;

/// Parts of a snapshot among them: each may still have to be encoded.
pub const BATCH_PARTS_MAX: usize = 4;

/// How much an outbox holds. Tests narrow it, to see it overflow without writing megabytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboxBounds {
    /// See [`CONTROL_FRAMES_MAX`].
    pub control_frames: usize,
    /// See [`DOC_FRAMES_MAX`].
    pub doc_frames: usize,
    /// See [`DOC_BYTES_MAX`].
    pub doc_bytes: usize,
    /// See [`LIVE_FRAMES_MAX`].
    pub live_frames: usize,
    /// See [`BATCH_FRAMES_MAX`].
    pub batch_frames: usize,
}

impl Default for OutboxBounds {
    fn default() -> Self {
        Self {
            control_frames: CONTROL_FRAMES_MAX,
            doc_frames: DOC_FRAMES_MAX,
            doc_bytes: DOC_BYTES_MAX,
            live_frames: LIVE_FRAMES_MAX,
            batch_frames: BATCH_FRAMES_MAX,
        }
    }
}

/// Which promise a message goes out under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lane {
    /// In order, never dropped.
    Control,
    /// Part of a catch-up: in order with the operations and never dropped. With the number that
    /// the receiver has arrived at once it has this frame; none inside a snapshot.
    CatchUp(Option<u64>),
    /// The operation of this number: in order, replaced by a catch-up if too much waits.
    Doc(u64),
    /// Newest wins.
    Live(LiveKey),
}

/// What a live frame is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveKey {
    /// A person's presence: one waits at most.
    Presence(ParticipantId),
    /// More of a wet stroke: all wait, up to the bound.
    Ink(ParticipantId, ShapeId),
    /// A wet stroke is given up: what waits of it need not be sent.
    InkEnd(ParticipantId, ShapeId),
}

/// What a push did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// It waits.
    Queued,
    /// The doc lane overflowed just now.
    FellBehind,
    /// Somebody is behind, so operations are not queued.
    Skipped,
    /// The control lane overflowed: the connection is closing.
    Overflowed,
    /// An older live frame made room, or was replaced.
    Replaced,
}

/// A batch for the socket.
#[derive(Debug, Default)]
pub struct Batch {
    /// In the order they are to be written.
    pub frames: Vec<Arc<Frame>>,
    /// Everything before was the last: close with this code after the frames.
    pub close: Option<ErrorCode>,
    /// The connection was behind and everything it had is in this batch: once written, it wants
    /// a catch-up from this number.
    pub drained: Option<Option<u64>>,
}

#[derive(Debug, Default)]
struct Lanes {
    bounds: OutboxBounds,
    control: VecDeque<Arc<Frame>>,
    doc: VecDeque<(Lane, Arc<Frame>, usize)>,
    doc_frames: usize,
    doc_bytes: usize,
    live: VecDeque<(LiveKey, Arc<Frame>)>,
    /// Operations are not queued until a catch-up is.
    behind: bool,
    told_drained: bool,
    /// The last number that the writer took.
    taken: Option<u64>,
    /// The session has let the connection in.
    let_in: bool,
    close: Option<ErrorCode>,
    closed: bool,
}

/// The three lanes of one connection.
#[derive(Debug, Default)]
pub struct Outbox {
    lanes: Mutex<Lanes>,
}

impl Outbox {
    /// An empty one that holds so much.
    #[must_use]
    pub fn within(bounds: OutboxBounds) -> Self {
        let lanes = Lanes {
            bounds,
            ..Lanes::default()
        };
        Self {
            lanes: Mutex::new(lanes),
        }
    }

    /// Puts a frame on its lane. Never waits.
    pub fn push(&self, lane: Lane, frame: Arc<Frame>) -> Pushed {
        let mut lanes = self.lock();
        if lanes.closed || lanes.close.is_some() {
            return Pushed::Skipped;
        }
        match lane {
            Lane::Control => lanes.push_control(frame),
            Lane::CatchUp(_) | Lane::Doc(_) => lanes.push_doc(lane, frame),
            Lane::Live(key) => lanes.push_live(key, frame),
        }
    }

    /// A catch-up is about to be pushed: from here on operations are queued again.
    pub fn begin_catch_up(&self) {
        let mut lanes = self.lock();
        lanes.let_in = true;
        lanes.behind = false;
        lanes.told_drained = false;
    }

    /// A wet stroke is dry: the shape is on its way, so what waits of its ink need not be sent. It
    /// must not be: it could arrive after the shape was erased again, and nobody would end it.
    pub fn drop_ink(&self, author: ParticipantId, stroke: &ShapeId) {
        self.lock().drop_ink(author, stroke);
    }

    /// Writes what waits on the control lane, then closes.
    pub fn close(&self, code: ErrorCode) {
        self.lock().close.get_or_insert(code);
    }

    /// Closes the connection if a snapshot of this number or an older one still waits here: it would
    /// keep an old board in memory. Whether that was so.
    pub fn end_snapshots(&self, number: u64) -> bool {
        self.lock().end_snapshots(number)
    }

    /// Whether a snapshot is next on the doc lane: much to write, and perhaps to encode before.
    pub fn has_snapshot(&self) -> bool {
        let lanes = self.lock();
        let next = lanes.doc.front();
        next.is_some_and(|(_, frame, _)| frame.snapshot_number().is_some())
    }

    /// What is to be written next, if anything.
    pub fn try_next(&self) -> Option<Batch> {
        self.lock().take()
    }

    /// Whether what is pushed now would be the next to be written, so that it can be written
    /// without being pushed.
    #[must_use]
    pub fn is_passable(&self) -> bool {
        let lanes = self.lock();
        let open = lanes.close.is_none() && !lanes.closed && !lanes.behind;
        open && lanes.is_empty()
    }

    /// Operations up to this number were written without being pushed.
    pub fn note_passed(&self, number: u64) {
        self.lock().taken = Some(number);
    }

    /// Whether there has been a catch-up: the hello was accepted.
    #[must_use]
    pub fn is_let_in(&self) -> bool {
        self.lock().let_in
    }

    /// Whether frames wait.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// The lanes hold plain data that every push leaves whole, so a poisoned lock is harmless.
    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lanes {
    fn is_empty(&self) -> bool {
        self.control.is_empty() && self.doc.is_empty() && self.live.is_empty()
    }

    fn push_control(&mut self, frame: Arc<Frame>) -> Pushed {
        if self.control.len() >= self.bounds.control_frames {
            self.close = Some(ErrorCode::TooSlow);
            self.control.clear();
            return Pushed::Overflowed;
        }
        self.control.push_back(frame);
        Pushed::Queued
    }

    fn push_doc(&mut self, lane: Lane, frame: Arc<Frame>) -> Pushed {
        let Lane::Doc(_) = lane else {
            self.doc.push_back((lane, frame, 0));
            return Pushed::Queued;
        };
        if self.behind {
            return Pushed::Skipped;
        }
        let weight = frame.weight();
        if self.doc_frames >= self.bounds.doc_frames
            || self.doc_bytes + weight > self.bounds.doc_bytes
        {
            self.fall_behind();
            return Pushed::FellBehind;
        }
        self.doc_frames += 1;
        self.doc_bytes += weight;
        self.doc.push_back((lane, frame, weight));
        Pushed::Queued
    }

    /// Operations that wait are dropped; what waits of a catch-up is kept, because a slow receiver
    /// that had to begin again each time would never end. Its frames are shared with others.
    fn fall_behind(&mut self) {
        self.behind = true;
        self.doc_frames = 0;
        self.doc_bytes = 0;
        self.doc
            .retain(|(lane, ..)| matches!(lane, Lane::CatchUp(_)));
    }

    fn end_snapshots(&mut self, number: u64) -> bool {
        let parts = self
            .doc
            .iter()
            .filter_map(|(_, frame, _)| frame.snapshot_number());
        let old = parts.into_iter().any(|had| had <= number);
        if old {
            self.close.get_or_insert(ErrorCode::TooSlow);
            self.doc.clear();
        }
        old
    }

    fn push_live(&mut self, key: LiveKey, frame: Arc<Frame>) -> Pushed {
        match &key {
            LiveKey::Presence(_) => {
                if let Some(slot) = self.live.iter_mut().find(|(had, _)| *had == key) {
                    slot.1 = frame;
                    return Pushed::Replaced;
                }
            }
            LiveKey::InkEnd(author, stroke) => {
                self.drop_ink(*author, stroke);
            }
            LiveKey::Ink(..) => {}
        }
        let full = self.live.len() >= self.bounds.live_frames;
        if full {
            // The end of a wet stroke goes last: nothing else would take the stroke away.
            let ends = |(key, _): &(LiveKey, _)| matches!(key, LiveKey::InkEnd(..));
            let oldest = self
                .live
                .iter()
                .position(|waiting| !ends(waiting))
                .unwrap_or(0);
            self.live.remove(oldest);
        }
        self.live.push_back((key, frame));
        if full {
            Pushed::Replaced
        } else {
            Pushed::Queued
        }
    }

    fn drop_ink(&mut self, author: ParticipantId, stroke: &ShapeId) {
        self.live.retain(
            |(key, _)| !matches!(key, LiveKey::Ink(who, id) if *who == author && id == stroke),
        );
    }

    fn take(&mut self) -> Option<Batch> {
        let mut batch = Batch::default();
        batch.frames.extend(self.control.drain(..));
        if let Some(code) = self.close {
            if self.closed {
                return None;
            }
            self.closed = true;
            batch.close = Some(code);
            return Some(batch);
        }
        let mut parts = 0;
        while batch.frames.len() < self.bounds.batch_frames
            && parts < BATCH_PARTS_MAX
            && let Some((lane, frame, weight)) = self.doc.pop_front()
        {
            self.note_taken(&lane, weight);
            parts += usize::from(frame.snapshot_number().is_some());
            batch.frames.push(frame);
        }
        let room = self
            .bounds
            .batch_frames
            .saturating_sub(batch.frames.len())
            .min(self.live.len());
        batch
            .frames
            .extend(self.live.drain(..room).map(|(_, frame)| frame));
        if self.behind && self.doc.is_empty() && !self.told_drained {
            self.told_drained = true;
            batch.drained = Some(self.taken);
        }
        self.give_back_room();
        (!batch.frames.is_empty() || batch.drained.is_some()).then_some(batch)
    }

    /// A lane that was long once would keep its room for as long as the connection lasts.
    fn give_back_room(&mut self) {
        if self.is_empty() {
            self.control.shrink_to(LANE_FRAMES_KEPT);
            self.doc.shrink_to(LANE_FRAMES_KEPT);
            self.live.shrink_to(LANE_FRAMES_KEPT);
        }
    }

    fn note_taken(&mut self, lane: &Lane, weight: usize) {
        match lane {
            Lane::Doc(number) => {
                self.doc_frames = self.doc_frames.saturating_sub(1);
                self.doc_bytes = self.doc_bytes.saturating_sub(weight);
                self.taken = Some(*number);
            }
            Lane::CatchUp(number) => self.taken = *number,
            Lane::Control | Lane::Live(_) => {}
        }
    }
}
