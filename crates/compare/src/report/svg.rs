//! The data profiles as one figure for a paper.

use std::fmt::Write as _;

use super::SuiteSummary;
use crate::analysis::{Cost, Curve, Solved, cost_profile};

/// Colours that readers with any colour vision tell apart (Okabe & Ito 2008, "Color universal design", without its
/// yellow, which white paper swallows).
const COLOURS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00", "#56b4e9"];

/// Dashes, for more solvers than colours, and for print without colours.
const DASHES: [&str; 4] = ["none", "6 2", "2 2", "8 2 2 2"];

/// Width and height of the axes of a panel.
const AXES: (f64, f64) = (200.0, 150.0);

/// Room for the numbers left of the axes, and for the words above and below them.
const LEFT: f64 = 54.0;
const ABOVE: f64 = 42.0;
const BELOW: f64 = 42.0;

/// Height of a line of the legend, length of the stroke in an entry, and width of a letter.
const LINE: f64 = 18.0;
const STROKE: f64 = 26.0;
const LETTER: f64 = 6.5;

/// Data profiles (Moré & Wild 2009, equation 2.3) as SVG: a row for each suite, a panel for each tolerance, and α on a
/// logarithmic axis: from 1 to the budget in simplex gradients, or from the least to the largest number of rounds or seconds
/// that has solved an instance. What is solved before the first simplex gradient stands at its left end. Solvers are in the
/// order of the first suite, the best first.
///
/// ```
/// use compare::analysis::Cost;
/// use compare::report::{summarize, svg};
///
/// let figure = svg(&summarize(&[], 100, &Default::default()), 100.0, &[1e-3], Cost::SimplexGradients);
/// assert!(figure.starts_with("<svg xmlns="));
/// ```
pub fn svg(suites: &[SuiteSummary], budget: f64, tolerances: &[f64], cost: Cost) -> String {
    let rows: Vec<&SuiteSummary> =
        suites.iter().filter(|suite| !suite.results.instances.is_empty()).collect();
    let solvers = solvers(&rows);
    let (width, row) = (tolerances.len() as f64 * (LEFT + AXES.0) + 16.0, ABOVE + AXES.1 + BELOW);
    let longest = solvers.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    let entry = STROKE + LETTER * longest as f64 + 24.0;
    let in_line = ((width - LEFT) / entry).floor().max(1.0) as usize;
    let height = rows.len() as f64 * row + solvers.len().div_ceil(in_line) as f64 * LINE + 12.0;
    let mut figure = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"Helvetica, Arial, sans-serif\" font-size=\"11\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    for (i, suite) in rows.iter().enumerate() {
        let top = i as f64 * row;
        let instances = suite.results.instances.len();
        text(&mut figure, (LEFT, top + 14.0), "start", &format!("{} ({instances} instances)", suite.suite));
        let (x, y) = (LEFT - 38.0, top + ABOVE + AXES.1 / 2.0);
        let _ = writeln!(
            figure,
            "<text transform=\"translate({x:.2} {y:.2}) rotate(-90)\" text-anchor=\"middle\">share of instances</text>"
        );
        for (j, &tolerance) in tolerances.iter().enumerate() {
            let corner = (LEFT + j as f64 * (LEFT + AXES.0), top + ABOVE);
            let curves = curves(suite, &suite.solved_by(cost, tolerance), cost);
            let ends = if cost == Cost::SimplexGradients { (1.0, budget) } else { ends(&curves) };
            let panel = Panel { corner, ends };
            panel.axes(&mut figure, tolerance, cost);
            panel.curves(&mut figure, suite, &curves, &solvers);
        }
    }
    legend(&mut figure, &solvers, rows.len() as f64 * row, (in_line, entry));
    figure + "</svg>\n"
}

