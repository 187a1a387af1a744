//! The accounts of a hub: who has which name, what proves it, where they are signed in.
//!
//! A value: whoever changes it makes another and keeps it, and sessions are handed it as it is, so
//! that they decide by it without asking anybody. Promises: one account for a name and all that pass
//! for it; tokens are kept as SHA-256; all of it bounded. Must not know: files, clocks, randomness,
//! how often somebody may try.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::Arc,
};

use lanvas_protocol::{
    SessionId,
    limits::{ACCOUNT_TOKENS_MAX, ACCOUNTS_MAX},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::names::NameKeys;
use crate::{
    hexadecimal::{hex, unhex},
    session::roster::hash_secret,
};

/// How long somebody stays signed in somewhere: 180 days.
pub(crate) const TOKEN_LASTS_MS: u64 = 180 * 24 * 60 * 60 * 1_000;
/// Devices of one account that are known not to guess; past it the oldest is forgotten.
pub(crate) const DEVICES_MAX: usize = 16;

/// Which account; random, and no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct AccountId(#[serde(with = "crate::hexadecimal")] [u8; 8]);

impl AccountId {
    pub(crate) fn new(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// A token of this account: it begins with whose it is.
    pub(crate) fn token(self, bytes: [u8; 16]) -> String {
        hex(&self.0) + &hex(&bytes)
    }

    fn of_token(token: &str) -> Option<Self> {
        let bytes = unhex(token.get(..16)?)?;
        bytes.try_into().ok().map(Self)
    }
}

/// Which of an account's tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenId {
    account: AccountId,
    hash: Kept,
}

#[cfg(test)]
impl TokenId {
    /// One that some account has.
    pub(crate) fn sample(token: &str) -> Self {
        Self {
            account: AccountId::new([7; 8]),
            hash: Kept::of(token),
        }
    }
}

/// What a secret is kept as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Kept(#[serde(with = "crate::hexadecimal")] [u8; 32]);

impl Kept {
    pub(crate) fn of(secret: &str) -> Self {
        Self(hash_secret(secret))
    }
}

/// What proves the password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proof {
    /// What the hub's answers depend on; another with every password.
    #[serde(with = "crate::hexadecimal")]
    pub(crate) credential: [u8; 16],
    /// As the client made it.
    #[serde(with = "crate::hexadecimal")]
    pub(crate) record: Vec<u8>,
    /// Whether the host chose the password, because the person had forgotten theirs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) lent: bool,
}

/// Somewhere somebody is signed in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Token {
    hash: Kept,
    given_ms: u64,
}

/// See the module.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) name: String,
    pub(crate) proof: Proof,
    /// From which follows what it is known by in each session.
    #[serde(with = "crate::hexadecimal")]
    key: [u8; 16],
    made_ms: u64,
    #[serde(default)]
    tokens: Vec<Token>,
    #[serde(default)]
    devices: Vec<Kept>,
}

impl fmt::Debug for Account {
    /// Without secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Account").field(&self.name).finish()
    }
}

impl Account {
    /// Whether somebody signed in there before.
    pub(crate) fn knows_device(&self, device: Kept) -> bool {
        self.devices.contains(&device)
    }

    /// What the host may know of it.
    pub(crate) fn about(&self, now_ms: u64) -> About {
        let live = self.tokens.iter().filter(|token| token.is_live(now_ms));
        About {
            name: self.name.clone(),
            made_ms: self.made_ms,
            signed_in: live.count(),
            lent: self.proof.lent,
        }
    }

    fn sign_in(&mut self, now_ms: u64, given: &Given) {
        self.tokens.retain(|token| token.is_live(now_ms));
        let token = Token {
            hash: given.token,
            given_ms: now_ms,
        };
        push_bounded(&mut self.tokens, ACCOUNT_TOKENS_MAX, token);
        if let Some(device) = given.device {
            push_bounded(&mut self.devices, DEVICES_MAX, device);
        }
    }
}

impl Token {
    fn is_live(&self, now_ms: u64) -> bool {
        now_ms < self.given_ms.saturating_add(TOKEN_LASTS_MS)
    }
}

fn push_bounded<T>(list: &mut Vec<T>, most: usize, one: T) {
    list.push(one);
    let over = list.len().saturating_sub(most);
    list.drain(..over);
}

