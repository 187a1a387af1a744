//! The storage's queue: sessions append, are closed and opened again, and all of it ends, while the
//! one thread takes what there is. Whatever was taken in is written, once and in order, before
//! anybody hears that it is.
//!
//! Fourteen mutations were tried: a wake left out in `append`, `close` and `end`; `take` that waits
//! though there are commands, or though it has ended; bytes not counted, or room not given back; the
//! number that comes next not noted; what waits forgotten at a close; an opening that overtakes a
//! close; an end that does not keep its reply, that leaves something behind, or after which records
//! or files are taken in. All are found. (A wake left out in `adopt` is not: nobody waits for an
//! opened file before there is something to write to it, and that wakes.) One fault was there: what
//! was stored while its session was being closed went on counting as not stored.

#[path = "../../src/storage/queue.rs"]
mod queue;

use std::{collections::HashMap, sync::Arc};

use lanvas_protocol::SessionId;
use shuttle::{future::block_on, thread};
use tokio::sync::{oneshot, watch};

use self::queue::{Command, Queue, Waiting};
pub(crate) use lanvas_hub::storage::{
    AppendError, Health, SessionState, StorageError, StorageState,
};

const ORDERS: usize = 2_000;
/// Records of each session.
const RECORDS: u64 = 4;
const RECORD_BYTES: usize = 10;
/// What has room is asked of, and what there is room for: two records.
pub(crate) const RECORD_BYTES_MAX: usize = RECORD_BYTES;
const BACKLOG_BYTES: usize = 2 * RECORD_BYTES;

/// As the queue sees an operation.
#[derive(Debug)]
pub(crate) struct Numbered {
    number: u64,
}

/// As the queue sees a record.
#[derive(Debug)]
pub(crate) enum Record {
    Operation(Numbered),
    Name,
}

impl Record {
    #[allow(clippy::unused_self)] // the queue asks a record
    fn bytes(&self) -> usize {
        RECORD_BYTES
    }
}

pub(crate) mod writing {
    /// As the queue sees a file.
    #[derive(Debug)]
    pub(crate) struct Opened {
        pub(super) upkeep: Upkeep,
    }

    #[derive(Debug)]
    pub(crate) struct Upkeep;

    impl Upkeep {
        #[allow(clippy::unused_self)] // the queue asks a file
        pub(super) fn is_snapshot_due(&self) -> bool {
            false
        }
    }
}

/// The numbers in each file.
type Disk = HashMap<SessionId, Vec<u64>>;

/// The writer's thread, as `storage/writer.rs` has it.
#[derive(Default)]
struct Writer {
    open: HashMap<SessionId, watch::Sender<StorageState>>,
    disk: Disk,
}

impl Writer {
    fn run(mut self, queue: &Queue) -> Disk {
        loop {
            let work = queue.take(None);
            for command in work.commands {
                self.perform(command, queue);
            }
            for (id, records) in work.records {
                assert!(self.open.contains_key(&id), "opened before it is written");
                assert!(
                    records.len() * RECORD_BYTES <= BACKLOG_BYTES,
                    "there is a bound"
                );
                self.write(&id, records, queue);
            }
            if work.ended {
                break;
            }
        }
        let reply = queue.abandon().expect("somebody waits for the end");
        let _ = reply.send(Ok(()));
        self.disk
    }

    fn perform(&mut self, command: Command, queue: &Queue) {
        match command {
            Command::Adopt { id, state, .. } => {
                assert!(self.open.insert(id, state).is_none(), "closed before");
            }
            Command::Close { id, rest, reply } => {
                self.write(&id, rest, queue);
                self.open.remove(&id);
                queue.closed(&id);
                let _ = reply.send(Ok(()));
            }
            Command::Snapshot { .. } | Command::Tamper { .. } => {}
        }
    }

    fn write(&mut self, id: &SessionId, records: impl IntoIterator<Item = Waiting>, queue: &Queue) {
        let file = self.disk.entry(id.clone()).or_default();
        for Waiting { record, bytes } in records {
            let Record::Operation(Numbered { number }) = record else {
                continue;
            };
            file.push(number);
            queue.committed(id, 1, bytes);
            if let Some(state) = self.open.get(id) {
                state.send_modify(|state| state.stored = number);
            }
        }
    }
}

fn id(name: &str) -> SessionId {
    SessionId::new(name).unwrap()
}

fn adopt(queue: &Queue, id: &SessionId, head: u64) -> Option<watch::Receiver<StorageState>> {
    let upkeep = writing::Upkeep;
    match queue.adopt(id, head, writing::Opened { upkeep }) {
        Ok(state) => Some(state),
        Err(StorageError::Stopped) => None,
        Err(other) => panic!("{other}"),
    }
}

/// As a session's task does it: it asks for room before it numbers anything. Gives the last number
/// that was taken in.
fn append(queue: &Queue, id: &SessionId, numbers: std::ops::RangeInclusive<u64>) -> u64 {
    let mut last = numbers.start() - 1;
    for number in numbers {
        while !queue.has_room(id) {
            if queue.has_ended() || !queue.is_open(id) {
                return last;
            }
            thread::yield_now();
        }
        match queue.append(id, Record::Operation(Numbered { number })) {
            Ok(()) => last = number,
            Err(AppendError::NotOpen) => return last,
            Err(other) => panic!("there was room: {other}"),
        }
    }
    last
}

