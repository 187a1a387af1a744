//! What is put in comes out.

use super::*;

#[tokio::test]
async fn a_new_session_is_empty_and_listed() {
    let fixture = Fixture::new().await;
    let expected = SessionFile {
        id: id("one"),
        title: "Title of one".to_owned(),
        modified_ms: TIME_MS,
        port: None,
    };
    assert_eq!(fixture.storage.list().await.unwrap(), [expected]);
    assert_eq!(fixture.state.borrow().stored, 0);
}

#[tokio::test]
async fn every_kind_of_record_survives_a_reopening() {
    let mut fixture = Fixture::new().await;
    let log: Vec<_> = operations()
        .into_iter()
        .zip(1..)
        .map(|(operation, number)| numbered(number, operation))
        .collect();
    fixture.append(Record::Epoch {
        epoch: epoch("e1"),
        start: 0,
    });
    fixture.append(Record::Participant(participant(1, "Ann")));
    fixture.append(Record::Participant(participant(2, "Bob")));
    for applied in &log {
        fixture.append(Record::Operation(Arc::clone(applied)));
    }
    fixture.append(Record::Participant(participant(1, "Anna")));
    fixture.append(Record::Port(7421));
    fixture.append(Record::Epoch {
        epoch: epoch("e2"),
        start: log.len() as u64,
    });

    let found = fixture.reopen().await;
    let expected = StoredSession {
        meta: SessionMeta {
            title: "Über „uns“".to_owned(),
            ..meta("one")
        },
        epochs: vec![(epoch("e1"), 0), (epoch("e2"), 6)],
        participants: vec![participant(1, "Anna"), participant(2, "Bob")],
        log: log.iter().map(|applied| Applied::clone(applied)).collect(),
        port: Some(7421),
    };
    assert_eq!(found, expected);
    assert_eq!(fixture.state.borrow().stored, 6);
}

#[tokio::test]
async fn a_closed_session_is_one_file() {
    let fixture = Fixture::new().await;
    fixture.append_operation(1, post("hello"));
    fixture.storage.close(&id("one")).await.unwrap();
    let names: Vec<_> = std::fs::read_dir(fixture.folder.path().join("sessions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["one.lanvas"]);
}

#[tokio::test]
async fn the_list_has_the_newest_first_and_follows_titles() {
    let fixture = Fixture::new().await;
    let later = SessionMeta {
        created_ms: TIME_MS + 1_000,
        ..meta("two")
    };
    fixture.storage.create(later).await.unwrap();
    let ids = |files: Vec<SessionFile>| files.into_iter().map(|file| file.id).collect::<Vec<_>>();
    assert_eq!(
        ids(fixture.storage.list().await.unwrap()),
        [id("two"), id("one")]
    );

    let mut renamed = Applied::clone(&numbered(
        1,
        Operation::SetTitle {
            title: "Renamed".to_owned(),
        },
    ));
    renamed.time_ms = TIME_MS + 5_000;
    fixture.append(Record::Operation(Arc::new(renamed)));
    fixture.storage.close(&id("one")).await.unwrap();
    let files = fixture.storage.list().await.unwrap();
    assert_eq!(files[0].title, "Renamed");
    assert_eq!(files[0].modified_ms, TIME_MS + 5_000);
    assert_eq!(ids(files), [id("one"), id("two")]);
}

#[tokio::test]
async fn messages_come_in_pages_newest_first() {
    let mut fixture = Fixture::new().await;
    for number in 1..=120 {
        let operation = if number % 2 == 0 {
            post(&format!("message {number}"))
        } else {
            stroke(&format!("s{number}"), 2)
        };
        fixture.append_operation(number, operation);
    }
    fixture.wait_until_stored(120).await;

    let mut before = None;
    let mut numbers = Vec::new();
    loop {
        let page = fixture.storage.messages(&id("one"), before, 25).await;
        let page = page.unwrap();
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 25);
        before = Some(last.number);
        numbers.extend(page.iter().map(|message| message.number));
    }
    assert_eq!(
        numbers,
        (1..=60).rev().map(|half| half * 2).collect::<Vec<_>>()
    );

    let newest = fixture.storage.messages(&id("one"), None, 1).await.unwrap();
    assert_eq!(newest[0].text, "message 120");
    assert_eq!(newest[0].by.name, "Ann");
    assert_eq!(newest[0].by.color, color());
    assert_eq!((newest[0].seq, newest[0].author), (120, ParticipantId(2)));
    let many = fixture.storage.messages(&id("one"), None, 10_000).await;
    assert_eq!(many.unwrap().len(), 50, "never more than a page");
}
