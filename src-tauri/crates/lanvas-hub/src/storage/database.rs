//! One session's file as SQLite sees it: how it is opened, and every statement that is run on it.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use lanvas_protocol::{
    Color, Epoch, Operation, ParticipantId, ReplicaId, SessionId, chat::ChatMessage,
};
use rusqlite::{
    Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior,
    config::DbConfig, limits::Limit, params, types::Type,
};

use super::{
    Applied, Page, Record, Search, SessionFile, SessionMeta, StorageError, StoredParticipant,
    StoredSession, chat, copy, moderation, schema, search, snapshot::is_lasting,
    snapshot_table::Beginning,
};

/// Bytes of one value, far above any operation: what is larger came from elsewhere.
const VALUE_BYTES_MAX: i32 = 16 * 1024 * 1024;
/// How deep an operation may nest.
const NESTING_MAX: usize = 32;
/// How long to wait for another program that holds the file. Short: the writer serves all.
const BUSY_TIMEOUT: Duration = Duration::from_millis(200);
/// The same for who writes a little beside the writer, on a thread that has time: on a busy machine
/// a commit may take longer than the writer would wait.
const BESIDE_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes that the write-ahead log keeps after it has been folded into the file.
const JOURNAL_BYTES_KEPT: i64 = 16 * 1024 * 1024;

/// An open session file.
#[derive(Debug)]
pub(super) struct Database {
    connection: Connection,
    /// Whether the write-ahead log may have words in it that a deletion took out of the file.
    words_in_journal: bool,
}

impl Database {
    pub(super) fn over(connection: Connection) -> Self {
        Self {
            connection,
            words_in_journal: false,
        }
    }

    /// Makes a file with nothing but its name and title; complete and in one piece on return.
    pub(super) fn create(path: &Path, meta: &SessionMeta) -> Result<(), StorageError> {
        let _ = fs::remove_file(path);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut connection = connect(path, flags)?;
        write_ahead(&connection, path)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        schema::take_steps(&transaction, 0)?;
        transaction.execute(
            "INSERT INTO meta (only, id, title, created_ms) VALUES (1, ?1, ?2, ?3)",
            params![meta.id.as_str(), meta.title, whole(meta.created_ms)?],
        )?;
        transaction.commit()?;
        Self::over(connection)
            .finish()
            .map_err(StorageError::Sqlite)
    }

    /// Opens without any possibility to write, after a look at what kind of file it is.
    pub(super) fn open_to_read(path: &Path) -> Result<Self, StorageError> {
        let connection = connect_to_read(path)?;
        let version = schema::check_format(&connection)?;
        if version == schema::version() {
            schema::check_tables(&connection)?;
        }
        Ok(Self::over(connection))
    }

    /// Opens a file that a hub, perhaps in another process, may be writing to. Only the current
    /// format.
    pub(super) fn open_beside(path: &Path) -> Result<Self, StorageError> {
        if !beside(path, "-wal").exists() {
            let database = Self::open_to_read(path)?;
            return database.current();
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = connect(path, flags)?;
        schema::check_format(&connection)?;
        Self::over(connection).current()
    }

    fn current(self) -> Result<Self, StorageError> {
        let (found, known) = (schema::check_format(&self.connection)?, schema::version());
        if found == known {
            schema::check_tables(&self.connection)?;
            Ok(self)
        } else {
            Err(StorageError::OlderFormat { found, known })
        }
    }

    /// A number that a query gives.
    pub(super) fn count(&self, sql: &str) -> Result<u64, StorageError> {
        Ok(self.connection.query_row(sql, (), |row| unsigned(row, 0))?)
    }

    /// Opens a file that has been read in full before.
    pub(super) fn open_to_write(path: &Path) -> rusqlite::Result<Self> {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        if connection.is_readonly("main")? {
            // SQLite is content with that; we are not.
            let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_READONLY);
            return Err(rusqlite::Error::SqliteFailure(code, None));
        }
        write_ahead(&connection, path)?;
        connection.pragma_update(None, "journal_size_limit", JOURNAL_BYTES_KEPT)?;
        Ok(Self::over(connection))
    }

    /// As [`Database::open_to_write`], for a file that the writer may be writing to.
    pub(super) fn open_to_write_beside(path: &Path) -> rusqlite::Result<Self> {
        let database = Self::open_to_write(path)?;
        database.connection.busy_timeout(BESIDE_TIMEOUT)?;
        Ok(database)
    }

