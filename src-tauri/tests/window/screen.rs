//! A screen without a monitor, and a hand at its mouse.

use std::path::Path;
use std::process::Command;

use x11rb::CURRENT_TIME;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ClientMessageEvent, ConfigureWindowAux,
    ConnectionExt as _, EventMask, ImageFormat, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT,
    MOTION_NOTIFY_EVENT, MapState, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

use crate::programs::Program;
use crate::until;

/// In mount namespaces of their own all tests can have the same one.
const DISPLAY: &str = ":7";
/// What servers of the same screen must not share: their sockets, and the keymap that each writes
/// under the screen's number, reads and removes while it starts.
const OWN_FOLDERS: [&str; 2] = ["/tmp/.X11-unix", "/var/lib/xkb"];
const SIZE: &str = "1280x800x24";
const LEFT_BUTTON: u8 = 1;
/// A color all of whose parts are below this is dark.
const DARK: u8 = 128;

/// An empty folder in this test's mounts alone.
fn have_alone(folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder of the screen's");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "lanvas"])
        .arg(folder)
        .status();
    assert!(
        mounted.is_ok_and(|status| status.success()),
        "this test's mounts are its own"
    );
}

/// The X server and a connection to it.
pub(crate) struct Screen {
    connection: RustConnection,
    root: Window,
    _server: Program,
}

impl Screen {
    pub(crate) fn start(logs: &Path) -> Self {
        for folder in OWN_FOLDERS {
            have_alone(Path::new(folder));
        }
        let mut command = Command::new("Xvfb");
        command.args([DISPLAY, "-nolock", "-nolisten", "tcp", "-screen", "0", SIZE]);
        // No key repeats by itself: on a busy machine what is pressed is let go of late.
        command.arg("-r");
        let server = Program::start(&mut command, &logs.join("screen.log"));
        let (connection, screen) = until("the screen is on", || x11rb::connect(Some(DISPLAY)).ok());
        let root = connection.setup().roots[screen].root;
        Self {
            connection,
            root,
            _server: server,
        }
    }

