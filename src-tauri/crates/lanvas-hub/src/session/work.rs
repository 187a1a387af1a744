//! What somebody did on the board since a time, and what the board would be without it.
//!
//! The log is done twice side by side: as it was, and without their operations since then. So what
//! they added goes, what they removed comes back, and what they changed is as it was, unless others
//! changed the same since: their later word counts in both. Of a stroke that they cut all pieces go
//! and it is whole again, but where others have changed a piece since the cut stays.
//!
//! It must not know files or routes, and holds no more shapes than theirs and what those were cut of.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use lanvas_protocol::{Operation, ParticipantId, Remainder, Shape, ShapeId, operation::Applied};

/// Shapes of one answer: past it the latest are told, and the rest can be asked for afterwards.
pub const WORK_SHAPES_MAX: usize = 20_000;
/// About how many bytes the shapes of one answer take.
pub const WORK_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Whose work, since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Who did it.
    pub who: ParticipantId,
    /// Milliseconds since 1970 UTC.
    pub since_ms: u64,
}

impl Asked {
    /// Whether it is of that work.
    #[must_use]
    pub fn is_about(&self, applied: &Applied) -> bool {
        applied.author == self.who && applied.time_ms >= self.since_ms
    }
}

/// The board as it would be without somebody's work, where that is not as it is.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Without {
    /// What would not be there.
    pub gone: Vec<ShapeId>,
    /// What would be there, or be otherwise: as it would be.
    pub shapes: Vec<Arc<Shape>>,
    /// Whether this is not all: the latest is here.
    pub more: bool,
}

/// Which shapes it is about. The operations are looked at from the latest back.
#[derive(Debug)]
pub struct Concerned {
    asked: Asked,
    shapes_max: usize,
    ids: HashSet<ShapeId>,
    more: bool,
}

impl Concerned {
    /// Of about so many shapes the latest.
    #[must_use]
    pub fn new(asked: Asked, shapes_max: usize) -> Self {
        Self {
            asked,
            shapes_max,
            ids: HashSet::new(),
            more: false,
        }
    }

    /// The operation before those that were looked at.
    pub fn look_back(&mut self, applied: &Applied) {
        if self.asked.is_about(applied) {
            self.take(&applied.operation);
        }
        let Operation::RemoveShapes { left, .. } = &applied.operation else {
            return;
        };
        let mut cut: HashSet<&ShapeId> = HashSet::new();
        cut.extend(
            left.iter()
                .filter(|it| self.ids.contains(&it.id))
                .map(|it| &it.of),
        );
        for piece in left.iter().filter(|it| cut.contains(&it.of)) {
            self.ids.insert(piece.of.clone());
            self.ids.insert(piece.id.clone());
        }
    }