/// The names of all solvers.
fn solvers<'s>(suites: &[&'s SuiteSummary]) -> Vec<&'s str> {
    let mut names: Vec<&str> = Vec::new();
    for suite in suites {
        for solver in &suite.solvers {
            let name = suite.results.solvers[solver.solver].as_str();
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The profile of each solver.
fn curves(suite: &SuiteSummary, solved: &Solved, cost: Cost) -> Vec<Curve> {
    (0..suite.results.solvers.len()).map(|solver| cost_profile(solved, solver, cost)).collect()
}

/// The least and the largest abscissa of all curves above 0; 1 and 1 without one.
fn ends(curves: &[Curve]) -> (f64, f64) {
    let alphas = || curves.iter().flat_map(|Curve(points)| points).map(|point| point.0).filter(|a| *a > 0.0);
    let least = alphas().fold(f64::INFINITY, f64::min);
    if least.is_finite() { (least, alphas().fold(least, f64::max)) } else { (1.0, 1.0) }
}

/// One pair of axes, given by its upper left corner.
struct Panel {
    corner: (f64, f64),
    /// The values of α at the ends of the axis.
    ends: (f64, f64),
}

impl Panel {
    /// The abscissa of α, from the left end on.
    fn x(&self, alpha: f64) -> f64 {
        let (from, to) = self.ends;
        self.corner.0 + AXES.0 * (alpha.max(from) / from).ln() / (to / from).max(2.0).ln()
    }

    /// The ordinate of a share.
    fn y(&self, share: f64) -> f64 {
        self.corner.1 + AXES.1 * (1.0 - share)
    }

    fn axes(&self, figure: &mut String, tolerance: f64, cost: Cost) {
        let (left, top) = self.corner;
        let (right, bottom) = (left + AXES.0, top + AXES.1);
        for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let y = self.y(share);
            line(figure, (left, y), (right, y), "#dddddd");
            text(figure, (left - 5.0, y + 4.0), "end", &share.to_string());
        }
        for alpha in ticks(self.ends) {
            line(figure, (self.x(alpha), bottom), (self.x(alpha), bottom + 4.0), "black");
            let number = if alpha < 0.01 { format!("{alpha:e}") } else { alpha.to_string() };
            text(figure, (self.x(alpha), bottom + 16.0), "middle", &number);
        }
        line(figure, (left, bottom), (right, bottom), "black");
        line(figure, (left, top), (left, bottom), "black");
        text(figure, (left + AXES.0 / 2.0, top - 8.0), "middle", &format!("solved to τ = {tolerance:e}"));
        text(figure, (left + AXES.0 / 2.0, bottom + 31.0), "middle", &cost.to_string());
    }

    fn curves(&self, figure: &mut String, suite: &SuiteSummary, curves: &[Curve], solvers: &[&str]) {
        for (name, curve) in suite.results.solvers.iter().zip(curves) {
            let place = solvers.iter().position(|solver| solver == name).unwrap_or_default();
            let path = self.path(curve);
            let _ = writeln!(figure, "<path d=\"{path}\" fill=\"none\" {}/>", stroke(place));
        }
    }

    /// A step at each abscissa.
    fn path(&self, Curve(points): &Curve) -> String {
        let (from, to) = self.ends;
        let mut path = format!("M{:.2} {:.2}", self.x(from), self.y(0.0));
        for (alpha, share) in points.iter().filter(|(alpha, _)| *alpha <= to) {
            let _ = write!(path, "H{:.2}V{:.2}", self.x(*alpha), self.y(*share));
        }
        let _ = write!(path, "H{:.2}", self.x(to));
        path
    }
}

/// The numbers at an axis: powers of 10, not all of many, and 3 times these where they are few.
fn ticks((from, to): (f64, f64)) -> Vec<f64> {
    let powers = from.log10().floor() as i32..=to.log10().ceil() as i32;
    let decades = powers.clone().count();
    let digits: &[u32] = if decades <= 4 { &[1, 3] } else { &[1] };
    // Read from decimal digits, so that they are shown as such.
    let number = |(power, digit): (i32, &u32)| format!("{digit}e{power}").parse().unwrap_or(from);
    let powers = powers.step_by(decades.div_ceil(6));
    let ticks = powers.flat_map(|power| digits.iter().map(move |digit| (power, digit))).map(number);
    ticks.filter(|alpha| (from..=to).contains(alpha)).collect()
}

/// So many entries of this width in a line.
fn legend(figure: &mut String, solvers: &[&str], top: f64, (in_line, width): (usize, f64)) {
    for (place, name) in solvers.iter().enumerate() {
        let (x, y) = (LEFT + (place % in_line) as f64 * width, top + (place / in_line) as f64 * LINE + 8.0);
        let _ = writeln!(figure, "<path d=\"M{x} {y}h{STROKE}\" {}/>", stroke(place));
        text(figure, (x + STROKE + 6.0, y + 4.0), "start", name);
    }
}

/// How the curve of a solver is drawn.
fn stroke(place: usize) -> String {
    let (colour, dash) = (COLOURS[place % COLOURS.len()], DASHES[place / COLOURS.len() % DASHES.len()]);
    format!("stroke=\"{colour}\" stroke-width=\"1.6\" stroke-dasharray=\"{dash}\"")
}

fn line(figure: &mut String, from: (f64, f64), to: (f64, f64), colour: &str) {
    let ((x1, y1), (x2, y2)) = (from, to);
    let _ = writeln!(figure, "<path d=\"M{x1:.2} {y1:.2}L{x2:.2} {y2:.2}\" stroke=\"{colour}\"/>");
}

fn text(figure: &mut String, (x, y): (f64, f64), anchor: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(figure, "<text x=\"{x:.2}\" y=\"{y:.2}\" text-anchor=\"{anchor}\">{words}</text>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_stands_at_its_place_on_the_logarithmic_axis() {
        let panel = Panel { corner: (100.0, 50.0), ends: (1.0, 100.0) };
        // Before the first simplex gradient, halfway on the axis, and beyond its end.
        let curve = Curve(vec![(0.5, 0.25), (10.0, 0.5), (200.0, 0.75)]);
        assert_eq!(panel.path(&curve), "M100.00 200.00H100.00V162.50H200.00V125.00H300.00");
    }

    #[test]
    fn an_axis_of_seconds_ends_at_the_slowest_and_has_ticks_in_decimal_digits() {
        let curves = [Curve(vec![(0.002, 0.5)]), Curve(vec![(0.0, 0.1), (0.4, 1.0)]), Curve(Vec::new())];
        assert_eq!(ends(&curves), (0.002, 0.4));
        assert_eq!(ticks((0.002, 0.4)), [0.003, 0.01, 0.03, 0.1, 0.3]);
        assert_eq!(ticks((1.0, 100.0)), [1.0, 3.0, 10.0, 30.0, 100.0]);
        assert_eq!(ticks((1e-5, 20.0)), [1e-5, 1e-3, 0.1, 10.0]);
        assert_eq!(ends(&[]), (1.0, 1.0));
    }
}
