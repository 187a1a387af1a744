//! Debian packages: which ones each task needs, why, and getting them.
//!
//! Promises to name a package and its reason before it installs anything, and
//! never to use sudo without asking.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// One Debian package and the reason that Lanvas gives for it.
pub(crate) struct Package {
    pub(crate) name: &'static str,
    pub(crate) why: &'static str,
}

/// Packages that are needed together.
pub(crate) type Group = &'static [Package];

const fn package(name: &'static str, why: &'static str) -> Package {
    Package { name, why }
}

/// Compiling any of the Rust code.
pub(crate) const BASE: Group = &[
    package("gcc", "links Rust programs and compiles SQLite"),
    package("libc6-dev", "the C headers that SQLite is compiled with"),
];

/// Compiling the desktop window.
pub(crate) const WEBVIEW: Group = &[
    package(
        "libwebkit2gtk-4.1-dev",
        "the webview that shows Lanvas in its window",
    ),
    package("pkg-config", "finds the libraries above for the compiler"),
];

/// Lanvas as a browser guest sees it.
pub(crate) const BROWSER: Group = &[
    package("chromium", "the browser that the end-to-end tests drive"),
    package("fonts-dejavu-core", "letters for the pages in that browser"),
    package("python3-websockets", "the Python client of protocol.md"),
];

/// Several machines on one: network namespaces.
pub(crate) const NETWORK: Group = &[
    package("iproute2", "makes the network namespaces and their bridge"),
    package("nftables", "the firewall that keeps people out in a test"),
    package(
        "avahi-daemon",
        "the other DNS-SD program that must find a session",
    ),
    package("avahi-utils", "avahi-browse, which asks that program"),
    package("dbus-daemon", "avahi-daemon and avahi-browse talk over it"),
    package("curl", "opens a session's link on one of those machines"),
];

/// The real desktop window, driven by WebDriver.
pub(crate) const WINDOW: Group = &[
    package("xvfb", "a screen without a monitor, for the window tests"),
    package("webkit2gtk-driver", "WebDriver for the desktop window"),
    package("chromium-driver", "WebDriver for the guest's browser"),
    package("dbus-daemon", "the session bus that a desktop app expects"),
    package("libayatana-appindicator3-1", "the icon in the tray"),
];

/// Making installers.
pub(crate) const DIST: Group = &[
    package("file", "the bundler asks it what a file is"),
    package("rpm", "reads the .rpm that was made"),
    package("desktop-file-utils", "checks the menu entry"),
];

/// Trying installers in an empty system.
pub(crate) const TRIAL: Group = &[
    package("mmdebstrap", "makes the smallest Debian in a folder"),
    package("iproute2", "gives a program there a network of its own"),
];

/// Makes sure that every package of `groups` is installed.
///
/// As root it installs what is missing; otherwise it asks before using sudo;
/// with nobody to ask it fails with the exact command to type.
pub(crate) fn ensure(groups: &[Group]) -> Result<()> {
    let missing = missing(groups)?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("These system packages are missing:");
    for package in &missing {
        println!("  {:<30} {}", package.name, package.why);
    }
    install(&missing)
}

/// The packages of `groups` that are not installed, each once. Empty where
/// the system is not a Linux: macOS and Windows bring their own webview.
pub(crate) fn missing(groups: &[Group]) -> Result<Vec<&'static Package>> {
    if !cfg!(target_os = "linux") {
        return Ok(Vec::new());
    }
    if !process::answers(Command::new("dpkg-query").arg("--version")) {
        println!("This is not a Debian system, so its packages cannot be checked. Needed are:");
        for package in groups.iter().copied().flatten() {
            println!("  {:<30} {}", package.name, package.why);
        }
        return Ok(Vec::new());
    }
    let installed = installed()?;
    let mut missing: Vec<&Package> = Vec::new();
    for package in groups.iter().copied().flatten() {
        let listed = missing.iter().any(|known| known.name == package.name);
        if !listed && !installed.lines().any(|name| name == package.name) {
            missing.push(package);
        }
    }
    Ok(missing)
}

fn installed() -> Result<String> {
    let listed = process::output(
        Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status} ${Package}\n"]),
    )?;
    Ok(listed
        .lines()
        .filter_map(|line| line.strip_prefix("installed "))
        .map(|name| format!("{name}\n"))
        .collect())
}

fn install(missing: &[&Package]) -> Result<()> {
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let by_hand = format!(
        "sudo apt-get update && sudo apt-get install --no-install-recommends {}",
        names.join(" ")
    );
    let sudo = !is_root();
    if sudo && !std::io::stdin().is_terminal() {
        bail!("nobody is here to agree to sudo; run this, then start again:\n  {by_hand}");
    }
    if sudo && !agreed(&by_hand)? {
        bail!("not installed; when you are ready, run:\n  {by_hand}");
    }
    if !has_package_lists() {
        process::succeed(apt(sudo).arg("update"))?;
    }
    let mut command = apt(sudo);
    command.args(["install", "--yes", "--no-install-recommends"]);
    command.args(&names);
    if process::succeed(&mut command).is_ok() {
        return Ok(());
    }
    // Old lists name versions that the archive no longer has: once more, fresh.
    process::succeed(apt(sudo).arg("update"))?;
    process::succeed(&mut command)
}

fn apt(sudo: bool) -> Command {
    // Through `env`, because sudo drops the variables of its caller. Runlevel 1
    // keeps daemons that come along (avahi) from being started.
    let mut command = Command::new(if sudo { "sudo" } else { "env" });
    if sudo {
        command.arg("env");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get"]);
    command
}

fn agreed(by_hand: &str) -> Result<bool> {
    print!("Install them now? This runs\n  {by_hand}\n[y/N] ");
    std::io::stdout()
        .flush()
        .context("the question cannot be shown")?;
    let mut answer = String::new();
    std::io::stdin()
        .read_line(&mut answer)
        .context("the answer cannot be read")?;
    Ok(matches!(
        answer.trim().to_ascii_lowercase().as_str(),
        "y" | "yes"
    ))
}

fn has_package_lists() -> bool {
    std::fs::read_dir(Path::new("/var/lib/apt/lists"))
        .is_ok_and(|entries| entries.flatten().any(|entry| is_package_list(&entry)))
}

fn is_package_list(entry: &std::fs::DirEntry) -> bool {
    entry.file_name().to_string_lossy().contains("_Packages")
}

/// Whether we may do what only root may.
pub(crate) fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
