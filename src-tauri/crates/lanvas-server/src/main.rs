//! `lanvas-server`: the Lanvas hub without a window, for a NAS, a school
//! server, a script.
//!
//! Promises: standard output carries only what was asked for; a failure is one
//! plain sentence on standard error and exit code 1; wrong usage is exit code
//! 2. Must not know: any product rule, which live in the hub.

mod accounts;
mod arguments;
mod backup;
mod chat;
mod data_folder;
mod doctor;
mod nearby;
mod place;
mod sealed;
mod serve;
mod stop_signals;
mod top;
mod ui;
mod welcome;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Serve(serve) => serve::run(&serve),
        Command::Nearby(nearby) => nearby::run(&nearby),
        Command::Backup(backup) => backup::backup(&backup),
        Command::Verify(verify) => backup::verify(&verify),
        Command::Doctor(doctor) => doctor::run(&doctor),
        Command::Top(top) => top::run(&top),
        Command::Chat(chat) => chat::run(&chat),
        Command::Accounts(accounts) => accounts::run(&accounts),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", one_sentence(&error));
            ExitCode::FAILURE
        }
    }
}

/// What failed and why, on one line. Some errors already name their cause: it
/// is not said twice.
fn one_sentence(error: &anyhow::Error) -> String {
    let mut whole = String::new();
    for cause in error.chain() {
        let cause = cause
            .to_string()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if whole.is_empty() {
            whole = cause;
        } else if !whole.contains(&cause) {
            whole = format!("{}: {cause}", whole.trim_end_matches('.'));
        }
    }
    if whole.ends_with(['.', '!', '?']) {
        whole
    } else {
        format!("{whole}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_one_sentence_with_its_causes() {
        let error = anyhow::anyhow!("the disk\nis full").context("Lanvas cannot store");
        assert_eq!(
            one_sentence(&error),
            "Lanvas cannot store: the disk is full."
        );
        assert_eq!(one_sentence(&anyhow::anyhow!("Try again.")), "Try again.");
        let twice = anyhow::anyhow!("no entry").context("The folder is no use: no entry.");
        assert_eq!(one_sentence(&twice), "The folder is no use: no entry.");
    }
}
