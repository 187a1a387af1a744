//! Nothing that is committed names the machine it was made on.

use crate::tidy::Finding;
use crate::tidy::tree::{File, Tree};

/// Written apart, so that this file does not break its own rule.
const MACHINE: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("C:\\Us", "ers\\"),
    concat!("/ho", "me/"),
];

/// Text that cannot be checked by hand: only where packages come from counts.
const LOCK: &str = "package-lock.json";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.files.iter().flat_map(findings).collect()
}

fn findings(file: &File) -> Vec<Finding> {
    let lock = file.path.ends_with(LOCK);
    file.lines()
        .filter(|(_, line)| {
            if lock {
                line.contains("\"resolved\": \"http")
            } else {
                MACHINE.iter().any(|path| names_path(line, path))
            }
        })
        .map(|(line, _)| {
            let what_to_do = if lock {
                "install with `npm config set omit-lockfile-registry-resolved true`"
            } else {
                "use a path inside the repository, or one that is asked for at run time"
            };
            Finding::at(&file.path, line, what_to_do)
        })
        .collect()
}

/// Only where a path starts: `assets/home/x` is not a machine's.
fn names_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        before
            .is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-' | '}' | '*' | ')'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn machine_paths_and_registry_hosts_are_found() {
        let bad = format!(
            "let a = \"{}me/x\";\nlet b = \"ui{}x\";\n",
            MACHINE[1], MACHINE[4]
        );
        let tree = sample(&[
            ("src-tauri/src/a.rs", &bad),
            (
                "ui/package-lock.json",
                "{\n\"resolved\": \"https://mirror.example/x.tgz\"\n}",
            ),
        ]);
        assert_eq!(
            places(&check(&tree)),
            ["src-tauri/src/a.rs:1", "ui/package-lock.json:2"]
        );
    }
}
