//! Accounts: rules R85 to R89, each from outside, at and past its edge.

mod host;
mod member;
mod password;
mod race;
mod stretched;

use lanvas_protocol::{
    ClientMessage, Encoding, ErrorCode, ServerMessage, limits::ACCOUNT_REQUEST_BYTES_MAX,
    message::Hello, roles::Role,
};
use serde_json::json;

use self::{
    member::{Member, by},
    password::hex,
};
use crate::common::{Client, TestHub, message, named};

const PASSWORD: &str = "correct horse battery";

fn code(answer: &member::Answer) -> &str {
    answer.1["code"].as_str().unwrap_or_default()
}

async fn joined(hub: &TestHub, hello: Hello) -> Client {
    let mut client = hub.connect(Encoding::Binary).await;
    client.hello(hello).await;
    client
}

/// Says hello and is turned away.
async fn turned_away(hub: &TestHub, hello: Hello) -> (Option<ErrorCode>, u16) {
    let mut client = hub.connect(Encoding::Json).await;
    client.send(&ClientMessage::Hello(Box::new(hello))).await;
    client.ended().await
}

fn resuming(client: &Client) -> Hello {
    Hello {
        resume: Some(client.welcome().resume.clone()),
        ..named(&client.welcome().you.name)
    }
}

/// R85: a name is one account's, and so is every name that looks like it.
#[tokio::test]
async fn an_account_is_made_and_its_name_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = Member::new(&hub, 9, " Ann  Lee ");
    let signed_in = ann.sign_up(PASSWORD).await;
    assert_eq!(signed_in.token.len(), 48);
    assert_eq!(ann.me(&signed_in.token).await.1["name"], "Ann Lee");
    for name in ["Ann Lee", "ann lee", "ANNLEE", "\u{410}nn L\u{435}\u{435}"] {
        let answer = Member::new(&hub, 10, name).try_sign_up(PASSWORD).await;
        assert_eq!(
            (answer.0, code(&answer)),
            (409, "name_registered"),
            "{name}"
        );
    }
    for name in ["", " \u{200b} ", &"x".repeat(41)] {
        let answer = Member::new(&hub, 10, name).try_sign_up(PASSWORD).await;
        assert_eq!((answer.0, code(&answer)), (400, "invalid_name"), "{name}");
    }
    Member::new(&hub, 10, &"x".repeat(40))
        .sign_up(PASSWORD)
        .await;
}

/// R86: the right password signs in, also as the name is said otherwise; what is wrong is not told.
#[tokio::test]
async fn a_password_is_proved_and_nothing_else_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    Member::new(&hub, 9, "Ann").sign_up(PASSWORD).await;
    let signed_in = Member::new(&hub, 9, "ANN").sign_in(PASSWORD).await;
    assert!(signed_in.device.is_some());
    let there = Member::new(&hub, 10, "Ann");
    assert!(there.try_sign_in("correct horse").await.is_none());
    let nobody = Member::new(&hub, 11, "Nobody");
    assert!(nobody.try_sign_in(PASSWORD).await.is_none());
    // What the hub says does not tell the one from the other, before or after.
    let mut answers = Vec::new();
    for who in [&there, &nobody] {
        let (_, answer) = who.begin_sign_in("guess").await;
        let keys: Vec<_> = answer.1.as_object().unwrap().keys().cloned().collect();
        let length = answer.1["response"].as_str().unwrap().len();
        let forged = json!({ "id": answer.1["id"], "proof": hex(&[7; 64]) });
        let refused = who.post("sign-in/finish", &forged).await;
        let again = who.post("sign-in/finish", &forged).await;
        assert_eq!((refused.0, code(&refused)), (401, "sign_in_failed"));
        assert_eq!((again.0, code(&again)), (410, "sign_in_over"), "once");
        answers.push((answer.0, keys, length, refused));
    }
    assert_eq!(answers[0], answers[1]);
}

