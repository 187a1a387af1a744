//! The pages of the notes: which there are, what is said about them, and how much they may hold.
//!
//! A page that is taken out is kept for a while with its text, so that it can be put back and that
//! what somebody was still writing on it is not lost. Which ones are given up for room follows from
//! the order alone, so that everybody gives up the same. Rules R62 to R64 of the protocol.

use std::collections::BTreeMap;

use lanvas_protocol::{
    ErrorCode, PageId, TextChanges,
    limits::{
        NOTES_LENGTH_MAX, NOTES_PAGES_MAX, NOTES_TOTAL_LENGTH_MAX, PAGE_ORDER_MAX,
        REMOVED_PAGES_LENGTH_MAX, REMOVED_PAGES_MAX,
    },
    message::NotesPage,
};
use ropey::Rope;

use super::{plain, text};

/// One page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    title: String,
    order: f64,
    /// The number of the operation that took it out, if it is.
    removed: Option<u64>,
    /// The number after which it is there: what was made before was not made on it.
    pub(super) since: u64,
    text: Rope,
}

impl Page {
    /// What is written on it.
    #[must_use]
    pub fn text(&self) -> String {
        self.text.to_string()
    }

    /// Its length in UTF-16 units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.len_utf16_cu()
    }

    /// Whether nothing is written on it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Whether it is taken out of the notes.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.removed.is_some()
    }

    fn told(&self, page: &PageId) -> NotesPage {
        let text = if page.is_first() {
            String::new()
        } else {
            self.text()
        };
        NotesPage {
            page: page.clone(),
            title: self.title.clone(),
            order: self.order,
            removed: self.removed,
            text,
        }
    }
}

/// What an operation says about a page; what is absent stays.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageChange<'a> {
    pub(super) title: Option<&'a str>,
    pub(super) order: Option<f64>,
    pub(super) removed: Option<bool>,
}

impl<'a> PageChange<'a> {
    pub(super) fn new(title: Option<&'a str>, order: Option<f64>, removed: Option<bool>) -> Self {
        Self {
            title,
            order,
            removed,
        }
    }
}

/// All pages, those that were taken out too. The first one is always among them.
#[derive(Debug, Clone)]
pub(super) struct Pages(BTreeMap<PageId, Page>);

impl Default for Pages {
    fn default() -> Self {
        Self(BTreeMap::from([(PageId::first(), Page::default())]))
    }
}

impl Pages {
    pub(super) fn get(&self, page: &PageId) -> Option<&Page> {
        self.0.get(page)
    }

    /// All of them by id, the first one without its text.
    pub(super) fn told(&self) -> Vec<NotesPage> {
        self.0.iter().map(|(id, page)| page.told(id)).collect()
    }

    /// Goes on with the pages as they were after operation `since`.
    pub(super) fn restore(&mut self, since: u64, first: &str, others: &[NotesPage]) {
        self.0.clear();
        let pages = others.iter().map(|told| {
            let text = if told.page.is_first() {
                first
            } else {
                &told.text
            };
            let page = Page {
                title: told.title.clone(),
                order: told.order,
                removed: told.removed,
                since,
                text: Rope::from_str(text),
            };
            (told.page.clone(), page)
        });
        self.0.extend(pages);
        self.0.entry(PageId::first()).or_insert_with(|| Page {
            since,
            text: Rope::from_str(first),
            ..Page::default()
        });
    }

