//! `security.md` names the test of each promise. What it names has to be there: a function or a
//! module of Rust, a file, or a story of the browser tests.

use crate::tidy::Finding;
use crate::tidy::tree::{File, Tree};

const DOCUMENT: &str = "src-tauri/docs/security.md";
/// The heading of the column that names tests.
const COLUMN: &str = "tests";
const STORIES: &str = "ui/e2e/cases/";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(document) = tree.file(DOCUMENT) else {
        return Vec::new();
    };
    let missing = named(document).filter(|(_, name)| !is_there(tree, name));
    missing
        .map(|(line, name)| {
            let words = format!("no test is called `{name}`; name the one that tries this promise");
            Finding::at(DOCUMENT, line, words)
        })
        .collect()
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
}
