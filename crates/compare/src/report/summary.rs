//! The figures of a report.

use std::collections::BTreeMap;

use crate::analysis::{
    Band, Floor, Friedman, History, Results, Solved, area, band, data_profile, friedman, holm, wilcoxon,
};
use crate::study::Row;

/// The tolerances τ of Moré & Wild.
pub const TOLERANCES: [f64; 4] = [1e-1, 1e-3, 1e-5, 1e-7];

/// Seed of the bands.
const SEED: u64 = 1;

/// The figures of a suite.
#[derive(Debug, Clone, PartialEq)]
pub struct SuiteSummary {
    /// Name of the suite.
    pub suite: String,
    /// The histories, arranged.
    pub results: Results,
    /// Per tolerance, who has solved what when.
    pub solved: Vec<Solved>,
    /// Per solver, the best first.
    pub solvers: Vec<SolverSummary>,
    /// Whether the solvers differ at all: Friedman's test over the areas of each problem.
    pub friedman: Friedman,
}

/// The figures of a solver on a suite.
#[derive(Debug, Clone, PartialEq)]
pub struct SolverSummary {
    /// Which of the results' solvers.
    pub solver: usize,
    /// The area under its data profile, mean over the tolerances.
    pub area: Band,
    /// Per tolerance, the part of the instances solved within the budget.
    pub solved: Vec<f64>,
    /// The p-value of Wilcoxon's test against the best solver, over the areas of each problem, after
    /// Holm's correction; none for the best itself.
    pub p_value: Option<f64>,
    /// Median seconds per evaluation beyond the objective's own, where measured.
    pub overhead: Option<f64>,
    /// Problems not solved to the coarsest tolerance from any seed.
    pub lost: Vec<String>,
}

/// The figures of all suites among the runs. `frozen` are least values known from elsewhere.
pub fn summarize(rows: &[Row], simplex_gradients: u64, frozen: &Floor) -> Vec<SuiteSummary> {
    let mut suites: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        suites.entry(&row.suite).or_default().push(row);
    }
    suites.into_iter().map(|(suite, rows)| summary(suite, &rows, simplex_gradients as f64, frozen)).collect()
}

fn summary(suite: &str, rows: &[&Row], budget: f64, frozen: &Floor) -> SuiteSummary {
    let histories: Vec<History> = rows.iter().map(|row| row.history.clone()).collect();
    let results = Results::of(&histories);
    let floor = Floor::of_results(&results).with(frozen);
    let solved: Vec<Solved> = TOLERANCES.iter().map(|&tolerance| results.solved(tolerance, &floor)).collect();

    let areas = problem_areas(&results, &solved, budget);
    let negative = |row: &Vec<f64>| row.iter().map(|area| -area).collect();
    let friedman = friedman(&areas.iter().map(negative).collect::<Vec<_>>());

    let mean_area = |solver: usize| areas.iter().map(|row| row[solver]).sum::<f64>() / areas.len() as f64;
    let mut order: Vec<usize> = (0..results.solvers.len()).collect();
    order.sort_by(|&a, &b| mean_area(b).total_cmp(&mean_area(a)));
    let against_best = |&solver: &usize| {
        let differences: Vec<f64> = areas.iter().map(|row| row[order[0]] - row[solver]).collect();
        wilcoxon(&differences).p_value
    };
    let p_values = holm(&order.iter().skip(1).map(against_best).collect::<Vec<_>>());
    let of_solver = |(rank, &solver): (usize, &usize)| SolverSummary {
        solver,
        area: band(areas.len(), SEED, |drawn| {
            drawn.iter().map(|&problem| areas[problem][solver]).sum::<f64>() / drawn.len() as f64
        }),
        solved: solved.iter().map(|solved| data_profile(solved, solver).at(f64::INFINITY)).collect(),
        p_value: rank.checked_sub(1).map(|test| p_values[test]),
        overhead: overhead(rows, &results.solvers[solver]),
        lost: lost(&results, &solved[0], solver),
    };
    let solvers = order.iter().enumerate().map(of_solver).collect();
    SuiteSummary { suite: suite.to_owned(), results, solved, solvers, friedman }
}

/// Per problem and solver, the area of the problem alone, mean over its seeds and the tolerances. Problems, not
/// seeds, are what tests and bands take for independent.
fn problem_areas(results: &Results, solved: &[Solved], budget: f64) -> Vec<Vec<f64>> {
    let solvers = 0..results.solvers.len();
    let mut areas = Vec::new();
    let mut from = 0;
    for seeds in results.instances.chunk_by(|a, b| a.problem == b.problem) {
        let part = |solved: &Solved| Solved {
            dimensions: solved.dimensions[from..from + seeds.len()].to_vec(),
            evaluations: solved.evaluations[from..from + seeds.len()].to_vec(),
        };
        let parts: Vec<Solved> = solved.iter().map(part).collect();
        let mean =
            |solver| parts.iter().map(|part| area(part, solver, budget)).sum::<f64>() / parts.len() as f64;
        areas.push(solvers.clone().map(mean).collect());
        from += seeds.len();
    }
    areas
}

fn overhead(rows: &[&Row], solver: &str) -> Option<f64> {
    let mut measured: Vec<f64> =
        rows.iter().filter(|row| row.history.solver == solver).filter_map(|row| row.overhead).collect();
    measured.sort_by(f64::total_cmp);
    measured.get(measured.len() / 2).copied()
}

fn lost(results: &Results, solved: &Solved, solver: usize) -> Vec<String> {
    let mut lost: BTreeMap<&str, bool> = BTreeMap::new();
    for (instance, evaluations) in results.instances.iter().zip(&solved.evaluations) {
        *lost.entry(&instance.problem).or_insert(true) &= evaluations[solver].is_none();
    }
    let mut names = Vec::new();
    for instance in &results.instances {
        if lost.remove(instance.problem.as_str()) == Some(true) {
            names.push(instance.problem.clone());
        }
    }
    names
}
