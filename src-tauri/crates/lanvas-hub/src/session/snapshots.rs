//! What newcomers are sent: editions of the whole state, written away from the session's step.
//!
//! An edition is the state at one number, in parts that are shared by all newcomers and, block by
//! block, with the editions before and after it. A newcomer gets the latest edition and the
//! operations after it. When those become many a new edition is made: in the step that costs a
//! handful of pointers for each block, and what has to be written anew is written elsewhere
//! ([`Effect::Write`]) while newcomers get the one before. Only who comes when there is no edition
//! near enough waits until one is written ([`super::waiting`]). So that hardly anybody has to, one is
//! also written when much has changed and nobody came, if that takes little of the machine's time.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use lanvas_protocol::{
    Encoding, ServerMessage,
    message::{ChatMessage, Snapshot, SnapshotRest},
};

use super::{Effect, Session, blocks::Block};
use crate::frame::Frame;

/// Editions that newcomers may still be reading. Who reads more slowly than so many others were
/// made comes back for a new one: old boards do not pile up in memory.
pub const EDITIONS_READ_MAX: usize = 8;
/// So many times more operations, and bytes of them, than make a new edition due may be sent
/// after one while the next is being written.
const TAIL_STRETCH: u64 = 4;
/// An edition that nobody waits for is made at most so often …
const AHEAD_INTERVAL_MS: u64 = 20;
/// … and takes at most this part of the time: a fifth of one processor.
const AHEAD_SHARE: u64 = 4;

/// The whole state at one number.
#[derive(Debug)]
pub struct Edition {
    number: u64,
    frames: Vec<Arc<Frame>>,
    /// About how many bytes of it no edition before has written.
    unwritten: usize,
}

impl Edition {
    fn new<'a>(
        number: u64,
        rest: SnapshotRest,
        blocks: impl Iterator<Item = &'a Arc<Block>>,
    ) -> Self {
        let blocks: Vec<_> = blocks.cloned().collect();
        let parts = u32::try_from(blocks.len() + 1).expect("memory ends before so many blocks");
        let fresh = blocks.iter().filter(|block| block.written().is_none());
        let unwritten = weight_of(&rest) + fresh.map(|block| block.weight()).sum::<usize>();
        let first = Snapshot {
            number,
            part: 0,
            parts,
            shapes: Vec::new(),
            rest: Some(rest),
        };
        let first = Arc::new(Frame::new(ServerMessage::Snapshot(Box::new(first))));
        let others = (1..)
            .zip(blocks)
            .map(|(part, block)| Arc::new(Frame::part(number, (part, parts), block)));
        Self {
            number,
            frames: std::iter::once(first).chain(others).collect(),
            unwritten,
        }
    }

    /// The number of the last operation in it.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Its parts, in order.
    #[must_use]
    pub fn frames(&self) -> &[Arc<Frame>] {
        &self.frames
    }

    /// The same without what a deleted message said.
    fn without(&self, message: u64) -> Self {
        let frames = self.frames.iter().map(|frame| match frame.message() {
            ServerMessage::Snapshot(first) if first.rest.is_some() => {
                let mut first = first.clone();
                let said = first.rest.iter_mut().flat_map(|rest| &mut rest.messages);
                said.for_each(|said| said.redact(message));
                Arc::new(Frame::new(ServerMessage::Snapshot(first)))
            }
            _ => Arc::clone(frame),
        });
        Self {
            number: self.number,
            frames: frames.collect(),
            unwritten: self.unwritten,
        }
    }

    /// Encodes and deflates what is not yet. For a thread that may be busy for a while.
    pub fn write(&self) {
        self.write_by(1);
    }

    /// As [`Edition::write`], with so many threads at it until it is done.
    pub fn write_by(&self, threads: usize) {
        let next = AtomicUsize::new(0);
        let write = || {
            while let Some(frame) = self.frames.get(next.fetch_add(1, Ordering::Relaxed)) {
                let _ = frame.bytes(Encoding::Binary);
            }
        };
        thread::scope(|scope| {
            for _ in 1..threads.min(self.frames.len()) {
                scope.spawn(write);
            }
            write();
        });
    }
}

fn weight_of(rest: &SnapshotRest) -> usize {
    let said = rest
        .messages
        .iter()
        .map(|ChatMessage { text, .. }| text.len());
    let pages = rest.pages.iter().map(|page| page.text.len());
    rest.notes.len() + pages.sum::<usize>() + said.sum::<usize>()
}

