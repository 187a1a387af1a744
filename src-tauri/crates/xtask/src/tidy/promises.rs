//! `security.md` names the test of each promise. What it names has to be there: a function or a
//! module of Rust, a file, or a story of the browser tests. It names the tests of each limit, too: every
//! row of the protocol document's table of limits has one there.

use std::collections::{BTreeMap, BTreeSet};

use crate::tidy::Finding;
use crate::tidy::tree::{File, Tree};

const PROTOCOL: &str = "src-tauri/docs/protocol.md";
/// The heading of the column that names limits.
const LIMIT: &str = "limit";
const DOCUMENT: &str = "src-tauri/docs/security.md";
/// The heading of the column that names tests.
const COLUMN: &str = "tests";
const STORIES: &str = "ui/e2e/cases/";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(document) = tree.file(DOCUMENT) else {
        return Vec::new();
    };
    let missing = named(document).filter(|(_, name)| !is_there(tree, name));
    let mut findings: Vec<_> = missing
        .map(|(line, name)| {
            let words = format!("no test is called `{name}`; name the one that tries this promise");
            Finding::at(DOCUMENT, line, words)
        })
        .collect();
    findings.extend(untried(document, tree.file(PROTOCOL)));
    findings
}

/// Limits of the protocol that no row here names, and rows here of limits that are none.
fn untried(document: &File, protocol: Option<&File>) -> Vec<Finding> {
    let Some((_, limits)) = protocol.and_then(|file| file.text.split_once("\n## Limits\n")) else {
        return Vec::new();
    };
    let limits = limits.split("\n## ").next().unwrap_or(limits);
    let rows = limits.lines().filter(|line| line.starts_with("| ")).skip(1);
    let all: BTreeSet<_> = rows.map(first_cell).collect();
    let tried = document.lines().skip_while(|(_, line)| {
        let cells = line.trim().trim_matches('|');
        cells.split(" | ").map(str::trim).ne([LIMIT, COLUMN])
    });
    let tried = tried.skip(2).take_while(|(_, line)| line.starts_with('|'));
    let tried: BTreeMap<_, _> = tried.map(|(at, line)| (first_cell(line), at)).collect();
    let forgotten = all.iter().filter(|limit| !tried.contains_key(**limit));
    let forgotten = forgotten.map(|limit| {
        let words = format!("name the tests of the limit “{limit}”, at its edge and past it");
        Finding::whole(DOCUMENT, words)
    });
    let gone = tried.iter().filter(|(limit, _)| !all.contains(**limit));
    let gone = gone.map(|(limit, line)| {
        Finding::at(
            DOCUMENT,
            *line,
            format!("“{limit}” is no row of the table of limits"),
        )
    });
    forgotten.chain(gone).collect()
}

fn first_cell(line: &str) -> &str {
    line.split('|').nth(1).unwrap_or_default().trim()
}

/// What stands between backticks in the last cell of the rows of such a table.
fn named(document: &File) -> impl Iterator<Item = (usize, &str)> {
    let mut names = Vec::new();
    let mut inside = false;
    for (number, line) in document.lines() {
        let cells: Vec<&str> = line.trim().trim_matches('|').split(" | ").collect();
        let last = cells.last().map_or("", |cell| cell.trim());
        if !line.starts_with('|') {
            inside = false;
        } else if last == COLUMN {
            inside = true;
        } else if inside {
            names.extend(
                last.split('`')
                    .skip(1)
                    .step_by(2)
                    .map(|name| (number, name)),
            );
        }
    }
    names.into_iter()
}

fn is_there(tree: &Tree, name: &str) -> bool {
    let cut = name.trim_end_matches('…').trim_end_matches(['_', ' ']);
    if let Some((file, title)) = cut.split_once(": ") {
        let path = format!("{STORIES}{file}.mjs");
        let story = format!("async \"{title}");
        return tree
            .file(&path)
            .is_some_and(|file| file.text.contains(&story));
    }
    let path = cut.trim_start_matches("it ");
    let last = path.rsplit("::").next().unwrap_or(path);
    let is_named = |file: &File| {
        let stem = file.path.rsplit('/').next().unwrap_or_default();
        let stem = stem.split('.').next().unwrap_or_default();
        let below = last.contains('/') && file.path.starts_with(last);
        below
            || file.path.contains(&format!("/{last}/"))
            || file.path.ends_with(last)
            || stem == last
    };
    let test = format!("fn {last}");
    let mut files = tree.below("", &[".rs", ".ts", ".mjs"]);
    files.any(|file| is_named(file) || file.path.ends_with(".rs") && file.text.contains(&test))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn a_promise_without_its_test_is_found() {
        let table = "| promise | tests |\n|---|---|\n\
            | a | `it door::only_the_…`, `links.test.ts`, story `1-door: guessing …` |\n\
            | b | `it door::gone` |\n| c | story `1-door: nobody …`, `missing.test.ts` |\n\n\
            | what | `not a test` |\n";
        let tree = sample(&[
            (DOCUMENT, table),
            (
                "src-tauri/crates/lanvas-hub/tests/it/door.rs",
                "async fn only_the_host() {}",
            ),
            ("ui/src/app/links.test.ts", ""),
            (
                "ui/e2e/cases/1-door.mjs",
                "async \"guessing is slowed\"() {}",
            ),
        ]);
        let line = |number| format!("{DOCUMENT}:{number}");
        assert_eq!(places(&check(&tree)), [line(4), line(5), line(5)]);
    }

    #[test]
    fn a_limit_without_its_tests_is_found() {
        let protocol = "# P\n\n## Limits\n\n| what | limit | past it |\n|---|---|---|\n\
            | a name | 40 | `x` |\n| an id | 32 | `y` |\n\n## HTTP\n\n| route | answer |\n";
        let security = "| promise | tests |\n|---|---|\n\n\
            | limit | tests |\n|---|---|\n| a name | `limits` |\n| a hat | `limits` |\n\n| more | x |\n";
        let tree = sample(&[
            (DOCUMENT, security),
            (PROTOCOL, protocol),
            ("src-tauri/crates/lanvas-hub/tests/it/limits.rs", ""),
        ]);
        let found = [format!("{DOCUMENT}:0"), format!("{DOCUMENT}:7")];
        assert_eq!(places(&check(&tree)), found);
    }
}
