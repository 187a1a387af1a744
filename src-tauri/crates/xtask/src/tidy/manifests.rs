//! Which crate may depend on which: both shells stand on the hub and on
//! discovery, these on the protocol, and nothing else.

use crate::tidy::Finding;
use crate::tidy::tree::{File, Tree};

struct Crate {
    manifest: &'static str,
    /// Which of our own crates it may use.
    ours: &'static [&'static str],
    /// What it must not know, and why.
    never: &'static [&'static str],
    why: &'static str,
}

const CRATES: &[Crate] = &[
    Crate {
        manifest: "Cargo.toml",
        ours: &["lanvas-discovery", "lanvas-hub", "lanvas-protocol"],
        never: &["mdns-sd", "rusqlite", "axum"],
        why: "the desktop shell is thin: the hub and discovery own this",
    },
    Crate {
        manifest: "src-tauri/crates/lanvas-protocol/Cargo.toml",
        ours: &[],
        never: &["tokio", "axum", "hyper", "tauri", "mdns-sd", "rusqlite"],
        why: "the protocol is plain data: no runtime, no sockets, no storage",
    },
    Crate {
        manifest: "src-tauri/crates/lanvas-hub/Cargo.toml",
        ours: &["lanvas-protocol"],
        never: &["tauri", "mdns-sd", "rust-embed"],
        why: "the hub knows no window, no mDNS and no UI bundle; hand it in from the shells",
    },
    Crate {
        manifest: "src-tauri/crates/lanvas-discovery/Cargo.toml",
        ours: &["lanvas-protocol"],
        never: &["tauri", "axum", "hyper", "rusqlite"],
        why: "discovery knows only the network's names, not what is behind them",
    },
    Crate {
        manifest: "src-tauri/crates/lanvas-server/Cargo.toml",
        ours: &["lanvas-discovery", "lanvas-hub", "lanvas-protocol"],
        never: &["tauri", "mdns-sd", "rusqlite"],
        why: "the headless shell is thin and has no window",
    },
    Crate {
        manifest: "src-tauri/crates/xtask/Cargo.toml",
        ours: &[],
        never: &["tokio", "tauri"],
        why: "xtask has to compile in seconds on a new machine",
    },
];

/// What would bring a webview to a machine without a screen.
const WEBVIEW: &[&str] = &[
    "tauri",
    "wry",
    "tao",
    "webkit",
    "gtk",
    "gdk",
    "javascriptcore",
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = CRATES
        .iter()
        .filter_map(|rules| Some((rules, tree.file(rules.manifest)?)))
        .flat_map(|(rules, file)| broken_by(rules, file))
        .collect();
    findings.extend(unknown_crates(tree));
    findings.extend(webview_in_server(tree));
    findings
}

fn broken_by(rules: &Crate, file: &File) -> Vec<Finding> {
    dependencies(file)
        .filter_map(|(line, name)| {
            let stranger = name.starts_with("lanvas-") && !rules.ours.contains(&name);
            let banned = rules.never.iter().any(|never| is_or_extends(name, never));
            (stranger || banned)
                .then(|| Finding::at(&file.path, line, format!("remove {name}: {}", rules.why)))
        })
        .collect()
}

fn unknown_crates(tree: &Tree) -> Vec<Finding> {
    tree.below("src-tauri/crates/", &["/Cargo.toml"])
        .filter(|file| file.path.matches('/').count() == 3)
        .filter(|file| CRATES.iter().all(|known| known.manifest != file.path))
        .map(|file| Finding::whole(&file.path, "say in tidy/manifests.rs what it may depend on"))
        .collect()
}

fn webview_in_server(tree: &Tree) -> Vec<Finding> {
    tree.server_crates
        .iter()
        .filter(|name| WEBVIEW.iter().any(|part| is_or_extends(name, part)))
        .map(|name| {
            let what_to_do = format!(
                "{name} is in its tree; find who brings it with `cargo tree -p lanvas-server -i {name}`"
            );
            Finding::whole("src-tauri/crates/lanvas-server/Cargo.toml", what_to_do)
        })
        .collect()
}

/// `tauri` and `tauri-build`, `webkit` and `webkit2gtk`, but not `gtkwave`.
fn is_or_extends(name: &str, part: &str) -> bool {
    name.strip_prefix(part)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '2', '3', '4']))
}

/// Names in `[dependencies]` and `[build-dependencies]`, also those of one
/// target. Tests may use more.
fn dependencies(file: &File) -> impl Iterator<Item = (usize, &str)> {
    let mut inside = false;
    file.lines().filter_map(move |(number, line)| {
        let line = line.trim();
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            let workspace = section.starts_with("workspace");
            inside = !workspace
                && (section.ends_with("dependencies") && !section.ends_with("dev-dependencies"));
            return None;
        }
        let name = line.split(['.', '=', ' ']).next()?;
        (inside && !name.is_empty() && !name.starts_with('#')).then_some((number, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn a_protocol_with_a_runtime_is_found() {
        let tree = sample(&[(
            "src-tauri/crates/lanvas-protocol/Cargo.toml",
            "[dependencies]\nserde = \"1\"\ntokio.workspace = true\n[dev-dependencies]\ntokio = \"1\"\n",
        )]);
        assert_eq!(
            places(&check(&tree)),
            ["src-tauri/crates/lanvas-protocol/Cargo.toml:3"]
        );
    }

    #[test]
    fn a_hub_that_knows_discovery_or_tauri_is_found() {
        let tree = sample(&[(
            "src-tauri/crates/lanvas-hub/Cargo.toml",
            "[dependencies]\nlanvas-discovery.workspace = true\n[target.'cfg(unix)'.dependencies]\ntauri-utils = \"2\"\n",
        )]);
        assert_eq!(check(&tree).len(), 2);
    }

    #[test]
    fn the_list_of_versions_is_not_a_dependency() {
        let tree = sample(&[(
            "Cargo.toml",
            "[workspace.dependencies]\naxum = \"0.8\"\n[dependencies]\ntauri = \"2\"\n",
        )]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn a_webview_in_the_headless_binary_is_found() {
        let tree = Tree {
            server_crates: ["axum", "webkit2gtk-sys", "tao"].map(str::to_owned).into(),
            ..Tree::default()
        };
        assert_eq!(check(&tree).len(), 2);
    }

    #[test]
    fn a_new_crate_has_to_say_what_it_may_use() {
        let tree = sample(&[("src-tauri/crates/lanvas-new/Cargo.toml", "")]);
        assert_eq!(check(&tree).len(), 1);
    }
}
