//! What can lie on a board.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use self::body::{is_coordinate, is_default, is_empty, is_part, put, put_clone};
pub use self::{
    body::ShapeBody,
    change::ShapeChange,
    connector::Connector,
    image::Image,
    look::{Align, Dash, Font, Form, Head, Nib, Paint, Route},
    rare::RareText,
    sticky::StickyNote,
};
use crate::{
    error::ErrorCode,
    ids::{ParticipantId, ShapeId},
    limits::{GROUP_LENGTH_MAX, LINK_LENGTH_MAX, SHAPE_NAME_LENGTH_MAX},
};

mod body;
mod change;
mod connector;
mod image;
mod look;
mod rare;
mod sticky;

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
    /// Of ink, line or text; of a sticky note's paper.
    pub color: Color,
    /// What it is.
    pub body: ShapeBody,
    /// How much hides what is below: 0 to 1.
    #[serde(default = "opaque", skip_serializing_if = "is_opaque")]
    #[ts(as = "Option<f64>", optional)]
    pub opacity: f64,
    /// Of what has a box: radians clockwise about its middle.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<f64>", optional)]
    pub rotation: f64,
    /// Of what has a box: right and left changed, before it is turned.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<bool>", optional)]
    pub mirrored: bool,
    /// Clients do not move, change or remove it before it is unlocked.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<bool>", optional)]
    pub locked: bool,
    /// Only moderators and the host change or remove it, and only they set this.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<bool>", optional)]
    pub sealed: bool,
    /// When it was added, by the hub's clock: milliseconds since 1970 UTC; 0 for unknown. The hub
    /// writes this.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<u64>", optional)]
    pub added_ms: u64,
    /// The groups it is in, outermost first, ids parted by `/`; empty for none.
    #[serde(default, skip_serializing_if = "is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub group: RareText,
    /// Where it leads: `http://…`, `https://…`, `mailto:…`, or `#…` in this session; empty for
    /// nowhere.
    #[serde(default, skip_serializing_if = "is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub link: RareText,
    /// What it is, for people who cannot see it; empty for what its words say.
    #[serde(default, skip_serializing_if = "is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub name: RareText,
    /// What fills a form, a frame, or the inside of a stroke.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<Paint>", optional)]
    pub fill: Paint,
    /// How its line runs.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<Dash>", optional)]
    pub dash: Dash,
    /// Of its words.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<Font>", optional)]
    pub font: Font,
    /// Of its words.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<Align>", optional)]
    pub align: Align,
    /// Of its words.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<bool>", optional)]
    pub bold: bool,
    /// Of its words.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<bool>", optional)]
    pub italic: bool,
}

fn opaque() -> f64 {
    1.0
}

#[allow(clippy::float_cmp, clippy::trivially_copy_pass_by_ref)] // what serde hands over
fn is_opaque(value: &f64) -> bool {
    *value == opaque()
}

fn is_group(text: &str) -> bool {
    text.is_empty()
        || (text.len() <= GROUP_LENGTH_MAX && text.split('/').all(|id| ShapeId::new(id).is_ok()))
}

/// Only what a page may open without harm: never `javascript:`.
fn is_link(text: &str) -> bool {
    let known = ["http://", "https://", "mailto:", "#"];
    let plain = !text.chars().any(|c| c.is_control() || c.is_whitespace());
    text.is_empty()
        || (text.len() <= LINK_LENGTH_MAX && plain && known.iter().any(|s| text.starts_with(s)))
}

fn is_name(text: &str) -> bool {
    text.chars().count() <= SHAPE_NAME_LENGTH_MAX && !text.contains(['\r', '\n'])
}

impl Shape {
    /// A shape that is as plain as its body.
    #[must_use]
    pub fn plain(id: ShapeId, x: f64, y: f64, z: f64, color: Color, body: ShapeBody) -> Self {
        Self {
            id,
            author: ParticipantId::default(),
            x,
            y,
            z,
            color,
            body,
            opacity: opaque(),
            rotation: 0.0,
            mirrored: false,
            locked: false,
            sealed: false,
            added_ms: 0,
            group: RareText::default(),
            link: RareText::default(),
            name: RareText::default(),
            fill: Paint::default(),
            dash: Dash::default(),
            font: Font::default(),
            align: Align::default(),
            bold: false,
            italic: false,
        }
    }

    /// Whether every value is inside its limit.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidShape`] when one is not.
    pub fn validate(&self) -> Result<(), ErrorCode> {
        let place = is_coordinate(self.x) && is_coordinate(self.y) && self.z.is_finite();
        let look = is_part(self.opacity)
            && self.rotation.is_finite()
            && is_group(&self.group)
            && is_link(&self.link)
            && is_name(&self.name);
        if place && look && self.body.is_valid() {
            Ok(())
        } else {
            Err(ErrorCode::InvalidShape)
        }
    }

    /// Takes over the values of `change`; those of another kind of shape do nothing.
    pub fn apply(&mut self, change: &ShapeChange) {
        put(&mut self.x, change.x);
        put(&mut self.y, change.y);
        put(&mut self.z, change.z);
        put(&mut self.color, change.color);
        put(&mut self.opacity, change.opacity);
        put(&mut self.rotation, change.rotation);
        put(&mut self.mirrored, change.mirrored);
        put(&mut self.locked, change.locked);
        put(&mut self.sealed, change.sealed);
        put_clone(&mut self.group, change.group.as_ref());
        put_clone(&mut self.link, change.link.as_ref());
        put_clone(&mut self.name, change.name.as_ref());
        put(&mut self.fill, change.fill);
        put(&mut self.dash, change.dash);
        put(&mut self.font, change.font);
        put(&mut self.align, change.align);
        put(&mut self.bold, change.bold);
        put(&mut self.italic, change.italic);
        self.body.apply(change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::COORDINATE_MAX;

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
    fn a_link_leads_to_a_page_or_within_the_session() {
        for good in [
            "",
            "http://192.168.1.5/x",
            "https://a.example/?q=1",
            "mailto:a@b.example",
            "#shape=a1",
        ] {
            assert!(is_link(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//x",
            "http://a b",
            "x",
        ] {
            assert!(!is_link(bad), "{bad}");
        }
    }

    #[test]
    fn what_a_kind_has_not_does_nothing_and_a_box_keeps_its_sides_above_0() {
        let body = ShapeBody::Geo {
            form: Form::Star,
            w: 10.0,
            h: 20.0,
            width: 2.0,
            text: Box::default(),
            size: 20.0,
        };
        let id = ShapeId::new("a").unwrap();
        let mut shape = Shape::plain(id.clone(), 0.0, 0.0, 0.0, Color([0, 0, 0]), body.clone());
        shape.apply(&ShapeChange {
            w: Some(-5.0),
            bend: Some(1.0),
            order: Some(7.0),
            ..ShapeChange::of(id)
        });
        assert_eq!(shape.body, body);
        assert_eq!(shape.validate(), Ok(()));
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
