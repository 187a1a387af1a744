//! One of every message, for the golden fixtures.

use std::sync::Arc;

use lanvas_protocol::{
    BlobName, ClientMessage, Color, Epoch, ErrorCode, Operation, PageId, ParticipantId, Point,
    Points, ReplicaId, ServerMessage, SessionId, Shape, ShapeBody, ShapeChange, ShapeId,
    TextChange, TextChanges,
    chat::{ChatMessage, Picture, Post, Quote},
    message::{
        Area, Caret, Hello, Ink, NotesPage, Participant, Position, Presence, RefusedSubmission,
        Role, Snapshot, SnapshotRest, StorageTrouble, Welcome,
    },
    operation::{Applied, MessageAuthor, Remainder},
    roles::Rules,
    shape::{Align, Connector, Dash, Font, Form, Head, Image, Nib, Paint, Route, StickyNote},
};

const TIME_MS: u64 = 1_790_000_000_000;

fn replica() -> ReplicaId {
    ReplicaId::new("r1").unwrap()
}

pub(crate) fn shape_id(text: &str) -> ShapeId {
    ShapeId::new(text).unwrap()
}

fn page_id(text: &str) -> PageId {
    PageId::new(text).unwrap()
}

fn points() -> Points {
    let point = |x, y, pressure, time| Point {
        x,
        y,
        pressure: Some(pressure),
        time_ms: Some(time),
    };
    Points::pack(&[point(0.0, 0.0, 0.2, 0), point(1.5, -2.25, 1.0, 16)], 4).unwrap()
}

fn stroke() -> Shape {
    Shape {
        author: ParticipantId(2),
        ..Shape::plain(
            shape_id("s1"),
            10.0,
            -20.5,
            1.0,
            Color([0x1e, 0x1e, 0x1e]),
            ShapeBody::stroke(4.0, points()),
        )
    }
}

fn label() -> Shape {
    Shape {
        id: shape_id("t1"),
        body: ShapeBody::label(
            "Grüße
👋",
            24.0,
        ),
        ..stroke()
    }
}

fn changes() -> TextChanges {
    TextChanges(vec![
        TextChange::Retain(3),
        TextChange::Replace {
            deleted: 2,
            inserted: "é👋\n".to_owned(),
        },
        TextChange::Replace {
            deleted: 1,
            inserted: String::new(),
        },
        TextChange::Retain(70_000),
    ])
}

fn presence() -> Presence {
    Presence {
        cursor: Some(Position { x: 1.5, y: 2.5 }),
        caret: Some(Caret {
            base: 7,
            anchor: 3,
            head: 5,
            page: PageId::first(),
        }),
        typing: true,
        selection: vec![shape_id("s1")],
        ..Presence::default()
    }
}

fn presence_on_a_page() -> Presence {
    let caret = presence().caret.map(|caret| Caret {
        page: page_id("p2"),
        ..caret
    });
    Presence {
        caret,
        ..Presence::default()
    }
}

fn pages() -> Vec<NotesPage> {
    vec![
        NotesPage::default(),
        NotesPage {
            page: page_id("p2"),
            title: "Ideas".to_owned(),
            order: 1.5,
            removed: Some(40),
            text: "é👋".to_owned(),
        },
    ]
}

pub(crate) fn participant() -> Participant {
    Participant {
        id: ParticipantId(2),
        name: "Ann".to_owned(),
        color: Color([0xe0, 0x31, 0x31]),
        role: Role::Editor,
        muted: false,
        account: false,
    }
}

fn by() -> MessageAuthor {
    MessageAuthor::new("Ann".to_owned(), Color([0xe0, 0x31, 0x31]))
}

/// As the hub tells it.
fn answer() -> Post {
    Post {
        by: Some(by()),
        reply_to: Some(41),
        quote: Some(Quote {
            name: "Bo".to_owned(),
            text: "Shall we begin?".to_owned(),
        }),
        mentions: vec![ParticipantId(3)],
        pictures: vec![Picture {
            blob: BlobName([0xab; 32]),
            w: 640,
            h: 480,
        }],
        ..Post::from("Yes, @Bo")
    }
}

