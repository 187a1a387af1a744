//! Files and folders that are not taken, and stay as they are.

use std::{fs, path::Path};

use rusqlite::Connection;

use super::*;

/// A closed file with one operation of every kind.
async fn finished() -> Fixture {
    let fixture = Fixture::new().await;
    for (operation, number) in operations().into_iter().zip(1..) {
        fixture.append_operation(number, operation);
    }
    fixture.append(Record::Participant(participant(1, "Ann")));
    fixture.storage.close(&id("one")).await.unwrap();
    fixture
}

fn edit(path: &Path, sql: &str) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(sql).unwrap();
    connection.close().unwrap();
}

impl Fixture {
    /// What opening says; it must leave the folder as it was.
    async fn refusal(&self) -> StorageError {
        let before = contents(self.folder.path());
        let error = self.storage.open(&id("one")).await.unwrap_err();
        assert!(contents(self.folder.path()) == before, "touched: {error}");
        assert!(
            self.storage
                .messages(&id("two"), Page::Latest)
                .await
                .is_err()
        );
        error
    }
}

fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder.join("sessions"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(path).unwrap_or_default()))
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn a_folder_has_one_owner() {
    let fixture = Fixture::new().await;
    let refused = Storage::start(fixture.folder.path()).unwrap_err();
    assert!(matches!(refused, StorageError::InUse(_)), "{refused}");
    assert!(refused.to_string().starts_with("Another Lanvas is using"));
    fixture.storage.shutdown().await.unwrap();
    Storage::start(fixture.folder.path()).unwrap();
}

/// As a program that was just started holds it until it has become itself.
#[test]
fn a_lock_that_goes_in_a_moment_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    let starts_beside_it = || {
        let copy = fs::File::create(path.join("lanvas.lock")).unwrap();
        copy.lock().unwrap();
        let path = path.clone();
        let start = std::thread::spawn(move || Storage::start(&path));
        std::thread::sleep(Duration::from_millis(30));
        drop(copy);
        start.join().unwrap().is_ok()
    };
    // On a machine that does much else the moment may be longer than is waited for.
    assert!((0..10).any(|_| starts_beside_it()), "it is not waited for");
}

#[test]
fn of_twenty_starts_at_once_exactly_one_wins() {
    let folder = tempfile::tempdir().unwrap();
    let starts: Vec<_> = (0..20)
        .map(|_| folder.path().to_owned())
        .map(|path| std::thread::spawn(move || Storage::start(&path)))
        .collect();
    let results: Vec<_> = starts
        .into_iter()
        .map(|start| start.join().unwrap())
        .collect();
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
}

#[tokio::test]
async fn a_session_is_made_and_opened_once() {
    let fixture = Fixture::new().await;
    let exists = fixture.storage.create(meta("one")).await.unwrap_err();
    assert!(matches!(exists, StorageError::Exists(_)));
    let open = fixture.storage.open(&id("one")).await.unwrap_err();
    assert!(matches!(open, StorageError::AlreadyOpen(_)));
    let missing = fixture.storage.open(&id("none")).await.unwrap_err();
    assert!(matches!(missing, StorageError::NotFound(_)));
}

#[tokio::test]
async fn a_newer_format_is_refused_by_name() {
    let fixture = finished().await;
    let newer = crate::storage::schema::version() + 1;
    edit(&fixture.path(), &format!("PRAGMA user_version = {newer}"));
    let error = fixture.refusal().await;
    assert!(
        matches!(error, StorageError::NewerFormat { found, known } if (found, known) == (newer, newer - 1)),
        "{error}"
    );
    assert!(error.to_string().ends_with("Update Lanvas to open it."));
    let survey = fixture.storage.survey().await.unwrap();
    assert!(survey.sessions.is_empty());
    let [unreadable] = &survey.unreadable[..] else {
        panic!("it is there all the same");
    };
    assert!(matches!(unreadable.why, StorageError::NewerFormat { .. }));
    assert!(unreadable.modified_ms > 0);
}

#[tokio::test]
async fn another_programs_database_is_no_session() {
    let fixture = finished().await;
    edit(&fixture.path(), "PRAGMA application_id = 7");
    assert!(matches!(fixture.refusal().await, StorageError::NotASession));
}

