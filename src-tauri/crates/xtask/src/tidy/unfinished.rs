//! What is not done is an issue, not a note in the code.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

/// Written apart, so that this file does not break its own rule.
const MARKS: &[&str] = &[
    concat!("FIX", "ME"),
    concat!("TO", "DO"),
    concat!("X", "XX"),
    concat!("to", "do!("),
    concat!("unimplemen", "ted!("),
];

const ENDINGS: &[&str] = &[
    ".rs", ".ts", ".svelte", ".css", ".js", ".mjs", ".py", ".md", ".toml", ".html",
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.below("", ENDINGS)
        .filter(|file| !file.is_generated())
        .flat_map(|file| {
            file.lines()
                .filter(|(_, line)| MARKS.iter().any(|mark| has_word(line, mark)))
                .map(|(line, _)| {
                    Finding::at(
                        &file.path,
                        line,
                        "finish it, or file an issue and remove the mark",
                    )
                })
        })
        .collect()
}

fn has_word(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + mark.len()..].chars().next();
        let open = mark.ends_with('(');
        before.is_none_or(|c| !c.is_alphanumeric())
            && (open || after.is_none_or(|c| !c.is_alphanumeric()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn marks_are_found_as_words() {
        let text = format!(
            "// {}: later\nlet METHODOLOGY;\n{}\"x\");\n",
            MARKS[0], MARKS[3]
        );
        let tree = sample(&[("src-tauri/src/a.rs", &text)]);
        assert_eq!(
            places(&check(&tree)),
            ["src-tauri/src/a.rs:1", "src-tauri/src/a.rs:3"]
        );
    }
}
