//! A disk that is slow, stuck, full, or says no, under a hub that runs: the session goes on, people
//! are told (R22), nothing that was called stored is lost, and it recovers by itself.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Condvar, Mutex, PoisonError},
};

use lanvas_hub::{
    limits::SHUTDOWN_TIMEOUT,
    storage::{BACKLOG_BYTES_MAX, BeforeCommit, RECORD_BYTES_MAX},
};
use lanvas_protocol::{
    Encoding, ErrorCode, ServerMessage,
    message::StorageTrouble::{self, DiskFull, ReadOnly, Slow},
};
use tokio::time::Instant;

use crate::{
    common::{Client, DEADLINE, TestHub, add, message, named, stroke},
    promise,
};

/// A gate before every commit, that a test opens and shuts.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    fn set(&self, shut: bool) {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = shut;
        self.0.1.notify_all();
    }

    async fn hub(&self, folder: &Path) -> TestHub {
        self.hub_within(folder, BACKLOG_BYTES_MAX).await
    }

    async fn hub_within(&self, folder: &Path, backlog_bytes: usize) -> TestHub {
        let gate = Arc::clone(&self.0);
        TestHub::start_with(folder, move |config| {
            config.storage.backlog_bytes = backlog_bytes;
            config.storage.before_commit = Some(BeforeCommit(Arc::new(move |_| {
                let shut = gate.0.lock().unwrap();
                drop(gate.1.wait_while(shut, |shut| *shut).unwrap());
            })));
        })
        .await
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        if Arc::strong_count(&self.0) <= 2 {
            self.set(false);
        }
    }
}

/// The next that is said of the disk.
async fn told(client: &mut Client) -> (bool, Option<StorageTrouble>, bool) {
    let changed = |it: &ServerMessage| matches!(it, ServerMessage::StorageChanged { .. });
    match client.until(changed).await.pop() {
        Some(ServerMessage::StorageChanged {
            healthy,
            trouble,
            refusing,
        }) => (healthy, trouble, refusing),
        other => panic!("{other:?}"),
    }
}

/// Before it a disk that is slow by itself may have been called so.
async fn until_trouble(client: &mut Client, wanted: StorageTrouble) {
    while told(client).await != (false, Some(wanted), false) {}
}

/// While it catches up it may still be called slow.
async fn until_healthy(client: &mut Client) {
    while told(client).await != (true, None, false) {}
}

/// Ann says something and Bo hears it, whatever the disk does.
async fn goes_on(ann: &mut Client, bo: &mut Client, words: &str) {
    let number = ann.ask(message(words)).await.unwrap();
    bo.until_number(number).await;
}

async fn stored(client: &mut Client, wanted: u64) {
    let there =
        |it: &ServerMessage| matches!(it, ServerMessage::Stored { number } if *number >= wanted);
    client.until(there).await;
}

#[tokio::test]
async fn r22_a_slow_disk_is_told_delays_nothing_else_and_is_over_when_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let hub = gate.hub(folder.path()).await;
    let (mut ann, mut bo) = (hub.join("Ann").await, hub.join("Bo").await);
    goes_on(&mut ann, &mut bo, "before").await;
    stored(&mut ann, 1).await;
    gate.set(true);
    // Nobody waits for it: it stays stuck until all of this has happened.
    goes_on(&mut ann, &mut bo, "while it is stuck").await;
    until_trouble(&mut bo, Slow).await;
    until_trouble(&mut ann, Slow).await;
    let mut late = hub.join("Late").await;
    goes_on(&mut late, &mut ann, "with somebody new").await;

    gate.set(false);
    until_healthy(&mut bo).await;
    stored(&mut late, 3).await;
}

