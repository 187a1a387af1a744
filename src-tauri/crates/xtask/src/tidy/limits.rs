//! Clippy and ESLint measure functions better than a search for braces could.
//! This holds them to the house's number.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const SETTINGS: &[(&str, &str)] = &[
    ("src-tauri/clippy.toml", "too-many-lines-threshold = 70"),
    ("Cargo.toml", "too_many_lines = \"warn\""),
    ("Cargo.toml", "unwrap_used = \"warn\""),
    (
        ".cargo/config.toml",
        "CLIPPY_CONF_DIR = { value = \"src-tauri\", relative = true }",
    ),
    (
        "ui/eslint.config.js",
        "\"max-lines-per-function\": [\"error\", { max: 70",
    ),
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = SETTINGS
        .iter()
        .filter(|(path, setting)| {
            !tree
                .file(path)
                .is_some_and(|file| file.text.contains(setting))
        })
        .map(|(path, setting)| Finding::whole(path, format!("keep the setting `{setting}`")))
        .collect();
    findings.extend(crates_without_lints(tree));
    findings
}

/// A crate that forgets to inherit the lints is checked by none of them.
fn crates_without_lints(tree: &Tree) -> Vec<Finding> {
    tree.below("", &["Cargo.toml"])
        .filter(|file| !file.path.contains("/fuzz/"))
        .filter(|file| !file.text.contains("[lints]\nworkspace = true"))
        .map(|file| Finding::whole(&file.path, "add `[lints]` with `workspace = true`"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn a_loosened_linter_is_found() {
        let root = "too_many_lines = \"warn\"\nunwrap_used = \"warn\"\n[lints]\nworkspace = true\n";
        let tree = sample(&[
            ("Cargo.toml", root),
            (".cargo/config.toml", SETTINGS[3].1),
            ("ui/eslint.config.js", SETTINGS[4].1),
            ("src-tauri/clippy.toml", "too-many-lines-threshold = 300"),
            ("src-tauri/crates/a/Cargo.toml", "[package]"),
        ]);
        assert_eq!(
            places(&check(&tree)),
            ["src-tauri/clippy.toml:0", "src-tauri/crates/a/Cargo.toml:0"]
        );
    }
}
