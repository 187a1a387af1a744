//! `cargo xtask audit`: under which licences Lanvas is built, and what is known to be wrong with what
//! it is built from.
//!
//! Licences are read from cargo's and npm's own lists, so that part works without a network.
//! Advisories need data from elsewhere: each check says plainly when its tool or data is missing.

mod floors;
mod licences;

use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;
use crate::repo::Repo;

/// Something that Lanvas is built from.
#[derive(Debug, Clone)]
struct Part {
    name: String,
    version: String,
    /// An SPDX expression, as its author wrote it.
    licence: Option<String>,
}

pub(crate) fn perform(repo: &Repo) -> Result<()> {
    let crates = crates(repo)?;
    let packages = packages(repo)?;
    println!("{} crates, {} npm packages", crates.len(), packages.len());
    let mut faults = licences::check(&crates);
    faults.extend(licences::check(&packages));
    faults.extend(floors::check(&crates));
    faults.extend(advisories(repo));
    for fault in &faults {
        println!("FOUND    {fault}");
    }
    if faults.is_empty() {
        println!("nothing found");
        return Ok(());
    }
    bail!("found: {}", faults.len())
}

/// Every crate of the lock file, for all systems: cargo fetches those that are not here yet.
fn crates(repo: &Repo) -> Result<Vec<Part>> {
    let mut metadata = repo.cargo();
    metadata.args(["metadata", "--format-version", "1", "--locked"]);
    let text = process::output(&mut metadata).context("the crates cannot be listed")?;
    let metadata: Value = serde_json::from_str(&text).context("cargo metadata is not JSON")?;
    let list = metadata["packages"].as_array();
    let part = |it: &Value| {
        Some(Part {
            name: it["name"].as_str()?.to_owned(),
            version: it["version"].as_str()?.to_owned(),
            licence: it["license"].as_str().map(str::to_owned),
        })
    };
    let parts = list.context("cargo lists no packages")?.iter();
    Ok(parts.filter_map(part).collect())
}

fn packages(repo: &Repo) -> Result<Vec<Part>> {
    let path = repo.ui().join("package-lock.json");
    let text = std::fs::read_to_string(path).context("ui/package-lock.json is missing")?;
    let lock: Value = serde_json::from_str(&text).context("package-lock.json is not JSON")?;
    let list = lock["packages"].as_object();
    let part = |(path, it): (&String, &Value)| {
        let (_, name) = path.rsplit_once("node_modules/")?;
        Some(Part {
            name: name.to_owned(),
            version: it["version"].as_str()?.to_owned(),
            licence: it["license"].as_str().map(str::to_owned),
        })
    };
    let parts = list.context("package-lock.json lists no packages")?.iter();
    Ok(parts.filter_map(part).collect())
}

/// What the databases of known faults say, as far as they are at hand.
fn advisories(repo: &Repo) -> Vec<String> {
    let mut faults = Vec::new();
    let mut deny = repo.cargo();
    deny.args(["deny", "--offline", "check", "advisories"]);
    if !process::answers(Command::new("cargo").args(["deny", "--version"])) {
        skip("advisories for crates", "cargo-deny is not installed");
    } else if let Err(error) = process::output(&mut deny) {
        let words = error.to_string();
        if words.contains("advisory") && !words.contains("error[") {
            skip(
                "advisories for crates",
                "their database is not on this machine",
            );
        } else {
            faults.push(format!("advisories for crates: {words}"));
        }
    }
    let mut npm = repo.command("npm");
    npm.current_dir(repo.ui()).args(["audit", "--json"]);
    match npm
        .output()
        .map(|it| serde_json::from_slice::<Value>(&it.stdout))
    {
        Ok(Ok(answer)) if answer["vulnerabilities"].is_object() => {
            faults.extend(npm_faults(&answer["vulnerabilities"]));
        }
        _ => skip(
            "advisories for npm packages",
            "the registry here gives none",
        ),
    }
    faults
}

fn npm_faults(vulnerabilities: &Value) -> Vec<String> {
    let each = vulnerabilities.as_object().into_iter().flatten();
    each.map(|(name, it)| format!("npm package {name}: {} ({})", it["severity"], it["range"]))
        .collect()
}

fn skip(what: &str, why: &str) {
    println!("skipped  {what}: {why}");
}
