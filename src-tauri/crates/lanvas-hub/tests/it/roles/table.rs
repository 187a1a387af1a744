//! The gate against a table that was written down by itself: every role, every kind of operation,
//! every rule and every lock, muted and not. Rules R72, R74 and R75.

use std::collections::BTreeSet;

use lanvas_protocol::{
    ErrorCode, Operation, PageId, ParticipantId, ShapeChange, TextChanges,
    chat::Post,
    roles::{Role, Rules, RulesChange},
};

use super::room::{Room, ink, remove, set_role, shape};

/// What the document's table says of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Row {
    Draw,
    Write,
    Talk,
    Moderate,
    Entitle,
}

/// Of every kind one that changes nothing where it may be done.
#[allow(clippy::too_many_lines, reason = "a flat table of every kind")]
fn idle() -> Vec<(Row, Operation)> {
    let nobody = ParticipantId(999);
    let page = PageId::new("nowhere").unwrap();
    vec![
        (Row::Draw, Operation::AddShapes { shapes: Vec::new() }),
        (
            Row::Draw,
            Operation::UpdateShapes {
                changes: vec![ShapeChange::of(shape("nowhere").id)],
            },
        ),
        (Row::Draw, remove("nowhere")),
        (
            Row::Write,
            Operation::EditNotes {
                base: u64::MAX,
                changes: TextChanges(Vec::new()),
            },
        ),
        (
            Row::Write,
            Operation::EditPage {
                page: page.clone(),
                base: 0,
                changes: TextChanges(Vec::new()),
            },
        ),
        (
            Row::Write,
            Operation::AddPage {
                page: PageId::first(),
                title: "Taken".to_owned(),
                order: 0.0,
            },
        ),
        (
            Row::Write,
            Operation::UpdatePage {
                page,
                title: None,
                order: None,
                removed: Some(true),
            },
        ),
        (Row::Talk, Operation::PostMessage(Post::from(" "))),
        (
            Row::Talk,
            Operation::EditMessage {
                message: 9_999,
                text: "x".to_owned(),
                mentions: Vec::new(),
            },
        ),
        (Row::Talk, Operation::DeleteMessage { message: 9_999 }),
        (
            Row::Talk,
            Operation::React {
                message: 9_999,
                emoji: "👍".to_owned(),
                on: true,
            },
        ),
        (Row::Moderate, Operation::SetSlowMode { seconds: 0 }),
        (Row::Moderate, set_role(nobody, Role::Viewer)),
        (Row::Moderate, Operation::LowerEveryone { role: Role::Host }),
        (
            Row::Moderate,
            Operation::SetRules {
                rules: RulesChange::default(),
            },
        ),
        (
            Row::Moderate,
            Operation::Mute {
                participant: nobody,
                muted: true,
            },
        ),
        (
            Row::Moderate,
            Operation::Remove {
                participant: nobody,
                seconds: 1,
                address: false,
            },
        ),
        (
            Row::Moderate,
            Operation::LiftBan {
                participant: nobody,
            },
        ),
        (
            Row::Moderate,
            Operation::NoteUndone {
                participant: nobody,
                since_ms: 0,
                shapes: 1,
            },
        ),
        (
            Row::Entitle,
            Operation::SetTitle {
                title: String::new(),
            },
        ),
    ]
}

/// The table of R72, by hand: who may not, and what they are told.
fn expected(row: Row, role: Role, muted: bool, rules: &Rules) -> Option<ErrorCode> {
    let keeps_order = matches!(role, Role::Moderator | Role::Host);
    let looks_on = role == Role::Viewer;
    let left_to_anyone = |rule| rule == Role::Viewer;
    match row {
        Row::Draw if looks_on && !left_to_anyone(rules.draw) => Some(ErrorCode::RoleTooLow),
        Row::Draw if rules.board_locked && !keeps_order => Some(ErrorCode::BoardLocked),
        Row::Write if looks_on && !left_to_anyone(rules.write) => Some(ErrorCode::RoleTooLow),
        Row::Write if rules.notes_locked && !keeps_order => Some(ErrorCode::NotesLocked),
        Row::Talk if looks_on && !left_to_anyone(rules.talk) => Some(ErrorCode::RoleTooLow),
        Row::Talk if muted => Some(ErrorCode::Muted),
        Row::Talk if rules.chat_locked && !keeps_order => Some(ErrorCode::ChatLocked),
        Row::Moderate if !keeps_order => Some(ErrorCode::Forbidden),
        Row::Entitle if role != Role::Host => Some(ErrorCode::Forbidden),
        _ => None,
    }
}

