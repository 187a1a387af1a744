//! The project's owner decides what lies at the top of the repository.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const ALLOWED: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "src-tauri",
    "ui",
    "icons",
    "tauri.conf.json",
    "README.md",
    "LICENSE",
    ".ci",
    ".cargo",
    ".gitignore",
    ".taurignore",
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut tops: Vec<&str> = tree
        .files
        .iter()
        .filter_map(|file| file.path.split('/').next())
        .filter(|top| !ALLOWED.contains(top))
        .collect();
    tops.sort_unstable();
    tops.dedup();
    tops.into_iter()
        .map(|top| {
            Finding::whole(
                top,
                "move it below src-tauri or ui, or ignore it in .gitignore",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn a_stray_file_and_folder_are_found() {
        let tree = sample(&[
            ("Cargo.toml", ""),
            ("ui/x.ts", ""),
            ("notes.txt", ""),
            ("docs/a.md", ""),
            ("docs/b.md", ""),
        ]);
        assert_eq!(places(&check(&tree)), ["docs:0", "notes.txt:0"]);
    }
}
