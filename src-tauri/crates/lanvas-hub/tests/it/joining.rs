//! Coming in: fresh, late, back again, twice, and with the wrong words.

use std::{cell::Cell, collections::BTreeSet};

use lanvas_hub::session::tries::{FIRST_WAIT_MS, FREE_TRIES};
use lanvas_protocol::{
    ClientMessage, Color, Encoding, Epoch, ErrorCode, Operation, ReplicaId, ServerMessage,
    limits::PEOPLE_COLORS,
    message::{Hello, Role},
};

use crate::common::{Client, TestHub, add, message, named, number_of, stroke};

#[tokio::test]
async fn what_one_says_the_other_hears_and_a_latecomer_finds() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    let mut bo = hub.join("Bo").await;
    ann.submit(message("Hello")).await;
    let seen = bo.until_number(1).await;
    assert!(matches!(seen.last(), Some(ServerMessage::Applied(_))));
    // They ride on different lanes, so either may come first (R43).
    let (confirmed, stored) = (Cell::new(false), Cell::new(false));
    ann.until(|message| {
        match message {
            ServerMessage::Confirmed { number: 1, .. } => confirmed.set(true),
            ServerMessage::Stored { number: 1 } => stored.set(true),
            _ => {}
        }
        confirmed.get() && stored.get()
    })
    .await;

    let mut cy = hub.connect(Encoding::Json).await;
    let seen = cy.hello(named("Cy")).await;
    let said = seen.iter().any(|message| match message {
        ServerMessage::Snapshot(snapshot) => snapshot
            .rest
            .iter()
            .any(|rest| rest.messages.iter().any(|said| said.text == "Hello")),
        ServerMessage::Applied(applied) => applied.number == 1,
        _ => false,
    });
    assert!(said, "in the snapshot or right after it");
    hub.hub.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_latecomer_gets_ten_thousand_strokes_each_once() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    // More operations than the snapshot that Ann got may be behind, so that a new one is made.
    for lot in 0..625 {
        let shapes = (0..16)
            .map(|index| stroke(&format!("s{lot}-{index}"), 8))
            .collect();
        ann.submit(Operation::AddShapes { shapes }).await;
    }
    ann.until_number(625).await;
    let mut late = hub.connect(Encoding::Binary).await;
    let seen = late.hello(named("Late")).await;
    let mut ids = BTreeSet::new();
    let mut count = 0;
    for message in &seen {
        // The snapshot may be from a moment before; what came after it follows.
        let fresh: Vec<_> = match message {
            ServerMessage::Snapshot(part) => part.shapes.iter().map(|it| it.id.clone()).collect(),
            ServerMessage::Applied(applied) => match &applied.operation {
                Operation::AddShapes { shapes } => shapes.iter().map(|it| it.id.clone()).collect(),
                _ => continue,
            },
            _ => continue,
        };
        count += fresh.len();
        ids.extend(fresh);
    }
    assert_eq!((ids.len(), count), (10_000, 10_000), "R13");
    assert!(!late.welcome().resumed);
}

/// R13, R14: who names the epoch and the last number gets what came after it and nothing else.
#[tokio::test]
async fn a_returner_is_sent_the_gap_alone() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let (mut ann, mut bo) = (hub.join("Ann").await, hub.join("Bo").await);
    bo.ask(message("before")).await.unwrap();
    ann.until_number(1).await;
    let hello = ann.hello_again(1);
    drop(ann);
    for text in ["one", "two", "three"] {
        bo.ask(message(text)).await.unwrap();
    }
    let mut ann = hub.connect(Encoding::Binary).await;
    let seen = ann.hello(hello).await;
    assert!(ann.welcome().resumed);
    let numbers: Vec<_> = seen.iter().filter_map(number_of).collect();
    assert_eq!(
        numbers,
        [2, 3, 4, 4],
        "the gap, and the word that it is closed"
    );
    let snapshot = |message: &_| matches!(message, ServerMessage::Snapshot(_));
    assert!(!seen.iter().any(snapshot));
}

