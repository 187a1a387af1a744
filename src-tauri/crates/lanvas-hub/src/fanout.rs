//! Carries a batch of effects to the lines of a session.
//!
//! Most of what a session says it says to everybody. So what is broadcast within a batch is
//! collected into one *run*, encoded once as a whole, and written to each line with one system
//! call and no queueing, as long as the line has nothing else to write. Only who is told something
//! of their own in the same batch (the author of an operation, a newcomer) or reads too slowly
//! goes through an outbox, in the same order. Nothing here waits for a peer.
//!
//! What people only show of themselves (pointers, typing) waits a moment for company: it goes with
//! whatever is told next, in order before it, or after [`PRESENCE_WAIT`], and only the newest of
//! each person. Fifty people who move their pointers cost as many writes as one.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Instant,
};

use bytes::{Bytes, BytesMut};
use lanvas_protocol::{Encoding, ErrorCode, ParticipantId, ShapeId};

use crate::{
    frame::Frame,
    limits::{PRESENCE_WAIT, RUN_BYTES_MAX},
    line::{Line, Written},
    metrics::Metrics,
    outbox::{Lane, LiveKey, Outbox, Pushed},
    session::{ConnectionId, Effect},
};

/// The lines of a session.
#[derive(Debug)]
pub(crate) struct Fanout {
    lines: HashMap<ConnectionId, Receiver>,
    /// Who is told something of their own in this batch.
    apart: Vec<ConnectionId>,
    run: Run,
    shown: Shown,
    metrics: Metrics,
}

/// What people show, that nobody was told yet.
#[derive(Debug, Default)]
struct Shown {
    /// The newest of each, and which connection it came by.
    by: BTreeMap<ParticipantId, (Option<ConnectionId>, Arc<Frame>)>,
    /// When the first of them came.
    since: Option<Instant>,
}

#[derive(Debug)]
struct Receiver {
    line: Arc<Line>,
    /// Whether it is told what everybody is told.
    joined: bool,
    /// How much of the run it was given through its outbox, if it does not get it as a whole.
    given: Option<usize>,
}

impl Receiver {
    fn takes_it_whole(&self) -> bool {
        self.joined && self.given.is_none()
    }
}

impl Fanout {
    pub(crate) fn new(metrics: Metrics) -> Self {
        Self {
            lines: HashMap::new(),
            apart: Vec::new(),
            run: Run::default(),
            shown: Shown::default(),
            metrics,
        }
    }

    /// Takes a line in; one that is there already stays.
    pub(crate) fn add(&mut self, connection: ConnectionId, line: Arc<Line>) {
        let receiver = Receiver {
            line,
            joined: false,
            given: None,
        };
        self.lines.entry(connection).or_insert(receiver);
    }

