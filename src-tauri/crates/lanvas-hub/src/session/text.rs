//! The algebra of text changes: fit, apply, map.
//!
//! The rule for changes made at the same time is CodeMirror's (`ChangeSet.map` of
//! `@codemirror/state` 6), because the editor rebases with it and both ends must land on the same
//! text: of two insertions at one place the earlier in the order stands left; an insertion inside
//! a stretch that somebody else deletes survives at the deletion's place.

use lanvas_protocol::{
    ErrorCode, TextChange, TextChanges,
    limits::{NOTES_LENGTH_MAX, TEXT_CHANGES_MAX},
};
use ropey::Rope;

/// UTF-16 units of the text that `changes` fits.
#[must_use]
pub fn length_before(changes: &TextChanges) -> u64 {
    changes
        .0
        .iter()
        .map(|change| match change {
            TextChange::Retain(units) => u64::from(*units),
            TextChange::Replace { deleted, .. } => u64::from(*deleted),
        })
        .sum()
}

/// The same change without empty stretches, kept neighbours joined. Replaced ones are not: what
/// somebody inserts between two deletions would land elsewhere, and its author maps them apart.
///
/// # Errors
/// [`ErrorCode::InvalidChanges`] when it speaks of a longer text than there can be, or of more
/// stretches than a change may have.
pub fn tidied(changes: TextChanges) -> Result<TextChanges, ErrorCode> {
    if length_before(&changes) > NOTES_LENGTH_MAX as u64 {
        return Err(ErrorCode::InvalidChanges);
    }
    let mut out = Builder::default();
    for change in changes.0 {
        match change {
            TextChange::Retain(units) => out.retain(units),
            TextChange::Replace {
                deleted: 0,
                inserted,
            } if inserted.is_empty() => {}
            replaced @ TextChange::Replace { .. } => out.0.push(replaced),
        }
    }
    if out.0.len() > TEXT_CHANGES_MAX {
        return Err(ErrorCode::InvalidChanges);
    }
    Ok(TextChanges(out.0))
}

/// Applies `changes` to `text`, or leaves it as it was.
///
/// # Errors
/// [`ErrorCode::InvalidChanges`] when they do not fit, split a character or insert a carriage
/// return; [`ErrorCode::NotesTooLong`] when the text would grow past its limit.
pub fn apply(text: &mut Rope, changes: &TextChanges) -> Result<(), ErrorCode> {
    check(text, changes)?;
    // Backwards, so that the places before an edit stay where they were.
    let mut at = text.len_utf16_cu();
    for change in changes.0.iter().rev() {
        match change {
            TextChange::Retain(units) => at -= *units as usize,
            TextChange::Replace { deleted, inserted } => {
                let to = text.utf16_cu_to_char(at);
                at -= *deleted as usize;
                let from = text.utf16_cu_to_char(at);
                text.remove(from..to);
                text.insert(from, inserted);
            }
        }
    }
    Ok(())
}

fn check(text: &Rope, changes: &TextChanges) -> Result<(), ErrorCode> {
    let length = text.len_utf16_cu();
    if length_before(changes) != length as u64 {
        return Err(ErrorCode::InvalidChanges);
    }
    let (mut at, mut after) = (0, length);
    for change in &changes.0 {
        let (step, inserted) = match change {
            TextChange::Retain(units) => (*units as usize, ""),
            TextChange::Replace { deleted, inserted } => (*deleted as usize, inserted.as_str()),
        };
        if inserted.contains('\r') || !is_boundary(text, at) || !is_boundary(text, at + step) {
            return Err(ErrorCode::InvalidChanges);
        }
        if let TextChange::Replace { deleted, .. } = change {
            after = after - *deleted as usize + inserted.encode_utf16().count();
        }
        at += step;
    }
    if after > NOTES_LENGTH_MAX {
        Err(ErrorCode::NotesTooLong)
    } else {
        Ok(())
    }
}

