//! `lanvas-server backup` and `lanvas-server verify`: a copy of a session, and whether a file is
//! sound. Both only read sessions, so a hub may go on beside them.

use std::io::{Write, stdout};

use anyhow::{Context, Result, bail};
use lanvas_hub::storage;

use crate::{
    arguments::{BackupArguments, VerifyArguments},
    data_folder,
};

/// Copies a session and says which.
pub(crate) fn backup(arguments: &BackupArguments) -> Result<()> {
    let data = arguments.data.clone();
    let data = data.map_or_else(data_folder::default, Ok)?;
    let id = storage::backup(&data, arguments.session.as_ref(), &arguments.file)
        .context("No copy was made")?;
    say(&format!(
        "Session {id} was copied to {}.",
        arguments.file.display()
    ))
}

/// Checks a file and says what is in it.
pub(crate) fn verify(arguments: &VerifyArguments) -> Result<()> {
    let shown = arguments.file.display();
    if !arguments.file.is_file() {
        bail!(
            "There is no file {shown}. Check its name; sessions lie in the data folder, under sessions/."
        );
    }
    let found =
        storage::verify(&arguments.file).with_context(|| format!("{shown} is not sound"))?;
    say(&format!(
        "{shown} is sound: \u{201c}{}\u{201d}, {} changes ({} of them folded), {} things on the board, \
         {} messages, {} pictures, {} snapshots.",
        found.title,
        found.head,
        found.folded,
        found.shapes,
        found.messages,
        found.pictures,
        found.snapshots
    ))
}

fn say(sentence: &str) -> Result<()> {
    writeln!(stdout().lock(), "{sentence}").context("Nobody reads standard output")
}
