//! `lanvas-server accounts`: who has an account of a hub, and what who runs it does about that.
//!
//! Promises: one line for each, with tabs between, for scripts; a hub that runs keeps its accounts to
//! itself but for the list. Must not know: what an account is made of.

use std::io::{Write, stdout};

use anyhow::{Context, Result};
use lanvas_hub::{
    accounts::{
        About,
        kept::{self, KeptError},
    },
    storage::StorageError,
};

use crate::{
    arguments::{AccountsArguments, AccountsCommand},
    data_folder,
};

/// Does it and says what was done.
pub(crate) fn run(arguments: &AccountsArguments) -> Result<()> {
    let data = arguments.data.clone();
    let data = data.map_or_else(data_folder::default, Ok)?;
    match &arguments.what {
        AccountsCommand::List => {
            let all = kept::list(&data)?;
            say(&all.iter().map(line).collect::<String>())
        }
        AccountsCommand::Remove(who) => {
            kept::remove(&data, &who.name).map_err(told)?;
            say(&format!("The account {} was removed.\n", who.name))
        }
        AccountsCommand::Reset(who) => {
            let password = kept::lend(&data, &who.name).map_err(told)?;
            say(&format!("{password}\n"))
        }
    }
}

/// While a hub runs, its own page does it.
fn told(why: KeptError) -> anyhow::Error {
    match why {
        KeptError::Storage(StorageError::InUse(folder)) => anyhow::anyhow!(
            "A hub is using {}. Open its host link and do it there (People, Accounts of this hub), or end the hub first.",
            folder.display()
        ),
        why => why.into(),
    }
}

fn line(about: &About) -> String {
    let places = about.signed_in;
    let lent = if about.lent { "\tnew password" } else { "" };
    format!("{}\t{places}{lent}\n", about.name)
}

fn say(text: &str) -> Result<()> {
    let mut out = stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .context("Nobody reads standard output")
}
