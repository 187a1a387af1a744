use std::collections::BTreeSet;

use lanvas_protocol::{Color, Point, Points, ReplicaId, ShapeBody, ShapeChange};
use proptest::prelude::*;

use super::*;
use crate::session::board::Board;

const ANN: u32 = 1;
const VANDAL: u32 = 2;
const BO: u32 = 3;
/// The vandal is asked about from here on.
const SINCE: u64 = 10;

fn id(name: &str) -> ShapeId {
    ShapeId::new(name).unwrap()
}

fn points(count: i32) -> Points {
    let dots: Vec<_> = (0..count)
        .map(|step| Point {
            x: f64::from(step),
            y: 0.0,
            pressure: None,
            time_ms: None,
        })
        .collect();
    Points::pack(&dots, 3).unwrap()
}

fn stroke(name: &str, x: f64) -> Shape {
    let body = ShapeBody::stroke(4.0, points(6));
    Shape::plain(id(name), x, 0.0, 0.0, Color([0, 0, 0]), body)
}

fn add(name: &str) -> Operation {
    let shapes = vec![stroke(name, 0.0)];
    Operation::AddShapes { shapes }
}

fn to(name: &str, x: f64) -> Operation {
    let x = Some(x);
    let changes = vec![ShapeChange {
        x,
        ..ShapeChange::of(id(name))
    }];
    Operation::UpdateShapes { changes }
}

fn paint(name: &str, red: u8) -> Operation {
    let color = Some(Color([red, 0, 0]));
    let changes = vec![ShapeChange {
        color,
        ..ShapeChange::of(id(name))
    }];
    Operation::UpdateShapes { changes }
}

fn remove(name: &str) -> Operation {
    cut(name, &[])
}

fn cut(name: &str, pieces: &[&str]) -> Operation {
    let left = pieces.iter().map(|piece| Remainder {
        of: id(name),
        id: id(piece),
        points: points(2),
    });
    Operation::RemoveShapes {
        ids: vec![id(name)],
        left: left.collect(),
    }
}

/// A log as the hub keeps it: only what was taken, with authors written into what is added.
#[derive(Clone, Default)]
struct Story {
    log: Vec<Applied>,
}

/// A deed a line.
impl std::fmt::Debug for Story {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for it in &self.log {
            let what = match &it.operation {
                Operation::AddShapes { shapes } => format!("adds {}", shapes[0].id),
                Operation::UpdateShapes { changes } => {
                    let change = &changes[0];
                    format!("changes {} {:?} {:?}", change.id, change.x, change.color)
                }
                Operation::RemoveShapes { ids, left } => {
                    let pieces = left.iter().map(|it| it.id.clone()).collect::<Vec<_>>();
                    format!("removes {} but {pieces:?}", ids[0])
                }
                _ => String::new(),
            };
            writeln!(f, "{} at {}: {what}", it.author, it.time_ms)?;
        }
        Ok(())
    }
}

impl Story {
    fn of(deeds: &[(u32, u64, Operation)]) -> Self {
        let mut story = Self::default();
        for (who, time_ms, operation) in deeds {
            story.tell(*who, *time_ms, operation.clone());
        }
        story
    }

    fn tell(&mut self, who: u32, time_ms: u64, mut operation: Operation) {
        let board = self.board(u64::MAX);
        let author = ParticipantId(who);
        let taken = match &mut operation {
            Operation::AddShapes { shapes } => {
                board.admit_add(shapes, author, "somebody", time_ms).is_ok()
            }
            Operation::UpdateShapes { changes } => board.admit_update(changes).is_ok(),
            Operation::RemoveShapes { ids, left } => board.admit_remove(ids, left).is_ok(),
            _ => false,
        };
        if taken {
            self.log.push(Applied {
                number: self.log.len() as u64 + 1,
                author,
                time_ms,
                replica: ReplicaId::new("r").unwrap(),
                seq: 1,
                operation,
            });
        }
    }

    /// As it was before that time.
    fn board(&self, before_ms: u64) -> Board {
        let mut board = Board::in_blocks_of(1_000, usize::MAX);
        let log = self.log.iter().take_while(|it| it.time_ms < before_ms);
        log.for_each(|it| board.apply(&it.operation, it.time_ms));
        board
    }

