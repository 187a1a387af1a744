//! What people do: draw, move and erase their own and others' shapes, bring erased ones back, type
//! at the same spots, talk, rename things, and now and then something that must be refused.

use std::collections::BTreeSet;

use lanvas_protocol::{
    ClientMessage, Operation, PageId, Remainder, Shape, ShapeChange, ShapeId, TextChange,
    TextChanges,
    chat::Post,
    message::{Caret, Ink, Position, Presence},
};

use crate::{
    board::{arranged, bind, color, points, set_something, shape},
    client::Client,
    dice::Dice,
    pages::edit_of,
    text::{length, replace},
};

/// What makes everything that is written, said and drawn in a run unlike anything else in it, so
/// that what is lost or doubled shows.
#[derive(Debug, Default)]
pub(crate) struct Originals {
    count: u32,
    /// Characters that somebody typed.
    pub(crate) typed: Vec<char>,
    /// Characters that somebody deleted.
    pub(crate) deleted: BTreeSet<char>,
    /// Shapes that somebody erased, for others to bring back.
    erased: Vec<Shape>,
}

impl Originals {
    pub(crate) fn number(&mut self) -> u32 {
        self.count += 1;
        self.count
    }

    /// Of one and of two UTF-16 units in turn.
    fn character(&mut self) -> char {
        let number = self.number();
        let code = match number % 2 {
            0 => 0x4e00 + number / 2,
            _ if number < 1_000 => 0x1f300 + number / 2,
            _ => 0x20000 + number / 2,
        };
        let character = char::from_u32(code).unwrap();
        self.typed.push(character);
        character
    }

    pub(crate) fn shape_id(&mut self) -> ShapeId {
        ShapeId::new(format!("shape-{}", self.number())).unwrap()
    }
}

/// A lasting thing for `client` to do.
pub(crate) fn any_operation(
    client: &Client,
    originals: &mut Originals,
    dice: &mut Dice,
) -> Operation {
    match dice.below(100) {
        0..23 => edit_notes(client, originals, dice),
        23..30 => change_pages(client, originals, dice),
        30..52 => add(client, originals, dice),
        52..60 => bring_back(originals, dice),
        60..75 => update(client, dice),
        75..84 => erase(client, originals, dice),
        84..95 => talk(client, originals, dice),
        95..98 => Operation::SetTitle {
            title: format!("Title {}", originals.number()),
        },
        _ => must_be_refused(originals, dice),
    }
}

/// Connectors often go from one thing on the board to another.
fn add(client: &Client, originals: &mut Originals, dice: &mut Dice) -> Operation {
    let mut shapes: Vec<_> = (0..dice.between(1, 3))
        .map(|_| shape(originals.shape_id(), dice))
        .collect();
    for shape in &mut shapes {
        bind(shape, &some_ids(client, dice), dice);
    }
    Operation::AddShapes { shapes }
}

fn edit_notes(client: &Client, originals: &mut Originals, dice: &mut Dice) -> Operation {
    let page = dice.pick(&client.pages.ids()).clone();
    let text: Vec<char> = client.pages.view(&page).chars().collect();
    // Spots where others are likely to type at the same time.
    let at = match dice.below(4) {
        0 => 0,
        1 => text.len(),
        2 => text.len() / 2,
        _ => dice.between(0, text.len()),
    };
    let deleted = if dice.once_in(3) { dice.below(4) } else { 0 };
    let deleted = deleted.min(text.len() - at);
    originals.deleted.extend(&text[at..at + deleted]);
    let fresh = dice.between(usize::from(deleted == 0), 4);
    let mut inserted: String = (0..fresh).map(|_| originals.character()).collect();
    if dice.once_in(5) {
        inserted.push('\n');
    }
    let changes = vec![
        TextChange::Retain(units(&text[..at])),
        replace(units(&text[at..at + deleted]) as usize, inserted),
        TextChange::Retain(units(&text[at + deleted..])),
    ];
    edit_of(&page, 0, TextChanges(changes))
}

/// Adds a page, or calls one otherwise, or moves it, or takes it out or puts it back.
fn change_pages(client: &Client, originals: &mut Originals, dice: &mut Dice) -> Operation {
    let number = originals.number();
    let order = dice.below(5) as f64;
    if dice.once_in(3) {
        return Operation::AddPage {
            page: PageId::new(format!("page-{number}")).unwrap(),
            title: format!(" Page  {number}"),
            order,
        };
    }
    let removed = client
        .pages
        .told()
        .into_iter()
        .find(|page| page.removed.is_some());
    if let Some(page) = removed.filter(|_| dice.once_in(2)) {
        return Operation::UpdatePage {
            page: page.page,
            title: None,
            order: None,
            removed: Some(false),
        };
    }
    Operation::UpdatePage {
        page: dice.pick(&client.pages.ids()).clone(),
        title: dice.once_in(3).then(|| format!("Called {number}")),
        order: dice.once_in(3).then_some(order),
        removed: dice.once_in(2).then_some(true),
    }
}

fn units(text: &[char]) -> u32 {
    length(text.iter().map(|character| character.len_utf16()).sum())
}

/// As undo does: the same shape under the same id. It may be on the board again already.
fn bring_back(originals: &mut Originals, dice: &mut Dice) -> Operation {
    let shape = if originals.erased.is_empty() {
        shape(originals.shape_id(), dice)
    } else {
        dice.pick(&originals.erased).clone()
    };
    Operation::AddShapes {
        shapes: vec![shape],
    }
}

