//! When a session's file gets a snapshot, which older ones stay, and which operations are folded.
//!
//! - A snapshot is due when the log has grown by [`StorageSettings::snapshot_log_bytes`] and by
//!   half of what the last snapshot takes: so all snapshots together cost about three times the
//!   board in writing, and opening has at most half a board of operations to do again.
//! - It is written in parts between the commits, and only once its last operation is stored.
//! - The newest snapshot is never the only one that the log goes on from: it is either the whole
//!   log from number 1, or there is an older snapshot that the rest of the log begins at.
//! - When the log takes more than [`StorageSettings::history_bytes`], operations before an older
//!   snapshot are folded into it, a few hundred at a time, oldest first. Between a quarter of the
//!   budget and all of it stays for the replay. Operations of the chat always stay.
//!
//! It must not know threads or other sessions.

use std::collections::VecDeque;

use super::{
    SessionState, StorageError, StorageSettings, database::Database, snapshot::Parts,
    snapshot_table::Kept,
};

/// The upkeep of one file.
#[derive(Debug)]
pub(super) struct Upkeep {
    settings: StorageSettings,
    /// Where the log begins: after a snapshot, or with number 1 after nothing.
    start: Kept,
    /// The sound snapshots, oldest first.
    snapshots: Vec<Kept>,
    /// Bytes that the newest one takes.
    snapshot_bytes: u64,
    /// Bytes that all operations so far took in the log, the folded ones too.
    log_bytes: u64,
    /// As many of them when a snapshot could not be written.
    given_up_at: u64,
    writing: Option<Writing>,
    folding: VecDeque<Fold>,
}

/// A snapshot that is being written.
#[derive(Debug)]
struct Writing {
    parts: Parts,
    written: u64,
    bytes: u64,
}

/// Operations that are to go.
#[derive(Debug)]
struct Fold {
    after: u64,
    upto: u64,
}

const NOTHING: Kept = Kept {
    number: 0,
    log_bytes: 0,
};

impl Upkeep {
    /// Of a file that was opened with the state after `opened`.
    pub(super) fn of(
        database: &Database,
        opened: u64,
        settings: StorageSettings,
    ) -> Result<Self, StorageError> {
        let mut snapshots = database.snapshots()?;
        // Newer ones are damaged: the opening passed over them.
        snapshots.retain(|kept| kept.number <= opened);
        let last = snapshots.last().copied().unwrap_or(NOTHING);
        let whole = database.first_after_folding()?.is_none();
        Ok(Self {
            settings,
            start: snapshots
                .first()
                .filter(|_| !whole)
                .copied()
                .unwrap_or(NOTHING),
            snapshot_bytes: database.snapshot_bytes(last.number)?,
            log_bytes: last.log_bytes + database.log_bytes_after(last.number)?,
            snapshots,
            given_up_at: 0,
            writing: None,
            folding: VecDeque::new(),
        })
    }

    /// So many bytes of operations were stored.
    pub(super) fn grew(&mut self, bytes: u64) {
        self.log_bytes += bytes;
    }

    /// Whether it is time for a snapshot.
    pub(super) fn is_snapshot_due(&self) -> bool {
        let last = self.snapshots.last().map_or(0, |kept| kept.log_bytes);
        let last = last.max(self.given_up_at);
        let enough = self
            .settings
            .snapshot_log_bytes
            .max(self.snapshot_bytes / 2);
        self.writing.is_none() && self.log_bytes.saturating_sub(last) >= enough
    }

    /// Here is the state for it. One that is not newer than the last is of no use.
    pub(super) fn begin(&mut self, state: SessionState) {
        let last = self.snapshots.last().map_or(0, |kept| kept.number);
        if self.writing.is_none() && state.number > last {
            self.writing = Some(Writing {
                parts: Parts::of(state),
                written: 0,
                bytes: 0,
            });
        }
    }

    /// Whether there is something to do now that operations up to `stored` are in the file.
    pub(super) fn has_work(&self, stored: u64) -> bool {
        let writes = self.writing.as_ref();
        writes.is_some_and(|writing| writing.parts.number() <= stored) || !self.folding.is_empty()
    }

    /// Does a little of it, in one transaction. After a failure it is given up: the next snapshot is
    /// due when the log has grown again.
    pub(super) fn step(&mut self, database: &mut Database) -> rusqlite::Result<()> {
        let done = self.try_step(database);
        if done.is_err() {
            self.writing = None;
            self.folding.clear();
            self.given_up_at = self.log_bytes;
        }
        done
    }

    fn try_step(&mut self, database: &mut Database) -> rusqlite::Result<()> {
        let Some(mut writing) = self.writing.take() else {
            return self.fold(database);
        };
        let number = writing.parts.number();
        if writing.written == 0 {
            let sound: Vec<_> = self.snapshots.iter().map(|kept| kept.number).collect();
            database.clear_all_but(&sound)?;
        }
        match writing.parts.next() {
            Some(part) => {
                writing.bytes += database.write_part(number, writing.written, &part)?;
                writing.written += 1;
                self.writing = Some(writing);
                Ok(())
            }
            None => self.finish(database, &writing),
        }
    }

