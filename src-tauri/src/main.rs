//! The desktop shell: a window around the bundled page, and a hub on a thread of its own.
//!
//! Promises: thin. It starts things, hands them to each other and ends them in
//! order; what a session is and who may do what is the hub's to decide.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod address;
mod closing;
mod headless;
mod launch;
mod navigation;
mod refusal;
mod settings;
mod window;

use std::process::ExitCode;

use tauri::{AppHandle, Manager as _};

use crate::launch::{Launch, Options};
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
    let started = tauri::Builder::default()
        .manage(CloseQuestion::default())
        .setup(move |app| {
            window::open(
                app.handle(),
                options.data.as_ref().map(|data| data.join("webview")),
            )?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match started {
        Ok(app) => {
            app.run(|_, _| {});
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("lanvas: the window could not be opened ({error}).");
            ExitCode::FAILURE
        }
    }
}

/// People other than the host in the session this app hosts.
fn guests(app: &AppHandle) -> usize {
    0
}
