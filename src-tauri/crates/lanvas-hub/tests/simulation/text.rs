//! What a client does with text, in UTF-16 units as an editor counts: apply, take back, compare.
//! Written apart from the hub's own; only the mapping rule is shared, and vitest holds that one to
//! the editor's.

use lanvas_protocol::{TextChange, TextChanges};

pub(crate) use lanvas_hub::session::text::{map, tidied};

pub(crate) type Units = Vec<u16>;

pub(crate) fn units(text: &str) -> Units {
    text.encode_utf16().collect()
}

pub(crate) fn string(units: &[u16]) -> String {
    String::from_utf16(units).expect("no edit splits a character")
}

/// `text` after `changes`, which must fit it.
pub(crate) fn apply(text: &[u16], changes: &TextChanges) -> Units {
    let (mut at, mut out) = (0, Vec::with_capacity(text.len()));
    for change in &changes.0 {
        match change {
            TextChange::Retain(kept) => {
                out.extend(&text[at..at + *kept as usize]);
                at += *kept as usize;
            }
            TextChange::Replace { deleted, inserted } => {
                out.extend(inserted.encode_utf16());
                at += *deleted as usize;
            }
        }
    }
    assert_eq!(at, text.len(), "a change covers the text it is made on");
    out
}

/// The change that takes `changes`, made on `text`, back.
pub(crate) fn invert(text: &[u16], changes: &TextChanges) -> TextChanges {
    let mut at = 0;
    let back = |change: &TextChange| match change {
        TextChange::Retain(kept) => {
            at += *kept as usize;
            TextChange::Retain(*kept)
        }
        TextChange::Replace { deleted, inserted } => {
            let gone = string(&text[at..at + *deleted as usize]);
            at += *deleted as usize;
            replace(inserted.encode_utf16().count(), gone)
        }
    };
    TextChanges(changes.0.iter().map(back).collect())
}

/// A change that leads from one text to another: the stretch in which they differ.
pub(crate) fn difference(from: &[u16], to: &[u16]) -> TextChanges {
    let is_high = |unit: u16| (0xd800..0xdc00).contains(&unit);
    let is_low = |unit: u16| (0xdc00..0xe000).contains(&unit);
    let mut head = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    if head > 0 && is_high(from[head - 1]) {
        head -= 1;
    }
    let (from_rest, to_rest) = (&from[head..], &to[head..]);
    let backwards = from_rest.iter().rev().zip(to_rest.iter().rev());
    let mut tail = backwards.take_while(|(a, b)| a == b).count();
    if tail > 0 && is_low(from[from.len() - tail]) {
        tail -= 1;
    }
    let inserted = string(&to[head..to.len() - tail]);
    TextChanges(vec![
        TextChange::Retain(length(head)),
        replace(from.len() - head - tail, inserted),
        TextChange::Retain(length(tail)),
    ])
}

pub(crate) fn replace(deleted: usize, inserted: String) -> TextChange {
    TextChange::Replace {
        deleted: length(deleted),
        inserted,
    }
}

pub(crate) fn length(units: usize) -> u32 {
    u32::try_from(units).unwrap()
}

/// `ours` after `theirs`, which came earlier in the order, and `theirs` after `ours`.
pub(crate) fn pass(ours: &TextChanges, theirs: &TextChanges) -> (TextChanges, TextChanges) {
    let fits = "both are made on the same text";
    let mapped = map(ours, theirs, false).expect(fits);
    (mapped, map(theirs, ours, true).expect(fits))
}