    /// What the last ping to a connection took there and back, in milliseconds.
    pub(crate) fn round_trip_ms(&self, connection: ConnectionId) -> Option<u32> {
        self.lines.get(&connection)?.line.round_trip_ms()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub(crate) fn remove(&mut self, connection: ConnectionId) {
        self.lines.remove(&connection);
    }

    /// Takes the next effect; nothing is written before [`Fanout::flush`]. What is not for lines is
    /// not for here.
    pub(crate) fn take(&mut self, effect: Effect) {
        match effect {
            Effect::Broadcast {
                but,
                lane: Lane::Live(LiveKey::Presence(who)),
                frame,
            } => {
                self.shown.since.get_or_insert_with(Instant::now);
                self.shown.by.insert(who, (but, frame));
            }
            Effect::Store(_) | Effect::Write(_) => {}
            effect => {
                self.tell_shown();
                self.take_at_once(effect);
            }
        }
    }

    /// When what people show has waited long enough for company.
    pub(crate) fn shown_due(&self) -> Option<Instant> {
        self.shown.since.map(|since| since + PRESENCE_WAIT)
    }

    /// What people show waits no longer; it goes with the next [`Fanout::flush`].
    pub(crate) fn tell_shown(&mut self) {
        if self.shown.since.take().is_some() {
            for (who, (but, frame)) in std::mem::take(&mut self.shown.by) {
                self.broadcast(but, Lane::Live(LiveKey::Presence(who)), frame);
            }
        }
    }

    fn take_at_once(&mut self, effect: Effect) {
        match effect {
            Effect::Send { to, lane, frame } => {
                let receiver = self.set_apart(to);
                if let Some(pushed) = receiver.map(|it| it.line.outbox().push(lane, frame)) {
                    note(&self.metrics, pushed);
                }
            }
            Effect::Broadcast { but, lane, frame } => self.broadcast(but, lane, frame),
            Effect::CatchUp { connection } => {
                if let Some(receiver) = self.set_apart(connection) {
                    receiver.line.outbox().begin_catch_up();
                    if !std::mem::replace(&mut receiver.joined, true) {
                        receiver.line.call(); // the connection has a word of its own for who is in
                    }
                }
            }
            Effect::DropInk { author, stroke } => {
                self.run.items.push(Item::DropInk { author, stroke });
            }
            Effect::Close { connection, code } => self.close(connection, code),
            Effect::EndSnapshots { number } => self.end_snapshots(number),
            Effect::Store(_)
            | Effect::Write(_)
            | Effect::CheckPassword { .. }
            | Effect::KeepDoor(_) => {}
        }
    }

    fn end_snapshots(&self, number: u64) {
        let lines = self.lines.values().map(|receiver| &receiver.line);
        for line in lines.filter(|line| line.outbox().end_snapshots(number)) {
            self.metrics.queue_overflows.inc();
            line.call();
        }
    }

    /// Whether the run is so long that it should go out before more is added.
    pub(crate) fn is_full(&self) -> bool {
        self.run.weight >= RUN_BYTES_MAX
    }

    /// Writes all of it, as far as the sockets take it.
    pub(crate) fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        let mut written = Written::default();
        for connection in &self.apart {
            let Some(receiver) = self.lines.get(connection) else {
                continue;
            };
            if receiver.joined
                && let Some(given) = receiver.given
            {
                let outbox = receiver.line.outbox();
                run.push_from(given, outbox, |pushed| note(&self.metrics, pushed));
            }
            if receiver.line.outbox().has_snapshot() {
                receiver.line.call();
            } else {
                written += receiver.line.flush();
            }
        }
        if !run.items.is_empty() {
            for receiver in self.lines.values().filter(|it| it.takes_it_whole()) {
                let line = &receiver.line;
                written += line.give(&run, |pushed| note(&self.metrics, pushed));
            }
        }
        for connection in self.apart.drain(..) {
            if let Some(receiver) = self.lines.get_mut(&connection) {
                receiver.given = None;
            }
        }
        self.metrics.messages_out.inc_by(written.messages);
        self.metrics.bytes_out.inc_by(written.bytes);
    }

    /// Closes one after what it was told.
    pub(crate) fn close(&mut self, connection: ConnectionId, code: ErrorCode) {
        self.set_apart(connection);
        if let Some(receiver) = self.lines.remove(&connection) {
            close(&receiver.line, code);
        }
    }

    /// Also after a fault, so it leaves what was not flushed: who comes back is told.
    pub(crate) fn close_all(&mut self, code: ErrorCode) {
        for (_, receiver) in self.lines.drain() {
            close(&receiver.line, code);
        }
    }

    fn broadcast(&mut self, but: Option<ConnectionId>, lane: Lane, frame: Arc<Frame>) {
        if let Some(but) = but {
            self.set_apart(but);
        }
        self.run.push(lane, frame);
        let length = self.run.items.len();
        if let Some(receiver) = but.and_then(|but| self.lines.get_mut(&but)) {
            receiver.given = Some(length);
        }
    }

    /// Brings its outbox up to here, because what follows is not for everybody.
    fn set_apart(&mut self, connection: ConnectionId) -> Option<&mut Receiver> {
        let receiver = self.lines.get_mut(&connection)?;
        if receiver.given.is_none() {
            self.apart.push(connection);
        }
        let given = receiver.given.replace(self.run.items.len()).unwrap_or(0);
        if receiver.joined {
            let outbox = receiver.line.outbox();
            self.run
                .push_from(given, outbox, |pushed| note(&self.metrics, pushed));
        }
        Some(receiver)
    }
}

