//! A model of the disk: what is on it, what waits for it, copies that somebody keeps, and what
//! goes wrong with it.

use std::collections::{BTreeMap, VecDeque};

use lanvas_hub::{
    session::Ban,
    storage::{Record, SessionMeta, SessionState, StoredParticipant, StoredSession, is_lasting},
};
use lanvas_protocol::{
    Epoch, Operation, ParticipantId, SessionId, audit::AuditEntry, chat::redacted,
    message::StorageTrouble, operation::Applied,
};

use crate::dice::Dice;

/// Operations after which the file gets a snapshot.
const SNAPSHOT_EVERY: u64 = 7;
/// Copies that are kept; an older one makes room.
const COPIES_MAX: usize = 3;

/// A session's file.
#[derive(Debug, Default, Clone)]
pub(crate) struct File {
    /// Each with the number it starts after.
    pub(crate) epochs: Vec<(Epoch, u64)>,
    participants: BTreeMap<ParticipantId, StoredParticipant>,
    bans: Vec<Ban>,
    pub(crate) audit: Vec<AuditEntry>,
    pub(crate) log: Vec<Applied>,
    pub(crate) snapshot: SessionState,
}

impl File {
    pub(crate) fn head(&self) -> u64 {
        self.log.len() as u64
    }

    /// The last number of `epoch` that is in this file's order; 0 where it is not known.
    pub(crate) fn end_of(&self, epoch: &Epoch) -> u64 {
        let Some(index) = self.epochs.iter().position(|(known, _)| known == epoch) else {
            return 0;
        };
        let next = self.epochs.get(index + 1);
        next.map_or(self.head(), |(_, start)| *start)
    }

    fn take(&mut self, record: Record) {
        match record {
            Record::Operation(applied) => self.take_operation(&applied),
            Record::Participant(person) => {
                self.participants.insert(person.id, person);
            }
            Record::Forgotten(id) => {
                self.participants.remove(&id);
            }
            Record::Epoch { epoch, start } => self.epochs.push((epoch, start)),
            Record::Bans(bans) => self.bans = bans,
            Record::Audit(entry) => self.audit.push((*entry).clone()),
            Record::Port(_) => {}
        }
    }

    /// As the real file does it: of a deleted message no word is left.
    fn take_operation(&mut self, applied: &Applied) {
        self.log.push(applied.clone());
        if let Operation::DeleteMessage { message } = applied.operation {
            for earlier in &mut self.log {
                if let Some(left) = redacted(&earlier.operation, earlier.number, message) {
                    earlier.operation = left;
                }
            }
        }
    }

    pub(crate) fn is_snapshot_due(&self) -> bool {
        self.head() >= self.snapshot.number + SNAPSHOT_EVERY
    }

    /// As storage hands it over.
    pub(crate) fn read(&self) -> StoredSession {
        let state = self.snapshot.clone();
        let all = self.log.iter().cloned();
        let (before, log) = all.partition::<Vec<_>, _>(|it| it.number <= state.number);
        let lasting = before.into_iter().filter(|it| is_lasting(&it.operation));
        StoredSession {
            lasting: lasting.collect(),
            log,
            state,
            ..self.read_whole()
        }
    }

    /// The same without its snapshot.
    pub(crate) fn read_whole(&self) -> StoredSession {
        let title = self.log.iter().rev().find_map(|it| match &it.operation {
            Operation::SetTitle { title } => Some(title.clone()),
            _ => None,
        });
        StoredSession {
            meta: SessionMeta {
                id: SessionId::new("simulated").unwrap(),
                title: title.unwrap_or_else(|| "Our board".to_owned()),
                created_ms: 0,
            },
            epochs: self.epochs.clone(),
            participants: self.participants.values().cloned().collect(),
            bans: self.bans.clone(),
            audit: self.audit.clone(),
            state: SessionState::default(),
            lasting: Vec::new(),
            log: self.log.clone(),
            port: None,
        }
    }
}

/// What is wrong, and for how many rounds more.
#[derive(Debug, Clone, Copy)]
struct Trouble {
    kind: StorageTrouble,
    rounds: usize,
}

#[derive(Debug)]
pub(crate) struct Disk {
    pub(crate) file: File,
    /// Not yet written.
    queue: VecDeque<Record>,
    /// Records that may wait before there is no room for operations.
    room: usize,
    copies: Vec<File>,
    trouble: Option<Trouble>,
}

impl Disk {
    pub(crate) fn new(room: usize) -> Self {
        Self {
            file: File::default(),
            queue: VecDeque::new(),
            room,
            copies: Vec::new(),
            trouble: None,
        }
    }

    pub(crate) fn append(&mut self, record: Record) {
        self.queue.push_back(record);
    }

    pub(crate) fn is_saved(&self) -> bool {
        self.queue.is_empty()
    }

    pub(crate) fn has_room(&self) -> bool {
        self.queue.len() < self.room
    }

    /// Commits so many records, or as many as the trouble lets it.
    pub(crate) fn write(&mut self, records: usize) {
        let let_through = match self.trouble() {
            None => usize::MAX,
            Some(StorageTrouble::Slow) => 1,
            Some(_) => 0,
        };
        let records = records.min(let_through).min(self.queue.len());
        for record in self.queue.drain(..records) {
            self.file.take(record);
        }
    }

    /// The hub is killed. Of what waits, some may still have got to the disk.
    pub(crate) fn lose_tail(&mut self, dice: &mut Dice) {
        let saved = dice.between(0, self.queue.len());
        self.write(saved);
        self.queue.clear();
    }

    // --- copies -----------------------------------------------------------------------------

    /// Somebody copies the file while the hub runs.
    pub(crate) fn copy(&mut self) {
        if self.copies.len() == COPIES_MAX {
            self.copies.remove(0);
        }
        self.copies.push(self.file.clone());
    }

    /// Somebody puts a copy in the file's place while the hub is down. Whether there was one.
    ///
    /// Newer copies are forgotten. From an old copy back to a newer one, a returner whom the old
    /// one did not know has another replica by then, and what it had under way may come twice.
    pub(crate) fn put_copy_back(&mut self, dice: &mut Dice) -> bool {
        if self.copies.is_empty() {
            return false;
        }
        self.copies.truncate(dice.between(1, self.copies.len()));
        self.file = self.copies.last().expect("at least one").clone();
        true
    }

    // --- trouble ----------------------------------------------------------------------------

    pub(crate) fn trouble(&self) -> Option<StorageTrouble> {
        self.trouble.map(|trouble| trouble.kind)
    }

    /// For so many rounds the disk does not do its work.
    pub(crate) fn begin_trouble(&mut self, kind: StorageTrouble, rounds: usize) {
        self.trouble = Some(Trouble { kind, rounds });
    }

    /// A round has passed.
    pub(crate) fn age(&mut self) {
        self.trouble = self.trouble.and_then(|trouble| {
            let rounds = trouble.rounds.checked_sub(1)?;
            Some(Trouble { rounds, ..trouble })
        });
    }

    pub(crate) fn end_trouble(&mut self) {
        self.trouble = None;
    }
}
