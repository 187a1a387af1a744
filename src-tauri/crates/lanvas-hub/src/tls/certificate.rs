//! A certificate with its key: made and kept, or handed in.
//!
//! What was made lies in one file, so that a crash leaves both or neither; only this machine's user
//! may read it. It is not made anew because an address changed: everybody who compared or pinned
//! its fingerprint would be warned for nothing.

use std::{
    fs,
    io::Write,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair};
use tokio_rustls::rustls::{
    self, CertificateError, InconsistentKeys, RootCertStore,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
};

use super::{TlsError, provider};
use crate::{access::CERTIFICATE_NAMES_MAX, storage::for_us_alone};

/// The folder's certificate and key.
const FILE: &str = "tls/identity.pem";
/// Larger than any chain with its key.
const FILE_BYTES_MAX: u64 = 256 * 1024;
/// Of one that is made. Apple's systems refuse longer ones (825 days), whoever signed them.
const VALID: Duration = Duration::from_secs(820 * DAY_S);
/// Before its end a new one is made when the hub starts.
const RENEW_BEFORE: Duration = Duration::from_secs(30 * DAY_S);
/// Its beginning lies before its making: guests' clocks are not all right.
const CLOCKS_DIFFER: Duration = Duration::from_secs(2 * DAY_S);
const DAY_S: u64 = 24 * 60 * 60;
pub(super) const MADE_ADVICE: &str =
    "Take that file away to have a new certificate made; guests are then warned that it changed";
pub(super) const PEM_ADVICE: &str = "Give a file in PEM, the text that begins with -----BEGIN";

/// What a hub shows and proves.
#[derive(Debug)]
pub(super) struct Identity {
    /// The hub's own first; never empty.
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
    certificate_path: PathBuf,
    key_path: PathBuf,
}

impl Identity {
    /// What TLS has against it.
    pub(super) fn refused(&self, error: &rustls::Error) -> TlsError {
        if *error == rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) {
            return TlsError::Mismatch {
                certificate: self.certificate_path.clone(),
                key: self.key_path.clone(),
            };
        }
        TlsError::Unusable {
            path: self.certificate_path.clone(),
            reason: error.to_string(),
        }
    }
}

/// The folder's, or a new one.
pub(super) fn kept(
    data_dir: &Path,
    names: &[String],
    now: SystemTime,
) -> Result<Identity, TlsError> {
    let path = data_dir.join(FILE);
    if path.exists() {
        let own = read(&path, &path, MADE_ADVICE)?;
        let ends_soon = has_ended(&own.chain[0], now + RENEW_BEFORE);
        if !ends_soon.map_err(|error| own.refused(&error))? {
            keep_private(&path)?;
            return Ok(own);
        }
        tracing::warn!(
            "the certificate is near its end and a new one is made: guests' apps are asked to accept it"
        );
    }
    write(&path, &made(names, now)?)?;
    read(&path, &path, MADE_ADVICE)
}

/// From two files, which may be one.
pub(super) fn given(certificate: &Path, key: &Path, now: SystemTime) -> Result<Identity, TlsError> {
    let identity = read(certificate, key, PEM_ADVICE)?;
    let ended = has_ended(&identity.chain[0], now);
    if ended.map_err(|error| identity.refused(&error))? {
        return Err(TlsError::Expired {
            path: certificate.to_owned(),
        });
    }
    if has_ended(&identity.chain[0], now + RENEW_BEFORE).unwrap_or(false) {
        tracing::warn!("the certificate ends within 30 days: renew it and start the hub again");
    }
    Ok(identity)
}

fn read(certificate: &Path, key: &Path, advice: &'static str) -> Result<Identity, TlsError> {
    let none = |path: &Path, missing| TlsError::Content {
        path: path.to_owned(),
        missing,
        advice,
    };
    let pem = text(certificate, "the certificate")?;
    let chain = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    let chain = chain.ok_or_else(|| none(certificate, "no certificate"))?;
    let pem = text(key, "the key")?;
    let own = PrivateKeyDer::from_pem_slice(&pem);
    Ok(Identity {
        chain,
        key: own.map_err(|_| none(key, "no key without a passphrase"))?,
        certificate_path: certificate.to_owned(),
        key_path: key.to_owned(),
    })
}

