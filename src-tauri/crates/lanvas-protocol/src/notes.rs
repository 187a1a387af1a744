//! A change to the notes, in the form CodeMirror 6 uses: kept and replaced stretches, measured in
//! UTF-16 units because the editor counts so.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeSeq};
use ts_rs::TS;

/// One stretch of the text before the change, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextChange {
    /// So many UTF-16 units stay. On the wire a number.
    Retain(u32),
    /// So many UTF-16 units go and `inserted` comes in their place. On the wire `[deleted]` or
    /// `[deleted, inserted]`.
    Replace {
        /// UTF-16 units, may be 0.
        deleted: u32,
        /// May be empty, if something is deleted.
        inserted: String,
    },
}

/// A change to the whole text: its stretches cover every unit of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TextChanges(pub Vec<TextChange>);

impl TextChanges {
    /// About how many bytes it holds.
    #[must_use]
    pub fn weight(&self) -> usize {
        const EACH: usize = 32;
        let inserted = |change: &TextChange| match change {
            TextChange::Retain(_) => 0,
            TextChange::Replace { inserted, .. } => inserted.len(),
        };
        self.0.iter().map(|change| EACH + inserted(change)).sum()
    }
}

impl Serialize for TextChange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Retain(units) => serializer.serialize_u32(*units),
            Self::Replace { deleted, inserted } => {
                let length = if inserted.is_empty() { 1 } else { 2 };
                let mut pair = serializer.serialize_seq(Some(length))?;
                pair.serialize_element(deleted)?;
                if !inserted.is_empty() {
                    pair.serialize_element(inserted)?;
                }
                pair.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for TextChange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextChangeVisitor)
    }
}

struct TextChangeVisitor;

impl<'de> de::Visitor<'de> for TextChangeVisitor {
    type Value = TextChange;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a number of kept units, [deleted] or [deleted, inserted]")
    }

    fn visit_u64<E: de::Error>(self, units: u64) -> Result<TextChange, E> {
        u32::try_from(units)
            .map(TextChange::Retain)
            .map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, units: i64) -> Result<TextChange, E> {
        u32::try_from(units)
            .map(TextChange::Retain)
            .map_err(E::custom)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut pair: A) -> Result<TextChange, A::Error> {
        let deleted = pair
            .next_element::<u32>()?
            .ok_or_else(|| de::Error::invalid_length(0, &self))?;
        let inserted = pair.next_element::<String>()?.unwrap_or_default();
        if pair.next_element::<de::IgnoredAny>()?.is_some() {
            return Err(de::Error::invalid_length(3, &self));
        }
        Ok(TextChange::Replace { deleted, inserted })
    }
}

impl TS for TextChanges {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &ts_rs::Config) -> String {
        "TextChanges".to_owned()
    }

    fn inline(_: &ts_rs::Config) -> String {
        "Array<number | [number] | [number, string]>".to_owned()
    }

    fn decl(cfg: &ts_rs::Config) -> String {
        format!("type TextChanges = {};", Self::inline(cfg))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_form_is_the_editors() {
        let json = r#"[3,[0,"hi"],[2],1]"#;
        let changes: TextChanges = serde_json::from_str(json).unwrap();
        assert_eq!(
            changes.0[1],
            TextChange::Replace {
                deleted: 0,
                inserted: "hi".to_owned()
            }
        );
        assert_eq!(serde_json::to_string(&changes).unwrap(), json);
        for bad in [
            "[[]]",
            r#"[[1,"a","b"]]"#,
            "[-1]",
            "[4294967296]",
            "[1.5]",
            r#"["a"]"#,
        ] {
            assert!(serde_json::from_str::<TextChanges>(bad).is_err(), "{bad}");
        }
    }
}
