//! Somebody who does not read: nobody else feels it, nothing is lost, and memory is bounded.

use std::collections::BTreeSet;

use crate::common::{Client, TestHub, add, message, named, number_of, stroke};
use lanvas_protocol::{Encoding, Operation, ServerMessage, ShapeId};

/// Shapes that a receiver has after these messages, each added once.
fn shapes(seen: &[ServerMessage]) -> BTreeSet<ShapeId> {
    let mut ids = BTreeSet::new();
    for message in seen {
        match message {
            ServerMessage::Snapshot(part) => {
                if part.part == 0 {
                    ids.clear();
                }
                ids.extend(part.shapes.iter().map(|shape| shape.id.clone()));
            }
            ServerMessage::Applied(applied) => {
                if let Operation::AddShapes { shapes } = &applied.operation {
                    for shape in shapes {
                        assert!(ids.insert(shape.id.clone()), "{} twice", shape.id);
                    }
                }
            }
            _ => {}
        }
    }
    ids
}

/// R16, R43: past the outbox' bound a slow reader is not sent every operation, but one catch-up
/// when it reads again.
#[tokio::test]
async fn a_slow_reader_holds_nobody_up_and_ends_with_everything() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let (port, session) = (hub.hub.port(), hub.session.as_str().to_owned());
    let mut slow = Client::connect_narrow(port, &session, Encoding::Binary).await;
    slow.hello(named("Slow")).await;
    let mut witness = hub.join("Witness").await;
    let mut writer = hub.join("Writer").await;
    let mut sent = 0_usize;
    // Who waited for the slow one would wait for ever: it reads only when all of this is done. The
    // system's own buffers take some megabytes first, how many is its secret.
    while hub.metric("lanvas_queue_overflows_total").await < 1.0 {
        assert!(sent < 2_000, "the outbox is bounded");
        for _ in 0..20 {
            writer
                .ask(add(stroke(&format!("s{sent}"), 4_000)))
                .await
                .unwrap();
            sent += 1;
        }
        witness.ask(message("and does this?")).await.unwrap();
    }
    let resyncs = hub.metric("lanvas_resyncs_total").await;
    assert!(resyncs < 1.0, "nothing is sent to who does not read");

    let head = writer.ask(message("the last one")).await.unwrap();
    let mut seen = slow.until_number(head).await;
    let caught_up = seen
        .iter()
        .filter(|it| matches!(it, ServerMessage::CaughtUp { .. }));
    let numbers: Vec<_> = seen.iter().filter_map(number_of).collect();
    if caught_up.count() == 0 {
        seen.extend(
            slow.until(|it| matches!(it, ServerMessage::CaughtUp { .. }))
                .await,
        );
    }
    assert!(
        numbers.windows(2).all(|two| two[1] - two[0] <= 1),
        "R16: no gaps"
    );
    assert_eq!(shapes(&seen).len(), sent);
    assert!(
        (hub.metric("lanvas_resyncs_total").await - 1.0).abs() < 0.5,
        "one catch-up"
    );
    assert!(slow.is_well().await);
}

const STROKES_AT_ONCE: usize = 10;

fn strokes(from: usize) -> Operation {
    let shapes = from..from + STROKES_AT_ONCE;
    Operation::AddShapes {
        shapes: shapes
            .map(|index| stroke(&format!("s{index}"), 4_000))
            .collect(),
    }
}

/// R16: who missed more than the hub keeps at hand is told to come back, and then has everything.
#[tokio::test]
async fn who_missed_too_much_comes_back_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let (port, session) = (hub.hub.port(), hub.session.as_str().to_owned());
    let mut slow = Client::connect_narrow(port, &session, Encoding::Binary).await;
    slow.hello(named("Slow")).await;
    let mut writer = hub.join("Writer").await;
    // Many strokes in each operation: it has to be full before it is given up as one that is gone.
    let mut sent = 0;
    while hub.metric("lanvas_queue_overflows_total").await < 1.0 {
        writer.ask(strokes(sent)).await.unwrap();
        sent += STROKES_AT_ONCE;
    }
    // As much again, and the beginning of what it missed is no longer at hand.
    for _ in 0..700 / STROKES_AT_ONCE {
        writer.ask(strokes(sent)).await.unwrap();
        sent += STROKES_AT_ONCE;
    }
    let (seen, code) = slow.until_closed().await;
    assert_eq!(code, 4410);
    let number = seen.iter().rev().find_map(number_of).unwrap_or(0);
    let mut back = hub.connect(Encoding::Binary).await;
    let seen = back.hello(slow.hello_again(number)).await;
    assert!(!back.welcome().resumed);
    assert_eq!(shapes(&seen).len(), sent);
}
