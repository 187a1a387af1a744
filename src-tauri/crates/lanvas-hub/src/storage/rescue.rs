//! What can still be read of a damaged session file, written into a sound one.
//!
//! What it promises: the damaged file is only read; what comes out opens like any other. Saved are
//! the operations without a gap from the beginning, or from a snapshot that is sound, up to the
//! first that cannot be read or done; people, epochs and pictures as far as they can be read.

use std::{
    fs::{self, File},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::Path,
    sync::Arc,
};

use lanvas_protocol::{BlobName, SessionId};
use rusqlite::{Connection, OpenFlags, Row, params};

use super::{
    Applied, Record, SessionMeta, SessionState, StorageError, blobs,
    database::{Database, beside, connect, unsigned, whole},
    log_table::applied,
    schema,
};
use crate::session::state::Replay;

/// Operations that are written in one transaction.
const BATCH: usize = 1_024;
/// Where SQLite's header has the size of a page, and how many there are.
const PAGE_SIZE_AT: u64 = 16;
const PAGES_AT: u64 = 28;
/// A file that says to be twice as long as that is believed, however short it is.
const BELIEVED_BYTES_MIN: u64 = 16 * 1024 * 1024;
/// What a session is called whose title cannot be read.
const NAMELESS: &str = "Saved session";

/// How much of it there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescued {
    /// Operations that were saved.
    pub operations: u64,
    /// When the last of them was made: milliseconds since 1970 UTC; 0 without any.
    pub last_ms: u64,
}

/// Where the operations that are saved begin.
struct Start {
    /// The snapshot they follow; 0 for none.
    snapshot: u64,
    log: Vec<Applied>,
}

impl Start {
    fn head(&self) -> u64 {
        self.log.last().map_or(self.snapshot, |last| last.number)
    }
}

/// Reads what it can of `from` and makes a sound file of it at `to`.
pub(super) fn rescue(from: &Path, to: &Path, id: &SessionId) -> Result<Rescued, StorageError> {
    let work = beside(to, "-work");
    let log = beside(&work, "-wal");
    let copied = fs::copy(from, &work).and_then(|_| {
        let _ = fs::copy(beside(from, "-wal"), &log);
        say_its_length(&work)
    });
    let rescued = copied
        .map_err(|error| StorageError::io(from, error))
        .and_then(|()| read_out(&work, to, id));
    for left in [log, beside(&work, "-shm"), work] {
        let _ = fs::remove_file(left);
    }
    rescued
}

/// SQLite reads nothing of a file that is shorter than it says. What is missing is filled with
/// nothing; of what says that it is much longer, not even that is believed.
fn say_its_length(path: &Path) -> io::Result<()> {
    let mut file = File::options().read(true).write(true).open(path)?;
    let mut size = [0; 2];
    file.seek(SeekFrom::Start(PAGE_SIZE_AT))?;
    file.read_exact(&mut size)?;
    let page = match u16::from_be_bytes(size) {
        1 => 65_536,
        size => u64::from(size).max(512),
    };
    let mut said = [0; 4];
    file.seek(SeekFrom::Start(PAGES_AT))?;
    file.read_exact(&mut said)?;
    let length = file.metadata()?.len();
    let believed = length.max(BELIEVED_BYTES_MIN) * 2 / page;
    let pages = u64::from(u32::from_be_bytes(said)).clamp(length / page, believed);
    file.set_len(pages * page)?;
    file.seek(SeekFrom::Start(PAGES_AT))?;
    file.write_all(&u32::try_from(pages).unwrap_or(u32::MAX).to_be_bytes())
}

fn read_out(from: &Path, to: &Path, id: &SessionId) -> Result<Rescued, StorageError> {
    // Not as a session is read otherwise: its pages may not add up.
    let damaged = Database::over(connect(from, OpenFlags::SQLITE_OPEN_READ_WRITE)?);
    let version = schema::check_format(damaged.connection())?;
    if version != schema::version() {
        return Err(StorageError::Damaged(format!("format {version}")));
    }
    let start = farthest(&damaged);
    Database::create(to, &meta(damaged.connection(), id))?;
    let mut saved = Database::open_to_write(to)?;
    save_people(&damaged, &mut saved)?;
    if start.snapshot > 0 {
        save_snapshot(&damaged, &mut saved, start.snapshot)?;
    }
    let mut rescued = Rescued {
        operations: start.head(),
        last_ms: 0,
    };
    let records = start
        .log
        .into_iter()
        .map(|one| Record::Operation(Arc::new(one)));
    let records: Vec<_> = records.collect();
    for batch in records.chunks(BATCH) {
        saved.commit(batch.iter())?;
    }
    if let Some(Record::Operation(last)) = records.last() {
        rescued.last_ms = last.time_ms;
    }
    save_pictures(&damaged, &saved)?;
    saved.finish()?;
    Ok(rescued)
}

