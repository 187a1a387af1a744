//! The loads. Each is bounded in time, counts what arrived and what should have, and prints JSON.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use clap::{Args, ValueEnum};
use lanvas_protocol::{Color, Operation, Shape, ShapeBody, ShapeId, limits::OPERATION_SHAPES_MAX};
use serde::{Deserialize, Serialize};
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    client::{Reader, Target, Writer},
    crowd,
    servers::Kind,
    talk,
    wire::{self, Seen},
};

/// Messages that may be under way in the closed loop.
const WINDOW: u64 = 64;
/// Updates after which a stroke is committed and the next begins: two seconds of drawing.
const STROKE_UPDATES: u32 = 120;
const WARM_UP: Duration = Duration::from_millis(700);

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub(crate) enum What {
    /// One sender, as fast as the receivers take it.
    FanOut,
    /// Some draw at 60 updates a second, everybody receives.
    Board,
    /// Newcomers one after the other.
    Join,
    /// Newcomers all at once, while some draw.
    JoinAtOnce,
    /// Puts strokes on the board.
    Fill,
    /// As board, with one more who reads at 10 KB a second.
    SlowReader,
    /// One changes a shape after the other.
    Apply,
    /// Connections that do nothing, and answer when they are asked at the end.
    Idle,
    /// Somebody writes messages.
    Talk,
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Load {
    pub(crate) what: What,
    #[arg(long)]
    pub(crate) kind: Kind,
    #[arg(long)]
    pub(crate) port: u16,
    /// One after another is dealt to the people.
    #[arg(long, value_delimiter = ',')]
    pub(crate) sessions: Vec<String>,
    /// Connections.
    #[arg(long)]
    pub(crate) people: usize,
    /// Of which draw.
    #[arg(long, default_value_t = 1)]
    pub(crate) drawing: usize,
    /// Updates a second of somebody who draws.
    #[arg(long, default_value_t = 60)]
    pub(crate) rate: u32,
    /// Strokes to put on the board.
    #[arg(long, default_value_t = 0)]
    pub(crate) strokes: usize,
    /// Messages to post.
    #[arg(long, default_value_t = 0)]
    pub(crate) messages: u32,
    #[arg(long, default_value_t = 4.0)]
    pub(crate) seconds: f64,
    /// By TLS.
    #[arg(long)]
    pub(crate) sealed: bool,
}

/// What a load measured.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) seconds: f64,
    /// Deliveries while it was measured.
    pub(crate) deliveries: u64,
    /// Deliveries from beginning to end …
    pub(crate) received: u64,
    /// … and how many there should have been.
    pub(crate) expected: u64,
    pub(crate) bytes: u64,
    /// Milliseconds, sorted; what is timed depends on the load.
    pub(crate) latencies_ms: Vec<f64>,
    /// Milliseconds from the first hello until the last one was caught up.
    pub(crate) all_ms: f64,
    /// Whether any receiver was sent a snapshot in place of operations.
    pub(crate) snapshots: u64,
    /// Operations that somebody who should have them all has not, in the end.
    pub(crate) missing: u64,
}

pub(crate) fn run(load: &Load) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let outcome = runtime.block_on(async {
        match load.what {
            What::FanOut => fan_out(load).await,
            What::Board => board(load, 0).await,
            What::Join => join(load).await,
            What::JoinAtOnce => board(load, load.people).await,
            What::Fill => fill(load).await,
            What::SlowReader => crowd::slow_reader(load).await,
            What::Apply => crowd::apply(load).await,
            What::Idle => crowd::idle(load).await,
            What::Talk => talk::talk(load).await,
        }
    });
    println!("{}", serde_json::to_string(&outcome).unwrap());
}

impl Load {
    pub(crate) fn target(&self) -> Target {
        self.target_of(0)
    }

    /// Where this person goes.
    pub(crate) fn target_of(&self, person: usize) -> Target {
        let session = self.sessions.get(person % self.sessions.len().max(1));
        Target {
            kind: self.kind,
            port: self.port,
            session: session.cloned().unwrap_or_default(),
            narrow: false,
            sealed: self.sealed,
        }
    }
}

/// What all receivers of a load count into.
#[derive(Default)]
struct Tally {
    /// Whether what arrives now is measured.
    measuring: AtomicBool,
    over: AtomicBool,
    measured: AtomicU64,
    all: AtomicU64,
    snapshots: AtomicU64,
    bytes: AtomicU64,
    progress: Notify,
}

