//! Files that are kept with a session: pictures.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a file is called: the SHA-256 of its bytes, so that what is kept once is kept, and what a
/// name stands for can never change. 64 lower-case hexadecimal digits on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(as = "String")]
pub struct BlobName(pub [u8; 32]);

/// Text that is no [`BlobName`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a file's name is 64 lower-case hexadecimal digits")]
pub struct InvalidBlobName;

impl BlobName {
    /// Characters of the name on the wire.
    pub const LENGTH: usize = 64;
}

impl TryFrom<String> for BlobName {
    type Error = InvalidBlobName;

    fn try_from(text: String) -> Result<Self, InvalidBlobName> {
        let digits = text.as_bytes();
        if digits.len() != Self::LENGTH {
            return Err(InvalidBlobName);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = (digit(pair[0])? << 4) | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

fn digit(byte: u8) -> Result<u8, InvalidBlobName> {
    match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        _ => Err(InvalidBlobName),
    }
}

impl From<BlobName> for String {
    fn from(name: BlobName) -> Self {
        name.to_string()
    }
}

impl fmt::Display for BlobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_64_small_hex_digits_and_nothing_else() {
        let name = BlobName([0xa5; 32]);
        assert_eq!(BlobName::try_from(name.to_string()), Ok(name));
        for bad in [
            "",
            "a5",
            &"A5".repeat(32),
            &"a5".repeat(33),
            &"ä".repeat(32),
        ] {
            assert_eq!(
                BlobName::try_from(bad.to_owned()),
                Err(InvalidBlobName),
                "{bad}"
            );
        }
    }
}
