//! Every limit of the wire, in one place. `src-tauri/docs/protocol.md` lists them; tests try each
//! at and past its edge. The TypeScript copy is generated.

use crate::shape::Color;

/// Bytes a client may send before its hello is accepted.
pub const HELLO_BYTES_MAX: usize = 4 * 1024;
/// Bytes of one client message.
pub const CLIENT_MESSAGE_BYTES_MAX: usize = 256 * 1024;
/// Frames that one client message may come in.
pub const MESSAGE_FRAGMENTS_MAX: usize = 1_024;
/// Frames that one `/echo` message may come in: 16 MiB, 64 bytes each.
pub const ECHO_FRAGMENTS_MAX: usize = 256 * 1024;
/// Bytes one `/echo` message may have; conformance suites send 16 MiB.
pub const ECHO_MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Characters of any id.
pub const ID_LENGTH_MAX: usize = 32;
/// Unicode scalar values of a participant's name.
pub const NAME_LENGTH_MAX: usize = 40;
/// Unicode scalar values of a session's title.
pub const TITLE_LENGTH_MAX: usize = 120;
/// Unicode scalar values of a chat message.
pub const MESSAGE_LENGTH_MAX: usize = 4_000;
/// Bytes of a chat message in UTF-8.
pub const MESSAGE_BYTES_MAX: usize = 16 * 1024;
/// Chat messages of one session.
pub const CHAT_MESSAGES_MAX: usize = 250_000;
/// Pictures of one chat message.
pub const MESSAGE_PICTURES_MAX: usize = 4;
/// Bytes of what comes by a hook.
pub const HOOK_BYTES_MAX: usize = 16 * 1024;
/// People one chat message speaks to.
pub const MENTIONS_MAX: usize = 50;
/// Unicode scalar values of an answered message that its answer repeats.
pub const QUOTE_LENGTH_MAX: usize = 140;
/// Bytes of one emoji in UTF-8.
pub const REACTION_BYTES_MAX: usize = 32;
/// Different emojis on one message.
pub const REACTION_KINDS_MAX: usize = 20;
/// Emojis on one message, of all kinds and people.
pub const REACTIONS_MAX: usize = 1_000;
/// Messages, edits and reactions that one person may send at once …
pub const CHAT_BURST: u32 = 20;
/// … and after that one each so many milliseconds.
pub const CHAT_INTERVAL_MS: u64 = 500;
/// Longest wait between two messages that a host may set, in seconds.
pub const SLOW_MODE_S_MAX: u32 = 21_600;
/// UTF-16 units of one page of the notes.
pub const NOTES_LENGTH_MAX: usize = 1024 * 1024;
/// UTF-16 units of all pages that are in the notes.
pub const NOTES_TOTAL_LENGTH_MAX: usize = 4 * 1024 * 1024;
/// Pages of the notes.
pub const NOTES_PAGES_MAX: usize = 100;
/// Pages that were taken out of the notes and can be put back; past it the oldest are given up.
pub const REMOVED_PAGES_MAX: usize = 20;
/// UTF-16 units of those.
pub const REMOVED_PAGES_LENGTH_MAX: usize = 1024 * 1024;
/// Largest absolute place of a page among the others.
pub const PAGE_ORDER_MAX: f64 = 1e9;
/// Stretches of one change to the notes, empty ones and neighbours of a kind not counted.
pub const TEXT_CHANGES_MAX: usize = 32_768;
/// Points of one stroke.
pub const STROKE_POINTS_MAX: usize = 10_000;
/// Points of one wet-ink frame.
pub const INK_FRAME_POINTS_MAX: usize = 512;
/// Shapes one operation may add, change or remove.
pub const OPERATION_SHAPES_MAX: usize = 500;
/// Shapes of one board.
pub const BOARD_SHAPES_MAX: usize = 250_000;
/// Bytes of memory that one board may take: its shapes, and a little for each that was removed.
pub const BOARD_BYTES_MAX: usize = 512 * 1024 * 1024;
/// Largest absolute board coordinate, in board units (CSS pixels at 100 %).
pub const COORDINATE_MAX: f64 = 1_000_000.0;
/// Widest stroke, in board units.
pub const STROKE_WIDTH_MAX: f32 = 512.0;
/// Largest text size, in board units.
pub const TEXT_SIZE_MAX: f32 = 2_048.0;
/// Unicode scalar values of a text label.
pub const TEXT_LENGTH_MAX: usize = 10_000;
/// Bytes of the groups a shape is in, outermost first.
pub const GROUP_LENGTH_MAX: usize = 160;
/// Bytes of where a shape leads.
pub const LINK_LENGTH_MAX: usize = 2_048;
/// Unicode scalar values of what a shape is called.
pub const SHAPE_NAME_LENGTH_MAX: usize = 400;
/// Bytes of one file that is kept with a session.
pub const BLOB_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Pixels of a picture, width times height.
pub const BLOB_PIXELS_MAX: u64 = 100_000_000;
/// Bytes of all files that are kept with a session.
pub const SESSION_BLOB_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;
/// Bytes of a password.
pub const PASSWORD_BYTES_MAX: usize = 256;
/// People who knock at a session at once.
pub const KNOCKS_MAX: usize = 32;
/// Those of them who come from one address.
pub const KNOCKS_PER_ADDRESS_MAX: usize = 4;
/// Seconds after which nobody has answered who knocks.
pub const KNOCK_TIMEOUT_S: u32 = 300;
/// Invitations of a session.
pub const INVITES_MAX: usize = 64;
/// Chat messages of one page of history.
pub const HISTORY_PAGE_MAX: usize = 50;
/// Replicas whose fate one hello may ask for; past it the first ones count.
pub const FORMERLY_MAX: usize = 8;
/// Addresses that `addresses_changed` names.
pub const ADDRESSES_TOLD_MAX: usize = 4;
/// Bytes of what a test page reports.
pub const REACH_BYTES_MAX: usize = 512;
/// People in one session at once.
pub const PARTICIPANTS_MAX: usize = 1_024;
/// Refusals of one replica that a welcome tells again.
pub const REFUSALS_TOLD_MAX: usize = 32;
/// Longest time somebody is kept out, in seconds: thirty days.
pub const BAN_S_MAX: u32 = 30 * 24 * 60 * 60;
/// People kept out at once; past it the one who could come back first may.
pub const BANS_MAX: usize = 256;
/// Accounts of one hub.
pub const ACCOUNTS_MAX: usize = 2_000;
/// Unicode scalar values of an account's password at least. The page holds to it: the hub never
/// sees a password.
pub const ACCOUNT_PASSWORD_LENGTH_MIN: usize = 8;
/// Unicode scalar values of an account's password at most.
pub const ACCOUNT_PASSWORD_LENGTH_MAX: usize = 128;
/// Places one account is signed in at; past it the one that came longest ago is signed out.
pub const ACCOUNT_TOKENS_MAX: usize = 32;
/// Bytes of a request about accounts.
pub const ACCOUNT_REQUEST_BYTES_MAX: usize = 4 * 1024;
/// Entries of the audit list; past it the oldest goes.
pub const AUDIT_ENTRIES_MAX: usize = 1_000;

