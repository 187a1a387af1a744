use proptest::prelude::*;

use super::*;

fn own(ip: &str, prefix_bits: u8) -> OwnAddress {
    OwnAddress {
        ip: ip.parse().expect("an address"),
        prefix_bits,
        in_use: true,
    }
}

fn at(text: &str) -> SocketAddr {
    text.parse().expect("an address and a port")
}

/// On a machine at home: 192.168.1.7 in a network of 256.
fn at_home() -> Search {
    let mut search = Search::default();
    search.moved(&[own("127.0.0.1", 8), own("192.168.1.7", 24)]);
    search
}

fn targets(asked: &[Asked]) -> Vec<SocketAddr> {
    asked.iter().map(|asked| asked.target).collect()
}

/// Lets everything that is due end, `meets` saying how; gives what was asked.
fn run(search: &mut Search, now_ms: u64, meets: impl Fn(SocketAddr) -> Met) -> Vec<SocketAddr> {
    let mut all = Vec::new();
    loop {
        let asked = search.due(now_ms);
        if asked.is_empty() {
            return all;
        }
        assert!(asked.len() <= ASKED_AT_ONCE);
        all.extend(targets(&asked));
        for one in asked {
            search.ended(now_ms, one, meets(one.target));
        }
    }
}

const NOBODY: fn(SocketAddr) -> Met = |_| Met::Nothing;

#[test]
fn where_one_was_before_is_asked_once_nobody_is_heard_for_some_seconds() {
    let mut search = at_home();
    let places = [at("192.168.1.5:7420"), at("10.1.2.3:7421")];
    search.remember(&places);
    search.hears(0, false);
    assert_eq!(search.due(2_999), []);
    assert_eq!(search.next_due_ms(0), Some(3_000));
    let mut asked = run(&mut search, 3_000, NOBODY);
    asked.sort_unstable();
    assert_eq!(asked, [places[1], places[0]]);
    assert_eq!(search.due(12_999), [], "not all the time");
    assert_eq!(run(&mut search, 13_000, NOBODY).len(), 2);
    assert_eq!(search.due(32_999), [], "less and less often");
    assert_eq!(run(&mut search, 33_000, NOBODY).len(), 2);

    // Somebody is heard: nobody has to be asked.
    search.hears(40_000, true);
    assert_eq!(search.next_due_ms(40_000), None);
    search.hears(200_000, false);
    assert_eq!(search.next_due_ms(200_000), Some(203_000));

    // Another network is another chance.
    run(&mut search, 203_000, NOBODY);
    search.moved(&[own("10.1.2.9", 16)]);
    assert_eq!(run(&mut search, 203_001, NOBODY).len(), 2);
}

#[test]
fn what_answers_is_asked_again_so_that_its_row_stays_true_and_no_longer_when_it_is_gone() {
    let mut search = at_home();
    search.remember(&[at("192.168.1.5:7420")]);
    search.hears(0, false);
    assert_eq!(run(&mut search, 3_000, |_| Met::Hub).len(), 1);
    search.hears(4_000, true);
    assert_eq!(run(&mut search, 13_000, |_| Met::Hub).len(), 1);
    assert_eq!(run(&mut search, 23_000, NOBODY).len(), 1);
    assert_eq!(search.next_due_ms(23_000), None);
}

#[test]
fn nobody_outside_of_private_networks_and_not_this_machine_is_asked() {
    let mut search = at_home();
    search.remember(&[
        at("8.8.8.8:7420"),
        at("127.0.0.1:7420"),
        at("192.168.1.7:7420"),
        at("[2001:db8::1]:7420"),
    ]);
    search.hears(0, false);
    assert_eq!(run(&mut search, 3_000, NOBODY), []);
    let mut public = Search::default();
    public.moved(&[own("203.0.113.9", 24)]);
    public.sweep();
    let nothing = SweepProgress {
        number: 1,
        ..SweepProgress::default()
    };
    assert_eq!(
        public.progress(),
        &nothing,
        "it says that there was nothing"
    );
    assert_eq!(public.due(0), []);
}

#[test]
fn remembered_places_are_bounded() {
    let mut search = at_home();
    let many: Vec<_> = (0..200).map(|n| at(&format!("10.0.0.{n}:7420"))).collect();
    search.remember(&many);
    search.hears(0, false);
    assert_eq!(run(&mut search, 3_000, NOBODY).len(), PLACES_MAX);
}

