//! A hub's address as a few words that can be said across a room.
//!
//! `acorn-alley-acorn` is 192.168.1.5 and port 7420. A byte is a word of [`WORDS`]:
//!
//! | words | bits | stands for |
//! |---|---|---|
//! | 3 | 16 of 192.168.x.y, 4 of the usual port, 4 of check | what most homes and schools have |
//! | 4 | 24 of 10.x.y.z, 4 of the usual port, 4 of check | what many offices have |
//! | 5 | 32 of the address, 4 of the usual port, 4 of check | any other address |
//! | 7 | 32 of the address, 16 of the port, 8 of check | any other port |
//!
//! Promises: pure; what [`join_code`] writes [`read_join_code`] reads, in whatever case and with
//! whatever between the words; no two words are near each other, so that one slip in a word, or its
//! first four letters alone, still mean it; what was meant otherwise is mostly caught by the check.
//! The words are part of the wire: they never change.

use std::net::Ipv4Addr;

use thiserror::Error;

use crate::advert::{DEFAULT_PORT, USUAL_PORTS};

/// What is read is not longer; so much a person may type around seven words.
const TEXT_BYTES_MAX: usize = 160;
/// So many letters of a word are enough.
const ENOUGH: usize = 4;

/// The address of a hub as words with dashes between.
#[must_use]
pub fn join_code(address: Ipv4Addr, port: u16) -> String {
    let bytes = bytes_of(address, port);
    let words = bytes.iter().map(|byte| WORDS[usize::from(*byte)]);
    words.collect::<Vec<_>>().join("-")
}

/// What the words stand for; none when they are no code, or one with a mistake in it.
#[must_use]
pub fn read_join_code(text: &str) -> Option<(Ipv4Addr, u16)> {
    if text.len() > TEXT_BYTES_MAX {
        return None;
    }
    let words = text.split(|letter: char| !letter.is_alphabetic());
    let words = words.filter(|word| !word.is_empty()).map(byte_of);
    let bytes: Vec<u8> = words.collect::<Option<_>>()?;
    let (address, port) = match bytes.as_slice() {
        [c, d, last] => (Ipv4Addr::new(192, 168, *c, *d), usual_port(last >> 4)?),
        [b, c, d, last] => (Ipv4Addr::new(10, *b, *c, *d), usual_port(last >> 4)?),
        [a, b, c, d, last] => (Ipv4Addr::new(*a, *b, *c, *d), usual_port(last >> 4)?),
        [a, b, c, d, high, low, _] => (
            Ipv4Addr::new(*a, *b, *c, *d),
            u16::from_be_bytes([*high, *low]),
        ),
        _ => return None,
    };
    (bytes_of(address, port) == bytes).then_some((address, port))
}

/// What is wrong with text that is meant as a code and is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JoinCodeFault {
    /// A word that is none of [`WORDS`].
    #[error("\"{0}\" is none of the words that Lanvas uses. Ask the host to read it again.")]
    Word(String),
    /// All are words, and together they stand for nothing.
    #[error(
        "One of these words is another one, or one is missing, or two changed places. Ask the host to read them again."
    )]
    Together,
}

/// Says what is wrong with `text`; none when it is a code, or not meant as one: most of its words
/// are none of [`WORDS`].
#[must_use]
pub fn join_code_fault(text: &str) -> Option<JoinCodeFault> {
    let is_plain = |letter: char| letter.is_alphabetic() || " -,".contains(letter);
    if text.len() > TEXT_BYTES_MAX || !text.chars().all(is_plain) || read_join_code(text).is_some()
    {
        return None;
    }
    let words = text.split(|letter: char| !letter.is_alphabetic());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let unknown: Vec<_> = words
        .iter()
        .filter(|word| byte_of(word).is_none())
        .collect();
    let known = words.len() - unknown.len();
    match unknown.first() {
        _ if known < 2 || known <= unknown.len() => None,
        Some(word) => Some(JoinCodeFault::Word((**word).to_owned())),
        None => Some(JoinCodeFault::Together),
    }
}

fn bytes_of(address: Ipv4Addr, port: u16) -> Vec<u8> {
    let four = address.octets();
    let Some(usual) = place_of(port) else {
        let mut bytes = [four.as_slice(), &port.to_be_bytes()].concat();
        bytes.push(check(&bytes));
        return bytes;
    };
    let said = match four {
        [192, 168, ..] => &four[2..],
        [10, ..] => &four[1..],
        _ => &four[..],
    };
    let mut bytes = said.to_vec();
    bytes.push(usual << 4);
    let check = check(&bytes) & 0x0f;
    if let Some(last) = bytes.last_mut() {
        *last |= check;
    }
    bytes
}

fn usual_port(place: u8) -> Option<u16> {
    let port = DEFAULT_PORT + u16::from(place);
    USUAL_PORTS.contains(&port).then_some(port)
}

