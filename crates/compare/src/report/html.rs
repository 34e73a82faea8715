//! The report as one page with plots that a reader can switch.

use serde_json::{Value, json};

use super::{LeftOut, SolverSummary, SuiteSummary, TOLERANCES, incomplete, one_line};
use crate::analysis::{Band, Cost, Solved};
use crate::study::{Gap, Manifest};
use crate::suites::suites as known_suites;

const PAGE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");

/// One self-contained HTML page, which needs no network: data profiles, performance profiles, distributions
/// of runtimes, log-ratio profiles of two solvers and areas, both with bands, best values along the budget,
/// tests, overhead, problems lost and refused, and the manifest; for each suite, tolerance and choice of
/// solvers. The top of the page lists what the study lacks, and which problems are in no figure.
///
/// ```
/// use compare::report::html;
/// use compare::study::Manifest;
///
/// let manifest = Manifest::now(vec![], vec![], 100, vec![1]);
/// let page = html(&manifest, &[], &[]);
/// assert!(page.starts_with("<!doctype html>") && !page.contains("{{"));
/// ```
pub fn html(manifest: &Manifest, suites: &[SuiteSummary], gaps: &[Gap]) -> String {
    let left_out = suites.iter().flat_map(|summary| {
        let line = |LeftOut { problem, reason }: &LeftOut| {
            format!("{problem} of the suite {} is in no figure: {}", summary.suite, one_line(reason))
        };
        summary.left_out.iter().map(line)
    });
    let comparable = suites.iter().filter(|summary| !summary.results.instances.is_empty());
    let data = json!({
        "manifest": manifest,
        "tolerances": TOLERANCES,
        "notes": gaps.iter().map(incomplete).chain(left_out).collect::<Vec<_>>(),
        "suites": comparable.map(suite).collect::<Vec<_>>(),
    });
    // Within a script element `</` would end it.
    let data = data.to_string().replace('<', "\\u003c");
    PAGE.replace("{{style}}", STYLE).replace("{{script}}", SCRIPT).replace("{{data}}", &data)
}

fn suite(summary: &SuiteSummary) -> Value {
    let results = &summary.results;
    let mut problems: Vec<&str> = Vec::new();
    // The problem's index, n and seed of each instance.
    let mut instances = Vec::new();
    for instance in &results.instances {
        if problems.last() != Some(&instance.problem.as_str()) {
            problems.push(&instance.problem);
        }
        instances.push(json!([problems.len() - 1, instance.dimension, instance.seed]));
    }
    // For each tolerance and instance, the evaluation that solved it; 0 if none did.
    let flat = |solved: &Solved| -> Vec<u64> {
        solved.evaluations.iter().flatten().map(|spent| spent.unwrap_or(0)).collect()
    };
    let times: Vec<_> = summary.solved.iter().map(flat).collect();
    // The same in rounds, where they are not the evaluations, and in microseconds; empty where they are not known.
    let by = |cost| TOLERANCES.map(|tolerance| flat(&summary.solved_by(cost, tolerance)));
    let known = |spent: [Vec<u64>; TOLERANCES.len()]| {
        let is_known = spent.iter().flatten().any(|spent| *spent > 0);
        if is_known { spent.to_vec() } else { Vec::new() }
    };
    let rounds = known(by(Cost::Rounds));
    let rounds = if rounds == times { Vec::new() } else { rounds };
    let built_in = known_suites().into_iter().find(|suite| suite.name == summary.suite);
    json!({
        "name": summary.suite,
        "what": built_in.map(|suite| suite.what),
        "solvers": results.solvers,
        "problems": problems,
        "instances": instances,
        "times": times,
        "rounds": rounds,
        "microseconds": known(by(Cost::Seconds)),
        "friedman": [summary.friedman.statistic, summary.friedman.p_value],
        "budgets": summary.budgets,
        "beaten": summary.beaten,
        "absent": summary.absent,
        "rows": summary.solvers.iter().map(|solver| row(summary, solver)).collect::<Vec<_>>(),
    })
}

fn row(summary: &SuiteSummary, solver: &SolverSummary) -> Value {
    let round = |value: f64| (value * 1e6).round() / 1e6;
    let band = |Band { value, ends }: &Band| match ends {
        Some((low, high)) => vec![round(*value), round(*low), round(*high)],
        None => vec![round(*value)],
    };
    json!({
        "solver": summary.results.solvers[solver.solver],
        "area": band(&solver.area),
        "areas": solver.areas.iter().map(band).collect::<Vec<_>>(),
        "solved": solver.solved.iter().copied().map(round).collect::<Vec<_>>(),
        "digits": solver.digits.iter().map(band).collect::<Vec<_>>(),
        "p": solver.p_value,
        "overhead": solver.overhead,
        "lost": solver.lost,
        "refused": solver.refused,
    })
}