#[tokio::test]
async fn garbage_is_no_session() {
    let fixture = finished().await;
    for garbage in [&b""[..], b"hello", &[0xa5; 100_000]] {
        fs::write(fixture.path(), garbage).unwrap();
        let error = fixture.refusal().await;
        assert!(matches!(error, StorageError::NotASession), "{error}");
        assert!(fixture.storage.list().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_gap_in_the_log_is_damage() {
    let fixture = finished().await;
    edit(&fixture.path(), "DELETE FROM log WHERE number = 3");
    let error = fixture.refusal().await;
    assert!(matches!(error, StorageError::Damaged(_)), "{error}");
    assert!(
        error.to_string().contains("operation 3 is missing"),
        "{error}"
    );
}

#[tokio::test]
async fn rows_that_do_not_decode_are_damage() {
    for sql in [
        "UPDATE log SET body = x'c1' WHERE number = 1",
        "UPDATE log SET body = CAST(body || x'00' AS BLOB) WHERE number = 1",
        "UPDATE log SET body = zeroblob(17000000) WHERE number = 1",
        "UPDATE log SET replica = 'not an id' WHERE number = 1",
        "UPDATE log SET author = -1 WHERE number = 1",
        "UPDATE log SET time_ms = -1 WHERE number = 1",
        "UPDATE participants SET color = 'red'",
        "UPDATE participants SET secret_hash = x'00'",
        "UPDATE meta SET port = 70000",
        "DELETE FROM meta",
        "PRAGMA user_version = 0",
        "INSERT INTO epochs (epoch, start) VALUES ('e1', 10)",
        "INSERT INTO epochs (epoch, start) VALUES ('not an id', 0)",
    ] {
        let fixture = finished().await;
        edit(&fixture.path(), sql);
        let error = fixture.refusal().await;
        assert!(matches!(error, StorageError::Damaged(_)), "{sql}: {error}");
    }
}

#[tokio::test]
async fn sql_that_came_with_the_file_is_refused() {
    for sql in [
        "CREATE TRIGGER t AFTER INSERT ON log BEGIN DELETE FROM messages; END",
        "ALTER TABLE log RENAME TO real; CREATE VIEW log AS SELECT * FROM real",
        "CREATE INDEX i ON log (length(body))",
        "DROP TABLE messages",
        "CREATE TABLE extra (x)",
    ] {
        let fixture = finished().await;
        edit(&fixture.path(), sql);
        let error = fixture.refusal().await;
        assert!(matches!(error, StorageError::Damaged(_)), "{sql}: {error}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_is_not_followed() {
    let fixture = finished().await;
    let elsewhere = fixture.folder.path().join("elsewhere");
    fs::rename(fixture.path(), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, fixture.path()).unwrap();
    let error = fixture.storage.open(&id("one")).await.unwrap_err();
    assert!(matches!(error, StorageError::NotASession), "{error}");
}

#[tokio::test]
async fn a_truncated_file_is_damage_at_every_length() {
    let fixture = finished().await;
    let whole = fs::read(fixture.path()).unwrap();
    for length in (0..whole.len()).step_by(1_021) {
        fs::write(fixture.path(), &whole[..length]).unwrap();
        let error = fixture.refusal().await;
        assert!(
            matches!(error, StorageError::Damaged(_) | StorageError::NotASession),
            "{length}: {error:?}"
        );
    }
}

/// Every bit cannot be tried each time; a stride that shares no factor with the page size reaches
/// all parts of the file.
#[tokio::test]
async fn flipped_bits_never_end_in_a_panic_or_a_half_read_session() {
    let fixture = finished().await;
    let whole = fs::read(fixture.path()).unwrap();
    let (mut refused, mut opened) = (0, 0);
    for bit in (0..whole.len() * 8).step_by(1_499) {
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        fs::write(fixture.path(), &flipped).unwrap();
        match fixture.storage.open(&id("one")).await {
            Ok((session, _)) => {
                assert_eq!(session.log.len(), operations().len(), "bit {bit}");
                opened += 1;
                fixture.storage.close(&id("one")).await.unwrap();
            }
            Err(error) => {
                refused += 1;
                assert!(
                    fs::read(fixture.path()).unwrap() == flipped,
                    "bit {bit}: {error}"
                );
            }
        }
    }
    assert!(
        refused > 0 && opened > 0,
        "{refused} refused, {opened} opened"
    );
}

#[tokio::test]
async fn a_half_made_file_is_cleared_away_at_the_next_start() {
    let fixture = Fixture::new().await;
    let half_made = fixture.path().with_file_name("two.lanvas-new");
    fs::write(&half_made, b"SQLite").unwrap();
    assert_eq!(fixture.storage.list().await.unwrap().len(), 1);
    fixture.storage.shutdown().await.unwrap();
    let again = Storage::start(fixture.folder.path()).unwrap();
    assert!(!half_made.exists());
    again.create(meta("two")).await.unwrap();
    assert_eq!(again.list().await.unwrap().len(), 2);
}