fn meta(damaged: &Connection, id: &SessionId) -> SessionMeta {
    let read = damaged.query_row("SELECT title, created_ms FROM meta", (), |row| {
        Ok((row.get(0)?, unsigned(row, 1)?))
    });
    let (title, created_ms) = read.unwrap_or_else(|_| (NAMELESS.to_owned(), 0));
    SessionMeta {
        id: id.clone(),
        title,
        created_ms,
    }
}

/// The beginning that leads farthest: number 1, or one of the snapshots.
fn farthest(damaged: &Database) -> Start {
    let mut best = Start {
        snapshot: 0,
        log: doable(SessionState::default(), readable(damaged, 0, false)),
    };
    for kept in damaged.snapshots().unwrap_or_default() {
        let Ok(state) = damaged.snapshot(kept.number) else {
            continue;
        };
        let log = doable(state, readable(damaged, kept.number, false));
        let start = Start {
            snapshot: kept.number,
            log,
        };
        if start.head() > best.head() {
            best = start;
        }
    }
    best
}

/// Rows in order, up to the first that cannot be read; `lasting` for those of the chat up to
/// `number`, otherwise those after it without a gap.
fn readable(damaged: &Database, number: u64, lasting: bool) -> Vec<Applied> {
    let which = if lasting {
        "lasting = 1 AND number <= ?1"
    } else {
        "number > ?1"
    };
    let sql = format!(
        "SELECT number, time_ms, author, replica, seq, body FROM log WHERE {which} ORDER BY number"
    );
    let mut found = Vec::new();
    let _ = each(damaged.connection(), &sql, number, |row| {
        let one = applied(row)?;
        let due = found.last().map_or(number, |last: &Applied| last.number) + 1;
        if !lasting && one.number != due {
            return Ok(false);
        }
        found.push(one);
        Ok(true)
    });
    found
}

/// Those that can be done, up to the first that cannot.
fn doable(state: SessionState, log: Vec<Applied>) -> Vec<Applied> {
    let Ok(mut replay) = Replay::of(state) else {
        return Vec::new();
    };
    let sound = |one: &Applied| replay.apply(one.clone()).is_ok();
    log.into_iter().take_while(sound).collect()
}

/// Calls `take` with each row until it has enough or one cannot be read.
fn each(
    connection: &Connection,
    sql: &str,
    number: u64,
    mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<bool>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([whole(number)?])?;
    while let Some(row) = rows.next()? {
        if !take(row)? {
            break;
        }
    }
    Ok(())
}

fn save_people(damaged: &Database, saved: &mut Database) -> Result<(), StorageError> {
    let people = damaged.participants().unwrap_or_default();
    let people = people.into_iter().map(Record::Participant);
    let epochs = damaged.epochs().unwrap_or_default();
    // A life that began after what could be saved never was.
    let epochs = epochs
        .into_iter()
        .map(|(epoch, _)| Record::Epoch { epoch, start: 0 })
        .take(1);
    let records: Vec<_> = people.chain(epochs).collect();
    Ok(saved.commit(records.iter())?)
}

fn save_snapshot(
    damaged: &Database,
    saved: &mut Database,
    number: u64,
) -> Result<(), StorageError> {
    let words = readable(damaged, number, true);
    let records = words
        .into_iter()
        .map(|one| Record::Operation(Arc::new(one)));
    let records: Vec<_> = records.collect();
    saved.commit(records.iter())?;
    let connection = saved.connection();
    let parts = "SELECT part, checksum, body FROM snapshot_parts WHERE number = ?1 ORDER BY part";
    let mut count = 0_i64;
    each(damaged.connection(), parts, number, |row| {
        connection.execute(
            "INSERT INTO snapshot_parts (number, part, checksum, body) VALUES (?1, ?2, ?3, ?4)",
            params![
                whole(number)?,
                row.get::<_, i64>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, Vec<u8>>(2)?
            ],
        )?;
        count += 1;
        Ok(true)
    })?;
    connection.execute(
        "INSERT INTO snapshots (number, parts, log_bytes) VALUES (?1, ?2, 0)",
        params![whole(number)?, count],
    )?;
    Ok(())
}

/// Pictures that are what their name says; the others are shown as missing.
fn save_pictures(damaged: &Database, saved: &Database) -> Result<(), StorageError> {
    let mut names: Vec<[u8; 32]> = Vec::new();
    let _ = each(
        damaged.connection(),
        "SELECT name FROM blobs WHERE length >= ?1",
        0,
        |row| {
            names.push(row.get(0)?);
            Ok(true)
        },
    );
    for name in names {
        if let Ok(Some(blob)) = blobs::find(damaged, BlobName(name)) {
            blobs::insert(saved.connection(), BlobName(name), &blob)?;
        }
    }
    Ok(())
}
