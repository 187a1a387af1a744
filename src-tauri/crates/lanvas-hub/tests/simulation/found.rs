//! What the simulation found, each told as the shortest story that shows it.

use lanvas_hub::{
    outbox::OutboxBounds,
    session::{ConnectionId, Input, history::HistoryBounds},
};
use lanvas_protocol::{
    ClientMessage, Color, ErrorCode, Operation, Point, Points, Remainder, Shape, ShapeBody,
    ShapeChange, ShapeId, chat::Post, message::Ink,
};

use crate::{
    bans::ADDRESSES,
    client::{Client, Phase},
    dice::Dice,
    host::{Bounds, Host},
};

/// A person at a connection that does nothing by itself.
struct Guest {
    client: Client,
    connection: ConnectionId,
}

fn host(outbox: OutboxBounds, history: HistoryBounds) -> Host {
    Host::start(Bounds {
        outbox,
        history,
        socket_frames: usize::MAX,
        storage_records: usize::MAX,
    })
}

fn join(host: &mut Host, name: &str) -> Guest {
    let mut guest = Guest {
        client: Client::new(name, None, None),
        connection: ConnectionId(0),
    };
    guest.connect(host);
    guest.listen(host);
    assert_eq!(guest.client.phase, Phase::Live);
    guest
}

impl Guest {
    fn connect(&mut self, host: &mut Host) {
        self.connection = host.connect(false, ADDRESSES[0]);
        let hello = self.client.greet();
        self.say(host, [hello]);
    }

    fn say(&mut self, host: &mut Host, messages: impl IntoIterator<Item = ClientMessage>) {
        for message in messages {
            host.link(self.connection).to_hub.push_back(message);
            host.read(self.connection);
        }
    }

    fn perform(&mut self, host: &mut Host, operation: Operation) {
        let messages = self.client.perform(operation);
        self.say(host, messages);
    }

    /// Reads what there is.
    fn listen(&mut self, host: &mut Host) {
        host.write(self.connection);
        while let Some(message) = host.link(self.connection).hear() {
            let answers = self.client.hear(&message);
            self.say(host, answers);
            host.write(self.connection);
        }
    }

    fn break_off(&mut self, host: &mut Host) {
        self.client.lose_connection();
        host.link(self.connection).abandoned = true;
        host.read(self.connection);
    }
}

fn message(text: &str) -> Operation {
    Operation::PostMessage(Post::from(text))
}

fn stroke(id: &ShapeId) -> Shape {
    Shape::plain(
        id.clone(),
        0.0,
        0.0,
        0.0,
        Color([0, 0, 0]),
        ShapeBody::stroke(4.0, points()),
    )
}

fn points() -> Points {
    let dot = Point {
        x: 0.0,
        y: 0.0,
        pressure: None,
        time_ms: None,
    };
    Points::pack(&[dot], 3).unwrap()
}

/// A snapshot in the middle of a connection did not say which of the receiver's submissions it
/// held: they waited for ever, and an edit under way was confirmed as something else.
#[test]
fn who_is_too_far_behind_for_the_gap_is_told_to_come_back() {
    let narrow = OutboxBounds {
        doc_frames: 2,
        ..OutboxBounds::default()
    };
    let short = HistoryBounds {
        recent_bytes: 300,
        ..HistoryBounds::default()
    };
    let mut host = host(narrow, short);
    let (mut ann, mut bo) = (join(&mut host, "Ann"), join(&mut host, "Bo"));
    bo.perform(&mut host, message("mine"));
    for index in 0..10 {
        ann.perform(&mut host, message(&format!("message {index}")));
    }
    bo.listen(&mut host);
    host.report_drained(bo.connection);
    bo.listen(&mut host);
    assert_eq!(host.link(bo.connection).closed, Some(ErrorCode::TooSlow));

    bo.break_off(&mut host);
    bo.connect(&mut host);
    bo.listen(&mut host);
    assert_eq!(bo.client.number(), 11);
    host.save(usize::MAX);
    bo.listen(&mut host);
    assert!(
        bo.client.is_settled(),
        "its own message is known to be there"
    );
}

