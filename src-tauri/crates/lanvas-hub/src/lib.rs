//! Placeholder.

pub mod storage;
