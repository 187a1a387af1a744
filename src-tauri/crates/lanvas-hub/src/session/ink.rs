//! Wet ink: strokes that are being drawn. Kept only so that a newcomer sees them too.

use std::{collections::BTreeMap, sync::Arc};

use lanvas_protocol::{
    ErrorCode, ParticipantId, ServerMessage, ShapeId,
    limits::{INK_FRAME_POINTS_MAX, STROKE_POINTS_MAX, STROKE_WIDTH_MAX},
    message::Ink,
};

use super::ConnectionId;
use crate::frame::Frame;

/// Strokes one person may draw at the same time: ten fingers.
pub const WET_STROKES_MAX: usize = 10;
/// Frames of wet ink that a session keeps for newcomers, some 50 MB. Past it new ones go only to who
/// is here, and a newcomer sees the rest when it is dry.
pub const WET_FRAMES_MAX: usize = 100_000;

#[derive(Debug, Clone)]
struct WetStroke {
    /// Where it comes from: it ends with this connection, whatever else its author has open.
    connection: ConnectionId,
    points: usize,
    frames: Vec<Arc<Frame>>,
}

/// The strokes being drawn, by author and id.
#[derive(Debug, Default, Clone)]
pub(crate) struct WetInk {
    strokes: BTreeMap<(ParticipantId, ShapeId), WetStroke>,
    /// Frames of all of them.
    kept: usize,
}

impl WetInk {
    /// Takes points of `author`'s stroke and gives the frame for the others.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidShape`] past a limit, [`ErrorCode::RateLimited`] for too many strokes
    /// at once.
    pub(crate) fn extend(
        &mut self,
        connection: ConnectionId,
        author: ParticipantId,
        ink: Ink,
    ) -> Result<Arc<Frame>, ErrorCode> {
        let count = ink.points.len();
        let width = ink.width.is_finite() && ink.width > 0.0 && ink.width <= STROKE_WIDTH_MAX;
        let opacity = ink.opacity.is_none_or(|part| (0.0..=1.0).contains(&part));
        if !width || !opacity || count == 0 || count > INK_FRAME_POINTS_MAX {
            return Err(ErrorCode::InvalidShape);
        }
        let key = (author, ink.stroke.clone());
        let others = self
            .strokes
            .keys()
            .filter(|(who, _)| *who == author)
            .count();
        if !self.strokes.contains_key(&key) && others >= WET_STROKES_MAX {
            return Err(ErrorCode::RateLimited);
        }
        let stroke = self.strokes.entry(key).or_insert_with(|| WetStroke {
            connection,
            points: 0,
            frames: Vec::new(),
        });
        if stroke.points + count > STROKE_POINTS_MAX {
            return Err(ErrorCode::InvalidShape);
        }
        let frame = Arc::new(Frame::new(ServerMessage::InkExtended(Ink {
            author,
            ..ink
        })));
        stroke.points += count;
        if self.kept < WET_FRAMES_MAX {
            self.kept += 1;
            stroke.frames.push(Arc::clone(&frame));
        }
        Ok(frame)
    }

    /// The stroke is dry or given up. Whether it was wet.
    pub(crate) fn end(&mut self, author: ParticipantId, stroke: &ShapeId) -> bool {
        let ended = self.strokes.remove(&(author, stroke.clone()));
        self.kept -= ended.as_ref().map_or(0, |stroke| stroke.frames.len());
        ended.is_some()
    }

    /// A connection is gone: the strokes that nobody will finish.
    pub(crate) fn abandon(&mut self, connection: ConnectionId) -> Vec<ShapeId> {
        let (gone, kept) = std::mem::take(&mut self.strokes)
            .into_iter()
            .partition::<BTreeMap<_, _>, _>(|(_, stroke)| stroke.connection == connection);
        self.strokes = kept;
        self.kept -= gone
            .values()
            .map(|stroke| stroke.frames.len())
            .sum::<usize>();
        gone.into_keys().map(|(_, stroke)| stroke).collect()
    }

    /// Every frame so far, for a newcomer.
    pub(crate) fn frames(&self) -> impl Iterator<Item = (ParticipantId, &ShapeId, &Arc<Frame>)> {
        self.strokes.iter().flat_map(|((author, stroke), wet)| {
            wet.frames.iter().map(move |frame| (*author, stroke, frame))
        })
    }
}

#[cfg(test)]
mod tests {
    use lanvas_protocol::{Color, Point, Points};

    use super::*;

    const PEOPLE: u32 = 64;

    fn ink(stroke: usize) -> Ink {
        let point = Point {
            x: 1.0,
            y: 1.0,
            pressure: None,
            time_ms: None,
        };
        let points = Points::pack(&[point], 4).unwrap();
        let id = ShapeId::new(format!("s{stroke}")).unwrap();
        Ink::pen(id, Color([0, 0, 0]), 4.0, 0, points)
    }

    #[test]
    fn what_is_kept_for_newcomers_is_bounded_and_the_ink_goes_on() {
        let mut wet = WetInk::default();
        let draw = |wet: &mut WetInk, author: u32, stroke| {
            let connection = ConnectionId(u64::from(author));
            wet.extend(connection, ParticipantId(author), ink(stroke))
        };
        let mut drawn = 0;
        'all: for stroke in 0..WET_STROKES_MAX {
            for _ in 0..STROKE_POINTS_MAX {
                for author in 0..PEOPLE {
                    if drawn == WET_FRAMES_MAX {
                        break 'all;
                    }
                    draw(&mut wet, author, stroke).unwrap();
                    drawn += 1;
                }
            }
        }
        assert_eq!(wet.frames().count(), WET_FRAMES_MAX, "at the edge");
        assert!(
            draw(&mut wet, 0, 0).is_ok(),
            "one past it is told all the same"
        );
        assert_eq!(wet.frames().count(), WET_FRAMES_MAX);

        // Who is done makes room.
        assert!(wet.end(ParticipantId(0), &ink(0).stroke));
        wet.abandon(ConnectionId(1));
        let room = WET_FRAMES_MAX - wet.frames().count();
        assert!(room > 1);
        draw(&mut wet, 2, 0).unwrap();
        assert_eq!(wet.frames().count(), WET_FRAMES_MAX - room + 1);
    }
}
