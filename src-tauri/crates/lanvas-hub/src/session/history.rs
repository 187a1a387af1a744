//! The order: numbers, epochs, replicas, and the latest operations for returners.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use lanvas_protocol::{
    Epoch, ErrorCode, ParticipantId, ReplicaId, ServerMessage,
    chat::redacted,
    limits::{BOARD_BYTES_MAX, REFUSALS_TOLD_MAX},
    message::RefusedSubmission,
    operation::Applied,
};

use super::{notes::NOTES_HISTORY_MAX, snapshots::EDITIONS_READ_MAX};
use crate::frame::Frame;

/// Bytes of operations kept in memory for returners; who missed more gets a snapshot.
pub const RECENT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// A new snapshot is due once so many operations came after the latest …
pub const SNAPSHOT_TAIL_MAX: u64 = 512;
/// … or so many bytes of them.
pub const SNAPSHOT_TAIL_BYTES_MAX: usize = 64 * 1024;
/// About how many bytes of shapes go into one part of a snapshot.
pub const SNAPSHOT_PART_BYTES: usize = 64 * 1024;

/// Replicas remembered of which everything was refused; each has at most 32 refusals to tell.
pub const REPLICAS_REFUSED_MAX: usize = 1_000;

/// How much of the order a session keeps in memory. Tests narrow it, to see what happens past it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryBounds {
    /// See [`RECENT_BYTES_MAX`].
    pub recent_bytes: usize,
    /// See [`SNAPSHOT_TAIL_MAX`].
    pub snapshot_tail: u64,
    /// See [`SNAPSHOT_TAIL_BYTES_MAX`].
    pub snapshot_tail_bytes: usize,
    /// See [`EDITIONS_READ_MAX`].
    pub editions_read: usize,
    /// See [`SNAPSHOT_PART_BYTES`].
    pub snapshot_part_bytes: usize,
    /// See [`NOTES_HISTORY_MAX`].
    pub notes_edits: usize,
    /// See [`BOARD_BYTES_MAX`].
    pub board_bytes: usize,
}

impl Default for HistoryBounds {
    fn default() -> Self {
        Self {
            recent_bytes: RECENT_BYTES_MAX,
            snapshot_tail: SNAPSHOT_TAIL_MAX,
            snapshot_tail_bytes: SNAPSHOT_TAIL_BYTES_MAX,
            editions_read: EDITIONS_READ_MAX,
            snapshot_part_bytes: SNAPSHOT_PART_BYTES,
            notes_edits: NOTES_HISTORY_MAX,
            board_bytes: BOARD_BYTES_MAX,
        }
    }
}

/// The order of a session so far.
#[derive(Debug)]
pub(crate) struct History {
    bounds: HistoryBounds,
    head: u64,
    /// Each epoch with the head it began on, oldest first; the last one is now.
    epochs: Vec<(Epoch, u64)>,
    /// Numbers, frames and weights, oldest first, without gaps, ending at the head.
    recent: VecDeque<(u64, Arc<Frame>, usize)>,
    recent_bytes: usize,
    replicas: HashMap<ReplicaId, Replica>,
    /// Those that went with nothing in the order but refusals, oldest first.
    refused: VecDeque<ReplicaId>,
}

/// What is known of one copy of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Replica {
    owner: ParticipantId,
    /// The highest `seq` it used.
    pub(crate) seq: u32,
    /// The highest `seq` of it that is in the order.
    numbered: u32,
    /// The latest of its submissions that were refused, ascending.
    pub(crate) refused: VecDeque<RefusedSubmission>,
    /// Up to here it is not known which were.
    pub(crate) refused_after: u32,
}

impl Replica {
    pub(crate) fn of(owner: ParticipantId) -> Self {
        Self {
            owner,
            seq: 0,
            numbered: 0,
            refused: VecDeque::new(),
            refused_after: 0,
        }
    }

