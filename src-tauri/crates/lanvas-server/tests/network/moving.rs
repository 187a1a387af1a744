//! Networks that change while people are in, and networks that keep people apart.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{
    BACK_WITHIN, GONE_AFTER_KILL_WITHIN, namespaces::Network, programs::Hub, until, within,
};

/// How soon a row leads to where the session is now.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(6);

/// The addresses under which `row` is reached, without port and path.
fn hosts(row: &Value) -> Vec<String> {
    let urls = row["urls"].as_array().expect("a list").iter();
    let hosts = urls.map(|url| {
        let place = url.as_str().expect("a link").trim_start_matches("http://");
        place.split(':').next().unwrap_or_default().to_owned()
    });
    hosts.collect()
}

#[test]
fn the_list_follows_addresses_that_come_go_and_change_while_people_are_in() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, bobs] = network.machines();
    let (ann, bob) = (Hub::start(anns, &[]), Hub::start(bobs, &[]));
    let lists = |expected: &[&str]| {
        let changed = Instant::now();
        until(&format!("Bob's row leads to {expected:?}"), || {
            let mut shown = hosts(&bob.hears(&ann.session)?);
            shown.sort_unstable();
            (shown == expected).then_some(())
        });
        within(&format!("{expected:?}"), changed, FOLLOWS_WITHIN);
        for host in expected {
            let link = format!("http://{host}:{}/api/sessions", ann.port);
            assert!(bobs.get(&link).contains(&ann.session));
        }
    };
    lists(&[&anns.ip]);

    // A cable beside the Wi-Fi, which is switched off then.
    anns.add_address("10.74.20.101");
    lists(&[&anns.ip, "10.74.20.101"]);
    anns.remove_address(&anns.ip);
    lists(&["10.74.20.101"]);

    // The router gives another address.
    anns.remove_address("10.74.20.101");
    anns.add_address("10.74.20.102");
    lists(&["10.74.20.102"]);
}

#[test]
fn two_hosts_of_one_title_are_two_rows() {
    let Some(network) = Network::or_skip(3) else {
        return;
    };
    let [anns, bobs, carls] = network.machines();
    let ann = Hub::start(anns, &["--title", "Our board"]);
    let bob = Hub::start(bobs, &["--title", "Our board"]);
    let carl = Hub::start(carls, &[]);
    until("Carl sees both", || {
        let rows = carl.nearby();
        let both = [&ann.session, &bob.session].map(|id| rows.iter().find(|row| row["id"] == **id));
        let [Some(first), Some(second)] = both else {
            return None;
        };
        assert_eq!(first["title"], second["title"]);
        assert_ne!(first["urls"], second["urls"]);
        Some(())
    });
}

#[test]
fn behind_a_router_a_session_is_not_heard_and_its_link_works() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let there = network.put_behind_a_router(2);
    let [anns, bobs] = network.machines();
    let ann = Hub::start(anns, &[]);
    let output = bobs.lanvas_server(&["nearby", "--seconds", "2", "--json"]);
    assert_eq!(output.stdout, b"", "no announcement passes a router");
    let link = format!("http://{}:{}/s/{}", anns.ip, ann.port, ann.session);
    let report = bobs.lanvas_server(&["doctor", "--json", &link]);
    let report: Value = serde_json::from_slice(&report.stdout).expect("a report");
    let codes: Vec<_> = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["code"])
        .collect();
    for told in ["target_answers", "target_beyond_router"] {
        assert!(
            codes.iter().any(|code| **code == told),
            "{there}: {codes:?}"
        );
    }
    assert_eq!(report["facts"]["target"]["beside"], false);
}

/// Containers, virtual machines and VPNs give a machine interfaces that nobody else is behind.
#[test]
fn interfaces_that_lead_to_nobody_are_not_announced() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, bobs] = network.machines();
    let (ann, bob) = (Hub::start(anns, &[]), Hub::start(bobs, &[]));
    until("Bob sees Ann's session", || bob.hears(&ann.session));
    let others = [
        ("docker0", "172.17.0.1"),
        ("wg0", "10.8.0.1"),
        ("virbr0", "192.168.122.1"),
    ];
    for (interface, address) in others {
        anns.add_interface(interface, address);
    }
    // The cable's second address makes her announce anew; it comes, and those do not.
    anns.add_address("10.74.20.101");
    let shown = until("Bob's row leads to the second address, too", || {
        let shown = hosts(&bob.hears(&ann.session)?);
        shown.contains(&"10.74.20.101".to_owned()).then_some(shown)
    });
    let (mut shown, expected) = (shown, [anns.ip.as_str(), "10.74.20.101"]);
    shown.sort_unstable();
    assert_eq!(shown, expected);
    let report = anns.lanvas_server(&["doctor", "--json"]);
    let report = String::from_utf8_lossy(&report.stdout).into_owned();
    for (code, names) in [("tunnel", "(wg0)"), ("not_announced", "(docker0)")] {
        assert!(
            report.contains(&format!("\"{code}\"")) && report.contains(names),
            "{report}"
        );
    }
}

/// A hub that was killed, and another one that got its port before anybody noticed.
#[test]
fn a_session_whose_port_another_hub_took_leaves_the_list() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, bobs] = network.machines();
    let bob = Hub::start(bobs, &[]);
    let first = Hub::start(anns, &[]);
    until("Bob sees it", || bob.hears(&first.session));
    let (gone, port) = (first.session.clone(), first.port.to_string());
    let killed = Instant::now();
    first.kill();
    let second = Hub::start(anns, &["--port", &port]);
    until("Bob sees the other one", || bob.hears(&second.session));
    until("and no longer the first", || {
        bob.hears(&gone).is_none().then_some(())
    });
    within(
        "gone although its port answers",
        killed,
        GONE_AFTER_KILL_WITHIN,
    );
}

/// The laptop's lid is shut and opened; what guests have of it is told in `ui/e2e/cases/5-asleep.mjs`.
#[test]
fn a_host_that_sleeps_leaves_the_list_and_is_in_it_again_when_it_wakes() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, bobs] = network.machines();
    let (ann, bob) = (Hub::start(anns, &[]), Hub::start(bobs, &[]));
    until("Bob sees Ann's session", || bob.hears(&ann.session));
    let shut = Instant::now();
    ann.fall_asleep();
    until("it is gone, or greyed", || {
        let row = bob.hears(&ann.session);
        row.is_none_or(|row| row["reachable"] == false)
            .then_some(())
    });
    within("not offered while it sleeps", shut, GONE_AFTER_KILL_WITHIN);
    // Who sleeps is forgotten, however long the lid stays shut.
    until("it is gone", || bob.nearby().is_empty().then_some(()));

    let opened = Instant::now();
    ann.wake_up();
    let row = until("Bob sees it again", || bob.hears(&ann.session));
    within("back after the lid is open", opened, BACK_WITHIN);
    assert_eq!(row["reachable"], true);
    until("and Ann hears Bob", || ann.hears(&bob.session));
}
