//! Where the pen was: packed in memory, in the log and in the binary encoding; a plain list in
//! JSON.
//!
//! Packed form, version 0 (source: our own; measured on hand-drawn strokes at about three bytes a
//! point before compression):
//!
//! | bytes | what |
//! |---|---|
//! | 1 | bits 0-3: precision `e`, coordinates are in units of 2^-e; bit 4: pressures follow; bit 5: times follow; bits 6-7: version, 0 |
//! | varint | number of points |
//! | zigzag varints | x of the first point, then differences |
//! | zigzag varints | the same for y |
//! | 1 each | pressure, 0 to 255, if bit 4 |
//! | varints | milliseconds since the previous point, if bit 5 |
//!
//! Varints are LEB128. Columns rather than rows, because they compress better.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeSeq};
use ts_rs::TS;

use crate::limits::{COORDINATE_MAX, STROKE_POINTS_MAX};

/// The finest precision: 2^-10 board units, a sixteenth of a pixel at 6,400 %.
pub const PRECISION_MAX: u8 = 10;
/// The precision of points that came as JSON.
pub const PRECISION_JSON: u8 = 6;

const HAS_PRESSURE: u8 = 1 << 4;
const HAS_TIME: u8 = 1 << 5;
const VERSION_MASK: u8 = 0b1100_0000;
const PRECISION_MASK: u8 = 0b0000_1111;

/// One sample of the pen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Board units.
    pub x: f64,
    /// Board units.
    pub y: f64,
    /// 0 to 1, if the device knows.
    pub pressure: Option<f32>,
    /// Milliseconds since the first point, if known.
    pub time_ms: Option<u32>,
}

/// Points that are no points.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPoints {
    /// The bytes end early, go on too long or name another version.
    #[error("packed points are damaged")]
    Damaged,
    /// More than [`STROKE_POINTS_MAX`].
    #[error("a stroke has at most {STROKE_POINTS_MAX} points")]
    TooMany,
    /// Not finite, or farther than [`COORDINATE_MAX`].
    #[error("a point lies outside the board")]
    OutOfBounds,
    /// Some points have a pressure or time and some not, or a time runs backwards.
    #[error("points must all have the same parts, and time must not run backwards")]
    Uneven,
}

/// A checked, packed run of points. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Points(Arc<[u8]>);

impl Points {
    /// Packs `points` in units of 2^-`precision`.
    ///
    /// # Errors
    /// [`InvalidPoints`] when there are too many, one is off the board, or they are uneven.
    pub fn pack(points: &[Point], precision: u8) -> Result<Self, InvalidPoints> {
        let mut packed = Vec::with_capacity(4 + points.len() * 4);
        let first = points.first();
        let pressure = first.is_some_and(|point| point.pressure.is_some());
        let time = first.is_some_and(|point| point.time_ms.is_some());
        check_list(points, pressure, time)?;
        let precision = precision.min(PRECISION_MAX);
        packed.push(
            precision | if pressure { HAS_PRESSURE } else { 0 } | if time { HAS_TIME } else { 0 },
        );
        write_varint(&mut packed, points.len() as u64);
        write_axis(&mut packed, points.iter().map(|point| point.x), precision);
        write_axis(&mut packed, points.iter().map(|point| point.y), precision);
        packed.extend(
            points
                .iter()
                .filter_map(|point| point.pressure)
                .map(pressure_byte),
        );
        let mut last = 0;
        for now in points.iter().filter_map(|point| point.time_ms) {
            write_varint(&mut packed, u64::from(now - last));
            last = now;
        }
        Ok(Self(packed.into()))
    }

    /// Checks bytes that were packed elsewhere.
    ///
    /// # Errors
    /// [`InvalidPoints`] when they are damaged, too many or off the board.
    pub fn from_packed(bytes: &[u8]) -> Result<Self, InvalidPoints> {
        let mut reader = Reader::open(bytes)?;
        for _ in 0..2 {
            reader.axis(|_| {})?;
        }
        reader.pressures(|_| {})?;
        reader.times(|_| {})?;
        if reader.rest.is_empty() {
            Ok(Self(bytes.into()))
        } else {
            Err(InvalidPoints::Damaged)
        }
    }

    /// The packed bytes.
    #[must_use]
    pub fn as_packed(&self) -> &[u8] {
        &self.0
    }