#[tokio::test]
async fn a_returner_with_an_unknown_epoch_or_number_gets_everything() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    ann.ask(message("said")).await.unwrap();
    let known = ann.hello_again(1);
    let unknown = Hello {
        epoch: Some(Epoch::new("elsewhere").unwrap()),
        ..known.clone()
    };
    let ahead = Hello {
        number: Some(99),
        ..known
    };
    for hello in [unknown, ahead] {
        let mut client = hub.connect(Encoding::Binary).await;
        let seen = client.hello(hello).await;
        assert!(!client.welcome().resumed, "R14");
        let whole = |message: &_| matches!(message, ServerMessage::Snapshot(it) if it.part == 0);
        assert!(seen.iter().any(whole));
    }
}

/// R18: an operation whose answer got lost is sent again and counts once.
#[tokio::test]
async fn what_is_sent_twice_counts_once_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    ann.ask(message("once")).await.unwrap();
    let hello = ann.hello_again(0);
    let again = ClientMessage::Submit {
        seq: 1,
        operation: message("once"),
    };
    ann.send(&again).await;
    assert!(ann.is_well().await);
    hub.hub.shutdown().await.unwrap();

    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.connect(Encoding::Binary).await;
    ann.hello(hello).await;
    assert_eq!(ann.welcome().seq, 1);
    assert!(ann.welcome().resumed, "the log is all there");
    ann.send(&again).await;
    assert!(ann.is_well().await);
    assert_eq!(ann.ask(message("new")).await, Ok(2));
}

/// R11: a laptop that woke up elsewhere comes back while its old connection looks alive.
#[tokio::test]
async fn a_replica_that_comes_back_ends_its_older_connection() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut older = hub.join("Ann").await;
    let mut newer = hub.connect(Encoding::Binary).await;
    newer.hello(older.hello_again(0)).await;
    assert_eq!(older.until_closed().await.1, 4409);
    assert_eq!(newer.welcome().you.id, older.welcome().you.id);
    assert!(newer.is_well().await);
    assert_eq!(hub.hub.sessions().borrow()[0].people, 1);
}

/// R82
#[tokio::test]
async fn a_colour_that_people_may_have_is_had_for_the_asking_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let [first, .., last] = PEOPLE_COLORS;
    let wishing = |color: Color, hello: Hello| Hello {
        color: Some(color),
        ..hello
    };
    let mut ann = hub.connect(Encoding::Binary).await;
    ann.hello(wishing(last, named("Ann"))).await;
    assert_eq!(ann.welcome().you.color, last);
    let mut bo = hub.connect(Encoding::Binary).await;
    bo.hello(wishing(Color([1, 2, 3]), named("Bo"))).await;
    assert!(PEOPLE_COLORS.contains(&bo.welcome().you.color), "not black");

    let again = ann.hello_again(0);
    drop(ann);
    let mut ann = hub.connect(Encoding::Binary).await;
    ann.hello(again.clone()).await;
    assert_eq!(ann.welcome().you.color, last, "without a wish it stays");
    drop(ann);
    let mut ann = hub.connect(Encoding::Binary).await;
    ann.hello(wishing(first, again)).await;
    assert_eq!(ann.welcome().you.color, first);
}

/// R7: the id of a replica is no secret, so it gives nobody its owner's voice.
#[tokio::test]
async fn nobody_speaks_for_the_replica_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    ann.ask(message("mine")).await.unwrap();
    let mut thief = hub.connect(Encoding::Binary).await;
    let hello = Hello {
        replica: Some(ann.welcome().replica.clone()),
        resume: Some("00000000000000000000000000000000".to_owned()),
        ..named("Ann")
    };
    thief.hello(hello).await;
    assert_ne!(thief.welcome().replica, ann.welcome().replica);
    assert_ne!(thief.welcome().you.id, ann.welcome().you.id);
    assert_eq!(thief.welcome().seq, 0);
    assert!(ann.is_well().await, "and she is not thrown out");
}

