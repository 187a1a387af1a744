//! The layers of the UI: who may import whom. ESLint says the same while one
//! types, for plain imports; this also sees dynamic ones and Svelte files.

use crate::tidy::Finding;
use crate::tidy::tree::{File, Tree};

const SRC: &str = "ui/src/";

/// Each layer, and those below it that it may import.
const LAYERS: &[(&str, &[&str])] = &[
    ("lib", &[]),
    ("protocol", &["lib"]),
    ("document", &["lib"]),
    ("engine", &["lib", "document"]),
    ("tools", &["lib", "document", "engine"]),
    ("sync", &["lib", "protocol", "document"]),
    ("platform", &["lib"]),
    (
        "app",
        &[
            "lib", "protocol", "document", "sync", "engine", "tools", "platform",
        ],
    ),
    ("languages", &["lib", "platform"]),
    (
        "views",
        &[
            "lib",
            "protocol",
            "document",
            "sync",
            "engine",
            "tools",
            "platform",
            "languages",
            "app",
        ],
    ),
];

/// Says in another language what others say, and so has to know how their words are
/// shaped: their types, and nothing that would bring a screen along.
const TRANSLATES: &str = "languages";

/// Plain data of the wire: open to every layer.
const OPEN: &[&str] = &["protocol/generated/", "protocol/points"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.below(SRC, &[".ts", ".svelte"])
        .filter(|file| !file.is_test())
        .flat_map(|file| {
            imports(file)
                .filter(|import| !(import.types && translates(file)))
                .filter_map(|import| Some((import.line, complaint(file, &import.target)?)))
                .map(|(line, what_to_do)| Finding::at(&file.path, line, what_to_do))
        })
        .collect()
}

fn translates(file: &File) -> bool {
    file.path.strip_prefix(SRC).and_then(layer_of) == Some(TRANSLATES)
}

fn complaint(file: &File, target: &str) -> Option<String> {
    let target = target.strip_prefix(SRC)?;
    let layer = layer_of(file.path.strip_prefix(SRC)?)?;
    let below = layer_of(target)?;
    if below == "testing" {
        return Some("testing/ is for tests; move what the product needs out of it".to_owned());
    }
    if layer == below || OPEN.iter().any(|open| target.starts_with(open)) {
        return None;
    }
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return Some(format!("say in tidy/layers.rs what {layer}/ may import"));
    };
    let fine = allowed.contains(&below);
    (!fine).then(|| format!("{layer}/ must not know {below}/; hand it in from above"))
}

/// The folder directly below `ui/src`; files there are entries and may import
/// anything.
fn layer_of(path: &str) -> Option<&str> {
    path.split_once('/').map(|(layer, _)| layer)
}

struct Import {
    line: usize,
    /// Whether it is gone once the types are checked.
    types: bool,
    target: String,
}

/// Relative imports of a file, resolved to paths from the repository's root.
fn imports(file: &File) -> impl Iterator<Item = Import> {
    file.code().filter_map(|(number, line)| {
        let target = imported(line)?;
        let folder = file.path.rsplit_once('/')?.0;
        Some(Import {
            line: number,
            types: line.trim_start().starts_with("import type "),
            target: resolve(folder, target)?,
        })
    })
}

/// What stands in quotes after `from` or `import`.
fn imported(line: &str) -> Option<&str> {
    for word in ["from ", "import ", "import("] {
        for (start, _) in line.match_indices(word) {
            let rest = line[start + word.len()..].trim_start();
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                continue;
            };
            return rest[1..].split(quote).next();
        }
    }
    None
}

fn resolve(folder: &str, target: &str) -> Option<String> {
    if !target.starts_with('.') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::{places, sample};

    #[test]
    fn upward_imports_are_found() {
        let tree = sample(&[
            ("ui/src/lib/a.ts", "import { x } from \"../app/x\";"),
            (
                "ui/src/engine/b.ts",
                "const t = await import('../tools/pen');",
            ),
            ("ui/src/sync/c.svelte", "  import \"../views/App.svelte\";"),
            ("ui/src/sync/d.ts", "} from \"../engine/scene\";"),
            ("ui/src/other/e.ts", "import x from \"../lib/x\";"),
        ]);
        assert_eq!(
            places(&check(&tree)),
            [
                "ui/src/lib/a.ts:1",
                "ui/src/engine/b.ts:1",
                "ui/src/sync/c.svelte:1",
                "ui/src/sync/d.ts:1",
                "ui/src/other/e.ts:1"
            ]
        );
    }

    #[test]
    fn downward_imports_packages_and_entries_are_fine() {
        let tree = sample(&[
            (
                "ui/src/views/App.svelte",
                "import { a } from \"../app/a\";\nimport b from \"svelte\";",
            ),
            (
                "ui/src/lib/a.ts",
                "import type { Shape } from \"../protocol/generated/messages\";",
            ),
            ("ui/src/main.ts", "import App from \"./views/App.svelte\";"),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn languages_know_the_types_of_words_and_nothing_else_of_a_screen() {
        let path = "ui/src/languages/german/chat.ts";
        let types = "import type { words } from \"../../views/chat/words\";";
        let code = "import { words } from \"../../views/chat/words\";";
        assert_eq!(check(&sample(&[(path, types)])), []);
        assert_eq!(
            places(&check(&sample(&[(path, code)]))),
            [format!("{path}:1")]
        );
    }

    #[test]
    fn only_tests_import_from_testing() {
        let tree = sample(&[
            (
                "ui/src/sync/a.test.ts",
                "import { x } from \"../testing/x\";",
            ),
            ("ui/src/sync/a.ts", "import { x } from \"../testing/x\";"),
        ]);
        assert_eq!(places(&check(&tree)), ["ui/src/sync/a.ts:1"]);
    }
}
