//! The door: knocking, invitations, new codes, and that only the host keeps it. Rules R61 and R66 to R69.

use lanvas_protocol::{
    ClientMessage, Encoding, ErrorCode, ServerMessage,
    door::{Device, DoorAct, Entry, Knock, MadeInvite},
    message::{Hello, Role},
};

use crate::common::{Client, TestHub, named};

const NOT_LET_IN: u16 = 4407;

async fn host(hub: &TestHub) -> Client {
    host_and_knocks(hub).await.0
}

/// The host, in, and who knocked before.
async fn host_and_knocks(hub: &TestHub) -> (Client, Vec<Knock>) {
    let mut host = hub.connect(Encoding::Binary).await;
    let hello = Hello {
        host_token: Some(hub.hub.host_token().to_owned()),
        ..named("Hanna")
    };
    let mut seen = host.hello(hello).await;
    host.send(&ClientMessage::Ping { nonce: 1 }).await; // what the door said comes before the pong
    let pong = |message: &_| matches!(message, ServerMessage::Pong { .. });
    seen.extend(host.until(pong).await);
    let told = |message: &ServerMessage| matches!(message, ServerMessage::DoorChanged { .. });
    assert!(seen.iter().any(told), "how people come in");
    let knocks = seen.into_iter().rev().find_map(|message| match message {
        ServerMessage::KnocksChanged { knocks } => Some(knocks),
        _ => None,
    });
    (host, knocks.unwrap_or_default())
}

async fn act(client: &mut Client, act: DoorAct) {
    client.send(&ClientMessage::KeepDoor { act }).await;
}

/// Sets how people come in; what is told once.
async fn set(host: &mut Client, entry: Entry, password: Option<&str>) -> Vec<ServerMessage> {
    let password = password.map(str::to_owned);
    act(host, DoorAct::SetEntry { entry, password }).await;
    let changed = |message: &_| matches!(message, ServerMessage::DoorChanged { .. });
    host.until(changed).await
}

async fn invite(host: &mut Client, uses_max: Option<u32>) -> MadeInvite {
    let made = DoorAct::MakeInvite {
        role: Role::Editor,
        lasts_s: None,
        uses_max,
    };
    act(host, made).await;
    let codes = |message: &_| matches!(message, ServerMessage::CodesMade { .. });
    let made = made_invite(&host.until(codes).await);
    let listed = |message: &ServerMessage| matches!(message, ServerMessage::DoorChanged { invites, .. } if invites.iter().any(|it| it.id == made.id));
    host.until(listed).await;
    made
}

fn made_invite(seen: &[ServerMessage]) -> MadeInvite {
    let made = seen.iter().find_map(|message| match message {
        ServerMessage::CodesMade { invite, .. } => invite.clone(),
        _ => None,
    });
    made.expect("the token is told")
}

fn made_password(seen: &[ServerMessage]) -> String {
    let made = seen.iter().find_map(|message| match message {
        ServerMessage::CodesMade { password, .. } => password.clone(),
        _ => None,
    });
    made.expect("the password is told")
}

async fn knocks(host: &mut Client) -> Vec<Knock> {
    let changed = |message: &_| matches!(message, ServerMessage::KnocksChanged { .. });
    match host.until(changed).await.pop() {
        Some(ServerMessage::KnocksChanged { knocks }) => knocks,
        other => panic!("{other:?}"),
    }
}

/// Says hello and does not expect to be in.
async fn says(hub: &TestHub, hello: Hello) -> Client {
    let mut client = hub.connect(Encoding::Json).await;
    client.send(&ClientMessage::Hello(Box::new(hello))).await;
    client
}

async fn comes_in(hub: &TestHub, hello: Hello) -> Client {
    let mut client = hub.connect(Encoding::Json).await;
    client.hello(hello).await;
    client
}

fn invited(token: &str) -> Hello {
    Hello {
        invite: Some(token.to_owned()),
        ..named("Ida")
    }
}

fn back(client: &Client) -> Hello {
    Hello {
        resume: Some(client.welcome().resume.clone()),
        ..named("Back")
    }
}

