//! A network of this test's own: two machines on one cable, and nobody else.
//!
//! The test starts itself again inside fresh namespaces for network, processes
//! and mounts. When it ends, however it ends, the kernel ends all that it
//! started and removes the network; nothing of it ever touches the real one.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::programs::Program;

/// Set for the inner run: where it leaves word that the story was told to its end.
const INSIDE: &str = "LANVAS_TEST_INSIDE";
/// What systems speak that nobody told otherwise.
const ENGLISH: &str = "C.UTF-8";
/// This machine, where the desktop app runs.
pub(crate) const HERE: &str = "10.77.0.1";
/// The other machine.
pub(crate) const THERE: &str = "10.77.0.2";

/// The network, from inside.
pub(crate) struct Lan {
    /// Logs and screenshots of this story; kept for whoever looks into a failure.
    pub(crate) folder: PathBuf,
    /// Holds the other machine's namespace open.
    other: Program,
}

/// Tells `story` inside a network of its own. `test` is the name of the calling test.
pub(crate) fn inside(test: &str, story: impl FnOnce(&Lan)) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("window")
        .join(test.replace("::", "/"));
    if let Some(told) = std::env::var_os(INSIDE) {
        story(&Lan::set_up(folder));
        std::fs::write(told, "").expect("the end can be written down");
        return;
    }
    if let Some(why) = missing() {
        assert!(
            std::env::var_os("CI").is_none(),
            "in CI nothing is skipped, but {why}"
        );
        println!("SKIPPED: {test}: {why}");
        return;
    }
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder for logs");
    let told = folder.join("told");
    let log = folder.join("story.log");
    let out = File::create(&log).expect("the log can be written");
    let also = out.try_clone().expect("the log can be written twice");
    let ended = Command::new("unshare")
        .args([
            "--net",
            "--pid",
            "--mount",
            "--fork",
            "--kill-child",
            "--mount-proc",
        ])
        .arg(std::env::current_exe().expect("this test has a path"))
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(INSIDE, &told)
        // Whoever runs this: the stories read English.
        .envs([("LC_ALL", ENGLISH), ("LANGUAGE", "")])
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(also)
        .status();
    let done = ended.is_ok_and(|status| status.success()) && told.exists();
    let said = std::fs::read_to_string(&log).unwrap_or_default();
    assert!(done, "{said}\nmore in {}", folder.display());
    for measured in said.lines().filter(|line| line.contains("(promised")) {
        println!("{measured}");
    }
}

/// What this machine lacks, if anything.
fn missing() -> Option<String> {
    for program in [
        "unshare",
        "ip",
        "nsenter",
        "Xvfb",
        "dbus-daemon",
        "WebKitWebDriver",
        "chromium",
        "chromedriver",
        "nft",
    ] {
        if !on_the_path(program) {
            return Some(format!("{program} is not installed"));
        }
    }
    let mut try_out = Command::new("unshare");
    let tried = try_out
        .args(["--net", "--pid", "--mount", "--fork", "true"])
        .stderr(Stdio::null())
        .status();
    let allowed = tried.is_ok_and(|status| status.success());
    (!allowed).then(|| "only root can make network namespaces here".to_owned())
}

fn on_the_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

impl Lan {
    fn set_up(folder: PathBuf) -> Self {
        let other = Program::start(
            Command::new("unshare").args(["--net", "sleep", "infinity"]),
            &folder.join("other.log"),
        );
        let id = other.id().to_string();
        let lan = Self { folder, other };
        crate::until("the other machine is there", || {
            let net = |id: &str| std::fs::read_link(format!("/proc/{id}/ns/net")).ok();
            (net(&id)? != net("self")?).then_some(())
        });
        run("ip link set lo up");
        run("ip link add eth0 type veth peer name eth1");
        run(&format!("ip link set eth1 netns {id}"));
        run(&format!("ip address add {HERE}/24 dev eth0"));
        run("ip link set eth0 up");
        for line in [
            "ip link set lo up".to_owned(),
            "ip link set eth1 name eth0".to_owned(),
            format!("ip address add {THERE}/24 dev eth0"),
            "ip link set eth0 up".to_owned(),
        ] {
            check(lan.there("ip").args(line.split(' ').skip(1)));
        }
        lan
    }

    /// A command that runs on the other machine.
    pub(crate) fn there(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command
            .arg(format!("--net=/proc/{}/ns/net", self.other.id()))
            .arg(program);
        command
    }
}

/// How often something here wanted to reach what lies beyond this network, to which no way leads.
pub(crate) fn turned_away() -> u64 {
    let counts = std::fs::read_to_string("/proc/net/snmp").expect("the kernel counts");
    let mut rows = counts.lines().filter(|line| line.starts_with("Ip:"));
    let names = rows.next().expect("names").split_whitespace();
    let values = rows.next().expect("values").split_whitespace();
    let mut both = names.zip(values);
    let (_, found) = both.find(|(name, _)| *name == "OutNoRoutes").expect("it");
    found.parse().expect("a number")
}

/// Changes this machine's own network.
pub(crate) fn here(what: &str) {
    run(&format!("ip {what}"));
}

fn run(line: &str) {
    let mut words = line.split(' ');
    check(Command::new(words.next().unwrap_or_default()).args(words));
}

fn check(command: &mut Command) {
    let status = command.status();
    assert!(status.is_ok_and(|status| status.success()), "{command:?}");
}