fn from_outside() -> Post {
    let outside = MessageAuthor {
        outside: true,
        ..by()
    };
    Post {
        by: Some(outside),
        ..Post::from("Build 7 is green")
    }
}

/// Messages in every state they can be in.
fn messages() -> Vec<ChatMessage> {
    let applied = |number: u64, author: u32, operation: Operation| Applied {
        number,
        author: ParticipantId(author),
        time_ms: TIME_MS + number,
        replica: replica(),
        seq: u32::try_from(number).unwrap(),
        operation,
    };
    let react = |number, author, emoji: &str| {
        let (message, emoji, on) = (2, emoji.to_owned(), true);
        applied(number, author, Operation::React { message, emoji, on })
    };
    let edit = Operation::EditMessage {
        message: 2,
        text: "Yes!".to_owned(),
        mentions: vec![],
    };
    let posted = |number, post| {
        let said = applied(number, 2, Operation::PostMessage(post));
        ChatMessage::posted_by(&said).unwrap()
    };
    let plain = Post {
        by: Some(by()),
        ..Post::from("Hello")
    };
    let mut answered = posted(2, answer());
    let mut gone = posted(3, answer());
    for change in [
        react(4, 2, "👍"),
        react(5, 3, "👍"),
        react(6, 3, "🎉"),
        applied(7, 2, edit),
    ] {
        answered.change(&change);
    }
    gone.change(&applied(8, 1, Operation::DeleteMessage { message: 3 }));
    vec![posted(1, plain), answered, gone]
}

fn ink() -> Ink {
    Ink {
        author: ParticipantId(2),
        stroke: shape_id("s1"),
        color: Color([0, 0, 255]),
        width: 2.5,
        start: 14,
        points: points(),
        nib: Nib::Pen,
        opacity: None,
        dash: Dash::Solid,
    }
}

/// One of every kind, with every property that is not as a plain one's.
fn things() -> Vec<Shape> {
    let number = |index: usize| f64::from(u8::try_from(index).unwrap());
    let thing = |(index, body)| Shape {
        id: shape_id(&format!("k{index}")),
        z: number(index),
        body,
        opacity: 0.5,
        rotation: 0.25,
        mirrored: true,
        locked: true,
        group: "g1/g2".into(),
        link: "https://a.example/#b".into(),
        name: "A thing".into(),
        fill: Paint(Some(Color([0xff, 0xec, 0x99]))),
        dash: Dash::Dashed,
        font: Font::Hand,
        align: Align::Right,
        bold: true,
        italic: true,
        ..stroke()
    };
    bodies().into_iter().enumerate().map(thing).collect()
}

fn bodies() -> Vec<ShapeBody> {
    let (w, h, size) = (120.5, 80.0, 20.0);
    let text: Box<str> = "Grüße\n👋".into();
    vec![
        ShapeBody::Stroke {
            width: 20.0,
            points: points(),
            nib: Nib::Marker,
        },
        ShapeBody::Text {
            text: text.clone(),
            size,
            w,
        },
        ShapeBody::Geo {
            form: Form::ArrowRight,
            w,
            h,
            width: 2.0,
            text: text.clone(),
            size,
        },
        connector(),
        ShapeBody::Note(Box::new(StickyNote {
            w,
            h,
            text: text.clone(),
            size,
            by: "Ann".into(),
        })),
        ShapeBody::Image(Box::new(Image {
            w,
            h,
            blob: BlobName([0xa5; 32]),
            crop_left: 0.25,
            crop_top: 0.0,
            crop_right: 0.125,
            crop_bottom: 0.0,
        })),
        ShapeBody::Frame {
            w,
            h,
            text,
            order: 2.0,
        },
    ]
}

fn connector() -> ShapeBody {
    ShapeBody::Connector(Box::new(Connector {
        w: -40.0,
        h: 30.5,
        width: 2.0,
        route: Route::Curved,
        bend: -0.25,
        head_start: Head::Dot,
        head_end: Head::Triangle,
        from: "k2".into(),
        from_x: 0.25,
        from_y: 1.0,
        to: "k4".into(),
        to_x: 0.5,
        to_y: 0.0,
        text: "then".into(),
        size: 20.0,
    }))
}

