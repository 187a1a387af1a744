//! A session's core with people in it, and what each of them was told.

use std::{collections::BTreeMap, net::Ipv4Addr};

use lanvas_hub::{
    session::{Access, ConnectionId, Effect, Input, Session, roster::hash_secret},
    storage::{Record, StoredSession},
};
use lanvas_protocol::{
    ClientMessage, Color, Epoch, ErrorCode, Operation, ParticipantId, Point, Points, ServerMessage,
    Shape, ShapeId,
    message::{Hello, Ink, Participant, Position, Presence},
    roles::{Role, Rules, RulesChange},
};

use crate::common::{blank, stroke};

const TOKEN: &str = "the host's";

pub(crate) fn shape(id: &str) -> Shape {
    stroke(id, 2)
}

pub(crate) fn remove(id: &str) -> Operation {
    Operation::RemoveShapes {
        ids: vec![ShapeId::new(id).unwrap()],
        left: Vec::new(),
    }
}

pub(crate) fn mute(participant: ParticipantId, muted: bool) -> Operation {
    Operation::Mute { participant, muted }
}

pub(crate) fn set_role(participant: ParticipantId, role: Role) -> Operation {
    Operation::SetRole { participant, role }
}

pub(crate) fn rules(set: impl FnOnce(&mut RulesChange)) -> Operation {
    let mut rules = RulesChange::default();
    set(&mut rules);
    Operation::SetRules { rules }
}

pub(crate) fn ink(stroke: &str, start: u32) -> ClientMessage {
    let point = Point {
        x: 1.0,
        y: 2.0,
        pressure: None,
        time_ms: None,
    };
    let points = Points::pack(&[point], 4).unwrap();
    let stroke = ShapeId::new(stroke).unwrap();
    ClientMessage::ExtendInk(Ink::pen(stroke, Color([0; 3]), 2.0, start, points))
}

pub(crate) fn at(x: f64) -> ClientMessage {
    ClientMessage::ShowPresence(Presence {
        cursor: Some(Position { x, y: 0.0 }),
        ..Presence::default()
    })
}

#[derive(Default)]
struct Person {
    connection: u64,
    place: u8,
    id: ParticipantId,
    resume: Option<String>,
    seq: u32,
    told: Vec<ServerMessage>,
    in_room: bool,
    ended: Option<(ErrorCode, Option<u64>)>,
}

pub(crate) struct Room {
    session: Session,
    disk: StoredSession,
    people: BTreeMap<String, Person>,
    connections: u64,
    lives: u64,
    now_ms: u64,
}

fn revive(disk: &StoredSession, life: u64) -> Session {
    let access = Access {
        host_token_hash: hash_secret(TOKEN),
        ..Access::default()
    };
    let epoch = Epoch::new(format!("life{life}")).unwrap();
    Session::restore(disk.clone(), epoch, access).unwrap()
}

impl Room {
    pub(crate) fn new() -> Self {
        let disk = blank("room");
        Self {
            session: revive(&disk, 0),
            disk,
            people: BTreeMap::new(),
            connections: 0,
            lives: 0,
            now_ms: 1_000_000,
        }
    }

    /// Everything was stored and is read again; nobody is in.
    pub(crate) fn restart(&mut self, with_snapshot: bool) {
        if with_snapshot {
            self.disk.state = self.session.state();
            let all = std::mem::take(&mut self.disk.log);
            let lasting = all.into_iter();
            let lasting = lasting.filter(|it| lanvas_hub::storage::is_lasting(&it.operation));
            self.disk.lasting.extend(lasting);
        }
        self.lives += 1;
        self.session = revive(&self.disk, self.lives);
        for person in self.people.values_mut() {
            person.in_room = false;
        }
    }

    // --- coming and going -----------------------------------------------------------------

    pub(crate) fn host(&mut self, name: &str) {
        self.come(name, name, None, Some(TOKEN)).unwrap();
    }

    pub(crate) fn join(&mut self, name: &str) {
        self.try_join(name).unwrap();
    }

    pub(crate) fn try_join(&mut self, name: &str) -> Result<(), ErrorCode> {
        self.come(name, name, None, None)
    }

    pub(crate) fn try_join_from(&mut self, name: &str, place: u8) -> Result<(), ErrorCode> {
        self.come(name, name, Some(place), None)
    }

    pub(crate) fn try_host_from(&mut self, name: &str, place: u8) -> Result<(), ErrorCode> {
        self.come(name, name, Some(place), Some(TOKEN))
    }

    pub(crate) fn join_as(&mut self, who: &str, called: &str) {
        self.come(who, called, None, None).unwrap();
    }

    fn come(
        &mut self,
        who: &str,
        called: &str,
        place: Option<u8>,
        host_token: Option<&str>,
    ) -> Result<(), ErrorCode> {
        self.connections += 1;
        let connection = self.connections;
        let next = u8::try_from(self.people.len() % 250 + 1).unwrap();
        let person = self.people.entry(who.to_owned()).or_insert_with(|| Person {
            place: next,
            ..Person::default()
        });
        person.connection = connection;
        person.place = place.unwrap_or(person.place);
        (person.seq, person.ended) = (0, None);
        let address = Ipv4Addr::new(192, 168, 1, person.place).into();
        let hello = Hello {
            name: called.to_owned(),
            resume: person.resume.clone(),
            host_token: host_token.map(str::to_owned),
            ..Hello::default()
        };
        let mut entropy = [0; 24];
        entropy[..8].copy_from_slice(&connection.to_be_bytes());
        entropy[16..].copy_from_slice(&connection.to_be_bytes());
        self.handle(Input::Join {
            connection: ConnectionId(connection),
            hello: Box::new(hello),
            address,
            entropy,
        });
        self.people[who].ended.map_or(Ok(()), |(code, _)| Err(code))
    }

