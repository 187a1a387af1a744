use super::*;
use proptest::prelude::*;

const ANN: &str = "Friday sketches (k3f9)._lanvas._tcp.local.";

fn id(text: &str) -> SessionId {
    SessionId::new(text).expect("a well-formed id")
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn own(text: &str, prefix_bits: u8) -> OwnAddress {
    OwnAddress {
        ip: ip(text),
        prefix_bits,
        in_use: true,
    }
}

fn txt(id: &str, people: u32) -> Vec<(String, Vec<u8>)> {
    let strings = [
        ("txtvers", "1".to_owned()),
        ("id", id.to_owned()),
        ("v", "1".to_owned()),
        ("n", people.to_string()),
        ("pw", "0".to_owned()),
        ("path", format!("/s/{id}")),
        ("host", "Ann".to_owned()),
    ];
    strings
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.into_bytes()))
        .collect()
}

fn heard(fullname: &str, id: &str, addresses: &[&str]) -> Heard {
    Heard {
        fullname: fullname.to_owned(),
        port: 7420,
        addresses: addresses.iter().map(|text| ip(text)).collect(),
        txt: txt(id, 3),
    }
}

fn ann(addresses: &[&str]) -> Event {
    Event::Heard(heard(ANN, "k3f9x2ab", addresses))
}

fn probed(fullname: &str, answered: bool) -> Event {
    Event::Probed {
        fullname: fullname.to_owned(),
        answered,
    }
}

/// A registry on a machine at home: 192.168.1.7 in a network of 256.
fn at_home() -> Registry {
    let mut registry = Registry::default();
    registry.step(
        0,
        Event::OwnAddresses(vec![own("127.0.0.1", 8), own("192.168.1.7", 24)]),
    );
    registry
}

fn urls(registry: &Registry) -> Vec<String> {
    registry
        .list(0)
        .into_iter()
        .flat_map(|row| row.urls)
        .collect()
}

#[test]
fn a_session_with_a_certificate_is_offered_by_https_and_says_which() {
    let mut registry = at_home();
    let own = lanvas_protocol::Fingerprint::new([7; 32]);
    let mut record = heard(ANN, "k3f9x2ab", &["192.168.1.5"]);
    record
        .txt
        .push(("fp".to_owned(), own.to_txt().into_bytes()));
    registry.step(0, Event::Heard(record));
    assert_eq!(urls(&registry), ["https://192.168.1.5:7420/s/k3f9x2ab"]);
    assert_eq!(registry.list(0)[0].fingerprint, Some(own));
}

#[test]
fn ann_starts_a_session_and_it_appears_once_although_it_is_heard_in_steps() {
    let mut registry = at_home();
    // First only her loopback comes: nobody can join there, so there is no row.
    registry.step(100, ann(&["127.0.0.1"]));
    assert_eq!(registry.list(100), []);

    registry.step(300, ann(&["10.8.0.3"]));
    assert!(
        registry
            .step(350, ann(&["192.168.1.5", "fe80::1", "fd00::5"]))
            .changed
    );
    let rows = registry.list(400);
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(
        (row.id.as_str(), row.title.as_str(), row.host.as_str()),
        ("k3f9x2ab", "Friday sketches", "Ann")
    );
    assert_eq!(
        (row.people, row.password, row.compatible, row.reachable),
        (3, false, true, true)
    );
    assert_eq!(
        row.urls,
        [
            "http://192.168.1.5:7420/s/k3f9x2ab",
            "http://10.8.0.3:7420/s/k3f9x2ab",
            "http://[fd00::5]:7420/s/k3f9x2ab"
        ]
    );
}

#[test]
fn people_join_ann_and_the_row_stays_where_it_is() {
    let mut registry = at_home();
    registry.step(0, ann(&["192.168.1.5"]));
    registry.step(
        0,
        Event::Heard(heard(
            "Atelier (aaaa)._lanvas._tcp.local.",
            "aaaabbbb",
            &["192.168.1.9"],
        )),
    );
    let more = Heard {
        txt: txt("k3f9x2ab", 12),
        ..heard(ANN, "k3f9x2ab", &["192.168.1.5"])
    };
    assert!(registry.step(9_000, Event::Heard(more.clone())).changed);
    assert!(
        !registry.step(9_500, Event::Heard(more)).changed,
        "nothing new the second time"
    );
    let rows: Vec<_> = registry
        .list(9_500)
        .into_iter()
        .map(|row| (row.title, row.people))
        .collect();
    assert_eq!(
        rows,
        [
            ("Atelier".to_owned(), 3),
            ("Friday sketches".to_owned(), 12)
        ]
    );
}

