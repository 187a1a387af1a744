//! What is tested, in order: cheap and telling first, slow and real last.
//!
//! Names the commands of every part and the packages they need. How results
//! are counted and shown is not decided here.

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::packages::{self, Group};
use crate::repo::Repo;
use crate::test::counts::Runner;
use crate::test::steps::Steps;
use crate::test::{Skipped, minutes};
use crate::{codegen, node, process, tidy};

/// One part of the tests, as `--only` names it.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) packages: &'static [Group],
    pub(crate) limit: Duration,
    pub(crate) run: fn(&mut Steps) -> Result<Option<Skipped>>,
}

/// All parts, in the order in which they run.
pub(crate) const PARTS: &[Part] = &[
    Part {
        name: "format",
        title: "Rust formatting",
        packages: &[],
        limit: minutes(2),
        run: format,
    },
    Part {
        name: "tidy",
        title: "the rules of the architecture",
        packages: &[],
        limit: minutes(2),
        run: tidy,
    },
    Part {
        name: "codegen",
        title: "generated TypeScript and fixtures are current",
        packages: &[packages::BASE],
        limit: minutes(10),
        run: codegen,
    },
    Part {
        name: "lint",
        title: "clippy without warnings",
        packages: &[packages::BASE],
        limit: minutes(15),
        run: lint,
    },
    Part {
        name: "rust",
        title: "Rust unit, integration, simulation and doc tests",
        packages: &[packages::BASE],
        limit: minutes(40),
        run: rust,
    },
    Part {
        name: "ui",
        title: "UI types, lint and unit tests",
        packages: &[],
        limit: minutes(10),
        run: ui,
    },
    Part {
        name: "bundle",
        title: "UI build and its size",
        packages: &[],
        limit: minutes(5),
        run: bundle,
    },
    Part {
        name: "browser",
        title: "real browser and Python client against the real hub",
        packages: &[packages::BASE, packages::BROWSER],
        limit: minutes(15),
        run: browser,
    },
    Part {
        name: "network",
        title: "discovery between network namespaces",
        packages: &[packages::BASE, packages::NETWORK],
        limit: minutes(20),
        run: network,
    },
    Part {
        name: "window",
        title: "the real desktop window",
        packages: &[
            packages::BASE,
            packages::WEBVIEW,
            packages::BROWSER,
            packages::NETWORK,
            packages::WINDOW,
        ],
        limit: minutes(45),
        run: window,
    },
];

/// Integration tests that are parts of their own, and so not of `rust`.
const OWN_PARTS: &[&str] = &["codegen", "network", "window"];

/// How much of the UI there is in all, in gzipped bytes: what is loaded only when it is
/// needed (the editor, the reader of PDF files, what only the app shows, what proves passwords, ...) as well;
/// 32 KiB of it are for German, which nobody fetches who does not read it. On the slowest Wi-Fi this is
/// made for, 1 MB/s, all of it is there in two thirds of a second.
const UI_BUDGET: usize = (588 + 32) * 1024;

/// How much JavaScript of it a browser must have before the canvas is usable, in gzipped bytes.
const CANVAS_BUDGET: usize = 150 * 1024;

/// The app as it is tested: with the updater, which what is shipped has only where its maker names a
/// place for it. The code of the usual build in its stead is built along.
const WINDOW: [&str; 4] = ["--package", "lanvas", "--features", "updates"];

/// What `--only` accepts.
pub(crate) fn names() -> Vec<&'static str> {
    PARTS.iter().map(|part| part.name).collect()
}

fn format(steps: &mut Steps) -> Result<Option<Skipped>> {
    let mut command = steps.repo.cargo();
    steps.check("cargo fmt", command.args(["fmt", "--all", "--check"]))?;
    Ok(None)
}

fn tidy(steps: &mut Steps) -> Result<Option<Skipped>> {
    for (name, verdict) in tidy::judge(steps.repo)? {
        steps.outcome(verdict.map_err(|_| format!("{name}; see above")));
    }
    Ok(None)
}

fn codegen(steps: &mut Steps) -> Result<Option<Skipped>> {
    let mut command = codegen::check(steps.repo);
    steps.tests("generated files", Runner::Libtest, &mut command)?;
    Ok(None)
}

