//! Sessions are thrown away and had back.

use std::{
    fs::File,
    time::{Duration, SystemTime},
};

use super::{Fixture, Operation, Record, Storage, StorageError, id, meta, numbered, wait_for};
use crate::storage::{StoredDoor, TRASH_KEPT};

fn titled(text: &str) -> Operation {
    Operation::SetTitle {
        title: text.to_owned(),
    }
}

#[tokio::test]
async fn what_was_thrown_away_comes_back_as_it_was() {
    let mut fixture = Fixture::new().await;
    fixture.append(Record::Operation(numbered(1, titled("Map"))));
    wait_for(&mut fixture.state, |state| state.stored >= 1).await;
    let storage = &fixture.storage;
    let open = storage.discard(&id("one")).await;
    assert!(
        matches!(open, Err(StorageError::AlreadyOpen(_))),
        "{open:?}"
    );

    storage.close(&id("one")).await.unwrap();
    storage.discard(&id("one")).await.unwrap();
    assert_eq!(storage.list().await.unwrap(), []);
    let gone = storage.discard(&id("one")).await;
    assert!(matches!(gone, Err(StorageError::NotFound(_))), "{gone:?}");

    storage.restore(&id("one")).await.unwrap();
    let (stored, _) = storage.open(&id("one")).await.unwrap();
    assert_eq!(stored.log[0].operation, titled("Map"));
    let twice = storage.restore(&id("one")).await;
    assert!(matches!(twice, Err(StorageError::Exists(_))), "{twice:?}");
}

#[tokio::test]
async fn a_file_that_a_hard_end_left_in_two_parts_keeps_both() {
    let mut fixture = Fixture::new().await;
    fixture.append(Record::Operation(numbered(1, titled("Map"))));
    wait_for(&mut fixture.state, |state| state.stored >= 1).await;
    // As after a kill: what was stored is still in the log beside the file.
    let (path, folder) = (fixture.path(), tempfile::tempdir().unwrap());
    let sessions = folder.path().join("sessions");
    std::fs::create_dir_all(&sessions).unwrap();
    for part in ["lanvas", "lanvas-wal"] {
        std::fs::copy(
            path.with_extension(part),
            sessions.join("one").with_extension(part),
        )
        .unwrap();
    }
    // Long ago: what counts is since when it is in the trash, for both.
    let log = sessions.join("one.lanvas-wal");
    let log = File::options().append(true).open(log).unwrap();
    log.set_modified(SystemTime::now() - 2 * TRASH_KEPT)
        .unwrap();
    let other = Storage::start(folder.path()).unwrap();
    other.discard(&id("one")).await.unwrap();
    assert!(std::fs::read_dir(&sessions).unwrap().next().is_none());
    other.shutdown().await.unwrap();
    let other = Storage::start(folder.path()).unwrap();
    other.restore(&id("one")).await.unwrap();
    let (stored, _) = other.open(&id("one")).await.unwrap();
    assert_eq!(stored.log[0].operation, titled("Map"));
}

#[tokio::test]
async fn the_trash_is_emptied_after_its_time_and_not_before() {
    for (age, kept) in [
        (TRASH_KEPT - Duration::from_secs(60), true),
        (TRASH_KEPT + Duration::from_secs(60), false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::start(folder.path()).unwrap();
        storage.create(meta("one")).await.unwrap();
        let door = folder.path().join("doors/one.json");
        let kept_door = StoredDoor::default();
        storage.keep_door(&id("one"), kept_door).await.unwrap();
        storage.discard(&id("one")).await.unwrap();
        storage.shutdown().await.unwrap();
        let thrown = File::options()
            .append(true)
            .open(folder.path().join("trash/one.lanvas"))
            .unwrap();
        thrown.set_modified(SystemTime::now() - age).unwrap();
        let again = Storage::start(folder.path()).unwrap();
        assert_eq!(door.exists(), kept, "its door goes with it: {age:?}");
        assert_eq!(again.restore(&id("one")).await.is_ok(), kept, "{age:?}");
    }
}
