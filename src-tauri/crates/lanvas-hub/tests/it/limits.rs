//! Every limit of `lanvas_protocol::limits`, at its edge and one past it, told in the words of the
//! wire: JSON, as a stranger would write it.

use lanvas_hub::session::{
    Access, ConnectionId, Effect, Input, Session, history::HistoryBounds, roster::hash_secret,
};
use lanvas_protocol::{
    ClientMessage, Color, Encoding, Epoch, ErrorCode, Operation, ServerMessage, Shape, ShapeBody,
    ShapeChange, ShapeId,
    limits::{
        BOARD_SHAPES_MAX, CHAT_INTERVAL_MS, CHAT_MESSAGES_MAX, CLIENT_MESSAGE_BYTES_MAX,
        COORDINATE_MAX, ID_LENGTH_MAX, INK_FRAME_POINTS_MAX, MESSAGE_LENGTH_MAX, NAME_LENGTH_MAX,
        NOTES_LENGTH_MAX, OPERATION_SHAPES_MAX, PARTICIPANTS_MAX, PASSWORD_BYTES_MAX,
        STROKE_POINTS_MAX, STROKE_WIDTH_MAX, TEXT_CHANGES_MAX, TEXT_LENGTH_MAX, TEXT_SIZE_MAX,
        TITLE_LENGTH_MAX,
    },
    message::Hello,
};
use serde_json::{Value, json};

use crate::common::{Client, TestHub, blank, message, named, stroke};

/// What becomes of an operation.
#[derive(Debug, PartialEq)]
enum Fate {
    Taken,
    Refused(ErrorCode),
    Closed(u16),
}

/// Submits as a fresh client; a `SetTitle` needs the host.
async fn fate(hub: &TestHub, operation: &Value) -> Fate {
    let mut client = hub.connect(Encoding::Json).await;
    let hello = Hello {
        host_token: Some(hub.hub.host_token().to_owned()),
        ..named("Ann")
    };
    client.hello(hello).await;
    let submit = json!({"type": "submit", "seq": 1, "operation": operation});
    client.send_json(&submit).await;
    answer(&mut client).await
}

async fn answer(client: &mut Client) -> Fate {
    loop {
        match client.next().await {
            Ok(ServerMessage::Refused {
                seq: Some(1), code, ..
            }) => return Fate::Refused(code),
            Ok(ServerMessage::Confirmed { seq: 1, .. }) => return Fate::Taken,
            Ok(ServerMessage::Applied(it)) if it.replica == client.welcome().replica => {
                return Fate::Taken;
            }
            Ok(_) => {}
            Err(code) => return Fate::Closed(code),
        }
    }
}

fn label(id: &str, text: &str) -> Value {
    json!({"id": id, "x": 0, "y": 0, "color": "#000000",
           "body": {"kind": "text", "text": text, "size": 16}})
}

fn line(points: usize) -> Value {
    json!({"id": "a", "x": 0, "y": 0, "color": "#000000",
           "body": {"kind": "stroke", "width": 4, "points": vec![json!([0, 0]); points]}})
}

fn with(mut value: Value, path: &str, new: Value) -> Value {
    *value.pointer_mut(path).unwrap() = new;
    value
}

fn add(shape: &Value) -> Value {
    json!({"type": "add_shapes", "shapes": [shape]})
}

fn say(text: &str) -> Value {
    json!({"type": "post_message", "text": text})
}

fn labels(count: usize) -> Value {
    let shapes: Vec<_> = (0..count)
        .map(|index| label(&format!("s{index}"), "x"))
        .collect();
    json!({"type": "add_shapes", "shapes": shapes})
}

fn title(title: &str) -> Value {
    json!({"type": "set_title", "title": title})
}

/// Each in a session of its own, so that none is in the other's way.
async fn check(rows: Vec<(Value, Fate)>) {
    for (operation, expected) in rows {
        let folder = tempfile::tempdir().unwrap();
        let hub = TestHub::start(folder.path()).await;
        let words: String = operation.to_string().chars().take(120).collect();
        assert_eq!(fate(&hub, &operation).await, expected, "{words}");
    }
}

