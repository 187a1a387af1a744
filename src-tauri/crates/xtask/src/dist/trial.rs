//! Both packages, installed into an empty Debian, used there as a person would, and removed again.
//!
//! Promises: what a package says it needs is enough for its programs, because nothing else is there
//! while they are tried; what removing it leaves behind is the person's own.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::clean_root::{self, CleanRoot};
use super::{deb, rpm, start};
use crate::running::{LOOK_EVERY, Running, START_LIMIT};
use crate::{desktop, packages, process};

/// Where the person's sessions are, by default.
const DATA: &str = "/srv/ann/.local/share/lanvas";
/// What changes while programs run and are installed, whoever they are: not left behind by a package.
const NOT_OURS: &[&str] = &[
    "root/.rpmdb",
    "srv/",
    "run/",
    "tmp/",
    "var/cache/",
    "var/lib/apt/",
    "var/lib/dpkg/",
    "var/lib/rpm",
    "var/log/",
];
/// What every desktop has beside the window's libraries: it reads what packages say of their files.
const DESKTOP: &[&str] = &["desktop-file-utils", "libglib2.0-bin"];
const LINK: &str = "lanvas://127.0.0.1:7420/s/abcdefghjk";

pub(super) fn perform(deb: &Path, rpm: &Path, scratch: &Path) -> Result<()> {
    if let Some(why) = clean_root::impossible() {
        println!("SKIPPED  {why}");
        return Ok(());
    }
    packages::ensure(&[packages::TRIAL])?;
    let started = Instant::now();
    let root = CleanRoot::make(scratch.join("root"))?;
    println!("ok       an empty system is made");
    try_deb(&root, deb, scratch)?;
    try_rpm(&root, rpm, scratch)?;
    println!(
        "ok       both packages hold, after {} s",
        started.elapsed().as_secs()
    );
    Ok(())
}

fn try_deb(root: &CleanRoot, package: &Path, scratch: &Path) -> Result<()> {
    let inside = "tmp/lanvas.deb";
    fs::copy(package, root.path(inside)).context("the package cannot be handed in")?;
    root.install(&[&format!("/{inside}")])?;
    println!("ok       apt installs the .deb with what it depends on, and nothing it recommends");
    let brought = root.output(&["dpkg-query", "--listfiles", "lanvas"])?;
    let installed = root.files()?;
    check_installed(root, deb::LICENCE)?;
    in_use(root, &scratch.join("deb"))?;
    nothing_left(root, &installed, "while it was used")?;
    root.install(DESKTOP)?;
    known_to_the_desktop(root)?;
    root.run(&["apt-get", "purge", "--yes", "--quiet=2", "lanvas"])?;
    check_gone(root, &brought)
}

/// An RPM goes into the same system, by `rpm` from outside: its archives cannot be reached here, so
/// what it requires is what the other package had brought.
fn try_rpm(root: &CleanRoot, package: &Path, scratch: &Path) -> Result<()> {
    let before = root.files()?;
    rpm::install(package, root.folder())?;
    check_installed(root, rpm::LICENCE)?;
    in_use(root, &scratch.join("rpm"))?;
    rpm::erase(root.folder())?;
    nothing_left(root, &before, "after the .rpm was removed")?;
    println!("ok       the .rpm installs, works, and leaves nothing behind");
    Ok(())
}

fn check_installed(root: &CleanRoot, licence: &str) -> Result<()> {
    deb::check_files(root.folder())?;
    if !root.path(licence).is_file() {
        bail!("the licence is not at /{licence}");
    }
    deb::check_libraries(|program| {
        let mut ldd = root.as_person(&[]);
        ldd.args(["ldd", &format!("/{program}")]);
        ldd
    })
}

/// Hosted without a window, talked in from a terminal, and hosted in a window: all by an ordinary
/// person of that system.
fn in_use(root: &CleanRoot, scratch: &Path) -> Result<()> {
    let mut lanvas = root.as_person(&[]);
    lanvas.arg("lanvas");
    start::hosting(lanvas, Path::new(DATA), |ready| {
        desktop::check_health(ready)?;
        talk(root, ready)
    })?;
    println!("ok       lanvas --headless hosts, people talk, and it ends cleanly");
    fs::create_dir_all(scratch)?;
    let door = scratch.join("lanvas");
    root.door_to("lanvas", &door)?;
    let window = start::window(&door, &scratch.join("driver"), &[]);
    root.end_programs();
    window?;
    sessions(root).map(drop)
}

