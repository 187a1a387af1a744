//! What settings and the command line mean for hosting.

use std::net::{IpAddr, Ipv4Addr};

use lanvas_hub::{PortChoice, storage::HISTORY_BYTES_DEFAULT};

use crate::hosting::Wishes;
use crate::settings::Settings;

const MEBIBYTE: u64 = 1024 * 1024;

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
        history_bytes: settings
            .history_mib
            .map_or(HISTORY_BYTES_DEFAULT, |mib| mib * MEBIBYTE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_the_past_is_as_much_as_on_the_command_line() {
        assert_eq!(
            crate::settings::HISTORY_MIB,
            lanvas_hub::storage::HISTORY_MIB
        );
        let kept = |history_mib| {
            let settings = Settings {
                history_mib,
                ..Settings::default()
            };
            of(&settings, None).history_bytes
        };
        assert_eq!(kept(None), 1024 * MEBIBYTE);
        assert_eq!(kept(Some(1)), 1_048_576);
        assert_eq!(kept(Some(*lanvas_hub::storage::HISTORY_MIB.end())), 1 << 40);
    }
}
