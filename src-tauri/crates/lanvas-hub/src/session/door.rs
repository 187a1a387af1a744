//! The door: what somebody must bring to come in. Knows passwords and invitations; who is in and
//! who is told what is [`super::entering`]'s.
//!
//! Tokens are kept as hashes and compared in constant time. A password is known in this life of the
//! session as soon as it was set or said once; from an earlier life there is only its slow hash.

use std::{collections::BTreeSet, fmt, sync::Arc};

use lanvas_protocol::{
    ErrorCode, ParticipantId, ReplicaId,
    door::{Entry, Invite, MadeInvite},
    limits::{INVITES_MAX, PASSWORD_BYTES_MAX},
    message::{Hello, Role},
};
use subtle::ConstantTimeEq;

use super::{
    Entropy,
    roster::{SecretHash, hash_secret},
};
use crate::{
    hexadecimal::hex,
    storage::{StoredDoor, StoredInvite},
};

/// People of an earlier way who may come back; past it the one who came first is asked anew.
pub const REMEMBERED_MAX: usize = 4_096;
/// Letters of passwords that the hub makes up: no look-alikes.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 40 bits: guessing is slowed down.
const PASSWORD_LETTERS: usize = 8;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Door {
    pub(super) entry: Entry,
    password: Password,
    invites: Vec<Held>,
    last_invite: u32,
    /// People up to this id came in by a way that is not in force any more …
    strangers_to: u32,
    /// … but these may come back.
    back: BTreeSet<u32>,
}

#[derive(Default)]
struct Password {
    /// To be told right from wrong at once.
    known: Option<SecretHash>,
    /// As it was set in this life.
    plain: Option<Arc<str>>,
    /// As an earlier life kept it.
    kept: Option<Arc<str>>,
}

impl fmt::Debug for Password {
    /// Without secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (known, kept) = (self.known.is_some(), self.kept.is_some());
        write!(f, "Password {{ known: {known}, kept: {kept} }}")
    }
}

#[derive(Debug)]
struct Held {
    invite: Invite,
    token_hash: SecretHash,
    /// Who came in by it last: their hello may come a second time, because the answer got lost.
    last: Option<ReplicaId>,
}

/// What a password is worth.
pub(super) enum Checked {
    Right,
    Wrong,
    /// Only its slow hash is known.
    Ask(Arc<str>),
}

impl Door {
    /// `password` is the operator's word and stands above what was kept: then whoever was in before
    /// has to say it. `last` is the last person there was.
    pub(super) fn restore(
        stored: Option<StoredDoor>,
        password: Option<&str>,
        last: ParticipantId,
    ) -> Self {
        let stored = stored.unwrap_or_default();
        let mut door = Self {
            entry: stored.entry,
            password: Password {
                kept: stored.password.map(Arc::from),
                ..Password::default()
            },
            invites: stored.invites.into_iter().map(Held::from).collect(),
            last_invite: stored.last_invite,
            strangers_to: stored.strangers_to,
            back: stored.back,
        };
        if let Some(password) = password {
            door.entry = Entry::Password;
            door.password = Password::new(password);
            door.forget_people(last, []);
        }
        door
    }

    pub(super) fn stored(&self) -> StoredDoor {
        StoredDoor {
            entry: self.entry,
            password: self.password.kept.as_deref().map(str::to_owned),
            new_password: self.password.plain.clone(),
            invites: self.invites.iter().map(Held::stored).collect(),
            last_invite: self.last_invite,
            strangers_to: self.strangers_to,
            back: self.back.clone(),
        }
    }

    /// Whether somebody who was in before needs nothing more.
    pub(super) fn remembers(&self, id: ParticipantId) -> bool {
        self.entry == Entry::Open || id.0 > self.strangers_to || self.back.contains(&id.0)
    }

    /// They came in by the way in force. Whether that is news.
    pub(super) fn remember(&mut self, id: ParticipantId) -> bool {
        let news = id.0 <= self.strangers_to && self.back.insert(id.0);
        if self.back.len() > REMEMBERED_MAX {
            self.back.pop_first();
        }
        news
    }

    /// Everybody up to `last` is a stranger again, but for these.
    pub(super) fn forget_people(
        &mut self,
        last: ParticipantId,
        but: impl IntoIterator<Item = ParticipantId>,
    ) {
        self.strangers_to = last.0;
        self.back = but
            .into_iter()
            .map(|id| id.0)
            .take(REMEMBERED_MAX)
            .collect();
    }

    // --- passwords --------------------------------------------------------------------------

