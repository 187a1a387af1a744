//! What people are in the session, and what it leaves to whom: what operations made of both.
//! Rules R72 to R74 of the protocol.
//!
//! It follows from operations alone, so that doing the log again gives the same; who holds the
//! host's token, and who is in, it must not know.

use std::collections::BTreeMap;

use lanvas_protocol::{
    Operation, ParticipantId,
    roles::{Role, Rules},
};
use serde::{Deserialize, Serialize};

/// What somebody was given or lost.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The role they were given; none for what the rules make of everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whether they may not talk.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub muted: bool,
}

/// Everybody's standing, and the rules.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standings {
    /// Only of those who have one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    people: BTreeMap<ParticipantId, Standing>,
    #[serde(default, skip_serializing_if = "Rules::are_plain")]
    rules: Rules,
}

impl Standings {
    /// Whether a hub can have made them.
    #[must_use]
    pub fn are_sound(&self) -> bool {
        let Rules {
            everyone,
            draw,
            write,
            talk,
            ..
        } = self.rules;
        let given = |standing: &Standing| standing.role.is_none_or(|role| role < Role::Host);
        [everyone, draw, write, talk]
            .into_iter()
            .all(|role| role <= Role::Editor)
            && self.people.values().all(given)
    }

    /// Whether nobody has one and the rules are plain.
    #[must_use]
    pub fn are_plain(&self) -> bool {
        self.people.is_empty() && self.rules.are_plain()
    }

    /// What the session leaves to whom.
    #[must_use]
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// What somebody is without the host's token.
    #[must_use]
    pub fn role(&self, id: ParticipantId) -> Role {
        let given = self.people.get(&id).and_then(|standing| standing.role);
        given.unwrap_or(self.rules.everyone)
    }

    /// Whether somebody may not talk.
    #[must_use]
    pub fn is_muted(&self, id: ParticipantId) -> bool {
        self.people.get(&id).is_some_and(|standing| standing.muted)
    }

    /// Who has one: they must not be forgotten.
    pub fn people(&self) -> impl Iterator<Item = ParticipantId> {
        self.people.keys().copied()
    }

    /// Does what the operation says; others than those of roles and rules do nothing.
    pub(crate) fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::SetRole { participant, role } => {
                self.change(*participant, |standing| standing.role = Some(*role));
            }
            Operation::Mute { participant, muted } => {
                self.change(*participant, |standing| standing.muted = *muted);
            }
            Operation::LowerEveryone { role } => self.lower(*role),
            Operation::SetRules { rules } => self.rules.apply(rules),
            _ => {}
        }
    }

    fn lower(&mut self, to: Role) {
        self.rules.everyone = self.rules.everyone.min(to);
        for standing in self.people.values_mut() {
            if standing.role.is_some_and(|role| role < Role::Moderator) {
                standing.role = standing.role.map(|role| role.min(to));
            }
        }
    }

    fn change(&mut self, id: ParticipantId, change: impl FnOnce(&mut Standing)) {
        let standing = self.people.entry(id).or_default();
        change(standing);
        if *standing == Standing::default() {
            self.people.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: ParticipantId = ParticipantId(1);
    const BO: ParticipantId = ParticipantId(2);

    fn given(participant: ParticipantId, role: Role) -> Operation {
        Operation::SetRole { participant, role }
    }

    /// R73: who was given none is what the rules make of everyone, at any time.
    #[test]
    fn a_role_that_was_given_stays_and_others_follow_the_rules() {
        let mut standings = Standings::default();
        standings.apply(&given(ANN, Role::Moderator));
        standings.apply(&Operation::LowerEveryone { role: Role::Viewer });
        assert_eq!(standings.role(ANN), Role::Moderator);
        assert_eq!(standings.role(BO), Role::Viewer);
        standings.apply(&given(BO, Role::Editor));
        assert_eq!(standings.role(BO), Role::Editor);
        standings.apply(&Operation::LowerEveryone { role: Role::Viewer });
        assert_eq!(standings.role(BO), Role::Viewer);
    }

    #[test]
    fn who_has_nothing_left_is_not_kept() {
        let mut standings = Standings::default();
        for muted in [true, false] {
            standings.apply(&Operation::Mute {
                participant: ANN,
                muted,
            });
            assert_eq!(standings.is_muted(ANN), muted);
        }
        assert!(standings.are_plain());
    }
}
