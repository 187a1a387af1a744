//! A disk that is full, slow, or says no.

use std::{io::Write, path::PathBuf, sync::mpsc};

use lanvas_protocol::message::StorageTrouble;

use super::*;
use crate::storage::BACKLOG_BYTES_MAX;

impl Fixture {
    /// Lets the file grow no more: SQLite then says what it says on a full disk.
    fn fill_the_disk(&self) {
        self.tamper(|connection| {
            // One page is less than the file has; SQLite takes the file's size instead.
            connection
                .pragma_update_and_check(None, "max_page_count", 1, |_| Ok(()))
                .unwrap();
        });
    }

    fn free_the_disk(&self) {
        self.tamper(|connection| {
            connection
                .pragma_update_and_check(
                    None,
                    "max_page_count",
                    i64::from(u32::MAX - 1),
                    |_| Ok(()),
                )
                .unwrap();
        });
    }

    /// Holds the writer until the returned sender is dropped.
    fn stall_the_disk(&self) -> mpsc::Sender<()> {
        let (release, released) = mpsc::channel();
        self.tamper(move |_| {
            let _ = released.recv();
        });
        release
    }
}

fn is_failing(state: &StorageState) -> bool {
    matches!(state.health, Health::Failing { .. })
}

fn is_good(state: &StorageState) -> bool {
    state.health == Health::Good
}

fn numbers(session: &StoredSession) -> Vec<u64> {
    let all = session.lasting.iter().chain(&session.log);
    all.map(|applied| applied.number).collect()
}

#[tokio::test]
async fn a_full_disk_is_told_once_and_everything_is_stored_when_there_is_room() {
    let mut fixture = Fixture::new().await;
    fixture.append_operation(1, post("fits"));
    fixture.wait_until_stored(1).await;
    fixture.fill_the_disk();
    fixture.append_operation(2, stroke("big", 5_000));
    let state = fixture.wait_for(is_failing).await;
    let reason = "The disk is full. Free some space.".to_owned();
    let health = Health::Failing {
        trouble: StorageTrouble::DiskFull,
        reason,
    };
    assert_eq!(
        state,
        StorageState {
            stored: 1,
            health,
            snapshot_due: false
        }
    );

    fixture.append_operation(3, post("waits"));
    fixture.append(Record::Port(7_500));
    let failures = fixture.storage.figures().failures;
    let tries = async {
        while fixture.storage.figures().failures < failures + 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, tries).await.unwrap();
    assert!(!fixture.state.has_changed().unwrap(), "told only once");
    let readable = fixture
        .storage
        .messages(&id("one"), Page::Latest)
        .await
        .unwrap();
    assert_eq!(readable.len(), 1, "only what is stored");

    fixture.free_the_disk();
    let state = fixture.wait_for(is_good).await;
    assert_eq!(state.stored, 3);
    assert_eq!(fixture.storage.figures().waiting_bytes, 0);
    let session = fixture.reopen().await;
    assert_eq!(numbers(&session), [1, 2, 3]);
    assert_eq!(session.port, Some(7_500));
}

#[tokio::test]
async fn a_file_that_turns_read_only_recovers() {
    let mut fixture = Fixture::new().await;
    fixture.tamper(|connection| connection.pragma_update(None, "query_only", true).unwrap());
    fixture.append_operation(1, post("waits"));
    let state = fixture.wait_for(is_failing).await;
    assert_eq!(state.stored, 0);
    fixture.tamper(|connection| connection.pragma_update(None, "query_only", false).unwrap());
    assert_eq!(fixture.wait_for(is_good).await.stored, 1);
}

#[tokio::test]
async fn a_failing_file_does_not_hold_up_another() {
    let mut fixture = Fixture::new().await;
    fixture.storage.create(meta("two")).await.unwrap();
    let (_, mut two) = fixture.storage.open(&id("two")).await.unwrap();
    fixture.fill_the_disk();
    fixture.append_operation(1, stroke("big", 5_000));
    fixture.wait_for(is_failing).await;
    let record = Record::Operation(numbered(1, post("goes on")));
    fixture.storage.append(&id("two"), record).unwrap();
    wait_for(&mut two, |state| state.stored == 1).await;
    assert!(is_good(&two.borrow()));
}

