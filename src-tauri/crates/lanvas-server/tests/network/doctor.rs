//! Each way in which people cannot join, made on a real network, and what
//! `lanvas-server doctor` calls it.

use serde_json::Value;

use crate::{
    namespaces::{Machine, Network},
    programs::Hub,
    say, until,
};

/// So many at most until it says what is so.
const EXAMINATIONS_MAX: usize = 5;

/// Runs the doctor and gives its findings, the most serious first.
pub(crate) fn doctor(machine: &Machine, arguments: &[&str]) -> Vec<Value> {
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

pub(crate) fn codes(findings: &[Value]) -> Vec<&str> {
    let codes = findings.iter().map(|finding| finding["code"].as_str());
    codes.map(|code| code.expect("a code")).collect()
}

/// What is heard and what answers takes its time on a busy machine, and an examination has an end: a
/// person would ask again, too. The findings of the first of a few examinations that are as `fits`
/// wants them.
fn comes_to(
    machine: &Machine,
    arguments: &[&str],
    what: &str,
    fits: impl Fn(&[&str]) -> bool,
) -> Vec<Value> {
    let mut told = Vec::new();
    while told.len() < EXAMINATIONS_MAX {
        let found = doctor(machine, arguments);
        if fits(&codes(&found)) {
            return found;
        }
        say(&format!("the doctor first told of {:?}", codes(&found)));
        told.push(codes(&found).join(", "));
    }
    panic!("the doctor tells of {told:#?}, and not of {what}");
}

/// Exactly these are told, the most serious first.
pub(crate) fn tells(machine: &Machine, arguments: &[&str], expected: &[&str]) -> Vec<Value> {
    let what = expected.join(", ");
    comes_to(machine, arguments, &what, |codes| codes == expected)
}

/// The most serious one is this.
fn tells_first(machine: &Machine, arguments: &[&str], expected: &str) {
    comes_to(machine, arguments, expected, |codes| {
        codes.first() == Some(&expected)
    });
}

#[test]
fn the_doctor_names_each_cause_at_the_host() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, bobs] = network.machines();
    let _bob = Hub::start(bobs, &["--title", "Bob's"]);
    tells(anns, &[], &["no_hub", "one_network", "others_heard"]);

    let ann = Hub::start(anns, &["--title", "Ann's"]);
    let found = tells(anns, &[], &["one_network", "hub_answers", "others_heard"]);
    let report = anns.lanvas_server(&["doctor", "--json"]);
    let report: Value = serde_json::from_slice(&report.stdout).expect("a report");
    let link = report["test_link"].as_str().expect("a link to test with");
    assert_eq!(link, format!("http://{}:{}/test", anns.ip, ann.port));
    let reached = r#"{"http_ms":4,"socket":{"latency_ms":2,"bytes_per_s":9000000}}"#;
    bobs.post(&link.replace("/test", "/api/reach"), reached);
    finds(anns, &[], "device_reached");
    let says = found[0]["says"].as_str().expect("a sentence");
    assert!(says.contains(&anns.ip), "{says}");
    drop(ann);

    let only_here = Hub::start_for_this_machine_alone(anns);
    tells_first(anns, &[], "hub_only_here");
    drop(only_here);

    anns.drop_incoming("udp dport 5353");
    finds(anns, &[], "multicast_blocked");

    anns.unplug();
    tells_first(anns, &[], "no_network");
}

#[test]
fn the_doctor_names_each_cause_at_a_guest() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, bobs] = network.machines();
    let at = |port: u16| format!("http://{}:{port}/s/somewhere", anns.ip);
    tells_first(bobs, &[&at(7420)], "target_refused");

    let ann = Hub::start(anns, &[]);
    let link = format!("http://{}:{}/s/{}", anns.ip, ann.port, ann.session);
    finds(bobs, &[&link], "target_answers");
    tells_first(bobs, &[&at(ann.port)], "target_session_gone");
    tells_first(bobs, &[&at(ann.port + 1)], "target_other_port");
    tells_first(bobs, &["10.99.1.1"], "target_other_network");
    tells_first(bobs, &["10.74.20.77"], "target_dead");

    anns.drop_incoming(&format!("tcp dport {}", ann.port));
    tells_first(bobs, &[&at(ann.port)], "target_dropped");

    // A firewall that lets nothing in at all looks like a machine that sleeps.
    anns.drop_incoming("ip protocol tcp");
    tells_first(bobs, &[&at(ann.port)], "target_silent");
}

/// The finding of that code, once the doctor has it: what is announced may take a moment.
fn finds(machine: &Machine, arguments: &[&str], code: &str) -> (Value, Vec<Value>) {
    until(&format!("the doctor says {code}"), || {
        let found = doctor(machine, arguments);
        let wanted = found.iter().find(|finding| finding["code"] == code);
        wanted.cloned().map(|wanted| (wanted, found))
    })
}

