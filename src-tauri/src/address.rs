//! "Join by address": makes sense of what a person typed or pasted.
//!
//! Takes a link to a session, a link to a hub, a host name, an IP or IP:port,
//! with or without `http://`, or the words of a join code. Promises: pure, and total over any text.
//! Must not know: sockets. Asking a hub which session it runs is `lookup`.

use std::net::{Ipv4Addr, Ipv6Addr};

use lanvas_protocol::{
    SessionId,
    advert::USUAL_PORTS,
    join_code::{JoinCodeFault, join_code_fault, read_join_code},
};

use crate::refusal::Refusal;

/// Longer than any link to a session.
const TEXT_BYTES_MAX: usize = 1024;

/// What was typed, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TypedAddress {
    /// Only a hub with TLS will do. Else it is asked for, and taken where the hub has it.
    pub(crate) secure: bool,
    /// Ready for a URL: a name, an IPv4 address, or an IPv6 address in brackets.
    pub(crate) host: String,
    /// Never empty; more than one when no port was typed, most likely first.
    pub(crate) ports: Vec<u16>,
    /// The session, when a link to one was pasted.
    pub(crate) session: Option<SessionId>,
    /// The host's proof, when the host's own link was pasted.
    pub(crate) host_token: Option<String>,
}

/// Why it is no address, each with its own advice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AddressFault {
    Empty,
    TooLong,
    /// A scheme that leads to no session.
    Scheme,
    Host,
    Port,
    /// Words that are meant as a join code.
    Words(JoinCodeFault),
}

impl From<AddressFault> for Refusal {
    fn from(fault: AddressFault) -> Self {
        let (code, message) = match fault {
            AddressFault::Words(fault) => return Self::new("address_words", fault.to_string()),
            AddressFault::Empty => (
                "address_empty",
                "Type the address the host sees, such as 192.168.1.5.",
            ),
            AddressFault::TooLong => (
                "address_too_long",
                "That is too long for an address. Paste only the link.",
            ),
            AddressFault::Scheme => (
                "address_scheme",
                "That is no link to a Lanvas session. It begins with http:// or https://.",
            ),
            AddressFault::Host => (
                "address_host",
                "That is no address. Type the link the host sees, or the host's IP such as 192.168.1.5.",
            ),
            AddressFault::Port => (
                "address_port",
                "The number after the colon must be between 1 and 65535.",
            ),
        };
        Self::new(code, message)
    }
}

impl TypedAddress {
    /// Takes typed text apart.
    pub(crate) fn parse(text: &str) -> Result<Self, AddressFault> {
        let text = text.trim().trim_matches(['<', '>', '"', '\'']).trim();
        if text.is_empty() {
            return Err(AddressFault::Empty);
        }
        if text.len() > TEXT_BYTES_MAX {
            return Err(AddressFault::TooLong);
        }
        if let Some((address, port)) = read_join_code(text) {
            return Ok(Self {
                secure: false,
                host: address.to_string(),
                ports: vec![port],
                session: None,
                host_token: None,
            });
        }
        if let Some(fault) = join_code_fault(text) {
            return Err(AddressFault::Words(fault));
        }
        let (scheme, rest) = strip_scheme(text)?;
        let (authority, rest) = split_at_any(rest, &['/', '?', '#']);
        let (host, port) = split_port(authority)?;
        Ok(Self {
            secure: scheme == Some(Scheme::Sealed),
            host: checked_host(host)?,
            ports: port.map_or_else(|| likely_ports(scheme), |port| vec![port]),
            session: session_in_path(rest),
            host_token: token_in_fragment(rest),
        })
    }

    /// `http://host:port` or `https://…`, the way the port to the UI gives it.
    pub(crate) fn base(&self, port: u16, sealed: bool) -> String {
        let scheme = if sealed { "https" } else { "http" };
        format!("{scheme}://{}", self.authority(port))
    }

    /// `host:port`.
    pub(crate) fn authority(&self, port: u16) -> String {
        format!("{}:{port}", self.host)
    }
}

/// How a link begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Plain,
    Sealed,
}

/// A link's scheme, and what follows it.
fn strip_scheme(text: &str) -> Result<(Option<Scheme>, &str), AddressFault> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Ok((None, text));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "ws" => Ok((Some(Scheme::Plain), rest)),
        "https" | "wss" => Ok((Some(Scheme::Sealed), rest)),
        _ => Err(AddressFault::Scheme),
    }
}

/// A link without a port means the web's, as everywhere; typed text means a hub's usual ports.
fn likely_ports(scheme: Option<Scheme>) -> Vec<u16> {
    let web = scheme.map(|it| if it == Scheme::Plain { 80 } else { 443 });
    web.into_iter().chain(USUAL_PORTS).collect()
}

fn split_at_any<'a>(text: &'a str, at: &[char]) -> (&'a str, &'a str) {
    text.split_at(text.find(at).unwrap_or(text.len()))
}

