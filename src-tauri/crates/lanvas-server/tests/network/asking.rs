//! Networks on which nothing is heard: the hub is asked itself.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{
    ROUNDS,
    namespaces::{Machine, Network},
    programs::{Hub, nearby},
    until, usually_within,
};

/// 253 addresses, 50 at once, half a second each, and listening before that.
const SWEPT_WITHIN: Duration = Duration::from_secs(10);
const SWEEP: &[&str] = &["--json", "--seconds", "1", "--sweep"];

fn rows(lines: &str) -> Vec<Value> {
    let rows = lines.lines().map(serde_json::from_str);
    rows.map(|row| row.expect("a row")).collect()
}

/// Asks until somebody was found, and that is one: who is asked has half a second, which a busy
/// machine may miss.
fn the_one_found(machine: &Machine, way: &[&str]) -> Value {
    let found = until(&format!("somebody is found: {way:?}"), || {
        let found = rows(&nearby(machine, way));
        (!found.is_empty()).then_some(found)
    });
    assert_eq!(found.len(), 1, "{way:?}: {found:?}");
    found[0].clone()
}

#[test]
fn where_announcements_do_not_travel_known_places_are_asked_and_the_network_when_one_wants_it() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, bobs] = network.machines();
    bobs.drop_incoming("udp dport 5353");
    let ann = Hub::start(anns, &["--title", "Behind the wall"]);
    let link = format!("http://{}:{}/s/{}", anns.ip, ann.port, ann.session);
    let leads_to_ann = |row: &Value| {
        assert_eq!(row["title"], "Behind the wall");
        assert_eq!(row["urls"][0], link);
    };

    // A firewall drops multicast only.
    let before = bobs.connections_opened();
    let heard = bobs.lanvas_server(&["nearby", "--json", "--seconds", "1"]);
    assert!(rows(&String::from_utf8_lossy(&heard.stdout)).is_empty());
    assert_eq!(bobs.connections_opened(), before, "nobody is asked unasked");
    let place = format!("{}:{}", anns.ip, ann.port);
    leads_to_ann(&the_one_found(bobs, &["--json", "--at", &place]));
    leads_to_ann(&the_one_found(bobs, SWEEP));
    let mut took = Vec::new();
    while took.len() < ROUNDS {
        let began = Instant::now();
        nearby(bobs, SWEEP);
        took.push(began.elapsed());
    }
    usually_within("swept", took, SWEPT_WITHIN);
    drop(ann);

    // A hub that had to take another port is found as well.
    let _other = Hub::start(anns, &["--port", "7426", "--title", "Elsewhere"]);
    assert_eq!(the_one_found(bobs, SWEEP)["title"], "Elsewhere");
}

/// What it says without TLS is what its announcement would.
#[test]
fn a_hub_that_encrypts_is_found_too_and_listed_with_its_certificate() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, bobs] = network.machines();
    bobs.drop_incoming("udp dport 5353");
    let ann = Hub::start(anns, &["--tls", "self-signed", "--title", "Sealed"]);
    let link = format!("https://{}:{}/s/{}", anns.ip, ann.port, ann.session);
    let place = format!("{}:{}", anns.ip, ann.port);
    for way in [&["--json", "--at", &place], SWEEP] {
        let found = the_one_found(bobs, way);
        assert_eq!(
            (&found["title"], &found["reachable"]),
            (&"Sealed".into(), &true.into())
        );
        assert_eq!(found["urls"], serde_json::json!([link]));
        assert_eq!(found["fingerprint"].as_str(), ann.fingerprint.as_deref());
    }
}
