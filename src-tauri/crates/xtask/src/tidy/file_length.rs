//! A file that has to be scrolled for long does more than one thing.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const LONGEST: usize = 600;
const ENDINGS: &[&str] = &[".rs", ".ts", ".svelte", ".css", ".js", ".mjs", ".py"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.below("", ENDINGS)
        .filter(|file| !file.is_test() && !file.is_generated())
        .filter_map(|file| {
            let length = file.length();
            let what_to_do = format!("split it: {length} lines, {LONGEST} at most");
            (length > LONGEST).then(|| Finding::whole(&file.path, what_to_do))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn a_long_file_is_found_unless_generated_or_a_test() {
        let long = "x\n".repeat(LONGEST + 1);
        let just = "x\n".repeat(LONGEST);
        let tree = sample(&[
            ("src-tauri/src/a.rs", &long),
            ("src-tauri/src/b.rs", &just),
            ("ui/src/protocol/generated/messages.ts", &long),
            ("src-tauri/crates/x/tests/it/main.rs", &long),
        ]);
        assert_eq!(places(&check(&tree)), ["src-tauri/src/a.rs:0"]);
    }
}
