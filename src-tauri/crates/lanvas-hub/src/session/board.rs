//! What lies on the board: which operations on shapes are taken, and what they do.

use std::{
    borrow::Borrow,
    cmp::Ordering,
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use lanvas_protocol::{
    ErrorCode, Operation, ParticipantId, Remainder, Shape, ShapeBody, ShapeChange, ShapeId,
    limits::{BOARD_SHAPES_MAX, OPERATION_SHAPES_MAX},
};

use super::blocks::{Block, Blocks, Place};

/// About how many bytes are kept of what was removed.
const REMOVED_BYTES: usize = 64;

/// A shape under its id. A map would hold the id a second time: 48 bytes a shape.
#[derive(Debug, Clone)]
struct ById {
    shape: Arc<Shape>,
    /// In which block it is.
    place: Place,
}

impl Borrow<ShapeId> for ById {
    fn borrow(&self) -> &ShapeId {
        &self.shape.id
    }
}

impl PartialEq for ById {
    fn eq(&self, other: &Self) -> bool {
        self.shape.id == other.shape.id
    }
}

impl Eq for ById {}

impl PartialOrd for ById {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ById {
    fn cmp(&self, other: &Self) -> Ordering {
        self.shape.id.cmp(&other.shape.id)
    }
}

/// The shapes of a session by id.
#[derive(Debug, Clone)]
pub struct Board {
    /// Ordered, so that whoever walks through them sees the same each time.
    shapes: BTreeSet<ById>,
    /// The same in the lots in which they are written for newcomers.
    blocks: Blocks,
    /// See [`lanvas_protocol::limits::BOARD_BYTES_MAX`].
    bytes_max: usize,
    /// Authors of removed shapes, so that an undone removal does not make the undoer the author.
    removed: HashMap<ShapeId, ParticipantId>,
}

impl Board {
    /// A blank one, that will be written in blocks of about so many bytes, and that takes at most
    /// `bytes_max` of memory.
    #[must_use]
    pub fn in_blocks_of(bytes: usize, bytes_max: usize) -> Self {
        Self {
            bytes_max,
            shapes: BTreeSet::new(),
            blocks: Blocks::of(bytes),
            removed: HashMap::new(),
        }
    }

    /// About how many bytes of memory it takes.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.blocks.weight() + self.removed.len() * REMOVED_BYTES
    }

    /// How many shapes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shapes.len()
    }

    /// Whether it is blank.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shapes.is_empty()
    }

    /// A shape, if it is on the board.
    #[must_use]
    pub fn get(&self, id: &ShapeId) -> Option<&Shape> {
        self.shapes.get(id).map(|it| it.shape.as_ref())
    }

    /// All shapes, by id.
    pub fn shapes(&self) -> impl Iterator<Item = &Arc<Shape>> {
        self.shapes.iter().map(|it| &it.shape)
    }

    /// All shapes in lots, for snapshots.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = &Arc<Block>> {
        self.blocks.filled()
    }

    /// Who had added what was removed, by id.
    pub(crate) fn removed(&self) -> Vec<(ShapeId, ParticipantId)> {
        let removed = self.removed.iter();
        let mut all: Vec<_> = removed.map(|(id, author)| (id.clone(), *author)).collect();
        all.sort_unstable();
        all
    }

    /// Takes over what was on another board.
    pub(crate) fn restore(
        &mut self,
        shapes: Vec<Arc<Shape>>,
        removed: Vec<(ShapeId, ParticipantId)>,
    ) {
        for shape in shapes {
            self.add(shape);
        }
        self.removed = removed.into_iter().collect();
    }

    /// Whether `author`, who is `called` so, may add these, with that written into each. Gives
    /// whether one said it was added at a time that it was not.
    ///
    /// # Errors
    /// The code of the first rule that is broken.
    pub(crate) fn admit_add(
        &self,
        shapes: &mut [Shape],
        author: ParticipantId,
        called: &str,
        now_ms: u64,
    ) -> Result<bool, ErrorCode> {
        check_count(shapes.len())?;
        let bytes = shapes.iter().map(Operation::weight_of).sum();
        self.check_room(shapes.len(), bytes)?;
        let mut dated = false;
        for index in 0..shapes.len() {
            let (before, rest) = shapes.split_at_mut(index);
            let shape = &mut rest[0];
            shape.validate()?;
            if self.shapes.contains(&shape.id) || before.iter().any(|other| other.id == shape.id) {
                return Err(ErrorCode::ShapeExists);
            }
            // What comes back is as it was: its first author's, with the name they had then.
            let said_ms = shape.added_ms;
            match self.removed.get(&shape.id) {
                Some(first) => (shape.author, shape.added_ms) = (*first, said_ms.min(now_ms)),
                None => sign(shape, author, called),
            }
            dated |= shape.added_ms != said_ms;
        }
        Ok(dated)
    }

    /// Whether these changes can be taken.
    ///
    /// # Errors
    /// The code of the first rule that is broken.
    pub(crate) fn admit_update(&self, changes: &[ShapeChange]) -> Result<(), ErrorCode> {
        check_count(changes.len())?;
        for change in changes {
            change.validate()?;
        }
        // What only moves or recolours takes no room, so a full board can still be tidied up.
        self.check_room(0, changes.iter().map(ShapeChange::weight).sum())?;
        self.some_exist(changes.iter().map(|change| &change.id))
    }

    /// Whether these can be removed.
    ///
    /// # Errors
    /// The code of the first rule that is broken.
    pub(crate) fn admit_remove(
        &self,
        ids: &[ShapeId],
        left: &[Remainder],
    ) -> Result<(), ErrorCode> {
        check_count(ids.len())?;
        if left.len() > OPERATION_SHAPES_MAX {
            return Err(ErrorCode::InvalidOperation);
        }
        self.some_exist(ids.iter())?;
        let points = left.iter().map(|it| it.points.as_packed().len());
        self.check_room(left.len(), points.sum())?;
        let taken: HashSet<&ShapeId> = ids.iter().collect();
        let mut pieces = HashSet::new();
        for Remainder { of, id, points } in left {
            if !taken.contains(of) || taken.contains(id) {
                return Err(ErrorCode::InvalidOperation);
            }
            if points.is_empty() {
                return Err(ErrorCode::InvalidShape);
            }
            if self.shapes.contains(id) || !pieces.insert(id) || self.was_of_another(id, of) {
                return Err(ErrorCode::ShapeExists);
            }
        }
        Ok(())
    }

    /// Whether that id was of a thing of somebody else than the stroke's author, and would be
    /// brought back as theirs.
    fn was_of_another(&self, id: &ShapeId, of: &ShapeId) -> bool {
        let (first, stroke) = (self.removed.get(id), self.get(of));
        matches!((first, stroke), (Some(first), Some(stroke)) if *first != stroke.author)
    }

    /// Whether so many more shapes of so many bytes may be on the board; nothing more always may.
    fn check_room(&self, shapes: usize, bytes: usize) -> Result<(), ErrorCode> {
        let many = shapes > 0 && self.shapes.len() + shapes > BOARD_SHAPES_MAX;
        let much = bytes > 0 && self.weight() + bytes > self.bytes_max;
        if many || much {
            Err(ErrorCode::BoardFull)
        } else {
            Ok(())
        }
    }

    fn some_exist<'a>(&self, mut ids: impl Iterator<Item = &'a ShapeId>) -> Result<(), ErrorCode> {
        if ids.any(|id| self.shapes.contains(id)) {
            Ok(())
        } else {
            Err(ErrorCode::ShapeNotFound)
        }
    }

    /// Does what the operation says; total, so that every replica does the same. What is added
    /// twice or is missing is passed over.
    pub fn apply(&mut self, operation: &Operation, time_ms: u64) {
        match operation {
            Operation::AddShapes { shapes } => {
                for shape in shapes {
                    self.removed.remove(&shape.id);
                    if !self.shapes.contains(&shape.id) {
                        let mut shape = shape.clone();
                        if shape.added_ms == 0 {
                            shape.added_ms = time_ms;
                        }
                        self.add(Arc::new(shape));
                    }
                }
            }
            Operation::UpdateShapes { changes } => {
                for change in changes {
                    self.change(change);
                }
            }
            Operation::RemoveShapes { ids, left } => {
                let pieces: Vec<Shape> = left.iter().filter_map(|it| self.piece(it)).collect();
                for id in ids {
                    self.remove(id);
                }
                for piece in pieces {
                    self.removed.remove(&piece.id);
                    self.add(Arc::new(piece));
                }
            }
            _ => {}
        }
    }

    fn piece(&self, left: &Remainder) -> Option<Shape> {
        left.cut_from(self.get(&left.of)?)
    }

    /// The first of an id stays.
    fn add(&mut self, shape: Arc<Shape>) {
        if !self.shapes.contains(&shape.id) {
            let place = self.blocks.add(Arc::clone(&shape));
            self.shapes.insert(ById { shape, place });
        }
    }

    fn change(&mut self, change: &ShapeChange) {
        let Some(ById { shape, place }) = self.shapes.take(&change.id) else {
            return;
        };
        drop(shape); // or changing it would make a copy
        let shape = self.blocks.change(place, change);
        self.shapes.insert(ById { shape, place });
    }

    fn remove(&mut self, id: &ShapeId) {
        let Some(ById { shape, place }) = self.shapes.take(id) else {
            return;
        };
        self.removed.insert(id.clone(), shape.author);
        let moved = self.blocks.remove(place);
        if let Some(mut moved) = moved.and_then(|id| self.shapes.take(&id)) {
            moved.place = place;
            self.shapes.insert(moved);
        }
    }
}

/// Writes into a shape who adds it.
fn sign(shape: &mut Shape, author: ParticipantId, called: &str) {
    shape.author = author;
    shape.added_ms = 0; // whoever does the operation knows its time
    if let ShapeBody::Note(note) = &mut shape.body {
        note.by = called.into();
    }
}

fn check_count(count: usize) -> Result<(), ErrorCode> {
    if (1..=OPERATION_SHAPES_MAX).contains(&count) {
        Ok(())
    } else {
        Err(ErrorCode::InvalidOperation)
    }
}
