//! No secret is in the log, however much is logged and in whichever form: every way that takes one
//! is gone, rightly and wrongly, on a hub that says all it can say; then its log is looked through
//! for each secret as it is, as hexadecimal digits, as Base64, as numbers, and as it would stand in
//! an address.
#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may

#[path = "../../lanvas-hub/tests/it/accounts/password.rs"]
mod password;
#[path = "shared/serving.rs"]
mod serving;

use std::{
    fs::{self, File},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use futures_util::{SinkExt, StreamExt};
use lanvas_hub::tls::pinned::{self, Trust};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use serving::Serving;

/// Longer than any of this takes on a busy machine.
const DEADLINE: Duration = Duration::from_secs(60);
const DOOR: &str = "open sesame, 42 % of it";
const WRONG: &str = "open says me, 24 % of it";
const OF_ACCOUNT: &str = "correct horse battery";
const TWILIO: &str = "a9f3c1d57e8b2046a9f3c1d57e8b2046";

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// A hub, how to reach it, and what nobody may find in its log.
struct Hub {
    serving: Serving,
    sealed: bool,
    secrets: Vec<(&'static str, String)>,
}

impl Hub {
    fn start(data: &Path, log: &Path, format: &str, sealed: bool) -> Self {
        let serving = Serving::start(data, |command| {
            command.args(["--port", "0", "--log-format", format]);
            command.env("LANVAS_LOG", "trace");
            command.stderr(File::create(log).unwrap());
            if sealed {
                command.args(["--tls", "self-signed"]);
            }
        });
        let secrets = Vec::new();
        Self {
            serving,
            sealed,
            secrets,
        }
    }

    fn keep(&mut self, what: &'static str, secret: &Value) -> String {
        let secret = secret.as_str().expect(what).to_owned();
        self.secrets.push((what, secret.clone()));
        secret
    }

    async fn wire(&self) -> Box<dyn Wire> {
        let authority = format!("127.0.0.1:{}", self.serving.port());
        if self.sealed {
            let connected = pinned::connect(&authority, Trust::First).await;
            return Box::new(connected.unwrap().0);
        }
        Box::new(TcpStream::connect(authority).await.unwrap())
    }

    /// Status and, if it was any, JSON.
    async fn ask(&self, method: &str, path: &str, secret: &str, said: &[u8]) -> (u16, Value) {
        let path = path.replace("{id}", self.serving.text("session"));
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nAuthorization: Bearer {secret}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.serving.port(),
            said.len()
        );
        let mut wire = self.wire().await;
        wire.write_all(&[head.as_bytes(), said].concat())
            .await
            .unwrap();
        let mut answer = Vec::new();
        let _ = timeout(DEADLINE, wire.read_to_end(&mut answer)).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).expect("an answer").parse();
        let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (
            status.unwrap(),
            serde_json::from_str(body).unwrap_or_default(),
        )
    }

    async fn post(&self, path: &str, secret: &str, said: &Value) -> (u16, Value) {
        let said = said.to_string();
        self.ask("POST", path, secret, said.as_bytes()).await
    }

    async fn greet(&self, hello: &Value) -> Guest {
        let socket = client_async(self.serving.socket(), self.wire().await).await;
        let mut guest = Guest(socket.unwrap().0);
        guest.say(hello).await;
        guest
    }
}

struct Guest(WebSocketStream<Box<dyn Wire>>);

impl Guest {
    async fn say(&mut self, message: &Value) {
        let message = Message::text(message.to_string());
        self.0.send(message).await.unwrap();
    }

    async fn until(&mut self, kind: &str) -> Value {
        loop {
            let next = timeout(DEADLINE, self.0.next()).await.expect(kind);
            if let Message::Text(text) = next.expect(kind).unwrap() {
                let message: Value = serde_json::from_str(&text).unwrap();
                if message["type"] == kind {
                    return message;
                }
            }
        }
    }

    /// Answers pings for as long as it takes.
    async fn stay(mut self) {
        while let Some(Ok(_)) = self.0.next().await {}
    }

    async fn keep_door(&mut self, act: Value) -> Value {
        self.say(&json!({"type": "keep_door", "act": act})).await;
        self.until("codes_made").await
    }
}

// --- every way that takes a secret ---------------------------------------------------------------