/// R86: what somebody recorded of signing in opens nothing.
#[tokio::test]
async fn what_was_said_once_does_not_sign_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = Member::new(&hub, 9, "Ann");
    ann.sign_up(PASSWORD).await;
    let (begun, (_, answer)) = ann.begin_sign_in(PASSWORD).await;
    let proof = password::proof(begun, PASSWORD, &answer).unwrap();
    let first = json!({ "id": answer["id"], "proof": proof });
    assert_eq!(ann.post("sign-in/finish", &first).await.0, 200);
    assert_eq!(ann.post("sign-in/finish", &first).await.0, 410);
    let (_, (_, fresh)) = ann.begin_sign_in(PASSWORD).await;
    let replayed = json!({ "id": fresh["id"], "proof": proof });
    assert_eq!(ann.post("sign-in/finish", &replayed).await.0, 401);
}

/// R87: five tries of an address, then it waits and says how long; from elsewhere one may, and a
/// device that was signed in does not wait for what strangers do.
#[tokio::test]
async fn guessing_is_slowed_down_and_the_owner_comes_in() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let signed_in = Member::new(&hub, 9, "Ann").sign_up(PASSWORD).await;
    for from in [20, 21, 22] {
        let guesser = Member::new(&hub, from, "Ann");
        for _ in 0..5 {
            let answer = guesser.begin_sign_in("guess").await.1;
            if answer.0 != 200 {
                break;
            }
        }
        let (_, answer) = guesser.begin_sign_in("guess").await;
        assert_eq!((answer.0, code(&answer)), (429, "too_many_tries"));
        let wait_ms = answer.1["wait_ms"].as_u64().unwrap();
        assert!((1..=60_000).contains(&wait_ms), "{wait_ms}");
        let other = Member::new(&hub, from, "Somebody else");
        let (_, answer) = other.begin_sign_in("guess").await;
        // Two used up what an address has; for the third only the name is slow.
        assert_eq!(answer.0 == 429, from < 22, "{from}");
    }
    // A new place of the owner's, although the name is slowed down.
    Member::new(&hub, 30, "Ann").sign_in(PASSWORD).await;
    // And where the guesser sits, by the device that was there before.
    let mut own = Member::new(&hub, 20, "Ann");
    own.device = signed_in.device.clone();
    let again = own.sign_in(PASSWORD).await;
    assert!(again.device.is_none(), "it has one");
    // It has its own five, and no more.
    for _ in 0..5 {
        assert!(own.try_sign_in("mistyped").await.is_none());
    }
    assert_eq!(own.begin_sign_in("mistyped").await.1.0, 429);
    // A device of somebody else is none.
    let mut posing = Member::new(&hub, 20, "Ann");
    posing.device = Some("0".repeat(32));
    assert_eq!(posing.begin_sign_in("guess").await.1.0, 429);
}

/// R88: signed in, one is called as the account, is marked so, and is the same from everywhere.
#[tokio::test]
async fn an_account_is_the_same_participant_from_every_device() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut bo = hub.join("Bo").await;
    let phone = Member::new(&hub, 9, "Ann").sign_up(PASSWORD).await;
    let laptop = Member::new(&hub, 10, "Ann").sign_in(PASSWORD).await;
    let mut one = joined(&hub, by(&phone)).await;
    let mut two = joined(&hub, by(&laptop)).await;
    let you = one.welcome().you.clone();
    assert_eq!((you.name.as_str(), you.account), ("Ann", true));
    assert_eq!(two.welcome().you, you);
    assert_ne!(one.welcome().resume, two.welcome().resume);
    let marked = |message: &ServerMessage| matches!(message, ServerMessage::Joined { participant } if participant.account);
    bo.until(marked).await;
    assert!(!hub.join("Cy").await.welcome().you.account);
    two.ask(message("mine")).await.unwrap();
    // Another name is not to be had, and the connection goes on.
    one.send(&ClientMessage::Rename {
        name: "Anna".to_owned(),
    })
    .await;
    let fixed = |message: &ServerMessage| {
        matches!(
            message,
            ServerMessage::Refused {
                code: ErrorCode::NameFixed,
                ..
            }
        )
    };
    one.until(fixed).await;
    assert!(one.is_well().await);
    // Also with the hub begun anew: role and person are the account's.
    let mut host = hub.join_as_host("Host").await;
    let (participant, role) = (you.id, Role::Moderator);
    let set = lanvas_protocol::Operation::SetRole { participant, role };
    host.ask(set).await.unwrap();
    hub.hub.shutdown().await.unwrap();
    let hub = TestHub::start(folder.path()).await;
    let back = joined(&hub, by(&phone)).await;
    let you_again = &back.welcome().you;
    assert_eq!((you_again.id, you_again.role), (you.id, Role::Moderator));
    hub.hub.shutdown().await.unwrap();
}