    /// How many points.
    #[must_use]
    pub fn len(&self) -> usize {
        Reader::open(&self.0).map_or(0, |reader| reader.count)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The points as a list.
    #[must_use]
    pub fn unpack(&self) -> Vec<Point> {
        self.try_unpack()
            .expect("points were checked when they were made")
    }

    fn try_unpack(&self) -> Result<Vec<Point>, InvalidPoints> {
        let mut reader = Reader::open(&self.0)?;
        let blank = Point {
            x: 0.0,
            y: 0.0,
            pressure: None,
            time_ms: None,
        };
        let mut points = vec![blank; reader.count];
        let mut next = 0;
        reader.axis(|x| {
            points[next].x = x;
            next += 1;
        })?;
        next = 0;
        reader.axis(|y| {
            points[next].y = y;
            next += 1;
        })?;
        next = 0;
        reader.pressures(|pressure| {
            points[next].pressure = Some(pressure);
            next += 1;
        })?;
        next = 0;
        reader.times(|time| {
            points[next].time_ms = Some(time);
            next += 1;
        })?;
        Ok(points)
    }
}

fn check_list(points: &[Point], pressure: bool, time: bool) -> Result<(), InvalidPoints> {
    if points.len() > STROKE_POINTS_MAX {
        return Err(InvalidPoints::TooMany);
    }
    let mut last = 0;
    for point in points {
        if point.pressure.is_some() != pressure || point.time_ms.is_some() != time {
            return Err(InvalidPoints::Uneven);
        }
        if !in_bounds(point.x) || !in_bounds(point.y) {
            return Err(InvalidPoints::OutOfBounds);
        }
        let now = point.time_ms.unwrap_or(last);
        if now < last {
            return Err(InvalidPoints::Uneven);
        }
        last = now;
    }
    Ok(())
}

fn in_bounds(value: f64) -> bool {
    value.is_finite() && value.abs() <= COORDINATE_MAX
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to 0..=255
fn pressure_byte(pressure: f32) -> u8 {
    (pressure.clamp(0.0, 1.0) * 255.0).round() as u8
}

#[allow(clippy::cast_possible_truncation)] // COORDINATE_MAX * 2^10 is below 2^31
fn write_axis(out: &mut Vec<u8>, values: impl Iterator<Item = f64>, precision: u8) {
    let scale = f64::from(1_u32 << precision);
    let mut last = 0_i64;
    for value in values {
        let now = (value * scale).round() as i64;
        let difference = now - last;
        write_varint(
            out,
            ((difference << 1) ^ (difference >> 63)).cast_unsigned(),
        );
        last = now;
    }
}

fn write_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

struct Reader<'a> {
    flags: u8,
    count: usize,
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, InvalidPoints> {
        let (&flags, rest) = bytes.split_first().ok_or(InvalidPoints::Damaged)?;
        if flags & VERSION_MASK != 0 || flags & PRECISION_MASK > PRECISION_MAX {
            return Err(InvalidPoints::Damaged);
        }
        let mut reader = Self {
            flags,
            count: 0,
            rest,
        };
        let count = reader.varint()?;
        if count > STROKE_POINTS_MAX as u64 {
            return Err(InvalidPoints::TooMany);
        }
        // Two bytes a point is the least there can be: no allocation before this is known.
        reader.count = usize::try_from(count).map_err(|_| InvalidPoints::TooMany)?;
        if reader.rest.len() < reader.count * 2 {
            return Err(InvalidPoints::Damaged);
        }
        Ok(reader)
    }

    fn byte(&mut self) -> Result<u8, InvalidPoints> {
        let (&byte, rest) = self.rest.split_first().ok_or(InvalidPoints::Damaged)?;
        self.rest = rest;
        Ok(byte)
    }

    /// Up to 35 bits: five bytes.
    fn varint(&mut self) -> Result<u64, InvalidPoints> {
        let mut value = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(InvalidPoints::Damaged)
    }

    #[allow(clippy::cast_precision_loss)] // below 2^53 by the bounds check
    fn axis(&mut self, mut each: impl FnMut(f64)) -> Result<(), InvalidPoints> {
        let scale = f64::from(1_u32 << (self.flags & PRECISION_MASK));
        let mut last = 0_i64;
        for _ in 0..self.count {
            let zigzag = self.varint()?.cast_signed();
            last += (zigzag >> 1) ^ -(zigzag & 1);
            let value = last as f64 / scale;
            if !in_bounds(value) {
                return Err(InvalidPoints::OutOfBounds);
            }
            each(value);
        }
        Ok(())
    }

    fn pressures(&mut self, mut each: impl FnMut(f32)) -> Result<(), InvalidPoints> {
        if self.flags & HAS_PRESSURE != 0 {
            for _ in 0..self.count {
                each(f32::from(self.byte()?) / 255.0);
            }
        }
        Ok(())
    }

    fn times(&mut self, mut each: impl FnMut(u32)) -> Result<(), InvalidPoints> {
        if self.flags & HAS_TIME != 0 {
            let mut now = 0_u64;
            for _ in 0..self.count {
                now += self.varint()?;
                each(u32::try_from(now).map_err(|_| InvalidPoints::Damaged)?);
            }
        }
        Ok(())
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_bytes(&self.0);
        }
        let points = self.unpack();
        let mut list = serializer.serialize_seq(Some(points.len()))?;
        for point in points {
            list.serialize_element(&Row::from(point))?;
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // `is_human_readable` is not to be trusted inside a tagged enum (serde buffers it), so
        // the form itself says which one it is.
        deserializer.deserialize_any(PointsVisitor)
    }
}

struct PointsVisitor;

impl<'de> de::Visitor<'de> for PointsVisitor {
    type Value = Points;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("packed points or a list of [x, y, pressure?, time_ms?]")
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Points, E> {
        Points::from_packed(bytes).map_err(E::custom)
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Points, A::Error> {
        let mut points = Vec::new();
        while let Some(row) = list.next_element::<Row>()? {
            if points.len() == STROKE_POINTS_MAX {
                return Err(de::Error::custom(InvalidPoints::TooMany));
            }
            points.push(Point::from(row));
        }
        Points::pack(&points, PRECISION_JSON).map_err(de::Error::custom)
    }
}

/// A point as JSON has it: `[x, y]`, `[x, y, pressure]` or `[x, y, pressure, time_ms]`; a point
/// with time and without pressure has null in its place.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Row {
    Timed(f64, f64, Option<f32>, u32),
    Pressed(f64, f64, f32),
    Plain(f64, f64),
}

impl From<Point> for Row {
    fn from(point: Point) -> Self {
        match (point.pressure, point.time_ms) {
            (pressure, Some(time)) => Self::Timed(point.x, point.y, pressure, time),
            (Some(pressure), None) => Self::Pressed(point.x, point.y, pressure),
            (None, None) => Self::Plain(point.x, point.y),
        }
    }
}

impl From<Row> for Point {
    fn from(row: Row) -> Self {
        let (x, y, pressure, time_ms) = match row {
            Row::Timed(x, y, pressure, time) => (x, y, pressure, Some(time)),
            Row::Pressed(x, y, pressure) => (x, y, Some(pressure), None),
            Row::Plain(x, y) => (x, y, None, None),
        };
        Self {
            x,
            y,
            pressure,
            time_ms,
        }
    }
}

impl TS for Points {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &ts_rs::Config) -> String {
        "PackedPoints".to_owned()
    }

