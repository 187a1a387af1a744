//! Carries the questions of `search` to the network and the answers back.
//!
//! Promises: a question ends within [`KNOWN_TIMEOUT`] or [`SWEPT_TIMEOUT`];
//! what a stranger says of its sessions is cut, cleaned and so many; everything
//! ends with the value. Must not know: whom to ask when.

use std::{net::SocketAddr, time::Duration};

use lanvas_protocol::{
    Fingerprint, SessionId,
    advert::{HOST_MAX_BYTES, HeardAdvert, INSTANCE_NAME_MAX_BYTES, PEOPLE_MAX, plain_text_within},
};
use serde::Deserialize;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::timeout,
};

use crate::{
    interfaces::OwnAddress,
    question::{ask, body},
    registry::Found,
    search::{Asked, Met, Search, SweepProgress},
};

/// A remembered address may be far away and its Wi-Fi asleep.
const KNOWN_TIMEOUT: Duration = Duration::from_millis(1_500);
/// A machine of the own network answers in milliseconds, and 253 are waited for.
const SWEPT_TIMEOUT: Duration = Duration::from_millis(500);
/// The list of a hub with many sessions.
const ANSWER_BYTES_MAX: u64 = 65_536;
/// Sessions of one hub that are believed.
const SESSIONS_MAX: usize = 32;
/// Presses that wait to be carried out.
const WISHES_MAX: usize = 16;

/// What the shell wants of it.
#[derive(Debug)]
enum Wish {
    Remember(Vec<SocketAddr>),
    Sweep,
    StopSweep,
}

/// Lets a shell ask others by unicast where nothing is heard. Cheap to clone;
/// what it is asked after discovery ended, or while it is switched off, is not
/// done.
#[derive(Clone, Debug)]
pub struct Seeker {
    wishes: mpsc::Sender<Wish>,
    progress: watch::Receiver<SweepProgress>,
}

impl Seeker {
    /// Where sessions were reached before: asked while nobody is heard. The
    /// first sixteen count.
    pub fn remember(&self, places: Vec<SocketAddr>) {
        let _ = self.wishes.try_send(Wish::Remember(places));
    }

    /// Asks every address of the own networks, because a person wants it. False
    /// when that is not possible: discovery is switched off.
    #[must_use]
    pub fn sweep(&self) -> bool {
        self.wishes.try_send(Wish::Sweep).is_ok()
    }

    /// Asks no more.
    pub fn stop_sweep(&self) {
        let _ = self.wishes.try_send(Wish::StopSweep);
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> watch::Receiver<SweepProgress> {
        self.progress.clone()
    }
}

/// What the driver has of it.
pub(crate) struct Seeking {
    search: Search,
    asked: JoinSet<(Asked, Answer)>,
    wishes: mpsc::Receiver<Wish>,
    progress: watch::Sender<SweepProgress>,
}

/// What came of one question.
pub(crate) enum Answer {
    Hub(Vec<(String, HeardAdvert)>),
    Machine,
    Nothing,
}

/// One row of `GET /api/sessions`, as far as it matters here.
#[derive(Deserialize)]
struct Listed {
    id: SessionId,
    #[serde(default)]
    title: String,
    #[serde(default)]
    host: String,
    #[serde(default)]
    people: u32,
    #[serde(default)]
    password: bool,
    #[serde(default)]
    fingerprint: Option<Fingerprint>,
}

/// The two ends.
pub(crate) fn seeking() -> (Seeker, Seeking) {
    let (wishes_in, wishes) = mpsc::channel(WISHES_MAX);
    let (progress_in, progress) = watch::channel(SweepProgress::default());
    let seeking = Seeking {
        search: Search::default(),
        asked: JoinSet::new(),
        wishes,
        progress: progress_in,
    };
    let seeker = Seeker {
        wishes: wishes_in,
        progress,
    };
    (seeker, seeking)
}

impl Seeking {
    /// The next wish or answer, to be given to [`Self::take`] if it is one. Safe to drop and
    /// call again. Never ready when there is nothing to wait for.
    pub(crate) async fn next(&mut self) -> Option<(Asked, Answer)> {
        tokio::select! {
            Some(wish) = self.wishes.recv() => {
                match wish {
                    Wish::Remember(places) => self.search.remember(&places),
                    Wish::Sweep => self.search.sweep(),
                    Wish::StopSweep => self.search.stop_sweep(),
                }
                None
            }
            Some(Ok(answered)) = self.asked.join_next() => Some(answered),
            else => std::future::pending().await,
        }
    }

    /// Asks what is due.
    pub(crate) fn catch_up(&mut self, now_ms: u64, hears_somebody: bool) {
        self.search.hears(now_ms, hears_somebody);
        for asked in self.search.due(now_ms) {
            self.asked
                .spawn(async move { (asked, answer(asked.target, asked.limit()).await) });
        }
        let progress = self.search.progress();
        self.progress.send_if_modified(|shown| {
            let changed = shown != progress;
            if changed {
                shown.clone_from(progress);
            }
            changed
        });
    }