#[tokio::test]
async fn a_slow_disk_delays_nothing_but_stored() {
    let mut fixture = Fixture::new().await;
    fixture.append_operation(1, post("before"));
    fixture.wait_until_stored(1).await;
    let stalled = fixture.stall_the_disk();
    fixture.append_operation(2, post("while"));
    let messages = fixture
        .storage
        .messages(&id("one"), Page::Latest)
        .await
        .unwrap();
    assert_eq!(messages[0].text, "before");
    assert_eq!(fixture.storage.list().await.unwrap().len(), 1);
    fixture.storage.create(meta("two")).await.unwrap();
    assert_eq!(fixture.state.borrow().stored, 1);
    drop(stalled);
    fixture.wait_until_stored(2).await;
}

#[tokio::test]
async fn what_gathers_during_a_commit_is_committed_at_once() {
    let mut fixture = Fixture::new().await;
    let stalled = fixture.stall_the_disk();
    for number in 1..=1_000 {
        fixture.append_operation(number, post("burst"));
    }
    drop(stalled);
    fixture.wait_until_stored(1_000).await;
    let figures = fixture.storage.figures();
    assert_eq!(figures.records, 1_000);
    // The writer may have taken a part before it was stalled, and a batch is bounded.
    assert!(figures.commits <= 3, "{figures:?}");
}

