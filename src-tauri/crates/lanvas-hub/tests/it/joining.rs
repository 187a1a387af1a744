//! Coming in: fresh, late, back again, and with the wrong words.

use lanvas_protocol::{Encoding, Operation, ServerMessage, message::Hello};

use crate::common::TestHub;

#[tokio::test]
async fn what_one_says_the_other_hears_and_a_latecomer_finds() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    let mut bo = hub.join("Bo").await;
    ann.submit(Operation::PostMessage {
        text: "Hello".to_owned(),
        by: None,
    })
    .await;
    let seen = bo
        .until(|message| matches!(message, ServerMessage::Applied(_)))
        .await;
    let ServerMessage::Applied(applied) = seen.last().unwrap() else {
        unreachable!()
    };
    assert_eq!(applied.number, 1);
    ann.until(|message| {
        matches!(
            message,
            ServerMessage::Confirmed {
                number: 1,
                seq: 1,
                ..
            }
        )
    })
    .await;
    ann.until(|message| matches!(message, ServerMessage::Stored { number: 1 }))
        .await;

    let mut cy = hub.connect(Encoding::Json).await;
    let seen = cy
        .hello(Hello {
            name: "Cy".to_owned(),
            ..Hello::default()
        })
        .await;
    let said = seen.iter().any(|message| match message {
        ServerMessage::Snapshot(snapshot) => snapshot
            .rest
            .iter()
            .any(|rest| rest.messages.iter().any(|said| said.text == "Hello")),
        ServerMessage::Applied(applied) => applied.number == 1,
        _ => false,
    });
    assert!(said, "in the snapshot or right after it");
    hub.hub.shutdown().await.unwrap();
}
