//! The life of the notes over HTTP.

use lanvas_protocol::{Operation, TextChange, TextChanges};

use crate::common::TestHub;

fn insert(base: u64, at: u32, text: &str, after: u32) -> Operation {
    let changes = vec![
        TextChange::Retain(at),
        TextChange::Replace {
            deleted: 0,
            inserted: text.to_owned(),
        },
        TextChange::Retain(after),
    ];
    let changes = TextChanges(changes);
    Operation::EditNotes { base, changes }
}

/// R60: who wrote what and when, also after a restart, and only for who may read.
#[tokio::test]
async fn r60_the_notes_edits_can_be_read_from_the_beginning() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let (mut ann, mut bo) = (hub.join("Ann").await, hub.join("Bo").await);
    ann.ask(insert(0, 0, "one", 0)).await.unwrap();
    bo.ask(insert(1, 3, " two", 0)).await.unwrap();
    hub.hub.shutdown().await.unwrap();

    let hub = TestHub::start(folder.path()).await;
    let page = hub
        .get("/api/sessions/{id}/notes/history", &[])
        .await
        .json();
    let edits = page["edits"].as_array().unwrap();
    assert_eq!(edits.len(), 2);
    assert_eq!(edits[0]["by"]["name"], "Ann");
    assert_eq!(edits[1]["by"]["name"], "Bo");
    assert_eq!(edits[1]["changes"], serde_json::json!([3, [0, " two"]]));
    assert_eq!(page["next"], serde_json::Value::Null);
    let rest = hub
        .get("/api/sessions/{id}/notes/history?after=1", &[])
        .await
        .json();
    assert_eq!(rest["edits"].as_array().unwrap().len(), 1);

    let folder = tempfile::tempdir().unwrap();
    let closed = TestHub::start_with(folder.path(), |config| {
        config.password = Some("open sesame".to_owned());
    })
    .await;
    let answer = closed.get("/api/sessions/{id}/notes/history", &[]).await;
    assert_eq!(answer.status(), 401);
}
