//! Looks over the hub's shoulder: of everything somebody asks for it judges for itself, by
//! `rights.rs`, whether they may, and holds what the hub does about it against that. Nothing by
//! somebody without the right is numbered or shown, nobody with the right is refused for want of
//! it, and what is refused is told (R20, R72 to R78).

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use lanvas_hub::{
    outbox::Lane,
    session::{Asker, ConnectionId, Effect, Input, Session},
    storage::{Record, StoredSession},
};
use lanvas_protocol::{
    ClientMessage, ErrorCode, Operation, ParticipantId, ReplicaId, ServerMessage, message::Hello,
    operation::Applied, roles::Role,
};

use crate::{
    bans::Bans,
    host::HOST_TOKEN,
    rights::{Rights, Room, is_of_rights},
};

type Verdict = Result<(), ErrorCode>;

#[derive(Debug, Default)]
pub(crate) struct Overseer {
    pub(crate) rights: Rights,
    /// Whose hello had the host's token.
    tokens: BTreeSet<ConnectionId>,
    /// Who showed it by a connection that is open, or did when they were here last.
    hosts: BTreeSet<ParticipantId>,
    replicas: BTreeMap<ConnectionId, ReplicaId>,
    /// The last `seq` of each that the hub has dealt with.
    dealt_with: BTreeMap<ReplicaId, u32>,
    bans: Bans,
    /// Who was in before what is looked at.
    before: Vec<(ConnectionId, ParticipantId)>,
    pub(crate) denied: u64,
    pub(crate) denied_live: u64,
    pub(crate) deeds: u64,
    pub(crate) sent_out: u64,
    pub(crate) kept_out: u64,
    pub(crate) kept_out_by_place: u64,
}

/// What somebody asks for.
pub(crate) struct Asked {
    connection: ConnectionId,
    what: What,
}

enum What {
    /// Kept out for so long, or not at all.
    Join {
        wait_ms: Option<u64>,
        by_place: bool,
    },
    Submit {
        seq: u32,
        /// Whether the hub has not dealt with it before.
        fresh: bool,
        verdict: Verdict,
    },
    Ink(Verdict),
    Presence {
        point: Verdict,
        write: Verdict,
        talk: Verdict,
    },
    Rename {
        muted: bool,
    },
}

impl Overseer {
    /// The hub begins again with what is in its file.
    pub(crate) fn begin_again(&mut self, stored: &StoredSession) {
        self.rights = Rights::of_log(&stored.log);
        self.hosts.clear();
        self.dealt_with.clear();
        self.bans.begin_again(stored);
    }

    // --- before -----------------------------------------------------------------------------

    /// What it will hold the hub's answer against.
    pub(crate) fn hear(&mut self, now_ms: u64, session: &Session, input: &Input) -> Option<Asked> {
        self.before = session.connections().collect();
        let (connection, message) = match input {
            Input::Receive {
                connection,
                message,
            } => (*connection, message),
            Input::Join {
                connection,
                hello,
                address,
                ..
            } => {
                self.bans.greeted(*connection, *address);
                let what = self.judge_hello(now_ms, session, *connection, (hello, *address));
                let connection = *connection;
                return Some(Asked { connection, what });
            }
            _ => return None,
        };
        let mut all = self.before.iter();
        let (_, who) = *all.find(|(known, _)| *known == connection)?;
        let role = if self.tokens.contains(&connection) {
            Role::Host
        } else {
            self.rights.role(who)
        };
        let what = self.judge(session, connection, (who, role), message)?;
        Some(Asked { connection, what })
    }

    /// By the secret in it, by where it comes from, and by the host's token. What is kept can be
    /// read by who may come in, and by who is in already.
    fn judge_hello(
        &mut self,
        now_ms: u64,
        session: &Session,
        connection: ConnectionId,
        (hello, from): (&Hello, IpAddr),
    ) -> What {
        let secret = hello.resume.as_deref();
        let wait_ms = self.bans.left_ms(now_ms, secret, from);
        let is_in = secret.is_some_and(|secret| session.role_by(secret).is_some());
        let asker = Asker {
            secret: hello.resume.clone(),
            address: from,
        };
        let may_read = wait_ms.is_none() || is_in;
        let refused = session.may_read(now_ms, &asker).err();
        assert_eq!(
            refused,
            (!may_read).then_some(ErrorCode::Banned),
            "who may read what is kept (R77)"
        );
        let has_token = hello.host_token.as_deref() == Some(HOST_TOKEN);
        if has_token {
            self.tokens.insert(connection);
        }
        What::Join {
            wait_ms: wait_ms.filter(|_| !has_token),
            by_place: self.bans.is_for_the_place(secret),
        }
    }

