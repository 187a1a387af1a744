//! The RPM package: what it says about itself, and what is in it.
//!
//! No archive of Fedora's or openSUSE's is asked: that what it requires exists there is known by the
//! names alone, which are those of libraries and not of one system's packages.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use super::deb::FILES;
use crate::process;

/// Where systems with RPM look for a package's licence.
pub(super) const LICENCE: &str = "usr/share/licenses/lanvas/LICENSE";

/// What the window cannot open without, as every system with RPM calls it.
const REQUIRED: &[&str] = &["libwebkit2gtk-4.1.so.0()(64bit)", "libgtk-3.so.0()(64bit)"];

/// It has the same files, and requires the libraries of the window.
pub(super) fn check(package: &Path) -> Result<()> {
    let listed = query(package, "--list")?;
    for file in FILES.iter().chain([&LICENCE]) {
        if !listed
            .lines()
            .any(|line| line.trim_start_matches('/') == *file)
        {
            bail!("the .rpm has no /{file}");
        }
    }
    let requires = query(package, "--requires")?;
    for required in REQUIRED {
        if !requires.lines().any(|line| line.trim() == *required) {
            bail!("the .rpm does not require {required}:\n{requires}");
        }
    }
    println!("ok       the .rpm has the same files and requires the window's libraries");
    Ok(())
}

fn query(package: &Path, what: &str) -> Result<String> {
    process::output(
        Command::new("rpm")
            .args(["--query", what, "--package"])
            .arg(package),
    )
}

/// Unpacks and registers it in a root. What it requires is there by another packager's names, so it
/// is not asked for.
pub(super) fn install(package: &Path, root: &Path) -> Result<()> {
    let mut rpm = rpm(root);
    process::succeed(rpm.args(["--install", "--nodeps"]).arg(package))
}

pub(super) fn erase(root: &Path) -> Result<()> {
    process::succeed(rpm(root).args(["--erase", "lanvas"]))
}

fn rpm(root: &Path) -> Command {
    let mut command = Command::new("rpm");
    // Beside apt, Debian's own wants to hear that this is meant.
    if process::answers(Command::new("rpm").args(["--force-debian", "--version"])) {
        command.arg("--force-debian");
    }
    command.arg("--root").arg(root);
    command
}
