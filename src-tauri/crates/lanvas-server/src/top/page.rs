//! How it looks: a page for a terminal, or one line.

use std::fmt::Write;

use super::sample::{Sample, Session};

/// Sessions shown; the ones with most people.
const SESSIONS_SHOWN: usize = 20;
/// Characters of a title shown.
const TITLE_SHOWN: usize = 50;

/// What changed between two samples, in words.
#[derive(Debug)]
pub(super) struct Page<'a> {
    address: &'a str,
    before: &'a Sample,
    now: &'a Sample,
}

impl<'a> Page<'a> {
    pub(super) fn of(address: &'a str, before: &'a Sample, now: &'a Sample) -> Self {
        Self {
            address,
            before,
            now,
        }
    }

    /// For a terminal.
    pub(super) fn drawn(&self) -> String {
        let now = self.now;
        let mut page = format!("Lanvas at http://{}    Ctrl+C ends\n\n", self.address);
        let mut row = |name: &str, text: String| {
            let _ = writeln!(page, "{name:<10}{text}");
        };
        row(
            "sessions",
            format!(
                "{}, {} in memory    people {}    connections {}",
                now.sessions.len(),
                now.value("rooms"),
                now.value("people"),
                now.value("connections")
            ),
        );
        row(
            "in",
            self.traffic("messages_in_total", "received_bytes_total"),
        );
        row(
            "out",
            self.traffic("messages_out_total", "sent_bytes_total"),
        );
        row("decide", self.times("apply_seconds"));
        row("write", self.times("fan_out_seconds"));
        row("store", self.times("storage_commit_seconds"));
        row(
            "waiting",
            format!(
                "{} operations, {} for the disk    commands at once: {}",
                now.value("storage_lag"),
                bytes(now.value("storage_waiting_bytes")),
                self.depth(),
            ),
        );
        row(
            "trouble",
            format!(
                "{} lanes ran over, {} catch-ups, {} failed commits, {} restarts",
                now.value("queue_overflows_total"),
                now.value("resyncs_total"),
                now.value("storage_failures_total"),
                now.value("session_restarts_total")
            ),
        );
        page + &self.sessions()
    }

    /// For a file or another program: the same each time, with tabs between.
    pub(super) fn line(&self) -> String {
        let rate = |name| format!("{:.0}", self.now.rate(self.before, name));
        let time = |name: &str| self.quantile(name, 0.99);
        [
            ("sessions", self.now.sessions.len().to_string()),
            ("in_memory", self.now.value("rooms").to_string()),
            ("people", self.now.value("people").to_string()),
            ("connections", self.now.value("connections").to_string()),
            ("in_per_s", rate("messages_in_total")),
            ("out_per_s", rate("messages_out_total")),
            ("received_bytes_per_s", rate("received_bytes_total")),
            ("sent_bytes_per_s", rate("sent_bytes_total")),
            ("decide_p99", time("apply_seconds")),
            ("write_p99", time("fan_out_seconds")),
            ("store_p99", time("storage_commit_seconds")),
            ("not_on_disk", self.now.value("storage_lag").to_string()),
            (
                "overflows",
                self.now.value("queue_overflows_total").to_string(),
            ),
            ("resyncs", self.now.value("resyncs_total").to_string()),
            (
                "restarts",
                self.now.value("session_restarts_total").to_string(),
            ),
        ]
        .map(|(name, value)| format!("{name}={value}"))
        .join("\t")
    }

    fn traffic(&self, messages: &str, size: &str) -> String {
        format!(
            "{:.0} messages/s, {}/s",
            self.now.rate(self.before, messages),
            bytes(self.now.rate(self.before, size))
        )
    }

    fn times(&self, name: &str) -> String {
        if self.now.quantile(self.before, name, 0.5).is_none() {
            return "nothing this second".to_owned();
        }
        format!(
            "half within {}, 99 % within {}",
            self.quantile(name, 0.5),
            self.quantile(name, 0.99)
        )
    }

