//! What tells one hub's certificate from every other: SHA-256 of the whole certificate (DER), which
//! is what every browser and `openssl x509 -fingerprint -sha256` show of one.
//!
//! Promises: whatever text is read is a fingerprint or is none; two that read alike are equal. Must
//! not know: certificates, how the hash is made.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Bytes of SHA-256.
const BYTES: usize = 32;
/// Characters of [`Fingerprint::to_txt`].
const TXT_CHARS: usize = 43;
/// Bytes of the short form: 80 bits are more than anybody makes certificates for.
const SHORT_BYTES: usize = 10;
const BASE64_URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// See the module. As text: 64 lowercase hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(as = "String")]
pub struct Fingerprint([u8; BYTES]);

/// Text that is no fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint has 64 hexadecimal digits")]
pub struct InvalidFingerprint;

impl Fingerprint {
    /// Of a hash.
    #[must_use]
    pub const fn new(hash: [u8; BYTES]) -> Self {
        Self(hash)
    }

    /// Reads 64 hexadecimal digits in either case; colons and blanks between them, as programs and
    /// people write them, count for nothing.
    ///
    /// # Errors
    /// [`InvalidFingerprint`] for anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidFingerprint> {
        let mut digits = text.chars().filter(|c| !matches!(c, ':' | ' '));
        let mut digit = || digits.next().and_then(|c| c.to_digit(16));
        let mut hash = [0; BYTES];
        for byte in &mut hash {
            let (high, low) = digit().zip(digit()).ok_or(InvalidFingerprint)?;
            *byte = u8::try_from(high << 4 | low).map_err(|_| InvalidFingerprint)?;
        }
        match digits.next() {
            None => Ok(Self(hash)),
            Some(_) => Err(InvalidFingerprint),
        }
    }

    /// Its beginning, for two people to compare: `4f2a 91c0 77de 0b18 e6a3`.
    #[must_use]
    pub fn short(&self) -> String {
        let pairs = self.0[..SHORT_BYTES].chunks(2);
        let groups = pairs.map(|pair| pair.iter().map(|byte| format!("{byte:02x}")).collect());
        groups.collect::<Vec<String>>().join(" ")
    }

    /// As the TXT record has it, where room is short: base64url, 43 characters.
    #[must_use]
    pub fn to_txt(self) -> String {
        let letters = self.0.chunks(3).flat_map(|chunk| {
            let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
            let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
            let letters = chunk.len() + 1;
            (0..letters)
                .map(move |at| char::from(BASE64_URL[(bits >> (18 - 6 * at) & 63) as usize]))
        });
        letters.collect()
    }

    /// Reads what [`Fingerprint::to_txt`] gives, and nothing else.
    #[must_use]
    pub fn from_txt(text: &str) -> Option<Self> {
        if text.len() != TXT_CHARS {
            return None;
        }
        let mut hash = [0; BYTES];
        let (mut bits, mut have, mut filled) = (0_u32, 0, 0);
        for letter in text.bytes() {
            let value = BASE64_URL.iter().position(|known| *known == letter)?;
            bits = (bits << 6 | u32::try_from(value).ok()?) & 0xffff;
            have += 6;
            if have >= 8 {
                have -= 8;
                *hash.get_mut(filled)? = u8::try_from(bits >> have & 0xff).ok()?;
                filled += 1;
            }
        }
        let found = Self(hash);
        (found.to_txt() == text).then_some(found)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = InvalidFingerprint;
    fn try_from(text: String) -> Result<Self, InvalidFingerprint> {
        Self::parse(&text)
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_reads_as_browsers_and_openssl_write_it() {
        let hash = std::array::from_fn(|at| u8::try_from(at * 7).unwrap_or(0xff));
        let it = Fingerprint::new(hash);
        let text = it.to_string();
        assert!(text.starts_with("00070e15"));
        assert_eq!(it.short(), "0007 0e15 1c23 2a31 383f");
        let pairs: Vec<_> = (0..32).map(|at| &text[2 * at..2 * at + 2]).collect();
        for written in [
            text.clone(),
            pairs.join(":").to_uppercase(),
            pairs.join(" "),
        ] {
            assert_eq!(Fingerprint::parse(&written), Ok(it), "{written}");
        }
        for other in [
            "",
            &text[1..],
            &format!("{text}0"),
            "no",
            &text.replace('0', "g"),
        ] {
            assert_eq!(
                Fingerprint::parse(other),
                Err(InvalidFingerprint),
                "{other}"
            );
        }
    }

    proptest! {
        #[test]
        fn the_records_form_leads_back(hash: [u8; 32]) {
            let it = Fingerprint::new(hash);
            prop_assert_eq!(it.to_txt().len(), TXT_CHARS);
            prop_assert_eq!(Fingerprint::from_txt(&it.to_txt()), Some(it));
        }

        #[test]
        fn any_text_is_one_or_none(text in "[A-Za-z0-9_=+/-]{0,60}") {
            if let Some(it) = Fingerprint::from_txt(&text) {
                prop_assert_eq!(it.to_txt(), text);
            }
        }
    }
}
