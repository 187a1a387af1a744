//! The other end: a connection to a hub whose certificate is known by its fingerprint.
//!
//! Promises: nothing is sent to a hub with another certificate, not even a request; whose
//! certificate it is, is proven by the handshake. Who signed a certificate, which names it has and
//! when it ends counts for nothing here: the fingerprint says more. Must not know: files, http.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use lanvas_protocol::Fingerprint;
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        self, CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme,
        client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
        pki_types::{CertificateDer, IpAddr, Ipv4Addr, ServerName, UnixTime},
        version::TLS13,
    },
};

use super::{fingerprint, provider};

/// How long a hub may take to be reached and to finish the handshake, each.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Which certificate is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// This one and no other.
    Only(Fingerprint),
    /// Any: it is asked for the first time. Remember which it was.
    First,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum PinError {
    /// It has another certificate.
    #[error("the hub shows another certificate than the one that is known of it (known: {known}, shown: {shown})", known = known.short(), shown = shown.short())]
    Changed {
        /// The one that was expected.
        known: Fingerprint,
        /// The one it has.
        shown: Fingerprint,
    },
    /// Nobody there, or no TLS.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Connects to `host:port`. Gives whose certificate it was.
///
/// # Errors
/// [`PinError::Changed`] before anything but the handshake was sent; else what the system said.
pub async fn connect(
    authority: &str,
    trust: Trust,
) -> Result<(TlsStream<TcpStream>, Fingerprint), PinError> {
    let reached = timeout(CONNECT_TIMEOUT, TcpStream::connect(authority)).await;
    let stream = reached.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    let _ = stream.set_nodelay(true);
    seal(stream, trust).await
}

/// The same over a connection that there is already.
///
/// # Errors
/// As [`connect`].
pub async fn seal(
    stream: TcpStream,
    trust: Trust,
) -> Result<(TlsStream<TcpStream>, Fingerprint), PinError> {
    let verifier = Arc::new(Verifier::new(trust));
    let config = config(Arc::clone(&verifier)).map_err(io::Error::other)?;
    // No name is told: a pinned hub is known by its certificate, wherever it is.
    let nobody = ServerName::IpAddress(IpAddr::V4(Ipv4Addr::from([127, 0, 0, 1])));
    let shaken = TlsConnector::from(Arc::new(config)).connect(nobody, stream);
    let shaken = timeout(CONNECT_TIMEOUT, shaken).await;
    let shaken = shaken.map_err(|_| io::Error::from(io::ErrorKind::TimedOut));
    match (shaken?, verifier.shown(), trust) {
        (_, Some(shown), Trust::Only(known)) if shown != known => {
            Err(PinError::Changed { known, shown })
        }
        (stream, shown, _) => {
            let stream = stream?;
            let shown = shown.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData))?;
            Ok((stream, shown))
        }
    }
}

fn config(verifier: Arc<Verifier>) -> Result<ClientConfig, rustls::Error> {
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

#[derive(Debug)]
struct Verifier {
    trust: Trust,
    provider: Arc<CryptoProvider>,
    shown: Mutex<Option<Fingerprint>>,
}

impl Verifier {
    fn new(trust: Trust) -> Self {
        Self {
            trust,
            provider: provider(),
            shown: Mutex::default(),
        }
    }

    fn shown(&self) -> Option<Fingerprint> {
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let shown = fingerprint(end_entity);
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        match self.trust {
            Trust::Only(known) if known != shown => Err(rustls::Error::InvalidCertificate(
                CertificateError::ApplicationVerificationFailure,
            )),
            Trust::Only(_) | Trust::First => Ok(ServerCertVerified::assertion()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
