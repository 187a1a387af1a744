//! The chat: many messages, and then somebody who writes, reads back and searches.

use std::time::{Duration, Instant};

use lanvas_protocol::{Operation, chat::Post};

use crate::{
    client::{Reader, Writer},
    load::{Load, Outcome},
    processes::Server,
    wire::{self, Seen},
};

/// Messages that may be under way.
const LOT: u32 = 1_000;
/// Messages that are timed one after the other, once the others are there.
const TIMED: u32 = 50;
/// Requests of each kind.
const ROUNDS: u32 = 20;

/// What is asked of the history, by what it is called in the table.
const REQUESTS: [(&str, &str); 8] = [
    ("no search ms", "/healthz"),
    ("page ms", "/api/sessions/{id}/messages"),
    (
        "page in the middle ms",
        "/api/sessions/{id}/messages?around=50000",
    ),
    ("a rare word ms", "/api/sessions/{id}/search?words=needle"),
    ("a common word ms", "/api/sessions/{id}/search?words=the"),
    (
        "of somebody ms",
        "/api/sessions/{id}/search?words=the+we+plan&from=talk",
    ),
    ("no such word ms", "/api/sessions/{id}/search?words=absent"),
    // Written without spaces, so that no index has it: every message is read through.
    (
        "in Chinese ms",
        "/api/sessions/{id}/search?words=%E4%BC%9A%E8%AD%B0",
    ),
];

/// Posts so many messages, then some one by one.
pub(crate) async fn talk(load: &Load) -> Outcome {
    let (mut reader, mut writer) = load.target().join("talk").await;
    let began = Instant::now();
    let mut seq = 0;
    while seq < load.messages {
        let lot = LOT.min(load.messages - seq);
        for _ in 0..lot {
            seq += 1;
            writer.send(&wire::submit(seq, post(seq))).await;
        }
        confirmed(&mut reader, lot).await;
    }
    let all_ms = began.elapsed().as_secs_f64() * 1e3;
    let mut latencies_ms = Vec::new();
    for _ in 0..TIMED {
        seq += 1;
        latencies_ms.push(timed(&mut reader, &mut writer, seq).await);
    }
    latencies_ms.sort_by(f64::total_cmp);
    Outcome {
        all_ms,
        latencies_ms,
        ..Outcome::default()
    }
}

async fn timed(reader: &mut Reader, writer: &mut Writer, seq: u32) -> f64 {
    let began = Instant::now();
    writer.send(&wire::submit(seq, post(seq))).await;
    confirmed(reader, 1).await;
    began.elapsed().as_secs_f64() * 1e3
}

async fn confirmed(reader: &mut Reader, mut left: u32) {
    while left > 0 {
        reader
            .next(|seen| left -= u32::from(seen == Seen::Confirmed))
            .await;
    }
}

fn post(seq: u32) -> Operation {
    Operation::PostMessage(Post {
        text: chatter(seq),
        ..Post::default()
    })
}

/// Words that are common, one that few messages share, and now and then one that is rare.
fn chatter(seq: u32) -> String {
    const WORDS: [&str; 9] = [
        "board", "plan", "hello", "tomorrow", "circle", "the", "and", "we", "draw",
    ];
    let pick = |k: u32| WORDS[((seq * 7 + k * k * 3 + seq / (k + 1)) % 9) as usize];
    let said: Vec<_> = (0..3 + seq % 12).map(pick).collect();
    let rare = if seq.is_multiple_of(1_000) {
        "needle"
    } else {
        ""
    };
    format!("{} {rare} word{}", said.join(" "), seq % 5_000)
}

/// Milliseconds of each request, the whole answer read; the median of its rounds.
pub(crate) fn requests(server: &Server) -> Vec<(&'static str, f64)> {
    let timed = REQUESTS.map(|(name, path)| {
        let path = path.replace("{id}", &server.sessions[0]);
        let mut took: Vec<Duration> = (0..ROUNDS)
            .map(|_| {
                let began = Instant::now();
                let answer = server.get(&path);
                assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                began.elapsed()
            })
            .collect();
        took.sort();
        (name, took[took.len() / 2].as_secs_f64() * 1e3)
    });
    timed.to_vec()
}
