//! `cargo xtask`: one command for everything that is done to this repository.
//!
//! Promises that what CI runs is what a person runs, and that a new machine
//! needs nothing but Rust and Node to start. Knows how Lanvas is built and
//! checked; must not know how Lanvas works.

mod audit;
mod autobahn;
mod bench;
mod ci;
mod codegen;
mod desktop;
mod dist;
mod fuzz;
mod node;
mod packages;
mod process;
mod repo;
mod run;
mod running;
mod seed;
mod test;
mod tidy;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::repo::Repo;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Run, test and build Lanvas"
)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing, build the UI and start Lanvas
    Run(run::Options),
    /// Install what is missing and run every test
    Test(test::Options),
    /// Rehearse CI: run .ci/run in a fresh clone of the last commit
    Ci(ci::Options),
    /// Write the TypeScript types and the golden fixtures from lanvas-protocol
    Codegen(codegen::Options),
    /// Check the rules of the architecture
    Tidy,
    /// Measure the hub or the canvas against baselines of the same run
    Bench(bench::Options),
    /// Check licences and known faults of everything Lanvas is built from
    Audit,
    /// Run the Autobahn suite against the hub's /echo; needs a Python 2.7
    Autobahn(autobahn::Options),
    /// Replay one seed of the hub's simulation, or try many
    Seed(seed::Options),
    /// Fuzz every decoder and the session's core, by libFuzzer where there is a nightly Rust
    Fuzz(fuzz::Options),
    /// Build the installers, and check that the .deb installs and hosts
    Dist(dist::Options),
}

fn main() -> ExitCode {
    match perform(Cli::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<ExitCode> {
    let repo = Repo::find()?;
    match task {
        Task::Run(options) => run::perform(&repo, &options)?,
        Task::Test(options) => return test::perform(&repo, &options),
        Task::Ci(options) => ci::perform(&repo, &options)?,
        Task::Codegen(options) => codegen::perform(&repo, &options)?,
        Task::Bench(options) => bench::perform(&repo, &options)?,
        Task::Audit => audit::perform(&repo)?,
        Task::Autobahn(options) => autobahn::perform(&repo, &options)?,
        Task::Seed(options) => seed::perform(&repo, &options)?,
        Task::Fuzz(options) => fuzz::perform(&repo, &options)?,
        Task::Dist(options) => dist::perform(&repo, &options)?,
        Task::Tidy => tidy::perform(&repo)?,
    }
    Ok(ExitCode::SUCCESS)
}