/// Only a connection that had submitted something was told what is stored.
#[test]
fn who_comes_back_before_the_disk_is_done_still_hears_that_it_is() {
    let mut host = host(OutboxBounds::default(), HistoryBounds::default());
    let mut ann = join(&mut host, "Ann");
    ann.perform(&mut host, message("mine"));
    ann.listen(&mut host);
    ann.break_off(&mut host);
    ann.connect(&mut host);
    ann.listen(&mut host);
    assert!(!ann.client.is_settled(), "nothing is on the disk");
    host.save(usize::MAX);
    ann.listen(&mut host);
    assert!(ann.client.is_settled(), "R21");
}

/// Operations overtake ink. A stroke that was drawn and erased while its ink waited came back as
/// wet ink that nobody would ever end.
#[test]
fn ink_does_not_come_after_its_stroke_is_erased() {
    let mut host = host(OutboxBounds::default(), HistoryBounds::default());
    let (mut ann, mut bo) = (join(&mut host, "Ann"), join(&mut host, "Bo"));
    let id = ShapeId::new("stroke").unwrap();
    let ink = Ink::pen(id.clone(), Color([0, 0, 0]), 4.0, 0, points());
    ann.say(&mut host, [ClientMessage::ExtendInk(ink)]);
    let shapes = vec![stroke(&id)];
    ann.perform(&mut host, Operation::AddShapes { shapes });
    ann.perform(
        &mut host,
        Operation::RemoveShapes {
            ids: vec![id],
            left: Vec::new(),
        },
    );
    bo.listen(&mut host);
    assert_eq!(bo.client.number(), 2);
    assert!(bo.client.wet.is_empty(), "R40");
}

/// Erasing a part was a removal and an addition: what others did to the stroke meanwhile was lost,
/// and two who cut the same stroke doubled its ink.
#[test]
fn a_stroke_is_cut_as_it_is_when_its_turn_comes() {
    let mut host = host(OutboxBounds::default(), HistoryBounds::default());
    let (mut ann, mut bo) = (join(&mut host, "Ann"), join(&mut host, "Bo"));
    let id = ShapeId::new("stroke").unwrap();
    let shapes = vec![stroke(&id)];
    ann.perform(&mut host, Operation::AddShapes { shapes });
    bo.listen(&mut host);
    let red = Color([255, 0, 0]);
    let change = ShapeChange {
        x: Some(700.0),
        color: Some(red),
        ..ShapeChange::of(id.clone())
    };
    let cut = |piece: &str| Operation::RemoveShapes {
        ids: vec![id.clone()],
        left: vec![Remainder {
            of: id.clone(),
            id: ShapeId::new(piece).unwrap(),
            points: points(),
        }],
    };
    let changes = vec![change];
    ann.perform(&mut host, Operation::UpdateShapes { changes });
    bo.perform(&mut host, cut("bos"));
    ann.perform(&mut host, cut("anns"));
    for peer in [&mut ann, &mut bo] {
        peer.listen(&mut host);
        let board = peer.client.shown_board();
        let names: Vec<_> = board.keys().map(ShapeId::as_str).collect();
        assert_eq!(names, ["bos"], "R27: the first cut counts");
        let piece = board.values().next().unwrap();
        assert_eq!(
            (piece.x, piece.color),
            (700.0, red),
            "R27: as it is by then"
        );
        assert_eq!(piece.author.0, 1, "R27: whoever cuts it, it stays Ann's");
    }
}

/// A snapshot did not tell whether it holds a submission whose answer got lost: it was given up
/// in silence.
#[test]
fn a_refusal_that_got_lost_is_told_with_the_welcome() {
    let short = HistoryBounds {
        recent_bytes: 300,
        ..HistoryBounds::default()
    };
    let mut host = host(OutboxBounds::default(), short);
    let (mut ann, mut bo) = (join(&mut host, "Ann"), join(&mut host, "Bo"));
    bo.perform(&mut host, message("taken"));
    host.handle(Input::StorageRoom { room: false });
    bo.perform(&mut host, message("refused"));
    host.handle(Input::StorageRoom { room: true });
    bo.break_off(&mut host); // before either answer is read
    for index in 0..10 {
        ann.perform(&mut host, message(&format!("message {index}")));
    }
    bo.connect(&mut host);
    bo.listen(&mut host);
    host.save(usize::MAX);
    bo.listen(&mut host);
    assert_eq!(
        bo.client.refused,
        [(message("refused"), ErrorCode::StorageFailed)],
        "R44"
    );
    assert_eq!(bo.client.contained, [message("taken")], "R44");
    assert!(bo.client.is_settled());
}

