//! How a figure grows with size, drawn as SVG from the bench's own numbers: both axes
//! logarithmic, one line for each server.

use std::{collections::BTreeMap, fmt::Write};

use crate::{report::median, scenarios::Figure};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
const MARGIN: f64 = 64.0;
const COLORS: [&str; 5] = ["#868e96", "#495057", "#f08c00", "#1971c2", "#d6336c"];

/// The plot of `value` in `scenario`, if it was measured at two sizes or more.
pub(crate) fn growth(figures: &[Figure], scenario: &str, value: &str) -> Option<String> {
    let mut lines: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for figure in figures.iter().filter(|figure| figure.scenario == scenario) {
        let (middle, ..) = median(figure, value)?;
        lines
            .entry(figure.kind.name())
            .or_default()
            .push((figure.size as f64, middle));
    }
    let points: Vec<_> = lines.values().flatten().copied().collect();
    let x = Axis::over(points.iter().map(|point| point.0))?;
    let y = Axis::over(points.iter().map(|point| point.1))?;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\
         <text x=\"{MARGIN}\" y=\"24\" font-size=\"15\">{scenario}: {value}</text>"
    );
    for tick in x.ticks() {
        let at = MARGIN + x.share(tick) * (WIDTH - 2.0 * MARGIN);
        write!(
            svg,
            "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{tick}</text>",
            HEIGHT - MARGIN + 18.0
        )
        .ok()?;
    }
    for tick in y.ticks() {
        let at = HEIGHT - MARGIN - y.share(tick) * (HEIGHT - 2.0 * MARGIN);
        write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{tick}</text>\
             <line x1=\"{MARGIN}\" x2=\"{:.1}\" y1=\"{at:.1}\" y2=\"{at:.1}\" stroke=\"#e9ecef\"/>",
            MARGIN - 8.0,
            at + 4.0,
            WIDTH - MARGIN
        )
        .ok()?;
    }
    for (index, (name, points)) in lines.iter().enumerate() {
        let color = COLORS[index % COLORS.len()];
        let path: Vec<_> = points
            .iter()
            .map(|(px, py)| {
                format!(
                    "{:.1},{:.1}",
                    MARGIN + x.share(*px) * (WIDTH - 2.0 * MARGIN),
                    HEIGHT - MARGIN - y.share(*py) * (HEIGHT - 2.0 * MARGIN),
                )
            })
            .collect();
        let row = 24.0 + 16.0 * index as f64;
        write!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>\
             <text x=\"{:.1}\" y=\"{row}\" fill=\"{color}\" text-anchor=\"end\">{name}</text>",
            path.join(" "),
            WIDTH - 12.0
        )
        .ok()?;
    }
    svg.push_str("</svg>\n");
    Some(svg)
}

/// A logarithmic axis from a power of ten to a power of ten.
struct Axis {
    from: f64,
    to: f64,
}

impl Axis {
    fn over(values: impl Iterator<Item = f64>) -> Option<Self> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.filter(|value| *value > 0.0) {
            low = low.min(value);
            high = high.max(value);
        }
        (low < f64::INFINITY).then(|| Self {
            from: low.log10().floor(),
            // A whole power of ten is where the axis ends, not where another decade begins.
            to: (high * 0.999).log10().ceil(),
        })
    }

    fn share(&self, value: f64) -> f64 {
        (value.max(1e-9).log10() - self.from) / (self.to - self.from).max(1.0)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        let (from, to) = (self.from as i32, self.to as i32);
        (from..=to).map(|power| 10_f64.powi(power))
    }
}
