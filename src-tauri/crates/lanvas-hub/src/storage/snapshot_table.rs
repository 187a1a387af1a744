//! Snapshots in a session's file, and what they let go: operations that lie before all of them.

use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::{
    Applied, StorageError,
    database::{Database, applied, decode, encoded, unsigned, whole},
    record::ROW_BYTES,
    snapshot::{Part, SessionState, checksum},
};

/// Operations that are folded in one transaction, so that nobody waits long for it.
const FOLD_ROWS: i64 = 500;

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
            match self.beginning_at(kept.number) {
                Ok(beginning) => return Ok(beginning),
                Err(StorageError::Damaged(damage)) => {
                    let number = kept.number;
                    tracing::warn!(number, damage, "a snapshot is damaged; using what is older");
                    last_damage = Some(damage);
                }
                Err(error) => return Err(error),
            }
        }
        let log = self.log_after(0);
        Ok(Beginning {
            log: log.map_err(|error| match (error, last_damage) {
                (StorageError::Damaged(_), Some(damage)) => StorageError::Damaged(damage),
                (error, _) => error,
            })?,
            ..Beginning::default()
        })
    }

    /// As [`Database::beginning`], from one snapshot.
    pub(super) fn beginning_at(&self, number: u64) -> Result<Beginning, StorageError> {
        Ok(Beginning {
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
        let mut state = SessionState {
            number,
            ..SessionState::default()
        };
        let mut found = 0;
        let mut statement = self.connection().prepare_cached(
            "SELECT part, checksum, body FROM snapshot_parts WHERE number = ?1 ORDER BY part",
        )?;
        let mut rows = statement.query([whole(number)?])?;
        while let Some(row) = rows.next()? {
            let body = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
            if unsigned(row, 0)? != found || row.get::<_, u32>(1)? != checksum(body) {
                return Err(StorageError::Damaged(format!("part {found} of a snapshot")));
            }
            state.add(decode::<Part>(body, 2)?);
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

    pub(super) fn lasting(&self, upto: u64) -> Result<Vec<Applied>, StorageError> {
        let sql = "SELECT number, time_ms, author, replica, seq, body FROM log
                   WHERE lasting = 1 AND number <= ?1 ORDER BY number";
        self.rows(sql, [whole(upto)?], applied)
    }

    /// Operations after `number`, without gaps.
    pub(super) fn log_after(&self, number: u64) -> Result<Vec<Applied>, StorageError> {
        let sql = "SELECT number, time_ms, author, replica, seq, body FROM log
                   WHERE number > ?1 ORDER BY number";
        let log = self.rows(sql, [whole(number)?], applied)?;
        for (applied, expected) in log.iter().zip(number + 1..) {
            if applied.number != expected {
                let gap = format!("operation {expected} is missing");
                return Err(StorageError::Damaged(gap));
            }
        }
        Ok(log)
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
    pub(super) fn first_folding(&self) -> Result<Option<u64>, StorageError> {
        let sql = "SELECT number FROM log WHERE lasting = 0 ORDER BY number LIMIT 1";
        let first = self.connection().query_row(sql, (), |row| unsigned(row, 0));
        Ok(first.optional()?)
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
            .execute(params![whole(number)?, whole(part)?, checksum(&body), body])?;
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
