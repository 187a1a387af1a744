//! The UI's side of a build: Node, npm's packages, and `ui/dist`.
//!
//! Promises to do again only what is out of date. Must not know what the UI
//! is made of, only the names of its npm scripts.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::repo::Repo;

const OLDEST_NODE: u32 = 20;

/// A page that says what to do, for builds made before the UI was. The Rust
/// programs embed `ui/dist` and do not compile without it.
const PLACEHOLDER: &str = "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Lanvas</title>\n\
    <!-- placeholder -->\n<p>The user interface is not built yet. Run: cargo xtask run</p>\n";

/// Checks Node and npm, and installs the npm packages when the lock changed.
pub(crate) fn install(repo: &Repo) -> Result<()> {
    check_version()?;
    let lock_file = repo.ui().join("package-lock.json");
    let lock = fs::read_to_string(&lock_file)
        .context("ui/package-lock.json is missing; run `npm install` in ui and commit it")?;
    // The stamp is the lock itself: equal means nothing has to be done.
    let stamp = repo.ui().join("node_modules/.installed-lock.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    process::succeed(npm(repo).arg("ci"))?;
    fs::write(&stamp, lock).context("ui/node_modules cannot be written")
}

/// Builds `ui/dist` when anything in `ui` is newer than it.
pub(crate) fn build(repo: &Repo) -> Result<()> {
    if is_current(repo)? {
        return Ok(());
    }
    process::succeed(npm(repo).args(["run", "build"]))
}

/// Makes `ui/dist` exist, so that the Rust code compiles without Node.
pub(crate) fn ensure_placeholder(repo: &Repo) -> Result<()> {
    let page = repo.built_page();
    if page.exists() {
        return Ok(());
    }
    fs::create_dir_all(repo.ui().join("dist")).context("ui/dist cannot be made")?;
    fs::write(page, PLACEHOLDER).context("ui/dist/index.html cannot be written")
}

/// What npm is started by: a script, which Windows finds by its whole name alone.
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// npm in the UI's folder.
pub(crate) fn npm(repo: &Repo) -> Command {
    let mut command = repo.command(NPM);
    command.current_dir(repo.ui());
    command
}

fn check_version() -> Result<()> {
    let hint =
        format!("Lanvas needs Node {OLDEST_NODE} or newer with npm: see https://nodejs.org/");
    let Ok(version) = process::output(Command::new("node").arg("--version")) else {
        bail!("Node is missing. {hint}");
    };
    if major(&version).is_none_or(|major| major < OLDEST_NODE) {
        bail!("Node {} is too old. {hint}", version.trim());
    }
    if !process::answers(Command::new(NPM).arg("--version")) {
        bail!("npm is missing. {hint}");
    }
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

fn is_current(repo: &Repo) -> Result<bool> {
    let page = repo.built_page();
    let Ok(text) = fs::read_to_string(&page) else {
        return Ok(false);
    };
    if text == PLACEHOLDER {
        return Ok(false);
    }
    let built = modified(&page)?;
    Ok(newest_below(&repo.ui(), true)? <= built)
}

/// The newest change in a folder. Folders count too: a deleted file changes
/// nothing but the folder it was in.
fn newest_below(folder: &Path, top: bool) -> Result<SystemTime> {
    // The top folder itself changes whenever `dist` is made anew.
    let mut newest = if top {
        SystemTime::UNIX_EPOCH
    } else {
        modified(folder)?
    };
    for entry in fs::read_dir(folder).with_context(|| format!("{} is missing", folder.display()))? {
        let entry = entry.context("a folder changed while it was read")?;
        let kind = entry.file_type().context("a file's kind cannot be read")?;
        let name = entry.file_name();
        let made = name == "node_modules" || name == "dist" || name == "test-results";
        if top && made {
            continue;
        }
        let changed = if kind.is_dir() {
            newest_below(&entry.path(), false)?
        } else {
            modified(&entry.path())?
        };
        newest = newest.max(changed);
    }
    Ok(newest)
}

fn modified(path: &Path) -> Result<SystemTime> {
    fs::symlink_metadata(path)
        .and_then(|metadata| metadata.modified())
        .with_context(|| format!("the age of {} cannot be read", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v9.0.0"), Some(9));
        assert_eq!(major("nonsense"), None);
    }
}