    /// Brings a file of an older format up to the current one. Before that it is copied as it is,
    /// to a file beside it that ends in `-v` and its version.
    pub(super) fn upgrade(path: &Path) -> Result<(), StorageError> {
        let reading = connect_to_read(path)?;
        let version = schema::check_format(&reading)?;
        if version == schema::version() {
            return Ok(());
        }
        copy::copy(&reading, &beside(path, &format!("-v{version}")))?;
        drop(reading);
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        schema::migrate(&mut connection, version)
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(super) fn connection_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Folds the write-ahead log into the file and closes it.
    pub(super) fn finish(self) -> rusqlite::Result<()> {
        self.connection.close().map_err(|(_, error)| error)
    }

    /// Closes it at once; the write-ahead log stays beside the file, to be read with it next time.
    pub(super) fn leave(self) -> rusqlite::Result<()> {
        let without_folding = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        self.connection.set_db_config(without_folding, true)?;
        self.finish()
    }

    /// What the list of sessions shows.
    pub(super) fn summary(&self, id: &SessionId) -> Result<SessionFile, StorageError> {
        let (meta, port) = self.meta(id)?;
        let latest = self
            .connection
            .query_row(
                "SELECT time_ms FROM log ORDER BY number DESC LIMIT 1",
                (),
                |row| unsigned(row, 0),
            )
            .optional()?;
        Ok(SessionFile {
            id: meta.id,
            title: meta.title,
            modified_ms: latest.map_or(meta.created_ms, |time_ms| time_ms.max(meta.created_ms)),
            port,
        })
    }

    /// What the session needs to go on, checked: no gap, nothing that does not decode. With the
    /// number of the snapshot that it was read from.
    pub(super) fn load(&self, id: &SessionId) -> Result<(StoredSession, u64), StorageError> {
        let beginning = self.beginning()?;
        let from = beginning.from;
        let session = self.load_from(id, beginning)?;
        session.check_epochs()?;
        Ok((session, from))
    }

    /// As [`Database::load`], from another beginning than the newest, and to where it ends.
    pub(super) fn load_from(
        &self,
        id: &SessionId,
        beginning: Beginning,
    ) -> Result<StoredSession, StorageError> {
        let Beginning {
            state,
            lasting,
            log,
            from: _,
        } = beginning;
        let (meta, port) = self.meta(id)?;
        let epochs = self.epochs()?;
        Ok(StoredSession {
            meta,
            epochs,
            participants: self.participants()?,
            bans: self.bans()?,
            audit: self.audit()?,
            state,
            lasting,
            log,
            port,
        })
    }

    /// See [`super::Storage::messages`].
    pub(super) fn messages(&self, page: Page) -> Result<Vec<ChatMessage>, StorageError> {
        Ok(chat::page(&self.connection, page)?)
    }

    /// See [`super::Storage::search`].
    pub(super) fn search(&self, wanted: &Search) -> Result<Vec<ChatMessage>, StorageError> {
        Ok(search::search(&self.connection, wanted)?)
    }

    /// Whether the file's structure is whole, also where reading the log does not come by. Costs
    /// a sixth of what reading the log does (measured: 9 ms of 58 ms at 10,000 strokes of 50
    /// points), so it is done at every opening, beside reading.
    pub(super) fn check_pages(&self) -> Result<(), StorageError> {
        let said: String = self
            .connection
            .query_row("PRAGMA quick_check(1)", (), |row| row.get(0))?;
        if said == "ok" {
            Ok(())
        } else {
            Err(StorageError::Damaged(said))
        }
    }

    fn meta(&self, id: &SessionId) -> Result<(SessionMeta, Option<u16>), StorageError> {
        let found = self.connection.query_row(
            "SELECT title, created_ms, port FROM meta WHERE only = 1",
            (),
            |row| {
                let meta = SessionMeta {
                    id: id.clone(),
                    title: row.get(0)?,
                    created_ms: unsigned(row, 1)?,
                };
                Ok((meta, row.get(2)?))
            },
        );
        Ok(found?)
    }

    pub(super) fn epochs(&self) -> Result<Vec<(Epoch, u64)>, StorageError> {
        self.rows(
            "SELECT epoch, start FROM epochs ORDER BY ordinal",
            (),
            |row| {
                let epoch: String = row.get(0)?;
                Ok((
                    Epoch::new(epoch).map_err(|e| damaged(0, e))?,
                    unsigned(row, 1)?,
                ))
            },
        )
    }

    pub(super) fn participants(&self) -> Result<Vec<StoredParticipant>, StorageError> {
        self.rows(
            "SELECT id, name, color, secret_hash FROM participants ORDER BY id",
            (),
            |row| {
                Ok(StoredParticipant {
                    id: ParticipantId(row.get(0)?),
                    name: row.get(1)?,
                    color: color(row, 2)?,
                    secret_hash: row.get(3)?,
                })
            },
        )
    }

    /// All rows of a query, each read by `read`.
    pub(super) fn rows<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StorageError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    pub(super) fn transaction(
        &mut self,
        behavior: TransactionBehavior,
    ) -> rusqlite::Result<Transaction<'_>> {
        self.connection.transaction_with_behavior(behavior)
    }

