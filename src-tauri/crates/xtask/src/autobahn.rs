//! `cargo xtask autobahn`: the Autobahn suite's fuzzing client against the hub's `/echo`.
//!
//! Promises to say what it installs before it does, to put it below the target folder alone, and to
//! fail when any case fails. The suite is source for Python 2.7, so one has to be on the machine;
//! that is why this is no part of `cargo xtask test`.

mod report;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::{Value, json};

use crate::repo::Repo;
use crate::running::Running;
use crate::{node, process};

const SUITE: &str = "autobahntestsuite==25.10.1";
/// The last release that makes environments for Python 2.7.
const VIRTUALENV: &str = "virtualenv<20.22";
/// All cases take about twenty seconds.
const LIMIT: Duration = Duration::from_secs(15 * 60);
/// Where the last result is kept.
const TABLE: &str = "src-tauri/docs/figures/autobahn.md";

#[derive(Args)]
pub(crate) struct Options {
    /// Only these cases, such as 6.* or 7.3.1
    #[arg(long, default_value = "*")]
    cases: Vec<String>,
    /// A Python 2.7, where none is found
    #[arg(long)]
    python: Option<PathBuf>,
    /// Keep the table in the documentation
    #[arg(long, conflicts_with = "cases")]
    write: bool,
}

pub(crate) fn perform(repo: &Repo, options: &Options) -> Result<()> {
    let folder = repo.target()?.join("autobahn");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let suite = install(&folder, options.python.as_deref())?;
    node::ensure_placeholder(repo)?;
    let mut build = repo.cargo();
    process::succeed(build.args(["build", "--package", "lanvas-server"]))?;
    let program = repo.target()?.join("debug/lanvas-server");
    let results = run(&suite, &program, &folder, &options.cases)?;
    let report = report::Report::of(&results)?;
    println!("\n{}", report.table());
    if options.write {
        let path = repo.root().join(TABLE);
        fs::write(&path, report.page(SUITE)).context("the table cannot be written")?;
    }
    if report.failures().is_empty() {
        return Ok(());
    }
    bail!(
        "cases failed: {}; see {}",
        report.failures().join(", "),
        folder.join("report/index.html").display()
    )
}

/// The suite's program, installed below `folder` unless it is there.
fn install(folder: &Path, python: Option<&Path>) -> Result<PathBuf> {
    let suite = folder.join("python2/bin/wstest");
    if suite.exists() {
        return Ok(suite);
    }
    let python2 = match python {
        Some(python) => python.to_owned(),
        None => find_python2()?,
    };
    let (tools, environment) = (folder.join("tools"), folder.join("python2"));
    println!("Installing from PyPI into {}:", folder.display());
    println!("  {VIRTUALENV:<30} makes an environment for Python 2.7");
    println!("  {SUITE:<30} the suite, with what it needs");
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "install", "--quiet", "--upgrade", "--target"]);
    process::succeed(pip.arg(&tools).arg(VIRTUALENV))?;
    let mut virtualenv = Command::new("python3");
    virtualenv.env("PYTHONPATH", &tools);
    virtualenv.args(["-m", "virtualenv", "--quiet", "--python"]);
    process::succeed(virtualenv.arg(python2).arg(&environment))?;
    let mut pip = Command::new(environment.join("bin/python"));
    process::succeed(pip.args(["-m", "pip", "install", "--quiet", SUITE]))?;
    Ok(suite)
}

fn find_python2() -> Result<PathBuf> {
    let is_python2 = |python: &Path| {
        let script = "import sys; sys.exit(sys.version_info[:2] != (2, 7))";
        process::answers(Command::new(python).args(["-c", script]))
    };
    let named = ["python2.7", "python2", "pypy"].map(PathBuf::from);
    let built = pyenv_versions();
    let found = named.into_iter().chain(built).find(|it| is_python2(it));
    found.context(
        "no Python 2.7 is here, which the Autobahn suite needs; install one (`pyenv install \
         2.7.18`, or Debian's pypy) and name it by --python",
    )
}

/// What pyenv has built: its shims answer only for the version that is chosen.
fn pyenv_versions() -> Vec<PathBuf> {
    let Ok(root) = process::output(Command::new("pyenv").arg("root")) else {
        return Vec::new();
    };
    let Ok(entries) = fs::read_dir(Path::new(root.trim()).join("versions")) else {
        return Vec::new();
    };
    let is_2 = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|it| it.as_encoded_bytes()[0] == b'2')
    };
    let folders = entries.flatten().map(|entry| entry.path()).filter(is_2);
    folders.map(|folder| folder.join("bin/python")).collect()
}

/// Runs the cases against a hub of our own; gives the suite's results.
fn run(suite: &Path, program: &Path, folder: &Path, cases: &[String]) -> Result<Value> {
    let (data, report) = (folder.join("data"), folder.join("report"));
    for old in [&data, &report] {
        let _ = fs::remove_dir_all(old); // it may be the first run
    }
    let mut command = Command::new(program);
    command
        .args(["serve", "--bind", "127.0.0.1", "--port", "0"])
        .args(["--no-discovery", "--data"])
        .arg(&data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut hub = Running::start(&mut command)?;
    let ready: Value =
        serde_json::from_str(&hub.first_line()?).context("the hub's first line is not JSON")?;
    let plan = folder.join("plan.json");
    let asked = json!({
        "outdir": report,
        "servers": [{ "agent": "lanvas", "url": format!("ws://127.0.0.1:{}/echo", ready["port"]) }],
        "cases": cases,
        "exclude-cases": [],
        "exclude-agent-cases": {},
    });
    fs::write(&plan, asked.to_string()).context("the plan cannot be written")?;
    let mut client = Command::new(suite);
    client
        .args(["--mode", "fuzzingclient", "--spec"])
        .arg(&plan);
    let watched = process::watch(&mut client, LIMIT)?;
    if !watched.success {
        bail!("the suite did not come to its end");
    }
    if !hub.stop()? {
        bail!("the hub did not end cleanly after the suite");
    }
    let text =
        fs::read_to_string(report.join("index.json")).context("the suite wrote no report")?;
    serde_json::from_str(&text).context("the suite's report is not JSON")
}
