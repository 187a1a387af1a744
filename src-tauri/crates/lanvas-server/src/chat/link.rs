//! A session's link as people pass it on.

/// Where a session's socket is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) socket: String,
    /// `host:port`.
    pub(super) authority: String,
    /// Whether the hub is to be spoken to by TLS.
    pub(super) sealed: bool,
    /// Only the host's own link has one.
    pub(super) host_token: Option<String>,
    /// Only an invitation has one.
    pub(super) invite: Option<String>,
}

impl Link {
    /// Reads `http://host:port/s/<id>` or the same with `https`, also with `#host=…` or `#invite=…` behind it; none for anything else.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
        let (scheme, rest) = address.split_once("://")?;
        let (scheme, sealed, usual_port) = match scheme {
            "http" | "ws" => ("ws", false, 80),
            "https" | "wss" => ("wss", true, 443),
            _ => return None,
        };
        let (host, path) = rest.split_once('/')?;
        let id = path
            .strip_prefix("s/")
            .or_else(|| path.strip_prefix("ws/"))?
            .trim_end_matches('/');
        let plain = |text: &str| {
            let mut bytes = text.bytes();
            !text.is_empty() && bytes.all(|b| b.is_ascii_alphanumeric() || b"-_.:[]%".contains(&b))
        };
        let has_port = host
            .rsplit(']')
            .next()
            .is_some_and(|rest| rest.contains(':'));
        let authority = if has_port {
            host.to_owned()
        } else {
            format!("{host}:{usual_port}")
        };
        (plain(host) && plain(id)).then(|| Self {
            authority,
            sealed,
            socket: format!("{scheme}://{host}/ws/{id}"),
            host_token: fragment.strip_prefix("host=").map(str::to_owned),
            invite: fragment.strip_prefix("invite=").map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_what_the_host_shows() {
        let read = |text| Link::read(text).map(|link| (link.socket, link.host_token));
        let socket = "ws://192.168.1.5:7420/ws/k3f9".to_owned();
        assert_eq!(
            read("http://192.168.1.5:7420/s/k3f9"),
            Some((socket.clone(), None))
        );
        assert_eq!(
            read("http://192.168.1.5:7420/s/k3f9/#host=abc"),
            Some((socket, Some("abc".to_owned())))
        );
        let invited = Link::read("http://192.168.1.5:7420/s/k3f9#invite=abc").unwrap();
        assert_eq!(
            (invited.invite.as_deref(), invited.host_token),
            (Some("abc"), None)
        );
        for (text, authority, sealed) in [
            ("https://192.168.1.5:7420/s/k3f9", "192.168.1.5:7420", true),
            ("https://nas.local/s/k3f9", "nas.local:443", true),
            ("http://[::1]/s/k3f9", "[::1]:80", false),
            ("wss://[::1]:7420/ws/k3f9", "[::1]:7420", true),
        ] {
            let link = Link::read(text).unwrap();
            assert_eq!((link.authority.as_str(), link.sealed), (authority, sealed));
        }
        for bad in [
            "",
            "Biology",
            "ftp://a/s/b",
            "http://a",
            "http://a/x/b",
            "http:///s/b",
            "http://a/s/b c",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
