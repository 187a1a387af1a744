//! The steps of one part: commands and checks whose results add up.
//!
//! Promises that a step that fails does not stop the next one unless it says
//! so. Must not know which parts there are.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::process;
use crate::repo::Repo;
use crate::test::counts::{self, Runner, Tally};
use crate::test::reasons;

/// Runs steps and keeps count.
pub(crate) struct Steps<'a> {
    pub(crate) repo: &'a Repo,
    deadline: Instant,
    tally: Tally,
}

impl<'a> Steps<'a> {
    pub(crate) fn new(repo: &'a Repo, limit: Duration) -> Self {
        Self {
            repo,
            deadline: Instant::now() + limit,
            tally: Tally::default(),
        }
    }

    pub(crate) fn into_tally(self) -> Tally {
        self.tally
    }

    /// A command that counts as one check. Returns whether it passed.
    pub(crate) fn check(&mut self, name: &str, command: &mut Command) -> Result<bool> {
        let watched = process::watch(command, self.time_left())?;
        if watched.success {
            self.tally.pass();
        } else {
            self.tally.fail(why(name, watched.out_of_time));
        }
        Ok(watched.success)
    }

    /// A test runner, whose own counts are taken.
    pub(crate) fn tests(
        &mut self,
        name: &str,
        runner: Runner,
        command: &mut Command,
    ) -> Result<()> {
        let watched = process::watch(command, self.time_left())?;
        let counted = counts::read(runner, &watched.text);
        let silent = counted.is_none();
        let mut counted = counted.unwrap_or_default();
        if runner == Runner::Nextest {
            reasons::explain(self.repo, &mut counted.skips);
        }
        let explained = counted.failed > 0;
        // Documentation may have no examples; every other runner has tests.
        let nothing_ran = counted.passed + counted.failed == 0 && runner != Runner::Libtest;
        self.tally.add(counted);
        if watched.success && silent {
            self.tally
                .fail(format!("{name}: ended without saying how many tests ran"));
        } else if watched.success && nothing_ran {
            self.tally.fail(format!("{name}: ran no test"));
        } else if !watched.success && explained {
            self.tally.failures.push(why(name, watched.out_of_time));
        } else if !watched.success {
            self.tally.fail(why(name, watched.out_of_time));
        }
        Ok(())
    }

    /// A check made here, without a command.
    pub(crate) fn outcome(&mut self, outcome: Result<(), String>) {
        match outcome {
            Ok(()) => self.tally.pass(),
            Err(why) => self.tally.fail(why),
        }
    }

    fn time_left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

fn why(name: &str, out_of_time: bool) -> String {
    if out_of_time {
        format!("{name}: not done in time")
    } else {
        format!("{name}: failed, see above")
    }
}
