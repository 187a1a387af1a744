//! The fuzzing of every test run: a few seconds of seeded chance for each subject, and every input
//! that was kept.
//!
//! `LANVAS_FUZZ_SECONDS` is how long, for each; `LANVAS_FUZZ_STARTERS` a folder that gets libFuzzer's
//! first inputs instead. `LANVAS_FUZZ_KEEP` is a folder of libFuzzer's inputs, made few by
//! `cargo xtask fuzz --keep`, that are kept as `corpus/<subject>.seeds`. An input that makes a subject panic is written to
//! cargo's target folder and named; put it in `corpus/<subject>/`, where it stays as a test.

#[path = "subjects/all.rs"]
mod subjects;

use std::{
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use subjects::Subject;

const SECONDS: f64 = 1.0;
const INPUT_BYTES_MAX: usize = 2_048;
/// Of one subject's kept seeds.
const SEEDS_BYTES_MAX: usize = 120 * 1024;

/// SplitMix64, as in the simulation.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).expect("below a usize")
    }
}

fn run(name: &str) {
    let (_, subject) = subjects::ALL
        .iter()
        .find(|(it, _)| *it == name)
        .expect("a subject");
    let kept = kept(name);
    for (path, bytes) in &kept {
        try_on(name, *subject, bytes, &format!("{}", path.display()));
    }
    if let Some(folder) = env::var_os("LANVAS_FUZZ_KEEP") {
        return keep_seeds(name, &Path::new(&folder).join(name));
    }
    if let Some(folder) = env::var_os("LANVAS_FUZZ_STARTERS") {
        return write_starters(name, &Path::new(&folder).join(name));
    }
    let seconds = env::var("LANVAS_FUZZ_SECONDS")
        .ok()
        .and_then(|it| it.parse().ok());
    let mut pool = subjects::starters(name);
    pool.extend(kept.into_iter().map(|(_, bytes)| bytes));
    let ends = Instant::now() + Duration::from_secs_f64(seconds.unwrap_or(SECONDS));
    let mut runs = 0_u64;
    loop {
        let input = any_input(&pool, &mut Dice(runs));
        try_on(name, *subject, &input, &format!("run {runs}"));
        runs += 1;
        if Instant::now() >= ends {
            break;
        }
    }
    println!("{name}: {runs} runs");
}

/// For libFuzzer, which begins with files.
fn write_starters(name: &str, folder: &Path) {
    fs::create_dir_all(folder).expect("a folder can be made");
    let seeds = seeds(name).into_iter().map(|(_, bytes)| bytes);
    for (index, bytes) in subjects::starters(name)
        .iter()
        .cloned()
        .chain(seeds)
        .enumerate()
    {
        fs::write(folder.join(format!("starter-{index}")), bytes).expect("it can be written");
    }
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus")
}

/// The shortest inputs of `folder`, each behind its length in two bytes, as far as there is room.
fn keep_seeds(name: &str, folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut all: Vec<_> = entries
        .map(|it| fs::read(it.path()).expect("a file"))
        .collect();
    all.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    let mut packed = Vec::new();
    for bytes in all.iter().filter(|bytes| !bytes.is_empty()) {
        let Ok(length) = u16::try_from(bytes.len()) else {
            break;
        };
        if packed.len() + 2 + bytes.len() > SEEDS_BYTES_MAX {
            break;
        }
        packed.extend(length.to_be_bytes());
        packed.extend(bytes);
    }
    let file = corpus().join(format!("{name}.seeds"));
    fs::write(file, packed).expect("it can be written");
}

/// What libFuzzer found to reach more than anything else does.
fn seeds(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let file = corpus().join(format!("{name}.seeds"));
    let packed = fs::read(&file).unwrap_or_default();
    let (mut rest, mut all) = (&packed[..], Vec::new());
    while let Some((length, more)) = rest.split_first_chunk::<2>() {
        let (bytes, after) = more.split_at(u16::from_be_bytes(*length).into());
        all.push((file.join(all.len().to_string()), bytes.to_vec()));
        rest = after;
    }
    all
}

/// Inputs that were found, by us or by libFuzzer.
fn kept(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = fs::read_dir(corpus().join(name));
    let entries = entries.into_iter().flatten().flatten();
    let found = entries.map(|it| (it.path(), fs::read(it.path()).expect("a file")));
    found.chain(seeds(name)).collect()
}

/// Noise, or something good with a few bytes changed, taken out or doubled.
fn any_input(pool: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    if pool.is_empty() || dice.below(8) == 0 {
        let length = dice.below(INPUT_BYTES_MAX);
        return (0..length).map(|_| dice.next() as u8).collect();
    }
    let mut bytes = pool[dice.below(pool.len())].clone();
    for _ in 0..=dice.below(6) {
        let at = dice.below(bytes.len());
        let end = (at + dice.below(9)).min(bytes.len());
        match dice.below(5) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let twice = bytes[at..end].to_vec();
                bytes.splice(at..at, twice);
            }
            2 => bytes.insert(at, dice.next() as u8),
            3 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            _ if at < bytes.len() => bytes[at] = dice.next() as u8,
            _ => {}
        }
    }
    bytes
}

fn try_on(name: &str, subject: Subject, bytes: &[u8], what: &str) {
    if catch_unwind(AssertUnwindSafe(|| subject(bytes))).is_err() {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("found-by-{name}"));
        fs::write(&path, bytes).expect("the target folder can be written");
        panic!("{what} fails: its bytes are in {}", path.display());
    }
}

#[test]
fn any_bytes_are_a_client_message_or_are_refused() {
    run("client_message");
}

#[test]
fn any_bytes_are_a_message_of_the_hub_or_are_refused() {
    run("server_message");
}

#[test]
fn any_bytes_are_points_or_are_refused() {
    run("points");
}

#[test]
fn whatever_an_advert_says_it_is_harmless() {
    run("advert");
}

#[test]
fn whatever_a_request_says_a_foreign_page_is_none() {
    run("access");
}

#[test]
fn changes_on_the_same_text_meet() {
    run("text_changes");
}

#[test]
fn a_session_lives_through_anything() {
    run("session");
}

/// A subject that nobody kept anything of begins from nothing in every run.
#[test]
fn every_subject_has_its_seeds() {
    if env::var_os("LANVAS_FUZZ_KEEP").is_some() {
        return; // they are being written
    }
    for (name, _) in subjects::ALL {
        assert!(!seeds(name).is_empty(), "{name}: `cargo xtask fuzz --keep`");
    }
}

/// libFuzzer finds its targets by files: none may be forgotten.
#[test]
fn every_subject_has_a_target() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).expect("a manifest");
    for (name, _) in subjects::ALL {
        assert!(fuzz.join(format!("targets/{name}.rs")).exists(), "{name}");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
}
