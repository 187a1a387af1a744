//! A test that is not run says why, so that the test summary can.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let rust = tree.rust().flat_map(|file| {
        file.lines()
            .filter(|(_, line)| line.trim() == "#[ignore]")
            .map(|(line, _)| Finding::at(&file.path, line, "write #[ignore = \"the reason\"]"))
    });
    let ui = tree.below("ui/", &[".test.ts"]).flat_map(|file| {
        file.lines()
            .filter(|(_, line)| {
                [".skip(", ".only(", ".todo("]
                    .iter()
                    .any(|way| line.contains(way))
            })
            .map(|(line, _)| Finding::at(&file.path, line, "run the test, or remove it"))
    });
    rust.chain(ui).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn silent_skips_are_found() {
        let tree = sample(&[
            (
                "src-tauri/tests/a.rs",
                "#[test]\n#[ignore]\nfn a() {}\n#[ignore = \"an hour\"]\n",
            ),
            ("ui/src/lib/a.test.ts", "it.skip(\"works\", () => {});"),
        ]);
        assert_eq!(
            places(&check(&tree)),
            ["src-tauri/tests/a.rs:2", "ui/src/lib/a.test.ts:1"]
        );
    }
}