/// The editions of a session.
#[derive(Debug, Default)]
pub(super) struct Snapshots {
    latest: Option<Arc<Edition>>,
    /// Under way on another thread.
    writing: Option<Arc<Edition>>,
    /// The numbers of those that somebody may still be reading, oldest first.
    read: VecDeque<u64>,
    /// Operations since the latest was begun, and their bytes.
    since: (u64, usize),
    /// When one was begun that nobody waits for, and when the next such may be.
    begun_ms: Option<u64>,
    next_ms: u64,
}

impl Snapshots {
    /// Who comes later is not told first what was said and then that it is deleted.
    pub(super) fn redact(&mut self, message: u64) {
        for edition in [&mut self.latest, &mut self.writing].into_iter().flatten() {
            *edition = Arc::new(edition.without(message));
        }
    }
}

impl Session {
    /// Has an edition written before the first newcomer comes.
    pub(super) fn prepare(&mut self) {
        if self.snapshots.latest.is_none() {
            self.begin_edition();
        }
    }

    /// An operation was numbered. After many of them an edition is made before somebody needs it.
    pub(super) fn note_change(&mut self, now_ms: u64, weight: usize) {
        let (operations, bytes) = &mut self.snapshots.since;
        *operations += 1;
        *bytes += weight;
        let due = now_ms >= self.snapshots.next_ms && self.is_long(self.snapshots.since, 1);
        if due && self.snapshots.writing.is_none() {
            self.snapshots.begun_ms = Some(now_ms);
            self.snapshots.next_ms = now_ms + AHEAD_INTERVAL_MS;
            self.begin_edition();
        }
    }

    /// What a newcomer is sent now, or none if that must be written first. Who `waited` is sent
    /// something in any case.
    pub(super) fn edition_for_newcomer(&mut self, waited: bool) -> Option<Arc<Edition>> {
        let tail = self.tail();
        if tail.is_none_or(|tail| self.is_long(tail, 1)) {
            self.begin_edition();
        }
        let near = self
            .tail()
            .is_some_and(|tail| !self.is_long(tail, TAIL_STRETCH));
        if waited && self.tail().is_none() {
            let edition = self.edition();
            self.snapshots.latest = Some(Arc::new(edition));
        }
        let edition = self.snapshots.latest.clone();
        let edition = edition.filter(|_| near || waited)?;
        self.note_read(edition.number);
        Some(edition)
    }

    /// How many operations came after the latest edition, and their bytes; none if they are not at
    /// hand.
    fn tail(&self) -> Option<(u64, usize)> {
        let number = self.snapshots.latest.as_ref()?.number;
        self.history.tail(number)
    }

    fn is_long(&self, (operations, bytes): (u64, usize), stretch: u64) -> bool {
        let bounds = self.history.bounds();
        operations > bounds.snapshot_tail * stretch
            || bytes as u64 > bounds.snapshot_tail_bytes as u64 * stretch
    }

    /// Makes an edition of the state as it is, unless one is under way. If little of it is new it
    /// is ready at once.
    fn begin_edition(&mut self) {
        if self.snapshots.writing.is_some() {
            return;
        }
        let edition = Arc::new(self.edition());
        self.snapshots.since = (0, 0);
        if edition.unwritten <= self.history.bounds().snapshot_part_bytes {
            self.snapshots.latest = Some(edition);
            return;
        }
        self.snapshots.writing = Some(Arc::clone(&edition));
        self.effects.push(Effect::Write(edition));
    }

    fn edition(&self) -> Edition {
        let rest = SnapshotRest {
            title: self.title.clone(),
            notes: self.notes.text(),
            messages: self.chat.latest(),
            slow_mode_s: self.chat.slow_mode_s(),
            pages: self.notes.pages(),
            rules: *self.roster.standings().rules(),
        };
        Edition::new(self.history.head(), rest, self.board.blocks())
    }

    /// An edition is written: newcomers get it, those who waited at once.
    pub(super) fn written(&mut self, now_ms: u64, number: u64) {
        let writing = self.snapshots.writing.take_if(|it| it.number == number);
        if let Some(edition) = writing {
            let begun_ms = self.snapshots.begun_ms.take().unwrap_or(now_ms);
            let took = now_ms.saturating_sub(begun_ms);
            let rest = now_ms.saturating_add(took.saturating_mul(AHEAD_SHARE));
            self.snapshots.next_ms = self.snapshots.next_ms.max(rest);
            self.snapshots.latest = Some(edition);
            self.admit_waiting(now_ms);
        }
    }

