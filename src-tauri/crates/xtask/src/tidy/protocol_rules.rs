//! Rules of the protocol are numbered `R1`, `R2`, … in bold in
//! `protocol.md`, and tests quote them. A quoted number has to be there, and
//! only once.

use crate::tidy::Finding;
use crate::tidy::tree::{File, Tree};

const DOCUMENT: &str = "src-tauri/docs/protocol.md";
const MARK: &str = "R";

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

/// Every `R` with digits after it that stands alone, and where it starts.
fn quoted(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.match_indices(MARK).filter_map(|(start, _)| {
        let digits = &line[start + MARK.len()..];
        let length = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        let before = line[..start].chars().next_back();
        let after = digits[length..].chars().next();
        let alone = [before, after]
            .into_iter()
            .flatten()
            .all(|c| !c.is_alphanumeric() && c != '_');
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
                "**R1** Hello first, as R2 says.\n\n**R2** Once.\n**R1** Again.\n",
            ),
            (
                "src-tauri/crates/lanvas-hub/tests/it/join.rs",
                "/// R1\n// R3: nothing\nlet MR9 = R;",
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
