//! What is measured: each cell several times, servers taking turns, the median kept.

use std::path::Path;

use crate::{
    load::Outcome,
    processes::{Measured, Server, load},
    servers::Kind,
};

/// One cell of a table: a server in a scenario.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    pub(crate) scenario: &'static str,
    pub(crate) size: usize,
    pub(crate) kind: Kind,
    /// One for each run, by name.
    pub(crate) values: Vec<Vec<(&'static str, f64)>>,
}

const EVERYBODY: [Kind; 5] = [
    Kind::RawEach,
    Kind::RawTogether,
    Kind::RelayEach,
    Kind::RelayTogether,
    Kind::Hub,
];

type Scenario = (&'static str, fn(usize) -> Vec<Figure>);

pub(crate) fn all(only: Option<&str>, runs: usize) -> Vec<Figure> {
    let scenarios: [Scenario; 5] = [
        ("fan-out", fan_out),
        ("board", board),
        ("join", join),
        ("idle", idle),
        ("large board", large_board),
    ];
    scenarios
        .into_iter()
        .filter(|(name, _)| only.is_none_or(|only| name.contains(only)))
        .flat_map(|(name, scenario)| {
            eprintln!("{name} …");
            scenario(runs)
        })
        .collect()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Runs `cell` for each kind in turn, `runs` times over.
fn in_turns(
    scenario: &'static str,
    size: usize,
    kinds: &[Kind],
    runs: usize,
    cell: impl Fn(Kind) -> Vec<(&'static str, f64)>,
) -> Vec<Figure> {
    let blank = |kind: &Kind| Figure {
        scenario,
        size,
        kind: *kind,
        values: Vec::new(),
    };
    let mut figures: Vec<Figure> = kinds.iter().map(blank).collect();
    for _ in 0..runs {
        for figure in &mut figures {
            figure.values.push(cell(figure.kind));
            eprintln!(
                "  {size} {}: {:.2?}",
                figure.kind.name(),
                figure.values.last().unwrap()
            );
        }
    }
    figures
}

fn with_server<T>(kind: Kind, run: impl FnOnce(&Server) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(kind, folder.path(), 1);
    run(&server)
}

fn fan_out(runs: usize) -> Vec<Figure> {
    let cell = |size: usize| {
        move |kind| {
            let measured = with_server(kind, |server| {
                load(
                    server,
                    kind,
                    &words(&format!("fan-out --people {size} --seconds 3")),
                )
            });
            let mut values = deliveries(&measured);
            values.push(("lost", lost(&measured.outcome)));
            values
        }
    };
    [10, 100, 1_000]
        .into_iter()
        .flat_map(|size| in_turns("fan-out", size, &EVERYBODY, runs, cell(size)))
        .collect()
}

fn deliveries(measured: &Measured) -> Vec<(&'static str, f64)> {
    let Outcome {
        deliveries,
        seconds,
        bytes,
        ..
    } = measured.outcome;
    let count = (deliveries as f64).max(1.0);
    vec![
        ("deliveries/s", deliveries as f64 / seconds.max(0.001)),
        ("µs CPU/delivery", measured.server_cpu * 1e6 / count),
        ("bytes/delivery", bytes as f64 / count),
        ("load busy", measured.load_cpu_share),
    ]
}

/// Deliveries that should have come and did not; negative if some came twice.
fn lost(outcome: &Outcome) -> f64 {
    outcome.expected as f64 - outcome.received as f64
}

fn percentile(sorted: &[f64], share: f64) -> f64 {
    sorted
        .get(((sorted.len() as f64 * share) as usize).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or(f64::NAN)
}

fn latencies(outcome: &Outcome) -> [(&'static str, f64); 2] {
    [
        ("p50 ms", percentile(&outcome.latencies_ms, 0.5)),
        ("p99 ms", percentile(&outcome.latencies_ms, 0.99)),
    ]
}

fn board(runs: usize) -> Vec<Figure> {
    let cell = |size: usize| {
        move |kind| {
            let measured = with_server(kind, |server| {
                load(
                    server,
                    kind,
                    &words(&format!("board --people {size} --drawing 10 --seconds 5")),
                )
            });
            let mut values = deliveries(&measured);
            values.extend(latencies(&measured.outcome));
            values.push(("lost", lost(&measured.outcome)));
            values
        }
    };
    let kinds = [Kind::RawEach, Kind::RelayTogether, Kind::Hub];
    [50, 200]
        .into_iter()
        .flat_map(|size| in_turns("board", size, &kinds, runs, cell(size)))
        .collect()
}

fn filled(folder: &Path, strokes: usize) {
    let server = Server::start(Kind::Hub, folder, 1);
    load(
        &server,
        Kind::Hub,
        &words(&format!("fill --people 1 --strokes {strokes}")),
    );
}

fn join(runs: usize) -> Vec<Figure> {
    let cell = |strokes: usize| {
        move |kind| {
            let folder = tempfile::tempdir().unwrap();
            filled(folder.path(), strokes);
            let server = Server::start(kind, folder.path(), 1);
            let first = load(&server, kind, &words("join --people 1")).outcome;
            let cpu = server.cpu_seconds();
            let later = load(&server, kind, &words("join --people 20")).outcome;
            let each = (server.cpu_seconds() - cpu) * 1e3 / 20.0;
            let crowd = load(
                &server,
                kind,
                &words("join-at-once --people 200 --drawing 10 --seconds 4"),
            );
            let mut values = vec![
                ("first ms", percentile(&first.latencies_ms, 0.5)),
                ("later ms", percentile(&later.latencies_ms, 0.5)),
                ("CPU ms each", each),
                ("MB", later.bytes as f64 / 1e6),
                ("200 at once ms", crowd.outcome.all_ms),
            ];
            values.extend(latencies(&crowd.outcome));
            values
        }
    };
    [1_000, 10_000]
        .into_iter()
        .flat_map(|strokes| in_turns("join", strokes, &[Kind::Hub], runs, cell(strokes)))
        .collect()
}

fn idle(runs: usize) -> Vec<Figure> {
    let cell = |kind| {
        with_server(kind, |server| {
            let before = server.resident();
            let measured = load(server, kind, &words("idle --people 4000 --seconds 2"));
            vec![
                (
                    "KB each",
                    (measured.resident - before) as f64 / 4_000.0 / 1_024.0,
                ),
                ("all connected ms", measured.outcome.all_ms),
            ]
        })
    };
    in_turns("idle", 4_000, &[Kind::RelayTogether, Kind::Hub], runs, cell)
}

fn large_board(runs: usize) -> Vec<Figure> {
    let cell = |strokes: usize| {
        move |kind| {
            let folder = tempfile::tempdir().unwrap();
            filled(folder.path(), strokes);
            let began = std::time::Instant::now();
            let server = Server::start(kind, folder.path(), 1);
            let opened = began.elapsed().as_secs_f64() * 1e3;
            let packed: f64 = (0..strokes)
                .step_by(100)
                .map(|index| {
                    crate::wire::stroke_points(index as u64 + 1, 50)
                        .as_packed()
                        .len() as f64
                })
                .sum::<f64>()
                * 100.0;
            vec![
                ("open ms", opened),
                ("resident MB", server.resident() as f64 / 1e6),
                ("packed MB", packed / 1e6),
            ]
        }
    };
    [10_000, 50_000, 200_000]
        .into_iter()
        .flat_map(|strokes| in_turns("large board", strokes, &[Kind::Hub], runs, cell(strokes)))
        .collect()
}
