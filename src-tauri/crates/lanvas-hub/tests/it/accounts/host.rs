//! What who runs the hub does about accounts: rules R91 and R92, and who may not.

use lanvas_hub::accounts::kept;
use lanvas_protocol::{ErrorCode, message::Hello};
use serde_json::{Value, json};

use super::{
    PASSWORD, code, joined,
    member::{Answer, Member, by},
    resuming, stretched, turned_away,
};
use crate::common::{TestHub, named};

/// Who runs the hub, by its token.
struct Host<'a>(Member<'a>);

impl<'a> Host<'a> {
    fn of(hub: &'a TestHub) -> Self {
        Self(Member::new(hub, 1, "Host"))
    }

    async fn ask(&self, method: &str, path: &str, said: &Value) -> Answer {
        let token = self.0.hub.hub.host_token();
        let head = format!("Authorization: Bearer {token}\r\n");
        self.0.request(method, path, &head, &said.to_string()).await
    }

    async fn list(&self) -> Value {
        let answer = self.ask("GET", "all", &Value::Null).await;
        assert_eq!(answer.0, 200);
        answer.1
    }

    async fn remove(&self, name: &str) -> Answer {
        self.ask("POST", "remove", &json!({ "name": name })).await
    }

    async fn reset(&self, name: &str) -> Answer {
        self.ask("POST", "reset", &json!({ "name": name })).await
    }
}

/// R91: who runs the hub sees who has an account, by name, and at how many places they are signed in.
#[tokio::test]
async fn the_host_sees_who_has_an_account() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let host = Host::of(&hub);
    assert_eq!(host.list().await, json!([]));
    Member::new(&hub, 9, "bo").sign_up(PASSWORD).await;
    Member::new(&hub, 10, "Ann").sign_up(PASSWORD).await;
    Member::new(&hub, 11, "Ann").sign_in(PASSWORD).await;
    let list = host.list().await;
    let seen = |index: usize| {
        (
            list[index]["name"].as_str(),
            list[index]["signed_in"].as_u64(),
        )
    };
    assert_eq!(seen(0), (Some("Ann"), Some(2)));
    assert_eq!(seen(1), (Some("bo"), Some(1)));
    assert_eq!(list[0]["lent"], false);
    assert!(list[0]["made_ms"].as_u64().unwrap() > 0);
    let keys: Vec<_> = list[0].as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 4, "and nothing that opens anything: {keys:?}");
}

/// R91: who is taken out is out in every session, and their name is anybody's; who takes it is
/// another person.
#[tokio::test]
async fn who_is_removed_is_out_and_the_name_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let host = Host::of(&hub);
    let ann = Member::new(&hub, 9, "Ann");
    let signed_in = ann.sign_up(PASSWORD).await;
    let mut one = joined(&hub, by(&signed_in)).await;
    let mut bo = hub.join("Bo").await;
    let (begun, (_, answer)) = ann.begin_sign_in(PASSWORD).await;
    assert_eq!(host.remove("ANN").await.0, 204, "as it is said");
    assert_eq!(one.ended().await, (Some(ErrorCode::SignedOut), 4407));
    assert!(bo.is_well().await, "the others go on");
    assert_eq!(code(&ann.me(&signed_in.token).await), "signed_out");
    // What was under way is over.
    let proof = super::password::proof(begun, PASSWORD, &answer).unwrap();
    let said = json!({ "id": answer["id"], "proof": proof });
    assert_eq!(ann.post("sign-in/finish", &said).await.0, 401);
    assert!(ann.try_sign_in(PASSWORD).await.is_none());
    assert_eq!(code(&host.remove("Ann").await), "account_not_found");
    // A guest, and then somebody's account: both are others than Ann was.
    let guest = hub.join("Ann").await;
    assert_ne!(guest.welcome().you.id, one.welcome().you.id);
    let told = turned_away(&hub, by(&signed_in)).await;
    assert_eq!(told, (Some(ErrorCode::SignedOut), 4407));
    let anew = Member::new(&hub, 12, "Ann").sign_up("another person").await;
    let other = joined(&hub, by(&anew)).await;
    assert_ne!(other.welcome().you.id, one.welcome().you.id);
    let late = joined(
        &hub,
        Hello {
            name: "Eve".to_owned(),
            ..resuming(&one)
        },
    )
    .await;
    assert_ne!(
        late.welcome().you.id,
        one.welcome().you.id,
        "its secret is nobody's"
    );
    // It stays so.
    hub.hub.shutdown().await.unwrap();
    let hub = TestHub::start(folder.path()).await;
    assert_eq!(
        Member::new(&hub, 9, "Ann").me(&signed_in.token).await.0,
        401
    );
    assert_eq!(Host::of(&hub).list().await.as_array().unwrap().len(), 1);
}