    pub(super) fn check(&self, said: &str) -> Checked {
        if said.len() > PASSWORD_BYTES_MAX {
            return Checked::Wrong;
        }
        match (&self.password.known, &self.password.kept) {
            (Some(known), _) if hash_secret(said).ct_eq(known).into() => Checked::Right,
            (None, Some(kept)) => Checked::Ask(Arc::clone(kept)),
            _ => Checked::Wrong,
        }
    }

    /// The slow check said it is right.
    pub(super) fn learn(&mut self, password: &str) {
        self.password.known = Some(hash_secret(password));
    }

    pub(super) fn has_password(&self) -> bool {
        self.password.known.is_some() || self.password.kept.is_some()
    }

    /// # Errors
    /// [`ErrorCode::InvalidDoor`] when it is empty or too long.
    pub(super) fn set_password(&mut self, password: &str) -> Result<(), ErrorCode> {
        if password.is_empty() || password.len() > PASSWORD_BYTES_MAX {
            return Err(ErrorCode::InvalidDoor);
        }
        self.password = Password::new(password);
        Ok(())
    }

    /// Makes one up.
    pub(super) fn new_password(&mut self, entropy: &Entropy) -> String {
        let (first, second) = entropy[16..].split_at(PASSWORD_LETTERS / 2);
        let letters = |bytes: &[u8]| -> String {
            let letter = |byte: &u8| char::from(LETTERS[usize::from(byte % 32)]);
            bytes.iter().map(letter).collect()
        };
        let password = format!("{}-{}", letters(first), letters(second));
        self.password = Password::new(&password);
        password
    }

    // --- invitations ------------------------------------------------------------------------

    pub(super) fn invites(&self) -> Vec<Invite> {
        self.invites
            .iter()
            .map(|held| held.invite.clone())
            .collect()
    }

    /// # Errors
    /// [`ErrorCode::InvalidDoor`] when it would open to the host's place or to nobody, or there are
    /// as many as may be.
    pub(super) fn make_invite(
        &mut self,
        now_ms: u64,
        (role, lasts_s, uses_max): (Role, Option<u32>, Option<u32>),
        entropy: &Entropy,
    ) -> Result<MadeInvite, ErrorCode> {
        self.invites.retain(|held| held.invite.opens(now_ms));
        let full = self.invites.len() >= INVITES_MAX;
        if role == Role::Host || lasts_s == Some(0) || uses_max == Some(0) || full {
            return Err(ErrorCode::InvalidDoor);
        }
        self.last_invite = self.last_invite.saturating_add(1);
        let (id, token) = (self.last_invite, hex(&entropy[..16]));
        self.invites.push(Held {
            invite: Invite {
                id,
                role,
                made_ms: now_ms,
                expires_ms: lasts_s.map(|seconds| now_ms + u64::from(seconds) * 1_000),
                uses: 0,
                uses_max,
            },
            token_hash: hash_secret(&token),
            last: None,
        });
        Ok(MadeInvite { id, token })
    }

    /// Whether there was one.
    pub(super) fn end_invite(&mut self, id: u32) -> bool {
        let had = self.invites.len();
        self.invites.retain(|held| held.invite.id != id);
        self.invites.len() < had
    }

    pub(super) fn end_invites(&mut self) {
        self.invites.clear();
    }

    /// Lets one more in by the invitation of a hello, if it still opens; gives what they may do.
    pub(super) fn use_invite(&mut self, now_ms: u64, token: &str, hello: &Hello) -> Option<Role> {
        let hash = hash_secret(token);
        let mut found = None;
        for held in &mut self.invites {
            if held.token_hash.ct_eq(&hash).into() {
                found = Some(held); // no early end: which one it is takes as long as any
            }
        }
        let held = found?;
        let again = hello.replica.is_some() && held.last == hello.replica;
        if !again {
            held.invite.opens(now_ms).then_some(())?;
            held.invite.uses = held.invite.uses.saturating_add(1);
            held.last.clone_from(&hello.replica);
        }
        Some(held.invite.role)
    }
}

impl Password {
    fn new(password: &str) -> Self {
        Self {
            known: Some(hash_secret(password)),
            plain: Some(Arc::from(password)),
            kept: None,
        }
    }
}

impl Held {
    fn stored(&self) -> StoredInvite {
        StoredInvite {
            invite: self.invite.clone(),
            token_hash: self.token_hash,
        }
    }
}

