//! The kinds of shapes.

use std::ops::Deref;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    change::ShapeChange,
    connector::Connector,
    image::Image,
    look::{Form, Nib},
    sticky::StickyNote,
};
use crate::{
    ids::ShapeId,
    limits::{COORDINATE_MAX, STROKE_WIDTH_MAX, TEXT_LENGTH_MAX, TEXT_SIZE_MAX},
    points::Points,
};

/// The kinds of shapes. Those with `w` and `h` lie in the box from (x, y) to (x + w, y + h),
/// turned about its middle by the shape's `rotation`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ShapeBody {
    /// Ink.
    Stroke {
        /// Nominal width in board units; pressure varies it.
        width: f32,
        /// Where the pen was, relative to the shape's (x, y).
        points: Points,
        /// What it was drawn with.
        #[serde(default, skip_serializing_if = "is_default")]
        #[ts(as = "Option<Nib>", optional)]
        nib: Nib,
    },
    /// A text label; (x, y) is its top left.
    Text {
        /// Lines are parted by `\n`.
        text: Box<str>,
        /// Font size in board units.
        size: f32,
        /// Lines longer than this break, in board units; 0 when only `\n` breaks them.
        #[serde(default, skip_serializing_if = "is_default")]
        #[ts(as = "Option<f64>", optional)]
        w: f64,
    },
    /// A form with words in its middle.
    Geo {
        /// Its outline.
        #[serde(default)]
        form: Form,
        /// Board units, above 0.
        w: f64,
        /// Board units, above 0.
        h: f64,
        /// Of its line, board units.
        width: f32,
        /// In its middle.
        #[serde(default)]
        text: Box<str>,
        /// Font size in board units.
        size: f32,
    },
    /// A line or an arrow.
    Connector(Box<Connector>),
    /// A sticky note.
    Note(Box<StickyNote>),
    /// A picture.
    Image(Box<Image>),
    /// A part of the board with a name, in `text`: a page, when shown or printed.
    Frame {
        /// Board units, above 0.
        w: f64,
        /// Board units, above 0.
        h: f64,
        /// Its name.
        #[serde(default)]
        text: Box<str>,
        /// Its place among the pages: lower ones come earlier, equal ones by id.
        #[serde(default, skip_serializing_if = "is_default")]
        #[ts(as = "Option<f64>", optional)]
        order: f64,
    },
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

pub(super) fn is_empty(text: &impl Deref<Target = str>) -> bool {
    text.is_empty()
}

pub(super) fn is_coordinate(value: f64) -> bool {
    value.is_finite() && value.abs() <= COORDINATE_MAX
}

/// Of a box's side.
pub(super) fn is_side(value: f64) -> bool {
    is_coordinate(value) && value > 0.0
}

pub(super) fn is_width(value: f32) -> bool {
    value.is_finite() && value > 0.0 && value <= STROKE_WIDTH_MAX
}

pub(super) fn is_size(value: f32) -> bool {
    value.is_finite() && value > 0.0 && value <= TEXT_SIZE_MAX
}

pub(super) fn is_label(text: &str) -> bool {
    text.chars().count() <= TEXT_LENGTH_MAX && !text.contains('\r')
}

pub(super) fn is_part(value: f64) -> bool {
    (0.0..=1.0).contains(&value)
}

/// Cut off at one side.
pub(super) fn is_cropped(part: f32) -> bool {
    (0.0..1.0).contains(&part)
}

pub(super) fn is_bend(value: f64) -> bool {
    (-2.0..=2.0).contains(&value)
}

/// Empty, or a shape's id.
pub(super) fn is_bond(text: &str) -> bool {
    text.is_empty() || ShapeId::new(text).is_ok()
}

impl ShapeBody {
    /// Ink of a pen.
    #[must_use]
    pub fn stroke(width: f32, points: Points) -> Self {
        Self::Stroke {
            width,
            points,
            nib: Nib::Pen,
        }
    }

    /// A label whose lines do not wrap.
    pub fn label(text: impl Into<Box<str>>, size: f32) -> Self {
        Self::Text {
            text: text.into(),
            size,
            w: 0.0,
        }
    }

    /// Whether every value is inside its limit.
    pub(super) fn is_valid(&self) -> bool {
        match self {
            Self::Stroke { width, points, nib } => {
                is_width(*width) && !points.is_empty() && *nib != Nib::Laser
            }
            Self::Text { text, size, w } => {
                is_label(text) && is_size(*size) && is_coordinate(*w) && *w >= 0.0
            }
            Self::Geo {
                w,
                h,
                width,
                text,
                size,
                ..
            } => is_side(*w) && is_side(*h) && is_width(*width) && is_label(text) && is_size(*size),
            Self::Connector(connector) => connector.is_valid(),
            Self::Note(note) => note.is_valid(),
            Self::Image(image) => image.is_valid(),
            Self::Frame { w, h, text, order } => {
                is_side(*w) && is_side(*h) && is_label(text) && order.is_finite()
            }
        }
    }

    /// About how many bytes it holds beside its own size.
    #[must_use]
    pub fn weight(&self) -> usize {
        match self {
            Self::Stroke { points, .. } => points.as_packed().len(),
            Self::Text { text, .. } | Self::Geo { text, .. } | Self::Frame { text, .. } => {
                text.len()
            }
            Self::Note(note) => size_of::<StickyNote>() + note.text.len(),
            Self::Connector(connector) => size_of::<Connector>() + connector.weight(),
            Self::Image(_) => size_of::<Image>(),
        }
    }

    /// Takes over the values of `change` that this kind has; a side of a box that is not above 0
    /// does nothing.
    pub(super) fn apply(&mut self, change: &ShapeChange) {
        match self {
            Self::Stroke { width, points, nib } => {
                put(width, change.width);
                put(nib, change.nib.filter(|nib| *nib != Nib::Laser));
                put_clone(points, change.points.as_ref());
            }
            Self::Text { text, size, w } => {
                put_clone(text, change.text.as_ref());
                put(size, change.size);
                put(w, change.w.filter(|w| *w >= 0.0));
            }
            Self::Geo {
                form,
                w,
                h,
                width,
                text,
                size,
            } => {
                put(form, change.form);
                put_sides(w, h, change);
                put(width, change.width);
                put_clone(text, change.text.as_ref());
                put(size, change.size);
            }
            Self::Connector(connector) => connector.apply(change),
            Self::Note(note) => note.apply(change),
            Self::Image(image) => image.apply(change),
            Self::Frame { w, h, text, order } => {
                put_sides(w, h, change);
                put_clone(text, change.text.as_ref());
                put(order, change.order);
            }
        }
    }
}

pub(super) fn put<T: Copy>(value: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *value = new;
    }
}

pub(super) fn put_clone<T: Clone>(value: &mut T, new: Option<&T>) {
    if let Some(new) = new {
        value.clone_from(new);
    }
}

pub(super) fn put_sides(w: &mut f64, h: &mut f64, change: &ShapeChange) {
    put(w, change.w.filter(|w| *w > 0.0));
    put(h, change.h.filter(|h| *h > 0.0));
}
