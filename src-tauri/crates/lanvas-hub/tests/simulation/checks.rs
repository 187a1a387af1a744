//! What must hold when everything has come to rest.

use std::collections::{BTreeMap, BTreeSet};

use lanvas_hub::session::Session;
use lanvas_protocol::{ErrorCode, Operation, PageId, TextChanges, chat::redacted, roles::Role};

use crate::{
    client::{Board, Client, Kept},
    pages::Texts,
    rights::is_of_rights,
    text::{string, units},
    world::{Seat, World},
};

impl World {
    /// At every number every replica has the text that the hub had at it.
    pub(crate) fn check_notes(&self, seat: usize) {
        let client = &self.seats[seat].client;
        if let Some((epoch, number)) = &client.place {
            let theirs = self.host.notes_at(epoch, *number);
            let told = readable(&client.pages.confirmed());
            assert_eq!(
                told,
                readable(theirs),
                "{}'s notes after {number} of {epoch}",
                client.name
            );
        }
    }

    pub(crate) fn check_all_equal(&self) {
        for seat in &self.seats {
            self.check_equal(&seat.client);
        }
    }

    fn check_equal(&self, client: &Client) {
        let session = &self.host.session;
        let name = &client.name;
        let board: Board = session
            .board()
            .shapes()
            .map(|shape| (shape.id.clone(), shape.clone()))
            .collect();
        assert_eq!(client.number(), session.head(), "{name}'s number");
        assert_eq!(client.board, board, "{name}'s board");
        assert_eq!(client.shown_board(), board, "what {name} sees of the board");
        let texts = readable(&texts_of(session));
        assert_eq!(readable(&client.pages.views()), texts, "{name}'s notes");
        let mut pages = session.notes().pages();
        pages.iter_mut().for_each(|page| page.text.clear());
        assert_eq!(client.pages.told(), pages, "{name}'s pages (R63)");
        assert_eq!(client.title, session.title(), "{name}'s title");
        assert_eq!(&client.rules, session.rules(), "{name}'s rules (R74)");
        let latest = session.chat().latest();
        let tail = client.chat.len().saturating_sub(latest.len());
        assert_eq!(client.chat[tail..], latest, "{name}'s chat (R36)");
        assert_eq!(client.chat.len() - tail, latest.len(), "{name}'s chat");
    }

    pub(crate) fn check_nothing_lost_or_doubled(&self) {
        let log = self.host.log();
        let mut submissions = BTreeSet::new();
        for (applied, number) in log.iter().zip(1..) {
            assert_eq!(applied.number, number, "the log has no gaps");
            let submission = (applied.replica.clone(), applied.seq);
            assert!(
                submissions.insert(submission.clone()),
                "{submission:?} twice (R18)"
            );
        }
        let all_kept = self.seats.iter().flat_map(|seat| &seat.client.kept);
        for kept in all_kept.filter(|kept| !self.was_taken_back(kept)) {
            let at = usize::try_from(kept.number).unwrap() - 1;
            let found = log.get(at).map(|it| (&it.replica, it.seq, it.number));
            let told = Some((&kept.replica, kept.seq, kept.number));
            assert_eq!(found, told, "R21: what was reported stored is there");
        }
        self.check_authors();
        self.check_who_changed_messages();
        let said: Vec<_> = log.iter().filter_map(|it| text_of(&it.operation)).collect();
        let unlike: BTreeSet<_> = said.iter().collect();
        assert_eq!(said.len(), unlike.len(), "every message is there once");
        self.check_refused(&unlike);
        self.check_contained(&unlike);
        self.check_characters();
    }

    /// Whether a copy from before it was put in the file's place.
    fn was_taken_back(&self, kept: &Kept) -> bool {
        let mut taken_back = self.host.taken_back.iter();
        taken_back.any(|ends| ends.get(&kept.epoch).is_some_and(|end| kept.number > *end))
    }

