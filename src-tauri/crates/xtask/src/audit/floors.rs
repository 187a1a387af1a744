//! Versions below which something is known to be wrong: held here, so that no database is needed.

use super::Part;

struct Floor {
    name: &'static str,
    version: [u64; 3],
    why: &'static str,
}

const FLOORS: &[Floor] = &[
    Floor {
        name: "tauri",
        version: [2, 11, 1],
        why: "GHSA-7gmj-67g7-phm9: a remote page could pass for a local one and call the app",
    },
    Floor {
        name: "mdns-sd",
        version: [0, 21, 6],
        why: "a packet from a device on the network could end its daemon",
    },
];

pub(super) fn check(parts: &[Part]) -> Vec<String> {
    let below = |part: &Part| {
        let floor = FLOORS.iter().find(|floor| floor.name == part.name)?;
        let Floor { version, why, .. } = floor;
        let [major, minor, patch] = version;
        let too_old = numbers(&part.version) < *version;
        let Part { name, version, .. } = part;
        too_old.then(|| format!("{name} {version} is below {major}.{minor}.{patch}: {why}"))
    };
    parts.iter().filter_map(below).collect()
}

fn numbers(version: &str) -> [u64; 3] {
    let plain = version.split(['-', '+']).next().unwrap_or(version);
    let mut numbers = plain.split('.').map(|it| it.parse().unwrap_or(0));
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_version_is_found_and_a_new_one_is_not() {
        let tauri = |version: &str| Part {
            name: "tauri".to_owned(),
            version: version.to_owned(),
            licence: None,
        };
        assert_eq!(check(&[tauri("2.11.0")]).len(), 1);
        assert!(check(&[tauri("2.11.1"), tauri("2.12.0"), tauri("3.0.0-beta.1")]).is_empty());
    }
}