    fn finish(&mut self, database: &mut Database, writing: &Writing) -> rusqlite::Result<()> {
        let new = Kept {
            number: writing.parts.number(),
            log_bytes: self.log_bytes,
        };
        let plan = plan(
            self.start,
            &self.snapshots,
            new,
            self.settings.history_bytes,
        );
        database.finish_snapshot(new, writing.written, &plan.keep)?;
        self.snapshots
            .retain(|kept| plan.keep.contains(&kept.number));
        self.snapshots.push(new);
        self.snapshot_bytes = writing.bytes;
        if let Some(start) = plan.fold {
            tracing::info!(upto = start.number, "folding the oldest operations");
            self.folding.push_back(Fold {
                after: 0,
                upto: start.number,
            });
            self.start = start;
        }
        Ok(())
    }

    fn fold(&mut self, database: &mut Database) -> rusqlite::Result<()> {
        let Some(fold) = self.folding.front_mut() else {
            return Ok(());
        };
        match database.fold(fold.after, fold.upto)? {
            Some(last) => fold.after = last,
            None => {
                self.folding.pop_front();
            }
        }
        Ok(())
    }
}

/// What a new snapshot makes of the older ones.
#[derive(Debug, PartialEq, Eq)]
struct Plan {
    /// Numbers of the older ones that stay.
    keep: Vec<u64>,
    /// The one that the log begins at from now on, if it is another.
    fold: Option<Kept>,
}

fn plan(start: Kept, older: &[Kept], new: Kept, budget: u64) -> Plan {
    let later = || older.iter().filter(|kept| kept.number > start.number);
    let mut fold = None;
    if new.log_bytes.saturating_sub(start.log_bytes) > budget {
        let leaves_half = |kept: &&Kept| new.log_bytes.saturating_sub(kept.log_bytes) >= budget / 2;
        fold = later()
            .rfind(leaves_half)
            .or_else(|| later().next())
            .copied();
    }
    let start = fold.unwrap_or(start);
    let far_enough = |kept: &&Kept| {
        kept.number > start.number && kept.log_bytes.saturating_sub(start.log_bytes) >= budget / 4
    };
    let next = older.iter().find(far_enough);
    let keep = older.iter().filter(|kept| {
        kept.number == start.number || next.is_some_and(|next| next.number == kept.number)
    });
    Plan {
        keep: keep.map(|kept| kept.number).collect(),
        fold,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: u64 = 100;

    fn at(number: u64) -> Kept {
        Kept {
            number,
            log_bytes: number,
        }
    }

    fn planned(start: u64, older: &[u64], new: u64) -> (Vec<u64>, Option<u64>) {
        let older: Vec<_> = older.iter().copied().map(at).collect();
        let plan = plan(at(start), &older, at(new), BUDGET);
        (plan.keep, plan.fold.map(|kept| kept.number))
    }

    #[test]
    fn below_the_budget_nothing_is_folded_and_few_snapshots_stay() {
        assert_eq!(planned(0, &[], 10), (vec![], None));
        assert_eq!(planned(0, &[10], 20), (vec![], None));
        assert_eq!(planned(0, &[25], 30), (vec![25], None), "to fold to later");
        assert_eq!(planned(0, &[25, 30], 40), (vec![25], None));
        assert_eq!(
            planned(0, &[25, 60], BUDGET),
            (vec![25], None),
            "at its edge"
        );
    }

    #[test]
    fn past_the_budget_the_oldest_are_folded_into_an_older_snapshot() {
        assert_eq!(planned(0, &[25, 90], BUDGET + 1), (vec![25, 90], Some(25)));
        assert_eq!(
            planned(25, &[25, 90], 126),
            (vec![90], Some(90)),
            "or more than is left"
        );
        assert_eq!(planned(25, &[25, 55, 70], 126), (vec![70], Some(70)));
        assert_eq!(
            planned(0, &[], 5_000),
            (vec![], None),
            "never into the newest"
        );
    }

    #[test]
    fn over_a_long_life_what_stays_is_bounded_and_goes_on_from_a_snapshot() {
        let (mut start, mut snapshots, mut end) = (NOTHING, Vec::new(), 0);
        for growth in (1..2_000).map(|step| step * 7_919 % 23 + 1) {
            end += growth;
            let plan = plan(start, &snapshots, at(end), BUDGET);
            snapshots.retain(|kept| plan.keep.contains(&kept.number));
            start = plan.fold.unwrap_or(start);
            assert!(start == NOTHING || snapshots.contains(&start));
            snapshots.push(at(end));
            assert!(snapshots.len() <= 3, "{snapshots:?}");
            let stays = end - start.log_bytes;
            assert!(
                stays <= BUDGET && (end <= BUDGET || stays >= BUDGET / 4),
                "{stays}"
            );
        }
    }
}
