//! Files that are kept with a session, each once, by the SHA-256 of its bytes.
//!
//! They are written by whoever brings them, beside the writer of the log: in parts, each a short
//! transaction, so that the log never waits long. The row that makes a file count comes last and
//! is synced, so a file is there in full or not at all. Nothing here is ever changed. Only the
//! pictures of a deleted message are removed, if nothing else that the file keeps names them. Who
//! brings the very same picture in that moment has to bring it once more.

use std::path::Path;

use lanvas_protocol::{BlobName, SessionId, limits::SESSION_BLOB_BYTES_MAX};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use sha2::{Digest, Sha256};

use super::{
    Storage, StorageError,
    database::{Database, whole},
};

/// Bytes of a row: small, so that each transaction is short.
const PART_BYTES: usize = 256 * 1024;

/// A kept file as a request asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// One of the few that are let in.
    pub content_type: String,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// What came of keeping a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is there now.
    New(BlobName),
    /// It was there before.
    Already(BlobName),
    /// The session's files take all the room they may.
    NoRoom,
}

impl Storage {
    /// Keeps a file with an open session; on return it is on disk.
    ///
    /// # Errors
    /// [`StorageError`] when the session is not there or the disk does not take it; then the file
    /// is not there.
    pub async fn keep_blob(&self, id: &SessionId, blob: Blob) -> Result<Kept, StorageError> {
        let id = id.clone();
        self.read(move |folder| keep(&folder.existing(&id)?, &blob))
            .await
    }

    /// A file that is kept with a session.
    ///
    /// # Errors
    /// As [`Storage::messages`].
    pub async fn blob(&self, id: &SessionId, name: BlobName) -> Result<Option<Blob>, StorageError> {
        let id = id.clone();
        self.read(move |folder| find(&Database::open_to_read(&folder.existing(&id)?)?, name))
            .await
    }
}

fn keep(path: &Path, blob: &Blob) -> Result<Kept, StorageError> {
    let name = BlobName(Sha256::digest(&blob.bytes).into());
    let mut database = Database::open_to_write_beside(path)?;
    let connection = database.connection_mut();
    let there = "SELECT 1 FROM blobs WHERE name = ?1";
    let found = connection.query_row(there, [&name.0[..]], |_| Ok(()));
    if found.optional()?.is_some() {
        return Ok(Kept::Already(name));
    }
    let used: i64 =
        connection.query_row("SELECT coalesce(sum(length), 0) FROM blobs", (), |row| {
            row.get(0)
        })?;
    let length = i64::try_from(blob.bytes.len()).unwrap_or(i64::MAX);
    let most = i64::try_from(SESSION_BLOB_BYTES_MAX).unwrap_or(i64::MAX);
    if used.saturating_add(length) > most {
        return Ok(Kept::NoRoom);
    }
    insert(connection, name, blob)?;
    database.finish()?;
    Ok(Kept::New(name))
}

/// Writes a file's parts and, last, the row that makes it count.
pub(super) fn insert(connection: &Connection, name: BlobName, blob: &Blob) -> rusqlite::Result<()> {
    // The last row's sync takes these with it: until then they count for nothing.
    connection.pragma_update(None, "synchronous", "normal")?;
    for (part, bytes) in (0_i64..).zip(blob.bytes.chunks(PART_BYTES)) {
        let insert = "INSERT OR REPLACE INTO blob_parts (name, part, bytes) VALUES (?1, ?2, ?3)";
        connection.execute(insert, params![&name.0[..], part, bytes])?;
    }
    connection.pragma_update(None, "synchronous", "full")?;
    let length = whole(blob.bytes.len() as u64)?;
    let insert = "INSERT OR IGNORE INTO blobs (name, type, length) VALUES (?1, ?2, ?3)";
    connection.execute(insert, params![&name.0[..], blob.content_type, length])?;
    Ok(())
}

/// Removes a file unless a message or the log names it. Once operations are folded nobody can tell
/// from the log what is on the board; then it stays.
pub(super) fn remove_unnamed(
    transaction: &Transaction<'_>,
    name: BlobName,
) -> rusqlite::Result<()> {
    let named = "SELECT
            (SELECT count(*) FROM log WHERE number < first.number) + 1 < first.number
            OR EXISTS (SELECT 1 FROM messages WHERE instr(extra, ?1))
            OR EXISTS (SELECT 1 FROM log WHERE lasting = 0 AND instr(body, ?1))
        FROM (SELECT coalesce(
            (SELECT min(number) FROM log WHERE lasting = 0),
            (SELECT max(number) + 1 FROM log), 1) AS number) AS first";
    let named: bool =
        transaction.query_row(named, [name.to_string().as_bytes()], |row| row.get(0))?;
    if !named {
        transaction.execute("DELETE FROM blobs WHERE name = ?1", [&name.0[..]])?;
        transaction.execute("DELETE FROM blob_parts WHERE name = ?1", [&name.0[..]])?;
    }
    Ok(())
}

/// Checks that each kept file is what its name says. Gives how many there are.
pub(super) fn check(database: &Database) -> Result<usize, StorageError> {
    let connection = database.connection();
    let mut statement = connection.prepare("SELECT name FROM blobs")?;
    let names = statement.query_map((), |row| row.get(0))?;
    let names = names.collect::<Result<Vec<[u8; 32]>, _>>()?;
    for name in &names {
        find(database, BlobName(*name))?;
    }
    Ok(names.len())
}

pub(super) fn find(database: &Database, name: BlobName) -> Result<Option<Blob>, StorageError> {
    let connection = database.connection();
    let found = connection
        .query_row(
            "SELECT type, length FROM blobs WHERE name = ?1",
            [&name.0[..]],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)),
        )
        .optional()?;
    let Some((content_type, length)) = found else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    let parts = "SELECT bytes FROM blob_parts WHERE name = ?1 ORDER BY part";
    let mut statement = connection.prepare(parts)?;
    let mut rows = statement.query([&name.0[..]])?;
    while let Some(row) = rows.next()? {
        bytes.extend_from_slice(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
        if i64::try_from(bytes.len()).unwrap_or(i64::MAX) > length {
            break;
        }
    }
    // The file may come from anywhere: what is not what its name says is not handed out.
    if Sha256::digest(&bytes)[..] != name.0 {
        return Err(StorageError::Damaged("a picture is not whole".into()));
    }
    Ok(Some(Blob {
        content_type,
        bytes,
    }))
}
