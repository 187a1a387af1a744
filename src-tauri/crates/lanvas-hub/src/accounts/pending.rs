//! What is under way: the hub's first answer is given, and the client works on its next message.
//!
//! Promises: each is gone when it is taken or after two minutes; there are so many, and of one
//! address so few that it cannot take the others' room. Must not know: what the steps prove.

use std::{collections::HashMap, net::IpAddr};

use super::{book::AccountId, opaque::Expected, pace::Try};
use crate::session::tries::place;

/// How long the client may take: an old phone stretches a password for some seconds.
pub(crate) const PENDING_MS: u64 = 120_000;
/// Of all.
pub(crate) const PENDING_MAX: usize = 1_024;
/// Of one address; past it its oldest goes.
pub(crate) const PENDING_PER_ADDRESS_MAX: usize = 64;

/// By which a client goes on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct PendingId(String);

impl PendingId {
    pub(crate) fn new(id: String) -> Self {
        Self(id)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the client's next message is to be.
pub(crate) enum Step {
    /// The record of a new account.
    SignUp { name: String, credential: [u8; 16] },
    /// The proof of a password: of whose, and which; none where nobody has the name.
    SignIn {
        account: Option<(AccountId, [u8; 16])>,
        expected: Expected,
        one: Try,
    },
    /// The record of another password, in the place of the one they had.
    Change {
        account: AccountId,
        had: [u8; 16],
        credential: [u8; 16],
    },
}

struct Waiting {
    step: Step,
    from: IpAddr,
    since_ms: u64,
}

/// See the module.
#[derive(Default)]
pub(crate) struct Pending {
    waiting: HashMap<PendingId, Waiting>,
}

impl Pending {
    /// Whether there was room.
    pub(crate) fn add(&mut self, now_ms: u64, address: IpAddr, id: PendingId, step: Step) -> bool {
        let from = place(address);
        self.waiting.retain(|_, it| it.is_live(now_ms));
        let own = self.waiting.iter().filter(|(_, it)| it.from == from);
        if own.clone().count() >= PENDING_PER_ADDRESS_MAX {
            let oldest = own.min_by_key(|(_, it)| it.since_ms);
            if let Some(oldest) = oldest.map(|(id, _)| id.clone()) {
                self.waiting.remove(&oldest);
            }
        }
        let room = self.waiting.len() < PENDING_MAX;
        if room {
            let since_ms = now_ms;
            self.waiting.insert(
                id,
                Waiting {
                    step,
                    from,
                    since_ms,
                },
            );
        }
        room
    }

    /// Once.
    pub(crate) fn take(&mut self, now_ms: u64, id: &PendingId) -> Option<Step> {
        let waiting = self.waiting.remove(id)?;
        waiting.is_live(now_ms).then_some(waiting.step)
    }
}

impl Waiting {
    fn is_live(&self, now_ms: u64) -> bool {
        now_ms < self.since_ms.saturating_add(PENDING_MS)
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn add(pending: &mut Pending, now_ms: u64, from: u32, id: &str) -> bool {
        let step = Step::SignUp {
            name: "Ann".to_owned(),
            credential: [0; 16],
        };
        let address = Ipv4Addr::from(0x0a00_0000 + from).into();
        pending.add(now_ms, address, PendingId::new(id.to_owned()), step)
    }

    fn is_there(pending: &mut Pending, now_ms: u64, id: &str) -> bool {
        pending
            .take(now_ms, &PendingId::new(id.to_owned()))
            .is_some()
    }

    #[test]
    fn each_is_taken_once_and_is_over_after_two_minutes() {
        let mut pending = Pending::default();
        assert!(add(&mut pending, 0, 1, "one") && add(&mut pending, 0, 1, "two"));
        assert!(is_there(&mut pending, PENDING_MS - 1, "one"));
        assert!(!is_there(&mut pending, PENDING_MS - 1, "one"), "once");
        assert!(!is_there(&mut pending, PENDING_MS, "two"), "over");
    }

    #[test]
    fn an_address_gives_up_its_own_and_all_have_so_much_room() {
        let mut pending = Pending::default();
        for index in 0..=PENDING_PER_ADDRESS_MAX as u64 {
            assert!(add(&mut pending, index, 1, &format!("own {index}")));
        }
        assert_eq!(pending.waiting.len(), PENDING_PER_ADDRESS_MAX);
        assert!(!is_there(&mut pending, 99, "own 0"), "its oldest went");
        for index in 0..PENDING_MAX as u32 {
            add(&mut pending, 100, 2 + index, &format!("other {index}"));
        }
        assert_eq!(pending.waiting.len(), PENDING_MAX);
        assert!(!add(&mut pending, 100, 9_999, "one more"));
        assert!(add(&mut pending, 100 + PENDING_MS, 9_999, "later"));
    }
}