#[tokio::test]
async fn a_long_backlog_is_bounded_and_told_in_steps() {
    let mut fixture = Fixture::new().await;
    let stalled = fixture.stall_the_disk();
    let text = "x".repeat(1_000_000);
    let big = |number| Record::Operation(numbered(number, post(&text)));
    let mut next = 1;
    let refused = loop {
        match fixture.storage.append(&id("one"), big(next)) {
            Ok(()) => next += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(refused, AppendError::Full);
    assert!(!fixture.storage.has_room(&id("one")));
    let waiting = fixture.storage.figures().waiting_bytes;
    let most = u64::try_from(BACKLOG_BYTES_MAX).unwrap();
    assert!(waiting <= most && waiting > most - 2_000_000, "{waiting}");

    drop(stalled);
    fixture.wait_for(|state| state.stored > 0).await;
    fixture.wait_until_stored(next - 1).await;
    assert!(fixture.storage.figures().commits > 10, "in steps");
    fixture.storage.append(&id("one"), big(next)).unwrap();
    assert_eq!(
        numbers(&fixture.reopen().await),
        (1..=next).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn the_log_gets_no_gap_and_no_doublet() {
    let fixture = Fixture::new().await;
    fixture.append_operation(1, post("first"));
    for number in [1, 3] {
        let record = Record::Operation(numbered(number, post("no")));
        let refused = fixture.storage.append(&id("one"), record);
        assert_eq!(refused, Err(AppendError::OutOfOrder { expected: 2 }));
    }
    let elsewhere = fixture.storage.append(&id("two"), Record::Port(1));
    assert_eq!(elsewhere, Err(AppendError::NotOpen));
    assert!(!fixture.storage.has_room(&id("two")));
}

#[tokio::test]
async fn a_record_that_can_never_be_stored_ends_the_session_alone() {
    let mut fixture = Fixture::new().await;
    fixture.append_operation(1, post("first"));
    fixture.wait_until_stored(1).await;
    let mut doublet = Applied::clone(&numbered(2, post("same submission")));
    doublet.seq = 1;
    fixture.append(Record::Operation(Arc::new(doublet)));
    let broken = |state: &StorageState| matches!(state.health, Health::Broken { .. });
    assert_eq!(fixture.wait_for(broken).await.stored, 1);
    let ended = tokio::time::timeout(PATIENCE, fixture.state.changed()).await;
    assert!(ended.unwrap().is_err(), "no more news");
    assert_eq!(
        fixture.storage.append(&id("one"), Record::Port(1)),
        Err(AppendError::NotOpen)
    );
    assert_eq!(numbers(&fixture.reopen().await), [1]);
}

#[tokio::test]
async fn closing_on_a_full_disk_says_what_is_lost() {
    let mut fixture = Fixture::new().await;
    fixture.append_operation(1, post("stored"));
    fixture.wait_until_stored(1).await;
    fixture.fill_the_disk();
    fixture.append_operation(2, stroke("big", 5_000));
    fixture.append_operation(3, post("lost too"));
    let error = fixture.storage.close(&id("one")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "2 changes could not be stored. The disk is full. Free some space."
    );
    let (session, _) = fixture.storage.open(&id("one")).await.unwrap();
    assert_eq!(numbers(&session), [1]);
}

#[tokio::test]
async fn a_shutdown_stores_the_tail_and_frees_the_folder() {
    let fixture = Fixture::new().await;
    for number in 1..=500 {
        fixture.append_operation(number, stroke(&format!("s{number}"), 50));
    }
    let left = fixture.storage.clone();
    fixture.storage.shutdown().await.unwrap();
    assert_eq!(
        left.append(&id("one"), Record::Port(1)),
        Err(AppendError::NotOpen)
    );
    assert!(matches!(left.list().await, Err(StorageError::Stopped)));
    assert!(matches!(
        left.open(&id("one")).await,
        Err(StorageError::Stopped)
    ));
    assert!(left.close(&id("one")).await.is_ok());
    assert!(matches!(left.shutdown().await, Err(StorageError::Stopped)));

    let again = Storage::start(fixture.folder.path()).unwrap();
    let (session, _) = again.open(&id("one")).await.unwrap();
    assert_eq!(session.log.len(), 500);
}

#[tokio::test]
async fn dropping_the_last_handle_stores_the_tail_too() {
    let Fixture {
        folder,
        storage,
        mut state,
    } = Fixture::new().await;
    let record = Record::Operation(numbered(1, post("tail")));
    storage.append(&id("one"), record).unwrap();
    drop(storage);
    let ended = async { while state.changed().await.is_ok() {} };
    tokio::time::timeout(PATIENCE, ended).await.unwrap();
    assert_eq!(state.borrow().stored, 1);
    drop(folder);
}

/// Not a test of its own: runs on a small disk that `a_disk_filled_to_the_byte` mounts for it.
#[tokio::test]
async fn on_a_small_disk() {
    let Some(folder) = std::env::var_os(SMALL_DISK_VARIABLE).map(PathBuf::from) else {
        return;
    };
    let storage = Storage::start(&folder).unwrap();
    storage.create(meta("one")).await.unwrap();
    let (_, mut state) = storage.open(&id("one")).await.unwrap();
    let append = |number| {
        let record = Record::Operation(numbered(number, stroke(&format!("s{number}"), 500)));
        storage.append(&id("one"), record).unwrap();
    };
    append(1);
    wait_for(&mut state, |state| state.stored == 1).await;
    let ballast = folder.join("ballast");
    let mut file = std::fs::File::create(&ballast).unwrap();
    while file.write(&[0; 4_096]).is_ok_and(|written| written > 0) {}
    drop(file);

    // More than fits into what SQLite has allotted already, in file and write-ahead log.
    let mut last = 1;
    while !is_failing(&state.borrow()) {
        for _ in 0..50 {
            last += 1;
            append(last);
        }
        wait_for(&mut state, |state| {
            is_failing(state) || state.stored == last
        })
        .await;
    }
    let stored = state.borrow().stored;
    assert!(stored < last);
    assert!(storage.create(meta("two")).await.is_err());
    assert_eq!(storage.list().await.unwrap().len(), 1, "no half-made file");
    std::fs::remove_file(&ballast).unwrap();
    let state = wait_for(&mut state, is_good).await;
    assert!(state.stored > stored);
    storage.close(&id("one")).await.unwrap();
    let (session, _) = storage.open(&id("one")).await.unwrap();
    assert_eq!(numbers(&session), (1..=last).collect::<Vec<_>>());
    println!("recovered");
}

const SMALL_DISK_VARIABLE: &str = "LANVAS_TEST_SMALL_DISK";

/// The disk is mounted in a namespace of its own and goes with the process.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_filled_to_the_byte_recovers() {
    let folder = tempfile::tempdir().unwrap();
    let mount = |then: &str| {
        let mut command = std::process::Command::new("unshare");
        let script = format!("mount -t tmpfs -o size=2m tmpfs \"$0\" && {then}");
        command
            .args(["--mount", "sh", "-c", &script])
            .arg(folder.path());
        command
    };
    if !mount("true")
        .output()
        .is_ok_and(|output| output.status.success())
    {
        eprintln!("NOT RUN: a_disk_filled_to_the_byte_recovers needs root to mount a small disk");
        return;
    }
    let output = mount("exec \"$@\"")
        .arg(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "storage::tests::faults::on_a_small_disk",
            "--nocapture",
        ])
        .env(SMALL_DISK_VARIABLE, folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains("recovered"),
        "{said}\n{error}"
    );
}