/// R67.
#[tokio::test]
async fn who_knocks_is_seen_and_let_in_or_turned_away() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut host = host(&hub).await;
    set(&mut host, Entry::Knock, None).await;
    let phone = Hello {
        device: Device::Phone,
        ..named("Kim")
    };
    let mut kim = says(&hub, phone).await;
    let ServerMessage::KeptWaiting { attended, .. } = kim.next().await.unwrap() else {
        panic!("told to wait");
    };
    assert!(attended, "the host is there");
    let seen = knocks(&mut host).await;
    let [knock] = seen.as_slice() else {
        panic!("{seen:?}");
    };
    assert_eq!(
        (knock.name.as_str(), knock.device, knock.address.as_str()),
        ("Kim", Device::Phone, "127.0.0.1")
    );
    assert!(
        kim.is_well().await,
        "who waits may ask whether the hub lives"
    );
    let list = hub.get("/api/sessions", &[]).await.json();
    assert_eq!(
        (&list[0]["people"], &list[0]["entry"]),
        (&1.into(), &"knock".into())
    );

    let role = Some(Role::Editor);
    let knock = knock.id;
    act(&mut host, DoorAct::AnswerKnock { knock, role }).await;
    let caught_up = |message: &_| matches!(message, ServerMessage::CaughtUp { .. });
    let seen = kim.until(caught_up).await;
    let welcomed = |message: &ServerMessage| matches!(message, ServerMessage::Welcomed(it) if it.you.role == Role::Editor);
    assert!(seen.iter().any(welcomed));
    assert!(knocks(&mut host).await.is_empty());

    let mut mal = says(&hub, named("Mal")).await;
    let knock = knocks(&mut host).await[0].id;
    act(&mut host, DoorAct::AnswerKnock { knock, role: None }).await;
    assert_eq!(mal.ended().await, (Some(ErrorCode::NotLetIn), NOT_LET_IN));
}

/// R67: also who goes away without a word.
#[tokio::test]
async fn who_stops_knocking_is_gone_from_the_list_and_a_late_host_sees_who_knocks() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut first = host(&hub).await;
    set(&mut first, Entry::Knock, None).await;
    let kim = says(&hub, named("Kim")).await;
    assert_eq!(knocks(&mut first).await.len(), 1);
    let (mut second, knocking) = host_and_knocks(&hub).await;
    assert_eq!(knocking.len(), 1);
    drop(kim);
    assert!(knocks(&mut first).await.is_empty());
    assert!(knocks(&mut second).await.is_empty());
}

/// R68.
#[tokio::test]
async fn an_invitation_opens_a_closed_door_for_so_many_until_it_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut host = host(&hub).await;
    let standing = made_invite(&set(&mut host, Entry::Invited, None).await);
    let refused = says(&hub, named("Bo")).await.ended().await;
    assert_eq!(refused, (Some(ErrorCode::InviteRequired), NOT_LET_IN));
    comes_in(&hub, invited(&standing.token)).await;

    let once = invite(&mut host, Some(1)).await;
    let guest = comes_in(&hub, invited(&once.token)).await;
    let refused = says(&hub, invited(&once.token)).await.ended().await;
    assert_eq!(refused, (Some(ErrorCode::InviteEnded), NOT_LET_IN));
    comes_in(&hub, back(&guest)).await; // who was in needs no second invitation

    let id = standing.id;
    act(&mut host, DoorAct::EndInvite { invite: id }).await;
    let without = |message: &ServerMessage| matches!(message, ServerMessage::DoorChanged { invites, .. } if invites.iter().all(|it| it.id != id));
    host.until(without).await;
    let refused = says(&hub, invited(&standing.token)).await.ended().await;
    assert_eq!(refused, (Some(ErrorCode::InviteEnded), NOT_LET_IN));
}

/// R69.
#[tokio::test]
async fn new_codes_end_old_links_and_who_must_leave_is_told_why() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut host = host(&hub).await;
    let old = invite(&mut host, None).await;
    let mut guest = hub.join("Gus").await;
    set(&mut host, Entry::Password, None).await;
    let seen = set(&mut host, Entry::Password, Some("open sesame")).await;
    assert_eq!(made_password(&seen), "open sesame", "it holds from now on");

    act(&mut host, DoorAct::RenewCodes { all_leave: false }).await;
    let seen = host
        .until(|message| matches!(message, ServerMessage::CodesMade { .. }))
        .await;
    let password = made_password(&seen);
    assert!(guest.is_well().await, "who is in may stay");
    let refused = says(&hub, invited(&old.token)).await.ended().await;
    assert_eq!(refused, (Some(ErrorCode::InviteEnded), NOT_LET_IN));
    let with = |password: &str, hello: Hello| Hello {
        password: Some(password.to_owned()),
        ..hello
    };
    let mut old = says(&hub, with("open sesame", named("Old"))).await;
    assert_eq!(old.ended().await.0, Some(ErrorCode::PasswordWrong));
    comes_in(&hub, with(&password, named("New"))).await;

    act(&mut host, DoorAct::RenewCodes { all_leave: true }).await;
    let told = guest.ended().await;
    assert_eq!(told, (Some(ErrorCode::CodesRenewed), NOT_LET_IN));
    let seen = host
        .until(|message| matches!(message, ServerMessage::CodesMade { .. }))
        .await;
    let password = made_password(&seen);
    let refused = says(&hub, back(&guest)).await.ended().await;
    assert_eq!(
        refused.0,
        Some(ErrorCode::PasswordRequired),
        "the secret alone is not enough"
    );
    let same = comes_in(&hub, with(&password, back(&guest))).await;
    assert_eq!(same.welcome().you.id, guest.welcome().you.id);
    assert!(host.is_well().await, "the host stays");
}

