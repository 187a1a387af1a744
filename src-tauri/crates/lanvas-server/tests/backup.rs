//! Backups of a running hub, and what `verify` says of files, from outside.

#[path = "shared/serving.rs"]
mod serving;

use std::{
    path::Path,
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use serving::Serving;

const BACKUPS: usize = 8;
const DEADLINE: Duration = Duration::from_secs(60);

fn lanvas_server(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lanvas-server"))
        .args(arguments)
        .output()
        .expect("it runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim().to_owned()
}

fn shown(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// What `verify` counts in a sound file: changes and messages.
fn verified(file: &Path) -> (u64, u64) {
    let checked = lanvas_server(&["verify", shown(file)]);
    let said = text(&checked.stdout);
    assert!(checked.status.success(), "{}", text(&checked.stderr));
    let count = |before: &str| -> u64 {
        let words = said.split(before).next().expect("some words");
        let number = words.trim().rsplit(' ').next().expect("a number");
        number.parse().unwrap_or_else(|_| panic!("{said}"))
    };
    (count(" changes"), count(" messages"))
}

/// Starts one, on any port.
fn start(data: &Path) -> Serving {
    Serving::start(data, |command| {
        command.args(["--port", "0"]);
    })
}

/// Talks until it is told to stop; `stored` follows what the hub reports.
async fn talk(socket: String, name: String, stored: Arc<AtomicU64>, stop: Arc<AtomicBool>) {
    let (mut socket, _) = connect_async(socket).await.expect("open");
    let hello = json!({ "type": "hello", "name": name });
    socket
        .send(Message::text(hello.to_string()))
        .await
        .expect("sent");
    let mut seq = 0;
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else {
            continue;
        };
        let message: Value = serde_json::from_str(&text).expect("JSON");
        match message["type"].as_str().expect("a type") {
            "stored" => {
                let number = message["number"].as_u64().expect("a number");
                stored.fetch_max(number, Ordering::SeqCst);
                if stop.load(Ordering::SeqCst) {
                    return;
                }
            }
            "caught_up" | "confirmed" => {
                seq += 1;
                let points: Vec<_> = (0..200).map(|at| [at, at * at % 97]).collect();
                let operation = json!({ "type": "add_shapes", "shapes": [{
                    "id": format!("{name}-{seq}"), "x": 0, "y": 0, "color": "#123456",
                    "body": { "kind": "stroke", "width": 3, "points": points },
                }] });
                let submit = json!({ "type": "submit", "seq": seq, "operation": operation });
                socket
                    .send(Message::text(submit.to_string()))
                    .await
                    .expect("sent");
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn a_backup_of_a_hub_under_load_is_whole_and_has_all_that_was_stored() {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = start(folder.path());
    let (stored, stop) = (
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let people: Vec<_> = (0..4)
        .map(|person| {
            let name = format!("p{person}");
            let (stored, stop) = (Arc::clone(&stored), Arc::clone(&stop));
            tokio::spawn(talk(hub.socket(), name, stored, stop))
        })
        .collect();
    let to = folder.path().join("backup.lanvas");
    let mut last = 0;
    for _ in 0..BACKUPS {
        let began_at = stored.load(Ordering::SeqCst);
        let grown = async {
            while stored.load(Ordering::SeqCst) < began_at + 20 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(DEADLINE, grown)
            .await
            .expect("they go on");
        let before = stored.load(Ordering::SeqCst);
        let (data, file) = (folder.path().to_owned(), to.clone());
        let changes = tokio::task::spawn_blocking(move || {
            let done = lanvas_server(&["backup", shown(&file), "--data", shown(&data)]);
            assert!(done.status.success(), "{}", text(&done.stderr));
            verified(&file).0
        });
        let changes = changes.await.expect("it ends");
        assert!(
            changes >= before,
            "{before} were stored, {changes} are in the copy"
        );
        assert!(changes > last, "the copy is a new one");
        last = changes;
    }
    let file = format!("sessions/{}.lanvas", hub.text("session"));
    verified(&folder.path().join(file));
    stop.store(true, Ordering::SeqCst);
    for person in people {
        tokio::time::timeout(DEADLINE, person)
            .await
            .expect("in time")
            .expect("it ends");
    }

    // A copy is a session like any other.
    let elsewhere = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(elsewhere.path().join("sessions")).expect("made");
    std::fs::copy(&to, elsewhere.path().join("sessions/copied.lanvas")).expect("copied");
    let restored = start(elsewhere.path());
    assert_eq!(restored.text("session"), "copied");
}

#[test]
fn what_is_no_sound_session_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("letter"), "Dear Ann").expect("written");
    drop(start(folder.path()));
    let sessions = std::fs::read_dir(folder.path().join("sessions")).expect("a folder");
    let session = sessions
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|it| it == "lanvas"));
    let session = session.expect("a session");
    verified(&session);
    let mut bytes = std::fs::read(&session).expect("read");
    bytes.truncate(bytes.len() - 100);
    std::fs::write(path("cut"), bytes).expect("written");
    for (file, reason) in [
        (path("none"), "There is no file"),
        (path("letter"), "not a Lanvas session"),
        (path("cut"), "damaged"),
    ] {
        let checked = lanvas_server(&["verify", shown(&file)]);
        let said = text(&checked.stderr);
        assert_eq!(checked.status.code(), Some(1), "{said}");
        assert!(said.contains(reason) && said.lines().count() == 1, "{said}");
        assert!(checked.stdout.is_empty());
    }
}

#[test]
fn a_backup_replaces_sessions_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, to) = (folder.path().join("data"), folder.path().join("copy"));
    let backup = || lanvas_server(&["backup", shown(&to), "--data", shown(&data)]);
    let refused = backup();
    assert_eq!(refused.status.code(), Some(1));
    assert!(!to.exists(), "{}", text(&refused.stderr));

    std::fs::create_dir(&data).expect("made");
    drop(start(&data));
    std::fs::write(&to, "Dear Ann").expect("written");
    assert_eq!(backup().status.code(), Some(1), "a letter stays");
    assert_eq!(std::fs::read(&to).expect("read"), b"Dear Ann");
    std::fs::remove_file(&to).expect("removed");
    assert!(backup().status.success());
    assert!(backup().status.success(), "over the older copy");
    verified(&to);
    let other = lanvas_server(&[
        "backup",
        shown(&to),
        "--data",
        shown(&data),
        "--session",
        "other",
    ]);
    assert!(text(&other.stderr).contains("There is no session other"));
}

#[test]
fn a_bare_file_name_is_a_place_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    drop(start(&data));
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_lanvas-server"))
            .current_dir(&folder)
            .args(arguments)
            .output()
            .expect("it runs")
    };
    // A new one, and over the older one.
    for _ in 0..2 {
        let made = run(&["backup", "copy.lanvas", "--data", "data"]);
        assert!(made.status.success(), "{}", text(&made.stderr));
        assert!(run(&["verify", "copy.lanvas"]).status.success());
    }
}

