//! Whoever publishes Lanvas: keys made for one story, signatures by the Tauri CLI, and a server with
//! TLS that says what is new and hands it out. It writes down what it is asked for.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rcgen::CertifiedKey;
use serde_json::json;
use tempfile::TempDir;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned, crypto, version::TLS13};

/// Where the newest version is told.
pub(crate) const LATEST: &str = "/latest.json";
/// Where it is handed out.
pub(crate) const INSTALLER: &str = "/lanvas.AppImage";
const HOST: &str = "127.0.0.1";

/// What somebody who asks gets.
#[derive(Clone)]
pub(crate) enum Answer {
    Whole(Vec<u8>),
    /// Says how long it is, and then comes no further than the middle.
    Half(Vec<u8>),
    Silence,
}

/// A pair of keys, known by the file of the secret one.
pub(crate) struct Key(PathBuf);

pub(crate) struct Publisher {
    folder: TempDir,
    port: u16,
    key: Key,
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Publisher {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let made = rcgen::generate_simple_self_signed([HOST.to_owned()]).expect("a certificate");
        std::fs::write(certificate(folder.path()), made.cert.pem()).expect("written");
        let listener = TcpListener::bind((HOST, 0)).expect("a port");
        let publisher = Self {
            port: listener.local_addr().expect("an address").port(),
            key: Key::new(folder.path(), "ours"),
            folder,
            answers: Arc::default(),
            asked: Arc::default(),
        };
        let (answers, asked) = (publisher.answers.clone(), publisher.asked.clone());
        let config = Arc::new(tls(&made));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answers, asked, config) = (answers.clone(), asked.clone(), config.clone());
                std::thread::spawn(move || serve(stream, config, &answers, &asked));
            }
        });
        publisher
    }

    /// What an app has around it whose maker named this publisher, and that runs from `image`.
    pub(crate) fn surroundings(&self, image: &Path) -> [(&'static str, String); 3] {
        let place = json!({ "endpoints": [self.url(LATEST)], "pubkey": self.key.public() });
        [
            ("LANVAS_TEST_UPDATES", place.to_string()),
            ("SSL_CERT_FILE", utf8(&certificate(self.folder.path()))),
            ("APPIMAGE", utf8(image)),
        ]
    }

    /// A key that is not the publisher's own.
    pub(crate) fn somebody_elses_key(&self) -> Key {
        Key::new(self.folder.path(), "theirs")
    }

    /// Hands out an installer as that of `version`, signed as that of `signed` by `key` (or else by
    /// the publisher's own).
    pub(crate) fn offer(&self, version: &str, installer: &[u8], signed: &str, key: Option<&Key>) {
        let file = self.folder.path().join("installer");
        std::fs::write(&file, installer).expect("written");
        self.announce(version, &key.unwrap_or(&self.key).sign(&file, signed));
        self.answer(INSTALLER, Answer::Whole(installer.to_vec()));
    }

    /// Says that there is `version`.
    pub(crate) fn announce(&self, version: &str, signature: &str) {
        let one = json!({ "url": self.url(INSTALLER), "signature": signature });
        let system = format!("linux-{}", std::env::consts::ARCH);
        let latest = json!({ "version": version, "notes": "Better", "platforms": { system: one } });
        self.answer(LATEST, Answer::Whole(latest.to_string().into_bytes()));
    }

    pub(crate) fn answer(&self, path: &str, answer: Answer) {
        lock(&self.answers).insert(path.to_owned(), answer);
    }

    /// The paths that were asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        lock(&self.asked).clone()
    }

    fn url(&self, path: &str) -> String {
        format!("https://{HOST}:{}{path}", self.port)
    }
}

impl Key {
    fn new(folder: &Path, name: &str) -> Self {
        let path = folder.join(name);
        tauri(&["signer", "generate", "--ci", "-p", "", "-w", &utf8(&path)]);
        Self(path)
    }

    fn public(&self) -> String {
        std::fs::read_to_string(self.0.with_extension("pub")).expect("a public key")
    }

    /// The signature of a file as that of a version.
    fn sign(&self, file: &Path, version: &str) -> String {
        let (key, signed) = (utf8(&self.0), utf8(file));
        let arguments = ["signer", "sign", "-f", &key, "-p", "", "--app-version"];
        tauri(&[&arguments[..], &[version, &signed]].concat());
        std::fs::read_to_string(file.with_extension("sig")).expect("a signature")
    }
}

/// The program that a publisher makes keys and signatures with.
fn tauri(arguments: &[&str]) {
    let cli = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/.bin/tauri");
    let output = Command::new(&cli).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}; npm ci in ui", cli.display()));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
}

fn tls(made: &CertifiedKey<rcgen::KeyPair>) -> ServerConfig {
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[&TLS13]);
    let config = config.expect("TLS 1.3").with_no_client_auth();
    let chain = vec![made.cert.der().clone()];
    let config = config.with_single_cert(chain, PrivateKeyDer::from(key));
    config.expect("a certificate and its key")
}

/// Answers one request. Who was told nothing may hang up.
fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    answers: &Mutex<HashMap<String, Answer>>,
    asked: &Mutex<Vec<String>>,
) {
    let session = ServerConnection::new(config).expect("a session");
    let mut stream = StreamOwned::new(session, stream);
    let Some(path) = asked_path(&mut stream) else {
        return lock(asked).push("something else".to_owned());
    };
    lock(asked).push(path.clone());
    let answer = lock(answers).get(&path).cloned();
    let sent = match &answer {
        Some(Answer::Whole(body)) => send(&mut stream, "200 OK", body, body.len()),
        Some(Answer::Half(body)) => {
            send(&mut stream, "200 OK", &body[..body.len() / 2], body.len())
        }
        Some(Answer::Silence) => Ok(()),
        None => send(&mut stream, "404 Not Found", b"", 0),
    };
    if sent.is_ok() && !matches!(answer, Some(Answer::Whole(_)) | None) {
        let _ = stream.read(&mut [0]);
    }
}

fn asked_path(stream: &mut impl std::io::Read) -> Option<String> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    lines
        .find(|line| line.as_ref().is_ok_and(String::is_empty))?
        .ok()?;
    first.split(' ').nth(1).map(str::to_owned)
}

fn send(to: &mut impl Write, status: &str, body: &[u8], length: usize) -> std::io::Result<()> {
    write!(
        to,
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    )?;
    to.write_all(body)?;
    to.flush()
}

fn certificate(folder: &Path) -> PathBuf {
    folder.join("certificate.pem")
}

fn utf8(path: &Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
