//! As much of the WebDriver protocol as these tests use, over plain HTTP.
//!
//! One page is one WebDriver session. Failures panic and say what was asked of
//! which page; a page that is dropped during a panic leaves a screenshot.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

use crate::until;

/// The key under which WebDriver hands out references to elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// A page that is being opened may take this long to answer; the rest is quicker.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(120);
/// What a driver refuses because the page changed since it was asked where something is: nothing
/// came of it, so it may be tried again.
const PASSING: [&str; 3] = [
    "stale element reference",
    "element not interactable",
    "element click intercepted",
];
/// The end of a script that has found `e`, which may be null: itself once it is in view, has not
/// moved for two frames and nothing lies over it. A mouse presses a place, and what comes up,
/// slides or goes away would have left it. What is hidden has no frames.
const AT_REST: &str = "
    const frame = () => new Promise((done) => { requestAnimationFrame(done); setTimeout(done, 100); });
    const place = () => { const { left, top, right, bottom } = e.getClientRects()[0] ?? {}; return [left, top, right, bottom]; };
    if (e === null) return null;
    e.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
    const before = place();
    return frame().then(frame).then(() => {
        const [left, top, right, bottom] = place();
        if (left === undefined || `${before}` !== `${place()}`) return null;
        const x = (Math.max(left, 0) + Math.min(right, innerWidth)) / 2;
        const y = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
        const there = document.elementFromPoint(x, y);
        return there !== null && e.contains(there) ? e : null;
    });";

/// One page under a driver's control.
pub(crate) struct Page {
    name: String,
    port: u16,
    session: String,
    shots: PathBuf,
}

impl Page {
    /// Opens one with the driver at `port` of this machine.
    pub(crate) fn open(name: &str, port: u16, capabilities: &Value, shots: PathBuf) -> Self {
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let value = call(port, "POST", "/session", Some(&body))
            .unwrap_or_else(|error| panic!("{name} could not be opened: {error}"));
        let session = value["sessionId"].as_str().expect("a session has an id");
        Self {
            name: name.to_owned(),
            port,
            session: session.to_owned(),
            shots,
        }
    }

    pub(crate) fn go(&self, url: &str) {
        self.post("url", &json!({ "url": url }));
    }

    pub(crate) fn url(&self) -> String {
        self.get("url").as_str().expect("an address").to_owned()
    }

