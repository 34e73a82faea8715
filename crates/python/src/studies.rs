//! `compare`: studies of functions of Python and of our solvers, as the program `compare` makes them.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use compare::Case;
use compare::analysis::{Cost, History, data_profile};
use compare::report::{SolverSummary, SuiteSummary, summarize, svg};
use compare::study::{Entry, Row, Shard, Store, Study, ablation, solvers};
use compare::suites::{published, suites};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use serde_json::json;

use crate::calls::Raised;
use crate::errors::guarded;
use crate::function_solver::FunctionSolver;
use crate::problem::Statement;
use crate::watch::looking_for_signals;

/// The suite of problems of one's own, as in the program.
const OWN: &str = "own";

/// A problem: its name, the rest of it, what is called, what distinguishes that from a changed one, and the least
/// value if it is known.
type PlainProblem = (String, Statement, Py<PyAny>, String, Option<f64>);
/// A solver: its name, what is called (none for a solver of ours), what distinguishes that from a changed one, and
/// whether it takes a seed.
type PlainSolver = (String, Option<Py<PyAny>>, String, bool);
/// Problem, solver, seed, dimension, improvements, evaluations, failed ones, and how the run ended.
type PlainRecord<'r> = (&'r str, &'r str, u64, usize, &'r [(u64, f64)], u64, u64, &'r str);

/// The runs of a study on one suite, and what follows from them.
#[pyclass(module = "patternsearch._core", frozen)]
pub(crate) struct Comparison {
    rows: Vec<Row>,
    summary: SuiteSummary,
    gradients: u64,
}

fn wrong(error: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// The one of a kind with this name.
fn named<T>(what: &str, all: Vec<T>, name: &str, name_of: impl Fn(&T) -> &str) -> PyResult<T> {
    let known = all.iter().map(&name_of).collect::<Vec<_>>().join(", ");
    let found = all.into_iter().find(|one| name_of(one) == name);
    found.ok_or_else(|| wrong(format!("{what} is '{name}'; expected one of {known}")))
}

fn case_of(problem: PlainProblem, raised: &Raised) -> PyResult<Case<'static>> {
    let (name, statement, call, identity, optimum) = problem;
    let case = Case::new(name, statement.problem(Some(call), raised)?);
    let case = case.with_settings(json!({ "function": identity, "start": statement.start() }));
    Ok(match optimum {
        Some(least) => case.with_optimum(least),
        None => case,
    })
}

fn entry_of((name, call, identity, takes_seed): PlainSolver, raised: &Raised) -> PyResult<Entry> {
    let Some(call) = call else {
        let ours = solvers().into_iter().chain(ablation()).collect();
        return named("a solver", ours, &name, |entry: &Entry| &entry.name);
    };
    let (seed, raised) = (takes_seed.then_some(0), raised.clone());
    let solver = Arc::new(FunctionSolver { name: name.clone(), call, identity, seed, raised });
    Ok(Entry::new(name, "a function", move || Ok(Box::new(solver.clone()))))
}

/// Makes the runs of a study that its file does not have, and reads all that it has on the suite: the named one, or the
/// problems given.
#[pyfunction]
pub(crate) fn compare_solvers(
    py: Python<'_>,
    suite: Option<&str>,
    problems: Vec<PlainProblem>,
    solvers: Vec<PlainSolver>,
    gradients: u64,
    seeds: u64,
    out: Option<PathBuf>,
) -> PyResult<Comparison> {
    let raised = Raised::default();
    let cases = match suite {
        Some(name) => (named("problems", suites(), name, |suite| suite.name)?.cases)(),
        None => problems.into_iter().map(|problem| case_of(problem, &raised)).collect::<PyResult<_>>()?,
    };
    let suite = suite.unwrap_or(OWN);
    let references = published([(suite, cases.as_slice())]);
    let study = Study {
        suites: vec![(suite.to_owned(), cases)],
        solvers: solvers.into_iter().map(|solver| entry_of(solver, &raised)).collect::<PyResult<_>>()?,
        seeds: (1..=seeds).collect(),
        simplex_gradients: gradients,
        threads: 1,
        shard: Shard { number: 1, of: 1 },
    };
    let store = Mutex::new(Store::open(out.unwrap_or_else(|| ":memory:".into())).map_err(wrong)?);
    // A run that has begun is finished and stored, as in the program.
    let goes_on = |_, _| !raised.cancellation.is_cancelled();
    let made = || study.run(&store, goes_on);
    let made = guarded(py, || looking_for_signals(made, |error| raised.end_with(error)))?;
    if let Some(error) = raised.take_fatal() {
        return Err(error);
    }
    made.map_err(wrong)?;
    let rows = store.into_inner().expect("no panic held it").rows().map_err(wrong)?;
    let rows: Vec<Row> = rows.into_iter().filter(|row| row.suite == suite).collect();
    let summary = summarize(&rows, gradients, &references).pop().expect("a study has runs");
    Ok(Comparison { rows, summary, gradients })
}

#[pymethods]
impl Comparison {
    fn records(&self) -> Vec<PlainRecord<'_>> {
        let mut records: Vec<PlainRecord<'_>> = Vec::new();
        for Row { history, counts: [evaluations, _, failed], ended, .. } in &self.rows {
            let History { problem, solver, seed, dimension, values } = history;
            records.push((problem, solver, *seed, *dimension, values, *evaluations, *failed, ended));
        }
        records
    }

    /// For each solver, the best first: its name, the area under its data profiles, and the share of the instances
    /// that it has solved to each of the report's tolerances.
    fn solvers(&self) -> Vec<(&str, f64, Vec<f64>)> {
        let SuiteSummary { results, solvers, .. } = &self.summary;
        let of = |one: &SolverSummary| (&results.solvers[one.solver][..], one.area.value, one.solved.clone());
        solvers.iter().map(of).collect()
    }

    /// The report's tolerances.
    #[staticmethod]
    fn tolerances() -> Vec<f64> {
        compare::report::TOLERANCES.to_vec()
    }

    /// How many instances there are in the figures, and the problems that are in none with the reasons.
    fn instances(&self) -> (usize, Vec<(&str, &str)>) {
        let left_out = self.summary.left_out.iter();
        let left_out = left_out.map(|left| (left.problem.as_str(), left.reason.as_str())).collect();
        (self.summary.results.instances.len(), left_out)
    }

    /// Solvers that refuse every problem, and are in no figure.
    fn absent(&self) -> Vec<String> {
        self.summary.absent.clone()
    }

    /// For each solver, the best first, the steps of its data profile.
    fn data_profile(&self, tolerance: f64) -> Vec<(&str, Vec<(f64, f64)>)> {
        let SuiteSummary { results, floor, solvers, .. } = &self.summary;
        let solved = results.solved(tolerance, floor);
        let of =
            |one: &SolverSummary| (&results.solvers[one.solver][..], data_profile(&solved, one.solver).0);
        solvers.iter().map(of).collect()
    }

    /// The data profiles as a figure, by rounds or seconds if asked.
    fn svg(&self, tolerances: Vec<f64>, by: &str) -> String {
        let cost = match by {
            "rounds" => Cost::Rounds,
            "seconds" => Cost::Seconds,
            _ => Cost::SimplexGradients,
        };
        svg(std::slice::from_ref(&self.summary), self.gradients as f64, &tolerances, cost)
    }
}
