//! Which web pages may talk to this hub.
//!
//! Sockets know no same-origin policy: any page the host visits could open one to
//! `127.0.0.1`, unless `Origin` is checked; and a name that an attacker points at this machine
//! (DNS rebinding) makes his page same-origin, unless `Host` is checked. CWE-1385, CWE-350.

mod names;

use std::net::IpAddr;

use axum::http::{HeaderMap, Uri, header};

pub use self::names::{CERTIFICATE_NAMES_MAX, DnsName, NAMES_MAX, Names, NoName};

/// The origins of the desktop app's own page on the systems it runs on.
pub const APP_ORIGINS: [&str; 3] = [
    "tauri://localhost",
    "http://tauri.localhost",
    "https://tauri.localhost",
];

/// Endings of names that no public name server gives out.
const LOCAL_ENDINGS: [&str; 5] = [".local", ".localhost", ".lan", ".home.arpa", ".internal"];

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It names a host that this hub cannot be sure to be.
    Host,
    /// It comes from a page that is not ours.
    Origin,
}

/// What counts as this hub's own.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// Whether it has TLS. Then no page is its own that came without: somebody between may have made
    /// that one.
    pub tls: bool,
    /// Its names, beside its addresses and what only the local network gives out.
    pub names: Names,
}

/// Whether the request names this hub and comes from a page of its own, the app, or no page.
///
/// # Errors
/// Which of the two it is not.
pub fn check(headers: &HeaderMap, uri: &Uri, own: &Own) -> Result<(), Refusal> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().map_err(|_| Refusal::Host)?,
        _ => return Err(Refusal::Host),
    };
    if uri
        .authority()
        .is_some_and(|authority| authority.as_str() != host)
        || !own.answers_to(host)
    {
        return Err(Refusal::Host);
    }
    match headers.get(header::ORIGIN) {
        None => Ok(()),
        Some(origin)
            if origin
                .to_str()
                .is_ok_and(|origin| own.has_page(origin, host)) =>
        {
            Ok(())
        }
        Some(_) => Err(Refusal::Origin),
    }
}

/// The app's origin if the request comes from it: what CORS must answer.
#[must_use]
pub fn app_origin(headers: &HeaderMap) -> Option<&'static str> {
    let origin = headers.get(header::ORIGIN)?.to_str().ok()?;
    APP_ORIGINS.into_iter().find(|app| *app == origin)
}

impl Own {
    /// Whether a `Host` is this hub: an IP address, a name that only the local network can have given
    /// out, or one that it was given.
    fn answers_to(&self, host: &str) -> bool {
        without_port(host).is_some_and(|name| is_local(name) || self.names.have(name))
    }

    /// Whether an `Origin` is a page of this hub or of the app. By a name that it was given it may
    /// have come through a proxy, which has a port of its own, and TLS of its own.
    fn has_page(&self, origin: &str, host: &str) -> bool {
        let plain = origin.strip_prefix("http://").filter(|_| !self.tls);
        APP_ORIGINS.contains(&origin)
            || plain
                .or_else(|| origin.strip_prefix("https://"))
                .is_some_and(|authority| {
                    authority.eq_ignore_ascii_case(host)
                        || without_port(authority).is_some_and(|name| self.names.have(name))
                })
    }
}

fn is_local(name: &str) -> bool {
    let literal = name
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(name);
    if literal.parse::<IpAddr>().is_ok() {
        return true;
    }
    let name = name.to_ascii_lowercase();
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    is_name && (!name.contains('.') || LOCAL_ENDINGS.iter().any(|ending| name.ends_with(ending)))
}