    fn note_refused(&mut self, refusal: RefusedSubmission) {
        if self.refused.len() >= REFUSALS_TOLD_MAX
            && let Some(oldest) = self.refused.pop_front()
        {
            self.refused_after = oldest.seq;
        }
        self.refused.push_back(refusal);
    }
}

impl History {
    pub(crate) fn new(epochs: Vec<(Epoch, u64)>, bounds: HistoryBounds) -> Self {
        Self {
            bounds,
            head: 0,
            epochs,
            recent: VecDeque::new(),
            recent_bytes: 0,
            replicas: HashMap::new(),
            refused: VecDeque::new(),
        }
    }

    /// Begins after `head`, with replicas that submitted before.
    pub(crate) fn restore(&mut self, head: u64, replicas: Vec<(ReplicaId, ParticipantId, u32)>) {
        self.head = head;
        for (id, owner, seq) in replicas {
            let replica = self.replica(&id, owner);
            (replica.seq, replica.numbered) = (seq, seq);
        }
    }

    /// Whose each replica is that has something in the order, and its highest `seq` there; by id.
    pub(crate) fn replicas(&self) -> Vec<(ReplicaId, ParticipantId, u32)> {
        let numbered = self.replicas.iter().filter(|(_, it)| it.numbered > 0);
        let mut all: Vec<_> = numbered
            .map(|(id, it)| (id.clone(), it.owner, it.numbered))
            .collect();
        all.sort_unstable();
        all
    }

    /// The last number given.
    pub(crate) fn head(&self) -> u64 {
        self.head
    }

    pub(crate) fn epoch(&self) -> &Epoch {
        let (epoch, _) = self.epochs.last().expect("a session starts with an epoch");
        epoch
    }

    pub(crate) fn begin_epoch(&mut self, epoch: Epoch) {
        for replica in self.replicas.values_mut() {
            replica.refused_after = replica.seq; // refusals are not kept on disk
        }
        self.epochs.push((epoch, self.head));
    }

    /// Takes the next operation and gives the frame that tells it.
    pub(crate) fn push(&mut self, applied: Arc<Applied>) -> Arc<Frame> {
        debug_assert_eq!(applied.number, self.head + 1);
        self.head = applied.number;
        let replica = self.replica(&applied.replica, applied.author);
        replica.owner = applied.author;
        (replica.seq, replica.numbered) = (applied.seq, applied.seq);
        let weight = applied.operation.weight();
        let frame = Arc::new(Frame::new(ServerMessage::Applied(applied)));
        self.recent
            .push_back((self.head, Arc::clone(&frame), weight));
        self.recent_bytes += weight;
        while self.recent_bytes > self.bounds.recent_bytes
            && let Some((_, _, weight)) = self.recent.pop_front()
        {
            self.recent_bytes -= weight;
        }
        frame
    }

    /// What was said is taken back: who comes later is not told it first.
    pub(crate) fn redact(&mut self, message: u64) {
        for (number, frame, _) in &mut self.recent {
            let ServerMessage::Applied(applied) = frame.message() else {
                continue;
            };
            if let Some(operation) = redacted(&applied.operation, *number, message) {
                let told = Applied {
                    operation,
                    ..(**applied).clone()
                };
                *frame = Arc::new(Frame::new(ServerMessage::Applied(Arc::new(told))));
            }
        }
    }

    /// The replica as `owner` may use it: not if it is somebody else's.
    pub(crate) fn claim(&mut self, replica: &ReplicaId, owner: ParticipantId) -> Option<&Replica> {
        let known = self.replica(replica, owner);
        (known.owner == owner).then_some(&*known)
    }

    /// The highest `seq` of a replica that was dealt with, whoever it belongs to.
    pub(crate) fn dealt_with(&self, replica: &ReplicaId) -> u32 {
        self.replicas.get(replica).map_or(0, |known| known.seq)
    }

