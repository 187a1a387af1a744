//! Foreign text made harmless: no control characters, nothing that turns the reading direction.

use lanvas_protocol::{
    ErrorCode,
    limits::{NAME_LENGTH_MAX, TITLE_LENGTH_MAX},
};

/// Unicode's explicit direction controls (UAX #9): embeddings, overrides, isolates and marks.
fn turns_direction(character: char) -> bool {
    matches!(character, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters of no width and no meaning here, by which one name could pass for another. Joiners
/// stay: emojis and some scripts need them.
fn hides(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2064}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
    )
}

fn is_harmless(character: char) -> bool {
    !character.is_control() && !is_odd(character)
}

/// Turns the reading direction, or is not seen.
pub(crate) fn is_odd(character: char) -> bool {
    turns_direction(character) || hides(character)
}

/// Several lines.
pub(crate) fn text(foreign: &str) -> String {
    foreign
        .replace("\r\n", "\n")
        .chars()
        .map(|character| match character {
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            other => other,
        })
        .filter(|&character| character == '\n' || character == '\t' || is_harmless(character))
        .collect()
}

/// One line, trimmed, with runs of space folded.
pub(crate) fn line(foreign: &str) -> String {
    let spaced: String = foreign
        .chars()
        .map(|character| {
            if character.is_whitespace() {
                ' '
            } else {
                character
            }
        })
        .filter(|&character| is_harmless(character))
        .collect();
    spaced
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A person's name.
///
/// # Errors
/// [`ErrorCode::InvalidName`] when nothing is left or it is too long.
pub(crate) fn name(foreign: &str) -> Result<String, ErrorCode> {
    bounded(foreign, NAME_LENGTH_MAX).ok_or(ErrorCode::InvalidName)
}

/// A session's title.
///
/// # Errors
/// [`ErrorCode::InvalidTitle`] when nothing is left or it is too long.
pub(crate) fn title(foreign: &str) -> Result<String, ErrorCode> {
    bounded(foreign, TITLE_LENGTH_MAX).ok_or(ErrorCode::InvalidTitle)
}

fn bounded(foreign: &str, most: usize) -> Option<String> {
    let text = line(foreign);
    (1..=most).contains(&text.chars().count()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_harmless_line() {
        assert_eq!(name("  Ann \t  Lee\n"), Ok("Ann Lee".to_owned()));
        assert_eq!(name("\u{202e}nnA\u{0000}"), Ok("nnA".to_owned()));
        assert_eq!(name("👩‍🏫 Zoë"), Ok("👩‍🏫 Zoë".to_owned()));
        for bad in [
            "",
            "   ",
            "\u{200f}\u{feff}",
            "\u{200b}\u{3164}",
            &"x".repeat(NAME_LENGTH_MAX + 1),
        ] {
            assert_eq!(name(bad), Err(ErrorCode::InvalidName), "{bad:?}");
        }
        assert!(name(&"ä".repeat(NAME_LENGTH_MAX)).is_ok());
    }

    #[test]
    fn a_message_keeps_its_lines() {
        assert_eq!(text("a\r\nb\rc\td\u{7}\u{2066}\u{2028}e"), "a\nb\nc\td\ne");
    }
}
