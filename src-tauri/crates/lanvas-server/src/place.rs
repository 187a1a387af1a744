//! What a person types for another computer's hub: makes an address of it.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use lanvas_protocol::{
    SessionId,
    advert::DEFAULT_PORT,
    join_code::{join_code_fault, read_join_code},
};

/// Where `link` leads: a link, an address, a name or the words of a join code.
pub(crate) async fn resolve(link: &str) -> Result<SocketAddr> {
    if let Some(fault) = join_code_fault(link) {
        bail!(fault);
    }
    let place = place(link);
    let found = tokio::net::lookup_host(&place).await;
    let mut found = found.with_context(|| {
        format!("\"{link}\" is no address that this computer knows; give the link as the host sees it, such as http://192.168.1.5:7420")
    })?;
    // Hubs announce IPv4; a name may stand for both.
    let first = found.next();
    let four = first.into_iter().chain(found).find(SocketAddr::is_ipv4);
    four.or(first).with_context(|| {
        format!("\"{link}\" stands for no address; ask the host for the link again")
    })
}

/// The session that a link names.
pub(crate) fn session(link: &str) -> Option<SessionId> {
    let (_, rest) = link.split_once("/s/")?;
    let id = rest.split(['/', '?', '#']).next()?;
    SessionId::new(id.trim()).ok()
}

/// `host:port` of a link or an address.
fn place(link: &str) -> String {
    if let Some((address, port)) = read_join_code(link) {
        return format!("{address}:{port}");
    }
    let link = link.trim();
    let rest = link.split_once("://").map_or(link, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let colons = host.matches(':').count();
    let has_port = if host.starts_with('[') {
        host.contains("]:")
    } else {
        colons == 1
    };
    match (has_port, colons) {
        (true, _) => host.to_owned(),
        (false, 2..) if !host.starts_with('[') => format!("[{host}]:{DEFAULT_PORT}"),
        (false, _) => format!("{host}:{DEFAULT_PORT}"),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use lanvas_protocol::join_code::join_code;

    use super::*;

    #[test]
    fn a_link_may_name_a_session() {
        let named = |link| session(link).map(|id| id.to_string());
        let expected = Some("k3f9x2ab".to_owned());
        assert_eq!(named("http://192.168.1.5:7421/s/k3f9x2ab#host=1"), expected);
        assert_eq!(named("192.168.1.5/s/k3f9x2ab/ "), expected);
        for other in ["192.168.1.5", "http://192.168.1.5/", "x/s/../.."] {
            assert_eq!(named(other), None, "{other}");
        }
    }

    #[test]
    fn a_link_or_an_address_is_a_place() {
        for (link, expected) in [
            (
                "http://192.168.1.5:7421/s/k3f9x2ab#host=1",
                "192.168.1.5:7421",
            ),
            ("192.168.1.5", "192.168.1.5:7420"),
            ("anns-laptop.local/", "anns-laptop.local:7420"),
            ("[fe80::1]:7420", "[fe80::1]:7420"),
            ("fe80::1", "[fe80::1]:7420"),
            (" http://[fe80::1]/s/x ", "[fe80::1]:7420"),
            (
                &join_code(Ipv4Addr::new(10, 0, 0, 5), 7421),
                "10.0.0.5:7421",
            ),
        ] {
            assert_eq!(place(link), expected);
        }
    }
}
