//! The chat in a session's file: messages as they are now, pages of them, and what is left of one
//! that was deleted: nothing, in any table.

use lanvas_protocol::{
    Color, Operation, ParticipantId,
    chat::{ChatMessage, Deletion, Picture, Quote, Reaction, redacted},
    limits::HISTORY_PAGE_MAX,
    operation::{Applied, MessageAuthor},
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{
    blobs,
    database::{color, decode, encoded, replica, unsigned, whole},
    search,
};

/// Which messages of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The latest.
    Latest,
    /// Those right before this number.
    Before(u64),
    /// Those right after this number.
    After(u64),
    /// Those on both sides of this number, itself too if it is a message.
    Around(u64),
    /// As [`Page::Around`] the first that was said at or after this time, in milliseconds since
    /// 1970 UTC.
    At(u64),
}

/// What only some messages have; in the file as one value.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
struct Extra {
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    outside: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quote: Option<Quote>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    mentions: Vec<ParticipantId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pictures: Vec<Picture>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reactions: Vec<Reaction>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    edited_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deleted: Option<Deletion>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    changed: Option<u64>,
}

/// The columns that [`message`] reads.
pub(super) const COLUMNS: &str = "messages.number, messages.author, messages.name, messages.color,
    messages.time_ms, messages.text, messages.replica, messages.seq, messages.reply_to,
    messages.extra";

pub(super) fn message(row: &Row<'_>) -> rusqlite::Result<ChatMessage> {
    let extra: Extra = match row.get_ref(9)?.as_blob_or_null()? {
        Some(bytes) => decode(bytes, 9)?,
        None => Extra::default(),
    };
    Ok(ChatMessage {
        number: unsigned(row, 0)?,
        author: ParticipantId(row.get(1)?),
        by: MessageAuthor {
            name: row.get(2)?,
            color: color(row, 3)?,
            outside: extra.outside,
        },
        time_ms: unsigned(row, 4)?,
        text: row.get(5)?,
        replica: replica(row, 6)?,
        seq: row.get(7)?,
        reply_to: match row.get_ref(8)? {
            rusqlite::types::ValueRef::Null => None,
            _ => Some(unsigned(row, 8)?),
        },
        quote: extra.quote,
        mentions: extra.mentions,
        pictures: extra.pictures,
        reactions: extra.reactions,
        edited_ms: extra.edited_ms,
        deleted: extra.deleted,
        changed: extra.changed,
    })
}

fn extra_of(message: &ChatMessage) -> rusqlite::Result<Option<Vec<u8>>> {
    let extra = Extra {
        outside: message.by.outside,
        quote: message.quote.clone(),
        mentions: message.mentions.clone(),
        pictures: message.pictures.clone(),
        reactions: message.reactions.clone(),
        edited_ms: message.edited_ms,
        deleted: message.deleted,
        changed: message.changed,
    };
    let plain = extra == Extra::default();
    (!plain).then(|| encoded(&extra)).transpose()
}

// --- writing ------------------------------------------------------------------------------

/// Follows an operation of the chat; others do nothing.
pub(super) fn write(transaction: &Transaction<'_>, applied: &Applied) -> rusqlite::Result<()> {
    match &applied.operation {
        Operation::PostMessage(_) => insert(transaction, applied),
        Operation::EditMessage { message, .. } => {
            transaction
                .prepare_cached("INSERT INTO message_edits (message, number) VALUES (?1, ?2)")?
                .execute(params![bounded(*message), whole(applied.number)?])?;
            change(transaction, *message, applied)
        }
        Operation::React { message, .. } => change(transaction, *message, applied),
        Operation::DeleteMessage { message } => delete(transaction, *message, applied),
        _ => Ok(()),
    }
}

fn insert(transaction: &Transaction<'_>, applied: &Applied) -> rusqlite::Result<()> {
    let Some(said) = ChatMessage::posted_by(&with_author(applied)) else {
        return Ok(());
    };
    transaction
        .prepare_cached(
            "INSERT INTO messages
                 (number, author, name, color, time_ms, text, replica, seq, reply_to, extra)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            whole(said.number)?,
            said.author.0,
            said.by.name,
            said.by.color.to_string(),
            whole(said.time_ms)?,
            said.text,
            said.replica.as_str(),
            said.seq,
            said.reply_to.map(whole).transpose()?,
            extra_of(&said)?,
        ])?;
    search::add(transaction, &said)
}

/// The hub always names the author; a message without one is still a message.
fn with_author(applied: &Applied) -> Applied {
    let mut applied = applied.clone();
    if let Operation::PostMessage(post) = &mut applied.operation {
        let nobody = || MessageAuthor::new(String::new(), Color([0; 3]));
        post.by.get_or_insert_with(nobody);
    }
    applied
}