    /// Whoever brings a shape back, it stays the work of who drew it (R25).
    fn check_authors(&self) {
        let mut authors = BTreeMap::new();
        for applied in self.host.log() {
            if let Operation::RemoveShapes { left, .. } = &applied.operation {
                // A piece is the work of who drew the stroke, whoever had used its id before.
                for piece in left {
                    authors.remove(&piece.id);
                }
            }
            if let Operation::AddShapes { shapes } = &applied.operation {
                for shape in shapes {
                    let first = authors.entry(shape.id.clone()).or_insert(shape.author);
                    assert_eq!(*first, shape.author, "{} changed hands (R25)", shape.id);
                }
            }
        }
    }

    /// Nobody put words into another's mouth, and of what was deleted nothing is left.
    fn check_who_changed_messages(&self) {
        let log = self.host.log();
        let author_of = |message: u64| {
            let at = usize::try_from(message).unwrap() - 1;
            log.get(at).map(|posted| posted.author)
        };
        for applied in log {
            match &applied.operation {
                Operation::EditMessage { message, .. } => {
                    assert_eq!(author_of(*message), Some(applied.author), "R52");
                }
                Operation::DeleteMessage { message } => {
                    let left = log.iter().find(|it| {
                        redacted(&it.operation, it.number, *message)
                            .is_some_and(|redacted| redacted != it.operation)
                    });
                    assert_eq!(left, None, "R53");
                }
                _ => {}
            }
        }
    }

    fn check_refused(&self, said: &BTreeSet<&&str>) {
        for seat in &self.seats {
            for (operation, code) in &seat.client.refused {
                if let Some(text) = text_of(operation) {
                    assert!(
                        !said.contains(&text),
                        "{text:?} was refused: {code:?} (R20)"
                    );
                }
                // What nobody may: to put words into another's mouth, to make a second host, and
                // what is done to those below, done to oneself.
                let nobodys = matches!(
                    operation,
                    Operation::EditMessage { .. }
                        | Operation::SetRole { .. }
                        | Operation::Mute { .. }
                        | Operation::Remove { .. }
                );
                let forbidden = *code == ErrorCode::Forbidden && nobodys;
                let may = forbidden || !is_of_rights(*code) || seat.client.host_token.is_none();
                assert!(
                    may,
                    "the host may everything else (R72): {operation:?} {code:?}"
                );
            }
        }
    }

    /// What is not among the refused, where those are told, is in the order.
    fn check_contained(&self, said: &BTreeSet<&&str>) {
        if !self.host.taken_back.is_empty() {
            return; // it was, when that was said
        }
        for client in self.seats.iter().map(|seat| &seat.client) {
            let refused_since = |text| {
                let mut refused = client.refused.iter();
                refused.any(|(operation, _)| text_of(operation) == Some(text))
            };
            // What was deleted is there without its words.
            let was_deleted = self.host.log().iter().any(|it| {
                let own = Some(it.author) == client.me();
                own && is_post(&it.operation) && text_of(&it.operation).is_none()
            });
            for text in client.contained.iter().filter_map(text_of) {
                let kept = text.replace('\u{7}', ""); // R35
                let there = said.contains(&kept.trim()) || refused_since(text) || was_deleted;
                assert!(there, "{text:?} (R44)");
            }
        }
    }

