//! What the suite found, by section: numbers a person can judge.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// The suite's sections by their numbers.
const SECTIONS: &[(u32, &str)] = &[
    (1, "framing"),
    (2, "pings and pongs"),
    (3, "reserved bits"),
    (4, "opcodes"),
    (5, "fragmentation"),
    (6, "UTF-8"),
    (7, "closing"),
    (9, "limits, up to 16 MiB"),
    (10, "miscellaneous"),
    (12, "compression (RFC 7692)"),
    (13, "compression, parameters"),
];

#[derive(Debug, Default)]
struct Counts {
    run: usize,
    passed: usize,
    non_strict: usize,
    informational: usize,
    not_offered: usize,
    failed: usize,
}

/// The results of one run.
#[derive(Debug, Default)]
pub(super) struct Report {
    sections: BTreeMap<u32, Counts>,
    non_strict: Vec<String>,
    failed: Vec<String>,
}

impl Report {
    /// Reads the suite's `index.json`.
    pub(super) fn of(results: &Value) -> Result<Self> {
        let cases = results["lanvas"]
            .as_object()
            .context("the suite's report does not name the hub")?;
        if cases.is_empty() {
            bail!("the suite ran no case");
        }
        let mut report = Self::default();
        for (case, result) in cases {
            report.add(case, result)?;
        }
        Ok(report)
    }

    fn add(&mut self, case: &str, result: &Value) -> Result<()> {
        let section = case.split('.').next().and_then(|it| it.parse().ok());
        let section = section.with_context(|| format!("case {case} has no section"))?;
        let counts = self.sections.entry(section).or_default();
        counts.run += 1;
        let behavior = result["behavior"].as_str().unwrap_or("none");
        let closing = result["behaviorClose"].as_str().unwrap_or("none");
        match (behavior, closing) {
            ("OK", "OK") => counts.passed += 1,
            ("NON-STRICT", "OK") => {
                counts.non_strict += 1;
                self.non_strict.push(case.to_owned());
            }
            ("INFORMATIONAL", "OK" | "INFORMATIONAL") => counts.informational += 1,
            ("UNIMPLEMENTED", "OK") => counts.not_offered += 1,
            _ => {
                counts.failed += 1;
                self.failed.push(format!("{case} ({behavior}, {closing})"));
            }
        }
        Ok(())
    }

    pub(super) fn failures(&self) -> &[String] {
        &self.failed
    }

    /// A line for each section, in Markdown.
    pub(super) fn table(&self) -> String {
        let mut text = String::from(
            "| section | run | passed | non-strict | informational | not offered | failed |\n\
             |---|---|---|---|---|---|---|\n",
        );
        for (section, counts) in &self.sections {
            let known = SECTIONS.iter().find(|(number, _)| number == section);
            let name = known.map_or("", |(_, name)| *name);
            let Counts {
                run,
                passed,
                non_strict,
                informational,
                not_offered,
                failed,
            } = counts;
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "| {section} {name} | {run} | {passed} | {non_strict} | {informational} \
                 | {not_offered} | {failed} |"
            );
        }
        text
    }

    /// The page that the documentation keeps.
    pub(super) fn page(&self, suite: &str) -> String {
        let mut non_strict = self.non_strict.clone();
        non_strict.sort();
        let non_strict = if non_strict.is_empty() {
            "none".to_owned()
        } else {
            non_strict.join(", ")
        };
        format!(
            "# Autobahn\n\n\
             Written by `cargo xtask autobahn --write`: the fuzzing client of {suite}, under Python\n\
             2.7, against `/echo` of a hub with everything on.\n\n\
             {}\n\
             *Non-strict* ({non_strict}): text that is not UTF-8 is refused once its frame is whole,\n\
             not at its first wrong byte. *Informational* cases have no right answer. *Not offered*:\n\
             compression, [on purpose](../decisions/0004-no-websocket-compression.md).\n",
            self.table()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn result(behavior: &str, closing: &str) -> Value {
        json!({ "behavior": behavior, "behaviorClose": closing })
    }

    #[test]
    fn what_failed_is_named_and_nothing_else_is() {
        let results = json!({ "lanvas": {
            "1.1.1": result("OK", "OK"),
            "6.4.3": result("NON-STRICT", "OK"),
            "7.13.1": result("INFORMATIONAL", "INFORMATIONAL"),
            "7.7.1": result("OK", "UNCLEAN"),
            "10.1.1": result("FAILED", "OK"),
            "12.1.1": result("UNIMPLEMENTED", "OK"),
        }});
        let report = Report::of(&results).unwrap();
        assert_eq!(
            report.failures(),
            ["10.1.1 (FAILED, OK)", "7.7.1 (OK, UNCLEAN)"]
        );
        assert!(
            report
                .table()
                .contains("| 6 UTF-8 | 1 | 0 | 1 | 0 | 0 | 0 |")
        );
    }

    #[test]
    fn a_run_of_no_case_is_no_result() {
        assert!(Report::of(&json!({ "lanvas": {} })).is_err());
        assert!(Report::of(&json!({})).is_err());
    }
}
