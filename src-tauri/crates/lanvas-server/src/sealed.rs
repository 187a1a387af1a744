//! Connections to a hub with TLS, for the commands that are clients.
//!
//! Promises: a hub is known by its certificate, the first time by whichever it shows, which is said
//! and remembered; another one later ends the command before anything is sent. Must not know: what
//! goes over the connection.

use anyhow::{Context, Result, bail};
use clap::Args;
use lanvas_hub::tls::{
    known::KnownHubs,
    pinned::{self, PinError, Trust},
};
use lanvas_protocol::Fingerprint;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::data_folder;

/// By what an encrypted hub is known.
#[derive(Debug, Args)]
pub(crate) struct TrustArguments {
    /// The SHA-256 fingerprint of an encrypted hub's certificate, as its ready line has it. It is remembered. Without it: the one that was remembered, or, the first time, whichever the hub shows.
    #[arg(long, value_name = "HEX", value_parser = fingerprint)]
    pub(crate) fingerprint: Option<Fingerprint>,
}

fn fingerprint(text: &str) -> Result<Fingerprint, String> {
    Fingerprint::parse(text).map_err(|error| error.to_string())
}

/// Connects to `host:port`, if the hub there has the certificate that is known of it.
pub(crate) async fn connect(
    authority: &str,
    trusted: &TrustArguments,
) -> Result<TlsStream<TcpStream>> {
    let known = KnownHubs::below(&data_folder::default()?);
    let unreadable = || {
        format!(
            "What is known of hubs, {}, cannot be used",
            known.path().display()
        )
    };
    let trust = match trusted.fingerprint {
        Some(fingerprint) => Trust::Only(fingerprint),
        None => known.trust(authority).with_context(unreadable)?,
    };
    let (stream, shown) = match pinned::connect(authority, trust).await {
        Ok(connected) => connected,
        Err(PinError::Changed { known, shown }) => bail!(
            "The hub at {authority} shows another certificate than the one that is known of it ({shown_short} instead of {known_short}): somebody may be between you and the hub. Ask its host for the fingerprint; if it is this one, say --fingerprint {shown}",
            shown_short = shown.short(),
            known_short = known.short()
        ),
        Err(PinError::Io(error)) => {
            let unreachable = format!("No encrypted Lanvas hub answers at https://{authority}");
            return Err(error).context(unreachable);
        }
    };
    if trust == Trust::First {
        eprintln!(
            "The certificate of {authority} begins with {}. It is remembered; ask the host whether that is theirs.",
            shown.short()
        );
    }
    known.remember(authority, shown).with_context(unreadable)?;
    Ok(stream)
}
