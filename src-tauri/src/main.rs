//! The desktop shell: a window around the bundled page, and a hub on a runtime of its own.
//!
//! Promises: thin. It starts things, hands them to each other and ends them in
//! order; what a session is and who may do what is the hub's to decide.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod actions;
mod address;
mod asked;
mod closing;
mod commands;
mod diagnostics;
mod dropped;
mod embedded_ui;
mod folders;
mod graphics;
mod headless;
mod host;
mod hosting;
mod incoming;
mod joining;
mod launch;
mod logs;
mod lookup;
mod navigation;
mod pins;
mod pipe;
mod refusal;
mod settings;
mod stop_signals;
mod tray;
mod updates;
mod visits;
mod watching;
mod window;
mod wishes;
mod words;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use tauri::plugin::TauriPlugin;
use tauri::{App, AppHandle, Emitter as _, Manager as _, RunEvent, Wry};
use tauri_plugin_window_state::StateFlags;

use crate::asked::{Asked, AskedQueue};
use crate::diagnostics::LogPath;
use crate::embedded_ui::EmbeddedUi;
use crate::host::Host;
use crate::hosting::HostingPlan;
use crate::incoming::Incoming;
use crate::joining::Pipes;
use crate::launch::{Launch, Options};
use crate::pins::Pins;
use crate::settings::{Settings, SettingsFile};
use crate::tray::Tray;
use crate::visits::Visits;
use crate::window::CloseQuestion;
use crate::words::Language;

fn main() -> ExitCode {
    match Launch::from_args(std::env::args_os().skip(1)) {
        Launch::Window(options) => run(options).unwrap_or_else(|why| failed(&why)),
        Launch::Headless(args) => headless::run(args),
        Launch::Print(text) => {
            let _ = text.print();
            ExitCode::from(u8::try_from(text.exit_code()).unwrap_or(2))
        }
    }
}

fn run(options: Options) -> Result<ExitCode, String> {
    if let Some(why) = launch::no_screen(std::env::var_os) {
        return Err(why.to_owned());
    }
    let (start, settings) =
        Start::of(options).map_err(|error| format!("Lanvas could not be started ({error:#})."))?;
    if let Some(ended) = graphics::make_safe(start.options.safe_graphics || settings.safe_graphics)
    {
        return Ok(ended);
    }
    let log = logs::begin(&start.data);
    let context = updates::placed(tauri::generate_context!());
    let built = builder(&start, log).build(context);
    let app = built.map_err(|error| format!("Lanvas could not be started ({error})."))?;
    set_up(&app, &start, &settings)
        .map_err(|error| format!("Lanvas could not be started ({error:#})."))?;
    window::show_theme(app.handle(), settings.theme);
    app.run(|app, event| match event {
        RunEvent::Exit => app.state::<Host>().shut_down(),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => asked_by_the_system(app, &urls),
        _ => {}
    });
    Ok(ExitCode::SUCCESS)
}

fn failed(why: &str) -> ExitCode {
    eprintln!("lanvas: {why}");
    ExitCode::FAILURE
}

/// What is decided before the toolkit starts.
struct Start {
    options: Options,
    config: PathBuf,
    data: PathBuf,
    settings: SettingsFile,
    language: Language,
}

impl Start {
    fn of(options: Options) -> anyhow::Result<(Self, Settings)> {
        let nowhere = "this system names no folder for the files of programs; name one with --data";
        let named = options.data.as_deref();
        let config = folders::config(named).context(nowhere)?;
        let file = SettingsFile::in_folder(&config);
        let settings = file.load();
        let data = folders::data(named, &settings).context(nowhere)?;
        let start = Self {
            options,
            config,
            data,
            settings: file,
            language: Language::of(settings.words, sys_locale::get_locales()),
        };
        Ok((start, settings))
    }
}

