//! The promises of storage.rs, on real files.

mod chatting;
mod crashing;
mod discarding;
mod faults;
mod figures;
mod keeping;
mod migrating;
mod refusing;
mod snapshotting;
mod transferring;
mod working;

use std::{path::PathBuf, sync::Arc, time::Duration};

use lanvas_protocol::{
    Color, Epoch, Operation, PageId, ParticipantId, Point, Points, ReplicaId, SessionId, Shape,
    ShapeBody, ShapeChange, ShapeId, TextChange, TextChanges, chat::Post, message::NotesPage,
    operation::MessageAuthor,
};
use tempfile::TempDir;
use tokio::sync::watch;

use super::{
    AppendError, Applied, Health, Page, Record, Search, SessionFile, SessionMeta, SessionState,
    Storage, StorageError, StorageSettings, StorageState, StoredParticipant, StoredSession,
};

/// Longer than any of this takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
const TIME_MS: u64 = 1_790_000_000_000;

fn id(text: &str) -> SessionId {
    SessionId::new(text).unwrap()
}

fn meta(name: &str) -> SessionMeta {
    SessionMeta {
        id: id(name),
        title: format!("Title of {name}"),
        created_ms: TIME_MS,
    }
}

/// A storage in a folder of its own with one open session, `one`.
struct Fixture {
    folder: TempDir,
    storage: Storage,
    state: watch::Receiver<StorageState>,
}

impl Fixture {
    async fn new() -> Self {
        Self::with(StorageSettings::default()).await
    }

    async fn with(settings: StorageSettings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::start_with(folder.path(), settings).unwrap();
        storage.create(meta("one")).await.unwrap();
        let (_, state) = storage.open(&id("one")).await.unwrap();
        Self {
            folder,
            storage,
            state,
        }
    }

    fn append(&self, record: Record) {
        self.storage.append(&id("one"), record).unwrap();
    }

    fn append_operation(&self, number: u64, operation: Operation) {
        self.append(Record::Operation(numbered(number, operation)));
    }

    async fn wait_for(&mut self, wanted: impl FnMut(&StorageState) -> bool) -> StorageState {
        wait_for(&mut self.state, wanted).await
    }

    async fn wait_until_stored(&mut self, number: u64) {
        self.wait_for(|state| state.stored >= number).await;
    }

    /// Does something to the writer's connection, in the writer's thread.
    fn tamper(&self, tamper: impl FnOnce(&rusqlite::Connection) + Send + 'static) {
        let tamper = super::queue::Tamper(Box::new(tamper));
        self.storage.shared.queue.tamper(&id("one"), tamper);
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("sessions/one.lanvas")
    }

    /// Closes the session and opens it again.
    async fn reopen(&mut self) -> StoredSession {
        self.storage.close(&id("one")).await.unwrap();
        let (session, state) = self.storage.open(&id("one")).await.unwrap();
        self.state = state;
        session
    }
}

async fn wait_for(
    state: &mut watch::Receiver<StorageState>,
    wanted: impl FnMut(&StorageState) -> bool,
) -> StorageState {
    let found = tokio::time::timeout(PATIENCE, state.wait_for(wanted)).await;
    found.expect("in time").expect("still open").clone()
}

fn numbered(number: u64, operation: Operation) -> Arc<Applied> {
    Arc::new(Applied {
        number,
        author: ParticipantId(2),
        time_ms: TIME_MS + number,
        replica: ReplicaId::new("r1").unwrap(),
        seq: u32::try_from(number).unwrap(),
        operation,
    })
}

fn shape_id(text: &str) -> ShapeId {
    ShapeId::new(text).unwrap()
}

fn color() -> Color {
    Color([0x12, 0xab, 0xff])
}

fn stroke(name: &str, points: u16) -> Operation {
    let points: Vec<_> = (0..points)
        .map(|at| Point {
            x: f64::from(at) * 1.5,
            y: f64::from(at % 7) * 2.25,
            pressure: Some(0.5),
            time_ms: Some(u32::from(at) * 8),
        })
        .collect();
    Operation::AddShapes {
        shapes: vec![Shape {
            author: ParticipantId(2),
            ..Shape::plain(
                shape_id(name),
                10.5,
                -3.0,
                1.0,
                color(),
                ShapeBody::stroke(4.0, Points::pack(&points, 4).unwrap()),
            )
        }],
    }
}

fn post(text: &str) -> Operation {
    Operation::PostMessage(Post {
        by: Some(MessageAuthor::new("Ann".to_owned(), color())),
        ..Post::from(text)
    })
}

/// One of every kind.
fn operations() -> Vec<Operation> {
    let change = ShapeChange {
        x: Some(-0.125),
        width: Some(2.5),
        ..ShapeChange::of(shape_id("s1"))
    };
    let changes = TextChanges(vec![
        TextChange::Retain(0),
        TextChange::Replace {
            deleted: 0,
            inserted: "Grüße 👋\n".to_owned(),
        },
    ]);
    vec![
        stroke("s1", 50),
        Operation::UpdateShapes {
            changes: vec![change],
        },
        Operation::RemoveShapes {
            ids: vec![shape_id("s1")],
            left: Vec::new(),
        },
        Operation::EditNotes {
            base: 3,
            changes: changes.clone(),
        },
        Operation::AddPage {
            page: PageId::new("p2").unwrap(),
            title: "Ideas".to_owned(),
            order: 1.0,
        },
        Operation::EditPage {
            page: PageId::new("p2").unwrap(),
            base: 5,
            changes,
        },
        Operation::UpdatePage {
            page: PageId::first(),
            title: None,
            order: Some(2.5),
            removed: Some(true),
        },
        post("hello"),
        Operation::SetTitle {
            title: "Über „uns“".to_owned(),
        },
    ]
}

fn participant(number: u32, name: &str) -> StoredParticipant {
    StoredParticipant {
        id: ParticipantId(number),
        name: name.to_owned(),
        color: color(),
        secret_hash: [u8::try_from(number).unwrap(); 32],
    }
}

fn epoch(text: &str) -> Epoch {
    Epoch::new(text).unwrap()
}