    /// Whether a hub can have made them; they may come from anywhere.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(super) fn check(first: &str, others: &[NotesPage]) -> Result<(), ErrorCode> {
        let mut pages = Self::default();
        pages.restore(0, first, others);
        for (id, page) in &pages.0 {
            let named = page.title.is_empty() && id.is_first();
            if !(named || plain::title(&page.title).is_ok_and(|title| title == page.title)) {
                return Err(ErrorCode::InvalidTitle);
            }
            check_order(page.order)?;
            if page.len() > NOTES_LENGTH_MAX {
                return Err(ErrorCode::NotesTooLong);
            }
        }
        if pages.count() > NOTES_PAGES_MAX
            || pages.0.len() > NOTES_PAGES_MAX + REMOVED_PAGES_MAX + 1
        {
            return Err(ErrorCode::PagesFull);
        }
        if pages.length() > NOTES_TOTAL_LENGTH_MAX {
            return Err(ErrorCode::NotesTooLong);
        }
        (pages.count() > 0).then_some(()).ok_or(ErrorCode::LastPage)
    }

    // --- adding and changing --------------------------------------------------------------

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
        if self.0.contains_key(page) {
            return Err(ErrorCode::PageExists);
        }
        if self.count() >= NOTES_PAGES_MAX {
            return Err(ErrorCode::PagesFull);
        }
        check_order(order)?;
        plain::title(title)
    }

    pub(super) fn add(&mut self, number: u64, page: PageId, title: &str, order: f64) {
        let page = self.0.entry(page);
        page.or_insert_with(|| Page {
            title: title.to_owned(),
            order,
            since: number,
            ..Page::default()
        });
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
        let known = self.0.get(page).ok_or(ErrorCode::PageNotFound)?;
        match change.removed {
            Some(true) if !known.is_removed() && self.count() <= 1 => {
                return Err(ErrorCode::LastPage);
            }
            Some(false) if known.is_removed() => self.admit_back(known)?,
            _ => {}
        }
        change.order.map_or(Ok(()), check_order)?;
        change.title.map(plain::title).transpose()
    }

    fn admit_back(&self, page: &Page) -> Result<(), ErrorCode> {
        if self.count() >= NOTES_PAGES_MAX {
            Err(ErrorCode::PagesFull)
        } else if self.length() + page.len() > NOTES_TOTAL_LENGTH_MAX {
            Err(ErrorCode::NotesTooLong)
        } else {
            Ok(())
        }
    }

    /// Pages that are given up for room are gone afterwards; gives their ids.
    pub(super) fn update(
        &mut self,
        number: u64,
        page: &PageId,
        change: PageChange<'_>,
    ) -> Vec<PageId> {
        let Some(known) = self.0.get_mut(page) else {
            return Vec::new();
        };
        if let Some(title) = change.title {
            title.clone_into(&mut known.title);
        }
        known.order = change.order.unwrap_or(known.order);
        match change.removed {
            Some(true) => known.removed = known.removed.or(Some(number)),
            Some(false) => known.removed = None,
            None => {}
        }
        self.give_up_oldest()
    }

    /// The first page and the one taken out last are never given up.
    fn give_up_oldest(&mut self) -> Vec<PageId> {
        let taken_out = self.0.iter().filter(|(id, _)| !id.is_first());
        let mut removed: Vec<_> = taken_out
            .filter_map(|(id, page)| Some((page.removed?, id.clone(), page.len())))
            .collect();
        removed.sort_unstable();
        let mut count = removed.len();
        let mut length: usize = removed.iter().map(|(.., length)| length).sum();
        let mut given_up = Vec::new();
        for (_, id, units) in removed {
            if count <= 1 || (count <= REMOVED_PAGES_MAX && length <= REMOVED_PAGES_LENGTH_MAX) {
                break;
            }
            (count, length) = (count - 1, length - units);
            self.0.remove(&id);
            given_up.push(id);
        }
        given_up
    }

    // --- text -----------------------------------------------------------------------------

    /// Whether an edit fits the page as it is, and the room there is.
    ///
    /// # Errors
    /// What is wrong with the edit.
    pub(super) fn try_on(&self, page: &PageId, changes: &TextChanges) -> Result<(), ErrorCode> {
        let known = self.0.get(page).ok_or(ErrorCode::PageNotFound)?;
        let mut text = known.text.clone();
        text::apply(&mut text, changes)?;
        let (had, has) = (known.len(), text.len_utf16_cu());
        let all = self.beside(page, known);
        if has > had && all - had + has > self.most(page, known) {
            return Err(ErrorCode::NotesTooLong);
        }
        Ok(())
    }

    /// # Errors
    /// What is wrong with the edit; the text is as before.
    pub(super) fn apply(&mut self, page: &PageId, changes: &TextChanges) -> Result<(), ErrorCode> {
        let known = self.0.get_mut(page).ok_or(ErrorCode::PageNotFound)?;
        text::apply(&mut known.text, changes)
    }

    /// Units of the pages that share their room with this one, itself counted.
    fn beside(&self, id: &PageId, page: &Page) -> usize {
        if !page.is_removed() {
            return self.length();
        }
        let out = self.0.iter().filter(|(_, other)| other.is_removed());
        out.filter(|(other, _)| *other == id || !other.is_first())
            .map(|(_, other)| other.len())
            .sum()
    }

    fn most(&self, id: &PageId, page: &Page) -> usize {
        match page.is_removed() {
            false => NOTES_TOTAL_LENGTH_MAX,
            // It has room of its own: old clients know no other page and go on writing on it.
            true if id.is_first() => usize::MAX,
            true => REMOVED_PAGES_LENGTH_MAX,
        }
    }

    /// How many are in the notes.
    pub(super) fn count(&self) -> usize {
        self.0.values().filter(|page| !page.is_removed()).count()
    }

    /// Their length in UTF-16 units.
    fn length(&self) -> usize {
        let live = self.0.values().filter(|page| !page.is_removed());
        live.map(Page::len).sum()
    }
}

