//! What somebody did on the board, out of a session's file: the log is read twice, from its end to
//! learn which shapes it is about, and then forwards, row by row, so that it is never in memory.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

use super::{
    Applied, StorageError,
    database::{Database, unsigned, whole},
    log_table,
};
use crate::session::work::{Asked, Concerned, WORK_BYTES_MAX, WORK_SHAPES_MAX, Without, Work};

const OF_THE_BOARD: &str = "kind IN ('add_shapes', 'update_shapes', 'remove_shapes')";

/// The board without somebody's work, as far as the file still knows.
#[derive(Debug, Default, PartialEq)]
pub struct WorkFound {
    /// What would be otherwise.
    pub without: Without,
    /// What was done before this time is not known one by one any longer, and stays; none if all is.
    pub kept_from_ms: Option<u64>,
}

impl Database {
    /// See [`super::Storage::work`].
    pub(super) fn work(
        &self,
        asked: Asked,
        unstored: &[Arc<Applied>],
    ) -> Result<WorkFound, StorageError> {
        // All of it as it is at one moment.
        self.connection().execute_batch("BEGIN")?;
        let folded = self.first_after_folding()?;
        let Some(first) = self.first_of(asked, unstored)? else {
            return Ok(WorkFound {
                kept_from_ms: self.kept_from(asked, folded)?,
                ..WorkFound::default()
            });
        };
        let base = self.base(first, folded.is_some())?;
        let stored = self.last()?;
        let unstored = unstored.iter().filter(|it| it.number > stored);
        let mut concerned = Concerned::new(asked, WORK_SHAPES_MAX);
        unstored
            .clone()
            .rev()
            .for_each(|it| concerned.look_back(it));
        self.look_back(base, asked, &mut concerned)?;
        let shapes = if base == 0 {
            Vec::new()
        } else {
            self.snapshot(base)?.shapes
        };
        let mut work = Work::new(concerned, shapes);
        let sql = format!(
            "SELECT {} FROM log WHERE {OF_THE_BOARD} AND number > ?1 ORDER BY number",
            log_table::COLUMNS
        );
        each(self.connection(), &sql, [whole(base)?], |it| {
            work.follow(it);
        })?;
        unstored.for_each(|it| work.follow(it));
        Ok(WorkFound {
            without: work.without(WORK_BYTES_MAX),
            kept_from_ms: self.kept_from(asked, folded)?,
        })
    }

    fn look_back(
        &self,
        base: u64,
        asked: Asked,
        concerned: &mut Concerned,
    ) -> Result<(), StorageError> {
        let sql = format!(
            "SELECT {} FROM log WHERE number > ?1 AND (kind = 'remove_shapes'
               OR ({OF_THE_BOARD} AND author = ?2 AND time_ms >= ?3)) ORDER BY number DESC",
            log_table::COLUMNS
        );
        let wanted = params![whole(base)?, asked.who.0, whole(asked.since_ms)?];
        each(self.connection(), &sql, wanted, |it| {
            concerned.look_back(it);
        })
    }

    /// The number of the first thing they did since then.
    fn first_of(
        &self,
        asked: Asked,
        unstored: &[Arc<Applied>],
    ) -> Result<Option<u64>, StorageError> {
        let sql = format!(
            "SELECT number FROM log WHERE {OF_THE_BOARD} AND author = ?1 AND time_ms >= ?2
             ORDER BY number LIMIT 1"
        );
        let wanted = params![asked.who.0, whole(asked.since_ms)?];
        let stored = self
            .connection()
            .query_row(&sql, wanted, |row| unsigned(row, 0));
        let waiting = unstored.iter().find(|it| asked.is_about(it));
        Ok(stored.optional()?.or(waiting.map(|it| it.number)))
    }

    /// The latest snapshot before `first`; 0 for the blank board that a whole log begins with.
    fn base(&self, first: u64, folded: bool) -> Result<u64, StorageError> {
        let snapshots = self.snapshots()?;
        let before = snapshots.iter().rfind(|kept| kept.number < first);
        match before.or(snapshots.first().filter(|_| folded)) {
            Some(kept) => Ok(kept.number),
            None if folded => Err(StorageError::Damaged("the log begins nowhere".into())),
            None => Ok(0),
        }
    }

    fn last(&self) -> Result<u64, StorageError> {
        let sql = "SELECT coalesce(max(number), 0) FROM log";
        Ok(self
            .connection()
            .query_row(sql, (), |row| unsigned(row, 0))?)
    }

    /// From when on it is known one by one what was done, if that is later than what was asked for.
    fn kept_from(&self, asked: Asked, folded: Option<u64>) -> Result<Option<u64>, StorageError> {
        let Some(first) = folded else {
            return Ok(None);
        };
        let sql = "SELECT time_ms FROM log WHERE number = ?1";
        let time_ms = self
            .connection()
            .query_row(sql, [whole(first)?], |row| unsigned(row, 0))?;
        Ok(Some(time_ms).filter(|time_ms| *time_ms > asked.since_ms))
    }
}

/// One after another.
fn each(
    connection: &Connection,
    sql: &str,
    wanted: impl rusqlite::Params,
    mut take: impl FnMut(&Applied),
) -> Result<(), StorageError> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query(wanted)?;
    while let Some(row) = rows.next()? {
        take(&log_table::applied(row)?);
    }
    Ok(())
}
