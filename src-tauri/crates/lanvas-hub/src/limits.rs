//! The hub's own limits; those of the wire are `lanvas_protocol::limits`.

use std::time::Duration;

use lanvas_protocol::limits::{
    HELLO_TIMEOUT_S, PING_INTERVAL_S, SILENCE_TIMEOUT_S, WRITE_TIMEOUT_S,
};

use crate::session::chat::TalkAllowance;

/// Sockets of one hub at once.
pub const CONNECTIONS_MAX: usize = 4_096;
/// Sockets from one address at once, loopback excepted; a class behind one router is many people. A
/// network of IPv6 (/64) counts as one address, here and below: a device has as many in it as it likes.
pub const CONNECTIONS_PER_ADDRESS_MAX: usize = 512;
/// New connections from one address that are served at once; loopback excepted. A class that opens
/// the page together, with all its files, is within it.
pub const CONNECTS_BURST: u32 = 256;
/// After that, so many each second: the others wait.
pub const CONNECTS_PER_S: u32 = 20;
/// Requests from one address that are answered at once; loopback excepted. A class that opens the
/// page together, with all its files, is within it.
pub const REQUESTS_BURST: u32 = 2_048;
/// After that, so many each second: the others wait. A search may take a processor for a while.
pub const REQUESTS_PER_S: u32 = 50;
/// Sockets of `/echo` at once: each may hold 16 MiB.
pub const ECHO_CONNECTIONS_MAX: usize = 16;
/// Of them from one address, loopback excepted: one person leaves places for others.
pub const ECHO_PER_ADDRESS_MAX: usize = 4;
/// How long a socket of `/echo` may say nothing, or take for one message: a person who tries it from
/// a terminal thinks between two words.
pub const ECHO_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a connection may last that never becomes a socket: a download of 32 MiB at 64 KiB a
/// second has room in it, a peer that does not read has not.
pub const HTTP_TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// Files that are brought to a hub at once: each may take 32 MiB of memory.
pub const UPLOADS_MAX: usize = 12;
/// Of them from one address, loopback excepted: one person leaves places for others.
pub const UPLOADS_PER_ADDRESS_MAX: usize = 4;
/// Bytes of a file that must come …
pub const UPLOAD_PROGRESS_BYTES: usize = 10 * 1024;
/// … in each such time, but for its last: what stands still holds no place for minutes.
pub const UPLOAD_PROGRESS_TIMEOUT: Duration = Duration::from_secs(10);
/// Passwords that are hashed or looked at at once: each takes 19 MiB and tens of milliseconds.
pub const PASSWORDS_AT_ONCE: usize = 2;
/// Answers about accounts' passwords that are worked out at once.
pub const ACCOUNTS_AT_ONCE: usize = 2;
/// Requests for such that may wait for their turn, those at work counted; past it one is told to try
/// again.
pub const ACCOUNTS_WAITING_MAX: usize = 64;
/// A request's head must be whole in this time (axum has no such limit of its own).
pub const HEADER_TIMEOUT: Duration = Duration::from_secs(5);
/// A TLS handshake must be over in this time, its first byte included.
pub const TLS_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// Bytes read from a socket at once, on the stack: an idle connection has no buffer.
pub const READ_BYTES: usize = 8 * 1024;
/// Bytes of messages for everybody that a session collects before it writes them.
pub const RUN_BYTES_MAX: usize = 64 * 1024;
/// How long pointers and the like wait for something else to go out with: no longer than until the
/// next frame on a screen.
pub const PRESENCE_WAIT: Duration = Duration::from_millis(16);
/// Commands that may wait for a session; connections past it wait to read on.
pub const SESSION_COMMANDS_MAX: usize = 1_024;
/// Hellos among them that a session answers before it looks at what others say meanwhile.
pub const JOINS_A_TURN: usize = 16;
/// Commands a session handles before it looks at its other duties.
pub const SESSION_BATCH_MAX: usize = 128;
/// How much one connection may send. Past it the hub reads on later: nothing is lost, only the
/// sender waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Messages at once; each fragment of one counts.
    pub messages_burst: u32,
    /// Messages each second.
    pub messages_per_s: u32,
    /// Bytes at once.
    pub bytes_burst: u32,
    /// Bytes each second.
    pub bytes_per_s: u32,
    /// What one person may say in the chat; past it they are told to wait.
    pub talk: TalkAllowance,
}