/// The host's token, passwords, invitations and resume secrets. Gives the host's.
async fn come_in(hub: &mut Hub) -> (Guest, String) {
    let link = hub.serving.text("host_url").to_owned();
    let token = json!(link.split_once("#host=").expect("a token").1);
    let token = hub.keep("the host's token", &token);
    let hello = json!({"type": "hello", "name": "Hanna", "host_token": token});
    let mut host = hub.greet(&hello).await;
    let welcome = host.until("welcomed").await;
    let resume = hub.keep("the host's resume secret", &welcome["resume"]);
    let made = host
        .keep_door(json!({"type": "set_entry", "entry": "password"}))
        .await;
    hub.keep("a password that was made up", &made["password"]);
    let invite = json!({"type": "make_invite", "role": "editor"});
    let made = host.keep_door(invite).await;
    let invite = hub.keep("an invitation", &made["invite"]["token"]);
    let set = json!({"type": "set_entry", "entry": "password", "password": DOOR});
    host.say(&json!({"type": "keep_door", "act": set})).await;

    for (what, hello) in [
        ("wrong", json!({"password": WRONG, "host_token": WRONG})),
        ("wrong", json!({"invite": WRONG, "resume": WRONG})),
        ("by password", json!({"password": DOOR})),
        ("by invitation", json!({"invite": invite})),
    ] {
        let mut hello = hello;
        (hello["type"], hello["name"]) = (json!("hello"), json!("Gus"));
        let mut guest = hub.greet(&hello).await;
        if what == "wrong" {
            guest.until("refused").await;
            continue;
        }
        let welcome = guest.until("welcomed").await;
        let resume = hub.keep("a guest's resume secret", &welcome["resume"]);
        drop(guest);
        let back = json!({"type": "hello", "name": "Gus", "resume": resume, "epoch": welcome["epoch"], "number": welcome["number"]});
        hub.greet(&back).await.until("caught_up").await;
    }
    for (what, secret) in [
        ("the password", DOOR),
        ("a password that is wrong", WRONG),
        ("an account's password", OF_ACCOUNT),
        ("Twilio's token", TWILIO),
    ] {
        hub.secrets.push((what, secret.to_owned()));
    }
    (host, resume)
}

/// Signing up, in, rightly and wrongly, in by the token, and out.
async fn have_an_account(hub: &mut Hub) {
    let (begun, request) = password::register(OF_ACCOUNT);
    let said = json!({"name": "Ann", "request": request});
    let (_, answer) = hub.post("/api/accounts/sign-up/start", "", &said).await;
    let record = password::record(begun, OF_ACCOUNT, &answer);
    hub.secrets.push(("an account's record", record.clone()));
    let said = json!({"id": answer["id"], "record": record});
    let (status, made) = hub.post("/api/accounts/sign-up/finish", "", &said).await;
    assert_eq!(status, 201, "{made}");
    let token = hub.keep("an account's token", &made["token"]);
    let device = hub.keep("a device of an account", &made["device"]);

    let (begun, request) = password::log_in(OF_ACCOUNT);
    let said = json!({"name": "Ann", "request": request, "device": device});
    let (_, answer) = hub.post("/api/accounts/sign-in/start", "", &said).await;
    let proof = password::proof(begun, OF_ACCOUNT, &answer).expect("it is right");
    let said = json!({"id": answer["id"], "proof": proof});
    let (status, answer) = hub.post("/api/accounts/sign-in/finish", "", &said).await;
    assert_eq!(status, 200, "{answer}");
    let second = hub.keep("another token", &answer["token"]);
    let again = hub.post("/api/accounts/sign-in/finish", "", &said).await;
    assert_eq!(again.0, 410, "it is over");

    let hello = json!({"type": "hello", "name": "Ann", "account": token, "password": DOOR});
    let mut ann = hub.greet(&hello).await;
    let welcome = ann.until("welcomed").await;
    hub.keep("the resume secret of an account", &welcome["resume"]);
    let me = hub.ask("GET", "/api/accounts/me", &second, b"").await;
    assert_eq!(me.0, 200);
    let out = json!({"everywhere": true});
    let out = hub.post("/api/accounts/sign-out", &token, &out).await;
    assert!(out.0 < 300, "{out:?}");
    let me = hub.ask("GET", "/api/accounts/me", &second, b"").await;
    assert_eq!(me.0, 401);
}

/// The hook's token, in its path, and whose words come by it.
async fn speak_from_outside(hub: &mut Hub, host: &str) {
    let on = json!({"on": true, "twilio": {"public_url": "https://example.org/x", "auth_token": TWILIO}});
    let (status, made) = hub.post("/api/sessions/{id}/hook", host, &on).await;
    assert_eq!(status, 200, "{made}");
    let path = made["path"].as_str().unwrap().to_owned();
    let token = json!(path.strip_prefix("/hooks/").unwrap());
    hub.keep("the hook's token", &token);
    let said = hub.post(&path, "", &json!({"text": "Hello"})).await;
    assert_eq!(said.0, 200);
    let wrong = format!("/hooks/{TWILIO}");
    let said = hub.post(&wrong, "", &json!({"text": "Hello"})).await;
    assert_eq!(said.0, 404);
}

