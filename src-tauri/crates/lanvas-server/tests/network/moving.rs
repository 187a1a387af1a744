//! Networks that change while people are in, and networks that keep people apart.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{
    BACK_WITHIN, GONE_AFTER_KILL_WITHIN, ROUNDS, namespaces::Network, programs::Hub, until,
    usually_within,
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
    let mut followed = Vec::new();
    let mut lists = |expected: &[&str]| {
        let changed = Instant::now();
        until(&format!("Bob's row leads to {expected:?}"), || {
            let mut shown = hosts(&bob.hears(&ann.session)?);
            shown.sort_unstable();
            (shown == expected).then_some(())
        });
        followed.push(changed.elapsed());
        for host in expected {
            let link = format!("http://{host}:{}/api/sessions", ann.port);
            assert!(bobs.get(&link).contains(&ann.session));
        }
    };
    lists(&[&anns.ip]);

    for _ in 0..ROUNDS {
        // A cable beside the Wi-Fi, which is switched off then.
        anns.add_address("10.74.20.101");
        lists(&[&anns.ip, "10.74.20.101"]);
        anns.remove_address(&anns.ip);
        lists(&["10.74.20.101"]);

        // The router gives another address, and in time the first one again.
        anns.remove_address("10.74.20.101");
        anns.add_address("10.74.20.102");
        lists(&["10.74.20.102"]);
        anns.remove_address("10.74.20.102");
        anns.add_address(&anns.ip);
        lists(&[&anns.ip]);
    }
    usually_within("the row follows", followed, FOLLOWS_WITHIN);
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
    until(
        &format!("Bob at {there} is told that the link leads"),
        || {
            let report = bobs.lanvas_server(&["doctor", "--json", &link]);
            let report: Value = serde_json::from_slice(&report.stdout).expect("a report");
            assert_eq!(report["facts"]["target"]["beside"], false);
            let findings = report["findings"].as_array().expect("a list");
            let told = |code: &str| findings.iter().any(|it| it["code"] == code);
            (told("target_answers") && told("target_beyond_router")).then_some(())
        },
    );
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
    let expected = [anns.ip.as_str(), "10.74.20.101"];
    until("Bob's row leads to the second address, too", || {
        let mut shown = hosts(&bob.hears(&ann.session)?);
        shown.sort_unstable();
        let stray = shown.iter().find(|host| !expected.contains(&host.as_str()));
        assert_eq!(stray, None, "leads to nobody");
        (shown == expected).then_some(())
    });
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
    let mut first = Hub::start(anns, &[]);
    until("Bob sees it", || bob.hears(&first.session));
    let port = first.port.to_string();
    let mut took = Vec::new();
    for _ in 0..ROUNDS {
        let gone = first.session.clone();
        let killed = Instant::now();
        first.kill();
        first = Hub::start(anns, &["--port", &port]);
        until("Bob sees the other one", || bob.hears(&first.session));
        until("and no longer the first", || {
            bob.hears(&gone).is_none().then_some(())
        });
        took.push(killed.elapsed());
    }
    let what = "gone although its port answers";
    usually_within(what, took, GONE_AFTER_KILL_WITHIN);
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
    let (mut left, mut back) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let shut = Instant::now();
        ann.fall_asleep();
        until("it is gone, or greyed", || {
            let row = bob.hears(&ann.session);
            row.is_none_or(|row| row["reachable"] == false)
                .then_some(())
        });
        left.push(shut.elapsed());
        // Who sleeps is forgotten, however long the lid stays shut.
        until("it is gone", || bob.nearby().is_empty().then_some(()));

        let opened = Instant::now();
        ann.wake_up();
        until("Bob sees it again, and may press it", || {
            let row = bob.hears(&ann.session)?;
            (row["reachable"] == true).then_some(())
        });
        back.push(opened.elapsed());
        until("and Ann hears Bob", || ann.hears(&bob.session));
    }
    usually_within("not offered while it sleeps", left, GONE_AFTER_KILL_WITHIN);
    usually_within("back after the lid is open", back, BACK_WITHIN);
}
