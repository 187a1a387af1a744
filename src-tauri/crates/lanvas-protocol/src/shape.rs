//! What can lie on a board.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    error::ErrorCode,
    ids::{ParticipantId, ShapeId},
    limits::{COORDINATE_MAX, STROKE_WIDTH_MAX, TEXT_LENGTH_MAX, TEXT_SIZE_MAX},
    points::Points,
};

/// An opaque colour, `#rrggbb` on the wire and nothing else: it ends in style attributes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(as = "String")]
pub struct Color(pub [u8; 3]);

/// A colour that is not `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a colour is written #rrggbb")]
pub struct InvalidColor;

impl TryFrom<String> for Color {
    type Error = InvalidColor;

    fn try_from(text: String) -> Result<Self, InvalidColor> {
        let digits = text.strip_prefix('#').ok_or(InvalidColor)?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(InvalidColor);
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| InvalidColor)?;
        let [_, r, g, b] = number.to_be_bytes();
        Ok(Self([r, g, b]))
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        color.to_string()
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl fmt::Debug for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A thing on the board. Its body's coordinates are relative to (x, y), so that moving it changes
/// two numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Shape {
    /// Unique in the session.
    pub id: ShapeId,
    /// Who added it. The hub writes this, whatever the client said.
    #[serde(default)]
    pub author: ParticipantId,
    /// Board units from the board's origin, right is positive.
    pub x: f64,
    /// Board units from the board's origin, down is positive.
    pub y: f64,
    /// Stacking: higher is nearer; equal ones stack by id.
    #[serde(default)]
    pub z: f64,
    /// Ink or text colour.
    pub color: Color,
    /// What it is.
    pub body: ShapeBody,
}

/// The kinds of shapes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ShapeBody {
    /// Ink.
    Stroke {
        /// Nominal width in board units; pressure varies it.
        width: f32,
        /// Where the pen was, relative to the shape's (x, y).
        points: Points,
    },
    /// A text label; (x, y) is its top left.
    Text {
        /// Lines are parted by `\n`.
        text: String,
        /// Font size in board units.
        size: f32,
    },
}

/// New values for some properties of a shape. What is absent stays. The last one to be numbered
/// wins, property by property.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ShapeChange {
    /// The shape.
    pub id: ShapeId,
    /// See [`Shape::x`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub x: Option<f64>,
    /// See [`Shape::y`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub y: Option<f64>,
    /// See [`Shape::z`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub z: Option<f64>,
    /// See [`Shape::color`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub color: Option<Color>,
    /// Strokes only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub width: Option<f32>,
    /// Text labels only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub text: Option<String>,
    /// Text labels only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub size: Option<f32>,
}

fn is_coordinate(value: f64) -> bool {
    value.is_finite() && value.abs() <= COORDINATE_MAX
}

fn is_length(value: f32, most: f32) -> bool {
    value.is_finite() && value > 0.0 && value <= most
}

fn is_label(text: &str) -> bool {
    text.chars().count() <= TEXT_LENGTH_MAX && !text.contains('\r')
}

impl Shape {
    /// Whether every value is inside its limit.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidShape`] when one is not.
    pub fn validate(&self) -> Result<(), ErrorCode> {
        let place = is_coordinate(self.x) && is_coordinate(self.y) && self.z.is_finite();
        let body = match &self.body {
            ShapeBody::Stroke { width, points } => {
                is_length(*width, STROKE_WIDTH_MAX) && !points.is_empty()
            }
            ShapeBody::Text { text, size } => is_label(text) && is_length(*size, TEXT_SIZE_MAX),
        };
        if place && body {
            Ok(())
        } else {
            Err(ErrorCode::InvalidShape)
        }
    }

    /// Takes over the values of `change`; those of another kind of shape do nothing.
    pub fn apply(&mut self, change: &ShapeChange) {
        self.x = change.x.unwrap_or(self.x);
        self.y = change.y.unwrap_or(self.y);
        self.z = change.z.unwrap_or(self.z);
        self.color = change.color.unwrap_or(self.color);
        match &mut self.body {
            ShapeBody::Stroke { width, .. } => *width = change.width.unwrap_or(*width),
            ShapeBody::Text { text, size } => {
                if let Some(new) = &change.text {
                    text.clone_from(new);
                }
                *size = change.size.unwrap_or(*size);
            }
        }
    }
}

impl ShapeChange {
    /// A change of nothing.
    #[must_use]
    pub fn of(id: ShapeId) -> Self {
        Self {
            id,
            x: None,
            y: None,
            z: None,
            color: None,
            width: None,
            text: None,
            size: None,
        }
    }

    /// Whether every value is inside its limit.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidShape`] when one is not.
    pub fn validate(&self) -> Result<(), ErrorCode> {
        let valid = self.x.is_none_or(is_coordinate)
            && self.y.is_none_or(is_coordinate)
            && self.z.is_none_or(f64::is_finite)
            && self
                .width
                .is_none_or(|width| is_length(width, STROKE_WIDTH_MAX))
            && self.size.is_none_or(|size| is_length(size, TEXT_SIZE_MAX))
            && self.text.as_deref().is_none_or(is_label);
        if valid {
            Ok(())
        } else {
            Err(ErrorCode::InvalidShape)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_hex_digits_and_nothing_else() {
        let red = Color::try_from("#fF0000".to_owned()).unwrap();
        assert_eq!(red.to_string(), "#ff0000");
        for bad in [
            "", "red", "#fff", "#ff00001", "#+f0000", "#ff000ä", "url(x)",
        ] {
            assert_eq!(Color::try_from(bad.to_owned()), Err(InvalidColor), "{bad}");
        }
    }

    #[test]
    fn a_coordinate_is_finite_and_on_the_board() {
        let change = |x| ShapeChange {
            x: Some(x),
            ..ShapeChange::of(ShapeId::new("a").unwrap())
        };
        assert!(change(COORDINATE_MAX).validate().is_ok());
        for bad in [COORDINATE_MAX * 1.01, f64::NAN, f64::INFINITY] {
            assert_eq!(change(bad).validate(), Err(ErrorCode::InvalidShape));
        }
    }
}
