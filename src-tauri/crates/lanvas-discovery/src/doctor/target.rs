//! What is so of the one session that somebody asked about: pure.
//!
//! Promises: as those of `diagnosis`. Must not know: how it was tried.

use super::{
    Answer, Facts, Finding, HearingFact, Level, TargetFact,
    company::{place, places},
    diagnosis::finding,
};

/// What its address answers, and what its announcement says.
pub(super) fn findings(facts: &Facts) -> Vec<Finding> {
    let Some(target) = &facts.target else {
        return Vec::new();
    };
    if let Some(moved) = moved(facts, target) {
        return vec![moved];
    }
    if let Some(gone) = gone(facts, target) {
        return vec![gone];
    }
    let unlisted = unlisted(facts, target);
    std::iter::once(met(target)).chain(unlisted).collect()
}

/// What its address answers.
pub(super) fn met(target: &TargetFact) -> Finding {
    let (ip, port) = (target.address.ip(), target.address.port());
    if let (Some(other), true) = (target.hub_elsewhere, target.answer != Answer::Lanvas) {
        return finding(
            "target_other_port",
            Level::Problem,
            format!("A session is hosted at {ip}, but on port {other}, not {port}."),
            &format!("Open http://{ip}:{other}/"),
        );
    }
    let problem = |code, says, action| finding(code, Level::Problem, says, action);
    match (target.answer, target.beside, target.machine_seen) {
        (Answer::Lanvas, ..) => finding(
            "target_answers",
            Level::Good,
            format!("A session is hosted at {ip}:{port} and this computer reaches it."),
            "",
        ),
        (Answer::OtherProgram, ..) => problem(
            "target_other_program",
            format!("Something else than Lanvas answers at {ip}:{port}."),
            "Look at the link again, above all at the number after the colon.",
        ),
        (Answer::Refused, ..) => problem(
            "target_refused",
            format!("The computer {ip} is on, but no session is hosted there on port {port}."),
            "Ask the host whether the session still runs, and for its link.",
        ),
        (Answer::Silence | Answer::NoWay, false, _) => problem(
            "target_other_network",
            format!("{ip} is in another network than this computer and cannot be reached."),
            "Join the same Wi-Fi or network as the host.",
        ),
        (Answer::Silence | Answer::NoWay, true, Some(true)) => problem(
            "target_dropped",
            format!(
                "The computer {ip} is on, but a firewall there drops what comes to port {port}."
            ),
            &format!(
                "On that computer, let TCP port {port} in; \"lanvas-server doctor\" run there says how."
            ),
        ),
        (Answer::Silence | Answer::NoWay, true, Some(false)) => problem(
            "target_dead",
            format!("No device answers at {ip}."),
            "Check that the host's computer is on, awake and in this network, and look at its address again.",
        ),
        (Answer::Silence | Answer::NoWay, true, None) => problem(
            "target_silent",
            format!("Nothing came back from {ip}:{port}."),
            "Check that the host's computer is on and awake, and that its firewall lets Lanvas in.",
        ),
    }
}

/// It is reached, and not in the list of those nearby.
fn unlisted(facts: &Facts, target: &TargetFact) -> Option<Finding> {
    let mut announced = facts.announced.iter().flat_map(places);
    let listed = announced.any(|at| at == target.address) || is_own(facts, target);
    if listed || target.answer != Answer::Lanvas {
        return None;
    }
    if !target.beside {
        return Some(finding(
            "target_beyond_router",
            Level::Notice,
            "A router stands between, which announcements do not pass: the list of nearby sessions does not show it.".into(),
            "Join by the link, its QR code or its words, which work without.",
        ));
    }
    is_unheard(&facts.hearing).then(|| {
        finding(
            "target_unheard",
            Level::Notice,
            "Its announcement does not get here: something between drops multicast, or its host keeps it off the list.".into(),
            "Join by the link, its QR code or its words, which work without.",
        )
    })
}

fn is_own(facts: &Facts, target: &TargetFact) -> bool {
    let mut own = facts.interfaces.iter().map(|one| one.address);
    target.address.ip().is_loopback() || own.any(|own| own == target.address.ip())
}

/// We hear ourselves and nobody else.
fn is_unheard(heard: &HearingFact) -> bool {
    heard.fault.is_none() && heard.own && heard.others == 0
}

/// There is a hub, and the session of the link is not in it.
fn gone(facts: &Facts, target: &TargetFact) -> Option<Finding> {
    let wanted = facts.session.as_ref()?;
    (target.has_session == Some(false)).then(|| {
        finding(
            "target_session_gone",
            Level::Problem,
            format!(
                "Lanvas answers at {}, but the session {wanted} is not hosted there: it has ended, or the link is another.",
                target.address
            ),
            "Ask the host for the new link, or look at the link again, above all at what comes after \"/s/\".",
        )
    })
}