/// One says something from a terminal, and the next one reads it.
fn talk(root: &CleanRoot, ready: &Value) -> Result<()> {
    let link = ready["urls"][0].as_str();
    let link = link.with_context(|| format!("no link in: {ready}"))?;
    let say = "echo 'Good morning' | lanvas-server chat \"$0\" --name Ann";
    root.output(&["sh", "-c", say, link])?;
    let heard = root.output(&["lanvas-server", "chat", link, "--name", "Ben"])?;
    if !heard.contains("Good morning") {
        bail!("what Ann said is not in what Ben reads: {heard}");
    }
    Ok(())
}

/// A session's file and a link open Lanvas, as the desktop's own program finds it.
fn known_to_the_desktop(root: &CleanRoot) -> Result<()> {
    for kind in ["application/vnd.lanvas.session", "x-scheme-handler/lanvas"] {
        let opener = root.output(&["gio", "mime", kind])?;
        if !opener.contains("Lanvas.desktop") {
            bail!("nothing opens {kind}: {opener}");
        }
    }
    let session = format!("/{}", sessions(root)?);
    let told = root.output(&["gio", "info", "-a", "standard::content-type", &session])?;
    if !told.contains("application/vnd.lanvas.session") {
        bail!("a session's file is not known as one: {told}");
    }
    double_click(root, &session)?;
    double_click(root, LINK)?;
    println!("ok       a double click on a session, and a lanvas:// link, start Lanvas with it");
    Ok(())
}

/// Opened by the desktop, with nobody else on the network: this start is not told to be quiet there.
fn double_click(root: &CleanRoot, what: &str) -> Result<()> {
    let (_screen, display) = desktop::screen()?;
    let mut command = root.alone();
    command.args(["dbus-run-session", "--", "sh", "-c"]);
    command.args(["gio open \"$0\"; exec sleep 300", what]);
    let _session = Running::start(command.env("DISPLAY", display).env("NO_AT_BRIDGE", "1"))?;
    let deadline = Instant::now() + START_LIMIT;
    let opened = |(_, line): &(String, String)| line.starts_with("lanvas ") && line.ends_with(what);
    while !root.programs().iter().any(opened) {
        if Instant::now() >= deadline {
            bail!(
                "nothing was started for {what}; there run: {:?}",
                root.programs()
            );
        }
        thread::sleep(LOOK_EVERY);
    }
    root.end_programs();
    Ok(())
}

/// A session that was kept, by its path in the root.
fn sessions(root: &CleanRoot) -> Result<String> {
    let folder = format!("{DATA}/sessions");
    let mut find = Command::new("find");
    find.arg(root.path(folder.trim_start_matches('/')));
    let found = process::output(find.args(["-name", "*.lanvas"]))?;
    let path = found.lines().next().context("no session was kept")?;
    let inside = Path::new(path).strip_prefix(root.folder())?;
    Ok(inside.to_string_lossy().into_owned())
}

/// No file is there that was not, but what a person keeps and what the system writes down. Empty
/// folders are passed over: an .rpm owns none, and so `rpm` leaves those it made.
fn nothing_left(root: &CleanRoot, before: &BTreeSet<String>, when: &str) -> Result<()> {
    let now = root.files()?;
    let ours = |path: &&String| {
        let elsewhere = NOT_OURS.iter().any(|place| path.starts_with(place));
        !elsewhere && !root.path(path).is_dir()
    };
    let left: Vec<_> = now.difference(before).filter(ours).collect();
    if left.is_empty() {
        return Ok(());
    }
    bail!("{when}, this was left behind: {left:?}");
}

/// After the .deb was removed: its files are gone, nothing is called after it, the desktop has
/// forgotten it, and the person's sessions are still there.
fn check_gone(root: &CleanRoot, brought: &str) -> Result<()> {
    let still = |path: &&str| root.path(path.trim_start_matches('/')).is_file();
    if let Some(path) = brought.lines().find(still) {
        bail!("{path} is still there");
    }
    let files = root.files()?;
    let called = |path: &&String| {
        let own = ["srv/", "tmp/", "var/log/"]
            .iter()
            .any(|it| path.starts_with(it));
        !own && path.to_lowercase().contains("lanvas")
    };
    if let Some(path) = files.iter().find(called) {
        bail!("/{path} is still there");
    }
    for list in [
        "usr/share/mime/globs2",
        "usr/share/applications/mimeinfo.cache",
    ] {
        let text = fs::read_to_string(root.path(list)).unwrap_or_default();
        if text.contains("lanvas") {
            bail!("/{list} still names it");
        }
    }
    sessions(root)?;
    println!("ok       removed, the .deb leaves nothing but the person's sessions");
    Ok(())
}