#[test]
fn ann_says_goodbye_and_is_gone() {
    let mut registry = at_home();
    registry.step(0, ann(&["192.168.1.5"]));
    let outcome = registry.step(1_000, Event::Gone(ANN.to_owned()));
    assert!(outcome.changed && !outcome.doubtful);
    assert_eq!(registry.list(1_000), []);
    assert!(!registry.step(1_001, Event::Gone(ANN.to_owned())).changed);
}

#[test]
fn anns_machine_is_killed_and_the_network_is_asked_before_the_row_goes() {
    let mut registry = at_home();
    registry.step(0, ann(&["192.168.1.5", "192.168.1.6"]));
    let probes = registry.due_probes(0, 16);
    assert_eq!(probes.len(), 1);
    assert_eq!(
        probes[0].targets,
        [
            "192.168.1.5:7420".parse().expect("an address"),
            "192.168.1.6:7420".parse().expect("an address")
        ]
    );
    registry.step(5, probed(ANN, true));
    assert_eq!(
        registry.due_probes(2_999, 16),
        [],
        "asked every three seconds, not more often"
    );
    assert_eq!(registry.next_probe_ms(5), Some(3_000));

    assert_eq!(registry.due_probes(3_000, 16).len(), 1);
    let outcome = registry.step(3_010, probed(ANN, false));
    assert_eq!(outcome.verify.as_deref(), Some(ANN));
    assert!(
        !registry.list(3_010)[0].reachable,
        "greyed until the network has answered"
    );

    let outcome = registry.step(6_010, Event::Gone(ANN.to_owned()));
    assert!(outcome.doubtful, "a lost answer would look the same");
    assert_eq!(registry.list(6_010), []);
}

#[test]
fn a_hub_behind_a_firewall_stays_greyed_and_is_verified_less_and_less_often() {
    let mut registry = at_home();
    registry.step(0, ann(&["192.168.1.5"]));
    let asked =
        |registry: &mut Registry, at| registry.step(at, probed(ANN, false)).verify.is_some();
    let times: Vec<u64> = (1..=60)
        .map(|n| n * 3_000)
        .filter(|at| asked(&mut registry, *at))
        .collect();
    assert_eq!(times[..4], [3_000, 6_000, 12_000, 36_000]);
    assert!(times.len() < 10);
    assert!(!registry.list(200_000)[0].reachable);

    assert!(registry.step(200_000, probed(ANN, true)).changed);
    assert!(
        registry.list(200_000)[0].reachable,
        "it answered, all is well"
    );
}

#[test]
fn our_own_sessions_never_show_not_even_while_their_goodbye_is_on_the_way() {
    let mut registry = at_home();
    registry.step(0, Event::Advertised(id("k3f9x2ab")));
    let outcome = registry.step(10, ann(&["192.168.1.7"]));
    assert!(outcome.heard_own && !outcome.changed);
    registry.step(1_000, Event::Withdrawn(id("k3f9x2ab")));
    assert_eq!(registry.list(1_500), []);
    assert_eq!(registry.due_probes(1_500, 16), []);
    registry.step(2_000, Event::Gone(ANN.to_owned()));

    // Later a colleague opens a copy of the same session.
    registry.step(60_000, ann(&["192.168.1.5"]));
    assert_eq!(registry.list(60_000).len(), 1);
}

#[test]
fn another_hub_on_this_machine_may_be_reached_by_loopback_too() {
    let mut registry = at_home();
    registry.step(0, ann(&["127.0.0.1", "192.168.1.7"]));
    assert_eq!(
        urls(&registry),
        [
            "http://192.168.1.7:7420/s/k3f9x2ab",
            "http://127.0.0.1:7420/s/k3f9x2ab"
        ]
    );
}

#[test]
fn nobody_is_sent_off_this_network() {
    let mut registry = at_home();
    registry.step(
        0,
        ann(&[
            "8.8.8.8",
            "0.0.0.0",
            "224.0.0.251",
            "255.255.255.255",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "127.0.0.1",
            "::1",
        ]),
    );
    assert_eq!(registry.list(0), []);
    assert_eq!(registry.due_probes(0, 16), []);

    // A campus with public addresses: what is beside us is on this network.
    registry.step(1, Event::OwnAddresses(vec![own("8.8.8.9", 24)]));
    assert_eq!(urls(&registry), ["http://8.8.8.8:7420/s/k3f9x2ab"]);
}

