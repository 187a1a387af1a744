//! One sample of every sentence that the app's page shows of an examination, for those who say
//! them in other languages: `ui/src/languages/` is held to the list.
//!
//! What is said of an address that somebody asked about is left: only the command line asks for one.

use std::{collections::BTreeSet, fs, net::SocketAddr, path::Path};

use lanvas_protocol::reach::{DeviceReport, Reached, SocketReached};

use super::{
    company::tests::session,
    diagnosis::tests::{port, well},
    *,
};

const LIST: &str = "../lanvas-protocol/fixtures/sentences/doctor.json";

/// A computer of which nothing is so but this.
fn with(change: impl FnOnce(&mut Facts)) -> Facts {
    let mut facts = well();
    change(&mut facts);
    facts
}

fn interface(name: &str, address: [u8; 4], kind: InterfaceKind) -> InterfaceFact {
    InterfaceFact {
        address: address.into(),
        ..diagnosis::tests::interface(name, kind)
    }
}

fn networks() -> Vec<Facts> {
    use InterfaceKind::{Inner, Network, Tunnel};
    let beside =
        |name, address, kind| with(|facts| facts.interfaces.push(interface(name, address, kind)));
    vec![
        well(),
        with(|facts| facts.interfaces.clear()),
        beside("eth0", [192, 168, 1, 6], Network),
        beside("eth0", [10, 0, 0, 5], Network),
        beside("wg0", [10, 9, 0, 2], Tunnel),
        beside("docker0", [172, 17, 0, 1], Inner),
        with(|facts| facts.interfaces[0].address = [169, 254, 7, 7].into()),
        with(|facts| facts.former = vec![[192, 168, 1, 4].into()]),
        with(|facts| facts.hearing.own = false),
        with(|facts| facts.hearing.others = 0),
        with(|facts| (facts.hearing.others, facts.macos) = (0, true)),
        with(|facts| facts.hearing.others = 1),
        with(|facts| facts.hearing.fault = Some("no such device".into())),
    ]
}

fn ports() -> Vec<Facts> {
    let usual_taken = [(7420, Answer::OtherProgram), (7421, Answer::Lanvas)];
    let usual_taken = usual_taken.map(|(at, answer)| port(at, answer, true));
    vec![
        with(|facts| facts.ports.clear()),
        with(|facts| facts.ports[0].on_the_network = false),
        with(|facts| facts.ports[0].answer = Answer::OtherProgram),
        with(|facts| facts.ports = usual_taken.into()),
    ]
}

fn firewalls() -> Vec<Facts> {
    use FirewallKind::{Firewalld, MacOs, Ufw, WindowsPublic};
    let on = |kind| with(|facts| facts.firewalls = vec![FirewallFact { kind }]);
    [Ufw, Firewalld, WindowsPublic, MacOs].map(on).into()
}

fn devices() -> Vec<Facts> {
    let reached = |latency_ms| SocketReached {
        latency_ms,
        bytes_per_s: 4.0e7,
    };
    let with_socket = |socket| DeviceReport {
        address: [192, 168, 1, 20].into(),
        time_ms: 1,
        reached: Reached {
            http_ms: 5.0,
            socket,
        },
    };
    let reports = [None, Some(reached(3.0)), Some(reached(400.0))].map(with_socket);
    vec![with(|facts| facts.devices = reports.into())]
}

fn company() -> Vec<Facts> {
    let of_one_title = |titles: u8| {
        let of = |at: u8| {
            let place = format!("192.168.1.{at}:7420");
            session(
                &format!("{at:03}class"),
                &format!("Class {}", at / 2),
                &place,
            )
        };
        with(|facts| facts.announced = (0..titles * 2).map(of).collect())
    };
    let mut of_a_nameless = of_one_title(1);
    of_a_nameless.announced[1].host.clear();
    let mut all = vec![
        of_one_title(1),
        of_one_title(2),
        of_one_title(20),
        of_a_nameless,
    ];
    let beside = [true, false];
    let seen = [None, Some(true), Some(false)];
    for answer in [
        Answer::Lanvas,
        Answer::OtherProgram,
        Answer::Refused,
        Answer::Silence,
        Answer::NoWay,
    ] {
        all.extend(beside.map(|beside| silent(answer, beside, Some(true), None)));
        all.extend(seen.map(|seen| silent(answer, true, seen, None)));
        all.push(silent(answer, true, None, Some(7421)));
    }
    all
}

fn silent(answer: Answer, beside: bool, seen: Option<bool>, elsewhere: Option<u16>) -> Facts {
    let address: SocketAddr = ([192, 168, 1, 9], 7420).into();
    let mut announced = session("k3f9x2ab", "Board", "192.168.1.9:7420");
    announced.reachable = false;
    with(|facts| {
        facts.announced = vec![announced];
        facts.silent = vec![TargetFact {
            address,
            beside,
            answer,
            machine_seen: seen,
            hub_elsewhere: elsewhere,
            has_session: None,
        }];
    })
}

#[test]
fn every_sentence_of_an_examination_is_in_the_list() {
    let groups = [networks(), ports(), firewalls(), devices(), company()];
    let all: Vec<_> = groups.iter().flatten().flat_map(diagnose).collect();
    let codes: BTreeSet<_> = all.iter().map(|finding| finding.code).collect();
    for code in codes_in_the_sources() {
        assert!(codes.contains(code), "no sample of {code}");
    }
    let said = all.iter().flat_map(|it| [&it.says, &it.action]);
    let said: BTreeSet<_> = said.filter(|it| !it.is_empty()).collect();
    let list = serde_json::to_string_pretty(&said).expect("text") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(LIST);
    if std::env::var_os("LANVAS_CODEGEN_WRITE").is_some() {
        fs::write(path, list).expect("written");
        return;
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == list,
        "{LIST} is stale: run LANVAS_CODEGEN_WRITE=1 cargo test -p lanvas-discovery sentence"
    );
}

/// Of findings that the app can have.
fn codes_in_the_sources() -> impl Iterator<Item = &'static str> {
    let sources = [
        include_str!("diagnosis.rs"),
        include_str!("company.rs"),
        // Only what is met at an address; the rest is of one that somebody asked about.
        include_str!("target.rs")
            .split("/// It is reached, and not")
            .next()
            .unwrap_or_default(),
    ];
    let parts = sources.map(|source| source.split("#[cfg(test)]").next().unwrap_or_default());
    let strings = parts
        .into_iter()
        .flat_map(|source| source.split('"').skip(1).step_by(2));
    strings
        .filter(|text| {
            text.contains('_')
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        })
        .filter(|code| !["target_beyond_router", "target_unheard"].contains(code))
}