/// What somebody is given who signs in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given {
    pub(crate) token: Kept,
    /// None if they have one.
    pub(crate) device: Option<Kept>,
}

/// Who somebody is by a token.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    account: Arc<Account>,
    /// The token they came with.
    pub(crate) token: TokenId,
}

impl Identity {
    fn id(&self) -> AccountId {
        self.account.id
    }

    pub(crate) fn name(&self) -> &str {
        &self.account.name
    }

    /// By which a session knows the account again; never leaves the hub.
    pub(crate) fn secret_in(&self, session: &SessionId) -> String {
        let mut digest = Sha256::new_with_prefix(b"Lanvas account in a session");
        digest.update(self.account.key);
        digest.update(session.as_str());
        hex(&digest.finalize())
    }
}

/// An account as the host sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct About {
    /// As whom they are known.
    pub name: String,
    /// When it was made, in milliseconds since 1970 UTC.
    pub made_ms: u64,
    /// At how many places they are signed in.
    pub signed_in: usize,
    /// Whether its password is one that the host chose.
    pub lent: bool,
}

/// Why there is no new account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoAccount {
    /// Another has the name, or one that passes for it.
    Taken,
    /// The hub has as many as it may.
    Full,
}

/// Somebody who signs up.
#[derive(Clone)]
pub(crate) struct Newcomer {
    pub(crate) id: AccountId,
    pub(crate) name: String,
    pub(crate) proof: Proof,
    pub(crate) key: [u8; 16],
}

/// All accounts. Cheap to copy: what stays the same is shared.
#[derive(Debug, Clone, Default)]
pub struct Book {
    accounts: BTreeMap<AccountId, Arc<Account>>,
    /// By every key of its name.
    names: HashMap<String, AccountId>,
}

impl Book {
    /// As kept; none if two have one name.
    pub(crate) fn restore(accounts: Vec<Account>) -> Option<Self> {
        let mut book = Self::default();
        let mut each = accounts.into_iter().map(Arc::new);
        let sound = each.all(|account| book.insert(account));
        sound.then_some(book)
    }

