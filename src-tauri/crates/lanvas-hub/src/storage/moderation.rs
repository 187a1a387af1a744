//! Who is kept out of a session, and what was done to keep order, in its file.

use lanvas_protocol::{ParticipantId, audit::AuditEntry, limits::AUDIT_ENTRIES_MAX};
use rusqlite::{Transaction, params};

use super::{
    StorageError,
    database::{Database, decode, encoded, unsigned, whole},
};
use crate::session::Ban;

impl Database {
    pub(super) fn bans(&self) -> Result<Vec<Ban>, StorageError> {
        let sql = "SELECT participant, address, until_ms FROM bans ORDER BY until_ms, participant";
        self.rows(sql, (), |row| {
            let address: Option<String> = row.get(1)?;
            Ok(Ban {
                participant: ParticipantId(row.get(0)?),
                address: address.and_then(|text| text.parse().ok()),
                until_ms: unsigned(row, 2)?,
            })
        })
    }

    /// Oldest first. What a later Lanvas noted is passed over.
    pub(super) fn audit(&self) -> Result<Vec<AuditEntry>, StorageError> {
        let sql = "SELECT entry FROM audit ORDER BY ordinal";
        let entries = self.rows(sql, (), |row| {
            Ok(decode::<AuditEntry>(row.get_ref(0)?.as_blob()?, 0).ok())
        })?;
        Ok(entries.into_iter().flatten().collect())
    }
}

pub(super) fn write_bans(transaction: &Transaction<'_>, bans: &[Ban]) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("DELETE FROM bans")?
        .execute(())?;
    let insert = "INSERT OR REPLACE INTO bans (participant, address, until_ms) VALUES (?1, ?2, ?3)";
    let mut insert = transaction.prepare_cached(insert)?;
    for ban in bans {
        let address = ban.address.map(|address| address.to_string());
        insert.execute(params![ban.participant.0, address, whole(ban.until_ms)?])?;
    }
    Ok(())
}

pub(super) fn write_audit(
    transaction: &Transaction<'_>,
    entry: &AuditEntry,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT INTO audit (entry) VALUES (?1)")?
        .execute([encoded(entry)?])?;
    let kept = i64::try_from(AUDIT_ENTRIES_MAX).unwrap_or(i64::MAX);
    transaction
        .prepare_cached("DELETE FROM audit WHERE ordinal <= (SELECT max(ordinal) FROM audit) - ?1")?
        .execute([kept])
        .map(drop)
}
