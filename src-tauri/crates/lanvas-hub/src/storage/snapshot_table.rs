//! Snapshots in a session's file, and what they let go: operations that lie before all of them.

use std::{sync::mpsc, thread};

use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::{
    Applied, StorageError,
    database::{Database, encoded, unsigned, whole},
    record::ROW_BYTES,
    snapshot::{Body, Part, SessionState, read_parts},
};
use crate::session::{DamagedLog, history::RECENT_BYTES_MAX, state::Replay};

/// Operations that are folded in one transaction, so that nobody waits long for it.
const FOLD_ROWS: i64 = 500;

/// Operations that are done again at a time, and about how many bytes of them: what a lot took while
/// it was read is not given back to the system.
const REPLAY_ROWS: u64 = 4_096;
const REPLAY_BYTES: u64 = 1024 * 1024;
/// Lots of them that may wait to be done.
const LOTS_AHEAD: usize = 2;

/// A snapshot that is whole, by its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept {
    /// The number of the last operation in it.
    pub(super) number: u64,
    /// Bytes that all operations up to there took in the log.
    pub(super) log_bytes: u64,
}

/// What a session is opened from.
#[derive(Debug, Default)]
pub(super) struct Beginning {
    /// The snapshot that was used; 0 for none.
    pub(super) from: u64,
    pub(super) state: SessionState,
    /// Operations up to the snapshot that no snapshot holds.
    pub(super) lasting: Vec<Applied>,
    /// What came after it, without gaps.
    pub(super) log: Vec<Applied>,
}

impl Database {
    /// The newest snapshot that is sound with what came after it; without one, the whole log.
    pub(super) fn beginning(&self) -> Result<Beginning, StorageError> {
        let mut last_damage = None;
        for kept in self.snapshots()?.into_iter().rev() {
            match self.snapshot(kept.number).and_then(|it| self.gone_on(it)) {
                Ok(beginning) => return Ok(beginning),
                Err(StorageError::Damaged(damage)) => {
                    let number = kept.number;
                    tracing::warn!(number, damage, "a snapshot is damaged; using what is older");
                    last_damage = Some(damage);
                }
                Err(error) => return Err(error),
            }
        }
        self.gone_on(SessionState::default())
            .map_err(|error| match (error, last_damage) {
                (StorageError::Damaged(_), Some(damage)) => StorageError::Damaged(damage),
                (error, _) => error,
            })
    }

    /// Does the older part of a long log again, a little at a time, so that it is never in memory
    /// as a whole; the latest operations are given as they are, for those who come back.
    fn gone_on(&self, mut state: SessionState) -> Result<Beginning, StorageError> {
        let from = state.number;
        let latest = self.latest_after(from)?;
        if latest > from {
            state = self.replayed(state, latest)?;
        }
        Ok(Beginning {
            lasting: self.lasting(state.number)?,
            log: self.log_after(state.number)?,
            state,
            from,
        })
    }

    /// Reads what comes next while what came before is done.
    fn replayed(&self, state: SessionState, upto: u64) -> Result<SessionState, StorageError> {
        let damage = |damage: DamagedLog| StorageError::Damaged(damage.to_string());
        let from = state.number;
        let mut replay = Replay::of(state).map_err(damage)?;
        thread::scope(|scope| {
            let (sender, lots) = mpsc::sync_channel::<Vec<Applied>>(LOTS_AHEAD);
            let replaying = scope.spawn(move || {
                let mut all = lots.into_iter().flatten();
                all.try_for_each(|applied| replay.apply(applied))?;
                Ok(replay.state())
            });
            let read = self.read_lots(from, upto, &sender);
            drop(sender);
            let replayed = replaying.join();
            read?;
            let replayed = replayed.map_err(|_| StorageError::Stopped)?;
            replayed.map_err(damage)
        })
    }

    fn read_lots(
        &self,
        mut done: u64,
        upto: u64,
        lots: &mpsc::SyncSender<Vec<Applied>>,
    ) -> Result<(), StorageError> {
        while done < upto {
            let next = self.end_of_lot(done, upto.min(done + REPLAY_ROWS))?;
            let some = self.log_between(done, next)?;
            if some.len() as u64 != next - done {
                return Err(StorageError::Damaged(format!("a gap before {next}")));
            }
            if lots.send(some).is_err() {
                return Ok(()); // it says itself what stopped it
            }
            done = next;
        }
        Ok(())
    }

