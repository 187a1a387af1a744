//! The table of limits in the protocol document says what the constants say: every row is named here
//! with the numbers that it must have.

use std::{fs, path::Path, time::Duration};

use lanvas_hub::{
    limits::*,
    outbox::{CONTROL_FRAMES_MAX, DOC_BYTES_MAX, DOC_FRAMES_MAX, LIVE_FRAMES_MAX},
    session::{
        ink::{WET_FRAMES_MAX, WET_STROKES_MAX},
        roster::{PASSERS_BY_MAX, PASSES_MAX},
        tries::{FIRST_WAIT_MS, FREE_TRIES, WAIT_MS_MAX},
        work::{WORK_BYTES_MAX, WORK_SHAPES_MAX},
    },
    storage::BACKLOG_BYTES_MAX,
};
use lanvas_protocol::limits::*;

fn secs(time: Duration) -> f64 {
    time.as_secs_f64()
}

/// The numbers of a cell, with their units taken in.
fn numbers(cell: &str) -> Vec<f64> {
    let words: Vec<&str> = cell
        .split(|c: char| c.is_whitespace() || c == ';')
        .collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let digits = word.trim_start_matches('±').trim_end_matches([',', ')']);
        let (digits, per_second) = digits
            .strip_suffix("/s")
            .map_or((digits, false), |it| (it, true));
        let Ok(number) = digits.replace(',', "").parse::<f64>() else {
            continue;
        };
        let unit = words.get(at + 1).map_or("", |it| it.trim_end_matches(','));
        let unit = if per_second {
            ""
        } else {
            unit.trim_end_matches("/s")
        };
        found.push(
            number
                * match unit {
                    "KiB" => 1024.0,
                    "MiB" => 1024.0 * 1024.0,
                    "GiB" => 1024.0 * 1024.0 * 1024.0,
                    "minutes" => 60.0,
                    "days" => 86_400.0,
                    _ => 1.0,
                },
        );
    }
    found
}

