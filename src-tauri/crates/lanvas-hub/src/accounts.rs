//! Accounts of the hub: a name and a password for who wants them (rules R85 to R89 of the protocol).
//!
//! The shell around the pure parts: [`book`] knows who there is, [`pace`] who may try, [`opaque`]
//! what proves a password, [`pending`] what is under way. Here they get time, random bytes, turns on
//! threads that may be busy, and a file. Promises: what was answered as done is on disk; a change is
//! made whole or not at all; the hub never sees a password. Must not know: HTTP, sessions.

pub mod book;
mod care;
pub mod kept;
pub(crate) mod names;
pub(crate) mod opaque;
pub(crate) mod pace;
pub(crate) mod pending;

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use lanvas_protocol::limits::ACCOUNTS_MAX;
use tokio::{
    sync::{Semaphore, watch},
    task::spawn_blocking,
};
use tokio_util::task::TaskTracker;

pub use self::book::{About, Book};
use self::{
    book::{AccountId, Given, Kept, Newcomer, NoAccount, Proof},
    names::NameKeys,
    opaque::{Keys, Unproved},
    pace::{Pace, Try},
    pending::{Pending, PendingId, Step},
};
use crate::{
    hexadecimal::hex,
    limits::{ACCOUNTS_AT_ONCE, ACCOUNTS_WAITING_MAX},
    session::plain,
    session_task::now_ms,
    storage::{Storage, StorageError},
};

/// Why it was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    /// The message is none.
    Malformed,
    /// The name cannot be one.
    InvalidName,
    /// Somebody has the name, or one that passes for it.
    Taken,
    /// The hub has as many accounts as it may.
    Full,
    /// Name or password are not right; which, nobody is told.
    Wrong,
    /// Tried too often; so many milliseconds from now they may again.
    Wait(u64),
    /// What was begun is over, or was none.
    Over,
    /// Nobody is signed in by that token.
    SignedOut,
    /// Too much at once.
    Busy,
    /// The hub's accounts cannot be read or kept.
    Unkept,
    /// The hub has none.
    Off,
    /// Nobody has that name.
    Nobody,
}

/// What somebody gets who signed in.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub(crate) name: String,
    pub(crate) token: String,
    /// None if they have one.
    pub(crate) device: Option<String>,
    /// Whether the password is one that the host chose, and so knows.
    pub(crate) lent: bool,
}

/// The answer to a first message.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    pub(crate) id: PendingId,
    pub(crate) response: Vec<u8>,
}

/// See the module.
pub(crate) struct Accounts {
    storage: Storage,
    /// Or why nobody signs in: what is kept cannot be read, until it is mended; or there are to be none.
    keys: Result<Keys, Denied>,
    book: watch::Sender<Arc<Book>>,
    doing: Mutex<Doing>,
    /// One change at a time.
    changing: tokio::sync::Mutex<()>,
    turns: Arc<Semaphore>,
    queue: Semaphore,
    tasks: TaskTracker,
}

#[derive(Default)]
struct Doing {
    pace: Pace,
    pending: Pending,
}

impl Accounts {
    /// Those that are kept, or none yet. Where they are not `wanted`, what is kept stays as it is,
    /// and it is as if there were none.
    pub(crate) async fn open(storage: Storage, tasks: TaskTracker, wanted: bool) -> Self {
        let (keys, book) = if wanted {
            read(&storage).await
        } else {
            (Err(Denied::Off), Book::default())
        };
        Self {
            storage,
            keys,
            book: watch::channel(Arc::new(book)).0,
            doing: Mutex::default(),
            changing: tokio::sync::Mutex::default(),
            turns: Arc::new(Semaphore::new(ACCOUNTS_AT_ONCE)),
            queue: Semaphore::new(ACCOUNTS_WAITING_MAX),
            tasks,
        }
    }

    /// Whether there can be any.
    pub(crate) fn are_on(&self) -> Result<(), Denied> {
        self.keys.as_ref().map(drop).map_err(|why| *why)
    }

    /// Everybody there is, as it changes.
    pub(crate) fn book(&self) -> watch::Receiver<Arc<Book>> {
        self.book.subscribe()
    }

    fn now(&self) -> Arc<Book> {
        Arc::clone(&self.book.borrow())
    }