fn lint(steps: &mut Steps) -> Result<Option<Skipped>> {
    node::ensure_placeholder(steps.repo)?;
    let mut command = steps.repo.cargo();
    command.args(["clippy", "--workspace", "--exclude", "lanvas"]);
    command.args(["--all-targets", "--", "-D", "warnings"]);
    steps.check("clippy", &mut command)?;
    Ok(None)
}

fn rust(steps: &mut Steps) -> Result<Option<Skipped>> {
    node::ensure_placeholder(steps.repo)?;
    let mut command = test_runner(steps.repo);
    command.args(["--workspace", "--exclude", "lanvas", "--lib", "--bins"]);
    for name in shared_test_targets(steps.repo)? {
        command.args(["--test", &name]);
    }
    steps.tests("tests", runner(), &mut command)?;
    let mut command = steps.repo.cargo();
    command.args(["test", "--doc", "--workspace", "--exclude", "lanvas"]);
    steps.tests(
        "examples in the documentation",
        Runner::Libtest,
        &mut command,
    )?;
    Ok(None)
}

fn ui(steps: &mut Steps) -> Result<Option<Skipped>> {
    node::install(steps.repo)?;
    let repo = steps.repo;
    steps.check("types", node::npm(repo).args(["run", "check"]))?;
    steps.check("lint", node::npm(repo).args(["run", "lint"]))?;
    // The client's simulation runs against the hub's own session core, and its text algebra is held
    // against the hub's, each in a process beside it.
    node::ensure_placeholder(repo)?;
    let mut bridge = repo.cargo();
    bridge.args(["build", "--package", "lanvas-hub"]);
    bridge.args(["--example", "session_bridge", "--example", "text_bridge"]);
    if !steps.check("session core", &mut bridge)? {
        return Ok(None);
    }
    let mut command = node::npm(repo);
    let programs = repo.target()?.join("debug/examples");
    command.env("LANVAS_SESSION_BRIDGE", programs.join("session_bridge"));
    command.env("LANVAS_TEXT_BRIDGE", programs.join("text_bridge"));
    steps.tests("vitest", Runner::Vitest, command.args(["run", "test"]))?;
    Ok(None)
}

fn bundle(steps: &mut Steps) -> Result<Option<Skipped>> {
    node::install(steps.repo)?;
    let mut command = node::npm(steps.repo);
    if !steps.check("build", command.args(["run", "build"]))? {
        return Ok(None);
    }
    let size = all_of_the_ui(steps.repo)?;
    println!("all of the UI is {size} bytes (gzipped); the limit is {UI_BUDGET}");
    steps.outcome(if size <= UI_BUDGET {
        Ok(())
    } else {
        Err(format!("the UI is too large: {size} of {UI_BUDGET} bytes"))
    });
    let first = first_load(steps.repo)?;
    println!(
        "the canvas is usable after {first} bytes of JavaScript; the limit is {CANVAS_BUDGET}"
    );
    steps.outcome(if first <= CANVAS_BUDGET {
        Ok(())
    } else {
        Err(format!(
            "too much is loaded at first: {first} of {CANVAS_BUDGET} bytes; import later what is not the canvas"
        ))
    });
    Ok(None)
}

fn browser(steps: &mut Steps) -> Result<Option<Skipped>> {
    let repo = steps.repo;
    node::install(repo)?;
    node::build(repo)?;
    let mut build = repo.cargo();
    if !steps.check("build", build.args(["build", "--package", "lanvas-server"]))? {
        return Ok(None);
    }
    let mut command = node::npm(repo);
    command
        .args(["run", "e2e"])
        .env("LANVAS_SERVER", repo.target()?.join("debug/lanvas-server"));
    steps.tests("browser", Runner::Plain, &mut command)?;
    Ok(None)
}

fn network(steps: &mut Steps) -> Result<Option<Skipped>> {
    if let Some(skipped) = no_namespaces() {
        return Ok(Some(skipped));
    }
    let repo = steps.repo;
    node::install(repo)?;
    node::build(repo)?;
    let mut command = talking_test_runner(repo);
    command.args(["--package", "lanvas-server", "--test", "network"]);
    steps.tests("network", runner(), &mut command)?;
    Ok(None)
}