    /// Runs the body of a function with `arguments` and returns what it returns.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "it is made for the call, and reads better without a reference"
    )]
    pub(crate) fn run(&self, script: &str, arguments: Value) -> Value {
        self.post(
            "execute/sync",
            &json!({ "script": script, "args": arguments }),
        )
    }

    /// Asks the shell behind the app's page, as the page does; what it refuses is an error.
    pub(crate) fn invoke(&self, command: &str, arguments: &Value) -> Result<Value, Value> {
        let script = "const [command, args, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, args).then((ok) => done({ ok }), (refused) => done({ refused }));";
        let answer = self.post(
            "execute/async",
            &json!({ "script": script, "args": [command, arguments] }),
        );
        match answer.get("refused") {
            Some(refused) => Err(refused.clone()),
            None => Ok(answer["ok"].clone()),
        }
    }

    /// Waits until `script` returns something that is not null, false or undefined.
    pub(crate) fn until(&self, what: &str, script: &str) -> Value {
        until(&format!("{}: {what}", self.name), || {
            let value = self.run(script, json!([]));
            (value != Value::Null && value != Value::Bool(false)).then_some(value)
        })
    }

    /// Waits for a button (or link) whose text is, or whose label begins with, `name`, until it can
    /// be pressed, and presses it.
    pub(crate) fn press(&self, name: &str) {
        self.act(&format!("the button {name:?}"), || {
            self.request(&format!("element/{}/click", self.button(name)?), &json!({}))
        });
    }

    /// Presses a button that ends the page, which then no longer answers.
    pub(crate) fn press_last(&self, name: &str) {
        let button = until(&format!("{}: the button {name:?}", self.name), || {
            self.button(name)
        });
        let path = self.path(&format!("element/{button}/click"));
        let _ = call(self.port, "POST", &path, Some(&json!({})));
    }

    fn button(&self, name: &str) -> Option<String> {
        let script = "const shown = (e) => e.checkVisibility() && !e.disabled;
            const label = (e) => e.getAttribute('aria-label') ?? '';
            const named = (e) => e.textContent.trim() === arguments[0] || label(e).startsWith(arguments[0]);
            const e = [...document.querySelectorAll('button, a')].find((e) => shown(e) && named(e)) ?? null;";
        self.element(&format!("{script}{AT_REST}"), json!([name]))
    }

    /// Waits for an element until it can be clicked, and clicks it.
    pub(crate) fn click(&self, css: &str) {
        let script = "const found = document.querySelector(arguments[0]);
            const e = found?.checkVisibility() ? found : null;";
        self.act(css, || {
            let found = self.element(&format!("{script}{AT_REST}"), json!([css]))?;
            self.request(&format!("element/{found}/click"), &json!({}))
        });
    }

    /// Waits for a shown field, empties it and types.
    pub(crate) fn type_into(&self, css: &str, text: &str) {
        self.act(css, || {
            let found = self.shown(css)?;
            // WebKit's driver scrolls to what it types into, but not to what it empties.
            let to_it = "document.querySelector(arguments[0])?.scrollIntoView({ block: 'center', behavior: 'instant' });";
            self.run(to_it, json!([css]));
            self.request(&format!("element/{found}/clear"), &json!({}))
        });
        self.type_on(css, text);
    }

    /// Waits for something that takes typing, and types after what is there.
    pub(crate) fn type_on(&self, css: &str, text: &str) {
        self.act(css, || {
            let found = self.shown(css)?;
            self.request(&format!("element/{found}/value"), &json!({ "text": text }))
        });
    }

    /// Waits until it can be done, and has been.
    fn act(&self, what: &str, mut attempt: impl FnMut() -> Option<()>) {
        until(&format!("{}: {what}", self.name), &mut attempt);
    }

    /// Asks for something to be done with an element; none when it is not as it was found.
    fn request(&self, what: &str, body: &Value) -> Option<()> {
        match call(self.port, "POST", &self.path(what), Some(body)) {
            Err(why) if PASSING.iter().any(|it| why.starts_with(it)) => None,
            answer => {
                self.answer(what, answer);
                Some(())
            }
        }
    }

    /// Waits until the page shows `text` somewhere.
    pub(crate) fn shows(&self, text: &str) {
        until(&format!("{}: the words {text:?}", self.name), || {
            let script = "return document.body.innerText.includes(arguments[0]);";
            (self.run(script, json!([text])) == Value::Bool(true)).then_some(())
        });
    }

    /// Draws through `points` (CSS pixels) with the driver's own mouse.
    pub(crate) fn drag(&self, points: &[(f64, f64)]) {
        let step = |(x, y): &(f64, f64)| {
            #[allow(clippy::cast_possible_truncation, reason = "a place on the screen")]
            let (x, y) = (x.round() as i64, y.round() as i64);
            json!({ "type": "pointerMove", "duration": 15, "x": x, "y": y })
        };
        let mut actions = vec![
            step(&points[0]),
            json!({ "type": "pointerDown", "button": 0 }),
        ];
        actions.extend(points[1..].iter().map(step));
        actions.push(json!({ "type": "pointerUp", "button": 0 }));
        let mouse = json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": actions });
        self.post("actions", &json!({ "actions": [mouse] }));
    }

    pub(crate) fn handles(&self) -> usize {
        self.get("window/handles").as_array().map_or(0, Vec::len)
    }

    /// Saves what the page shows as a PNG named after the page and `what`.
    pub(crate) fn screenshot(&self, what: &str) {
        // What the page has just said is on the screen only after the next frame.
        let frames = "return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))));";
        self.run(frames, json!([]));
        self.leave_screenshot(what);
    }

    /// Says what the page shows, for who looks into a failure where no picture is kept.
    fn leave_words(&self) {
        let script = json!({ "script": "return document.body.innerText;", "args": [] });
        let path = self.path("execute/sync");
        match call(self.port, "POST", &path, Some(&script)) {
            Ok(words) => eprintln!("{} shows {words}", self.name),
            Err(error) => eprintln!("{} shows what cannot be read ({error})", self.name),
        }
    }

    fn leave_screenshot(&self, what: &str) {
        if let Err(error) = self.try_screenshot(what) {
            eprintln!("{}: no screenshot ({error})", self.name);
        }
    }

    fn try_screenshot(&self, what: &str) -> Result<(), String> {
        let value = call(self.port, "GET", &self.path("screenshot"), None)?;
        let text = value.as_str().ok_or("no picture")?;
        let bytes = base64::engine::general_purpose::STANDARD
            .decode(text)
            .map_err(|e| e.to_string())?;
        let file = self.shots.join(format!("{}-{what}.png", self.name));
        std::fs::write(&file, bytes).map_err(|error| error.to_string())
    }

    /// The reference of an element, if it is shown.
    fn shown(&self, css: &str) -> Option<String> {
        let script = "const e = document.querySelector(arguments[0]); return e?.checkVisibility() ? e : null;";
        self.element(script, json!([css]))
    }

    fn element(&self, script: &str, arguments: Value) -> Option<String> {
        self.run(script, arguments)[ELEMENT]
            .as_str()
            .map(str::to_owned)
    }

    fn get(&self, what: &str) -> Value {
        self.answer(what, call(self.port, "GET", &self.path(what), None))
    }

    fn post(&self, what: &str, body: &Value) -> Value {
        self.answer(what, call(self.port, "POST", &self.path(what), Some(body)))
    }

    fn answer(&self, what: &str, answer: Result<Value, String>) -> Value {
        answer.unwrap_or_else(|error| panic!("{} did not {what}: {error}", self.name))
    }

    fn path(&self, what: &str) -> String {
        format!("/session/{}/{what}", self.session)
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.leave_words();
            self.leave_screenshot("failed");
        }
        let _ = call(
            self.port,
            "DELETE",
            &format!("/session/{}", self.session),
            None,
        );
    }
}

/// One request; what its answer has under `value`.
fn call(port: u16, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let answer = exchange(port, method, path, &body).map_err(|error| error.to_string())?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("half an answer")?;
    let answer: Value =
        serde_json::from_str(body).map_err(|error| format!("{error} in {body:?}"))?;
    if head.split_whitespace().nth(1) == Some("200") {
        Ok(answer["value"].clone())
    } else {
        // WebKit's driver says what went wrong by its code alone.
        let part = |name: &str| answer["value"][name].as_str().unwrap_or(body);
        Err(format!("{}: {}", part("error"), part("message")))
    }
}

fn exchange(port: u16, method: &str, path: &str, body: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )?;
    let mut answer = Vec::new();
    let mut chunk = [0; 64 * 1024];
    while !is_whole(&answer) {
        match stream.read(&mut chunk)? {
            0 => break,
            read => answer.extend_from_slice(&chunk[..read]),
        }
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Not every driver closes the connection when it is asked to.
fn is_whole(answer: &[u8]) -> bool {
    let Some(head_end) = answer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&answer[..head_end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| {
        line.strip_prefix("content-length:")?
            .trim()
            .parse::<usize>()
            .ok()
    });
    length.is_some_and(|length| answer.len() >= head_end + 4 + length)
}