#[test]
fn a_renamed_session_is_one_row_with_the_new_title_all_the_time() {
    let mut registry = at_home();
    registry.step(0, ann(&["192.168.1.5"]));
    let renamed = heard(
        "Plan (k3f9)._lanvas._tcp.local.",
        "k3f9x2ab",
        &["192.168.1.5"],
    );
    registry.step(10, Event::Heard(renamed));
    let titles = |registry: &Registry| {
        registry
            .list(10)
            .into_iter()
            .map(|row| row.title)
            .collect::<Vec<_>>()
    };
    assert_eq!(titles(&registry), ["Plan"]);
    assert_eq!(urls(&registry), ["http://192.168.1.5:7420/s/k3f9x2ab"]);
    registry.step(20, Event::Gone(ANN.to_owned()));
    assert_eq!(titles(&registry), ["Plan"]);
}

#[test]
fn a_forged_record_for_anns_session_does_not_take_her_place_once_she_answered() {
    let mut registry = at_home();
    registry.step(0, ann(&["192.168.1.5"]));
    registry.step(5, probed(ANN, true));
    for n in 0..10 {
        let forged = heard(
            &format!("Evil {n} (k3f9)._lanvas._tcp.local."),
            "k3f9x2ab",
            &["192.168.1.66"],
        );
        registry.step(10 + n, Event::Heard(forged));
    }
    let rows = registry.list(20);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].title, "Friday sketches");
    assert_eq!(rows[0].urls[0], "http://192.168.1.5:7420/s/k3f9x2ab");
}

#[test]
fn an_address_that_the_host_lost_is_forgotten() {
    let mut registry = at_home();
    registry.step(0, ann(&["192.168.1.5"]));
    registry.step(900, ann(&["192.168.1.80"]));
    assert_eq!(urls(&registry).len(), 2, "perhaps they only come in steps");
    let left = ["http://192.168.1.80:7420/s/k3f9x2ab"];
    assert_eq!(registry.due_probes(1_899, 1), [], "it has time to be named");
    assert_eq!(registry.due_probes(1_900, 1).len(), 1);
    assert!(registry.step(1_901, probed(ANN, true)).changed);
    assert_eq!(urls(&registry), left, "nobody has to say anything for that");

    // One that was there for long goes with the first record that leaves it out.
    registry.step(60_000, ann(&["192.168.1.80", "192.168.1.5"]));
    registry.step(70_000, ann(&["192.168.1.80"]));
    assert_eq!(urls(&registry), left);
}

fn found(at: &str, listed: &[(&str, &str)]) -> Event {
    let sessions = listed.iter().map(|(id, title)| {
        let strings = txt(id, 2);
        let strings = strings
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_slice()));
        let advert = read_txt(strings).expect("a sound record");
        ((*title).to_owned(), advert)
    });
    Event::Found(Found {
        at: at.parse().expect("an address and a port"),
        sessions: sessions.collect(),
    })
}

#[test]
fn a_hub_that_was_asked_has_its_rows_until_it_says_otherwise_or_nothing() {
    let mut registry = at_home();
    let ann = "192.168.1.5:7421";
    let both = [("k3f9x2ab", "Friday sketches"), ("aaaabbbb", "Atelier")];
    assert!(registry.step(0, found(ann, &both)).changed);
    assert!(!registry.step(10, found(ann, &both)).changed);
    let titles = |registry: &Registry| {
        let rows = registry.list(0).into_iter();
        rows.map(|row| row.title).collect::<Vec<_>>()
    };
    assert_eq!(titles(&registry), ["Atelier", "Friday sketches"]);
    assert_eq!(urls(&registry)[1], "http://192.168.1.5:7421/s/k3f9x2ab");
    assert!(!registry.hears_somebody(0), "it was asked, not heard");

    // One ended, the other was renamed.
    registry.step(20, found(ann, &[("k3f9x2ab", "Saturday")]));
    assert_eq!(titles(&registry), ["Saturday"]);

    // It is asked like any other, and nobody else vouches for it.
    let [probe] = &registry.due_probes(4_000, 16)[..] else {
        panic!("one question");
    };
    let silent = probed(&probe.fullname, false);
    let first = registry.step(4_100, silent.clone());
    assert_eq!((first.changed, first.verify), (true, None));
    let second = registry.step(7_100, silent);
    assert!(second.changed && !second.doubtful);
    assert_eq!(registry.list(7_100), []);
}

/// Two hubs that fight for one name may not have us ask as fast as we can.
#[test]
fn a_name_stands_for_one_session_and_each_is_asked_at_its_pace() {
    let mut registry = at_home();
    for (now_ms, id) in [(0, "k3f9x2ab"), (10, "k3f9zzzz"), (20, "k3f9x2ab")] {
        registry.step(now_ms, Event::Heard(heard(ANN, id, &["192.168.1.5"])));
        let rows = registry.list(now_ms);
        assert_eq!((rows.len(), rows[0].id.as_str()), (1, id));
    }
    assert_eq!(registry.due_probes(30, 16).len(), 1);
    assert_eq!(registry.due_probes(31, 16), []);
    assert_eq!(registry.next_probe_ms(31), Some(3_030));
}

