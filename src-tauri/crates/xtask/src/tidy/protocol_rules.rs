//! Rules of the protocol are numbered `P-1`, `P-2`, … in bold in
//! `protocol.md`, and tests quote them. A quoted number has to be there, and
//! only once.

use crate::tidy::Finding;
use crate::tidy::tree::{File, Tree};

const DOCUMENT: &str = "src-tauri/docs/protocol.md";
const MARK: &str = "P-";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(document) = tree.file(DOCUMENT) else {
        return Vec::new();
    };
    let rules: Vec<(usize, &str)> = defined(document).collect();
    let mut findings: Vec<Finding> = rules
        .iter()
        .enumerate()
        .filter(|(index, (_, rule))| rules[..*index].iter().any(|(_, known)| known == rule))
        .map(|(_, (line, rule))| {
            Finding::at(
                DOCUMENT,
                *line,
                format!("give this rule the next free number: {rule} is taken"),
            )
        })
        .collect();
    for file in tree.below("", &[".rs", ".ts", ".svelte", ".mjs", ".py"]) {
        // The samples below quote rules that are not there.
        if file.path.ends_with("tidy/protocol_rules.rs") {
            continue;
        }
        findings.extend(unknown(file, &rules));
    }
    findings
}

/// Rules that the document defines: their number stands in bold.
fn defined(document: &File) -> impl Iterator<Item = (usize, &str)> {
    document.lines().flat_map(|(number, line)| {
        quoted(line)
            .filter(|(start, _)| line[..*start].ends_with("**"))
            .map(move |(_, rule)| (number, rule))
    })
}

fn unknown(file: &File, rules: &[(usize, &str)]) -> Vec<Finding> {
    file.lines()
        .flat_map(|(number, line)| quoted(line).map(move |(_, rule)| (number, rule)))
        .filter(|(_, quoted)| rules.iter().all(|(_, rule)| rule != quoted))
        .map(|(number, rule)| {
            Finding::at(
                &file.path,
                number,
                format!("{DOCUMENT} has no rule {rule}; quote one it has"),
            )
        })
        .collect()
}

/// Every `P-` with digits after it that stands alone, and where it starts.
fn quoted(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.match_indices(MARK).filter_map(|(start, _)| {
        let digits = &line[start + MARK.len()..];
        let length = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        let before = line[..start].chars().next_back();
        let alone = before.is_none_or(|c| !c.is_alphanumeric() && c != '-');
        (alone && length > 0).then(|| (start, &line[start..start + MARK.len() + length]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn unknown_and_doubled_rules_are_found() {
        let tree = sample(&[
            (
                DOCUMENT,
                "**P-1** Hello first, as P-2 says.\n\n**P-2** Once.\n**P-1** Again.\n",
            ),
            (
                "src-tauri/crates/lanvas-hub/tests/it/join.rs",
                "/// P-1\n// P-3: nothing\nlet MP-9;",
            ),
        ]);
        assert_eq!(
            places(&check(&tree)),
            [
                "src-tauri/docs/protocol.md:4",
                "src-tauri/crates/lanvas-hub/tests/it/join.rs:2"
            ]
        );
    }
}
