//! The report as Markdown.

use std::collections::BTreeMap;

use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use search::general;

use crate::analysis::Band;
use crate::study::{Gap, Manifest};

use super::{LeftOut, SolverSummary, SuiteSummary, TOLERANCES, counted, incomplete, one_line};

/// The report as Markdown. It begins with what the study lacks, if it is incomplete. If there are several
/// suites, a table of the areas on all suites follows. Then there is a table for each suite: the solvers, the
/// best first, with the area under the data profile and its band, the share of the instances solved to each
/// tolerance, the digits reached at the end, the corrected p-value against the best, the overhead, and the
/// numbers of problems lost and refused. The problems lost, refused and in no figure are listed below the
/// table.
pub fn markdown(manifest: &Manifest, suites: &[SuiteSummary], gaps: &[Gap]) -> String {
    let Manifest { simplex_gradients, seeds, version, revision, machine, .. } = manifest;
    let seeds = counted(seeds.len(), "seed");
    let head = format!(
        "# Comparison\n\n{simplex_gradients} simplex gradients, {seeds}; version {version} ({revision}); {machine}.\n\n"
    );
    let gaps: String = gaps.iter().map(|gap| format!("**{}**\n\n", incomplete(gap))).collect();
    head + &gaps + &overview(suites) + &suites.iter().map(suite).collect::<Vec<_>>().join("\n")
}

/// The area of each solver on each suite, solvers by their mean over the suites.
fn overview(suites: &[SuiteSummary]) -> String {
    let suites: Vec<_> = suites.iter().filter(|summary| !summary.results.instances.is_empty()).collect();
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
    let (instances, left_out) = (summary.results.instances.len(), left_out(&summary.left_out));
    if instances == 0 {
        return format!("## {}\n\nNothing to compare.\n{left_out}", summary.suite);
    }
    let (statistic, p_value) = (general(summary.friedman.statistic, 4), general(summary.friedman.p_value, 2));
    let lost = match problems(summary, |solver| &solver.lost).as_str() {
        "" => "No solver has lost a problem.\n".to_owned(),
        lost => format!("Lost, not solved to 1e-1 from any seed:\n\n{lost}"),
    };
    let refused = match problems(summary, |solver| &solver.refused).as_str() {
        "" => String::new(),
        refused => format!("\nRefused, and not solved in all figures:\n\n{refused}"),
    };
    let beaten = match summary.beaten.as_slice() {
        [] => String::new(),
        beaten => format!("\nLess than the frozen least value was found on: {}.\n", beaten.join(" ")),
    };
    format!(
        "## {}\n\n{}. Friedman's test of no difference: statistic {statistic}, p = {p_value}.\n\n{}\n\n{lost}{refused}{beaten}{left_out}",
        summary.suite,
        counted(instances, "instance"),
        table(summary),
    )
}

fn left_out(left_out: &[LeftOut]) -> String {
    let line = |LeftOut { problem, reason }: &LeftOut| format!("- {problem}: {}\n", one_line(reason));
    match left_out.iter().map(line).collect::<String>().as_str() {
        "" => String::new(),
        lines => format!("\nProblems in no figure:\n\n{lines}"),
    }
}

/// One line for each solver with such problems.
fn problems(summary: &SuiteSummary, of: impl Fn(&SolverSummary) -> &Vec<String>) -> String {
    let solvers = summary.solvers.iter().filter(|solver| !of(solver).is_empty());
    let line = |solver: &SolverSummary| {
        format!("- {}: {}\n", summary.results.solvers[solver.solver], of(solver).join(" "))
    };
    solvers.map(line).collect()
}

fn table(summary: &SuiteSummary) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    let tolerances = TOLERANCES.iter().map(|tolerance| format!("{tolerance:e}"));
    let header = ["solver", "area [95 %]"].map(str::to_owned).into_iter().chain(tolerances);
    let last = ["digits [95 %]", "p against the best", "us beyond f", "lost", "refused"].map(str::to_owned);
    table.set_header(header.chain(last));
    for solver in &summary.solvers {
        table.add_row(row(summary, solver));
    }
    table
}

fn row(summary: &SuiteSummary, solver: &SolverSummary) -> Vec<String> {
    let SolverSummary { area, solved, digits, p_value, overhead, lost, refused, .. } = solver;
    let mut row = vec![summary.results.solvers[solver.solver].clone(), banded(area, 3)];
    row.extend(solved.iter().map(|part| format!("{:.0} %", 100.0 * part)));
    row.push(digits.last().map_or("-".to_owned(), |digits| banded(digits, 1)));
    row.push(p_value.map_or("-".to_owned(), |p_value| general(p_value, 2)));
    row.push(overhead.map_or("-".to_owned(), |seconds| plain(1e6 * seconds)));
    row.push(lost.len().to_string());
    row.push(refused.len().to_string());
    row
}

fn banded(Band { value, ends }: &Band, decimals: usize) -> String {
    match ends {
        Some((low, high)) => format!("{value:.decimals$} [{low:.decimals$}, {high:.decimals$}]"),
        None => format!("{value:.decimals$}"),
    }
}

/// Three digits, without a power of ten for large numbers.
fn plain(value: f64) -> String {
    if value < 1000.0 { general(value, 3) } else { format!("{value:.0}") }
}
