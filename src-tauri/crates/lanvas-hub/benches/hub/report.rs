//! The figures as a table in Markdown, and as plots.

use std::{fmt::Write, fs, path::Path};

use crate::{goals, plot, scenarios::Figure};

/// The median of a named value over the runs, and the spread around it.
pub(crate) fn median(figure: &Figure, name: &str) -> Option<(f64, f64, f64)> {
    let mut values: Vec<f64> = figure
        .values
        .iter()
        .flatten()
        .filter(|(had, _)| *had == name)
        .map(|(_, value)| *value)
        .collect();
    values.sort_by(f64::total_cmp);
    let middle = *values.get(values.len() / 2)?;
    Some((middle, values[0], values[values.len() - 1]))
}

fn table(figures: &[Figure]) -> String {
    let mut out = String::new();
    let mut scenario = "";
    for figure in figures {
        let names: Vec<_> = figure.values[0].iter().map(|(name, _)| *name).collect();
        if figure.scenario != scenario {
            scenario = figure.scenario;
            let heads = names.join(" | ");
            let rule = "---|".repeat(names.len() + 2);
            write!(
                out,
                "\n### {scenario}\n\n| size | server | {heads} |\n|{rule}\n"
            )
            .unwrap();
        }
        let cells: Vec<_> = names
            .iter()
            .filter_map(|name| median(figure, name))
            .map(cell)
            .collect();
        writeln!(
            out,
            "| {} | {} | {} |",
            figure.size,
            figure.name(),
            cells.join(" | ")
        )
        .unwrap();
    }
    out
}

/// Median, and the lowest and highest run if they differ by more than a tenth.
fn cell((middle, low, high): (f64, f64, f64)) -> String {
    let spread = high - low > middle.abs() * 0.1;
    if spread {
        format!("{} ({}–{})", short(middle), short(low), short(high))
    } else {
        short(middle)
    }
}

fn short(value: f64) -> String {
    match value.abs() {
        million if million >= 1e6 => format!("{:.2} M", value / 1e6),
        thousand if thousand >= 1e4 => format!("{:.0} k", value / 1e3),
        large if large >= 100.0 => format!("{value:.0}"),
        small if small >= 10.0 || small == 0.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

pub(crate) fn print(figures: &[Figure]) {
    println!("{}\n{}", table(figures), goals::table(figures));
}

pub(crate) fn write(figures: &[Figure], folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let text = format!("{}{}", goals::table(figures), table(figures));
    fs::write(folder.join("hub.md"), text).unwrap();
    for (scenario, value, name) in [
        ("fan-out", "µs CPU/message", "fan-out"),
        ("fan-out", "deliveries/s", "deliveries"),
        ("large session", "open ms", "open"),
        ("large session", "µs to apply", "apply"),
    ] {
        if let Some(svg) = plot::growth(figures, scenario, value) {
            fs::write(folder.join(format!("{name}.svg")), svg).unwrap();
        }
    }
}
