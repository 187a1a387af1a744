//! Every family of tools in the real window, with the screen's own mouse and keys. What
//! comes of it is told by somebody who only listens, and seen on the screen.

use serde_json::{Value, json};

use crate::desktop::{Desktop, TITLE};
use crate::lan;
use crate::stories::{count, hosting, shapes, shared_link, to_the_board};
use crate::until;
use crate::webdriver::Page;
use crate::witness::Witness;

const CONTROL: u32 = 0xffe3;
const SHIFT: u32 = 0xffe1;
const ESCAPE: u32 = 0xff1b;
/// Width and height of what is made.
const WIDE: f64 = 90.0;
const HIGH: f64 = 60.0;
/// So many places of the screen are surely more than a cursor, and surely fewer than a stroke:
/// the window's engine tells of the last place of a frame alone, so which way it takes is open.
const SOME_INK: usize = 150;

/// From then on the page knows where it saw the hand last.
const FOLLOW_HAND: &str = "const follow = ({ clientX, clientY }) => (window.hand = `${clientX} ${clientY}`);
    for (const type of ['pointerdown', 'pointermove']) addEventListener(type, follow, { capture: true });";
/// Waits for it at a place.
const HAND_AT: &str = "const [at] = arguments;
    return new Promise((done) => {
        const look = () => (window.hand === at ? done(true) : setTimeout(look, 4));
        look();
    });";

type Place = (f64, f64);

/// What a tool, known by its key, makes of a drag over a cell of the board.
struct Made {
    key: char,
    kind: &'static str,
    /// What else its body has.
    has: &'static [(&'static str, &'static str)],
    is_boxed: bool,
    /// Typed on it.
    words: &'static str,
}

const fn plain(key: char, kind: &'static str) -> Made {
    Made {
        key,
        kind,
        has: &[],
        is_boxed: false,
        words: "",
    }
}

const MAKES: &[Made] = &[
    Made {
        has: &[("nib", "marker")],
        ..plain('m', "stroke")
    },
    Made {
        has: &[("nib", "brush")],
        ..plain('b', "stroke")
    },
    Made {
        has: &[("form", "rectangle")],
        is_boxed: true,
        ..plain('r', "geo")
    },
    Made {
        has: &[("form", "ellipse")],
        is_boxed: true,
        ..plain('o', "geo")
    },
    Made {
        has: &[("head_end", "none")],
        is_boxed: true,
        ..plain('l', "connector")
    },
    Made {
        has: &[("text", "words")],
        words: "words",
        ..plain('t', "text")
    },
    Made {
        has: &[("text", "milk")],
        words: "milk",
        ..plain('n', "note")
    },
    Made {
        has: &[("text", "Page 1")],
        is_boxed: true,
        ..plain('f', "frame")
    },
    Made {
        has: &[("form", "stamp_yes")],
        ..plain('u', "geo")
    },
];

/// The window, its page and the one who listens.
struct Hand<'a> {
    desktop: &'a Desktop,
    app: &'a Page,
    /// How high the window's menu is, below which the page begins; the board begins with it.
    top: f64,
    witness: Witness,
}

#[test]
fn every_tool_draws_in_the_window_and_each_gesture_is_one_step() {
    lan::inside(
        "tools::every_tool_draws_in_the_window_and_each_gesture_is_one_step",
        |lan| {
            let desktop = Desktop::set_up(lan);
            let app = hosting(&desktop);
            let witness = Witness::arrive(&shared_link(&app));
            to_the_board(&app);
            app.run(FOLLOW_HAND, json!([]));
            let mut hand = Hand {
                desktop: &desktop,
                app: &app,
                top: menu_height(&desktop, &app),
                witness,
            };
            hand.wet_ink_is_on_the_screen_before_the_hand_is_lifted();
            for (n, made) in MAKES.iter().enumerate() {
                hand.make(made, n + 1);
            }
            hand.an_arrow_binds();
            app.screenshot("1-made");
            hand.erases();
            hand.moves();
            hand.points();
            app.screenshot("2-used");
            hand.takes_back_all_and_does_it_again();
        },
    );
}

fn menu_height(desktop: &Desktop, app: &Page) -> f64 {
    let page = app.run("return innerHeight;", json!([]));
    let (_, window) = desktop.screen.size(TITLE);
    f64::from(window) - page.as_f64().expect("a height")
}