fn is_of_the_gate(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::RoleTooLow
            | ErrorCode::Forbidden
            | ErrorCode::Muted
            | ErrorCode::BoardLocked
            | ErrorCode::NotesLocked
            | ErrorCode::ChatLocked
            | ErrorCode::ShapeSealed
    )
}

fn any_rules() -> impl Iterator<Item = Rules> {
    let least = |bit: bool| if bit { Role::Viewer } else { Role::Editor };
    (0..64_u8).map(move |bits| {
        let bit = |at: u8| bits >> at & 1 == 1;
        Rules {
            draw: least(bit(0)),
            write: least(bit(1)),
            talk: least(bit(2)),
            board_locked: bit(3),
            notes_locked: bit(4),
            chat_locked: bit(5),
            ..Rules::default()
        }
    })
}

fn as_change(rules: &Rules) -> Operation {
    Operation::SetRules {
        rules: RulesChange {
            draw: Some(rules.draw),
            write: Some(rules.write),
            talk: Some(rules.talk),
            board_locked: Some(rules.board_locked),
            notes_locked: Some(rules.notes_locked),
            chat_locked: Some(rules.chat_locked),
            ..RulesChange::default()
        },
    }
}

const PEOPLE: [(&str, Role); 4] = [
    ("Ann", Role::Host),
    ("Mo", Role::Moderator),
    ("Eve", Role::Editor),
    ("Vi", Role::Viewer),
];

fn room_of_each() -> Room {
    let mut room = Room::new();
    room.host("Ann");
    for (name, role) in &PEOPLE[1..] {
        room.join(name);
        let given = set_role(room.id(name), *role);
        room.submit("Ann", given).unwrap();
    }
    room
}

#[test]
fn the_gate_is_the_table_for_every_role_kind_and_rule() {
    let mut room = room_of_each();
    let mut tried = 0;
    for muted in [false, true] {
        for (name, _) in &PEOPLE[1..] {
            let participant = room.id(name);
            let mute = Operation::Mute { participant, muted };
            room.submit("Ann", mute).unwrap();
        }
        for rules in any_rules() {
            room.submit("Ann", as_change(&rules)).unwrap();
            for (name, role) in PEOPLE {
                let muted = muted && role != Role::Host;
                for (row, operation) in idle() {
                    let said = room.submit(name, operation.clone()).err();
                    let gate = said.filter(|code| is_of_the_gate(*code));
                    let wanted = expected(row, role, muted, &rules);
                    assert_eq!(gate, wanted, "{name} {operation:?} {rules:?} {said:?}");
                    tried += 1;
                }
                room.told(name);
                room.say(name, ink("wet", 0));
                let told = room.told(name);
                assert_eq!(
                    !told.is_empty(),
                    expected(Row::Draw, role, muted, &rules).is_some(),
                    "{name} draws: {told:?}"
                );
            }
        }
    }
    assert_eq!(tried, 2 * 64 * 4 * idle().len());
}

/// A kind that the table forgets is found by the golden messages, which have all.
#[test]
fn the_table_has_every_kind() {
    let text = include_str!("../../../../lanvas-protocol/fixtures/messages.json");
    let golden: Vec<serde_json::Value> = serde_json::from_str(text).unwrap();
    let kind = |operation: &serde_json::Value| operation["type"].as_str().map(str::to_owned);
    let known: BTreeSet<String> = golden
        .iter()
        .filter(|it| it["from"] == "client")
        .filter_map(|it| kind(&it["json"]["operation"]))
        .collect();
    let rows = idle().into_iter();
    let written: BTreeSet<String> = rows
        .filter_map(|(_, operation)| kind(&serde_json::to_value(operation).unwrap()))
        .collect();
    assert_eq!(written, known);
}
