//! What can be chosen in the window's menu and in the tray's.
//!
//! What concerns windows is done here; the rest is handed to the page, which knows how to ask.

use tauri::menu::{
    AboutMetadata, Menu, MenuItem, MenuItemBuilder, PredefinedMenuItem, Submenu, SubmenuBuilder,
};
use tauri::{AppHandle, Emitter as _, Manager as _, Wry};
use tauri_plugin_clipboard_manager::ClipboardExt as _;

use crate::host::Host;
use crate::words::Words;
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
pub(crate) fn menu(app: &AppHandle, words: &Words) -> tauri::Result<Menu<Wry>> {
    let menus = [
        Some(file(app, words)?),
        edit(app, words)?,
        Some(session(app, words)?),
        Some(view(app, words)?),
        Some(help(app, words)?),
    ];
    let menu = Menu::new(app)?;
    for submenu in menus.iter().flatten() {
        menu.append(submenu)?;
    }
    Ok(menu)
}

fn item(
    app: &AppHandle,
    action: Action,
    words: &str,
    keys: Option<&str>,
) -> tauri::Result<MenuItem<Wry>> {
    let builder = MenuItemBuilder::with_id(action.id(), words);
    match keys {
        Some(keys) => builder.accelerator(keys).build(app),
        None => builder.build(app),
    }
}

fn file(app: &AppHandle, words: &Words) -> tauri::Result<Submenu<Wry>> {
    let item = |action, words, keys| item(app, action, words, Some(keys));
    let open_keys = "CmdOrCtrl+Shift+O";
    SubmenuBuilder::new(app, words.file)
        .item(&item(Action::NewSession, words.new_session, "CmdOrCtrl+N")?)
        .item(&item(Action::OpenFile, words.open_file, open_keys)?)
        .separator()
        .item(&item(Action::Settings, words.settings, "CmdOrCtrl+,")?)
        .separator()
        .item(&item(
            Action::CloseWindow,
            words.close_window,
            "CmdOrCtrl+W",
        )?)
        .item(&item(Action::Quit, words.quit, "CmdOrCtrl+Q")?)
        .build()
}

fn session(app: &AppHandle, words: &Words) -> tauri::Result<Submenu<Wry>> {
    let copy_keys = Some("CmdOrCtrl+Shift+C");
    SubmenuBuilder::new(app, words.session)
        .item(&item(app, Action::CopyLink, words.copy_link, copy_keys)?)
        .item(&item(app, Action::Stop, words.end_for_everybody, None)?)
        .build()
}

fn view(app: &AppHandle, words: &Words) -> tauri::Result<Submenu<Wry>> {
    let keys = if cfg!(target_os = "macos") {
        "Ctrl+Cmd+F"
    } else {
        "F11"
    };
    SubmenuBuilder::new(app, words.view)
        .item(&item(
            app,
            Action::FullScreen,
            words.full_screen,
            Some(keys),
        )?)
        .build()
}

fn help(app: &AppHandle, words: &Words) -> tauri::Result<Submenu<Wry>> {
    let about = AboutMetadata {
        name: Some("Lanvas".to_owned()),
        version: Some(app.package_info().version.to_string()),
        ..AboutMetadata::default()
    };
    let diagnostics = item(app, Action::CopyDiagnostics, words.copy_diagnostics, None)?;
    SubmenuBuilder::new(app, words.help)
        .item(&item(app, Action::OpenLog, words.open_log, None)?)
        .item(&diagnostics)
        .item(&PredefinedMenuItem::about(
            app,
            Some(words.about),
            Some(about),
        )?)
        .build()
}

/// On macOS the keys for copying and pasting work only when a menu names them.
fn edit(app: &AppHandle, words: &Words) -> tauri::Result<Option<Submenu<Wry>>> {
    if !cfg!(target_os = "macos") {
        return Ok(None);
    }
    SubmenuBuilder::new(app, words.edit)
        .undo_with_text(words.undo)
        .redo_with_text(words.redo)
        .separator()
        .cut_with_text(words.cut)
        .copy_with_text(words.copy)
        .paste_with_text(words.paste)
        .select_all_with_text(words.select_all)
        .build()
        .map(Some)
}
