//! What a guest says is never parsed as HTML.

use crate::tidy::Finding;
use crate::tidy::tree::Tree;

const WAYS: &[&str] = &[
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "setHTMLUnsafe",
    "document.write",
    "srcdoc",
    "{@html",
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.below("ui/src/", &[".ts", ".svelte"])
        .flat_map(|file| {
            file.code()
                .filter(|(_, line)| WAYS.iter().any(|way| line.contains(way)))
                .map(|(line, _)| {
                    Finding::at(&file.path, line, "build nodes or set textContent instead")
                })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn raw_html_is_found() {
        let tree = sample(&[
            ("ui/src/views/Chat.svelte", "<p>{text}</p>\n{@html text}"),
            ("ui/src/app/a.ts", "node.innerHTML = text;"),
        ]);
        assert_eq!(
            places(&check(&tree)),
            ["ui/src/views/Chat.svelte:2", "ui/src/app/a.ts:1"]
        );
    }
}
