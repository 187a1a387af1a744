//! The accounts of a data folder that no hub has open now, for who keeps order in it from a terminal.
//!
//! Promises: reading disturbs no hub that goes on beside it; changes are made while no hub has the
//! folder, so that none is lost. Must not know: terminals.

use std::path::Path;

use super::{About, Book, Denied, care, opaque::Keys};
use crate::storage::{self, StorageError};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// The folder, its lock or the file.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Nobody there has that name.
    #[error("Nobody has an account called {0} there. See who has one: lanvas-server accounts list")]
    Nobody(String),
    /// The system gave no random bytes.
    #[error("The system gives no random numbers.")]
    Random,
}

/// Everybody with an account, by name; also while a hub has the folder.
///
/// # Errors
/// [`KeptError::Storage`] when they cannot be read.
pub fn list(data_dir: &Path) -> Result<Vec<About>, KeptError> {
    let kept = storage::accounts_in(data_dir)?;
    Ok(kept.map_or_else(Vec::new, |(_, book)| care::everybody(&book)))
}

/// Takes an account out: its name is free, nobody is signed in by it.
///
/// # Errors
/// [`KeptError`], [`StorageError::InUse`] while a hub has the folder.
pub fn remove(data_dir: &Path, name: &str) -> Result<(), KeptError> {
    change(data_dir, name, |_, book| {
        let id = care::find(book, name)?;
        Ok(((), book.without(id)))
    })
}

/// Gives an account another password, for who has forgotten theirs, and says it.
///
/// # Errors
/// As [`remove`].
pub fn lend(data_dir: &Path, name: &str) -> Result<String, KeptError> {
    change(data_dir, name, |keys, book| {
        let id = care::find(book, name)?;
        let (password, proof) = care::lend(keys)?;
        Ok((password, book.lend(id, proof)))
    })
}

fn change<T>(
    data_dir: &Path,
    name: &str,
    change: impl FnOnce(&Keys, &Book) -> Result<(T, Book), Denied>,
) -> Result<T, KeptError> {
    let nobody = || KeptError::Nobody(name.to_owned());
    // A mistyped folder is not made.
    storage::accounts_in(data_dir)?.ok_or_else(nobody)?;
    let _ours = storage::claim(data_dir)?;
    let (keys, book) = storage::accounts_in(data_dir)?.ok_or_else(nobody)?;
    let (told, book) = change(&keys, &book).map_err(|why| match why {
        Denied::Nobody => nobody(),
        _ => KeptError::Random,
    })?;
    storage::keep_accounts_in(data_dir, &keys, &book)?;
    Ok(told)
}