/// `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address.
fn split_port(authority: &str) -> Result<(&str, Option<u16>), AddressFault> {
    if authority.parse::<Ipv6Addr>().is_ok() {
        return Ok((authority, None));
    }
    let bracketed = authority.starts_with('[');
    if !bracketed && authority.matches(':').count() > 1 {
        return Err(AddressFault::Host);
    }
    let host_end = if bracketed {
        authority.find(']').ok_or(AddressFault::Host)? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, port) = authority.split_at(host_end);
    match port.strip_prefix(':') {
        None if port.is_empty() => Ok((host, None)),
        None => Err(AddressFault::Host),
        Some(digits) => Ok((host, Some(checked_port(digits)?))),
    }
}

fn checked_port(digits: &str) -> Result<u16, AddressFault> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let port = if plain {
        digits.parse().unwrap_or(0)
    } else {
        0
    };
    if port == 0 {
        Err(AddressFault::Port)
    } else {
        Ok(port)
    }
}

/// The host as it goes into a URL, or a fault. A zone (`fe80::1%eth0`) has no place in a URL.
fn checked_host(host: &str) -> Result<String, AddressFault> {
    let inner = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    if let Ok(v6) = inner.parse::<Ipv6Addr>() {
        return Ok(format!("[{v6}]"));
    }
    let last = host
        .trim_end_matches('.')
        .rsplit('.')
        .next()
        .unwrap_or_default();
    let is_numeric = !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit());
    if is_numeric {
        let v4: Ipv4Addr = host.parse().map_err(|_| AddressFault::Host)?;
        return Ok(v4.to_string());
    }
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if host.len() <= 253 && host.split('.').all(is_label) {
        Ok(host)
    } else {
        Err(AddressFault::Host)
    }
}

/// One part of a host name. Underscores are not allowed by the rules and common in offices.
fn is_label(label: &str) -> bool {
    let allowed = label
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    (1..=63).contains(&label.len()) && allowed && !label.starts_with('-') && !label.ends_with('-')
}

/// The id of `/s/<id>` (the page) or `/ws/<id>` (its socket); any other path means the hub.
fn session_in_path(rest: &str) -> Option<SessionId> {
    let (path, _) = split_at_any(rest, &['?', '#']);
    let id = path
        .strip_prefix("/s/")
        .or_else(|| path.strip_prefix("/ws/"))?;
    SessionId::new(id.trim_end_matches('/')).ok()
}

