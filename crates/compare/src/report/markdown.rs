//! The report as Markdown.

use comfy_table::Table;
use comfy_table::presets::ASCII_MARKDOWN;
use search::general;

use crate::study::{Gap, Manifest};

use super::tables::{self, Cell, Cells};
use super::{LeftOut, SolverSummary, SuiteSummary, counted, incomplete, one_line};

/// The report as Markdown. It begins with what the study lacks, if it is incomplete. If there are several
/// suites, a table of the areas on all suites follows. Then there is a table for each suite: the solvers, the
/// best first, with the area under the data profile and its band, the share of the instances solved to each
/// tolerance, the digits reached at the end, the corrected p-value against the best, the overhead, and the
/// numbers of problems lost and refused. A solver that refuses every problem has a dash for each figure. The
/// problems lost, refused and in no figure are listed below the table.
pub fn markdown(manifest: &Manifest, suites: &[SuiteSummary], gaps: &[Gap]) -> String {
    let Manifest { simplex_gradients, seeds, version, revision, machine, .. } = manifest;
    let seeds = counted(seeds.len(), "seed");
    let head = format!(
        "# Comparison\n\n{simplex_gradients} simplex gradients, {seeds}; version {version} ({revision}); {machine}.\n\n"
    );
    let gaps: String = gaps.iter().map(|gap| format!("**{}**\n\n", incomplete(gap))).collect();
    head + &gaps + &overview(suites) + &suites.iter().map(suite).collect::<Vec<_>>().join("\n")
}

/// The areas on all suites.
fn overview(suites: &[SuiteSummary]) -> String {
    tables::areas(suites).map(|areas| format!("{}\n\n", table(areas))).unwrap_or_default()
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
    let absent = match summary.absent.as_slice() {
        [] => String::new(),
        absent => format!("\nNot taken part, as they refuse every problem: {}.\n", absent.join(" ")),
    };
    let beaten = match summary.beaten.as_slice() {
        [] => String::new(),
        beaten => format!("\nLess than the frozen least value was found on: {}.\n", beaten.join(" ")),
    };
    format!(
        "## {}\n\n{}. Friedman's test of no difference: statistic {statistic}, p = {p_value}.\n\n{}\n\n{lost}{refused}{absent}{beaten}{left_out}",
        summary.suite,
        counted(instances, "instance"),
        table(tables::solvers(summary)),
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

fn table(Cells { head, rows }: Cells) -> Table {
    let mut table = Table::new();
    table.load_style(ASCII_MARKDOWN);
    table.set_header(head);
    let marked = |Cell { text, best }: Cell| if best { format!("**{text}**") } else { text };
    for row in rows {
        table.add_row(row.into_iter().map(marked));
    }
    table
}
