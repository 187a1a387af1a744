//! `cargo xtask test`: every test there is, in order, with one summary.
//!
//! Promises to go on after a failure, to name everything that was skipped and
//! why, and to let nothing be skipped in CI. What each part runs is in
//! `parts`; how results are read is in `counts`.

mod counts;
mod parts;
mod reasons;
mod steps;
mod summary;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;
use clap::Args;

use crate::packages::{self, Group};
use crate::repo::Repo;
use crate::test::counts::Tally;
use crate::test::parts::{PARTS, Part};
use crate::test::steps::Steps;
use crate::test::summary::Line;

#[derive(Args)]
pub(crate) struct Options {
    /// Run only this part (may be given more than once)
    #[arg(long = "only", value_name = "PART", value_parser = parts::names())]
    only: Vec<String>,
}

/// Why a part cannot run on this machine.
pub(crate) struct Skipped(pub(crate) String);

pub(crate) fn perform(repo: &Repo, options: &Options) -> Result<ExitCode> {
    let ci = std::env::var_os("CI").is_some();
    let chosen: Vec<&Part> = PARTS
        .iter()
        .filter(|part| options.only.is_empty() || options.only.iter().any(|n| n == part.name))
        .collect();
    install(&chosen, ci)?;

    let mut lines = Vec::new();
    for part in chosen {
        println!("\n━━━ {}: {} ━━━", part.name, part.title);
        let started = Instant::now();
        let tally = tally(repo, part, ci);
        let took = started.elapsed();
        println!("{}: {tally} in {} s", part.name, took.as_secs());
        lines.push(Line {
            part: part.name,
            tally,
            took,
        });
    }
    let failed = summary::print(&lines);
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Installs what all chosen parts need in one go. A person may decline: then
/// the parts that need it are skipped by name. CI may not.
fn install(chosen: &[&Part], ci: bool) -> Result<()> {
    let groups: Vec<Group> = chosen
        .iter()
        .flat_map(|part| part.packages.iter().copied())
        .collect();
    match packages::ensure(&groups) {
        Err(error) if !ci => {
            println!("{error:#}\nGoing on with the parts that do not need them.");
            Ok(())
        }
        result => result,
    }
}

fn tally(repo: &Repo, part: &Part, ci: bool) -> Tally {
    let mut steps = Steps::new(repo, part.limit);
    let outcome = match obstacle(part) {
        Ok(None) => (part.run)(&mut steps),
        Ok(Some(skipped)) => Ok(Some(skipped)),
        Err(error) => Err(error),
    };
    let mut tally = steps.into_tally();
    match outcome {
        Ok(None) => {}
        Ok(Some(Skipped(why))) if ci => tally.fail(format!("cannot run, and in CI it must: {why}")),
        Ok(Some(Skipped(why))) => tally.skip(part.title, &why),
        Err(error) => tally.fail(format!("{error:#}")),
    }
    tally
}

fn obstacle(part: &Part) -> Result<Option<Skipped>> {
    let missing = packages::missing(part.packages)?;
    if missing.is_empty() {
        return Ok(None);
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    Ok(Some(Skipped(format!(
        "not installed: {}",
        names.join(", ")
    ))))
}

/// Minutes, for the limits of parts.
pub(crate) const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}
