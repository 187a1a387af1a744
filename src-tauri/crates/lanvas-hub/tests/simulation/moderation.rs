//! What people do to keep order, or try to: roles, voices, locks, seals, waits, and sending out.

use lanvas_protocol::{
    Operation, ParticipantId, ShapeChange,
    roles::{Role, RulesChange},
};

use crate::{
    actions::{Originals, some_ids},
    board::shape,
    client::Client,
    dice::Dice,
};

/// Something that only some may do, about anybody: whoever does it.
pub(crate) fn any_deed(client: &Client, originals: &mut Originals, dice: &mut Dice) -> Operation {
    let people: Vec<_> = client.people.keys().copied().collect();
    let participant = if people.is_empty() || dice.once_in(30) {
        ParticipantId(9_999)
    } else if dice.once_in(8) {
        anybody(dice)
    } else {
        *dice.pick(&people)
    };
    match dice.below(20) {
        0..4 => Operation::SetRole {
            participant,
            role: any_role(dice),
        },
        4..6 => Operation::Mute {
            participant,
            muted: dice.once_in(2),
        },
        6..9 => Operation::Remove {
            participant,
            seconds: *dice.pick(&[0, 0, 0, 1, 1, 1, 1, 2, 2, u32::MAX]),
            address: !dice.once_in(3),
        },
        9 => Operation::LiftBan {
            participant: anybody(dice),
        },
        10 => Operation::LowerEveryone {
            role: *dice.pick(&[Role::Viewer, Role::Editor]),
        },
        11..15 => Operation::SetRules {
            rules: any_rules(dice),
        },
        15..17 => seal(client, dice),
        17 => Operation::SetSlowMode {
            // Mostly none: else nobody would say much.
            seconds: *dice.pick(&[0, 0, 0, 1, 5, 1_000_000]),
        },
        18 => Operation::NoteUndone {
            participant,
            since_ms: originals.number().into(),
            shapes: u32::from(dice.once_in(2)),
        },
        _ => {
            let mut sealed = shape(originals.shape_id(), dice);
            sealed.sealed = true;
            Operation::AddShapes {
                shapes: vec![sealed],
            }
        }
    }
}

/// In the room or not.
fn anybody(dice: &mut Dice) -> ParticipantId {
    ParticipantId(u32::try_from(dice.between(1, 9)).unwrap())
}

fn any_role(dice: &mut Dice) -> Role {
    match dice.below(12) {
        0 => Role::Host, // nobody can give that
        1..4 => Role::Viewer,
        4..8 => Role::Editor,
        _ => Role::Moderator,
    }
}

/// As often everything is opened again: in a room where nobody may do anything nothing shows.
fn any_rules(dice: &mut Dice) -> RulesChange {
    if dice.once_in(2) {
        return RulesChange {
            everyone: Some(Role::Editor),
            draw: Some(Role::Editor),
            write: Some(Role::Viewer),
            talk: Some(Role::Editor),
            board_locked: Some(false),
            notes_locked: Some(false),
            chat_locked: Some(false),
            pointers_hidden: Some(false),
        };
    }
    let role = Some(*dice.pick(&[Role::Viewer, Role::Editor]));
    let locked = Some(!dice.once_in(3));
    let mut rules = RulesChange::default();
    match dice.below(8) {
        0 => rules.everyone = role,
        1 => rules.draw = role,
        2 => rules.write = role,
        3 => rules.talk = role,
        4 => rules.board_locked = locked,
        5 => rules.notes_locked = locked,
        6 => rules.chat_locked = locked,
        _ => rules.pointers_hidden = locked,
    }
    rules
}

fn seal(client: &Client, dice: &mut Dice) -> Operation {
    let sealed = Some(!dice.once_in(3));
    let change = |id| ShapeChange {
        sealed,
        ..ShapeChange::of(id)
    };
    Operation::UpdateShapes {
        changes: some_ids(client, dice).into_iter().map(change).collect(),
    }
}
