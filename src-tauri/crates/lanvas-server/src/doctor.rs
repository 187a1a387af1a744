//! `lanvas-server doctor`: says why people cannot join, and what to do.

use std::io::{ErrorKind, Write, stdout};

use anyhow::{Context, Result, bail};
use lanvas_discovery::{
    Networks,
    doctor::{Facts, Finding, Level, Question, diagnose, examine, spoken_address, test_link},
};
use serde::Serialize;

use crate::{
    arguments::DoctorArguments,
    place::{resolve, session},
};

/// Looks and prints what was found. A problem found is a failure, so that a
/// script can tell.
pub(crate) fn run(arguments: &DoctorArguments) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.context("Lanvas cannot look")?;
    let (facts, findings) = runtime.block_on(look(arguments))?;
    print(&facts, &findings, arguments.json)?;
    let problems = count(&findings, Level::Problem);
    match problems {
        0 => Ok(()),
        1 => bail!("1 problem was found; what to do stands beside it"),
        several => bail!("{several} problems were found; what to do stands beside each"),
    }
}

async fn look(arguments: &DoctorArguments) -> Result<(Facts, Vec<Finding>)> {
    let target = match &arguments.link {
        Some(link) => Some(resolve(link).await?),
        None => None,
    };
    let question = Question {
        port: arguments.port,
        target,
        session: arguments.link.as_deref().and_then(session),
        networks: Networks::default(),
    };
    let facts = examine(&question).await;
    let findings = diagnose(&facts);
    Ok((facts, findings))
}

fn count(findings: &[Finding], level: Level) -> usize {
    findings
        .iter()
        .filter(|finding| finding.level == level)
        .count()
}

#[derive(Serialize)]
struct Report<'a> {
    findings: &'a [Finding],
    facts: &'a Facts,
    /// Where another device tries the connection.
    test_link: Option<String>,
    /// This computer's address as words.
    join_code: Option<String>,
}

fn print(facts: &Facts, findings: &[Finding], json: bool) -> Result<()> {
    let text = if json {
        serde_json::to_string(&Report {
            findings,
            facts,
            test_link: test_link(facts),
            join_code: spoken_address(facts),
        })?
    } else {
        let device = test_link(facts).map(|link| {
            format!("\nTo test from another device, open {link} on it, then look again.")
        });
        let spoken = spoken_address(facts).map(|code| {
            format!("To say where this is across a room: {code} (\"lanvas-server doctor {code}\" there tries it).")
        });
        let lines = findings.iter().map(line).chain(device).chain(spoken);
        lines.collect::<Vec<_>>().join("\n")
    };
    match writeln!(stdout().lock(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("The findings could not be printed")
        }
        _ => Ok(()),
    }
}

fn line(finding: &Finding) -> String {
    let mark = match finding.level {
        Level::Good => "ok     ",
        Level::Notice => "look   ",
        Level::Problem => "problem",
    };
    if finding.action.is_empty() {
        return format!("{mark}  {}", finding.says);
    }
    format!("{mark}  {}\n         → {}", finding.says, finding.action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_do_stands_below_what_was_found() {
        let finding = Finding {
            code: "tunnel",
            level: Level::Notice,
            says: "A VPN is on.".into(),
            action: "Switch it off.".into(),
        };
        assert_eq!(
            line(&finding),
            "look     A VPN is on.\n         → Switch it off."
        );
    }
}