#[test]
fn what_is_heard_and_found_is_one_row() {
    let mut registry = at_home();
    registry.step(0, ann(&["192.168.1.5"]));
    let listed = [("k3f9x2ab", "Friday sketches")];
    registry.step(1, found("192.168.1.5:7420", &listed));
    assert_eq!(urls(&registry), ["http://192.168.1.5:7420/s/k3f9x2ab"]);
    assert!(registry.hears_somebody(1));
}

#[test]
fn a_flood_of_fakes_neither_grows_the_list_nor_drives_ann_out() {
    let mut registry = at_home();
    registry.step(0, ann(&["192.168.1.5"]));
    registry.step(1, probed(ANN, true));
    for n in 0..2_000 {
        let fake = heard(
            &format!("A{n} (fake)._lanvas._tcp.local."),
            &format!("fake{n}"),
            &["192.168.1.66"],
        );
        registry.step(10 + n, Event::Heard(fake));
    }
    assert_eq!(registry.kept(), KEPT_MAX);
    let rows = registry.list(3_000);
    assert_eq!(rows.len(), SHOWN_MAX);
    assert!(rows.iter().any(|row| row.id == id("k3f9x2ab")));
    assert_eq!(
        registry.due_probes(3_000, 16).len(),
        16,
        "never more questions than there is room for"
    );
}

#[test]
fn a_late_honest_session_takes_the_place_of_a_fake_that_does_not_answer() {
    let mut registry = at_home();
    for n in 0..600 {
        let fake = heard(
            &format!("A{n} (fake)._lanvas._tcp.local."),
            &format!("fake{n}"),
            &["192.168.1.66"],
        );
        registry.step(n, Event::Heard(fake));
    }
    registry.step(700, probed("A1 (fake)._lanvas._tcp.local.", false));
    registry.step(800, ann(&["192.168.1.5"]));
    registry.step(801, probed(ANN, true));
    assert!(
        registry
            .list(900)
            .iter()
            .any(|row| row.id == id("k3f9x2ab"))
    );
}

fn any_event() -> impl Strategy<Value = Event> {
    let name = prop_oneof!["[abc] \\(k3f9\\)\\._lanvas\\._tcp\\.local\\.", ".{0,80}"];
    let session = prop_oneof!["k3f9x2ab|aaaabbbb|own1", ".{0,40}"];
    let address = any::<[u8; 4]>()
        .prop_map(IpAddr::from)
        .boxed()
        .prop_union(any::<[u16; 8]>().prop_map(IpAddr::from).boxed());
    let strings = prop::collection::vec(
        (
            prop_oneof!["id|v|n|pw|host|path", ".{0,9}"],
            any::<Vec<u8>>(),
        ),
        0..8,
    );
    let record = (
        name.clone(),
        session,
        any::<u16>(),
        prop::collection::vec(address, 0..20),
        strings,
    )
        .prop_map(|(fullname, id, port, addresses, mut strings)| {
            strings.extend(txt(&id, 1));
            Heard {
                fullname,
                port,
                addresses,
                txt: strings,
            }
        });
    prop_oneof![
        6 => record.prop_map(Event::Heard),
        1 => name.clone().prop_map(Event::Gone),
        2 => (name, any::<bool>()).prop_map(|(fullname, answered)| Event::Probed { fullname, answered }),
        1 => (any::<[u8; 4]>(), 0..=200_u8).prop_map(|(ip, bits)| Event::OwnAddresses(vec![OwnAddress { ip: ip.into(), prefix_bits: bits, in_use: true }])),
        1 => Just(Event::Advertised(SessionId::new("own1").expect("an id"))),
    ]
}

proptest! {
    #[test]
    fn whatever_the_network_sends_the_rows_are_few_short_and_lead_to_a_session(
        events in prop::collection::vec((0..100_000_u64, any_event()), 0..80),
    ) {
        let mut registry = at_home();
        for (at, event) in events {
            registry.step(at, event);
            prop_assert!(registry.due_probes(at, 3).len() <= 3);
        }
        let rows = registry.list(100_000);
        prop_assert!(rows.len() <= SHOWN_MAX && registry.kept() <= KEPT_MAX);
        for row in rows {
            prop_assert!(row.title.len() <= 63 && row.host.len() <= 64);
            prop_assert!(!row.title.chars().chain(row.host.chars()).any(char::is_control));
            prop_assert!(!row.urls.is_empty() && row.urls.len() <= ADDRESSES_MAX);
            let path = format!("/s/{}", row.id);
            prop_assert!(row.urls.iter().all(|url| url.starts_with("http://") && url.ends_with(&path)));
        }
    }
}