fn text(path: &Path, what: &'static str) -> Result<Vec<u8>, TlsError> {
    let failed = |source| file(what, path, source);
    let found = fs::metadata(path).map_err(failed)?;
    if !found.is_file() || found.len() > FILE_BYTES_MAX {
        return Err(TlsError::Content {
            path: path.to_owned(),
            missing: "something else",
            advice: PEM_ADVICE,
        });
    }
    fs::read(path).map_err(failed)
}

fn file(what: &'static str, path: &Path, source: std::io::Error) -> TlsError {
    TlsError::File {
        what,
        path: path.to_owned(),
        source,
    }
}

fn made(names: &[String], now: SystemTime) -> Result<String, rcgen::Error> {
    let addresses = if_addrs::get_if_addrs().unwrap_or_default();
    let addresses = addresses.iter().map(if_addrs::Interface::ip);
    let lasting = addresses.filter(|address| !is_link_local(*address));
    let own: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    let mut subjects: Vec<_> = lasting
        .chain(own)
        .map(|address| address.to_string())
        .collect();
    subjects.push("localhost".to_owned());
    subjects.extend(names.iter().filter(|name| is_name(name)).cloned());
    subjects.sort();
    subjects.dedup();
    let mut params = CertificateParams::new(subjects)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Lanvas");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.not_before = (now - CLOCKS_DIFFER).into();
    params.not_after = (now + VALID - CLOCKS_DIFFER).into();
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    Ok(certificate.pem() + &key.serialize_pem())
}

/// It holds on one interface alone, and differs each time on some systems.
fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}

fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        let fits = (1..=63).contains(&label.len());
        fits && label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

fn write(path: &Path, pem: &str) -> Result<(), TlsError> {
    let failed = |source| file("the certificate's file", path, source);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    let unfinished = path.with_extension("pem-new");
    let mut new = for_us_alone(&unfinished).map_err(failed)?;
    new.write_all(pem.as_bytes()).map_err(failed)?;
    new.sync_all().map_err(failed)?;
    fs::rename(&unfinished, path).map_err(failed)
}

/// A copy of the folder may have lost who may read what.
fn keep_private(path: &Path) -> Result<(), TlsError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let own = fs::Permissions::from_mode(0o600);
        fs::set_permissions(path, own).map_err(|source| file("the key", path, source))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// The DNS names that a certificate is for, as many as are looked at.
pub(super) fn names(certificate: &CertificateDer<'_>) -> Vec<String> {
    let parsed = webpki::EndEntityCert::try_from(certificate);
    parsed.map_or_else(
        |_| Vec::new(),
        |parsed| {
            let names = parsed.valid_dns_names().take(CERTIFICATE_NAMES_MAX);
            names.map(str::to_owned).collect()
        },
    )
}

