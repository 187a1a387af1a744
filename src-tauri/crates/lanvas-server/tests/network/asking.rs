//! Networks on which nothing is heard: the hub is asked itself.

use std::time::Instant;

use serde_json::Value;

use crate::{
    namespaces::Network,
    programs::{Hub, nearby},
};

fn rows(lines: &str) -> Vec<Value> {
    let rows = lines.lines().map(serde_json::from_str);
    rows.map(|row| row.expect("a row")).collect()
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
    let leads_to_ann = |rows: &[Value]| {
        assert_eq!(rows.len(), 1, "{rows:?}");
        assert_eq!(rows[0]["title"], "Behind the wall");
        assert_eq!(rows[0]["urls"][0], link);
    };

    // A firewall drops multicast only.
    let before = bobs.connections_opened();
    let heard = bobs.lanvas_server(&["nearby", "--json", "--seconds", "1"]);
    assert!(rows(&String::from_utf8_lossy(&heard.stdout)).is_empty());
    assert_eq!(bobs.connections_opened(), before, "nobody is asked unasked");
    let place = format!("{}:{}", anns.ip, ann.port);
    leads_to_ann(&rows(&nearby(bobs, &["--json", "--at", &place])));

    let began = Instant::now();
    let found = nearby(bobs, &["--json", "--seconds", "1", "--sweep"]);
    leads_to_ann(&rows(&found));
    // 253 addresses, 50 at once, half a second each.
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    drop(ann);

    // A hub that had to take another port is found as well.
    let _other = Hub::start(anns, &["--port", "7426", "--title", "Elsewhere"]);
    let found = rows(&nearby(bobs, &["--json", "--seconds", "1", "--sweep"]));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["title"], "Elsewhere");
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
    for way in [
        &["--json", "--at", &place][..],
        &["--json", "--seconds", "1", "--sweep"],
    ] {
        let found = rows(&nearby(bobs, way));
        assert_eq!(found.len(), 1, "{way:?}: {found:?}");
        assert_eq!(
            (&found[0]["title"], &found[0]["reachable"]),
            (&"Sealed".into(), &true.into())
        );
        assert_eq!(found[0]["urls"], serde_json::json!([link]));
        assert_eq!(found[0]["fingerprint"].as_str(), ann.fingerprint.as_deref());
    }
}
