//! A session whose file was put back from an older copy (R14, R18, R21): who comes back notices by
//! the epoch, gets what there is now instead of a gap, and brings again what is not in it.

use std::path::Path;

use lanvas_hub::storage;
use lanvas_protocol::{Encoding, Operation, ServerMessage, ShapeId};

use crate::common::{Client, TestHub, add, message, stroke};

fn shape(id: &str) -> ShapeId {
    ShapeId::new(id).unwrap()
}

/// The shapes that a newcomer gets, by the snapshot and by what came after it.
fn shapes(heard: &[ServerMessage]) -> Vec<ShapeId> {
    let mut ids = Vec::new();
    for message in heard {
        match message {
            ServerMessage::Snapshot(part) => ids.extend(part.shapes.iter().map(|it| it.id.clone())),
            ServerMessage::Applied(applied) => {
                if let Operation::AddShapes { shapes } = &applied.operation {
                    ids.extend(shapes.iter().map(|it| it.id.clone()));
                }
            }
            _ => {}
        }
    }
    ids
}

async fn until_stored(client: &mut Client, wanted: u64) {
    let there =
        |it: &ServerMessage| matches!(it, ServerMessage::Stored { number } if *number >= wanted);
    client.until(there).await;
}

/// Puts the copy where the session was.
fn put_back(copy: &Path, folder: &Path, session: &str) {
    std::fs::copy(copy, folder.join(format!("sessions/{session}.lanvas"))).unwrap();
}

#[tokio::test]
async fn r14_after_an_older_copy_was_put_back_both_sides_notice_and_nothing_is_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.lanvas");
    let hub = TestHub::start(folder.path()).await;
    let (mut ann, mut bo) = (hub.join("Ann").await, hub.join("Bo").await);
    for name in ["early1", "early2"] {
        ann.ask(add(stroke(name, 50))).await.unwrap();
    }
    until_stored(&mut ann, 2).await;
    let session = storage::backup(folder.path(), None, &copy).unwrap();
    assert_eq!(session, hub.session);
    // After the copy: one is stored, and one is confirmed by the time the hub is gone.
    ann.ask(add(stroke("late1", 50))).await.unwrap();
    until_stored(&mut ann, 3).await;
    let seq = ann.submit(add(stroke("late2", 50))).await;
    assert_eq!(ann.fate(seq).await, Ok(4));
    bo.until_number(4).await;
    hub.hub.shutdown().await.unwrap();
    put_back(&copy, folder.path(), session.as_str());

    let hub = TestHub::start(folder.path()).await;
    let (old_epoch, hello) = (ann.welcome().epoch.clone(), ann.hello_again(4));
    let mut ann = hub.connect(Encoding::Binary).await;
    let heard = ann.hello(hello).await;
    let welcome = ann.welcome().clone();
    assert_ne!(
        welcome.epoch, old_epoch,
        "it is another life of the session"
    );
    assert!(!welcome.resumed, "number 4 of the old epoch was never here");
    assert_eq!((welcome.number, welcome.stored), (2, 2));
    assert_eq!(shapes(&heard), [shape("early1"), shape("early2")]);
    // The hub says how far it knows this replica, so the client knows what to bring again (R18).
    assert_eq!(welcome.seq, 2, "of four submissions two are there");
    for (seq, name) in [(3, "late1"), (4, "late2")] {
        let again = ann.submit(add(stroke(name, 50))).await;
        assert_eq!(again, seq);
        assert_eq!(ann.fate(again).await, Ok(u64::from(seq)));
    }

    // Somebody who was only looking gets what is there, once.
    let mut bo_again = hub.connect(Encoding::Binary).await;
    let heard = bo_again.hello(bo.hello_again(4)).await;
    assert!(!bo_again.welcome().resumed, "their 4 is not this 4");
    assert_eq!(shapes(&heard).len(), 4);
    bo_again.ask(message("all there")).await.unwrap();
    hub.hub.shutdown().await.unwrap();
    let file = folder.path().join(format!("sessions/{session}.lanvas"));
    let found = storage::verify(&file).unwrap();
    assert_eq!((found.head, found.shapes, found.messages), (5, 4, 1));
}
