//! How a thing on the board looks: closed sets of words, each with the one that is meant when
//! nothing is said, so that what older programs wrote reads as it did.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Color, InvalidColor};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $word:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$each])* $word),* }
    };
}

words! {
    /// How a line runs.
    Dash {
        /// Without a gap.
        #[default]
        Solid,
        /// In strokes.
        Dashed,
        /// In dots.
        Dotted,
    }
}
words! {
    /// What a stroke was drawn with.
    Nib {
        /// Ink: opaque, its width by pressure or speed.
        #[default]
        Pen,
        /// A highlighter: of one width, see-through, not darker where it crosses itself; what
        /// is below it stays readable.
        Marker,
        /// Its width by pressure or speed, more than a pen's.
        Brush,
        /// Never dry: it fades by itself. Only in wet ink.
        Laser,
    }
}
words! {
    /// The outline of a form.
    Form {
        /// Four right angles.
        #[default]
        Rectangle,
        /// With rounded corners.
        Rounded,
        /// Touching the middles of its box's sides.
        Ellipse,
        /// A square on its tip.
        Diamond,
        /// On its base.
        Triangle,
        /// Slanted to the right.
        Parallelogram,
        /// Narrow at the top.
        Trapezoid,
        /// On its base.
        Pentagon,
        /// With tips left and right.
        Hexagon,
        /// A stop sign.
        Octagon,
        /// Of five tips.
        Star,
        /// Round bulges.
        Cloud,
        /// Tip down.
        Heart,
        /// A rectangle that points right.
        ArrowRight,
        /// A plus sign.
        Cross,
        /// With a tail at the bottom left.
        Speech,
        /// A drum, as data stores are drawn.
        Cylinder,
        /// A tick in a circle.
        StampYes,
        /// A cross in a circle.
        StampNo,
        /// A question mark in a circle.
        StampQuestion,
        /// An exclamation mark in a circle.
        StampImportant,
        /// A face that smiles.
        StampSmile,
        /// A face that does not.
        StampFrown,
        /// A thumb up in a circle.
        StampThumb,
        /// A bolt in a circle: an idea.
        StampSpark,
        /// A flag in a circle.
        StampFlag,
    }
}
words! {
    /// How a connector gets from one end to the other.
    Route {
        /// The short way.
        #[default]
        Straight,
        /// An arc; how far it bulges is `bend`.
        Curved,
        /// Along the axes.
        Elbow,
    }
}
words! {
    /// What is at an end of a connector.
    Head {
        /// Nothing.
        #[default]
        None,
        /// Two lines.
        Arrow,
        /// A filled triangle.
        Triangle,
        /// A filled circle.
        Dot,
        /// A line across.
        Bar,
        /// A filled diamond.
        Diamond,
    }
}
words! {
    /// A family of letters; which font it is depends on the machine.
    Font {
        /// As the page's own words.
        #[default]
        Sans,
        /// With feet.
        Serif,
        /// All of one width.
        Mono,
        /// As if by hand.
        Hand,
    }
}
words! {
    /// Where lines of words begin. A label's default is its left, a form's and a note's the middle.
    Align {
        /// As the kind of shape has it.
        #[default]
        Auto,
        /// At the left.
        Left,
        /// Each in the middle.
        Center,
        /// At the right.
        Right,
    }
}

/// What fills a shape: a colour, or `none`.
#[derive(Default, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(as = "String")]
pub struct Paint(pub Option<Color>);

impl TryFrom<String> for Paint {
    type Error = InvalidColor;

    fn try_from(text: String) -> Result<Self, InvalidColor> {
        if text == "none" {
            return Ok(Self(None));
        }
        Color::try_from(text).map(|color| Self(Some(color)))
    }
}

impl From<Paint> for String {
    fn from(paint: Paint) -> Self {
        paint
            .0
            .map_or_else(|| "none".to_owned(), |color| color.to_string())
    }
}

impl fmt::Debug for Paint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from(*self))
    }
}
