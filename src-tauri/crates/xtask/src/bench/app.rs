//! The desktop app of a release build: from its start to the first paint, from *Start a session* to a
//! live canvas, and what its process takes while it hosts guests who do nothing.
//!
//! Promises: real windows on a screen of their own, each run with a fresh folder; medians, with the
//! lowest and the highest.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::desktop::guest::Guest;
use crate::desktop::webdriver::Window;
use crate::desktop::{Desktop, port_of};
use crate::repo::Repo;
use crate::{node, packages, process};

const RUNS: usize = 5;
const GUESTS: usize = 20;
/// Until everything that a start brings has been done.
const SETTLING: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(20);
/// Of the kernel's clock for processes.
const TICKS_PER_S: f64 = 100.0;

/// When the first words or pictures were on the screen, in milliseconds since 1970.
const FIRST_PAINT: &str = "const [done] = arguments; const look = () => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    if (paint === undefined) setTimeout(look, 10); else done(performance.timeOrigin + paint.startTime);
}; look();";
/// Milliseconds from the press to a canvas that is live.
const TO_HOSTING: &str = "const [done] = arguments; const press = () => {
    const button = document.querySelector('.start button.big');
    if (button === null || button.disabled) return setTimeout(press, 10);
    const pressed = performance.now();
    button.click();
    const look = () => window.lanvas.debug().status === 'live' ? done(performance.now() - pressed) : setTimeout(look, 2);
    look();
}; press();";

pub(super) fn perform(repo: &Repo, arguments: &[String]) -> Result<()> {
    packages::ensure(&[packages::BASE, packages::WEBVIEW, packages::WINDOW])?;
    let program = match arguments {
        [] => build(repo)?,
        [flag, path] if flag == "--program" => PathBuf::from(path),
        _ => bail!("only --program FILE is known"),
    };
    let folder = std::env::temp_dir().join(format!("lanvas-bench-{}", std::process::id()));
    let measured = measure(&program, &folder);
    let _ = fs::remove_dir_all(&folder);
    measured
}

fn build(repo: &Repo) -> Result<PathBuf> {
    node::install(repo)?;
    node::build(repo)?;
    let mut cargo = repo.cargo();
    process::succeed(cargo.args(["build", "--release", "--package", "lanvas"]))?;
    Ok(repo.target()?.join("release/lanvas"))
}

fn measure(program: &Path, folder: &Path) -> Result<()> {
    let desktop = Desktop::set_up(&folder.join("desktop"))?;
    let (mut paints, mut starts) = (Vec::new(), Vec::new());
    for run in 0..RUNS {
        let window = desktop.open(program, &folder.join(format!("run-{run}")))?;
        let process = running(program)?;
        let paint = number(&window.run(FIRST_PAINT, &json!([]))?)?;
        paints.push(paint - started_ms(process)?);
        starts.push(start_hosting(&window)?);
        window.close()?;
        gone(program)?;
    }
    println!("load: {}", fs::read_to_string("/proc/loadavg")?.trim());
    row("start of the program to the first paint", "ms", &mut paints);
    row("Start a session to a live canvas", "ms", &mut starts);
    idle(&desktop, program, folder)
}

fn start_hosting(window: &Window) -> Result<f64> {
    let ann = json!({ "settings": { "name": "Ann" } });
    window.invoke("save_settings", &ann)?;
    window.reload()?;
    number(&window.run(TO_HOSTING, &json!([]))?)
}

/// What the Rust process takes with nobody else in, and with guests.
fn idle(desktop: &Desktop, program: &Path, folder: &Path) -> Result<()> {
    let window = desktop.open(program, &folder.join("idle"))?;
    start_hosting(&window)?;
    let hosted = window.invoke("hosted", &json!({}))?;
    let session = hosted["address"]["session"].as_str();
    let session = session.with_context(|| format!("no session in: {hosted}"))?;
    let process = running(program)?;
    row_of(process, "alone")?;
    let port = port_of(&hosted)?;
    let guests = (0..GUESTS).map(|index| Guest::join(port, session, &format!("Guest {index}")));
    let guests = guests.collect::<Result<Vec<_>>>()?;
    row_of(process, &format!("with {GUESTS} guests"))?;
    drop(guests);
    window.close()
}

fn row_of(process: u32, when: &str) -> Result<()> {
    thread::sleep(SETTLING);
    let before = ticks(process)?;
    thread::sleep(IDLE);
    let spent = (ticks(process)? - before) / TICKS_PER_S / IDLE.as_secs_f64() * 100.0;
    let memory = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let mb = |name: &str| -> f64 {
        let line = memory.lines().find(|line| line.starts_with(name));
        let kb = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
        kb.unwrap_or_default() / 1024.0
    };
    println!(
        "idle, {when}: {spent:.2} % of a core, {:.0} MB of its own and its share (PSS), {:.0} MB resident",
        mb("Pss:"),
        mb("Rss:")
    );
    Ok(())
}

fn row(what: &str, unit: &str, values: &mut [f64]) {
    values.sort_by(f64::total_cmp);
    let (low, high) = (values[0], values[values.len() - 1]);
    let median = values[values.len() / 2];
    println!(
        "{what}: {median:.0} {unit} (of {}: {low:.0} to {high:.0})",
        values.len()
    );
}

fn number(value: &Value) -> Result<f64> {
    value
        .as_f64()
        .with_context(|| format!("no number: {value}"))
}

/// The process that runs the program.
fn running(program: &Path) -> Result<u32> {
    find(program)?.context("the program does not run")
}

fn gone(program: &Path) -> Result<()> {
    for _ in 0..500 {
        if find(program)?.is_none() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(20));
    }
    bail!("the program does not end with its window")
}

fn find(program: &Path) -> Result<Option<u32>> {
    let program = fs::canonicalize(program).context("there is no such program")?;
    let entries = fs::read_dir("/proc")?.filter_map(Result::ok);
    let mut ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let runs_it = |id: &u32| fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|it| it == program);
    Ok(ids.find(runs_it))
}

/// When a process was started, in milliseconds since 1970, to ten of them.
fn started_ms(process: u32) -> Result<f64> {
    let uptime = fs::read_to_string("/proc/uptime")?;
    let uptime: f64 = uptime.split(' ').next().unwrap_or_default().parse()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    let started = stat(process, 19)? / TICKS_PER_S;
    Ok((now - uptime + started) * 1000.0)
}

/// What it has spent in user and in kernel.
fn ticks(process: u32) -> Result<f64> {
    Ok(stat(process, 11)? + stat(process, 12)?)
}

/// A field of the kernel's line about a process, counted behind its name.
fn stat(process: u32, field: usize) -> Result<f64> {
    let line = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let rest = line.rsplit_once(") ").context("a line about a process")?.1;
    let value = rest.split_whitespace().nth(field);
    Ok(value.context("a field")?.parse()?)
}
