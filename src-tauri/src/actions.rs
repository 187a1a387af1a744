//! What can be chosen in the window's menu and in the tray's.
//!
//! What concerns windows is done here; the rest is handed to the page, which knows how to ask.

use tauri::menu::{
    AboutMetadata, Menu, MenuItem, MenuItemBuilder, PredefinedMenuItem, Submenu, SubmenuBuilder,
};
use tauri::{AppHandle, Emitter as _, Manager as _, Wry};
use tauri_plugin_clipboard_manager::ClipboardExt as _;

use crate::host::Host;
use crate::{diagnostics, window};

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    NewSession,
    OpenFile,
    Settings,
    CopyLink,
    Stop,
    Show,
    FullScreen,
    CloseWindow,
    Quit,
    OpenLog,
    CopyDiagnostics,
}

const ALL: [Action; 11] = [
    Action::NewSession,
    Action::OpenFile,
    Action::Settings,
    Action::CopyLink,
    Action::Stop,
    Action::Show,
    Action::FullScreen,
    Action::CloseWindow,
    Action::Quit,
    Action::OpenLog,
    Action::CopyDiagnostics,
];

impl Action {
    /// As menus and the page name it.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::NewSession => "new_session",
            Self::OpenFile => "open_file",
            Self::Settings => "settings",
            Self::CopyLink => "copy_link",
            Self::Stop => "stop",
            Self::Show => "show",
            Self::FullScreen => "full_screen",
            Self::CloseWindow => "close_window",
            Self::Quit => "quit",
            Self::OpenLog => "open_log",
            Self::CopyDiagnostics => "copy_diagnostics",
        }
    }
}

/// Carries out what was chosen.
pub(crate) fn chosen(app: &AppHandle, id: &str) {
    let Some(action) = ALL.into_iter().find(|action| action.id() == id) else {
        return;
    };
    match action {
        Action::Show => window::bring_forward(app),
        Action::CloseWindow | Action::Quit => window::wish_to_close(app),
        Action::FullScreen => window::toggle_full_screen(app),
        Action::CopyLink => copy_link(app),
        Action::OpenLog => diagnostics::open_log(app),
        Action::NewSession | Action::OpenFile | Action::Settings | Action::Stop => {
            window::bring_forward(app);
            ask_page(app, action);
        }
        Action::CopyDiagnostics => ask_page(app, action),
    }
}

fn ask_page(app: &AppHandle, action: Action) {
    if let Err(error) = app.emit_to(window::MAIN, "action-chosen", action.id()) {
        tracing::warn!(%error, "the page could not be told what was chosen");
    }
}

/// The page may be hidden, and then may not write to the clipboard.
fn copy_link(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let hosted = app.state::<Host>().current(None).await;
        let link = hosted
            .ok()
            .flatten()
            .and_then(|hosted| hosted.urls.first().cloned());
        if let Some(link) = link
            && let Err(error) = app.clipboard().write_text(link)
        {
            tracing::warn!(%error, "the link could not be copied");
        }
    });
}

/// The window's menu, with the shortcuts that the system's people know.
pub(crate) fn menu(app: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let item = |action: Action, words: &str, keys: Option<&str>| -> tauri::Result<MenuItem<Wry>> {
        let builder = MenuItemBuilder::with_id(action.id(), words);
        match keys {
            Some(keys) => builder.accelerator(keys).build(app),
            None => builder.build(app),
        }
    };
    let file = SubmenuBuilder::new(app, "File")
        .item(&item(
            Action::NewSession,
            "New session",
            Some("CmdOrCtrl+N"),
        )?)
        .item(&item(
            Action::OpenFile,
            "Open session file …",
            Some("CmdOrCtrl+Shift+O"),
        )?)
        .separator()
        .item(&item(Action::Settings, "Settings …", Some("CmdOrCtrl+,"))?)
        .separator()
        .item(&item(
            Action::CloseWindow,
            "Close the window",
            Some("CmdOrCtrl+W"),
        )?)
        .item(&item(Action::Quit, "Quit", Some("CmdOrCtrl+Q"))?)
        .build()?;
    let session = SubmenuBuilder::new(app, "Session")
        .item(&item(
            Action::CopyLink,
            "Copy the link",
            Some("CmdOrCtrl+Shift+C"),
        )?)
        .item(&item(Action::Stop, "End for everybody …", None)?)
        .build()?;
    let full_screen = if cfg!(target_os = "macos") {
        "Ctrl+Cmd+F"
    } else {
        "F11"
    };
    let view = SubmenuBuilder::new(app, "View")
        .item(&item(Action::FullScreen, "Full screen", Some(full_screen))?)
        .build()?;
    let about = AboutMetadata {
        name: Some("Lanvas".to_owned()),
        version: Some(app.package_info().version.to_string()),
        ..AboutMetadata::default()
    };
    let help = SubmenuBuilder::new(app, "Help")
        .item(&item(Action::OpenLog, "Open the log", None)?)
        .item(&item(Action::CopyDiagnostics, "Copy diagnostics", None)?)
        .item(&PredefinedMenuItem::about(
            app,
            Some("About Lanvas"),
            Some(about),
        )?)
        .build()?;
    let menus = [
        Some(file),
        edit(app)?,
        Some(session),
        Some(view),
        Some(help),
    ];
    let menu = Menu::new(app)?;
    for submenu in menus.iter().flatten() {
        menu.append(submenu)?;
    }
    Ok(menu)
}

/// On macOS the keys for copying and pasting work only when a menu names them.
fn edit(app: &AppHandle) -> tauri::Result<Option<Submenu<Wry>>> {
    if !cfg!(target_os = "macos") {
        return Ok(None);
    }
    let edit = SubmenuBuilder::new(app, "Edit").undo().redo().separator();
    edit.cut().copy().paste().select_all().build().map(Some)
}
