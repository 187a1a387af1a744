//! A model client: a replica that shows its own operations at once, keeps them until the hub has
//! them on disk, and follows `protocol.md` to the letter. It checks what it is told as it hears it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use lanvas_protocol::{
    ClientMessage, Epoch, ErrorCode, Operation, PageId, ParticipantId, ReplicaId, ServerMessage,
    Shape, ShapeId, TextChanges,
    chat::ChatMessage,
    message::{Hello, Ink, Participant, Presence, RefusedSubmission, Snapshot, Welcome},
    operation::{Applied, MessageAuthor},
    roles::{Role, Rules},
};

use crate::pages::{Pages, edit_of};

pub(crate) type Board = BTreeMap<ShapeId, Arc<Shape>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Away,
    Greeting,
    CatchingUp,
    Live,
}

/// An own operation other than an edit of the notes.
#[derive(Debug, Clone)]
struct Own {
    operation: Operation,
    /// Given when it is sent first.
    seq: Option<u32>,
    /// Its place, once known; or, after a snapshot that may hold it, a place not before it.
    place: Option<Place>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    number: u64,
    exact: bool,
}

/// A submission that the hub said is on its disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The one that `number` counts in.
    pub(crate) epoch: Epoch,
    pub(crate) replica: ReplicaId,
    pub(crate) seq: u32,
    pub(crate) number: u64,
}

#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) name: String,
    pub(crate) host_token: Option<String>,
    secret: Option<String>,
    pub(crate) replica: Option<ReplicaId>,
    /// The epoch and number of the confirmed state.
    pub(crate) place: Option<(Epoch, u64)>,
    last_seq: u32,
    pub(crate) phase: Phase,
    welcome: Option<Welcome>,
    parts: Vec<Snapshot>,

    pub(crate) board: Board,
    pub(crate) pages: Pages,
    pub(crate) chat: Vec<ChatMessage>,
    pub(crate) title: String,
    pub(crate) rules: Rules,
    own: Vec<Own>,
    stored: u64,

    pub(crate) people: BTreeMap<ParticipantId, Participant>,
    pub(crate) presences: BTreeMap<ParticipantId, Presence>,
    pub(crate) wet: BTreeSet<(ParticipantId, ShapeId)>,

    /// For the checks at the end.
    pub(crate) kept: Vec<Kept>,
    pub(crate) refused: Vec<(Operation, ErrorCode)>,
    /// Edits of which a snapshot did not tell whether it holds them.
    pub(crate) unsure: Vec<TextChanges>,
    /// Of these a welcome said that the snapshot holds them.
    pub(crate) contained: Vec<Operation>,
    /// Refusals that only a welcome told.
    pub(crate) told_late: u64,
}

impl Client {
    pub(crate) fn new(name: &str, host_token: Option<String>, replica: Option<ReplicaId>) -> Self {
        Self {
            name: name.to_owned(),
            host_token,
            secret: None,
            replica,
            place: None,
            last_seq: 0,
            phase: Phase::Away,
            welcome: None,
            parts: Vec::new(),
            board: Board::new(),
            pages: Pages::default(),
            chat: Vec::new(),
            title: String::new(),
            rules: Rules::default(),
            own: Vec::new(),
            stored: 0,
            people: BTreeMap::new(),
            presences: BTreeMap::new(),
            wet: BTreeSet::new(),
            kept: Vec::new(),
            refused: Vec::new(),
            unsure: Vec::new(),
            contained: Vec::new(),
            told_late: 0,
        }
    }

    pub(crate) fn me(&self) -> Option<ParticipantId> {
        self.welcome.as_ref().map(|welcome| welcome.you.id)
    }

    /// As far as they know.
    pub(crate) fn role(&self) -> Role {
        let me = self.me().and_then(|me| self.people.get(&me));
        me.map_or(Role::Viewer, |me| me.role)
    }

    pub(crate) fn number(&self) -> u64 {
        self.place.as_ref().map_or(0, |(_, number)| *number)
    }

    /// Whether nothing of this client is on its way or not yet on disk.
    pub(crate) fn is_settled(&self) -> bool {
        self.phase == Phase::Live && self.own.is_empty() && self.pages.is_settled()
    }

    /// The board as the person sees it.
    pub(crate) fn shown_board(&self) -> Board {
        let mut board = self.board.clone();
        for own in self.own.iter().filter(|own| own.place.is_none()) {
            apply_to_board(&mut board, &own.operation, 0);
        }
        board
    }

