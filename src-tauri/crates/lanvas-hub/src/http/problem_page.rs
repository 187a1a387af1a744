//! A problem as a page, for who opened an address in a browser: the same sentence, in their language, and
//! a way on.
//!
//! Promises: no script, nothing fetched, no word of who asked in it. Programs, which ask for no page, get
//! what they always got.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};

use super::{language::Language, problem::Problem};

/// Styles of its own and nothing else.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; \
    img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// As the UI's own cards look; named, so that no browser asks for a favicon.
const HEAD: &str = r##"<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<style>
:root { --ground: #f3f1ec; --card: #fff; --line: #dfdcd3; --text: #22252a; --muted: #5c6068; --accent: #0b7168; --on-accent: #fff; --shadow: 0 2px 6px rgb(40 34 20 / 8%), 0 12px 36px rgb(40 34 20 / 14%); }
@media (prefers-color-scheme: dark) { :root { --ground: #111214; --card: #232529; --line: #3a3d44; --text: #eceae5; --muted: #a9adb5; --accent: #4fc4b6; --on-accent: #06201d; --shadow: 0 2px 6px rgb(0 0 0 / 30%), 0 14px 40px rgb(0 0 0 / 45%); } }
* { box-sizing: border-box; margin: 0; }
body { display: grid; place-items: center; min-height: 100vh; padding: 16px; font: .9375rem/1.45 system-ui, sans-serif; color: var(--text); background: radial-gradient(var(--line) 1.2px, transparent 1.2px) 0 0 / 24px 24px var(--ground); }
main { display: grid; gap: 16px; width: min(420px, 100%); padding: 40px 24px 24px; border: 1px solid var(--line); border-radius: 22px; background: var(--card); box-shadow: var(--shadow); }
.brand { display: flex; align-items: center; gap: 12px; color: var(--muted); font-weight: 600; }
h1 { font-size: 1.5rem; line-height: 1.25; text-wrap: balance; }
a { display: flex; align-items: center; justify-content: center; min-height: 44px; margin-top: 8px; padding: 0 16px; border-radius: 12px; background: var(--accent); color: var(--on-accent); font-weight: 600; text-decoration: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
</style>"##;

const BRAND: &str = r##"<p class="brand"><svg width="40" height="40" viewBox="24 24 464 464" aria-hidden="true"><rect x="24" y="24" width="464" height="464" rx="112" fill="#0d8a80"/><path fill="#fffaf0" d="M192 108C199 76 250 80 250 116C250 180 226 264 224 318C223 335 231 341 248 338C280 332 306 318 342 318C378 318 402 334 402 360C402 384 382 394 354 394C318 394 286 426 220 426C164 426 130 388 132 334C134 264 176 180 192 108Z"/><circle cx="354" cy="178" r="48" fill="#ffc44d"/></svg>Lanvas</p>"##;

/// Turns a problem that a browser was led to into a page.
pub(super) async fn shown(request: Request, next: Next) -> Response {
    let as_page = asks_for_a_page(request.headers());
    let language = Language::asked_by(request.headers());
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return response;
    };
    let varies = HeaderValue::from_static("accept, accept-language");
    response.headers_mut().append(header::VARY, varies);
    match problem.page(language) {
        Some(page) if as_page => {
            put(&mut response, page);
            response
        }
        _ => response,
    }
}

/// A browser's address bar and links do; scripts, pages' own requests and other programs take anything.
fn asks_for_a_page(headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok());
    accepts.is_some_and(|it| it.contains("text/html") && !it.contains("json"))
}

fn put(response: &mut Response, page: String) {
    *response.body_mut() = page.into();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

impl Problem {
    /// None for what only programs meet.
    fn page(&self, language: Language) -> Option<String> {
        let german = self.german?;
        let (said, on) = match language {
            Language::English => (self.title, "To the sessions here"),
            Language::German => (german, "Zu den Sitzungen hier"),
        };
        // What is wrong, and then what to do.
        let (wrong, then) = said
            .split_once(". ")
            .unwrap_or((said.trim_end_matches('.'), ""));
        let then = if then.is_empty() {
            String::new()
        } else {
            format!("<p>{then}</p>\n")
        };
        // By the name that led here, the front door is shut too.
        let shut = self.status == StatusCode::MISDIRECTED_REQUEST;
        let on = if shut {
            String::new()
        } else {
            format!("<a href=\"/\">{on}</a>\n")
        };
        let tag = language.tag();
        Some(format!(
            "<!doctype html>\n<html lang=\"{tag}\">\n<head>\n{HEAD}\n<title>{wrong} – Lanvas</title>\n</head>\n\
             <body>\n<main>\n{BRAND}\n<h1>{wrong}</h1>\n{then}{on}</main>\n</body>\n</html>\n"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(said: &'static str) -> bool {
        let said = HeaderValue::from_static(said);
        asks_for_a_page(&HeaderMap::from_iter([(header::ACCEPT, said)]))
    }

    #[test]
    fn only_who_opens_an_address_asks_for_a_page() {
        assert!(accepts(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        ));
        for said in [
            "",
            "*/*",
            "image/avif,image/webp,*/*;q=0.8",
            "application/json, text/html",
        ] {
            assert!(!accepts(said), "{said}");
        }
        assert!(!asks_for_a_page(&HeaderMap::new()));
    }

    #[test]
    fn a_page_says_what_is_wrong_and_what_to_do_in_the_language_of_the_reader() {
        let page = Problem::NO_SESSION.page(Language::German).unwrap();
        for part in [
            "<html lang=\"de\">",
            "<title>Diese Sitzung gibt es hier nicht – Lanvas</title>",
            "<h1>Diese Sitzung gibt es hier nicht</h1>",
            "<p>Frag den Gastgeber nach dem aktuellen Link.</p>",
            "<a href=\"/\">Zu den Sitzungen hier</a>",
        ] {
            assert!(page.contains(part), "{part}: {page}");
        }
        let page = Problem::NO_SESSION.page(Language::English).unwrap();
        assert!(page.contains("<html lang=\"en\">"), "{page}");
        assert!(
            page.contains("<h1>There is no session of that id here</h1>"),
            "{page}"
        );
    }

    #[test]
    fn where_the_front_door_is_shut_none_is_offered() {
        let page = Problem::HOST.page(Language::English).unwrap();
        assert!(!page.contains("<a "), "{page}");
        assert!(
            page.contains("<h1>Open this hub by its IP address or its local name</h1>"),
            "{page}"
        );
    }

    #[test]
    fn what_only_programs_meet_stays_theirs() {
        assert_eq!(Problem::HOOK_WORDS.page(Language::German), None);
    }
}
