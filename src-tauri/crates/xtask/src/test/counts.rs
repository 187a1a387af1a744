//! How many tests passed, failed and were skipped: read from the closing
//! lines of the runners. Pure; the fixtures below are what they really print.

use std::fmt;

/// Counts of one part, with a reason for each failure and skip that has one.
#[derive(Default, Debug, PartialEq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
    pub(crate) failures: Vec<String>,
    pub(crate) skips: Vec<String>,
}

impl Tally {
    pub(crate) fn pass(&mut self) {
        self.passed += 1;
    }

    pub(crate) fn fail(&mut self, why: String) {
        self.failed += 1;
        self.failures.push(why);
    }

    pub(crate) fn skip(&mut self, what: &str, why: &str) {
        self.skip_as(&format!("{what}: {why}"));
    }

    fn skip_as(&mut self, line: &str) {
        self.skipped += 1;
        self.skips.push(line.to_owned());
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.failures.extend(other.failures);
        self.skips.extend(other.skips);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

/// Who ran the tests, and so how the result is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Runner {
    /// `cargo nextest run`
    Nextest,
    /// `cargo test`, also with several test binaries and for doc tests
    Libtest,
    /// `vitest run`
    Vitest,
    /// A script of ours that ends with `N passed, N failed[, N skipped]`
    Plain,
}

/// The counts in a runner's output; `None` when it never came to an end.
pub(crate) fn read(runner: Runner, output: &str) -> Option<Tally> {
    let mut found: Option<Tally> = None;
    for line in output.lines().map(plain) {
        let Some(tally) = read_line(runner, line.trim()) else {
            continue;
        };
        match (&mut found, runner) {
            (Some(sum), Runner::Libtest) => sum.add(tally),
            _ => found = Some(tally),
        }
    }
    let mut tally = found?;
    for line in output.lines().map(plain) {
        let line = line.trim();
        tally.skips.extend(skipped_name(runner, line));
        // A test that finds at run time that it cannot run says so and returns;
        // its runner takes that for a pass.
        if let Some(what) = line.strip_prefix("SKIPPED: ") {
            tally.passed = tally.passed.saturating_sub(1);
            tally.skip_as(what);
        }
    }
    Some(tally)
}

fn read_line(runner: Runner, line: &str) -> Option<Tally> {
    let counts = match runner {
        Runner::Nextest => line.strip_prefix("Summary [")?.split_once("run:")?.1,
        Runner::Libtest => line.strip_prefix("test result:")?.split_once(". ")?.1,
        Runner::Vitest => line.strip_prefix("Tests ")?.split(" (").next()?,
        Runner::Plain => line,
    };
    let mut tally = Tally::default();
    for item in counts.split([',', ';', '|']) {
        let mut words = item.split_whitespace();
        let (Some(number), Some(word)) = (words.next(), words.next()) else {
            continue;
        };
        let Ok(number) = number.parse::<usize>() else {
            // Only a line made of nothing but counts is one of ours.
            if runner == Runner::Plain {
                return None;
            }
            continue;
        };
        match word {
            "passed" => tally.passed += number,
            "failed" | "timed" | "exec" => tally.failed += number,
            "skipped" | "ignored" | "todo" => tally.skipped += number,
            _ if runner == Runner::Plain => return None,
            _ => {}
        }
    }
    let closing = tally.passed + tally.failed + tally.skipped > 0 || runner != Runner::Plain;
    (closing || line.starts_with("0 passed")).then_some(tally)
}

/// The name in a line that says that one test was skipped.
fn skipped_name(runner: Runner, line: &str) -> Option<String> {
    match runner {
        // `SKIP [         ] (1/3) lanvas-hub::it slow_reader`
        Runner::Nextest => {
            let name = line.strip_prefix("SKIP [")?.split_once("] ")?.1.trim();
            Some(name.split_once(") ").map_or(name, |(_, rest)| rest).into())
        }
        // `test slow_reader ... ignored, needs an hour`
        Runner::Libtest => {
            let (name, why) = line.strip_prefix("test ")?.split_once(" ... ignored")?;
            Some(format!("{name}: {}", why.trim_start_matches([',', ' '])))
        }
        // `↓ src/lib/queue.test.ts > a name`
        Runner::Vitest => Some(line.strip_prefix("↓ ")?.to_owned()),
        // `skipped: a name: the reason`
        Runner::Plain => Some(line.strip_prefix("skipped: ")?.to_owned()),
    }
}

/// A line without the escape sequences that colour it.
fn plain(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(char) = chars.next() {
        if char == '\u{1b}' {
            // A colour is `ESC [ numbers m`.
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            text.push(char);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(runner: Runner, output: &str) -> Option<(usize, usize, usize)> {
        read(runner, output).map(|tally| (tally.passed, tally.failed, tally.skipped))
    }

    #[test]
    fn nextest() {
        let all_well = "     Summary [   0.031s] 10 tests run: 10 passed, 2 skipped\n";
        assert_eq!(counts(Runner::Nextest, all_well), Some((10, 0, 2)));
        let bad = "     Summary [  61.2s] 9/10 tests run: 6 passed (1 slow), 2 failed, 1 timed out, 0 skipped\n";
        assert_eq!(counts(Runner::Nextest, bad), Some((6, 3, 0)));
        assert_eq!(counts(Runner::Nextest, "error: could not compile"), None);
    }

    #[test]
    fn nextest_names_what_it_skipped() {
        let output = "        SKIP [         ] (─────) lanvas-hub::it slow_reader\n\
                      Summary [   0.031s] 1 test run: 1 passed, 1 skipped\n";
        let tally = read(Runner::Nextest, output).unwrap();
        assert_eq!(tally.skips, ["lanvas-hub::it slow_reader"]);
    }

    #[test]
    fn a_test_that_says_that_it_cannot_run_is_no_pass() {
        let output = "    SKIPPED: two machines: only root may\n\
                      Summary [   0.031s] 3 tests run: 3 passed, 0 skipped\n";
        assert_eq!(counts(Runner::Nextest, output), Some((2, 0, 1)));
        let tally = read(Runner::Nextest, output).unwrap();
        assert_eq!(tally.skips, ["two machines: only root may"]);
    }

    #[test]
    fn cargo_test_adds_its_binaries_up() {
        let output = "test slow ... ignored, needs an hour\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 5 filtered out; finished in 0.1s\n";
        assert_eq!(counts(Runner::Libtest, output), Some((5, 1, 1)));
        let tally = read(Runner::Libtest, output).unwrap();
        assert_eq!(tally.skips, ["slow: needs an hour"]);
    }

    #[test]
    fn vitest_in_colour() {
        let output = "\u{1b}[2m Test Files \u{1b}[22m \u{1b}[1m\u{1b}[32m3 passed\u{1b}[39m (3)\n\
            \u{1b}[2m      Tests \u{1b}[22m \u{1b}[31m1 failed\u{1b}[39m | 12 passed | 1 skipped (14)\n";
        assert_eq!(counts(Runner::Vitest, output), Some((12, 1, 1)));
    }

    #[test]
    fn our_own_closing_line() {
        assert_eq!(
            counts(Runner::Plain, "talk\n4 passed, 1 failed\n"),
            Some((4, 1, 0))
        );
        assert_eq!(
            counts(
                Runner::Plain,
                "skipped: a: b\n0 passed, 0 failed, 1 skipped\n"
            ),
            Some((0, 0, 1))
        );
        assert_eq!(counts(Runner::Plain, "we 3 passed by, 2 failed\n"), None);
        assert_eq!(counts(Runner::Plain, ""), None);
    }
}
