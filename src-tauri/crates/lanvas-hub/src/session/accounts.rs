//! Who somebody is by an account of the hub: rules R88 and R89 of the protocol.
//!
//! An account is one more proof of a participant (decisions/0009): what it is known by here stands
//! in the place of the secret of whoever it is. Promises: nobody has the name of an account who is
//! not signed in to it; who is signed out is out, and comes back as that person by signing in only.
//! Must not know: passwords, or how tokens are come by.

use std::sync::Arc;

use lanvas_protocol::{ErrorCode, ParticipantId, message::Hello};

use super::{ConnectionId, Session, plain, refused, roster::hash_secret};
use crate::{
    accounts::{Book, book::Identity},
    outbox::Lane,
};

/// Who comes, as far as can be said before they are in.
pub(super) struct Comer {
    /// The account they are signed in to.
    pub(super) account: Option<Identity>,
    /// Who they have been here.
    pub(super) known: Option<ParticipantId>,
}

impl Session {
    /// Who says that. By an account they are whom it is here; one that is new here takes over who
    /// they were until now.
    pub(super) fn comer(&self, now_ms: u64, hello: &Hello) -> Result<Comer, ErrorCode> {
        let resumed = hello.resume.as_deref();
        let resumed = resumed.and_then(|secret| self.roster.find(secret));
        let Some(token) = &hello.account else {
            return Ok(Comer {
                account: None,
                known: resumed,
            });
        };
        let identity = self.accounts.who(now_ms, token);
        let identity = identity.ok_or(ErrorCode::SignedOut)?;
        let own = self.roster.find(&identity.secret_in(&self.id));
        let guest = resumed.filter(|id| !self.roster.has_account(*id));
        Ok(Comer {
            account: Some(identity),
            known: own.or(guest),
        })
    }

    /// What they are called: an account by its name, everybody else as they say, if they may.
    pub(super) fn name_of(&self, comer: &Comer, hello: &Hello) -> Result<String, ErrorCode> {
        if let Some(identity) = &comer.account {
            return Ok(identity.name().to_owned());
        }
        let of_account = comer.known.filter(|id| self.roster.has_account(*id));
        if let Some(known) = of_account.and_then(|id| self.roster.get(id)) {
            return Ok(known.name);
        }
        self.free_name(&hello.name)
    }

    /// Another name, for who is in: an account's is fixed.
    pub(super) fn name_for(&self, id: ParticipantId, said: &str) -> Result<String, ErrorCode> {
        let known = self.roster.get(id).filter(|person| person.account);
        match known {
            Some(person) if plain::name(said)? != person.name => Err(ErrorCode::NameFixed),
            Some(person) => Ok(person.name),
            None => self.free_name(said),
        }
    }

    /// A name that somebody without an account may have.
    pub(super) fn free_name(&self, said: &str) -> Result<String, ErrorCode> {
        let name = plain::name(said)?;
        if self.accounts.reserves(&name) {
            return Err(ErrorCode::NameRegistered);
        }
        Ok(name)
    }

    /// The participant who comes is whom the account is here from now on, and the secret is theirs
    /// for as long as the token lasts.
    pub(super) fn sign_in(&mut self, id: ParticipantId, account: &Identity, secret: &str) {
        let own = account.secret_in(&self.id);
        self.roster.bind(id, hash_secret(&own));
        self.roster.sign_in(id, account.token, hash_secret(secret));
    }

    /// Says no to something that is no submission, and ends nothing, whatever the code ends elsewhere.
    pub(super) fn say_no(&mut self, connection: ConnectionId, code: ErrorCode) {
        self.send(connection, Lane::Control, refused(None, code.into()));
    }

    pub(super) fn accounts_changed(&mut self, book: Arc<Book>) {
        self.accounts = book;
        let signed_in = |token| self.accounts.is_signed_in(token);
        let tokens = self.roster.tokens();
        let ended: Vec<_> = tokens
            .into_iter()
            .filter(|(_, it)| !signed_in(*it))
            .collect();
        for (id, token) in ended {
            self.roster.sign_out(id, token);
            let by_it = self
                .members
                .iter()
                .filter(|(_, it)| it.token == Some(token));
            let connections: Vec<ConnectionId> = by_it.map(|(connection, _)| *connection).collect();
            for connection in connections {
                self.refuse(connection, None, ErrorCode::SignedOut);
            }
        }
    }
}
