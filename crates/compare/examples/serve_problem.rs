//! Serves the problems of a suite to another program, over lines of JSON.
//!
//! ```text
//! cargo run --release -p patternsearch-compare --example serve_problem -- hock-schittkowski-constrained hs71
//! ```
//!
//! Without the name of a problem it prints the names, one a line. With it, the first line describes the problem. Then
//! each line `[x1, ..., xn]` of the input is answered by `{"f": value, "truth": value, "c": [...], "h": [...], "r": [...]}`;
//! `f` is null where the objective has no value, `truth` is the value without noise, and `r` are the residuals of a sum
//! of squares. The bounds and rows of the
//! description are the caller's to keep. A third argument is the seed of a noisy problem, 1 by default.

use std::io::{BufRead, Write, stdin, stdout};

use compare::suites::suites;
use compare::{Case, LinearRow};
use search::{
    Bounds, Budget, Error, Evaluations, LinearConstraints, Minimizer, Problem, Solver, Status, Stop,
};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let name = arguments.first().ok_or("expected the name of a suite")?;
    let suite = suites().into_iter().find(|suite| suite.name == name).ok_or("unknown suite")?;
    let cases = (suite.cases)();
    let Some(problem) = arguments.get(1) else {
        cases.iter().for_each(|case| println!("{}", case.name()));
        return Ok(());
    };
    let case = cases.into_iter().find(|case| case.name() == problem).ok_or("unknown problem")?;
    let seed = arguments.get(2).map_or(Ok(1), |seed| seed.parse())?;
    let problem = case.problem(seed)?;
    println!("{}", description(&case, &problem));
    let n = problem.dimension();
    let free =
        problem.granular(vec![0.0; n])?.bounded(Bounds::free(n))?.subject_to(LinearConstraints::default())?;
    match (Serving { case }).minimize(&free, &Budget::unlimited(), &mut ()) {
        Ok(_) | Err(Error::NoValue { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Infinite bounds are null.
fn description(case: &Case<'_>, problem: &Problem<'_>) -> Value {
    let rows = case.rows().cloned().unwrap_or_default();
    let split = |rows: Vec<LinearRow>| -> (Vec<Vec<f64>>, Vec<f64>) { rows.into_iter().unzip() };
    let ((a, b), (aeq, beq)) = (split(rows.inequalities), split(rows.equalities));
    let count = problem.nonlinear_constraints().unwrap_or_default();
    json!({
        "name": case.name(),
        "start": problem.start(),
        "lower": problem.bounds().lower(),
        "upper": problem.bounds().upper(),
        "granularity": problem.grid().map(search::Grid::granularity),
        "a": a,
        "b": b,
        "aeq": aeq,
        "beq": beq,
        "inequalities": count.inequalities,
        "equalities": count.equalities,
        "residuals": problem.objective().residuals().map_or(0, |residuals| residuals.form().count()),
        "optimum": case.optimum(),
    })
}

/// Evaluates the points of the input, as a search would.
struct Serving {
    case: Case<'static>,
}

impl Solver for Serving {
    fn name(&self) -> String {
        "serving".to_owned()
    }

    fn accepts(&self, _problem: &Problem<'_>) -> Result<(), Error> {
        Ok(())
    }

    fn uses_residuals(&self) -> bool {
        true
    }

    fn search(&self, evaluations: &mut Evaluations<'_>) -> Result<Status, Stop> {
        evaluations.judge_by(|value, _| value);
        evaluations.keep_seen();
        for line in stdin().lock().lines() {
            let point = line.map_err(|error| error.to_string());
            let point = point.and_then(|line| serde_json::from_str(&line).map_err(|error| error.to_string()));
            let x: Vec<f64> = point.map_err(|reason| Stop::gave_up(&reason))?;
            let value = evaluations.value(&x)?;
            let (constraints, residuals) = evaluations
                .seen()
                .pop()
                .map_or_else(Default::default, |seen| (seen.constraints, seen.residuals));
            let truth = self.case.truth().and_then(|truth| truth.value(&x).ok());
            let answer = json!({
                "f": value,
                "truth": truth.unwrap_or(value),
                "c": constraints.inequalities,
                "h": constraints.equalities,
                "r": residuals,
            });
            let mut out = stdout().lock();
            let written = writeln!(out, "{answer}").and_then(|()| out.flush());
            written.map_err(|error| Stop::gave_up(&error.to_string()))?;
        }
        Ok(Status::MeshTolerance)
    }
}