    fn take(&mut self, operation: &Operation) {
        let touched = touched(operation);
        if self.ids.len() >= self.shapes_max {
            self.more |= touched.iter().any(|id| !self.ids.contains(*id));
            return;
        }
        self.ids.extend(touched.into_iter().cloned());
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

fn touched(operation: &Operation) -> Vec<&ShapeId> {
    match operation {
        Operation::AddShapes { shapes } => shapes.iter().map(|shape| &shape.id).collect(),
        Operation::UpdateShapes { changes } => changes.iter().map(|change| &change.id).collect(),
        Operation::RemoveShapes { ids, left } => ids
            .iter()
            .chain(left.iter().map(|piece| &piece.id))
            .collect(),
        _ => Vec::new(),
    }
}

type Shapes = BTreeMap<ShapeId, Arc<Shape>>;

/// The two boards, side by side.
#[derive(Debug)]
pub struct Work {
    concerned: Concerned,
    is: Shapes,
    without: Shapes,
    /// Of pieces that came about by their cuts: the stroke.
    strokes: HashMap<ShapeId, ShapeId>,
    /// Strokes they cut, of which others have changed a piece.
    kept: HashSet<ShapeId>,
}

impl Work {
    /// Begins with `board`, as it was before the operations that follow.
    pub fn new(concerned: Concerned, board: impl IntoIterator<Item = Arc<Shape>>) -> Self {
        let shapes = board
            .into_iter()
            .filter(|shape| concerned.ids.contains(&shape.id));
        let is: Shapes = shapes.map(|shape| (shape.id.clone(), shape)).collect();
        Self {
            without: is.clone(),
            concerned,
            is,
            strokes: HashMap::new(),
            kept: HashSet::new(),
        }
    }

    /// The next operation of the log.
    pub fn follow(&mut self, applied: &Applied) {
        let theirs = self.concerned.asked.is_about(applied);
        match &applied.operation {
            Operation::AddShapes { shapes } => {
                for shape in shapes {
                    self.add(shape, applied.time_ms, theirs);
                }
            }
            Operation::UpdateShapes { changes } => {
                for change in changes {
                    if let Some(shape) = self.is.get_mut(&change.id) {
                        Arc::make_mut(shape).apply(change);
                    }
                    if theirs {
                        continue;
                    }
                    self.keep_cut(&change.id);
                    if let Some(shape) = self.without.get_mut(&change.id) {
                        Arc::make_mut(shape).apply(change);
                    }
                }
            }
            Operation::RemoveShapes { ids, left } => self.remove(ids, left, theirs),
            _ => {}
        }
    }

    fn add(&mut self, shape: &Shape, time_ms: u64, theirs: bool) {
        if !self.concerned.ids.contains(&shape.id) {
            return;
        }
        let mut shape = shape.clone();
        if shape.added_ms == 0 {
            shape.added_ms = time_ms;
        }
        let shape = Arc::new(shape);
        self.strokes.remove(&shape.id); // under this id it is a thing of its own now
        if !theirs {
            self.without.insert(shape.id.clone(), Arc::clone(&shape));
        }
        self.is.entry(shape.id.clone()).or_insert(shape);
    }

    fn remove(&mut self, ids: &[ShapeId], left: &[Remainder], theirs: bool) {
        let pieces_of = |shapes: &Shapes| -> Vec<Shape> {
            let pieces = left.iter();
            pieces
                .filter_map(|it| it.cut_from(shapes.get(&it.of)?))
                .collect()
        };
        let pieces = (pieces_of(&self.is), pieces_of(&self.without));
        for piece in left {
            self.come_of(piece, theirs);
            self.let_go(piece);
        }
        for id in ids {
            self.is.remove(id);
            if !theirs {
                self.keep_cut(id);
                self.without.remove(id);
            }
        }
        put(&mut self.is, pieces.0);
        if !theirs {
            put(&mut self.without, pieces.1);
        }
    }

    /// A piece belongs to the stroke that they cut first.
    fn come_of(&mut self, piece: &Remainder, theirs: bool) {
        let stroke = self.strokes.get(&piece.of).cloned();
        let stroke = stroke.or_else(|| theirs.then(|| piece.of.clone()));
        if self.concerned.ids.contains(&piece.of) {
            self.concerned.ids.insert(piece.id.clone());
        }
        if let Some(stroke) = stroke {
            self.strokes.insert(piece.id.clone(), stroke);
        }
    }

    /// What others left of a stroke that is not theirs to answer for, under an id that was: they did
    /// nothing to it, or the stroke would be known.
    fn let_go(&mut self, piece: &Remainder) {
        if self.concerned.ids.contains(&piece.of) || !self.concerned.ids.remove(&piece.id) {
            return;
        }
        self.is.remove(&piece.id);
        self.without.remove(&piece.id);
    }

    /// Others have changed it: if it is a piece of a stroke that they cut, the cut stays.
    fn keep_cut(&mut self, id: &ShapeId) {
        if let Some(stroke) = self.strokes.get(id) {
            self.kept.insert(stroke.clone());
        }
    }

    /// What is not as it would be without them, of about so many bytes.
    #[must_use]
    pub fn without(self, bytes_max: usize) -> Without {
        let mut told = Without {
            more: self.concerned.more,
            ..Without::default()
        };
        let gone = self.is.keys().filter(|id| !self.without.contains_key(*id));
        told.gone = gone.filter(|id| !self.stays(id)).cloned().collect();
        let mut bytes = 0;
        for (id, shape) in &self.without {
            let is = self.is.get(id);
            if is.is_some_and(|is| are_alike(is, shape)) || self.stays(id) {
                continue;
            }
            bytes += size_of::<Shape>() + shape.body.weight();
            if bytes > bytes_max {
                told.more = true;
                break;
            }
            told.shapes.push(Arc::clone(shape));
        }
        told
    }

    /// Whether it is, or is a piece of, a stroke of others whose cut stays.
    fn stays(&self, id: &ShapeId) -> bool {
        let stroke = self.strokes.get(id).unwrap_or(id);
        self.kept.contains(stroke) && self.without.contains_key(stroke)
    }
}

/// But for when it was added, which nobody can change.
fn are_alike(a: &Arc<Shape>, b: &Arc<Shape>) -> bool {
    let dated = |added_ms| Shape {
        added_ms,
        ..Shape::clone(a)
    };
    a == b || dated(b.added_ms) == **b
}

fn put(shapes: &mut Shapes, pieces: Vec<Shape>) {
    let pieces = pieces
        .into_iter()
        .map(|piece| (piece.id.clone(), Arc::new(piece)));
    shapes.extend(pieces);
}

#[cfg(test)]
mod tests;