    /// Somebody is sent the edition of this number, so those long before it are no longer read.
    fn note_read(&mut self, number: u64) {
        if self.snapshots.read.back() != Some(&number) {
            self.snapshots.read.push_back(number);
        }
        while self.snapshots.read.len() > self.history.bounds().editions_read
            && let Some(number) = self.snapshots.read.pop_front()
        {
            self.effects.push(Effect::EndSnapshots { number });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use lanvas_protocol::{
        ClientMessage, Color, Epoch, Operation, ParticipantId, Point, Points, ReplicaId, SessionId,
        Shape, ShapeBody, ShapeChange, ShapeId, message::Hello, operation::Applied,
    };

    use super::*;
    use crate::{
        outbox::Lane,
        session::{Access, ConnectionId, Input},
        storage::{SessionMeta, SessionState, StoredSession},
    };

    fn stroke(index: usize) -> Shape {
        let points: Vec<_> = (0..50)
            .map(|at| {
                let (at, seed) = (f64::from(at), index as f64);
                Point {
                    x: at * 3.0 + (at * seed).sin() * 2.0,
                    y: (at / 7.0 + seed).sin() * 40.0,
                    pressure: Some((0.5 + (at + seed).cos() * 0.4) as f32),
                    time_ms: Some(at as u32 * 17),
                }
            })
            .collect();
        Shape::plain(
            ShapeId::new(format!("7f3a9c0b12d4e5f6-{index}")).unwrap(),
            (index % 200) as f64 * 170.0,
            (index / 200) as f64 * 90.0,
            index as f64,
            Color([0x1e, 0x1e, 0x1e]),
            ShapeBody::stroke(4.0, Points::pack(&points, 6).unwrap()),
        )
    }

    fn board_of(strokes: usize) -> Session {
        let log = (1..=strokes).map(|number| Applied {
            number: number as u64,
            author: ParticipantId(1),
            time_ms: 0,
            replica: ReplicaId::new("r1").unwrap(),
            seq: u32::try_from(number).unwrap(),
            operation: Operation::AddShapes {
                shapes: vec![stroke(number)],
            },
        });
        let stored = StoredSession {
            meta: SessionMeta {
                id: SessionId::new("measured").unwrap(),
                title: "Our board".to_owned(),
                created_ms: 0,
            },
            epochs: Vec::new(),
            participants: Vec::new(),
            bans: Vec::new(),
            audit: Vec::new(),
            state: SessionState::default(),
            lasting: Vec::new(),
            log: log.collect(),
            port: None,
        };
        let epoch = Epoch::new("e1").unwrap();
        Session::restore(stored, epoch, Access::default()).unwrap()
    }

    fn hello(connection: u64) -> Input {
        Input::Join {
            connection: ConnectionId(connection),
            hello: Box::new(Hello {
                name: "Ann".to_owned(),
                ..Hello::default()
            }),
            address: std::net::Ipv4Addr::LOCALHOST.into(),
            entropy: [u8::try_from(connection).unwrap(); 24],
        }
    }

    fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
        let began = Instant::now();
        (work(), began.elapsed())
    }

    fn write_all(effects: &[Effect]) -> (Option<u64>, Duration) {
        timed(|| {
            let mut number = None;
            for effect in effects {
                if let Effect::Write(edition) = effect {
                    edition.write();
                    number = Some(edition.number());
                }
            }
            number
        })
    }

    /// What goes to the one who joined: bytes, and the time to have them all.
    fn sent(effects: &[Effect]) -> (usize, Duration) {
        timed(|| {
            let frames = effects.iter().filter_map(|effect| match effect {
                Effect::Send { frame, .. } => Some(frame.bytes(Encoding::Binary).len()),
                _ => None,
            });
            frames.sum()
        })
    }

    fn is_welcomed(effects: &[Effect]) -> bool {
        let welcomed = |frame: &Frame| matches!(frame.message(), ServerMessage::Welcomed(_));
        let mut effects = effects.iter();
        effects.any(|effect| matches!(effect, Effect::Send { frame, .. } if welcomed(frame)))
    }

    fn written(effects: &[Effect]) -> Option<u64> {
        effects.iter().find_map(|effect| match effect {
            Effect::Write(edition) => Some(edition.number()),
            _ => None,
        })
    }

    #[test]
    fn a_newcomer_waits_only_if_no_edition_is_near_by_number_and_by_bytes() {
        let mut session = board_of(1_000);
        let number = written(&session.handle(0, Input::Prepare)).expect("much to write");
        assert!(
            !is_welcomed(&session.handle(0, hello(1))),
            "nothing is written yet"
        );
        let effects = session.handle(0, Input::Written { number });
        assert!(is_welcomed(&effects));

        // So many bytes that a new edition is due, and of operations far fewer than that takes: it
        // is begun before anybody needs it.
        let strokes = |from: usize, count| (from..from + count).map(add).collect();
        let begun = submit(&mut session, 1, strokes(1_000_000, 250));
        let number = begun.expect("a new edition is due").number();
        let effects = session.handle(0, hello(2));
        assert!(
            is_welcomed(&effects) && written(&effects).is_none(),
            "the edition before does until it is written, and one is enough"
        );

        let begun = submit(&mut session, 300, strokes(2_000_000, 800));
        assert!(begun.is_none(), "one at a time");
        let effects = session.handle(0, hello(4));
        assert!(!is_welcomed(&effects), "too much to send after it");
        // What has come since it was begun is more than is sent with an edition, but who waited
        // does not wait again.
        assert!(is_welcomed(&session.handle(0, Input::Written { number })));
    }

    #[test]
    #[ignore = "a measurement: cargo test --release -p lanvas-hub --lib -- --ignored --nocapture figures_of_joining"]
    fn figures_of_joining() {
        for strokes in [10_000, 200_000] {
            let mut session = board_of(strokes);
            let (effects, step) = timed(|| session.handle(0, Input::Prepare));
            let (number, written) = write_all(&effects);
            println!("{strokes} strokes: prepare {step:?}, write all {written:?}");
            session.handle(
                0,
                Input::Written {
                    number: number.unwrap(),
                },
            );
            let join = |session: &mut Session, connection, what| {
                let (effects, step) = timed(|| session.handle(0, hello(connection)));
                let (bytes, taken) = sent(&effects);
                println!("  {what}: step {step:?}, bytes {bytes} in {taken:?}");
                let (number, written) = write_all(&effects);
                if let Some(number) = number {
                    println!("  wrote anew in {written:?}");
                    session.handle(0, Input::Written { number });
                }
            };
            join(&mut session, 1, "cold join");
            submit(&mut session, 1, vec![add(1_000_000)]);
            join(&mut session, 2, "after one stroke");
            let begun = submit(&mut session, 2, (2_000_000..2_000_400).map(add).collect());
            let begun = begun.expect("a new edition is due");
            join(&mut session, 3, "after 400 strokes, before it is written");
            let ((), written) = timed(|| begun.write());
            println!("  wrote ahead in {written:?}");
            let number = begun.number();
            session.handle(0, Input::Written { number });
            join(&mut session, 4, "after 400 strokes");
            let change = |index: usize| ShapeChange {
                x: Some(5.0),
                ..ShapeChange::of(stroke(index).id)
            };
            let all = (0..strokes / 400).map(|lot| {
                let changes = (lot..strokes).step_by(strokes / 400).skip(1).map(change);
                Operation::UpdateShapes {
                    changes: changes.take(400).collect(),
                }
            });
            let (_, took) = timed(|| submit(&mut session, 1_000, all.collect()));
            println!("  all moved in {took:?}");
            join(&mut session, 5, "after all moved");
            join(&mut session, 6, "again");
        }
    }

    fn add(index: usize) -> Operation {
        Operation::AddShapes {
            shapes: vec![stroke(index)],
        }
    }

    /// Gives the edition that was begun meanwhile.
    fn submit(session: &mut Session, seq: u32, operations: Vec<Operation>) -> Option<Arc<Edition>> {
        let mut begun = None;
        for (operation, seq) in operations.into_iter().zip(seq..) {
            let message = ClientMessage::Submit { seq, operation };
            let connection = ConnectionId(1);
            for effect in session.handle(
                0,
                Input::Receive {
                    connection,
                    message,
                },
            ) {
                match effect {
                    Effect::Write(edition) => begun = Some(edition),
                    Effect::Send { lane, .. } => assert_ne!(lane, Lane::Control, "refused"),
                    _ => {}
                }
            }
        }
        begun
    }
}
