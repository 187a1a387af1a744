//! What is put in comes out.

use std::sync::{Condvar, Mutex};

use proptest::{collection::vec, option, prelude::*};

use super::*;
use crate::storage::{BeforeCommit, writer::CLOSERS};

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
    fixture.append(Record::Participant(participant(3, "Cy")));
    fixture.append(Record::Forgotten(ParticipantId(3)));
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
        epochs: vec![(epoch("e1"), 0), (epoch("e2"), log.len() as u64)],
        participants: vec![participant(1, "Anna"), participant(2, "Bob")],
        bans: Vec::new(),
        audit: Vec::new(),
        state: SessionState::default(),
        lasting: Vec::new(),
        log: log.iter().map(|applied| Applied::clone(applied)).collect(),
        port: Some(7421),
    };
    assert_eq!(found, expected);
    assert_eq!(fixture.state.borrow().stored, log.len() as u64);
}

#[tokio::test]
async fn a_folder_may_have_any_name() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("Zoë's 100 %20 & #1 [draft]; x=1");
    let storage = Storage::start(&folder).unwrap();
    storage.create(meta("one")).await.unwrap();
    assert_eq!(storage.list().await.unwrap().len(), 1);
    storage.open(&id("one")).await.unwrap();
    assert_eq!(std::fs::read_dir(parent.path()).unwrap().count(), 1);
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
        let page = fixture
            .storage
            .messages(&id("one"), page_before(before))
            .await;
        let page = page.unwrap();
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 51);
        before = Some(last.number);
        numbers.extend(page.iter().map(|message| message.number));
    }
    assert_eq!(
        numbers,
        (1..=60).rev().map(|half| half * 2).collect::<Vec<_>>()
    );

    let newest = fixture.storage.messages(&id("one"), Page::Latest).await;
    let newest = newest.unwrap();
    assert_eq!(newest[0].text, "message 120");
    assert_eq!(newest[0].by.name, "Ann");
    assert_eq!(newest[0].by.color, color());
    assert_eq!((newest[0].seq, newest[0].author), (120, ParticipantId(2)));
    let many = fixture.storage.messages(&id("one"), Page::Latest).await;
    assert_eq!(many.unwrap().len(), 51, "never more than a page and one");
}

fn page_before(number: Option<u64>) -> Page {
    number.map_or(Page::Latest, Page::Before)
}

fn any_operation() -> impl Strategy<Value = Operation> {
    let any_id = "[a-zA-Z0-9_-]{1,32}".prop_map(|text| shape_id(&text));
    let any_shape = (
        any_id.clone(),
        any::<u32>(),
        any::<f64>(),
        1_u16..80,
        any::<[u8; 3]>(),
    );
    let any_shape = any_shape.prop_map(|(id, author, x, points, rgb)| {
        let Operation::AddShapes { mut shapes } = stroke("s", points) else {
            unreachable!("stroke() adds a shape")
        };
        let mut shape = shapes.remove(0);
        shape.id = id;
        shape.author = ParticipantId(author);
        shape.x = x;
        shape.color = Color(rgb);
        shape
    });
    let any_change = (
        any_id.clone(),
        any::<Option<f64>>(),
        any::<Option<String>>(),
    );
    let any_change = any_change.prop_map(|(id, y, text)| ShapeChange {
        y,
        text: text.map(Into::into),
        ..ShapeChange::of(id)
    });
    let any_stretch = prop_oneof![
        any::<u32>().prop_map(TextChange::Retain),
        (any::<u32>(), any::<String>())
            .prop_map(|(deleted, inserted)| TextChange::Replace { deleted, inserted }),
    ];
    let any_author = (any::<String>(), any::<[u8; 3]>())
        .prop_map(|(name, rgb)| MessageAuthor::new(name, Color(rgb)));
    prop_oneof![
        vec(any_shape, 0..4).prop_map(|shapes| Operation::AddShapes { shapes }),
        vec(any_change, 0..4).prop_map(|changes| Operation::UpdateShapes { changes }),
        vec(any_id, 0..4).prop_map(|ids| Operation::RemoveShapes {
            ids,
            left: Vec::new()
        }),
        (any::<u64>(), vec(any_stretch, 0..5)).prop_map(|(base, changes)| Operation::EditNotes {
            base,
            changes: TextChanges(changes),
        }),
        (any::<String>(), option::of(any_author)).prop_map(|(text, by)| Operation::PostMessage(
            Post {
                text,
                by,
                ..Post::default()
            }
        )),
        (any::<u64>(), any::<String>(), any::<bool>())
            .prop_map(|(message, emoji, on)| Operation::React { message, emoji, on }),
        any::<String>().prop_map(|title| Operation::SetTitle { title }),
    ]
}