fn is_boundary(text: &Rope, at: usize) -> bool {
    text.char_to_utf16_cu(text.utf16_cu_to_char(at)) == at
}

/// `ours`, made on the same text as `theirs`, as it must be to apply after `theirs`. At a tie
/// `before` puts our insertion left of theirs.
///
/// # Errors
/// [`ErrorCode::InvalidChanges`] when the two do not fit the same text.
pub fn map(
    ours: &TextChanges,
    theirs: &TextChanges,
    before: bool,
) -> Result<TextChanges, ErrorCode> {
    if length_before(ours) != length_before(theirs) {
        return Err(ErrorCode::InvalidChanges);
    }
    let mut mapping = Mapping {
        a: Cursor::new(ours),
        b: Cursor::new(theirs),
        inserted: None,
        out: Builder::default(),
    };
    while mapping.step(before) {}
    Ok(TextChanges(mapping.out.0))
}

/// Where a place of the text before `changes` is after them. Of what is inserted right there, `after`
/// puts it behind; a place within what is deleted goes to one end of what stands there instead.
/// `ChangeSet.mapPos` of `@codemirror/state` 6, by which the others' editors move a caret.
#[must_use]
pub fn map_place(changes: &TextChanges, place: u32, after: bool) -> u32 {
    let (mut old, mut new) = (0_u32, 0_u32);
    for change in &changes.0 {
        match change {
            TextChange::Retain(units) => {
                let end = old.saturating_add(*units);
                if end > place {
                    break;
                }
                (old, new) = (end, new.saturating_add(*units));
            }
            TextChange::Replace { deleted, inserted } => {
                let end = old.saturating_add(*deleted);
                let inserted = units_of(inserted);
                if end > place || (end == place && !after && *deleted == 0) {
                    let stays = place == old || !after;
                    return if stays {
                        new
                    } else {
                        new.saturating_add(inserted)
                    };
                }
                (old, new) = (end, new.saturating_add(inserted));
            }
        }
    }
    new.saturating_add(place.saturating_sub(old))
}

/// A walk over two changes side by side: `a` is ours, `b` theirs.
struct Mapping<'a> {
    a: Cursor<'a>,
    b: Cursor<'a>,
    /// The stretch of `a` whose insertion is written already.
    inserted: Option<usize>,
    out: Builder,
}

impl Mapping<'_> {
    /// One step; false at the end.
    fn step(&mut self, before: bool) -> bool {
        match (self.a.replaces(), self.b.replaces()) {
            (false, false) if self.a.is_done() && self.b.is_done() => return false,
            (false, false) => self.pass_kept(),
            (_, true) if self.theirs_comes_first(before) => self.pass_theirs(),
            (true, _) => self.write_ours(),
            (false, true) => self.pass_theirs(),
        }
        true
    }

    fn theirs_comes_first(&self, before: bool) -> bool {
        let (a, b) = (&self.a, &self.b);
        !a.replaces()
            || self.inserted == Some(a.index)
            || (a.offset == 0 && (b.left < a.left || (b.left == a.left && !before)))
    }

    /// Both keep.
    fn pass_kept(&mut self) {
        let length = self.a.left.min(self.b.left);
        self.out.retain(length);
        self.a.forward(length);
        self.b.forward(length);
    }

    /// Theirs was applied: what it inserted is kept, what it deleted is gone from our stretch.
    fn pass_theirs(&mut self) {
        let mut length = self.b.left;
        self.out.retain(self.b.inserted_units());
        while length > 0 {
            let piece = self.a.left.min(length);
            if self.a.replaces() && self.inserted < Some(self.a.index) && self.a.left <= piece {
                self.out.replace(0, self.a.text());
                self.inserted = Some(self.a.index);
            }
            self.a.forward(piece);
            length -= piece;
        }
        self.b.next();
    }

    /// Ours, up to the next place where theirs inserts.
    fn write_ours(&mut self) {
        let (mut deleted, mut left) = (0, self.a.left);
        while left > 0 {
            if !self.b.replaces() {
                let piece = left.min(self.b.left);
                deleted += piece;
                left -= piece;
                self.b.forward(piece);
            } else if self.b.inserted_units() == 0 && self.b.left < left {
                left -= self.b.left;
                self.b.next();
            } else {
                break;
            }
        }
        let fresh = self.inserted < Some(self.a.index);
        self.out
            .replace(deleted, if fresh { self.a.text() } else { "" });
        self.inserted = Some(self.a.index);
        self.a.forward(self.a.left - left);
    }
}

