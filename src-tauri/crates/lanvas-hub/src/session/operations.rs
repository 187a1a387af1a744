//! Which operations are taken, and what they do. Rules R17 to R38 of the protocol.

use std::sync::Arc;

use lanvas_protocol::{
    ErrorCode, Operation, PageId, ServerMessage, Shape, ShapeBody, ShapeChange, TextChanges,
    limits::SLOW_MODE_S_MAX, operation::Applied,
};

use super::{ConnectionId, Effect, Member, Session, pages::PageChange, plain, refusal::Refusal};
use crate::{frame::Frame, outbox::Lane, storage::Record};

/// What notes say of who wrote them.
fn signatures(shapes: &[Shape]) -> Vec<Box<str>> {
    let by = |shape: &Shape| match &shape.body {
        ShapeBody::Note(note) => Some(note.by.clone()),
        _ => None,
    };
    shapes.iter().filter_map(by).collect()
}

impl Session {
    pub(super) fn submit(
        &mut self,
        time_ms: u64,
        connection: ConnectionId,
        member: &Member,
        seq: u32,
        mut operation: Operation,
    ) {
        if seq == 0 {
            return self.refuse(connection, Some(seq), ErrorCode::InvalidSeq);
        }
        if !self
            .history
            .use_seq(&member.replica, member.participant, seq)
        {
            return; // a resend: its fate is in the order, or was told
        }
        let altered = match self.admit_operation(time_ms, member, &mut operation) {
            Ok(altered) => altered,
            Err(refusal) => {
                self.history
                    .note_refused(&member.replica, seq, refusal.code);
                return self.refuse_submission(connection, seq, refusal);
            }
        };
        let number = self.history.head() + 1;
        let applied = Arc::new(Applied {
            number,
            author: member.participant,
            time_ms,
            replica: member.replica.clone(),
            seq,
            operation,
        });
        let by = match &applied.operation {
            Operation::PostMessage(post) => post.by.clone(),
            _ => None,
        };
        self.roster.make_lasting(member.participant);
        let weight = applied.operation.weight();
        let people = self.people_before(&applied.operation);
        let frame = self.apply(Arc::clone(&applied));
        if let Operation::DeleteMessage { message } = applied.operation {
            self.history.redact(message);
            self.snapshots.redact(message);
        }
        if let Some(member) = self.members.get_mut(&connection) {
            member.last_own = number;
        }
        self.effects
            .push(Effect::Store(Record::Operation(Arc::clone(&applied))));
        let lane = Lane::Doc(number);
        self.effects.push(Effect::Broadcast {
            but: Some(connection),
            lane: lane.clone(),
            frame: Arc::clone(&frame),
        });
        if altered {
            self.send_frame(connection, lane, frame);
        } else {
            self.send(
                connection,
                lane,
                ServerMessage::Confirmed {
                    number,
                    seq,
                    time_ms,
                    by,
                },
            );
        }
        self.keep_order(&applied, people.as_deref());
        self.note_change(time_ms, weight);
    }

    /// Whether the operation may be numbered, with what the hub writes into it. Gives whether its
    /// author must see it again because it is not what they sent.
    fn admit_operation(
        &mut self,
        time_ms: u64,
        member: &Member,
        operation: &mut Operation,
    ) -> Result<bool, Refusal> {
        if !self.storage_room {
            return Err(ErrorCode::StorageFailed.into());
        }
        let left_out = self.may_submit(member, operation)?;
        Ok(self.fit(time_ms, member, operation)? || left_out)
    }

    /// Whether it fits what is there, whoever it is by. Gives the same.
    fn fit(
        &mut self,
        time_ms: u64,
        member: &Member,
        operation: &mut Operation,
    ) -> Result<bool, Refusal> {
        match operation {
            Operation::AddShapes { shapes } => Ok(self.admit_shapes(time_ms, member, shapes)?),
            Operation::UpdateShapes { changes } => {
                self.board.admit_update(changes)?;
                Ok(false)
            }
            Operation::RemoveShapes { ids, left } => {
                self.board.admit_remove(ids, left)?;
                Ok(false)
            }
            Operation::EditNotes { base, changes } => {
                self.admit_edit(&PageId::first(), base, changes)?;
                Ok(false)
            }
            Operation::EditPage {
                page,
                base,
                changes,
            } => {
                if page.is_first() {
                    return Err(ErrorCode::InvalidOperation.into()); // it has an operation of its own
                }
                self.admit_edit(page, base, changes)?;
                Ok(false)
            }
            Operation::AddPage { page, title, order } => {
                let wanted = self.notes.admit_add(page, title, *order)?;
                let altered = wanted != *title;
                *title = wanted;
                Ok(altered)
            }
            Operation::UpdatePage {
                page,
                title,
                order,
                removed,
            } => {
                let change = PageChange::new(title.as_deref(), *order, *removed);
                let wanted = self.notes.admit_update(page, change)?;
                let altered = wanted != *title;
                *title = wanted;
                Ok(altered)
            }
            Operation::PostMessage(_)
            | Operation::EditMessage { .. }
            | Operation::DeleteMessage { .. }
            | Operation::React { .. }
            | Operation::SetSlowMode { .. } => self.admit_talk(time_ms, member, operation),
            Operation::SetTitle { title } => {
                let wanted = plain::title(title)?;
                let altered = wanted != *title;
                *title = wanted;
                Ok(altered)
            }
            Operation::SetRole { .. }
            | Operation::LowerEveryone { .. }
            | Operation::SetRules { .. }
            | Operation::Mute { .. }
            | Operation::Remove { .. }
            | Operation::LiftBan { .. }
            | Operation::NoteUndone { .. } => self.admit_moderation(operation),
        }
    }