fn place_of(port: u16) -> Option<u8> {
    let place = port.checked_sub(DEFAULT_PORT)?;
    USUAL_PORTS
        .contains(&port)
        .then(|| u8::try_from(place).ok())
        .flatten()
}

/// Tells another word, and two words that changed places.
fn check(bytes: &[u8]) -> u8 {
    let mut sum = 0x5a_u8;
    for byte in bytes {
        sum = sum.rotate_left(3).wrapping_mul(31).wrapping_add(*byte);
    }
    sum ^ (sum >> 4)
}

fn byte_of(typed: &str) -> Option<u8> {
    let typed = typed.to_lowercase();
    let exactly = WORDS.iter().position(|word| *word == typed);
    let beginning = || {
        (typed.len() >= ENOUGH)
            .then(|| WORDS.iter().position(|word| word.starts_with(&typed)))
            .flatten()
    };
    let nearly = || {
        let near = |word: &&str| is_one_slip(word.as_bytes(), typed.as_bytes());
        let mut found = WORDS.iter().enumerate().filter(|(_, word)| near(word));
        let first = found.next()?.0;
        found.next().is_none().then_some(first)
    };
    let place = exactly.or_else(beginning).or_else(nearly)?;
    u8::try_from(place).ok()
}

/// One letter more, less or other, or two that changed places.
fn is_one_slip(word: &[u8], typed: &[u8]) -> bool {
    let same_begin = word.iter().zip(typed).take_while(|(a, b)| a == b).count();
    let (word, typed) = (&word[same_begin..], &typed[same_begin..]);
    let backwards = word.iter().rev().zip(typed.iter().rev());
    let same_end = backwards.take_while(|(a, b)| a == b).count();
    let word = &word[..word.len() - same_end.min(word.len())];
    let typed = &typed[..typed.len() - same_end.min(typed.len())];
    match (word, typed) {
        ([], [_]) | ([_], [] | [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// A byte each. Short things that one can point at; no two begin with the same four letters or are
/// nearer than three slips.
#[rustfmt::skip]
pub const WORDS: [&str; 256] = [
    "academy", "acorn", "adult", "airport", "album", "alley", "almond", "amber",
    "anchor", "angle", "apron", "arch", "arena", "armor", "athlete", "atlas",
    "attic", "aurora", "autumn", "avenue", "avocado", "badge", "baker", "bamboo",
    "banjo", "barrel", "basil", "beach", "berry", "bicycle", "biscuit", "bishop",
    "blanket", "blossom", "bonfire", "border", "bottle", "bread", "breeze", "brick",
    "brother", "bubble", "bucket", "buffalo", "butter", "cabbage", "cabin", "cactus",
    "camel", "canvas", "captain", "caravan", "carpet", "castle", "cavern", "cedar",
    "cello", "ceramic", "chapter", "cheese", "chimney", "circus", "clay", "clover",
    "cobweb", "cocoa", "compass", "concert", "copper", "coral", "cottage", "cousin",
    "coyote", "cradle", "crayon", "cricket", "crown", "crystal", "cushion", "cyclone",
    "daisy", "dance", "decade", "desert", "diamond", "dinner", "doctor", "dolphin",
    "domino", "donkey", "drawer", "drum", "echo", "eclipse", "elbow", "embassy",
    "emerald", "engine", "evening", "fabric", "falcon", "family", "feather", "fiddle",
    "field", "firefly", "flame", "freckle", "frost", "furnace", "galaxy", "garden",
    "garlic", "gazelle", "geyser", "giraffe", "glacier", "goat", "gondola", "goose",
    "granite", "grape", "guitar", "hallway", "hamster", "helmet", "hexagon", "horizon",
    "hotel", "hurdle", "iceberg", "igloo", "indigo", "inkwell", "insect", "island",
    "ivory", "jaguar", "jasmine", "jewel", "jigsaw", "journal", "kayak", "kingdom",
    "kitchen", "kite", "koala", "ladder", "lagoon", "lantern", "lemon", "leopard",
    "library", "lighter", "lily", "linen", "lobster", "lotus", "lucky", "lullaby",
    "magnet", "mammoth", "maple", "meadow", "melody", "mercury", "mirror", "mittens",
    "monsoon", "moon", "morning", "mosaic", "museum", "mustard", "napkin", "nectar",
    "needle", "nephew", "nest", "night", "north", "nutmeg", "oatmeal", "ocean",
    "octopus", "olive", "onion", "opera", "orange", "orbit", "orchard", "origami",
    "ostrich", "palace", "panda", "parrot", "pencil", "piano", "picnic", "pigeon",
    "pillow", "pirate", "plaza", "poem", "poppy", "potato", "prince", "puffin",
    "puppet", "puzzle", "python", "quartz", "queen", "quilt", "quiver", "rabbit",
    "radio", "ribbon", "ruby", "scarf", "school", "seal", "silver", "sketch",
    "sled", "snow", "soccer", "sofa", "spider", "spring", "stable", "stone",
    "sugar", "summer", "sunset", "syrup", "teapot", "temple", "tennis", "tiger",
    "train", "tulip", "tunnel", "violin", "voyage", "waffle", "walnut", "weasel",
    "whale", "wheat", "window", "wizard", "wolf", "yacht", "yogurt", "zebra",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> usize {
        text.split('-').count()
    }

    #[test]
    fn the_usual_address_is_three_words() {
        let code = join_code(Ipv4Addr::new(192, 168, 1, 5), 7420);
        assert_eq!(words(&code), 3, "{code}");
        assert_eq!(words(&join_code(Ipv4Addr::new(10, 0, 0, 5), 7430)), 4);
        assert_eq!(words(&join_code(Ipv4Addr::new(172, 16, 0, 5), 7420)), 5);
        assert_eq!(words(&join_code(Ipv4Addr::new(192, 168, 1, 5), 80)), 7);
    }

    #[test]
    fn no_two_words_are_near_each_other() {
        let begins: BTreeSet<_> = WORDS.iter().map(|word| &word[..ENOUGH]).collect();
        assert_eq!(begins.len(), WORDS.len());
        for (at, one) in WORDS.iter().enumerate() {
            for other in &WORDS[at + 1..] {
                assert!(
                    !is_one_slip(one.as_bytes(), other.as_bytes()),
                    "{one} {other}"
                );
            }
        }
    }

    #[test]
    fn a_slip_is_forgiven_and_a_wrong_word_is_not() {
        let address = (Ipv4Addr::new(192, 168, 1, 5), 7420);
        let code = join_code(address.0, address.1);
        let spoken: Vec<_> = code.split('-').collect();
        let first = spoken[0];
        let slips = [
            code.to_uppercase(),
            code.replace('-', "  "),
            format!(" {}. ", code.replace('-', ", ")),
            format!("{}-{}-{}", &first[..ENOUGH], spoken[1], spoken[2]),
            format!("{}x-{}-{}", first, spoken[1], spoken[2]),
            format!("{}-{}-{}", &first[1..], spoken[1], spoken[2]),
        ];
        for slip in slips {
            assert_eq!(read_join_code(&slip), Some(address), "{slip}");
        }
        for wrong in [
            "",
            "-",
            "192.168.1.5",
            "acorn",
            "hello there world",
            &"acorn ".repeat(40),
        ] {
            assert_eq!(read_join_code(wrong), None, "{wrong}");
        }
        let swapped = format!("{}-{}-{}", spoken[1], spoken[0], spoken[2]);
        assert_eq!(read_join_code(&swapped), None);
    }

    #[test]
    fn a_mistake_is_named_and_other_text_is_no_mistake() {
        let code = join_code(Ipv4Addr::new(192, 168, 1, 5), 7420);
        let spoken: Vec<_> = code.split('-').collect();
        let typo = format!("{} xylofon {}", spoken[0], spoken[2]);
        let named = join_code_fault(&typo).map(|fault| fault.to_string());
        assert!(named.is_some_and(|text| text.starts_with("\"xylofon\" is none")));
        let swapped = format!("{}-{}-{}", spoken[1], spoken[0], spoken[2]);
        for wrong in [&swapped, &format!("{}-{}", spoken[0], spoken[1])] {
            assert_eq!(join_code_fault(wrong), Some(JoinCodeFault::Together));
        }
        for other in ["", "anns-laptop", "192.168.1.5", "anns-laptop.local", &code] {
            assert_eq!(join_code_fault(other), None, "{other}");
        }
    }

    #[test]
    fn most_wrong_words_are_caught() {
        let code = join_code(Ipv4Addr::new(192, 168, 1, 5), 7420);
        let spoken: Vec<_> = code.split('-').collect();
        let wrong = WORDS.iter().filter(|word| **word != spoken[1]);
        let taken = wrong
            .filter(|word| {
                let said = format!("{}-{word}-{}", spoken[0], spoken[2]);
                read_join_code(&said).is_some()
            })
            .count();
        assert!(taken <= 20, "{taken} of 255 wrong words were believed");
    }

    proptest! {
        #[test]
        fn every_address_comes_back(address: u32, port: u16) {
            let address = Ipv4Addr::from(address);
            let code = join_code(address, port);
            prop_assert_eq!(read_join_code(&code), Some((address, port)), "{}", code);
        }

        #[test]
        fn any_text_is_read_without_a_fault(text: String) {
            if let Some((address, port)) = read_join_code(&text) {
                prop_assert_eq!(read_join_code(&join_code(address, port)), Some((address, port)));
            }
        }
    }
}