/// What each row must say. Rows of limits that only one file knows have the numbers themselves, and
/// are held to them by the test that the row's comment names.
#[allow(clippy::cast_precision_loss, reason = "small whole numbers")]
#[allow(clippy::too_many_lines, reason = "a flat table")]
fn rows() -> Vec<(&'static str, Vec<f64>)> {
    let own = Allowance::default();
    let all = f64::from(ADDRESS_SHARE);
    vec![
        ("hello", vec![HELLO_BYTES_MAX as f64]),
        ("a client's message", vec![CLIENT_MESSAGE_BYTES_MAX as f64]),
        ("a message to `/echo`", vec![ECHO_MESSAGE_BYTES_MAX as f64]),
        ("an id", vec![ID_LENGTH_MAX as f64]),
        ("`formerly` of a hello", vec![FORMERLY_MAX as f64]),
        (
            "name, title",
            vec![NAME_LENGTH_MAX as f64, TITLE_LENGTH_MAX as f64],
        ),
        (
            "chat message",
            vec![MESSAGE_LENGTH_MAX as f64, MESSAGE_BYTES_MAX as f64],
        ),
        ("chat messages of a session", vec![CHAT_MESSAGES_MAX as f64]),
        ("people a message speaks to", vec![MENTIONS_MAX as f64]),
        ("pictures of a message", vec![MESSAGE_PICTURES_MAX as f64]),
        (
            "the wait between messages that a host sets",
            vec![f64::from(SLOW_MODE_S_MAX)],
        ),
        (
            "pictures brought at once, from one address",
            vec![UPLOADS_MAX as f64, UPLOADS_PER_ADDRESS_MAX as f64],
        ),
        (
            "what comes of a picture at least",
            vec![UPLOAD_PROGRESS_BYTES as f64, secs(UPLOAD_PROGRESS_TIMEOUT)],
        ),
        (
            "people remembered who only looked",
            vec![PASSERS_BY_MAX as f64],
        ),
        (
            "time for a hello; silence",
            vec![HELLO_TIMEOUT_S as f64, SILENCE_TIMEOUT_S as f64],
        ),
        // stream.rs
        (
            "bytes of TLS that carry nothing, in a row",
            vec![64.0 * 1024.0],
        ),
        (
            "sockets of `/echo`, from one address",
            vec![ECHO_CONNECTIONS_MAX as f64, ECHO_PER_ADDRESS_MAX as f64],
        ),
        (
            "frames, bytes of one socket of `/echo`",
            vec![
                f64::from(ECHO_ALLOWANCE.messages_per_s),
                f64::from(ECHO_ALLOWANCE.messages_burst),
                f64::from(ECHO_ALLOWANCE.bytes_per_s),
                f64::from(ECHO_ALLOWANCE.bytes_burst),
            ],
        ),
        (
            "control messages, operations and live messages that wait for a client",
            vec![
                CONTROL_FRAMES_MAX as f64,
                DOC_FRAMES_MAX as f64,
                DOC_BYTES_MAX as f64,
                LIVE_FRAMES_MAX as f64,
            ],
        ),
        (
            "operations that wait for a disk",
            vec![BACKLOG_BYTES_MAX as f64],
        ),
        // the last: http/reach.rs
        (
            "a test page's report; devices whose report is kept",
            vec![REACH_BYTES_MAX as f64, 16.0],
        ),
        (
            "an emoji, kinds on a message, all on it",
            vec![
                REACTION_BYTES_MAX as f64,
                REACTION_KINDS_MAX as f64,
                REACTIONS_MAX as f64,
            ],
        ),
        (
            "messages, edits and emojis of a person",
            vec![1_000.0 / CHAT_INTERVAL_MS as f64, f64::from(CHAT_BURST)],
        ),
        // `limits`: http/history.rs
        ("words and bytes of a search", vec![16.0, 1_024.0]),
        (
            "a message from outside, what is set for them",
            vec![HOOK_BYTES_MAX as f64],
        ),
        (
            "a page of the notes; all that are in",
            vec![NOTES_LENGTH_MAX as f64, NOTES_TOTAL_LENGTH_MAX as f64],
        ),
        ("pages of the notes", vec![NOTES_PAGES_MAX as f64]),
        (
            "pages taken out",
            vec![REMOVED_PAGES_MAX as f64, REMOVED_PAGES_LENGTH_MAX as f64],
        ),
        ("the order of a page", vec![PAGE_ORDER_MAX]),
        ("shapes of one operation", vec![OPERATION_SHAPES_MAX as f64]),
        (
            "shapes of a board, bytes of its memory (a shape's 256 and what it holds, 64 for each removed)",
            vec![BOARD_SHAPES_MAX as f64, BOARD_BYTES_MAX as f64],
        ),
        ("wet ink kept for newcomers", vec![WET_FRAMES_MAX as f64]),
        (
            "points of a stroke, of an ink message",
            vec![STROKE_POINTS_MAX as f64, INK_FRAME_POINTS_MAX as f64],
        ),
        (
            "strokes wet at once, per person",
            vec![WET_STROKES_MAX as f64],
        ),
        ("a coordinate", vec![COORDINATE_MAX]),
        (
            "stroke width, text size",
            vec![f64::from(STROKE_WIDTH_MAX), f64::from(TEXT_SIZE_MAX)],
        ),
        ("a label", vec![TEXT_LENGTH_MAX as f64]),
        (
            "a shape's groups, link, name",
            vec![
                GROUP_LENGTH_MAX as f64,
                LINK_LENGTH_MAX as f64,
                SHAPE_NAME_LENGTH_MAX as f64,
            ],
        ),
        (
            "a picture; all of a session",
            vec![
                BLOB_BYTES_MAX as f64,
                BLOB_PIXELS_MAX as f64,
                SESSION_BLOB_BYTES_MAX as f64,
            ],
        ),
        (
            "wrong passwords from one address",
            vec![
                f64::from(FREE_TRIES),
                FIRST_WAIT_MS as f64 / 1_000.0,
                WAIT_MS_MAX as f64 / 1_000.0,
            ],
        ),
        (
            "who knocks, of one address; for how long",
            vec![
                KNOCKS_MAX as f64,
                KNOCKS_PER_ADDRESS_MAX as f64,
                f64::from(KNOCK_TIMEOUT_S),
            ],
        ),
        ("invitations of a session", vec![INVITES_MAX as f64]),
        ("a password", vec![PASSWORD_BYTES_MAX as f64]),
        ("people in a session", vec![PARTICIPANTS_MAX as f64]),
        (
            "frames, bytes of one connection",
            vec![
                f64::from(own.messages_per_s),
                f64::from(own.messages_burst),
                f64::from(own.bytes_per_s),
                f64::from(own.bytes_burst),
            ],
        ),
        (
            "the same of all connections from one address",
            vec![
                all * f64::from(own.messages_per_s),
                all * f64::from(own.messages_burst),
                all * f64::from(own.bytes_per_s),
                all * f64::from(own.bytes_burst),
            ],
        ),
        (
            "a request's head, or the next request",
            vec![HEAD_BYTES_MAX as f64, secs(HEADER_TIMEOUT)],
        ),
        (
            "a TLS handshake, with the wait for it",
            vec![secs(TLS_HANDSHAKE_TIMEOUT)],
        ),
        (
            "a connection that does not become a socket",
            vec![secs(HTTP_TIMEOUT)],
        ),
        (
            "a word or the rest of a message on `/echo`",
            vec![secs(ECHO_TIMEOUT)],
        ),
        (
            "frames that one message comes in, on `/echo`",
            vec![MESSAGE_FRAGMENTS_MAX as f64, ECHO_FRAGMENTS_MAX as f64],
        ),
        (
            "connections of a hub, of one address",
            vec![CONNECTIONS_MAX as f64, CONNECTIONS_PER_ADDRESS_MAX as f64],
        ),
        (
            "new connections of one address",
            vec![f64::from(CONNECTS_PER_S), f64::from(CONNECTS_BURST)],
        ),
        (
            "requests of one address",
            vec![f64::from(REQUESTS_PER_S), f64::from(REQUESTS_BURST)],
        ),
        (
            "stretches of a change to the notes",
            vec![TEXT_CHANGES_MAX as f64],
        ),
        (
            "refusals told again by a welcome",
            vec![REFUSALS_TOLD_MAX as f64],
        ),
        (
            "how long somebody is kept out; people kept out",
            vec![f64::from(BAN_S_MAX), BANS_MAX as f64],
        ),
        ("entries of the audit list", vec![AUDIT_ENTRIES_MAX as f64]),
        (
            "what somebody did, told at once",
            vec![WORK_SHAPES_MAX as f64, WORK_BYTES_MAX as f64],
        ),
        // the last: `accounts::book`
        (
            "accounts of a hub; places one is signed in at, devices it knows",
            vec![ACCOUNTS_MAX as f64, ACCOUNT_TOKENS_MAX as f64, 16.0],
        ),
        (
            "a request about accounts",
            vec![ACCOUNT_REQUEST_BYTES_MAX as f64],
        ),
        // `accounts::pace`
        (
            "tries of an address, of a name, of a device",
            vec![5.0, 10.0, 5.0, 2.0, 60.0],
        ),
        ("new accounts from one address", vec![30.0, 30.0]),
        // `accounts::pending`
        (
            "messages about accounts under way; of one address",
            vec![1_024.0, 64.0, 120.0],
        ),
        (
            "answers about passwords worked out, and waited for",
            vec![ACCOUNTS_AT_ONCE as f64, ACCOUNTS_WAITING_MAX as f64],
        ),
        (
            "a password of an account (the page holds to it)",
            vec![
                ACCOUNT_PASSWORD_LENGTH_MIN as f64,
                ACCOUNT_PASSWORD_LENGTH_MAX as f64,
            ],
        ),
        (
            "resume secrets of one account in a session",
            vec![PASSES_MAX as f64],
        ),
        // `hostile`: codec.rs, and serde_json's own
        ("nesting", vec![32.0, 127.0]),
    ]
}

#[test]
fn the_table_of_limits_says_what_the_constants_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/protocol.md");
    let document = fs::read_to_string(path).unwrap();
    let table = document.split("## Limits\n").nth(1).unwrap();
    let table = table.split("\n## ").next().unwrap();
    let lines = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    let written: Vec<(&str, Vec<f64>)> = lines
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            (cells[1], numbers(cells[2]))
        })
        .collect();
    for (what, wanted) in rows() {
        let row = written.iter().find(|(name, _)| *name == what);
        let (_, said) = row.unwrap_or_else(|| panic!("no row for {what}"));
        let fits = said.len() == wanted.len()
            && said.iter().zip(&wanted).all(|(a, b)| (a - b).abs() < 1e-6);
        assert!(
            fits,
            "{what}: the table says {said:?}, the constants {wanted:?}"
        );
    }
    let forgotten: Vec<_> = written
        .iter()
        .filter(|(name, _)| rows().iter().all(|(what, _)| what != name))
        .collect();
    assert!(
        forgotten.is_empty(),
        "rows that nobody holds to anything: {forgotten:?}"
    );
}
