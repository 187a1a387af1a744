//! `cargo xtask bench`: figures, always against a baseline of the same run.
//!
//! Promises nothing about the machine: look at the spread, and do not count a
//! run that something else disturbed. Knows which program measures what; the
//! measuring itself is in `lanvas-hub/benches`, `ui/bench` and, for the app, `bench/app.rs`.

mod app;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::{node, packages, process::succeed, repo::Repo};

/// Where the last figures are kept.
const FIGURES: &str = "src-tauri/docs/figures";

#[derive(Args)]
pub(crate) struct Options {
    /// What to measure
    what: What,
    /// Passed on, such as --only NAME and --runs N for the hub, --program FILE for the app
    #[arg(last = true)]
    arguments: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// Deliveries, joins, idle connections, large boards; against raw TCP and a bare relay
    Hub,
    /// The canvas in Chromium, on boards of many strokes; against a bare canvas
    Canvas,
    /// The desktop app: to the first paint, to hosting, idle with 20 guests
    App,
}

pub(crate) fn perform(repo: &Repo, options: &Options) -> Result<()> {
    match options.what {
        What::Hub => hub(repo, &options.arguments),
        What::Canvas => canvas(repo, &options.arguments),
        What::App => app::perform(repo, &options.arguments),
    }
}

fn hub(repo: &Repo, arguments: &[String]) -> Result<()> {
    packages::ensure(&[packages::BASE])?;
    let mut cargo = repo.cargo();
    cargo.args(["bench", "--package", "lanvas-hub", "--bench", "hub", "--"]);
    cargo.args(["--write", &repo.root().join(FIGURES).to_string_lossy()]);
    succeed(cargo.args(arguments))
}

fn canvas(repo: &Repo, arguments: &[String]) -> Result<()> {
    packages::ensure(&[packages::BASE, packages::BROWSER])?;
    node::install(repo)?;
    let mut bench = repo.command("node");
    bench.current_dir(repo.ui()).arg("bench/canvas.mjs");
    bench.args(["--write", &repo.root().join(FIGURES).to_string_lossy()]);
    succeed(bench.args(arguments))
}
