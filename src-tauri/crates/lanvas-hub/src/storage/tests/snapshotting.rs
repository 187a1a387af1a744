//! Opening from a snapshot gives what the whole log gives, whatever happens to snapshots.

use std::sync::Mutex;

use rusqlite::Connection;

use super::*;
use crate::{
    session::{Access, Session},
    storage::{BeforeCommit, Blob, is_lasting},
};

/// Asks for a snapshot after every few operations, and keeps all history.
pub(super) fn eager() -> StorageSettings {
    StorageSettings {
        snapshot_log_bytes: 2_000,
        ..StorageSettings::default()
    }
}

/// What people do, without end: two strokes of three stay, things move, and there is talk.
fn done(number: u64) -> Operation {
    let name = |number: u64| format!("s{number}");
    match number % 6 {
        0 => Operation::RemoveShapes {
            ids: vec![shape_id(&name(number - 2))],
            left: Vec::new(),
        },
        1 => post(&format!("said {number}")),
        2 => Operation::UpdateShapes {
            changes: vec![ShapeChange {
                x: Some(1.0),
                ..ShapeChange::of(shape_id(&name(number.saturating_sub(3).max(3))))
            }],
        },
        _ => stroke(&name(number), 40),
    }
}

fn restored(session: StoredSession) -> Session {
    Session::restore(session, epoch("now"), Access::default()).unwrap()
}

/// A session core beside a [`Fixture`], to give the states it asks for.
pub(super) struct Live {
    pub(super) fixture: Fixture,
    pub(super) operations: Vec<Arc<Applied>>,
}

impl Live {
    pub(super) async fn with(settings: StorageSettings) -> Self {
        Self {
            fixture: Fixture::with(settings).await,
            operations: Vec::new(),
        }
    }

    /// Everything so far by the whole log.
    pub(super) fn replayed(&self) -> Session {
        restored(StoredSession {
            meta: meta("one"),
            epochs: Vec::new(),
            participants: Vec::new(),
            bans: Vec::new(),
            audit: Vec::new(),
            state: SessionState::default(),
            lasting: Vec::new(),
            log: self
                .operations
                .iter()
                .map(|it| Applied::clone(it))
                .collect(),
            port: None,
        })
    }

    pub(super) async fn go_on(&mut self, count: u64) {
        for _ in 0..count {
            let number = self.operations.len() as u64 + 1;
            self.tell(numbered(number, done(number)));
        }
        self.settle().await;
    }

    pub(super) fn tell(&mut self, applied: Arc<Applied>) {
        self.fixture.append(Record::Operation(Arc::clone(&applied)));
        self.operations.push(applied);
    }

    /// All is stored, and so is a snapshot if one is due.
    pub(super) async fn settle(&mut self) {
        let head = self.operations.len() as u64;
        self.fixture.wait_until_stored(head).await;
        if self.fixture.state.borrow().snapshot_due {
            let state = self.replayed().state();
            self.fixture.storage.keep_snapshot(&id("one"), state);
            self.wait_for_snapshot(head).await;
        }
    }

