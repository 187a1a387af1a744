//! A client's copy of all pages of the notes (R62 to R64): which there are as the hub ordered it,
//! and of each its text, as `notes.rs` keeps one.

use std::collections::BTreeMap;

use lanvas_protocol::{Operation, PageId, TextChanges, message::NotesPage};

use crate::{
    notes::Notes,
    text::{Units, string},
};

/// The text of every page, by id.
pub(crate) type Texts = BTreeMap<PageId, Units>;

#[derive(Debug, Default)]
struct Page {
    /// As the hub ordered it; none while nobody but this client knows of it.
    told: Option<NotesPage>,
    notes: Notes,
}

#[derive(Debug)]
pub(crate) struct Pages(BTreeMap<PageId, Page>);

impl Default for Pages {
    fn default() -> Self {
        let first = Page {
            told: Some(NotesPage::default()),
            notes: Notes::default(),
        };
        Self(BTreeMap::from([(PageId::first(), first)]))
    }
}

/// An edit of a page, as an operation.
pub(crate) fn edit_of(page: &PageId, base: u64, changes: TextChanges) -> Operation {
    if page.is_first() {
        return Operation::EditNotes { base, changes };
    }
    Operation::EditPage {
        page: page.clone(),
        base,
        changes,
    }
}

impl Pages {
    /// Pages that somebody may write on, those taken out too: they may not know yet.
    pub(crate) fn ids(&self) -> Vec<PageId> {
        self.0.keys().cloned().collect()
    }

    /// What the hub ordered, without the texts.
    pub(crate) fn told(&self) -> Vec<NotesPage> {
        let told = self.0.values().filter_map(|page| page.told.clone());
        told.collect()
    }

    pub(crate) fn confirmed(&self) -> Texts {
        let known = self.0.iter().filter(|(_, page)| page.told.is_some());
        known
            .map(|(id, page)| (id.clone(), page.notes.confirmed().to_vec()))
            .collect()
    }

    /// What the person sees.
    pub(crate) fn views(&self) -> Texts {
        let pages = self.0.iter();
        pages
            .map(|(id, page)| (id.clone(), page.notes.view()))
            .collect()
    }

    pub(crate) fn view(&self, page: &PageId) -> String {
        string(&self.0[page].notes.view())
    }

    pub(crate) fn is_settled(&self) -> bool {
        let mut all = self.0.values();
        all.all(|page| page.notes.is_settled() && !page.notes.has_unstored())
    }

    pub(crate) fn is_on_its_way(&self, seq: u32) -> bool {
        self.0
            .values()
            .any(|page| page.notes.sent_seq() == Some(seq))
    }

    /// The page whose edit went out as `seq`.
    pub(crate) fn sent_as(&mut self, seq: u32) -> Option<(&PageId, &mut Notes)> {
        let mut all = self.0.iter_mut();
        all.find(|(_, page)| page.notes.sent_seq() == Some(seq))
            .map(|(id, page)| (id, &mut page.notes))
    }

    pub(crate) fn all_notes(&mut self) -> impl Iterator<Item = (&PageId, &mut Notes)> {
        self.0.iter_mut().map(|(id, page)| (id, &mut page.notes))
    }

    /// Of these the hub takes edits.
    pub(crate) fn known_notes(&mut self) -> impl Iterator<Item = (&PageId, &mut Notes)> {
        let known = self.0.iter_mut().filter(|(_, page)| page.told.is_some());
        known.map(|(id, page)| (id, &mut page.notes))
    }

    /// The person adds a page or types on one.
    pub(crate) fn perform(&mut self, operation: &Operation) {
        if let Operation::AddPage { page, .. } = operation {
            self.0.entry(page.clone()).or_default();
        } else if let Some((page, _, changes)) = operation.notes_edit() {
            let page = self.0.get_mut(&page).expect("one types on what one sees");
            page.notes.edit(changes.clone());
        }
    }

    /// The hub ordered an operation; `seq` if it is this replica's.
    pub(crate) fn applied(&mut self, number: u64, operation: &Operation, seq: Option<u32>) {
        match operation {
            Operation::AddPage { page, title, order } => {
                let told = NotesPage {
                    page: page.clone(),
                    title: title.clone(),
                    order: *order,
                    ..NotesPage::default()
                };
                self.0.entry(page.clone()).or_default().told = Some(told);
            }
            Operation::UpdatePage {
                page,
                title,
                order,
                removed,
            } => {
                let known = self.0.get_mut(page).and_then(|page| page.told.as_mut());
                let told = known.expect("the hub took it, so it is there (R63)");
                if let Some(title) = title {
                    told.title.clone_from(title);
                }
                told.order = order.unwrap_or(told.order);
                told.removed = match removed {
                    Some(true) => told.removed.or(Some(number)),
                    Some(false) => None,
                    None => told.removed,
                };
            }
            operation => {
                if let Some((page, _, changes)) = operation.notes_edit() {
                    let page = self.0.get_mut(&page).expect("added before (R62)");
                    page.notes.applied(number, changes, seq);
                }
            }
        }
    }

    /// The hub's pages are these. Own edits up to `seq` are in them or were refused; the others are
    /// made again, if their page is there or `comes` again. Gives what may be lost.
    pub(crate) fn reset(
        &mut self,
        first: &str,
        told: Vec<NotesPage>,
        seq: u32,
        comes: impl Fn(&PageId) -> bool,
    ) -> Vec<TextChanges> {
        let mut unsure = Vec::new();
        let mut had = std::mem::take(&mut self.0);
        for mut told in told {
            let text = std::mem::take(&mut told.text);
            let mut page = had.remove(&told.page).unwrap_or_default();
            let text = if told.page.is_first() { first } else { &text };
            unsure.extend(page.notes.reset(text, seq));
            self.0.insert(
                told.page.clone(),
                Page {
                    told: Some(told),
                    notes: page.notes,
                },
            );
        }
        for (id, mut page) in had {
            unsure.extend(page.notes.reset("", seq));
            page.told = None;
            if comes(&id) {
                self.0.insert(id, page);
            } else {
                // Nobody will take these words any more: a person gets them back.
                unsure.extend(page.notes.give_up());
            }
        }
        unsure
    }

    /// The hub did not take a page that this client added.
    pub(crate) fn give_up(&mut self, page: &PageId) -> Vec<TextChanges> {
        if self.0.get(page).is_some_and(|known| known.told.is_some()) {
            return Vec::new();
        }
        let page = self.0.remove(page);
        page.map_or_else(Vec::new, |mut page| page.notes.give_up())
    }
}
