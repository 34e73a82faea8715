//! The figures of a report.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::analysis::{
    Band, Cost, Floor, Friedman, History, References, Results, Solved, area, band, data_profile, digits,
    friedman, holm, wilcoxon,
};
use crate::study::{Ending, Row};

/// The tolerances τ of Moré & Wild.
pub const TOLERANCES: [f64; 4] = [1e-1, 1e-3, 1e-5, 1e-7];

/// The budgets in simplex gradients after which best values are reported, as far as the study went.
pub const BUDGETS: [f64; 4] = [10.0, 30.0, 100.0, 300.0];

/// A value this far below a frozen one, relative to its size or to 1, is more than rounding.
const ROUNDING: f64 = 1e-6;

/// Seed of the bands.
const SEED: u64 = 1;

/// The figures of a suite.
#[derive(Debug, Clone, PartialEq)]
pub struct SuiteSummary {
    /// Name of the suite.
    pub suite: String,
    /// The histories, arranged.
    pub results: Results,
    /// The same by [rounds](search::Counts::rounds).
    pub by_rounds: Results,
    /// The same by microseconds.
    pub by_seconds: Results,
    /// The least values to which tolerances are relative.
    pub floor: Floor,
    /// Problems on which a solver has found less than the frozen value.
    pub beaten: Vec<String>,
    /// Problems that are in no figure.
    pub left_out: Vec<LeftOut>,
    /// Solvers that refuse every problem of the suite. They take no part: they are in no figure, and in no test.
    pub absent: Vec<String>,
    /// The budgets of [`SolverSummary::digits`], in simplex gradients.
    pub budgets: Vec<f64>,
    /// For each tolerance, when each solver has solved each instance.
    pub solved: Vec<Solved>,
    /// Per solver, the best first.
    pub solvers: Vec<SolverSummary>,
    /// Whether the solvers differ at all: Friedman's test over the areas of each problem.
    pub friedman: Friedman,
}

/// The figures of a solver on a suite.
#[derive(Debug, Clone, PartialEq)]
pub struct SolverSummary {
    /// The index of the solver in the results.
    pub solver: usize,
    /// The area under its data profile, mean over the tolerances.
    pub area: Band,
    /// Per tolerance, the area under its data profile there.
    pub areas: Vec<Band>,
    /// For each tolerance, the share of the instances solved within the budget.
    pub solved: Vec<f64>,
    /// Per budget, the [`digits`] reached by then, mean over the problems.
    pub digits: Vec<Band>,
    /// The p-value of Wilcoxon's test against the best solver, over the areas of each problem, after Holm's
    /// correction; `None` for the best itself.
    pub p_value: Option<f64>,
    /// Median seconds per evaluation beyond the objective's own, where measured.
    pub overhead: Option<f64>,
    /// Problems not solved to the coarsest tolerance from any seed, though the solver takes them.
    pub lost: Vec<String>,
    /// Problems that the solver does not take; not solved in all figures.
    pub refused: Vec<String>,
}

/// A problem that is in no figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// The problem.
    pub problem: String,
    /// The reason; for a problem without a value, the message of the first run.
    pub reason: String,
}

impl SuiteSummary {
    /// When each solver has solved each instance to the tolerance, by this cost.
    pub fn solved_by(&self, cost: Cost, tolerance: f64) -> Solved {
        let results = match cost {
            Cost::SimplexGradients => &self.results,
            Cost::Rounds => &self.by_rounds,
            Cost::Seconds => &self.by_seconds,
        };
        results.solved(tolerance, &self.floor)
    }
}

/// The figures of all suites among the runs. A problem without a least value in `frozen` has the least value
/// that a solver found.
pub fn summarize(rows: &[Row], simplex_gradients: u64, frozen: &References) -> Vec<SuiteSummary> {
    let mut suites: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        suites.entry(&row.suite).or_default().push(row);
    }
    let summary =
        |(suite, rows): (&str, Vec<&Row>)| summary(suite, &rows, simplex_gradients as f64, &frozen.of(suite));
    suites.into_iter().map(summary).collect()
}

fn summary(suite: &str, rows: &[&Row], budget: f64, frozen: &Floor) -> SuiteSummary {
    let absent = absent(rows);
    let taking_part = rows.iter().filter(|row| !absent.contains(&row.history.solver));
    let histories_by =
        |cost| -> Vec<History> { taking_part.clone().map(|row| row.history_by(cost)).collect() };
    let results = Results::of(&histories_by(Cost::SimplexGradients));
    let by = |cost| results.with(&histories_by(cost));
    let (by_rounds, by_seconds) = (by(Cost::Rounds), by(Cost::Seconds));
    let found = Floor::of_results(&results);
    let floor = found.clone().frozen_by(frozen);
    let solved: Vec<Solved> = TOLERANCES.iter().map(|&tolerance| results.solved(tolerance, &floor)).collect();

    // Tests and bands treat problems as independent, not seeds.
    let problems = Problems::of(&results);
    let by_tolerance: Vec<Figures> = solved
        .iter()
        .map(|solved| problems.figures(|at, solver| area(&solved.only(at), solver, budget)))
        .collect();
    let areas = mean(&by_tolerance);
    let budgets: Vec<f64> = BUDGETS.into_iter().filter(|&gradients| gradients <= budget).collect();
    let digits_after: Vec<Figures> = budgets
        .iter()
        .map(|&gradients| {
            problems.figures(|at, solver| digits(&results.instances[at], solver, &floor, gradients))
        })
        .collect();

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
    let of_solver = |(rank, &solver): (usize, &usize)| {
        let refused = problems.names(|name| is_refused(rows, name, &results.solvers[solver]));
        let mut lost = problems.lost(&solved[0], solver);
        lost.retain(|name| !refused.contains(name));
        SolverSummary {
            solver,
            area: banded(&areas, solver),
            areas: by_tolerance.iter().map(|figures| banded(figures, solver)).collect(),
            solved: solved.iter().map(|solved| data_profile(solved, solver).at(f64::INFINITY)).collect(),
            digits: digits_after.iter().map(|figures| banded(figures, solver)).collect(),
            p_value: rank.checked_sub(1).map(|test| p_values[test]),
            overhead: overhead(rows, &results.solvers[solver]),
            lost,
            refused,
        }
    };
    let solvers = order.iter().enumerate().map(of_solver).collect();
    let beaten = problems.names(|name| {
        let (Some(found), Some(frozen)) = (found.of(name), frozen.of(name)) else { return false };
        found < frozen - ROUNDING * frozen.abs().max(1.0)
    });
    let left_out = left_out(rows, &results);
    SuiteSummary {
        suite: suite.to_owned(),
        results,
        by_rounds,
        by_seconds,
        floor,
        beaten,
        left_out,
        absent,
        budgets,
        solved,
        solvers,
        friedman,
    }
}

