//! Building the installers with the Tauri CLI.

use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::repo::Repo;
use crate::{node, process};

/// Builds the `.deb` and the `.rpm`, with the headless binary inside, so that
/// `lanvas --headless` works once they are installed.
pub(crate) fn bundles(repo: &Repo) -> Result<()> {
    node::install(repo)?;
    node::build(repo)?;
    let mut server = repo.cargo();
    server.args(["build", "--release", "--package", "lanvas-server"]);
    process::succeed(&mut server)?;

    let server = repo.target()?.join("release/lanvas-server");
    let server = server
        .to_str()
        .context("the target folder's name is not UTF-8")?;
    let files = json!({ "files": { "/usr/bin/lanvas-server": server } });
    let extra = json!({ "bundle": { "linux": { "deb": files, "rpm": files } } });
    let mut build = tauri(repo)?;
    build.args(["build", "--bundles", "deb,rpm"]);
    process::succeed(build.args(["--config", &extra.to_string()]))
}

/// The Tauri CLI, major version 2: cargo's when it is installed, else npm's.
fn tauri(repo: &Repo) -> Result<Command> {
    let version = process::output(repo.cargo().args(["tauri", "--version"]));
    if version.is_ok_and(|version| version.starts_with("tauri-cli 2.")) {
        let mut command = repo.cargo();
        command.arg("tauri");
        return Ok(command);
    }
    let cli = repo.ui().join("node_modules/.bin/tauri");
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
