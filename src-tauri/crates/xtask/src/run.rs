//! `cargo xtask run`: from a clean clone to Lanvas on the screen.

use anyhow::Result;
use clap::Args;

use crate::repo::Repo;
use crate::{node, packages, process};

#[derive(Args)]
pub(crate) struct Options {
    /// Start `lanvas-server serve` instead of the window; needs no webview
    #[arg(long)]
    headless: bool,
    /// Build with optimisation: starts later, runs faster
    #[arg(long)]
    release: bool,
    /// Passed on to the program that is started
    #[arg(last = true)]
    args: Vec<String>,
}

pub(crate) fn perform(repo: &Repo, options: &Options) -> Result<()> {
    if options.headless {
        packages::ensure(&[packages::BASE])?;
    } else {
        packages::ensure(&[packages::BASE, packages::WEBVIEW])?;
    }
    node::install(repo)?;
    node::build(repo)?;

    let mut command = repo.cargo();
    command.arg("run");
    // Without optimisation by default: the first start comes minutes sooner,
    // and drawing happens in the webview, which is optimised either way.
    if options.release {
        command.arg("--release");
    }
    if options.headless {
        command.args(["--package", "lanvas-server", "--", "serve"]);
    } else {
        command.args(["--package", "lanvas", "--"]);
    }
    process::succeed(command.args(&options.args))
}