/// Where on the page the thing `n` is made.
fn cell(n: usize) -> Place {
    let n = u8::try_from(n).expect("a few things");
    (
        340.0 + f64::from(n % 6) * 120.0,
        130.0 + f64::from(n / 6) * 110.0,
    )
}

/// What no hold takes for a line or a form: as far as that to the right, `HIGH` up and down.
fn zigzag((x, y): Place, far: f64) -> Vec<Place> {
    let corner = |n: u8| (x + far * f64::from(n) / 6.0, y + HIGH * f64::from(n % 2));
    (0..=6).map(corner).collect()
}

/// Some places from the first to the last of `points`, so that it is a hand's way.
fn along(points: &[Place]) -> Vec<Place> {
    let between = points.windows(2).flat_map(|pair| {
        let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
        (1..=5_u8).map(move |step| {
            let part = f64::from(step) / 5.0;
            (x + (to_x - x) * part, y + (to_y - y) * part)
        })
    });
    std::iter::once(points[0]).chain(between).collect()
}

fn is_close(value: &Value, expected: f64) -> bool {
    value
        .as_f64()
        .is_some_and(|value| (value - expected).abs() < 2.0)
}

fn is_of(shape: &Value, kind: &str) -> bool {
    shape["body"]["kind"] == kind
}

impl Made {
    fn is_so(&self, shape: &Value, (x, y): Place) -> bool {
        let body = &shape["body"];
        // Words and what is put down in one piece have sizes of their own.
        let placed = !self.is_boxed
            || (is_close(&shape["x"], x)
                && is_close(&shape["y"], y)
                && is_close(&body["w"], WIDE)
                && is_close(&body["h"], HIGH));
        let has = |(name, value): &(&str, &str)| body[*name] == *value;
        is_of(shape, self.kind) && placed && self.has.iter().all(has)
    }
}

