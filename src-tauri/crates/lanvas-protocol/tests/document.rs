//! The protocol document speaks the protocol: every example in it is a message.

#![allow(clippy::unwrap_used)] // a test may

use std::{collections::BTreeSet, fs, path::Path};

use lanvas_protocol::{CloseCode, Encoding, codec};

fn document() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/protocol.md"))
        .unwrap()
}

/// The fenced blocks of that kind.
fn examples<'a>(document: &'a str, kind: &str) -> Vec<&'a str> {
    let fence = format!("```json {kind}\n");
    document
        .split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

fn kind_of(json: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    value["type"].as_str().unwrap().to_owned()
}

#[test]
fn every_example_is_a_message() {
    let document = document();
    for json in examples(&document, "client") {
        let read = codec::decode_client(json.as_bytes(), Encoding::Json);
        assert!(read.is_ok(), "{json}\n{read:?}");
    }
    for json in examples(&document, "server") {
        let read = codec::decode_server(json.as_bytes(), Encoding::Json);
        assert!(read.is_ok(), "{json}\n{read:?}");
    }
}

#[test]
fn every_message_has_an_example() {
    let document = document();
    let fixtures = include_str!("../fixtures/messages.json");
    let rows: Vec<serde_json::Value> = serde_json::from_str(fixtures).unwrap();
    for from in ["client", "server"] {
        let shown: BTreeSet<_> = examples(&document, from).into_iter().map(kind_of).collect();
        let known: BTreeSet<_> = rows
            .iter()
            .filter(|row| row["from"] == from)
            .map(|row| row["json"]["type"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(shown, known, "{from}");
    }
}

/// The tags of a type's variants, as its declaration and serde's `snake_case` make them.
fn variants(source: &str, name: &str) -> Vec<String> {
    let declared = source.split(&format!("pub enum {name} {{\n")).nth(1);
    let declared = declared.unwrap().split("\n}").next().unwrap();
    let lines = declared
        .lines()
        .filter_map(|line| line.strip_prefix("    "));
    let names = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    names
        .map(|line| {
            line.split(|c: char| !c.is_ascii_alphanumeric())
                .next()
                .unwrap()
        })
        .map(snake_case)
        .collect()
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// What is carried inside messages: operations, and acts at the door.
#[test]
fn every_operation_and_every_act_at_the_door_has_an_example() {
    let document = document();
    let shown = examples(&document, "client").into_iter();
    let shown: Vec<serde_json::Value> = shown.map(|it| serde_json::from_str(it).unwrap()).collect();
    let operations = variants(include_str!("../src/operation.rs"), "Operation");
    let acts = variants(include_str!("../src/door.rs"), "DoorAct");
    assert!(operations.len() > 15 && acts.len() > 4, "they are found");
    for (within, kinds) in [("operation", operations), ("act", acts)] {
        for kind in kinds {
            let has = shown.iter().any(|it| it[within]["type"] == kind.as_str());
            assert!(has, "no example of {kind}");
        }
    }
}

#[test]
fn every_refusal_is_named() {
    let document = document();
    let codes = variants(include_str!("../src/error.rs"), "ErrorCode");
    assert!(codes.len() > 50, "they are found: {codes:?}");
    for code in codes {
        assert!(document.contains(&format!("`{code}`")), "no word of {code}");
    }
}

/// The codes of answers over HTTP are in the list at the document's end.
#[test]
fn every_code_over_http_is_listed() {
    let document = document();
    let (_, listed) = document.split_once("The codes:").unwrap();
    let source = include_str!("../../lanvas-hub/src/http/problem.rs");
    let codes: Vec<_> = source
        .split("Self::new(")
        .skip(1)
        .map(|rest| rest.split('"').nth(1).unwrap())
        .collect();
    assert!(codes.len() > 30, "they are found: {codes:?}");
    for code in codes {
        assert!(
            listed.contains(&format!("`{code}`")),
            "{code} is not listed"
        );
    }
}

#[test]
fn every_close_code_is_listed() {
    let document = document();
    for (code, _) in CloseCode::ALL {
        let row = format!("| {} | `{}` |", code.number(), code.reason());
        assert!(document.contains(&row), "{row}");
    }
}

/// A rule stands where it belongs; its number is the next one that was free.
#[test]
fn rules_are_numbered_without_gaps() {
    let document = document();
    let mut numbers: Vec<usize> = document
        .split("- **R")
        .skip(1)
        .map(|rest| rest.split("**").next().unwrap().parse().unwrap())
        .collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>());
}
