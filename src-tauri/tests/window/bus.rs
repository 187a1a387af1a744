//! The desktop around the app, as far as it is on the session's bus: notifications, a file manager,
//! a panel with a tray. Each writes down what it was asked for.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use zbus::blocking::{Connection, connection::Builder};
use zbus::interface;
use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Structure, Value};

use crate::until;

/// What was asked for, in order.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<Vec<String>>>);

impl Book {
    fn write(&self, line: String) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(line);
    }
}

struct Notifications(Book);

#[interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    #[expect(clippy::too_many_arguments, reason = "the interface has them")]
    fn notify(
        &self,
        _app: &str,
        _replaces: u32,
        _icon: &str,
        summary: &str,
        body: &str,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        self.0.write(format!("notify {summary}: {body}"));
        1
    }

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned()]
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("test", "test", "1", "1.2")
    }
}

struct FileManager(Book);

#[interface(name = "org.freedesktop.FileManager1")]
impl FileManager {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "what came over the bus is ours"
    )]
    fn show_items(&self, uris: Vec<String>, _startup: &str) {
        self.0.write(format!("show {}", uris.join(" ")));
    }
}

struct Panel(Book);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Panel {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "what came over the bus is ours"
    )]
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] from: Header<'_>) {
        let sender = from.sender().map(ToString::to_string).unwrap_or_default();
        self.0.write(format!("tray {sender} {service}"));
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// The desktop, while it is kept.
pub(crate) struct Surroundings {
    book: Book,
    bus: Connection,
}

impl Surroundings {
    /// On the bus whose socket is at `path`.
    pub(crate) fn on(path: &Path) -> Self {
        let book = Book::default();
        let address = format!("unix:path={}", path.display());
        let built = Builder::address(address.as_str()).and_then(|builder| {
            builder
                .name("org.freedesktop.Notifications")?
                .name("org.freedesktop.FileManager1")?
                .name("org.kde.StatusNotifierWatcher")?
                .serve_at(
                    "/org/freedesktop/Notifications",
                    Notifications(book.clone()),
                )?
                .serve_at("/org/freedesktop/FileManager1", FileManager(book.clone()))?
                .serve_at("/StatusNotifierWatcher", Panel(book.clone()))?
                .build()
        });
        Self {
            book,
            bus: built.expect("the bus takes the names"),
        }
    }

    /// Waits until something was asked for that begins so; all of it.
    pub(crate) fn asked(&self, beginning: &str) -> String {
        until(&format!("the desktop is asked to {beginning}"), || {
            self.lines()
                .into_iter()
                .find(|line| line.starts_with(beginning))
        })
    }

    /// Waits for an item of the tray's menu that begins so, and presses it. A menu that was just made
    /// anew has other items, and takes no press for one that it had.
    pub(crate) fn press_in_tray(&self, label: &str) {
        until(&format!("{label:?} in the tray takes a press"), || {
            let tray = self.tray()?;
            let mut items = self.items(&tray)?.into_iter();
            let (item, _) = items.find(|(_, words)| words.starts_with(label))?;
            let pressed = (item, "clicked", Value::from(""), 0_u32);
            self.call(&tray, "com.canonical.dbusmenu", "Event", &pressed)
                .map(drop)
        });
    }

    /// Waits for an item of the tray's menu, and gives the words of all.
    pub(crate) fn words_of_tray(&self, label: &str) -> Vec<String> {
        until(&format!("{label:?} in the tray"), || {
            let items = self.items(&self.tray()?)?;
            let words: Vec<_> = items.into_iter().map(|(_, words)| words).collect();
            words.iter().any(|it| it == label).then_some(words)
        })
    }

    /// Whose it is, and where its menu is.
    fn tray(&self) -> Option<(String, String)> {
        let lines = self.lines();
        let line = lines.iter().rev().find(|line| line.starts_with("tray "))?;
        let (owner, path) = line.strip_prefix("tray ")?.split_once(' ')?;
        let place = (owner.to_owned(), path.to_owned());
        let asked = ("org.kde.StatusNotifierItem", "Menu");
        let answer = self.call(&place, "org.freedesktop.DBus.Properties", "Get", &asked)?;
        let menu: OwnedValue = answer.body().deserialize().ok()?;
        let menu = OwnedObjectPath::try_from(menu).ok()?;
        Some((place.0, menu.to_string()))
    }

    /// Numbers and words of the menu's items.
    fn items(&self, tray: &(String, String)) -> Option<Vec<(i32, String)>> {
        type Row = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);
        let all = (0_i32, -1_i32, Vec::<String>::new());
        let answer = self.call(tray, "com.canonical.dbusmenu", "GetLayout", &all)?;
        let (_, (_, _, rows)): (u32, Row) = answer.body().deserialize().ok()?;
        let item = |row: OwnedValue| {
            let row = Structure::try_from(row).ok()?;
            let [Value::I32(number), Value::Dict(looks), ..] = row.fields() else {
                return None;
            };
            let label: Option<String> = looks.get(&"label").ok().flatten();
            Some((*number, label?))
        };
        Some(rows.into_iter().filter_map(item).collect())
    }

    fn call<B: serde::Serialize + zbus::zvariant::DynamicType>(
        &self,
        (owner, path): &(String, String),
        interface: &str,
        method: &str,
        body: &B,
    ) -> Option<zbus::Message> {
        let owner = Some(owner.as_str());
        self.bus
            .call_method(owner, path.as_str(), Some(interface), method, body)
            .ok()
    }

    /// All of it goes from the bus.
    pub(crate) fn leave(self) {
        self.bus.close().expect("the bus lets it go");
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.book
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
