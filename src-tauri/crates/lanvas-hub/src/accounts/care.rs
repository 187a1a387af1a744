//! What who runs the hub does about its accounts: rules R91 and R92 of the protocol.
//!
//! Promises: whoever is taken out or given another password is signed out everywhere, at once, in
//! every session. Must not know: how who asks proved that they may.

use std::sync::Arc;

use super::{
    About, Accounts, Book, Denied,
    book::{AccountId, Proof},
    names::NameKeys,
    opaque::Keys,
    random,
};
use crate::session_task::now_ms;

impl Accounts {
    /// Everybody there is, by name.
    pub(crate) fn everybody(&self) -> Result<Vec<About>, Denied> {
        self.are_on()?;
        Ok(everybody(&self.now()))
    }

    /// Takes an account out.
    pub(crate) async fn remove(self: &Arc<Self>, name: &str) -> Result<(), Denied> {
        self.are_on()?;
        let id = find(&self.now(), name)?;
        self.change(move |book| Ok(book.without(id))).await?;
        tracing::info!("the host removed an account");
        Ok(())
    }

    /// Gives an account a password in the place of a forgotten one, and says it.
    pub(crate) async fn lend(self: &Arc<Self>, name: &str) -> Result<String, Denied> {
        self.are_on()?;
        let id = find(&self.now(), name)?;
        let (password, proof) = self.work(|keys| lend(&keys)).await??;
        self.change(move |book| {
            book.get(id).ok_or(Denied::Nobody)?;
            Ok(book.lend(id, proof))
        })
        .await?;
        tracing::info!("the host gave an account another password");
        Ok(password)
    }
}

pub(super) fn everybody(book: &Book) -> Vec<About> {
    let now_ms = now_ms();
    let mut all: Vec<_> = book.accounts().map(|it| it.about(now_ms)).collect();
    all.sort_by_cached_key(|it| it.name.to_lowercase());
    all
}

pub(super) fn find(book: &Book, name: &str) -> Result<AccountId, Denied> {
    let account = book.find(&NameKeys::of(name));
    account.map(|account| account.id).ok_or(Denied::Nobody)
}

/// A password that reads well aloud, and what proves it.
pub(super) fn lend(keys: &Keys) -> Result<(String, Proof), Denied> {
    let password = speakable(random()?);
    let credential = random()?;
    let proof = Proof {
        credential,
        record: keys.lend(&password, &credential)?,
        lent: true,
    };
    Ok((password, proof))
}

/// Twelve letters in three groups, 60 random bits, without look-alikes.
fn speakable(bytes: [u8; 12]) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let letter = |byte: &u8| char::from(LETTERS[usize::from(byte % 32)]);
    let groups = bytes.chunks(4);
    let groups: Vec<String> = groups.map(|it| it.iter().map(letter).collect()).collect();
    groups.join("-")
}