impl Default for Allowance {
    fn default() -> Self {
        Self {
            messages_burst: 600,
            messages_per_s: 200,
            bytes_burst: 4 * 1024 * 1024,
            bytes_per_s: 1024 * 1024,
            talk: TalkAllowance::default(),
        }
    }
}

/// A board of so many bytes is made ready for its first newcomer before the session is open; of a
/// larger one that goes on while it is open already.
pub const READY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Threads that do so, while nobody is in whom they could disturb.
pub const READY_THREADS: usize = 4;

/// All connections from one address together may send as much as so many may alone; loopback
/// excepted. With the defaults: 1,600 frames and 8 MiB each second, after bursts of 4,800 and 32 MiB.
pub const ADDRESS_SHARE: u32 = 8;
/// What one socket of `/echo` may send: conformance suites are in a hurry.
pub const ECHO_ALLOWANCE: Allowance = Allowance {
    messages_burst: 200_000,
    messages_per_s: 20_000,
    bytes_burst: 64 * 1024 * 1024,
    bytes_per_s: 16 * 1024 * 1024,
    talk: TalkAllowance {
        burst: 0,
        interval_ms: 0,
    },
};
/// Bytes of a request's head, and what is kept of what comes after it.
pub const HEAD_BYTES_MAX: usize = 32 * 1024;

/// How long a peer is waited for. Tests wait for less, to see what happens then, or for
/// longer, where they are about something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For its hello.
    pub hello: Duration,
    /// Between pings.
    pub ping: Duration,
    /// For any sign of life.
    pub silence: Duration,
    /// For a small frame to go out; a large one gets more.
    pub write: Duration,
    /// For a whole message at `/echo`.
    pub echo: Duration,
    /// For [`UPLOAD_PROGRESS_BYTES`] of a file.
    pub upload: Duration,
}

/// As the protocol has it, with [`ECHO_TIMEOUT`] and [`UPLOAD_PROGRESS_TIMEOUT`].
pub static PATIENCE: Patience = Patience {
    hello: Duration::from_secs(HELLO_TIMEOUT_S),
    ping: Duration::from_secs(PING_INTERVAL_S),
    silence: Duration::from_secs(SILENCE_TIMEOUT_S),
    write: Duration::from_secs(WRITE_TIMEOUT_S),
    echo: ECHO_TIMEOUT,
    upload: UPLOAD_PROGRESS_TIMEOUT,
};

/// What may differ between hubs. Tests narrow it, to see what happens past it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tuning {
    /// See [`Allowance`].
    pub allowance: Allowance,
    /// See [`IDLE_TIMEOUT`].
    pub idle_timeout: Duration,
    /// See [`Patience`].
    pub patience: &'static Patience,
}

impl Default for Tuning {
    fn default() -> Self {
        Allowance::default().into()
    }
}

impl From<Allowance> for Tuning {
    fn from(allowance: Allowance) -> Self {
        Self {
            allowance,
            idle_timeout: IDLE_TIMEOUT,
            patience: &PATIENCE,
        }
    }
}

/// A session with nobody in it and everything stored stays in memory for so long.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(300);
/// The slowest pace, in bytes a second, at which a large frame may go out.
pub const WRITE_PACE_BYTES_PER_S: u64 = 4 * 1024;
/// How long a peer may take to answer a close.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// How long ending the hub may take before it is forced.
pub const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);
/// What is left of it for the process to end.
pub const SHUTDOWN_MARGIN: Duration = Duration::from_millis(200);
