#![no_main]

#[path = "../subjects/all.rs"]
mod subjects;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| subjects::run("access", bytes));
