//! What settings and the command line mean for hosting.

use std::net::{IpAddr, Ipv4Addr};

use lanvas_hub::PortChoice;

use crate::hosting::Wishes;
use crate::settings::Settings;

/// The port of the command line, which goes before the one of the settings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PortOption(pub(crate) Option<u16>);

pub(crate) fn of(settings: &Settings, port: Option<u16>) -> Wishes {
    let port = match port.or(settings.port) {
        None => PortChoice::Default,
        Some(0) => PortChoice::Any,
        Some(port) => PortChoice::Exactly(port),
    };
    Wishes {
        host_name: settings.name.clone(),
        port,
        bind: settings
            .interface
            .unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        visible: settings.visible,
        encrypted: settings.encrypted,
    }
}