    fn work(&self, who: u32, shapes_max: usize, bytes_max: usize) -> Without {
        let asked = Asked {
            who: ParticipantId(who),
            since_ms: SINCE,
        };
        let mut concerned = Concerned::new(asked, shapes_max);
        self.log.iter().rev().for_each(|it| concerned.look_back(it));
        let mut work = Work::new(concerned, []);
        self.log.iter().for_each(|it| work.follow(it));
        work.without(bytes_max)
    }

    fn without(&self) -> Without {
        self.work(VANDAL, usize::MAX, usize::MAX)
    }

    /// As the one who keeps order takes it back: ordinary operations, one after another.
    fn take_back(&mut self, without: &Without, time_ms: u64) {
        for gone in &without.gone {
            self.tell(ANN, time_ms, remove(gone.as_str()));
        }
        for shape in &without.shapes {
            if self.board(u64::MAX).get(&shape.id).is_some() {
                self.tell(ANN, time_ms, change_to(shape));
            } else {
                let shapes = vec![(**shape).clone()];
                self.tell(ANN, time_ms, Operation::AddShapes { shapes });
            }
        }
    }

    fn shapes(&self, before_ms: u64) -> Vec<Shape> {
        let board = self.board(before_ms);
        board.shapes().map(|shape| (**shape).clone()).collect()
    }

    /// But for when each was added: who removes a thing and puts it back may have changed that.
    fn undated(&self, before_ms: u64) -> Vec<Shape> {
        let mut shapes = self.shapes(before_ms);
        shapes.iter_mut().for_each(|shape| shape.added_ms = 0);
        shapes
    }
}

/// All that these stories change.
fn change_to(shape: &Shape) -> Operation {
    Operation::UpdateShapes {
        changes: vec![ShapeChange {
            x: Some(shape.x),
            color: Some(shape.color),
            ..ShapeChange::of(shape.id.clone())
        }],
    }
}

fn names(shapes: &[ShapeId]) -> Vec<&str> {
    shapes.iter().map(ShapeId::as_str).collect()
}

#[test]
fn what_they_added_goes_what_they_removed_returns_and_what_they_moved_goes_back() {
    let story = Story::of(&[
        (ANN, 1, add("a")),
        (ANN, 2, add("b")),
        (VANDAL, 3, add("before")),
        (VANDAL, 11, add("v")),
        (VANDAL, 12, to("a", 500.0)),
        (VANDAL, 13, remove("b")),
    ]);
    let without = story.without();
    assert_eq!(names(&without.gone), ["v"]);
    let then = story.shapes(SINCE);
    let back: Vec<Shape> = without.shapes.iter().map(|it| (**it).clone()).collect();
    assert_eq!(back, then[..2], "a and b, and nothing of what came before");
    assert!(!without.more);
}

#[test]
fn what_others_changed_since_stays_property_by_property() {
    let story = Story::of(&[
        (ANN, 1, add("a")),
        (VANDAL, 11, to("a", 500.0)),
        (VANDAL, 12, paint("a", 200)),
        (BO, 13, to("a", 30.0)),
        (VANDAL, 14, paint("a", 201)),
    ]);
    let [a] = &story.without().shapes[..] else {
        panic!("one thing")
    };
    assert_eq!((a.x, a.color), (30.0, Color([0, 0, 0])));
}

#[test]
fn what_others_removed_or_brought_back_since_stays_so() {
    let story = Story::of(&[
        (ANN, 1, add("a")),
        (ANN, 1, add("b")),
        (VANDAL, 11, to("a", 500.0)),
        (BO, 12, remove("a")),
        (VANDAL, 13, remove("b")),
        (BO, 14, add("b")),
    ]);
    assert_eq!(story.without(), Without::default());
}