/// R66: who is in stays and comes back; who had left is asked.
#[tokio::test]
async fn closing_an_open_door_keeps_those_inside() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut host = host(&hub).await;
    let mut inside = hub.join("Ina").await;
    let left = hub.join("Leo").await;
    let (id, secret) = (left.welcome().you.id, left.welcome().resume.clone());
    let leo = back(&left);
    drop(left);
    let gone = |message: &_| *message == ServerMessage::Left { participant: id };
    host.until(gone).await;
    set(&mut host, Entry::Password, Some("open sesame")).await;

    assert!(inside.is_well().await);
    comes_in(&hub, back(&inside)).await;
    let refused = says(&hub, leo).await.ended().await;
    assert_eq!(refused.0, Some(ErrorCode::PasswordRequired));
    for (secret, status) in [
        (inside.welcome().resume.as_str(), 200),
        (secret.as_str(), 401),
    ] {
        let bearer = format!("Bearer {secret}");
        let page = hub
            .get("/api/sessions/{id}/messages", &[("Authorization", &bearer)])
            .await;
        assert_eq!(page.status(), status);
    }
    let page = hub.get("/api/sessions/{id}/messages", &[]).await;
    assert_eq!(page.status(), 401);
}

/// R66: another life of the hub knows the password only by its slow hash, and no file has secrets.
#[tokio::test]
async fn the_door_stays_as_it_was_when_the_hub_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut keeper = host(&hub).await;
    let invitation = invite(&mut keeper, None).await;
    set(&mut keeper, Entry::Password, Some("open sesame")).await;
    hub.hub.shutdown().await.unwrap();
    let kept = folder.path().join(format!("doors/{}.json", hub.session));
    let text = std::fs::read_to_string(&kept).unwrap();
    assert!(text.contains("$argon2id$v=19$m=19456,t=2,p=1$"), "{text}");
    for secret in ["sesame", &invitation.token] {
        assert!(!text.contains(secret));
    }

    let hub = TestHub::start(folder.path()).await;
    let with = |password: &str| Hello {
        password: Some(password.to_owned()),
        ..named("Ann")
    };
    let refused = says(&hub, with("guess")).await.ended().await;
    assert_eq!(refused.0, Some(ErrorCode::PasswordWrong));
    comes_in(&hub, with("open sesame")).await;
    comes_in(&hub, with("open sesame")).await; // known by now
    comes_in(&hub, invited(&invitation.token)).await;
    hub.hub.shutdown().await.unwrap();

    std::fs::write(&kept, "{").unwrap();
    let opened = TestHub::try_start(folder.path()).await;
    assert!(opened.is_err(), "better nobody than everybody");
}

/// R66.
#[tokio::test]
async fn only_the_host_keeps_the_door() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut guest = hub.join("Gus").await;
    let entry = Entry::Knock;
    for attempt in [
        DoorAct::SetEntry {
            entry,
            password: None,
        },
        DoorAct::MakeInvite {
            role: Role::Editor,
            lasts_s: None,
            uses_max: None,
        },
        DoorAct::EndInvite { invite: 1 },
        DoorAct::AnswerKnock {
            knock: 1,
            role: None,
        },
        DoorAct::RenewCodes { all_leave: true },
    ] {
        act(&mut guest, attempt).await;
        let refused = |message: &_| {
            matches!(
                message,
                ServerMessage::Refused {
                    code: ErrorCode::Forbidden,
                    ..
                }
            )
        };
        guest.until(refused).await;
    }
    assert!(guest.is_well().await, "and stays in");
}
