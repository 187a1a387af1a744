//! What a hub said of itself at one moment.

use std::{collections::BTreeMap, time::Instant};

use anyhow::{Context, Result};
use serde::Deserialize;

/// See the module.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) at: Instant,
    values: BTreeMap<String, f64>,
    pub(super) sessions: Vec<Session>,
}

/// A row of `/api/sessions`.
#[derive(Debug, Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) people: usize,
    pub(super) password: bool,
}

impl Sample {
    /// Reads both answers.
    pub(super) fn of(at: Instant, metrics: &str, sessions: &str) -> Result<Self> {
        let lines = metrics.lines().filter(|line| !line.starts_with('#'));
        let values: BTreeMap<_, _> = lines.filter_map(value).collect();
        values
            .get("connections")
            .context("it does not count what a hub counts")?;
        let mut sessions: Vec<Session> = serde_json::from_str(sessions)?;
        sessions.sort_by(|a, b| (b.people, &a.id).cmp(&(a.people, &b.id)));
        Ok(Self {
            at,
            values,
            sessions,
        })
    }

    /// What is counted under `name`, without the prefix; what is not counted is none.
    pub(super) fn value(&self, name: &str) -> f64 {
        self.values.get(name).copied().unwrap_or(0.0)
    }

    /// How much `name` grew each second since `before`. A hub that began anew counts from there.
    pub(super) fn rate(&self, before: &Self, name: &str) -> f64 {
        let seconds = self.at.duration_since(before.at).as_secs_f64();
        let grown = self.value(name) - before.value(name);
        let grown = if grown < 0.0 { self.value(name) } else { grown };
        if seconds > 0.0 { grown / seconds } else { 0.0 }
    }

    /// The bound below which `share` of what `name` measured since `before` lies; none if nothing
    /// was measured.
    pub(super) fn quantile(&self, before: &Self, name: &str, share: f64) -> Option<f64> {
        let since = |bucket: &str| self.value(bucket) - before.value(bucket);
        let all = since(&format!("{name}_count"));
        let prefix = format!("{name}_bucket{{le=\"");
        let buckets = self.values.range(prefix.clone()..);
        let mut buckets: Vec<(f64, f64)> = buckets
            .take_while(|(key, _)| key.starts_with(&prefix))
            .filter_map(|(key, _)| {
                let bound = key[prefix.len()..].trim_end_matches("\"}");
                let bound = bound.parse().unwrap_or(f64::INFINITY); // "+Inf"
                Some((bound, since(key))).filter(|_| all > 0.0)
            })
            .collect();
        buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
        let found = buckets.into_iter().find(|(_, count)| *count >= share * all);
        found.map(|(bound, _)| bound)
    }
}

/// `lanvas_name{labels} value`, with the name and labels as they are.
fn value(line: &str) -> Option<(String, f64)> {
    let (name, value) = line.trim_end().rsplit_once(' ')?;
    let name = name.strip_prefix("lanvas_")?;
    Some((name.to_owned(), value.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn sample(at: Instant, metrics: &str) -> Sample {
        Sample::of(at, &format!("lanvas_connections 2\n{metrics}"), "[]").expect("a hub's answer")
    }

    #[test]
    fn rates_are_by_the_second_and_begin_anew_with_the_hub() {
        let now = Instant::now();
        let before = sample(now, "# HELP x\nlanvas_messages_in_total 100\n# EOF\n");
        let later = sample(
            now + Duration::from_secs(2),
            "lanvas_messages_in_total 150\n",
        );
        assert!((later.rate(&before, "messages_in_total") - 25.0).abs() < 1e-9);
        let anew = sample(
            now + Duration::from_secs(4),
            "lanvas_messages_in_total 10\n",
        );
        assert!((anew.rate(&later, "messages_in_total") - 5.0).abs() < 1e-9);
        assert!((anew.value("connections") - 2.0).abs() < 1e-9);
    }

    #[test]
    fn quantiles_are_of_what_was_measured_since() {
        let now = Instant::now();
        let before = sample(
            now,
            "lanvas_apply_seconds_count 1000\n\
             lanvas_apply_seconds_bucket{le=\"0.001\"} 1000\n\
             lanvas_apply_seconds_bucket{le=\"0.01\"} 1000\n\
             lanvas_apply_seconds_bucket{le=\"+Inf\"} 1000\n",
        );
        let later = sample(
            now,
            "lanvas_apply_seconds_count 1100\n\
             lanvas_apply_seconds_bucket{le=\"0.001\"} 1060\n\
             lanvas_apply_seconds_bucket{le=\"0.01\"} 1099\n\
             lanvas_apply_seconds_bucket{le=\"+Inf\"} 1100\n",
        );
        assert_eq!(later.quantile(&before, "apply_seconds", 0.5), Some(0.001));
        assert_eq!(later.quantile(&before, "apply_seconds", 0.99), Some(0.01));
        assert_eq!(later.quantile(&later, "apply_seconds", 0.5), None);
    }

    #[test]
    fn what_is_no_hub_is_not_taken_for_one() {
        assert!(Sample::of(Instant::now(), "<html>", "[]").is_err());
        assert!(Sample::of(Instant::now(), "lanvas_connections 1", "<html>").is_err());
    }
}