#[tokio::test]
async fn r22_who_comes_while_the_disk_has_trouble_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    let hub = gate.hub(folder.path()).await;
    let mut ann = hub.join("Ann").await;
    gate.set(true);
    ann.submit(message("waits")).await;
    told(&mut ann).await;
    let mut late = hub.connect(Encoding::Binary).await;
    let heard = late.hello(named("Late")).await;
    assert!(
        heard.iter().any(|it| matches!(
            it,
            ServerMessage::StorageChanged {
                healthy: false,
                trouble: Some(Slow),
                ..
            }
        )),
        "{heard:?}"
    );
}

#[tokio::test]
async fn r22_past_the_bound_submissions_are_refused_until_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let gate = Gate::default();
    // The bound itself is tried where it is kept; here a narrow one, that is reached soon.
    let backlog = RECORD_BYTES_MAX + 500_000;
    let hub = gate.hub_within(folder.path(), backlog).await;
    let mut ann = hub.join("Ann").await;
    gate.set(true);
    let mut taken = 0;
    let refused = loop {
        match ann.ask(add(stroke(&format!("s{taken}"), 10_000))).await {
            Ok(_) => taken += 1,
            Err(code) => break code,
        }
    };
    assert_eq!(refused, ErrorCode::StorageFailed);
    assert!(taken > 5, "some wait: {taken}");
    let mut bo = hub.connect(Encoding::Binary).await;
    let heard = bo.hello(named("Bo")).await;
    let refusing =
        |it: &ServerMessage| matches!(it, ServerMessage::StorageChanged { refusing: true, .. });
    assert!(heard.iter().any(refusing), "and it is said");
    assert_eq!(bo.ask(message("no")).await, Err(ErrorCode::StorageFailed));

    gate.set(false);
    until_healthy(&mut bo).await;
    goes_on(&mut ann, &mut bo, "there is room").await;
    stored(&mut ann, taken + 1).await;
    drop((ann, bo));
    hub.hub.shutdown().await.unwrap();
    let again = TestHub::start(folder.path()).await;
    assert_eq!(again.join("Cy").await.welcome().number, taken + 1);
}

#[tokio::test]
async fn a_stuck_disk_does_not_hold_up_the_end_and_what_is_lost_is_said() {
    promise::keeps(SHUTDOWN_TIMEOUT, async || {
        let folder = tempfile::tempdir().unwrap();
        let gate = Gate::default();
        let hub = gate.hub(folder.path()).await;
        let mut ann = hub.join("Ann").await;
        let number = ann.ask(message("stored")).await.unwrap();
        stored(&mut ann, number).await;
        gate.set(true);
        ann.ask(message("waits")).await.unwrap();
        let began = Instant::now();
        let ended = hub.hub.shutdown().await.unwrap_err().to_string();
        let took = began.elapsed();
        assert_eq!(
            ended,
            "1 changes could not be stored. The disk did not answer in time."
        );
        gate.set(false);
        took
    })
    .await;
}

// --- disks of their own ---------------------------------------------------------------------

/// Runs a test of this file again in a process with mounts of its own: `script` gets the folder as
/// `$0` and ends with `exec "$@"`. False, said loudly, when that takes more rights than there are.
fn with_mounts(test: &str, script: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let shell = |script: &str| {
        let mut command = Command::new("unshare");
        command
            .args(["--mount", "sh", "-ec", script])
            .arg(folder.path());
        command
    };
    let may = shell("mount -t tmpfs tmpfs \"$0\"").output();
    if !may.is_ok_and(|output| output.status.success()) {
        eprintln!("NOT RUN: {test} needs root to mount a disk");
        return false;
    }
    let output = shell(script)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(FOLDER_VARIABLE, folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && said.contains(DONE),
        "{said}\n{error}"
    );
    true
}

const FOLDER_VARIABLE: &str = "LANVAS_TEST_DISK";
const DONE: &str = "recovered";

/// The folder, in the process that has the mounts.
fn mounted() -> Option<PathBuf> {
    std::env::var_os(FOLDER_VARIABLE).map(PathBuf::from)
}

