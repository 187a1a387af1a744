//! Bytes as hexadecimal digits, for what is kept as text and said in JSON.

use serde::{Deserialize, Deserializer, Serializer, de::Error};

/// Two digits for each byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes that the digits are, if they are such.
pub(crate) fn unhex(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = |pair: &[u8]| match *pair {
        [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
        _ => None,
    };
    digits.as_bytes().chunks(2).map(byte).collect()
}

/// For `#[serde(with)]`.
pub(crate) fn serialize<S: Serializer>(
    bytes: &impl AsRef<[u8]>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex(bytes.as_ref()))
}

/// For `#[serde(with)]`; an array takes only as many bytes as it has.
pub(crate) fn deserialize<'a, D: Deserializer<'a>, T: TryFrom<Vec<u8>>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let text = String::deserialize(deserializer)?;
    let bytes = unhex(&text).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| D::Error::custom("not so many hexadecimal digits"))
}
