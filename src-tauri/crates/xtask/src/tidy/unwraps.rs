//! No `unwrap` where a guest's message or a file could make it panic. Clippy
//! warns about each; this also sees files in which that warning is off.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

/// Written apart, so that this file does not break its own rule.
const UNWRAP: &str = concat!(".unwrap", "()");

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .filter(|file| !file.is_test())
        .flat_map(|file| {
            file.code()
                .filter(|(_, line)| line.contains(UNWRAP))
                .map(|(line, _)| {
                    let what_to_do = "return the error, or use expect(\"…\") with the invariant";
                    Finding::at(&file.path, line, what_to_do)
                })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn only_unwraps_of_the_product_are_found() {
        let code = format!(
            "fn a() {{\n  b(){UNWRAP};\n}}\n#[cfg(test)]\nmod tests {{\n  b(){UNWRAP};\n}}\n"
        );
        let tree = sample(&[
            ("src-tauri/src/a.rs", &code),
            ("src-tauri/tests/a.rs", &code),
        ]);
        assert_eq!(places(&check(&tree)), ["src-tauri/src/a.rs:2"]);
    }
}