    fn doing(&self) -> MutexGuard<'_, Doing> {
        self.doing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // --- a new account ------------------------------------------------------------------------

    /// Whether that name can be had, and the answer to the first message if so.
    pub(crate) async fn begin_sign_up(
        &self,
        address: IpAddr,
        name: &str,
        request: Vec<u8>,
    ) -> Result<Begun, Denied> {
        let name = plain::name(name).map_err(|_| Denied::InvalidName)?;
        if NameKeys::of(&name).are_blank() {
            return Err(Denied::InvalidName);
        }
        if let Some(wait) = self.doing().pace.sign_up(now_ms(), address) {
            return Err(Denied::Wait(wait));
        }
        let book = self.now();
        if book.reserves(&name) {
            return Err(Denied::Taken);
        }
        if book.accounts().count() >= ACCOUNTS_MAX {
            return Err(Denied::Full);
        }
        self.begin_password(address, request, |credential| Step::SignUp {
            name,
            credential,
        })
        .await
    }

    /// The account is there, and they are signed in.
    pub(crate) async fn finish_sign_up(
        self: &Arc<Self>,
        id: &PendingId,
        upload: &[u8],
    ) -> Result<SignedIn, Denied> {
        let step = self.doing().pending.take(now_ms(), id);
        let Some(Step::SignUp { name, credential }) = step else {
            return Err(Denied::Over);
        };
        let record = opaque::record(upload)?;
        let newcomer = Newcomer {
            id: AccountId::new(random()?),
            name: name.clone(),
            proof: Proof {
                credential,
                record,
                lent: false,
            },
            key: random()?,
        };
        let fresh = Fresh::of(newcomer.id, true)?;
        let given = fresh.given();
        self.change(move |book| Ok(book.sign_up(now_ms(), newcomer, &given)?))
            .await?;
        Ok(fresh.signed_in(name))
    }

    /// Answers who sets a password, and remembers `step` until the rest comes.
    async fn begin_password(
        &self,
        address: IpAddr,
        request: Vec<u8>,
        step: impl FnOnce([u8; 16]) -> Step,
    ) -> Result<Begun, Denied> {
        let credential = random()?;
        let work = move |keys: Keys| keys.register(&request, &credential);
        let response = self.work(work).await??;
        let id = self.remember(address, step(credential))?;
        Ok(Begun { id, response })
    }

    // --- signing in ---------------------------------------------------------------------------

    /// Answers who says they have that name; alike whether anybody has.
    pub(crate) async fn begin_sign_in(
        &self,
        address: IpAddr,
        name: &str,
        device: Option<&str>,
        request: Vec<u8>,
    ) -> Result<Begun, Denied> {
        let names = NameKeys::of(name);
        let book = self.now();
        let account = book.find(&names);
        let device = device.map(Kept::of);
        let one = Try {
            address,
            device: device.filter(|it| account.is_some_and(|account| account.knows_device(*it))),
            name: names.said,
        };
        {
            let pace = &mut self.doing().pace;
            if let Some(wait) = pace.wait_ms(now_ms(), &one) {
                return Err(Denied::Wait(wait));
            }
            pace.begin(now_ms(), &one);
        }
        let proof = account.map(|account| account.proof.clone());
        let credential = proof.as_ref().map_or_else(
            || format!("nobody's: {}", one.name).into_bytes(),
            |proof| proof.credential.to_vec(),
        );
        let work = move |keys: Keys| {
            let record = proof.as_ref().map(|proof| proof.record.as_slice());
            let answer = keys.challenge(&request, &credential, record)?;
            Ok::<_, Unproved>((answer, proof))
        };
        let account = account.map(|account| account.id);
        let ((response, expected), proof) = self.work(work).await??;
        let account = account.zip(proof.map(|proof| proof.credential));
        let step = Step::SignIn {
            account,
            expected,
            one,
        };
        Ok(Begun {
            id: self.remember(address, step)?,
            response,
        })
    }

    /// They are signed in, if that proves the password.
    pub(crate) async fn finish_sign_in(
        self: &Arc<Self>,
        id: &PendingId,
        proof: &[u8],
    ) -> Result<SignedIn, Denied> {
        let (account, one) = self.proved(id, proof)?;
        let fresh = Fresh::of(account, one.device.is_none())?;
        let given = fresh.given();
        let (name, lent) = self.known(account)?;
        self.change(move |book| {
            book.get(account).ok_or(Denied::Wrong)?;
            Ok(book.sign_in(now_ms(), account, &given))
        })
        .await?;
        let signed_in = fresh.signed_in(name);
        Ok(SignedIn { lent, ..signed_in })
    }