/// The colours people have: distinct, and readable as a label with white text.
pub const PEOPLE_COLORS: [Color; 12] = [
    Color([0xd6, 0x33, 0x6c]),
    Color([0x19, 0x71, 0xc2]),
    Color([0x27, 0x80, 0x3a]),
    Color([0xc2, 0x55, 0x0a]),
    Color([0x70, 0x48, 0xe8]),
    Color([0x0b, 0x72, 0x85]),
    Color([0xc9, 0x2a, 0x2a]),
    Color([0x5c, 0x7c, 0x0a]),
    Color([0x9c, 0x36, 0xb5]),
    Color([0x36, 0x4f, 0xc7]),
    Color([0x86, 0x5d, 0x2c]),
    Color([0x49, 0x50, 0x57]),
];

/// Seconds a client has to say hello after the upgrade.
pub const HELLO_TIMEOUT_S: u64 = 10;
/// Seconds between pings of the hub, and of a client that cannot see those.
pub const PING_INTERVAL_S: u64 = 10;
/// Seconds of silence after which either side gives the connection up.
pub const SILENCE_TIMEOUT_S: u64 = 25;
/// Seconds a write may make no progress.
pub const WRITE_TIMEOUT_S: u64 = 10;

/// The limits that a client needs to know, as name and value.
#[must_use]
pub fn for_clients() -> Vec<(&'static str, f64)> {
    #[allow(clippy::cast_precision_loss)] // all far below 2^53
    let whole = |value: usize| value as f64;
    vec![
        ("CLIENT_MESSAGE_BYTES_MAX", whole(CLIENT_MESSAGE_BYTES_MAX)),
        ("ID_LENGTH_MAX", whole(ID_LENGTH_MAX)),
        ("NAME_LENGTH_MAX", whole(NAME_LENGTH_MAX)),
        ("TITLE_LENGTH_MAX", whole(TITLE_LENGTH_MAX)),
        ("MESSAGE_LENGTH_MAX", whole(MESSAGE_LENGTH_MAX)),
        ("MESSAGE_BYTES_MAX", whole(MESSAGE_BYTES_MAX)),
        ("MESSAGE_PICTURES_MAX", whole(MESSAGE_PICTURES_MAX)),
        ("MENTIONS_MAX", whole(MENTIONS_MAX)),
        ("QUOTE_LENGTH_MAX", whole(QUOTE_LENGTH_MAX)),
        ("REACTION_KINDS_MAX", whole(REACTION_KINDS_MAX)),
        ("SLOW_MODE_S_MAX", f64::from(SLOW_MODE_S_MAX)),
        ("NOTES_LENGTH_MAX", whole(NOTES_LENGTH_MAX)),
        ("NOTES_PAGES_MAX", whole(NOTES_PAGES_MAX)),
        ("REMOVED_PAGES_MAX", whole(REMOVED_PAGES_MAX)),
        ("REMOVED_PAGES_LENGTH_MAX", whole(REMOVED_PAGES_LENGTH_MAX)),
        ("STROKE_POINTS_MAX", whole(STROKE_POINTS_MAX)),
        ("INK_FRAME_POINTS_MAX", whole(INK_FRAME_POINTS_MAX)),
        ("OPERATION_SHAPES_MAX", whole(OPERATION_SHAPES_MAX)),
        ("BOARD_SHAPES_MAX", whole(BOARD_SHAPES_MAX)),
        ("COORDINATE_MAX", COORDINATE_MAX),
        ("STROKE_WIDTH_MAX", f64::from(STROKE_WIDTH_MAX)),
        ("TEXT_SIZE_MAX", f64::from(TEXT_SIZE_MAX)),
        ("TEXT_LENGTH_MAX", whole(TEXT_LENGTH_MAX)),
        ("GROUP_LENGTH_MAX", whole(GROUP_LENGTH_MAX)),
        ("LINK_LENGTH_MAX", whole(LINK_LENGTH_MAX)),
        ("SHAPE_NAME_LENGTH_MAX", whole(SHAPE_NAME_LENGTH_MAX)),
        ("BLOB_BYTES_MAX", whole(BLOB_BYTES_MAX)),
        ("BLOB_PIXELS_MAX", BLOB_PIXELS_MAX as f64),
        ("PASSWORD_BYTES_MAX", whole(PASSWORD_BYTES_MAX)),
        (
            "ACCOUNT_PASSWORD_LENGTH_MIN",
            whole(ACCOUNT_PASSWORD_LENGTH_MIN),
        ),
        (
            "ACCOUNT_PASSWORD_LENGTH_MAX",
            whole(ACCOUNT_PASSWORD_LENGTH_MAX),
        ),
        ("INVITES_MAX", whole(INVITES_MAX)),
        ("HISTORY_PAGE_MAX", whole(HISTORY_PAGE_MAX)),
        ("BAN_S_MAX", f64::from(BAN_S_MAX)),
        ("FORMERLY_MAX", whole(FORMERLY_MAX)),
        ("REFUSALS_TOLD_MAX", whole(REFUSALS_TOLD_MAX)),
        ("PING_INTERVAL_S", PING_INTERVAL_S as f64),
        ("SILENCE_TIMEOUT_S", SILENCE_TIMEOUT_S as f64),
    ]
}
