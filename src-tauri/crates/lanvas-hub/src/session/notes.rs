//! The notes: which edits are taken, and how one made on an older text is brought up to date.

use std::collections::VecDeque;

use lanvas_protocol::{
    ErrorCode, Operation, PageId, ParticipantId, TextChanges,
    message::{Caret, NotesPage},
    operation::Applied,
};

use super::{
    pages::{Page, PageChange, Pages},
    text,
};

/// How many edits are kept to bring others' edits up to date. A client has one edit in flight,
/// so this bounds how many edits of others may be numbered meanwhile.
pub const NOTES_HISTORY_MAX: usize = 2_000;

/// Bytes of edits kept for the same; a guest may send large ones.
pub const NOTES_HISTORY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The shared pages and their latest edits.
#[derive(Debug, Clone)]
pub struct Notes {
    pages: Pages,
    /// Edits of all pages, oldest first.
    recent: VecDeque<Edit>,
    recent_bytes: usize,
    /// Edits made on this number or later can be brought up to date.
    oldest_base: u64,
    edits_max: usize,
}

#[derive(Debug, Clone)]
struct Edit {
    number: u64,
    author: ParticipantId,
    page: PageId,
    changes: TextChanges,
}

impl Default for Notes {
    fn default() -> Self {
        Self::keeping(NOTES_HISTORY_MAX)
    }
}

impl Notes {
    /// One blank page; so many of the latest edits will be kept.
    pub(crate) fn keeping(edits_max: usize) -> Self {
        Self {
            pages: Pages::default(),
            recent: VecDeque::new(),
            recent_bytes: 0,
            oldest_base: 0,
            edits_max,
        }
    }

    /// Goes on from the pages as they were after operation `number`; `first` is the first one's text.
    pub(crate) fn restore(&mut self, number: u64, first: &str, pages: &[NotesPage]) {
        self.pages.restore(number, first, pages);
        self.forget_history(number);
    }

    /// Whether a hub can have made such pages.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn check(first: &str, pages: &[NotesPage]) -> Result<(), ErrorCode> {
        Pages::check(first, pages)
    }

    /// The first page's text as it is.
    #[must_use]
    pub fn text(&self) -> String {
        self.page(&PageId::first())
            .map_or_else(String::new, Page::text)
    }

    /// A page, in the notes or taken out of them.
    #[must_use]
    pub fn page(&self, page: &PageId) -> Option<&Page> {
        self.pages.get(page)
    }

    /// All pages by id, those taken out too, the first one without its text.
    #[must_use]
    pub fn pages(&self) -> Vec<NotesPage> {
        self.pages.told()
    }

    /// Whether a blank page may be added. Gives the title as it will be.
    ///
    /// # Errors
    /// The code of the first rule that is broken.
    pub(super) fn admit_add(
        &self,
        page: &PageId,
        title: &str,
        order: f64,
    ) -> Result<String, ErrorCode> {
        self.pages.admit_add(page, title, order)
    }

    /// Whether that may be changed about a page. Gives the title as it will be, if there is one.
    ///
    /// # Errors
    /// The code of the first rule that is broken.
    pub(super) fn admit_update(
        &self,
        page: &PageId,
        change: PageChange<'_>,
    ) -> Result<Option<String>, ErrorCode> {
        self.pages.admit_update(page, change)
    }

    /// Brings an edit made on the page after `base` up to the page as it is, and tries it.
    ///
    /// # Errors
    /// [`ErrorCode::PageNotFound`], [`ErrorCode::StaleRevision`] when `base` is too old or has not
    /// been, or what is wrong with the edit itself.
    pub(crate) fn admit(
        &self,
        page: &PageId,
        base: u64,
        changes: TextChanges,
        head: u64,
    ) -> Result<TextChanges, ErrorCode> {
        let known = self.pages.get(page).ok_or(ErrorCode::PageNotFound)?;
        if base < self.oldest_base.max(known.since) || base > head {
            return Err(ErrorCode::StaleRevision);
        }
        let after = self.recent.partition_point(|edit| edit.number <= base);
        let mut mapped = text::tidied(changes)?;
        let others = self.recent.range(after..);
        for earlier in others.filter(|edit| edit.page == *page) {
            mapped = text::map(&mapped, &earlier.changes, false)?;
        }
        self.try_on(page, &mapped)?;
        Ok(mapped)
    }

    /// Where the caret that `whose` told is in the page as it is after operation `head`; none if it
    /// is too old to say, or of a time that has not been.
    pub(super) fn caret_now(
        &self,
        caret: &Caret,
        whose: ParticipantId,
        head: u64,
    ) -> Option<Caret> {
        let since = self.pages.get(&caret.page)?.since;
        if caret.base < self.oldest_base.max(since) || caret.base > head {
            return None;
        }
        let mut now = Caret {
            base: head,
            ..caret.clone()
        };
        let after = (self.recent).partition_point(|edit| edit.number <= caret.base);
        let missed = self.recent.range(after..);
        for edit in missed.filter(|edit| edit.page == caret.page) {
            // Who types is pushed on by their own letters and stays before others'.
            let pushed = edit.author == whose;
            now.anchor = text::map_place(&edit.changes, now.anchor, pushed);
            now.head = text::map_place(&edit.changes, now.head, pushed);
        }
        Some(now)
    }

    /// Whether an edit fits the page as it is.
    ///
    /// # Errors
    /// What is wrong with the edit.
    pub(crate) fn try_on(&self, page: &PageId, changes: &TextChanges) -> Result<(), ErrorCode> {
        self.pages.try_on(page, changes)
    }

    /// Does an operation on the notes that was admitted, or tried when the log was opened.
    pub(super) fn take(&mut self, applied: &Applied) {
        let number = applied.number;
        match &applied.operation {
            Operation::AddPage { page, title, order } => {
                self.pages.add(number, page.clone(), title, *order);
            }
            Operation::UpdatePage {
                page,
                title,
                order,
                removed,
            } => {
                let change = PageChange::new(title.as_deref(), *order, *removed);
                self.pages.update(number, page, change);
            }
            operation => {
                if let Some((page, _, changes)) = operation.notes_edit() {
                    let fits = self.pages.apply(&page, changes);
                    debug_assert_eq!(fits, Ok(()));
                    self.note_edit(applied, page, changes);
                }
            }
        }
    }

    fn note_edit(&mut self, applied: &Applied, page: PageId, changes: &TextChanges) {
        self.recent_bytes += changes.weight();
        self.recent.push_back(Edit {
            number: applied.number,
            author: applied.author,
            page,
            changes: changes.clone(),
        });
        while (self.recent.len() > self.edits_max || self.recent_bytes > NOTES_HISTORY_BYTES_MAX)
            && let Some(dropped) = self.recent.pop_front()
        {
            self.recent_bytes -= dropped.changes.weight();
            self.oldest_base = dropped.number;
        }
    }

    /// Forgets the edits that led here: after a restart clients catch up before they edit.
    pub(crate) fn forget_history(&mut self, head: u64) {
        self.recent.clear();
        self.recent_bytes = 0;
        self.oldest_base = head;
    }
}
