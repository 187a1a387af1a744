//! What lies on the board: which operations on shapes are taken, and what they do.

use std::{
    borrow::Borrow,
    cmp::Ordering,
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use lanvas_protocol::{
    ErrorCode, Operation, ParticipantId, Shape, ShapeBody, ShapeChange, ShapeId,
    limits::{BOARD_SHAPES_MAX, OPERATION_SHAPES_MAX},
};

/// A shape under its id. A map would hold the id a second time: 48 bytes a shape.
#[derive(Debug, Clone)]
struct ById(Arc<Shape>);

impl Borrow<ShapeId> for ById {
    fn borrow(&self) -> &ShapeId {
        &self.0.id
    }
}

impl PartialEq for ById {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
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
        self.0.id.cmp(&other.0.id)
    }
}

/// The shapes of a session by id.
#[derive(Debug, Default, Clone)]
pub struct Board {
    /// Ordered, so that the same board makes the same snapshot.
    shapes: BTreeSet<ById>,
    /// Authors of removed shapes, so that an undone removal does not make the undoer the author.
    removed: HashMap<ShapeId, ParticipantId>,
}

impl Board {
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
        self.shapes.get(id).map(|it| it.0.as_ref())
    }

    /// All shapes, by id.
    pub fn shapes(&self) -> impl Iterator<Item = &Arc<Shape>> {
        self.shapes.iter().map(|it| &it.0)
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
        self.shapes = shapes.into_iter().map(ById).collect();
        self.removed = removed.into_iter().collect();
    }

    /// Whether `author`, who is `called` so, may add these, with that written into each.
    ///
    /// # Errors
    /// The code of the first rule that is broken.
    pub(crate) fn admit_add(
        &self,
        shapes: &mut [Shape],
        author: ParticipantId,
        called: &str,
    ) -> Result<(), ErrorCode> {
        check_count(shapes.len())?;
        if self.shapes.len() + shapes.len() > BOARD_SHAPES_MAX {
            return Err(ErrorCode::BoardFull);
        }
        for index in 0..shapes.len() {
            let (before, rest) = shapes.split_at_mut(index);
            let shape = &mut rest[0];
            shape.validate()?;
            if self.shapes.contains(&shape.id) || before.iter().any(|other| other.id == shape.id) {
                return Err(ErrorCode::ShapeExists);
            }
            // What comes back is as it was: its first author's, with the name they had then.
            match self.removed.get(&shape.id) {
                Some(first) => shape.author = *first,
                None => sign(shape, author, called),
            }
        }
        Ok(())
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
        self.some_exist(changes.iter().map(|change| &change.id))
    }

    /// Whether these can be removed.
    ///
    /// # Errors
    /// The code of the first rule that is broken.
    pub(crate) fn admit_remove(&self, ids: &[ShapeId]) -> Result<(), ErrorCode> {
        check_count(ids.len())?;
        self.some_exist(ids.iter())
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
    pub fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::AddShapes { shapes } => {
                for shape in shapes {
                    self.removed.remove(&shape.id);
                    if !self.shapes.contains(&shape.id) {
                        self.shapes.insert(ById(Arc::new(shape.clone())));
                    }
                }
            }
            Operation::UpdateShapes { changes } => {
                for change in changes {
                    if let Some(mut shape) = self.shapes.take(&change.id) {
                        Arc::make_mut(&mut shape.0).apply(change);
                        self.shapes.insert(shape);
                    }
                }
            }
            Operation::RemoveShapes { ids } => {
                for id in ids {
                    if let Some(shape) = self.shapes.take(id) {
                        self.removed.insert(id.clone(), shape.0.author);
                    }
                }
            }
            Operation::EditNotes { .. }
            | Operation::PostMessage { .. }
            | Operation::SetTitle { .. } => {}
        }
    }
}

/// Writes into a shape who adds it.
fn sign(shape: &mut Shape, author: ParticipantId, called: &str) {
    shape.author = author;
    if let ShapeBody::Note { by, .. } = &mut shape.body {
        *by = called.into();
    }
}

fn check_count(count: usize) -> Result<(), ErrorCode> {
    if (1..=OPERATION_SHAPES_MAX).contains(&count) {
        Ok(())
    } else {
        Err(ErrorCode::InvalidOperation)
    }
}
