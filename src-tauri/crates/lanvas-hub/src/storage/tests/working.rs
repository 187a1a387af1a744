//! What somebody did is the same out of the file, from whatever snapshot, as out of the whole log.

use super::{
    snapshotting::{Live, eager},
    *,
};
use crate::{
    session::work::{Asked, Concerned, WORK_BYTES_MAX, WORK_SHAPES_MAX, Without, Work},
    storage::WorkFound,
};

const VANDAL: ParticipantId = ParticipantId(9);

fn since(since_ms: u64) -> Asked {
    let who = VANDAL;
    Asked { who, since_ms }
}

fn vandalism(live: &Live, salt: u64) -> Arc<Applied> {
    let number = live.operations.len() as u64 + 1;
    let session = live.replayed();
    let shapes: Vec<_> = session.board().shapes().map(|it| it.id.clone()).collect();
    let victim = shapes[usize::try_from(salt * 7).unwrap() % shapes.len()].clone();
    let operation = match salt % 3 {
        0 => Operation::RemoveShapes {
            ids: vec![victim],
            left: Vec::new(),
        },
        1 => Operation::UpdateShapes {
            changes: vec![ShapeChange {
                y: Some(500.0),
                ..ShapeChange::of(victim)
            }],
        },
        _ => stroke(&format!("v{number}"), 10),
    };
    let applied = numbered(number, operation);
    Arc::new(Applied {
        author: VANDAL,
        ..Applied::clone(&applied)
    })
}

impl Live {
    async fn vandalise(&mut self, times: u64) {
        for salt in 0..times {
            let applied = vandalism(self, salt);
            self.tell(applied);
        }
        self.settle().await;
    }

    async fn found(&self, asked: Asked, unstored: Vec<Arc<Applied>>) -> WorkFound {
        let storage = &self.fixture.storage;
        storage.work(&id("one"), asked, unstored).await.unwrap()
    }

    /// By the whole log, without any file.
    fn expected(&self, asked: Asked) -> Without {
        let mut concerned = Concerned::new(asked, WORK_SHAPES_MAX);
        let log = self.operations.iter();
        log.clone().rev().for_each(|it| concerned.look_back(it));
        let mut work = Work::new(concerned, []);
        log.for_each(|it| work.follow(it));
        work.without(WORK_BYTES_MAX)
    }
}

#[tokio::test]
async fn the_file_tells_it_from_any_snapshot() {
    let mut live = Live::with(eager()).await;
    for _ in 0..9 {
        live.go_on(10).await;
    }
    live.vandalise(9).await;
    for _ in 0..9 {
        live.go_on(10).await;
    }
    live.vandalise(9).await;
    let snapshots = live.snapshots();
    assert!(snapshots.iter().any(|it| *it > 100), "{snapshots:?}");
    for number in [0, 92, 150, 185, 500] {
        let asked = since(TIME_MS + number);
        let found = live.found(asked, Vec::new()).await;
        assert_eq!(found.without, live.expected(asked), "since {number}");
        assert_eq!(found.kept_from_ms, None);
        assert_eq!(found.without == Without::default(), number == 500);
    }
    assert_eq!(
        live.expected(since(0)).gone.len(),
        6,
        "all that they added goes"
    );
}

#[tokio::test]
async fn what_is_not_stored_yet_counts() {
    let mut live = Live::with(eager()).await;
    live.go_on(20).await;
    let latest = vandalism(&live, 0);
    live.operations.push(Arc::clone(&latest));
    let stored = Arc::clone(&live.operations[10]);
    let found = live.found(since(0), vec![stored, latest]).await;
    assert_eq!(found.without, live.expected(since(0)));
    assert_eq!(found.without.shapes.len(), 1);
}

#[tokio::test]
async fn where_the_log_is_folded_it_says_from_when_on_it_knows() {
    let mut live = Live::with(StorageSettings {
        history_bytes: 20_000,
        ..eager()
    })
    .await;
    live.go_on(30).await;
    live.vandalise(6).await;
    let first = "SELECT number FROM log WHERE lasting = 0 ORDER BY number LIMIT 1";
    while live.numbers_by(first)[0] < 40 {
        live.go_on(30).await;
    }
    live.vandalise(6).await;
    let kept = live.numbers_by(first)[0];
    let found = live.found(since(0), Vec::new()).await;
    assert_eq!(found.kept_from_ms, Some(TIME_MS + kept));
    let asked = since(TIME_MS + kept);
    assert_eq!(found.without, live.expected(asked));
    let found = live.found(asked, Vec::new()).await;
    assert_eq!(found.kept_from_ms, None, "all of what was asked for");
}
