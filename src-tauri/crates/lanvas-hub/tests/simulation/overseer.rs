//! Looks over the hub's shoulder: of everything somebody asks for it judges for itself, by
//! `rights.rs`, whether they may, and holds what the hub does about it against that. Nothing by
//! somebody without the right is numbered or shown, nobody with the right is refused for want of
//! it, and what is refused is told (R20, R72 to R78).

use std::collections::{BTreeMap, BTreeSet};

use lanvas_hub::{
    outbox::Lane,
    session::{ConnectionId, Effect, Input, Session},
    storage::Record,
};
use lanvas_protocol::{
    ClientMessage, ErrorCode, Operation, ParticipantId, ReplicaId, ServerMessage,
    operation::Applied, roles::Role,
};

use crate::{
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
    /// Who is kept out, until when.
    kept_out: BTreeMap<ParticipantId, u64>,
    pub(crate) denied: u64,
    pub(crate) denied_live: u64,
    pub(crate) deeds: u64,
    pub(crate) sent_out: u64,
}

/// What somebody asks for.
pub(crate) struct Asked {
    connection: ConnectionId,
    what: What,
}

enum What {
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
    pub(crate) fn begin_again(&mut self, log: &[Applied]) {
        self.rights = Rights::of_log(log);
        self.hosts.clear();
        self.dealt_with.clear();
        self.kept_out.clear(); // it may not have got to the disk
    }

    // --- before -----------------------------------------------------------------------------

    /// What it will hold the hub's answer against.
    pub(crate) fn hear(&mut self, session: &Session, input: &Input) -> Option<Asked> {
        let (connection, message) = match input {
            Input::Receive {
                connection,
                message,
            } => (*connection, message),
            Input::Join {
                connection, hello, ..
            } => {
                if hello.host_token.as_deref() == Some(HOST_TOKEN) {
                    self.tokens.insert(*connection);
                }
                return None;
            }
            _ => return None,
        };
        let mut all = session.connections();
        let (_, who) = all.find(|(known, _)| *known == connection)?;
        let role = if self.tokens.contains(&connection) {
            Role::Host
        } else {
            self.rights.role(who)
        };
        let what = self.judge(session, connection, (who, role), message)?;
        Some(Asked { connection, what })
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
                let until_ms = self.kept_out.get(&welcome.you.id).copied();
                let banned = until_ms.is_some_and(|until_ms| until_ms > now_ms);
                assert!(
                    !banned || self.tokens.contains(to),
                    "{:?} is kept out (R77)",
                    welcome.you
                );
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
                ..
            } => {
                let is_in = session.connections().any(|(_, who)| who == *participant);
                assert!(!is_in, "who was sent out is out (R77)");
                self.sent_out += 1;
                if *seconds > 0 {
                    let until_ms = now_ms + u64::from(*seconds) * 1_000;
                    self.kept_out.insert(*participant, until_ms);
                }
            }
            Operation::LiftBan { participant } => {
                self.kept_out.remove(participant);
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
