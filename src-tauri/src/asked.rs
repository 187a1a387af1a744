//! What came to the app from outside, to be dealt with by the page: files to open and links to
//! join by, from the command line, another start of the program, or the system.
//!
//! Promises: links are taken apart here and nothing of them is trusted: no secret in one is used,
//! and the person is asked before anything is joined; what the page has not taken yet waits,
//! bounded by [`WAITING_MAX`].
//! Must not know: windows, the hub.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::address::TypedAddress;

/// More than anybody drops at once; the oldest goes.
const WAITING_MAX: usize = 8;
/// Links of this app begin so; the rest is as in a web link.
const SCHEME: &str = "lanvas://";

/// One thing from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    File(PathBuf),
    /// `host:port/s/id`, or less of it.
    Link(String),
    /// A link that leads nowhere.
    BadLink,
}

/// The same, as the page has it: it learns a file's name, not where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum ShownAsk {
    File { name: String },
    Link { address: String },
    BadLink,
}

/// What waits for the page. The file that was shown last can be opened.
#[derive(Debug, Default)]
pub(crate) struct AskedQueue(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Asked>,
    shown: Option<PathBuf>,
}

impl AskedQueue {
    pub(crate) fn add(&self, asked: impl IntoIterator<Item = Asked>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for one in asked {
            if state.waiting.len() == WAITING_MAX {
                state.waiting.pop_front();
            }
            state.waiting.push_back(one);
        }
    }

    /// The next one.
    pub(crate) fn next(&self) -> Option<ShownAsk> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = state.waiting.pop_front()?;
        Some(match next {
            Asked::File(path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let name = name.into_owned();
                state.shown = Some(path);
                ShownAsk::File { name }
            }
            Asked::Link(address) => ShownAsk::Link { address },
            Asked::BadLink => ShownAsk::BadLink,
        })
    }

    /// The file that was shown last, once.
    pub(crate) fn take_file(&self) -> Option<PathBuf> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.shown.take()
    }
}

/// Linux desktops hand over files as URLs when a program also takes links.
fn file_of_url(text: &str) -> Option<PathBuf> {
    let mut rest = text.strip_prefix("file://")?.bytes();
    let mut path = Vec::new();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let decoded = match byte {
            b'%' => u8::try_from(hex(rest.next())? * 16 + hex(rest.next())?).ok()?,
            plain => plain,
        };
        path.push(decoded);
    }
    let path = String::from_utf8(path).ok()?;
    path.starts_with('/').then(|| PathBuf::from(path))
}

/// What one argument of the command line asks for; `folder` is where it was typed.
pub(crate) fn argument(argument: &OsStr, folder: &Path) -> Asked {
    match argument.to_str().and_then(link) {
        Some(asked) => asked,
        None => {
            let by_url = argument.to_str().and_then(file_of_url);
            Asked::File(by_url.unwrap_or_else(|| folder.join(argument)))
        }
    }
}

/// None for what is no link of ours.
fn link(text: &str) -> Option<Asked> {
    let begins = text.get(..SCHEME.len())?;
    if !begins.eq_ignore_ascii_case(SCHEME) {
        return None;
    }
    let rest = &text[SCHEME.len()..];
    let Some(address) = address_in(rest) else {
        return Some(Asked::BadLink);
    };
    let place = match address.ports.as_slice() {
        [port] => address.authority(*port),
        _ => address.host,
    };
    Some(Asked::Link(match address.session {
        Some(session) => format!("{place}/s/{session}"),
        None => place,
    }))
}

/// A link within the link is none of ours.
fn address_in(rest: &str) -> Option<TypedAddress> {
    let parsed = (!rest.contains("://")).then(|| TypedAddress::parse(rest));
    parsed?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_by_its_url_is_that_file() {
        let asked = argument(
            OsStr::new("file:///media/My%20map.lanvas"),
            Path::new("/tmp"),
        );
        assert_eq!(asked, Asked::File("/media/My map.lanvas".into()));
        for none in ["file://", "file://host/x", "file:///%zz", "http://x"] {
            assert_eq!(file_of_url(none), None, "{none}");
        }
    }

    fn asked(text: &str) -> Asked {
        argument(OsStr::new(text), Path::new("/somewhere"))
    }

    #[test]
    fn a_link_is_taken_apart_and_loses_what_is_secret() {
        for (text, address) in [
            ("lanvas://192.168.1.5:7420/s/abc", "192.168.1.5:7420/s/abc"),
            ("LANVAS://board.local/s/abc?x=1", "board.local/s/abc"),
            (
                "lanvas://192.168.1.5/s/abc#host=0123456789abcdef",
                "192.168.1.5/s/abc",
            ),
            ("lanvas://192.168.1.5:7420", "192.168.1.5:7420"),
        ] {
            assert_eq!(asked(text), Asked::Link(address.into()), "{text}");
        }
        for text in [
            "lanvas://",
            "lanvas://http://x",
            "lanvas://a b",
            "lanvas://x:99999/s/y",
        ] {
            assert_eq!(asked(text), Asked::BadLink, "{text}");
        }
    }

    #[test]
    fn everything_else_is_a_file_where_it_was_typed() {
        for (text, path) in [
            ("map.lanvas", "/somewhere/map.lanvas"),
            ("/tmp/map.lanvas", "/tmp/map.lanvas"),
            ("lanvas:/map", "/somewhere/lanvas:/map"),
        ] {
            assert_eq!(asked(text), Asked::File(path.into()), "{text}");
        }
    }

    #[test]
    fn what_waits_is_bounded_and_a_file_is_opened_once() {
        let queue = AskedQueue::default();
        queue.add((0..20).map(|at| Asked::File(format!("/x/{at}.lanvas").into())));
        for at in 12..20 {
            let name = format!("{at}.lanvas");
            assert_eq!(queue.next(), Some(ShownAsk::File { name }));
        }
        assert_eq!(queue.next(), None);
        assert_eq!(queue.take_file(), Some("/x/19.lanvas".into()));
        assert_eq!(queue.take_file(), None);
    }
}
