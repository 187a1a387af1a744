//! The Debian package: what it says about itself, and what is in it.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// Without these the window cannot open; a package that forgets them installs
/// and then does not start.
const NEEDED: &[&str] = &["libwebkit2gtk-4.1-0", "libgtk-3-0"];

/// What both packages bring.
pub(super) const FILES: &[&str] = &[
    "usr/bin/lanvas",
    "usr/bin/lanvas-server",
    MENU_ENTRY,
    "usr/share/mime/packages/lanvas.xml",
    "usr/share/icons/hicolor/32x32/apps/lanvas.png",
    "usr/share/icons/hicolor/128x128/apps/lanvas.png",
    "usr/share/icons/hicolor/256x256@2/apps/lanvas.png",
    "usr/share/icons/hicolor/scalable/apps/lanvas.svg",
];

const MENU_ENTRY: &str = "usr/share/applications/Lanvas.desktop";

/// Where Debian looks for a package's licence.
pub(super) const LICENCE: &str = "usr/share/doc/lanvas/copyright";

/// What makes a double click on a session and a `lanvas://` link open Lanvas, with what was opened.
const IN_MENU_ENTRY: &[&str] = &[
    "Exec=lanvas %U",
    "application/vnd.lanvas.session",
    "x-scheme-handler/lanvas",
];

/// The control file names the package, a version, and dependencies that the
/// system's archive has.
pub(super) fn check_control(package: &Path) -> Result<()> {
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
pub(super) fn unpack(package: &Path, root: &Path) -> Result<()> {
    process::succeed(
        Command::new("dpkg-deb")
            .arg("--extract")
            .arg(package)
            .arg(root),
    )
}

/// All files are there, and the menu entry is whole.
pub(super) fn check_files(root: &Path) -> Result<()> {
    for file in FILES {
        if !root.join(file).is_file() {
            bail!("/{file} is not installed");
        }
    }
    let entry = root.join(MENU_ENTRY);
    let text = fs::read_to_string(&entry).context("the menu entry cannot be read")?;
    if let Some(missing) = IN_MENU_ENTRY.iter().find(|part| !text.contains(**part)) {
        bail!("the menu entry has no {missing}");
    }
    process::output(Command::new("desktop-file-validate").arg(&entry))?;
    println!("ok       programs, menu entry, icons and the kind of file are there");
    asks_nobody_for_updates(&root.join("usr/bin/lanvas"))
}

/// What could ask for new versions is not even in the program: whoever builds it names a place for
/// them, or there is none.
fn asks_nobody_for_updates(program: &Path) -> Result<()> {
    let bytes = fs::read(program).context("the program cannot be read")?;
    let has = |name: &str| bytes.windows(name.len()).any(|it| it == name.as_bytes());
    // The names of functions are kept: one that is always there says so.
    if !has("tauri_plugin_single_instance") {
        bail!("the program keeps no names, so it cannot be said what is in it");
    }
    if has("tauri_plugin_updater") || has("minisign_verify") || has("LANVAS_TEST_UPDATES") {
        bail!("the updater is in a program that was built without it");
    }
    println!("ok       nothing in it can ask for new versions");
    Ok(())
}

/// The programs find every library they link, as `ldd` of the system they are to run on tells.
pub(super) fn check_libraries(ldd: impl Fn(&str) -> Command) -> Result<()> {
    for program in ["usr/bin/lanvas", "usr/bin/lanvas-server"] {
        let libraries = process::output(&mut ldd(program))?;
        if let Some(missing) = libraries.lines().find(|line| line.contains("not found")) {
            bail!("/{program} lacks a library: {}", missing.trim());
        }
    }
    println!("ok       the programs find their libraries");
    Ok(())
}
