//! `lanvas-server nearby`: listens for a while, then prints what is there.

use std::{
    io::{ErrorKind, Write, stdout},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use lanvas_discovery::{Discovery, DiscoveryConfig, DiscoveryStatus, NearbySession, Seeker};

use crate::{arguments::NearbyArguments, place::resolve};

/// Known places are asked when nobody was heard for three seconds, and have a
/// moment to answer.
const ASKED_AFTER: Duration = Duration::from_secs(6);
/// The list is not told more often than ten times a second.
const ROWS_FOLLOW: Duration = Duration::from_millis(200);

/// Listens and prints one line per session; nothing heard is not a failure.
pub(crate) fn run(arguments: &NearbyArguments) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.context("Lanvas cannot start")?;
    let (status, rows) = runtime.block_on(listen(arguments))?;
    if rows.is_empty() {
        match status.reason {
            Some(reason) if !status.on => bail!(reason),
            _ => eprintln!("No session was heard in {} s.", arguments.seconds),
        }
    }
    print(&rows, arguments.json)
}

async fn listen(arguments: &NearbyArguments) -> Result<(DiscoveryStatus, Vec<NearbySession>)> {
    let mut places = Vec::new();
    for place in &arguments.at {
        places.push(resolve(place).await?);
    }
    let least = if places.is_empty() {
        Duration::ZERO
    } else {
        ASKED_AFTER
    };
    let time = Duration::from_secs(arguments.seconds).max(least);
    let discovery = Discovery::start(DiscoveryConfig::default())?;
    let seeker = discovery.seeker();
    seeker.remember(places);
    let swept = sweep(&seeker, arguments.sweep);
    tokio::join!(tokio::time::sleep(time), swept);
    let heard = (
        discovery.status().borrow().clone(),
        discovery.nearby().borrow().to_vec(),
    );
    discovery.shutdown().await;
    Ok(heard)
}

/// To its end, which is bounded by the sweep itself.
async fn sweep(seeker: &Seeker, wanted: bool) {
    if !wanted || !seeker.sweep() {
        return;
    }
    let mut progress = seeker.progress();
    let _ = progress.changed().await;
    let _ = progress.wait_for(|progress| !progress.running).await;
    let swept = progress.borrow().clone();
    let networks = swept.networks.join(", ");
    if swept.total == 0 {
        eprintln!("This computer is in no private network that could be asked.");
    } else {
        eprintln!(
            "Asked {} addresses of {networks}: {} answered.",
            swept.asked, swept.found
        );
    }
    // The rows follow what was found within a moment.
    tokio::time::sleep(ROWS_FOLLOW).await;
}

fn print(rows: &[NearbySession], json: bool) -> Result<()> {
    let mut out = stdout().lock();
    for row in rows {
        let line = if json {
            serde_json::to_string(row)?
        } else {
            columns(row)
        };
        match writeln!(out, "{line}") {
            // Whoever reads has seen enough, as `head` has.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
            written => written.context("The list could not be printed")?,
        }
    }
    Ok(())
}

/// Texts from the network hold no tab: the advert strips control characters.
fn columns(row: &NearbySession) -> String {
    let people = if row.people == 1 {
        "1 person".to_owned()
    } else {
        format!("{} people", row.people)
    };
    let password = if row.password {
        "password"
    } else {
        "no password"
    };
    let usable = match (row.compatible, row.reachable) {
        (false, _) => "\tother version",
        (true, false) => "\tnot answering",
        (true, true) => "",
    };
    let urls = row.urls.join(" ");
    format!(
        "{}\t{}\t{}\t{people}\t{password}\t{urls}{usable}",
        row.id, row.title, row.host
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use lanvas_protocol::SessionId;

    fn row() -> NearbySession {
        NearbySession {
            id: SessionId::new("k3f9x2ab").expect("an id"),
            title: "Friday sketches".to_owned(),
            host: "Ann".to_owned(),
            people: 1,
            password: false,
            compatible: true,
            reachable: true,
            urls: vec!["http://192.168.1.5:7420/s/k3f9x2ab".to_owned()],
            seen_ms: 0,
            fingerprint: None,
        }
    }

    #[test]
    fn a_row_is_a_line_with_tabs_between() {
        let line = "k3f9x2ab\tFriday sketches\tAnn\t1 person\tno password\thttp://192.168.1.5:7420/s/k3f9x2ab";
        assert_eq!(columns(&row()), line);
    }

    #[test]
    fn what_cannot_be_joined_says_so_at_the_end() {
        let other = NearbySession {
            compatible: false,
            people: 12,
            password: true,
            ..row()
        };
        assert!(columns(&other).contains("\t12 people\tpassword\t"));
        assert!(columns(&other).ends_with("\tother version"));
        assert!(
            columns(&NearbySession {
                reachable: false,
                ..row()
            })
            .ends_with("\tnot answering")
        );
    }
}
