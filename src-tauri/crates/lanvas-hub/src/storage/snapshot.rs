//! A snapshot: what the operations up to a number made, so that opening need not do them again.
//!
//! In the file it is parts of about [`PART_BYTES`], each with a checksum, and last a row that says
//! how many: without that row it does not count. Parts are MessagePack with names, so that a later
//! Lanvas reads it (decisions/0005). It holds no words of the chat: operations of the chat are
//! *lasting*, they stay in the log and are done again at every opening. Nothing here knows SQL.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use flate2::Crc;
use lanvas_protocol::{Operation, ParticipantId, ReplicaId, Shape, ShapeId, message::NotesPage};
use serde::{Deserialize, Serialize};

use super::{StorageError, database::decode};
use crate::session::standing::Standings;

/// About how many bytes a part has. It is written in one go, between the commits of others.
const PART_BYTES: usize = 1024 * 1024;
/// How many small things go into one part.
const PART_ENTRIES: usize = 16 * 1024;
/// Threads that read parts, and how many parts may wait for them.
const PART_READERS: usize = 4;
const PARTS_AHEAD: usize = 4;

/// What a session is after an operation, but for its chat.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SessionState {
    /// The number of that operation; 0 for a blank session.
    pub number: u64,
    /// What lies on the board, by id.
    pub shapes: Vec<Arc<Shape>>,
    /// Who had added what was removed, by id.
    pub removed: Vec<(ShapeId, ParticipantId)>,
    /// Whose each copy of a client is, and the last submission of it that was numbered; by id.
    pub replicas: Vec<(ReplicaId, ParticipantId, u32)>,
    /// The text of the notes' first page.
    pub notes: String,
    /// The pages of the notes by id, the first one without its text.
    pub pages: Vec<NotesPage>,
    /// What people are, and what the session leaves to whom.
    pub standings: Standings,
}

/// Whether an operation stays in the log however old it is: what it does is in no snapshot.
#[must_use]
pub fn is_lasting(operation: &Operation) -> bool {
    match operation {
        Operation::PostMessage(_)
        | Operation::EditMessage { .. }
        | Operation::DeleteMessage { .. }
        | Operation::React { .. }
        | Operation::SetSlowMode { .. } => true,
        Operation::AddShapes { .. }
        | Operation::UpdateShapes { .. }
        | Operation::RemoveShapes { .. }
        | Operation::EditNotes { .. }
        | Operation::EditPage { .. }
        | Operation::AddPage { .. }
        | Operation::UpdatePage { .. }
        | Operation::SetTitle { .. }
        | Operation::SetRole { .. }
        | Operation::LowerEveryone { .. }
        | Operation::SetRules { .. }
        | Operation::Mute { .. }
        | Operation::Remove { .. }
        | Operation::LiftBan { .. }
        | Operation::NoteUndone { .. } => false,
    }
}

/// A piece of a [`SessionState`].
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Part {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    shapes: Vec<Arc<Shape>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    removed: Vec<(ShapeId, ParticipantId)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    replicas: Vec<(ReplicaId, ParticipantId, u32)>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    notes: String,
    /// Absent in what was written when the notes were one page.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pages: Vec<NotesPage>,
    /// In the first part; all of it, for it is small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    standings: Option<Standings>,
}

impl SessionState {
    /// Takes over a part that was read.
    pub(super) fn add(&mut self, part: Part) {
        self.shapes.extend(part.shapes);
        self.removed.extend(part.removed);
        self.replicas.extend(part.replicas);
        self.notes.push_str(&part.notes);
        self.pages.extend(part.pages);
        if let Some(standings) = part.standings {
            self.standings = standings;
        }
    }
}

/// A state on its way into the file, part by part.
#[derive(Debug)]
pub(super) struct Parts {
    state: SessionState,
    shapes: usize,
    removed: usize,
    replicas: usize,
    notes: bool,
    pages: usize,
}

impl Parts {
    pub(super) fn of(state: SessionState) -> Self {
        Self {
            state,
            shapes: 0,
            removed: 0,
            replicas: 0,
            notes: false,
            pages: 0,
        }
    }

    /// The number of the last operation in it.
    pub(super) fn number(&self) -> u64 {
        self.state.number
    }

    fn some_shapes(&mut self) -> Vec<Arc<Shape>> {
        let mut bytes = 0;
        let left = self.state.shapes.iter().skip(self.shapes);
        let part: Vec<_> = left
            .take_while(|shape| {
                let fits = bytes < PART_BYTES;
                bytes += Operation::weight_of(shape);
                fits
            })
            .cloned()
            .collect();
        self.shapes += part.len();
        part
    }

    fn some_pages(&mut self) -> Vec<NotesPage> {
        let mut bytes = 0;
        let left = self.state.pages.iter().skip(self.pages);
        let part: Vec<_> = left
            .take_while(|page| {
                let fits = bytes < PART_BYTES;
                bytes += page.text.len();
                fits
            })
            .cloned()
            .collect();
        self.pages += part.len();
        part
    }
}

