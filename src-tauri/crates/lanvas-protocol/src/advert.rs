//! What a hub says about a session on the local network, and what a listener
//! makes of it.
//!
//! Promises: the TXT record of any [`Advert`] stays under
//! [`TXT_TOTAL_MAX_BYTES`] and its instance name fits one DNS label; whatever
//! [`read_txt`] and [`title_in_instance_name`] return is safe to show as text
//! (no control, line-breaking or text-reordering characters, lengths capped).
//! Must not know: mDNS, sockets, clocks. An advert never carries a secret: it
//! is sent to everybody on the link.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

use crate::{Fingerprint, SessionId, WIRE_VERSION};

/// The DNS-SD service type; one instance per session.
pub const SERVICE_TYPE: &str = "_lanvas._tcp.local.";
/// The port that a hub takes first.
pub const DEFAULT_PORT: u16 = 7420;
/// It and those that are tried next, the likeliest first.
pub const USUAL_PORTS: RangeInclusive<u16> = DEFAULT_PORT..=DEFAULT_PORT + 10;
/// Version of the TXT record itself (`txtvers`).
pub const TXT_VERSION: &str = "1";
/// All TXT strings together, length bytes included, stay under this.
pub const TXT_TOTAL_MAX_BYTES: usize = 200;
/// A DNS label: the instance name may not be longer (RFC 6763 §4.1.1).
pub const INSTANCE_NAME_MAX_BYTES: usize = 63;
/// How much of a title goes into the instance name.
pub const INSTANCE_TITLE_MAX_BYTES: usize = 45;
/// How much of the host's display name goes into the TXT record.
pub const HOST_MAX_BYTES: usize = 64;
/// Largest number of people that is believed.
pub const PEOPLE_MAX: u32 = 9_999;

/// How many characters of the id make instance names of equal titles differ.
const ID_HINT_CHARS: usize = 4;
/// A dot or backslash inside an instance name has to be escaped on the wire,
/// and implementations disagree about where; look-alikes need no escaping.
const LOOK_ALIKES: [(char, char); 2] = [('.', '\u{2024}'), ('\\', '\u{2216}')];

/// What a hub lets the network know about one of its sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advert {
    /// The session's public id, the only identity key.
    pub id: SessionId,
    /// Shown in the instance name, cut to fit.
    pub title: String,
    /// Display name of the hosting person or machine, cut to fit.
    pub host: String,
    /// People in the session now.
    pub people: u32,
    /// Whether joining asks for a password.
    pub password: bool,
    /// TCP port of the hub.
    pub port: u16,
    /// Of the hub's certificate; none where it speaks plain http.
    pub fingerprint: Option<Fingerprint>,
}

/// Why a heard record is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AdvertFault {
    /// The id is missing or is none.
    #[error("there is no session id")]
    Id,
    /// `path` is missing or is not `/s/<id>`.
    #[error("the path does not lead to the session")]
    Path,
    /// `v` is missing or has no number in it.
    #[error("no wire version is named")]
    Version,
    /// `fp` is there and is none.
    #[error("the certificate's fingerprint is none")]
    Fingerprint,
}

/// One row of the list of sessions on this network: `/api/nearby`,
/// `lanvas-server nearby --json` and the app's list show these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NearbySession {
    /// The session's public id.
    pub id: SessionId,
    /// The session's title; may be cut.
    pub title: String,
    /// Display name of the host; may be empty.
    pub host: String,
    /// People in the session, as last told.
    pub people: u32,
    /// Whether joining asks for a password.
    pub password: bool,
    /// Whether this build speaks a wire version of that hub.
    pub compatible: bool,
    /// False once the hub has stopped answering; the row is about to go unless
    /// the network still vouches for it.
    pub reachable: bool,
    /// `http://address:port/s/<id>` or `https://…`, the most promising address first.
    pub urls: Vec<String>,
    /// When it was last heard or last answered, milliseconds since 1970.
    #[ts(type = "number")]
    pub seen_ms: u64,
    /// SHA-256 of the hub's certificate, as it is told: a hint like all else. Only with https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub fingerprint: Option<Fingerprint>,
}

/// Whether hearing and being heard works, for the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DiscoveryStatus {
    /// Switched on and, as far as one can know, working.
    pub on: bool,
    /// One plain sentence to show; only when `on` is false.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reason: Option<String>,
}

impl DiscoveryStatus {
    /// It works.
    #[must_use]
    pub fn on() -> Self {
        Self {
            on: true,
            reason: None,
        }
    }

    /// It does not, for a reason that a person understands.
    #[must_use]
    pub fn off(reason: impl Into<String>) -> Self {
        Self {
            on: false,
            reason: Some(reason.into()),
        }
    }
}

/// What a TXT record said, checked and cleaned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeardAdvert {
    /// The session's id.
    pub id: SessionId,
    /// Cleaned and cut display name; may be empty.
    pub host: String,
    /// Never more than [`PEOPLE_MAX`].
    pub people: u32,
    /// Whether joining asks for a password.
    pub password: bool,
    /// Whether we speak one of its wire versions.
    pub compatible: bool,
    /// Of its certificate; then it speaks https.
    pub fingerprint: Option<Fingerprint>,
}

