//! In which language a browser is told what the hub itself says: the one that `Accept-Language` likes best
//! of those that we have. A page that runs decides for itself: there a person may have chosen another.

use std::{borrow::Cow, convert::Infallible};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};

/// How far into a page its language stands.
const BEGINNING: usize = 64;
/// How each page of the UI's build says that it is English.
const ENGLISH_PAGE: &[u8] = b"<html lang=\"en\">";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    English,
    German,
}

impl Language {
    /// English where nothing is said, and where none of what is said is ours.
    pub(super) fn asked_by(headers: &HeaderMap) -> Self {
        let said = headers.get(header::ACCEPT_LANGUAGE);
        let said = said.and_then(|it| it.to_str().ok()).unwrap_or_default();
        let ours = said.split(',').filter_map(liked);
        let best = ours.reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map_or(Self::English, |(language, _)| language)
    }

    /// The tag that a page has.
    pub(super) const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Has a page of the UI, which comes in English, begin in this one.
    pub(super) fn put_on(self, page: &mut Cow<'static, [u8]>) {
        if self == Self::English {
            return;
        }
        let mut places = page.windows(ENGLISH_PAGE.len()).take(BEGINNING);
        if let Some(at) = places.position(|it| it == ENGLISH_PAGE) {
            let tag = at + ENGLISH_PAGE.len() - "en\">".len();
            page.to_mut()[tag..tag + 2].copy_from_slice(self.tag().as_bytes());
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::asked_by(&parts.headers))
    }
}

/// One of a list such as `de-DE, en;q=0.8`, and how much it is liked, if it is ours and liked at all.
fn liked(item: &str) -> Option<(Language, f32)> {
    let (tag, weight) = item.split_once(';').unwrap_or((item, ""));
    let language = match tag.trim().split('-').next()? {
        tag if tag.eq_ignore_ascii_case("de") => Language::German,
        tag if tag.eq_ignore_ascii_case("en") => Language::English,
        _ => return None,
    };
    let weight = match weight.trim().strip_prefix("q=") {
        Some(weight) => weight.parse().ok()?,
        None => 1.0,
    };
    (weight > 0.0).then_some((language, weight))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asked(said: &'static str) -> Language {
        let said = HeaderValue::from_static(said);
        Language::asked_by(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, said)]))
    }

    #[test]
    fn what_is_liked_best_of_ours_is_spoken() {
        for said in [
            "de",
            "DE-at",
            "de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7",
            "fr, de;q=0.5, en;q=0.4",
            "en;q=0.4,de;q=0.5",
            "de, en",
            "en;q=0, de;q=0.1",
        ] {
            assert_eq!(asked(said), Language::German, "{said}");
        }
        for said in [
            "",
            "en",
            "fr-FR, it",
            "*",
            "en-GB,de;q=0.9",
            "en, de",
            "de;q=0",
            "de;q=much",
            "de;q=NaN",
            "den, der",
            ";;,,q=1",
        ] {
            assert_eq!(asked(said), Language::English, "{said}");
        }
        assert_eq!(Language::asked_by(&HeaderMap::new()), Language::English);
    }

    #[test]
    fn a_page_begins_in_the_language_and_is_otherwise_as_it_was() {
        let english: Cow<'static, [u8]> =
            Cow::Borrowed(b"<!doctype html>\n<html lang=\"en\">\n<p lang=\"en\">");
        let mut page = english.clone();
        Language::English.put_on(&mut page);
        assert_eq!(page, english);
        Language::German.put_on(&mut page);
        assert_eq!(
            page.as_ref(),
            b"<!doctype html>\n<html lang=\"de\">\n<p lang=\"en\">"
        );
        for other in [&b""[..], b"<!doctype html>", b"<html lang=\"en\""] {
            let mut page = Cow::Borrowed(other);
            Language::German.put_on(&mut page);
            assert_eq!(page, other);
        }
    }
}