/// Every property there is.
fn full_change() -> ShapeChange {
    ShapeChange {
        id: shape_id("k3"),
        x: Some(1.0),
        y: Some(2.0),
        z: Some(3.0),
        color: Some(Color([1, 2, 3])),
        opacity: Some(0.25),
        rotation: Some(-1.5),
        mirrored: Some(false),
        locked: Some(false),
        sealed: Some(true),
        group: Some("".into()),
        link: Some("#notes".into()),
        name: Some("".into()),
        fill: Some(Paint(None)),
        dash: Some(Dash::Dotted),
        font: Some(Font::Mono),
        align: Some(Align::Left),
        bold: Some(false),
        italic: Some(true),
        width: Some(3.5),
        points: Some(points()),
        nib: Some(Nib::Brush),
        text: Some("new".into()),
        size: Some(12.0),
        form: Some(Form::Cloud),
        w: Some(-3.0),
        h: Some(4.5),
        route: Some(Route::Elbow),
        bend: Some(0.5),
        head_start: Some(Head::None),
        head_end: Some(Head::Bar),
        from: Some("".into()),
        from_x: Some(0.0),
        from_y: Some(0.25),
        to: Some("k1".into()),
        to_x: Some(0.75),
        to_y: Some(1.0),
        order: Some(1.5),
        crop_left: Some(0.0),
        crop_top: Some(0.25),
        crop_right: Some(0.5),
        crop_bottom: Some(0.125),
    }
}

fn page_operations() -> Vec<(&'static str, Operation)> {
    vec![
        (
            "edit_page",
            Operation::EditPage {
                page: page_id("p2"),
                base: 7,
                changes: changes(),
            },
        ),
        (
            "add_page",
            Operation::AddPage {
                page: page_id("p2"),
                title: "Ideas".to_owned(),
                order: 1.5,
            },
        ),
        (
            "update_page",
            Operation::UpdatePage {
                page: PageId::first(),
                title: Some("Plan".to_owned()),
                order: Some(2.0),
                removed: Some(false),
            },
        ),
        (
            "remove_page",
            Operation::UpdatePage {
                page: page_id("p2"),
                title: None,
                order: None,
                removed: Some(true),
            },
        ),
    ]
}

fn operations() -> Vec<(&'static str, Operation)> {
    let mut all = on_the_board();
    all.extend(super::role_samples::operations());
    all.extend([
        (
            "edit_notes",
            Operation::EditNotes {
                base: 7,
                changes: changes(),
            },
        ),
        ("post_message", Operation::PostMessage(Post::from("Hello"))),
        ("post_answer", Operation::PostMessage(answer())),
        ("post_from_outside", Operation::PostMessage(from_outside())),
        (
            "edit_message",
            Operation::EditMessage {
                message: 41,
                text: "Hello, Bo".to_owned(),
                mentions: vec![ParticipantId(3)],
            },
        ),
        ("delete_message", Operation::DeleteMessage { message: 41 }),
        (
            "react",
            Operation::React {
                message: 41,
                emoji: "👍🏽".to_owned(),
                on: true,
            },
        ),
        ("set_slow_mode", Operation::SetSlowMode { seconds: 30 }),
        (
            "set_title",
            Operation::SetTitle {
                title: "Plan".to_owned(),
            },
        ),
    ]);
    all
}