    pub(crate) fn leave(&mut self, who: &str) {
        let connection = ConnectionId(self.people[who].connection);
        self.person_mut(who).in_room = false;
        self.handle(Input::Leave { connection });
    }

    pub(crate) fn pass_ms(&mut self, ms: u64) {
        self.now_ms += ms;
    }

    pub(crate) fn now_ms(&self) -> u64 {
        self.now_ms
    }

    // --- doing ----------------------------------------------------------------------------

    pub(crate) fn submit(&mut self, who: &str, operation: Operation) -> Result<(), ErrorCode> {
        let person = self.person_mut(who);
        person.seq += 1;
        let seq = person.seq;
        self.answered(who, ClientMessage::Submit { seq, operation })
    }

    pub(crate) fn rename(&mut self, who: &str, name: &str) -> Result<(), ErrorCode> {
        let name = name.to_owned();
        self.answered(who, ClientMessage::Rename { name })
    }

    fn answered(&mut self, who: &str, message: ClientMessage) -> Result<(), ErrorCode> {
        let before = self.people[who].told.len();
        self.say(who, message);
        let refused = self.people[who].told[before..].iter();
        let mut refused = refused.filter_map(|it| match it {
            ServerMessage::Refused { code, .. } => Some(*code),
            _ => None,
        });
        refused.next().map_or(Ok(()), Err)
    }

    pub(crate) fn say(&mut self, who: &str, message: ClientMessage) {
        let connection = ConnectionId(self.people[who].connection);
        self.handle(Input::Receive {
            connection,
            message,
        });
    }

    fn handle(&mut self, input: Input) {
        for effect in self.session.handle(self.now_ms, input) {
            match effect {
                Effect::Send { to, frame, .. } => self.tell(frame.message(), |it| it == to.0),
                Effect::Broadcast { but, frame, .. } => {
                    self.tell(frame.message(), |it| Some(ConnectionId(it)) != but);
                }
                Effect::Store(record) => self.store(record),
                Effect::Close { connection, code } => {
                    let mut people = self.people.values_mut();
                    let person = people.find(|it| it.connection == connection.0).unwrap();
                    person.in_room = false;
                    let wait_ms = person.told.iter().rev().find_map(|it| match it {
                        ServerMessage::Refused {
                            code: said,
                            wait_ms,
                            ..
                        } if *said == code => Some(*wait_ms),
                        _ => None,
                    });
                    person.ended = Some((code, wait_ms.expect("they are told before")));
                }
                _ => {}
            }
        }
    }

    fn tell(&mut self, message: &ServerMessage, is_meant: impl Fn(u64) -> bool) {
        for person in self.people.values_mut() {
            if !is_meant(person.connection) {
                continue;
            }
            if let ServerMessage::Welcomed(welcome) = message {
                person.id = welcome.you.id;
                person.resume = Some(welcome.resume.clone());
                person.in_room = true;
            }
            person.told.push(message.clone());
        }
    }

    fn store(&mut self, record: Record) {
        match record {
            Record::Operation(applied) => self.disk.log.push((*applied).clone()),
            Record::Participant(person) => {
                self.disk.participants.retain(|had| had.id != person.id);
                self.disk.participants.push(person);
            }
            Record::Bans(bans) => self.disk.bans = bans,
            Record::Audit(entry) => self.disk.audit.push((*entry).clone()),
            _ => {}
        }
    }

    // --- looking --------------------------------------------------------------------------

    fn person_mut(&mut self, who: &str) -> &mut Person {
        self.people.get_mut(who).unwrap()
    }

    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    pub(crate) fn id(&self, who: &str) -> ParticipantId {
        self.people[who].id
    }

    /// What somebody was told since they were asked last.
    pub(crate) fn told(&mut self, who: &str) -> Vec<ServerMessage> {
        std::mem::take(&mut self.person_mut(who).told)
    }

    /// Why somebody's connection was ended, and how long they have to wait.
    pub(crate) fn ended(&self, who: &str) -> Option<(ErrorCode, Option<u64>)> {
        self.people[who].ended
    }

    /// As the others see them.
    pub(crate) fn person(&self, who: &str) -> Participant {
        let id = self.id(who);
        self.session.person(id).unwrap()
    }

    pub(crate) fn role(&self, who: &str) -> Role {
        self.person(who).role
    }

    pub(crate) fn rules(&self) -> Rules {
        *self.session.rules()
    }

    pub(crate) fn kept_out(&self) -> Vec<String> {
        let kept_out = self.session.kept_out(self.now_ms).into_iter();
        kept_out.map(|(person, _)| person.name).collect()
    }

    pub(crate) fn left_ms(&self, who: &str) -> u64 {
        let id = self.id(who);
        let mut kept_out = self.session.kept_out(self.now_ms).into_iter();
        let (_, until_ms) = kept_out.find(|(person, _)| person.id == id).unwrap();
        until_ms - self.now_ms
    }

    pub(crate) fn shape(&self, id: &str) -> Shape {
        let id = ShapeId::new(id).unwrap();
        self.session.board().get(&id).unwrap().clone()
    }

    pub(crate) fn shapes(&self) -> Vec<String> {
        let shapes = self.session.board().shapes();
        shapes.map(|shape| shape.id.to_string()).collect()
    }

    /// All that lasts, to be compared.
    pub(crate) fn digest(&self) -> String {
        let session = &self.session;
        let shapes: Vec<_> = session.board().shapes().collect();
        format!(
            "{} {shapes:?} {} {:?} {} {:?}",
            session.head(),
            session.notes().text(),
            session.chat().latest(),
            session.title(),
            session.state().standings,
        )
    }
}