fn without_port(host: &str) -> Option<&str> {
    if host.starts_with('[') {
        let end = host.find(']')?;
        let port = &host[end + 1..];
        let valid = port.is_empty() || port.strip_prefix(':')?.parse::<u16>().is_ok();
        return valid.then_some(&host[..=end]);
    }
    match host.split_once(':') {
        None => Some(host),
        Some((name, port)) => port.parse::<u16>().is_ok().then_some(name),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn checked(host: &str, origin: Option<&str>) -> Result<(), Refusal> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_str(host).unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        check(&headers, &Uri::from_static("/ws/x"), &Own::default())
    }

    #[test]
    fn a_hub_with_tls_has_no_page_that_came_without() {
        let own = Own {
            tls: true,
            names: Names::new(Vec::new(), &["board.school.example".to_owned()]),
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("192.168.1.5:7420"));
        for (origin, expected) in [
            ("https://192.168.1.5:7420", Ok(())),
            ("tauri://localhost", Ok(())),
            ("http://192.168.1.5:7420", Err(Refusal::Origin)),
            ("https://board.school.example", Ok(())),
            ("http://board.school.example", Err(Refusal::Origin)),
        ] {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            assert_eq!(check(&headers, &Uri::from_static("/ws/x"), &own), expected);
        }
    }

    #[test]
    fn a_host_is_an_address_or_a_local_name() {
        for good in [
            "192.168.1.5:7420",
            "127.0.0.1",
            "[::1]:7420",
            "localhost:7420",
            "schoolnas",
            "lanvas-k3f9.local:7420",
            "NAS.Local",
        ] {
            assert_eq!(checked(good, None), Ok(()), "{good}");
        }
        for bad in [
            "evil.test:7420",
            "127.0.0.1.nip.io",
            "localhost.evil.com",
            "a@127.0.0.1",
            "",
            "127.0.0.1:99999",
            "[::1",
            "evil.local.com",
            "127.0.0.1.",
            "x:y:z",
        ] {
            assert_eq!(checked(bad, None), Err(Refusal::Host), "{bad}");
        }
    }

    #[test]
    fn an_origin_is_our_own_the_apps_or_none() {
        let host = "192.168.1.5:7420";
        for good in [
            None,
            Some("http://192.168.1.5:7420"),
            Some("tauri://localhost"),
        ] {
            assert_eq!(checked(host, good), Ok(()), "{good:?}");
        }
        for bad in [
            "null",
            "http://192.168.1.5",
            "http://192.168.1.5:80",
            "http://evil.test",
            "http://192.168.1.5:7420.evil.test",
            "http://user@192.168.1.5:7420",
            "file://",
            "tauri://localhost.evil",
            "",
        ] {
            assert_eq!(checked(host, Some(bad)), Err(Refusal::Origin), "{bad}");
        }
    }

    /// R1: a name that it was given is its own, and its pages may come through a proxy; DNS rebinding
    /// by any other name still fails.
    #[test]
    fn a_name_that_was_given_is_a_host_and_a_page_by_any_port() {
        let own = Own {
            tls: false,
            names: Names::new(vec!["nas.fritz.box".parse().unwrap()], &[]),
        };
        let checked = |host: &'static str, origin: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            check(&headers, &Uri::from_static("/ws/x"), &own)
        };
        for (host, origin) in [
            ("nas.fritz.box:7420", "http://nas.fritz.box:7420"),
            ("NAS.fritz.box", "https://nas.Fritz.box"),
            ("127.0.0.1:7420", "https://nas.fritz.box:8443"),
            ("nas.fritz.box:7420", "tauri://localhost"),
        ] {
            assert_eq!(checked(host, origin), Ok(()), "{host} {origin}");
        }
        for origin in [
            "https://evil.test",
            "https://nas.fritz.box.evil.test",
            "https://evil-nas.fritz.box",
            "https://user@nas.fritz.box",
            "https://nas.fritz.box:port",
            "ftp://nas.fritz.box",
            "nas.fritz.box",
        ] {
            let refused = checked("nas.fritz.box", origin);
            assert_eq!(refused, Err(Refusal::Origin), "{origin}");
        }
        for host in [
            "evil.test",
            "evil.fritz.box",
            "nas.fritz.box:99999",
            "nas.fritz.box.evil.test",
        ] {
            let refused = checked(host, "http://nas.fritz.box");
            assert_eq!(refused, Err(Refusal::Host), "{host}");
        }
    }

    #[test]
    fn two_hosts_are_none() {
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, HeaderValue::from_static("127.0.0.1"));
        headers.append(header::HOST, HeaderValue::from_static("127.0.0.1"));
        assert_eq!(
            check(&headers, &Uri::from_static("/"), &Own::default()),
            Err(Refusal::Host)
        );
    }
}