    fn judge(
        &self,
        session: &Session,
        connection: ConnectionId,
        (who, role): (ParticipantId, Role),
        message: &ClientMessage,
    ) -> Option<What> {
        let rights = &self.rights;
        Some(match message {
            ClientMessage::Submit { seq, operation } => {
                let room = Room {
                    board: session.board(),
                    hosts: &self.hosts,
                    is_known: &|id| session.person(id).is_some(),
                };
                What::Submit {
                    seq: *seq,
                    fresh: *seq > self.dealt_with[&self.replicas[&connection]],
                    verdict: rights.judge(&room, (who, role), operation),
                }
            }
            ClientMessage::ExtendInk(_) => What::Ink(rights.may_draw(role)),
            ClientMessage::ShowPresence(_) => What::Presence {
                point: rights.may_point(role),
                write: rights.may_write(role),
                talk: rights.may_talk(who, role),
            },
            ClientMessage::Rename { .. } => What::Rename {
                muted: rights.is_muted(who) && role < Role::Host,
            },
            _ => return None,
        })
    }

    // --- after ------------------------------------------------------------------------------

    /// What the hub did about it.
    pub(crate) fn see(
        &mut self,
        now_ms: u64,
        session: &Session,
        asked: Option<&Asked>,
        effects: &[Effect],
    ) {
        for effect in effects {
            if let Effect::Send { to, frame, .. } = effect
                && let ServerMessage::Welcomed(welcome) = frame.message()
            {
                self.bans.welcomed(*to, welcome);
                self.replicas.insert(*to, welcome.replica.clone());
                self.dealt_with.insert(welcome.replica.clone(), welcome.seq);
            }
        }
        let numbered = effects.iter().find_map(|effect| match effect {
            Effect::Store(Record::Operation(applied)) => Some(applied),
            _ => None,
        });
        if let Some(asked) = asked {
            self.hold_against(asked, numbered.is_some(), effects);
        }
        if let Some(applied) = numbered {
            self.follow(now_ms, session, applied);
            self.see_who_was_sent_out(applied, effects);
        }
        for effect in effects {
            if let Effect::Store(Record::Bans(kept)) = effect {
                self.bans.check_kept(now_ms, kept);
            }
        }
        self.see_who_is_in(session);
    }

    fn see_who_is_in(&mut self, session: &Session) {
        let is_with_token = |(connection, _): &_| self.tokens.contains(connection);
        let (with, without): (Vec<_>, Vec<_>) = session.connections().partition(is_with_token);
        for (_, who) in without {
            self.hosts.remove(&who);
        }
        self.hosts.extend(with.into_iter().map(|(_, who)| who));
    }

    fn hold_against(&mut self, asked: &Asked, numbered: bool, effects: &[Effect]) {
        match &asked.what {
            What::Join { wait_ms, by_place } => {
                let told = told_to_wait(effects, asked.connection);
                assert_eq!(told, *wait_ms, "who is kept out, and for how long (R77)");
                let counted = u64::from(wait_ms.is_some());
                if *by_place {
                    self.kept_out_by_place += counted;
                } else {
                    self.kept_out += counted;
                }
            }
            What::Submit {
                seq,
                fresh,
                verdict,
            } => {
                let refused = refusal(effects, asked.connection, *seq);
                let replica = &self.replicas[&asked.connection];
                let dealt_with = self.dealt_with.entry(replica.clone()).or_default();
                *dealt_with = (*dealt_with).max(*seq);
                if *fresh {
                    self.check_fate(*verdict, numbered, refused);
                } else {
                    assert!(!numbered, "a resend is not numbered again (R18)");
                }
            }
            What::Ink(verdict) => {
                let shown = shown(effects);
                let shows = shown.is_some();
                assert!(verdict.is_ok() || !shows, "ink by who may not draw (R78)");
                self.denied_live += u64::from(verdict.is_err());
            }
            What::Presence { point, write, talk } => {
                self.denied_live += u64::from(point.is_err());
                if let Some(ServerMessage::PresenceShown { presence, .. }) = shown(effects) {
                    let hidden = presence.cursor.is_none() && presence.view.is_none();
                    assert!(hidden || point.is_ok(), "a pointer that is hidden (R72)");
                    assert!(presence.caret.is_none() || write.is_ok(), "a caret (R72)");
                    assert!(!presence.typing || talk.is_ok(), "typing (R72)");
                }
            }
            What::Rename { muted } => {
                let told = effects
                    .iter()
                    .any(|effect| matches!(effect, Effect::Broadcast { .. }));
                assert!(!muted || !told, "a name of who is muted (R75)");
            }
        }
    }