/// The bytes of the newest session, all in one file: by way of a copy at `to`.
fn whole(data: &Path, to: &Path) -> Vec<u8> {
    let made = lanvas_server(&["backup", shown(to), "--data", shown(data)]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    std::fs::read(to).expect("read")
}

/// The newest that can be read is hosted, and nobody is left to wonder where the others are.
#[test]
fn a_session_that_cannot_be_read_is_named_with_what_is_hosted_instead() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, log) = (folder.path().join("data"), folder.path().join("log"));
    let sound = start(&data).text("session").to_owned();
    let file = |id: &str| data.join("sessions").join(format!("{id}.lanvas"));
    let whole = whole(&data, &folder.path().join("whole"));
    std::fs::write(file("empty"), "").expect("written");
    std::fs::write(file("cut"), &whole[..whole.len() - 100]).expect("written");
    let mut newer = whole.clone();
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(file("newer"), &newer).expect("written");

    let hosted = || {
        let log = std::fs::File::create(&log).expect("made");
        let hub = Serving::start(&data, |command| {
            command.args(["--port", "0"]).stderr(log);
        });
        hub.text("session").to_owned()
    };
    let said_of = |id: &str| {
        let said = std::fs::read_to_string(&log).expect("a log");
        let path = file(id);
        let mut lines = said.lines().filter(|line| line.contains(shown(&path)));
        match (lines.next(), lines.next()) {
            (Some(line), None) => line.to_owned(),
            _ => panic!("not one line about {id}: {said}"),
        }
    };
    let named = || {
        assert!(said_of("newer").contains("update Lanvas"));
        for damaged in ["empty", "cut"] {
            let said = said_of(damaged);
            let verify = format!("lanvas-server verify {}", shown(&file(damaged)));
            assert!(
                said.contains("left as it is: put a backup in its place") && said.contains(&verify),
                "{said}"
            );
        }
    };
    assert_eq!(hosted(), sound);
    named();
    assert!(said_of(&sound).contains("is opened: the newest session that can be read"));

    std::fs::remove_file(file(&sound)).expect("removed");
    let new = hosted();
    named();
    assert!(said_of(&new).contains("is opened: a new session"));
    assert_eq!(std::fs::read(file("newer")).expect("read"), newer);
}