    pub(crate) fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values().map(AsRef::as_ref)
    }

    fn insert(&mut self, account: Arc<Account>) -> bool {
        let keys = NameKeys::of(&account.name);
        let sound = !keys.are_blank() && !self.has(&keys);
        for key in keys.each() {
            self.names.insert(key.to_owned(), account.id);
        }
        let new = self.accounts.insert(account.id, account).is_none();
        sound && new
    }

    fn has(&self, keys: &NameKeys) -> bool {
        keys.each().iter().any(|key| self.names.contains_key(*key))
    }

    /// Whether the name is somebody's, or passes for it.
    #[must_use]
    pub fn reserves(&self, name: &str) -> bool {
        !self.names.is_empty() && self.has(&NameKeys::of(name))
    }

    /// The account of a name, as people say it.
    pub(crate) fn find(&self, keys: &NameKeys) -> Option<&Arc<Account>> {
        self.accounts.get(self.names.get(&keys.said)?)
    }

    pub(crate) fn get(&self, id: AccountId) -> Option<&Arc<Account>> {
        self.accounts.get(&id)
    }

    /// Who comes with that token.
    pub(crate) fn who(&self, now_ms: u64, token: &str) -> Option<Identity> {
        let account = self.get(AccountId::of_token(token)?)?;
        let hash = Kept::of(token);
        let live = |it: &Token| it.hash == hash && it.is_live(now_ms);
        account.tokens.iter().any(live).then(|| Identity {
            account: Arc::clone(account),
            token: TokenId {
                account: account.id,
                hash,
            },
        })
    }

    /// Whether somebody who came with that token is signed in still.
    pub(crate) fn is_signed_in(&self, token: TokenId) -> bool {
        let has = |account: &Arc<Account>| account.tokens.iter().any(|it| it.hash == token.hash);
        self.get(token.account).is_some_and(has)
    }

    /// With one more.
    pub(crate) fn sign_up(
        &self,
        now_ms: u64,
        newcomer: Newcomer,
        given: &Given,
    ) -> Result<Self, NoAccount> {
        let Newcomer {
            id,
            name,
            proof,
            key,
        } = newcomer;
        if self.accounts.len() >= ACCOUNTS_MAX {
            return Err(NoAccount::Full);
        }
        if self.reserves(&name) || self.accounts.contains_key(&id) {
            return Err(NoAccount::Taken);
        }
        let mut account = Account {
            id,
            name,
            proof,
            key,
            made_ms: now_ms,
            tokens: Vec::new(),
            devices: Vec::new(),
        };
        account.sign_in(now_ms, given);
        let mut book = self.clone();
        book.insert(Arc::new(account));
        Ok(book)
    }

    /// With somebody signed in at one more place.
    pub(crate) fn sign_in(&self, now_ms: u64, id: AccountId, given: &Given) -> Self {
        self.changed(id, |account| account.sign_in(now_ms, given))
    }

    /// With another password, signed in nowhere but where it was changed.
    pub(crate) fn set_proof(
        &self,
        now_ms: u64,
        id: AccountId,
        proof: Proof,
        given: &Given,
    ) -> Self {
        self.changed(id, |account| {
            account.proof = proof;
            account.tokens.clear();
            account.devices.clear();
            account.sign_in(now_ms, given);
        })
    }

    /// With that token of no use any more.
    pub(crate) fn sign_out(&self, identity: &Identity) -> Self {
        self.changed(identity.id(), |account| {
            account.tokens.retain(|it| it.hash != identity.token.hash);
        })
    }

    /// Signed in nowhere, and every device as strange as any other.
    pub(crate) fn sign_out_everywhere(&self, identity: &Identity) -> Self {
        self.changed(identity.id(), |account| {
            account.tokens.clear();
            account.devices.clear();
        })
    }

    /// With a password that the host chose; signed in nowhere.
    pub(crate) fn lend(&self, id: AccountId, proof: Proof) -> Self {
        self.changed(id, |account| {
            account.proof = proof;
            account.tokens.clear();
            account.devices.clear();
        })
    }

    /// Without somebody. Their name is anybody's again.
    pub(crate) fn without(&self, id: AccountId) -> Self {
        let mut book = self.clone();
        book.accounts.remove(&id);
        book.names.retain(|_, of| *of != id);
        book
    }

    fn changed(&self, id: AccountId, change: impl FnOnce(&mut Account)) -> Self {
        let mut book = self.clone();
        if let Some(account) = book.accounts.get_mut(&id) {
            change(Arc::make_mut(account));
        }
        book
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(index: usize) -> String {
        AccountId::new([7; 8]).token([u8::try_from(index).unwrap(); 16])
    }

    fn given(index: usize) -> Given {
        Given {
            token: Kept::of(&token(index)),
            device: Some(Kept::of(&format!("device {index}"))),
        }
    }

    fn newcomer(id: [u8; 8], name: &str) -> Newcomer {
        Newcomer {
            id: AccountId::new(id),
            name: name.to_owned(),
            proof: Proof {
                credential: [1; 16],
                record: vec![2; 192],
                lent: false,
            },
            key: [3; 16],
        }
    }

    fn with_ann() -> Book {
        let ann = newcomer([7; 8], "Ann");
        Book::default().sign_up(0, ann, &given(0)).unwrap()
    }

    #[test]
    fn a_name_and_what_passes_for_it_is_one_persons() {
        let book = with_ann();
        for name in ["Ann", "ann", "\u{410}nn", "A n n"] {
            assert!(book.reserves(name), "{name}");
            let again = book.sign_up(0, newcomer([8; 8], name), &given(1));
            assert_eq!(again.err(), Some(NoAccount::Taken), "{name}");
        }
        assert!(!book.reserves("Anna"));
        assert!(book.find(&NameKeys::of("ANN")).is_some());
    }

    #[test]
    fn a_hub_takes_so_many_accounts() {
        let mut book = Book::default();
        for index in 0..ACCOUNTS_MAX as u64 {
            let one = newcomer(index.to_be_bytes(), &format!("Number {index}"));
            book.insert(Arc::new(Account {
                id: one.id,
                name: one.name,
                proof: one.proof,
                key: one.key,
                made_ms: 0,
                tokens: Vec::new(),
                devices: Vec::new(),
            }));
        }
        let more = |book: &Book| book.sign_up(0, newcomer([7; 8], "More"), &given(0)).err();
        assert_eq!(more(&book), Some(NoAccount::Full));
        let first = AccountId::new(0_u64.to_be_bytes());
        book.accounts.remove(&first);
        assert_eq!(more(&book), None);
    }

    #[test]
    fn who_is_signed_in_at_more_places_than_may_be_is_signed_out_at_the_oldest() {
        let mut book = with_ann();
        let ann = AccountId::new([7; 8]);
        for index in 1..ACCOUNT_TOKENS_MAX {
            book = book.sign_in(0, ann, &given(index));
        }
        assert!(book.who(0, &token(0)).is_some(), "as many as may be");
        book = book.sign_in(0, ann, &given(ACCOUNT_TOKENS_MAX));
        assert!(book.who(0, &token(0)).is_none());
        assert!(book.who(0, &token(1)).is_some());
        let account = book.get(ann).unwrap();
        let newest = format!("device {ACCOUNT_TOKENS_MAX}");
        assert!(account.knows_device(Kept::of(&newest)));
        assert!(!account.knows_device(Kept::of("device 0")));
        assert_eq!(account.devices.len(), DEVICES_MAX);
    }

    #[test]
    fn a_token_opens_until_it_is_too_old_or_ended() {
        let book = with_ann();
        let identity = book.who(TOKEN_LASTS_MS - 1, &token(0)).unwrap();
        assert!(book.who(TOKEN_LASTS_MS, &token(0)).is_none());
        let both = book.sign_in(0, AccountId::new([7; 8]), &given(1));
        let one = both.sign_out(&identity);
        assert!(one.who(0, &token(0)).is_none() && one.who(0, &token(1)).is_some());
        let none = both.sign_out_everywhere(&identity);
        assert!(none.who(0, &token(1)).is_none());
        for forged in [
            "",
            "0707",
            "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}",
            &token(9),
        ] {
            assert!(book.who(0, forged).is_none(), "{forged}");
        }
    }

    #[test]
    fn another_password_ends_all_that_the_old_one_opened() {
        let proof = Proof {
            credential: [9; 16],
            record: vec![9; 192],
            lent: false,
        };
        let book = with_ann().set_proof(0, AccountId::new([7; 8]), proof, &given(5));
        assert!(book.who(0, &token(0)).is_none());
        assert!(book.who(0, &token(5)).is_some());
    }

    #[test]
    fn a_password_that_the_host_chose_ends_all_that_the_old_one_opened() {
        let ann = AccountId::new([7; 8]);
        let proof = Proof {
            lent: true,
            ..newcomer([7; 8], "Ann").proof
        };
        let book = with_ann();
        let about = |book: &Book| book.get(ann).unwrap().about(0);
        assert_eq!((about(&book).signed_in, about(&book).lent), (1, false));
        let book = book.lend(ann, proof);
        assert!(book.who(0, &token(0)).is_none());
        assert_eq!((about(&book).signed_in, about(&book).lent), (0, true));
        assert!(book.reserves("ANN"), "it is the same account");
    }

    #[test]
    fn who_is_taken_out_leaves_their_name_to_others() {
        let bo = newcomer([8; 8], "Bo");
        let book = with_ann().sign_up(0, bo, &given(1)).unwrap();
        let book = book.without(AccountId::new([7; 8]));
        assert!(book.who(0, &token(0)).is_none());
        assert!(!book.reserves("Ann") && book.reserves("Bo"));
        let again = book.sign_up(0, newcomer([9; 8], "Ann"), &given(2)).unwrap();
        assert!(again.who(0, &token(0)).is_none(), "another account");
    }

    #[test]
    fn a_session_knows_the_account_by_what_no_other_session_does() {
        let identity = with_ann().who(0, &token(0)).unwrap();
        let [one, other] = ["one", "other"].map(|id| SessionId::new(id).unwrap());
        assert_eq!(identity.secret_in(&one), identity.secret_in(&one));
        assert_ne!(identity.secret_in(&one), identity.secret_in(&other));
    }

    #[test]
    fn two_of_one_name_are_no_book() {
        let ann = with_ann().accounts().next().unwrap().clone();
        let mut other = ann.clone();
        other.id = AccountId::new([8; 8]);
        assert!(Book::restore(vec![ann.clone()]).is_some());
        assert!(Book::restore(vec![ann, other]).is_none());
    }
}
