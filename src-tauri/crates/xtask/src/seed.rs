//! `cargo xtask seed`: the hub's simulation, one seed at a time or very many.
//!
//! Knows only how to ask for it; what a seed means is told in `lanvas-hub/tests/simulation`.

use anyhow::Result;
use clap::Args;

use crate::process::succeed;
use crate::repo::Repo;

#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Options {
    /// Run this seed alone and tell everything that happens
    seed: Option<u64>,
    /// Run the first so many seeds and tell which fail
    #[arg(long)]
    first: Option<u64>,
}

pub(crate) fn perform(repo: &Repo, options: &Options) -> Result<()> {
    let mut cargo = repo.cargo();
    cargo.args(["test", "--package", "lanvas-hub", "--test", "simulation"]);
    cargo.args(["--", "--nocapture", "whatever_happens"]);
    if let Some(seed) = options.seed {
        cargo.env("LANVAS_SEED", seed.to_string());
    }
    if let Some(first) = options.first {
        cargo.env("LANVAS_SEEDS", first.to_string());
    }
    succeed(&mut cargo)
}
