//! Tables of rounds.

use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;

use super::evaluator::History;
use super::solvers::{Size, Use, Way};

/// The tolerances.
const TOLERANCES: [f64; 3] = [1e-1, 1e-3, 1e-5];

/// The runs on one problem, one for each way.
pub(crate) struct Problem {
    /// The name.
    pub(crate) name: String,
    /// The runs.
    pub(crate) runs: Vec<History>,
    /// The published least value, where there are constraints.
    pub(crate) optimum: Option<f64>,
}

impl Problem {
    /// The round in which a run solved the problem to a tolerance; infinite if it did not.
    fn rounds(&self, run: usize, tolerance: f64) -> f64 {
        let target = self.target(tolerance);
        let reached = self.runs[run].improvements.iter().find(|(_, value)| *value <= target);
        reached.map_or(f64::INFINITY, |(round, _)| *round as f64)
    }

    /// `f_L + τ (f(x₀) - f_L)`, or, under constraints, `f* + τ max(1, |f*|)`.
    fn target(&self, tolerance: f64) -> f64 {
        if let Some(optimum) = self.optimum {
            return optimum + tolerance * optimum.abs().max(1.0);
        }
        let found = self.runs.iter().filter_map(|run| run.improvements.last());
        let least = found.map(|last| last.1).fold(f64::INFINITY, f64::min);
        let start = self.runs[0].improvements.first().map_or(f64::INFINITY, |first| first.1);
        least + tolerance * (start - least)
    }
}

/// Prints a table of the ways with this many workers.
pub(crate) fn print(size: Size, ways: &[Way], problems: &[Problem]) {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header([
        format!("q = {}", words(size)).as_str(),
        "median rounds to 1e-1, 1e-3, 1e-5",
        "times fewer",
        "% solved",
        "median values per run",
    ]);
    let is_shown = |k: usize| problems.iter().any(|problem| problem.runs[k].values > 0);
    let of_size = |way: &Way| way.size == size || way.size == Size::Fixed(1);
    for (k, way) in ways.iter().enumerate().filter(|(k, way)| of_size(way) && is_shown(*k)) {
        let rounds = |problem: &Problem, tolerance| problem.rounds(k, tolerance);
        let medians = TOLERANCES
            .map(|tolerance| median(problems.iter().map(|problem| rounds(problem, tolerance)).collect()));
        let times = TOLERANCES.map(|tolerance| {
            let of = |problem: &Problem| problem.rounds(0, tolerance) / rounds(problem, tolerance);
            // Not a number where neither solves the problem.
            median(problems.iter().map(of).filter(|times| !times.is_nan()).collect())
        });
        let solved = TOLERANCES.map(|tolerance| {
            let count = problems.iter().filter(|problem| rounds(problem, tolerance).is_finite()).count();
            100.0 * count as f64 / problems.len() as f64
        });
        let values = median(problems.iter().map(|problem| problem.runs[k].values as f64).collect());
        table.add_row([
            label(way),
            list(medians, 0),
            list(times, 1),
            list(solved, 0),
            format!("{values:.0}"),
        ]);
    }
    println!("{table}\n");
}

/// Prints the rounds of each way on each problem.
pub(crate) fn print_each(ways: &[Way], problems: &[Problem]) {
    for problem in problems {
        for (k, way) in ways.iter().enumerate() {
            let rounds = TOLERANCES.map(|tolerance| problem.rounds(k, tolerance));
            let History { rounds: all, values, .. } = problem.runs[k];
            println!("{:<12} {:<28} {:<18} {all} {values}", problem.name, label(way), list(rounds, 0));
        }
    }
}

fn label(way: &Way) -> String {
    let by = match way.by {
        Use::Batch => "",
        Use::Generation => ", generations",
        Use::Poll => ", complete polls",
        Use::Starts => ", q starts",
    };
    format!("{}{by}, q = {}", way.solver, words(way.size))
}

fn words(size: Size) -> String {
    match size {
        Size::Fixed(points) => points.to_string(),
        Size::Dimension => "n".to_owned(),
    }
}

fn list(numbers: [f64; 3], digits: usize) -> String {
    let word = |number: f64| if number.is_finite() { format!("{number:.digits$}") } else { "-".to_owned() };
    numbers.map(word).join(" ")
}

/// The median, the lower one of two.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get((numbers.len().max(1) - 1) / 2).copied().unwrap_or(f64::NAN)
}
