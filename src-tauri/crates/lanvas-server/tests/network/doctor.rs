//! Each way in which people cannot join, made on a real network, and what
//! `lanvas-server doctor` calls it.

use serde_json::Value;

use crate::{
    namespaces::{Machine, Network},
    programs::Hub,
};

/// Runs the doctor and gives its findings, the most serious first.
fn doctor(machine: &Machine, arguments: &[&str]) -> Vec<Value> {
    let output = machine.lanvas_server(&[&["doctor", "--json"], arguments].concat());
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {output:?}"));
    let findings = report["findings"].as_array().expect("a list").clone();
    let problems = findings
        .iter()
        .filter(|finding| finding["level"] == "problem")
        .count();
    assert_eq!(
        output.status.code(),
        Some(i32::from(problems > 0)),
        "{output:?}"
    );
    findings
}

fn codes(findings: &[Value]) -> Vec<&str> {
    let codes = findings.iter().map(|finding| finding["code"].as_str());
    codes.map(|code| code.expect("a code")).collect()
}

fn worst(machine: &Machine, arguments: &[&str]) -> String {
    codes(&doctor(machine, arguments))[0].to_owned()
}

#[test]
fn the_doctor_names_each_cause_at_the_host() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, bobs] = network.machines();
    let _bob = Hub::start(bobs, &[]);
    let found = doctor(anns, &[]);
    assert_eq!(codes(&found), ["no_hub", "one_network", "others_heard"]);

    let ann = Hub::start(anns, &[]);
    let found = doctor(anns, &[]);
    assert_eq!(
        codes(&found),
        ["one_network", "hub_answers", "others_heard"]
    );
    let report = anns.lanvas_server(&["doctor", "--json"]);
    let report: Value = serde_json::from_slice(&report.stdout).expect("a report");
    let link = report["test_link"].as_str().expect("a link to test with");
    assert_eq!(link, format!("http://{}:{}/test", anns.ip, ann.port));
    let reached = r#"{"http_ms":4,"socket":{"latency_ms":2,"bytes_per_s":9000000}}"#;
    bobs.post(&link.replace("/test", "/api/reach"), reached);
    let found_then = doctor(anns, &[]);
    assert!(
        codes(&found_then).contains(&"device_reached"),
        "{found_then:?}"
    );
    let says = found[0]["says"].as_str().expect("a sentence");
    assert!(says.contains(&anns.ip), "{says}");
    drop(ann);

    let only_here = Hub::start_for_this_machine_alone(anns);
    assert_eq!(worst(anns, &[]), "hub_only_here");
    drop(only_here);

    anns.drop_incoming("udp dport 5353");
    let found = doctor(anns, &[]);
    assert!(codes(&found).contains(&"multicast_blocked"), "{found:?}");

    anns.unplug();
    assert_eq!(worst(anns, &[]), "no_network");
}

#[test]
fn the_doctor_names_each_cause_at_a_guest() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, bobs] = network.machines();
    let at = |port: u16| format!("http://{}:{port}/s/somewhere", anns.ip);
    assert_eq!(worst(bobs, &[&at(7420)]), "target_refused");

    let ann = Hub::start(anns, &[]);
    let found = doctor(bobs, &[&at(ann.port)]);
    assert!(codes(&found).contains(&"target_answers"), "{found:?}");
    assert_eq!(worst(bobs, &[&at(ann.port + 1)]), "target_other_port");
    assert_eq!(worst(bobs, &["10.99.1.1"]), "target_other_network");
    assert_eq!(worst(bobs, &["10.74.20.77"]), "target_dead");

    anns.drop_incoming(&format!("tcp dport {}", ann.port));
    assert_eq!(worst(bobs, &[&at(ann.port)]), "target_dropped");

    // A firewall that lets nothing in at all looks like a machine that sleeps.
    anns.drop_incoming("ip protocol tcp");
    assert_eq!(worst(bobs, &[&at(ann.port)]), "target_silent");
}