fn said<'a>(finding: &'a Value, field: &str) -> &'a str {
    finding[field].as_str().expect("a sentence")
}

/// As who sets the interface to host on: it is not the first of this machine, and not loopback.
#[test]
fn a_hub_on_one_of_two_networks_is_found_there() {
    let Some(network) = Network::or_skip(1) else {
        return;
    };
    let [anns] = network.machines();
    anns.add_address("10.74.30.1");
    let data = tempfile::tempdir().expect("a folder");
    let ann = Hub::start_on(anns, "10.74.30.1", data);
    finds(anns, &[], "hub_answers");
    drop(ann);
    // And no hub.
    tells_first(anns, &[], "several_networks");
}

#[test]
fn the_doctor_follows_addresses_that_come_go_and_change() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, bobs] = network.machines();
    let ann = Hub::start(anns, &["--title", "Moves"]);
    let old = format!("http://{}:{}/s/{}", anns.ip, ann.port, ann.session);
    comes_to(bobs, &[&old], "her hub", |codes| {
        codes.starts_with(&["one_network", "target_answers"])
    });

    // One more, in the same network and in another.
    anns.add_address("10.74.20.101");
    let (finding, _) = finds(anns, &[], "one_network");
    assert!(
        said(&finding, "says").contains("10.74.20.101 (eth0)"),
        "{finding}"
    );
    anns.add_address("10.74.30.1");
    tells_first(anns, &[], "several_networks");
    anns.remove_address("10.74.30.1");

    // The first is gone: who is asked with the old link hears where it is now.
    anns.remove_address(&anns.ip);
    let (finding, all) = finds(anns, &[], "address_changed");
    assert!(said(&finding, "says").contains(&anns.ip), "{finding}");
    assert!(!codes(&all).contains(&"several_networks"), "{all:?}");
    let told = format!("http://10.74.20.101:{}/api/whereabouts", ann.port);
    assert_eq!(bobs.http_status(&told), "403", "for her own machine alone");
    let (moved, all) = finds(bobs, &[&old], "target_moved");
    let new = format!("Open http://10.74.20.101:{}/s/{}", ann.port, ann.session);
    assert_eq!(said(&moved, "action"), new);
    assert!(!codes(&all).contains(&"target_dead"), "one cause: {all:?}");

    // None is left.
    anns.remove_address("10.74.20.101");
    tells_first(anns, &[], "no_network");
}

#[test]
fn the_doctor_names_a_host_that_is_gone_and_a_network_without_multicast() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, bobs] = network.machines();
    let ann = Hub::start(anns, &["--title", "Ann's"]);
    let link = format!("http://{}:{}/s/{}", anns.ip, ann.port, ann.session);

    // Her firewall lets announcements out and nobody in.
    anns.drop_incoming(&format!("tcp dport {}", ann.port));
    let (finding, _) = finds(bobs, &[], "target_dropped");
    assert!(said(&finding, "says").starts_with("“Ann's” is announced and does not answer."));
    assert_eq!(
        finding["level"], "notice",
        "nothing is wrong with Bob's computer"
    );
    tells_first(bobs, &[&link], "target_dropped");
    let output = anns.command("nft").args(["flush", "ruleset"]).output();
    assert!(output.expect("nft runs").status.success());

    // Somewhere between multicast is dropped, and nothing else.
    anns.drop_multicast();
    let unheard = ["target_unheard", "one_network", "target_answers"];
    tells(bobs, &[&link], &unheard);

    // The hub was killed; then the whole machine is gone.
    ann.kill();
    tells_first(bobs, &[&link], "target_refused");
    anns.unplug();
    // Who was there a moment ago may only be slow.
    comes_to(bobs, &[&link], "silence", |codes| {
        codes.starts_with(&["target_silent"]) || codes.starts_with(&["target_dead"])
    });
    // The system forgets within a minute where it was.
    bobs.forget_neighbours();
    tells_first(bobs, &[&link], "target_dead");
}

#[test]
fn the_doctor_names_two_hosts_of_one_title() {
    let Some(network) = Network::or_skip(3) else {
        return;
    };
    let [anns, bobs, carls] = network.machines();
    let _ann = Hub::start(anns, &["--title", "Our board"]);
    let _bob = Hub::start(bobs, &["--title", "our board"]);
    let (finding, found) = finds(carls, &[], "same_title");
    let says = said(&finding, "says");
    assert!(says.starts_with("2 sessions nearby are called"), "{says}");
    assert!(says.contains(&anns.ip) && says.contains(&bobs.ip), "{says}");
    assert_eq!(
        codes(&found),
        ["no_hub", "same_title", "one_network", "others_heard"]
    );
}
