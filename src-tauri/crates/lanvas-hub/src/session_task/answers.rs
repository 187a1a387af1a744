//! What routes ask of a session, and what they are told.

use std::sync::Arc;

use lanvas_protocol::{
    ErrorCode,
    audit::AuditEntry,
    message::{ChatMessage, Participant},
    operation::Applied,
    roles::Role,
};

use super::{Command, Connected, Task, now_ms};

/// What was done to keep order; none of it for who may not read it.
#[derive(Debug, Default)]
pub struct OrderKept {
    /// The latest first. For the host.
    pub audit: Option<Vec<Arc<AuditEntry>>>,
    /// Who is kept out, and until when. For moderators and the host.
    pub kept_out: Option<Vec<(Participant, u64)>>,
}

/// What the file may not have yet.
#[derive(Debug, Default)]
pub struct RecentChat {
    /// The latest messages, oldest first, as they are.
    pub latest: Vec<ChatMessage>,
    /// What happened to older ones, oldest first.
    pub changes: Vec<Arc<Applied>>,
}

impl Task {
    /// What routes ask.
    pub(super) fn answer(&mut self, question: Command) {
        match question {
            Command::ReadChat { asker, reply } => {
                let may = self.session.may_read(now_ms(), &asker);
                let chat = self.session.chat();
                let _ = reply.send(may.map(|()| RecentChat {
                    latest: chat.latest(),
                    changes: chat.unstored(),
                }));
            }
            Command::ReadOrder { secret, reply } => {
                let _ = reply.send(self.order_kept(secret.as_deref()));
            }
            Command::ReadWork { secret, reply } => {
                let may = self.is_at_least(secret.as_deref(), Role::Moderator);
                let unstored = self.session.unstored().ok_or(ErrorCode::StorageFailed);
                let _ = reply.send(if may {
                    unstored
                } else {
                    Err(ErrorCode::Forbidden)
                });
            }
            Command::AskHost { secret, reply } => {
                let _ = reply.send(secret.is_some_and(|secret| self.session.is_host(&secret)));
            }
            Command::AskConnections { reply } => {
                let members = self.session.connections();
                let connected = members.map(|(connection, participant)| Connected {
                    participant,
                    round_trip_ms: self.fanout.round_trip_ms(connection),
                });
                let _ = reply.send(connected.collect());
            }
            Command::Speak { name, text, reply } => {
                let _ = reply.send(self.speak(&name, &text));
            }
            Command::Retitle { title, reply } => {
                let _ = reply.send(self.retitle(&title));
            }
            Command::AskFiles {
                asker,
                bring,
                reply,
            } => {
                let _ = reply.send(if bring {
                    self.session.may_bring(now_ms(), &asker)
                } else {
                    self.session.may_read(now_ms(), &asker)
                });
            }
            // The task does these itself.
            Command::Join { .. }
            | Command::Receive { .. }
            | Command::Leave { .. }
            | Command::Drained { .. }
            | Command::End => {}
            #[cfg(test)]
            Command::Panic => {}
        }
    }

    fn is_at_least(&self, secret: Option<&str>, least: Role) -> bool {
        let role = secret.and_then(|secret| self.session.role_by(secret));
        role.is_some_and(|role| role >= least)
    }

    fn order_kept(&self, secret: Option<&str>) -> OrderKept {
        let is = |least| self.is_at_least(secret, least);
        OrderKept {
            audit: is(Role::Host).then(|| self.session.audit()),
            kept_out: is(Role::Moderator).then(|| self.session.kept_out(now_ms())),
        }
    }
}
