//! `cargo xtask dist`: the installers, and proof that they install and host.
//!
//! Promises that the `.deb` is unpacked into a root of its own (or really
//! installed, with `--install`), that its dependencies exist, and that both
//! the window and the headless hub start from it.

mod build;
mod deb;
mod start;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::packages;
use crate::repo::Repo;

#[derive(Args)]
pub(crate) struct Options {
    /// Really install the .deb with apt, check it, and remove it again (as root)
    #[arg(long)]
    install: bool,
    /// Check the .deb of the last build instead of building again
    #[arg(long)]
    no_build: bool,
}

pub(crate) fn perform(repo: &Repo, options: &Options) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("this checks the Debian package; on this system run `cargo tauri build`");
    }
    if options.install && !packages::is_root() {
        bail!("--install changes this machine and needs root; leave it out to check without");
    }
    packages::ensure(&[
        packages::BASE,
        packages::WEBVIEW,
        packages::DIST,
        packages::WINDOW,
    ])?;
    if !options.no_build {
        build::bundles(repo)?;
    }
    let package = deb::newest(repo)?;
    println!("checking {}", package.display());
    deb::check_control(&package)?;
    deb::check_rpm(repo)?;

    let scratch = Scratch::new()?;
    let root = if options.install {
        deb::install(&package)?;
        PathBuf::from("/")
    } else {
        let root = scratch.path().join("root");
        deb::unpack(&package, &root)?;
        root
    };
    let checked = check_installed(&root, scratch.path());
    if options.install {
        deb::remove(&package)?;
    }
    checked
}

fn check_installed(root: &Path, scratch: &Path) -> Result<()> {
    deb::check_files(root)?;
    start::headless(root, &scratch.join("headless"))?;
    start::window(root, &scratch.join("window"))?;
    Ok(())
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
        // Left behind at worst; the system empties its temporary folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}
