//! What can be on a board and what can become of it: any kind of thing, any property, and what
//! people do to several things at once.

use lanvas_protocol::{
    BlobName, Color, Point, Points, Shape, ShapeBody, ShapeChange, ShapeId,
    shape::{
        Align, Connector, Dash, Font, Form, Head, Image, Nib, Paint, RareText, Route, StickyNote,
    },
};

use crate::dice::Dice;

/// Stamps are forms, too.
const FORMS: &[Form] = &[
    Form::Rectangle,
    Form::Ellipse,
    Form::Star,
    Form::Cloud,
    Form::StampYes,
    Form::StampFlag,
];
const ROUTES: &[Route] = &[Route::Straight, Route::Curved, Route::Elbow];
const HEADS: &[Head] = &[Head::None, Head::Arrow, Head::Diamond];

pub(crate) fn shape(id: ShapeId, dice: &mut Dice) -> Shape {
    let mut any = |most| dice.below(most) as f64;
    let (x, y, z) = (any(1_000), any(1_000), any(3));
    let body = body(dice);
    Shape::plain(id, x, y, z, color(dice), body)
}

/// Any kind there is; a connector may be bound to what never was there.
fn body(dice: &mut Dice) -> ShapeBody {
    let (w, h) = (dice.between(1, 300) as f64, dice.between(1, 300) as f64);
    match dice.below(9) {
        0 => ShapeBody::label("label 👋", 24.0),
        1 => ShapeBody::Geo {
            form: *dice.pick(FORMS),
            w,
            h,
            width: 2.0,
            text: "in it".into(),
            size: 20.0,
        },
        2 => ShapeBody::Note(Box::new(StickyNote {
            w,
            h,
            text: Box::default(),
            size: 20.0,
            by: Box::default(),
        })),
        3 => ShapeBody::Image(Box::new(Image {
            w,
            h,
            blob: BlobName([7; 32]),
            crop_left: 0.0,
            crop_top: 0.25,
            crop_right: 0.0,
            crop_bottom: 0.5,
        })),
        4 => ShapeBody::Frame {
            w,
            h,
            text: "page".into(),
            order: dice.below(5) as f64,
        },
        5 => connector(w, -h, dice),
        _ => ShapeBody::stroke(4.0, points(dice)),
    }
}

fn connector(w: f64, h: f64, dice: &mut Dice) -> ShapeBody {
    ShapeBody::Connector(Box::new(Connector {
        w,
        h,
        width: 2.0,
        route: *dice.pick(ROUTES),
        bend: 0.25,
        head_start: Head::None,
        head_end: *dice.pick(HEADS),
        from: "s1".into(),
        from_x: 0.5,
        from_y: 0.5,
        to: Box::default(),
        to_x: 0.5,
        to_y: 0.5,
        text: Box::default(),
        size: 20.0,
    }))
}

pub(crate) fn color(dice: &mut Dice) -> Color {
    Color([u8::try_from(dice.below(256)).unwrap(), 0, 0])
}

pub(crate) fn points(dice: &mut Dice) -> Points {
    let points: Vec<_> = (0..dice.between(1, 12))
        .map(|step| Point {
            x: f64::from(u32::try_from(step).unwrap()),
            y: 1.0,
            pressure: None,
            time_ms: None,
        })
        .collect();
    Points::pack(&points, 3).unwrap()
}

/// Lets a connector hold on to things that are there.
pub(crate) fn bind(shape: &mut Shape, ids: &[ShapeId], dice: &mut Dice) {
    let ShapeBody::Connector(connector) = &mut shape.body else {
        return;
    };
    if dice.once_in(2) {
        connector.from = dice.pick(ids).as_str().into();
    }
    if dice.once_in(2) {
        connector.to = dice.pick(ids).as_str().into();
    }
}