/// R50: who is somebody new to the hub still hears what became of what they sent before.
#[tokio::test]
async fn a_welcome_tells_how_far_the_hub_has_come_with_former_replicas() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    ann.ask(message("one")).await.unwrap();
    ann.ask(message("two")).await.unwrap();
    let mut hello = named("Ann");
    hello.replica = Some(ann.welcome().replica.clone());
    hello.formerly = vec![
        ann.welcome().replica.clone(),
        ReplicaId::new("unheard-of").unwrap(),
    ];
    let mut meanwhile = hub.connect(Encoding::Binary).await;
    meanwhile.hello(hello.clone()).await;
    assert_eq!(meanwhile.welcome().formerly_seqs, [None, Some(0)]);
    let former = ann.welcome().replica.clone();
    drop(ann);
    let gone = |hub: &TestHub| hub.hub.sessions().borrow()[0].people == 1;
    while !gone(&hub) {
        tokio::task::yield_now().await;
    }
    let mut later = hub.connect(Encoding::Binary).await;
    later.hello(hello).await;
    assert_eq!(later.welcome().formerly_seqs, [Some(2), Some(0)]);
    assert_ne!(later.welcome().replica, former);
}

/// R23, R25: author and time are the hub's to write.
#[tokio::test]
async fn nobody_writes_another_name_below_their_work() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let (ann, mut bo) = (hub.join("Ann").await, hub.join("Bo").await);
    let mut forged = stroke("forged", 3);
    forged.author = ann.welcome().you.id;
    bo.ask(add(forged)).await.unwrap();
    let mut late = hub.connect(Encoding::Binary).await;
    let seen = late.hello(named("Late")).await;
    let author = seen.iter().find_map(|message| match message {
        ServerMessage::Snapshot(part) => part.shapes.first().map(|shape| shape.author),
        ServerMessage::Applied(applied) => Some(applied.author),
        _ => None,
    });
    assert_eq!(author, Some(bo.welcome().you.id));
}

/// R61; how the wait grows is in `session/tries.rs`.
#[tokio::test]
async fn guessing_passwords_is_slowed_down_and_says_how_long() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start_with(folder.path(), |config| {
        config.password = Some("open sesame".to_owned());
    })
    .await;
    let with = |password: &str| Hello {
        password: Some(password.to_owned()),
        ..named("Ann")
    };
    for _ in 0..FREE_TRIES {
        let mut guesser = hub.connect(Encoding::Json).await;
        guesser
            .send(&ClientMessage::Hello(Box::new(with("guess"))))
            .await;
        let ended = guesser.ended().await;
        assert_eq!(ended, (Some(ErrorCode::PasswordWrong), 4401));
    }
    let mut next = hub.connect(Encoding::Json).await;
    let right = with("open sesame");
    next.send(&ClientMessage::Hello(Box::new(right))).await;
    let (seen, code) = next.until_closed().await;
    assert_eq!(code, 4401);
    let [ServerMessage::Refused { code, wait_ms, .. }] = seen.as_slice() else {
        panic!("one answer: {seen:?}");
    };
    assert_eq!(*code, ErrorCode::TooManyTries);
    assert!(wait_ms.is_some_and(|wait| (1..=FIRST_WAIT_MS).contains(&wait)));
    let mut asked = hub.connect(Encoding::Json).await;
    let hello = named("Ann");
    asked.send(&ClientMessage::Hello(Box::new(hello))).await;
    let ended = asked.ended().await;
    assert_eq!(
        ended,
        (Some(ErrorCode::PasswordRequired), 4401),
        "asking is no try"
    );
}

#[tokio::test]
async fn a_password_is_asked_for_and_the_host_needs_none() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start_with(folder.path(), |config| {
        config.password = Some("open sesame".to_owned());
    })
    .await;
    let with = |password: &str| Hello {
        password: Some(password.to_owned()),
        ..named("Ann")
    };
    let long = "x".repeat(300);
    for (hello, code) in [
        (named("Ann"), ErrorCode::PasswordRequired),
        (with(""), ErrorCode::PasswordWrong),
        (with("Open Sesame"), ErrorCode::PasswordWrong),
        (with(&long), ErrorCode::PasswordWrong),
    ] {
        let mut client = hub.connect(Encoding::Binary).await;
        client.send(&ClientMessage::Hello(Box::new(hello))).await;
        assert_eq!(client.ended().await, (Some(code), 4401), "R9");
    }
    let mut guest = hub.connect(Encoding::Binary).await;
    guest.hello(with("open sesame")).await;
    assert_eq!(guest.welcome().you.role, Role::Editor);

    let mut host = hub.connect(Encoding::Binary).await;
    host.hello(by_host(&hub)).await;
    assert_eq!(host.welcome().you.role, Role::Host);

    let listed = hub.get("/api/sessions", &[]).await.json();
    assert_eq!(listed[0]["password"], true);
}

