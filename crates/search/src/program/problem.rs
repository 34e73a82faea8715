//! Problems of programs: their results as objective, constraints and residuals.

use super::Outputs;
use crate::{ConstraintCount, Error, Failure, Problem, Values};

impl Outputs {
    /// Creates the problem of a program with these results.
    pub(crate) fn problem_of<'o>(
        &self,
        values: impl Fn(&[f64]) -> Result<Values, Failure> + Send + Sync + 'o,
        start: Vec<f64>,
    ) -> Result<Problem<'o>, Error> {
        if self.count() != ConstraintCount::default() {
            let problem = Problem::simulated(values, self.count(), start)?;
            return match self.fit() {
                Some(form) => problem.with_residuals(form.clone()),
                None => Ok(problem),
            };
        }
        let Some(form) = self.fit() else {
            return Problem::new(move |x: &[f64]| values(x).map(|values| values.value()), start);
        };
        let residuals = move |x: &[f64], residuals: &mut [f64]| {
            let values = values(x)?;
            let (printed, expected) = (values.residuals().unwrap_or_default(), residuals.len());
            if printed.len() != expected {
                return Err(Failure::ResidualCount { given: printed.len(), expected });
            }
            residuals.copy_from_slice(printed);
            Ok(())
        };
        Problem::least_squares(form.clone(), residuals, start)
    }

    /// Declares constraints and residuals of a problem whose values come from elsewhere.
    pub(crate) fn declared_by<'o>(&self, problem: Problem<'o>) -> Result<Problem<'o>, Error> {
        let problem = match self.count() {
            count if count == ConstraintCount::default() => problem,
            count => problem.with_constraint_count(count),
        };
        match self.fit() {
            Some(form) => problem.with_residuals(form.clone()),
            None => Ok(problem),
        }
    }
}
