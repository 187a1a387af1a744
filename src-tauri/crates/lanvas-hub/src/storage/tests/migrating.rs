//! Files of every version there ever was open, and a copy of what they were stays.

use super::*;

/// Written by the first version: every kind of operation of its time, two people, two epochs.
const VERSION_1: &[u8] = include_bytes!("../../../tests/files/version-1.lanvas");

/// Written right before the notes had pages: two edits, a shape and a message.
const VERSION_5: &[u8] = include_bytes!("../../../tests/files/version-5.lanvas");

fn folder_with(file: &[u8]) -> (TempDir, Storage) {
    let folder = tempfile::tempdir().unwrap();
    let storage = Storage::start(folder.path()).unwrap();
    std::fs::write(folder.path().join("sessions/one.lanvas"), file).unwrap();
    (folder, storage)
}

#[tokio::test]
async fn a_file_of_version_1_opens_with_everything_in_it() {
    let (folder, storage) = folder_with(VERSION_1);
    assert_eq!(storage.list().await.unwrap()[0].title, "Über „uns“");
    let (session, mut state) = storage.open(&id("one")).await.unwrap();
    assert_eq!(session.epochs, [(epoch("e1"), 0), (epoch("e2"), 9)]);
    assert_eq!(
        session.participants,
        [participant(1, "Ann"), participant(2, "Bob")]
    );
    assert_eq!((session.log.len(), session.port), (9, Some(7_421)));
    let access = crate::session::Access::default();
    let restored = crate::session::Session::restore(session, epoch("e3"), access).unwrap();
    assert_eq!(restored.board().len(), 2);
    assert_eq!(restored.notes().text(), "Grüße 👋\n");
    let said = storage.messages(&id("one"), Page::Latest).await;
    let said = said.unwrap();
    let texts: Vec<_> = said.iter().map(|message| message.text.as_str()).collect();
    assert_eq!(texts, ["second", "hello"]);
    let wanted = Search {
        words: vec!["hel".to_owned()],
        ..Search::default()
    };
    let found = storage.search(&id("one"), wanted).await.unwrap();
    assert_eq!(found.len(), 1, "and there is an index now");

    storage
        .append(&id("one"), Record::Operation(numbered(10, post("goes on"))))
        .unwrap();
    wait_for(&mut state, |state| state.stored == 10).await;
    storage.close(&id("one")).await.unwrap();
    let (session, _) = storage.open(&id("one")).await.unwrap();
    assert_eq!(session.log.len(), 10);
    drop(folder);
}

#[tokio::test]
async fn a_copy_of_the_old_file_stays_beside_it() {
    let (folder, storage) = folder_with(VERSION_1);
    storage.open(&id("one")).await.unwrap();
    let copy = folder.path().join("sessions/one.lanvas-v1");
    let copied = std::fs::read(&copy).unwrap();
    assert_eq!(copied.len(), VERSION_1.len());
    assert_eq!(
        storage.list().await.unwrap().len(),
        1,
        "it is no session of its own"
    );

    storage.shutdown().await.unwrap();
    let (_elsewhere, storage) = folder_with(&copied);
    let (session, _) = storage.open(&id("one")).await.unwrap();
    assert_eq!(session.log.len(), 9, "the copy is whole");
}

#[tokio::test]
async fn without_a_copy_nothing_is_migrated() {
    let (folder, storage) = folder_with(VERSION_1);
    // What cannot be removed stands where the copy would be made.
    let blocked = folder.path().join("sessions/one.lanvas-v1.part");
    std::fs::create_dir(&blocked).unwrap();
    let refused = storage.open(&id("one")).await.unwrap_err();
    assert!(matches!(refused, StorageError::Io { .. }), "{refused}");
    let file = std::fs::read(folder.path().join("sessions/one.lanvas")).unwrap();
    assert!(file == VERSION_1);
    std::fs::remove_dir(&blocked).unwrap();
    storage.open(&id("one")).await.unwrap();
}

#[tokio::test]
async fn notes_from_before_there_were_pages_are_the_first_page() {
    let (_folder, storage) = folder_with(VERSION_5);
    let (session, _) = storage.open(&id("one")).await.unwrap();
    let access = crate::session::Access::default();
    let restored = crate::session::Session::restore(session, epoch("e9"), access).unwrap();
    assert_eq!(restored.notes().text(), "# Plan\nGrüße 👋\n");
    assert_eq!(restored.notes().pages(), [NotesPage::default()]);
    let edits = storage.notes_edits(&id("one"), PageId::first(), 0).await;
    assert_eq!(edits.unwrap().len(), 2, "and its history is there");
}
