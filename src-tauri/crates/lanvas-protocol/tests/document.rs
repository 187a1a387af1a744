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
