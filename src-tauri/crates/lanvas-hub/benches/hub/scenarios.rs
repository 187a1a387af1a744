//! What is measured: each cell several times, servers taking turns, the median kept.

use std::path::Path;

use crate::{
    load::Outcome,
    processes::{Besiegers, Measured, Server, load},
    servers::{Kind, Log},
    siege::ATTACKS,
    talk,
};

/// One cell of a table: a server in a scenario.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    pub(crate) scenario: &'static str,
    pub(crate) size: usize,
    pub(crate) kind: Kind,
    /// What is particular about it, if the server's name does not say it.
    pub(crate) about: &'static str,
    /// One for each run, by name.
    pub(crate) values: Vec<Vec<(&'static str, f64)>>,
}

impl Figure {
    pub(crate) fn name(&self) -> &'static str {
        if self.about.is_empty() {
            self.kind.name()
        } else {
            self.about
        }
    }
}

/// Those that are held against goals; the others are context and run once.
const COMPARED: [Kind; 3] = [Kind::RawTogether, Kind::RelayTogether, Kind::Hub];
const CONTEXT: [Kind; 2] = [Kind::RawEach, Kind::RelayEach];

type Scenario = (&'static str, fn(usize) -> Vec<Figure>);

pub(crate) fn all(only: Option<&str>, runs: usize) -> Vec<Figure> {
    let scenarios: [Scenario; 12] = [
        ("fan-out", fan_out),
        ("board", board),
        ("spans", spans),
        ("tls", tls),
        ("slow reader", slow_reader),
        ("many sessions", many_sessions),
        ("join", join),
        ("idle", idle),
        ("large session", large_session),
        ("chat", chat),
        ("siege", siege),
        ("attacks", attacks),
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
        about: "",
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
    with_sessions(kind, 1, run)
}

fn with_sessions<T>(kind: Kind, sessions: usize, run: impl FnOnce(&Server) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(kind, folder.path(), sessions);
    run(&server)
}

fn fan_out(runs: usize) -> Vec<Figure> {
    let cell = |size: usize| {
        move |kind| {
            let measured = with_server(kind, |server| {
                load(
                    server,
                    kind,
                    &words(&format!("fan-out --people {size} --seconds 2")),
                )
            });
            let mut values = deliveries(&measured);
            let message = measured.server_cpu * 1e6 * size as f64;
            let count = measured.outcome.deliveries.max(1) as f64;
            values.push(("µs CPU/message", message / count));
            values.push(("lost", lost(&measured.outcome)));
            values
        }
    };
    let sizes = [10, 100, 300, 1_000];
    let sizes = sizes.into_iter().flat_map(|size| {
        let compared = matches!(size, 100 | 1_000);
        let often = if compared { runs } else { 1 };
        let mut figures = in_turns("fan-out", size, &COMPARED, often, cell(size));
        if compared {
            figures.extend(in_turns("fan-out", size, &CONTEXT, 1, cell(size)));
        }
        figures
    });
    sizes.collect()
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
                    &words(&format!("board --people {size} --drawing 10 --seconds 4")),
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

/// What it costs that the log can tell where time goes: the same board without a log, with the one
/// that is shipped and with every span told.
fn spans(runs: usize) -> Vec<Figure> {
    let logs = [Log::Nothing, Log::SpansOff, Log::SpansOn];
    let mut figures = logs.map(|log| Figure {
        scenario: "spans",
        size: 50,
        kind: Kind::Hub,
        about: log.name(),
        values: Vec::new(),
    });
    for _ in 0..runs {
        for (figure, log) in figures.iter_mut().zip(logs) {
            let folder = tempfile::tempdir().unwrap();
            let server = Server::start_logging(folder.path(), log);
            let words = words("board --people 50 --drawing 10 --seconds 10");
            let measured = load(&server, Kind::Hub, &words);
            let mut values = deliveries(&measured);
            values.extend(latencies(&measured.outcome));
            eprintln!("  {}: {values:.2?}", log.name());
            figure.values.push(values);
        }
    }
    figures.into()
}

/// What encryption costs: the same board without and with it, taking turns in going first, as a machine
/// may slow down or wake up; and the one by the other.
fn tls(runs: usize) -> Vec<Figure> {
    let mut figure = Figure {
        scenario: "tls",
        size: 50,
        kind: Kind::Hub,
        about: "Lanvas hub, by TLS",
        values: Vec::new(),
    };
    for run in 0..runs {
        let first = run % 2 == 1;
        let (one, other) = (sealed_board(first), sealed_board(!first));
        let (plain, sealed) = if first { (other, one) } else { (one, other) };
        let ([cpu, p50, p99, plain_lost], [sealed_cpu, sealed_p50, sealed_p99, sealed_lost]) =
            (plain, sealed);
        let values = vec![
            ("plain µs CPU/delivery", cpu),
            ("µs CPU/delivery", sealed_cpu),
            ("CPU to plain", sealed_cpu / cpu),
            ("plain p50 ms", p50),
            ("p50 ms", sealed_p50),
            ("p50 to plain", sealed_p50 / p50),
            ("plain p99 ms", p99),
            ("p99 ms", sealed_p99),
            ("p99 to plain", sealed_p99 / p99),
            ("lost", plain_lost + sealed_lost),
        ];
        eprintln!("  {values:.2?}");
        figure.values.push(values);
    }
    vec![figure]
}

/// CPU a delivery, p50, p99 and what was lost.
fn sealed_board(sealed: bool) -> [f64; 4] {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_sealed(folder.path(), sealed);
    let sealed = if sealed { "--sealed" } else { "" };
    let arguments = format!("board --people 50 --drawing 10 --seconds 4 {sealed}");
    let measured = load(&server, Kind::Hub, &words(&arguments));
    let [(_, p50), (_, p99)] = latencies(&measured.outcome);
    let count = measured.outcome.deliveries.max(1) as f64;
    let cpu = measured.server_cpu * 1e6 / count;
    [cpu, p50, p99, lost(&measured.outcome)]
}

/// As the board of 50 people, and one more who reads 10 KB a second.
fn slow_reader(runs: usize) -> Vec<Figure> {
    let cell = |kind| {
        with_server(kind, |server| {
            let before = server.resident();
            let load = load(
                server,
                kind,
                &words("slow-reader --people 50 --drawing 10 --seconds 6"),
            );
            let mut values = latencies(&load.outcome).to_vec();
            let grown = load.resident as f64 - before as f64;
            values.push(("MB more", grown / 1e6));
            values.push(("lost to others", lost(&load.outcome)));
            values.push(("missing to them", load.outcome.missing as f64));
            values
        })
    };
    in_turns("slow reader", 50, &[Kind::Hub], runs, cell)
}

/// Ten people in each, one of whom draws.
fn many_sessions(runs: usize) -> Vec<Figure> {
    let cell = |kind| {
        with_sessions(kind, 500, |server| {
            let load = load(
                server,
                kind,
                &words("board --people 5000 --drawing 500 --rate 15 --seconds 4"),
            );
            let mut values = deliveries(&load);
            values.extend(latencies(&load.outcome));
            values.push(("MB", load.resident as f64 / 1e6));
            values.push(("lost", lost(&load.outcome)));
            values
        })
    };
    in_turns("many sessions", 500, &[Kind::Hub], runs.min(2), cell)
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
            load(&server, kind, &words("apply --people 1 --seconds 0"));
            let changed = load(&server, kind, &words("join --people 1")).outcome;
            let cpu = server.cpu_seconds();
            let later = load(&server, kind, &words("join --people 20")).outcome;
            let each = (server.cpu_seconds() - cpu) * 1e3 / 20.0;
            let crowd = load(
                &server,
                kind,
                &words("join-at-once --people 200 --drawing 10 --seconds 3"),
            );
            drop(server);
            let mut values = vec![
                ("just opened ms", percentile(&first.latencies_ms, 0.5)),
                ("opened for it ms", join_unloaded(folder.path())),
                ("after a change ms", percentile(&changed.latencies_ms, 0.5)),
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

/// Somebody comes for a session that is only on disk.
fn join_unloaded(folder: &Path) -> f64 {
    let server = Server::start_forgetful(folder);
    while server.metric("lanvas_rooms") > 0.0 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let joined = load(&server, Kind::Hub, &words("join --people 1"));
    percentile(&joined.outcome.latencies_ms, 0.5)
}

/// People who do nothing; the hub's are asked after a minute whether they are there.
const IDLE: usize = 5_000;

fn idle(runs: usize) -> Vec<Figure> {
    let cell = |seconds: u32| {
        move |kind| {
            with_sessions(kind, IDLE / 200, |server| {
                let before = server.resident();
                let arguments = format!("idle --people {IDLE} --seconds {seconds}");
                let measured = load(server, kind, &words(&arguments));
                let grown = (measured.resident - before) as f64;
                vec![
                    ("KB each", grown / IDLE as f64 / 1_024.0),
                    ("all connected ms", measured.outcome.all_ms),
                    ("without an answer", lost(&measured.outcome)),
                ]
            })
        }
    };
    let mut figures = in_turns("idle", IDLE, &[Kind::RelayTogether], runs, cell(2));
    figures.extend(in_turns("idle", IDLE, &[Kind::Hub], 1, cell(60)));
    figures
}

fn large_session(runs: usize) -> Vec<Figure> {
    let cell = |strokes: usize| {
        move |kind| {
            let folder = tempfile::tempdir().unwrap();
            filled(folder.path(), strokes);
            let began = std::time::Instant::now();
            let server = Server::start(kind, folder.path(), 1);
            let opened = began.elapsed().as_secs_f64() * 1e3;
            let resident = server.resident() as f64;
            let packed = packed_bytes(strokes);
            // What newcomers are sent is written after the opening, if that takes long.
            load(&server, kind, &words("join --people 1"));
            let ready = server.resident() as f64;
            vec![
                ("open ms", opened),
                ("resident MB", resident / 1e6),
                ("ready for newcomers MB", ready / 1e6),
                ("packed MB", packed / 1e6),
                ("times packed", resident / packed),
                ("µs to apply", apply(&server)),
            ]
        }
    };
    [1_000, 10_000, 50_000, 200_000]
        .into_iter()
        .flat_map(|strokes| in_turns("large session", strokes, &[Kind::Hub], runs, cell(strokes)))
        .collect()
}

/// One who writes, reads back and searches when so much was said.
fn chat(runs: usize) -> Vec<Figure> {
    let cell = |messages: usize| {
        move |kind| {
            with_server(kind, |server| {
                let talk = format!("talk --people 1 --messages {messages}");
                let said = load(server, kind, &words(&talk)).outcome;
                let mut values = vec![
                    ("posts/s", messages as f64 * 1e3 / said.all_ms),
                    ("post p50 ms", percentile(&said.latencies_ms, 0.5)),
                    ("post p99 ms", percentile(&said.latencies_ms, 0.99)),
                ];
                values.extend(talk::requests(server));
                values
            })
        }
    };
    [1_000, 100_000]
        .into_iter()
        .flat_map(|messages| in_turns("chat", messages, &[Kind::Hub], runs, cell(messages)))
        .collect()
}

/// What the points of so many strokes take, from a sample.
fn packed_bytes(strokes: usize) -> f64 {
    let sample = (0..strokes).step_by(100).map(|index| {
        let points = crate::wire::stroke_points(index as u64 + 1, 50);
        points.as_packed().len() as f64
    });
    sample.sum::<f64>() * 100.0
}

/// Microseconds that one step of the session takes, as the hub's own histogram has it.
fn apply(server: &Server) -> f64 {
    let read = || {
        let sum = server.metric("lanvas_apply_seconds_sum");
        (sum, server.metric("lanvas_apply_seconds_count"))
    };
    let (sum, count) = read();
    load(server, Kind::Hub, &words("apply --people 1 --seconds 1"));
    let (sum_after, count_after) = read();
    (sum_after - sum) * 1e6 / (count_after - count).max(1.0)
}

/// Honest people draw, first in peace and then beside attackers of all kinds.
fn siege(runs: usize) -> Vec<Figure> {
    let attack = words("--seconds 20 --holders 100 --floods 4");
    in_turns("siege", 50, &[Kind::Hub], runs, |kind| {
        besieged(kind, &attack)
    })
}

/// The same beside one kind of attackers at a time; context, so it runs once.
fn attacks(_: usize) -> Vec<Figure> {
    let alone = ATTACKS.into_iter().map(|name| {
        let mut attack = words("--seconds 20 --holders 100 --floods 4 --only");
        attack.push(name.to_owned());
        eprintln!("  {name}");
        let figures = in_turns("attacks", 50, &[Kind::Hub], 1, |kind| {
            besieged(kind, &attack)
        });
        figures.into_iter().map(|figure| Figure {
            about: name,
            ..figure
        })
    });
    alone.flatten().collect()
}

fn besieged(kind: Kind, attack: &[String]) -> Vec<(&'static str, f64)> {
    let honest = words("board --people 50 --drawing 10 --seconds 5");
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_paced(folder.path());
    let quiet = load(&server, kind, &honest);
    let besiegers = Besiegers::start(&server, attack);
    let besieged = load(&server, kind, &honest);
    drop(besiegers);
    let [(_, quiet_p50), (_, quiet_p99)] = latencies(&quiet.outcome);
    let [(_, p50), (_, p99)] = latencies(&besieged.outcome);
    let grown = besieged.resident as f64 - quiet.resident as f64;
    vec![
        ("quiet p50 ms", quiet_p50),
        ("quiet p99 ms", quiet_p99),
        ("p50 ms", p50),
        ("p99 ms", p99),
        ("p99 to quiet", p99 / quiet_p99),
        (
            "server CPU s/s",
            besieged.server_cpu / besieged.outcome.seconds,
        ),
        ("grown MB", grown / 1e6),
        ("lost", lost(&besieged.outcome)),
    ]
}
