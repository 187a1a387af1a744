//! The desktop around the app, as far as it is on the session's bus: notifications, a file manager,
//! a panel with a tray. Each writes down what it was asked for.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use zbus::blocking::{Connection, connection::Builder};
use zbus::interface;
use zbus::zvariant::OwnedValue;

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
    fn register_status_notifier_item(&self, service: &str) {
        self.0.write(format!("tray {service}"));
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
    _bus: Connection,
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
            _bus: built.expect("the bus takes the names"),
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

    pub(crate) fn lines(&self) -> Vec<String> {
        self.book
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
