//! One sample of every sentence that says why a hub could not do something: the app's page shows
//! them, and `ui/src/languages/` is held to the list.

use std::{fs, io, path::Path};

use lanvas_protocol::SessionId;
use rusqlite::ffi;

use super::HubError;
use crate::{storage::StorageError, tls::TlsError};

const LIST: &str = "../lanvas-protocol/fixtures/sentences/hub.json";

fn refused() -> io::Error {
    io::ErrorKind::PermissionDenied.into()
}

fn sqlite(code: i32) -> StorageError {
    StorageError::Sqlite(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None))
}

/// Whoever adds an error is sent here, and to the list below.
fn is_sampled(error: &HubError) {
    match error {
        HubError::Listen { .. } | HubError::Random(_) | HubError::UnknownSession(_) => {}
        // Only the command line begins with whatever the folder has.
        HubError::Unreadable(_) => {}
        HubError::Storage(
            StorageError::InUse(_)
            | StorageError::NotFound(_)
            | StorageError::Exists(_)
            | StorageError::AlreadyOpen(_)
            | StorageError::NewerFormat { .. }
            | StorageError::OlderFormat { .. }
            // Only the command line makes copies elsewhere.
            | StorageError::NoSession(_)
            | StorageError::AmongSessions(_)
            | StorageError::TargetOpen(_)
            | StorageError::NotASession
            | StorageError::Damaged(_)
            | StorageError::NotStored { .. }
            | StorageError::Io { .. }
            | StorageError::Sqlite(_)
            | StorageError::Stopped,
        ) => {}
        HubError::Tls(
            TlsError::File { .. }
            | TlsError::Content { .. }
            | TlsError::Mismatch { .. }
            | TlsError::Expired { .. }
            | TlsError::Unusable { .. }
            | TlsError::NotMade(_),
        ) => {}
    }
}

fn of_storage() -> Vec<StorageError> {
    let id = || SessionId::new("k3f9x2ab").expect("an id");
    let (found, known) = (3, 2);
    let troubles = [
        ffi::SQLITE_FULL,
        ffi::SQLITE_READONLY,
        ffi::SQLITE_IOERR,
        ffi::SQLITE_BUSY,
        ffi::SQLITE_NOMEM,
    ];
    let mut all = vec![
        StorageError::InUse("/data/lanvas".into()),
        StorageError::NotFound(id()),
        StorageError::Exists(id()),
        StorageError::AlreadyOpen(id()),
        StorageError::NewerFormat { found, known },
        StorageError::OlderFormat { found: 1, known },
        StorageError::NotASession,
        StorageError::Damaged("a gap before 7".into()),
        StorageError::Io {
            path: "/data/lanvas".into(),
            source: refused(),
        },
        StorageError::Stopped,
    ];
    all.extend(troubles.map(sqlite));
    all.extend(troubles.map(|code| StorageError::NotStored {
        records: 3,
        reason: sqlite(code).to_string(),
    }));
    all
}

/// Of a certificate that the hub made itself: the app gives none of its own.
fn of_tls() -> Vec<TlsError> {
    let path = || "/data/lanvas/tls.pem".into();
    let file = |what| TlsError::File {
        what,
        path: path(),
        source: refused(),
    };
    let content = |missing, advice| TlsError::Content {
        path: path(),
        missing,
        advice,
    };
    let (mended, pem) = crate::tls::ADVICE;
    vec![
        file("the certificate"),
        file("the key"),
        file("the certificate's file"),
        content("no certificate", mended),
        content("no key without a passphrase", mended),
        content("something else", pem),
        TlsError::Mismatch {
            certificate: path(),
            key: path(),
        },
        TlsError::Unusable {
            path: path(),
            reason: "BadEncoding".into(),
        },
        TlsError::NotMade(rcgen::Error::CouldNotParseCertificate),
    ]
}

fn all() -> Vec<HubError> {
    use io::ErrorKind::{AddrInUse, AddrNotAvailable, PermissionDenied};
    let listen = |kind: io::ErrorKind| HubError::Listen {
        address: "192.168.1.5:7420".into(),
        source: kind.into(),
    };
    let mut all: Vec<_> = [AddrInUse, AddrNotAvailable, PermissionDenied]
        .map(listen)
        .into();
    all.push(HubError::Random(getrandom::Error::UNSUPPORTED));
    all.push(HubError::UnknownSession(
        SessionId::new("k3f9x2ab").expect("an id"),
    ));
    all.extend(of_storage().into_iter().map(HubError::Storage));
    all.extend(of_tls().into_iter().map(HubError::Tls));
    all
}

#[test]
fn every_sentence_of_an_error_is_in_the_list() {
    let all = all();
    all.iter().for_each(is_sampled);
    let said: Vec<_> = all.iter().map(ToString::to_string).collect();
    let list = serde_json::to_string_pretty(&said).expect("text") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(LIST);
    if std::env::var_os("LANVAS_CODEGEN_WRITE").is_some() {
        fs::write(path, list).expect("written");
        return;
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(
        found == list,
        "{LIST} is stale: run LANVAS_CODEGEN_WRITE=1 cargo test -p lanvas-hub --lib sentence"
    );
}