impl From<StoredInvite> for Held {
    fn from(stored: StoredInvite) -> Self {
        Self {
            invite: stored.invite,
            token_hash: stored.token_hash,
            last: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTROPY: Entropy = [7; 24];

    fn by(replica: &str) -> Hello {
        Hello {
            replica: Some(ReplicaId::new(replica).unwrap()),
            ..Hello::default()
        }
    }

    fn made(door: &mut Door, lasts_s: Option<u32>, uses_max: Option<u32>) -> String {
        let kind = (Role::Editor, lasts_s, uses_max);
        door.make_invite(1_000, kind, &ENTROPY).unwrap().token
    }

    #[test]
    fn an_invitation_opens_for_so_many_and_so_long() {
        let mut door = Door::default();
        let token = made(&mut door, Some(10), Some(2));
        assert_eq!(token.len(), 32);
        assert_eq!(door.use_invite(1_000, &token, &by("a")), Some(Role::Editor));
        assert_eq!(door.use_invite(1_000, &token, &by("b")), Some(Role::Editor));
        assert_eq!(door.use_invite(1_000, &token, &by("c")), None, "a third");
        let again = door.use_invite(1_000, &token, &by("b"));
        assert_eq!(again, Some(Role::Editor), "its answer got lost");
        assert_eq!(door.invites()[0].uses, 2);

        let token = made(&mut door, Some(10), None);
        assert!(door.use_invite(10_999, &token, &by("d")).is_some());
        assert_eq!(door.use_invite(11_000, &token, &by("e")), None, "too late");
        assert_eq!(door.use_invite(1_000, "0", &by("f")), None);
    }

    #[test]
    fn an_invitation_to_the_hosts_place_or_to_nobody_is_none() {
        let mut door = Door::default();
        for kind in [
            (Role::Host, None, None),
            (Role::Editor, Some(0), None),
            (Role::Editor, None, Some(0)),
        ] {
            let made = door.make_invite(0, kind, &ENTROPY);
            assert_eq!(made, Err(ErrorCode::InvalidDoor));
        }
        (0..INVITES_MAX).for_each(|_| drop(made(&mut door, Some(1), None)));
        let kind = (Role::Editor, None, None);
        let one_more = door.make_invite(1_999, kind, &ENTROPY);
        assert_eq!(one_more, Err(ErrorCode::InvalidDoor), "one past the limit");
        assert!(
            door.make_invite(2_000, kind, &ENTROPY).is_ok(),
            "they are over"
        );
        assert_eq!(door.invites().len(), 1);
    }

    #[test]
    fn what_is_kept_opens_in_the_next_life_and_holds_no_token() {
        let mut door = Door::default();
        let token = made(&mut door, None, None);
        door.set_password("open sesame").unwrap();
        door.entry = Entry::Password;
        let kept = StoredDoor {
            password: Some("$argon2id$…".to_owned()),
            ..door.stored()
        };
        let text = serde_json::to_string(&kept).unwrap();
        assert!(!text.contains(&token) && !text.contains("sesame"), "{text}");
        let read = serde_json::from_str(&text).unwrap();
        let mut again = Door::restore(Some(read), None, ParticipantId(9));
        assert!(again.use_invite(0, &token, &by("a")).is_some());
        assert!(matches!(again.check("open sesame"), Checked::Ask(_)));
        again.learn("open sesame");
        assert!(matches!(again.check("open sesame"), Checked::Right));
        assert!(matches!(again.check("Open sesame"), Checked::Wrong));
        let long = "x".repeat(PASSWORD_BYTES_MAX + 1);
        assert!(matches!(again.check(&long), Checked::Wrong));
        assert!(!format!("{again:?}").contains("sesame"));
    }

    #[test]
    fn people_of_an_earlier_way_are_strangers_but_for_those_who_were_in() {
        let mut door = Door {
            entry: Entry::Knock,
            ..Door::default()
        };
        door.forget_people(ParticipantId(5), [ParticipantId(2)]);
        let known = |door: &Door| -> Vec<u32> {
            (1..=6)
                .filter(|id| door.remembers(ParticipantId(*id)))
                .collect()
        };
        assert_eq!(known(&door), [2, 6]);
        assert!(door.remember(ParticipantId(3)));
        assert!(!door.remember(ParticipantId(3)) && !door.remember(ParticipantId(6)));
        assert_eq!(known(&door), [2, 3, 6]);
        door.entry = Entry::Open;
        assert_eq!(known(&door).len(), 6);
    }

    #[test]
    fn a_password_that_is_made_up_reads_well() {
        let mut door = Door::default();
        let password = door.new_password(&[0xff; 24]);
        assert_eq!(password, "9999-9999");
        assert!(matches!(door.check(&password), Checked::Right));
        assert_eq!(door.set_password(""), Err(ErrorCode::InvalidDoor));
    }
}
