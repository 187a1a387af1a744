//! `lanvas-server serve`: a hub and its announcement, from start to clean end.
//!
//! Promises: exactly one line on standard output, once connections are
//! accepted; a first SIGINT or SIGTERM ends cleanly with exit code 0, a second
//! at once.

use std::{
    env, fs,
    io::{IsTerminal, Write, stderr, stdout},
    path::Path,
    sync::Arc,
};

use anyhow::{Context, Result, anyhow, bail};
use lanvas_discovery::{Advert, Discovery, DiscoveryConfig, LIBRARY_LOG_TARGET};
use lanvas_hub::{
    Hub, HubConfig, PortChoice, SessionInfo, TlsChoice,
    access::{DnsName, NAMES_MAX},
    storage::StorageSettings,
    tls::Tls,
};
use lanvas_protocol::{Fingerprint, SessionId, limits::PASSWORD_BYTES_MAX};
use serde::Serialize;
use tracing_subscriber::{EnvFilter, fmt::format::FmtSpan};

use crate::{
    arguments::{LogFormat, MEBIBYTE, ServeArguments, Switch, TlsKind},
    data_folder,
    stop_signals::StopSignals,
    ui::EmbeddedUi,
    welcome::welcome,
};

/// The one line on standard output.
#[derive(Serialize)]
struct Ready<'a> {
    ready: bool,
    session: &'a SessionId,
    title: &'a str,
    port: u16,
    urls: Vec<String>,
    host_url: String,
    /// Of the certificate; only with TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<Fingerprint>,
}

/// Hosts until it is told to stop.
pub(crate) fn run(arguments: &ServeArguments) -> Result<()> {
    log_to_stderr(arguments.log_format);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.context("Lanvas cannot start")?;
    let ended = runtime.block_on(serve(arguments));
    // After a forced end there may be work that does not want to end.
    runtime.shutdown_background();
    ended
}

async fn serve(arguments: &ServeArguments) -> Result<()> {
    let mut stop = StopSignals::listen().context("Lanvas cannot listen for the signal to stop")?;
    let discovery = discovery(arguments)?;
    let hub = Hub::start(hub_config(arguments, &discovery)?).await?;
    let host = &host_name();
    let session = hub
        .open_newest_or_create(arguments.title.as_deref())
        .await?;
    tell_ready(&hub, &session)?;
    if let Some(tls) = hub.tls() {
        let short = tls.fingerprint().short();
        tracing::info!("connections are encrypted; the certificate begins with {short}");
    }
    let mut sessions = hub.sessions();
    loop {
        let infos = sessions.borrow_and_update().clone();
        discovery.advertise_only(infos.iter().map(|info| advert(info, host, &hub)));
        tokio::select! {
            () = stop.next() => break,
            changed = sessions.changed() => changed.context("The hub stopped by itself")?,
        }
    }
    tracing::info!("ending; a second signal ends at once");
    tokio::select! {
        ((), ended) = async { tokio::join!(discovery.shutdown(), hub.shutdown()) } => Ok(ended?),
        () = stop.next() => bail!("Ended at once by a second signal, so clients were not told and their last changes may be lost."),
    }
}

fn discovery(arguments: &ServeArguments) -> Result<Discovery> {
    if arguments.no_discovery {
        return Ok(Discovery::switched_off("Discovery is switched off here."));
    }
    let config = DiscoveryConfig {
        hub_bind: arguments.bind,
        ..DiscoveryConfig::default()
    };
    Ok(Discovery::start(config)?)
}

fn hub_config(arguments: &ServeArguments, discovery: &Discovery) -> Result<HubConfig> {
    Ok(HubConfig {
        bind: arguments.bind,
        port: match arguments.port {
            None => PortChoice::Default,
            Some(0) => PortChoice::Any,
            Some(port) => PortChoice::Exactly(port),
        },
        data_dir: arguments
            .data
            .clone()
            .map_or_else(data_folder::default, Ok)?,
        ui: Arc::new(EmbeddedUi),
        nearby: discovery.nearby(),
        host_name: host_name(),
        password: arguments
            .password_file
            .as_deref()
            .map(password)
            .transpose()?,
        storage: StorageSettings {
            history_bytes: arguments.history_budget * MEBIBYTE,
            ..StorageSettings::default()
        },
        tls: tls(arguments)?,
        names: names(arguments)?,
        accounts: arguments.accounts == Switch::On,
    })
}

/// Past what counts nothing is dropped in silence.
fn names(arguments: &ServeArguments) -> Result<Vec<DnsName>> {
    if arguments.name.len() > NAMES_MAX {
        bail!("A hub can have {NAMES_MAX} names at most: give --name less often.");
    }
    Ok(arguments.name.clone())
}

