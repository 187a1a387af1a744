//! Files are brought, made a second time, renamed, and saved when they are damaged.

use std::path::Path;

use super::*;
use crate::session::{Access, Session};

const VERSION_1: &[u8] = include_bytes!("../../../tests/files/version-1.lanvas");

fn copied(title: &str) -> String {
    format!("{title} (copy)")
}

/// A whole file with `strokes` strokes and one message, and where it is.
async fn a_file(strokes: u64) -> (TempDir, PathBuf) {
    let mut fixture = Fixture::new().await;
    for number in 1..=strokes {
        fixture.append_operation(number, stroke(&format!("s{number}"), 40));
    }
    fixture.append_operation(strokes + 1, post("hello"));
    fixture.wait_until_stored(strokes + 1).await;
    fixture.storage.close(&id("one")).await.unwrap();
    fixture.storage.clone().shutdown().await.unwrap();
    (fixture.folder, PathBuf::from("sessions/one.lanvas"))
}

struct Home {
    _folder: TempDir,
    storage: Storage,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::start(folder.path()).unwrap();
        Self {
            _folder: folder,
            storage,
        }
    }

    async fn bring(&self, from: &Path) -> Result<super::super::Brought, StorageError> {
        self.storage.bring(from, id("other"), copied).await
    }

    async fn restored(&self, name: &str) -> Session {
        let (stored, _) = self.storage.open(&id(name)).await.unwrap();
        let title = stored.meta.title.clone();
        let session = Session::restore(stored, epoch("now"), Access::default()).unwrap();
        assert_eq!(session.title(), title);
        self.storage.close(&id(name)).await.unwrap();
        session
    }
}

