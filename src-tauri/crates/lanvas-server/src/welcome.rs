//! What a person at a terminal sees of a hub that is ready: a code to scan, the link, the words.
//!
//! Promises: plain text, for standard error; nothing for a program to read.

use std::net::Ipv4Addr;

use lanvas_protocol::join_code::join_code;
use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};

/// Black on white whatever the terminal's colours are, and back.
const PAPER: &str = "\x1b[30;107m";
const PLAIN: &str = "\x1b[0m";

/// For the likeliest of `urls`; none where nobody else reaches this hub.
pub(crate) fn welcome(urls: &[String]) -> Option<String> {
    let url = urls.first()?;
    let code = QrCode::with_error_correction_level(url, EcLevel::L).ok()?;
    let code = code.render::<Dense1x2>().build();
    let code: Vec<_> = code
        .lines()
        .map(|line| format!("{PAPER}{line}{PLAIN}"))
        .collect();
    let words = words(url).map_or_else(String::new, |words| {
        format!("\nIn the app, \"Join by address\" takes these words too: {words}")
    });
    Some(format!(
        "\n{}\n\nScan the code with a phone or tablet in this network, or open {url}{words}\n",
        code.join("\n")
    ))
}

/// Of a link by plain http: the words say neither TLS nor a name.
fn words(url: &str) -> Option<String> {
    let place = url.strip_prefix("http://")?.split('/').next()?;
    let (address, port) = place.split_once(':')?;
    Some(join_code(
        address.parse::<Ipv4Addr>().ok()?,
        port.parse().ok()?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_sees_a_code_a_link_and_words() {
        let url = "http://192.168.1.5:7420/s/k3f9x2ab".to_owned();
        let text = welcome(std::slice::from_ref(&url)).expect("a welcome");
        let expected = join_code(Ipv4Addr::new(192, 168, 1, 5), 7420);
        assert!(text.contains(&url) && text.contains(&expected), "{text}");
        let rows: Vec<_> = text
            .lines()
            .filter(|line| line.starts_with(PAPER))
            .collect();
        let width = rows[0].chars().count();
        assert!(rows.len() > 10 && rows.iter().all(|row| row.chars().count() == width));
        assert!(rows.iter().all(|row| row.ends_with(PLAIN)));
    }

    #[test]
    fn there_are_no_words_for_what_they_cannot_say() {
        assert_eq!(words("https://192.168.1.5:7420/s/x"), None);
        assert_eq!(words("http://[fd00::1]:7420/s/x"), None);
        assert_eq!(welcome(&[]), None);
    }
}
