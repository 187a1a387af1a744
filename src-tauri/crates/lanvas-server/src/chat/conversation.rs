//! What a chat is in a terminal: messages in, lines out. Pure.

use std::{collections::BTreeMap, time::Duration};

use lanvas_protocol::{
    ClientMessage, ErrorCode, Operation, ParticipantId, ServerMessage,
    chat::{ChatMessage, Post},
    message::Participant,
    operation::Applied,
};

/// What `/help` says.
const HELP: &str =
    "/who says who is here, /name NAME gives you another name, /help this; anything else is said.";

/// What comes of something the hub said.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// For standard output.
    Lines(Vec<String>),
    /// Something was not taken, and it goes on.
    Trouble(String),
    /// What was said last is to be said again after so long: [`Conversation::again`].
    Later(String, Duration),
    /// It cannot go on.
    Refused(String),
}

/// How far the last typed line is.
#[derive(Debug, Default)]
enum Line {
    /// The hub has it, or will not have it.
    #[default]
    Settled,
    /// On its way.
    UnderWay { seq: u32, text: String },
    /// To be said again.
    Waits(String),
}

/// One person's part in the chat.
#[derive(Debug, Default)]
pub(super) struct Conversation {
    me: Option<ParticipantId>,
    seq: u32,
    people: BTreeMap<ParticipantId, String>,
    said: BTreeMap<u64, ChatMessage>,
    /// One at a time, so that they are said in the order they were typed.
    line: Line,
    /// Lines that the hub will not have.
    unsaid: usize,
    live: bool,
    input_ended: bool,
}

impl Conversation {
    /// Whether it takes a typed line now.
    pub(super) fn listens(&self) -> bool {
        self.live && !self.input_ended && self.is_settled()
    }

    /// There will be no more lines.
    pub(super) fn input_ended(&mut self) {
        self.input_ended = true;
    }

    /// Whether everything typed is with the hub and nothing more can come.
    pub(super) fn is_over(&self) -> bool {
        self.input_ended && self.is_settled()
    }

    /// How many lines were not said.
    pub(super) fn unsaid(&self) -> usize {
        self.unsaid
    }

    fn is_settled(&self) -> bool {
        matches!(self.line, Line::Settled)
    }

    /// What waited, once its time has come.
    pub(super) fn again(&mut self) -> Option<ClientMessage> {
        match std::mem::take(&mut self.line) {
            Line::Waits(text) => Some(self.post(text)),
            other => {
                self.line = other;
                None
            }
        }
    }

    fn post(&mut self, text: String) -> ClientMessage {
        self.seq += 1;
        let seq = self.seq;
        let operation = Operation::PostMessage(Post::from(text.as_str()));
        self.line = Line::UnderWay { seq, text };
        ClientMessage::Submit { seq, operation }
    }

    /// The hub has dealt with a line. Gives its words, if it is the last one's.
    fn settled(&mut self, settled: u32) -> Option<String> {
        match std::mem::take(&mut self.line) {
            Line::UnderWay { seq, text } if seq == settled => Some(text),
            other => {
                self.line = other;
                None
            }
        }
    }

    /// What a typed line shows, and what it sends.
    pub(super) fn typed(&mut self, line: &str) -> (Vec<String>, Option<ClientMessage>) {
        let line = line.trim();
        if let Some(name) = line.strip_prefix("/name ") {
            let name = name.to_owned();
            return (Vec::new(), Some(ClientMessage::Rename { name }));
        }
        match line {
            "" => (Vec::new(), None),
            "/who" => (vec![self.who()], None),
            "/help" => (vec![HELP.to_owned()], None),
            text => (Vec::new(), Some(self.post(text.to_owned()))),
        }
    }

    pub(super) fn hear(&mut self, message: &ServerMessage) -> Heard {
        match message {
            ServerMessage::Welcomed(welcome) => {
                self.me = Some(welcome.you.id);
                self.seq = welcome.seq;
                self.people = welcome.people.iter().map(named).collect();
                Heard::Lines(vec![format!("# {}", plain(&welcome.title)), self.who()])
            }
            ServerMessage::Snapshot(snapshot) => {
                let messages = snapshot.rest.iter().flat_map(|rest| &rest.messages);
                Heard::Lines(
                    messages
                        .filter_map(|message| self.take(message.clone()))
                        .collect(),
                )
            }
            ServerMessage::Applied(applied) => {
                if Some(applied.author) == self.me {
                    self.settled(applied.seq);
                }
                Heard::Lines(self.follow(applied))
            }
            ServerMessage::Confirmed { seq, .. } => {
                self.settled(*seq);
                Heard::Lines(Vec::new())
            }
            ServerMessage::KeptWaiting { attended, .. } => {
                let whom = if *attended {
                    "somebody"
                } else {
                    "the host, who is not there just now,"
                };
                Heard::Lines(vec![format!("* Waiting for {whom} to let you in")])
            }
            ServerMessage::CaughtUp { .. } => {
                self.live = true;
                Heard::Lines(Vec::new())
            }
            ServerMessage::Refused {
                seq, code, wait_ms, ..
            } => self.refused(*seq, *code, *wait_ms),
            other => Heard::Lines(self.people_changed(other)),
        }
    }