#[tokio::test]
async fn a_file_that_was_mailed_is_a_session_here_once() {
    let (mailed, path) = a_file(3).await;
    let home = Home::new();
    let path = mailed.path().join(path);
    let before = std::fs::read(&path).unwrap();
    let brought = home.bring(&path).await.unwrap();
    assert_eq!((&brought.id, brought.known), (&id("one"), false));
    assert_eq!(brought.rescued, None);
    assert_eq!(std::fs::read(&path).unwrap(), before, "it was only read");
    assert_eq!(home.restored("one").await.board().len(), 3);

    let again = home.bring(&path).await.unwrap();
    assert_eq!((&again.id, again.known), (&id("one"), true));
    let own = home.storage.path(&id("one")).await.unwrap();
    assert!(home.bring(&own).await.unwrap().known, "one of ours");
    assert_eq!(home.storage.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn another_state_of_a_session_comes_beside_ours() {
    let (mailed, path) = a_file(3).await;
    let path = mailed.path().join(path);
    let home = Home::new();
    home.bring(&path).await.unwrap();
    home.storage
        .retitle(&id("one"), "Ours".into(), TIME_MS + 100)
        .await
        .unwrap();
    let brought = home.bring(&path).await.unwrap();
    assert_eq!((&brought.id, brought.known), (&id("other"), false));
    assert_eq!(home.restored("other").await.title(), "Title of one (copy)");
    assert_eq!(home.restored("one").await.title(), "Ours");
}

#[tokio::test]
async fn an_older_file_is_brought_up_to_date_and_a_newer_one_refused() {
    let mail = tempfile::tempdir().unwrap();
    let path = mail.path().join("old one.lanvas");
    std::fs::write(&path, VERSION_1).unwrap();
    let home = Home::new();
    let brought = home.bring(&path).await.unwrap();
    assert_eq!(home.restored(brought.id.as_str()).await.board().len(), 2);
    assert_eq!(std::fs::read(&path).unwrap(), VERSION_1, "it is the backup");

    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    connection.close().unwrap();
    let newer = home.bring(&path).await.unwrap_err();
    assert!(newer.to_string().contains("newer Lanvas"), "{newer}");
    std::fs::write(&path, "a letter").unwrap();
    let letter = home.bring(&path).await.unwrap_err();
    assert!(matches!(letter, StorageError::NotASession), "{letter}");
    assert_eq!(home.storage.list().await.unwrap().len(), 1);
}

/// Cut off, overwritten, and with a hole in its numbers: what lies before is saved.
#[tokio::test]
async fn a_damaged_file_is_saved_as_far_as_it_can_be_read() {
    let damages: [fn(&Path); 3] = [
        |path| {
            let length = std::fs::metadata(path).unwrap().len();
            let file = std::fs::File::options().write(true).open(path).unwrap();
            file.set_len(length * 3 / 4).unwrap();
        },
        |path| {
            let mut bytes = std::fs::read(path).unwrap();
            let from = bytes.len() * 3 / 4;
            bytes[from..from + 8_192].fill(0xee);
            std::fs::write(path, bytes).unwrap();
        },
        |path| {
            let connection = rusqlite::Connection::open(path).unwrap();
            let gone = "DELETE FROM log WHERE number = 300";
            connection.execute(gone, ()).unwrap();
        },
    ];
    for damage in damages {
        let (mailed, path) = a_file(400).await;
        let path = mailed.path().join(path);
        damage(&path);
        let damaged = std::fs::read(&path).unwrap();
        let home = Home::new();
        let brought = home.bring(&path).await.unwrap();
        let saved = brought.rescued.expect("it says so");
        assert!((100..400).contains(&saved.operations), "{saved:?}");
        assert_eq!(saved.last_ms, TIME_MS + saved.operations);
        let session = home.restored(brought.id.as_str()).await;
        assert_eq!(session.board().len() as u64, saved.operations);
        assert_eq!(std::fs::read(&path).unwrap(), damaged, "it was only read");
    }
}

#[tokio::test]
async fn a_damaged_session_of_ours_is_saved_in_its_place_and_stays_beside_it() {
    let (folder, path) = a_file(400).await;
    let path = folder.path().join(path);
    let length = std::fs::metadata(&path).unwrap().len();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_len(length / 2).unwrap();
    let storage = Storage::start(folder.path()).unwrap();
    let refused = storage.open(&id("one")).await.unwrap_err();
    assert!(matches!(refused, StorageError::Damaged(_)), "{refused}");
    let saved = storage.rescue(&id("one")).await.unwrap();
    let (session, _) = storage.open(&id("one")).await.unwrap();
    assert_eq!(session.log.len() as u64, saved.operations);
    let aside = folder.path().join("sessions/one.lanvas-damaged");
    assert_eq!(std::fs::metadata(aside).unwrap().len(), length / 2);
}

#[tokio::test]
async fn a_copy_of_an_open_session_goes_its_own_way() {
    let mut fixture = Fixture::new().await;
    fixture.append_operation(1, stroke("s1", 4));
    fixture.wait_until_stored(1).await;
    let storage = &fixture.storage;
    let (one, other) = (id("one"), id("other"));
    storage
        .duplicate(&one, other.clone(), copied)
        .await
        .unwrap();
    let open = storage.retitle(&one, "No".into(), 0).await;
    assert!(
        matches!(open, Err(StorageError::AlreadyOpen(_))),
        "{open:?}"
    );
    let (session, _) = storage.open(&other).await.unwrap();
    assert_eq!(session.meta.title, "Title of one (copy)");
    assert_eq!(
        session.log.len(),
        2,
        "and the title is one of its operations"
    );
    let twice = storage.duplicate(&one, other, copied).await;
    assert!(matches!(twice, Err(StorageError::Exists(_))), "{twice:?}");
}

#[tokio::test]
async fn a_title_given_from_outside_is_its_next_operation() {
    let (folder, _) = a_file(2).await;
    let storage = Storage::start(folder.path()).unwrap();
    for title in ["Map", "Map of the keep"] {
        storage
            .retitle(&id("one"), title.into(), TIME_MS + 50)
            .await
            .unwrap();
    }
    let (session, _) = storage.open(&id("one")).await.unwrap();
    assert_eq!(
        (session.meta.title.as_str(), session.log.len()),
        ("Map of the keep", 5)
    );
    assert_eq!(storage.list().await.unwrap()[0].modified_ms, TIME_MS + 50);
}
