//! The tables of a report, as cells.

use std::collections::BTreeMap;

use search::general;

use super::{SolverSummary, SuiteSummary, TOLERANCES};
use crate::analysis::Band;

/// A table: the names of its columns, and its rows.
pub(super) struct Cells {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A cell, and whether it is the best of its column.
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) best: bool,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell { text, best: false }
    }
}

/// The area of each solver on each suite, solvers by their mean over the suites; `None` for fewer than two suites.
pub(super) fn areas(suites: &[SuiteSummary]) -> Option<Cells> {
    let suites: Vec<_> = suites.iter().filter(|summary| !summary.results.instances.is_empty()).collect();
    if suites.len() < 2 {
        return None;
    }
    let mut areas: BTreeMap<&str, BTreeMap<usize, f64>> = BTreeMap::new();
    for (number, summary) in suites.iter().enumerate() {
        for solver in &summary.solvers {
            let name = summary.results.solvers[solver.solver].as_str();
            areas.entry(name).or_default().insert(number, solver.area.value);
        }
        for name in &summary.absent {
            areas.entry(name).or_default();
        }
    }
    let best =
        |number| areas.values().filter_map(|row| row.get(&number).copied()).fold(f64::NEG_INFINITY, f64::max);
    // A solver that took part in no suite comes last.
    let mean = |row: &BTreeMap<usize, f64>| match row.len() {
        0 => f64::NEG_INFINITY,
        suites => row.values().sum::<f64>() / suites as f64,
    };
    let mut rows: Vec<_> = areas.iter().collect();
    rows.sort_by(|(_, a), (_, b)| mean(b).total_cmp(&mean(a)));

    let cell = |row: &BTreeMap<usize, f64>, number: usize| match row.get(&number) {
        None => Cell::from("-".to_owned()),
        Some(area) => Cell { text: format!("{area:.2}"), best: *area == best(number) },
    };
    let row = |(name, row): (&&str, &BTreeMap<usize, f64>)| {
        let areas = (0..suites.len()).map(|number| cell(row, number));
        [Cell::from((*name).to_owned())].into_iter().chain(areas).collect()
    };
    let head = ["area"].into_iter().chain(suites.iter().map(|summary| summary.suite.as_str()));
    Some(Cells { head: head.map(str::to_owned).collect(), rows: rows.into_iter().map(row).collect() })
}

/// The figures of the solvers on a suite, the best first, and a row of dashes for each that took no part.
pub(super) fn solvers(summary: &SuiteSummary) -> Cells {
    let tolerances = TOLERANCES.iter().map(|tolerance| format!("{tolerance:e}"));
    let head = ["solver", "area [95 %]"].map(str::to_owned).into_iter().chain(tolerances);
    let last = ["digits [95 %]", "p against the best", "us beyond f", "lost", "refused"].map(str::to_owned);
    let head: Vec<String> = head.chain(last).collect();
    let absent = summary.absent.iter().map(|name| {
        let dashes = (2..head.len()).map(|_| "-".to_owned());
        [name.clone()].into_iter().chain(dashes).chain(["all".to_owned()]).map(Cell::from).collect()
    });
    let rows = summary.solvers.iter().map(|solver| row(summary, solver)).chain(absent).collect();
    Cells { head, rows }
}

fn row(summary: &SuiteSummary, solver: &SolverSummary) -> Vec<Cell> {
    let SolverSummary { area, solved, digits, p_value, overhead, lost, refused, .. } = solver;
    let mut row = vec![summary.results.solvers[solver.solver].clone(), banded(area, 3)];
    row.extend(solved.iter().map(|part| format!("{:.0} %", 100.0 * part)));
    row.push(digits.last().map_or("-".to_owned(), |digits| banded(digits, 1)));
    row.push(p_value.map_or("-".to_owned(), |p_value| general(p_value, 2)));
    row.push(overhead.map_or("-".to_owned(), |seconds| plain(1e6 * seconds)));
    row.push(lost.len().to_string());
    row.push(refused.len().to_string());
    row.into_iter().map(Cell::from).collect()
}

fn banded(Band { value, ends }: &Band, decimals: usize) -> String {
    // A zero has no sign.
    let number = |value: &f64| format!("{:.decimals$}", value + 0.0);
    match ends {
        Some((low, high)) => format!("{} [{}, {}]", number(value), number(low), number(high)),
        None => number(value),
    }
}

/// Three digits, without a power of ten for large numbers.
fn plain(value: f64) -> String {
    if value < 1000.0 { general(value, 3) } else { format!("{value:.0}") }
}