impl Iterator for Parts {
    type Item = Part;

    fn next(&mut self) -> Option<Part> {
        let shapes = self.some_shapes();
        let pages = self.some_pages();
        let notes = !std::mem::replace(&mut self.notes, true);
        let part = Part {
            removed: some(&self.state.removed, &mut self.removed),
            replicas: some(&self.state.replicas, &mut self.replicas),
            notes: if notes {
                std::mem::take(&mut self.state.notes)
            } else {
                String::new()
            },
            standings: Some(std::mem::take(&mut self.state.standings)).filter(|it| !it.are_plain()),
            shapes,
            pages,
        };
        (!part.is_empty()).then_some(part)
    }
}

impl Part {
    fn is_empty(&self) -> bool {
        self.shapes.is_empty()
            && self.removed.is_empty()
            && self.replicas.is_empty()
            && self.notes.is_empty()
            && self.pages.is_empty()
            && self.standings.is_none()
    }
}

fn some<T: Clone>(entries: &[T], done: &mut usize) -> Vec<T> {
    let part: Vec<_> = entries
        .iter()
        .skip(*done)
        .take(PART_ENTRIES)
        .cloned()
        .collect();
    *done += part.len();
    part
}

/// Guards a part against what a disk does to it. Against people there is `verify`.
pub(super) fn checksum(body: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(body);
    crc.sum()
}

/// A part as the file has it.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) part: u64,
    pub(super) checksum: u32,
    pub(super) bytes: Vec<u8>,
}

impl Body {
    fn read(&self, expected: u64) -> Result<Part, StorageError> {
        if self.part != expected || self.checksum != checksum(&self.bytes) {
            let damage = format!("part {expected} of a snapshot");
            return Err(StorageError::Damaged(damage));
        }
        Ok(decode(&self.bytes, 2)?)
    }
}

/// Reads parts that come in order, on several threads: they are what opening a large board takes
/// longest for.
pub(super) fn read_parts(
    bodies: impl Iterator<Item = rusqlite::Result<Body>>,
) -> Result<Vec<Part>, StorageError> {
    let (sender, receiver) = mpsc::sync_channel::<(u64, Body)>(PARTS_AHEAD);
    let receiver = Mutex::new(receiver);
    thread::scope(|scope| {
        let readers: Vec<_> = (0..PART_READERS)
            .map(|_| scope.spawn(|| read_some(&receiver)))
            .collect();
        let fed = bodies.zip(0..).try_for_each(|(body, expected)| {
            let _ = sender.send((expected, body?));
            Ok::<_, rusqlite::Error>(())
        });
        drop(sender);
        let mut parts = Vec::new();
        for reader in readers {
            parts.extend(reader.join().unwrap_or(Err(StorageError::Stopped))?);
        }
        fed?;
        parts.sort_unstable_by_key(|(at, _)| *at);
        Ok(parts.into_iter().map(|(_, part)| part).collect())
    })
}

fn read_some(
    bodies: &Mutex<mpsc::Receiver<(u64, Body)>>,
) -> Result<Vec<(u64, Part)>, StorageError> {
    let mut parts = Vec::new();
    let next = || bodies.lock().unwrap_or_else(PoisonError::into_inner).recv();
    let mut damage = None;
    // To the end also after damage: who feeds this waits for room.
    while let Ok((expected, body)) = next() {
        if damage.is_none() {
            match body.read(expected) {
                Ok(part) => parts.push((expected, part)),
                Err(error) => damage = Some(error),
            }
        }
    }
    damage.map_or(Ok(parts), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::database::encoded;

    /// A part as it was before the notes had pages.
    #[derive(Serialize)]
    struct OlderPart {
        notes: String,
    }

    #[test]
    fn a_part_from_before_there_were_pages_is_read() {
        let older = OlderPart {
            notes: "Plan".to_owned(),
        };
        let part: Part = decode(&encoded(&older).unwrap(), 2).unwrap();
        let mut state = SessionState::default();
        state.add(part);
        assert_eq!((state.notes.as_str(), state.pages.len()), ("Plan", 0));
    }

    #[test]
    fn large_pages_go_into_parts_of_their_own() {
        let page = |number: usize| NotesPage {
            page: lanvas_protocol::PageId::new(format!("p{number}")).unwrap(),
            text: "x".repeat(PART_BYTES),
            ..NotesPage::default()
        };
        let state = SessionState {
            number: 4,
            notes: "first".to_owned(),
            pages: (0..3).map(page).collect(),
            ..SessionState::default()
        };
        let parts: Vec<_> = Parts::of(state.clone()).collect();
        assert_eq!(parts.len(), 3);
        let mut again = SessionState {
            number: 4,
            ..SessionState::default()
        };
        for part in parts {
            again.add(decode(&encoded(&part).unwrap(), 2).unwrap());
        }
        assert_eq!(again, state);
    }
}
