//! A name says what a thing is. Names that fit everything say nothing, and
//! become drawers where things are lost.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const EMPTY_WORDS: &[&str] = &[
    "util", "utils", "helper", "helpers", "manager", "managers", "service", "services",
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.files
        .iter()
        .filter_map(|file| complaint(&file.path))
        .collect()
}

fn complaint(path: &str) -> Option<Finding> {
    if path.ends_with("/mod.rs") {
        let what_to_do = "name the file after its module: `storage.rs` beside `storage/`";
        return Some(Finding::whole(path, what_to_do));
    }
    let word = path
        .split(['/', '.', '-', '_'])
        .find(|word| EMPTY_WORDS.contains(&word.to_ascii_lowercase().as_str()))?;
    let what_to_do = format!("`{word}` fits everything: name it after what it is or does");
    Some(Finding::whole(path, what_to_do))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::sample;

    #[test]
    fn empty_names_are_found() {
        let tree = sample(&[
            ("src-tauri/src/storage/mod.rs", ""),
            ("ui/src/lib/utils.ts", ""),
            ("ui/src/app/window-manager.ts", ""),
            ("src-tauri/src/helpers/a.rs", ""),
            ("src-tauri/src/model.rs", ""),
        ]);
        assert_eq!(check(&tree).len(), 4);
    }
}