fn close(line: &Line, code: ErrorCode) {
    line.outbox().close(code);
    line.call();
}

fn note(metrics: &Metrics, pushed: Pushed) {
    match pushed {
        Pushed::FellBehind | Pushed::Overflowed => {
            metrics.queue_overflows.inc();
        }
        Pushed::Queued | Pushed::Skipped | Pushed::Replaced => {}
    }
}

// --- runs -----------------------------------------------------------------------------------

#[derive(Debug)]
enum Item {
    Frame(Lane, Arc<Frame>),
    /// What waits of it in an outbox is not sent; in a run it comes before the shape.
    DropInk {
        author: ParticipantId,
        stroke: ShapeId,
    },
}

/// What everybody is told in a batch, in order.
#[derive(Debug, Default)]
pub(crate) struct Run {
    items: Vec<Item>,
    weight: usize,
    binary: OnceCell<Encoded>,
    json: OnceCell<Encoded>,
}

#[derive(Debug)]
struct Encoded {
    bytes: Bytes,
    /// Where each item ends.
    ends: Vec<usize>,
}

/// What it means that so many bytes of a run went out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Passed {
    /// Items that are out or begun.
    pub(crate) items: usize,
    /// How many of them are messages.
    pub(crate) messages: u64,
    /// The rest of the one that is begun.
    pub(crate) torn: Bytes,
    /// The last operation among them.
    pub(crate) number: Option<u64>,
}

impl Run {
    fn push(&mut self, lane: Lane, frame: Arc<Frame>) {
        self.weight += frame.weight();
        self.items.push(Item::Frame(lane, frame));
    }

    /// All of it as WebSocket frames.
    pub(crate) fn bytes(&self, encoding: Encoding) -> &Bytes {
        &self.encoded(encoding).bytes
    }

    /// Puts what comes after the first `from` items into an outbox.
    pub(crate) fn push_from(&self, from: usize, outbox: &Outbox, mut pushed: impl FnMut(Pushed)) {
        for item in &self.items[from..] {
            match item {
                Item::Frame(lane, frame) => pushed(outbox.push(lane.clone(), Arc::clone(frame))),
                Item::DropInk { author, stroke } => outbox.drop_ink(*author, stroke),
            }
        }
    }

    /// What the first `count` bytes are.
    pub(crate) fn passed(&self, encoding: Encoding, count: usize) -> Passed {
        let Encoded { bytes, ends } = self.encoded(encoding);
        let whole = ends.partition_point(|end| *end <= count);
        let begun = whole.checked_sub(1).map_or(0, |last| ends[last]) < count;
        let items = whole + usize::from(begun);
        let torn = if begun {
            bytes.slice(count..ends[whole])
        } else {
            Bytes::new()
        };
        let passed = &self.items[..items];
        let messages = passed.iter().filter(|item| matches!(item, Item::Frame(..)));
        Passed {
            items,
            messages: messages.count() as u64,
            torn,
            number: passed.iter().rev().find_map(Item::number),
        }
    }

    fn encoded(&self, encoding: Encoding) -> &Encoded {
        let cell = match encoding {
            Encoding::Binary => &self.binary,
            Encoding::Json => &self.json,
        };
        cell.get_or_init(|| self.encode(encoding))
    }

    fn encode(&self, encoding: Encoding) -> Encoded {
        let frames = self.items.iter().map(|item| match item {
            Item::Frame(_, frame) => frame.bytes(encoding).clone(),
            Item::DropInk { .. } => Bytes::new(),
        });
        let frames: Vec<_> = frames.collect();
        if let [only] = frames.as_slice() {
            let (bytes, ends) = (only.clone(), vec![only.len()]);
            return Encoded { bytes, ends };
        }
        let mut bytes = BytesMut::with_capacity(frames.iter().map(Bytes::len).sum());
        let mut ends = Vec::with_capacity(frames.len());
        for frame in frames {
            bytes.extend_from_slice(&frame);
            ends.push(bytes.len());
        }
        let bytes = bytes.freeze();
        Encoded { bytes, ends }
    }
}

