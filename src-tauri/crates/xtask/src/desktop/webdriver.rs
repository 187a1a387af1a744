//! The desktop window, opened and asked through WebDriver, by the driver that
//! comes with WebKitGTK.

use std::path::Path;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::http;
use crate::running::{LOOK_EVERY, START_LIMIT};

/// An open window. Closing it is the caller's `close`.
pub(crate) struct Window {
    port: u16,
    session: String,
}

impl Window {
    /// Waits for the driver on `port` and lets it start the program.
    pub(crate) fn open(port: u16, program: &Path, args: &[&str]) -> Result<Self> {
        let deadline = Instant::now() + START_LIMIT;
        while http::request(port, "GET", "/status", "").is_err() {
            if Instant::now() >= deadline {
                bail!("WebKitWebDriver does not answer on port {port}");
            }
            thread::sleep(LOOK_EVERY);
        }
        let options = json!({ "binary": program, "args": args });
        let wanted = json!({ "alwaysMatch": { "webkitgtk:browserOptions": options } });
        let made = ask(port, "POST", "/session", &json!({ "capabilities": wanted }))?;
        let session = made["sessionId"]
            .as_str()
            .context("the driver opened no session")?;
        Ok(Self {
            port,
            session: session.to_owned(),
        })
    }

    /// Calls a command of the desktop shell and returns its answer.
    pub(crate) fn invoke(&self, command: &str, args: &Value) -> Result<Value> {
        let script = "const [command, args, done] = arguments; \
            window.__TAURI_INTERNALS__.invoke(command, args) \
            .then((value) => done({ value }), (error) => done({ error }));";
        let answer = self.run(script, &json!([command, args]))?;
        if !answer["error"].is_null() {
            bail!("{command} was refused: {}", answer["error"]);
        }
        Ok(answer["value"].clone())
    }

    /// Runs a script that hands its answer to its last argument.
    pub(crate) fn run(&self, script: &str, args: &Value) -> Result<Value> {
        let path = format!("/session/{}/execute/async", self.session);
        let body = json!({ "script": script, "args": args });
        ask(self.port, "POST", &path, &body)
    }

    /// Loads the page again.
    pub(crate) fn reload(&self) -> Result<()> {
        let path = format!("/session/{}/refresh", self.session);
        ask(self.port, "POST", &path, &json!({})).map(drop)
    }

    pub(crate) fn close(&self) -> Result<()> {
        let path = format!("/session/{}", self.session);
        ask(self.port, "DELETE", &path, &json!({})).map(|_| ())
    }
}

fn ask(port: u16, method: &str, path: &str, body: &Value) -> Result<Value> {
    let answer = http::request(port, method, path, &body.to_string())?;
    let value: Value = serde_json::from_str(&answer.body)
        .with_context(|| format!("the driver said: {} {}", answer.status, answer.body))?;
    if !answer.status.contains(" 200") {
        bail!("the driver said: {}", value["value"]);
    }
    Ok(value["value"].clone())
}