/// Receives until the load is over and nothing more comes. Gives the latencies it saw.
async fn receive(mut reader: Reader, tally: Arc<Tally>, epoch: Instant) -> Vec<f64> {
    let mut latencies = Vec::new();
    loop {
        let measuring = tally.measuring.load(Ordering::Relaxed);
        let before = reader.bytes;
        let mut count = 0;
        let read = reader.next(|seen| match seen {
            Seen::Delivery(stamp) => {
                count += 1;
                if let (true, Some(stamp)) = (measuring, stamp) {
                    let now = epoch.elapsed().as_micros() as u32;
                    latencies.push(f64::from(now.wrapping_sub(stamp)) / 1e3);
                }
            }
            Seen::Snapshot => {
                tally.snapshots.fetch_add(1, Ordering::Relaxed);
            }
            _ => {}
        });
        let quiet = timeout(Duration::from_millis(300), read).await.is_err();
        tally.all.fetch_add(count, Ordering::Relaxed);
        if measuring {
            tally.measured.fetch_add(count, Ordering::Relaxed);
            tally
                .bytes
                .fetch_add(reader.bytes - before, Ordering::Relaxed);
        }
        tally.progress.notify_one();
        if quiet && tally.over.load(Ordering::Relaxed) {
            return latencies;
        }
    }
}

async fn receivers(
    load: &Load,
    tally: &Arc<Tally>,
    epoch: Instant,
) -> (JoinSet<Vec<f64>>, Vec<Writer>) {
    let (mut tasks, mut writers) = (JoinSet::new(), Vec::new());
    for person in 0..load.people {
        let (reader, writer) = load.target_of(person).join(&format!("p{person}")).await;
        tasks.spawn(receive(reader, Arc::clone(tally), epoch));
        writers.push(writer);
    }
    (tasks, writers)
}

async fn collect(tally: &Tally, tasks: JoinSet<Vec<f64>>) -> Vec<f64> {
    tally.over.store(true, Ordering::Relaxed);
    let mut latencies: Vec<f64> = tasks.join_all().await.into_iter().flatten().collect();
    latencies.sort_by(f64::total_cmp);
    latencies
}

impl Tally {
    fn outcome(&self, seconds: f64, expected: u64, latencies_ms: Vec<f64>) -> Outcome {
        Outcome {
            seconds,
            deliveries: self.measured.load(Ordering::Relaxed),
            received: self.all.load(Ordering::Relaxed),
            expected,
            bytes: self.bytes.load(Ordering::Relaxed),
            latencies_ms,
            snapshots: self.snapshots.load(Ordering::Relaxed),
            ..Outcome::default()
        }
    }
}

/// Marks when measuring began and ended, for the CPU clock outside.
fn mark(tally: &Tally, measuring: bool) {
    tally.measuring.store(measuring, Ordering::SeqCst);
    say(measuring);
}

pub(crate) fn say(measuring: bool) {
    println!("{}", if measuring { "begin" } else { "end" });
}

// --- loads --------------------------------------------------------------------------------------

async fn fan_out(load: &Load) -> Outcome {
    let (tally, epoch) = (Arc::new(Tally::default()), Instant::now());
    let (sender_reader, mut sender) = load.target().join("sender").await;
    let mut swallowing = JoinSet::new();
    swallowing.spawn(swallow(sender_reader));
    if load.kind == Kind::Hub {
        sender
            .send(&wire::submit(1, add(vec![shape("bench", 0)])))
            .await;
    }
    let (tasks, _writers) = receivers(load, &tally, epoch).await;
    let already = tally.all.load(Ordering::Relaxed);
    let (began, length) = (Instant::now(), Duration::from_secs_f64(load.seconds));
    let mut sent: u64 = 0;
    let mut measured_from = None;
    while began.elapsed() < WARM_UP + length {
        if measured_from.is_none() && began.elapsed() > WARM_UP {
            mark(&tally, true);
            measured_from = Some(Instant::now());
        }
        let arrived = (tally.all.load(Ordering::Relaxed) - already) / load.people as u64;
        if sent < arrived + WINDOW {
            sent += 1;
            sender.send_small(sent as u32 + 1).await;
        } else {
            let _ = timeout(Duration::from_millis(50), tally.progress.notified()).await;
        }
    }
    let seconds = measured_from.map_or(0.0, |from| from.elapsed().as_secs_f64());
    mark(&tally, false);
    let _ = collect(&tally, tasks).await;
    // It must not be listening any more when its writer goes, upon which the server hangs up.
    swallowing.shutdown().await;
    let mut outcome = tally.outcome(seconds, sent * load.people as u64, Vec::new());
    outcome.received -= already;
    outcome
}

async fn swallow(mut reader: Reader) {
    loop {
        reader.next(|_| {}).await;
    }
}

