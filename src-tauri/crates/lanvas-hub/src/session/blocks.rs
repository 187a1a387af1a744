//! The shapes of a board in blocks that are written for newcomers one by one.
//!
//! A change touches one block, so the bytes of all others can be sent again as they are. Blocks
//! are immutable once somebody else holds them: a change then makes a copy of the block, which
//! costs as much as it has shapes, and shares the shapes themselves.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use lanvas_protocol::{Operation, Shape, ShapeChange, ShapeId};

/// Some shapes, and the bytes they were last written as.
#[derive(Debug, Default)]
pub struct Block {
    shapes: Vec<Arc<Shape>>,
    weight: usize,
    written: Mutex<Option<Bytes>>,
}

impl Clone for Block {
    fn clone(&self) -> Self {
        Self {
            shapes: self.shapes.clone(),
            weight: self.weight,
            written: Mutex::default(),
        }
    }
}

impl Block {
    /// What is in it.
    #[must_use]
    pub fn shapes(&self) -> &[Arc<Shape>] {
        &self.shapes
    }

    /// About how many bytes it holds.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.weight
    }

    /// The bytes it was written as, if it was.
    #[must_use]
    pub fn written(&self) -> Option<Bytes> {
        self.lock().clone()
    }

    /// Keeps the bytes that it was written as.
    pub fn keep_written(&self, bytes: Bytes) {
        *self.lock() = Some(bytes);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Bytes>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a shape is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    block: u32,
    slot: u32,
}

/// All blocks of a board.
#[derive(Debug, Clone)]
pub(crate) struct Blocks {
    blocks: Vec<Arc<Block>>,
    /// About how many bytes go into one.
    bytes: usize,
    /// About how many bytes all of them hold.
    weight: usize,
    /// Where the next shape goes, if it fits.
    current: usize,
    /// Others that are less than half full.
    roomy: BTreeSet<usize>,
}

impl Blocks {
    pub(crate) fn of(bytes: usize) -> Self {
        Self {
            blocks: vec![Arc::default()],
            bytes,
            weight: 0,
            current: 0,
            roomy: BTreeSet::new(),
        }
    }

    /// Those that have shapes, in the order in which they came to be.
    pub(crate) fn filled(&self) -> impl Iterator<Item = &Arc<Block>> {
        self.blocks.iter().filter(|block| !block.shapes.is_empty())
    }

    /// About how many bytes they hold.
    pub(crate) fn weight(&self) -> usize {
        self.weight
    }

    pub(crate) fn add(&mut self, shape: Arc<Shape>) -> Place {
        let weight = Operation::weight_of(&shape);
        self.weight += weight;
        let index = self.with_room_for(weight);
        let block = self.open(index);
        block.weight += weight;
        block.shapes.push(shape);
        Place {
            block: small(index),
            slot: small(block.shapes.len() - 1),
        }
    }

    /// Gives what it is now.
    pub(crate) fn change(&mut self, place: Place, change: &ShapeChange) -> Arc<Shape> {
        let index = place.block as usize;
        let block = self.open(index);
        let shape = &mut block.shapes[place.slot as usize];
        let before = Operation::weight_of(shape);
        Arc::make_mut(shape).apply(change);
        let after = Operation::weight_of(shape);
        block.weight = block.weight - before + after;
        let shape = Arc::clone(shape);
        self.weight = self.weight - before + after;
        self.note_room(index);
        shape
    }

    /// Takes a shape out. Gives the id of the one that is in its place now, if any.
    pub(crate) fn remove(&mut self, place: Place) -> Option<ShapeId> {
        let (index, slot) = (place.block as usize, place.slot as usize);
        let block = self.open(index);
        let shape = block.shapes.swap_remove(slot);
        let weight = Operation::weight_of(&shape);
        block.weight -= weight;
        let moved = block.shapes.get(slot).map(|other| other.id.clone());
        self.weight -= weight;
        self.note_room(index);
        moved
    }

    /// The block for changing; what it was written as is no longer so.
    fn open(&mut self, index: usize) -> &mut Block {
        let block = Arc::make_mut(&mut self.blocks[index]);
        block.written = Mutex::default();
        block
    }

