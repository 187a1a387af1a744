//! The desktop shell: a window around the bundled page, and a hub on a runtime of its own.
//!
//! Promises: thin. It starts things, hands them to each other and ends them in
//! order; what a session is and who may do what is the hub's to decide.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod address;
mod closing;
mod commands;
mod embedded_ui;
mod headless;
mod host;
mod hosting;
mod launch;
mod lookup;
mod navigation;
mod refusal;
mod settings;
mod stop_signals;
mod window;

use std::process::ExitCode;
use std::sync::Arc;

use lanvas_hub::PortChoice;
use tauri::{App, AppHandle, Emitter as _, Manager as _, RunEvent};
use tracing_subscriber::EnvFilter;

use crate::embedded_ui::EmbeddedUi;
use crate::host::Host;
use crate::hosting::HostingPlan;
use crate::launch::{Launch, Options};
use crate::settings::SettingsFile;
use crate::window::CloseQuestion;

/// Sessions and settings are in the folder that the headless program uses too,
/// so that `--headless` goes on with what the window made.
const FOLDER: &str = "lanvas";

fn main() -> ExitCode {
    match Launch::from_args(std::env::args_os().skip(1)) {
        Launch::Window(options) => run(&options),
        Launch::Headless(args) => headless::run(args),
        Launch::Print(text) => {
            let _ = text.print();
            ExitCode::from(u8::try_from(text.exit_code()).unwrap_or(2))
        }
    }
}

fn run(options: &Options) -> ExitCode {
    if let Some(why) = launch::no_screen(std::env::var_os) {
        return failed(why);
    }
    log_to_stderr();
    let built = tauri::Builder::default()
        .manage(CloseQuestion::default())
        .invoke_handler(commands::handler())
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(error) => return failed(&format!("Lanvas could not be started ({error}).")),
    };
    if let Err(error) = set_up(&app, options) {
        return failed(&format!("Lanvas could not be started ({error:#})."));
    }
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            app.state::<Host>().shut_down();
        }
    });
    ExitCode::SUCCESS
}

fn failed(why: &str) -> ExitCode {
    eprintln!("lanvas: {why}");
    ExitCode::FAILURE
}

/// Everything that the page may call is there before the page is.
fn set_up(app: &App, options: &Options) -> anyhow::Result<()> {
    let handle = app.handle();
    let (data, config) = match &options.data {
        Some(folder) => (folder.clone(), folder.clone()),
        None => (
            app.path().data_dir()?.join(FOLDER),
            app.path().config_dir()?.join(FOLDER),
        ),
    };
    let settings = SettingsFile::in_folder(&config);
    let plan = HostingPlan {
        port: port_choice(options.port),
        data_dir: data,
        ui: Arc::new(EmbeddedUi::new(handle.clone())),
    };
    let host = Host::start(plan, settings.load().name, !options.no_discovery)?;
    host.spawn(stop_signals::end_on_signal(handle.clone()));
    host.spawn(tell_page_who_is_nearby(handle.clone(), host.nearby()));
    app.manage(settings);
    app.manage(host);
    window::open(
        handle,
        options.data.as_ref().map(|data| data.join("webview")),
    )?;
    Ok(())
}

fn port_choice(port: Option<u16>) -> PortChoice {
    match port {
        None => PortChoice::Default,
        Some(0) => PortChoice::Any,
        Some(port) => PortChoice::Exactly(port),
    }
}

async fn tell_page_who_is_nearby(
    app: AppHandle,
    mut nearby: tokio::sync::watch::Receiver<Arc<[lanvas_protocol::advert::NearbySession]>>,
) {
    while nearby.changed().await.is_ok() {
        let sessions = nearby.borrow_and_update().to_vec();
        if let Err(error) = app.emit_to(window::MAIN, "nearby-changed", sessions) {
            tracing::warn!(%error, "the page could not be told who is nearby");
        }
    }
}

/// `RUST_LOG` says how much; without it what a person who reports a fault should see.
fn log_to_stderr() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("lanvas=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
}