impl Hand<'_> {
    fn take(&self, key: char) {
        self.keys(&[u32::from(key)]);
    }

    fn keys(&self, keys: &[u32]) {
        self.desktop.screen.press_keys(TITLE, keys);
    }

    /// Goes on when the page has seen the hand at a place: of several in a frame it is told the last
    /// alone, and on a busy machine a whole stroke is one frame.
    fn press_at(&self, points: &[Place]) {
        for (n, (x, y)) in along(points).into_iter().enumerate() {
            let place = [(x, y + self.top)];
            if n == 0 {
                self.desktop.screen.draw(TITLE, &place);
            } else {
                self.desktop.screen.go_on(TITLE, &place);
            }
            let seen = format!("{} {}", x.round(), (y + self.top).round() - self.top);
            self.app.run(HAND_AT, json!([seen]));
        }
    }

    fn drag(&self, points: &[Place]) {
        self.press_at(points);
        self.desktop.screen.lift();
    }

    /// How much of the first cell the screen shows dark.
    fn ink_on_screen(&self) -> usize {
        let (x, y) = cell(0);
        self.desktop
            .screen
            .dark_in(TITLE, (x, y + self.top), (90, 60))
    }

    fn wet_ink_is_on_the_screen_before_the_hand_is_lifted(&mut self) {
        self.take('p');
        let is_paper = || (self.ink_on_screen() == 0).then_some(());
        until("the screen shows paper", is_paper);
        self.press_at(&zigzag(cell(0), WIDE));
        let is_drawn = || (self.ink_on_screen() > SOME_INK).then_some(());
        until("wet ink is on the screen", is_drawn);
        self.witness.sees_ink("pen");
        assert_eq!(count(self.app, "shapes"), json!(0), "it is still wet");
        self.desktop.screen.lift();
        let all = self.witness.sees("the stroke", |all| all.len() == 1);
        assert!(is_of(&all[0], "stroke"), "{all:?}");
        shapes(self.app, 1);
        let is_drawn = || (self.ink_on_screen() > SOME_INK).then_some(());
        until("dry ink is on the screen", is_drawn);
    }

    fn make(&mut self, made: &Made, n: usize) {
        let (x, y) = cell(n);
        self.take(made.key);
        match made.kind {
            "text" => self.drag(&[(x, y)]),
            "stroke" => self.drag(&zigzag((x, y), WIDE)),
            _ => self.drag(&[(x, y), (x + WIDE, y + HIGH)]),
        }
        if !made.words.is_empty() {
            self.write(made.words);
        }
        let what = format!("what {} made", made.key);
        self.witness.sees(&what, |all| {
            all.len() == n + 1 && made.is_so(&all[n], (x, y))
        });
        shapes(self.app, n + 1);
    }

    fn write(&self, words: &str) {
        let field = "const e = document.activeElement; return e.tagName === 'TEXTAREA' || e.isContentEditable;";
        self.app.until("can be written on", field);
        for letter in words.chars() {
            self.take(letter);
        }
        self.keys(&[ESCAPE]);
    }

    /// From inside the rectangle to inside the ellipse.
    fn an_arrow_binds(&mut self) {
        let middle = |n| {
            let (x, y) = cell(n);
            (x + WIDE / 2.0, y + HIGH / 2.0)
        };
        self.take('a');
        self.drag(&[middle(3), middle(4)]);
        let all = self
            .witness
            .sees("the arrow", |all| all.len() == MAKES.len() + 2);
        let arrow = &all[all.len() - 1]["body"];
        assert_eq!(arrow["head_end"], "arrow");
        assert_eq!(
            [&arrow["from"], &arrow["to"]],
            [&all[3]["id"], &all[4]["id"]]
        );
    }

    /// A new stroke of the pen; how many things there are then.
    fn stroke(&mut self, from: Place) -> usize {
        let before = self.witness.sees("the board", |_| true).len();
        self.take('p');
        self.drag(&zigzag(from, 300.0));
        let all = self.witness.sees("a stroke", |all| all.len() == before + 1);
        all.len()
    }

    fn erases(&mut self) {
        let there = self.stroke((340.0, 400.0));
        self.take('e');
        self.drag(&[(465.0, 380.0), (467.0, 480.0)]);
        self.witness
            .sees("the stroke gone", |all| all.len() == there - 1);
        let there = self.stroke((340.0, 470.0));
        self.take('e');
        self.app.press("Parts of strokes");
        self.drag(&[(565.0, 450.0), (566.0, 550.0)]);
        let all = self
            .witness
            .sees("two pieces", |all| all.len() == there + 1);
        assert!(all[there - 1..].iter().all(|piece| is_of(piece, "stroke")));
    }

    /// The first piece, by a box round it and then by its ink, between the handles.
    fn moves(&mut self) {
        let all = self.witness.sees("the board", |_| true);
        let pieces = all.split_at(all.len() - 2).1;
        self.take('v');
        self.drag(&[(330.0, 450.0), (530.0, 550.0)]);
        self.drag(&[(365.0, 500.0), (405.0, 590.0)]);
        // Guides draw it to what is near.
        let near = |after: &Value, before: &Value, by: f64| {
            let way = after
                .as_f64()
                .zip(before.as_f64())
                .map(|(to, from)| to - from);
            way.is_some_and(|way| (way - by).abs() < 9.0)
        };
        self.witness.sees("the piece elsewhere", |all| {
            let [first, second] = all.split_at(all.len() - 2).1 else {
                return false;
            };
            near(&first["x"], &pieces[0]["x"], 40.0)
                && near(&first["y"], &pieces[0]["y"], 90.0)
                && *second == pieces[1]
        });
    }

    /// The laser is seen by all and leaves nothing.
    fn points(&mut self) {
        let before = self.witness.sees("the board", |_| true).len();
        self.take('k');
        self.press_at(&[(600.0, 450.0), (800.0, 500.0)]);
        self.witness.sees_ink("laser");
        self.desktop.screen.lift();
        self.app.until(
            "the laser is gone",
            "return window.lanvas.debug().wetStrokes === 0;",
        );
        shapes(self.app, before);
    }

    /// As many steps as there were gestures, and as many back.
    fn takes_back_all_and_does_it_again(&mut self) {
        // The note is put there before it is written on; two strokes, twice the eraser, a move.
        let gestures = 1 + MAKES.len() + 1 + 1 + 5;
        // Its own page hears last that the hub has all of it.
        let confirmed = "return window.lanvas.debug().unsent === 0;";
        self.app.until("is confirmed", confirmed);
        let hash = count(self.app, "boardHash");
        let there = self.witness.sees("the board", |_| true).len();
        for _ in 0..gestures {
            self.keys(&[CONTROL, u32::from('z')]);
        }
        self.witness.sees("nothing", <[Value]>::is_empty);
        shapes(self.app, 0);
        for _ in 0..gestures {
            self.keys(&[CONTROL, SHIFT, u32::from('z')]);
        }
        self.witness.sees("all of it", |all| all.len() == there);
        self.app.until(
            "is as it was",
            &format!("return window.lanvas.debug().boardHash === {hash};"),
        );
    }
}
