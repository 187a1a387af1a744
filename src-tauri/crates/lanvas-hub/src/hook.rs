//! What comes by a hook: words from a script or a text message, and who says it is from them.
//!
//! Pure: bytes in, words out. It promises that whatever comes is words or refused; it must not
//! know sockets, sessions or storage.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

/// Bytes of a block of SHA-1.
const BLOCK: usize = 64;
/// Digits of a phone number that are shown.
const DIGITS_SHOWN: usize = 4;

/// Something said from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// In what manner it came, and so how to answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Incoming {
    /// As Slack and Mattermost take it.
    Chat(Said),
    /// A text message by Twilio, with the fields that its signature is made over.
    Sms {
        said: Said,
        fields: Vec<(String, String)>,
    },
}

#[derive(Deserialize)]
struct Payload {
    text: String,
    username: Option<String>,
}

/// Reads a body of that content type; none if it says nothing.
pub(crate) fn read(content_type: &str, body: &[u8]) -> Option<Incoming> {
    if content_type.starts_with("application/x-www-form-urlencoded") {
        let fields = fields_of(body);
        let field = |name: &str| {
            let found = fields.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.clone())
        };
        if let Some(payload) = field("payload") {
            return chat(payload.as_bytes());
        }
        let said = Said {
            name: shortened(&field("From")?),
            text: field("Body")?,
        };
        return Some(Incoming::Sms { said, fields });
    }
    chat(body)
}

fn chat(json: &[u8]) -> Option<Incoming> {
    let payload: Payload = serde_json::from_slice(json).ok()?;
    Some(Incoming::Chat(Said {
        name: payload.username.unwrap_or_default(),
        text: as_ours(&payload.text),
    }))
}

/// Not the whole number: the room needs to tell people apart, not to call them.
fn shortened(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let shown: String = digits[digits.len().saturating_sub(DIGITS_SHOWN)..]
        .iter()
        .collect();
    format!("SMS …{shown}")
}

/// Slack's `<address|words>` as a link of ours, and its three escapes undone.
fn as_ours(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let Some((inside, behind)) = after.split_once('>') else {
            out.push('<');
            rest = after;
            continue;
        };
        match inside.split_once('|') {
            Some((address, words)) => {
                out.push_str(&format!("[{words}]({address})"));
            }
            None if inside.contains("://") => out.push_str(inside),
            None => out.push_str(&format!("<{inside}>")),
        }
        rest = behind;
    }
    out.push_str(rest);
    out.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

/// The fields of an HTML form, in their order.
fn fields_of(body: &[u8]) -> Vec<(String, String)> {
    body.split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let mut next = || decoded(parts.next().unwrap_or_default());
            (next(), next())
        })
        .collect()
}

fn decoded(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| str::from_utf8(two).ok());
        let code = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        match (first, code) {
            (b'+', _) => bytes.push(b' '),
            (b'%', Some(code)) => bytes.push(code),
            (other, _) => bytes.push(*other),
        }
        let coded = *first == b'%' && code.is_some();
        rest = if coded { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether `signature` is Twilio's for these fields sent to `url`: Base64 of HMAC-SHA1 with the
/// account's token over the address and, in the order of their names, each name and value.
pub(crate) fn is_signed(
    token: &str,
    url: &str,
    fields: &[(String, String)],
    signature: &str,
) -> bool {
    let mut sorted: Vec<_> = fields.iter().collect();
    sorted.sort();
    let mut message = url.to_owned();
    for (name, value) in sorted {
        message.push_str(name);
        message.push_str(value);
    }
    let expected = STANDARD.encode(hmac_sha1(token.as_bytes(), message.as_bytes()));
    expected.as_bytes().ct_eq(signature.as_bytes()).into()
}

/// RFC 2104.
fn hmac_sha1(key: &[u8], message: &[u8]) -> [u8; 20] {
    let mut block = [0_u8; BLOCK];
    if key.len() > BLOCK {
        block[..20].copy_from_slice(&Sha1::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let padded = |pad: u8| block.map(|byte| byte ^ pad);
    let inner = Sha1::new()
        .chain_update(padded(0x36))
        .chain_update(message)
        .finalize();
    let outer = Sha1::new().chain_update(padded(0x5c)).chain_update(inner);
    outer.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat_of(name: &str, text: &str) -> Option<Incoming> {
        Some(Incoming::Chat(Said {
            name: name.to_owned(),
            text: text.to_owned(),
        }))
    }

    #[test]
    fn json_and_payload_say_the_same() {
        let json = r#"{"text":"Build &lt;7&gt; is <https://a.test/7|green>","username":"ci"}"#;
        let expected = chat_of("ci", "Build <7> is [green](https://a.test/7)");
        assert_eq!(read("application/json", json.as_bytes()), expected);
        let form = format!("payload={}", json.replace('&', "%26").replace('+', "%2B"));
        let form_type = "application/x-www-form-urlencoded; charset=utf-8";
        assert_eq!(read(form_type, form.as_bytes()), expected);
        assert_eq!(read("", br#"{"text":"hi"}"#), chat_of("", "hi"));
        for bad in ["", "{}", r#"{"text":7}"#, "text=hi", "\u{0}"] {
            assert_eq!(read("application/json", bad.as_bytes()), None, "{bad:?}");
        }
    }

    #[test]
    fn a_text_message_shows_the_end_of_its_number() {
        let form = b"From=%2B15551234567&Body=Hello+there%21+%F0%9F%91%8B&x";
        let Some(Incoming::Sms { said, fields }) = read("application/x-www-form-urlencoded", form)
        else {
            panic!("it is a text message")
        };
        assert_eq!((&*said.name, &*said.text), ("SMS …4567", "Hello there! 👋"));
        assert_eq!(fields.len(), 3);
        assert_eq!(fields[0].1, "+15551234567");
    }

    /// The two cases of RFC 2202 that differ in the key's length.
    #[test]
    fn hmac_is_that_of_the_rfc() {
        let hex = |bytes: [u8; 20]| bytes.map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(
            hex(hmac_sha1(b"Jefe", b"what do ya want for nothing?")),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        );
        assert_eq!(
            hex(hmac_sha1(
                &[0xaa; 80],
                b"Test Using Larger Than Block-Size Key - Hash Key First"
            )),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112"
        );
    }

    #[test]
    fn a_signature_covers_address_and_fields() {
        let fields = fields_of(b"Digits=1234&To=%2B18005551212&From=%2B14158675310&Caller=%2B14158675310&CallSid=CA1234567890ABCDE");
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        let message = format!(
            "{url}CallSidCA1234567890ABCDECaller+14158675310Digits1234From+14158675310To+18005551212"
        );
        let signature = STANDARD.encode(hmac_sha1(b"12345", message.as_bytes()));
        assert!(is_signed("12345", url, &fields, &signature));
        assert!(!is_signed("12346", url, &fields, &signature));
        assert!(!is_signed(
            "12345",
            "https://other.test/",
            &fields,
            &signature
        ));
        assert!(!is_signed("12345", url, &fields[1..], &signature));
        assert!(!is_signed("12345", url, &fields, ""));
    }
}