    /// A line for the trace.
    pub(crate) fn summary(&self) -> String {
        let own: Vec<_> = self.own.iter().map(|own| (own.seq, own.place)).collect();
        format!(
            "{} {:?} at {:?}, own {own:?}, pages {:?}",
            self.name, self.phase, self.place, self.pages
        )
    }

    // --- coming and going -----------------------------------------------------------------

    pub(crate) fn greet(&mut self) -> ClientMessage {
        self.phase = Phase::Greeting;
        self.parts.clear();
        ClientMessage::Hello(Box::new(Hello {
            name: self.name.clone(),
            resume: self.secret.clone(),
            replica: self.replica.clone(),
            formerly: Vec::new(),
            epoch: self.place.as_ref().map(|(epoch, _)| epoch.clone()),
            number: self.place.as_ref().map(|(_, number)| *number),
            password: None,
            host_token: self.host_token.clone(),
            ..Hello::default()
        }))
    }

    pub(crate) fn lose_connection(&mut self) {
        self.phase = Phase::Away;
    }

    fn welcomed(&mut self, welcome: Welcome) {
        assert_eq!(
            self.phase,
            Phase::Greeting,
            "one welcome for one hello (R7)"
        );
        let same = self.replica.as_ref() == Some(&welcome.replica);
        assert!(
            same || welcome.seq == 0,
            "a replica is fresh, or the asked-for one (R7)"
        );
        self.phase = Phase::CatchingUp;
        // What was stored may no longer be: an older copy may have taken the file's place (R21).
        self.stored = welcome.stored;
        self.secret = Some(welcome.resume.clone());
        self.replica = Some(welcome.replica.clone());
        self.last_seq = self.last_seq.max(welcome.seq);
        if !welcome.resumed {
            self.forget_unsure_changes(&welcome.epoch);
        }
        let people = welcome.people.iter().map(|it| (it.id, it.clone()));
        self.people = people.collect();
        self.presences.clear();
        self.wet.clear();
        if welcome.resumed {
            let (epoch, _) = self.place.as_mut().expect("only a returner resumes (R13)");
            *epoch = welcome.epoch.clone();
            self.forget_places_after(welcome.seq);
        }
        self.welcome = Some(welcome.clone());
        for refusal in welcome.refused {
            self.hear_late(refusal);
        }
    }

    /// What was to come after a snapshot that was cut short went with its epoch (R14).
    fn forget_places_after(&mut self, seq: u32) {
        for own in self.own.iter_mut().filter(|own| own.seq > Some(seq)) {
            own.place = own.place.filter(|place| place.exact);
        }
    }

    /// A refusal that may have got lost on its way (R44).
    fn hear_late(&mut self, RefusedSubmission { seq, code }: RefusedSubmission) {
        let waits = |own: &Own| own.seq == Some(seq) && own.place.is_none();
        if self.pages.is_on_its_way(seq) || self.own.iter().any(waits) {
            self.told_late += 1;
            self.refuse(seq, code);
        }
    }

    /// In another life of the hub the number of a message may be another's, unless it was stored.
    fn forget_unsure_changes(&mut self, epoch: &Epoch) {
        if self.place.as_ref().is_some_and(|(had, _)| had != epoch) {
            let stored = self.stored;
            self.own
                .retain(|own| changed_by(&own.operation).is_none_or(|message| message <= stored));
            for own in &mut self.own {
                if let Operation::PostMessage(post) = &mut own.operation {
                    post.reply_to = post.reply_to.filter(|message| *message <= stored);
                }
            }
        }
    }

    fn snapshot(&mut self, part: Snapshot) {
        assert_eq!(self.phase, Phase::CatchingUp, "R16");
        assert_eq!(part.part as usize, self.parts.len(), "parts in order (R15)");
        assert_eq!(part.rest.is_some(), part.part == 0, "R15");
        let whole = part.part + 1 == part.parts;
        self.parts.push(part);
        if whole {
            self.take_over();
        }
    }

    /// All parts of a snapshot are here: it replaces what this client had.
    fn take_over(&mut self) {
        let welcome = self.welcome.clone().expect("it came before the snapshot");
        assert!(!welcome.resumed, "a gap or a snapshot, not both (R13)");
        let mut parts = std::mem::take(&mut self.parts);
        let rest = parts[0].rest.take().expect("part 0 has the rest");
        let number = parts[0].number;
        let same_epoch = self
            .place
            .as_ref()
            .is_some_and(|(epoch, _)| *epoch == welcome.epoch);
        let shapes = parts.into_iter().flat_map(|part| part.shapes);
        self.board = shapes.map(|shape| (shape.id.clone(), shape)).collect();
        self.chat = rest.messages;
        self.title = rest.title;
        self.rules = rest.rules;
        self.sort_own(&welcome, same_epoch);
        let own = &self.own;
        let comes = |page: &PageId| own.iter().any(|own| own.place.is_none() && adds(own, page));
        let unsure = self
            .pages
            .reset(&rest.notes, rest.pages, welcome.seq, comes);
        self.unsure.extend(unsure);
        self.place = Some((welcome.epoch, number));
    }

