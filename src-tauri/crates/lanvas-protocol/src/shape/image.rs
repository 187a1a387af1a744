//! Pictures. Boxed in a body, as all that is larger than a stroke and rarer.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    body::{is_cropped, is_default, is_side, put, put_sides},
    change::ShapeChange,
};
use crate::blob::BlobName;

/// A picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Image {
    /// Board units, above 0.
    pub w: f64,
    /// Board units, above 0.
    pub h: f64,
    /// Its bytes: `GET /api/sessions/{id}/blobs/{blob}`.
    pub blob: BlobName,
    /// How much of the picture is cut off at its left, in parts of its width: 0 to below 1. What
    /// is left fills the box; where nothing would be, a sliver is shown.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<f32>", optional)]
    pub crop_left: f32,
    /// At its top, in parts of its height.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<f32>", optional)]
    pub crop_top: f32,
    /// At its right, in parts of its width.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<f32>", optional)]
    pub crop_right: f32,
    /// At its bottom, in parts of its height.
    #[serde(default, skip_serializing_if = "is_default")]
    #[ts(as = "Option<f32>", optional)]
    pub crop_bottom: f32,
}

impl Image {
    /// Whether every value is inside its limit.
    pub(super) fn is_valid(&self) -> bool {
        let crop = [
            self.crop_left,
            self.crop_top,
            self.crop_right,
            self.crop_bottom,
        ];
        is_side(self.w) && is_side(self.h) && crop.into_iter().all(is_cropped)
    }

    /// Takes over the values of `change` that it has.
    pub(super) fn apply(&mut self, change: &ShapeChange) {
        put_sides(&mut self.w, &mut self.h, change);
        put(&mut self.crop_left, change.crop_left);
        put(&mut self.crop_top, change.crop_top);
        put(&mut self.crop_right, change.crop_right);
        put(&mut self.crop_bottom, change.crop_bottom);
    }
}
