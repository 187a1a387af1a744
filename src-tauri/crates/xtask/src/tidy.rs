//! `cargo xtask tidy`: the rules of the house, as code.
//!
//! Promises that every finding says where it is and what to do about it, and
//! that every rule is proven by a sample that breaks it. What a compiler or a
//! linter can check is left to it. One rule, one file below.

mod decisions;
mod doors;
mod exemptions;
mod file_length;
mod foreign_hosts;
mod ignored_tests;
mod layers;
mod limits;
mod manifests;
mod names;
mod portable;
mod promises;
mod protocol_rules;
mod raw_html;
mod top_level;
mod tree;
mod unfinished;
mod unwraps;

use anyhow::{Result, bail};

use crate::repo::Repo;
use crate::tidy::tree::Tree;

/// One place that breaks a rule.
#[derive(Debug, PartialEq)]
pub(crate) struct Finding {
    path: String,
    /// Counted from 1; 0 means the file as a whole.
    line: usize,
    what_to_do: String,
}

impl Finding {
    fn at(path: &str, line: usize, what_to_do: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what_to_do: what_to_do.into(),
        }
    }

    fn whole(path: &str, what_to_do: impl Into<String>) -> Self {
        Self::at(path, 0, what_to_do)
    }
}

/// A rule by its name.
struct Rule {
    name: &'static str,
    check: fn(&Tree) -> Vec<Finding>,
}

const RULES: &[Rule] = &[
    rule(
        "the top level holds only what belongs there",
        top_level::check,
    ),
    rule("crates depend on what they may", manifests::check),
    rule("one door to mDNS, one door to Tauri", doors::check),
    rule("UI layers import downwards", layers::check),
    rule("files are short", file_length::check),
    rule("functions are kept short by the linters", limits::check),
    rule("names say what a thing is", names::check),
    rule("no unwrap outside tests", unwraps::check),
    rule("nothing is parsed as HTML", raw_html::check),
    rule("the UI asks no foreign host", foreign_hosts::check),
    rule("nothing is left unfinished", unfinished::check),
    rule("exemptions from lints give a reason", exemptions::check),
    rule("ignored tests give a reason", ignored_tests::check),
    rule("decisions are numbered", decisions::check),
    rule("quoted protocol rules exist", protocol_rules::check),
    rule("promises of safety name a test", promises::check),
    rule("nothing names one machine", portable::check),
];

const fn rule(name: &'static str, check: fn(&Tree) -> Vec<Finding>) -> Rule {
    Rule { name, check }
}

/// A rule's name, and its findings as one text when there are any.
pub(crate) type Verdict = (&'static str, Result<(), String>);

pub(crate) fn perform(repo: &Repo) -> Result<()> {
    let verdicts = judge(repo)?;
    let broken = verdicts
        .iter()
        .filter(|(_, verdict)| verdict.is_err())
        .count();
    if broken > 0 {
        bail!("rules broken: {broken}");
    }
    Ok(())
}

/// Checks every rule against the files that git would commit, and prints what
/// it finds.
pub(crate) fn judge(repo: &Repo) -> Result<Vec<Verdict>> {
    let tree = Tree::read(repo)?;
    let verdicts: Vec<Verdict> = RULES
        .iter()
        .map(|rule| (rule.name, verdict(&(rule.check)(&tree))))
        .collect();
    for (name, verdict) in &verdicts {
        match verdict {
            Ok(()) => println!("ok       {name}"),
            Err(findings) => println!("BROKEN   {name}\n{findings}"),
        }
    }
    Ok(verdicts)
}

fn verdict(findings: &[Finding]) -> Result<(), String> {
    if findings.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = findings.iter().map(shown).collect();
    Err(lines.join("\n"))
}

fn shown(finding: &Finding) -> String {
    let Finding {
        path,
        line,
        what_to_do,
    } = finding;
    if *line == 0 {
        format!("  {path}: {what_to_do}")
    } else {
        format!("  {path}:{line}: {what_to_do}")
    }
}
