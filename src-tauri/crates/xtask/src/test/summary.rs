//! The end of a test run: a table, the reasons, and the one closing line.

use std::time::Duration;

use crate::test::counts::Tally;

/// What one part came to.
pub(crate) struct Line {
    pub(crate) part: &'static str,
    pub(crate) tally: Tally,
    pub(crate) took: Duration,
}

/// Prints the table and returns whether anything failed.
pub(crate) fn print(lines: &[Line]) -> bool {
    println!("\n{}", table(lines));
    let mut total = Tally::default();
    for line in lines {
        for why in &line.tally.failures {
            println!("failed   {}: {why}", line.part);
        }
        for what in &line.tally.skips {
            println!("skipped  {}: {what}", line.part);
        }
        total.passed += line.tally.passed;
        total.failed += line.tally.failed;
        total.skipped += line.tally.skipped;
    }
    let nothing_ran = total.passed + total.failed == 0;
    println!("\n{total}");
    total.failed > 0 || nothing_ran
}

fn table(lines: &[Line]) -> String {
    let mut text = format!(
        "{:<10} {:>7} {:>7} {:>7} {:>8}\n",
        "part", "passed", "failed", "skipped", "seconds"
    );
    for line in lines {
        let tally = &line.tally;
        text.push_str(&format!(
            "{:<10} {:>7} {:>7} {:>7} {:>8}\n",
            line.part,
            tally.passed,
            tally.failed,
            tally.skipped,
            line.took.as_secs()
        ));
    }
    text
}
