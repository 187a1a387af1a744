//! The life of the notes as a session's file has it: every edit of a page that is still in the log.

use lanvas_protocol::{Operation, PageId, TextChanges, operation::MessageAuthor};
use serde::Serialize;

use super::{StorageError, database, database::Database, log_table};

/// Edits of one page of the notes' history.
pub const EDITS_PAGE_MAX: usize = 2_000;

/// An edit of the notes, with its author as they are called now.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NotesEdit {
    /// Its place in the order.
    pub number: u64,
    /// Milliseconds since 1970 UTC.
    pub time_ms: u64,
    /// Who.
    pub author: u32,
    /// As they are called now; nobody if the file does not know them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<MessageAuthor>,
    /// Fits the text right before its number.
    pub changes: TextChanges,
}

impl Database {
    /// See [`super::Storage::notes_edits`].
    pub(super) fn notes_edits(
        &self,
        page: &PageId,
        after: u64,
    ) -> Result<Vec<NotesEdit>, StorageError> {
        let found = self.rows(
            "SELECT log.number, log.time_ms, log.author, log.replica, log.seq, log.body,
                    participants.name, participants.color
             FROM log LEFT JOIN participants ON participants.id = log.author
             WHERE log.number > ?1 AND log.page = ?3
             ORDER BY log.number LIMIT ?2",
            (
                i64::try_from(after).unwrap_or(i64::MAX),
                i64::try_from(EDITS_PAGE_MAX).unwrap_or(i64::MAX),
                page.as_str(),
            ),
            |row| {
                let applied = log_table::applied(row)?;
                let name: Option<String> = row.get(6)?;
                let by = match name {
                    Some(name) => Some(MessageAuthor {
                        name,
                        color: database::color(row, 7)?,
                        outside: false,
                    }),
                    None => None,
                };
                Ok((applied, by))
            },
        )?;
        let edits = found.into_iter().filter_map(|(applied, by)| {
            let (Operation::EditNotes { changes, .. } | Operation::EditPage { changes, .. }) =
                applied.operation
            else {
                return None;
            };
            Some(NotesEdit {
                number: applied.number,
                time_ms: applied.time_ms,
                author: applied.author.0,
                by,
                changes,
            })
        });
        Ok(edits.collect())
    }
}