async fn assert_survives(operations: Vec<Operation>) {
    let mut fixture = Fixture::new().await;
    let log: Vec<_> = operations
        .into_iter()
        .zip(1..)
        .map(|(operation, number)| numbered(number, operation))
        .collect();
    for applied in &log {
        fixture.append(Record::Operation(Arc::clone(applied)));
    }
    let found = fixture.reopen().await;
    assert!(found.log.iter().eq(log.iter().map(Arc::as_ref)), "{log:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_sequence_of_operations_survives_a_reopening(
        operations in vec(any_operation(), 0..24),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(assert_survives(operations));
    }
}

/// A hub with many sessions on a slow disk, and all of them have something left when it ends: one
/// after the other they would take too long, so as many as may be closed at once are.
#[tokio::test]
async fn many_sessions_are_stored_at_once_when_all_end() {
    const SESSIONS: usize = 200;
    let meeting = Arc::new(Meeting::default());
    let there = Arc::clone(&meeting);
    let settings = StorageSettings {
        before_commit: Some(BeforeCommit(Arc::new(move |_| there.wait()))),
        ..StorageSettings::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::start_with(folder.path(), settings).unwrap();
    let names: Vec<_> = (0..SESSIONS).map(|index| format!("s{index}")).collect();
    for name in &names {
        storage.create(meta(name)).await.unwrap();
        storage.open(&id(name)).await.unwrap();
    }
    // The writer has begun with them when all end, but gets no further than the first.
    let held = meeting.hold();
    for name in &names {
        let said = Record::Operation(numbered(1, post(name)));
        storage.append(&id(name), said).unwrap();
    }
    let ending = storage.shutdown_within(PATIENCE);
    let opening = async {
        tokio::task::yield_now().await; // it has been told to end
        drop(held);
    };
    let (ended, ()) = tokio::join!(ending, opening);
    assert!(ended.is_ok(), "{ended:?}");
    assert_eq!(meeting.most(), CLOSERS, "commits at once");
    let storage = Storage::start(folder.path()).unwrap();
    for name in &names {
        let (session, _) = storage.open(&id(name)).await.unwrap();
        assert_eq!(session.head(), 1, "{name}");
    }
}

/// Where commits wait until as many as may be have come.
#[derive(Default)]
struct Meeting {
    state: Mutex<Met>,
    changed: Condvar,
}

#[derive(Default)]
struct Met {
    /// Nobody waits before.
    begun: bool,
    held: bool,
    now: usize,
    most: usize,
}

impl Meeting {
    fn wait(&self) {
        let mut met = self.state.lock().unwrap();
        if !met.begun {
            return;
        }
        met.now += 1;
        met.most = met.most.max(met.now);
        self.changed.notify_all();
        met = self.changed.wait_while(met, |met| met.held).unwrap();
        // One alone, before all were told to end, waits for nobody for long.
        let alone = |met: &mut Met| met.most < CLOSERS;
        let waited = self
            .changed
            .wait_timeout_while(met, Duration::from_secs(1), alone);
        waited.unwrap().0.now -= 1;
    }

    /// Lets no commit through until what is given is dropped.
    fn hold(&self) -> impl Drop + '_ {
        let mut met = self.state.lock().unwrap();
        (met.begun, met.held) = (true, true);
        Held(self)
    }

    fn most(&self) -> usize {
        self.state.lock().unwrap().most
    }
}

struct Held<'a>(&'a Meeting);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap().held = false;
        self.0.changed.notify_all();
    }
}
