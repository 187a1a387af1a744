//! `cargo xtask ci`: CI rehearsed on this machine.
//!
//! Promises the same start as CI has: a fresh clone of the last commit, no
//! target folder, no npm packages, nobody at the keyboard.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use clap::Args;

use crate::process;
use crate::repo::Repo;

#[derive(Args)]
pub(crate) struct Options {
    /// Use only this many processors
    #[arg(long)]
    cpus: Option<usize>,
    /// Clone into this folder and leave it there afterwards
    #[arg(long)]
    folder: Option<PathBuf>,
}

pub(crate) fn perform(repo: &Repo, options: &Options) -> Result<()> {
    let kept = options.folder.is_some();
    let clone = options
        .folder
        .clone()
        .unwrap_or_else(|| std::env::temp_dir().join(format!("lanvas-ci-{}", std::process::id())));
    process::succeed(
        Command::new("git")
            .args(["clone", "--quiet", "--no-hardlinks"])
            .arg(repo.root())
            .arg(&clone),
    )?;
    let mut command = command(options.cpus);
    command
        .current_dir(&clone)
        .env("CI", "true")
        .env_remove("CARGO_TARGET_DIR")
        .stdin(Stdio::null());
    let result = process::succeed(&mut command);
    if !kept {
        std::fs::remove_dir_all(&clone).context("the clone cannot be removed")?;
    }
    result
}

fn command(cpus: Option<usize>) -> Command {
    let Some(cpus) = cpus else {
        let mut command = Command::new("bash");
        command.arg(".ci/run");
        return command;
    };
    let mut command = Command::new("taskset");
    let last = cpus.max(1) - 1;
    command.args(["--cpu-list", &format!("0-{last}"), "bash", ".ci/run"]);
    command
}
