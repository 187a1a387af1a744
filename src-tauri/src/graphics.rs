//! Safe graphics: on some Linux machines WebKitGTK's window stays blank, until it is told not to
//! share memory with the graphics card.
//!
//! Promises: decided before the toolkit starts, by starting this program once more with the
//! variable set; somebody who has set it already is left alone.

use std::process::{Command, ExitCode};

/// What WebKitGTK asks for.
const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// The program once more, with safe graphics, if they are wanted and not on yet. Returns only when
/// there is nothing to do or it failed.
pub(crate) fn make_safe(wanted: bool) -> Option<ExitCode> {
    if !cfg!(target_os = "linux") || !wanted || std::env::var_os(VARIABLE).is_some() {
        return None;
    }
    let program = std::env::current_exe().ok()?;
    let mut again = Command::new(program);
    again.args(std::env::args_os().skip(1)).env(VARIABLE, "1");
    become_it(&mut again)
}

#[cfg(unix)]
fn become_it(again: &mut Command) -> Option<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    let error = again.exec();
    eprintln!("lanvas: safe graphics could not be switched on ({error}); going on without.");
    None
}

#[cfg(not(unix))]
fn become_it(_again: &mut Command) -> Option<ExitCode> {
    None
}
