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
            .filter(|(_, line)| puts_aside(line))
            .map(|(line, _)| Finding::at(&file.path, line, "run the test, or remove it"))
    });
    rust.chain(ui).collect()
}

/// `it.skip(`, `describe.only(` and the like, also with a condition.
fn puts_aside(line: &str) -> bool {
    ["it", "test", "describe"].iter().any(|what| {
        ["skip", "only", "todo", "skipIf", "runIf"]
            .iter()
            .any(|way| line.trim_start().starts_with(&format!("{what}.{way}(")))
    })
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
            (
                "ui/src/lib/a.test.ts",
                "  it.skip(\"works\", () => {});\n[...only(x)];",
            ),
        ]);
        assert_eq!(
            places(&check(&tree)),
            ["src-tauri/tests/a.rs:2", "ui/src/lib/a.test.ts:1"]
        );
    }
}
