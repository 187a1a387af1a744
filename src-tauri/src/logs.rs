//! What the app writes down about itself, for the person and for whoever helps them.
//!
//! Promises: at most [`FILE_BYTES_MAX`] twice; a folder that cannot be written costs the log, not
//! the start; what is given out has no secret in it and does not name the person.
//! Must not know: Tauri, the hub.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

const FOLDER: &str = "logs";
const FILE: &str = "lanvas.log";
const OLD_FILE: &str = "lanvas.old.log";
/// The log begins anew when it is as long as that; one older part is kept.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// What the file is told, unless `RUST_LOG` says otherwise.
const USUAL: &str = "warn,lanvas=info,lanvas_hub=info,lanvas_discovery=info";
/// Lines that diagnostics show.
const LINES_SHOWN: usize = 60;
/// A word of this many hexadecimal digits, or more, may be a secret.
const SECRET_DIGITS: usize = 16;

/// Logs to standard error and to a file below `data`, from now on. Gives where the file is.
pub(crate) fn begin(data: &Path) -> PathBuf {
    let path = data.join(FOLDER).join(FILE);
    let filter =
        |usual: &str| EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let to_stderr = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_filter(filter("lanvas=warn"));
    let to_file = LogFile::at(&path).map(|file| {
        let write = move || file.clone();
        fmt::layer()
            .with_writer(write)
            .with_ansi(false)
            .with_filter(filter(USUAL))
    });
    tracing_subscriber::registry()
        .with(to_stderr)
        .with(to_file)
        .init();
    path
}

/// The last lines of the log, made harmless.
pub(crate) fn latest(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut lines: VecDeque<_> = VecDeque::with_capacity(LINES_SHOWN);
    for line in text.lines() {
        if lines.len() == LINES_SHOWN {
            lines.pop_front();
        }
        lines.push_back(line);
    }
    let lines: Vec<_> = lines.into_iter().map(harmless).collect();
    lines.join("\n")
}

/// Without what may be a secret, and without the name of the person's folder.
pub(crate) fn harmless(line: &str) -> String {
    let home = std::env::var("HOME").or_else(|_| std::env::var("USERPROFILE"));
    let line = match home {
        Ok(home) if home.len() > 1 => line.replace(&home, "~"),
        _ => line.to_owned(),
    };
    let mut clean = String::with_capacity(line.len());
    let mut digits = String::new();
    for letter in line.chars().chain(std::iter::once('\n')) {
        if letter.is_ascii_hexdigit() {
            digits.push(letter);
            continue;
        }
        let secret = digits.len() >= SECRET_DIGITS;
        clean.push_str(if secret { "…" } else { &digits });
        digits.clear();
        clean.push(letter);
    }
    clean.pop();
    clean
}

/// The file, shared by whoever writes a line.
#[derive(Clone)]
struct LogFile(Arc<Mutex<Lines>>);

struct Lines {
    path: PathBuf,
    file: File,
    bytes: u64,
}

impl LogFile {
    fn at(path: &Path) -> Option<Self> {
        std::fs::create_dir_all(path.parent()?).ok()?;
        let file = File::options().append(true).create(true).open(path).ok()?;
        let bytes = file.metadata().ok()?.len();
        let path = path.to_owned();
        Some(Self(Arc::new(Mutex::new(Lines { path, file, bytes }))))
    }
}

impl Lines {
    fn begin_anew(&mut self) -> std::io::Result<()> {
        std::fs::rename(&self.path, self.path.with_file_name(OLD_FILE))?;
        self.file = File::create(&self.path)?;
        self.bytes = 0;
        Ok(())
    }
}

impl Write for LogFile {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.bytes > FILE_BYTES_MAX {
            lines.begin_anew()?;
        }
        lines.bytes += line.len() as u64;
        lines.file.write_all(line).map(|()| line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_taken_out() {
        for (line, shown) in [
            ("host=0123456789abcdef0123456789abcdef ok", "host=… ok"),
            ("port 7420 at 192.168.1.5", "port 7420 at 192.168.1.5"),
            ("session k3f9x2ab", "session k3f9x2ab"),
            ("ends in deadbeefdeadbeef", "ends in …"),
            ("Grüße", "Grüße"),
        ] {
            assert_eq!(harmless(line), shown);
        }
    }

    #[test]
    fn the_log_is_bounded_and_its_end_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FOLDER).join(FILE);
        let mut log = LogFile::at(&path).unwrap();
        for at in 0..3_000 {
            writeln!(log, "{at} {}", "x".repeat(1_000)).unwrap();
        }
        let length = |name: &str| std::fs::metadata(path.with_file_name(name)).unwrap().len();
        assert!(length(FILE) + length(OLD_FILE) < 3 * FILE_BYTES_MAX);
        let shown = latest(&path);
        assert_eq!(shown.lines().count(), LINES_SHOWN);
        assert!(shown.lines().last().unwrap().starts_with("2999 "));
    }
}