fn by_host(hub: &TestHub) -> Hello {
    Hello {
        host_token: Some(hub.hub.host_token().to_owned()),
        ..named("Host")
    }
}

#[tokio::test]
async fn only_the_host_gives_the_title() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let title = |title: &str| Operation::SetTitle {
        title: title.to_owned(),
    };
    let mut liar = hub.connect(Encoding::Binary).await;
    let wrong = Hello {
        host_token: Some("0".repeat(32)),
        ..named("Liar")
    };
    liar.hello(wrong).await;
    assert_eq!(liar.welcome().you.role, Role::Editor, "R10");
    assert_eq!(liar.ask(title("Mine")).await, Err(ErrorCode::Forbidden));

    let mut host = hub.connect(Encoding::Binary).await;
    host.hello(by_host(&hub)).await;
    assert_eq!(host.ask(title("  Biology \n today ")).await, Ok(1));
    assert_eq!(hub.hub.sessions().borrow()[0].title, "Biology today", "R38");
    liar.until_number(1).await;
}

/// A second window of the host without the token does not take the host's badge away unseen.
#[tokio::test]
async fn everybody_hears_when_somebodys_role_changes() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut guest = hub.join("Guest").await;
    let mut first = hub.connect(Encoding::Binary).await;
    first.hello(named("Host")).await;
    let mut second = hub.connect(Encoding::Binary).await;
    let hello = Hello {
        resume: Some(first.welcome().resume.clone()),
        ..by_host(&hub)
    };
    second.hello(hello).await;
    let host = second.welcome().you.clone();
    assert_eq!(host.role, Role::Host);
    let told = |message: &_| matches!(message, ServerMessage::ParticipantChanged { participant } if *participant == host);
    guest.until(told).await;
}

/// R8: the form stays open; the person types another name.
#[tokio::test]
async fn an_invalid_name_can_be_said_again() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut client = hub.connect(Encoding::Json).await;
    for bad in ["", " \t ", "\u{202e}\u{200f}", &"x".repeat(41)] {
        client
            .send(&ClientMessage::Hello(Box::new(named(bad))))
            .await;
        let refused = client.next().await.unwrap();
        let ServerMessage::Refused {
            seq: None, code, ..
        } = refused
        else {
            panic!("{refused:?}");
        };
        assert_eq!(code, ErrorCode::InvalidName);
    }
    client.hello(named("  Ann \u{202e}")).await;
    assert_eq!(client.welcome().you.name, "Ann");
}

/// R12.
#[tokio::test]
async fn a_second_hello_ends_the_connection() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    ann.send(&ClientMessage::Hello(Box::new(named("Bo")))).await;
    assert_eq!(ann.ended().await, (Some(ErrorCode::AlreadyJoined), 4400));
}

#[tokio::test]
async fn an_unknown_session_is_said_to_be_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let too_long = "x".repeat(40);
    for id in ["nowhere", "no%20id", "%2e%2e%2fhub", too_long.as_str()] {
        let mut client = Client::connect(hub.hub.port(), id, Encoding::Binary).await;
        assert_eq!(
            client.ended().await,
            (Some(ErrorCode::SessionNotFound), 4404),
            "{id}"
        );
    }
}

/// R42: a person with two windows is there once, and gone when the last is.
#[tokio::test]
async fn two_windows_are_one_person() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut watcher = hub.join("Watcher").await;
    let first = hub.join("Ann").await;
    let mut second = hub.connect(Encoding::Binary).await;
    let hello = Hello {
        replica: Some(ReplicaId::new("second-window").unwrap()),
        ..first.hello_again(0)
    };
    second.hello(hello).await;
    assert_eq!(second.welcome().people.len(), 2);
    drop(first);
    assert!(second.is_well().await);
    drop(second);
    let seen = watcher
        .until(|it| matches!(it, ServerMessage::Left { .. }))
        .await;
    let joined = seen
        .iter()
        .filter(|it| matches!(it, ServerMessage::Joined { .. }));
    assert_eq!(joined.count(), 1);
}