    /// Whose password that proves.
    fn proved(&self, id: &PendingId, proof: &[u8]) -> Result<(AccountId, Try), Denied> {
        let step = self.doing().pending.take(now_ms(), id);
        let Some(Step::SignIn {
            account,
            expected,
            one,
        }) = step
        else {
            return Err(Denied::Over);
        };
        let proved = expected.prove(proof);
        let Some((account, credential)) = account else {
            return Err(Denied::Wrong);
        };
        proved.map_err(|_| Denied::Wrong)?;
        self.is_current(account, credential)?;
        self.doing().pace.right(&one);
        Ok((account, one))
    }

    /// Whether the password is still the one that was asked about.
    fn is_current(&self, account: AccountId, credential: [u8; 16]) -> Result<(), Denied> {
        let book = self.now();
        let account = book.get(account).ok_or(Denied::Wrong)?;
        let same = account.proof.credential == credential;
        same.then_some(()).ok_or(Denied::Wrong)
    }

    /// Its name, and whether its password is lent.
    fn known(&self, account: AccountId) -> Result<(String, bool), Denied> {
        let book = self.now();
        let account = book.get(account).ok_or(Denied::Wrong)?;
        Ok((account.name.clone(), account.proof.lent))
    }

    // --- another password ---------------------------------------------------------------------

    /// They proved the one they have: the answer to the first message about another.
    pub(crate) async fn begin_change(
        &self,
        address: IpAddr,
        id: &PendingId,
        proof: &[u8],
        request: Vec<u8>,
    ) -> Result<Begun, Denied> {
        let (account, _) = self.proved(id, proof)?;
        let book = self.now();
        let had = book.get(account).ok_or(Denied::Wrong)?.proof.credential;
        let step = |credential| Step::Change {
            account,
            had,
            credential,
        };
        self.begin_password(address, request, step).await
    }

    /// It is the password from now on, and they are signed in here only.
    pub(crate) async fn finish_change(
        self: &Arc<Self>,
        id: &PendingId,
        upload: &[u8],
    ) -> Result<SignedIn, Denied> {
        let step = self.doing().pending.take(now_ms(), id);
        let Some(Step::Change {
            account,
            had,
            credential,
        }) = step
        else {
            return Err(Denied::Over);
        };
        self.is_current(account, had)?;
        let record = opaque::record(upload)?;
        let (name, _) = self.known(account)?;
        let fresh = Fresh::of(account, true)?;
        let given = fresh.given();
        let proof = Proof {
            credential,
            record,
            lent: false,
        };
        self.change(move |book| {
            // Who was given another password meanwhile, or taken out, keeps it so.
            let now = book.get(account).ok_or(Denied::Wrong)?;
            if now.proof.credential != had {
                return Err(Denied::Wrong);
            }
            Ok(book.set_proof(now_ms(), account, proof, &given))
        })
        .await?;
        Ok(fresh.signed_in(name))
    }

    // --- signing out --------------------------------------------------------------------------

    /// The name of who is signed in by that token.
    pub(crate) fn name_by(&self, token: &str) -> Result<String, Denied> {
        let identity = self.now().who(now_ms(), token).ok_or(Denied::SignedOut)?;
        Ok(identity.name().to_owned())
    }

    /// The token is of no use any more; `everywhere`, all of the account's.
    pub(crate) async fn sign_out(
        self: &Arc<Self>,
        token: &str,
        everywhere: bool,
    ) -> Result<(), Denied> {
        let identity = self.now().who(now_ms(), token).ok_or(Denied::SignedOut)?;
        self.change(move |book| {
            Ok(if everywhere {
                book.sign_out_everywhere(&identity)
            } else {
                book.sign_out(&identity)
            })
        })
        .await
    }

    // --- the machinery ------------------------------------------------------------------------

    fn remember(&self, address: IpAddr, step: Step) -> Result<PendingId, Denied> {
        let id = PendingId::new(hex(&random::<16>()?));
        let taken = self
            .doing()
            .pending
            .add(now_ms(), address, id.clone(), step);
        if taken { Ok(id) } else { Err(Denied::Busy) }
    }