/// Whether it is past its end at `time`. One that has not begun yet has not ended: a machine without
/// a clock starts in the past.
fn has_ended(certificate: &CertificateDer<'_>, time: SystemTime) -> Result<bool, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone().into_owned())?;
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider());
    let verifier = verifier
        .build()
        .map_err(|error| rustls::Error::General(error.to_string()))?;
    let anybody = ServerName::IpAddress(Ipv4Addr::LOCALHOST.into());
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    let time = UnixTime::since_unix_epoch(since.unwrap_or_default());
    // The times are looked at before all else; what is said of who signed it does not matter here.
    let said = verifier.verify_server_cert(certificate, &[], &anybody, &[], time);
    Ok(matches!(
        said,
        Err(rustls::Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. }
        ))
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(DAY_S);

    fn pair(days_from: i32, days_to: i32) -> (String, String) {
        let now = SystemTime::now();
        let at = |days: i32| match u32::try_from(days) {
            Ok(days) => now + DAY * days,
            Err(_) => now - DAY * days.unsigned_abs(),
        };
        let mut params = CertificateParams::new(vec!["nas.local".to_owned()]).unwrap();
        params.not_before = at(days_from).into();
        params.not_after = at(days_to).into();
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    struct Files {
        folder: tempfile::TempDir,
    }

    impl Files {
        fn with(certificate: &str, key: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("cert.pem"), certificate).unwrap();
            fs::write(folder.path().join("key.pem"), key).unwrap();
            Self { folder }
        }

        /// What is said of them; nothing if they serve.
        fn refused(&self) -> String {
            let choice = super::super::TlsChoice::Files {
                certificate: self.folder.path().join("cert.pem"),
                key: self.folder.path().join("key.pem"),
            };
            let loaded = super::super::Tls::load(&choice, self.folder.path());
            loaded
                .err()
                .map(|error| error.to_string())
                .unwrap_or_default()
        }
    }

    #[test]
    fn a_certificate_that_was_handed_in_serves_or_says_why_not() {
        let (good, key) = pair(-1, 10);
        let (other, _) = pair(-1, 10);
        let (expired, its_key) = pair(-10, -1);
        let chain = format!("{good}{other}");
        for (certificate, key, says) in [
            (good.as_str(), key.as_str(), ""),
            (chain.as_str(), key.as_str(), ""),
            (
                other.as_str(),
                key.as_str(),
                "does not belong to the certificate",
            ),
            (expired.as_str(), its_key.as_str(), "has expired"),
            ("", key.as_str(), "holds no certificate"),
            ("not PEM", key.as_str(), "holds no certificate"),
            (key.as_str(), key.as_str(), "holds no certificate"),
            (good.as_str(), good.as_str(), "holds no key"),
            (good.as_str(), &key[..60], "holds no key"),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                key.as_str(),
                "cannot be used",
            ),
        ] {
            let said = Files::with(certificate, key).refused();
            assert!(
                said.contains(says) && said.is_empty() == says.is_empty(),
                "{said}"
            );
        }
        let missing = Files::with(&good, &key);
        fs::remove_file(missing.folder.path().join("key.pem")).unwrap();
        assert!(missing.refused().starts_with("the key "));
        fs::create_dir(missing.folder.path().join("key.pem")).unwrap();
        assert!(missing.refused().contains("holds something else"));
    }

    #[test]
    fn ours_lasts_as_long_as_browsers_take_and_is_made_anew_near_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let own = |now| kept(folder.path(), &[], now).unwrap().chain[0].clone();
        let first = own(now);
        assert!(!has_ended(&first, now + DAY * 817).unwrap());
        assert!(has_ended(&first, now + DAY * 819).unwrap());
        assert_eq!(own(now), first);
        assert_eq!(own(now + DAY * 787), first, "30 days and one are left");
        assert_eq!(own(now - DAY * 3_000), first, "a machine without a clock");
        assert_ne!(own(now + DAY * 789), first);
    }

    #[test]
    fn a_file_of_ours_that_is_broken_is_not_silently_replaced() {
        let folder = tempfile::tempdir().unwrap();
        kept(folder.path(), &[], SystemTime::now()).unwrap();
        let path = folder.path().join(FILE);
        fs::write(&path, "half").unwrap();
        let refused = kept(folder.path(), &[], SystemTime::now()).unwrap_err();
        assert!(refused.to_string().contains("Take that file away"));
        assert_eq!(fs::read_to_string(path).unwrap(), "half");
    }

    #[cfg(unix)]
    #[test]
    fn others_may_not_read_it_even_if_a_copy_let_them() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        for _ in 0..2 {
            kept(folder.path(), &[], SystemTime::now()).unwrap();
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        }
    }
}