    fn inline(cfg: &ts_rs::Config) -> String {
        Self::name(cfg)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(x: f64, y: f64) -> Point {
        Point {
            x,
            y,
            pressure: None,
            time_ms: None,
        }
    }

    #[test]
    fn a_short_stroke_packs_small() {
        let points: Vec<_> = (0..50)
            .map(|i| plain(f64::from(i) * 1.5, f64::from(i) * 0.5))
            .collect();
        let packed = Points::pack(&points, 4).unwrap();
        assert!(
            packed.as_packed().len() <= 102,
            "{}",
            packed.as_packed().len()
        );
        assert_eq!(packed.unpack(), points);
    }

    #[test]
    fn uneven_and_far_points_are_refused() {
        let pressed = Point {
            pressure: Some(0.5),
            ..plain(0.0, 0.0)
        };
        assert_eq!(
            Points::pack(&[plain(0.0, 0.0), pressed], 4),
            Err(InvalidPoints::Uneven)
        );
        assert_eq!(
            Points::pack(&[plain(f64::NAN, 0.0)], 4),
            Err(InvalidPoints::OutOfBounds)
        );
        assert_eq!(
            Points::pack(&[plain(1.1e6, 0.0)], 4),
            Err(InvalidPoints::OutOfBounds)
        );
        let many = vec![plain(0.0, 0.0); STROKE_POINTS_MAX + 1];
        assert_eq!(Points::pack(&many, 4), Err(InvalidPoints::TooMany));
        assert!(Points::pack(&many[1..], 4).is_ok());
    }

    proptest! {
        #[test]
        fn any_bytes_are_refused_or_unpack(bytes: Vec<u8>) {
            if let Ok(points) = Points::from_packed(&bytes) {
                prop_assert_eq!(points.unpack().len(), points.len());
            }
        }

        #[test]
        fn packing_keeps_the_points_to_its_precision(
            list in prop::collection::vec((-1e6..1e6, -1e6..1e6, 0_u8..=255, 0_u32..5_000), 1..60),
            precision in 0_u8..=10,
        ) {
            let mut time = 0;
            let points: Vec<_> = list.iter().map(|&(x, y, pressure, step)| {
                time += step;
                Point { x, y, pressure: Some(f32::from(pressure) / 255.0), time_ms: Some(time) }
            }).collect();
            let half = 0.5 / f64::from(1_u32 << precision) + 1e-9;
            let packed = Points::pack(&points, precision).unwrap();
            for (had, got) in points.iter().zip(Points::from_packed(packed.as_packed()).unwrap().unpack()) {
                prop_assert!((had.x - got.x).abs() <= half && (had.y - got.y).abs() <= half);
                prop_assert_eq!((had.pressure, had.time_ms), (got.pressure, got.time_ms));
            }
        }
    }
}
