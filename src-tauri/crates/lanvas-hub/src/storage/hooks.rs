//! The hook of a session, in its file: whether one is on, and what proves that who uses it may.

use std::path::Path;

use lanvas_protocol::SessionId;
use rusqlite::{OptionalExtension, params};

use super::{Storage, StorageError, database::Database};

/// A hook that is on. Its own token is kept only as a hash; Twilio's token is needed to check
/// signatures, so it is in the session's file and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredHook {
    /// SHA-256 of the token in its address.
    pub token_hash: [u8; 32],
    /// For text messages by Twilio.
    pub twilio: Option<Twilio>,
}

/// How text messages by Twilio are told from others'.
#[derive(Clone, PartialEq, Eq)]
pub struct Twilio {
    /// Where Twilio thinks this hub is: `https://…`, without a path.
    pub public_url: String,
    /// The account's secret.
    pub auth_token: String,
}

impl std::fmt::Debug for StoredHook {
    /// Without secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let twilio = self.twilio.is_some();
        f.debug_struct("StoredHook")
            .field("twilio", &twilio)
            .finish_non_exhaustive()
    }
}

impl Storage {
    /// The hook of a session, if one is on.
    ///
    /// # Errors
    /// As [`Storage::messages`].
    pub async fn hook(&self, id: &SessionId) -> Result<Option<StoredHook>, StorageError> {
        let id = id.clone();
        self.read(move |folder| find(&Database::open_to_read(&folder.existing(&id)?)?))
            .await
    }

    /// Switches it on with new secrets, or off.
    ///
    /// # Errors
    /// [`StorageError`] when the session is not there or the disk does not take it.
    pub async fn set_hook(
        &self,
        id: &SessionId,
        hook: Option<StoredHook>,
    ) -> Result<(), StorageError> {
        let id = id.clone();
        self.read(move |folder| set(&folder.existing(&id)?, hook.as_ref()))
            .await
    }
}

fn set(path: &Path, hook: Option<&StoredHook>) -> Result<(), StorageError> {
    let database = Database::open_to_write_beside(path)?;
    let connection = database.connection();
    match hook {
        Some(hook) => {
            let insert = "INSERT OR REPLACE INTO hooks (only, token_hash, public_url, auth_token)
                          VALUES (1, ?1, ?2, ?3)";
            let twilio = hook.twilio.as_ref();
            connection.execute(
                insert,
                params![
                    &hook.token_hash[..],
                    twilio.map(|it| &it.public_url),
                    twilio.map(|it| &it.auth_token),
                ],
            )?;
        }
        None => {
            connection.execute("DELETE FROM hooks", ())?;
        }
    }
    Ok(database.finish()?)
}

fn find(database: &Database) -> Result<Option<StoredHook>, StorageError> {
    let sql = "SELECT token_hash, public_url, auth_token FROM hooks WHERE only = 1";
    let found = database.connection().query_row(sql, (), |row| {
        let (public_url, auth_token): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
        Ok(StoredHook {
            token_hash: row.get(0)?,
            twilio: public_url
                .zip(auth_token)
                .map(|(public_url, auth_token)| Twilio {
                    public_url,
                    auth_token,
                }),
        })
    });
    Ok(found.optional()?)
}