    /// Every typed character is there once, unless somebody deleted it or it was refused.
    fn check_characters(&self) {
        let texts = readable(&texts_of(&self.host.session));
        let mut counts = BTreeMap::new();
        for character in texts
            .values()
            .flat_map(|text| text.chars())
            .filter(|character| *character != '\n')
        {
            *counts.entry(character).or_insert(0) += 1;
        }
        let doubled: Vec<_> = counts.iter().filter(|(_, count)| **count > 1).collect();
        assert!(doubled.is_empty(), "doubled in the notes: {doubled:?}");
        let mut gone = self.originals.deleted.clone();
        gone.extend(&self.host.notes_taken_back);
        for seat in &self.seats {
            for (operation, _) in &seat.client.refused {
                if let Some((.., changes)) = operation.notes_edit() {
                    gone.extend(inserted_by(changes));
                }
            }
            gone.extend(seat.client.unsure.iter().flat_map(inserted_by));
        }
        let typed = self.originals.typed.iter();
        let lost: Vec<_> = typed
            .filter(|it| !gone.contains(it) && !counts.contains_key(it))
            .collect();
        assert!(lost.is_empty(), "lost from the notes: {lost:?}");
    }

    /// A latecomer, by way of a snapshot, has what those have who heard every operation; and nobody
    /// shows ink or people that are no longer there.
    pub(crate) fn check_a_newcomer_sees_the_same(&mut self) {
        self.seats
            .push(Seat::of(Client::new("Newcomer", None, None)));
        self.come_to_rest();
        self.check_all_equal();
        let newcomer = &self.seats.last().expect("just came").client;
        self.check_standings(newcomer);
        for Seat { client, .. } in &self.seats {
            assert_eq!(
                client.people, newcomer.people,
                "{}'s people (R42)",
                client.name
            );
            // A narrow live lane may drop the word that ink is dry, and what is wet as well.
            let told_all = self.host.live_lane_is_roomy();
            let ghosts: Vec<_> = client.wet.difference(&newcomer.wet).collect();
            assert!(
                ghosts.is_empty() || !told_all,
                "{} shows dry ink as wet: {ghosts:?} (R40)",
                client.name
            );
        }
    }
}

impl World {
    /// Everybody is told as what the order made them (R73, R75), and nobody shows what they may not.
    fn check_standings(&self, newcomer: &Client) {
        let rights = &self.host.overseer.rights;
        for (id, person) in &newcomer.people {
            let is_host = person.role == Role::Host;
            assert!(
                is_host || person.role == rights.role(*id),
                "{person:?} (R73)"
            );
            let muted = rights.is_muted(*id) && !is_host;
            assert_eq!(person.muted, muted, "{person:?} (R75)");
            let Some(presence) = newcomer.presences.get(id) else {
                continue;
            };
            let may_point = rights.may_point(person.role).is_ok();
            assert!(presence.cursor.is_none() || may_point, "{person:?} (R78)");
            let may_write = rights.may_write(person.role).is_ok();
            assert!(presence.caret.is_none() || may_write, "{person:?} (R78)");
        }
        for (author, _) in &newcomer.wet {
            let role = newcomer.people[author].role;
            assert!(rights.may_draw(role).is_ok(), "{author} draws (R78)");
        }
    }
}

/// The text of every page that the hub knows, those taken out too.
pub(crate) fn texts_of(session: &Session) -> Texts {
    let notes = session.notes();
    let ids = notes.pages().into_iter().map(|told| told.page);
    ids.map(|id| {
        let text = notes.page(&id).expect("it was just told").text();
        (id, units(&text))
    })
    .collect()
}

fn readable(texts: &Texts) -> BTreeMap<PageId, String> {
    let texts = texts.iter();
    texts
        .map(|(page, text)| (page.clone(), string(text)))
        .collect()
}

fn is_post(operation: &Operation) -> bool {
    matches!(operation, Operation::PostMessage(_))
}

fn text_of(operation: &Operation) -> Option<&str> {
    match operation {
        // Of a deleted one nothing is left.
        Operation::PostMessage(post) if !post.text.is_empty() => Some(&post.text),
        _ => None,
    }
}

fn inserted_by(changes: &TextChanges) -> Vec<char> {
    use lanvas_protocol::TextChange::Replace;
    let inserted = changes.0.iter().filter_map(|change| match change {
        Replace { inserted, .. } => Some(inserted.chars()),
        _ => None,
    });
    inserted.flatten().collect()
}