#[tokio::test]
async fn r22_a_full_disk_is_told_and_all_of_it_is_stored_when_there_is_room() {
    let Some(folder) = mounted() else {
        with_mounts(
            "disk::r22_a_full_disk_is_told_and_all_of_it_is_stored_when_there_is_room",
            "mount -t tmpfs -o size=6m tmpfs \"$0\"; exec \"$@\"",
        );
        return;
    };
    let hub = TestHub::start(&folder).await;
    let (mut ann, mut bo) = (hub.join("Ann").await, hub.join("Bo").await);
    goes_on(&mut ann, &mut bo, "fits").await;
    stored(&mut ann, 1).await;
    let ballast = folder.join("ballast");
    let mut file = std::fs::File::create(&ballast).unwrap();
    while file.write(&[0; 4_096]).is_ok_and(|written| written > 0) {}
    drop(file);
    let mut last = 1;
    for index in 0..80 {
        last = ann
            .ask(add(stroke(&format!("s{index}"), 5_000)))
            .await
            .unwrap();
    }
    until_trouble(&mut bo, DiskFull).await;
    goes_on(&mut ann, &mut bo, "it goes on").await;

    std::fs::remove_file(&ballast).unwrap();
    until_healthy(&mut bo).await;
    goes_on(&mut ann, &mut bo, "and is stored").await;
    stored(&mut ann, last + 2).await;
    drop((ann, bo));
    hub.hub.shutdown().await.unwrap();
    let again = TestHub::start(&folder).await;
    assert_eq!(again.join("Cy").await.welcome().number, last + 2);
    println!("{DONE}");
}

#[tokio::test]
async fn r22_a_folder_that_is_read_only_can_be_hosted_and_is_written_when_it_can_be() {
    let Some(folder) = mounted() else {
        with_mounts(
            "disk::r22_a_folder_that_is_read_only_can_be_hosted_and_is_written_when_it_can_be",
            "mount -t tmpfs tmpfs \"$0\"; exec \"$@\"",
        );
        return;
    };
    let remount = |how: &str| {
        let options = format!("remount,{how}");
        let done = Command::new("mount")
            .args(["-o", &options])
            .arg(&folder)
            .status();
        assert!(done.unwrap().success());
    };
    let hub = TestHub::start(&folder).await;
    let mut ann = hub.join("Ann").await;
    let number = ann.ask(message("before")).await.unwrap();
    stored(&mut ann, number).await;
    drop(ann);
    hub.hub.shutdown().await.unwrap();

    remount("ro");
    let hub = TestHub::start(&folder).await;
    let (mut ann, mut bo) = (hub.join("Ann").await, hub.join("Bo").await);
    assert_eq!(ann.welcome().number, number, "what is there can be read");
    goes_on(&mut ann, &mut bo, "in memory").await;
    let unhealthy = ann.is_told_of(ReadOnly).await;
    assert!(unhealthy, "it is said");
    goes_on(&mut ann, &mut bo, "goes on").await;

    remount("rw");
    until_healthy(&mut bo).await;
    drop((ann, bo));
    hub.hub.shutdown().await.unwrap();
    remount("ro");
    let again = TestHub::start(&folder).await;
    assert_eq!(again.join("Cy").await.welcome().number, number + 2);
    println!("{DONE}");
}

impl Client {
    /// Whether the hub says so to somebody who comes now; the first try may still be under way.
    async fn is_told_of(&mut self, wanted: StorageTrouble) -> bool {
        let (port, session) = {
            let address = self.socket.get_ref().peer_addr().unwrap();
            (address.port(), self.welcome().session.clone())
        };
        let deadline = Instant::now() + DEADLINE;
        while Instant::now() < deadline {
            let mut visitor = Client::connect(port, session.as_str(), Encoding::Binary).await;
            let heard = visitor.hello(named("Visitor")).await;
            let told = heard.iter().any(|it| {
                matches!(it, ServerMessage::StorageChanged { trouble, .. } if *trouble == Some(wanted))
            });
            if told {
                return true;
            }
        }
        false
    }
}