/// Secrets as bearers, for what is kept with a session.
async fn read_and_bring(hub: &Hub, host: &str) {
    let picture = b"GIF89a\x01\0\x01\0";
    let bring = "/api/sessions/{id}/blobs";
    assert_eq!(hub.ask("POST", bring, host, picture).await.0, 201);
    assert_eq!(hub.ask("POST", bring, WRONG, picture).await.0, 401);
    for path in ["messages", "search?words=hello", "audit", "bans"] {
        let path = format!("/api/sessions/{{id}}/{path}");
        assert_eq!(hub.ask("GET", &path, host, b"").await.0, 200, "{path}");
        let wrong = hub.ask("GET", &path, WRONG, b"").await;
        assert!([401, 403].contains(&wrong.0), "{path}: {wrong:?}");
    }
}

/// The private number of the hub's key.
fn tls_key(data: &Path) -> String {
    let pem = fs::read_to_string(data.join("tls/identity.pem")).unwrap();
    let (_, key) = pem
        .split_once("-----BEGIN PRIVATE KEY-----")
        .expect("a key");
    let (key, _) = key.split_once('-').expect("its end");
    let digits: String = key.split_whitespace().collect();
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(digits)
        .unwrap();
    assert_eq!(bytes[34..36], [4, 32], "PKCS #8 of an EC key has it there");
    password::hex(&bytes[36..68])
}

// --- the log -------------------------------------------------------------------------------------

/// Every form that a log could have it in.
fn forms(secret: &str) -> Vec<String> {
    let mut all = vec![secret.to_owned(), secret.to_uppercase()];
    all.extend(forms_of_bytes(secret.as_bytes()));
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric();
    let escaped = |byte: u8| match is_plain(&byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    all.push(secret.bytes().map(escaped).collect());
    all.push(secret.replace(' ', "+"));
    all.push(format!("{secret:?}").trim_matches('"').to_owned());
    let digits = secret.len().is_multiple_of(2) && secret.bytes().all(|it| it.is_ascii_hexdigit());
    if digits {
        let pairs = (0..secret.len()).step_by(2);
        let bytes = pairs.map(|at| u8::from_str_radix(&secret[at..at + 2], 16).unwrap());
        all.extend(forms_of_bytes(&bytes.collect::<Vec<_>>()));
    }
    all
}

fn forms_of_bytes(bytes: &[u8]) -> Vec<String> {
    let numbers: Vec<_> = bytes.iter().map(u8::to_string).collect();
    let digits = password::hex(bytes);
    let mut all = vec![digits.to_uppercase(), digits, numbers.join(", ")];
    // Wherever it begins in what is encoded: its first bytes may share a letter with others.
    for skipped in 0..3 {
        let whole = &bytes[skipped..];
        let whole = &whole[..whole.len() / 3 * 3];
        all.push(STANDARD_NO_PAD.encode(whole));
        all.push(URL_SAFE_NO_PAD.encode(whole));
    }
    all
}

fn find(log: &str, secret: &str) -> Option<String> {
    forms(secret).into_iter().find(|form| log.contains(form))
}

fn end(mut hub: Hub) -> Vec<(&'static str, String)> {
    let id = hub.serving.child.id().to_string();
    let asked = Command::new("kill").args(["-TERM", &id]).status();
    assert!(asked.unwrap().success());
    let began = Instant::now();
    while hub.serving.child.try_wait().unwrap().is_none() {
        assert!(began.elapsed() < DEADLINE, "it does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::mem::take(&mut hub.secrets)
}

async fn no_secret_is_logged(format: &str, sealed: bool) {
    let folder = tempfile::tempdir().unwrap();
    let (data, log) = (folder.path().join("data"), folder.path().join("log"));
    let mut hub = Hub::start(&data, &log, format, sealed);
    let session = hub.serving.text("session").to_owned();
    let (host, resume) = come_in(&mut hub).await;
    let host = tokio::spawn(host.stay());
    have_an_account(&mut hub).await;
    speak_from_outside(&mut hub, &resume).await;
    read_and_bring(&hub, &resume).await;
    if sealed {
        hub.secrets.push(("the key", tls_key(&data)));
    }
    let secrets = end(hub);
    host.await.unwrap();
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("TRACE"), "it says all it can");
    assert!(find(&log, &session).is_some(), "what is no secret is found");
    assert!(secrets.len() > 12);
    for (what, secret) in secrets {
        let found = find(&log, &secret);
        let line = found
            .as_ref()
            .and_then(|form| log.lines().find(|line| line.contains(form)));
        assert_eq!(found, None, "{what} is in the log: {line:?}");
    }
}

#[tokio::test]
async fn no_secret_is_in_the_log_as_text() {
    no_secret_is_logged("text", false).await;
}

#[tokio::test]
async fn no_secret_is_in_the_log_as_json_nor_the_key_of_tls() {
    no_secret_is_logged("json", true).await;
}
