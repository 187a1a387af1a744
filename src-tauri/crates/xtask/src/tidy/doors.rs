//! Two libraries that stay behind one door each, so that they can be
//! replaced, and so that nobody else learns their habits.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const TAURI_DOOR: &str = "ui/src/platform/desktop.ts";
const DISCOVERY: &str = "src-tauri/crates/lanvas-discovery/";
/// This rule has to name what it looks for.
const THIS_FILE: &str = "src-tauri/crates/xtask/src/tidy/doors.rs";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = mdns(tree);
    findings.extend(tauri(tree));
    findings
}

fn mdns(tree: &Tree) -> Vec<Finding> {
    let mut door: Option<&str> = None;
    let mut findings = Vec::new();
    for file in tree.rust().filter(|file| file.path != THIS_FILE) {
        let Some((line, _)) = file.code().find(|(_, line)| names_mdns(line)) else {
            continue;
        };
        if !file.path.starts_with(DISCOVERY) {
            let what_to_do = "ask lanvas-discovery; only it names mdns_sd";
            findings.push(Finding::at(&file.path, line, what_to_do));
        } else if let Some(door) = door.filter(|_| !file.is_test()) {
            let what_to_do = format!("go through {door}; one file names mdns_sd");
            findings.push(Finding::at(&file.path, line, what_to_do));
        } else if !file.is_test() {
            door = Some(&file.path);
        }
    }
    findings
}

/// A path into the library; the name alone may stand in a log filter.
fn names_mdns(line: &str) -> bool {
    line.contains("mdns_sd::") || line.contains("use mdns_sd")
}

fn tauri(tree: &Tree) -> Vec<Finding> {
    tree.below("ui/", &[".ts", ".svelte", ".mjs", ".js"])
        .filter(|file| file.path != TAURI_DOOR)
        .filter(|file| !file.path.ends_with("eslint.config.js"))
        .flat_map(|file| {
            file.code()
                .filter(|(_, line)| line.contains("@tauri-apps/"))
                .map(|(line, _)| {
                    let what_to_do =
                        format!("go through platform/host.ts; only {TAURI_DOOR} knows Tauri");
                    Finding::at(&file.path, line, what_to_do)
                })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn a_second_door_to_mdns_is_found() {
        let tree = sample(&[
            (
                "src-tauri/crates/lanvas-discovery/src/mdns.rs",
                "use mdns_sd::ServiceDaemon;",
            ),
            (
                "src-tauri/crates/lanvas-discovery/src/registry.rs",
                "// mdns_sd\nuse mdns_sd::X;",
            ),
            ("src-tauri/src/main.rs", "fn main() { mdns_sd::go(); }"),
        ]);
        assert_eq!(
            places(&check(&tree)),
            [
                "src-tauri/crates/lanvas-discovery/src/registry.rs:2",
                "src-tauri/src/main.rs:1"
            ]
        );
    }

    #[test]
    fn tauri_outside_its_door_is_found() {
        let import = "import { invoke } from \"@tauri-apps/api/core\";";
        let tree = sample(&[(TAURI_DOOR, import), ("ui/src/app/home.ts", import)]);
        assert_eq!(places(&check(&tree)), ["ui/src/app/home.ts:1"]);
    }
}