pub(crate) async fn board(load: &Load, newcomers: usize) -> Outcome {
    let (tally, epoch) = (Arc::new(Tally::default()), Instant::now());
    let residents = Load {
        people: load
            .people
            .max(load.drawing)
            .min(50.max(load.people - newcomers)),
        ..load.clone()
    };
    let (tasks, writers) = receivers(&residents, &tally, epoch).await;
    let drawn = Arc::new(AtomicU64::new(0));
    let mut drawing = JoinSet::new();
    for (index, writer) in writers.into_iter().enumerate() {
        if index < load.drawing {
            let phase = Duration::from_secs(1) / load.rate * index as u32 / load.drawing as u32;
            let hand = Hand {
                writer,
                index,
                rate: load.rate,
                committing: load.kind == Kind::Hub,
            };
            drawing.spawn(draw(
                hand,
                phase,
                Arc::clone(&tally),
                epoch,
                Arc::clone(&drawn),
            ));
        } else {
            std::mem::forget(writer); // open until the process ends
        }
    }
    sleep(WARM_UP).await;
    mark(&tally, true);
    let from = Instant::now();
    let joins = join_at_once(load, newcomers).await;
    sleep(Duration::from_secs_f64(load.seconds).saturating_sub(from.elapsed())).await;
    let seconds = from.elapsed().as_secs_f64();
    mark(&tally, false);
    tally.over.store(true, Ordering::Relaxed);
    // A writer that is dropped hangs up, so they live until everything has arrived.
    let _open = drawing.join_all().await;
    let latencies = collect(&tally, tasks).await;
    let together = residents.people / load.sessions.len().max(1);
    let expected = drawn.load(Ordering::Relaxed) * (together as u64 - 1);
    Outcome {
        all_ms: joins,
        ..tally.outcome(seconds, expected, latencies)
    }
}

struct Hand {
    writer: Writer,
    index: usize,
    rate: u32,
    committing: bool,
}

/// Draws until the load is over: ink each frame, and each two seconds the stroke is committed.
async fn draw(
    mut hand: Hand,
    phase: Duration,
    tally: Arc<Tally>,
    epoch: Instant,
    drawn: Arc<AtomicU64>,
) -> Writer {
    let run = epoch.elapsed().as_nanos();
    let mut frames = tokio::time::interval_at(
        (Instant::now() + phase).into(),
        Duration::from_secs(1) / hand.rate,
    );
    let (mut seq, mut name) = (0, String::new());
    for update in 0_u32.. {
        frames.tick().await;
        if update % STROKE_UPDATES == 0 {
            if hand.committing && update > 0 {
                seq += 1;
                drawn.fetch_add(1, Ordering::Relaxed);
                let shape = shape(&name, u64::from(update));
                hand.writer.send(&wire::submit(seq, add(vec![shape]))).await;
            }
            name = format!("w{}-{run}-{update}", hand.index);
        }
        if tally.over.load(Ordering::Relaxed) {
            break;
        }
        drawn.fetch_add(1, Ordering::Relaxed);
        hand.writer
            .send_ink(&name, epoch.elapsed().as_micros() as u32)
            .await;
    }
    hand.writer
}

/// Milliseconds until the last of so many newcomers was caught up.
async fn join_at_once(load: &Load, newcomers: usize) -> f64 {
    let began = Instant::now();
    let mut joins = JoinSet::new();
    for newcomer in 0..newcomers {
        let target = load.target();
        joins.spawn(async move {
            let connection = target.join(&format!("n{newcomer}")).await;
            (began.elapsed(), connection)
        });
    }
    let joined = joins.join_all().await;
    joined
        .iter()
        .map(|(at, _)| at.as_secs_f64() * 1e3)
        .fold(0.0, f64::max)
}

async fn join(load: &Load) -> Outcome {
    let mut outcome = Outcome::default();
    for newcomer in 0..load.people {
        let began = Instant::now();
        let (reader, _writer) = load.target().join(&format!("n{newcomer}")).await;
        outcome
            .latencies_ms
            .push(began.elapsed().as_secs_f64() * 1e3);
        outcome.bytes = reader.bytes;
    }
    outcome.latencies_ms.sort_by(f64::total_cmp);
    outcome
}

async fn fill(load: &Load) -> Outcome {
    let (mut reader, mut writer) = load.target().join("fill").await;
    let began = Instant::now();
    let (mut seq, mut left) = (0, load.strokes);
    let mut confirmed = 0;
    while left > 0 {
        let lot = left.min(OPERATION_SHAPES_MAX);
        left -= lot;
        seq += 1;
        let shapes = (0..lot).map(|index| shape(&format!("f{seq}-{index}"), (left + index) as u64));
        writer.send(&wire::submit(seq, add(shapes.collect()))).await;
    }
    while confirmed < seq {
        reader
            .next(|seen| confirmed += u32::from(seen == Seen::Confirmed))
            .await;
    }
    Outcome {
        all_ms: began.elapsed().as_secs_f64() * 1e3,
        ..Outcome::default()
    }
}

pub(crate) fn add(shapes: Vec<Shape>) -> Operation {
    Operation::AddShapes { shapes }
}

/// A stroke of 50 points somewhere on 10,000 x 10,000.
pub(crate) fn shape(id: &str, seed: u64) -> Shape {
    Shape::plain(
        ShapeId::new(id).unwrap(),
        (seed.wrapping_mul(7_919) % 10_000) as f64,
        (seed.wrapping_mul(104_729) % 10_000) as f64,
        seed as f64,
        Color([30, 30, 30]),
        ShapeBody::stroke(4.0, wire::stroke_points(seed + 1, 50)),
    )
}
