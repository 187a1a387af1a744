//! Sentences that are written in Rust and read in the page: found in the sources, so that none can
//! be forgotten where the page says them in another language.
//!
//! Those that are put together of parts are gathered where they are made, by the tests of the hub's
//! errors and of the doctor.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::check;

/// What is said here is read in a terminal: there is no page then.
const TERMINAL: [&str; 4] = ["main.rs", "launch.rs", "headless.rs", "graphics.rs"];

#[test]
fn every_sentence_that_the_page_may_show_is_in_the_list() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = Vec::new();
    for file in sources(&crates.join("../src")) {
        all.extend(sentences(&fs::read_to_string(file).unwrap()));
    }
    let read = |path: &str| fs::read_to_string(crates.join(path)).unwrap();
    all.extend(sentences(&read("lanvas-discovery/src/driver.rs")));
    all.extend(sentences(&read("lanvas-protocol/src/join_code.rs")));
    all.extend(answers_to_pictures(
        &read("lanvas-hub/src/http/problem.rs"),
        &read("lanvas-hub/src/http/blobs.rs"),
    ));
    all.sort();
    all.dedup();
    check(
        "fixtures/sentences/written.json",
        &(serde_json::to_string_pretty(&all).unwrap() + "\n"),
    );
}

/// The app's files, but those that only a terminal hears of, and tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut files = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if !TERMINAL.contains(&name) && name != "tests.rs" {
            files.push(path);
        }
    }
    files
}

/// What begins with a capital or with what differs, and ends with a full stop.
fn sentences(source: &str) -> Vec<String> {
    let is_sentence = |text: &String| {
        let first = text.chars().next().unwrap_or_default();
        (first.is_uppercase() || "{\"“".contains(first))
            && text.contains(' ')
            && text.ends_with('.')
    };
    literals(source).into_iter().filter(is_sentence).collect()
}

/// The page shows the title of the hub's answer to somebody who adds a picture.
fn answers_to_pictures(problems: &str, pictures: &str) -> Vec<String> {
    let (problems, rest) = problems.split_once("impl From<ErrorCode>").unwrap();
    let (from_codes, _) = rest.split_once("\nimpl ").unwrap();
    let by_name = |name: &str| {
        let (_, rest) = problems.split_once(&format!("const {name}: ")).unwrap();
        // Its German stands behind it.
        literals(rest.split_once("\n    )").unwrap().0)
            .pop()
            .unwrap()
    };
    let names = pictures
        .split("Problem::")
        .chain(from_codes.split("Self::"));
    let names = names.skip(1).map(|rest| {
        let end = rest.find(|it: char| !it.is_ascii_uppercase() && it != '_');
        &rest[..end.unwrap_or(0)]
    });
    names.filter(|name| name.len() > 1).map(by_name).collect()
}

/// The strings of a file as they are at run time, without those of its tests. What differs is `{}`.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("\n#[cfg(test)]\nmod ").next().unwrap();
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '\'', '/']) {
        let (letter, after) = (rest.as_bytes()[at], &rest[at + 1..]);
        rest = match letter {
            b'/' if after.starts_with('/') => &after[after.find('\n').unwrap_or(after.len())..],
            b'\'' => behind_letter(after),
            b'"' => {
                let (text, behind) = literal(after);
                found.push(without_names(&text));
                behind
            }
            _ => after,
        };
    }
    found
}

/// Behind a letter in quotes; a lifetime is none.
fn behind_letter(after: &str) -> &str {
    let mut letters = after
        .char_indices()
        .skip(1 + usize::from(after.starts_with('\\')));
    match letters.next() {
        Some((at, '\'')) => &after[at + 1..],
        _ => after,
    }
}

/// The text up to the closing quote, and what comes behind it.
fn literal(source: &str) -> (String, &str) {
    let mut text = String::new();
    let mut letters = source.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (text, &source[at + 1..]),
            '\\' => match letters.next() {
                Some((_, '\n')) => {
                    let (_, left) = source.split_at(letters.offset());
                    let kept = left.trim_start().len();
                    while letters.as_str().len() > kept {
                        letters.next();
                    }
                }
                Some((_, 'n')) => text.push('\n'),
                Some((_, other)) => text.push(other),
                None => {}
            },
            other => text.push(other),
        }
    }
    (text, "")
}

/// `{name:.1}` and `{0}` are `{}`.
fn without_names(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        let (_, behind) = behind.split_once('}').unwrap_or(("", behind));
        plain = plain + before + "{}";
        rest = behind;
    }
    plain + rest
}

#[test]
fn strings_are_found_as_they_are_at_run_time() {
    let source = r#"
        // "Not this."
        fn f<'a>(it: &'a str) { if it == '"' || it == '\'' { say("One {it}, \"two\" {0:.1}.") } }
        const LONG: &str = "Here \
            and there.";
#[cfg(test)]
mod tests { "Nor this." }
"#;
    assert_eq!(literals(source), ["One {}, \"two\" {}.", "Here and there."]);
}
