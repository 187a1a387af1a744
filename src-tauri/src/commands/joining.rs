//! Joining the sessions of others.

use std::sync::Arc;

use lanvas_protocol::{Fingerprint, SessionId};
use tauri::{AppHandle, Emitter as _, State};

use crate::address::TypedAddress;
use crate::host::Host;
use crate::joining::{self, OnChanged, Pipes};
use crate::lookup::SessionAddress;
use crate::pins::Pins;
use crate::refusal::Refusal;
use crate::window;

#[tauri::command]
pub(crate) async fn resolve_address(
    app: AppHandle,
    host: State<'_, Host>,
    pins: State<'_, Pins>,
    pipes: State<'_, Pipes>,
    text: String,
) -> Result<SessionAddress, Refusal> {
    let address = TypedAddress::parse(&text)?;
    let changed: OnChanged = Arc::new(move |refusal| {
        if let Err(error) = app.emit_to(window::MAIN, "hub-changed", refusal) {
            tracing::warn!(%error, "the page could not be told that a certificate changed");
        }
    });
    joining::join(address, &pins, &pipes, host.nearby(), changed).await
}

/// The person compared the fingerprint of a hub, or wants it although it is not encrypted any more.
#[tauri::command]
pub(crate) fn trust_hub(
    pins: State<'_, Pins>,
    session: Option<SessionId>,
    place: String,
    shown: Option<Fingerprint>,
) -> Result<(), Refusal> {
    let place = TypedAddress::parse(&place)?;
    let [port] = place.ports[..] else {
        return Err(Refusal::new(
            "address_port",
            "That is no place of a session.",
        ));
    };
    let place = place.authority(port);
    match shown {
        Some(fingerprint) => pins.remember(session.as_ref(), &place, fingerprint),
        None => pins.forget(session.as_ref(), &place),
    }
}

/// The page is in the session of this pipe, or in none that needs one.
#[tauri::command]
pub(crate) fn keep_pipe(pipes: State<'_, Pipes>, base: Option<String>) {
    pipes.keep_only(base.as_deref());
}
