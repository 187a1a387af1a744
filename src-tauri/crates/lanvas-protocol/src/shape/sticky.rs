//! Sticky notes. Boxed in a body, as all that is larger than a stroke and rarer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    body::{is_empty, is_label, is_side, is_size, put, put_clone, put_sides},
    change::ShapeChange,
};
use crate::limits::NAME_LENGTH_MAX;

/// A sticky note. `color` is its paper's; its words are dark.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StickyNote {
    /// Board units, above 0.
    pub w: f64,
    /// Board units, above 0. One with more words is longer.
    pub h: f64,
    /// On it.
    #[serde(default)]
    pub text: Box<str>,
    /// Font size in board units.
    pub size: f32,
    /// Who wrote it, as they were called then. The hub writes this.
    #[serde(default, skip_serializing_if = "is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub by: Box<str>,
}

impl StickyNote {
    /// Whether every value is inside its limit.
    pub(super) fn is_valid(&self) -> bool {
        is_side(self.w)
            && is_side(self.h)
            && is_label(&self.text)
            && is_size(self.size)
            && self.by.chars().count() <= NAME_LENGTH_MAX
    }

    /// Takes over the values of `change` that it has.
    pub(super) fn apply(&mut self, change: &ShapeChange) {
        put_sides(&mut self.w, &mut self.h, change);
        put_clone(&mut self.text, change.text.as_ref());
        put(&mut self.size, change.size);
    }
}
