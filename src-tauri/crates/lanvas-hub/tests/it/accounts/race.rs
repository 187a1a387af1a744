//! What happens at the same time about one name: R85 and R88 at their edge.

use std::sync::Arc;

use lanvas_protocol::{ClientMessage, Encoding, ErrorCode, ServerMessage, message::Hello};
use tokio::task::JoinSet;

use super::{
    PASSWORD, code, joined,
    member::{Member, by},
    resuming, turned_away,
};
use crate::common::{Client, TestHub, message, named};

/// How many try at once.
const AT_ONCE: u8 = 8;
const ROUNDS: u8 = 5;

/// R85: of those who register a name at the same time one has it, and is the only one it lets in.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_those_who_register_a_name_at_once_one_has_it() {
    for round in 0..ROUNDS {
        let folder = tempfile::tempdir().unwrap();
        let hub = Arc::new(TestHub::start(folder.path()).await);
        let mut trying = JoinSet::new();
        for from in 0..AT_ONCE {
            let hub = Arc::clone(&hub);
            trying.spawn(async move {
                // They write it as they like.
                let name = if from % 2 == 0 { "Ann" } else { "\u{410}NN" };
                let password = format!("{PASSWORD} {from}");
                let answer = Member::new(&hub, 10 + from, name)
                    .try_sign_up(&password)
                    .await;
                (from, answer)
            });
        }
        let all = trying.join_all().await;
        let (won, lost): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, it)| it.0 == 201);
        assert_eq!(won.len(), 1, "round {round}: {won:?}");
        for (_, answer) in &lost {
            assert_eq!((answer.0, code(answer)), (409, "name_registered"));
        }
        let ann = Member::new(&hub, 30, "Ann");
        ann.sign_in(&format!("{PASSWORD} {}", won[0].0)).await;
        let loser = Member::new(&hub, 31, "Ann");
        let wrong = format!("{PASSWORD} {}", lost[0].0);
        assert!(loser.try_sign_in(&wrong).await.is_none());
    }
}

/// R88: whoever is in by a name that somebody else registers goes on, and what they do is theirs; by
/// that name they do not come back, and by another they are who they were.
#[tokio::test]
async fn a_guest_whose_name_is_registered_goes_on_and_comes_back_by_another() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let mut guest = hub.join("Ann").await;
    let id = guest.welcome().you.id;
    let account = Member::new(&hub, 9, "Ann").sign_up(PASSWORD).await;
    let ann = joined(&hub, by(&account)).await;
    assert_ne!(ann.welcome().you.id, id, "two people");
    guest.ask(message("I am here still")).await.unwrap();
    let told = turned_away(&hub, resuming(&guest)).await;
    assert_eq!(told, (Some(ErrorCode::NameRegistered), 4407));
    assert!(guest.is_well().await, "who is in stays in");
    let renamed = Hello {
        name: "Ann from next door".to_owned(),
        ..resuming(&guest)
    };
    assert_eq!(joined(&hub, renamed).await.welcome().you.id, id);
}

/// R88: who comes by a name while it is being registered is in before or turned away after; never is
/// somebody let in by it when it is an account's.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn coming_in_by_a_name_while_it_is_registered_is_one_or_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Arc::new(TestHub::start(folder.path()).await);
    for round in 0..u32::from(ROUNDS) {
        let name = format!("Number {round}");
        let registering = {
            let (hub, name) = (Arc::clone(&hub), name.clone());
            tokio::spawn(async move { Member::new(&hub, 9, &name).sign_up(PASSWORD).await })
        };
        let mut guests: Vec<Client> = Vec::new();
        // Until the door says no: from then on it always does.
        loop {
            let mut client = hub.connect(Encoding::Json).await;
            let hello = Box::new(named(&name));
            client.send(&ClientMessage::Hello(hello)).await;
            if !is_let_in(&mut client).await {
                break;
            }
            guests.push(client);
        }
        let account = registering.await.unwrap();
        assert_eq!(
            turned_away(&hub, named(&name)).await.0,
            Some(ErrorCode::NameRegistered)
        );
        let owner = joined(&hub, by(&account)).await;
        assert!(owner.welcome().you.account);
        for guest in &mut guests {
            assert!(guest.is_well().await, "who was in before goes on");
        }
    }
}

/// What the door says to who has said hello.
async fn is_let_in(client: &mut Client) -> bool {
    loop {
        match client.next().await {
            Ok(ServerMessage::Welcomed(_)) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}