#[tokio::test]
async fn words_are_taken_at_their_limits_and_refused_past_them() {
    use ErrorCode as Code;
    let refused = Fate::Refused;
    let text = |length| label("a", &"x".repeat(length));
    check(vec![
        (say(&"ä".repeat(MESSAGE_LENGTH_MAX)), Fate::Taken),
        (say(&"👋".repeat(MESSAGE_LENGTH_MAX)), Fate::Taken),
        (
            say(&"x".repeat(MESSAGE_LENGTH_MAX + 1)),
            refused(Code::MessageTooLong),
        ),
        (
            say(&"x".repeat(MESSAGE_LENGTH_MAX * 10)),
            refused(Code::MessageTooLong),
        ),
        (say(" \n\u{200f} "), refused(Code::MessageEmpty)),
        (title(&"é".repeat(TITLE_LENGTH_MAX)), Fate::Taken),
        (
            title(&"x".repeat(TITLE_LENGTH_MAX + 1)),
            refused(Code::InvalidTitle),
        ),
        (title(""), refused(Code::InvalidTitle)),
        (add(&text(TEXT_LENGTH_MAX)), Fate::Taken),
        (add(&text(TEXT_LENGTH_MAX + 1)), refused(Code::InvalidShape)),
        (add(&label("a", "a\rb")), refused(Code::InvalidShape)),
    ])
    .await;
}

#[tokio::test]
async fn shapes_are_taken_at_their_limits_and_refused_past_them() {
    let not_valid = || Fate::Refused(ErrorCode::InvalidShape);
    let not_an_operation = || Fate::Refused(ErrorCode::InvalidOperation);
    let no_message = || Fate::Closed(4400);
    let text = |path, value: Value| add(&with(label("a", "x"), path, value));
    let ink = |path, value: Value| add(&with(line(1), path, value));
    let id = |length: usize| add(&label(&"i".repeat(length), "x"));
    let wide = f64::from(STROKE_WIDTH_MAX);
    let tall = f64::from(TEXT_SIZE_MAX);
    check(vec![
        (labels(OPERATION_SHAPES_MAX), Fate::Taken),
        (labels(OPERATION_SHAPES_MAX + 1), not_an_operation()),
        (labels(0), not_an_operation()),
        (id(ID_LENGTH_MAX), Fate::Taken),
        (id(ID_LENGTH_MAX + 1), no_message()),
        (id(0), no_message()),
        (add(&line(STROKE_POINTS_MAX)), Fate::Taken),
        (add(&line(STROKE_POINTS_MAX + 1)), no_message()),
        (add(&line(0)), not_valid()),
        (text("/x", json!(COORDINATE_MAX)), Fate::Taken),
        (text("/y", json!(-COORDINATE_MAX)), Fate::Taken),
        (text("/x", json!(COORDINATE_MAX + 1.0)), not_valid()),
        (text("/x", json!(1e308)), not_valid()),
        (text("/body/size", json!(tall)), Fate::Taken),
        (text("/body/size", json!(tall + 1.0)), not_valid()),
        (text("/body/size", json!(0)), not_valid()),
        (text("/body/size", json!(1e39)), not_valid()),
        (ink("/body/width", json!(wide)), Fate::Taken),
        (ink("/body/width", json!(wide + 1.0)), not_valid()),
        (ink("/body/width", json!(-1)), not_valid()),
        (text("/color", json!("red")), no_message()),
        (text("/body/kind", json!("image")), no_message()),
    ])
    .await;
}

#[tokio::test]
async fn a_name_and_a_password_have_their_lengths() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut client = hub.connect(Encoding::Json).await;
    let longest = "é".repeat(NAME_LENGTH_MAX);
    client.hello(named(&longest)).await;
    assert_eq!(client.welcome().you.name, longest);
    let rename = |name: String| ClientMessage::Rename { name };
    client.send(&rename("x".repeat(NAME_LENGTH_MAX + 1))).await;
    let invalid = |it: &_| {
        matches!(
            it,
            ServerMessage::Refused {
                code: ErrorCode::InvalidName,
                ..
            }
        )
    };
    client.until(invalid).await;
    client.send(&rename("x".repeat(NAME_LENGTH_MAX))).await;
    client
        .until(|it| matches!(it, ServerMessage::ParticipantChanged { .. }))
        .await;

    let folder = tempfile::tempdir().unwrap();
    let longest = "p".repeat(PASSWORD_BYTES_MAX);
    let password = Some(longest.clone());
    let hub = TestHub::start_with(folder.path(), |config| config.password = password).await;
    let mut client = hub.connect(Encoding::Json).await;
    let hello = Hello {
        password: Some(longest),
        ..named("Ann")
    };
    client.hello(hello).await;
}

/// The notes take a mebi of units and not one more; what is refused changes nothing.
#[tokio::test]
async fn the_notes_have_their_length() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join_by("Ann", Encoding::Json).await;
    let lot = CLIENT_MESSAGE_BYTES_MAX / 2;
    let mut length = 0;
    while length < NOTES_LENGTH_MAX {
        let more = lot.min(NOTES_LENGTH_MAX - length);
        assert!(write(&mut ann, length, &"x".repeat(more)).await.is_ok());
        length += more;
    }
    assert_eq!(
        write(&mut ann, length, "y").await,
        Err(ErrorCode::NotesTooLong)
    );
    let mut late = hub.connect(Encoding::Binary).await;
    let seen = late.hello(named("Late")).await;
    assert!(seen.len() > 2);
}

