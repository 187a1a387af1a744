//! Another program on the same screen, out of which a file is dragged: the source's side of XDND 5.

use std::path::Path;

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{COPY_DEPTH_FROM_PARENT, CURRENT_TIME};

use crate::screen::Screen;
use crate::until;

/// Of the protocol between programs.
const VERSION: u32 = 5;

/// A file in the hand, as the program has it that it comes from.
pub(crate) struct DraggedFile {
    connection: RustConnection,
    /// Of that program; nobody needs to see it.
    source: Window,
    /// Of the program that it is dragged to.
    target: Window,
    uris: String,
}

impl DraggedFile {
    /// Taken up, and brought over the window whose title ends so.
    pub(crate) fn over(screen: &Screen, title: &str, path: &Path) -> Self {
        let (connection, number) = x11rb::connect(Some(Screen::name())).expect("the screen is on");
        let source = connection.generate_id().expect("an id");
        let root = connection.setup().roots[number].root;
        let made = connection.create_window(
            COPY_DEPTH_FROM_PARENT,
            source,
            root,
            0,
            0,
            1,
            1,
            0,
            WindowClass::INPUT_OUTPUT,
            0,
            &CreateWindowAux::new(),
        );
        made.expect("sent").check().expect("a window");
        let file = Self {
            connection,
            source,
            target: screen.window(title),
            uris: format!("file://{}\r\n", path.display()),
        };
        let selection = file.atom("XdndSelection");
        let owned = file
            .connection
            .set_selection_owner(source, selection, CURRENT_TIME);
        owned.expect("sent").check().expect("it is in the hand");
        let kind = file.atom("text/uri-list");
        file.send("XdndEnter", [VERSION << 24, kind, 0, 0]);
        file
    }

    /// Moves it to a place of the screen until the program there would take it.
    pub(crate) fn is_welcome_at(&self, (x, y): (u32, u32)) {
        let copy = self.atom("XdndActionCopy");
        let mut steps = (0..4_u32).cycle();
        until("it would be taken", || {
            // Who takes it asks its page first: the answer to the first place is no.
            let x = x + steps.next().unwrap_or_default();
            self.send("XdndPosition", [0, x << 16 | y, CURRENT_TIME, copy]);
            let answer = self.heard("XdndStatus")?;
            (answer[1] & 1 == 1).then_some(())
        });
    }

    /// Lets go of it, and waits until the other program has what it wants.
    pub(crate) fn drop_it(self) {
        self.send("XdndDrop", [0, CURRENT_TIME, 0, 0]);
        let taken = until("it is taken", || self.heard("XdndFinished"));
        assert_eq!(taken[1] & 1, 1, "it was taken");
    }

    fn send(&self, kind: &str, data: [u32; 4]) {
        let [a, b, c, d] = data;
        let kind = self.atom(kind);
        let message = ClientMessageEvent::new(32, self.target, kind, [self.source, a, b, c, d]);
        let sent = self
            .connection
            .send_event(false, self.target, EventMask::NO_EVENT, message);
        sent.expect("sent").check().expect("the window takes it");
    }

    /// The next answer of a kind, for as long as one is likely to take; who asks what it is meanwhile
    /// is told.
    fn heard(&self, kind: &str) -> Option<[u32; 5]> {
        let kind = self.atom(kind);
        let deadline = std::time::Instant::now() + std::time::Duration::from_millis(300);
        while std::time::Instant::now() < deadline {
            match self.connection.poll_for_event().expect("the screen is on") {
                Some(Event::SelectionRequest(asked)) => self.tell(&asked),
                Some(Event::ClientMessage(message)) if message.type_ == kind => {
                    return Some(message.data.as_data32());
                }
                Some(_) => {}
                None => std::thread::sleep(std::time::Duration::from_millis(5)),
            }
        }
        None
    }

    fn tell(&self, asked: &SelectionRequestEvent) {
        let (to, property) = (asked.requestor, asked.property);
        let kind = self.atom("text/uri-list");
        let mode = PropMode::REPLACE;
        let mut property = property;
        if asked.target == kind {
            let uris = self.uris.as_bytes();
            let written = self
                .connection
                .change_property8(mode, to, property, kind, uris);
            written.expect("sent").check().expect("it can be told");
        } else {
            // It is nothing else.
            property = 0;
        }
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: asked.time,
            requestor: to,
            selection: asked.selection,
            target: asked.target,
            property,
        };
        let sent = self
            .connection
            .send_event(false, to, EventMask::NO_EVENT, answer);
        sent.expect("sent").check().expect("it is told");
    }

    fn atom(&self, name: &str) -> u32 {
        let asked = self.connection.intern_atom(false, name.as_bytes());
        asked.expect("sent").reply().expect("an atom").atom
    }
}