#[test]
fn a_stroke_they_cut_is_whole_again_also_in_many_steps() {
    let story = Story::of(&[
        (ANN, 1, add("a")),
        (VANDAL, 11, cut("a", &["a1", "a2"])),
        (VANDAL, 12, cut("a1", &["a3"])),
        (VANDAL, 13, to("a2", 70.0)),
    ]);
    let without = story.without();
    assert_eq!(names(&without.gone), ["a2", "a3"]);
    assert_eq!(*without.shapes[0], story.shapes(SINCE)[0]);
}

#[test]
fn a_cut_stays_where_others_have_changed_a_piece_since() {
    for others in [to("a1", 3.0), remove("a1"), cut("a1", &["a3"])] {
        let story = Story::of(&[
            (ANN, 1, add("a")),
            (VANDAL, 11, cut("a", &["a1", "a2"])),
            (BO, 12, others),
        ]);
        assert_eq!(story.without(), Without::default());
    }
}

#[test]
fn what_they_added_goes_whatever_others_made_of_it() {
    let story = Story::of(&[
        (VANDAL, 11, add("v")),
        (VANDAL, 11, add("w")),
        (BO, 12, cut("v", &["v1"])),
        (BO, 13, to("w", 4.0)),
        (VANDAL, 14, cut("v1", &["v2"])),
    ]);
    let without = story.without();
    assert_eq!(names(&without.gone), ["v2", "w"]);
    assert!(without.shapes.is_empty());
}

#[test]
fn a_piece_that_others_cut_before_is_known_by_its_stroke() {
    let story = Story::of(&[
        (ANN, 1, add("a")),
        (BO, 2, cut("a", &["a1", "a2"])),
        (VANDAL, 11, to("a1", 70.0)),
    ]);
    let without = story.without();
    assert_eq!(without.shapes.len(), 1);
    assert_eq!(*without.shapes[0], story.shapes(SINCE)[0]);
}

#[test]
fn what_others_leave_under_the_id_of_a_piece_is_not_asked_about() {
    let mut story = Story::of(&[
        (ANN, 1, add("c")),
        (ANN, 2, add("d")),
        (BO, 10, cut("d", &["g"])),
        (VANDAL, 11, cut("g", &["f"])),
        (BO, 12, cut("c", &["g"])),
        (BO, 13, cut("g", &["e"])),
    ]);
    let without = story.without();
    assert_eq!(names(&without.gone), ["f"]);
    assert!(without.shapes.is_empty(), "the piece of Bo's is there");
    story.take_back(&without, 1_000);
    assert_eq!(story.without(), Without::default());
}

/// At the edge and past it: the latest is told, and what is left is told when that is taken back.
#[test]
fn so_much_is_told_at_once_and_the_rest_afterwards() {
    let mut deeds: Vec<_> = (0..30)
        .map(|n| (ANN, 1, add(&format!("a{n:02}"))))
        .collect();
    let removed = (0..30).map(|n| (VANDAL, 11 + n, remove(&format!("a{n:02}"))));
    deeds.extend(removed);
    let mut story = Story::of(&deeds);
    let then = story.shapes(SINCE);
    let all = story.work(VANDAL, 30, usize::MAX);
    assert_eq!((all.shapes.len(), all.more), (30, false));
    let latest = story.work(VANDAL, 29, usize::MAX);
    assert_eq!((latest.shapes.len(), latest.more), (29, true));
    assert_eq!(
        latest.shapes[0].id.as_str(),
        "a01",
        "the earliest is left out"
    );
    let bytes = size_of::<Shape>() + then[0].body.weight();
    let first = story.work(VANDAL, 30, 10 * bytes);
    assert_eq!((first.shapes.len(), first.more), (10, true));
    for round in 0..3 {
        let some = story.work(VANDAL, 30, 10 * bytes);
        assert_eq!(some.more, round < 2);
        story.take_back(&some, 100 + round);
    }
    assert_eq!(story.shapes(u64::MAX), then);
}

fn deed() -> impl Strategy<Value = Operation> {
    let name = || "[abcd]";
    prop_oneof![
        3 => name().prop_map(|name| add(&name)),
        3 => (name(), 0..100_u8).prop_map(|(name, x)| to(&name, f64::from(x))),
        3 => (name(), 0..100_u8).prop_map(|(name, red)| paint(&name, red)),
        2 => name().prop_map(|name| remove(&name)),
        2 => (name(), "[efgh]").prop_map(|(name, piece)| cut(&name, &[&piece])),
        1 => ("[efgh]", 0..100_u8).prop_map(|(name, x)| to(&name, f64::from(x))),
        1 => ("[efgh]", "[efgh]").prop_map(|(name, piece)| cut(&name, &[&piece])),
    ]
}

