//! Changes to the notes: two made on the same text meet, in whichever order they are done.

use lanvas_hub::session::text::{apply, length_before, map, tidied};
use lanvas_protocol::{TextChange, TextChanges};
use ropey::Rope;

use super::supply::Supply;

const WORDS: [&str; 5] = ["", "a", "two words\n", "é", "👋🏽"];

pub(crate) fn changes(bytes: &[u8]) {
    let mut supply = Supply::new(bytes);
    let text: String = (0..supply.below(12))
        .map(|_| *supply.pick(&WORDS))
        .collect();
    let one = any(&text, &mut supply);
    let other = any(&text, &mut supply);
    let (Ok(one), Ok(other)) = (tidied(one), tidied(other)) else {
        return;
    };
    let _ = (length_before(&one), length_before(&other));
    let (Some(after_one), Some(after_other)) = (done(&text, &one), done(&text, &other)) else {
        return;
    };
    let later = map(&other, &one, false).expect("both fit the same text");
    let earlier = map(&one, &other, true).expect("both fit the same text");
    let met = done(&after_one, &later).expect("a mapped change fits");
    assert_eq!(Some(met), done(&after_other, &earlier));
}

fn done(text: &str, changes: &TextChanges) -> Option<String> {
    let mut rope = Rope::from_str(text);
    apply(&mut rope, changes).ok()?;
    Some(rope.to_string())
}

/// Mostly one that fits.
pub(crate) fn any(text: &str, supply: &mut Supply) -> TextChanges {
    let units = text.encode_utf16().count();
    let mut at = 0;
    let mut changes = Vec::new();
    while at < units || changes.is_empty() {
        let step = supply.below(6).min(units - at);
        let count = u32::try_from(step).expect("small");
        changes.push(if supply.once_in(2) {
            TextChange::Replace {
                deleted: count,
                inserted: (*supply.pick(&WORDS)).to_owned(),
            }
        } else {
            TextChange::Retain(count)
        });
        at += step;
        if supply.is_empty() {
            changes.push(TextChange::Retain(
                u32::try_from(units - at).expect("small"),
            ));
            break;
        }
    }
    if supply.once_in(16) {
        changes.push(TextChange::Retain(supply.number() as u32));
    }
    TextChanges(changes)
}
