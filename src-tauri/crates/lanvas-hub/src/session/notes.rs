//! The notes: which edits are taken, and how one made on an older text is brought up to date.

use std::collections::VecDeque;

use lanvas_protocol::{ErrorCode, TextChanges, limits::NOTES_LENGTH_MAX};
use ropey::Rope;

use super::text;

/// How many edits are kept to bring others' edits up to date. A client has one edit in flight,
/// so this bounds how many edits of others may be numbered meanwhile.
pub const NOTES_HISTORY_MAX: usize = 2_000;

/// Bytes of edits kept for the same; a guest may send large ones.
pub const NOTES_HISTORY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The shared text and its latest edits.
#[derive(Debug, Clone)]
pub struct Notes {
    text: Rope,
    /// Numbers and edits, oldest first.
    recent: VecDeque<(u64, TextChanges)>,
    recent_bytes: usize,
    /// Edits made on this number or later can be brought up to date.
    oldest_base: u64,
    edits_max: usize,
}

impl Default for Notes {
    fn default() -> Self {
        Self::keeping(NOTES_HISTORY_MAX)
    }
}

impl Notes {
    /// Blank notes that keep so many of their latest edits.
    pub(crate) fn keeping(edits_max: usize) -> Self {
        Self {
            text: Rope::new(),
            recent: VecDeque::new(),
            recent_bytes: 0,
            oldest_base: 0,
            edits_max,
        }
    }

    /// Goes on from the text as it was after operation `number`.
    pub(crate) fn restore(&mut self, number: u64, text: &str) {
        self.text = Rope::from_str(text);
        self.forget_history(number);
    }

    /// Whether a text may be that long.
    ///
    /// # Errors
    /// [`ErrorCode::NotesTooLong`].
    pub(crate) fn check_length(text: &str) -> Result<(), ErrorCode> {
        if text.encode_utf16().count() <= NOTES_LENGTH_MAX {
            Ok(())
        } else {
            Err(ErrorCode::NotesTooLong)
        }
    }

    /// The text as it is.
    #[must_use]
    pub fn text(&self) -> String {
        self.text.to_string()
    }

    /// Its length in UTF-16 units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.len_utf16_cu()
    }

    /// Whether nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Brings an edit made on the text after `base` up to the text as it is, and tries it.
    ///
    /// # Errors
    /// [`ErrorCode::StaleRevision`] when `base` is too old or has not been, or what is wrong with
    /// the edit itself.
    pub(crate) fn admit(
        &self,
        base: u64,
        changes: TextChanges,
        head: u64,
    ) -> Result<TextChanges, ErrorCode> {
        if base < self.oldest_base || base > head {
            return Err(ErrorCode::StaleRevision);
        }
        let after = self.recent.partition_point(|(number, _)| *number <= base);
        let mut mapped = text::tidied(changes)?;
        for (_, earlier) in self.recent.range(after..) {
            mapped = text::map(&mapped, earlier, false)?;
        }
        self.try_on(&mapped)?;
        Ok(mapped)
    }

    /// Whether an edit fits the text as it is.
    ///
    /// # Errors
    /// What is wrong with the edit.
    pub(crate) fn try_on(&self, changes: &TextChanges) -> Result<(), ErrorCode> {
        text::apply(&mut self.text.clone(), changes)
    }

    /// Applies an edit that fits the text as it is.
    ///
    /// # Errors
    /// What is wrong with the edit; the text is as before.
    pub(crate) fn apply(&mut self, number: u64, changes: &TextChanges) -> Result<(), ErrorCode> {
        text::apply(&mut self.text, changes)?;
        self.recent_bytes += changes.weight();
        self.recent.push_back((number, changes.clone()));
        while (self.recent.len() > self.edits_max || self.recent_bytes > NOTES_HISTORY_BYTES_MAX)
            && let Some((dropped, changes)) = self.recent.pop_front()
        {
            self.recent_bytes -= changes.weight();
            self.oldest_base = dropped;
        }
        Ok(())
    }

    /// Forgets the edits that led here: after a restart clients catch up before they edit.
    pub(crate) fn forget_history(&mut self, head: u64) {
        self.recent.clear();
        self.recent_bytes = 0;
        self.oldest_base = head;
    }
}
