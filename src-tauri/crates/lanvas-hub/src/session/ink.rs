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
        stroke.frames.push(Arc::clone(&frame));
        Ok(frame)
    }

    /// The stroke is dry or given up. Whether it was wet.
    pub(crate) fn end(&mut self, author: ParticipantId, stroke: &ShapeId) -> bool {
        self.strokes.remove(&(author, stroke.clone())).is_some()
    }

    /// A connection is gone: the strokes that nobody will finish.
    pub(crate) fn abandon(&mut self, connection: ConnectionId) -> Vec<ShapeId> {
        let (gone, kept) = std::mem::take(&mut self.strokes)
            .into_iter()
            .partition::<BTreeMap<_, _>, _>(|(_, stroke)| stroke.connection == connection);
        self.strokes = kept;
        gone.into_keys().map(|(_, stroke)| stroke).collect()
    }

    /// Every frame so far, for a newcomer.
    pub(crate) fn frames(&self) -> impl Iterator<Item = (ParticipantId, &ShapeId, &Arc<Frame>)> {
        self.strokes.iter().flat_map(|((author, stroke), wet)| {
            wet.frames.iter().map(move |frame| (*author, stroke, frame))
        })
    }
}
