//! A whole school on one network: a hundred sessions at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener},
    process::Stdio,
    time::Instant,
};

use lanvas_discovery::{Advert, Discovery, DiscoveryConfig};
use lanvas_protocol::{SessionId, advert::DEFAULT_PORT};

use crate::{
    LISTED_ALL_WITHIN,
    doctor::tells,
    namespaces::Network,
    programs::{Hub, Program},
    until, within,
};

const SESSIONS: usize = 100;
/// Says to the body below that it runs on a machine of a test's network.
const MARK: &str = "LANVAS_TEST_CROWD";

#[test]
fn a_hundred_sessions_at_once_are_all_listed_and_all_gone_when_they_end() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [schools, bobs] = network.machines();
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = schools.command(env::current_exe().expect("this").to_str().expect("a path"));
    command
        .args(["--exact", "crowd::the_crowd", "--ignored"])
        .env(MARK, "1")
        .stdout(Stdio::null());
    let began = Instant::now();
    let crowd = Program::start(&mut command, folder.path().join("log"));
    let bob = Hub::start(bobs, &[]);
    let listed = || {
        let rows = bob.nearby().into_iter();
        let answering = rows.filter(|row| row["reachable"] == true);
        let titles = answering.map(|row| (row["id"].to_string(), row["title"].to_string()));
        titles.collect::<BTreeMap<_, _>>()
    };
    let all = until("all are listed", || {
        let all = listed();
        (all.len() == SESSIONS).then_some(all)
    });
    within("a hundred sessions", began, LISTED_ALL_WITHIN);
    let titles: BTreeSet<_> = all.into_values().collect();
    assert_eq!(titles.len(), SESSIONS / 2, "two of each title are two rows");
    let expected = [
        "same_title",
        "crowd",
        "one_network",
        "hub_answers",
        "others_heard",
    ];
    tells(bobs, &[], &expected);

    let killed = Instant::now();
    drop(crowd);
    until("all are gone", || bob.nearby().is_empty().then_some(()));
    within("a hundred that were killed", killed, LISTED_ALL_WITHIN);
}

/// Announces the sessions and says that they are there, until it is killed.
#[test]
#[ignore = "the body of a machine on the network, started by the test above"]
fn the_crowd() {
    if env::var_os(MARK).is_none() {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _inside = runtime.enter();
    let discovery = Discovery::start(DiscoveryConfig::default()).expect("a runtime is there");
    discovery.advertise_only((0..SESSIONS).map(|number| Advert {
        id: SessionId::new(format!("{number:03}crowd")).expect("an id"),
        title: format!("Class {}", number / 2),
        host: "School".to_owned(),
        people: 1,
        password: false,
        port: DEFAULT_PORT,
        fingerprint: None,
    }));
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, DEFAULT_PORT)).expect("a free port");
    for socket in listener.incoming() {
        let mut socket = socket.expect("a question");
        let _ = socket.read(&mut [0; 512]);
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    }
}