    fn people_changed(&mut self, message: &ServerMessage) -> Vec<String> {
        match message {
            ServerMessage::Joined { participant } => {
                let (id, name) = named(participant);
                let line = format!("* {name} came");
                self.people.insert(id, name);
                vec![line]
            }
            ServerMessage::ParticipantChanged { participant } => {
                let (id, name) = named(participant);
                let before = self.people.insert(id, name.clone());
                let renamed = before.filter(|before| *before != name);
                renamed
                    .map(|before| format!("* {before} is {name} now"))
                    .into_iter()
                    .collect()
            }
            ServerMessage::Left { participant } => {
                let gone = self.people.remove(participant);
                gone.map(|name| format!("* {name} left"))
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    fn who(&self) -> String {
        let names: Vec<_> = self.people.values().map(String::as_str).collect();
        format!("* here: {}", names.join(", "))
    }

    fn take(&mut self, message: ChatMessage) -> Option<String> {
        let line = shown(&message);
        self.said.insert(message.number, message);
        line
    }

    fn follow(&mut self, applied: &Applied) -> Vec<String> {
        if let Some(message) = ChatMessage::posted_by(applied) {
            return self.take(message).into_iter().collect();
        }
        let mut lines = Vec::new();
        for message in self.said.values_mut() {
            if !message.change(applied) {
                continue;
            }
            let name = plain(&message.by.name);
            match &applied.operation {
                Operation::EditMessage { text, .. } => {
                    lines.push(format!("* {name} said instead: {}", plain(text)));
                }
                Operation::DeleteMessage { message: gone } if *gone == message.number => {
                    lines.push(format!("* a message by {name} was deleted"));
                }
                Operation::React {
                    emoji, on: true, ..
                } => {
                    let from = self.people.get(&applied.author);
                    let from = from.map_or("somebody", String::as_str);
                    lines.push(format!("* {from} {} {name}’s message", plain(emoji)));
                }
                _ => {}
            }
        }
        lines
    }

    fn refused(&mut self, seq: Option<u32>, code: ErrorCode, wait_ms: Option<u64>) -> Heard {
        let Some(seq) = seq else {
            return match code {
                ErrorCode::PasswordRequired | ErrorCode::PasswordWrong => Heard::Refused(
                    "The session has another password: put it on the first line of a file and give --password-file.".to_owned(),
                ),
                _ if self.live => Heard::Trouble(format!("Not taken: {code}.")),
                _ => Heard::Refused(format!("The session does not let you in: {code}.")),
            };
        };
        let Some(text) = self.settled(seq) else {
            return Heard::Lines(Vec::new());
        };
        let Some(wait_ms) = wait_ms else {
            self.unsaid += 1;
            return Heard::Trouble(format!("Not said: {code}."));
        };
        self.line = Line::Waits(text);
        let why = match code {
            ErrorCode::SlowMode => "the host slowed the chat down".to_owned(),
            ErrorCode::RateLimited => "so much at once is not taken".to_owned(),
            other => other.to_string(),
        };
        let seconds = wait_ms.div_ceil(1_000);
        Heard::Later(
            format!("Not said yet: {why}. It is said by itself in {seconds} s."),
            Duration::from_millis(wait_ms),
        )
    }
}

fn named(person: &Participant) -> (ParticipantId, String) {
    (person.id, plain(&person.name))
}

/// As one line; none for what is not there any more.
fn shown(message: &ChatMessage) -> Option<String> {
    if message.deleted.is_some() {
        return None;
    }
    let quote = message.quote.as_ref();
    let answers = quote.map(|quote| format!("(to {}) ", plain(&quote.name)));
    let outside = if message.by.outside {
        " (from outside)"
    } else {
        ""
    };
    let pictures = match message.pictures.len() {
        0 => String::new(),
        1 => " [a picture]".to_owned(),
        many => format!(" [{many} pictures]"),
    };
    let name = plain(&message.by.name);
    let answers = answers.unwrap_or_default();
    Some(format!(
        "{name}{outside}: {answers}{}{pictures}",
        plain(&message.text)
    ))
}

/// Nothing that a terminal obeys, and one line. The hub takes such things out too; a program that
/// prints to a terminal does not trust that.
fn plain(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let seen = line.chars().filter(|character| !character.is_control());
        seen.collect::<String>()
    });
    lines.collect::<Vec<_>>().join(" ⏎ ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(conversation: &mut Conversation, json: &str) -> Heard {
        conversation.hear(&serde_json::from_str(json).expect("a message"))
    }

    fn lines(lines: &[&str]) -> Heard {
        Heard::Lines(lines.iter().map(|line| (*line).to_owned()).collect())
    }

    fn joined() -> Conversation {
        let mut it = Conversation::default();
        let welcome = r##"{"type":"welcomed","session":"s","title":"Our board",
            "you":{"id":2,"name":"Ann","color":"#000000","role":"editor"},"resume":"r","replica":"x",
            "seq":0,"epoch":"e","number":0,"stored":0,"time_ms":0,"resumed":false,
            "people":[{"id":2,"name":"Ann","color":"#000000","role":"editor"}]}"##;
        assert_eq!(
            hear(&mut it, welcome),
            lines(&["# Our board", "* here: Ann"])
        );
        hear(&mut it, r#"{"type":"caught_up","number":0}"#);
        it
    }

    #[test]
    fn what_is_typed_is_said_and_it_ends_when_the_hub_has_it() {
        let mut it = joined();
        let (_, sent) = it.typed(" hello ");
        assert!(matches!(sent, Some(ClientMessage::Submit { seq: 1, .. })));
        it.input_ended();
        assert!(!it.is_over(), "it is under way");
        hear(
            &mut it,
            r#"{"type":"confirmed","number":1,"seq":1,"time_ms":0}"#,
        );
        assert!(it.is_over());
    }

    #[test]
    fn what_others_say_and_change_is_a_line_each() {
        let mut it = joined();
        let post = r##"{"type":"applied","number":1,"author":3,"time_ms":0,"replica":"r","seq":1,
            "operation":{"type":"post_message","text":"two\nlines\u001b[31m","by":{"name":"Bo","color":"#000000"}}}"##;
        assert_eq!(hear(&mut it, post), lines(&["Bo: two ⏎ lines[31m"]));
        let change = |number: u32, operation: &str| {
            format!(
                r#"{{"type":"applied","number":{number},"author":3,"time_ms":0,"replica":"r","seq":{number},"operation":{operation}}}"#
            )
        };
        let edit = change(2, r#"{"type":"edit_message","message":1,"text":"one"}"#);
        assert_eq!(hear(&mut it, &edit), lines(&["* Bo said instead: one"]));
        let delete = change(3, r#"{"type":"delete_message","message":1}"#);
        assert_eq!(
            hear(&mut it, &delete),
            lines(&["* a message by Bo was deleted"])
        );
    }

    fn said(sent: Option<ClientMessage>) -> (u32, String) {
        match sent {
            Some(ClientMessage::Submit {
                seq,
                operation: Operation::PostMessage(post),
            }) => (seq, post.text),
            other => panic!("nothing is said by {other:?}"),
        }
    }

    #[test]
    fn what_comes_too_fast_is_said_again_before_anything_else_and_before_the_end() {
        let mut it = joined();
        assert_eq!(said(it.typed("too fast").1), (1, "too fast".to_owned()));
        assert!(!it.listens(), "one after the other");
        let slow = r#"{"type":"refused","seq":1,"code":"slow_mode","detail":"","wait_ms":1500}"#;
        let sentence = "Not said yet: the host slowed the chat down. It is said by itself in 2 s.";
        assert_eq!(
            hear(&mut it, slow),
            Heard::Later(sentence.to_owned(), Duration::from_millis(1_500))
        );
        it.input_ended();
        assert!(!it.listens() && !it.is_over(), "it is still to be said");
        assert_eq!(said(it.again()), (2, "too fast".to_owned()));
        assert_eq!(it.again(), None, "once");
        hear(
            &mut it,
            r#"{"type":"confirmed","number":1,"seq":2,"time_ms":0}"#,
        );
        assert_eq!((it.is_over(), it.unsaid()), (true, 0));
    }

    #[test]
    fn what_is_refused_for_good_says_why_and_is_counted() {
        let mut it = joined();
        it.typed("too long");
        let long = r#"{"type":"refused","seq":1,"code":"message_too_long","detail":""}"#;
        let Heard::Trouble(sentence) = hear(&mut it, long) else {
            panic!("it goes on");
        };
        assert!(sentence.starts_with("Not said: "), "{sentence}");
        assert!(it.listens());
        hear(&mut it, long);
        it.input_ended();
        assert_eq!((it.is_over(), it.unsaid()), (true, 1));
        let password = r#"{"type":"refused","code":"password_required","detail":""}"#;
        assert!(matches!(hear(&mut it, password), Heard::Refused(_)));
    }
}
