//! The hub from outside: real sockets on port 0, a real folder, real clients.

#![allow(clippy::unwrap_used)] // a test may

mod accounts;
mod blobs;
mod chat;
mod common;
mod disk;
mod door;
mod door_limits;
mod echo;
mod edges;
mod ending;
mod foreign_pages;
mod frames;
mod hooks;
mod hostile;
mod joining;
mod lanes;
mod limits;
mod limits_table;
mod notes;
mod order;
mod promise;
mod restored;
mod rfc6455;
mod roles;
mod routes;
mod siege;
mod slow;
mod tls;
mod trickle;
mod wire;
