//! Who has ever been in the session, and who is in now.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lanvas_protocol::{
    Color, ParticipantId,
    message::{Participant, Presence, Role},
};
use sha2::{Digest, Sha256};

use crate::storage::StoredParticipant;

/// Colours given to people: distinct, and readable as a label with white text.
pub const PALETTE: [Color; 12] = [
    Color([0xd6, 0x33, 0x6c]),
    Color([0x19, 0x71, 0xc2]),
    Color([0x27, 0x80, 0x3a]),
    Color([0xc2, 0x55, 0x0a]),
    Color([0x70, 0x48, 0xe8]),
    Color([0x0b, 0x72, 0x85]),
    Color([0xc9, 0x2a, 0x2a]),
    Color([0x5c, 0x7c, 0x0a]),
    Color([0x9c, 0x36, 0xb5]),
    Color([0x36, 0x4f, 0xc7]),
    Color([0x86, 0x5d, 0x2c]),
    Color([0x49, 0x50, 0x57]),
];

/// People kept in mind; past it those who left nothing and are gone are forgotten.
pub const REMEMBERED_MAX: usize = 10_000;
/// The last id a session file may name: far from where counting on would run over.
const LAST_ID: u32 = u32::MAX / 2;

/// What a resume secret is kept as.
pub type SecretHash = [u8; 32];

/// The kept form of a resume secret.
#[must_use]
pub fn hash_secret(secret: &str) -> SecretHash {
    Sha256::digest(secret.as_bytes()).into()
}

#[derive(Debug, Clone)]
struct Person {
    name: String,
    color: Color,
    secret_hash: SecretHash,
    role: Role,
    /// How many connections they have open now.
    connections: usize,
    /// Whether they left anything in the session, so that the file must know them.
    lasting: bool,
    presence: Presence,
}

/// Everybody, by id.
#[derive(Debug, Default, Clone)]
pub(crate) struct Roster {
    people: BTreeMap<ParticipantId, Person>,
    /// Those of them who are in now: what happens often must not walk through all who ever came.
    present: BTreeSet<ParticipantId>,
    by_secret: HashMap<SecretHash, ParticipantId>,
}

impl Roster {
    pub(crate) fn restore(stored: Vec<StoredParticipant>) -> Self {
        let mut roster = Self::default();
        for person in stored
            .into_iter()
            .filter(|person| (1..=LAST_ID).contains(&person.id.0))
        {
            roster.insert(person.id, person.name, person.color, person.secret_hash);
            roster.make_lasting(person.id);
        }
        roster
    }

    fn insert(&mut self, id: ParticipantId, name: String, color: Color, secret_hash: SecretHash) {
        self.by_secret.insert(secret_hash, id);
        let person = Person {
            name,
            color,
            secret_hash,
            role: Role::Editor,
            connections: 0,
            lasting: false,
            presence: Presence::default(),
        };
        self.people.insert(id, person);
    }

    /// Marks them as somebody the file must know. Whether that is new.
    pub(crate) fn make_lasting(&mut self, id: ParticipantId) -> bool {
        self.people
            .get_mut(&id)
            .is_some_and(|person| !std::mem::replace(&mut person.lasting, true))
    }

    /// Forgets the one who came first of those who left nothing and are not in, if there are many.
    fn make_room(&mut self) {
        if self.people.len() < REMEMBERED_MAX {
            return;
        }
        let passing = |person: &Person| !person.lasting && person.connections == 0;
        let oldest = self
            .people
            .iter()
            .find(|(_, person)| passing(person))
            .map(|(id, _)| *id);
        if let Some(person) = oldest.and_then(|id| self.people.remove(&id)) {
            self.by_secret.remove(&person.secret_hash);
        }
    }

    /// The participant a resume secret belongs to.
    pub(crate) fn find(&self, secret: &str) -> Option<ParticipantId> {
        self.by_secret.get(&hash_secret(secret)).copied()
    }

    /// A new person with the colour that fewest people present have.
    pub(crate) fn enrol(&mut self, name: String, secret: &str) -> ParticipantId {
        self.make_room();
        let last = self.people.last_key_value().map_or(0, |(id, _)| id.0);
        let id = ParticipantId(last.saturating_add(1));
        self.insert(id, name, self.rarest_color(), hash_secret(secret));
        id
    }

    fn rarest_color(&self) -> Color {
        let uses = |color: &Color| {
            self.connected()
                .filter(|(_, person)| person.color == *color)
                .count()
        };
        PALETTE
            .into_iter()
            .min_by_key(uses)
            .expect("the palette has colours")
    }

    /// One more connection of `id`. Whether it is their first.
    pub(crate) fn connect(&mut self, id: ParticipantId) -> bool {
        if let Some(person) = self.people.get_mut(&id) {
            person.connections += 1;
        }
        self.present.insert(id)
    }

    /// What `id` may do from now on. Whether it differs.
    pub(crate) fn set_role(&mut self, id: ParticipantId, role: Role) -> bool {
        self.people
            .get_mut(&id)
            .is_some_and(|person| std::mem::replace(&mut person.role, role) != role)
    }

    /// One connection of `id` less. Whether it was their last.
    pub(crate) fn disconnect(&mut self, id: ParticipantId) -> bool {
        self.people.get_mut(&id).is_some_and(|person| {
            person.connections = person.connections.saturating_sub(1);
            if person.connections == 0 {
                person.presence = Presence::default();
                self.present.remove(&id);
            }
            person.connections == 0
        })
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

    pub(crate) fn show(&mut self, id: ParticipantId, presence: Presence) {
        if let Some(person) = self.people.get_mut(&id) {
            person.presence = presence;
        }
    }

    pub(crate) fn get(&self, id: ParticipantId) -> Option<Participant> {
        self.people.get(&id).map(|person| person.shown(id))
    }

    /// What is kept of `id` in the session file, if anything.
    pub(crate) fn stored(&self, id: ParticipantId) -> Option<StoredParticipant> {
        let lasting = self.people.get(&id).filter(|person| person.lasting);
        lasting.map(|person| StoredParticipant {
            id,
            name: person.name.clone(),
            color: person.color,
            secret_hash: person.secret_hash,
        })
    }

    /// Who is in now.
    pub(crate) fn present(&self) -> Vec<Participant> {
        self.connected()
            .map(|(id, person)| person.shown(id))
            .collect()
    }

    /// How many are in now.
    pub(crate) fn present_count(&self) -> usize {
        self.present.len()
    }

    /// How many of them are not the host.
    pub(crate) fn guest_count(&self) -> usize {
        self.connected()
            .filter(|(_, person)| person.role != Role::Host)
            .count()
    }

    /// What those who are in do now.
    pub(crate) fn presences(&self) -> impl Iterator<Item = (ParticipantId, &Presence)> {
        self.connected().map(|(id, person)| (id, &person.presence))
    }

    fn connected(&self) -> impl Iterator<Item = (ParticipantId, &Person)> {
        self.present
            .iter()
            .filter_map(|id| self.people.get(id).map(|person| (*id, person)))
    }
}

impl Person {
    fn shown(&self, id: ParticipantId) -> Participant {
        Participant {
            id,
            name: self.name.clone(),
            color: self.color,
            role: self.role,
        }
    }
}