/// A client went on believing what an earlier life of the session had stored.
#[test]
fn after_an_older_copy_only_what_the_welcome_says_is_stored() {
    let mut host = host(OutboxBounds::default(), HistoryBounds::default());
    let mut ann = join(&mut host, "Ann");
    host.copy_file();
    ann.perform(&mut host, message("one"));
    ann.perform(&mut host, message("two"));
    host.save(usize::MAX);
    ann.listen(&mut host);
    assert!(ann.client.is_settled());

    host.restart_on_a_copy(&mut Dice::new(0));
    ann.client.lose_connection();
    host.forget(ann.connection);
    ann.connect(&mut host);
    ann.listen(&mut host);
    ann.perform(&mut host, message("three"));
    ann.listen(&mut host);
    assert_eq!(ann.client.number(), 1, "the copy was empty");
    assert!(!ann.client.is_settled(), "R21");
    host.save(usize::MAX);
    ann.listen(&mut host);
    assert!(ann.client.is_settled());
}

/// A newcomer who reads nothing kept a board in memory for each edition that was made meanwhile.
#[test]
fn who_reads_a_snapshot_too_slowly_comes_back_for_a_new_one() {
    let one = HistoryBounds {
        snapshot_tail: 0,
        editions_read: 1,
        ..HistoryBounds::default()
    };
    let mut host = host(OutboxBounds::default(), one);
    let mut ann = join(&mut host, "Ann");
    let mut slow = Guest {
        client: Client::new("Slow", None, None),
        connection: ConnectionId(0),
    };
    slow.connect(&mut host); // and does not listen
    ann.perform(&mut host, message("a change"));
    join(&mut host, "Bo");
    slow.listen(&mut host);
    assert_eq!(host.link(slow.connection).closed, Some(ErrorCode::TooSlow));
    slow.break_off(&mut host);
    slow.connect(&mut host);
    slow.listen(&mut host);
    assert_eq!(slow.client.phase, Phase::Live);
    assert_eq!(slow.client.number(), 1);
}

/// There is no snapshot to send, and writing one takes a while.
#[test]
fn who_comes_before_the_snapshot_is_written_waits_and_is_heard() {
    let small = HistoryBounds {
        snapshot_tail: 0,
        snapshot_part_bytes: 100,
        ..HistoryBounds::default()
    };
    let mut host = host(OutboxBounds::default(), small);
    let mut ann = join(&mut host, "Ann");
    for index in 0..10 {
        let shapes = vec![stroke(&ShapeId::new(format!("s{index}")).unwrap())];
        ann.perform(&mut host, Operation::AddShapes { shapes });
    }
    let mut bo = Guest {
        client: Client::new("Bo", None, None),
        connection: ConnectionId(0),
    };
    bo.connect(&mut host);
    bo.say(&mut host, [ClientMessage::Ping { nonce: 7 }]);
    let mut gone = Guest {
        client: Client::new("Gone", None, None),
        connection: ConnectionId(0),
    };
    gone.connect(&mut host);
    gone.break_off(&mut host); // it notices nothing of the wait
    bo.listen(&mut host);
    assert_eq!(bo.client.phase, Phase::Greeting, "nothing is said yet");
    ann.perform(&mut host, message("meanwhile"));
    host.finish_writing();
    bo.listen(&mut host);
    assert_eq!(bo.client.phase, Phase::Live);
    assert_eq!(bo.client.number(), 11);
    ann.listen(&mut host);
    assert_eq!(
        ann.client.people.len(),
        2,
        "who left while waiting was never in"
    );
}

/// Seed 12: who may not seal saw their shape sealed, and nobody else did (R76).
#[test]
fn who_may_not_seal_sees_that_their_shape_is_not() {
    let mut host = host(OutboxBounds::default(), HistoryBounds::default());
    let mut guest = join(&mut host, "Ann");
    let mut sealed = Shape::plain(
        ShapeId::new("posing").unwrap(),
        0.0,
        0.0,
        0.0,
        Color([0, 0, 0]),
        ShapeBody::label("mine", 20.0),
    );
    sealed.sealed = true;
    guest.perform(
        &mut host,
        Operation::AddShapes {
            shapes: vec![sealed],
        },
    );
    guest.listen(&mut host);
    let shown: Vec<_> = guest.client.shown_board().into_values().collect();
    let there: Vec<_> = host.session.board().shapes().cloned().collect();
    assert_eq!(shown, there);
    assert!(!shown[0].sealed);
}
