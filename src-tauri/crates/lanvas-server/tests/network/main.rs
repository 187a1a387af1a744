//! A real network: several machines (network namespaces) on one switch, the
//! real `lanvas-server` on them, and Avahi as the stranger that must be able
//! to read what we announce.
//!
//! Needs root. Where namespaces cannot be made each test says so in a line that
//! starts with `SKIPPED: ` and passes; with `CI=true` it fails instead.

mod asking;
mod avahi;
mod crowd;
mod doctor;
mod moving;
mod namespaces;
mod programs;

use std::{
    io::Write,
    time::{Duration, Instant},
};

use avahi::Avahi;
use namespaces::{Machine, Network};
use programs::{Hub, is_built_with_ui, nearby};

/// Far more than any promise: a failure says how long it took, not "timeout".
const PATIENCE: Duration = Duration::from_secs(60);
const LISTED_WITHIN: Duration = Duration::from_secs(2);
const GONE_AFTER_GOODBYE_WITHIN: Duration = Duration::from_secs(2);
const GONE_AFTER_KILL_WITHIN: Duration = Duration::from_secs(10);
/// Many at once, and many that are asked one after the other whether they are there.
const LISTED_ALL_WITHIN: Duration = Duration::from_secs(20);
const BACK_WITHIN: Duration = Duration::from_secs(15);
/// Of what is timed more than once.
const ROUNDS: usize = 3;

/// A title that is hard on names: a dot, letters beyond ASCII, an emoji.
const TITLE: &str = "Ann's Entwürfe v1.2 🎨";

#[test]
fn a_session_is_found_joined_and_leaves_the_list_when_it_ends_or_is_killed() {
    let Some(network) = Network::or_skip(3) else {
        return;
    };
    let [anns, bobs, third] = network.machines();
    let bob = Hub::start(bobs, &["--title", "Bob's own"]);
    assert!(bob.nearby().is_empty(), "nobody else is there yet");

    // Ann starts a session and Bob sees it.
    let started = Instant::now();
    let ann = Hub::start(anns, &["--title", TITLE]);
    let row = until("Bob sees Ann's session", || bob.hears(&ann.session));
    let mut listed_after = vec![started.elapsed()];
    assert_eq!(row["title"], TITLE);
    assert_eq!(
        (&row["people"], &row["password"], &row["compatible"]),
        (&0.into(), &false.into(), &true.into())
    );
    assert_eq!(
        row["urls"],
        serde_json::json!([format!("http://{}:{}/s/{}", anns.ip, ann.port, ann.session)])
    );

    // Ann sees Bob's session too, and nobody sees a session of their own.
    until("Ann sees Bob's session", || ann.hears(&bob.session));
    assert_eq!((ann.nearby().len(), bob.nearby().len()), (1, 1));

    a_third_machine_lists_both_and_opens_the_link(third, anns, &ann);
    until(
        "another program on Ann's own machine finds it as well",
        || {
            nearby(anns, &["--json"])
                .contains(&ann.session)
                .then_some(())
        },
    );

    // Ann ends it cleanly and starts it again, more than once: what is promised
    // is how long it usually takes, not what one stall of a machine makes of it.
    let mut ann = ann;
    let mut gone = Vec::new();
    for _ in 0..ROUNDS {
        let ended = Instant::now();
        let ending = ann.terminate();
        until("Bob's list is empty", || {
            bob.nearby().is_empty().then_some(())
        });
        gone.push(ended.elapsed());
        let data = ending.ended();
        let started = Instant::now();
        ann = Hub::start_in(anns, data, &[]);
        until("Bob sees it again", || bob.hears(&ann.session));
        listed_after.push(started.elapsed());
    }
    usually_within("gone after a clean end", gone, GONE_AFTER_GOODBYE_WITHIN);
    usually_within("listed after the start", listed_after, LISTED_WITHIN);

    // It is the same session at the same address. Her machine loses power, again and again.
    let row = until("Bob sees it still", || bob.hears(&ann.session));
    assert_eq!(
        row["urls"][0],
        format!("http://{}:{}/s/{}", anns.ip, ann.port, ann.session)
    );
    let mut gone = Vec::new();
    while gone.len() < ROUNDS {
        let killed = Instant::now();
        let data = ann.kill();
        until("Bob's list is empty again", || {
            bob.nearby().is_empty().then_some(())
        });
        gone.push(killed.elapsed());
        ann = Hub::start_in(anns, data, &[]);
        until("Bob sees it after all", || bob.hears(&ann.session));
    }
    usually_within("gone after kill -9", gone, GONE_AFTER_KILL_WITHIN);
}

/// A third machine lists both from the command line and opens Ann's link.
fn a_third_machine_lists_both_and_opens_the_link(third: &Machine, anns: &Machine, ann: &Hub<'_>) {
    let listed: Vec<serde_json::Value> = until("the third machine hears both", || {
        let rows = nearby(third, &["--json"]);
        let rows = rows.lines().map(serde_json::from_str);
        let rows: Result<Vec<_>, _> = rows.collect();
        let rows: Vec<serde_json::Value> = rows.expect("one JSON object per line");
        (rows.len() == 2).then_some(rows)
    });
    let titles: Vec<_> = listed.iter().map(|row| row["title"].clone()).collect();
    assert_eq!(titles, [TITLE, "Bob's own"]);
    until("it hears Ann's once more, for a person", || {
        let start = format!("{}\t{TITLE}\t", ann.session);
        let rows = nearby(third, &[]);
        rows.lines()
            .any(|line| line.starts_with(&start))
            .then_some(())
    });
    let link = listed[0]["urls"][0].as_str().expect("a link");
    let expected = if is_built_with_ui() { "200" } else { "501" };
    assert_eq!(third.http_status(link), expected);
    assert!(
        third
            .get(&format!("http://{}:{}/api/sessions", anns.ip, ann.port))
            .contains(&ann.session)
    );
}

