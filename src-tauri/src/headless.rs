//! `lanvas --headless`: becomes `lanvas-server serve`, or says where to get it.
//!
//! The server is a program of its own so that it runs where no webview library
//! is; this binary links one and so could not even start there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

const SERVER: &str = if cfg!(windows) {
    "lanvas-server.exe"
} else {
    "lanvas-server"
};

/// Runs the server with `args` and returns its exit code; on Unix it takes this
/// process over, so signals and standard output are the server's own.
pub(crate) fn run(args: Vec<OsString>) -> ExitCode {
    let beside = std::env::current_exe().ok();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let Some(server) = find_server(
        beside.as_deref().and_then(Path::parent),
        std::env::split_paths(&path),
    ) else {
        eprintln!(
            "lanvas: --headless needs the program {SERVER}, which is neither beside this one nor on the PATH; \
             get it from the same release, or build it with `cargo build --release -p lanvas-server`."
        );
        return ExitCode::FAILURE;
    };
    let error = become_server(Command::new(&server).arg("serve").args(args));
    eprintln!(
        "lanvas: {} could not be started ({error}); check that it may be executed.",
        server.display()
    );
    ExitCode::FAILURE
}

/// The server beside this program wins over one on the PATH: they are of one release.
fn find_server(beside: Option<&Path>, path: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    beside
        .map(Path::to_path_buf)
        .into_iter()
        .chain(path.filter(|folder| folder.is_absolute()))
        .map(|folder| folder.join(SERVER))
        .find(|file| file.is_file())
}

/// Returns only when it failed.
#[cfg(unix)]
fn become_server(command: &mut Command) -> std::io::Error {
    use std::os::unix::process::CommandExt as _;
    command.exec()
}

/// Without `exec` the server is a child, and this process ends with its code.
#[cfg(not(unix))]
fn become_server(command: &mut Command) -> std::io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_beside_us_wins_then_the_path_in_order_and_relative_folders_never() {
        let root = tempfile::tempdir().unwrap();
        let folder = |name: &str| root.path().join(name);
        for name in ["beside", "first", "second"] {
            std::fs::create_dir(folder(name)).unwrap();
        }
        let find = || {
            let path = [PathBuf::from("."), folder("first"), folder("second")];
            find_server(Some(&folder("beside")), path.into_iter())
        };

        assert_eq!(find(), None);
        for name in ["second", "first", "beside"] {
            std::fs::write(folder(name).join(SERVER), "").unwrap();
            assert_eq!(find(), Some(folder(name).join(SERVER)));
        }
    }
}