    /// The last number of the lot after `done`.
    fn end_of_lot(&self, done: u64, upto: u64) -> Result<u64, StorageError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT number, length(body) FROM log WHERE number > ?1 AND number <= ?2 ORDER BY number",
        )?;
        let mut rows = statement.query(params![whole(done)?, whole(upto)?])?;
        let mut bytes = 0;
        while let Some(row) = rows.next()? {
            bytes += unsigned(row, 1)?;
            if bytes >= REPLAY_BYTES {
                return Ok(unsigned(row, 0)?);
            }
        }
        Ok(upto)
    }

    /// The number after which the log takes no more than people who come back may want.
    fn latest_after(&self, number: u64) -> Result<u64, StorageError> {
        let mut statement = self.connection().prepare_cached(
            "SELECT number, length(body) FROM log WHERE number > ?1 ORDER BY number DESC",
        )?;
        let mut rows = statement.query([whole(number)?])?;
        let mut bytes = 0;
        while let Some(row) = rows.next()? {
            bytes += unsigned(row, 1)?;
            if bytes > RECENT_BYTES_MAX as u64 {
                return Ok(unsigned(row, 0)?);
            }
        }
        Ok(number)
    }

    /// As [`Database::beginning`], from one snapshot.
    pub(super) fn beginning_at(&self, number: u64) -> Result<Beginning, StorageError> {
        Ok(Beginning {
            from: number,
            state: self.snapshot(number)?,
            lasting: self.lasting(number)?,
            log: self.log_after(number)?,
        })
    }

    /// The whole ones, oldest first.
    pub(super) fn snapshots(&self) -> Result<Vec<Kept>, StorageError> {
        let sql = "SELECT number, log_bytes FROM snapshots ORDER BY number";
        self.rows(sql, (), |row| {
            Ok(Kept {
                number: unsigned(row, 0)?,
                log_bytes: unsigned(row, 1)?,
            })
        })
    }

    pub(super) fn snapshot(&self, number: u64) -> Result<SessionState, StorageError> {
        let parts: u64 = self.connection().query_row(
            "SELECT parts FROM snapshots WHERE number = ?1",
            [whole(number)?],
            |row| unsigned(row, 0),
        )?;
        let mut statement = self.connection().prepare_cached(
            "SELECT part, checksum, body FROM snapshot_parts WHERE number = ?1 ORDER BY part",
        )?;
        let bodies = statement.query_map([whole(number)?], |row| {
            Ok(Body {
                part: unsigned(row, 0)?,
                checksum: row.get(1)?,
                bytes: row.get(2)?,
            })
        })?;
        let mut state = SessionState {
            number,
            ..SessionState::default()
        };
        let mut found = 0;
        for part in read_parts(bodies)? {
            state.add(part);
            found += 1;
        }
        if found == parts {
            Ok(state)
        } else {
            Err(StorageError::Damaged(
                "parts of a snapshot are missing".into(),
            ))
        }
    }

    /// Bytes that operations after `number` take in the log; read without their bodies.
    pub(super) fn log_bytes_after(&self, number: u64) -> Result<u64, StorageError> {
        Ok(self.connection().query_row(
            "SELECT coalesce(sum(length(body) + ?2), 0) FROM log WHERE number > ?1",
            params![whole(number)?, whole(ROW_BYTES as u64)?],
            |row| unsigned(row, 0),
        )?)
    }

    /// The first operation that can be folded.
    fn first_folding(&self) -> Result<Option<u64>, StorageError> {
        let sql = "SELECT number FROM log WHERE lasting = 0 ORDER BY number LIMIT 1";
        let first = self.connection().query_row(sql, (), |row| unsigned(row, 0));
        Ok(first.optional()?)
    }

    /// The first operation whose like was folded before it; none in a log that is whole. Only lasting
    /// ones may lie before it in either.
    pub(super) fn first_after_folding(&self) -> Result<Option<u64>, StorageError> {
        let Some(first) = self.first_folding()? else {
            return Ok(None);
        };
        let sql = "SELECT count(*) FROM log WHERE number < ?1";
        let before = self
            .connection()
            .query_row(sql, [whole(first)?], |row| unsigned(row, 0))?;
        Ok(Some(first).filter(|first| before + 1 < *first))
    }

    /// Bytes that a snapshot takes.
    pub(super) fn snapshot_bytes(&self, number: u64) -> Result<u64, StorageError> {
        Ok(self.connection().query_row(
            "SELECT coalesce(sum(length(body)), 0) FROM snapshot_parts WHERE number = ?1",
            [whole(number)?],
            |row| unsigned(row, 0),
        )?)
    }

    /// Removes unfinished snapshots, and those that are not `sound`.
    pub(super) fn clear_all_but(&mut self, sound: &[u64]) -> rusqlite::Result<()> {
        let transaction = self.transaction(TransactionBehavior::Immediate)?;
        let found: Vec<i64> = transaction
            .prepare_cached("SELECT number FROM snapshots UNION SELECT number FROM snapshot_parts")?
            .query_map((), |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for number in found {
            if !u64::try_from(number).is_ok_and(|number| sound.contains(&number)) {
                transaction.execute("DELETE FROM snapshots WHERE number = ?1", [number])?;
                transaction.execute("DELETE FROM snapshot_parts WHERE number = ?1", [number])?;
            }
        }
        transaction.commit()
    }

    /// Gives the bytes it took.
    pub(super) fn write_part(&self, number: u64, part: u64, body: &Part) -> rusqlite::Result<u64> {
        let body = encoded(body)?;
        let bytes = body.len() as u64;
        self.connection()
            .prepare_cached(
                "INSERT INTO snapshot_parts (number, part, checksum, body)
                 VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                whole(number)?,
                whole(part)?,
                super::snapshot::checksum(&body),
                body
            ])?;
        Ok(bytes)
    }

    /// Makes the snapshot count, and drops those that are not in `keep`.
    pub(super) fn finish_snapshot(
        &mut self,
        new: Kept,
        parts: u64,
        keep: &[u64],
    ) -> rusqlite::Result<()> {
        let behavior = TransactionBehavior::Immediate;
        let dropped = self.snapshots().unwrap_or_default();
        let transaction = self.transaction(behavior)?;
        transaction.execute(
            "INSERT INTO snapshots (number, parts, log_bytes) VALUES (?1, ?2, ?3)",
            params![whole(new.number)?, whole(parts)?, whole(new.log_bytes)?],
        )?;
        for old in dropped.iter().filter(|old| !keep.contains(&old.number)) {
            let number = whole(old.number)?;
            transaction.execute("DELETE FROM snapshots WHERE number = ?1", [number])?;
            transaction.execute("DELETE FROM snapshot_parts WHERE number = ?1", [number])?;
        }
        transaction.commit()
    }

    /// Takes some of the operations after `from` and up to `upto` out of the log, but lasting
    /// ones. Gives the last of them, or none when there was nothing more.
    pub(super) fn fold(&mut self, from: u64, upto: u64) -> rusqlite::Result<Option<u64>> {
        let transaction = self.transaction(TransactionBehavior::Immediate)?;
        let last = transaction
            .prepare_cached(
                "SELECT max(number) FROM (SELECT number FROM log
                 WHERE number > ?1 AND number <= ?2 AND lasting = 0 ORDER BY number LIMIT ?3)",
            )?
            .query_row(params![whole(from)?, whole(upto)?, FOLD_ROWS], |row| {
                row.get::<_, Option<i64>>(0)
            })
            .optional()?
            .flatten();
        if let Some(last) = last {
            transaction
                .prepare_cached(
                    "DELETE FROM log WHERE number > ?1 AND number <= ?2 AND lasting = 0",
                )?
                .execute(params![whole(from)?, last])?;
        }
        transaction.commit()?;
        Ok(last.and_then(|last| u64::try_from(last).ok()))
    }
}
