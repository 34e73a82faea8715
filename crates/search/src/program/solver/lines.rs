//! The lines that a solver program reads.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::super::questions::number;
use super::takes::is_sum_of_squares;
use super::{SolverProgram, Takes};
use crate::problem::linear::Row;
use crate::{Evaluations, Grid, LeastSquares, LinearConstraints, Seen, Stop};

/// The first line.
#[derive(Serialize)]
struct Header<'h> {
    start: &'h [f64],
    at_start: &'h Value,
    lower: Value,
    upper: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    granularity: Option<&'h [f64]>,
    #[serde(flatten)]
    rows: Option<Rows<'h>>,
    #[serde(skip_serializing_if = "is_0")]
    constraints: usize,
    #[serde(skip_serializing_if = "is_0")]
    equalities: usize,
    #[serde(skip_serializing_if = "is_0")]
    residuals: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'h str>,
    options: &'h Map<String, Value>,
}

/// Rows `a x <= b` and `aeq x = beq`.
#[derive(Serialize)]
struct Rows<'h> {
    a: Vec<&'h [f64]>,
    b: Vec<f64>,
    aeq: Vec<&'h [f64]>,
    beq: Vec<f64>,
}

impl<'h> Rows<'h> {
    fn of(linear: &'h LinearConstraints) -> Self {
        let (equal, at_most): (Vec<&Row>, Vec<&Row>) =
            linear.rows().iter().partition(|row| row.is_equality());
        let coefficients = |rows: &[&'h Row]| rows.iter().map(|row| row.coefficients()).collect();
        let limits = |rows: &[&Row]| rows.iter().map(|row| row.limit()).collect();
        Rows {
            a: coefficients(&at_most),
            b: limits(&at_most),
            aeq: coefficients(&equal),
            beq: limits(&equal),
        }
    }
}

fn is_0(count: &usize) -> bool {
    *count == 0
}

impl SolverProgram {
    /// Returns the first line.
    pub(super) fn header(&self, evaluations: &Evaluations<'_>, at_start: &Value) -> Value {
        let numbers = |values: &[f64]| values.iter().copied().map(number).collect::<Value>();
        let bounds = evaluations.bounds();
        let count = evaluations.nonlinear_constraints().unwrap_or_default();
        json!(Header {
            start: evaluations.start(),
            at_start,
            lower: numbers(bounds.lower()),
            upper: numbers(bounds.upper()),
            granularity: evaluations.grid().map(Grid::granularity),
            rows: evaluations.linear().map(Rows::of),
            constraints: count.inequalities,
            equalities: count.equalities,
            residuals: self.fit(evaluations).map_or(0, LeastSquares::count),
            budget: evaluations.left(),
            seed: self.seed,
            version: self.version.as_deref(),
            options: &self.options,
        })
    }

    /// The residuals of a sum of squares, if the program takes them.
    fn fit<'e>(&self, evaluations: &'e Evaluations<'_>) -> Option<&'e LeastSquares> {
        evaluations.fit().filter(|fit| self.does_take(Takes::Residuals) && is_sum_of_squares(fit))
    }

    /// Evaluates a point, and returns what the program reads.
    pub(super) fn answer(&self, evaluations: &mut Evaluations<'_>, x: &[f64]) -> Result<Value, Stop> {
        if let Err(reason) = evaluations.value_or_refusal(x)? {
            return Ok(json!({ "error": reason }));
        }
        let Some(seen) = evaluations.seen().pop() else {
            return Ok(json!({ "error": "the evaluation failed" }));
        };
        let Seen { value, constraints, residuals, .. } = seen;
        let mut answer = json!({ "value": value });
        let residuals = if self.fit(evaluations).is_some() { residuals } else { Vec::new() };
        for (key, values) in [
            ("constraints", constraints.inequalities),
            ("equalities", constraints.equalities),
            ("residuals", residuals),
        ] {
            if !values.is_empty() {
                answer[key] = json!(values);
            }
        }
        Ok(answer)
    }
}