#[test]
fn a_machine_that_drops_off_the_network_leaves_the_list_and_returns_with_its_cable() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, bobs] = network.machines();
    let bob = Hub::start(bobs, &[]);
    let ann = Hub::start(anns, &["--title", TITLE]);
    until("Bob sees Ann's session", || bob.hears(&ann.session));

    let (mut gone, mut back) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let pulled = Instant::now();
        anns.unplug();
        until("Bob's list is empty", || {
            bob.nearby().is_empty().then_some(())
        });
        gone.push(pulled.elapsed());

        anns.plug_in();
        let plugged = Instant::now();
        until("Bob sees it again", || bob.hears(&ann.session));
        back.push(plugged.elapsed());
    }
    usually_within("gone after a pulled cable", gone, GONE_AFTER_KILL_WITHIN);
    usually_within("back after the cable is in", back, BACK_WITHIN);
}

#[test]
fn avahi_reads_a_well_formed_record_and_sees_it_go() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, strangers] = network.machines();
    let (avahi, anns_avahi) = (Avahi::start(strangers), Avahi::start(anns));
    let ann = Hub::start(anns, &["--title", TITLE]);
    let record = until("Avahi resolves the record", || {
        avahi.browse().into_iter().next()
    });

    assert_eq!(record.service_type, "_lanvas._tcp");
    assert_eq!(record.host, format!("lanvas-{}.local", ann.session));
    assert_eq!(
        (record.address.as_str(), record.port),
        (anns.ip.as_str(), ann.port)
    );
    assert!(
        record.instance.starts_with("Ann's Entwürfe"),
        "{}",
        record.instance
    );
    assert!(
        record
            .instance
            .ends_with(&format!("({})", &ann.session[..4])),
        "{}",
        record.instance
    );
    let mut keys: Vec<_> = record.txt.keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["host", "id", "n", "path", "pw", "txtvers", "v"]);
    let value = |key: &str| record.txt[key].as_str();
    assert_eq!(
        (value("txtvers"), value("v"), value("pw"), value("n")),
        ("1", "1", "0", "0")
    );
    assert_eq!(
        (value("id"), value("path")),
        (ann.session.as_str(), format!("/s/{}", ann.session).as_str())
    );

    // Most Linux desktops run Avahi themselves; both share the port.
    until("Avahi on Ann's own machine sees it too", || {
        (!anns_avahi.browse().is_empty()).then_some(())
    });
    until("we hear it where Avahi has the port, too", || {
        nearby(strangers, &["--json"])
            .contains(&ann.session)
            .then_some(())
    });

    let watch = avahi.watch();
    let (mut ann, mut gone) = (ann, Vec::new());
    loop {
        watch.sees_one();
        let ended = Instant::now();
        let ending = ann.terminate();
        watch.sees_it_go();
        gone.push(ended.elapsed());
        let data = ending.ended();
        if gone.len() == ROUNDS {
            break;
        }
        ann = Hub::start_in(anns, data, &[]);
    }
    usually_within("gone from Avahi", gone, GONE_AFTER_GOODBYE_WITHIN);
}

#[test]
fn without_discovery_not_one_datagram_leaves_the_machine() {
    let Some(network) = Network::or_skip(2) else {
        return;
    };
    let [anns, bobs] = network.machines();
    let ann = Hub::start(anns, &["--no-discovery"]);
    // Somebody asks for sessions all the while.
    assert_eq!(nearby(bobs, &["--json", "--seconds", "3"]), "");
    assert_eq!(anns.datagrams_sent(), 0);
    assert!(ann.nearby().is_empty());
    let link = format!("http://{}:{}/healthz", anns.ip, ann.port);
    assert_eq!(
        bobs.http_status(&link),
        "200",
        "who knows the address still gets in"
    );
}

#[test]
fn without_a_network_nearby_says_so() {
    let Some(network) = Network::or_skip(1) else {
        return;
    };
    let [anns] = network.machines();
    anns.unplug();
    let alone = anns.lanvas_server(&["nearby", "--seconds", "3"]);
    assert_eq!((alone.status.code(), alone.stdout.len()), (Some(1), 0));
    assert!(
        String::from_utf8_lossy(&alone.stderr).contains("no network"),
        "{alone:?}"
    );
}

/// Waits for `answer` to be something.
fn until<T>(what: &str, mut answer: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = answer() {
            return answer;
        }
        assert!(
            started.elapsed() < PATIENCE,
            "waited {PATIENCE:?} in vain: {what}"
        );
        std::thread::sleep(Duration::from_millis(25));
    }
}

/// Checks a promised time and prints what it was.
fn within(what: &str, since: Instant, promised: Duration) {
    let took = since.elapsed();
    say(&format!(
        "{what}: {:.2} s (promised {} s)",
        took.as_secs_f64(),
        promised.as_secs()
    ));
    assert!(took <= promised, "{what}: {took:?}, promised {promised:?}");
}

/// Checks a promised time by the median of an odd number of rounds, and prints all.
fn usually_within(what: &str, mut took: Vec<Duration>, promised: Duration) {
    took.sort_unstable();
    let median = took[took.len() / 2];
    say(&format!(
        "{what}: {took:.2?}, promised {} s",
        promised.as_secs()
    ));
    assert!(
        median <= promised,
        "{what}: {took:?}, promised {promised:?}"
    );
}

/// Prints past the test runner's capture.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
