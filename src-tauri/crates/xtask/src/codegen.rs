//! `cargo xtask codegen`: what is generated from `lanvas-protocol`.
//!
//! The protocol's own test target `codegen` knows how to write it; here is
//! only the switch between writing and comparing.

use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::process;
use crate::repo::Repo;

#[derive(Args)]
pub(crate) struct Options {
    /// Write nothing; fail when what is committed is out of date
    #[arg(long)]
    check: bool,
}

pub(crate) fn perform(repo: &Repo, options: &Options) -> Result<()> {
    if options.check {
        return process::succeed(&mut check(repo)).context("run `cargo xtask codegen` and commit");
    }
    process::succeed(check(repo).env("LANVAS_CODEGEN_WRITE", "1"))
}

/// The command that compares what is committed with what would be generated.
pub(crate) fn check(repo: &Repo) -> Command {
    let mut command = repo.cargo();
    command.args(["test", "--package", "lanvas-protocol", "--test", "codegen"]);
    command
}
