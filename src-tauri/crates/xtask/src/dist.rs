//! `cargo xtask dist`: the installers, and proof that they install and host.
//!
//! Promises: on a Debian the packages' files are checked, and both the window and the headless hub
//! start from them; with `--try` that happens in an empty Debian of their own, which goes afterwards.
//! This machine is never changed. Elsewhere the installers are built and nothing more is said of them.

mod build;
mod clean_root;
mod deb;
mod rpm;
mod start;
mod trial;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::repo::Repo;
use crate::{packages, process};

#[derive(Args)]
pub(crate) struct Options {
    /// Install the packages into an empty Debian, use them there and remove them again (as root,
    /// about 10 minutes)
    #[arg(long = "try")]
    try_them: bool,
    /// Check what was built last instead of building again
    #[arg(long)]
    no_build: bool,
    /// Build these, such as nsis,msi, instead of what this system's check needs
    #[arg(long, value_name = "KINDS")]
    bundles: Option<String>,
    /// Passed on to the Tauri CLI
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// What a Debian can build and check.
const CHECKED: &str = "deb,rpm";

pub(crate) fn perform(repo: &Repo, options: &Options) -> Result<()> {
    packages::ensure(&[
        packages::BASE,
        packages::WEBVIEW,
        packages::DIST,
        packages::WINDOW,
    ])?;
    if !options.no_build {
        let kinds = options.bundles.as_deref().unwrap_or(CHECKED);
        build::bundles(repo, kinds, &options.arguments)?;
    }
    if !cfg!(target_os = "linux") {
        println!("built; only a Debian's packages are checked by this program");
        return Ok(());
    }
    let (deb, rpm) = (newest(repo, "deb")?, newest(repo, "rpm")?);
    println!("checking {} and {}", deb.display(), rpm.display());
    deb::check_control(&deb)?;
    rpm::check(&rpm)?;
    let scratch = Scratch::new()?;
    if options.try_them {
        return trial::perform(&deb, &rpm, scratch.path());
    }
    let root = scratch.path().join("root");
    deb::unpack(&deb, &root)?;
    check_unpacked(&root, scratch.path())
}

fn check_unpacked(root: &Path, scratch: &Path) -> Result<()> {
    deb::check_files(root)?;
    deb::check_libraries(|program| {
        let mut ldd = Command::new("ldd");
        ldd.arg(root.join(program));
        ldd
    })?;
    let program = root.join("usr/bin/lanvas");
    start::headless(Command::new(&program), &scratch.join("headless"))?;
    let data = scratch.join("window");
    let folder = data.to_string_lossy().into_owned();
    start::window(&program, &data, &["--data", &folder])
}

/// The package of a kind that was built last.
fn newest(repo: &Repo, kind: &str) -> Result<PathBuf> {
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

/// A folder that goes when we do.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("lanvas-dist-{}", std::process::id()));
        fs::create_dir_all(&path).context("no temporary folder can be made")?;
        Ok(Self(path))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Left behind at worst; the system empties its temporary folder. What is mounted is not ours.
        let mut remove = Command::new("rm");
        process::answers(remove.args(["-rf", "--one-file-system"]).arg(&self.0));
    }
}
