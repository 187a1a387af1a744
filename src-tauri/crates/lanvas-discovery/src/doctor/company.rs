//! What the sessions that others announce have to do with why nobody gets in: pure.
//!
//! Promises: as those of `diagnosis`; however many are announced, one finding for each kind of
//! cause. Must not know: how they were heard.

use std::{collections::BTreeMap, net::SocketAddr};

use lanvas_protocol::advert::NearbySession;

use super::{Facts, Finding, Level, TargetFact, diagnosis::finding, target};

/// From so many on, a person looks for theirs in the list.
pub(super) const CROWD: usize = 24;
/// Of one title, so many are named.
const NAMED_MAX: usize = 3;

/// All that is to be said of them.
pub(super) fn findings(facts: &Facts) -> Vec<Finding> {
    let alone = [same_titles(&facts.announced), crowd(&facts.announced)];
    let silent = facts.silent.iter().map(|target| silent(facts, target));
    alone.into_iter().flatten().chain(silent).collect()
}

// --- more than one ------------------------------------------------------------------------

fn same_titles(announced: &[NearbySession]) -> Option<Finding> {
    let mut titles: BTreeMap<String, Vec<&NearbySession>> = BTreeMap::new();
    for session in announced {
        let title = session.title.trim().to_lowercase();
        titles.entry(title).or_default().push(session);
    }
    let mut shared = titles.into_values().filter(|of_one| of_one.len() > 1);
    let first = shared.next()?;
    let others = match shared.count() {
        0 => String::new(),
        1 => ", and one more title is used twice".to_owned(),
        more => format!(", and {more} more titles are used twice"),
    };
    let named: Vec<_> = first.iter().take(NAMED_MAX).map(|it| whose(it)).collect();
    let (count, title) = (first.len(), &first[0].title);
    Some(finding(
        "same_title",
        Level::Notice,
        format!(
            "{count} sessions nearby are called “{title}”, hosted by {}{others}.",
            named.join(", ")
        ),
        "Give people the link or its QR code, or change the title of one of them.",
    ))
}

fn whose(session: &NearbySession) -> String {
    let at = place(session).map_or_else(|| session.id.to_string(), |at| at.to_string());
    if session.host.is_empty() {
        at
    } else {
        format!("{} ({at})", session.host)
    }
}

fn crowd(announced: &[NearbySession]) -> Option<Finding> {
    (announced.len() >= CROWD).then(|| {
        finding(
            "crowd",
            Level::Notice,
            format!(
                "{} sessions are announced on this network, and people have to look for theirs in the list.",
                announced.len()
            ),
            "Give people the link, its QR code or its words: these lead to one session.",
        )
    })
}

// --- announced, and not to be reached -----------------------------------------------------

/// As of a target that somebody asked about, but of somebody else's session: nothing that this
/// computer's people have to mend.
fn silent(facts: &Facts, target: &TargetFact) -> Finding {
    let at = |session: &&NearbySession| places(session).any(|at| at == target.address);
    let session = facts.announced.iter().find(at);
    let title = session.map_or("A session", |session| session.title.as_str());
    let found = target::met(target);
    Finding {
        level: Level::Notice,
        says: format!("“{title}” is announced and does not answer. {}", found.says),
        ..found
    }
}

pub(super) fn places(session: &NearbySession) -> impl Iterator<Item = SocketAddr> {
    session.urls.iter().filter_map(|url| place_of(url))
}

pub(super) fn place(session: &NearbySession) -> Option<SocketAddr> {
    places(session).next()
}

/// `host:port` of a row's link.
fn place_of(url: &str) -> Option<SocketAddr> {
    let (_, rest) = url.split_once("://")?;
    rest.split('/').next()?.parse().ok()
}

#[cfg(test)]
pub(super) mod tests {
    use lanvas_protocol::SessionId;

    use super::{
        super::{Answer, diagnose, diagnosis::tests::well},
        *,
    };

    pub(in super::super) fn session(id: &str, title: &str, at: &str) -> NearbySession {
        NearbySession {
            id: SessionId::new(id).expect("an id"),
            title: title.into(),
            host: "Ann".into(),
            people: 1,
            password: false,
            compatible: true,
            reachable: true,
            urls: vec![format!("http://{at}/s/{id}")],
            seen_ms: 0,
            fingerprint: None,
        }
    }

    /// `count` sessions, two of each title.
    fn school(count: u8) -> Facts {
        let of = |number: u8| {
            let title = format!("Class {}", number / 2);
            session(
                &format!("{number:03}class"),
                &title,
                &format!("192.168.1.{number}:7420"),
            )
        };
        Facts {
            announced: (0..count).map(of).collect(),
            ..well()
        }
    }

    fn says(facts: &Facts, code: &str) -> Option<String> {
        let found = diagnose(facts).into_iter().find(|it| it.code == code);
        found.map(|found| found.says)
    }

    #[test]
    fn sessions_of_one_title_are_told_apart() {
        assert_eq!(says(&school(1), "same_title"), None);
        let one = says(&school(2), "same_title").expect("a finding");
        assert_eq!(
            one,
            "2 sessions nearby are called “Class 0”, hosted by Ann (192.168.1.0:7420), Ann (192.168.1.1:7420)."
        );
        let two = says(&school(4), "same_title").expect("a finding");
        assert!(two.ends_with("and one more title is used twice."), "{two}");
        let mut nameless = school(2);
        nameless.announced[1].host.clear();
        nameless.announced[1].title = " class 0".into();
        let told = says(&nameless, "same_title").expect("however it is written");
        assert!(told.ends_with(", 192.168.1.1:7420."), "{told}");
    }

    #[test]
    fn a_crowd_is_told_once_and_so_are_its_titles() {
        let crowd_from = u8::try_from(CROWD).expect("a small number");
        assert_eq!(says(&school(crowd_from - 1), "crowd"), None);
        let said = says(&school(100), "crowd").expect("a finding");
        assert!(said.starts_with("100 sessions"), "{said}");
        let of_titles = says(&school(100), "same_title").expect("one finding");
        assert!(
            of_titles.ends_with("and 49 more titles are used twice."),
            "{of_titles}"
        );
    }

    #[test]
    fn who_is_announced_and_does_not_answer_is_named_with_the_cause() {
        let silent = |answer, seen| {
            let mut facts = school(1);
            facts.announced[0].reachable = false;
            facts.silent = vec![TargetFact {
                address: ([192, 168, 1, 0], 7420).into(),
                beside: true,
                answer,
                machine_seen: seen,
                hub_elsewhere: None,
                has_session: None,
            }];
            let found = diagnose(&facts).remove(0);
            assert_eq!(found.level, Level::Notice, "not this computer's to mend");
            assert!(
                found
                    .says
                    .starts_with("“Class 0” is announced and does not answer. "),
                "{found:?}"
            );
            found.code
        };
        assert_eq!(silent(Answer::Silence, Some(true)), "target_dropped");
        assert_eq!(silent(Answer::Silence, Some(false)), "target_dead");
        assert_eq!(silent(Answer::Refused, Some(true)), "target_refused");
    }
}
