//! Files that were dropped on the window where the page gets none itself (`window.rs` says where).
//!
//! Promises: sessions are opened as by a double click; of all else the page learns the name, and
//! reads what was dropped last and nothing else, so far as it would take it. Must not know: what the
//! page makes of it.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use tauri::{DragDropEvent, Emitter as _, Manager as _, PhysicalPosition, WebviewWindow};

use crate::asked::Asked;
use crate::refusal::Refusal;
use crate::window::MAIN;

/// Files of one drop; those beyond are left.
const FILES_MAX: usize = 64;
/// One more byte than the largest file that the page takes (a PDF, `PDF_BYTES_MAX`): so it sees that
/// a larger one is too large, and says so.
const BYTES_MAX: u64 = 128 * 1024 * 1024 + 1;

/// Payload of `dragged`; places are in CSS pixels of the page.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Dragged {
    Over {
        x: f64,
        y: f64,
    },
    Away,
    Dropped {
        x: f64,
        y: f64,
        /// For [`Dropped::read`].
        drop: u32,
        names: Vec<String>,
    },
}

/// What was dropped last.
#[derive(Debug, Default)]
pub(crate) struct Dropped(Mutex<Last>);

#[derive(Debug, Default)]
struct Last {
    /// Counts drops.
    drop: u32,
    paths: Vec<PathBuf>,
}

impl Dropped {
    /// Gives the number of this drop.
    fn put(&self, paths: Vec<PathBuf>) -> u32 {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let drop = last.drop.wrapping_add(1);
        *last = Last { drop, paths };
        drop
    }

    /// What is in the file of that index, up to [`BYTES_MAX`], if that drop was the last. Takes as
    /// long as the disk does.
    pub(crate) fn read(&self, drop: u32, index: usize) -> Result<Vec<u8>, Refusal> {
        let path = {
            let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let path = last.paths.get(index).filter(|_| last.drop == drop);
            path.cloned()
        };
        let read = path.ok_or_else(|| io::ErrorKind::NotFound.into());
        let read = read.and_then(|path| {
            let mut bytes = Vec::new();
            let file = File::open(path)?;
            file.take(BYTES_MAX).read_to_end(&mut bytes).map(|_| bytes)
        });
        read.map_err(|error| {
            tracing::info!(%error, "a dropped file could not be read");
            Refusal::new(
                "drop_unreadable",
                "The file cannot be read. Check that it is still there and that you may open it.",
            )
        })
    }
}

/// Tells the page of what is dragged over it and dropped on it.
pub(crate) fn follow(window: &WebviewWindow, event: &DragDropEvent) {
    let place = |at: &PhysicalPosition<f64>| {
        let at = at.to_logical::<f64>(window.scale_factor().unwrap_or(1.0));
        (at.x, at.y)
    };
    let told = match event {
        DragDropEvent::Enter { paths, .. } if paths.is_empty() => return,
        DragDropEvent::Enter { position, .. } | DragDropEvent::Over { position } => {
            let (x, y) = place(position);
            Dragged::Over { x, y }
        }
        DragDropEvent::Drop { paths, position } => {
            let (x, y) = place(position);
            let (drop, names) = take(window, paths);
            Dragged::Dropped { x, y, drop, names }
        }
        _ => Dragged::Away,
    };
    if let Err(error) = window.emit_to(MAIN, "dragged", told) {
        tracing::warn!(%error, "the page does not hear of what is dragged");
    }
}

/// Opens sessions and keeps the rest for the page to read; gives the drop's number and their names.
fn take(window: &WebviewWindow, paths: &[PathBuf]) -> (u32, Vec<String>) {
    let (sessions, others): (Vec<_>, Vec<_>) = paths.iter().cloned().partition(|path| {
        let end = path.extension().unwrap_or_default();
        end.eq_ignore_ascii_case("lanvas")
    });
    crate::ask(window.app_handle(), sessions.into_iter().map(Asked::File));
    let others: Vec<_> = others.into_iter().take(FILES_MAX).collect();
    let names = others.iter().map(|path| {
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    });
    let names = names.collect();
    (window.state::<Dropped>().put(others), names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_dropped_last_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("first"), "one").unwrap();
        std::fs::write(at("second"), "two").unwrap();
        let dropped = Dropped::default();
        let code = |drop, index| dropped.read(drop, index).unwrap_err().code;
        assert_eq!(code(0, 0), "drop_unreadable");
        let one = dropped.put(vec![at("first")]);
        assert_eq!(dropped.read(one, 0).unwrap(), b"one");
        let two = dropped.put(vec![at("second"), at("not there")]);
        assert_eq!(dropped.read(two, 0).unwrap(), b"two");
        assert_eq!(code(one, 0), "drop_unreadable", "that was before");
        assert_eq!(code(two, 1), "drop_unreadable", "it went");
        assert_eq!(code(two, 2), "drop_unreadable", "there were two");
    }

    #[test]
    fn of_a_file_that_is_too_large_just_so_much_comes_that_it_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large");
        let file = File::create(&path).unwrap();
        file.set_len(BYTES_MAX + 10).unwrap();
        let dropped = Dropped::default();
        let drop = dropped.put(vec![path]);
        assert_eq!(dropped.read(drop, 0).unwrap().len() as u64, BYTES_MAX);
    }
}
