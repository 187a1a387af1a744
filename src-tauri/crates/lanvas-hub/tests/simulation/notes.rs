//! A client's copy of the notes, as R31 to R34 ask for: what the hub ordered, one edit on its way
//! (R33), and what was typed since. Edits that the hub may lose with its epoch are kept and made
//! again (R21).

use lanvas_protocol::TextChanges;

use crate::text::{Units, apply, difference, invert, map, pass, tidied, units};

#[derive(Debug, Clone)]
struct Sent {
    seq: u32,
    changes: TextChanges,
    /// The number it was sent on.
    base: u64,
}

#[derive(Debug, Clone)]
struct Ordered {
    number: u64,
    changes: TextChanges,
    /// If it is this replica's.
    seq: Option<u32>,
}

#[derive(Debug, Default)]
pub(crate) struct Notes {
    confirmed: Units,
    sent: Option<Sent>,
    /// Each made on the text after the one before it.
    waiting: Vec<TextChanges>,
    /// What the hub has on disk, and what was ordered since.
    stored: Units,
    tail: Vec<Ordered>,
    /// The number that an edit has to be brought past before it may be sent again.
    held_at: Option<u64>,
}

impl Notes {
    pub(crate) fn confirmed(&self) -> &[u16] {
        &self.confirmed
    }

    /// What the person sees.
    pub(crate) fn view(&self) -> Units {
        let sent = self.sent.iter().map(|sent| &sent.changes);
        sent.chain(&self.waiting)
            .fold(self.confirmed.clone(), |text, changes| {
                apply(&text, changes)
            })
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.sent.is_none() && self.waiting.is_empty()
    }

    pub(crate) fn has_unstored(&self) -> bool {
        self.tail.iter().any(|ordered| ordered.seq.is_some())
    }

    /// The person types.
    pub(crate) fn edit(&mut self, changes: TextChanges) {
        // R31: as the hub reads it, so that both map the same.
        self.waiting
            .push(tidied(changes).expect("the person's edit fits"));
    }

    pub(crate) fn sent_seq(&self) -> Option<u32> {
        self.sent.as_ref().map(|sent| sent.seq)
    }

    pub(crate) fn may_send(&self, number: u64) -> bool {
        let held = self.held_at.is_some_and(|held| number <= held);
        self.sent.is_none() && !self.waiting.is_empty() && !held
    }

    /// Puts the next edit on its way.
    pub(crate) fn send(&mut self, seq: u32, number: u64) -> TextChanges {
        let changes = self.waiting.remove(0);
        self.held_at = None;
        self.sent = Some(Sent {
            seq,
            changes: changes.clone(),
            base: number,
        });
        changes
    }

    /// What is on its way, once more.
    pub(crate) fn resend(&mut self, number: u64) -> Option<(u32, TextChanges)> {
        let sent = self.sent.as_mut()?;
        sent.base = number;
        Some((sent.seq, sent.changes.clone()))
    }

    /// The hub ordered an edit; `seq` if it is this replica's.
    pub(crate) fn applied(&mut self, number: u64, changes: &TextChanges, seq: Option<u32>) {
        if seq.is_some() && seq == self.sent_seq() {
            let theirs = apply(&self.confirmed, changes);
            self.confirm(number);
            assert_eq!(
                theirs, self.confirmed,
                "R33: what the hub ordered is what was sent, as mapped here"
            );
            return;
        }
        self.order(number, changes.clone(), seq);
        let mut theirs = changes.clone();
        let sent = self.sent.iter_mut().map(|sent| &mut sent.changes);
        for ours in sent.chain(&mut self.waiting) {
            (*ours, theirs) = pass(ours, &theirs);
        }
    }

    /// The hub ordered what is on its way.
    pub(crate) fn confirm(&mut self, number: u64) {
        let sent = self.sent.take().expect("only what was sent is confirmed");
        self.order(number, sent.changes, Some(sent.seq));
    }

    /// The hub did not take what is on its way: it goes from the screen.
    pub(crate) fn drop_sent(&mut self) -> Option<TextChanges> {
        let sent = self.sent.take()?;
        let mut back = invert(&self.confirmed, &sent.changes);
        for ours in &mut self.waiting {
            (*ours, back) = pass(ours, &back);
        }
        Some(sent.changes)
    }

    /// The hub no longer knows what it was made on: it is sent again when more has arrived.
    pub(crate) fn take_back_sent(&mut self) {
        if let Some(sent) = self.sent.take() {
            self.held_at = Some(sent.base);
            self.waiting.insert(0, sent.changes);
        }
    }

