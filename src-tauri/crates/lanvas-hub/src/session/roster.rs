//! Who has been in the session, and who is in now.
//!
//! Whoever did something lasting is remembered for as long as the session's file is, because the
//! log names them. Of those who only looked, the latest [`PASSERS_BY_MAX`] are: they are the same
//! when they come back, also after a restart of the hub, and those before them are new people.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    net::IpAddr,
};

use lanvas_protocol::{
    Color, Operation, ParticipantId,
    limits::PEOPLE_COLORS,
    message::{Participant, Presence},
    roles::Role,
};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::standing::Standings;
use crate::{accounts::book::TokenId, storage::StoredParticipant};

/// People remembered who are not in and did nothing lasting.
pub const PASSERS_BY_MAX: usize = 1_000;
/// Resume secrets of one account in one session; past it the oldest opens nothing any more.
pub const PASSES_MAX: usize = 64;
/// The last id a session file may name: far from where counting on would run over.
const LAST_ID: u32 = u32::MAX / 2;

/// What a resume secret is kept as.
pub type SecretHash = [u8; 32];

/// The kept form of a resume secret.
#[must_use]
pub fn hash_secret(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

/// Compared in constant time.
pub(crate) fn matches_hash(secret: &str, expected: &SecretHash) -> bool {
    hash_secret(secret).ct_eq(expected).into()
}

#[derive(Debug, Clone)]
struct Person {
    name: String,
    color: Color,
    secret_hash: SecretHash,
    /// What they came with who are signed in to an account, the oldest first; none of it is stored.
    passes: VecDeque<Pass>,
    /// Whether they showed the host's token: by a connection that is open, or, while they are out,
    /// by one they had open when they left. Coming back says it anew.
    is_host: bool,
    /// Where they came from last.
    address: Option<IpAddr>,
    /// How many connections they have open now.
    connections: usize,
    /// Whether something of theirs is in the order.
    lasting: bool,
    /// Grows with every departure: who left when.
    left: u64,
    presence: Presence,
}

/// How somebody came by their account: the token, and the resume secret that goes with it.
#[derive(Debug, Clone, Copy)]
struct Pass {
    token: TokenId,
    secret: SecretHash,
}

/// Everybody, by id.
#[derive(Debug, Default, Clone)]
pub(crate) struct Roster {
    people: BTreeMap<ParticipantId, Person>,
    /// Those of them who are in now: what happens often must not walk through all who ever came.
    present: BTreeSet<ParticipantId>,
    by_secret: HashMap<SecretHash, ParticipantId>,
    /// Who is not in and did nothing lasting, by when they left.
    passers_by: BTreeSet<(u64, ParticipantId)>,
    departures: u64,
    last_id: u32,
    standings: Standings,
}

impl Roster {
    /// As stored, all of them passers-by until [`Roster::make_lasting`] says otherwise.
    pub(crate) fn restore(stored: Vec<StoredParticipant>) -> Self {
        let mut roster = Self::default();
        for person in stored
            .into_iter()
            .filter(|person| (1..=LAST_ID).contains(&person.id.0))
        {
            roster.insert(person.id, person.name, person.color, person.secret_hash);
            roster.passers_by.insert((0, person.id));
        }
        roster
    }

    fn insert(&mut self, id: ParticipantId, name: String, color: Color, secret_hash: SecretHash) {
        self.by_secret.insert(secret_hash, id);
        self.last_id = self.last_id.max(id.0);
        let person = Person {
            name,
            color,
            secret_hash,
            passes: VecDeque::new(),
            is_host: false,
            address: None,
            connections: 0,
            lasting: false,
            left: 0,
            presence: Presence::default(),
        };
        self.people.insert(id, person);
    }

    /// Something of theirs is in the order: they are not forgotten any more.
    pub(crate) fn make_lasting(&mut self, id: ParticipantId) {
        if let Some(person) = self.people.get_mut(&id)
            && !person.lasting
        {
            person.lasting = true;
            self.passers_by.remove(&(person.left, id));
        }
    }

    /// Forgets who left first of those who did nothing, if they are too many now.
    pub(crate) fn forget_one(&mut self) -> Option<ParticipantId> {
        if self.passers_by.len() <= PASSERS_BY_MAX {
            return None;
        }
        let (_, id) = self.passers_by.pop_first()?;
        let person = self.people.remove(&id)?;
        self.by_secret.remove(&person.secret_hash);
        for pass in person.passes {
            self.by_secret.remove(&pass.secret);
        }
        Some(id)
    }

    /// They are whom an account's secret stands for, and come back by that alone: what they came
    /// back by before is of no use to whoever has it.
    pub(crate) fn bind(&mut self, id: ParticipantId, account: SecretHash) {
        if let Some(person) = self.people.get_mut(&id) {
            let before = std::mem::replace(&mut person.secret_hash, account);
            self.by_secret.remove(&before);
            self.by_secret.insert(account, id);
        }
    }

    /// They came by an account's token, and come back by this resume secret while it is one.
    pub(crate) fn sign_in(&mut self, id: ParticipantId, token: TokenId, secret: SecretHash) {
        let Some(person) = self.people.get_mut(&id) else {
            return;
        };
        if person.passes.len() >= PASSES_MAX
            && let Some(oldest) = person.passes.pop_front()
        {
            self.by_secret.remove(&oldest.secret);
        }
        person.passes.push_back(Pass { token, secret });
        self.by_secret.insert(secret, id);
    }

    /// What came with that token opens nothing any more.
    pub(crate) fn sign_out(&mut self, id: ParticipantId, token: TokenId) {
        let Some(person) = self.people.get_mut(&id) else {
            return;
        };
        let (ended, left): (VecDeque<_>, VecDeque<_>) =
            person.passes.iter().partition(|pass| pass.token == token);
        person.passes = left;
        for pass in ended {
            self.by_secret.remove(&pass.secret);
        }
    }

    /// The tokens by which people are signed in, or were and may come back.
    pub(crate) fn tokens(&self) -> Vec<(ParticipantId, TokenId)> {
        let people = self.people.iter();
        let mut tokens: Vec<_> = people
            .flat_map(|(id, person)| person.passes.iter().map(|pass| (*id, pass.token)))
            .collect();
        tokens.dedup();
        tokens
    }

    /// Whether they are who they are by an account.
    pub(crate) fn has_account(&self, id: ParticipantId) -> bool {
        let person = self.people.get(&id);
        person.is_some_and(|person| !person.passes.is_empty())
    }

    /// The participant a resume secret belongs to.
    pub(crate) fn find(&self, secret: &str) -> Option<ParticipantId> {
        self.by_secret.get(&hash_secret(secret)).copied()
    }

    /// The last id there is.
    pub(crate) fn last(&self) -> ParticipantId {
        ParticipantId(self.last_id)
    }

    /// A new person with the colour that fewest people present have.
    pub(crate) fn enrol(&mut self, name: String, secret: &str) -> ParticipantId {
        let id = ParticipantId(self.last_id.saturating_add(1));
        self.insert(id, name, self.rarest_color(), hash_secret(secret));
        id
    }

    fn rarest_color(&self) -> Color {
        let uses = |color: &Color| {
            self.connected()
                .filter(|(_, person)| person.color == *color)
                .count()
        };
        PEOPLE_COLORS
            .into_iter()
            .min_by_key(uses)
            .expect("the palette has colours")
    }

    /// One more connection of `id`. Whether it is their first.
    pub(crate) fn connect(&mut self, id: ParticipantId) -> bool {
        if let Some(person) = self.people.get_mut(&id) {
            person.connections += 1;
            self.passers_by.remove(&(person.left, id));
        }
        self.present.insert(id)
    }

    /// Whether `id` is the host from now on. Whether it differs.
    pub(crate) fn set_host(&mut self, id: ParticipantId, is_host: bool) -> bool {
        self.people
            .get_mut(&id)
            .is_some_and(|person| std::mem::replace(&mut person.is_host, is_host) != is_host)
    }

    /// They come from there now.
    pub(crate) fn set_address(&mut self, id: ParticipantId, address: Option<IpAddr>) {
        if let Some(person) = self.people.get_mut(&id) {
            person.address = address;
        }
    }

    /// Where they came from last, while this life of the session lasts.
    pub(crate) fn address(&self, id: ParticipantId) -> Option<IpAddr> {
        self.people.get(&id).and_then(|person| person.address)
    }

    /// What people are, and what the session leaves to whom.
    pub(crate) fn standings(&self) -> &Standings {
        &self.standings
    }

    pub(crate) fn take_standings(&mut self, standings: Standings) {
        self.standings = standings;
    }

    /// Follows an operation on roles and rules; others do nothing.
    pub(crate) fn apply(&mut self, operation: &Operation) {
        self.standings.apply(operation);
    }

    /// Who was given a role or lost their voice is not forgotten.
    pub(crate) fn keep_those_of_standing(&mut self) {
        let ids: Vec<_> = self.standings.people().collect();
        for id in ids {
            self.make_lasting(id);
        }
    }

    /// One connection of `id` less. Whether it was their last.
    pub(crate) fn disconnect(&mut self, id: ParticipantId) -> bool {
        let Some(person) = self.people.get_mut(&id) else {
            return false;
        };
        person.connections = person.connections.saturating_sub(1);
        if person.connections > 0 {
            return false;
        }
        person.presence = Presence::default();
        self.present.remove(&id);
        self.departures += 1;
        person.left = self.departures;
        if !person.lasting {
            self.passers_by.insert((person.left, id));
        }
        true
    }

    /// Gives `id` another name. Whether it differs.
    pub(crate) fn rename(&mut self, id: ParticipantId, name: &str) -> bool {
        match self.people.get_mut(&id) {
            Some(person) if person.name != name => {
                name.clone_into(&mut person.name);
                true
            }
            _ => false,
        }
    }

    /// Gives `id` another colour, if it is one that people may have. Whether it differs.
    pub(crate) fn recolor(&mut self, id: ParticipantId, color: Color) -> bool {
        let person = self.people.get_mut(&id);
        let person = person.filter(|_| PEOPLE_COLORS.contains(&color));
        person.is_some_and(|person| std::mem::replace(&mut person.color, color) != color)
    }

    pub(crate) fn show(&mut self, id: ParticipantId, presence: Presence) {
        if let Some(person) = self.people.get_mut(&id) {
            person.presence = presence;
        }
    }

    /// What they do now.
    pub(crate) fn shows(&self, id: ParticipantId) -> Option<&Presence> {
        self.people.get(&id).map(|person| &person.presence)
    }

    pub(crate) fn get(&self, id: ParticipantId) -> Option<Participant> {
        self.people.get(&id).map(|person| self.shown(id, person))
    }

    /// What is kept of `id` in the session file.
    pub(crate) fn stored(&self, id: ParticipantId) -> Option<StoredParticipant> {
        self.people.get(&id).map(|person| StoredParticipant {
            id,
            name: person.name.clone(),
            color: person.color,
            secret_hash: person.secret_hash,
        })
    }

    /// Who is in now.
    pub(crate) fn present(&self) -> Vec<Participant> {
        self.connected()
            .map(|(id, person)| self.shown(id, person))
            .collect()
    }

    /// How many are in now.
    pub(crate) fn present_count(&self) -> usize {
        self.present.len()
    }

    /// How many of them are not the host.
    pub(crate) fn guest_count(&self) -> usize {
        self.connected()
            .filter(|(_, person)| !person.is_host)
            .count()
    }

    /// What those who are in do now.
    pub(crate) fn presences(&self) -> impl Iterator<Item = (ParticipantId, &Presence)> {
        self.connected().map(|(id, person)| (id, &person.presence))
    }

    fn shown(&self, id: ParticipantId, person: &Person) -> Participant {
        let role = if person.is_host {
            Role::Host
        } else {
            self.standings.role(id)
        };
        Participant {
            id,
            name: person.name.clone(),
            color: person.color,
            role,
            muted: role < Role::Host && self.standings.is_muted(id),
            account: !person.passes.is_empty(),
        }
    }

    fn connected(&self) -> impl Iterator<Item = (ParticipantId, &Person)> {
        self.present
            .iter()
            .filter_map(|id| self.people.get(id).map(|person| (*id, person)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Somebody comes, does nothing, and goes.
    fn pass_by(roster: &mut Roster, secret: &str) -> ParticipantId {
        let id = roster.enrol("Somebody".to_owned(), secret);
        roster.connect(id);
        roster.disconnect(id);
        id
    }

    fn stored(roster: &Roster) -> Vec<StoredParticipant> {
        let ids = roster.people.keys();
        ids.filter_map(|id| roster.stored(*id)).collect()
    }

    #[test]
    fn so_many_who_only_looked_are_remembered_and_the_first_to_leave_goes_first() {
        let mut roster = Roster::default();
        let first = pass_by(&mut roster, "first");
        let second = pass_by(&mut roster, "second");
        for index in 2..PASSERS_BY_MAX {
            pass_by(&mut roster, &format!("number {index}"));
        }
        assert_eq!(roster.forget_one(), None, "as many as may be");
        roster.connect(first); // is back, and leaves last
        roster.disconnect(first);
        pass_by(&mut roster, "one more");
        assert_eq!(roster.forget_one(), Some(second));
        assert_eq!(roster.forget_one(), None);
        assert_eq!(roster.find("second"), None, "they will be somebody new");
        assert_eq!(roster.find("first"), Some(first));
        assert_eq!(roster.people.len(), PASSERS_BY_MAX);
    }

    #[test]
    fn who_is_in_or_did_something_is_not_forgotten() {
        let mut roster = Roster::default();
        let author = pass_by(&mut roster, "author");
        roster.make_lasting(author);
        let watcher = roster.enrol("Watcher".to_owned(), "watcher");
        roster.connect(watcher);
        for index in 0..2 * PASSERS_BY_MAX {
            pass_by(&mut roster, &format!("number {index}"));
            roster.forget_one();
        }
        assert_eq!(roster.find("author"), Some(author));
        assert_eq!(roster.find("watcher"), Some(watcher));
        assert_eq!(roster.people.len(), PASSERS_BY_MAX + 2);
    }

    /// As many as one may be signed in at, and one more: the one that came first ends, no other.
    #[test]
    fn an_account_has_so_many_resume_secrets_and_the_oldest_goes() {
        let mut roster = Roster::default();
        let ann = roster.enrol("Ann".to_owned(), "ann");
        let other = roster.enrol("Bo".to_owned(), "bo");
        let secret = |index: usize| format!("pass {index}");
        for index in 0..PASSES_MAX {
            let token = TokenId::sample(&format!("token {}", index % 3));
            roster.sign_in(ann, token, hash_secret(&secret(index)));
        }
        assert_eq!(roster.find(&secret(0)), Some(ann), "as many as may be");
        roster.sign_in(ann, TokenId::sample("token 3"), hash_secret("one more"));
        assert_eq!(roster.find(&secret(0)), None);
        for index in 1..PASSES_MAX {
            assert_eq!(roster.find(&secret(index)), Some(ann));
        }
        assert_eq!(roster.find("one more"), Some(ann));
        assert_eq!(roster.find("bo"), Some(other));
    }

    /// A file that has more, from a program that forgot nobody.
    #[test]
    fn what_the_file_has_too_much_is_forgotten_too_and_no_id_is_given_twice() {
        let mut roster = Roster::default();
        for index in 0..PASSERS_BY_MAX + 3 {
            pass_by(&mut roster, &format!("number {index}"));
        }
        let author = pass_by(&mut roster, "author");
        let mut again = Roster::restore(stored(&roster));
        again.make_lasting(author);
        let forgotten: Vec<_> = std::iter::from_fn(|| again.forget_one()).collect();
        assert_eq!(forgotten, [1, 2, 3].map(ParticipantId));
        assert_eq!(again.find("author"), Some(author));
        assert_eq!(again.enrol("New".to_owned(), "new").0, author.0 + 1);
    }
}
