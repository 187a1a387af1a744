//! Which names pass for which: what looks the same is the same name.
//!
//! Promises: case, width, accents put together in another way, spaces, joiners and letters of other
//! scripts that look alike (UTS 39) make no other name. Errs towards the same: a name that is taken
//! for another is a nuisance, one that passes for another a fraud. Must not know: who has which name.

use unicode_normalization::UnicodeNormalization;
use unicode_security::confusable_detection::skeleton;

/// What a name is compared by: it is the same as another if they share one of these.
///
/// Two, because a capital may look like another letter than its small one does: `Ian` like `lan`,
/// and still it is `ian`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NameKeys {
    /// Of the name in small letters: by this one an account is found, too.
    pub(crate) said: String,
    /// Of the name as it is written.
    pub(crate) seen: String,
}

impl NameKeys {
    /// Those of a name; blank ones if nothing of it can be told apart.
    pub(crate) fn of(name: &str) -> Self {
        let plain: String = name.nfkc().filter(|it| counts(*it)).collect();
        Self {
            said: shape(&plain.to_lowercase()),
            seen: shape(&plain),
        }
    }

    pub(crate) fn are_blank(&self) -> bool {
        self.said.is_empty() || self.seen.is_empty()
    }

    pub(crate) fn each(&self) -> [&str; 2] {
        [&self.said, &self.seen]
    }
}

/// Spaces and what joins letters make no other name.
fn counts(character: char) -> bool {
    !character.is_whitespace()
        && !matches!(character, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

fn shape(text: &str) -> String {
    let shape: String = skeleton(text).collect();
    shape.to_lowercase().nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes_for(one: &str, other: &str) -> bool {
        let (one, other) = (NameKeys::of(one), NameKeys::of(other));
        one.each().iter().any(|key| other.each().contains(key))
    }

    #[test]
    fn what_looks_the_same_is_the_same() {
        for other in [
            "ann lee",
            "ANN LEE",
            "Ann  Lee",
            "AnnLee",
            "Ann Lee",
            "\u{410}nn L\u{435}\u{435}",
            "\u{ff21}nn Lee",
            "A\u{200d}nn Lee",
            "\u{1d400}nn Lee",
        ] {
            assert!(passes_for(other, "Ann Lee"), "{other}");
        }
        assert!(passes_for("Jos\u{e9}", "Jose\u{301}"));
        assert!(passes_for("Ian", "lan"));
        assert!(passes_for("Bo1", "Bol"));
        assert!(passes_for("rnax", "max"));
        assert!(passes_for("0tto", "Otto"));
    }

    #[test]
    fn other_names_are_others() {
        for other in ["Anna Lee", "Ann", "Bo", "Änn Lee", "Ann Lee 2", "李安"] {
            assert!(!passes_for(other, "Ann Lee"), "{other}");
        }
        assert!(!passes_for("Ian", "Jan"));
        assert!(NameKeys::of(" \u{200d}").are_blank());
        assert!(!NameKeys::of("👋").are_blank());
    }
}