fn change(transaction: &Transaction<'_>, number: u64, applied: &Applied) -> rusqlite::Result<()> {
    let Some(had) = get(transaction, number)? else {
        return Ok(());
    };
    let mut said = had.clone();
    if !said.change(applied) {
        return Ok(());
    }
    if said.text != had.text || said.deleted != had.deleted {
        search::remove(transaction, &had)?;
        search::add(transaction, &said)?;
    }
    transaction
        .prepare_cached("UPDATE messages SET text = ?2, extra = ?3 WHERE number = ?1")?
        .execute(params![whole(number)?, said.text, extra_of(&said)?])
        .map(drop)
}

/// Takes its words out of everything that repeats them: the message, its edits, the answers. Its
/// pictures go too, unless something else shows them.
fn delete(transaction: &Transaction<'_>, number: u64, applied: &Applied) -> rusqlite::Result<()> {
    let answers = numbers(
        transaction,
        "SELECT number FROM messages WHERE reply_to = ?1",
        number,
    )?;
    let edits = numbers(
        transaction,
        "SELECT number FROM message_edits WHERE message = ?1",
        number,
    )?;
    let pictures = get(transaction, number)?.map(|said| said.pictures);
    change(transaction, number, applied)?;
    redact(transaction, number, number)?;
    for answer in answers {
        change(transaction, answer, applied)?;
        redact(transaction, answer, number)?;
    }
    for edit in edits {
        redact(transaction, edit, number)?;
    }
    for picture in pictures.unwrap_or_default() {
        blobs::remove_unnamed(transaction, picture.blob)?;
    }
    Ok(())
}

/// Rewrites a row of the log without what it tells of the deleted message.
fn redact(transaction: &Transaction<'_>, number: u64, message: u64) -> rusqlite::Result<()> {
    let body: Option<Vec<u8>> = transaction
        .prepare_cached("SELECT body FROM log WHERE number = ?1")?
        .query_row([bounded(number)], |row| row.get(0))
        .optional()?;
    let Some(body) = body else {
        return Ok(());
    };
    let operation: Operation = decode(&body, 0)?;
    let Some(left) = redacted(&operation, number, message) else {
        return Ok(());
    };
    transaction
        .prepare_cached("UPDATE log SET body = ?2 WHERE number = ?1")?
        .execute(params![whole(number)?, encoded(&left)?])
        .map(drop)
}

// --- reading ------------------------------------------------------------------------------

fn get(connection: &Connection, number: u64) -> rusqlite::Result<Option<ChatMessage>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM messages WHERE number = ?1"))?
        .query_row([bounded(number)], message)
        .optional()
}

fn numbers(connection: &Connection, sql: &str, of: u64) -> rusqlite::Result<Vec<u64>> {
    connection
        .prepare_cached(sql)?
        .query_map([bounded(of)], |row| unsigned(row, 0))?
        .collect()
}

/// A page, the newest first, of at most `HISTORY_PAGE_MAX`, and one more if there are older ones.
pub(super) fn page(connection: &Connection, page: Page) -> rusqlite::Result<Vec<ChatMessage>> {
    let most = HISTORY_PAGE_MAX;
    match page {
        Page::Latest => before(connection, i64::MAX, most + 1),
        Page::Before(number) => before(connection, bounded(number), most + 1),
        Page::After(number) => after(connection, bounded(number), most),
        Page::Around(number) => {
            let number = bounded(number);
            let mut newer = after(connection, number, most / 2)?;
            newer.extend(before(connection, number.saturating_add(1), most / 2 + 1)?);
            Ok(newer)
        }
        Page::At(time_ms) => {
            let first = first_at(connection, time_ms)?;
            self::page(connection, first.map_or(Page::Latest, Page::Around))
        }
    }
}

/// The first message that was said at that time or later.
pub(super) fn first_at(connection: &Connection, time_ms: u64) -> rusqlite::Result<Option<u64>> {
    connection
        .prepare_cached(
            "SELECT number FROM messages WHERE time_ms >= ?1 ORDER BY time_ms, number LIMIT 1",
        )?
        .query_row([bounded(time_ms)], |row| unsigned(row, 0))
        .optional()
}

/// A number that somebody asked about may be larger than any there is.
pub(super) fn bounded(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn before(connection: &Connection, number: i64, most: usize) -> rusqlite::Result<Vec<ChatMessage>> {
    let sql =
        format!("SELECT {COLUMNS} FROM messages WHERE number < ?1 ORDER BY number DESC LIMIT ?2");
    rows(connection, &sql, number, most)
}

fn after(connection: &Connection, number: i64, most: usize) -> rusqlite::Result<Vec<ChatMessage>> {
    let sql = format!("SELECT {COLUMNS} FROM messages WHERE number > ?1 ORDER BY number LIMIT ?2");
    let mut found = rows(connection, &sql, number, most)?;
    found.reverse();
    Ok(found)
}

fn rows(
    connection: &Connection,
    sql: &str,
    number: i64,
    most: usize,
) -> rusqlite::Result<Vec<ChatMessage>> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    connection
        .prepare_cached(sql)?
        .query_map(params![number, most], message)?
        .collect()
}
