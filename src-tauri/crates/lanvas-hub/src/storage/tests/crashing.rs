//! Kill -9 at any moment loses nothing that was called stored.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use rusqlite::Connection;

use super::*;

/// Names the data folder to the process that is going to be killed.
const FOLDER_VARIABLE: &str = "LANVAS_TEST_CRASH_FOLDER";
const ROUNDS: u32 = 12;

/// Not a test of its own: what the killed process runs. It appends without end and prints every
/// number that it is told is stored.
#[tokio::test]
async fn victim() {
    let Some(folder) = std::env::var_os(FOLDER_VARIABLE) else {
        return;
    };
    let storage = Storage::start(Path::new(&folder)).unwrap();
    let (session, mut state) = storage.open(&id("one")).await.unwrap();
    let mut number = session.head();
    let mut burst = 1;
    loop {
        burst = burst % 40 + 3;
        for _ in 0..burst {
            number += 1;
            let operation = if number.is_multiple_of(3) {
                post("said")
            } else {
                stroke(&format!("s{number}"), 300)
            };
            let record = Record::Operation(numbered(number, operation));
            storage.append(&id("one"), record).unwrap();
        }
        wait_for(&mut state, |state| state.stored == number).await;
        // One write per line, so that no line is torn.
        std::io::stdout()
            .write_all(format!("stored {number}\n").as_bytes())
            .unwrap();
    }
}

fn start_victim(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "storage::tests::crashing::victim", "--nocapture"])
        .env(FOLDER_VARIABLE, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The last number the victim printed before it was killed, `after` its first.
fn kill(mut victim: Child, after: Duration) -> u64 {
    let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    let number = |line: &str| line.strip_prefix("stored ")?.parse::<u64>().ok();
    let first = lines
        .by_ref()
        .map(Result::unwrap)
        .find_map(|line| number(&line));
    let first = first.expect("the victim starts");
    let killer = std::thread::spawn(move || {
        // The moment is the point of the test, not something to wait for.
        std::thread::sleep(after);
        victim.kill().unwrap();
        victim.wait().unwrap();
    });
    let last = lines
        .map_while(Result::ok)
        .filter_map(|line| number(&line))
        .last();
    killer.join().unwrap();
    last.unwrap_or(first)
}

fn random_moment(round: u32) -> Duration {
    Duration::from_micros(RandomState::new().hash_one(round) % 60_000)
}

#[tokio::test]
async fn kill_9_at_a_random_moment_loses_nothing_stored() {
    let Fixture {
        folder, storage, ..
    } = Fixture::new().await;
    storage.shutdown().await.unwrap();
    let file = folder.path().join("sessions/one.lanvas");
    for round in 0..ROUNDS {
        let after = random_moment(round);
        let printed = kill(start_victim(folder.path()), after);
        let label = format!("round {round}, killed after {after:?}, {printed} printed");

        let storage = Storage::start(folder.path()).expect("the lock went with the process");
        let (session, _) = storage.open(&id("one")).await.expect(&label);
        // `open` has checked that there is no gap.
        assert!(session.head() >= printed, "{label}");
        let done: Vec<_> = session.lasting.iter().chain(&session.log).collect();
        for applied in &done {
            let kept = match &applied.operation {
                Operation::PostMessage(_) => applied.operation == post("said"),
                other => *other == stroke(&format!("s{}", applied.number), 300),
            };
            assert!(kept, "{label}: operation {} is another", applied.number);
        }
        let drawn = session.state.shapes.len() + done.len();
        assert_eq!(drawn as u64, session.head(), "{label}");
        storage.shutdown().await.unwrap();
        let sound: String = Connection::open(&file)
            .unwrap()
            .query_row("PRAGMA integrity_check", (), |row| row.get(0))
            .unwrap();
        assert_eq!(sound, "ok", "{label}");
    }
}