fn on_the_board() -> Vec<(&'static str, Operation)> {
    let change = ShapeChange {
        x: Some(3.0),
        text: Some("new".into()),
        ..ShapeChange::of(shape_id("t1"))
    };
    vec![
        (
            "add_shapes",
            Operation::AddShapes {
                shapes: vec![stroke(), label()],
            },
        ),
        ("add_things", Operation::AddShapes { shapes: things() }),
        (
            "update_things",
            Operation::UpdateShapes {
                changes: vec![full_change()],
            },
        ),
        (
            "update_shapes",
            Operation::UpdateShapes {
                changes: vec![change],
            },
        ),
        (
            "remove_shapes",
            Operation::RemoveShapes {
                ids: vec![shape_id("s1")],
                left: Vec::new(),
            },
        ),
        (
            "cut_shapes",
            Operation::RemoveShapes {
                ids: vec![shape_id("s1"), shape_id("s2")],
                left: vec![Remainder {
                    of: shape_id("s1"),
                    id: shape_id("s1-0"),
                    points: points(),
                }],
            },
        ),
    ]
}

fn named(name: &str) -> Hello {
    Hello {
        name: name.to_owned(),
        ..Hello::default()
    }
}

pub(crate) fn client_messages() -> Vec<(&'static str, ClientMessage)> {
    let returner = Hello {
        resume: Some("00112233445566778899aabbccddeeff".to_owned()),
        replica: Some(replica()),
        formerly: vec![ReplicaId::new("earlier").unwrap(), replica()],
        epoch: Some(Epoch::new("e1").unwrap()),
        number: Some(41),
        password: Some("open sesame".to_owned()),
        host_token: Some("ffeeddccbbaa99887766554433221100".to_owned()),
        ..named("Ann")
    };
    let newcomer = named("Bo");
    let mut all = vec![
        ("hello_newcomer", ClientMessage::Hello(Box::new(newcomer))),
        ("hello_returner", ClientMessage::Hello(Box::new(returner))),
        ("extend_ink", ClientMessage::ExtendInk(ink())),
        (
            "extend_marker_ink",
            ClientMessage::ExtendInk(Ink {
                nib: Nib::Marker,
                opacity: Some(0.5),
                dash: Dash::Dotted,
                ..ink()
            }),
        ),
        (
            "cancel_ink",
            ClientMessage::CancelInk {
                stroke: shape_id("s1"),
            },
        ),
        ("show_presence", ClientMessage::ShowPresence(presence())),
        (
            "show_presence_on_a_page",
            ClientMessage::ShowPresence(presence_on_a_page()),
        ),
        (
            "show_presence_calling",
            ClientMessage::ShowPresence(Presence {
                view: Some(Area {
                    x: -3.5,
                    y: 2.0,
                    w: 1280.0,
                    h: 720.0,
                }),
                calling: true,
                ..Presence::default()
            }),
        ),
        (
            "show_presence_away",
            ClientMessage::ShowPresence(Presence::default()),
        ),
        (
            "rename",
            ClientMessage::Rename {
                name: "Anna".to_owned(),
            },
        ),
        ("ping", ClientMessage::Ping { nonce: 9 }),
    ];
    all.extend(
        operations()
            .into_iter()
            .chain(page_operations())
            .map(|(name, operation)| (name, ClientMessage::Submit { seq: 3, operation })),
    );
    all
}

pub(crate) fn server_messages() -> Vec<(&'static str, ServerMessage)> {
    let mut all = vec![
        ("welcomed", ServerMessage::Welcomed(Box::new(welcome()))),
        (
            "joined",
            ServerMessage::Joined {
                participant: participant(),
            },
        ),
        (
            "left",
            ServerMessage::Left {
                participant: ParticipantId(2),
            },
        ),
        (
            "participant_changed",
            ServerMessage::ParticipantChanged {
                participant: participant(),
            },
        ),
        ("people_changed", super::role_samples::people_changed()),
        ("stored", ServerMessage::Stored { number: 42 }),
        (
            "storage_changed",
            ServerMessage::StorageChanged {
                healthy: false,
                trouble: Some(StorageTrouble::DiskFull),
                refusing: true,
            },
        ),
        (
            "storage_changed_back",
            ServerMessage::StorageChanged {
                healthy: true,
                trouble: None,
                refusing: false,
            },
        ),
        (
            "addresses_changed",
            ServerMessage::AddressesChanged {
                addresses: vec!["http://192.168.1.5:7420".to_owned()],
            },
        ),
        ("pong", ServerMessage::Pong { nonce: 9 }),
        ("snapshot", ServerMessage::Snapshot(Box::new(snapshot()))),
        ("confirmed", confirmed(None)),
        ("confirmed_message", confirmed(Some(by()))),
        ("caught_up", ServerMessage::CaughtUp { number: 42 }),
        ("ink_extended", ServerMessage::InkExtended(ink())),
        ("ink_cancelled", cancelled()),
        ("presence_shown", shown()),
    ];
    all.extend(refusals());
    let operations = operations().into_iter().chain(page_operations());
    all.extend(operations.map(|(name, operation)| {
        let applied = Applied {
            number: 42,
            author: ParticipantId(2),
            time_ms: TIME_MS,
            replica: replica(),
            seq: 3,
            operation,
        };
        (name, ServerMessage::Applied(Arc::new(applied)))
    }));
    all
}