/// Any property, whether the shape has it or not.
pub(crate) fn set_something(change: &mut ShapeChange, dice: &mut Dice) {
    let any = dice.below(1_000) as f64 - 300.0;
    match dice.below(44) {
        0 | 1 => change.x = Some(any),
        2 => change.color = Some(color(dice)),
        3 | 4 => change.text = Some(format!("text {}", dice.below(100)).into()),
        5 => change.z = Some(dice.below(5) as f64),
        6 | 7 => change.w = Some(any),
        8 => change.h = Some(any),
        9 => change.rotation = Some(any / 100.0),
        10 => change.group = Some(if dice.once_in(2) { "g1/g2" } else { "" }.into()),
        11 => change.locked = Some(dice.once_in(2)),
        12 => change.fill = Some(Paint(dice.once_in(2).then(|| color(dice)))),
        13 => change.points = Some(points(dice)),
        14 => change.to = Some(if dice.once_in(2) { "s2" } else { "" }.into()),
        15 => change.to_x = Some(dice.below(5) as f64 / 4.0),
        16 => change.opacity = Some(dice.below(5) as f64 / 4.0),
        17 => change.dash = Some(*dice.pick(&[Dash::Solid, Dash::Dotted])),
        18 => change.form = Some(*dice.pick(FORMS)),
        19 => change.crop_top = Some(dice.below(4) as f32 / 4.0),
        20 => change.nib = Some(*dice.pick(&[Nib::Pen, Nib::Marker, Nib::Brush])),
        21 => change.y = Some(any),
        22 => change.mirrored = Some(dice.once_in(2)),
        23 => change.link = Some(if dice.once_in(2) { "#shape=s1" } else { "" }.into()),
        24 => change.name = Some(format!("name {}", dice.below(100)).into()),
        25 => change.font = Some(*dice.pick(&[Font::Sans, Font::Serif, Font::Hand])),
        26 => change.align = Some(*dice.pick(&[Align::Auto, Align::Center, Align::Right])),
        27 => change.bold = Some(dice.once_in(2)),
        28 => change.italic = Some(dice.once_in(2)),
        29 => change.width = Some(dice.between(1, 40) as f32),
        30 => change.size = Some(dice.between(8, 80) as f32),
        31 => change.route = Some(*dice.pick(ROUTES)),
        32 => change.bend = Some(dice.below(9) as f64 / 4.0 - 1.0),
        33 => change.head_start = Some(*dice.pick(HEADS)),
        34 => change.head_end = Some(*dice.pick(HEADS)),
        35 => change.from = Some(if dice.once_in(2) { "s1" } else { "" }.into()),
        36 => change.from_y = Some(dice.below(5) as f64 / 4.0),
        37 => change.order = Some(dice.below(9) as f64),
        38 => change.crop_left = Some(dice.below(4) as f32 / 4.0),
        39 => change.crop_bottom = Some(dice.below(4) as f32 / 4.0),
        40 => change.crop_right = Some(dice.below(4) as f32 / 4.0),
        41 => change.from_x = Some(dice.below(5) as f64 / 4.0),
        42 => change.to_y = Some(dice.below(5) as f64 / 4.0),
        // For few to do, and mixed with what anybody may.
        _ => change.sealed = Some(dice.once_in(2)),
    }
}

/// One gesture over several things: grouped or not, locked or not, over or under all, turned round
/// each other, flipped, cropped, joined to the first, styled alike.
pub(crate) fn arranged(ids: Vec<ShapeId>, dice: &mut Dice) -> Vec<ShapeChange> {
    let kind = dice.below(8);
    let number = dice.below(50);
    let first: Box<str> = ids
        .first()
        .map_or_else(Box::default, |id| id.as_str().into());
    let at = number as f64 / 50.0;
    let even = number.is_multiple_of(2);
    let change = |(place, id)| {
        let mut change = ShapeChange::of(id);
        let place = place as f64;
        match kind {
            0 => change.group = Some(format!("group-{number}").into()),
            1 => change.group = Some(RareText::default()),
            2 => change.locked = Some(even),
            3 => {
                change.z = Some(if even { 10.0 + place } else { -10.0 - place });
            }
            4 => {
                (change.x, change.y) = (Some(place * 40.0), Some(at * 100.0));
                change.rotation = Some(at);
            }
            5 => (change.x, change.mirrored) = (Some(place * -40.0), Some(true)),
            6 => {
                (change.crop_left, change.crop_right) = (Some(0.25), Some(0.125));
                (change.crop_top, change.crop_bottom) = (Some(0.0), Some(0.5));
            }
            _ => {
                (change.from, change.to) = (Some(Box::default()), Some(first.clone()));
                (change.to_x, change.to_y) = (Some(at), Some(0.5));
            }
        }
        change
    };
    ids.into_iter().enumerate().map(change).collect()
}
