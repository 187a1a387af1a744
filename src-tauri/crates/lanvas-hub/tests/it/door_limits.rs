//! The door's limits, at and past each, on the session alone: time and addresses are arguments.

use std::net::{IpAddr, Ipv4Addr};

use lanvas_hub::{
    session::{Access, ConnectionId, Effect, Input, Session, roster::hash_secret},
    storage::StoredDoor,
};
use lanvas_protocol::{
    Epoch, ErrorCode, ServerMessage,
    door::{DoorAct, Entry},
    limits::{KNOCK_TIMEOUT_S, KNOCKS_MAX, KNOCKS_PER_ADDRESS_MAX, PASSWORD_BYTES_MAX},
    message::{Hello, Role},
};

use crate::common::{blank, named};

const HOST: ConnectionId = ConnectionId(1);
const KNOCK_TIMEOUT_MS: u64 = KNOCK_TIMEOUT_S as u64 * 1_000;

/// A session where one knocks, with its host in.
fn knocking() -> Session {
    let stored = blank("door");
    let door = StoredDoor {
        entry: Entry::Knock,
        ..StoredDoor::default()
    };
    let access = Access {
        host_token_hash: hash_secret("host"),
        door: Some(door),
        ..Access::default()
    };
    let mut session = Session::restore(stored, Epoch::new("one").unwrap(), access).unwrap();
    let hello = Hello {
        host_token: Some("host".to_owned()),
        ..named("Hanna")
    };
    come(&mut session, 0, HOST.0, at(1), hello);
    session
}

fn at(host: u8) -> IpAddr {
    Ipv4Addr::new(192, 168, 1, host).into()
}

fn come(
    session: &mut Session,
    now_ms: u64,
    number: u64,
    address: IpAddr,
    hello: Hello,
) -> Vec<Effect> {
    let mut entropy = [0; 24];
    entropy[..8].copy_from_slice(&number.to_be_bytes());
    entropy[16..].copy_from_slice(&number.to_be_bytes());
    session.handle(
        now_ms,
        Input::Join {
            connection: ConnectionId(number),
            hello: Box::new(hello),
            address,
            entropy,
        },
    )
}

fn act(session: &mut Session, act: DoorAct) -> Vec<Effect> {
    session.handle(
        0,
        Input::KeepDoor {
            connection: HOST,
            act,
            entropy: [9; 24],
        },
    )
}

/// Whom the effects refuse and why, and whether they are hung up on.
fn refused(effects: &[Effect]) -> Vec<(ConnectionId, ErrorCode, Option<u64>)> {
    let refusals = effects.iter().filter_map(|effect| match effect {
        Effect::Send { to, frame, .. } => match frame.message() {
            ServerMessage::Refused { code, wait_ms, .. } => Some((*to, *code, *wait_ms)),
            _ => None,
        },
        _ => None,
    });
    refusals.collect()
}

/// R67.
#[test]
fn so_many_may_knock_at_once_and_so_many_of_one_address() {
    let mut session = knocking();
    for number in 0..KNOCKS_PER_ADDRESS_MAX as u64 {
        let knocked = come(&mut session, 0, 100 + number, at(9), named("Kim"));
        assert_eq!(refused(&knocked), []);
    }
    let one_more = come(&mut session, 0, 200, at(9), named("Kim"));
    let full = |number| [(ConnectionId(number), ErrorCode::TooManyKnocks, None)];
    assert_eq!(refused(&one_more), full(200));
    for number in KNOCKS_PER_ADDRESS_MAX..KNOCKS_MAX {
        let from = at(20 + u8::try_from(number).unwrap());
        let knocked = come(&mut session, 0, 300 + number as u64, from, named("Kim"));
        assert_eq!(refused(&knocked), []);
    }
    let one_more = come(&mut session, 0, 400, at(10), named("Kim"));
    assert_eq!(refused(&one_more), full(400));
    session.handle(
        0,
        Input::Leave {
            connection: ConnectionId(100),
        },
    );
    let room = come(&mut session, 0, 401, at(10), named("Kim"));
    assert_eq!(refused(&room), []);
}

/// R67.
#[test]
fn nobody_knocks_for_ever() {
    let mut session = knocking();
    come(&mut session, 1_000, 2, at(2), named("Kim"));
    assert_eq!(session.due_ms(), Some(1_000 + KNOCK_TIMEOUT_MS));
    let early = session.handle(KNOCK_TIMEOUT_MS + 999, Input::TimePassed);
    assert_eq!(refused(&early), []);
    let due = session.handle(KNOCK_TIMEOUT_MS + 1_000, Input::TimePassed);
    let unanswered = (ConnectionId(2), ErrorCode::KnockUnanswered, None);
    assert_eq!(refused(&due), [unanswered]);
    assert_eq!(session.due_ms(), None);
}

/// R67: who is turned away again and again waits before the host is bothered once more.
#[test]
fn who_is_turned_away_five_times_waits() {
    let mut session = knocking();
    for number in 0..5_u64 {
        come(&mut session, 0, 10 + number, at(9), named("Kim"));
        let knock = u32::try_from(number).unwrap() + 1;
        let role = None;
        let turned = act(&mut session, DoorAct::AnswerKnock { knock, role });
        assert_eq!(refused(&turned)[0].1, ErrorCode::NotLetIn);
    }
    let again = come(&mut session, 0, 20, at(9), named("Kim"));
    let wait = (ConnectionId(20), ErrorCode::NotLetIn, Some(2_000));
    assert_eq!(refused(&again), [wait]);
    let other = come(&mut session, 0, 21, at(8), named("Kim"));
    assert_eq!(refused(&other), [], "others are not held up");
    let later = come(&mut session, 2_000, 22, at(9), named("Kim"));
    assert_eq!(refused(&later), []);
}

/// R66.
#[test]
fn a_password_has_its_length_and_nobody_is_let_in_as_the_host() {
    let mut session = knocking();
    let mut set = |password: &str| {
        let password = Some(password.to_owned());
        let entry = Entry::Password;
        refused(&act(&mut session, DoorAct::SetEntry { entry, password }))
    };
    let invalid = [(HOST, ErrorCode::InvalidDoor, None)];
    assert_eq!(set(&"x".repeat(PASSWORD_BYTES_MAX)), []);
    assert_eq!(set(&"x".repeat(PASSWORD_BYTES_MAX + 1)), invalid);
    assert_eq!(set(""), invalid);
    let role = Some(Role::Host);
    let let_in = act(&mut session, DoorAct::AnswerKnock { knock: 1, role });
    assert_eq!(refused(&let_in), invalid);
}

/// R66.
#[test]
fn opening_the_door_lets_in_who_knocks() {
    let mut session = knocking();
    come(&mut session, 0, 2, at(2), named("Kim"));
    assert_eq!(session.people(), 1);
    let entry = Entry::Open;
    let password = None;
    act(&mut session, DoorAct::SetEntry { entry, password });
    assert_eq!(session.people(), 2);
}