fn refusals() -> Vec<(&'static str, ServerMessage)> {
    vec![
        (
            "refused_submission",
            refused(Some(3), ErrorCode::ShapeExists),
        ),
        (
            "refused_too_early",
            ServerMessage::Refused {
                seq: Some(3),
                code: ErrorCode::SlowMode,
                detail: "why".to_owned(),
                wait_ms: Some(12_000),
            },
        ),
        ("refused_other", refused(None, ErrorCode::InvalidName)),
    ]
}

fn welcome() -> Welcome {
    Welcome {
        session: SessionId::new("k3f9x2abcd").unwrap(),
        title: "Plan".to_owned(),
        you: participant(),
        resume: "00112233445566778899aabbccddeeff".to_owned(),
        replica: replica(),
        seq: 3,
        refused: vec![RefusedSubmission {
            seq: 2,
            code: ErrorCode::ShapeExists,
        }],
        refused_after: 1,
        formerly_seqs: vec![Some(7), None],
        epoch: Epoch::new("e2").unwrap(),
        number: 42,
        stored: 40,
        people: vec![participant()],
        time_ms: TIME_MS,
        resumed: true,
    }
}

fn refused(seq: Option<u32>, code: ErrorCode) -> ServerMessage {
    ServerMessage::Refused {
        seq,
        code,
        detail: "why".to_owned(),
        wait_ms: None,
    }
}

fn confirmed(by: Option<MessageAuthor>) -> ServerMessage {
    ServerMessage::Confirmed {
        number: 42,
        seq: 3,
        time_ms: TIME_MS,
        by,
    }
}

fn cancelled() -> ServerMessage {
    ServerMessage::InkCancelled {
        author: ParticipantId(2),
        stroke: shape_id("s1"),
    }
}

fn shown() -> ServerMessage {
    ServerMessage::PresenceShown {
        participant: ParticipantId(2),
        presence: presence(),
    }
}

fn snapshot() -> Snapshot {
    Snapshot {
        number: 42,
        part: 0,
        parts: 1,
        shapes: vec![Arc::new(stroke()), Arc::new(label())],
        rest: Some(SnapshotRest {
            title: "Plan".to_owned(),
            notes: "Grüße\n👋".to_owned(),
            messages: messages(),
            slow_mode_s: 30,
            pages: pages(),
            rules: Rules {
                chat_locked: true,
                ..Rules::default()
            },
        }),
    }
}

pub(crate) fn strokes() -> Vec<(&'static str, u8, Vec<Point>)> {
    let wave = |count: u32, pressure: bool, time: bool| {
        (0..count)
            .map(|i| Point {
                x: f64::from(i) * 3.3,
                y: (f64::from(i) / 4.0).sin() * 40.0 - 1_000.0,
                pressure: pressure.then_some(f32::from(u8::try_from(i * 7 % 256).unwrap()) / 255.0),
                time_ms: time.then_some(i * 17),
            })
            .collect::<Vec<_>>()
    };
    vec![
        ("one point", 4, wave(1, false, false)),
        ("a mouse, no pressure, no time", 2, wave(8, false, false)),
        ("a pen", 6, wave(30, true, true)),
        ("time only", 0, wave(8, false, true)),
        ("the finest precision", 10, wave(8, true, false)),
    ]
}