    async fn wait_for_snapshot(&self, number: u64) {
        let there = async {
            while !self.snapshots().contains(&number) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(PATIENCE, there)
            .await
            .expect("a snapshot");
    }

    pub(super) fn numbers_by(&self, sql: &str) -> Vec<u64> {
        let connection = Connection::open(self.fixture.path()).unwrap();
        connection.busy_timeout(PATIENCE).unwrap();
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map((), |row| row.get::<_, i64>(0)).unwrap();
        rows.map(|number| number.unwrap().cast_unsigned()).collect()
    }

    pub(super) fn snapshots(&self) -> Vec<u64> {
        self.numbers_by("SELECT number FROM snapshots ORDER BY number")
    }

    /// Does something to the closed file.
    async fn edit(&mut self, sql: &str) {
        self.fixture.storage.close(&id("one")).await.unwrap();
        Connection::open(self.fixture.path())
            .unwrap()
            .execute_batch(sql)
            .unwrap();
    }

    /// Opens and compares with the whole log. Gives the number of the snapshot that was used.
    async fn check(&mut self) -> u64 {
        self.fixture.storage.close(&id("one")).await.unwrap();
        let (stored, state) = self.fixture.storage.open(&id("one")).await.unwrap();
        self.fixture.state = state;
        let used = stored.state.number;
        let session = restored(stored);
        let whole = self.replayed();
        assert_eq!(session.state(), whole.state());
        assert_eq!(session.chat().latest(), whole.chat().latest());
        assert_eq!(session.head(), self.operations.len() as u64);
        used
    }
}

#[tokio::test]
async fn opening_starts_at_the_newest_snapshot() {
    let mut live = Live::with(eager()).await;
    live.go_on(7).await;
    assert_eq!(live.check().await, 0, "too little for a snapshot");
    let mut used = 0;
    for _ in 0..20 {
        live.go_on(10).await;
        let newest = live.snapshots().last().copied().unwrap_or(0);
        assert_eq!(live.check().await, newest);
        used += u64::from(newest > 0);
        assert!(live.snapshots().len() <= 2, "older ones go");
    }
    assert!(used > 15, "{used}");
}

#[tokio::test]
async fn snapshots_get_rarer_as_the_board_grows() {
    let mut live = Live::with(eager()).await;
    let mut made = std::collections::BTreeSet::new();
    for _ in 0..60 {
        live.go_on(10).await;
        made.extend(live.snapshots());
    }
    let gaps: Vec<_> = made
        .iter()
        .zip(made.iter().skip(1))
        .map(|(a, b)| b - a)
        .collect();
    assert!(gaps.len() >= 4 && gaps.len() < 20, "{gaps:?}");
    assert!(gaps.last() > gaps.first(), "{gaps:?}");
}

#[tokio::test]
async fn a_damaged_snapshot_is_passed_over_and_replaced() {
    for damage in [
        "UPDATE snapshot_parts SET body = zeroblob(length(body))",
        "UPDATE snapshot_parts SET checksum = checksum + 1",
        "UPDATE snapshot_parts SET body = x'c1', checksum = 1",
        "DELETE FROM snapshot_parts",
        "UPDATE snapshots SET parts = parts + 1",
        "UPDATE snapshot_parts SET part = part + 1",
        "DELETE FROM snapshots",
    ] {
        let mut live = Live::with(eager()).await;
        live.go_on(100).await;
        assert_eq!(live.check().await, 100);
        live.edit(damage).await;
        assert_eq!(live.check().await, 0, "{damage}");
        live.go_on(1).await;
        assert_eq!(live.check().await, 101, "a new one is made: {damage}");
    }
}

#[tokio::test]
async fn a_snapshot_is_never_ahead_of_the_log() {
    let mut live = Live::with(eager()).await;
    live.go_on(100).await;
    let mut ahead = live.replayed().state();
    ahead.number += 50;
    live.fixture.storage.keep_snapshot(&id("one"), ahead);
    live.go_on(6).await;
    assert!(live.snapshots().iter().all(|number| *number <= 106));
    live.check().await;
}

#[tokio::test]
async fn a_snapshot_that_cannot_be_written_costs_nothing_else() {
    let mut live = Live::with(eager()).await;
    live.go_on(100).await;
    live.fixture.tamper(|connection| {
        connection
            .execute_batch("DROP TABLE snapshot_parts")
            .unwrap();
    });
    for _ in 0..10 {
        let number = live.operations.len() as u64 + 1;
        let applied = numbered(number, stroke(&format!("x{number}"), 40));
        live.fixture.append(Record::Operation(Arc::clone(&applied)));
        live.operations.push(applied);
        live.fixture.wait_until_stored(number).await;
        let state = live.replayed().state();
        live.fixture.storage.keep_snapshot(&id("one"), state);
    }
    assert_eq!(live.fixture.state.borrow().health, Health::Good);
}

#[tokio::test]
async fn past_the_budget_old_operations_are_folded_and_the_chat_stays() {
    let mut live = Live::with(StorageSettings {
        history_bytes: 20_000,
        ..eager()
    })
    .await;
    for _ in 0..60 {
        live.go_on(10).await;
        live.check().await;
    }
    // The last closing may have come before the folding.
    let bytes = "SELECT sum(length(body) + 128) FROM log WHERE lasting = 0";
    for _ in 0..60 {
        if live.numbers_by(bytes)[0] < 40_000 {
            break;
        }
        live.go_on(10).await;
    }
    let said = live
        .operations
        .iter()
        .filter(|it| is_lasting(&it.operation));
    let said: Vec<_> = said.map(|it| it.number).collect();
    let lasting = live.numbers_by("SELECT number FROM log WHERE lasting = 1 ORDER BY number");
    assert_eq!(lasting, said);
    let replayable = live.numbers_by("SELECT number FROM log WHERE lasting = 0 ORDER BY number");
    let bytes = live.numbers_by(bytes)[0];
    assert!(replayable[0] > 100, "the oldest are folded: {replayable:?}");
    assert!((5_000..40_000).contains(&bytes), "{bytes}");
    assert_eq!(replayable.last().copied(), live.replayed().head().into());

    // The newest snapshot is not the only one that the rest goes on from.
    let snapshots = live.snapshots();
    assert!(snapshots.len() >= 2, "{snapshots:?}");
    let newest = snapshots.last().unwrap();
    live.edit(&format!(
        "DELETE FROM snapshot_parts WHERE number = {newest}"
    ))
    .await;
    assert!((1..*newest).contains(&live.check().await));
}

#[tokio::test]
async fn folded_without_any_sound_snapshot_is_damage_and_stays_untouched() {
    let mut live = Live::with(StorageSettings {
        history_bytes: 10_000,
        ..eager()
    })
    .await;
    for _ in 0..30 {
        live.go_on(10).await;
    }
    live.edit("DELETE FROM snapshot_parts").await;
    let before = std::fs::read(live.fixture.path()).unwrap();
    let refused = live.fixture.storage.open(&id("one")).await.unwrap_err();
    assert!(matches!(refused, StorageError::Damaged(_)), "{refused}");
    assert!(std::fs::read(live.fixture.path()).unwrap() == before);
}

#[tokio::test]
async fn nothing_is_called_stored_that_another_reader_does_not_find() {
    let commits = Arc::new(Mutex::new(0_u64));
    let counted = Arc::clone(&commits);
    let mut live = Live::with(StorageSettings {
        before_commit: Some(BeforeCommit(Arc::new(move |_| {
            *counted.lock().unwrap() += 1;
            std::thread::sleep(Duration::from_millis(3));
        }))),
        ..eager()
    })
    .await;
    for number in 1..=60 {
        live.fixture
            .append(Record::Operation(numbered(number, done(number))));
        if number == 30 {
            live.fixture.wait_until_stored(1).await; // so that there are two commits at least
        }
        let told = live.fixture.state.borrow().stored;
        let found = live.numbers_by("SELECT coalesce(max(number), 0) FROM log")[0];
        assert!(told <= found, "{told} was told, {found} is there");
    }
    live.fixture.wait_until_stored(60).await;
    assert!(*commits.lock().unwrap() >= 2);
    let figures = live.fixture.storage.figures();
    assert_eq!(
        *commits.lock().unwrap(),
        figures.commits,
        "each was held up"
    );
    live.fixture.tamper(|connection| {
        let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        assert_eq!(pragma("synchronous"), Ok(2), "every commit is synced");
        assert_eq!(pragma("secure_delete"), Ok(1));
    });
    live.fixture
        .append(Record::Operation(numbered(61, done(61))));
    live.fixture.wait_until_stored(61).await;
}

#[tokio::test]
async fn verify_counts_what_is_there_and_finds_every_lie() {
    let mut live = Live::with(StorageSettings {
        history_bytes: 20_000,
        ..eager()
    })
    .await;
    for _ in 0..40 {
        let start = live.operations.len() as u64;
        let epoch = epoch(&format!("from-{start}"));
        live.fixture.append(Record::Epoch { epoch, start });
        live.go_on(10).await;
    }
    let picture = Blob {
        content_type: "image/png".to_owned(),
        bytes: vec![7; 600_000],
    };
    live.fixture
        .storage
        .keep_blob(&id("one"), picture)
        .await
        .unwrap();
    let beside = crate::storage::verify(&live.fixture.path()).expect("beside the writer");
    live.fixture.storage.close(&id("one")).await.unwrap();
    let found = crate::storage::verify(&live.fixture.path()).unwrap();
    assert_eq!(found, beside);
    let session = live.replayed();
    assert_eq!((found.head, found.shapes), (400, session.board().len()));
    assert_eq!(found.pictures, 1);
    assert!(
        found.folded > 0 && found.snapshots >= 2 && found.messages > 60,
        "{found:?}"
    );

    let sound = std::fs::read(live.fixture.path()).unwrap();
    for (lie, reason) in [
        ("DELETE FROM log WHERE number = 399", "is missing"),
        ("UPDATE log SET body = x'c1' WHERE number = 398", ""),
        ("UPDATE messages SET text = 'another' WHERE number = 397", "the chat"),
        ("DELETE FROM messages WHERE number = (SELECT min(number) FROM messages)", "the chat"),
        ("UPDATE snapshots SET parts = 9", "parts of a snapshot"),
        ("UPDATE epochs SET start = 401", "an epoch"),
        ("UPDATE blob_parts SET bytes = x'00' WHERE part = 1", "a picture"),
        ("DELETE FROM blob_parts WHERE part = 2", "a picture"),
        ("UPDATE snapshots SET number = number + 2 WHERE number = (SELECT max(number) FROM snapshots);
          UPDATE snapshot_parts SET number = number + 2 WHERE number = (SELECT max(number) FROM snapshot_parts)",
         "is not what the log makes"),
    ] {
        std::fs::write(live.fixture.path(), &sound).unwrap();
        let connection = Connection::open(live.fixture.path()).unwrap();
        connection.execute_batch(lie).unwrap();
        connection.close().unwrap();
        let refused = crate::storage::verify(&live.fixture.path()).unwrap_err().to_string();
        assert!(refused.contains(reason), "{lie}: {refused}");
    }
}

/// More than people who come back may want: the older part is done again while reading.
#[tokio::test]
async fn a_long_log_without_a_snapshot_is_read_in_pieces() {
    let mut live = Live::with(StorageSettings::default()).await;
    for _ in 0..5 {
        for _ in 0..10 {
            let number = live.operations.len() as u64 + 1;
            let shapes = (0..20).map(|at| match stroke(&format!("s{number}-{at}"), 9_000) {
                Operation::AddShapes { mut shapes } => shapes.remove(0),
                other => panic!("{other:?}"),
            });
            let operation = Operation::AddShapes {
                shapes: shapes.collect(),
            };
            let applied = numbered(number, operation);
            live.fixture.append(Record::Operation(Arc::clone(&applied)));
            live.operations.push(applied);
        }
        live.fixture
            .wait_until_stored(live.operations.len() as u64)
            .await;
    }
    live.fixture.storage.close(&id("one")).await.unwrap();
    let (stored, _) = live.fixture.storage.open(&id("one")).await.unwrap();
    let done = stored.state.number;
    assert!((1..40).contains(&done), "{done} are done already");
    assert_eq!(stored.log.len() as u64, 50 - done);
    assert_eq!(restored(stored).state(), live.replayed().state());

    live.edit("DELETE FROM log WHERE number = 3").await;
    let refused = live.fixture.storage.open(&id("one")).await.unwrap_err();
    assert!(matches!(refused, StorageError::Damaged(_)), "{refused}");
}
