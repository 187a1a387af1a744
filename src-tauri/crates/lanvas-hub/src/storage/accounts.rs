//! The accounts of the hub, in a file beside the sessions: `<data dir>/accounts.json`.
//!
//! Not in a session's file: those are copied and mailed. Only this machine's user may read it; who
//! reads it can try passwords by themselves, each at the cost of argon2id. A file that cannot be read
//! is left as it is: nobody signs in until it is mended or taken away.

use std::{fs::File, path::Path, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    Storage, StorageError,
    door::{keep_for_us_alone, read_small},
    folder::Folder,
};
use crate::accounts::{
    book::{Account, Book},
    opaque::Keys,
};

/// The form of the file.
const VERSION: u32 = 1;
/// More than all accounts take there may be.
const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;

#[derive(Serialize, Deserialize)]
struct Stored<A> {
    version: u32,
    #[serde(with = "crate::hexadecimal")]
    keys: Vec<u8>,
    accounts: A,
}

impl Storage {
    /// The hub's keys and accounts, if there have ever been any.
    ///
    /// # Errors
    /// [`StorageError`] when there are and they cannot be read.
    pub(crate) async fn accounts(&self) -> Result<Option<(Keys, Book)>, StorageError> {
        self.read(|folder| read(&folder.accounts())).await
    }

    /// Keeps them, in one piece.
    ///
    /// # Errors
    /// [`StorageError`] when the disk does not take it.
    pub(crate) async fn keep_accounts(
        &self,
        keys: Keys,
        book: Arc<Book>,
    ) -> Result<(), StorageError> {
        self.read(move |folder| write(&folder.accounts(), &keys, &book))
            .await
    }
}

/// Those of a folder, whoever has it.
pub(crate) fn accounts_in(data_dir: &Path) -> Result<Option<(Keys, Book)>, StorageError> {
    read(&Folder::of(data_dir).accounts())
}

/// Keeps them in a folder that is claimed.
pub(crate) fn keep_accounts_in(
    data_dir: &Path,
    keys: &Keys,
    book: &Book,
) -> Result<(), StorageError> {
    write(&Folder::of(data_dir).accounts(), keys, book)
}

/// Nobody else hosts the folder while this is kept.
pub(crate) fn claim(data_dir: &Path) -> Result<File, StorageError> {
    Folder::claim(data_dir).map(|(_, lock)| lock)
}

fn write(path: &Path, keys: &Keys, book: &Book) -> Result<(), StorageError> {
    let stored = Stored {
        version: VERSION,
        keys: keys.to_bytes(),
        accounts: book.accounts().collect::<Vec<_>>(),
    };
    let text = serde_json::to_vec(&stored).expect("accounts are plain data");
    keep_for_us_alone(path, &text)
}

fn read(path: &Path) -> Result<Option<(Keys, Book)>, StorageError> {
    let damaged = || StorageError::Damaged(format!("the accounts, {}", path.display()));
    let Some(text) = read_small(path, FILE_BYTES_MAX, damaged)? else {
        return Ok(None);
    };
    let stored: Stored<Vec<Account>> = serde_json::from_slice(&text).map_err(|_| damaged())?;
    let keys = Keys::from_bytes(&stored.keys).filter(|_| stored.version == VERSION);
    let book = Book::restore(stored.accounts);
    Ok(Some(keys.zip(book).ok_or_else(damaged)?))
}