/// A change of very many stretches costs everybody who maps over it.
#[tokio::test]
async fn a_change_has_so_many_stretches() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join_by("Ann", Encoding::Json).await;
    let length = TEXT_CHANGES_MAX + 2; // so that the last stretch is never empty
    assert!(write(&mut ann, 0, &"x".repeat(length)).await.is_ok());
    for (pairs, expected) in [
        (TEXT_CHANGES_MAX / 2, Err(ErrorCode::InvalidChanges)),
        (TEXT_CHANGES_MAX / 2 - 1, Ok(2)),
    ] {
        let mut changes: Vec<_> = (0..pairs).flat_map(|_| [json!([1]), json!(1)]).collect();
        changes.push(json!([length - 2 * pairs]));
        ann.seq += 1;
        let submit = json!({"type": "submit", "seq": ann.seq, "operation":
            {"type": "edit_notes", "base": 1, "changes": changes}});
        ann.send_json(&submit).await;
        assert_eq!(
            ann.fate(ann.seq).await,
            expected,
            "{} stretches",
            2 * pairs + 1
        );
    }
}

/// Writes at the end of notes of so many units.
async fn write(client: &mut Client, length: usize, text: &str) -> Result<u64, ErrorCode> {
    let base = client.seq; // every submission so far was an operation
    client.seq += 1;
    let seq = client.seq;
    let submit = json!({"type": "submit", "seq": seq, "operation":
        {"type": "edit_notes", "base": base, "changes": [length, [0, text]]}});
    client.send_json(&submit).await;
    client.fate(seq).await
}

#[tokio::test]
async fn wet_ink_has_its_limits() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut client = hub.join_by("Ann", Encoding::Json).await;
    let ink = |stroke: &str, points: usize| {
        json!({"type": "extend_ink", "stroke": stroke, "color": "#000000", "width": 4,
               "start": 0, "points": vec![json!([0, 0]); points]})
    };
    client.send_json(&ink("a", INK_FRAME_POINTS_MAX)).await;
    assert!(client.is_well().await);
    for (message, code) in [
        (ink("a", INK_FRAME_POINTS_MAX + 1), ErrorCode::InvalidShape),
        (ink("a", 0), ErrorCode::InvalidShape),
        (
            with(ink("a", 1), "/width", json!(0)),
            ErrorCode::InvalidShape,
        ),
    ] {
        client.send_json(&message).await;
        let refused =
            |it: &_| matches!(it, ServerMessage::Refused { code: had, .. } if *had == code);
        client.until(refused).await;
    }
    for finger in 1..lanvas_hub::session::ink::WET_STROKES_MAX {
        client.send_json(&ink(&format!("finger-{finger}"), 1)).await;
    }
    assert!(client.is_well().await);
    client.send_json(&ink("one-too-many", 1)).await;
    let limited = |it: &_| {
        matches!(
            it,
            ServerMessage::Refused {
                code: ErrorCode::RateLimited,
                ..
            }
        )
    };
    client.until(limited).await;
}

// --- limits that take too long to reach by a socket -----------------------------------------

fn session() -> Session {
    session_within(HistoryBounds::default())
}

fn session_within(bounds: HistoryBounds) -> Session {
    let stored = blank("limits");
    let access = Access {
        host_token_hash: hash_secret("host"),
        ..Access::default()
    };
    let epoch = Epoch::new("one").unwrap();
    Session::restore_within(stored, epoch, access, bounds).unwrap()
}

fn join(session: &mut Session, number: u64, host_token: Option<&str>) -> Vec<Effect> {
    let mut entropy = [0; 24];
    entropy[..8].copy_from_slice(&number.to_be_bytes());
    entropy[16..].copy_from_slice(&number.to_be_bytes());
    let hello = Hello {
        host_token: host_token.map(str::to_owned),
        ..named("Ann")
    };
    session.handle(
        0,
        Input::Join {
            connection: ConnectionId(number),
            hello: Box::new(hello),
            address: std::net::Ipv4Addr::LOCALHOST.into(),
            entropy,
        },
    )
}

fn refusal(effects: &[Effect]) -> Option<ErrorCode> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send { frame, .. } => match frame.message() {
            ServerMessage::Refused { code, .. } => Some(*code),
            _ => None,
        },
        _ => None,
    })
}