    /// Numbered or refused, as it should be, and the refusal told with the right reason.
    fn check_fate(&mut self, verdict: Verdict, numbered: bool, refused: Option<ErrorCode>) {
        assert_ne!(numbered, refused.is_some(), "numbered, or refused and told");
        match (verdict, refused) {
            (Ok(()), Some(code)) => {
                assert!(!is_of_rights(code), "they may, and are refused: {code:?}");
            }
            (Err(why), None) => panic!("numbered in spite of {why:?}"),
            // Without room nothing is looked at.
            (Err(_), Some(ErrorCode::StorageFailed)) | (Ok(()), None) => {}
            (Err(why), Some(code)) => {
                assert_eq!(code, why, "the reason");
                self.denied += 1;
            }
        }
    }

    fn follow(&mut self, now_ms: u64, session: &Session, applied: &Applied) {
        self.rights.follow(applied);
        assert_eq!(session.rules(), &self.rights.rules, "R74");
        match &applied.operation {
            Operation::Remove {
                participant,
                seconds,
                address,
            } => {
                let is_in = session.connections().any(|(_, who)| who == *participant);
                assert!(!is_in, "who was sent out is out (R77)");
                self.sent_out += 1;
                if *seconds > 0 {
                    self.bans.add(now_ms, *participant, *seconds, *address);
                }
            }
            Operation::LiftBan { participant } => {
                self.bans.lift(*participant);
            }
            Operation::SetRole { .. }
            | Operation::Mute { .. }
            | Operation::LowerEveryone { .. }
            | Operation::SetRules { .. } => {}
            _ => return,
        }
        self.deeds += 1;
    }
}

impl Overseer {
    /// All of theirs are told why and for how long, and nobody else is sent away.
    fn see_who_was_sent_out(&self, applied: &Applied, effects: &[Effect]) {
        let Operation::Remove {
            participant,
            seconds,
            ..
        } = &applied.operation
        else {
            return;
        };
        let code = match seconds {
            0 => ErrorCode::Removed,
            _ => ErrorCode::Banned,
        };
        let theirs = self.before.iter().filter(|(_, who)| who == participant);
        let theirs: BTreeSet<_> = theirs.map(|(connection, _)| *connection).collect();
        let closed = effects.iter().filter_map(|effect| match effect {
            Effect::Close { connection, code } => Some((*connection, *code)),
            _ => None,
        });
        let closed: BTreeMap<_, _> = closed.collect();
        let expected = theirs.iter().map(|connection| (*connection, code));
        assert_eq!(closed, expected.collect(), "who is sent out (R77)");
        let wait_ms = Some(u64::from(*seconds) * 1_000).filter(|wait_ms| *wait_ms > 0);
        for connection in theirs {
            assert_eq!(told_to_wait(effects, connection), wait_ms, "and told (R77)");
        }
    }
}

/// For how long somebody is told that they are kept out.
fn told_to_wait(effects: &[Effect], connection: ConnectionId) -> Option<u64> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send { to, frame, .. } if *to == connection => match frame.message() {
            ServerMessage::Refused {
                code: ErrorCode::Banned,
                wait_ms,
                ..
            } => *wait_ms,
            _ => None,
        },
        _ => None,
    })
}

fn refusal(effects: &[Effect], connection: ConnectionId, wanted: u32) -> Option<ErrorCode> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send { to, frame, .. } if *to == connection => match frame.message() {
            ServerMessage::Refused { seq, code, .. } if *seq == Some(wanted) => Some(*code),
            _ => None,
        },
        _ => None,
    })
}

/// What others are shown on the live lane.
fn shown(effects: &[Effect]) -> Option<&ServerMessage> {
    effects.iter().find_map(|effect| match effect {
        Effect::Broadcast {
            lane: Lane::Live(_),
            frame,
            ..
        } => Some(frame.message()),
        _ => None,
    })
}