    /// The hub dealt with what is on its way and did not take it; nobody knows why.
    pub(crate) fn submit_anew(&mut self) {
        self.take_back_sent();
        self.held_at = None;
    }

    /// Everything up to `number` is on disk. Gives this replica's edits among it.
    pub(crate) fn store(&mut self, number: u64) -> Vec<(u32, u64)> {
        let kept = self
            .tail
            .partition_point(|ordered| ordered.number <= number);
        let stored: Vec<_> = self.tail.drain(..kept).collect();
        for ordered in &stored {
            self.stored = apply(&self.stored, &ordered.changes);
        }
        let own = |ordered: &Ordered| Some((ordered.seq?, ordered.number));
        stored.iter().filter_map(own).collect()
    }

    /// The hub's text is `text`, with all own edits up to `seq` that it took. The others are made
    /// again on top. Gives the edits that it may have refused, or may still lose.
    pub(crate) fn reset(&mut self, text: &str, seq: u32) -> Vec<TextChanges> {
        let (mut base, mut again) = (self.stored.clone(), Vec::new());
        let mut unsure = Vec::new();
        for (part_seq, changes) in self.own_parts() {
            if again.is_empty() && part_seq.is_some_and(|part| part <= seq) {
                base = apply(&base, &changes);
                unsure.push(changes);
            } else {
                again.push(changes);
            }
        }
        self.confirmed = units(text);
        let mut theirs = difference(&base, &self.confirmed);
        for ours in &mut again {
            (*ours, theirs) = pass(ours, &theirs);
        }
        self.stored = self.confirmed.clone();
        self.tail.clear();
        self.sent = None;
        self.held_at = None;
        self.waiting = again;
        unsure
    }

    /// There is no place any more for what is unsent.
    pub(crate) fn give_up(&mut self) -> Vec<TextChanges> {
        let sent = self.sent.take().map(|sent| sent.changes);
        sent.into_iter().chain(self.waiting.drain(..)).collect()
    }

    fn order(&mut self, number: u64, changes: TextChanges, seq: Option<u32>) {
        self.confirmed = apply(&self.confirmed, &changes);
        self.tail.push(Ordered {
            number,
            changes,
            seq,
        });
    }

    /// Own edits since `stored` as if nobody else had made any.
    fn own_parts(&self) -> Vec<(Option<u32>, TextChanges)> {
        let ordered = self
            .tail
            .iter()
            .map(|it| (it.seq, it.seq.is_some(), &it.changes));
        let sent = self.sent.iter().map(|it| (Some(it.seq), true, &it.changes));
        let waiting = self.waiting.iter().map(|changes| (None, true, changes));
        let mut apart = Apart::of(self.stored.clone());
        let mut parts = Vec::new();
        for (seq, mine, changes) in ordered.chain(sent).chain(waiting) {
            if mine {
                parts.push((seq, apart.take_mine(changes)));
            } else {
                apart.take_theirs(changes);
            }
        }
        parts
    }
}

/// Two texts that began as one: with own edits only, and with everybody's.
struct Apart {
    own: Units,
    actual: Units,
    /// Lead from `own` to `actual`.
    others: Vec<TextChanges>,
}

impl Apart {
    fn of(text: Units) -> Self {
        Self {
            actual: text.clone(),
            own: text,
            others: Vec::new(),
        }
    }

    fn take_theirs(&mut self, changes: &TextChanges) {
        self.actual = apply(&self.actual, changes);
        self.others.push(changes.clone());
    }

    /// An edit of `actual`, as it is on `own`.
    fn take_mine(&mut self, changes: &TextChanges) -> TextChanges {
        let (mut text, mut backs) = (self.own.clone(), Vec::new());
        for theirs in &self.others {
            backs.push(invert(&text, theirs));
            text = apply(&text, theirs);
        }
        let fits = "made on the text that the taking back starts from";
        let alone = backs.iter().rev().fold(changes.clone(), |changes, back| {
            map(&changes, back, false).expect(fits)
        });
        self.own = apply(&self.own, &alone);
        self.actual = apply(&self.actual, changes);
        self.bring_others_past(&alone);
        alone
    }

    fn bring_others_past(&mut self, alone: &TextChanges) {
        let (mut text, mut mine) = (self.own.clone(), alone.clone());
        for theirs in &mut self.others {
            (mine, *theirs) = pass(&mine, theirs);
            text = apply(&text, theirs);
        }
        if text != self.actual {
            self.others = vec![difference(&self.own, &self.actual)];
        }
    }
}
