//! Decisions are numbered without gaps, `0001-name.md` and on, so that a
//! comment can name one for ever.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const FOLDER: &str = "src-tauri/docs/decisions/";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut paths: Vec<&str> = tree
        .below(FOLDER, &[""])
        .map(|file| file.path.as_str())
        .collect();
    paths.sort_unstable();
    paths
        .iter()
        .enumerate()
        .filter(|(index, path)| !is_numbered(path, index + 1))
        .map(|(index, path)| {
            let next = format!("{:04}", index + 1);
            Finding::whole(
                path,
                format!("call it {next}-words-with-hyphens.md; numbers have no gaps"),
            )
        })
        .collect()
}

fn is_numbered(path: &str, number: usize) -> bool {
    path.strip_prefix(FOLDER)
        .and_then(|name| name.strip_prefix(&format!("{number:04}-")))
        .is_some_and(|rest| rest.ends_with(".md") && !rest.contains(['/', ' ', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn gaps_and_nameless_decisions_are_found() {
        let tree = sample(&[
            ("src-tauri/docs/decisions/0001-one-authority.md", ""),
            ("src-tauri/docs/decisions/0003-sqlite.md", ""),
            ("src-tauri/docs/decisions/why.md", ""),
        ]);
        assert_eq!(
            places(&check(&tree)),
            [
                "src-tauri/docs/decisions/0003-sqlite.md:0",
                "src-tauri/docs/decisions/why.md:0"
            ]
        );
    }
}
