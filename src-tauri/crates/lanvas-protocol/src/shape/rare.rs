//! Words that most shapes do not have: one machine word while there are none.
//!
//! A board of 200,000 strokes has 600,000 of these; as `Box<str>` the empty ones alone took 10 MB.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// A text that is mostly empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct RareText(Option<Box<Box<str>>>);

impl Deref for RareText {
    type Target = str;

    fn deref(&self) -> &str {
        self.0.as_deref().map_or("", |text| text)
    }
}

impl From<String> for RareText {
    fn from(text: String) -> Self {
        Self((!text.is_empty()).then(|| Box::new(text.into_boxed_str())))
    }
}

impl From<&str> for RareText {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<RareText> for String {
    fn from(text: RareText) -> Self {
        text.0.map_or_else(Self::new, |text| text.into_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_one_takes_one_word_and_no_more() {
        assert_eq!(size_of::<RareText>(), size_of::<usize>());
        assert_eq!(RareText::from("").0, None);
        assert_eq!(String::from(RareText::from("a link")), "a link");
    }
}