    /// After a snapshot: what the hub has dealt with waits for the disk, the rest is sent again.
    fn sort_own(&mut self, welcome: &Welcome, same_epoch: bool) {
        let number = welcome.number;
        for own in &mut self.own {
            let dealt_with = own.seq.is_some_and(|had| had <= welcome.seq);
            let told = own.seq.is_some_and(|had| had > welcome.refused_after);
            if dealt_with && told && own.place.is_none() {
                self.contained.push(own.operation.clone());
            }
            own.place = match own.place {
                _ if !dealt_with => None,
                Some(place) if same_epoch => Some(place),
                _ => Some(Place {
                    number,
                    exact: false,
                }),
            };
        }
    }

    fn caught_up(&mut self, number: u64) -> Vec<ClientMessage> {
        assert_eq!(number, self.number(), "the catch-up is whole (R13)");
        if self.phase == Phase::Live {
            return self.send_what_may_go();
        }
        assert_eq!(self.phase, Phase::CatchingUp, "R13");
        self.phase = Phase::Live;
        let welcome = self.welcome.as_ref().expect("it came before");
        let seq = welcome.seq;
        self.submit_refused_anew(seq);
        self.store(self.stored);
        let mut messages = self.send_again();
        messages.extend(self.send_what_may_go());
        messages
    }

    /// What the hub has dealt with and is not in the order was refused, and the answer got lost.
    /// It is submitted anew: under another `seq` it cannot come twice, and this time the answer
    /// will say why (R18).
    fn submit_refused_anew(&mut self, seq: u32) {
        for own in self.own.iter_mut().filter(|own| own.place.is_none()) {
            own.seq = own.seq.filter(|had| *had > seq);
        }
        for (_, notes) in self.pages.all_notes() {
            if notes.sent_seq().is_some_and(|had| had <= seq) {
                notes.submit_anew();
            }
        }
    }

    /// What was on its way, in the order of its first sending (R18).
    fn send_again(&mut self) -> Vec<ClientMessage> {
        let number = self.number();
        let on_their_way = self.own.iter().filter(|own| own.place.is_none());
        let mut again: Vec<_> = on_their_way
            .filter_map(|own| Some((own.seq?, own.operation.clone())))
            .collect();
        for (page, notes) in self.pages.all_notes() {
            if let Some((seq, changes)) = notes.resend(number) {
                again.push((seq, edit_of(page, number, changes)));
            }
        }
        again.sort_by_key(|(seq, _)| *seq);
        let submit = |(seq, operation)| ClientMessage::Submit { seq, operation };
        again.into_iter().map(submit).collect()
    }

    /// What waited for a connection, or for the edit before it.
    pub(crate) fn send_what_may_go(&mut self) -> Vec<ClientMessage> {
        let mut messages = Vec::new();
        if self.phase != Phase::Live {
            return messages;
        }
        for own in self.own.iter_mut().filter(|own| own.seq.is_none()) {
            self.last_seq += 1;
            own.seq = Some(self.last_seq);
            messages.push(ClientMessage::Submit {
                seq: self.last_seq,
                operation: own.operation.clone(),
            });
        }
        let base = self.number();
        let last_seq = &mut self.last_seq;
        for (page, notes) in self.pages.known_notes() {
            if notes.may_send(base) {
                *last_seq += 1;
                let changes = notes.send(*last_seq, base);
                messages.push(ClientMessage::Submit {
                    seq: *last_seq,
                    operation: edit_of(page, base, changes),
                });
            }
        }
        messages
    }

    // --- doing ----------------------------------------------------------------------------

    /// The person does something; it is seen at once.
    pub(crate) fn perform(&mut self, operation: Operation) -> Vec<ClientMessage> {
        self.pages.perform(&operation);
        if operation.notes_edit().is_none() {
            self.own.push(Own {
                operation,
                seq: None,
                place: None,
            });
        }
        self.send_what_may_go()
    }

    // --- hearing --------------------------------------------------------------------------