    /// Has something worked out off the threads that serve, when it is its turn.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(Keys) -> T + Send + 'static,
    ) -> Result<T, Denied> {
        let keys = self.keys.clone()?;
        let _place = self.queue.try_acquire().map_err(|_| Denied::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|_| Denied::Busy)?;
        let done = spawn_blocking(move || {
            let _turn = turn; // kept also if nobody waits for it any more
            work(keys)
        });
        done.await.map_err(|_| Denied::Busy)
    }

    /// Makes another book and keeps it, whether or not somebody waits to hear of it.
    async fn change(
        self: &Arc<Self>,
        change: impl FnOnce(&Book) -> Result<Book, Denied> + Send + 'static,
    ) -> Result<(), Denied> {
        let accounts = Arc::clone(self);
        let done = self.tasks.spawn(async move {
            let keys = accounts.keys.clone()?;
            let _alone = accounts.changing.lock().await;
            let book = Arc::new(change(&accounts.now())?);
            let kept = accounts.storage.keep_accounts(keys, Arc::clone(&book));
            kept.await.map_err(|error| not_kept(&error))?;
            accounts.book.send_replace(book);
            Ok(())
        });
        done.await.unwrap_or(Err(Denied::Unkept))
    }
}

async fn read(storage: &Storage) -> (Result<Keys, Denied>, Book) {
    match storage.accounts().await {
        Ok(Some((keys, book))) => (Ok(keys), book),
        Ok(None) => (Ok(Keys::generate()), Book::default()),
        Err(error) => {
            tracing::error!(%error, "nobody can sign in: the accounts cannot be read");
            (Err(Denied::Unkept), Book::default())
        }
    }
}

fn not_kept(error: &StorageError) -> Denied {
    tracing::error!(%error, "an account could not be kept");
    Denied::Unkept
}

/// Secrets that somebody is about to be given.
struct Fresh {
    token: String,
    device: Option<String>,
}

impl Fresh {
    fn of(account: AccountId, device: bool) -> Result<Self, Denied> {
        let token = account.token(random()?);
        let device = device.then(|| random().map(|bytes: [u8; 16]| hex(&bytes)));
        let device = device.transpose()?;
        Ok(Self { token, device })
    }

    fn given(&self) -> Given {
        Given {
            token: Kept::of(&self.token),
            device: self.device.as_deref().map(Kept::of),
        }
    }

    fn signed_in(self, name: String) -> SignedIn {
        let Self { token, device } = self;
        SignedIn {
            name,
            token,
            device,
            lent: false,
        }
    }
}

fn random<const N: usize>() -> Result<[u8; N], Denied> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Denied::Busy)?;
    Ok(bytes)
}

impl From<Unproved> for Denied {
    fn from(_: Unproved) -> Self {
        Self::Malformed
    }
}

impl From<NoAccount> for Denied {
    fn from(why: NoAccount) -> Self {
        match why {
            NoAccount::Taken => Self::Taken,
            NoAccount::Full => Self::Full,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;
    use crate::storage::StorageSettings;

    const DEADLINE: Duration = Duration::from_secs(20);

    /// As many as may wait are answered in their turn; one more is told so at once.
    #[tokio::test]
    async fn so_many_answers_about_passwords_are_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Storage::start_with(folder.path(), StorageSettings::default()).unwrap();
        let accounts = Arc::new(Accounts::open(storage, TaskTracker::new(), true).await);
        let at_work = u32::try_from(ACCOUNTS_AT_ONCE).unwrap();
        let busy = accounts.turns.acquire_many(at_work).await.unwrap();
        let ask = || {
            let accounts = Arc::clone(&accounts);
            async move { accounts.work(|_| "done").await }
        };
        let waiting: Vec<_> = (0..ACCOUNTS_WAITING_MAX)
            .map(|_| tokio::spawn(ask()))
            .collect();
        while accounts.queue.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(ask().await, Err(Denied::Busy), "one past the limit");
        drop(busy);
        for one in waiting {
            let answered = timeout(DEADLINE, one).await.unwrap().unwrap();
            assert_eq!(answered, Ok("done"));
        }
        assert_eq!(ask().await, Ok("done"));
    }
}
