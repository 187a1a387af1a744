//! `cargo xtask fuzz`: every decoder and the session's core under libFuzzer, for as long as asked.
//!
//! libFuzzer needs a nightly toolchain and cargo-fuzz. Where there is no nightly it says so and
//! lets the stable driver run that long instead, which every test run uses for some seconds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::repo::Repo;
use crate::{packages, process};

const HUB: &str = "src-tauri/crates/lanvas-hub";
/// What needs the largest part of the time: it has the most states.
const DEEPEST: &str = "session";
/// Megabytes that one input may make a subject take at once, and in all.
const ALLOCATION_MB: u32 = 64;
const RESIDENT_MB: u32 = 1_024;
/// Longer inputs find little more and take much longer.
const INPUT_BYTES: u32 = 4_096;

#[derive(Args)]
pub(crate) struct Options {
    /// How long, for all together
    #[arg(long, default_value_t = 10)]
    minutes: u64,
    /// Only this subject
    #[arg(long)]
    only: Option<String>,
    /// Afterwards keep the inputs that reach most, as the seeds of every test run
    #[arg(long)]
    keep: bool,
}

pub(crate) fn perform(repo: &Repo, options: &Options) -> Result<()> {
    packages::ensure(&[packages::BASE])?;
    let subjects = subjects(repo, options.only.as_deref())?;
    let time = Duration::from_secs(options.minutes * 60);
    if !has_nightly() {
        println!("No nightly toolchain is here, so libFuzzer cannot run; the stable driver does.");
        return run_stable(repo, time);
    }
    let tools = cargo_fuzz(repo)?;
    let corpora = repo.target()?.join("fuzz-corpora");
    process::succeed(stable(repo).env("LANVAS_FUZZ_STARTERS", &corpora))?;
    let shares: u32 = subjects.iter().map(|name| share(name)).sum();
    let mut found = Vec::new();
    for name in &subjects {
        let seconds = time.as_secs() * u64::from(share(name)) / u64::from(shares);
        println!("\n{name}: {seconds} s");
        let mut command = libfuzzer(repo, &tools, &corpora, (name, "run"))?;
        command.args(["--", "-print_final_stats=1"]);
        command.args(bounds(name, &corpora));
        command.arg(format!("-max_total_time={}", seconds.max(1)));
        if process::succeed(&mut command).is_err() {
            found.push(name.as_str());
        }
    }
    if options.keep {
        keep(repo, &tools, &corpora, &subjects)?;
    }
    if found.is_empty() {
        println!("\nnothing was found");
        return Ok(());
    }
    bail!(
        "something was found by: {}; what libFuzzer names as the input belongs in {HUB}/fuzz/corpus",
        found.join(", ")
    )
}

/// Makes the corpora few without losing what they reach, and packs them into the repository.
fn keep(repo: &Repo, tools: &Path, corpora: &Path, subjects: &[String]) -> Result<()> {
    for name in subjects {
        println!("\n{name}: which inputs reach what others do not");
        process::succeed(&mut libfuzzer(repo, tools, corpora, (name, "cmin"))?)?;
    }
    process::succeed(stable(repo).env("LANVAS_FUZZ_KEEP", corpora))
}

fn share(name: &str) -> u32 {
    if name == DEEPEST { 6 } else { 1 }
}

/// The names of the targets, which are files.
fn subjects(repo: &Repo, only: Option<&str>) -> Result<Vec<String>> {
    let folder = repo.root().join(HUB).join("fuzz/targets");
    let entries = fs::read_dir(folder).context("the fuzz targets are missing")?;
    let names = entries.flatten().filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        name.strip_suffix(".rs").map(str::to_owned)
    });
    let mut names: Vec<_> = names
        .filter(|it| only.is_none_or(|only| it == only))
        .collect();
    names.sort();
    if names.is_empty() {
        bail!("there is no such subject");
    }
    Ok(names)
}

fn has_nightly() -> bool {
    process::answers(Command::new("rustup").args(["run", "nightly", "rustc", "--version"]))
}

/// The folder of the cargo-fuzz program, installed below the target folder unless it is there.
fn cargo_fuzz(repo: &Repo) -> Result<PathBuf> {
    let tools = repo.target()?.join("tools");
    let programs = tools.join("bin");
    if !programs.join("cargo-fuzz").exists() {
        println!("Installing from crates.io into {}:", tools.display());
        println!("  {:<30} runs libFuzzer", "cargo-fuzz");
        let mut install = repo.cargo();
        install.args(["install", "--quiet", "--locked", "cargo-fuzz", "--root"]);
        process::succeed(install.arg(&tools))?;
    }
    Ok(programs)
}

fn libfuzzer(
    repo: &Repo,
    tools: &Path,
    corpora: &Path,
    (name, what): (&str, &str),
) -> Result<Command> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(tools.to_owned()).chain(std::env::split_paths(&path));
    let mut command = repo.command("rustup");
    command
        .current_dir(repo.root().join(HUB))
        .env(
            "PATH",
            std::env::join_paths(paths).context("PATH cannot be written")?,
        )
        .args([
            "run",
            "nightly",
            "cargo",
            "fuzz",
            what,
            "--fuzz-dir",
            "fuzz",
        ])
        .arg("--target-dir")
        .arg(repo.target()?.join("fuzz"))
        .arg(name)
        .arg(corpora.join(name));
    let kept = repo.root().join(HUB).join("fuzz/corpus").join(name);
    if what == "run" && kept.exists() {
        command.arg(kept);
    }
    Ok(command)
}

fn bounds(name: &str, corpora: &Path) -> [String; 5] {
    [
        format!("-malloc_limit_mb={ALLOCATION_MB}"),
        format!("-rss_limit_mb={RESIDENT_MB}"),
        format!("-max_len={INPUT_BYTES}"),
        format!("-artifact_prefix={}/found-by-{name}-", corpora.display()),
        "-timeout=10".to_owned(),
    ]
}

/// All subjects, beside each other, so each has all of the time.
fn run_stable(repo: &Repo, time: Duration) -> Result<()> {
    process::succeed(
        stable(repo)
            .env("LANVAS_FUZZ_SECONDS", time.as_secs().to_string())
            .args(["--", "--nocapture"]),
    )
}

fn stable(repo: &Repo) -> Command {
    let mut command = repo.cargo();
    command.args(["test", "--package", "lanvas-hub", "--test", "fuzz"]);
    command
}
