//! Which licences may be in Lanvas, which is MIT or Apache-2.0 itself.

use super::Part;

/// Ask for no more than their text. MPL-2.0 asks for changes to its own files, and we change none.
const FINE: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "BlueOak-1.0.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

pub(super) fn check(parts: &[Part]) -> Vec<String> {
    let unfit = |part: &&Part| !part.licence.as_deref().is_some_and(is_fine);
    let say = |part: &Part| {
        let licence = part.licence.as_deref().unwrap_or("none named");
        let Part { name, version, .. } = part;
        format!("{name} {version}: licence {licence}; choose another crate or say why it may stay")
    };
    parts.iter().filter(unfit).map(say).collect()
}

/// Of what is joined by AND all, of what is joined by OR one.
fn is_fine(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ").replace(['(', ')'], " ");
    let words: Vec<&str> = expression.split_whitespace().collect();
    // A bracket around an OR within an AND is read as if it were not there, which is stricter or
    // the same for all that is fine.
    words.split(|word| *word == "AND").all(|terms| {
        let choices = terms.split(|word| *word == "OR");
        choices
            .into_iter()
            .any(|choice| FINE.contains(&choice.join(" ").as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_their_authors_mean_them() {
        for fine in [
            "MIT",
            "MIT/Apache-2.0",
            "Apache-2.0 / MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "MIT OR Apache-2.0 OR LGPL-2.1-or-later",
            "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
        ] {
            assert!(is_fine(fine), "{fine}");
        }
        for unfit in [
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "",
            "SSPL-1.0 OR AGPL-3.0",
        ] {
            assert!(!is_fine(unfit), "{unfit}");
        }
    }

    #[test]
    fn what_names_no_licence_is_found() {
        let part = |licence: Option<&str>| Part {
            name: "thing".to_owned(),
            version: "1.0.0".to_owned(),
            licence: licence.map(str::to_owned),
        };
        assert_eq!(check(&[part(None), part(Some("MIT"))]).len(), 1);
    }
}