pub(crate) fn some_ids(client: &Client, dice: &mut Dice) -> Vec<ShapeId> {
    let ids: Vec<_> = client.shown_board().into_keys().collect();
    if ids.is_empty() {
        return vec![ShapeId::new("nowhere").unwrap()];
    }
    (0..dice.between(1, 3))
        .map(|_| dice.pick(&ids).clone())
        .collect()
}

fn update(client: &Client, dice: &mut Dice) -> Operation {
    let ids = some_ids(client, dice);
    if dice.once_in(3) {
        return Operation::UpdateShapes {
            changes: arranged(ids, dice),
        };
    }
    let change = |id| {
        let mut change = ShapeChange::of(id);
        for _ in 0..dice.between(1, 3) {
            set_something(&mut change, dice);
        }
        change
    };
    Operation::UpdateShapes {
        changes: ids.into_iter().map(change).collect(),
    }
}

fn erase(client: &Client, originals: &mut Originals, dice: &mut Dice) -> Operation {
    let ids = some_ids(client, dice);
    let board = client.shown_board();
    let shapes = ids.iter().filter_map(|id| board.get(id));
    originals
        .erased
        .extend(shapes.map(|shape| (**shape).clone()));
    let left = pieces(&ids, originals, dice);
    Operation::RemoveShapes { ids, left }
}

/// Of half the shapes something is left, if they are ink.
fn pieces(ids: &[ShapeId], originals: &mut Originals, dice: &mut Dice) -> Vec<Remainder> {
    let count = if dice.once_in(2) { dice.below(4) } else { 0 };
    let piece = |_| Remainder {
        of: dice.pick(ids).clone(),
        id: originals.shape_id(),
        points: points(dice),
    };
    (0..count).map(piece).collect()
}

/// Says something, or changes what was said: one's own, and what is not one's to change.
fn talk(client: &Client, originals: &mut Originals, dice: &mut Dice) -> Operation {
    let said: Vec<u64> = client.chat.iter().map(|message| message.number).collect();
    let message = if said.is_empty() || dice.once_in(20) {
        u64::from(originals.number())
    } else {
        *dice.pick(&said[said.len().saturating_sub(8)..])
    };
    match dice.below(12) {
        0..6 => Operation::PostMessage(Post {
            text: match dice.below(12) {
                0 => "  ".to_owned(),
                1 => format!("  padded {}\u{7} ", originals.number()),
                _ => format!("message {}", originals.number()),
            },
            reply_to: dice.once_in(4).then_some(message),
            mentions: vec![lanvas_protocol::ParticipantId(1); dice.below(3)],
            ..Post::default()
        }),
        6..8 => Operation::EditMessage {
            message,
            text: format!("words {}", originals.number()),
            mentions: Vec::new(),
        },
        8 => Operation::DeleteMessage { message },
        _ => Operation::React {
            message,
            emoji: (*dice.pick(&["👍", "🎉", "no emoji"])).to_owned(),
            on: !dice.once_in(3),
        },
    }
}

fn must_be_refused(originals: &mut Originals, dice: &mut Dice) -> Operation {
    let mut bad = shape(originals.shape_id(), dice);
    match dice.below(5) {
        0 => Operation::AddShapes { shapes: Vec::new() },
        1 => {
            bad.x = f64::INFINITY;
            Operation::AddShapes { shapes: vec![bad] }
        }
        2 => Operation::AddShapes {
            shapes: vec![bad.clone(), bad],
        },
        3 => Operation::RemoveShapes {
            left: vec![Remainder {
                of: ShapeId::new("nowhere").unwrap(),
                id: originals.shape_id(),
                points: points(dice),
            }],
            ids: vec![bad.id],
        },
        _ => Operation::RemoveShapes {
            ids: vec![bad.id],
            left: Vec::new(),
        },
    }
}

/// Something that does not last, if the client is live.
pub(crate) fn any_message(
    client: &mut Client,
    originals: &mut Originals,
    dice: &mut Dice,
) -> ClientMessage {
    match dice.below(10) {
        0..4 => ClientMessage::ShowPresence(Presence {
            cursor: Some(Position {
                x: f64::from(originals.number()),
                y: 0.0,
            }),
            caret: Some(Caret {
                base: client.number(),
                anchor: 0,
                head: 0,
                page: dice.pick(&client.pages.ids()).clone(),
            }),
            typing: dice.once_in(2),
            ..Presence::default()
        }),
        4..7 => ClientMessage::ExtendInk(Ink::pen(
            originals.shape_id(),
            color(dice),
            4.0,
            0,
            points(dice),
        )),
        7 => {
            client.name = format!("{} {}", &client.name[..1], originals.number());
            ClientMessage::Rename {
                name: client.name.clone(),
            }
        }
        8 => ClientMessage::CancelInk {
            stroke: originals.shape_id(),
        },
        _ => ClientMessage::Ping { nonce: 1 },
    }
}

/// Wet ink and then the stroke it becomes.
pub(crate) fn draw(originals: &mut Originals, dice: &mut Dice) -> (ClientMessage, Operation) {
    let shape = shape(originals.shape_id(), dice);
    let ink = Ink::pen(shape.id.clone(), shape.color, 4.0, 0, points(dice));
    let operation = Operation::AddShapes {
        shapes: vec![shape],
    };
    (ClientMessage::ExtendInk(ink), operation)
}
