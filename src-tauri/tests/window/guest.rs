//! A guest with nothing but a browser.

use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use crate::lan::Lan;
use crate::programs::Program;
use crate::until;
use crate::webdriver::Page;

const DRIVER_PORT: u16 = 9515;

/// Chromium, fresh out of the box.
pub(crate) struct Guest {
    pub(crate) page: Page,
    _driver: Program,
    _profile: TempDir,
}

impl Guest {
    pub(crate) fn arrive(lan: &Lan, url: &str) -> Self {
        let profile = tempfile::tempdir().expect("a profile");
        let mut command = Command::new("chromedriver");
        command
            .arg(format!("--port={DRIVER_PORT}"))
            .env("HOME", profile.path());
        let driver = Program::start(&mut command, &lan.folder.join("guest.log"));
        until("the guest's driver listens", || {
            std::net::TcpStream::connect(("127.0.0.1", DRIVER_PORT)).ok()
        });
        let data = format!("--user-data-dir={}", profile.path().display());
        let capabilities = json!({
            "browserName": "chrome",
            // Who compared the fingerprint goes on.
            "acceptInsecureCerts": true,
            "goog:chromeOptions": { "binary": "/usr/bin/chromium", "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--window-size=1000,700", data,
            ] },
        });
        let page = Page::open("guest", DRIVER_PORT, &capabilities, lan.folder.clone());
        page.go(url);
        Self {
            page,
            _driver: driver,
            _profile: profile,
        }
    }
}
