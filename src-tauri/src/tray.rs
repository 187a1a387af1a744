//! The icon in the system's tray while something is hosted: who is in, the link, stopping.
//!
//! Promises: without a tray the app is none the worse: whether there is one is found out before
//! anything relies on it, and the window is then never hidden.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lanvas_hub::SessionInfo;
use tauri::menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager as _, Wry};

use crate::actions::Action;
use crate::window;
use crate::words::{Language, Words};

const ID: &str = "hosting";

/// Whether the system shows our icon now.
#[derive(Debug, Default)]
pub(crate) struct Tray {
    shown: AtomicBool,
}

impl Tray {
    /// Whether a hidden window could be had back.
    pub(crate) fn is_shown(&self) -> bool {
        self.shown.load(Ordering::Relaxed)
    }
}

/// Shows what is hosted now; nothing takes the icon away. On the window's thread.
pub(crate) fn show(app: &AppHandle, hosted: &Arc<[SessionInfo]>, has_place: bool) {
    let tray = app.state::<Tray>();
    if hosted.is_empty() || !has_place {
        // Hidden, not removed: Linux keeps the place of one that was removed, and a second one would
        // have no menu there.
        if let Some(icon) = app.tray_by_id(ID) {
            let _ = icon.set_visible(false);
        }
        if tray.shown.swap(false, Ordering::Relaxed) {
            window::show_if_hidden(app);
        }
        return;
    }
    // A library that the tray wants may be missing, which it says by a panic of its own.
    let shown = catch_unwind(AssertUnwindSafe(|| put(app, hosted)));
    let shown = matches!(shown, Ok(Ok(())));
    if !shown {
        tracing::warn!("there is no tray icon: the system does not take it");
    }
    tray.shown.store(shown, Ordering::Relaxed);
}

fn put(app: &AppHandle, hosted: &[SessionInfo]) -> tauri::Result<()> {
    let words = app.state::<Language>().words();
    let menu = menu(app, hosted, words)?;
    let summary = summary(hosted, words);
    if let Some(icon) = app.tray_by_id(ID) {
        icon.set_tooltip(Some(summary))?;
        icon.set_menu(Some(menu))?;
        return icon.set_visible(true);
    }
    let mut builder = TrayIconBuilder::with_id(ID).tooltip(summary).menu(&menu);
    if let Some(icon) = app.default_window_icon() {
        builder = builder.icon(icon.clone());
    }
    builder.build(app).map(drop)
}

fn menu(app: &AppHandle, hosted: &[SessionInfo], words: &Words) -> tauri::Result<Menu<Wry>> {
    let item = |action: Action, words: &str| {
        MenuItem::with_id(app, action.id(), words, true, None::<&str>)
    };
    let rule = || PredefinedMenuItem::separator(app);
    let rows: Vec<_> = hosted
        .iter()
        .map(|info| MenuItem::new(app, line(info, words), false, None::<&str>))
        .collect::<Result<_, _>>()?;
    let show = item(Action::Show, words.show)?;
    let copy = item(Action::CopyLink, words.copy_link)?;
    let stop = item(Action::Stop, words.end_for_everybody)?;
    let quit = item(Action::Quit, words.quit_lanvas)?;
    let (first, second) = (rule()?, rule()?);
    let mut items: Vec<&dyn IsMenuItem<Wry>> = rows.iter().map(|row| row as _).collect();
    items.extend([
        &first as &dyn IsMenuItem<Wry>,
        &show,
        &copy,
        &second,
        &stop,
        &quit,
    ]);
    Menu::with_items(app, &items)
}

/// One session, for a menu.
fn line(info: &SessionInfo, words: &Words) -> String {
    let title = if info.title.is_empty() {
        words.untitled
    } else {
        &info.title
    };
    format!("{title}: {}", (words.who)(info.guests))
}

fn summary(hosted: &[SessionInfo], words: &Words) -> String {
    let lines: Vec<_> = hosted.iter().map(|info| line(info, words)).collect();
    format!("Lanvas\n{}", lines.join("\n"))
}

/// Whether the system has a place for tray icons. On Linux somebody on the session's bus must say
/// so; elsewhere there always is one.
pub(crate) fn has_place() -> bool {
    #[cfg(target_os = "linux")]
    return watcher_is_there().unwrap_or(false);
    #[cfg(not(target_os = "linux"))]
    true
}

#[cfg(target_os = "linux")]
fn watcher_is_there() -> zbus::Result<bool> {
    let bus = zbus::blocking::Connection::session()?;
    let names = zbus::blocking::fdo::DBusProxy::new(&bus)?;
    let watcher = "org.kde.StatusNotifierWatcher";
    Ok(names.name_has_owner(watcher.try_into()?)?)
}

#[cfg(test)]
mod tests {
    use lanvas_protocol::SessionId;

    use super::*;

    #[test]
    fn a_session_is_one_line() {
        let info = |title: &str, guests| SessionInfo {
            id: SessionId::new("x").unwrap(),
            title: title.into(),
            people: guests + 1,
            guests,
            password: false,
            entry: lanvas_protocol::door::Entry::Open,
        };
        let english = |title, guests| line(&info(title, guests), Language::English.words());
        assert_eq!(english("Map", 0), "Map: nobody else is in");
        assert_eq!(english("Map", 1), "Map: 1 guest");
        assert_eq!(english("", 3), "Untitled session: 3 guests");
        let german = |title, guests| line(&info(title, guests), Language::German.words());
        assert_eq!(german("", 1), "Sitzung ohne Titel: 1 Gast");
    }
}