#[test]
fn a_board_takes_so_many_shapes() {
    let mut session = session();
    join(&mut session, 1, None);
    let mut submit = |seq: u32, shapes: usize| {
        let shapes = (0..shapes)
            .map(|index| stroke(&format!("{seq}-{index}"), 1))
            .collect();
        let operation = Operation::AddShapes { shapes };
        let message = ClientMessage::Submit { seq, operation };
        let connection = ConnectionId(1);
        refusal(&session.handle(
            0,
            Input::Receive {
                connection,
                message,
            },
        ))
    };
    let lots = u32::try_from(BOARD_SHAPES_MAX / OPERATION_SHAPES_MAX).unwrap();
    for seq in 1..=lots {
        assert_eq!(submit(seq, OPERATION_SHAPES_MAX), None);
    }
    assert_eq!(submit(lots + 1, 1), Some(ErrorCode::BoardFull));
}

#[test]
fn a_board_takes_so_many_bytes_and_can_be_tidied_up_when_it_is_full() {
    let most = 100_000;
    let mut session = session_within(HistoryBounds {
        board_bytes: most,
        ..HistoryBounds::default()
    });
    join(&mut session, 1, None);
    let mut seq = 0;
    let mut submit = |session: &mut Session, operation| {
        seq += 1;
        let message = ClientMessage::Submit { seq, operation };
        let connection = ConnectionId(1);
        let input = Input::Receive {
            connection,
            message,
        };
        refusal(&session.handle(0, input))
    };
    let note = |id: &str, length: usize| Operation::AddShapes {
        shapes: vec![Shape::plain(
            ShapeId::new(id).unwrap(),
            0.0,
            0.0,
            0.0,
            Color([0, 0, 0]),
            ShapeBody::label("x".repeat(length), 20.0),
        )],
    };
    for index in 0..9 {
        let taken = submit(&mut session, note(&format!("s{index}"), 10_000));
        assert_eq!(taken, None);
    }
    let left = most - session.board().weight() - Operation::weight_of(&shape_of(note("e", 0)));
    assert_eq!(
        submit(&mut session, note("last", left + 1)),
        Some(ErrorCode::BoardFull)
    );
    assert_eq!(submit(&mut session, note("last", left)), None);
    assert_eq!(session.board().weight(), most, "at the edge");
    let change = |text: Option<&str>| {
        let id = ShapeId::new("s0").unwrap();
        let changes = vec![ShapeChange {
            x: Some(7.0),
            text: text.map(Into::into),
            ..ShapeChange::of(id)
        }];
        Operation::UpdateShapes { changes }
    };
    let longer = submit(&mut session, change(Some("more")));
    assert_eq!(longer, Some(ErrorCode::BoardFull));
    assert_eq!(submit(&mut session, change(None)), None, "it can be moved");
    let ids = vec![ShapeId::new("s0").unwrap()];
    let removed = submit(&mut session, Operation::RemoveShapes { ids, left: vec![] });
    assert_eq!(removed, None);
    assert_eq!(
        submit(&mut session, note("new", 9_000)),
        None,
        "there is room"
    );
}

/// What is said already can be changed, the rest of the session goes on.
#[test]
fn a_chat_takes_so_many_messages() {
    let mut session = session();
    join(&mut session, 1, None);
    let mut seq = 0;
    let mut submit = |operation| {
        seq += 1;
        let message = ClientMessage::Submit { seq, operation };
        let connection = ConnectionId(1);
        let input = Input::Receive {
            connection,
            message,
        };
        refusal(&session.handle(u64::from(seq) * CHAT_INTERVAL_MS, input))
    };
    for _ in 0..CHAT_MESSAGES_MAX {
        assert_eq!(submit(message("x")), None);
    }
    assert_eq!(submit(message("one more")), Some(ErrorCode::ChatFull));
    let (number, text) = (1, "other words".to_owned());
    let edit = Operation::EditMessage {
        message: number,
        text,
        mentions: Vec::new(),
    };
    assert_eq!(submit(edit), None);
    assert_eq!(submit(Operation::DeleteMessage { message: number }), None);
    assert_eq!(submit(message("one more")), Some(ErrorCode::ChatFull));
    let shapes = vec![stroke("drawn", 2)];
    assert_eq!(submit(Operation::AddShapes { shapes }), None);
}

fn shape_of(operation: Operation) -> Shape {
    match operation {
        Operation::AddShapes { mut shapes } => shapes.remove(0),
        _ => unreachable!("it adds"),
    }
}

/// R10: the host comes in when nobody else does.
#[test]
fn a_session_takes_so_many_people_and_the_host() {
    let mut session = session();
    for number in 0..PARTICIPANTS_MAX as u64 {
        assert_eq!(refusal(&join(&mut session, number, None)), None);
    }
    let full = join(&mut session, 5_000, None);
    assert_eq!(refusal(&full), Some(ErrorCode::SessionFull));
    let host = join(&mut session, 5_001, Some("host"));
    assert_eq!(refusal(&host), None);
    assert_eq!(session.people(), PARTICIPANTS_MAX + 1);
}