#[test]
fn the_network_is_swept_only_when_somebody_asks_for_it_and_each_address_once() {
    let mut search = at_home();
    search.hears(0, false);
    assert_eq!(search.due(60_000), []);
    search.sweep();
    assert_eq!(search.progress().networks, ["192.168.1.0/24"]);
    assert_eq!((search.progress().total, search.progress().asked), (253, 0));
    let asked = run(&mut search, 60_000, NOBODY);
    let distinct: BTreeSet<_> = asked.iter().collect();
    assert_eq!((asked.len(), distinct.len()), (253, 253));
    assert!(asked.contains(&at("192.168.1.1:7420")) && asked.contains(&at("192.168.1.254:7420")));
    let progress = search.progress();
    assert!(!progress.running && progress.asked == 253 && progress.found == 0);
    assert_eq!(search.due(90_000), [], "and not again");
}

#[test]
fn a_hub_that_had_to_take_another_port_is_found_where_its_machine_answers() {
    let mut search = at_home();
    search.sweep();
    let hub = at("192.168.1.9:7423");
    let asked = run(&mut search, 0, |target| match target {
        one if one == hub => Met::Hub,
        one if one.ip() == hub.ip() => Met::Machine,
        _ => Met::Nothing,
    });
    assert_eq!(asked.len(), 253 + 10);
    let progress = search.progress();
    assert!(!progress.running && progress.found == 1, "{progress:?}");
}

#[test]
fn a_sweep_can_be_stopped_and_begun_again() {
    let mut search = at_home();
    search.sweep();
    let under_way = search.due(0);
    assert_eq!(under_way.len(), ASKED_AT_ONCE);
    assert_eq!(search.next_due_ms(0), None, "no more at once");
    search.sweep();
    search.stop_sweep();
    for one in under_way {
        search.ended(0, one, Met::Nothing);
    }
    assert!(!search.progress().running);
    assert_eq!(search.due(0), []);
    search.sweep();
    assert_eq!(run(&mut search, 1, NOBODY).len(), 253);
}

#[test]
fn of_large_networks_the_part_around_us_is_swept_and_of_small_ones_no_more_than_they_are() {
    let swept = |own: &[OwnAddress]| {
        let mut search = Search::default();
        search.moved(own);
        search.sweep();
        search.progress().clone()
    };
    let large = swept(&[own("10.5.6.7", 8)]);
    assert_eq!(
        (large.networks, large.total),
        (vec!["10.5.6.0/24".into()], 253)
    );
    let small = swept(&[own("192.168.1.20", 28)]);
    assert_eq!(
        (small.networks, small.total),
        (vec!["192.168.1.16/28".into()], 13)
    );
    let many: Vec<_> = (0..9).map(|n| own(&format!("10.0.{n}.1"), 24)).collect();
    assert_eq!(swept(&many).total, NETWORKS_MAX * 253);
    let unused = OwnAddress {
        in_use: false,
        ..own("172.17.0.1", 16)
    };
    assert_eq!(swept(&[unused]).total, 0);
}

proptest! {
    #[test]
    fn whatever_happens_few_are_asked_at_once_and_never_outside(
        steps in prop::collection::vec((0..6_u8, any::<u32>(), 0..3_u8), 1..200)
    ) {
        let mut search = at_home();
        let (mut under_way, mut now_ms) = (Vec::new(), 0_u64);
        for (step, number, met) in steps {
            now_ms += u64::from(number % 5_000);
            match step {
                0 => search.remember(&[(Ipv4Addr::from_bits(number), 7420).into()]),
                1 => search.hears(now_ms, number.is_multiple_of(2)),
                2 => search.sweep(),
                3 => search.stop_sweep(),
                4 => search.moved(&[own(&format!("10.0.{}.1", number % 256), (number % 33) as u8)]),
                _ => {}
            }
            under_way.extend(search.due(now_ms));
            prop_assert!(under_way.len() <= ASKED_AT_ONCE);
            for asked in &under_way {
                prop_assert!(is_private(asked.target.ip()));
            }
            if let Some(asked) = under_way.pop() {
                search.ended(now_ms, asked, [Met::Hub, Met::Machine, Met::Nothing][usize::from(met)]);
            }
            let progress = search.progress();
            prop_assert!(progress.asked <= progress.total);
        }
    }
}