    /// Whether the edit may be numbered; it then fits the page as it is.
    fn admit_edit(
        &self,
        page: &PageId,
        base: &mut u64,
        changes: &mut TextChanges,
    ) -> Result<(), ErrorCode> {
        let head = self.history.head();
        *changes = self
            .notes
            .admit(page, *base, std::mem::take(changes), head)?;
        *base = head;
        Ok(())
    }

    /// Gives whether the hub wrote into one what its author does not know.
    fn admit_shapes(
        &self,
        time_ms: u64,
        member: &Member,
        shapes: &mut [Shape],
    ) -> Result<bool, ErrorCode> {
        let me = self.roster.get(member.participant);
        let me = me.ok_or(ErrorCode::Internal)?;
        let said = signatures(shapes);
        let dated = self.board.admit_add(shapes, me.id, &me.name, time_ms)?;
        let foreign = shapes.iter().any(|shape| shape.author != me.id);
        Ok(dated || foreign || signatures(shapes) != said)
    }

    /// Whether an operation of a log can be done again: a file may come from anywhere.
    ///
    /// # Errors
    /// The code of what is wrong with it.
    pub(super) fn check_logged(&self, operation: &Operation) -> Result<(), ErrorCode> {
        match operation {
            Operation::AddShapes { shapes } => shapes.iter().try_for_each(Shape::validate),
            Operation::UpdateShapes { changes } => {
                changes.iter().try_for_each(ShapeChange::validate)
            }
            Operation::EditNotes { .. } | Operation::EditPage { .. } => {
                let edit = operation.notes_edit().ok_or(ErrorCode::InvalidOperation)?;
                let (page, _, changes) = edit;
                self.notes.try_on(&page, changes)
            }
            Operation::AddPage { page, title, order } => {
                self.notes.admit_add(page, title, *order).map(drop)
            }
            Operation::UpdatePage {
                page,
                title,
                order,
                removed,
            } => {
                let change = PageChange::new(title.as_deref(), *order, *removed);
                self.notes.admit_update(page, change).map(drop)
            }
            Operation::SetTitle { title } => plain::title(title).map(|_| ()),
            Operation::SetSlowMode { seconds } if *seconds > SLOW_MODE_S_MAX => {
                Err(ErrorCode::InvalidOperation)
            }
            Operation::SetRole { .. }
            | Operation::LowerEveryone { .. }
            | Operation::SetRules { .. }
            | Operation::Mute { .. }
            | Operation::Remove { .. }
            | Operation::LiftBan { .. }
            | Operation::NoteUndone { .. } => Self::check_moderation(operation),
            Operation::RemoveShapes { left, .. } => {
                let empty = left.iter().any(|piece| piece.points.is_empty());
                (!empty).then_some(()).ok_or(ErrorCode::InvalidShape)
            }
            // What they name may be gone or never have been: then they do nothing.
            Operation::PostMessage(_)
            | Operation::EditMessage { .. }
            | Operation::DeleteMessage { .. }
            | Operation::React { .. }
            | Operation::SetSlowMode { .. } => Ok(()),
        }
    }

    /// Does what an admitted operation says and puts it in the order.
    pub(super) fn apply(&mut self, applied: Arc<Applied>) -> Arc<Frame> {
        self.board.apply(&applied.operation, applied.time_ms);
        match &applied.operation {
            Operation::AddShapes { shapes } => {
                let (author, ids) = (applied.author, shapes.iter().map(|shape| &shape.id));
                for stroke in ids.filter(|id| self.ink.end(author, id)).cloned() {
                    self.effects.push(Effect::DropInk { author, stroke });
                }
            }
            Operation::EditNotes { .. }
            | Operation::EditPage { .. }
            | Operation::AddPage { .. }
            | Operation::UpdatePage { .. } => self.notes.take(&applied),
            Operation::PostMessage(_)
            | Operation::EditMessage { .. }
            | Operation::DeleteMessage { .. }
            | Operation::React { .. }
            | Operation::SetSlowMode { .. } => self.chat.apply(&applied),
            Operation::SetTitle { title } => self.title.clone_from(title),
            Operation::SetRole { .. }
            | Operation::LowerEveryone { .. }
            | Operation::SetRules { .. }
            | Operation::Mute { .. } => self.roster.apply(&applied.operation),
            Operation::UpdateShapes { .. }
            | Operation::RemoveShapes { .. }
            | Operation::Remove { .. }
            | Operation::LiftBan { .. }
            | Operation::NoteUndone { .. } => {}
        }
        self.history.push(applied)
    }
}
