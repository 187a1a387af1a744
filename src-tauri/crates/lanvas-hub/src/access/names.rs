//! The names that whoever runs a hub says it has: by `--name`, and in the certificate they gave.
//!
//! Promises: a name is compared whole, without regard to case; a certificate's `*.` stands for one
//! label. Must not know: who asks for what.

use std::{fmt, str::FromStr};

/// Names that a hub may be given.
pub const NAMES_MAX: usize = 8;
/// Names of a certificate that are looked at: more than one is ever made for.
pub const CERTIFICATE_NAMES_MAX: usize = 128;
/// Characters of a name, and of what is between two of its dots (RFC 1035).
const NAME_LENGTH_MAX: usize = 253;
const LABEL_LENGTH_MAX: usize = 63;

/// A name as name servers give them out, in lower case: no scheme, no port, no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsName(String);

/// Why something is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name is like board.school.example: letters, digits and hyphens with dots between, without http:// and without a port"
)]
pub struct NoName;

impl FromStr for DnsName {
    type Err = NoName;

    fn from_str(text: &str) -> Result<Self, NoName> {
        let is_address = text
            .rsplit('.')
            .next()
            .is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
        let is_name = text.len() <= NAME_LENGTH_MAX && !is_address && text.split('.').all(is_label);
        is_name
            .then(|| Self(text.to_ascii_lowercase()))
            .ok_or(NoName)
    }
}

impl fmt::Display for DnsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_label(label: &str) -> bool {
    (1..=LABEL_LENGTH_MAX).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// All names of one hub.
#[derive(Debug, Clone, Default)]
pub struct Names {
    given: Vec<DnsName>,
    certified: Vec<Certified>,
}

/// A name in a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Certified {
    name: DnsName,
    /// It stands for all that have one label more.
    any_below: bool,
}

impl Certified {
    fn read(text: &str) -> Option<Self> {
        let below = text.strip_prefix("*.");
        let name: DnsName = below.unwrap_or(text).parse().ok()?;
        // Nobody is given one for all names of a country.
        let any_below = below.is_some();
        (!any_below || name.0.contains('.')).then_some(Self { name, any_below })
    }

    fn covers(&self, name: &DnsName) -> bool {
        if !self.any_below {
            return self.name == *name;
        }
        let above = name.0.split_once('.').map(|(_, above)| above);
        above == Some(self.name.0.as_str())
    }
}

impl Names {
    /// Those it was given, and the DNS names in its certificate if that was given too.
    #[must_use]
    pub fn new(given: Vec<DnsName>, certificate: &[String]) -> Self {
        let certified = certificate.iter().take(CERTIFICATE_NAMES_MAX);
        Self {
            given: given.into_iter().take(NAMES_MAX).collect(),
            certified: certified.filter_map(|text| Certified::read(text)).collect(),
        }
    }

    /// Whether a host, without its port, is one of them.
    #[must_use]
    pub fn have(&self, host: &str) -> bool {
        if self.given.is_empty() && self.certified.is_empty() {
            return false;
        }
        let name = host.parse::<DnsName>();
        name.is_ok_and(|name| self.given.contains(&name) || self.is_certified(&name))
    }

    /// The name that links begin with: the first given one that the certificate is for, else the
    /// first one in it. None without such a certificate: then only addresses surely lead here.
    #[must_use]
    pub fn for_links(&self) -> Option<&DnsName> {
        let given = self.given.iter().find(|name| self.is_certified(name));
        let certified = || self.certified.iter().find(|it| !it.any_below);
        given.or_else(|| certified().map(|it| &it.name))
    }

    fn is_certified(&self, name: &DnsName) -> bool {
        self.certified.iter().any(|it| it.covers(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(given: &[&str], certificate: &[&str]) -> Names {
        let given = given.iter().map(|name| name.parse().unwrap()).collect();
        let certificate: Vec<_> = certificate.iter().map(|&name| name.to_owned()).collect();
        Names::new(given, &certificate)
    }

    /// At the edge and past it.
    #[test]
    fn a_name_is_what_a_name_server_gives_out() {
        let label = "a".repeat(LABEL_LENGTH_MAX);
        let longest = [label.as_str(), &label, &label, &label[..61]].join(".");
        assert_eq!(longest.len(), NAME_LENGTH_MAX);
        for good in [
            "nas",
            "nas.fritz.box",
            "xn--bcher-kva.example",
            "4.example",
            &longest,
        ] {
            assert_eq!(good.parse::<DnsName>().unwrap().to_string(), good);
        }
        let mixed = "Board.School.Example".parse::<DnsName>().unwrap();
        assert_eq!(mixed.to_string(), "board.school.example");
        for bad in [
            "",
            ".",
            "nas.",
            ".nas",
            "a..b",
            "-nas",
            "nas-",
            "http://nas.fritz.box",
            "nas.fritz.box:7420",
            "nas.fritz.box/",
            "192.168.1.5",
            "::1",
            "*.school.example",
            "a_b",
            "a b",
            "bücher.example",
            &format!("{label}a"),
            &format!("{longest}a"),
        ] {
            assert_eq!(bad.parse::<DnsName>(), Err(NoName), "{bad}");
        }
    }

    #[test]
    fn a_name_is_compared_whole_and_a_star_is_one_label() {
        let names = named(
            &["nas.fritz.box"],
            &["board.school.example", "*.uni.example"],
        );
        for own in [
            "nas.fritz.box",
            "NAS.Fritz.Box",
            "board.school.example",
            "lab.uni.example",
        ] {
            assert!(names.have(own), "{own}");
        }
        for foreign in [
            "fritz.box",
            "a.nas.fritz.box",
            "nas.fritz.box.evil.test",
            "evil-nas.fritz.box",
            "nas.fritz.box.",
            "school.example",
            "uni.example",
            "a.b.uni.example",
            "*.uni.example",
            "",
        ] {
            assert!(!names.have(foreign), "{foreign}");
        }
        assert!(!named(&[], &["*.example", "*", "a_b", "*.*.example"]).have("evil.example"));
        assert!(!Names::default().have("nas.fritz.box"));
    }

    #[test]
    fn so_many_names_are_taken() {
        let many: Vec<_> = (0..=CERTIFICATE_NAMES_MAX)
            .map(|it| format!("n{it}.example"))
            .collect();
        let given = many
            .iter()
            .take(NAMES_MAX + 1)
            .map(|it| it.parse().unwrap());
        let names = Names::new(given.collect(), &[]);
        assert!(names.have("n7.example") && !names.have("n8.example"));
        let names = Names::new(Vec::new(), &many);
        assert!(names.have("n127.example") && !names.have("n128.example"));
    }

    #[test]
    fn links_have_the_first_name_that_the_certificate_is_for() {
        let link = |given: &[&str], certificate: &[&str]| {
            named(given, certificate)
                .for_links()
                .map(DnsName::to_string)
        };
        let board = Some("board.school.example".to_owned());
        assert_eq!(
            link(&[], &["*.school.example", "board.school.example"]),
            board
        );
        assert_eq!(
            link(
                &["nas.fritz.box", "board.school.example"],
                &["a.example", "*.school.example"]
            ),
            board
        );
        assert_eq!(link(&["nas.fritz.box"], &["board.school.example"]), board);
        assert_eq!(link(&["nas.fritz.box"], &[]), None);
        assert_eq!(link(&[], &["*.school.example"]), None);
    }
}