    fn with_room_for(&mut self, weight: usize) -> usize {
        let mut next = Some(self.current);
        while let Some(index) = next {
            let block = &self.blocks[index];
            if block.shapes.is_empty() || block.weight + weight <= self.bytes {
                self.current = index;
                return index;
            }
            next = self.roomy.pop_first();
        }
        self.blocks.push(Arc::default());
        self.current = self.blocks.len() - 1;
        self.current
    }

    fn note_room(&mut self, index: usize) {
        if index != self.current && self.blocks[index].weight < self.bytes / 2 {
            self.roomy.insert(index);
        }
    }
}

fn small(index: usize) -> u32 {
    u32::try_from(index).expect("memory ends before so many shapes")
}

#[cfg(test)]
mod tests {
    use lanvas_protocol::{Color, ShapeBody};

    use super::*;

    fn label(id: usize, text: &str) -> Arc<Shape> {
        Arc::new(Shape::plain(
            ShapeId::new(format!("s{id}")).unwrap(),
            0.0,
            0.0,
            0.0,
            Color([0, 0, 0]),
            ShapeBody::label(text, 20.0),
        ))
    }

    fn at(blocks: &Blocks, place: Place) -> &Arc<Shape> {
        &blocks.blocks[place.block as usize].shapes[place.slot as usize]
    }

    fn each(blocks: &Blocks) -> Vec<usize> {
        blocks.filled().map(|block| block.shapes().len()).collect()
    }

    fn is_written(blocks: &Blocks) -> Vec<bool> {
        let written = |block: &Arc<Block>| block.written().is_some();
        blocks.filled().map(written).collect()
    }

    fn sum(blocks: &Blocks) -> usize {
        blocks.filled().map(|block| block.weight()).sum()
    }

    fn filled(count: usize) -> (Blocks, Vec<Place>) {
        let single = Operation::weight_of(&label(0, ""));
        let mut blocks = Blocks::of(4 * single);
        let places = (0..count).map(|id| blocks.add(label(id, ""))).collect();
        (blocks, places)
    }

    #[test]
    fn a_change_touches_one_block() {
        let (mut blocks, places) = filled(10);
        assert_eq!(each(&blocks), [4, 4, 2]);
        for block in blocks.filled() {
            block.keep_written(Bytes::from_static(b"written"));
        }
        let held: Vec<_> = blocks.filled().cloned().collect();
        let change = ShapeChange {
            x: Some(5.0),
            ..ShapeChange::of(ShapeId::new("s5").unwrap())
        };
        blocks.change(places[5], &change);
        assert_eq!(is_written(&blocks), [true, false, true]);
        assert_eq!(at(&blocks, places[5]).x, 5.0);
        // Who holds a block has it as it was.
        assert_eq!(held[1].shapes()[1].x, 0.0);
        assert!(held[1].written().is_some());
        assert!(Arc::ptr_eq(&held[1].shapes()[0], at(&blocks, places[4])));
    }

    #[test]
    fn what_is_erased_makes_room() {
        let (mut blocks, mut places) = filled(12);
        for id in 0..3 {
            assert_eq!(at(&blocks, places[id]).id.as_str(), format!("s{id}"));
            let Some(moved) = blocks.remove(places[id]) else {
                continue;
            };
            let moved: usize = moved.as_str()[1..].parse().unwrap();
            places[moved] = places[id];
        }
        assert_eq!(each(&blocks), [1, 4, 4]);
        assert_eq!(blocks.weight(), sum(&blocks));
        for id in 12..15 {
            places.push(blocks.add(label(id, "")));
        }
        assert_eq!(each(&blocks), [4, 4, 4]);
        for (id, place) in places.iter().enumerate().skip(3) {
            assert_eq!(at(&blocks, *place).id.as_str(), format!("s{id}"));
        }
    }

    #[test]
    fn a_shape_that_is_larger_than_a_block_has_one_of_its_own() {
        let (mut blocks, _) = filled(1);
        let large = "x".repeat(5_000);
        blocks.add(label(1, &large));
        blocks.add(label(2, ""));
        assert_eq!(each(&blocks), [1, 1, 1]);
        assert_eq!(blocks.weight(), sum(&blocks));
    }
}