    /// Writes `records` in one transaction. On an error nothing of them is in the file.
    pub(super) fn commit<'a>(
        &mut self,
        records: impl Iterator<Item = &'a Record>,
    ) -> rusqlite::Result<()> {
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        let mut redacted = false;
        for record in records {
            redacted |= record.takes_words_back();
            write(&transaction, record)?;
        }
        transaction.commit()?;
        self.words_in_journal |= redacted;
        if self.words_in_journal {
            self.empty_journal();
        }
        Ok(())
    }

    /// Folds the write-ahead log into the file and cuts it off: it still has the pages as they were
    /// before the last deletion. While somebody reads it cannot be done; then the next commit, or
    /// the closing, does it.
    fn empty_journal(&mut self) {
        // The writer serves all sessions: it does not wait for a reader.
        let _ = self.connection.busy_timeout(Duration::ZERO);
        let emptied = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0));
        let _ = self.connection.busy_timeout(BUSY_TIMEOUT);
        self.words_in_journal = !matches!(emptied, Ok(0_i64));
    }
}

fn write(transaction: &Transaction<'_>, record: &Record) -> rusqlite::Result<()> {
    match record {
        Record::Operation(applied) => write_operation(transaction, applied),
        Record::Participant(participant) => write_participant(transaction, participant),
        Record::Forgotten(id) => transaction
            .prepare_cached("DELETE FROM participants WHERE id = ?1")?
            .execute([id.0])
            .map(drop),
        Record::Epoch { epoch, start } => transaction
            .prepare_cached("INSERT INTO epochs (epoch, start) VALUES (?1, ?2)")?
            .execute(params![epoch.as_str(), whole(*start)?])
            .map(drop),
        Record::Bans(bans) => moderation::write_bans(transaction, bans),
        Record::Audit(entry) => moderation::write_audit(transaction, entry),
        Record::Port(port) => transaction
            .prepare_cached("UPDATE meta SET port = ?1")?
            .execute([port])
            .map(drop),
    }
}

fn write_operation(transaction: &Transaction<'_>, applied: &Applied) -> rusqlite::Result<()> {
    let body = encoded(&applied.operation)?;
    transaction
        .prepare_cached(
            "INSERT INTO log (number, time_ms, author, replica, seq, kind, body, lasting, page)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            whole(applied.number)?,
            whole(applied.time_ms)?,
            applied.author.0,
            applied.replica.as_str(),
            applied.seq,
            kind(&applied.operation),
            body,
            is_lasting(&applied.operation),
            applied
                .operation
                .notes_edit()
                .map(|(page, ..)| page.to_string()),
        ])?;
    match &applied.operation {
        Operation::SetTitle { title } => transaction
            .prepare_cached("UPDATE meta SET title = ?1")?
            .execute([title])
            .map(drop),
        _ => chat::write(transaction, applied),
    }
}

fn write_participant(
    transaction: &Transaction<'_>,
    participant: &StoredParticipant,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO participants (id, name, color, secret_hash) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (id) DO UPDATE SET
                 name = excluded.name, color = excluded.color, secret_hash = excluded.secret_hash",
        )?
        .execute(params![
            participant.id.0,
            participant.name,
            participant.color.to_string(),
            participant.secret_hash,
        ])
        .map(drop)
}

/// For people who look into the file; the body says it too.
fn kind(operation: &Operation) -> &'static str {
    match operation {
        Operation::AddShapes { .. } => "add_shapes",
        Operation::UpdateShapes { .. } => "update_shapes",
        Operation::RemoveShapes { .. } => "remove_shapes",
        Operation::EditNotes { .. } => "edit_notes",
        Operation::EditPage { .. } => "edit_page",
        Operation::AddPage { .. } => "add_page",
        Operation::UpdatePage { .. } => "update_page",
        Operation::PostMessage(_) => "post_message",
        Operation::EditMessage { .. } => "edit_message",
        Operation::DeleteMessage { .. } => "delete_message",
        Operation::React { .. } => "react",
        Operation::SetSlowMode { .. } => "set_slow_mode",
        Operation::SetTitle { .. } => "set_title",
        Operation::SetRole { .. } => "set_role",
        Operation::LowerEveryone { .. } => "lower_everyone",
        Operation::SetRules { .. } => "set_rules",
        Operation::Mute { .. } => "mute",
        Operation::Remove { .. } => "remove",
        Operation::LiftBan { .. } => "lift_ban",
        Operation::NoteUndone { .. } => "note_undone",
    }
}

