//! Building the installers with the Tauri CLI.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::repo::Repo;
use crate::{node, process};

/// Builds installers of these kinds, with the headless program beside the window's in each, so that
/// `lanvas --headless` works once they are installed.
pub(crate) fn bundles(repo: &Repo, kinds: &str, arguments: &[String]) -> Result<()> {
    node::install(repo)?;
    node::build(repo)?;
    let mut server = repo.cargo();
    server.args(["build", "--release", "--package", "lanvas-server"]);
    process::succeed(&mut server)?;
    let beside = beside(repo)?;
    let beside = beside
        .to_str()
        .context("the target folder's name is not UTF-8")?;
    // The page is built already: built again it would be newer than the server that has it inside.
    let extra = json!({
        "build": { "beforeBuildCommand": null },
        "bundle": { "externalBin": [beside] },
    });
    // In a file, because Windows takes quotes of an argument apart.
    let config = repo.target()?.join("beside/tauri.json");
    fs::write(&config, extra.to_string()).context("the target folder cannot be written")?;
    let mut build = tauri(repo)?;
    build.args(["build", "--bundles", kinds, "--config"]);
    process::succeed(build.arg(config).args(arguments))
}

/// Puts the headless program where the Tauri CLI looks for it, under a name that says for which
/// machines it is, and returns the name without that.
fn beside(repo: &Repo) -> Result<PathBuf> {
    let version = process::output(Command::new("rustc").arg("-vV"))?;
    let machine = version.lines().find_map(|line| line.strip_prefix("host: "));
    let machine = machine.context("rustc does not say for which machines it builds")?;
    let target = repo.target()?;
    let folder = target.join("beside");
    fs::create_dir_all(&folder).context("the target folder cannot be written")?;
    let end = std::env::consts::EXE_SUFFIX;
    let built = target.join(format!("release/lanvas-server{end}"));
    let named = folder.join(format!("lanvas-server-{machine}{end}"));
    fs::copy(built, named).context("the headless program cannot be copied")?;
    Ok(folder.join("lanvas-server"))
}

/// The Tauri CLI, major version 2: cargo's when it is installed, else npm's.
fn tauri(repo: &Repo) -> Result<Command> {
    let version = process::output(repo.cargo().args(["tauri", "--version"]));
    if version.is_ok_and(|version| version.starts_with("tauri-cli 2.")) {
        let mut command = repo.cargo();
        command.arg("tauri");
        return Ok(command);
    }
    let name = if cfg!(windows) { "tauri.cmd" } else { "tauri" };
    let cli = repo.ui().join("node_modules/.bin").join(name);
    let version = process::output(Command::new(&cli).arg("--version"))?;
    if !version.starts_with("tauri-cli 2.") {
        bail!(
            "the Tauri CLI in ui/node_modules has to be version 2, not {}",
            version.trim()
        );
    }
    let mut command = Command::new(cli);
    command.current_dir(repo.root());
    Ok(command)
}