fn builder(start: &Start, log: PathBuf) -> tauri::Builder<Wry> {
    let state = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED;
    let mut builder = tauri::Builder::default();
    if let Some(single) = single_instance(start.options.data.as_deref()) {
        builder = builder.plugin(single);
    }
    updates::prepared(builder)
        .plugin(tauri_plugin_autostart::Builder::new().build())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(state)
                .build(),
        )
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .manage(CloseQuestion::default())
        .manage(Tray::default())
        .manage(AskedQueue::default())
        .manage(dropped::Dropped::default())
        .manage(LogPath(log))
        .manage(Incoming::below(&start.data))
        .manage(Visits::in_folder(&start.config))
        .manage(Pins::in_folder(&start.config))
        .manage(Pipes::default())
        .manage(start.language)
        .menu(|app| actions::menu(app, app.state::<Language>().words()))
        .on_menu_event(|app, event| actions::chosen(app, event.id().as_ref()))
        .invoke_handler(commands::handler())
}

/// One app for each place that sessions are kept in. Where the system tells programs apart by
/// nothing but their name, one that was started for another place is an app of its own.
fn single_instance(data: Option<&Path>) -> Option<TauriPlugin<Wry>> {
    use tauri_plugin_single_instance::Builder;
    let builder = Builder::new().callback(|app, arguments, folder| {
        let arguments = arguments.into_iter().map(OsString::from);
        asked_by_another_start(app, arguments, Path::new(&folder));
    });
    match data {
        None => Some(builder.build()),
        #[cfg(target_os = "linux")]
        Some(data) => Some(builder.dbus_id(place_id(data)).build()),
        #[cfg(not(target_os = "linux"))]
        Some(_) => None,
    }
}

/// A name on the bus for a folder.
#[cfg(target_os = "linux")]
fn place_id(data: &Path) -> String {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let place = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
    let mut hasher = DefaultHasher::new();
    place.hash(&mut hasher);
    format!("org.lanvas.desktop.in{:x}", hasher.finish())
}

/// Somebody started the program again: this one comes forward and does what was asked of that one.
fn asked_by_another_start(
    app: &AppHandle,
    arguments: impl Iterator<Item = OsString>,
    folder: &Path,
) {
    if let Launch::Window(options) = Launch::from_args(arguments.skip(1)) {
        ask(
            app,
            options.open.iter().map(|it| asked::argument(it, folder)),
        );
    }
    window::bring_forward(app);
}

#[cfg(target_os = "macos")]
fn asked_by_the_system(app: &AppHandle, urls: &[tauri::Url]) {
    let asked = urls.iter().map(|url| match url.to_file_path() {
        Ok(path) => Asked::File(path),
        Err(()) => asked::argument(url.as_str().as_ref(), Path::new("/")),
    });
    ask(app, asked);
}

/// For the page, which takes one after the other.
fn ask(app: &AppHandle, asked: impl IntoIterator<Item = Asked>) {
    app.state::<AskedQueue>().add(asked);
    if let Err(error) = app.emit_to(window::MAIN, "asked", ()) {
        tracing::warn!(%error, "the page could not be told that something was asked for");
    }
}

/// Everything that the page may call is there before the page is.
fn set_up(app: &App, start: &Start, settings: &Settings) -> anyhow::Result<()> {
    let handle = app.handle();
    let options = &start.options;
    let plan = HostingPlan {
        data_dir: start.data.clone(),
        ui: Arc::new(EmbeddedUi::new(handle.clone())),
        words: start.language.words(),
        wishes: wishes::of(settings, options.port),
    };
    let host = Host::start(plan, !options.no_discovery)?;
    host.spawn(stop_signals::end_on_signal(handle.clone()));
    host.spawn(watching::tell_page_who_is_nearby(
        handle.clone(),
        host.nearby(),
    ));
    host.spawn(watching::tell_page_of_the_sweep(
        handle.clone(),
        host.seeker().progress(),
    ));
    host.seeker().remember(app.state::<Visits>().places());
    host.spawn(watching::keep_the_tray(handle.clone(), host.hosted()));
    app.manage(start.settings.clone());
    app.manage(wishes::PortOption(options.port));
    app.manage(host);
    let folder = std::env::current_dir().unwrap_or_default();
    let asked = options.open.iter().map(|it| asked::argument(it, &folder));
    app.state::<AskedQueue>().add(asked);
    let webview_data = options.data.as_ref().map(|data| data.join("webview"));
    let languages = window::languages(settings, start.language);
    window::open(handle, webview_data, languages)?;
    Ok(())
}