    fn quantile(&self, name: &str, share: f64) -> String {
        let found = self.now.quantile(self.before, name, share);
        found.map_or_else(|| "-".to_owned(), seconds)
    }

    fn depth(&self) -> String {
        let found = self.now.quantile(self.before, "queue_depth", 0.99);
        found.map_or_else(|| "none".to_owned(), |depth| format!("99 % up to {depth}"))
    }

    fn sessions(&self) -> String {
        let mut table = format!(
            "\n{:<12}{:>7}  {:<9} TITLE\n",
            "SESSION", "PEOPLE", "PASSWORD"
        );
        for session in self.now.sessions.iter().take(SESSIONS_SHOWN) {
            table += &row(session);
        }
        let more = self.now.sessions.len().saturating_sub(SESSIONS_SHOWN);
        if more > 0 {
            let _ = writeln!(table, "and {more} more");
        }
        table.truncate(table.trim_end().len());
        table
    }
}

fn row(session: &Session) -> String {
    let password = if session.password { "yes" } else { "no" };
    let (id, title) = (plain(&session.id), plain(&session.title));
    format!("{id:<12}{:>7}  {password:<9} {title}\n", session.people)
}

/// Nothing that a terminal would obey.
fn plain(text: &str) -> String {
    let harmless = text.chars().filter(|character| !character.is_control());
    harmless.take(TITLE_SHOWN).collect()
}

fn seconds(seconds: f64) -> String {
    match seconds {
        _ if seconds.is_infinite() => "more than 0.5 s".to_owned(),
        1.0.. => format!("{seconds:.1} s"),
        0.001.. => format!("{:.1} ms", seconds * 1e3),
        _ => format!("{:.0} µs", seconds * 1e6),
    }
}

fn bytes(count: f64) -> String {
    match count {
        1e9.. => format!("{:.1} GB", count / 1e9),
        1e6.. => format!("{:.1} MB", count / 1e6),
        1e3.. => format!("{:.1} KB", count / 1e3),
        _ => format!("{count:.0} B"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn sample(at: Instant, messages: u32, sessions: &str) -> Sample {
        let metrics = format!(
            "lanvas_connections 3\nlanvas_people 3\nlanvas_rooms 1\n\
             lanvas_messages_in_total {messages}\n"
        );
        Sample::of(at, &metrics, sessions).expect("a hub's answer")
    }

    #[test]
    fn a_page_has_the_fullest_sessions_and_nothing_a_terminal_would_obey() {
        let rows: Vec<_> = (0..25)
            .map(|people| {
                format!(
                    r#"{{"id":"s{people}","title":"\u001b[2JBoard {people}","host":"h","people":{people},"password":false}}"#
                )
            })
            .collect();
        let sessions = format!("[{}]", rows.join(","));
        let now = Instant::now();
        let (before, later) = (
            sample(now, 10, &sessions),
            sample(now + Duration::from_secs(1), 44, &sessions),
        );
        let page = Page::of("192.168.1.5:7420", &before, &later);
        let drawn = page.drawn();
        assert!(drawn.contains("25, 1 in memory    people 3"), "{drawn}");
        assert!(drawn.contains("34 messages/s"), "{drawn}");
        assert!(
            drawn.contains("s24") && !drawn.contains("Board 4\n"),
            "{drawn}"
        );
        assert!(drawn.ends_with("and 5 more"), "{drawn}");
        assert!(!drawn.contains('\u{1b}'), "{drawn:?}");
        let line = page.line();
        assert!(
            line.contains("people=3\t") && line.contains("\tin_per_s=34\t"),
            "{line}"
        );
        assert!(!line.contains('\n'));
    }

    #[test]
    fn figures_have_units_that_fit() {
        assert_eq!(seconds(0.000_004), "4 µs");
        assert_eq!(seconds(0.004_1), "4.1 ms");
        assert_eq!(seconds(f64::INFINITY), "more than 0.5 s");
        assert_eq!(
            (bytes(999.0), bytes(1_240_000.0)),
            ("999 B".to_owned(), "1.2 MB".to_owned())
        );
    }
}