/// R88: who drew as a guest and then signs up is who they were; what they came back by is over.
#[tokio::test]
async fn a_guest_who_signs_up_stays_who_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let guest = hub.join("Ann").await;
    let signed_in = Member::new(&hub, 9, "Ann").sign_up(PASSWORD).await;
    let hello = Hello {
        account: Some(signed_in.token.clone()),
        ..resuming(&guest)
    };
    let ann = joined(&hub, hello).await;
    assert_eq!(ann.welcome().you.id, guest.welcome().you.id);
    assert_ne!(ann.welcome().resume, guest.welcome().resume);
    let old = Hello {
        name: "Eve".to_owned(),
        ..resuming(&guest)
    };
    let eve = joined(&hub, old).await;
    assert_ne!(eve.welcome().you.id, ann.welcome().you.id);
    // By what they were given with the token they come back, without saying it again.
    let back = joined(&hub, resuming(&ann)).await;
    assert_eq!(back.welcome().you, ann.welcome().you);
    // Who is somebody here already does not become who they come along as.
    let two = Member::new(&hub, 10, "Ann").sign_in(PASSWORD).await;
    let other = Hello {
        account: Some(two.token),
        ..resuming(&eve)
    };
    let still = joined(&hub, other).await;
    assert_eq!(still.welcome().you.id, ann.welcome().you.id);
}

/// R88: a guest has no name that is an account's, or that looks like one.
#[tokio::test]
async fn a_guest_cannot_take_a_registered_name() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut early = hub.join("Ann").await;
    Member::new(&hub, 9, "Ann").sign_up(PASSWORD).await;
    for name in ["Ann", "ANN", "\u{410}nn", "A\u{200d}nn"] {
        let told = turned_away(&hub, named(name)).await;
        assert_eq!(told, (Some(ErrorCode::NameRegistered), 4407), "{name}");
    }
    let told = turned_away(&hub, resuming(&early)).await;
    assert_eq!(
        told.0,
        Some(ErrorCode::NameRegistered),
        "who was first, too"
    );
    let mut bo = hub.join("Bo").await;
    let refused = |message: &ServerMessage| {
        matches!(
            message,
            ServerMessage::Refused {
                code: ErrorCode::NameRegistered,
                ..
            }
        )
    };
    for guest in [&mut bo, &mut early] {
        guest
            .send(&ClientMessage::Rename {
                name: "ann".to_owned(),
            })
            .await;
        guest.until(refused).await;
        assert!(guest.is_well().await, "a name is no reason to leave");
    }
    hub.join("Anna").await;
}

/// R89: out here, or out everywhere: connections end, and what was given with the token is over.
#[tokio::test]
async fn signing_out_ends_what_the_token_opened() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = Member::new(&hub, 9, "Ann");
    let phone = ann.sign_up(PASSWORD).await;
    let laptop = Member::new(&hub, 10, "Ann").sign_in(PASSWORD).await;
    let mut one = joined(&hub, by(&phone)).await;
    let mut two = joined(&hub, by(&laptop)).await;
    assert_eq!(ann.sign_out(&phone, false).await, 204);
    assert_eq!(one.ended().await, (Some(ErrorCode::SignedOut), 4407));
    assert!(two.is_well().await, "the other stays");
    assert_eq!(ann.sign_out(&phone, false).await, 401, "it is over");
    assert_eq!(code(&ann.me(&phone.token).await), "signed_out");
    let told = turned_away(&hub, by(&phone)).await;
    assert_eq!(told, (Some(ErrorCode::SignedOut), 4407));
    let told = turned_away(&hub, resuming(&one)).await;
    assert_eq!(
        told.0,
        Some(ErrorCode::NameRegistered),
        "it is nobody's secret now"
    );
    let third = Member::new(&hub, 11, "Ann").sign_in(PASSWORD).await;
    assert_eq!(ann.sign_out(&third, true).await, 204);
    assert_eq!(two.ended().await, (Some(ErrorCode::SignedOut), 4407));
    for token in [&laptop.token, &third.token] {
        assert_eq!(ann.me(token).await.0, 401);
    }
}

