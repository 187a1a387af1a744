//! Who has ever been in the session, and who is in now.

use std::collections::{BTreeMap, HashMap};

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
    Color([0x2f, 0x9e, 0x44]),
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
    presence: Presence,
}

/// Everybody, by id.
#[derive(Debug, Default, Clone)]
pub(crate) struct Roster {
    people: BTreeMap<ParticipantId, Person>,
    by_secret: HashMap<SecretHash, ParticipantId>,
}

impl Roster {
    pub(crate) fn restore(stored: Vec<StoredParticipant>) -> Self {
        let mut roster = Self::default();
        for person in stored {
            roster.insert(person.id, person.name, person.color, person.secret_hash);
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
            presence: Presence::default(),
        };
        self.people.insert(id, person);
    }

    /// The participant a resume secret belongs to.
    pub(crate) fn find(&self, secret: &str) -> Option<ParticipantId> {
        self.by_secret.get(&hash_secret(secret)).copied()
    }

    /// A new person with the colour that fewest people present have.
    pub(crate) fn enrol(&mut self, name: String, secret: &str) -> ParticipantId {
        let last = self.people.last_key_value().map_or(0, |(id, _)| id.0);
        let id = ParticipantId(last + 1);
        self.insert(id, name, self.rarest_color(), hash_secret(secret));
        id
    }

    fn rarest_color(&self) -> Color {
        let uses = |color: &Color| {
            self.people
                .values()
                .filter(|person| person.connections > 0 && person.color == *color)
                .count()
        };
        PALETTE
            .into_iter()
            .min_by_key(uses)
            .expect("the palette has colours")
    }

    /// One more connection of `id`. Whether it is their first.
    pub(crate) fn connect(&mut self, id: ParticipantId, role: Role) -> bool {
        self.people.get_mut(&id).is_some_and(|person| {
            person.role = role;
            person.connections += 1;
            person.connections == 1
        })
    }

    /// One connection of `id` less. Whether it was their last.
    pub(crate) fn disconnect(&mut self, id: ParticipantId) -> bool {
        self.people.get_mut(&id).is_some_and(|person| {
            person.connections = person.connections.saturating_sub(1);
            if person.connections == 0 {
                person.presence = Presence::default();
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
            .map(|(id, person)| person.shown(id))
            .collect()
    }

    /// How many are in now.
    pub(crate) fn present_count(&self) -> usize {
        self.connected().count()
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
        self.people
            .iter()
            .filter(|(_, person)| person.connections > 0)
            .map(|(id, person)| (*id, person))
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
