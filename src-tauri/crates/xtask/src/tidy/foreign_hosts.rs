//! Lanvas works without internet: the UI fetches nothing from anywhere but
//! its hub. Addresses in comments are documentation.

use crate::tidy::Finding;
use crate::tidy::tree::{File, Tree};

/// Hosts that are names, examples or this machine, and are never asked.
const FINE: &[&str] = &[
    "www.w3.org",
    "localhost",
    "127.0.0.1",
    "ipc.localhost",
    "[::1]",
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.below("ui/", &[".ts", ".svelte", ".html", ".css"])
        .filter(|file| !file.is_test() && !file.is_generated())
        .flat_map(findings)
        .collect()
}

fn findings(file: &File) -> impl Iterator<Item = Finding> {
    file.code().flat_map(move |(number, line)| {
        hosts(line)
            .filter(|host| !FINE.contains(host) && !is_private(host))
            .map(move |host| {
                let what_to_do = format!("bundle what {host} offers; there may be no internet");
                Finding::at(&file.path, number, what_to_do)
            })
    })
}

fn hosts(line: &str) -> impl Iterator<Item = &str> {
    line.split("://")
        .skip(1)
        .zip(line.split("://"))
        .filter_map(|(after, before)| {
            let asked = ["http", "https", "ws", "wss"]
                .iter()
                .any(|scheme| before.ends_with(scheme));
            let end = after
                .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')))
                .unwrap_or(after.len());
            let host = &after[..end];
            (asked && host.contains('.')).then_some(host)
        })
}

/// An address of somebody's own network, as examples show it.
fn is_private(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>()
        .is_ok_and(|address| address.is_private() || address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn a_foreign_host_is_found() {
        let tree = sample(&[
            (
                "ui/src/views/App.svelte",
                "// see https://svelte.dev\n<a href=\"https://example.com/x\">\n`http://${host}/`\n",
            ),
            (
                "ui/src/app/join.ts",
                "hint(\"http://192.168.1.5:7420\");\nnew WebSocket(\"wss://relay.example.org\");",
            ),
        ]);
        assert_eq!(
            places(&check(&tree)),
            ["ui/src/views/App.svelte:2", "ui/src/app/join.ts:2"]
        );
    }
}
