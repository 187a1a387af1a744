//! The Debian package: what it says about itself, and what is in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::repo::Repo;

/// Without these the window cannot open; a package that forgets them installs
/// and then does not start.
const NEEDED: &[&str] = &["libwebkit2gtk-4.1-0", "libgtk-3-0"];

const FILES: &[&str] = &[
    "usr/bin/lanvas",
    "usr/bin/lanvas-server",
    "usr/share/applications/Lanvas.desktop",
    "usr/share/mime/packages/lanvas.xml",
    "usr/share/icons/hicolor/32x32/apps/lanvas.png",
    "usr/share/icons/hicolor/128x128/apps/lanvas.png",
    "usr/share/icons/hicolor/256x256@2/apps/lanvas.png",
];

/// What makes a double click on a session and a `lanvas://` link open Lanvas, with what was opened.
const MENU_ENTRY: &[&str] = &[
    "Exec=lanvas %U",
    "application/vnd.lanvas.session",
    "x-scheme-handler/lanvas",
];

/// The `.deb` that was built last.
pub(crate) fn newest(repo: &Repo) -> Result<PathBuf> {
    newest_of(repo, "deb")
}

/// The `.rpm` that was built last has the same files.
pub(crate) fn check_rpm(repo: &Repo) -> Result<()> {
    let package = newest_of(repo, "rpm")?;
    let listed = process::output(
        Command::new("rpm")
            .args(["--query", "--list", "--package"])
            .arg(&package),
    )?;
    for file in FILES {
        if !listed
            .lines()
            .any(|line| line.trim_start_matches('/') == *file)
        {
            bail!("the .rpm has no /{file}");
        }
    }
    println!("ok       the .rpm has the same files");
    Ok(())
}

fn newest_of(repo: &Repo, kind: &str) -> Result<PathBuf> {
    let folder = repo.target()?.join("release/bundle").join(kind);
    let entries = fs::read_dir(&folder)
        .with_context(|| format!("nothing is built yet in {}", folder.display()))?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == kind))
        .max_by_key(|path| {
            path.metadata()
                .and_then(|metadata| metadata.modified())
                .ok()
        })
        .with_context(|| format!("the build made no .{kind}"))
}

/// The control file names the package, a version, and dependencies that the
/// system's archive has.
pub(crate) fn check_control(package: &Path) -> Result<()> {
    let version = field(package, "Version")?;
    if version != env!("CARGO_PKG_VERSION") {
        bail!(
            "the .deb says version {version}, the workspace {}",
            env!("CARGO_PKG_VERSION")
        );
    }
    let depends = field(package, "Depends")?;
    let names: Vec<&str> = depends.split(',').filter_map(first_name).collect();
    for needed in NEEDED {
        if !names.contains(needed) {
            bail!("the .deb does not depend on {needed}: {depends}");
        }
    }
    for name in names {
        if !process::answers(Command::new("apt-cache").args(["show", "--quiet", name])) {
            bail!("the .deb depends on {name}, which the archive does not have");
        }
    }
    println!("ok       version {version}, depends on {depends}");
    Ok(())
}

/// `libfoo (>= 2) | libbar` names `libfoo`.
fn first_name(dependency: &str) -> Option<&str> {
    dependency.split_whitespace().next()
}

fn field(package: &Path, name: &str) -> Result<String> {
    let text = process::output(
        Command::new("dpkg-deb")
            .arg("--field")
            .arg(package)
            .arg(name),
    )?;
    Ok(text.trim().to_owned())
}

/// Unpacks the package into an empty root.
pub(crate) fn unpack(package: &Path, root: &Path) -> Result<()> {
    process::succeed(
        Command::new("dpkg-deb")
            .arg("--extract")
            .arg(package)
            .arg(root),
    )
}

/// Installs the package on this machine, with what it depends on.
pub(crate) fn install(package: &Path) -> Result<()> {
    apt(&["install", "--reinstall"], package.as_os_str())
}

/// Removes it again.
pub(crate) fn remove(package: &Path) -> Result<()> {
    apt(&["purge"], field(package, "Package")?.as_ref())
}

fn apt(action: &[&str], what: &std::ffi::OsStr) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    process::succeed(command.args(action).args(["--yes", "--quiet"]).arg(what))
}

/// All files are there, and the programs find every library they link.
pub(crate) fn check_files(root: &Path) -> Result<()> {
    for file in FILES {
        if !root.join(file).is_file() {
            bail!("the .deb has no /{file}");
        }
    }
    for program in ["usr/bin/lanvas", "usr/bin/lanvas-server"] {
        let libraries = process::output(Command::new("ldd").arg(root.join(program)))?;
        if let Some(missing) = libraries.lines().find(|line| line.contains("not found")) {
            bail!("/{program} lacks a library: {}", missing.trim());
        }
    }
    let entry = root.join("usr/share/applications/Lanvas.desktop");
    let entry = fs::read_to_string(entry).context("the menu entry cannot be read")?;
    if let Some(missing) = MENU_ENTRY.iter().find(|part| !entry.contains(**part)) {
        bail!("the menu entry has no {missing}");
    }
    println!("ok       programs, menu entry, icons and libraries are there");
    Ok(())
}
