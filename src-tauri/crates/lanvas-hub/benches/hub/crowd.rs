//! Loads that are more about who is there than about how fast: many who do nothing, one who reads
//! slowly, one who changes a large board.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use crate::{
    client::{Reader, Target, Writer},
    load::{Load, Outcome, add, board, say, shape},
    servers::Kind,
    wire::{self, Seen},
};

/// Bytes of one sip, and sips a second: 10 KB a second together.
const SIP_BYTES: u64 = 1_000;
const SIPS_PER_S: u32 = 10;
/// For whoever is asked at the end, or has to catch up.
const PATIENCE: Duration = Duration::from_secs(10);

// --- nobody does anything -----------------------------------------------------------------------

pub(crate) async fn idle(load: &Load) -> Outcome {
    let began = Instant::now();
    let (ask, asked) = watch::channel(());
    let answers = Arc::new(AtomicU64::new(0));
    for person in 0..load.people {
        let (reader, writer) = load.target_of(person).connect(&format!("i{person}")).await;
        tokio::spawn(stay(reader, writer, asked.clone(), Arc::clone(&answers)));
    }
    let connected = began.elapsed().as_secs_f64() * 1e3;
    sleep(Duration::from_secs_f64(load.seconds)).await;
    say(false);
    sleep(Duration::from_millis(300)).await;
    if load.kind == Kind::Hub {
        ask.send(()).unwrap();
        let asked = Instant::now();
        while answers.load(Ordering::Relaxed) < load.people as u64 && asked.elapsed() < PATIENCE {
            sleep(Duration::from_millis(10)).await;
        }
    } else {
        answers.store(load.people as u64, Ordering::Relaxed); // they have no question
    }
    Outcome {
        all_ms: connected,
        received: answers.load(Ordering::Relaxed),
        expected: load.people as u64,
        ..Outcome::default()
    }
}

/// Answers the server's pings, and asks once when told to.
async fn stay(
    mut reader: Reader,
    mut writer: Writer,
    mut ask: watch::Receiver<()>,
    answers: Arc<AtomicU64>,
) {
    let mut count = |seen| {
        answers.fetch_add(u64::from(seen == Seen::Answer), Ordering::Relaxed);
    };
    loop {
        tokio::select! {
            Ok(()) = ask.changed() => writer.send(&wire::question()).await,
            () = reader.next_alive(&mut writer, &mut count) => {}
        }
    }
}

// --- one reads slowly ---------------------------------------------------------------------------

pub(crate) async fn slow_reader(load: &Load) -> Outcome {
    let target = Target {
        narrow: true,
        ..load.target()
    };
    let (mut reader, writer) = target.join("slow").await;
    reader.sip = Some(SIP_BYTES);
    let (hurry, over) = watch::channel(());
    let slow = tokio::spawn(sip(reader, over));
    let mut outcome = board(load, 0).await;
    let (mut newcomer, _writer) = load.target().connect("newcomer").await;
    let mut head = None;
    while head.is_none() {
        newcomer.next_numbers(|number| head = number.or(head)).await;
    }
    let _ = hurry.send(());
    drop(hurry);
    let had = timeout(PATIENCE, slow).await.unwrap().unwrap();
    drop(writer);
    let wanted = 1..=head.unwrap_or(0);
    outcome.missing = wanted.filter(|number| !had.contains(number)).count() as u64;
    outcome
}

/// Reads 10 KB a second until told that it is over, then as fast as it can until nothing comes.
async fn sip(mut reader: Reader, mut over: watch::Receiver<()>) -> BTreeSet<u64> {
    let mut numbers = BTreeSet::new();
    let mut slow = true;
    loop {
        let read = reader.next_numbers(|number| numbers.extend(number));
        if timeout(Duration::from_secs(1), read).await.is_err() && !slow {
            return numbers;
        }
        if slow && over.has_changed().unwrap_or(true) {
            over.mark_unchanged();
            slow = false;
            reader.sip = None;
        }
        if slow {
            sleep(Duration::from_secs(1) / SIPS_PER_S).await;
        }
    }
}

// --- one changes a large board ------------------------------------------------------------------

/// Adds and moves shapes one after the other, each when the one before has its number.
pub(crate) async fn apply(load: &Load) -> Outcome {
    let (mut reader, mut writer) = load.target().join("hand").await;
    let first = add(vec![shape("bench", 1)]);
    writer.send(&wire::submit(1, first)).await;
    confirmed(&mut reader).await;
    say(true);
    let began = Instant::now();
    let mut seq: u32 = 1;
    while began.elapsed().as_secs_f64() < load.seconds {
        seq += 1;
        if seq.is_multiple_of(2) {
            let shapes = vec![shape(&format!("a{seq}"), u64::from(seq))];
            writer.send(&wire::submit(seq, add(shapes))).await;
        } else {
            writer.send_small(seq).await;
        }
        confirmed(&mut reader).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    say(false);
    Outcome {
        seconds,
        deliveries: u64::from(seq),
        received: u64::from(seq),
        expected: u64::from(seq),
        ..Outcome::default()
    }
}

async fn confirmed(reader: &mut Reader) {
    let mut done = false;
    while !done {
        reader.next(|seen| done |= seen == Seen::Confirmed).await;
    }
}
