//! The golden messages: what is fuzzed begins with every message there is, so that a new one is
//! fuzzed from its first day.

use std::sync::LazyLock;

use serde_json::Value;

static FIXTURES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let text = include_str!("../../../lanvas-protocol/fixtures/messages.json");
    serde_json::from_str(text).expect("the fixtures are JSON")
});

/// The messages from one side, as JSON.
pub(crate) fn messages(from: &str) -> Vec<&'static Value> {
    let from_there = FIXTURES.iter().filter(|it| it["from"] == from);
    from_there.map(|it| &it["json"]).collect()
}

/// The same in both encodings, each behind the byte that chooses it.
#[allow(dead_code)] // libFuzzer gets them as files
pub(crate) fn encoded(from: &str) -> Vec<Vec<u8>> {
    let from_there = FIXTURES.iter().filter(|it| it["from"] == from);
    from_there
        .flat_map(|it| {
            let json = [&[0], it["json"].to_string().as_bytes()].concat();
            let hex = it["binary"].as_str().expect("hex");
            let digits = hex.as_bytes().chunks(2);
            let bytes = digits.map(|pair| {
                let pair = std::str::from_utf8(pair).expect("hex");
                u8::from_str_radix(pair, 16).expect("hex")
            });
            [json, std::iter::once(1).chain(bytes).collect()]
        })
        .collect()
}