    pub(crate) fn hear(&mut self, message: &ServerMessage) -> Vec<ClientMessage> {
        match message {
            ServerMessage::Welcomed(welcome) => self.welcomed((**welcome).clone()),
            ServerMessage::Snapshot(part) => self.snapshot((**part).clone()),
            ServerMessage::CaughtUp { number } => return self.caught_up(*number),
            ServerMessage::Applied(applied) => {
                self.applied(applied);
                return self.send_what_may_go();
            }
            ServerMessage::Confirmed {
                number,
                seq,
                time_ms,
                by,
            } => {
                self.confirmed(*number, *seq, *time_ms, by.clone());
                return self.send_what_may_go();
            }
            ServerMessage::Refused { seq, code, .. } => {
                if let Some(seq) = seq {
                    self.refuse(*seq, *code);
                }
                return self.send_what_may_go();
            }
            // It counts in the epoch of the welcome: what waits has places there after catching up.
            ServerMessage::Stored { number } if self.phase == Phase::CatchingUp => {
                self.stored = self.stored.max(*number);
            }
            ServerMessage::Stored { number } => self.store(*number),
            other => self.hear_of_people(other),
        }
        Vec::new()
    }

    fn step_to(&mut self, number: u64) {
        let (_, had) = self
            .place
            .as_mut()
            .expect("the order begins with a snapshot");
        assert_eq!(number, *had + 1, "numbers have no gaps (R16)");
        *had = number;
    }

    fn applied(&mut self, applied: &Applied) {
        self.step_to(applied.number);
        let mine = (Some(&applied.replica) == self.replica.as_ref()).then_some(applied.seq);
        if let Some(seq) = mine {
            self.settle(seq, applied.number);
        }
        self.apply(applied, mine);
        self.store(self.stored);
    }

    fn confirmed(&mut self, number: u64, seq: u32, time_ms: u64, said_by: Option<MessageAuthor>) {
        assert_eq!(self.phase, Phase::Live, "R19");
        self.step_to(number);
        if let Some((_, notes)) = self.pages.sent_as(seq) {
            notes.confirm(number);
        } else {
            let operation = self
                .settle(seq, number)
                .expect("only what waits is confirmed");
            let applied = self.as_applied(number, (seq, said_by), time_ms, operation);
            self.apply(&applied, Some(seq));
        }
        self.store(self.stored);
    }

    /// An own operation has its place.
    fn settle(&mut self, seq: u32, number: u64) -> Option<Operation> {
        let own = self.own.iter_mut().find(|own| own.seq == Some(seq))?;
        own.place = Some(Place {
            number,
            exact: true,
        });
        Some(own.operation.clone())
    }

    /// What the hub told the others about an own operation.
    fn as_applied(
        &self,
        number: u64,
        (seq, said_by): (u32, Option<MessageAuthor>),
        time_ms: u64,
        operation: Operation,
    ) -> Applied {
        let author = self.me().expect("joined");
        let mut operation = operation;
        match &mut operation {
            Operation::AddShapes { shapes } => {
                for shape in shapes {
                    shape.author = author;
                }
            }
            Operation::PostMessage(post) => post.by = said_by,
            _ => {}
        }
        Applied {
            number,
            author,
            time_ms,
            replica: self.replica.clone().expect("joined"),
            seq,
            operation,
        }
    }

    /// `mine` is its `seq` if it is this replica's.
    fn apply(&mut self, applied: &Applied, mine: Option<u32>) {
        self.pages.applied(applied.number, &applied.operation, mine);
        apply_to_board(&mut self.board, &applied.operation, applied.time_ms);
        match &applied.operation {
            Operation::AddShapes { shapes } => {
                for shape in shapes {
                    self.wet.retain(|(_, stroke)| *stroke != shape.id);
                }
            }
            Operation::SetTitle { title } => self.title.clone_from(title),
            Operation::SetRules { rules } => self.rules.apply(rules),
            Operation::LowerEveryone { role } => {
                self.rules.everyone = self.rules.everyone.min(*role);
            }
            Operation::PostMessage(_) => {
                let message = ChatMessage::posted_by(applied);
                self.chat
                    .push(message.expect("the hub writes the author (R36)"));
            }
            _ => {}
        }
        for message in &mut self.chat {
            message.change(applied);
        }
    }

    fn refuse(&mut self, seq: u32, code: ErrorCode) {
        if let Some((page, notes)) = self.pages.sent_as(seq) {
            if code == ErrorCode::StaleRevision {
                notes.take_back_sent();
            } else {
                let may_be = [
                    ErrorCode::StorageFailed,
                    ErrorCode::RoleTooLow,
                    ErrorCode::NotesLocked,
                ];
                assert!(may_be.contains(&code), "an edit always fits (R34)");
                let page = page.clone();
                let dropped = notes.drop_sent();
                self.refuse_edits(&page, dropped, code);
            }
            return;
        }
        let found = self.own.iter().position(|own| own.seq == Some(seq));
        let own = self
            .own
            .remove(found.expect("only what was submitted is refused (R20)"));
        assert!(
            own.place.is_none(),
            "what has a number is not refused (R20)"
        );
        if let Operation::AddPage { page, .. } = &own.operation {
            let given_up = self.pages.give_up(page);
            self.refuse_edits(page, given_up, code);
        }
        self.refused.push((own.operation, code));
    }