/// What a column holds in MessagePack; it may have come from anywhere.
pub(super) fn decode<T: serde::de::DeserializeOwned>(
    mut body: &[u8],
    column: usize,
) -> rusqlite::Result<T> {
    let mut reader = rmp_serde::Deserializer::new(&mut body);
    reader.set_max_depth(NESTING_MAX);
    let value = T::deserialize(&mut reader).map_err(|error| damaged(column, error))?;
    if body.is_empty() {
        Ok(value)
    } else {
        let error = rmp_serde::decode::Error::Uncategorized("bytes after the end".to_owned());
        Err(damaged(column, error))
    }
}

/// The other way round.
pub(super) fn encoded(value: &impl serde::Serialize) -> rusqlite::Result<Vec<u8>> {
    rmp_serde::to_vec_named(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

pub(super) fn replica(row: &Row<'_>, column: usize) -> rusqlite::Result<ReplicaId> {
    ReplicaId::new(row.get::<_, String>(column)?).map_err(|error| damaged(column, error))
}

pub(super) fn color(row: &Row<'_>, column: usize) -> rusqlite::Result<Color> {
    Color::try_from(row.get::<_, String>(column)?).map_err(|error| damaged(column, error))
}

pub(super) fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    u64::try_from(row.get::<_, i64>(column)?).map_err(|error| damaged(column, error))
}

fn damaged(
    column: usize,
    error: impl std::error::Error + Send + Sync + 'static,
) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Null, Box::new(error))
}

/// SQLite's integers are signed; every count and time of ours fits.
pub(super) fn whole(value: u64) -> rusqlite::Result<i64> {
    i64::try_from(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// A connection that trusts nothing in the file.
pub(super) fn connect(path: impl AsRef<Path>, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    for (setting, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
    ] {
        connection.set_db_config(setting, on)?;
    }
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "temp_store", "memory")?;
    connection.pragma_update(None, "synchronous", "full")?;
    // What is deleted or made shorter is overwritten, not only marked as free.
    connection.pragma_update(None, "secure_delete", true)?;
    // macOS: a plain fsync leaves the data in the disk's own cache.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    Ok(connection)
}

/// Every commit is one sequential write and one sync, and readers do not wait for it. Disks that
/// cannot do it (network shares) keep a rollback journal: slower, as safe.
fn write_ahead(connection: &Connection, path: &Path) -> rusqlite::Result<()> {
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        tracing::warn!(path = %path.display(), mode, "no write-ahead log on this disk");
    }
    Ok(())
}

/// Reading a file in WAL mode makes SQLite put its side files beside it, which a connection that
/// may not write cannot take away again. So without a write-ahead log, when no one can be writing
/// the file, it is opened as what it then is: unchanging.
fn connect_to_read(path: &Path) -> Result<Connection, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    if fs::metadata(beside(path, "-wal")).is_ok_and(|journal| journal.len() > 0) {
        return Ok(connect(path, flags)?);
    }
    let uri = format!("{}?immutable=1", uri(path));
    let connection = connect(uri, flags | OpenFlags::SQLITE_OPEN_URI)?;
    check_length(&connection, path)?;
    Ok(connection)
}

/// SQLite takes a file that ends inside a page as if zeros followed.
fn check_length(connection: &Connection, path: &Path) -> Result<(), StorageError> {
    let page: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let length = fs::metadata(path).map_err(|error| StorageError::io(path, error))?;
    match u64::try_from(page) {
        Ok(page) if page > 0 && length.len() % page == 0 => Ok(()),
        _ => Err(StorageError::Damaged("the end is missing".into())),
    }
}

/// The path with something added to the file's name.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

/// The path as SQLite's `file:` URI, on Windows too.
fn uri(path: &Path) -> String {
    use std::fmt::Write as _;
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut bytes = path.into_os_string().into_encoded_bytes();
    if cfg!(windows) {
        bytes
            .iter_mut()
            .filter(|b| **b == b'\\')
            .for_each(|b| *b = b'/');
        bytes.insert(0, b'/');
    }
    let mut uri = String::from("file://");
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"/-_.~:".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