    pub(crate) fn name() -> &'static str {
        DISPLAY
    }

    /// What the close button of a title bar sends to the window.
    pub(crate) fn close_window(&self, title: &str) {
        let window = self.window(title);
        let protocols = self.atom("WM_PROTOCOLS");
        let delete = self.atom("WM_DELETE_WINDOW");
        let wish = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
        let sent = self
            .connection
            .send_event(false, window, EventMask::NO_EVENT, wish);
        sent.expect("sent").check().expect("the window takes it");
    }

    /// Presses the left button at the first point and moves through the others.
    /// In pixels of the window's inside.
    pub(crate) fn draw(&self, title: &str, points: &[(f64, f64)]) {
        let (left, top) = self.place(self.window(title));
        let first = (left + pixel(points[0].0), top + pixel(points[0].1));
        self.mouse(MOTION_NOTIFY_EVENT, 0, first);
        self.mouse(BUTTON_PRESS_EVENT, LEFT_BUTTON, first);
        self.go_on(title, &points[1..]);
    }

    /// Moves on through these points.
    pub(crate) fn go_on(&self, title: &str, points: &[(f64, f64)]) {
        let (left, top) = self.place(self.window(title));
        for (x, y) in points {
            // A hand is not quicker than a frame; the page would see only the last place.
            std::thread::sleep(std::time::Duration::from_millis(16));
            self.mouse(MOTION_NOTIFY_EVENT, 0, (left + pixel(*x), top + pixel(*y)));
        }
    }

    /// How many places the screen shows dark in a part of the window's inside, from its corner
    /// on so wide and high.
    pub(crate) fn dark_in(
        &self,
        title: &str,
        corner: (f64, f64),
        (wide, high): (u16, u16),
    ) -> usize {
        let (left, top) = self.place(self.window(title));
        let (x, y) = (left + pixel(corner.0), top + pixel(corner.1));
        let format = ImageFormat::Z_PIXMAP;
        let asked = self
            .connection
            .get_image(format, self.root, x, y, wide, high, u32::MAX);
        let picture = asked.expect("sent").reply().expect("it is on the screen");
        // Blue, green, red, and one that says nothing.
        let places = picture.data.chunks(4);
        places
            .filter(|place| place[..3].iter().all(|it| *it < DARK))
            .count()
    }

    /// Gives the window the keyboard, and presses keys together, the last one last, by their X names.
    pub(crate) fn press_keys(&self, title: &str, keys: &[u32]) {
        let window = self.window(title);
        let given = self
            .connection
            .set_input_focus(InputFocus::PARENT, window, CURRENT_TIME);
        given.expect("sent").check().expect("the window takes it");
        let codes: Vec<_> = keys.iter().map(|key| self.key_code(*key)).collect();
        for code in &codes {
            self.mouse(KEY_PRESS_EVENT, *code, (0, 0));
        }
        for code in codes.iter().rev() {
            self.mouse(KEY_RELEASE_EVENT, *code, (0, 0));
        }
    }

    /// The keyboard is with something else from now on.
    pub(crate) fn look_elsewhere(&self) {
        let focus = self
            .connection
            .set_input_focus(InputFocus::NONE, self.root, CURRENT_TIME);
        focus.expect("sent").check().expect("the screen takes it");
    }

    fn key_code(&self, key: u32) -> u8 {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let asked = self
            .connection
            .get_keyboard_mapping(first, last - first + 1)
            .expect("sent");
        let mapping = asked.reply().expect("a keyboard");
        let each = usize::from(mapping.keysyms_per_keycode);
        let mut rows = mapping.keysyms.chunks(each);
        let at = rows.position(|row| row[0] == key).expect("such a key");
        first + u8::try_from(at).expect("a keyboard has so many keys")
    }

    /// As a person does by the window's edge.
    pub(crate) fn resize(&self, title: &str, (width, height): (u16, u16)) {
        let size = ConfigureWindowAux::new()
            .width(u32::from(width))
            .height(u32::from(height));
        let sent = self.connection.configure_window(self.window(title), &size);
        sent.expect("sent").check().expect("the window takes it");
    }

    /// Width and height of the window's inside.
    pub(crate) fn size(&self, title: &str) -> (u16, u16) {
        let asked = self.connection.get_geometry(self.window(title));
        let size = asked.expect("sent").reply().expect("the window has one");
        (size.width, size.height)
    }

    /// Lets go of the left button, wherever the mouse is.
    pub(crate) fn lift(&self) {
        self.mouse(BUTTON_RELEASE_EVENT, LEFT_BUTTON, (0, 0));
    }

    fn mouse(&self, kind: u8, button: u8, (x, y): (i16, i16)) {
        let sent = self
            .connection
            .xtest_fake_input(kind, button, 0, self.root, x, y, 0);
        sent.expect("sent").check().expect("the screen takes it");
    }

    fn place(&self, window: Window) -> (i16, i16) {
        let asked = self
            .connection
            .translate_coordinates(window, self.root, 0, 0)
            .expect("sent");
        let place = asked.reply().expect("the window is somewhere");
        (place.dst_x, place.dst_y)
    }

    /// The shown window whose title ends so.
    pub(crate) fn window(&self, title: &str) -> Window {
        until(&format!("the window {title:?}"), || self.find(title))
    }

    /// Whether there is one.
    pub(crate) fn shows(&self, title: &str) -> bool {
        self.find(title).is_some()
    }

    fn find(&self, title: &str) -> Option<Window> {
        let tree = self.connection.query_tree(self.root).ok()?.reply().ok()?;
        let mut windows = tree.children.into_iter();
        windows.find(|window| {
            let named = self
                .title(*window)
                .is_some_and(|found| found.ends_with(title));
            named && self.is_shown(*window)
        })
    }

    fn is_shown(&self, window: Window) -> bool {
        let asked = self.connection.get_window_attributes(window).ok();
        asked
            .and_then(|asked| asked.reply().ok())
            .is_some_and(|reply| reply.map_state == MapState::VIEWABLE)
    }

    fn title(&self, window: Window) -> Option<String> {
        let name = self.atom("_NET_WM_NAME");
        let asked = self
            .connection
            .get_property(false, window, name, AtomEnum::ANY, 0, 256)
            .ok()?;
        String::from_utf8(asked.reply().ok()?.value).ok()
    }

    fn atom(&self, name: &str) -> u32 {
        let asked = self
            .connection
            .intern_atom(false, name.as_bytes())
            .expect("sent");
        asked.reply().expect("an atom").atom
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a place on a screen of 1280 by 800"
)]
fn pixel(place: f64) -> i16 {
    place.round() as i16
}
