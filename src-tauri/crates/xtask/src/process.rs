//! Starting other programs: shown to the person, ended in time, and with a
//! sentence when it goes wrong. Knows nothing about Lanvas.

use std::io::{BufRead, BufReader, IsTerminal, PipeReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long output may still arrive after the program itself has ended: a
/// process it left behind can hold the pipe open for ever.
const OUTPUT_GRACE: Duration = Duration::from_secs(2);

/// What a watched program did.
pub(crate) struct Watched {
    pub(crate) success: bool,
    pub(crate) text: String,
    /// Set when it was ended because its time was up.
    pub(crate) out_of_time: bool,
}

/// Runs a program in the person's terminal; fails when the program fails.
pub(crate) fn succeed(command: &mut Command) -> Result<()> {
    announce(command);
    let status = command.status().with_context(|| cannot_start(command))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs a program silently and returns what it wrote to standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| cannot_start(command))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed: {}", shown(command), said.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program answers at all.
pub(crate) fn answers(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a program, passes its output on line by line while keeping it, and
/// ends it with everything it started once `limit` has passed.
pub(crate) fn watch(command: &mut Command, limit: Duration) -> Result<Watched> {
    announce(command);
    keep(command, limit, true)
}

/// As `watch`, and nothing is shown.
pub(crate) fn watch_quietly(command: &mut Command, limit: Duration) -> Result<Watched> {
    keep(command, limit, false)
}

fn keep(command: &mut Command, limit: Duration, shown: bool) -> Result<Watched> {
    // A group of its own lets us end its children too. With a person at the
    // keyboard the group stays ours, so that Ctrl+C reaches it.
    let own_group = cfg!(unix) && !std::io::stdin().is_terminal();
    #[cfg(unix)]
    if own_group {
        std::os::unix::process::CommandExt::process_group(command, 0);
    }
    let (reader, writer) = std::io::pipe().context("no pipe could be made")?;
    let second_writer = writer.try_clone().context("no pipe could be made")?;
    command
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(second_writer);
    let mut child = command.spawn().with_context(|| cannot_start(command))?;
    // The command keeps the pipe's write ends; it has to let go of them
    // before the reader can see the end.
    command.stdout(Stdio::null()).stderr(Stdio::null());

    let lines = read_lines(reader);
    let deadline = Instant::now() + limit;
    let (mut text, out_of_time) = follow(&mut child, &lines, deadline, shown)?;
    if out_of_time {
        println!("\nended: not done after {} s", limit.as_secs());
        end(&mut child, own_group);
    }
    let status = child.wait().context("the program's end was missed")?;
    drain(&lines, &mut text, shown);
    Ok(Watched {
        success: status.success() && !out_of_time,
        text,
        out_of_time,
    })
}

fn read_lines(reader: PipeReader) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            if sender
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                return;
            }
            line.clear();
        }
    });
    receiver
}

/// Shows lines until the program ends or its time is up.
fn follow(
    child: &mut Child,
    lines: &Receiver<String>,
    deadline: Instant,
    shown: bool,
) -> Result<(String, bool)> {
    const LOOK_EVERY: Duration = Duration::from_millis(100);
    let mut text = String::new();
    loop {
        match lines.recv_timeout(LOOK_EVERY) {
            Ok(line) => take(&line, &mut text, shown),
            Err(RecvTimeoutError::Disconnected) => thread::sleep(LOOK_EVERY),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if child
            .try_wait()
            .context("the program's state cannot be read")?
            .is_some()
        {
            return Ok((text, false));
        }
        if Instant::now() >= deadline {
            return Ok((text, true));
        }
    }
}

fn drain(lines: &Receiver<String>, text: &mut String, shown: bool) {
    let deadline = Instant::now() + OUTPUT_GRACE;
    while let Ok(line) = lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        take(&line, text, shown);
    }
}

fn take(line: &str, text: &mut String, shown: bool) {
    if shown {
        print!("{line}");
    }
    text.push_str(line);
}

fn end(child: &mut Child, own_group: bool) {
    if own_group {
        let group = format!("-{}", child.id());
        answers(Command::new("kill").args(["-KILL", "--", &group]));
    }
    // Already ended is fine too: `wait` follows.
    let _ = child.kill();
}

fn announce(command: &Command) {
    println!("$ {}", shown(command));
}

fn cannot_start(command: &Command) -> String {
    format!(
        "`{}` cannot be started; is it installed?",
        command.get_program().display()
    )
}

fn shown(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let program = program.rsplit('/').next().unwrap_or(&program).to_owned();
    command.get_args().fold(program, |mut line, arg| {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
        line
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_streams_are_kept_in_order() {
        let watched = watch(
            &mut sh("echo one; echo two >&2; echo three; exit 3"),
            Duration::from_secs(10),
        )
        .unwrap();
        assert!(!watched.success);
        assert_eq!(watched.text, "one\ntwo\nthree\n");
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let started = Instant::now();
        let watched = watch(&mut sh("echo hello; sleep 60"), Duration::from_millis(300)).unwrap();
        assert!(watched.out_of_time && !watched.success);
        assert_eq!(watched.text, "hello\n");
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_process_left_behind_does_not_hold_us_up() {
        let started = Instant::now();
        let watched = watch(&mut sh("sleep 30 & echo done"), Duration::from_secs(20)).unwrap();
        assert!(watched.success);
        assert_eq!(watched.text, "done\n");
        assert!(started.elapsed() < Duration::from_secs(15));
    }
}