fn story(authors: &'static [u32]) -> impl Strategy<Value = Story> {
    let since = |from: u64, authors: &'static [u32]| {
        let one = (prop::sample::select(authors), deed());
        prop::collection::vec(one, 0..25).prop_map(move |deeds| {
            let deeds = deeds.into_iter().zip(from..);
            deeds
                .map(|((who, what), at)| (who, at, what))
                .collect::<Vec<_>>()
        })
    };
    let before =
        prop::collection::vec((prop::sample::select(&[ANN, VANDAL, BO][..]), deed()), 0..9);
    (before, since(SINCE, authors)).prop_map(|(before, after)| {
        let before = before.into_iter().zip(1..);
        let mut deeds: Vec<_> = before.map(|((who, what), at)| (who, at, what)).collect();
        deeds.extend(after);
        Story::of(&deeds)
    })
}

/// The last who changed that property of a shape that was there all the time, and what it was
/// before the vandal did: written down without looking at the rule.
fn last_word_of_others(story: &Story, shape: &ShapeId) -> Option<(f64, Color)> {
    let mut value = None;
    for it in &story.log {
        let theirs = it.author.0 == VANDAL && it.time_ms >= SINCE;
        match &it.operation {
            Operation::AddShapes { shapes } if shapes[0].id == *shape => {
                value = (!theirs).then_some((shapes[0].x, shapes[0].color));
            }
            Operation::UpdateShapes { changes } if changes[0].id == *shape && !theirs => {
                if let Some((x, color)) = &mut value {
                    *x = changes[0].x.unwrap_or(*x);
                    *color = changes[0].color.unwrap_or(*color);
                }
            }
            _ => {}
        }
    }
    value
}

fn were_removed(story: &Story) -> BTreeSet<ShapeId> {
    let log = story.log.iter();
    log.flat_map(|it| match &it.operation {
        Operation::RemoveShapes { ids, left } => {
            let pieces = left.iter().map(|piece| piece.id.clone());
            ids.iter().cloned().chain(pieces).collect()
        }
        _ => Vec::new(),
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Where nobody else did anything since, the board is again as it was, to the last byte.
    #[test]
    fn a_vandal_alone_leaves_nothing_behind(story in story(&[VANDAL])) {
        let mut story = story;
        let then = story.undated(SINCE);
        let without = story.without();
        story.take_back(&without, 1_000);
        prop_assert_eq!(story.undated(u64::MAX), then);
    }

    /// Taken back once there is nothing more to take back, and who did nothing did nothing.
    #[test]
    fn it_is_taken_back_once(story in story(&[ANN, VANDAL, BO])) {
        let mut story = story;
        let without = story.without();
        story.take_back(&without, 1_000);
        prop_assert_eq!(story.without(), Without::default());
        prop_assert_eq!(story.work(99, usize::MAX, usize::MAX), Without::default());
    }

    /// Of what was never removed or cut, what others said last counts.
    #[test]
    fn others_keep_their_last_word(story in story(&[ANN, VANDAL, BO])) {
        let mut story = story;
        let without = story.without();
        let apart = were_removed(&story);
        let shapes = story.shapes(u64::MAX);
        story.take_back(&without, 1_000);
        let after = story.board(u64::MAX);
        for shape in shapes.iter().filter(|shape| !apart.contains(&shape.id)) {
            let now = after.get(&shape.id).map(|it| (it.x, it.color));
            prop_assert_eq!(now, last_word_of_others(&story_until(&story), &shape.id), "{}", shape.id);
        }
    }
}

/// Without the taking back.
fn story_until(story: &Story) -> Story {
    let log = story.log.iter().filter(|it| it.time_ms < 1_000);
    Story {
        log: log.cloned().collect(),
    }
}