/// A place inside a list of changes.
struct Cursor<'a> {
    changes: &'a [TextChange],
    index: usize,
    /// Units of the old text left in this stretch.
    left: u32,
    /// Units of the old text passed in this stretch.
    offset: u32,
}

impl<'a> Cursor<'a> {
    fn new(changes: &'a TextChanges) -> Self {
        let mut cursor = Self {
            changes: &changes.0,
            index: 0,
            left: 0,
            offset: 0,
        };
        cursor.enter();
        cursor
    }

    fn enter(&mut self) {
        self.offset = 0;
        self.left = match self.changes.get(self.index) {
            Some(TextChange::Retain(units)) => *units,
            Some(TextChange::Replace { deleted, .. }) => *deleted,
            None => 0,
        };
    }

    fn next(&mut self) {
        self.index += 1;
        self.enter();
    }

    fn forward(&mut self, units: u32) {
        if units == self.left {
            self.next();
        } else {
            self.left -= units;
            self.offset += units;
        }
    }

    fn is_done(&self) -> bool {
        self.index >= self.changes.len()
    }

    fn replaces(&self) -> bool {
        matches!(
            self.changes.get(self.index),
            Some(TextChange::Replace { .. })
        )
    }

    fn text(&self) -> &'a str {
        match self.changes.get(self.index) {
            Some(TextChange::Replace { inserted, .. }) => inserted,
            _ => "",
        }
    }

    fn inserted_units(&self) -> u32 {
        units_of(self.text())
    }
}

#[allow(clippy::cast_possible_truncation)] // a message is below 256 KiB, the notes below 1 MiB
fn units_of(inserted: &str) -> u32 {
    inserted.encode_utf16().count() as u32
}

/// Writes changes in normal form: no empty stretches, neighbours of a kind joined.
#[derive(Default)]
struct Builder(Vec<TextChange>);

impl Builder {
    fn retain(&mut self, units: u32) {
        match self.0.last_mut() {
            _ if units == 0 => {}
            Some(TextChange::Retain(last)) => *last += units,
            _ => self.0.push(TextChange::Retain(units)),
        }
    }

