//! Lines and arrows. Kept apart from the other kinds because they are far larger than a stroke, of
//! which a board may have 200,000: in a body they are boxed.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    body::{
        is_bend, is_bond, is_coordinate, is_default, is_empty, is_label, is_part, is_size,
        is_width, put, put_clone,
    },
    change::ShapeChange,
    look::{Head, Route},
};

/// A line or an arrow from (x, y) to (x + w, y + h). `color` is its line's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Connector {
    /// Board units, may be negative.
    pub w: f64,
    /// Board units, may be negative.
    pub h: f64,
    /// Of its line, board units.
    pub width: f32,
    /// How it gets there.
    #[serde(default)]
    pub route: Route,
    /// Of a curved one: how far its middle is off the straight way, to the right of the way
    /// from start to end, in parts of its length; −2 to 2.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<f64>", optional)]
    pub bend: f64,
    /// At its start.
    #[serde(default)]
    pub head_start: Head,
    /// At its end.
    #[serde(default)]
    pub head_end: Head,
    /// The shape that its start is bound to; empty when it is free. A bound end is where the
    /// way towards `from_at` of that shape's box meets its edge, and follows it.
    #[serde(default, skip_serializing_if = "is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub from: Box<str>,
    /// Parts of the bound shape's width and height, 0 to 1.
    #[serde(default = "middle", skip_serializing_if = "is_middle")]
    #[ts(as = "Option<f64>", optional)]
    pub from_x: f64,
    /// See `from_x`.
    #[serde(default = "middle", skip_serializing_if = "is_middle")]
    #[ts(as = "Option<f64>", optional)]
    pub from_y: f64,
    /// As `from`, for the end.
    #[serde(default, skip_serializing_if = "is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub to: Box<str>,
    /// As `from_x`, for the end.
    #[serde(default = "middle", skip_serializing_if = "is_middle")]
    #[ts(as = "Option<f64>", optional)]
    pub to_x: f64,
    /// As `from_x`, for the end.
    #[serde(default = "middle", skip_serializing_if = "is_middle")]
    #[ts(as = "Option<f64>", optional)]
    pub to_y: f64,
    /// At its middle.
    #[serde(default, skip_serializing_if = "is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub text: Box<str>,
    /// Font size in board units.
    pub size: f32,
}

fn middle() -> f64 {
    0.5
}

#[allow(clippy::float_cmp, clippy::trivially_copy_pass_by_ref)] // what serde hands over
fn is_middle(value: &f64) -> bool {
    *value == middle()
}

impl Connector {
    /// Whether every value is inside its limit.
    pub(super) fn is_valid(&self) -> bool {
        let parts = [self.from_x, self.from_y, self.to_x, self.to_y];
        is_coordinate(self.w)
            && is_coordinate(self.h)
            && is_width(self.width)
            && is_bend(self.bend)
            && is_bond(&self.from)
            && is_bond(&self.to)
            && parts.into_iter().all(is_part)
            && is_label(&self.text)
            && is_size(self.size)
    }

    /// About how many bytes its words and bonds hold.
    pub(super) fn weight(&self) -> usize {
        self.text.len() + self.from.len() + self.to.len()
    }

    /// Takes over the values of `change` that it has.
    pub(super) fn apply(&mut self, change: &ShapeChange) {
        put(&mut self.w, change.w);
        put(&mut self.h, change.h);
        put(&mut self.width, change.width);
        put(&mut self.route, change.route);
        put(&mut self.bend, change.bend);
        put(&mut self.head_start, change.head_start);
        put(&mut self.head_end, change.head_end);
        put_clone(&mut self.from, change.from.as_ref());
        put(&mut self.from_x, change.from_x);
        put(&mut self.from_y, change.from_y);
        put_clone(&mut self.to, change.to.as_ref());
        put(&mut self.to_x, change.to_x);
        put(&mut self.to_y, change.to_y);
        put_clone(&mut self.text, change.text.as_ref());
        put(&mut self.size, change.size);
    }
}
