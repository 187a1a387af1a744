//! Whoever switches a lint off says why: `reason = "…"` in the attribute, a
//! comment on its line or above it, or `-- …` after ESLint's.

use crate::tidy::Finding;
use crate::tidy::tree::{File, Tree};

const RUST: &[&str] = &["#[allow(", "#![allow(", "#[expect(", "#![expect("];
const UI: &[&str] = &[
    "eslint-disable",
    "@ts-expect-error",
    "@ts-ignore",
    "@ts-nocheck",
    "svelte-ignore",
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let rust = tree.rust().flat_map(unexplained_in_rust);
    let ui = tree
        .below("ui/", &[".ts", ".svelte", ".mjs"])
        .filter(|file| !file.is_generated())
        .flat_map(unexplained_in_ui);
    rust.chain(ui).collect()
}

fn unexplained_in_rust(file: &File) -> impl Iterator<Item = Finding> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut findings = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let attribute = line.trim();
        if !RUST.iter().any(|start| attribute.starts_with(start)) {
            continue;
        }
        // An attribute may go over several lines; the reason is its last part.
        let whole = lines[index..]
            .iter()
            .take(6)
            .copied()
            .collect::<Vec<_>>()
            .join(" ");
        let whole = whole.split(")]").next().unwrap_or_default();
        let above = index.checked_sub(1).map_or("", |above| lines[above].trim());
        let explained = whole.contains("reason =")
            || attribute.contains("//")
            || (above.starts_with("//") && !above.starts_with("//!") && !above.starts_with("///"));
        if !explained {
            findings.push(Finding::at(&file.path, index + 1, "add `reason = \"…\"`"));
        }
    }
    findings.into_iter()
}

fn unexplained_in_ui(file: &File) -> impl Iterator<Item = Finding> {
    file.lines()
        .filter(|(_, line)| {
            UI.iter().any(|mark| {
                line.split_once(mark).is_some_and(|(_, after)| {
                    let words = after.trim_end_matches("*/").trim_end_matches("-->");
                    let says_why = words.contains("-- ") || words.contains(": ");
                    !says_why
                })
            })
        })
        .map(|(line, _)| Finding::at(&file.path, line, "add `-- ` and the reason"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn exemptions_without_a_reason_are_found() {
        let rust = concat!(
            "#[allow",
            "(dead_code)]\nfn a() {}\n#[expect",
            "(clippy::too_many_lines, reason = \"flat\")]\nfn b() {}\n",
            "#![allow",
            "(x)] // a test may\n"
        );
        let ts =
            "// eslint-disable-next-line no-eval\n// eslint-disable-next-line no-eval -- ours\n";
        let tree = sample(&[("src-tauri/src/a.rs", rust), ("ui/src/lib/a.ts", ts)]);
        assert_eq!(
            places(&check(&tree)),
            ["src-tauri/src/a.rs:1", "ui/src/lib/a.ts:1"]
        );
    }
}
