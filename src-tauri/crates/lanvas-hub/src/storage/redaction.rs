//! Taking words back: afterwards they are in no table, no free page and no write-ahead log.
//!
//! A redaction keeps the operation in its place, so the log has no gap and replays as before; only
//! what it said is blank. It is done in the transaction of the operation that asked for it, on
//! connections with `secure_delete`, and the write-ahead log is cut off right after. Snapshots hold
//! no words of the chat, so they need nothing. What it cannot reach: copies of the file made before.
//!
//! A new kind of operation with words in it needs a row in [`blank`], and a table that is derived
//! from it a statement in [`redact`].

use lanvas_protocol::Operation;
use rusqlite::{OptionalExtension, Transaction, params};

use super::database::{decode, encoded, whole};

/// Takes the words out of operation `number`, in the log and in what is derived from it. One that
/// is not there stays so.
pub(super) fn redact(transaction: &Transaction<'_>, number: u64) -> rusqlite::Result<()> {
    let number = whole(number)?;
    let body: Option<Vec<u8>> = transaction
        .prepare_cached("SELECT body FROM log WHERE number = ?1")?
        .query_row([number], |row| row.get(0))
        .optional()?;
    let Some(body) = body else {
        return Ok(());
    };
    let mut operation: Operation = decode(&body, 0)?;
    blank(&mut operation);
    transaction
        .prepare_cached("UPDATE log SET body = ?2 WHERE number = ?1")?
        .execute(params![number, encoded(&operation)?])?;
    transaction
        .prepare_cached("UPDATE messages SET text = '' WHERE number = ?1")?
        .execute([number])?;
    Ok(())
}

/// The operation without what it says.
fn blank(operation: &mut Operation) {
    match operation {
        Operation::PostMessage { text, .. } => text.clear(),
        Operation::AddShapes { .. }
        | Operation::UpdateShapes { .. }
        | Operation::RemoveShapes { .. }
        | Operation::EditNotes { .. }
        | Operation::SetTitle { .. } => {}
    }
}
