//! New values for properties of a shape.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    Color,
    body::{is_bend, is_bond, is_coordinate, is_cropped, is_label, is_part, is_size, is_width},
    is_group, is_link, is_name,
    look::{Align, Dash, Font, Form, Head, Nib, Paint, Route},
    rare::RareText,
};
use crate::{error::ErrorCode, ids::ShapeId, points::Points};

macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident: $type:ty,)*) => {
        /// New values for some properties of a shape. What is absent stays. The last one to be
        /// numbered wins, property by property; those that a kind of shape has not do nothing.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
        pub struct ShapeChange {
            /// The shape.
            pub id: ShapeId,
            $(
                $(#[$doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                #[ts(optional)]
                pub $name: Option<$type>,
            )*
        }

        impl ShapeChange {
            /// A change of nothing.
            #[must_use]
            pub fn of(id: ShapeId) -> Self {
                Self { id, $($name: None,)* }
            }
        }
    };
}

changes! {
    /// See [`super::Shape`].
    x: f64,
    /// See [`super::Shape`].
    y: f64,
    /// See [`super::Shape`].
    z: f64,
    /// See [`super::Shape`].
    color: Color,
    /// See [`super::Shape`].
    opacity: f64,
    /// See [`super::Shape`].
    rotation: f64,
    /// See [`super::Shape`].
    mirrored: bool,
    /// See [`super::Shape`].
    locked: bool,
    /// See [`super::Shape`].
    sealed: bool,
    /// See [`super::Shape`].
    #[ts(as = "Option<String>")]
    group: RareText,
    /// See [`super::Shape`].
    #[ts(as = "Option<String>")]
    link: RareText,
    /// See [`super::Shape`].
    #[ts(as = "Option<String>")]
    name: RareText,
    /// See [`super::Shape`].
    fill: Paint,
    /// See [`super::Shape`].
    dash: Dash,
    /// See [`super::Shape`].
    font: Font,
    /// See [`super::Shape`].
    align: Align,
    /// See [`super::Shape`].
    bold: bool,
    /// See [`super::Shape`].
    italic: bool,
    /// Of a stroke, a form, a connector.
    width: f32,
    /// Of a stroke: all of them.
    points: Points,
    /// Of a stroke.
    nib: Nib,
    /// Words, where there can be any; a frame's name.
    text: Box<str>,
    /// Font size.
    size: f32,
    /// Of a form.
    form: Form,
    /// Of a box, a label that wraps, a connector.
    w: f64,
    /// Of a box, a connector.
    h: f64,
    /// Of a connector.
    route: Route,
    /// Of a connector.
    bend: f64,
    /// Of a connector.
    head_start: Head,
    /// Of a connector.
    head_end: Head,
    /// Of a connector; empty frees its start.
    from: Box<str>,
    /// Of a connector.
    from_x: f64,
    /// Of a connector.
    from_y: f64,
    /// Of a connector; empty frees its end.
    to: Box<str>,
    /// Of a connector.
    to_x: f64,
    /// Of a connector.
    to_y: f64,
    /// Of a frame.
    order: f64,
    /// Of an image.
    crop_left: f32,
    /// Of an image.
    crop_top: f32,
    /// Of an image.
    crop_right: f32,
    /// Of an image.
    crop_bottom: f32,
}

impl ShapeChange {
    /// Whether every value is inside its limit.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidShape`] when one is not.
    pub fn validate(&self) -> Result<(), ErrorCode> {
        let coordinates = [self.x, self.y, self.w, self.h];
        let parts = [self.from_x, self.from_y, self.to_x, self.to_y];
        let crop = [
            self.crop_left,
            self.crop_top,
            self.crop_right,
            self.crop_bottom,
        ];
        let bonds = [&self.from, &self.to];
        let valid = coordinates.into_iter().flatten().all(is_coordinate)
            && parts.into_iter().flatten().all(is_part)
            && crop.into_iter().flatten().all(is_cropped)
            && bonds.into_iter().flatten().all(|bond| is_bond(bond))
            && self.z.is_none_or(f64::is_finite)
            && self.order.is_none_or(f64::is_finite)
            && self.bend.is_none_or(is_bend)
            && self.width.is_none_or(is_width)
            && self.size.is_none_or(is_size)
            && self.text.as_deref().is_none_or(is_label)
            && self.points.as_ref().is_none_or(|points| !points.is_empty())
            && self.has_sound_look();
        valid.then_some(()).ok_or(ErrorCode::InvalidShape)
    }

    fn has_sound_look(&self) -> bool {
        self.opacity.is_none_or(is_part)
            && self.rotation.is_none_or(f64::is_finite)
            && self.group.as_deref().is_none_or(is_group)
            && self.link.as_deref().is_none_or(is_link)
            && self.name.as_deref().is_none_or(is_name)
    }

    /// About how many bytes it holds beside its own size.
    #[must_use]
    pub fn weight(&self) -> usize {
        let points = self
            .points
            .as_ref()
            .map_or(0, |points| points.as_packed().len());
        let rare = [&self.group, &self.link, &self.name].map(Option::as_deref);
        let others = [&self.text, &self.from, &self.to].map(Option::as_deref);
        let words = rare.into_iter().chain(others).flatten();
        points + words.map(str::len).sum::<usize>()
    }
}
