//! A folder with the smallest Debian in it, to install into and to start programs in.
//!
//! Promises: what is mounted for a program is seen by that program alone, so that removing the
//! folder removes nothing else; no daemon is started by what is installed; every step ends in time;
//! when it goes, its programs end and its files go. Knows nothing about Lanvas.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::{packages, process};

/// Fetching and unpacking a few hundred packages on a busy machine.
const LIMIT: Duration = Duration::from_secs(15 * 60);
/// The only person in there.
const PERSON: &str = "ann";
/// Where that person keeps things.
const HOME: &str = "/srv/ann";
const PERSON_ID: &str = "1000:1000";
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Mounts what programs expect, where nobody else sees it, and becomes the program. Its first
/// argument is the folder; with `--alone` before that it has a network with nobody else in it.
const ENTER: &str = r#"alone=; if [ "$1" = --alone ]; then alone=yes; shift; fi
root=$1; shift
mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev" || exit 125
if [ -n "$alone" ]; then ip link set lo up || exit 125; fi
if [ -d /tmp/.X11-unix ]; then
    mkdir -p "$root/tmp/.X11-unix" && mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix" || exit 125
fi
exec chroot "$@""#;

pub(super) struct CleanRoot {
    folder: PathBuf,
}

/// Why none can be made on this machine.
pub(super) fn impossible() -> Option<&'static str> {
    if !packages::is_root() {
        return Some("only root can make a root; run `sudo -E cargo xtask dist --try`");
    }
    if !process::answers(Command::new("dpkg-query").arg("--version")) {
        return Some("this is no Debian, so an empty one cannot be made from its archive");
    }
    if !process::answers(Command::new("unshare").args(["--mount", "true"])) {
        return Some("this system lets nobody mount anything");
    }
    None
}

impl CleanRoot {
    /// Of the release and from the archive that this machine's own packages come from.
    pub(super) fn make(folder: PathBuf) -> Result<Self> {
        let sources = sources()?;
        let list = folder.with_extension("list");
        fs::write(&list, sources.lines)?;
        let root = Self { folder };
        // It mounts what it needs: where nobody else sees it, so that nothing of it can be left over.
        let mut make = Command::new("unshare");
        make.args(["--mount", "--propagation", "private", "mmdebstrap"]);
        make.args(["--quiet", "--variant=minbase", "--format=directory"]);
        make.arg("--dpkgopt=force-unsafe-io");
        make.arg("--aptopt=Acquire::Languages \"none\"");
        make.arg(sources.release).arg(&root.folder).arg(list);
        in_time(&mut make).context("no clean root could be made")?;
        // Asked before any daemon is started: none is.
        root.write("usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n")?;
        let policy = root.path("usr/sbin/policy-rc.d");
        process::succeed(Command::new("chmod").arg("755").arg(policy))?;
        let home = ["--create-home", "--home-dir", HOME];
        root.run(&[&["useradd", "--uid", "1000"], &home[..], &[PERSON]].concat())?;
        root.run(&["apt-get", "update", "--quiet=2"])?;
        Ok(root)
    }