/// R89: another password ends what the old one opened.
#[tokio::test]
async fn another_password_is_the_only_one() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = Member::new(&hub, 9, "Ann");
    let phone = ann.sign_up(PASSWORD).await;
    let mut one = joined(&hub, by(&phone)).await;
    assert!(ann.change_password("not it", "a new one").await.is_none());
    let (status, changed) = ann.change_password(PASSWORD, "a new one").await.unwrap();
    assert_eq!(status, 200);
    assert_eq!(one.ended().await, (Some(ErrorCode::SignedOut), 4407));
    assert_eq!(ann.me(changed["token"].as_str().unwrap()).await.0, 200);
    assert!(ann.try_sign_in(PASSWORD).await.is_none());
    ann.sign_in("a new one").await;
}

/// What is kept holds no secret, is this user's alone, and is there when the hub starts again; a file
/// that cannot be read is left as it is.
#[tokio::test]
async fn accounts_are_kept_by_the_hub() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("accounts.json");
    let hub = TestHub::start(folder.path()).await;
    assert!(!path.exists(), "nobody wanted one yet");
    let signed_in = Member::new(&hub, 9, "Ann").sign_up(PASSWORD).await;
    let device = signed_in.device.clone().unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    for secret in [
        PASSWORD,
        &signed_in.token,
        &device,
        &hex(PASSWORD.as_bytes()),
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    hub.hub.shutdown().await.unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = Member::new(&hub, 9, "Ann");
    assert_eq!(ann.me(&signed_in.token).await.0, 200);
    ann.sign_in(PASSWORD).await;
    hub.hub.shutdown().await.unwrap();
    std::fs::write(&path, &text[..text.len() / 2]).unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = Member::new(&hub, 9, "Ann");
    let answer = ann.try_sign_up(PASSWORD).await;
    assert_eq!((answer.0, code(&answer)), (503, "accounts_unavailable"));
    assert_eq!(ann.begin_sign_in(PASSWORD).await.1.0, 503);
    hub.join("Bo").await;
    hub.hub.shutdown().await.unwrap();
    assert_eq!(std::fs::read(&path).unwrap().len(), text.len() / 2);
}

/// What is no message is refused, up to 4 KiB and past it.
#[tokio::test]
async fn requests_about_accounts_are_small_and_whole() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = Member::new(&hub, 9, "Ann");
    let full = "x".repeat(ACCOUNT_REQUEST_BYTES_MAX);
    let answer = ann.request("POST", "sign-up/start", "", &full).await;
    assert_eq!((answer.0, code(&answer)), (400, "invalid_account_request"));
    let answer = ann
        .request("POST", "sign-up/start", "", &(full + "x"))
        .await;
    assert_eq!((answer.0, code(&answer)), (413, "message_too_large"));
    for bytes in [vec![], vec![0; 32], vec![255; 32], vec![1; 33]] {
        let said = json!({ "name": "Ann", "request": hex(&bytes) });
        for path in ["sign-up/start", "sign-in/start"] {
            let answer = ann.post(path, &said).await;
            assert_eq!(code(&answer), "invalid_account_request", "{path} {bytes:?}");
        }
    }
    let said = json!({ "id": "none", "proof": hex(&[1; 64]), "record": hex(&[1; 192]), "request": hex(&[1; 32]) });
    for path in [
        "sign-up/finish",
        "sign-in/finish",
        "password/start",
        "password/finish",
    ] {
        let answer = ann.post(path, &said).await;
        assert_eq!((answer.0, code(&answer)), (410, "sign_in_over"), "{path}");
    }
    let foreign = "Origin: http://evil.example\r\n";
    let answer = ann.request("POST", "sign-in/start", foreign, "{}").await;
    assert_eq!((answer.0, code(&answer)), (403, "origin_not_allowed"));
}
