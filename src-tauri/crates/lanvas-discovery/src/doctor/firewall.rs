//! Which firewall of this machine is switched on, as far as an ordinary user
//! may know.
//!
//! Promises: reads settings and asks the system's own tools, changes nothing,
//! ends within [`TOOL_TIMEOUT`]. Must not know: what the rules say; only a
//! test from another device tells whether a port is let in.

use std::{process::Stdio, time::Duration};

use tokio::{process::Command, task::JoinSet, time::timeout};

use super::{FirewallFact, FirewallKind};

/// A system tool that has not answered by then is left alone.
const TOOL_TIMEOUT: Duration = Duration::from_secs(3);

/// A tool, its arguments, and what its output says.
struct Tool {
    kind: FirewallKind,
    program: &'static str,
    arguments: &'static [&'static str],
    says_on: fn(&str) -> bool,
}

static TOOLS: [Tool; 4] = [
    Tool {
        kind: FirewallKind::Ufw,
        program: "cat",
        arguments: &["/etc/ufw/ufw.conf"],
        says_on: ufw_is_on,
    },
    Tool {
        kind: FirewallKind::Firewalld,
        program: "firewall-cmd",
        arguments: &["--state"],
        says_on: |said| said.trim() == "running",
    },
    Tool {
        kind: FirewallKind::WindowsPublic,
        program: "powershell",
        arguments: &[
            "-NoProfile",
            "-Command",
            "(Get-NetConnectionProfile).NetworkCategory",
        ],
        says_on: |said| said.lines().any(|line| line.trim() == "Public"),
    },
    Tool {
        kind: FirewallKind::MacOs,
        program: "/usr/libexec/ApplicationFirewall/socketfilterfw",
        arguments: &["--getglobalstate"],
        says_on: |said| said.contains("enabled"),
    },
];

/// `ENABLED=yes` in its settings, which everybody may read; its own tool asks for root.
fn ufw_is_on(settings: &str) -> bool {
    settings
        .lines()
        .any(|line| line.trim().eq_ignore_ascii_case("ENABLED=yes"))
}

/// The firewalls that are on.
pub(super) async fn switched_on() -> Vec<FirewallFact> {
    let mut asked: JoinSet<Option<FirewallKind>> = TOOLS.iter().map(ask).collect();
    let mut found = Vec::new();
    while let Some(answer) = asked.join_next().await {
        let kind = answer.ok().flatten();
        found.extend(kind.map(|kind| FirewallFact { kind }));
    }
    found.sort_by_key(|fact| fact.kind);
    found
}

async fn ask(tool: &'static Tool) -> Option<FirewallKind> {
    let on = said(tool).await.is_some_and(|text| (tool.says_on)(&text));
    on.then_some(tool.kind)
}

/// What the tool says; none where there is no such tool.
async fn said(tool: &Tool) -> Option<String> {
    let mut command = Command::new(tool.program);
    command
        .args(tool.arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    let output = timeout(TOOL_TIMEOUT, command.output()).await.ok()?.ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(kind: FirewallKind, said: &str) -> bool {
        let tool = TOOLS.iter().find(|tool| tool.kind == kind);
        (tool.expect("each kind has a tool").says_on)(said)
    }

    #[test]
    fn each_firewall_says_in_its_own_way_that_it_is_on() {
        let ufw = "# /etc/ufw/ufw.conf\nENABLED=yes\nLOGLEVEL=low\n";
        assert!(on(FirewallKind::Ufw, ufw));
        assert!(!on(FirewallKind::Ufw, "ENABLED=no\n"));
        assert!(on(FirewallKind::Firewalld, "running\n"));
        assert!(!on(FirewallKind::Firewalld, "not running\n"));
        assert!(on(FirewallKind::WindowsPublic, "Private\r\nPublic\r\n"));
        assert!(!on(FirewallKind::WindowsPublic, "Private\r\n"));
        let mac = |state| format!("Firewall is {state}. (State = 1)");
        assert!(on(FirewallKind::MacOs, &mac("enabled")));
        assert!(!on(FirewallKind::MacOs, &mac("disabled")));
    }
}