    /// Where something in it is, seen from outside.
    pub(super) fn path(&self, inside: &str) -> PathBuf {
        self.folder.join(inside)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    fn write(&self, inside: &str, text: &str) -> Result<()> {
        let path = self.path(inside);
        fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))
    }

    /// The shortest that is shown to the person stays short, so the script is said by name only.
    pub(super) fn run(&self, line: &[&str]) -> Result<()> {
        println!("in the root$ {}", line.join(" "));
        let mut command = self.enter(&[], &[]);
        command.args([
            "env",
            "-i",
            "DEBIAN_FRONTEND=noninteractive",
            "LC_ALL=C.UTF-8",
        ]);
        command.arg(format!("PATH={PATH}")).args(line);
        let watched = process::watch_quietly(&mut command, LIMIT)?;
        if !watched.success {
            bail!("`{}` failed in the root:\n{}", line.join(" "), watched.text);
        }
        Ok(())
    }

    /// Installs by the root's own apt, with what is declared to be needed and nothing more.
    pub(super) fn install(&self, what: &[&str]) -> Result<()> {
        let mut line = vec!["apt-get", "install", "--yes", "--quiet=2"];
        line.push("--no-install-recommends");
        line.extend(what);
        self.run(&line)
    }

    /// What a program there says.
    pub(super) fn output(&self, line: &[&str]) -> Result<String> {
        process::output(self.as_person(&[]).args(line))
    }

    /// The start of a command of the person who lives there. Variables of ours go along, but not our
    /// folders.
    pub(super) fn as_person(&self, how: &[&str]) -> Command {
        let userspec = format!("--userspec={PERSON_ID}");
        let mut command = self.enter(how, &[&userspec]);
        command.args(["env", "-u", "XDG_DATA_HOME", "-u", "XDG_CACHE_HOME"]);
        command.args(["-u", "XDG_CONFIG_HOME", "-u", "XDG_RUNTIME_DIR"]);
        command.arg(format!("HOME={HOME}"));
        command.arg(format!("PATH={PATH}"));
        command.args(["LC_ALL=C.UTF-8"]);
        command
    }

    /// As `as_person`, with nobody else on the network.
    pub(super) fn alone(&self) -> Command {
        self.as_person(&["--alone"])
    }

    fn enter(&self, how: &[&str], chroot: &[&str]) -> Command {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private"]);
        if how.contains(&"--alone") {
            command.arg("--net");
        }
        command.args(["sh", "-c", ENTER, "enter"]).args(how);
        command.arg(&self.folder).args(chroot).arg(&self.folder);
        command.stdin(Stdio::null());
        command
    }

    /// A program of ours outside that runs one in there for the person, for who starts programs by
    /// their file.
    pub(super) fn door_to(&self, program: &str, door: &Path) -> Result<()> {
        let command = self.as_person(&[]);
        let mut script = "#!/bin/sh\nexec ".to_owned();
        let words = std::iter::once(command.get_program()).chain(command.get_args());
        for word in words {
            let word = word.to_str().context("a path that is not UTF-8")?;
            script += &format!("'{}' ", word.replace('\'', r"'\''"));
        }
        script += &format!("{program} \"$@\"\n");
        fs::write(door, script)?;
        process::succeed(Command::new("chmod").arg("755").arg(door))
    }

    /// Every file and folder in it, by its path from its top.
    pub(super) fn files(&self) -> Result<BTreeSet<String>> {
        let mut find = Command::new("find");
        find.args([".", "-xdev", "-printf", "%P\\n"]);
        let found = process::output(find.current_dir(&self.folder))?;
        Ok(found.lines().map(str::to_owned).collect())
    }

    /// Who runs in it now: the process and what it was started with.
    pub(super) fn programs(&self) -> Vec<(String, String)> {
        let Ok(entries) = fs::read_dir("/proc") else {
            return Vec::new();
        };
        let ours =
            |process: &Path| fs::read_link(process.join("root")).is_ok_and(|it| it == self.folder);
        let processes = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|it| ours(it));
        let told = processes.filter_map(|process| {
            let line = fs::read_to_string(process.join("cmdline")).ok()?;
            let id = process.file_name()?.to_str()?.to_owned();
            Some((id, line.replace('\0', " ").trim_end().to_owned()))
        });
        told.collect()
    }

    /// Ends everything that runs in it.
    pub(super) fn end_programs(&self) {
        for (id, _) in self.programs() {
            process::answers(Command::new("kill").args(["-KILL", &id]));
        }
    }
}

impl Drop for CleanRoot {
    fn drop(&mut self) {
        self.end_programs();
        // Nothing of this machine is mounted in it where we are; should that ever be wrong, it stays.
        let mut remove = Command::new("rm");
        process::answers(remove.args(["-rf", "--one-file-system"]).arg(&self.folder));
    }
}

/// The archive of this machine, in the form of `sources.list`.
struct Sources {
    release: String,
    lines: String,
}

fn sources() -> Result<Sources> {
    let format = "$(ORIGIN)|$(CODENAME)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)";
    let mut list = Command::new("apt-get");
    list.args(["indextargets", "--format", format, "Created-By: Packages"]);
    let sources = sources_of(&process::output(&mut list)?);
    sources.context("this machine knows no archive; run `apt-get update` first")
}

/// From lines of origin, codename, suite, component and address.
fn sources_of(targets: &str) -> Option<Sources> {
    let mut release = None;
    let mut lines = String::new();
    for target in targets.lines() {
        let [origin, codename, suite, component, uri] = target.split('|').collect::<Vec<_>>()[..]
        else {
            continue;
        };
        if origin != "Debian" && origin != "Ubuntu" {
            continue;
        }
        // `bookworm` comes before `bookworm-updates`, which is no release of its own.
        if !codename.contains('-') {
            release.get_or_insert_with(|| codename.to_owned());
        }
        lines += &format!("deb {uri} {suite} {component}\n");
    }
    Some(Sources {
        release: release?,
        lines,
    })
}

fn in_time(command: &mut Command) -> Result<()> {
    let watched = process::watch(command, LIMIT)?;
    if watched.out_of_time {
        bail!("not done after {} s", LIMIT.as_secs());
    }
    if !watched.success {
        bail!("see above");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_of_the_system_is_taken_and_no_other() {
        let targets = "Debian|bookworm-updates|bookworm-updates|main|http://here/debian/\n\
            Debian|bookworm|bookworm|main|http://here/debian/\n\
            Other|any|any|tools|http://elsewhere/\nnonsense\n";
        let sources = sources_of(targets).unwrap();
        assert_eq!(sources.release, "bookworm");
        assert_eq!(
            sources.lines,
            "deb http://here/debian/ bookworm-updates main\ndeb http://here/debian/ bookworm main\n"
        );
        assert!(sources_of("Other|any|any|tools|http://elsewhere/\n").is_none());
    }
}
