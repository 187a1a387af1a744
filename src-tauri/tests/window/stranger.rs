//! Rows of the list that cannot be joined: what they say, and what pressing one says to do. A host of
//! another version, and one that is announced and does not answer.

use crate::desktop::Desktop;
use crate::lan::{self, Lan};
use crate::programs::Program;
use crate::stories::{There, count, introduce, live};
use crate::webdriver::Page;

/// The row, where nobody else is heard.
const ROW: &str = "section[aria-labelledby=nearby-heading] li button";
/// No Lanvas speaks it.
const LATER_WIRE: &str = "999";
/// Of a DNS record: of the internet, and the only one of its name and kind.
const CLASS: u16 = 1;
const CLASS_ALONE: u16 = 0x8001;
const SECONDS_KEPT: u32 = 120;

/// The app at its home screen, with an ear for the network.
fn listening(desktop: &Desktop) -> Page {
    let app = desktop.start_app(&[]);
    introduce(&app, "Ann", "Go on");
    app.shows("No session nearby yet.");
    app
}

/// Waits until the row can be joined, or cannot.
fn row_is(app: &Page, joined: bool, about: &str) {
    let script = format!(
        "const row = document.querySelector('{ROW}');
        return row !== null && row.classList.contains('closed') !== {joined} && row.textContent.includes('{about}');"
    );
    app.until(&format!("the row says {about:?}"), &script);
}

#[test]
fn a_session_of_another_version_is_listed_and_says_how_to_come_in() {
    let test = "stranger::a_session_of_another_version_is_listed_and_says_how_to_come_in";
    lan::inside(test, |lan| {
        let desktop = Desktop::set_up(lan);
        let app = listening(&desktop);
        let there = There::start_with(lan, "Workshop", &["--no-discovery"]);
        let _announced = announce(lan, "Workshop", &there.session, LATER_WIRE);
        row_is(&app, false, "Another version of Lanvas");
        app.screenshot("1-listed");
        app.click(ROW);
        let link = there.ready["urls"][0].as_str().expect("a link");
        app.shows(&format!("Open {link} in a browser"));
        app.shows("Hello, Ann");
        app.screenshot("2-pressed");
    });
}

#[test]
fn a_session_that_does_not_answer_is_greyed_says_why_and_comes_back() {
    let test = "stranger::a_session_that_does_not_answer_is_greyed_says_why_and_comes_back";
    lan::inside(test, |lan| {
        let desktop = Desktop::set_up(lan);
        let app = listening(&desktop);
        let there = There::start(lan, "Workshop");
        row_is(&app, true, "Workshop");
        // It goes on being announced, and nobody gets in.
        firewall(
            lan,
            "add table inet lanvas-test; \
             add chain inet lanvas-test input { type filter hook input priority 0; }; \
             add rule inet lanvas-test input tcp dport 7420 drop",
        );
        row_is(&app, false, "Does not answer any more");
        app.click(&format!("{ROW}.closed"));
        app.shows("Nothing answers at 10.77.0.2");
        app.shows("Hello, Ann");
        app.screenshot("1-pressed");

        firewall(lan, "flush ruleset");
        row_is(&app, true, "Workshop");
        app.click(ROW);
        live(&app);
        assert_eq!(count(&app, "session"), *there.session);
    });
}

fn firewall(lan: &Lan, rules: &str) {
    let output = lan.there("nft").arg(rules).output().expect("nft runs");
    assert!(output.status.success(), "{output:?}");
}

/// Announces the session from the other machine, as whoever speaks these versions, again and again.
fn announce(lan: &Lan, title: &str, session: &str, versions: &str) -> Program {
    let multicast = "route add 224.0.0.0/4 dev eth0".split(' ');
    let way = lan.there("ip").args(multicast).status();
    assert!(way.is_ok_and(|status| status.success()), "a way to all");
    let file = lan.folder.join("record");
    std::fs::write(&file, record(title, session, versions)).expect("written");
    let script = "exec 3>/dev/udp/224.0.0.251/5353; while cat \"$0\" >&3; do sleep 0.5; done";
    let mut command = lan.there("bash");
    Program::start(
        command.args(["-c", script]).arg(&file),
        &lan.folder.join("stranger.log"),
    )
}

/// What a hub there would answer who asks for sessions: four records in one message.
fn record(title: &str, session: &str, versions: &str) -> Vec<u8> {
    const KIND: &str = "_lanvas._tcp.local";
    let instance = format!("{title} ({})", &session[..4]);
    let host = format!("lanvas-{session}.local");
    let named = [&text(&instance)[..], &name(KIND)].concat();
    let texts = [
        "txtvers=1".to_owned(),
        format!("id={session}"),
        format!("v={versions}"),
        "n=1".to_owned(),
        "pw=0".to_owned(),
        format!("path=/s/{session}"),
        "host=Ben".to_owned(),
    ];
    let texts: Vec<u8> = texts.iter().flat_map(|it| text(it)).collect();
    // An answer, of its own accord, of four.
    let mut message: Vec<u8> = vec![0, 0, 0x84, 0, 0, 0, 0, 4, 0, 0, 0, 0];
    message.extend(answer(&name(KIND), 12, CLASS, &named));
    let port = 7420_u16.to_be_bytes();
    let place = [&[0, 0, 0, 0][..], &port, &name(&host)].concat();
    message.extend(answer(&named, 33, CLASS_ALONE, &place));
    message.extend(answer(&named, 16, CLASS_ALONE, &texts));
    let address: std::net::Ipv4Addr = lan::THERE.parse().expect("an address");
    message.extend(answer(&name(&host), 1, CLASS_ALONE, &address.octets()));
    message
}

fn answer(of: &[u8], kind: u16, class: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("a short one");
    let mut bytes = of.to_vec();
    for number in [kind, class] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend(SECONDS_KEPT.to_be_bytes());
    bytes.extend(length.to_be_bytes());
    bytes.extend(data);
    bytes
}

/// A name of several labels, to its end.
fn name(dotted: &str) -> Vec<u8> {
    let mut bytes: Vec<u8> = dotted.split('.').flat_map(text).collect();
    bytes.push(0);
    bytes
}

/// With its length before it.
fn text(it: &str) -> Vec<u8> {
    let mut bytes = vec![u8::try_from(it.len()).expect("a short one")];
    bytes.extend(it.bytes());
    bytes
}