/// The solvers whose runs were all refused.
fn absent(rows: &[&Row]) -> Vec<String> {
    let mut refuses_all: BTreeMap<&str, bool> = BTreeMap::new();
    for row in rows {
        *refuses_all.entry(&row.history.solver).or_insert(true) &= row.ending() == Ending::Refused;
    }
    refuses_all.into_iter().filter(|(_, all)| *all).map(|(solver, _)| solver.to_owned()).collect()
}

/// Returns `true` if the solver refuses this problem from every seed.
fn is_refused(rows: &[&Row], problem: &str, solver: &str) -> bool {
    let mut runs = rows.iter().filter(|row| row.history.problem == problem && row.history.solver == solver);
    runs.all(|row| row.ending() == Ending::Refused)
}

/// The problems among the runs without an instance among the results, each with the reason.
fn left_out(rows: &[&Row], results: &Results) -> Vec<LeftOut> {
    let mut problems: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        problems.entry(&row.history.problem).or_default().push(row);
    }
    for instance in &results.instances {
        problems.remove(instance.problem.as_str());
    }
    let left_out = |(problem, runs): (&str, Vec<&Row>)| LeftOut {
        problem: problem.to_owned(),
        reason: why_left_out(&runs, results),
    };
    problems.into_iter().map(left_out).collect()
}

fn why_left_out(runs: &[&Row], results: &Results) -> String {
    if runs.iter().all(|run| run.value.is_none()) {
        // A failure says more than a refusal.
        let failed = runs.iter().find(|run| run.ending() == Ending::NoValue);
        return failed.or(runs.first()).map(|run| run.ended.clone()).unwrap_or_default();
    }
    let missing = results.solvers.iter().find(|name| runs.iter().all(|run| run.history.solver != **name));
    match missing {
        Some(solver) => format!("{solver} has not run on it yet"),
        None => "no solver has found a point that violates no constraint".to_owned(),
    }
}

/// A figure of each problem and solver.
type Figures = Vec<Vec<f64>>;

fn mean(figures: &[Figures]) -> Figures {
    let problems = 0..figures[0].len();
    let of = |problem: usize, solver: usize| {
        figures.iter().map(|figures| figures[problem][solver]).sum::<f64>() / figures.len() as f64
    };
    problems
        .map(|problem| (0..figures[0][problem].len()).map(|solver| of(problem, solver)).collect())
        .collect()
}

/// The mean over the problems.
fn banded(figures: &Figures, solver: usize) -> Band {
    band(figures.len(), SEED, |drawn| {
        drawn.iter().map(|&problem| figures[problem][solver]).sum::<f64>() / drawn.len() as f64
    })
}

/// The problems of results: their names and their instances.
struct Problems<'r> {
    results: &'r Results,
    ranges: Vec<Range<usize>>,
}

impl<'r> Problems<'r> {
    fn of(results: &'r Results) -> Self {
        Problems { results, ranges: results.problems() }
    }

    /// Means over the seeds of a figure of an instance and a solver.
    fn figures(&self, figure: impl Fn(usize, usize) -> f64) -> Figures {
        let of = |range: &Range<usize>, solver| {
            range.clone().map(|at| figure(at, solver)).sum::<f64>() / range.len() as f64
        };
        let solvers = 0..self.results.solvers.len();
        self.ranges.iter().map(|range| solvers.clone().map(|solver| of(range, solver)).collect()).collect()
    }

    fn name(&self, range: &Range<usize>) -> &'r str {
        &self.results.instances[range.start].problem
    }

    fn names(&self, which: impl Fn(&str) -> bool) -> Vec<String> {
        let names = self.ranges.iter().map(|range| self.name(range));
        names.filter(|name| which(name)).map(str::to_owned).collect()
    }

    /// Problems that a solver has solved from no seed.
    fn lost(&self, solved: &Solved, solver: usize) -> Vec<String> {
        let unsolved = |range: &&Range<usize>| {
            (**range).clone().all(|at: usize| solved.evaluations[at][solver].is_none())
        };
        self.ranges.iter().filter(unsolved).map(|range| self.name(range).to_owned()).collect()
    }
}

/// The median over the runs that had an outcome, if it could be measured.
fn overhead(rows: &[&Row], solver: &str) -> Option<f64> {
    let runs = rows.iter().filter(|row| row.history.solver == solver && row.value.is_some());
    let mut seconds: Vec<f64> = runs.map(|row| row.overhead.unwrap_or(f64::NEG_INFINITY)).collect();
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().filter(|seconds| seconds.is_finite())
}
