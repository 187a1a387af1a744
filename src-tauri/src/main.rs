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

fn main() -> ExitCode {
    match Launch::from_args(std::env::args_os().skip(1)) {
        Launch::Window(options) => run(options),
        Launch::Headless(args) => headless::run(args),
        Launch::Print(text) => {
            let _ = text.print();
            ExitCode::from(u8::try_from(text.exit_code()).unwrap_or(2))
        }
    }
}

fn run(options: Options) -> ExitCode {
    log_to_stderr();
    let built = tauri::Builder::default()
        .manage(CloseQuestion::default())
        .invoke_handler(commands::handler())
        .setup(move |app| Ok(set_up(app, &options)?))
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            eprintln!("lanvas: the window could not be opened ({error}).");
            return ExitCode::FAILURE;
        }
    };
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            app.state::<Host>().shut_down();
        }
    });
    ExitCode::SUCCESS
}

/// Everything that the page may call is there before the page is.
fn set_up(app: &mut App, options: &Options) -> anyhow::Result<()> {
    let handle = app.handle();
    let (data, config) = match &options.data {
        Some(folder) => (folder.clone(), folder.clone()),
        None => (app.path().app_data_dir()?, app.path().app_config_dir()?),
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
        app.handle(),
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