fn close(queue: &Queue, id: &SessionId) {
    let (reply, done) = oneshot::channel();
    if queue.close(id, reply) {
        // As `Storage::close` has it: at the end of all there is nobody who answers.
        match block_on(done).unwrap_or(Err(StorageError::Stopped)) {
            Ok(()) => {}
            Err(StorageError::Stopped) => assert!(queue.has_ended()),
            Err(other) => panic!("{other}"),
        }
    }
}

/// Ends it, and gives what is on disk once that is over.
fn end(queue: &Queue, writer: thread::JoinHandle<Disk>) -> Disk {
    let (reply, done) = oneshot::channel();
    queue.end(Some(reply));
    block_on(done).expect("the writer answers").unwrap();
    assert_eq!(queue.unstored(), [], "nothing is left");
    let late = queue.append(&id("one"), Record::Operation(Numbered { number: 99 }));
    assert_eq!(late, Err(AppendError::NotOpen));
    assert!(adopt(queue, &id("late"), 0).is_none());
    writer.join().unwrap()
}

fn at<T: Send + 'static>(
    queue: &Arc<Queue>,
    work: impl FnOnce(&Queue) -> T + Send + 'static,
) -> thread::JoinHandle<T> {
    let queue = Arc::clone(queue);
    thread::spawn(move || work(&queue))
}

fn is_whole(disk: &Disk, name: &str, last: u64) {
    let found = disk.get(&id(name)).cloned().unwrap_or_default();
    let wanted: Vec<_> = (1..=last).collect();
    assert_eq!(found, wanted, "{name}: once each, in order, to the last");
}

/// Nothing ends before all is said: whatever is not woken stands still for ever.
#[test]
fn what_is_appended_is_stored_without_anybody_asking() {
    let story = || {
        let queue = Arc::new(Queue::within(BACKLOG_BYTES));
        let writer = at(&queue, |queue| Writer::default().run(queue));
        let sessions: Vec<_> = ["one", "two"]
            .map(|name| {
                at(&queue, move |queue| {
                    let mut state = adopt(queue, &id(name), 0).expect("it goes on");
                    assert_eq!(append(queue, &id(name), 1..=RECORDS), RECORDS);
                    let stored = block_on(state.wait_for(|state| state.stored == RECORDS));
                    assert!(stored.is_ok());
                })
            })
            .into();
        for session in sessions {
            session.join().unwrap();
        }
        assert_eq!(queue.waiting_bytes(), 0, "all room was given back");
        let disk = end(&queue, writer);
        is_whole(&disk, "one", RECORDS);
        is_whole(&disk, "two", RECORDS);
    };
    shuttle::check_random(story, ORDERS);
}

/// Everything that was taken in before the end is stored, however it falls among the rest.
#[test]
fn an_end_amid_the_work_loses_nothing_that_was_taken_in() {
    let story = || {
        let queue = Arc::new(Queue::within(BACKLOG_BYTES));
        for name in ["one", "two"] {
            adopt(&queue, &id(name), 0).expect("it begins");
        }
        let writer = at(&queue, |queue| Writer::default().run(queue));
        let one = at(&queue, |queue| append(queue, &id("one"), 1..=RECORDS));
        let two = at(&queue, |queue| append(queue, &id("two"), 1..=RECORDS));
        let closing = at(&queue, |queue| close(queue, &id("two")));
        let disk = end(&queue, writer);
        closing.join().unwrap();
        is_whole(&disk, "one", one.join().unwrap());
        is_whole(&disk, "two", two.join().unwrap());
    };
    shuttle::check_random(story, ORDERS);
    shuttle::check_pct(story, ORDERS, 3);
}

/// A session that is put away and asked for again goes on where it was.
#[test]
fn a_session_that_is_closed_and_opened_again_goes_on() {
    let story = || {
        let queue = Arc::new(Queue::within(BACKLOG_BYTES));
        let writer = at(&queue, |queue| Writer::default().run(queue));
        let other = at(&queue, |queue| {
            // All of the rest may happen, and end, before it begins.
            adopt(queue, &id("two"), 0).map_or(0, |_| append(queue, &id("two"), 1..=RECORDS))
        });
        let one = at(&queue, |queue| {
            adopt(queue, &id("one"), 0).expect("it goes on");
            let had = append(queue, &id("one"), 1..=2);
            // Whoever closed it went away before they heard that it was done.
            let (reply, closed) = oneshot::channel();
            assert!(queue.close(&id("one"), reply));
            adopt(queue, &id("one"), had).expect("it goes on");
            let last = append(queue, &id("one"), had + 1..=RECORDS);
            block_on(closed).expect("the writer answers").unwrap();
            last
        });
        let last = one.join().unwrap();
        let disk = end(&queue, writer);
        is_whole(&disk, "one", last);
        is_whole(&disk, "two", other.join().unwrap());
    };
    shuttle::check_random(story, ORDERS);
}