fn window(steps: &mut Steps) -> Result<Option<Skipped>> {
    if let Some(skipped) = no_namespaces() {
        return Ok(Some(skipped));
    }
    let repo = steps.repo;
    node::install(repo)?;
    node::build(repo)?;
    let mut clippy = repo.cargo();
    clippy.args(["clippy", "--all-targets"]).args(WINDOW);
    steps.check("clippy", clippy.args(["--", "-D", "warnings"]))?;
    let mut build = repo.cargo();
    if !steps.check("build", build.args(["build", "--package", "lanvas-server"]))? {
        return Ok(None);
    }
    let mut command = talking_test_runner(repo);
    steps.tests("window", runner(), command.args(WINDOW))?;
    Ok(None)
}

fn runner() -> Runner {
    if has_nextest() {
        Runner::Nextest
    } else {
        Runner::Libtest
    }
}

/// nextest where it is installed: it runs each test in its own process and
/// ends one that hangs.
fn test_runner(repo: &Repo) -> Command {
    let mut command = repo.cargo();
    if has_nextest() {
        command.args(["nextest", "run", "--no-fail-fast", "--status-level", "skip"]);
        command.args(["--config-file", "src-tauri/nextest.toml"]);
    } else {
        command.args(["test", "--no-fail-fast"]);
    }
    if std::env::var_os("CI").is_some() {
        draw_the_same_cases(&mut command);
    }
    command
}

/// What CI says of a change is about the change and not about luck: cases and orders that are drawn
/// are the same in every run. Elsewhere every run draws others, and what they find stays as a test.
fn draw_the_same_cases(command: &mut Command) {
    const SEED: &str = "20261121";
    for name in ["PROPTEST_RNG_SEED", "SHUTTLE_RANDOM_SEED"] {
        if std::env::var_os(name).is_none() {
            command.env(name, SEED);
        }
    }
}

/// As `test_runner`, and what tests say is shown even when they pass: these
/// may find that they cannot run, and say so.
fn talking_test_runner(repo: &Repo) -> Command {
    let mut command = test_runner(repo);
    if has_nextest() {
        command.args(["--success-output", "immediate"]);
    } else {
        command.env("RUST_TEST_NOCAPTURE", "1");
    }
    command
}

fn has_nextest() -> bool {
    process::answers(Command::new("cargo").args(["nextest", "--version"]))
}

/// The integration tests of all packages but those that are parts themselves.
fn shared_test_targets(repo: &Repo) -> Result<Vec<String>> {
    let metadata = repo.metadata()?;
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata lists no packages")?;
    let mut names: Vec<String> = packages
        .iter()
        .filter(|package| package["name"] != "lanvas")
        .filter_map(|package| package["targets"].as_array())
        .flatten()
        .filter(|target| target["kind"][0] == "test")
        .filter_map(|target| target["name"].as_str())
        .filter(|name| !OWN_PARTS.contains(name))
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}

fn no_namespaces() -> Option<Skipped> {
    if !packages::is_root() {
        let why = "only root can make network namespaces; run `sudo -E cargo xtask test`";
        return Some(Skipped(why.to_owned()));
    }
    if !process::answers(Command::new("unshare").args(["--net", "true"])) {
        let why = "this system lets nobody make network namespaces";
        return Some(Skipped(why.to_owned()));
    }
    None
}

/// The gzipped size of all scripts, styles and pages in `ui/dist`.
fn all_of_the_ui(repo: &Repo) -> Result<usize> {
    let mut total = 0;
    let mut folders = vec![repo.ui().join("dist")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).context("ui/dist cannot be read")? {
            let path = entry.context("ui/dist cannot be read")?.path();
            let extension = path.extension().unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if extension == "js" || extension == "css" || extension == "html" {
                total += gzipped(&path)?;
            }
        }
    }
    Ok(total)
}

/// The gzipped size of the scripts that the browser's page names: it loads all of them before it runs.
fn first_load(repo: &Repo) -> Result<usize> {
    let dist = repo.ui().join("dist");
    let page = fs::read_to_string(dist.join("index.html")).context("ui/dist cannot be read")?;
    page.split('"')
        .filter_map(|part| part.strip_prefix('/'))
        .filter(|part| part.ends_with(".js"))
        .map(|part| gzipped(&dist.join(part)))
        .sum()
}

fn gzipped(path: &std::path::Path) -> Result<usize> {
    let output = Command::new("gzip")
        .args(["-9", "--stdout"])
        .arg(path)
        .output()
        .context("gzip cannot be started")?;
    Ok(output.stdout.len())
}
