//! What operations made of a session: given to be kept in its file, and taken back from there.

use std::sync::Arc;

use lanvas_protocol::{Epoch, ErrorCode, SessionId, Shape};

use super::{Access, DamagedLog, HistoryBounds, Session, notes::Notes};
use crate::storage::{Applied, SessionMeta, SessionState, StoredSession};

/// Does operations again, to see what they make; nobody is in and nothing is told.
#[derive(Debug)]
pub(crate) struct Replay(Session);

impl Replay {
    /// From a state on, which may come from anywhere.
    ///
    /// # Errors
    /// [`DamagedLog`] when a hub cannot have made it.
    pub(crate) fn of(state: SessionState) -> Result<Self, DamagedLog> {
        let id = SessionId::new("replay").expect("letters fit an id");
        let stored = StoredSession {
            meta: SessionMeta {
                id,
                title: String::new(),
                created_ms: 0,
            },
            epochs: Vec::new(),
            participants: Vec::new(),
            bans: Vec::new(),
            audit: Vec::new(),
            state,
            lasting: Vec::new(),
            log: Vec::new(),
            port: None,
        };
        let nothing = HistoryBounds {
            recent_bytes: 0,
            notes_edits: 0,
            ..HistoryBounds::default()
        };
        let epoch = Epoch::new("replay").expect("letters fit an id");
        Session::restore_within(stored, epoch, Access::default(), nothing).map(Self)
    }

    /// Does the next operation.
    ///
    /// # Errors
    /// [`DamagedLog`] when it cannot be done.
    pub(crate) fn apply(&mut self, applied: Applied) -> Result<(), DamagedLog> {
        self.0.redo(applied)
    }

    /// What all of them made.
    pub(crate) fn state(self) -> SessionState {
        self.0.state()
    }
}

impl Session {
    /// The session after its last operation. With this, the lasting operations before and the log
    /// after, [`Session::restore`] makes the same session as from the whole log. Costs a pointer
    /// for each shape.
    #[must_use]
    pub fn state(&self) -> SessionState {
        // Every field is named here, so that a new one is decided on: what operations change is
        // either in the state, or follows from operations that stay in the log (the chat's), or is
        // kept in a table of its own (the title, people, who is kept out, the audit list).
        let Self {
            id: _,
            title: _,
            access: _,
            accounts: _,
            board,
            notes,
            chat: _,
            roster,
            door: _,
            tries: _,
            last_knock: _,
            ink: _,
            bans: _,
            audit: _,
            history,
            snapshots: _,
            waiting: _,
            members: _,
            stored: _,
            storage_trouble: _,
            storage_room: _,
            effects: _,
        } = self;
        SessionState {
            number: history.head(),
            shapes: board.shapes().cloned().collect(),
            removed: board.removed(),
            replicas: history.replicas(),
            notes: notes.text(),
            pages: notes.pages(),
            standings: roster.standings().clone(),
        }
    }

    /// Takes over a state. It may come from anywhere.
    ///
    /// # Errors
    /// [`DamagedLog`] when a hub cannot have made it.
    pub(super) fn resume(&mut self, state: SessionState) -> Result<(), DamagedLog> {
        let number = state.number;
        Self::check_state(&state).map_err(|code| DamagedLog { number, code })?;
        self.board.restore(state.shapes, state.removed);
        self.notes.restore(number, &state.notes, &state.pages);
        self.history.restore(number, state.replicas);
        self.roster.take_standings(state.standings);
        Ok(())
    }

    fn check_state(state: &SessionState) -> Result<(), ErrorCode> {
        state
            .shapes
            .iter()
            .map(Arc::as_ref)
            .try_for_each(Shape::validate)?;
        if !state.standings.are_sound() {
            return Err(ErrorCode::InvalidOperation);
        }
        Notes::check(&state.notes, &state.pages)
    }
}