impl Advert {
    /// The TXT strings in the order they are sent, `txtvers` first.
    #[must_use]
    pub fn txt(&self) -> Vec<(&'static str, String)> {
        let mut strings = vec![
            ("txtvers", TXT_VERSION.to_owned()),
            ("id", self.id.to_string()),
            ("v", WIRE_VERSION.to_string()),
            ("n", self.people.min(PEOPLE_MAX).to_string()),
            ("pw", u8::from(self.password).to_string()),
            ("path", format!("/s/{}", self.id)),
        ];
        strings.extend(self.fingerprint.map(|it| ("fp", it.to_txt())));
        // A name is the only thing that may be cut.
        let taken: usize = strings
            .iter()
            .map(|(key, it)| key.len() + it.len() + 2)
            .sum();
        let left = TXT_TOTAL_MAX_BYTES - 1 - "host".len() - 2;
        let room = left.saturating_sub(taken).min(HOST_MAX_BYTES);
        strings.push(("host", cut(&plain_text(&self.host), room)));
        strings
    }

    /// `<title> (<first characters of the id>)`: a display name, unique enough
    /// that two sessions of one title and machine do not fight over it.
    #[must_use]
    pub fn instance_name(&self) -> String {
        let mut title = plain_text(&self.title);
        for (plain, look_alike) in LOOK_ALIKES {
            title = title.replace(plain, &look_alike.to_string());
        }
        let title = cut(&title, INSTANCE_TITLE_MAX_BYTES);
        format!("{title} {}", id_hint(&self.id)).trim().to_owned()
    }

    /// A host name of our own: registering the machine's would fight with the
    /// system's mDNS and can rename the machine.
    #[must_use]
    pub fn host_name(&self) -> String {
        format!("lanvas-{}.local.", self.id.as_str().replace('_', "-"))
    }
}

/// Reads what somebody on the network claims. Of a repeated key the first
/// counts; unknown keys are ignored; values that are not UTF-8 count as absent.
///
/// # Errors
/// A record without a usable `id`, `path` or `v`, or with an `fp` that is none, is refused whole.
pub fn read_txt<'a>(
    strings: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<HeardAdvert, AdvertFault> {
    let mut known: [Option<&str>; KEYS.len()] = [None; KEYS.len()];
    for (key, value) in strings {
        let slot = KEYS.iter().position(|name| key.eq_ignore_ascii_case(name));
        if let Some(slot) = slot
            && known[slot].is_none()
        {
            known[slot] = Some(std::str::from_utf8(value).unwrap_or(""));
        }
    }
    let [id, versions, people, password, host, path, fingerprint] = known;
    let id = SessionId::new(id.unwrap_or("")).map_err(|_| AdvertFault::Id)?;
    if path.and_then(|path| path.strip_prefix("/s/")) != Some(id.as_str()) {
        return Err(AdvertFault::Path);
    }
    Ok(HeardAdvert {
        id,
        host: cut(&plain_text(host.unwrap_or("")), HOST_MAX_BYTES),
        people: people
            .and_then(|n| n.parse().ok())
            .unwrap_or(0)
            .min(PEOPLE_MAX),
        password: password == Some("1"),
        compatible: speaks_ours(versions.unwrap_or(""))?,
        fingerprint: fingerprint
            .map(|text| Fingerprint::from_txt(text).ok_or(AdvertFault::Fingerprint))
            .transpose()?,
    })
}

const KEYS: [&str; 7] = ["id", "v", "n", "pw", "host", "path", "fp"];

/// `v` is one number or several with commas between.
fn speaks_ours(versions: &str) -> Result<bool, AdvertFault> {
    let mut numbers = versions
        .split(',')
        .filter_map(|v| v.trim().parse::<u32>().ok())
        .peekable();
    if numbers.peek().is_none() {
        return Err(AdvertFault::Version);
    }
    Ok(numbers.any(|version| version == WIRE_VERSION))
}

/// The title that [`Advert::instance_name`] put in, without the hint of the id
/// and without the counter that a name conflict may have added.
#[must_use]
pub fn title_in_instance_name(instance: &str, id: &SessionId) -> String {
    let title = instance
        .rfind(&id_hint(id))
        .map_or(instance, |at| &instance[..at]);
    let mut title = plain_text(title);
    for (plain, look_alike) in LOOK_ALIKES {
        title = title.replace(look_alike, &plain.to_string());
    }
    cut(&title, INSTANCE_NAME_MAX_BYTES)
}

fn id_hint(id: &SessionId) -> String {
    format!(
        "({})",
        id.as_str().chars().take(ID_HINT_CHARS).collect::<String>()
    )
}

/// One line of plain text: no control or line-breaking characters, none that
/// reorder or hide text, blanks collapsed.
#[must_use]
pub fn plain_text(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(blank_for_breaks)
        .filter(|c| !is_hostile(*c))
        .collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same, at most `max_bytes` long.
#[must_use]
pub fn plain_text_within(text: &str, max_bytes: usize) -> String {
    cut(&plain_text(text), max_bytes)
}

fn blank_for_breaks(c: char) -> char {
    if matches!(c, '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}') {
        ' '
    } else {
        c
    }
}

/// Characters that change how the text around them looks. The joiners of emoji
/// and of Indic and Persian script (U+200C, U+200D) are kept.
fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// At most `max` bytes, never half a character, no blank at the end.
fn cut(text: &str, max: usize) -> String {
    let fits = |end: &usize| text.is_char_boundary(*end);
    let end = (0..=max.min(text.len())).rev().find(fits).unwrap_or(0);
    text[..end].trim_end().to_owned()
}

#[cfg(test)]
mod tests;
