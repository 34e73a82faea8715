//! Problems whose evaluations give objective, constraints and residuals in one call.

use crate::{ConstraintCount, Error, Failure, IntoPoint, LeastSquares, Problem, Values};

impl<'o> Problem<'o> {
    /// Creates a problem from a function that returns all values of an evaluation: those of the constraints if
    /// `count` is not 0, and the residuals if there is a `form`.
    ///
    /// ```
    /// use search::{ConstraintCount, LeastSquares, Problem};
    ///
    /// let form = LeastSquares::of(2);
    /// let values = { let form = form.clone(); move |x: &[f64]| Ok(form.values([x[0] - 1.0, x[0] + 1.0])) };
    /// let problem = Problem::of_values(values, ConstraintCount::default(), Some(form), [3.0])?;
    /// assert_eq!(problem.objective().value(&[0.0]), Ok(2.0));
    /// # Ok::<(), search::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`new`](Problem::new); [`Error::NoResiduals`] for a form without residuals.
    pub fn of_values(
        values: impl Fn(&[f64]) -> Result<Values, Failure> + Send + Sync + 'o,
        count: ConstraintCount,
        form: Option<LeastSquares>,
        start: impl IntoPoint,
    ) -> Result<Self, Error> {
        match (count == ConstraintCount::default(), form) {
            (false, None) => Problem::simulated(values, count, start),
            (false, Some(form)) => Problem::simulated(values, count, start)?.with_residuals(form),
            (true, None) => Problem::new(move |x: &[f64]| values(x).map(|values| values.value()), start),
            (true, Some(form)) => {
                let residuals = move |x: &[f64], residuals: &mut [f64]| {
                    let values = values(x)?;
                    let (own, expected) = (values.residuals().unwrap_or_default(), residuals.len());
                    if own.len() != expected {
                        return Err(Failure::ResidualCount { given: own.len(), expected });
                    }
                    residuals.copy_from_slice(own);
                    Ok(())
                };
                Problem::least_squares(form, residuals, start)
            }
        }
    }

    /// Declares constraints if `count` is not 0, and residuals if there is a `form`, for a problem whose values
    /// come from elsewhere.
    ///
    /// # Errors
    /// [`Error::NoResiduals`] for a form without residuals.
    pub fn declaring(self, count: ConstraintCount, form: Option<LeastSquares>) -> Result<Self, Error> {
        let is_constrained = count != ConstraintCount::default();
        let problem = if is_constrained { self.with_constraint_count(count) } else { self };
        match form {
            Some(form) => problem.with_residuals(form),
            None => Ok(problem),
        }
    }
}
