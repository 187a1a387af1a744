//! Holds the committed TypeScript and the golden fixtures to the types. `cargo xtask codegen`
//! runs this with `LANVAS_CODEGEN_WRITE=1`, which writes the files instead of comparing them.

#![allow(clippy::unwrap_used)] // a test may

mod door_samples;
mod role_samples;
mod samples;
mod sentences;

use std::{fs, path::PathBuf};

use lanvas_protocol::{Encoding, codec, typescript};
use serde_json::{Value, json};

fn check(path: &str, expected: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("LANVAS_CODEGEN_WRITE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, expected).unwrap();
        return;
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{} is stale: run `cargo xtask codegen`",
        path.display()
    );
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_typescript_is_current() {
    check(
        "../../../ui/src/protocol/generated/messages.ts",
        &typescript::messages(),
    );
    check(
        "../../../ui/src/protocol/generated/limits.ts",
        &typescript::constants(),
    );
    check(
        "../../../ui/src/protocol/generated/join_words.ts",
        &typescript::join_words(),
    );
}

#[test]
fn the_words_for_addresses_are_frozen() {
    let places = [
        ([192, 168, 1, 5], 7420),
        ([192, 168, 255, 0], 7430),
        ([10, 0, 0, 5], 7421),
        ([172, 16, 4, 9], 7420),
        ([169, 254, 7, 7], 7425),
        ([192, 168, 1, 5], 80),
        ([10, 200, 3, 4], 65_535),
    ];
    let rows = places.map(|(address, port)| {
        let address = std::net::Ipv4Addr::from(address);
        let code = lanvas_protocol::join_code::join_code(address, port);
        json!({ "address": address, "port": port, "code": code })
    });
    check(
        "fixtures/join_codes.json",
        &(serde_json::to_string_pretty(&rows).unwrap() + "\n"),
    );
}

#[test]
fn the_bytes_of_every_message_are_frozen() {
    let mut rows = Vec::new();
    let client = samples::client_messages().into_iter();
    for (name, message) in client.chain(door_samples::client_messages()) {
        let binary = codec::encode_client(&message, Encoding::Binary);
        let text = codec::encode_client(&message, Encoding::Json);
        assert_eq!(
            codec::decode_client(&binary, Encoding::Binary).unwrap(),
            message,
            "{name}"
        );
        let read = codec::decode_client(&text, Encoding::Json).unwrap();
        assert_eq!(codec::encode_client(&read, Encoding::Json), text, "{name}");
        rows.push(row("client", name, &binary, &text));
    }
    let server = samples::server_messages().into_iter();
    for (name, message) in server.chain(door_samples::server_messages()) {
        let binary = codec::encode_server(&message, Encoding::Binary);
        let text = codec::encode_server(&message, Encoding::Json);
        assert_eq!(
            codec::decode_server(&binary, Encoding::Binary).unwrap(),
            message,
            "{name}"
        );
        let read = codec::decode_server(&text, Encoding::Json).unwrap();
        assert_eq!(codec::encode_server(&read, Encoding::Json), text, "{name}");
        rows.push(row("server", name, &binary, &text));
    }
    check(
        "fixtures/messages.json",
        &(serde_json::to_string_pretty(&rows).unwrap() + "\n"),
    );
}

fn row(from: &str, name: &str, binary: &[u8], text: &[u8]) -> Value {
    let json: Value = serde_json::from_slice(text).unwrap();
    json!({ "from": from, "name": name, "json": json, "binary": hex(binary) })
}

#[test]
fn the_bytes_of_packed_points_are_frozen() {
    let rows: Vec<_> = samples::strokes()
        .into_iter()
        .map(|(name, precision, points)| {
            let packed = lanvas_protocol::Points::pack(&points, precision).unwrap();
            let list: Vec<_> = packed
                .unpack()
                .into_iter()
                .map(|point| json!([point.x, point.y, point.pressure, point.time_ms]))
                .collect();
            json!({ "name": name, "precision": precision, "points": list, "packed": hex(packed.as_packed()) })
        })
        .collect();
    check(
        "fixtures/points.json",
        &(serde_json::to_string_pretty(&rows).unwrap() + "\n"),
    );
}

#[test]
fn the_table_of_who_may_do_what_is_frozen() {
    check(
        "fixtures/acts.json",
        &(serde_json::to_string(&role_samples::table())
            .unwrap()
            .replace("},{", "},\n{")
            + "\n"),
    );
}