    pub(crate) fn next_due_ms(&self, now_ms: u64) -> Option<u64> {
        self.search.next_due_ms(now_ms)
    }

    pub(crate) fn moved(&mut self, own: &[OwnAddress]) {
        self.search.moved(own);
    }

    pub(crate) async fn stop(&mut self) {
        self.asked.shutdown().await;
    }

    /// What the hub said, if it was one.
    pub(crate) fn take(&mut self, now_ms: u64, (asked, answer): (Asked, Answer)) -> Option<Found> {
        let (met, sessions) = match answer {
            Answer::Hub(sessions) => (Met::Hub, Some(sessions)),
            Answer::Machine => (Met::Machine, None),
            Answer::Nothing => (Met::Nothing, None),
        };
        self.search.ended(now_ms, asked, met);
        let at = asked.target;
        sessions.map(|sessions| Found { at, sessions })
    }
}

impl Asked {
    fn limit(self) -> Duration {
        if self.is_swept() {
            SWEPT_TIMEOUT
        } else {
            KNOWN_TIMEOUT
        }
    }
}

async fn answer(target: SocketAddr, limit: Duration) -> Answer {
    let asked = ask(target, "GET /api/sessions", ANSWER_BYTES_MAX, limit);
    match timeout(limit, asked).await {
        Ok(Ok(answer)) => sessions(&answer).map_or(Answer::Machine, Answer::Hub),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => Answer::Machine,
        Ok(Err(_)) | Err(_) => Answer::Nothing,
    }
}

/// What a hub says of its sessions; none when it is no hub.
fn sessions(answer: &[u8]) -> Option<Vec<(String, HeardAdvert)>> {
    let listed: Vec<Listed> = serde_json::from_slice(body(answer)?).ok()?;
    let sessions = listed.into_iter().take(SESSIONS_MAX).map(|listed| {
        let advert = HeardAdvert {
            id: listed.id,
            host: plain_text_within(&listed.host, HOST_MAX_BYTES),
            people: listed.people.min(PEOPLE_MAX),
            password: listed.password,
            // Its versions are told in the hello; there is but one so far.
            compatible: true,
            // Of a hub with TLS, a hint as the announced one is.
            fingerprint: listed.fingerprint,
        };
        let title = plain_text_within(&listed.title, INSTANCE_NAME_MAX_BYTES);
        (title, advert)
    });
    Some(sessions.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::{answering, closed};

    #[test]
    fn what_a_stranger_says_is_cleaned_and_cut() {
        let title = "A\\u202e\\n".repeat(200);
        let text = format!(
            r#"[{{"id":"k3f9x2ab","title":"{title}","host":"Ann\n","people":99999999,"password":true,"entry":"open","fingerprint":"{}"}}]"#,
            "4f".repeat(32)
        );
        let answer = format!("HTTP/1.1 200 OK\r\n\r\n{text}");
        let [(title, advert)] = &sessions(answer.as_bytes()).expect("a hub")[..] else {
            panic!("one session");
        };
        assert!(title.starts_with("A A") && title.len() <= INSTANCE_NAME_MAX_BYTES);
        assert_eq!((advert.host.as_str(), advert.people), ("Ann", PEOPLE_MAX));
        let fingerprint = advert.fingerprint.map(|it| it.to_string());
        assert_eq!(fingerprint, Some("4f".repeat(32)), "it is encrypted");
        let many = format!("[{}]", vec![r#"{"id":"k3f9x2ab"}"#; 500].join(","));
        let many = format!("HTTP/1.1 200 OK\r\n\r\n{many}");
        assert_eq!(
            sessions(many.as_bytes()).map(|all| all.len()),
            Some(SESSIONS_MAX)
        );
        for other in [
            "<html>",
            "[{\"id\":\"../..\"}]",
            "[{\"id\":\"k3f9\",\"fingerprint\":\"4f\"}]",
            "{}",
            "[1]",
        ] {
            let answer = format!("HTTP/1.1 200 OK\r\n\r\n{other}");
            assert_eq!(sessions(answer.as_bytes()), None, "{other}");
        }
    }

    #[tokio::test]
    async fn a_hub_a_machine_and_nobody_are_told_apart() {
        let limit = Duration::from_secs(60); // what takes longer hangs
        let hub = answering(b"HTTP/1.1 200 OK\r\n\r\n[{\"id\":\"k3f9x2ab\"}]").await;
        assert!(matches!(answer(hub, limit).await, Answer::Hub(all) if all.len() == 1));
        let other = answering(b"HTTP/1.1 200 OK\r\n\r\n<html>").await;
        assert!(matches!(answer(other, limit).await, Answer::Machine));
        let (nobody, _kept) = closed();
        assert!(matches!(answer(nobody, limit).await, Answer::Machine));
    }

    #[tokio::test]
    async fn a_wish_is_carried_out_and_after_the_end_it_is_not() {
        let (seeker, mut seeking) = seeking();
        assert!(seeker.sweep());
        assert!(seeking.next().await.is_none());
        drop(seeking);
        assert!(!seeker.sweep());
        seeker.stop_sweep();
    }
}