impl Item {
    fn number(&self) -> Option<u64> {
        match self {
            Self::Frame(Lane::Doc(number), _) => Some(*number),
            Self::Frame(..) | Self::DropInk { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use lanvas_protocol::{
        ServerMessage,
        message::{Position, Presence},
    };
    use tokio::{
        io::AsyncReadExt,
        net::{TcpListener, TcpStream},
    };

    use super::*;
    use crate::connection::PATIENCE;

    const ANN: ConnectionId = ConnectionId(1);
    const BO: ConnectionId = ConnectionId(2);

    /// Two who are in, and the second one's end.
    async fn two() -> (Fanout, TcpStream, TcpStream) {
        let mut fanout = Fanout::new(Metrics::default());
        let mut peers = Vec::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        for connection in [ANN, BO] {
            let peer = TcpStream::connect(listener.local_addr().unwrap());
            let (peer, accepted) = tokio::join!(peer, listener.accept());
            let stream = accepted.unwrap().0;
            stream.writable().await.unwrap();
            let stream = crate::stream::Stream::Plain(stream);
            let line = Line::new(stream, Encoding::Json, &PATIENCE);
            fanout.add(connection, Arc::new(line));
            fanout.take(Effect::CatchUp { connection });
            peers.push(peer.unwrap());
        }
        fanout.flush();
        let bo = peers.pop().unwrap();
        (fanout, peers.pop().unwrap(), bo)
    }

    fn points_at(x: f64) -> Effect {
        let participant = ParticipantId(7);
        let presence = Presence {
            cursor: Some(Position { x, y: 0.0 }),
            ..Presence::default()
        };
        let shown = ServerMessage::PresenceShown {
            participant,
            presence,
        };
        Effect::Broadcast {
            but: Some(ANN),
            lane: Lane::Live(LiveKey::Presence(participant)),
            frame: Arc::new(Frame::new(shown)),
        }
    }

    fn goes() -> Effect {
        let participant = ParticipantId(7);
        let left = ServerMessage::Left { participant };
        Effect::Broadcast {
            but: None,
            lane: Lane::Control,
            frame: Arc::new(Frame::new(left)),
        }
    }

    /// The next message, none longer than 125 bytes.
    async fn next(peer: &mut TcpStream) -> String {
        peer.read_u8().await.unwrap();
        let mut text = vec![0; usize::from(peer.read_u8().await.unwrap())];
        peer.read_exact(&mut text).await.unwrap();
        String::from_utf8(text).unwrap()
    }

    #[tokio::test]
    async fn of_what_somebody_shows_the_newest_is_told_with_what_comes_next_and_before_it() {
        let (mut fanout, mut ann, mut bo) = two().await;
        for x in 0..100 {
            fanout.take(points_at(f64::from(x)));
        }
        fanout.flush();
        let nothing = bo.try_read(&mut [0; 1]).unwrap_err();
        assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock, "it waits");
        fanout.take(goes());
        fanout.flush();
        assert!(next(&mut bo).await.contains(r#""x":99.0"#));
        assert!(next(&mut bo).await.contains("left"));
        assert!(next(&mut ann).await.contains("left"), "not their own");
        assert_eq!(fanout.shown_due(), None);
    }

    #[tokio::test]
    async fn what_somebody_shows_is_told_soon_though_nothing_else_happens() {
        let (mut fanout, _ann, mut bo) = two().await;
        assert_eq!(fanout.shown_due(), None);
        let before = Instant::now();
        fanout.take(points_at(1.0));
        let due = fanout.shown_due().expect("it waits");
        fanout.take(points_at(2.0));
        assert_eq!(fanout.shown_due(), Some(due), "no longer for that");
        assert!(due <= Instant::now() + PRESENCE_WAIT && due >= before + PRESENCE_WAIT);
        fanout.tell_shown();
        fanout.flush();
        assert!(next(&mut bo).await.contains(r#""x":2.0"#));
    }
}
