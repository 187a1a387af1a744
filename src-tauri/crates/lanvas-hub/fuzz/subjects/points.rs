//! Packed points: any bytes are points or are refused, and unpacking costs what the limit says.

use lanvas_protocol::{Points, limits::STROKE_POINTS_MAX};

pub(crate) fn packed(bytes: &[u8]) {
    let Ok(points) = Points::from_packed(bytes) else {
        return;
    };
    assert!(points.len() <= STROKE_POINTS_MAX);
    let unpacked = points.unpack();
    assert_eq!(unpacked.len(), points.len());
    assert!(
        unpacked
            .iter()
            .all(|it| it.x.is_finite() && it.y.is_finite())
    );
    let again = Points::from_packed(points.as_packed()).expect("it was taken before");
    assert_eq!(again, points);
}

#[allow(dead_code)] // libFuzzer gets them as files
pub(crate) fn starters() -> Vec<Vec<u8>> {
    let point = |step: u32| lanvas_protocol::Point {
        x: f64::from(step) * 3.7,
        y: f64::from(step) * -1.3,
        pressure: Some(0.5),
        time_ms: Some(step * 8),
    };
    let packed = |count, precision| {
        let points: Vec<_> = (0..count).map(point).collect();
        Points::pack(&points, precision).map(|it| it.as_packed().to_vec())
    };
    [packed(1, 0), packed(3, 4), packed(40, 6)]
        .into_iter()
        .flatten()
        .collect()
}
