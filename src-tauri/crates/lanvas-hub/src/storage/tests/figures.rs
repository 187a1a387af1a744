//! Not a test: what it costs. `cargo test --release -p lanvas-hub -- --ignored --nocapture figures`

use std::time::Instant;

use rusqlite::Connection;

use super::*;

const STROKES: u64 = 10_000;

#[tokio::test]
#[ignore = "measures, asserts nothing"]
async fn figures() {
    let mut fixture = Fixture::new().await;
    let mut lone: Vec<_> = Vec::new();
    for number in 1..=200 {
        let begun = Instant::now();
        fixture.append_operation(number, stroke(&format!("s{number}"), 50));
        fixture.wait_until_stored(number).await;
        lone.push(begun.elapsed());
    }
    lone.sort();
    println!("lone commit: median {:?}, p99 {:?}", lone[100], lone[197]);

    let before = fixture.storage.figures();
    let begun = Instant::now();
    for number in 201..=STROKES {
        fixture.append_operation(number, stroke(&format!("s{number}"), 50));
    }
    println!("appended after {:?}", begun.elapsed());
    fixture.wait_until_stored(STROKES).await;
    let took = begun.elapsed();
    let after = fixture.storage.figures();
    println!(
        "burst: {} operations in {took:?}, {:.0}/s, {} commits",
        after.records - before.records,
        (after.records - before.records) as f64 / took.as_secs_f64(),
        after.commits - before.commits,
    );

    fixture.storage.close(&id("one")).await.unwrap();
    println!(
        "file: {} bytes",
        std::fs::metadata(fixture.path()).unwrap().len()
    );
    for _ in 0..3 {
        let begun = Instant::now();
        let (session, _) = fixture.storage.open(&id("one")).await.unwrap();
        println!(
            "open: {:?} for {} operations",
            begun.elapsed(),
            session.log.len()
        );
        fixture.storage.close(&id("one")).await.unwrap();
    }
    for check in ["quick_check", "integrity_check"] {
        let connection = Connection::open(fixture.path()).unwrap();
        let begun = Instant::now();
        let said: String = connection
            .pragma_query_value(None, check, |row| row.get(0))
            .unwrap();
        println!("{check}: {said} in {:?}", begun.elapsed());
    }
    let begun = Instant::now();
    for _ in 0..100 {
        fixture
            .storage
            .messages(&id("one"), Page::Latest)
            .await
            .unwrap();
    }
    println!("messages: {:?} each", begun.elapsed() / 100);
    let begun = Instant::now();
    fixture.storage.list().await.unwrap();
    println!("list of one: {:?}", begun.elapsed());
}

const LARGE_BOARD: u64 = 200_000;
const FOLDER_VARIABLE: &str = "LANVAS_FIGURES_FOLDER";

/// The pen of a person: about the same bytes a point as `points.rs` names.
fn drawn(number: u64) -> Operation {
    let mut dice = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut roll = move || {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        f64::from(u16::try_from(dice % 1_000).unwrap()) / 1_000.0 - 0.5
    };
    let (mut x, mut y) = (0.0, 0.0);
    let points: Vec<_> = (0..50_u32)
        .map(|at| {
            x += roll() * 12.0;
            y += roll() * 12.0;
            Point {
                x,
                y,
                pressure: Some(0.5),
                time_ms: Some(at * 8),
            }
        })
        .collect();
    let Operation::AddShapes { mut shapes } = stroke(&format!("r1-{number}"), 1) else {
        unreachable!("a stroke is added")
    };
    if let ShapeBody::Stroke { points: packed, .. } = &mut shapes[0].body {
        *packed = Points::pack(&points, 4).unwrap();
    }
    Operation::AddShapes { shapes }
}

#[tokio::test]
#[ignore = "measures, asserts nothing"]
async fn figures_of_a_large_board() {
    let mut fixture = Fixture::new().await;
    let mut shapes = Vec::new();
    let mut packed = 0;
    for number in 1..=LARGE_BOARD {
        let operation = drawn(number);
        if let Operation::AddShapes { shapes: added } = &operation {
            let ShapeBody::Stroke { points, .. } = &added[0].body else {
                unreachable!("a stroke")
            };
            packed += points.as_packed().len();
            shapes.push(Arc::new(added[0].clone()));
        }
        fixture.append_operation(number, operation);
        if number % 10_000 == 0 {
            fixture.wait_until_stored(number).await;
        }
    }
    fixture.storage.close(&id("one")).await.unwrap();
    println!("a shape takes {} bytes besides", size_of::<Shape>());
    println!("packed {packed} bytes; from the log alone:");
    open_elsewhere(&fixture, packed);

    let (_, state) = fixture.storage.open(&id("one")).await.unwrap();
    fixture.state = state;
    shapes.sort_by(|a, b| a.id.cmp(&b.id));
    let state = SessionState {
        number: LARGE_BOARD,
        shapes,
        ..SessionState::default()
    };
    let begun = Instant::now();
    fixture.storage.keep_snapshot(&id("one"), state);
    let path = fixture.path();
    let count = || -> u32 {
        let connection = Connection::open(&path).unwrap();
        let sql = "SELECT count(*) FROM snapshots";
        connection.query_row(sql, (), |row| row.get(0)).unwrap()
    };
    while count() == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    println!("snapshot written in {:?}", begun.elapsed());
    fixture.storage.close(&id("one")).await.unwrap();
    println!(
        "file: {} bytes; with a snapshot:",
        std::fs::metadata(fixture.path()).unwrap().len()
    );
    open_elsewhere(&fixture, packed);
}

fn open_elsewhere(fixture: &Fixture, packed: usize) {
    for _ in 0..3 {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "storage::tests::figures::opened",
                "--ignored",
                "--nocapture",
            ])
            .env(FOLDER_VARIABLE, fixture.folder.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        let line = said
            .lines()
            .find(|line| line.starts_with("opened"))
            .unwrap();
        let bytes: f64 = line.split(' ').nth(4).unwrap().parse().unwrap();
        println!("{line}, {:.2} times the packed size", bytes / packed as f64);
    }
}

/// What `figures_of_a_large_board` runs in a process of its own.
#[tokio::test]
#[ignore = "run by another"]
async fn opened() {
    let Some(folder) = std::env::var_os(FOLDER_VARIABLE) else {
        return;
    };
    // The folder itself is locked by who asks.
    let path = PathBuf::from(folder).join("sessions/one.lanvas");
    let begun = Instant::now();
    let settings = StorageSettings::default();
    let (session, opened) = super::super::load(&path, &id("one"), settings).unwrap();
    let loaded = begun.elapsed();
    let access = crate::session::Access::default();
    let session = crate::session::Session::restore(session, epoch("e9"), access).unwrap();
    let took = begun.elapsed();
    let status = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: u64 = status.split(' ').nth(1).unwrap().parse().unwrap();
    println!(
        "opened in {took:?} resident {} bytes, read in {loaded:?}, {} shapes",
        pages * 4_096,
        session.board().len()
    );
    drop(opened);
}
