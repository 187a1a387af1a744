//! The format of a session file, and how an older one becomes the current one.

use std::sync::OnceLock;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::StorageError;

/// "Lanv" in the file's header, so that `file` and we can tell what it is.
const APPLICATION_ID: i64 = 0x4c61_6e76;

/// Each step leads from the version of its index to the next; the list is only ever appended to.
/// A new file goes through all of them, so its schema is the same text as a migrated one's.
const STEPS: &[&str] = &[
    "
    CREATE TABLE meta (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        id TEXT NOT NULL,
        title TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        port INTEGER
    ) STRICT;
    CREATE TABLE epochs (
        ordinal INTEGER PRIMARY KEY,
        epoch TEXT NOT NULL UNIQUE,
        start INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE participants (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        color TEXT NOT NULL,
        secret_hash BLOB NOT NULL
    ) STRICT;
    CREATE TABLE log (
        number INTEGER PRIMARY KEY,
        time_ms INTEGER NOT NULL,
        author INTEGER NOT NULL,
        replica TEXT NOT NULL,
        seq INTEGER NOT NULL,
        kind TEXT NOT NULL,
        body BLOB NOT NULL,
        UNIQUE (replica, seq)
    ) STRICT;
    CREATE TABLE messages (
        number INTEGER PRIMARY KEY,
        author INTEGER NOT NULL,
        name TEXT NOT NULL,
        color TEXT NOT NULL,
        time_ms INTEGER NOT NULL,
        text TEXT NOT NULL,
        replica TEXT NOT NULL,
        seq INTEGER NOT NULL
    ) STRICT;
",
    "
    ALTER TABLE log ADD COLUMN lasting INTEGER NOT NULL DEFAULT 0;
    UPDATE log SET lasting = 1 WHERE kind = 'post_message';
    CREATE INDEX log_lasting ON log (number) WHERE lasting = 1;
    CREATE TABLE snapshots (
        number INTEGER PRIMARY KEY,
        parts INTEGER NOT NULL,
        log_bytes INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE snapshot_parts (
        ordinal INTEGER PRIMARY KEY,
        number INTEGER NOT NULL,
        part INTEGER NOT NULL,
        checksum INTEGER NOT NULL,
        body BLOB NOT NULL,
        UNIQUE (number, part)
    ) STRICT;
",
    "
    CREATE TABLE blobs (
        name BLOB PRIMARY KEY,
        type TEXT NOT NULL,
        length INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE blob_parts (
        name BLOB NOT NULL,
        part INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (name, part)
    ) STRICT;
",
    "
    ALTER TABLE messages ADD COLUMN reply_to INTEGER;
    ALTER TABLE messages ADD COLUMN extra BLOB;
    CREATE INDEX messages_by_time ON messages (time_ms);
    CREATE INDEX messages_by_answered ON messages (reply_to) WHERE reply_to IS NOT NULL;
    CREATE TABLE message_edits (
        message INTEGER NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (message, number)
    ) STRICT, WITHOUT ROWID;
    CREATE VIRTUAL TABLE said USING fts5(
        text, who, has,
        content = '', columnsize = 0, prefix = '1 2 3',
        tokenize = 'unicode61 remove_diacritics 2'
    );
    INSERT INTO said (said, rank) VALUES ('secure-delete', 1);
    INSERT INTO said (rowid, text, who, has)
        SELECT number, text, name,
            CASE WHEN instr(text, 'http://') OR instr(text, 'https://') THEN 'link' ELSE '' END
        FROM messages;
",
    "
    CREATE TABLE hooks (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        token_hash BLOB NOT NULL,
        public_url TEXT,
        auth_token TEXT
    ) STRICT;
",
    "
    ALTER TABLE log ADD COLUMN page TEXT;
    UPDATE log SET page = 'first' WHERE kind = 'edit_notes';
    CREATE INDEX log_page ON log (page, number) WHERE page IS NOT NULL;
",
    "
    CREATE TABLE bans (
        participant INTEGER PRIMARY KEY,
        address TEXT,
        until_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE audit (
        ordinal INTEGER PRIMARY KEY,
        entry BLOB NOT NULL
    ) STRICT;
",
];

/// The version this program writes.
pub(super) fn version() -> i64 {
    i64::try_from(STEPS.len()).expect("there are few steps")
}

/// Whether the file is a session of a version known here. Gives that version.
pub(super) fn check_format(connection: &Connection) -> Result<i64, StorageError> {
    if pragma(connection, "application_id")? != APPLICATION_ID {
        return Err(StorageError::NotASession);
    }
    let found = pragma(connection, "user_version")?;
    let known = version();
    match found {
        _ if found > known => Err(StorageError::NewerFormat { found, known }),
        1.. => Ok(found),
        _ => Err(StorageError::Damaged(format!("format {found}"))),
    }
}

/// Whether the file has exactly the tables it should have: no view that poses as a table, no
/// trigger, no index that computes.
pub(super) fn check_tables(connection: &Connection) -> Result<(), StorageError> {
    if tables(connection)? == *expected_tables()? {
        Ok(())
    } else {
        Err(StorageError::Damaged("other tables than expected".into()))
    }
}

/// Takes the steps that are missing after version `from`, all or none.
pub(super) fn migrate(connection: &mut Connection, from: i64) -> Result<(), StorageError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    take_steps(&transaction, from)?;
    Ok(transaction.commit()?)
}

/// As [`migrate`], as part of a larger transaction.
pub(super) fn take_steps(transaction: &Transaction<'_>, from: i64) -> Result<(), StorageError> {
    let taken = usize::try_from(from).unwrap_or(0);
    for step in STEPS.iter().skip(taken) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", version())?;
    Ok(())
}

fn expected_tables() -> Result<&'static Vec<Table>, StorageError> {
    static EXPECTED: OnceLock<Vec<Table>> = OnceLock::new();
    if let Some(expected) = EXPECTED.get() {
        return Ok(expected);
    }
    let mut blank = Connection::open_in_memory()?;
    migrate(&mut blank, 0)?;
    let found = tables(&blank)?;
    Ok(EXPECTED.get_or_init(|| found))
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

/// Kind, name and the text that made it.
type Table = (String, String, Option<String>);

fn tables(connection: &Connection) -> rusqlite::Result<Vec<Table>> {
    connection
        .prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")?
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect()
}
