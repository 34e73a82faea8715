//! Judges the points of a constrained problem.

use search::{Bounds, Objective, Problem, Values};

use crate::{Case, Rows};

/// The largest violation of a constraint at which a point counts: of a bound, a row, a nonlinear inequality or an
/// equality, none of them divided by anything.
pub const TOLERANCE: f64 = 1e-6;

/// What decides which points of a constrained problem count, and with which value.
pub(crate) struct Judge<'c> {
    bounds: Bounds,
    rows: RowsOf<'c>,
    truth: Option<&'c dyn Objective>,
}

enum RowsOf<'c> {
    Numbers(&'c Rows),
    Problem(&'c Problem<'c>),
}

impl<'c> Judge<'c> {
    /// The judge of a problem with constraints beyond bounds; `None` for others.
    pub(crate) fn of(case: &'c Case<'_>, problem: &'c Problem<'_>) -> Option<Self> {
        let constrained = problem.linear().is_some() || problem.nonlinear_constraints().is_some();
        constrained.then(|| Judge {
            bounds: problem.bounds().clone(),
            rows: case.rows().map_or(RowsOf::Problem(problem), RowsOf::Numbers),
            truth: case.truth().map(|truth| &**truth as &dyn Objective),
        })
    }

    pub(crate) fn has_truth(&self) -> bool {
        self.truth.is_some()
    }

    /// The value by which a point counts, the true one of a noisy objective, otherwise its own; and its violation. `None`
    /// for a point that violates a constraint by more than [`TOLERANCE`].
    pub(crate) fn judged(&self, x: &[f64], values: &Values) -> Option<(f64, f64)> {
        let violation = self.violation(x, values);
        if violation > TOLERANCE {
            return None;
        }
        let value = match self.truth {
            None => values.value(),
            Some(truth) => truth.value(x).ok()?,
        };
        Some((value, violation))
    }

    fn violation(&self, x: &[f64], values: &Values) -> f64 {
        let outside = |(x, (low, high)): (&f64, (&f64, &f64))| (low - x).max(x - high);
        let ends = self.bounds.lower().iter().zip(self.bounds.upper());
        let bounds = x.iter().zip(ends).map(outside).fold(0.0, f64::max);
        let rows = match self.rows {
            RowsOf::Numbers(rows) => rows.violation(x),
            RowsOf::Problem(problem) => problem.linear().map_or(0.0, |linear| linear.violation(x)),
        };
        let nonlinear = values.constraints().map_or(0.0, search::ConstraintValues::violation);
        bounds.max(rows).max(nonlinear)
    }
}
