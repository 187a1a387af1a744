//! Messages of roles and order in the room, and the table of who may do what.

use lanvas_protocol::{
    Operation, ParticipantId, ServerMessage, ShapeChange,
    message::Participant,
    roles::{Act, Role, Rules, RulesChange},
};
use serde_json::{Value, json};

use super::samples::{participant, shape_id};

const BO: ParticipantId = ParticipantId(3);

pub(crate) fn operations() -> Vec<(&'static str, Operation)> {
    let sealed = ShapeChange {
        sealed: Some(true),
        ..ShapeChange::of(shape_id("s1"))
    };
    let rules = RulesChange {
        everyone: Some(Role::Viewer),
        draw: Some(Role::Editor),
        write: Some(Role::Editor),
        talk: Some(Role::Viewer),
        board_locked: Some(true),
        notes_locked: Some(false),
        chat_locked: Some(false),
        pointers_hidden: Some(true),
    };
    vec![
        (
            "seal_shapes",
            Operation::UpdateShapes {
                changes: vec![sealed],
            },
        ),
        (
            "set_role",
            Operation::SetRole {
                participant: BO,
                role: Role::Moderator,
            },
        ),
        (
            "lower_everyone",
            Operation::LowerEveryone { role: Role::Viewer },
        ),
        ("set_rules", Operation::SetRules { rules }),
        (
            "mute",
            Operation::Mute {
                participant: BO,
                muted: true,
            },
        ),
        (
            "remove",
            Operation::Remove {
                participant: BO,
                seconds: 0,
                address: false,
            },
        ),
        (
            "remove_for_a_time",
            Operation::Remove {
                participant: BO,
                seconds: 3_600,
                address: true,
            },
        ),
        ("lift_ban", Operation::LiftBan { participant: BO }),
        (
            "note_undone",
            Operation::NoteUndone {
                participant: BO,
                since_ms: 1_790_000_000_000,
                shapes: 12,
            },
        ),
    ]
}

pub(crate) fn people_changed() -> ServerMessage {
    let muted = Participant {
        id: BO,
        role: Role::Viewer,
        muted: true,
        ..participant()
    };
    ServerMessage::PeopleChanged {
        people: vec![participant(), muted],
    }
}

/// What each role may do by some rules, for the other language's copy of the table.
pub(crate) fn table() -> Vec<Value> {
    let open = Rules {
        draw: Role::Viewer,
        talk: Role::Viewer,
        ..Rules::default()
    };
    let locked = Rules {
        write: Role::Viewer,
        board_locked: true,
        chat_locked: true,
        ..Rules::default()
    };
    let hidden = Rules {
        notes_locked: true,
        pointers_hidden: true,
        ..Rules::default()
    };
    let mut rows = Vec::new();
    for rules in [Rules::default(), open, locked, hidden] {
        for act in Act::ALL {
            for role in Role::ALL {
                for muted in [false, true] {
                    let refusal = rules.admit(act, role, muted).err();
                    rows.push(json!({
                        "rules": rules, "act": act, "role": role, "muted": muted,
                        "refusal": refusal,
                    }));
                }
            }
        }
    }
    rows
}
