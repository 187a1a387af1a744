//! R43: what waits for a client that does not read, lane by lane, at each bound and one past it.

use std::sync::Arc;

use lanvas_hub::{
    frame::Frame,
    outbox::{
        CONTROL_FRAMES_MAX, DOC_BYTES_MAX, DOC_FRAMES_MAX, LIVE_FRAMES_MAX, Lane, LiveKey, Outbox,
        Pushed,
    },
};
use lanvas_protocol::{
    ErrorCode, Operation, ParticipantId, ReplicaId, ServerMessage, ShapeId, operation::Applied,
};

use crate::common::stroke;

fn frame() -> Arc<Frame> {
    Arc::new(Frame::new(ServerMessage::Pong { nonce: 7 }))
}

fn outbox() -> Outbox {
    Outbox::default()
}

/// The frames of all batches, and what it is closed with.
fn drained(outbox: &Outbox) -> (usize, Option<ErrorCode>) {
    let (mut frames, mut close) = (0, None);
    while let Some(batch) = outbox.try_next() {
        frames += batch.frames.len();
        close = close.or(batch.close);
    }
    (frames, close)
}

#[test]
fn control_messages_wait_up_to_a_bound_and_past_it_one_comes_back() {
    let slow = outbox();
    for _ in 0..CONTROL_FRAMES_MAX {
        assert_eq!(slow.push(Lane::Control, frame()), Pushed::Queued);
    }
    assert_eq!(slow.push(Lane::Control, frame()), Pushed::Overflowed);
    assert_eq!(drained(&slow), (0, Some(ErrorCode::TooSlow)));
    let within = outbox();
    for _ in 0..CONTROL_FRAMES_MAX {
        within.push(Lane::Control, frame());
    }
    assert_eq!(
        drained(&within),
        (CONTROL_FRAMES_MAX, None),
        "nothing is lost"
    );
}

#[test]
fn operations_wait_up_to_a_bound_and_past_it_one_catch_up_takes_their_place() {
    let slow = outbox();
    for number in 1..=DOC_FRAMES_MAX as u64 {
        assert_eq!(slow.push(Lane::Doc(number), frame()), Pushed::Queued);
    }
    let next = DOC_FRAMES_MAX as u64 + 1;
    assert_eq!(slow.push(Lane::Doc(next), frame()), Pushed::FellBehind);
    assert_eq!(slow.push(Lane::Doc(next + 1), frame()), Pushed::Skipped);
    let batch = slow.try_next().expect("it says that it has caught up");
    assert!(batch.frames.is_empty() && batch.close.is_none());
    assert_eq!(batch.drained, Some(None), "from its beginning");
}

#[test]
fn operations_wait_up_to_so_many_bytes() {
    let large = |number| {
        let shape = stroke("drawn", 10_000);
        let applied = Applied {
            number,
            author: ParticipantId(1),
            time_ms: 0,
            replica: ReplicaId::new("one").unwrap(),
            seq: 1,
            operation: Operation::AddShapes {
                shapes: vec![shape; 20],
            },
        };
        Arc::new(Frame::new(ServerMessage::Applied(Arc::new(applied))))
    };
    let slow = outbox();
    let mut waiting = 0;
    for number in 1..=DOC_FRAMES_MAX as u64 {
        let frame = large(number);
        let fits = waiting + frame.weight() <= DOC_BYTES_MAX;
        waiting += frame.weight();
        let expected = if fits {
            Pushed::Queued
        } else {
            Pushed::FellBehind
        };
        assert_eq!(
            slow.push(Lane::Doc(number), frame),
            expected,
            "{waiting} bytes"
        );
        if !fits {
            assert!(number > 2, "some fit");
            return;
        }
    }
    panic!("any number of bytes fits");
}

#[test]
fn live_messages_wait_up_to_a_bound_and_past_it_the_oldest_goes() {
    let slow = outbox();
    let ink = |of: usize| {
        let stroke = ShapeId::new(format!("s{of}")).unwrap();
        Lane::Live(LiveKey::Ink(ParticipantId(1), stroke))
    };
    for of in 0..LIVE_FRAMES_MAX {
        assert_eq!(slow.push(ink(of), frame()), Pushed::Queued);
    }
    assert_eq!(slow.push(ink(LIVE_FRAMES_MAX), frame()), Pushed::Replaced);
    slow.push(Lane::Control, frame());
    let all = LIVE_FRAMES_MAX + 1;
    assert_eq!(
        drained(&slow),
        (all, None),
        "the other lanes wait for nothing"
    );
}

/// Nothing else would take the stroke off their screen.
#[test]
fn the_end_of_a_wet_stroke_outlasts_a_full_lane() {
    let slow = outbox();
    let key = |key: fn(ParticipantId, ShapeId) -> LiveKey, of: usize| {
        let stroke = ShapeId::new(format!("s{of}")).unwrap();
        Lane::Live(key(ParticipantId(1), stroke))
    };
    let end = frame();
    slow.push(key(LiveKey::InkEnd, 0), Arc::clone(&end));
    for of in 1..=LIVE_FRAMES_MAX {
        slow.push(key(LiveKey::Ink, of), frame());
    }
    let mut told = Vec::new();
    while let Some(batch) = slow.try_next() {
        told.extend(batch.frames);
    }
    assert_eq!(told.len(), LIVE_FRAMES_MAX, "one had to go");
    assert!(Arc::ptr_eq(&told[0], &end), "and it was not the end");
}
