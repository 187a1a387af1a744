//! Finding messages by their words: an FTS5 index beside the messages, without a copy of them.
//!
//! It is kept by hand, since a file that came from somebody else may run no triggers. Its
//! `secure-delete` takes a removed word out of the file at once.

use lanvas_protocol::{chat::ChatMessage, limits::HISTORY_PAGE_MAX};
use rusqlite::{Connection, Transaction, params, params_from_iter, types::Value};

use super::{
    chat::{COLUMNS, bounded, first_at, message},
    database::whole,
};

/// What to look for; all of it must be so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Each begins a word of the message, whatever its case and accents.
    pub words: Vec<String>,
    /// Words of the author's name.
    pub from: Vec<String>,
    /// Said before this time, in milliseconds since 1970 UTC.
    pub before_ms: Option<u64>,
    /// Said at this time or later.
    pub after_ms: Option<u64>,
    /// Whether it must have an image.
    pub has_image: bool,
    /// Whether it must have a link.
    pub has_link: bool,
    /// Only messages with a number below: the cursor of the page before.
    pub below: Option<u64>,
}

/// What is found by: the words, who said them, what there is besides words.
fn indexed(said: &ChatMessage) -> (&str, &str, &'static str) {
    let link = said.text.contains("http://") || said.text.contains("https://");
    let has = match (link, !said.pictures.is_empty()) {
        (false, false) => "",
        (true, false) => "link",
        (false, true) => "image",
        (true, true) => "image link",
    };
    (&said.text, &said.by.name, has)
}

pub(super) fn add(transaction: &Transaction<'_>, said: &ChatMessage) -> rusqlite::Result<()> {
    if said.deleted.is_some() {
        return Ok(());
    }
    let (text, who, has) = indexed(said);
    transaction
        .prepare_cached("INSERT INTO said (rowid, text, who, has) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![whole(said.number)?, text, who, has])
        .map(drop)
}

pub(super) fn remove(transaction: &Transaction<'_>, said: &ChatMessage) -> rusqlite::Result<()> {
    let (text, who, has) = indexed(said);
    transaction
        .prepare_cached(
            "INSERT INTO said (said, rowid, text, who, has) VALUES ('delete', ?1, ?2, ?3, ?4)",
        )?
        .execute(params![whole(said.number)?, text, who, has])
        .map(drop)
}

/// The newest first, at most `HISTORY_PAGE_MAX`.
pub(super) fn search(
    connection: &Connection,
    wanted: &Search,
) -> rusqlite::Result<Vec<ChatMessage>> {
    let below = match wanted.before_ms {
        Some(time_ms) => first_at(connection, time_ms)?.map_or(i64::MAX, bounded),
        None => i64::MAX,
    };
    let below = below.min(wanted.below.map_or(i64::MAX, bounded));
    let from = match wanted.after_ms {
        Some(time_ms) => first_at(connection, time_ms)?.map_or(i64::MAX, bounded),
        None => 0,
    };
    let mut values = vec![Value::Integer(below), Value::Integer(from)];
    let match_words = expression(wanted);
    let mut sql = if match_words.is_empty() {
        format!(
            "SELECT {COLUMNS} FROM messages WHERE messages.number < ?1 AND messages.number >= ?2"
        )
    } else {
        values.push(Value::Text(match_words));
        format!(
            "SELECT {COLUMNS} FROM said CROSS JOIN messages ON messages.number = said.rowid
             WHERE said.rowid < ?1 AND said.rowid >= ?2 AND said MATCH ?3"
        )
    };
    for word in wanted.words.iter().filter(|word| !is_indexed(word)) {
        values.push(Value::Text(word.clone()));
        sql += &format!(" AND instr(messages.text, ?{}) > 0", values.len());
    }
    let order = if values.len() > 2 && sql.contains("said MATCH") {
        "said.rowid"
    } else {
        "messages.number"
    };
    sql += &format!(" ORDER BY {order} DESC LIMIT {HISTORY_PAGE_MAX}");
    connection
        .prepare_cached(&sql)?
        .query_map(params_from_iter(values), message)?
        .collect()
}

/// In FTS5's own words, or nothing if the index is not asked.
fn expression(wanted: &Search) -> String {
    let words = wanted.words.iter().filter(|word| is_indexed(word));
    let mut parts: Vec<_> = words.map(|word| begins("text", word)).collect();
    let names = wanted.from.iter().filter(|word| is_indexed(word));
    parts.extend(names.map(|word| begins("who", word)));
    if wanted.has_image {
        parts.push("has : image".to_owned());
    }
    if wanted.has_link {
        parts.push("has : link".to_owned());
    }
    parts.join(" AND ")
}

fn begins(column: &str, word: &str) -> String {
    format!("{column} : \"{}\" *", word.replace('"', "\"\""))
}

/// Whether the index knows such words: letters with spaces between. Others (Chinese, Japanese,
/// Thai, signs) are looked for in the messages themselves.
fn is_indexed(word: &str) -> bool {
    let unspaced = |c: char| {
        matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
            | '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
    };
    word.chars().any(char::is_alphanumeric) && !word.chars().any(unspaced)
}