fn token_in_fragment(rest: &str) -> Option<String> {
    let (_, fragment) = rest.split_once('#')?;
    let token = fragment
        .split('&')
        .find_map(|pair| pair.strip_prefix("host="))?;
    (!token.is_empty()).then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: [u16; 11] = [
        7420, 7421, 7422, 7423, 7424, 7425, 7426, 7427, 7428, 7429, 7430,
    ];

    fn parse(text: &str) -> (String, Vec<u16>, Option<String>) {
        let address =
            TypedAddress::parse(text).unwrap_or_else(|fault| panic!("{text:?}: {fault:?}"));
        (
            address.host,
            address.ports,
            address.session.map(String::from),
        )
    }

    #[test]
    fn typed_hosts_and_addresses_are_tried_at_the_usual_ports() {
        for (typed, host) in [
            ("192.168.1.5", "192.168.1.5"),
            ("  192.168.1.5 \n", "192.168.1.5"),
            ("<192.168.1.5>", "192.168.1.5"),
            ("192.168.1.5/", "192.168.1.5"),
            ("annas-laptop", "annas-laptop"),
            ("Annas-Laptop.local.", "annas-laptop.local"),
            ("my_pc", "my_pc"),
            ("fd00::5", "[fd00::5]"),
            ("[fd00:0::5]", "[fd00::5]"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(
                parse(typed),
                (host.into(), USUAL.to_vec(), None),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn a_typed_port_is_the_only_one_tried() {
        for (typed, host, port) in [
            ("192.168.1.5:7421", "192.168.1.5", 7421),
            ("192.168.1.5:80", "192.168.1.5", 80),
            ("annas-laptop:65535", "annas-laptop", 65535),
            ("[fd00::5]:7420", "[fd00::5]", 7420),
            ("http://192.168.1.5:7420", "192.168.1.5", 7420),
            ("http://192.168.1.5:7420/", "192.168.1.5", 7420),
            ("HTTP://192.168.1.5:7420/join?x=1", "192.168.1.5", 7420),
            ("ws://[fd00::5]:7425/", "[fd00::5]", 7425),
        ] {
            assert_eq!(parse(typed), (host.into(), vec![port], None), "{typed:?}");
        }
    }

    #[test]
    fn the_words_of_a_join_code_are_an_address() {
        let code = lanvas_protocol::join_code::join_code(Ipv4Addr::new(192, 168, 1, 5), 7421);
        for typed in [code.clone(), code.replace('-', " ").to_uppercase()] {
            assert_eq!(parse(&typed), ("192.168.1.5".into(), vec![7421], None));
        }
    }

    #[test]
    fn a_link_to_a_session_names_it() {
        for typed in [
            "http://10.0.0.5:7420/s/k3f9x2ab",
            "http://10.0.0.5:7420/s/k3f9x2ab/",
            "http://10.0.0.5:7420/s/k3f9x2ab?name=Ann",
            "10.0.0.5:7420/s/k3f9x2ab",
            "ws://10.0.0.5:7420/ws/k3f9x2ab",
            "\"http://10.0.0.5:7420/s/k3f9x2ab\"",
        ] {
            assert_eq!(
                parse(typed),
                ("10.0.0.5".into(), vec![7420], Some("k3f9x2ab".into())),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn a_link_without_a_port_may_mean_port_80_or_a_forgotten_one() {
        let (_, ports, session) = parse("http://10.0.0.5/s/k3f9x2ab");
        assert_eq!((ports[0], &ports[1..]), (80, &USUAL[..]));
        assert_eq!(session.as_deref(), Some("k3f9x2ab"));
    }

    #[test]
    fn a_link_to_an_encrypted_session_is_one_to_nothing_else() {
        for (typed, secure, port) in [
            ("https://10.0.0.5:7420/s/k3f9x2ab", true, 7420),
            ("WSS://10.0.0.5:7421/ws/k3f9x2ab", true, 7421),
            ("https://10.0.0.5/s/k3f9x2ab", true, 443),
            ("http://10.0.0.5:7420/s/k3f9x2ab", false, 7420),
            ("10.0.0.5:7420/s/k3f9x2ab", false, 7420),
        ] {
            let address = TypedAddress::parse(typed).unwrap();
            assert_eq!(
                (address.secure, address.ports[0]),
                (secure, port),
                "{typed}"
            );
            assert!(address.session.is_some());
        }
        let address = TypedAddress::parse("https://10.0.0.5").unwrap();
        assert_eq!(address.base(7420, true), "https://10.0.0.5:7420");
    }

    #[test]
    fn a_path_that_cannot_be_a_session_leaves_the_hub_to_say_which() {
        for typed in [
            "10.0.0.5:1/s/",
            "10.0.0.5:1/s/a%20b",
            "10.0.0.5:1/s/a/b",
            "10.0.0.5:1/x/k3f9x2ab",
        ] {
            assert_eq!(parse(typed).2, None, "{typed:?}");
        }
    }

    #[test]
    fn the_hosts_own_link_keeps_its_proof() {
        let address = TypedAddress::parse("http://127.0.0.1:7420/s/k3f9x2ab#host=abc123").unwrap();
        assert_eq!(address.host_token.as_deref(), Some("abc123"));
        assert_eq!(address.base(7420, false), "http://127.0.0.1:7420");
        assert_eq!(
            TypedAddress::parse("127.0.0.1:7420/s/x#host=")
                .unwrap()
                .host_token,
            None
        );
    }

    #[test]
    fn each_fault_is_told_apart() {
        let endless = "a".repeat(TEXT_BYTES_MAX + 1);
        let long_label = "a".repeat(64);
        for (typed, fault) in [
            (
                "acorn xylofon acorn",
                AddressFault::Words(JoinCodeFault::Word("xylofon".into())),
            ),
            ("", AddressFault::Empty),
            ("   ", AddressFault::Empty),
            ("\"\"", AddressFault::Empty),
            (endless.as_str(), AddressFault::TooLong),
            ("ftp://10.0.0.5/", AddressFault::Scheme),
            ("javascript://10.0.0.5/", AddressFault::Scheme),
            ("http://", AddressFault::Host),
            ("hello world", AddressFault::Host),
            ("ann@10.0.0.5", AddressFault::Host),
            ("10.0.0", AddressFault::Host),
            ("10.0.0.256", AddressFault::Host),
            ("10.0.0.05", AddressFault::Host),
            ("12345", AddressFault::Host),
            ("-x", AddressFault::Host),
            ("a..b", AddressFault::Host),
            (long_label.as_str(), AddressFault::Host),
            ("[fd00::5", AddressFault::Host),
            ("[fd00::5]7420", AddressFault::Host),
            ("fe80::1%eth0", AddressFault::Host),
            ("[fe80::1%eth0]:7420", AddressFault::Host),
            ("zoë.local", AddressFault::Host),
            ("10.0.0.5:", AddressFault::Port),
            ("10.0.0.5:0", AddressFault::Port),
            ("10.0.0.5:65536", AddressFault::Port),
            ("10.0.0.5:+80", AddressFault::Port),
            ("10.0.0.5:port", AddressFault::Port),
        ] {
            assert_eq!(TypedAddress::parse(typed), Err(fault.clone()), "{typed:?}");
            let refusal = Refusal::from(fault);
            assert!(refusal.message.ends_with('.') && refusal.code.starts_with("address_"));
        }
    }
}
