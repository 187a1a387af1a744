//! TLS, for a hub that was asked to have it (decisions/0010).
//!
//! Promises: a certificate that cannot be used is said at the start, in words; one that was made
//! here is kept, for this user's eyes alone, until it is near its end; whoever does not finish a
//! handshake in time is gone; what comes without TLS is told apart by its first byte. Must not know:
//! routes, sessions.

mod certificate;
pub mod known;
pub mod pinned;

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use lanvas_protocol::Fingerprint;
use sha2::{Digest, Sha256};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        crypto::{CryptoProvider, ring},
        pki_types::{CertificateDer, PrivateKeyDer},
        version::TLS13,
    },
    server::TlsStream,
};

use self::certificate::Identity;
use crate::limits::TLS_HANDSHAKE_TIMEOUT;

/// The first byte of every TLS connection, and of no HTTP request: a handshake's record.
const HANDSHAKE_RECORD: u8 = 0x16;

/// Where a certificate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Issuer {
    /// Made by this hub for itself: browsers warn of it.
    Own,
    /// Handed in by whoever runs the hub.
    Given,
}

/// Which certificate a hub is to have.
#[derive(Debug, Clone)]
pub enum TlsChoice {
    /// Its own, kept in its folder; made for these names of this machine if there is none.
    SelfSigned {
        /// Such as `nas` and `nas.local`.
        names: Vec<String>,
    },
    /// One that was handed in, PEM.
    Files {
        /// The certificate, with its chain.
        certificate: PathBuf,
        /// Its key.
        key: PathBuf,
    },
}

/// A certificate, ready to serve with.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    #[cfg(test)]
    certificate: CertificateDer<'static>,
    fingerprint: Fingerprint,
    issuer: Issuer,
    names: Arc<[String]>,
}

/// Why there is no TLS. Each says what, why and what to do.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file that cannot be read or written.
    #[error("{what} {path} cannot be used: {source}", path = path.display())]
    File {
        /// What it is for.
        what: &'static str,
        /// Where.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A file without what it should hold.
    #[error("{path} holds {missing}. {advice}", path = path.display())]
    Content {
        /// Where.
        path: PathBuf,
        /// Such as `no certificate`.
        missing: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// The key is another's.
    #[error("the key in {key} does not belong to the certificate in {certificate}. Give the two that were made together", key = key.display(), certificate = certificate.display())]
    Mismatch {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's.
        key: PathBuf,
    },
    /// It was valid once.
    #[error("the certificate in {path} has expired, so no browser accepts it. Give a renewed one", path = path.display())]
    Expired {
        /// Where.
        path: PathBuf,
    },
    /// Something else about it.
    #[error("the certificate in {path} cannot be used: {reason}. Give another one", path = path.display())]
    Unusable {
        /// Where.
        path: PathBuf,
        /// In the library's words.
        reason: String,
    },
    /// None could be made.
    #[error("no certificate could be made: {0}. Give one with --tls-cert and --tls-key")]
    NotMade(#[from] rcgen::Error),
}

/// What is advised about a file: one that we made, and one that was given.
#[cfg(test)]
pub(crate) const ADVICE: (&str, &str) = (certificate::MADE_ADVICE, certificate::PEM_ADVICE);

/// A connection, by how it begins.
pub(crate) enum Met {
    /// The handshake is over.
    Sealed(Box<TlsStream<TcpStream>>),
    /// Something that is no TLS, untouched.
    Plain(TcpStream),
}

impl Tls {
    /// Reads, or makes and keeps, what is to be used.
    ///
    /// # Errors
    /// [`TlsError`] when it can be neither read nor made and kept, does not belong together or has
    /// expired.
    pub(crate) fn load(choice: &TlsChoice, data_dir: &Path) -> Result<Self, TlsError> {
        let now = SystemTime::now();
        match choice {
            TlsChoice::SelfSigned { names } => {
                Self::with(&certificate::kept(data_dir, names, now)?, Issuer::Own)
            }
            TlsChoice::Files { certificate, key } => {
                Self::with(&certificate::given(certificate, key, now)?, Issuer::Given)
            }
        }
    }

    fn with(identity: &Identity, issuer: Issuer) -> Result<Self, TlsError> {
        let fingerprint = fingerprint(&identity.chain[0]);
        let config = config(identity.chain.clone(), identity.key.clone_key());
        let config = config.map_err(|error| identity.refused(&error))?;
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            #[cfg(test)]
            certificate: identity.chain[0].clone(),
            fingerprint,
            issuer,
            names: match issuer {
                Issuer::Given => certificate::names(&identity.chain[0]).into(),
                Issuer::Own => Arc::default(),
            },
        })
    }

    #[cfg(test)]
    pub(crate) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// What tells its certificate from others.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Where it comes from.
    #[must_use]
    pub fn issuer(&self) -> Issuer {
        self.issuer
    }

    /// The DNS names in a certificate that was handed in, as they stand there. What a hub puts into its
    /// own says nothing: no name server was asked.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Waits for the first byte and, if it is that of TLS, for the end of the handshake; none when
    /// that takes too long or goes wrong.
    pub(crate) async fn meet(&self, stream: TcpStream) -> Option<Met> {
        let met = timeout(TLS_HANDSHAKE_TIMEOUT, self.shake_hands(stream)).await;
        met.ok()?.ok()
    }

    async fn shake_hands(&self, stream: TcpStream) -> io::Result<Met> {
        let mut first = [0];
        match stream.peek(&mut first).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ if first == [HANDSHAKE_RECORD] => {
                let stream = self.acceptor.accept(stream).await?;
                Ok(Met::Sealed(Box::new(stream)))
            }
            _ => Ok(Met::Plain(stream)),
        }
    }
}

impl fmt::Debug for Tls {
    /// Without the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls")
            .field("fingerprint", &self.fingerprint)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// Of a certificate in DER.
fn fingerprint(certificate: &CertificateDer<'_>) -> Fingerprint {
    Fingerprint::new(Sha256::digest(certificate).into())
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
