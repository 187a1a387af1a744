//! What a stranger on the network claims becomes short, harmless text or nothing.

use lanvas_protocol::advert::{plain_text, read_txt, title_in_instance_name};

pub(crate) fn heard(bytes: &[u8]) {
    let pairs = bytes.split(|byte| *byte == 0).filter_map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=')?;
        Some((std::str::from_utf8(&pair[..at]).ok()?, &pair[at + 1..]))
    });
    let Ok(advert) = read_txt(pairs) else {
        return;
    };
    is_harmless(&advert.host);
    let instance = String::from_utf8_lossy(bytes);
    is_harmless(&title_in_instance_name(&instance, &advert.id));
    is_harmless(&plain_text(&instance));
}

fn is_harmless(text: &str) {
    assert!(!text.chars().any(char::is_control), "{text:?}");
    // The joiners of emoji and of some scripts are letters of a kind: U+200C, U+200D.
    let hides = |c| matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    assert!(!text.chars().any(hides), "{text:?}");
}