/// The session of the link is announced, and elsewhere.
fn moved(facts: &Facts, target: &TargetFact) -> Option<Finding> {
    if target.answer == Answer::Lanvas && target.has_session != Some(false) {
        return None;
    }
    let wanted = facts.session.as_ref()?;
    let session = facts.announced.iter().find(|it| it.id == *wanted)?;
    let here = places(session).any(|at| at == target.address);
    let link = session
        .urls
        .first()
        .filter(|_| !here && session.reachable)?;
    Some(finding(
        "target_moved",
        Level::Problem,
        format!(
            "“{}” is no longer at {}: it is at {} now.",
            session.title,
            target.address,
            place(session)?
        ),
        &format!("Open {link}"),
    ))
}

#[cfg(test)]
mod tests {
    use lanvas_protocol::SessionId;

    use super::{
        super::{company::tests::session, diagnose, diagnosis::tests::well},
        *,
    };

    fn target(answer: Answer, beside: bool, machine_seen: Option<bool>) -> Facts {
        let target = TargetFact {
            address: ([192, 168, 1, 9], 7420).into(),
            beside,
            answer,
            machine_seen,
            hub_elsewhere: None,
            has_session: None,
        };
        Facts {
            target: Some(target),
            ..well()
        }
    }

    fn codes(facts: &Facts) -> Vec<&'static str> {
        diagnose(facts).iter().map(|finding| finding.code).collect()
    }

    fn worst(facts: &Facts) -> &'static str {
        codes(facts)[0]
    }

    #[test]
    fn each_cause_at_a_guest_is_named() {
        for (answer, beside, seen, code) in [
            (
                Answer::OtherProgram,
                true,
                Some(true),
                "target_other_program",
            ),
            (Answer::Refused, true, Some(true), "target_refused"),
            (Answer::Silence, true, Some(true), "target_dropped"),
            (Answer::NoWay, true, Some(false), "target_dead"),
            (Answer::Silence, true, Some(false), "target_dead"),
            (Answer::Silence, false, Some(false), "target_other_network"),
            (Answer::NoWay, false, None, "target_other_network"),
            (Answer::Silence, true, None, "target_silent"),
        ] {
            assert_eq!(worst(&target(answer, beside, seen)), code);
        }
        let mut moved = target(Answer::Refused, true, Some(true));
        if let Some(target) = &mut moved.target {
            target.hub_elsewhere = Some(7421);
        }
        assert_eq!(worst(&moved), "target_other_port");
        let reached = diagnose(&target(Answer::Lanvas, true, Some(true)));
        assert!(reached.iter().all(|finding| finding.level == Level::Good));
    }

    #[test]
    fn a_session_that_went_elsewhere_is_told_where() {
        let mut facts = target(Answer::Silence, true, Some(false));
        let there = session("k3f9x2ab", "Board", "192.168.1.20:7420");
        facts.session = Some(there.id.clone());
        facts.announced = vec![there];
        let found = diagnose(&facts);
        assert_eq!(found[0].code, "target_moved");
        assert_eq!(found[0].action, "Open http://192.168.1.20:7420/s/k3f9x2ab");
        facts.announced[0].reachable = false;
        assert_eq!(worst(&facts), "target_dead", "it is not there either");
        facts.announced[0].reachable = true;
        facts.announced[0].urls = vec!["http://192.168.1.9:7420/s/k3f9x2ab".into()];
        assert_eq!(worst(&facts), "target_dead", "announced where it is dead");
        facts.session = SessionId::new("another1").ok();
        assert_eq!(worst(&facts), "target_dead", "somebody else's");
    }

    #[test]
    fn a_session_that_its_hub_does_not_have_is_told() {
        let mut facts = target(Answer::Lanvas, true, Some(true));
        facts.session = SessionId::new("k3f9x2ab").ok();
        assert!(codes(&facts).contains(&"target_answers"), "nobody knows");
        let has = |facts: &mut Facts, has| {
            if let Some(target) = &mut facts.target {
                target.has_session = Some(has);
            }
        };
        has(&mut facts, true);
        assert!(codes(&facts).contains(&"target_answers"));
        has(&mut facts, false);
        let found = diagnose(&facts);
        assert_eq!(found[0].code, "target_session_gone");
        assert_eq!(found[0].level, Level::Problem);
        assert!(found[0].says.contains("k3f9x2ab"), "{}", found[0].says);
        assert!(!codes(&facts).contains(&"target_answers"), "one cause once");
        let there = session("k3f9x2ab", "Board", "192.168.1.20:7420");
        facts.announced = vec![there];
        assert_eq!(worst(&facts), "target_moved");
    }

    #[test]
    fn why_a_session_that_answers_is_not_in_the_list_is_told() {
        let mut facts = target(Answer::Lanvas, true, Some(true));
        facts.hearing.others = 0;
        assert_eq!(worst(&facts), "target_unheard");
        assert!(!codes(&facts).contains(&"nobody_heard"), "one cause once");
        facts.announced = vec![session("k3f9x2ab", "Board", "192.168.1.9:7420")];
        assert_eq!(worst(&facts), "nobody_heard");
        facts.announced.clear();
        facts.hearing.own = false;
        assert_eq!(worst(&facts), "multicast_blocked", "this computer is deaf");
        let beyond = target(Answer::Lanvas, false, Some(true));
        assert_eq!(worst(&beyond), "target_beyond_router");
    }
}