    fn refuse_edits(
        &mut self,
        page: &PageId,
        edits: impl IntoIterator<Item = TextChanges>,
        code: ErrorCode,
    ) {
        let edits = edits.into_iter();
        let refused = edits.map(|changes| (edit_of(page, 0, changes), code));
        self.refused.extend(refused);
    }

    /// Everything up to `number` is on the hub's disk. It may be said before the number is here.
    fn store(&mut self, number: u64) {
        self.stored = self.stored.max(number);
        let replica = self.replica.clone().expect("joined");
        let (epoch, _) = self
            .place
            .clone()
            .expect("the order begins with a snapshot");
        let is_stored = |own: &Own| own.place.is_some_and(|place| place.number <= number);
        for own in self.own.extract_if(.., |own| is_stored(own)) {
            if let (
                Some(seq),
                Some(Place {
                    number,
                    exact: true,
                }),
            ) = (own.seq, own.place)
            {
                self.kept.push(Kept {
                    epoch: epoch.clone(),
                    replica: replica.clone(),
                    seq,
                    number,
                });
            }
        }
        let reached = number.min(self.number());
        let stored = self.pages.all_notes();
        let stored: Vec<_> = stored.flat_map(|(_, notes)| notes.store(reached)).collect();
        for (seq, number) in stored {
            self.kept.push(Kept {
                epoch: epoch.clone(),
                replica: replica.clone(),
                seq,
                number,
            });
        }
    }

    /// Live frames may arrive before or after what they are about.
    fn may_be_wet(&self, ink: &Ink) -> bool {
        self.people.contains_key(&ink.author) && !self.board.contains_key(&ink.stroke)
    }

    fn hear_of_people(&mut self, message: &ServerMessage) {
        match message {
            ServerMessage::Joined { participant }
            | ServerMessage::ParticipantChanged { participant } => {
                self.people.insert(participant.id, participant.clone());
            }
            ServerMessage::PeopleChanged { people } => {
                self.people = people.iter().map(|it| (it.id, it.clone())).collect();
            }
            ServerMessage::Left { participant } => {
                self.people.remove(participant);
                self.presences.remove(participant);
                self.wet.retain(|(author, _)| author != participant);
            }
            ServerMessage::PresenceShown {
                participant,
                presence,
            } if self.people.contains_key(participant) => {
                self.presences.insert(*participant, presence.clone());
            }
            ServerMessage::InkExtended(ink) if self.may_be_wet(ink) => {
                self.wet.insert((ink.author, ink.stroke.clone()));
            }
            ServerMessage::InkCancelled { author, stroke } => {
                self.wet.remove(&(*author, stroke.clone()));
            }
            _ => {}
        }
    }
}

/// The message that an operation changes.
fn changed_by(operation: &Operation) -> Option<u64> {
    match operation {
        Operation::EditMessage { message, .. }
        | Operation::DeleteMessage { message }
        | Operation::React { message, .. } => Some(*message),
        _ => None,
    }
}

fn adds(own: &Own, wanted: &PageId) -> bool {
    matches!(&own.operation, Operation::AddPage { page, .. } if page == wanted)
}

/// R80: whoever adds shapes writes when.
fn apply_to_board(board: &mut Board, operation: &Operation, time_ms: u64) {
    match operation {
        Operation::AddShapes { shapes } => {
            for shape in shapes {
                let free = board.entry(shape.id.clone());
                let mut shape = shape.clone();
                if shape.added_ms == 0 {
                    shape.added_ms = time_ms;
                }
                free.or_insert_with(|| Arc::new(shape));
            }
        }
        Operation::UpdateShapes { changes } => {
            for change in changes {
                if let Some(shape) = board.get_mut(&change.id) {
                    Arc::make_mut(shape).apply(change);
                }
            }
        }
        Operation::RemoveShapes { ids, left } => {
            let pieces: Vec<_> = left
                .iter()
                .filter_map(|piece| piece.cut_from(board.get(&piece.of)?))
                .collect();
            for id in ids {
                board.remove(id);
            }
            for piece in pieces {
                let free = board.entry(piece.id.clone());
                free.or_insert_with(|| Arc::new(piece));
            }
        }
        _ => {}
    }
}
