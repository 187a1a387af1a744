//! Somebody who only listens, in the JSON of the protocol's document and without any of
//! our page's code: what the hub tells everybody is what this has.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use crate::PATIENCE;

/// How long it listens before it looks at the clock.
const PAUSE: Duration = Duration::from_millis(50);
/// What every shape has beside its body.
const OF_ALL: &[&str] = &["x", "y", "z", "color", "opacity", "fill", "dash"];

/// A socket, and what was heard on it.
pub(crate) struct Witness {
    socket: WebSocket<TcpStream>,
    is_there: bool,
    /// The first added first.
    shapes: Vec<Value>,
    /// What the wet ink that came was drawn with.
    inks: Vec<String>,
}

impl Witness {
    /// Comes in by the link that is shared.
    pub(crate) fn arrive(link: &str) -> Self {
        let place = link.strip_prefix("http://").expect("a link");
        let (host, path) = place.split_once("/s/").expect("to a session");
        let stream = TcpStream::connect(host).expect("the hub listens");
        stream.set_read_timeout(Some(PAUSE)).expect("a time");
        let address = format!("ws://{host}/ws/{path}");
        let (mut socket, _) = tungstenite::client(address, stream).expect("a socket");
        let hello = json!({ "type": "hello", "name": "Witness" }).to_string();
        socket.send(Message::text(hello)).expect("sent");
        let mut witness = Self {
            socket,
            is_there: false,
            shapes: Vec::new(),
            inks: Vec::new(),
        };
        witness.until("the board", |_| true);
        witness
    }

    /// Listens until the board is as `fits` wants it; all shapes then.
    pub(crate) fn sees(&mut self, what: &str, fits: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        self.until(what, |it| fits(&it.shapes));
        self.shapes.clone()
    }

    /// Listens until wet ink of that nib came.
    pub(crate) fn sees_ink(&mut self, nib: &str) {
        self.until(nib, |it| it.inks.iter().any(|ink| ink == nib));
    }

    fn until(&mut self, what: &str, fits: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !(self.is_there && fits(self)) {
            let there = &self.shapes;
            assert!(
                Instant::now() < deadline,
                "nobody was told of {what}: {there:#?}"
            );
            self.listen();
        }
    }

    fn listen(&mut self) {
        match self.socket.read() {
            Ok(Message::Text(text)) => {
                self.hear(&serde_json::from_str(&text).expect("JSON"));
            }
            Ok(_) => {}
            Err(tungstenite::Error::Io(pause)) if is_pause(&pause) => {}
            Err(error) => panic!("the witness hears no more: {error}"),
        }
    }

    fn hear(&mut self, message: &Value) {
        match message["type"].as_str().expect("a type") {
            "snapshot" => self.shapes.extend(list(&message["shapes"])),
            "caught_up" => self.is_there = true,
            "applied" => self.happen(&message["operation"]),
            "ink_extended" => {
                let nib = [&message["nib"], &message["ink"]["nib"]];
                let nib = nib.into_iter().find_map(Value::as_str).unwrap_or("pen");
                self.inks.push(nib.to_owned());
            }
            _ => {}
        }
    }

    fn happen(&mut self, operation: &Value) {
        match operation["type"].as_str().expect("a type") {
            "add_shapes" => self.shapes.extend(list(&operation["shapes"])),
            "update_shapes" => list(&operation["changes"])
                .iter()
                .for_each(|change| self.update(change)),
            "remove_shapes" => self.remove(operation),
            _ => {}
        }
    }

    fn update(&mut self, change: &Value) {
        let shape = self
            .shapes
            .iter_mut()
            .find(|shape| shape["id"] == change["id"]);
        let Some(shape) = shape else { return };
        for (name, value) in change.as_object().expect("a change") {
            if OF_ALL.contains(&name.as_str()) {
                shape[name] = value.clone();
            } else if name != "id" {
                shape["body"][name] = value.clone();
            }
        }
    }

    /// Of a stroke that is cut pieces are left, each as the whole was.
    fn remove(&mut self, operation: &Value) {
        let pieces = list(&operation["left"]).into_iter().filter_map(|left| {
            let mut piece = self.shape(&left["of"])?.clone();
            piece["id"] = left["id"].clone();
            piece["body"]["points"] = left["points"].clone();
            Some(piece)
        });
        let pieces: Vec<_> = pieces.collect();
        let gone = list(&operation["ids"]);
        self.shapes.retain(|shape| !gone.contains(&shape["id"]));
        self.shapes.extend(pieces);
    }

    fn shape(&self, id: &Value) -> Option<&Value> {
        self.shapes.iter().find(|shape| shape["id"] == *id)
    }
}

/// As a list; one that is not there is empty.
fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

/// Nothing came for a moment.
fn is_pause(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{TimedOut, WouldBlock};
    matches!(error.kind(), TimedOut | WouldBlock)
}
