//! What does not last: wet ink, presence, names. Rules R39 to R42 of the protocol.

use lanvas_protocol::{
    ErrorCode, ParticipantId, ServerMessage, ShapeId,
    limits::OPERATION_SHAPES_MAX,
    message::{Ink, Presence},
    roles::Act,
};

use super::{ConnectionId, Effect, Member, Session};
use crate::outbox::{Lane, LiveKey};

impl Session {
    pub(super) fn extend_ink(&mut self, connection: ConnectionId, member: &Member, ink: Ink) {
        if self.board.get(&ink.stroke).is_some() {
            return; // the commit overtook it
        }
        if let Err(code) = self.may(member, Act::Draw) {
            // Once is enough: the pen goes on until its owner has heard it.
            if ink.start == 0 {
                self.refuse(connection, None, code);
            }
            return;
        }
        let key = LiveKey::Ink(member.participant, ink.stroke.clone());
        match self.ink.extend(connection, member.participant, ink) {
            Ok(frame) => {
                let but = Some(connection);
                self.effects.push(Effect::Broadcast {
                    but,
                    lane: Lane::Live(key),
                    frame,
                });
            }
            Err(code) => self.refuse(connection, None, code),
        }
    }

    pub(super) fn tell_ink_cancelled(
        &mut self,
        connection: ConnectionId,
        author: ParticipantId,
        stroke: ShapeId,
    ) {
        let lane = Lane::Live(LiveKey::InkEnd(author, stroke.clone()));
        self.broadcast(
            Some(connection),
            lane,
            ServerMessage::InkCancelled { author, stroke },
        );
    }

    pub(super) fn show_presence(
        &mut self,
        connection: ConnectionId,
        member: &Member,
        presence: Presence,
    ) {
        let cursor = presence
            .cursor
            .is_none_or(|at| at.x.is_finite() && at.y.is_finite());
        let view = presence.view.is_none_or(|area| area.is_valid());
        if !cursor || !view || presence.selection.len() > OPERATION_SHAPES_MAX {
            return self.refuse(connection, None, ErrorCode::InvalidOperation);
        }
        let participant = member.participant;
        let presence = self.showable(self.actor(member), presence);
        let nothing = Presence::default();
        if presence == nothing && self.roster.shows(participant) == Some(&nothing) {
            return; // who shows nothing is not told of each time they move
        }
        self.roster.show(participant, presence.clone());
        let lane = Lane::Live(LiveKey::Presence(participant));
        let message = ServerMessage::PresenceShown {
            participant,
            presence,
        };
        self.broadcast(Some(connection), lane, message);
    }

    pub(super) fn rename(&mut self, connection: ConnectionId, member: &Member, name: &str) {
        let may = self.may(member, Act::Rename);
        let name = match may.and_then(|()| self.name_for(member.participant, name)) {
            Ok(name) => name,
            Err(code) => return self.say_no(connection, code),
        };
        if !self.roster.rename(member.participant, &name) {
            return;
        }
        self.store_participant(member.participant);
        if let Some(participant) = self.roster.get(member.participant) {
            let message = ServerMessage::ParticipantChanged { participant };
            self.broadcast(None, Lane::Control, message);
        }
    }
}
