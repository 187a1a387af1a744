//! In which of Prometheus' two text formats the metrics are told. The library writes OpenMetrics,
//! where a counter's family has no `_total`; whoever does not ask for that is given the classic
//! format, in which the family and the sample have one name.

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Prometheus' text format 0.0.4, which every reader knows.
    Classic,
    /// OpenMetrics 1.0.
    OpenMetrics,
}

impl Format {
    /// The one for a reader who accepts such types.
    #[must_use]
    pub fn for_who_accepts(types: &str) -> Self {
        if types.contains("application/openmetrics-text") {
            Self::OpenMetrics
        } else {
            Self::Classic
        }
    }

    /// What a reader tells it by.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Classic => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    /// Text that is OpenMetrics, in this format.
    pub(super) fn of(self, open_metrics: String) -> String {
        match self {
            Self::Classic => classic(&open_metrics),
            Self::OpenMetrics => open_metrics,
        }
    }
}

fn classic(open_metrics: &str) -> String {
    let counters: Vec<_> = open_metrics.lines().filter_map(counter).collect();
    let mut text = String::with_capacity(open_metrics.len() + 16 * counters.len());
    for line in open_metrics.lines() {
        if line == "# EOF" || line.starts_with("# UNIT ") {
            continue;
        }
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some(kind), Some(family), Some(rest)) if counters.contains(&family) => {
                text.extend(["# ", kind, " ", family, "_total ", rest]);
            }
            _ => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

/// The family of counters that the line declares.
fn counter(line: &str) -> Option<&str> {
    line.strip_prefix("# TYPE ")?.strip_suffix(" counter")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: &str = "# HELP lanvas_sent_bytes Sent.
# TYPE lanvas_sent_bytes counter
# UNIT lanvas_sent_bytes bytes
lanvas_sent_bytes_total 7
# HELP lanvas_rooms Sessions in memory.
# TYPE lanvas_rooms gauge
lanvas_rooms 1
# EOF
";

    #[test]
    fn in_the_classic_format_a_counter_has_the_name_of_its_sample() {
        let classic = "# HELP lanvas_sent_bytes_total Sent.
# TYPE lanvas_sent_bytes_total counter
lanvas_sent_bytes_total 7
# HELP lanvas_rooms Sessions in memory.
# TYPE lanvas_rooms gauge
lanvas_rooms 1
";
        assert_eq!(Format::Classic.of(OPEN.to_owned()), classic);
        assert_eq!(Format::OpenMetrics.of(OPEN.to_owned()), OPEN);
    }

    #[test]
    fn who_does_not_ask_for_the_newer_format_is_given_the_classic_one() {
        let prometheus =
            "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
        assert_eq!(Format::for_who_accepts(prometheus), Format::OpenMetrics);
        for other in ["", "*/*", "text/plain;version=0.0.4"] {
            assert_eq!(Format::for_who_accepts(other), Format::Classic);
        }
    }
}