/// It looks sound from outside, and its pages do not add up.
#[test]
fn a_hub_that_cannot_open_its_session_says_which_file_and_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path();
    let session = start(data).text("session").to_owned();
    let file = data.join(format!("sessions/{session}.lanvas"));
    let mut bytes = whole(data, &data.join("whole"));
    let _ = std::fs::remove_file(file.with_extension("lanvas-wal"));
    // SQLite's header says at 36 how many pages are free.
    bytes[36..40].copy_from_slice(&7_u32.to_be_bytes());
    std::fs::write(&file, &bytes).expect("written");
    let serve = ["serve", "--no-discovery", "--bind", "127.0.0.1"];
    let serve = [&serve[..], &["--port", "0", "--data", shown(data)]].concat();
    let tried = lanvas_server(&serve);
    let said = text(&tried.stderr);
    assert_eq!(tried.status.code(), Some(1), "{said}");
    assert!(
        said.starts_with(shown(&file)) && said.contains("put a backup in its place"),
        "{said}"
    );
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(std::fs::read(&file).expect("read"), bytes);
}

/// Whatever name it is given: what takes the place of a file that a hub writes to is lost, and with
/// it all that is drawn from then on.
#[cfg(unix)]
#[test]
fn a_backup_never_takes_the_place_of_a_session() {
    use std::os::unix::fs::{MetadataExt, symlink};

    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let served = |hub: &Serving, data: &str| at(data).join(name_of(hub));
    let (hub, other) = (start(&at("data")), start(&at("other")));
    let own = served(&hub, "data");
    symlink(at("data"), at("way")).expect("linked");
    symlink(&own, at("link.lanvas")).expect("linked");
    let file = |path: &Path| path.metadata().expect("it is there").ino();
    let before = (file(&own), file(&served(&other, "other")));

    let among = "among the sessions themselves";
    let refused = |to: &str, why: &str| {
        let tried = Command::new(env!("CARGO_BIN_EXE_lanvas-server"))
            .current_dir(at("data/sessions"))
            .args(["backup", to, "--data", shown(&at("data"))])
            .output()
            .expect("it runs");
        let said = text(&tried.stderr);
        assert_eq!(tried.status.code(), Some(1), "{to}: {said}");
        assert!(
            said.contains(why) && said.contains("Name") && said.contains("-copy.lanvas"),
            "{to}: {said}"
        );
    };
    refused(shown(&own), among);
    refused(&format!("{}.lanvas", hub.text("session")), among);
    refused(&format!("./{}.lanvas", hub.text("session")), among);
    refused("new.lanvas", among);
    refused(&format!("../../way/{}", name_of(&hub)), among);
    refused("../../link.lanvas", among);
    refused(shown(&served(&other, "other")), "is open in a Lanvas");
    drop(hub);
    refused(shown(&own), among);

    let after = (file(&own), file(&served(&other, "other")));
    assert_eq!(before, after);
    verified(&own);
}

#[cfg(unix)]
fn name_of(hub: &Serving) -> String {
    format!("sessions/{}.lanvas", hub.text("session"))
}
