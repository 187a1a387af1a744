//! The hub's text algebra on standard input and output, so that it can be held against another
//! implementation of the same rule.
//!
//! Reads one JSON array of cases per line and answers each line with an array of answers. A case is
//! `[text, ours, theirs, place]`, the two being changes of that text as in `edit_notes`. An answer is
//! `[after ours, after theirs, ours mapped over theirs, theirs mapped before ours, after both, the
//! place after theirs, and behind what they insert there]`, or the code of what is wrong.

use std::io::{BufRead, Write};

use anyhow::Context;
use lanvas_hub::session::text;
use lanvas_protocol::{ErrorCode, TextChanges};
use ropey::Rope;
use serde_json::{Value, json};

type Case = (String, TextChanges, TextChanges, u32);

fn answer((before, ours, theirs, place): Case) -> Result<Value, ErrorCode> {
    let (ours, theirs) = (text::tidied(ours)?, text::tidied(theirs)?);
    let after_ours = applied(&before, &ours)?;
    let after_theirs = applied(&before, &theirs)?;
    let ours_mapped = text::map(&ours, &theirs, false)?;
    let theirs_mapped = text::map(&theirs, &ours, true)?;
    let both = applied(&after_theirs, &ours_mapped)?;
    Ok(json!([
        after_ours,
        after_theirs,
        ours_mapped,
        theirs_mapped,
        both,
        text::map_place(&theirs, place, false),
        text::map_place(&theirs, place, true)
    ]))
}

fn applied(before: &str, changes: &TextChanges) -> Result<String, ErrorCode> {
    let mut rope = Rope::from_str(before);
    text::apply(&mut rope, changes)?;
    Ok(rope.to_string())
}

fn main() -> anyhow::Result<()> {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let cases: Vec<Case> = serde_json::from_str(&line).context("not an array of cases")?;
        let answers: Vec<_> = cases
            .into_iter()
            .map(|case| answer(case).unwrap_or_else(|code| json!(code)))
            .collect();
        serde_json::to_writer(&mut output, &answers)?;
        writeln!(output)?;
        output.flush()?;
    }
    Ok(())
}