    /// Whether `seq` is new; if so it is used up now, whatever becomes of it.
    pub(crate) fn use_seq(&mut self, replica: &ReplicaId, owner: ParticipantId, seq: u32) -> bool {
        let known = self.replica(replica, owner);
        let fresh = seq > known.seq;
        if fresh {
            known.seq = seq;
        }
        fresh
    }

    /// Its connection is gone. One that has nothing in the order is soon forgotten.
    pub(crate) fn release(&mut self, replica: &ReplicaId) {
        match self.replicas.get(replica) {
            Some(known) if known.seq == 0 => drop(self.replicas.remove(replica)),
            Some(known) if known.numbered == 0 => self.refused.push_back(replica.clone()),
            _ => {}
        }
        while self.refused.len() > REPLICAS_REFUSED_MAX
            && let Some(oldest) = self.refused.pop_front()
        {
            if self
                .replicas
                .get(&oldest)
                .is_some_and(|it| it.numbered == 0)
            {
                self.replicas.remove(&oldest);
            }
        }
    }

    /// The next count of a replica that is the hub's own.
    pub(crate) fn next_seq(&mut self, replica: &ReplicaId) -> u32 {
        self.replica(replica, ParticipantId(0))
            .seq
            .saturating_add(1)
    }

    /// A submission was refused: its replica may ask again what became of it.
    pub(crate) fn note_refused(&mut self, replica: &ReplicaId, seq: u32, code: ErrorCode) {
        if let Some(known) = self.replicas.get_mut(replica) {
            known.note_refused(RefusedSubmission { seq, code });
        }
    }

    fn replica(&mut self, replica: &ReplicaId, owner: ParticipantId) -> &mut Replica {
        let entry = self.replicas.entry(replica.clone());
        entry.or_insert_with(|| Replica::of(owner))
    }

    /// Whether somebody who saw `number` in `epoch` saw the beginning of this very order, and what
    /// they miss is at hand.
    pub(crate) fn can_resume(&self, epoch: &Epoch, number: u64) -> bool {
        let Some(index) = self.epochs.iter().position(|(known, _)| known == epoch) else {
            return false;
        };
        let end = self
            .epochs
            .get(index + 1)
            .map_or(self.head, |(_, start)| *start);
        number <= end && self.has_after(number)
    }

    /// Whether what came after `number` is at hand.
    pub(crate) fn has_after(&self, number: u64) -> bool {
        number == self.head
            || self
                .recent
                .front()
                .is_some_and(|(oldest, ..)| *oldest <= number + 1)
    }

    /// Frames after `number`, if they are at hand.
    pub(crate) fn gap(&self, number: u64) -> Option<Vec<(u64, Arc<Frame>)>> {
        if number > self.head || !self.has_after(number) {
            return None;
        }
        let after = self.recent.partition_point(|(had, ..)| *had <= number);
        let frames = self.recent.range(after..);
        Some(
            frames
                .map(|(number, frame, _)| (*number, Arc::clone(frame)))
                .collect(),
        )
    }

    /// Operations after `number` that are at hand.
    pub(crate) fn after(&self, number: u64) -> Vec<Arc<Applied>> {
        let after = self.recent.partition_point(|(had, ..)| *had <= number);
        let recent = self.recent.range(after..);
        let applied = recent.filter_map(|(_, frame, _)| match frame.message() {
            ServerMessage::Applied(applied) => Some(Arc::clone(applied)),
            _ => None,
        });
        applied.collect()
    }

    /// How many operations came after `number`, and their bytes, if they are at hand.
    pub(crate) fn tail(&self, number: u64) -> Option<(u64, usize)> {
        if number > self.head || !self.has_after(number) {
            return None;
        }
        let after = self.recent.partition_point(|(had, ..)| *had <= number);
        let bytes = self.recent.range(after..).map(|(.., weight)| weight).sum();
        Some((self.head - number, bytes))
    }

    pub(crate) fn bounds(&self) -> &HistoryBounds {
        &self.bounds
    }
}