    fn replace(&mut self, units: u32, text: &str) {
        match self.0.last_mut() {
            _ if units == 0 && text.is_empty() => {}
            Some(TextChange::Replace { deleted, inserted })
                if text.is_empty() && inserted.is_empty() =>
            {
                *deleted += units;
            }
            Some(TextChange::Replace {
                deleted: 0,
                inserted,
            }) if units == 0 => {
                inserted.push_str(text);
            }
            _ => self.0.push(TextChange::Replace {
                deleted: units,
                inserted: text.to_owned(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn changes(json: &str) -> TextChanges {
        serde_json::from_str(json).unwrap()
    }

    fn applied(text: &str, changes: &TextChanges) -> String {
        let mut rope = Rope::from_str(text);
        apply(&mut rope, changes).unwrap();
        rope.to_string()
    }

    #[test]
    fn two_insertions_at_one_place_stand_in_their_order() {
        let (first, second) = (changes(r#"[1,[0,"A"],1]"#), changes(r#"[1,[0,"B"],1]"#));
        let text = applied("xy", &first);
        assert_eq!(
            applied(&text, &map(&second, &first, false).unwrap()),
            "xABy"
        );
    }

    #[test]
    fn an_insertion_inside_a_deleted_stretch_survives() {
        let (delete, insert) = (changes("[1,[3],1]"), changes(r#"[2,[0,"!"],3]"#));
        let text = applied("abcde", &delete);
        assert_eq!(
            applied(&text, &map(&insert, &delete, false).unwrap()),
            "a!e"
        );
    }

    #[test]
    fn a_place_stays_beside_its_neighbours() {
        let insert = changes(r#"[2,[0,"xyz"],2]"#);
        let places = [(1, 1, 1), (2, 2, 5), (3, 6, 6)];
        for (place, before, behind) in places {
            assert_eq!(map_place(&insert, place, false), before);
            assert_eq!(map_place(&insert, place, true), behind);
        }
        let replace = changes(r#"[1,[3,"!"],1]"#);
        for (place, before, behind) in [(1, 1, 1), (2, 1, 2), (4, 2, 2), (5, 3, 3)] {
            assert_eq!(map_place(&replace, place, false), before);
            assert_eq!(map_place(&replace, place, true), behind);
        }
    }

    /// What a guest says need not fit any text.
    #[test]
    fn a_place_outside_the_text_is_moved_without_harm() {
        let long = TextChanges(vec![TextChange::Retain(u32::MAX), TextChange::Retain(9)]);
        assert_eq!(map_place(&long, u32::MAX, true), u32::MAX);
        assert_eq!(map_place(&changes("[2,[1],1]"), 100, false), 99);
    }

    #[test]
    fn a_change_that_does_not_fit_is_refused() {
        let mut rope = Rope::from_str("a👋b");
        for (bad, code) in [
            ("[3]", ErrorCode::InvalidChanges),
            ("[5]", ErrorCode::InvalidChanges),
            ("[2,[1],1]", ErrorCode::InvalidChanges),
            (r#"[4,[0,"a\rb"]]"#, ErrorCode::InvalidChanges),
        ] {
            assert_eq!(apply(&mut rope, &changes(bad)), Err(code), "{bad}");
        }
        let long = TextChanges(vec![
            TextChange::Retain(4),
            TextChange::Replace {
                deleted: 0,
                inserted: "x".repeat(NOTES_LENGTH_MAX - 3),
            },
        ]);
        assert_eq!(apply(&mut rope, &long), Err(ErrorCode::NotesTooLong));
        assert_eq!(rope.to_string(), "a👋b");
    }

    /// A text and two changes made on it, with characters of one and two units.
    fn concurrent() -> impl Strategy<Value = (String, TextChanges, TextChanges)> {
        prop::collection::vec(prop::sample::select(vec!['a', 'é', '👋', '\n']), 0..12)
            .prop_flat_map(|characters| {
                let text: String = characters.iter().collect();
                let change = any_change(characters);
                (Just(text), change.clone(), change)
            })
    }

    fn any_change(characters: Vec<char>) -> impl Strategy<Value = TextChanges> + Clone {
        let step = (0_u8..4, "[xy👍]{1,2}");
        prop::collection::vec(step, characters.len() + 1).prop_map(move |steps| {
            let mut out = Builder::default();
            for (index, (kind, text)) in steps.iter().enumerate() {
                let units = characters.get(index).map_or(0, |c| c.len_utf16() as u32);
                match kind {
                    0 => out.replace(units, text),
                    1 => out.replace(units, ""),
                    2 => {
                        out.replace(0, text);
                        out.retain(units);
                    }
                    _ => out.retain(units),
                }
            }
            TextChanges(out.0)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn both_orders_of_mapping_land_on_the_same_text((text, a, b) in concurrent()) {
            let one = applied(&applied(&text, &a), &map(&b, &a, false).unwrap());
            let other = applied(&applied(&text, &b), &map(&a, &b, true).unwrap());
            prop_assert_eq!(one, other);
        }
    }
}
