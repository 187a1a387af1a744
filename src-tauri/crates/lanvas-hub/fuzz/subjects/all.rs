//! What is fuzzed: each subject takes any bytes and holds a promise, or panics.
//!
//! The same functions run under libFuzzer (`targets/`, `cargo xtask fuzz`) and, for a few seconds
//! with seeded chance, in every test run (`stable.rs`).

mod access;
mod advert;
mod codec;
mod points;
mod samples;
mod story;
mod supply;
mod text;

/// Takes any bytes.
pub(crate) type Subject = fn(&[u8]);

/// All of them by name; each has a file in `targets/` and a row in `Cargo.toml`.
pub(crate) const ALL: [(&str, Subject); 7] = [
    ("client_message", codec::client_message),
    ("server_message", codec::server_message),
    ("points", points::packed),
    ("advert", advert::heard),
    ("access", access::request),
    ("text_changes", text::changes),
    ("session", story::session),
];

/// Inputs that get further than noise does.
#[allow(dead_code)] // libFuzzer gets them as files
pub(crate) fn starters(name: &str) -> Vec<Vec<u8>> {
    match name {
        "client_message" => samples::encoded("client"),
        "server_message" => samples::encoded("server"),
        "points" => points::starters(),
        "advert" => vec![b"id=k3f9x2abcd\0v=1\0n=3\0pw=0\0host=Ann\0path=/s/k3f9x2abcd\0".to_vec()],
        "access" => access::starters(),
        _ => Vec::new(),
    }
}

/// Runs one by its name.
#[allow(dead_code)] // only libFuzzer's targets ask by name
pub(crate) fn run(name: &str, bytes: &[u8]) {
    let (_, subject) = ALL
        .iter()
        .find(|(known, _)| *known == name)
        .expect("a subject");
    subject(bytes);
}
