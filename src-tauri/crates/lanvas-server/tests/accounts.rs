//! `lanvas-server accounts` as a script uses it. What it does is tried in the hub's own tests.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

const LANVAS_SERVER: &str = env!("CARGO_BIN_EXE_lanvas-server");

/// A file of accounts as a hub keeps it. Its records prove nothing.
fn keep(folder: &Path, names: &[&str]) {
    let account = |(index, name): (usize, &&str)| {
        serde_json::json!({
            "id": format!("{index:016x}"), "name": name, "made_ms": 1_790_000_000_000_u64, "key": "03".repeat(16),
            "proof": { "credential": "01".repeat(16), "record": "02".repeat(192) },
            "tokens": [{ "hash": "05".repeat(32), "given_ms": u32::MAX as u64 * 1_000 }],
        })
    };
    let accounts: Vec<_> = names.iter().enumerate().map(account).collect();
    // A seed, a scalar, and the curve's base point: keys of nobody's.
    let point = "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76";
    let keys = format!("{}01{}{point}", "07".repeat(64), "00".repeat(31));
    let kept = serde_json::json!({ "version": 1, "keys": keys, "accounts": accounts });
    std::fs::write(folder.join("accounts.json"), kept.to_string()).expect("written");
}

/// Exit code, standard output, standard error.
fn accounts(folder: &Path, words: &[&str]) -> (i32, String, String) {
    let done = Command::new(LANVAS_SERVER)
        .arg("accounts")
        .args(words)
        .arg("--data")
        .arg(folder)
        .output()
        .expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = done.status.code().expect("an exit code");
    (code, text(&done.stdout), text(&done.stderr))
}

#[test]
fn accounts_are_listed_reset_and_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert_eq!(
        accounts(folder, &["list"]),
        (0, String::new(), String::new())
    );
    keep(folder, &["Bo", "ann lee"]);
    let (code, list, _) = accounts(folder, &["list"]);
    assert_eq!((code, list.as_str()), (0, "ann lee\t1\nBo\t1\n"));
    let (code, password, _) = accounts(folder, &["reset", "Ann Lee"]);
    assert_eq!((code, password.trim().len()), (0, 14), "{password}");
    assert_eq!(
        accounts(folder, &["list"]).1,
        "ann lee\t0\tnew password\nBo\t1\n"
    );
    let removed = accounts(folder, &["remove", "Bo"]);
    assert_eq!(
        (removed.0, removed.1.as_str()),
        (0, "The account Bo was removed.\n")
    );
    let (code, said, why) = accounts(folder, &["remove", "Bo"]);
    assert_eq!((code, said.as_str()), (1, ""));
    assert!(
        why.starts_with("Nobody has an account called Bo there."),
        "{why}"
    );
    assert_eq!(accounts(folder, &["list"]).1, "ann lee\t0\tnew password\n");
}

#[test]
fn while_a_hub_runs_its_accounts_are_looked_at_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    keep(folder, &["Ann"]);
    let mut hub = Command::new(LANVAS_SERVER)
        .args([
            "serve",
            "--no-discovery",
            "--bind",
            "127.0.0.1",
            "--port",
            "0",
            "--data",
        ])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut ready = String::new();
    let out = hub.stdout.take().expect("piped");
    BufReader::new(out).read_line(&mut ready).expect("a line");
    let listed = accounts(folder, &["list"]);
    let refused = accounts(folder, &["remove", "Ann"]);
    hub.kill().and_then(|()| hub.wait()).expect("it ends");
    assert_eq!((listed.0, listed.1.as_str()), (0, "Ann\t1\n"));
    assert_eq!(refused.0, 1);
    assert!(refused.2.starts_with("A hub is using"), "{}", refused.2);
    assert_eq!(accounts(folder, &["list"]).1, "Ann\t1\n");
}