fn check_order(order: f64) -> Result<(), ErrorCode> {
    if order.is_finite() && order.abs() <= PAGE_ORDER_MAX {
        Ok(())
    } else {
        Err(ErrorCode::InvalidOperation)
    }
}

#[cfg(test)]
mod tests {
    use lanvas_protocol::TextChange;

    use super::*;

    fn id(text: &str) -> PageId {
        PageId::new(text).unwrap()
    }

    fn with(pages: usize) -> Pages {
        let mut all = Pages::default();
        for number in 1..pages {
            let page = id(&format!("p{number}"));
            all.admit_add(&page, "A page", 1.0).unwrap();
            all.add(number as u64, page, "A page", 1.0);
        }
        all
    }

    fn write(pages: &mut Pages, page: &PageId, units: usize) -> Result<(), ErrorCode> {
        let had = u32::try_from(pages.get(page).unwrap().len()).unwrap();
        let inserted = "x".repeat(units);
        let end = TextChange::Replace {
            deleted: 0,
            inserted,
        };
        let changes = TextChanges(vec![TextChange::Retain(had), end]);
        pages.try_on(page, &changes)?;
        pages.apply(page, &changes)
    }

    fn removed(on: bool) -> PageChange<'static> {
        PageChange::new(None, None, Some(on))
    }

    #[test]
    fn there_are_so_many_pages_and_one_stays() {
        let mut pages = with(NOTES_PAGES_MAX);
        let another = id("another");
        assert_eq!(
            pages.admit_add(&another, "Another", 0.0),
            Err(ErrorCode::PagesFull)
        );
        pages.admit_update(&id("p1"), removed(true)).unwrap();
        pages.update(200, &id("p1"), removed(true));
        pages.admit_add(&another, "Another", 0.0).unwrap();
        pages.add(201, another, "Another", 0.0);
        assert_eq!(
            pages.admit_update(&id("p1"), removed(false)),
            Err(ErrorCode::PagesFull)
        );

        let mut pages = with(2);
        pages.update(9, &PageId::first(), removed(true));
        assert_eq!(
            pages.admit_update(&id("p1"), removed(true)),
            Err(ErrorCode::LastPage)
        );
        assert!(pages.admit_update(&PageId::first(), removed(true)).is_ok());
    }

    #[test]
    fn a_page_is_told_by_its_id_title_and_place() {
        let pages = with(2);
        assert_eq!(
            pages.admit_add(&id("p1"), "Again", 0.0),
            Err(ErrorCode::PageExists)
        );
        assert_eq!(
            pages.admit_add(&PageId::first(), "Again", 0.0),
            Err(ErrorCode::PageExists)
        );
        let new = id("new");
        assert_eq!(
            pages.admit_add(&new, "  To \u{202e} do\n", PAGE_ORDER_MAX),
            Ok("To do".to_owned())
        );
        for order in [PAGE_ORDER_MAX * 1.001, f64::NAN, f64::NEG_INFINITY] {
            let refused = pages.admit_add(&new, "New", order);
            assert_eq!(refused, Err(ErrorCode::InvalidOperation));
        }
        let nameless = PageChange::new(Some("  "), None, None);
        assert_eq!(
            pages.admit_update(&id("p1"), nameless),
            Err(ErrorCode::InvalidTitle)
        );
        assert_eq!(
            pages.admit_update(&new, removed(true)),
            Err(ErrorCode::PageNotFound)
        );
    }

    #[test]
    fn all_pages_together_hold_so_much() {
        let full = NOTES_TOTAL_LENGTH_MAX / NOTES_LENGTH_MAX;
        let mut pages = with(full + 1);
        for number in 1..=full {
            let page = id(&format!("p{number}"));
            write(&mut pages, &page, NOTES_LENGTH_MAX).unwrap();
            assert_eq!(write(&mut pages, &page, 1), Err(ErrorCode::NotesTooLong));
        }
        let first = PageId::first();
        assert_eq!(write(&mut pages, &first, 1), Err(ErrorCode::NotesTooLong));
        // What goes makes room, and may not come back once that is used.
        pages.update(9, &id("p1"), removed(true));
        write(&mut pages, &first, 1).unwrap();
        assert_eq!(
            pages.admit_update(&id("p1"), removed(false)),
            Err(ErrorCode::NotesTooLong)
        );
        let shorter = TextChanges(vec![TextChange::Replace {
            deleted: 1,
            inserted: String::new(),
        }]);
        pages.apply(&first, &shorter).unwrap();
        assert!(pages.admit_update(&id("p1"), removed(false)).is_ok());
    }

    /// R64: the oldest of the pages taken out go, but never the first page or the latest.
    #[test]
    fn of_pages_taken_out_the_latest_are_kept() {
        let mut pages = with(REMOVED_PAGES_MAX + 3);
        pages.update(100, &PageId::first(), removed(true));
        for number in 1..=REMOVED_PAGES_MAX {
            let gone = pages.update(
                100 + number as u64,
                &id(&format!("p{number}")),
                removed(true),
            );
            assert!(gone.is_empty());
        }
        let last = id(&format!("p{}", REMOVED_PAGES_MAX + 1));
        assert_eq!(pages.update(200, &last, removed(true)), [id("p1")]);
        assert!(pages.get(&id("p1")).is_none() && pages.get(&PageId::first()).is_some());

        let mut pages = with(4);
        write(&mut pages, &id("p1"), REMOVED_PAGES_LENGTH_MAX).unwrap();
        write(&mut pages, &id("p2"), 1).unwrap();
        assert!(pages.update(10, &id("p1"), removed(true)).is_empty());
        assert_eq!(
            write(&mut pages, &id("p1"), 1),
            Err(ErrorCode::NotesTooLong),
            "somebody still writes on it"
        );
        assert_eq!(pages.update(11, &id("p2"), removed(true)), [id("p1")]);
    }

    #[test]
    fn pages_from_elsewhere_are_checked() {
        let told = |page: &str, title: &str| NotesPage {
            page: id(page),
            title: title.to_owned(),
            ..NotesPage::default()
        };
        assert!(
            Pages::check("text", &[]).is_ok(),
            "from before there were pages"
        );
        assert!(Pages::check("text", &[told("p1", "One")]).is_ok());
        assert_eq!(
            Pages::check("text", &[told("p1", "")]),
            Err(ErrorCode::InvalidTitle)
        );
        let gone = NotesPage {
            removed: Some(1),
            ..NotesPage::default()
        };
        assert_eq!(Pages::check("text", &[gone]), Err(ErrorCode::LastPage));
        let many: Vec<_> = (0..NOTES_PAGES_MAX)
            .map(|number| told(&format!("p{number}"), "One"))
            .collect();
        assert_eq!(Pages::check("", &many), Err(ErrorCode::PagesFull));
        let long = "x".repeat(NOTES_LENGTH_MAX + 1);
        assert_eq!(Pages::check(&long, &[]), Err(ErrorCode::NotesTooLong));
    }
}