/// R92: a forgotten password is replaced by one that the host reads out; the person stays who they are.
#[tokio::test]
async fn a_forgotten_password_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let host = Host::of(&hub);
    let ann = Member::new(&hub, 9, "Ann");
    let signed_in = ann.sign_up(PASSWORD).await;
    let mut one = joined(&hub, by(&signed_in)).await;
    let (begun, (_, early)) = ann.begin_sign_in(PASSWORD).await;
    let answer = host.reset("Ann").await;
    assert_eq!(answer.0, 200);
    let lent = answer.1["password"].as_str().unwrap().to_owned();
    assert_eq!(lent.len(), 14, "{lent}");
    assert_eq!(one.ended().await, (Some(ErrorCode::SignedOut), 4407));
    let proof = super::password::proof(begun, PASSWORD, &early).unwrap();
    let said = json!({ "id": early["id"], "proof": proof });
    assert_eq!(
        ann.post("sign-in/finish", &said).await.0,
        401,
        "of the old one"
    );
    assert!(ann.try_sign_in(PASSWORD).await.is_none());
    assert_eq!(host.list().await[0]["lent"], true);
    assert_eq!(
        turned_away(&hub, named("Ann")).await.0,
        Some(ErrorCode::NameRegistered)
    );
    // Stretched, as a page does it.
    let back = stretched::sign_in(&ann, &lent).await;
    assert_eq!(back.1["lent"], true);
    let token = back.1["token"].as_str().unwrap();
    let again = joined(
        &hub,
        Hello {
            account: Some(token.to_owned()),
            ..named("x")
        },
    )
    .await;
    assert_eq!(again.welcome().you.id, one.welcome().you.id, "who she was");
    let kept = std::fs::read_to_string(folder.path().join("accounts.json")).unwrap();
    assert!(!kept.contains(&lent));
    assert_eq!(code(&host.reset("Nobody").await), "account_not_found");
}

/// R91, R92: only who runs the hub; to be a host, a moderator or an account's owner is not enough.
#[tokio::test]
async fn nobody_else_does_anything_about_accounts() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let ann = Member::new(&hub, 9, "Ann");
    let signed_in = ann.sign_up(PASSWORD).await;
    let host = hub.join_as_host("Host").await;
    let said = json!({ "name": "Ann" }).to_string();
    for secret in [
        "",
        &signed_in.token,
        &host.welcome().resume,
        &"0".repeat(32),
    ] {
        let head = format!("Authorization: Bearer {secret}\r\n");
        for (method, path) in [("GET", "all"), ("POST", "remove"), ("POST", "reset")] {
            for head in [head.as_str(), ""] {
                let answer = ann.request(method, path, head, &said).await;
                assert_eq!((answer.0, code(&answer)), (403, "forbidden"), "{path}");
            }
        }
    }
    assert_eq!(ann.me(&signed_in.token).await.0, 200);
}

/// R92: a hub may have no accounts; what is kept of them stays for when it has again.
#[tokio::test]
async fn a_hub_without_accounts_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let hub = TestHub::start(folder.path()).await;
    let signed_in = Member::new(&hub, 9, "Ann").sign_up(PASSWORD).await;
    hub.hub.shutdown().await.unwrap();
    let kept = std::fs::read(folder.path().join("accounts.json")).unwrap();
    let hub = TestHub::start_with(folder.path(), |config| config.accounts = false).await;
    let ann = Member::new(&hub, 9, "Ann");
    assert_eq!(ann.request("GET", "", "", "").await.1["on"], false);
    let off = (403, "accounts_off");
    for answer in [
        ann.me(&signed_in.token).await,
        ann.try_sign_up(PASSWORD).await,
        ann.begin_sign_in(PASSWORD).await.1,
        Host::of(&hub).ask("GET", "all", &Value::Null).await,
        Host::of(&hub).remove("Ann").await,
        Host::of(&hub).reset("Ann").await,
    ] {
        assert_eq!((answer.0, code(&answer)), off, "{answer:?}");
    }
    assert_eq!(
        turned_away(&hub, by(&signed_in)).await.0,
        Some(ErrorCode::SignedOut)
    );
    hub.join("Ann").await;
    hub.hub.shutdown().await.unwrap();
    assert_eq!(
        std::fs::read(folder.path().join("accounts.json")).unwrap(),
        kept
    );
    let hub = TestHub::start(folder.path()).await;
    assert_eq!(
        Member::new(&hub, 9, "Ann").me(&signed_in.token).await.0,
        200
    );
}

/// From a terminal: looked at while a hub runs, changed while none does.
#[tokio::test]
async fn the_accounts_of_a_folder_are_kept_in_order_from_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(kept::list(folder.path()).unwrap(), []);
    let hub = TestHub::start(folder.path()).await;
    for name in ["Ann", "Bo"] {
        Member::new(&hub, 9, name).sign_up(PASSWORD).await;
    }
    let names = || {
        kept::list(folder.path())
            .unwrap()
            .into_iter()
            .map(|it| it.name)
    };
    assert_eq!(names().collect::<Vec<_>>(), ["Ann", "Bo"]);
    let told = kept::remove(folder.path(), "Ann").unwrap_err().to_string();
    assert!(told.starts_with("Another Lanvas is using"), "{told}");
    hub.hub.shutdown().await.unwrap();
    kept::remove(folder.path(), "Ann").unwrap();
    let told = kept::remove(folder.path(), "Ann").unwrap_err().to_string();
    assert!(
        told.starts_with("Nobody has an account called Ann there"),
        "{told}"
    );
    let lent = kept::lend(folder.path(), "bo").unwrap();
    assert_eq!(names().collect::<Vec<_>>(), ["Bo"]);
    let hub = TestHub::start(folder.path()).await;
    let bo = Member::new(&hub, 9, "Bo");
    assert!(bo.try_sign_in(PASSWORD).await.is_none());
    assert_eq!(stretched::sign_in(&bo, &lent).await.0, 200);
}
