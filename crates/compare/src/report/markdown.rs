//! The report as Markdown.

use std::collections::BTreeMap;

use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use search::general;

use crate::study::Manifest;

use super::{SolverSummary, SuiteSummary, TOLERANCES};

/// A table of the areas on all suites, where there are several, and one for each suite: the solvers, the best first, with the area under the data profile and its band, the
/// part of the instances solved to each tolerance, the digits reached at the end, the corrected p-value against the
/// best, the overhead, and how many problems it lost. Below the table which ones.
pub fn markdown(manifest: &Manifest, suites: &[SuiteSummary]) -> String {
    let Manifest { simplex_gradients, seeds, version, revision, machine, .. } = manifest;
    let head = format!(
        "# Comparison\n\n{simplex_gradients} simplex gradients, {} seeds; version {version} ({revision}); {machine}.\n\n",
        seeds.len()
    );
    head + &overview(suites) + &suites.iter().map(suite).collect::<Vec<_>>().join("\n")
}

/// The area of each solver on each suite, solvers by their mean over the suites.
fn overview(suites: &[SuiteSummary]) -> String {
    if suites.len() < 2 {
        return String::new();
    }
    let mut areas: BTreeMap<&str, BTreeMap<usize, f64>> = BTreeMap::new();
    for (number, summary) in suites.iter().enumerate() {
        for solver in &summary.solvers {
            let name = summary.results.solvers[solver.solver].as_str();
            areas.entry(name).or_default().insert(number, solver.area.value);
        }
    }
    let best =
        |number| areas.values().filter_map(|row| row.get(&number).copied()).fold(f64::NEG_INFINITY, f64::max);
    let mean = |row: &BTreeMap<usize, f64>| row.values().sum::<f64>() / row.len() as f64;
    let mut rows: Vec<_> = areas.iter().collect();
    rows.sort_by(|(_, a), (_, b)| mean(b).total_cmp(&mean(a)));

    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header(["area"].into_iter().chain(suites.iter().map(|summary| summary.suite.as_str())));
    for (name, row) in rows {
        let cell = |number: usize| match row.get(&number) {
            None => "-".to_owned(),
            Some(area) if *area == best(number) => format!("**{area:.2}**"),
            Some(area) => format!("{area:.2}"),
        };
        table.add_row([(*name).to_owned()].into_iter().chain((0..suites.len()).map(cell)));
    }
    format!("{table}\n\n")
}

fn suite(summary: &SuiteSummary) -> String {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    let tolerances = TOLERANCES.iter().map(|tolerance| format!("{tolerance:e}"));
    let header = ["solver", "area [95 %]"].map(str::to_owned).into_iter().chain(tolerances);
    table.set_header(
        header.chain(["digits [95 %]", "p against the best", "us beyond f", "lost"].map(str::to_owned)),
    );
    for solver in &summary.solvers {
        table.add_row(row(summary, solver));
    }
    let (statistic, p_value) = (general(summary.friedman.statistic, 4), general(summary.friedman.p_value, 2));
    let lost = summary.solvers.iter().filter(|solver| !solver.lost.is_empty());
    let lost = lost.map(|solver| {
        let name = &summary.results.solvers[solver.solver];
        format!("- {name}: {}", solver.lost.join(" "))
    });
    let lost = match lost.collect::<Vec<_>>().as_slice() {
        [] => "No solver has lost a problem.".to_owned(),
        lost => format!("Lost, not solved to 1e-1 from any seed:\n\n{}", lost.join("\n")),
    };
    let beaten = match summary.beaten.as_slice() {
        [] => String::new(),
        beaten => format!("\nLess than the frozen least value was found on: {}.\n", beaten.join(" ")),
    };
    format!(
        "## {}\n\n{} instances. Friedman's test of no difference: statistic {statistic}, p = {p_value}.\n\n{table}\n\n{lost}\n{beaten}",
        summary.suite,
        summary.results.instances.len(),
    )
}

fn row(summary: &SuiteSummary, solver: &SolverSummary) -> Vec<String> {
    let SolverSummary { area, solved, digits, p_value, overhead, lost, .. } = solver;
    let mut row = vec![
        summary.results.solvers[solver.solver].clone(),
        format!("{:.3} [{:.3}, {:.3}]", area.value, area.low, area.high),
    ];
    row.extend(solved.iter().map(|part| format!("{:.0} %", 100.0 * part)));
    row.push(digits.last().map_or("-".to_owned(), |digits| {
        format!("{:.1} [{:.1}, {:.1}]", digits.value, digits.low, digits.high)
    }));
    row.push(p_value.map_or("-".to_owned(), |p_value| general(p_value, 2)));
    row.push(overhead.map_or("-".to_owned(), |seconds| general(1e6 * seconds, 3)));
    row.push(lost.len().to_string());
    row
}
