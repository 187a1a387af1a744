//! Operations out of a session's file: rows are read by one thread, and what is in them by several,
//! because that takes longest.

use std::thread;

use lanvas_protocol::{ParticipantId, ReplicaId};
use rusqlite::{Row, params};

use super::{
    Applied, StorageError,
    database::{Database, decode, replica, unsigned, whole},
};

/// Threads that read what is in rows.
const DECODERS: usize = 3;
/// For fewer rows no other thread is worth while.
const ROWS_EACH_MIN: usize = 256;
pub(super) const COLUMNS: &str = "number, time_ms, author, replica, seq, body";

/// An operation as it lies in the file.
#[derive(Debug)]
struct LogRow {
    number: u64,
    time_ms: u64,
    author: ParticipantId,
    replica: ReplicaId,
    seq: u32,
    body: Vec<u8>,
}

impl LogRow {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: unsigned(row, 0)?,
            time_ms: unsigned(row, 1)?,
            author: ParticipantId(row.get(2)?),
            replica: replica(row, 3)?,
            seq: row.get(4)?,
            body: row.get(5)?,
        })
    }

    fn decode(self) -> rusqlite::Result<Applied> {
        Ok(Applied {
            operation: decode(&self.body, 5)?,
            number: self.number,
            time_ms: self.time_ms,
            author: self.author,
            replica: self.replica,
            seq: self.seq,
        })
    }
}

/// One operation, of a row with these columns.
pub(super) fn applied(row: &Row<'_>) -> rusqlite::Result<Applied> {
    LogRow::of(row)?.decode()
}

impl Database {
    /// Operations up to `upto` that no snapshot holds.
    pub(super) fn lasting(&self, upto: u64) -> Result<Vec<Applied>, StorageError> {
        let sql =
            format!("SELECT {COLUMNS} FROM log WHERE lasting = 1 AND number <= ?1 ORDER BY number");
        decode_all(self.rows(&sql, [whole(upto)?], LogRow::of)?)
    }

    /// Operations after `number`, without gaps.
    pub(super) fn log_after(&self, number: u64) -> Result<Vec<Applied>, StorageError> {
        self.log_between(number, i64::MAX.cast_unsigned())
    }

    /// Of them those up to `upto`.
    pub(super) fn log_between(&self, number: u64, upto: u64) -> Result<Vec<Applied>, StorageError> {
        let sql =
            format!("SELECT {COLUMNS} FROM log WHERE number > ?1 AND number <= ?2 ORDER BY number");
        let rows = self.rows(&sql, params![whole(number)?, whole(upto)?], LogRow::of)?;
        for (row, expected) in rows.iter().zip(number + 1..) {
            if row.number != expected {
                let gap = format!("operation {expected} is missing");
                return Err(StorageError::Damaged(gap));
            }
        }
        decode_all(rows)
    }
}

/// In the same order. The first damage is told.
fn decode_all(mut rows: Vec<LogRow>) -> Result<Vec<Applied>, StorageError> {
    let each = rows.len().div_ceil(DECODERS).max(ROWS_EACH_MIN);
    let mut lots = Vec::new();
    while rows.len() > each {
        let rest = rows.split_off(each);
        lots.push(std::mem::replace(&mut rows, rest));
    }
    let decode = |lot: Vec<LogRow>| lot.into_iter().map(LogRow::decode);
    thread::scope(|scope| {
        let others: Vec<_> = lots
            .into_iter()
            .map(|lot| scope.spawn(move || decode(lot).collect::<rusqlite::Result<Vec<_>>>()))
            .collect();
        let last = decode(rows).collect::<rusqlite::Result<Vec<_>>>();
        let mut all = Vec::new();
        for other in others {
            all.extend(other.join().map_err(|_| StorageError::Stopped)??);
        }
        all.extend(last?);
        Ok(all)
    })
}