fn tls(arguments: &ServeArguments) -> Result<Option<TlsChoice>> {
    if let Some(TlsKind::SelfSigned) = arguments.tls {
        let name = host_name().to_ascii_lowercase();
        let local = format!("{name}.local");
        let given = arguments.name.iter().map(ToString::to_string);
        return Ok(Some(TlsChoice::SelfSigned {
            names: [name, local].into_iter().chain(given).collect(),
        }));
    }
    let files = arguments.tls_cert.clone().zip(arguments.tls_key.clone());
    let Some((certificate, key)) = files else {
        return Ok(None);
    };
    for (given_by, file) in [("--tls-cert", &certificate), ("--tls-key", &key)] {
        fs::read(file).map_err(|error| {
            let shown = file.display();
            anyhow!("{shown} cannot be read ({error}): check the path after {given_by}, and that you may read it.")
        })?;
    }
    Ok(Some(TlsChoice::Files { certificate, key }))
}

fn advert(info: &SessionInfo, host: &str, hub: &Hub) -> Advert {
    Advert {
        id: info.id.clone(),
        title: info.title.clone(),
        host: host.to_owned(),
        people: u32::try_from(info.people).unwrap_or(u32::MAX),
        password: info.password,
        port: hub.port(),
        fingerprint: hub.tls().map(Tls::fingerprint),
    }
}

fn tell_ready(hub: &Hub, session: &SessionId) -> Result<()> {
    let sessions = hub.sessions();
    let sessions = sessions.borrow();
    let title = sessions
        .iter()
        .find(|info| info.id == *session)
        .map_or("", |info| &info.title);
    let ready = Ready {
        ready: true,
        session,
        title,
        port: hub.port(),
        urls: hub.urls(session),
        host_url: hub.host_url(session),
        fingerprint: hub.tls().map(Tls::fingerprint),
    };
    let line = serde_json::to_string(&ready)?;
    let mut out = stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .context("Nobody reads standard output")?;
    if out.is_terminal() && stderr().is_terminal() {
        let welcome = welcome(&ready.urls).unwrap_or_default();
        // It is for comfort: a terminal that is gone does not end the hub.
        let _ = writeln!(stderr(), "{welcome}");
    }
    Ok(())
}

/// The first line of `file`: editors end a file with a line break that is no
/// part of the password.
pub(crate) fn password(file: &Path) -> Result<String> {
    let shown = file.display();
    let text = fs::read_to_string(file).map_err(|error| {
        anyhow!("The password file {shown} cannot be read ({error}): check the path after --password-file, and that you may read it.")
    })?;
    match text.lines().next() {
        Some(line) if line.len() > PASSWORD_BYTES_MAX => bail!(
            "The password in {shown} has {} bytes, and nobody could give more than {PASSWORD_BYTES_MAX}: shorten its first line.",
            line.len()
        ),
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => bail!("The password file {shown} is empty: write the password on its first line."),
    }
}

/// What people see as the host: the machine's name, as no person sits here.
fn host_name() -> String {
    let from_system = || fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = from_system()
        .or_else(|| env::var("COMPUTERNAME").ok())
        .or_else(|| env::var("HOSTNAME").ok());
    let name = name
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty());
    name.unwrap_or_else(|| "Lanvas server".to_owned())
}

/// `LANVAS_LOG`, or else `RUST_LOG`, says how much; without them what an operator wants to know. A
/// span that is asked for is told when it ends, with the time it took.
fn log_to_stderr(format: LogFormat) {
    let asked =
        EnvFilter::try_from_env("LANVAS_LOG").or_else(|_| EnvFilter::try_from_default_env());
    let filter = asked.unwrap_or_else(|_| EnvFilter::new(format!("info,{LIBRARY_LOG_TARGET}=off")));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(stderr);
    match format {
        LogFormat::Text => log.with_ansi(false).init(),
        LogFormat::Json => log.json().init(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_the_first_line_of_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("password");
        fs::write(&file, "horse battery\r\nsecond line\n").expect("written");
        assert_eq!(password(&file).expect("a password"), "horse battery");
        fs::write(&file, "\n").expect("written");
        assert!(password(&file).is_err());
        assert!(password(&folder.path().join("none")).is_err());
        let longest = "x".repeat(PASSWORD_BYTES_MAX);
        fs::write(&file, &longest).expect("written");
        assert_eq!(password(&file).expect("a password"), longest);
        fs::write(&file, longest + "x").expect("written");
        let refused = password(&file).expect_err("nobody could come in");
        assert!(refused.to_string().contains("shorten its first line"));
    }

    #[test]
    fn the_host_always_has_a_name() {
        assert!(!host_name().is_empty());
    }
}
