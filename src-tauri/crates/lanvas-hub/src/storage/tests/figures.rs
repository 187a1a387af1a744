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
            .messages(&id("one"), None, 50)
            .await
            .unwrap();
    }
    println!("messages: {:?} each", begun.elapsed() / 100);
    let begun = Instant::now();
    fixture.storage.list().await.unwrap();
    println!("list of one: {:?}", begun.elapsed());
}
