//! One evaluation: a guarded call of the objective, and of the nonlinear constraints if there are any.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

use crate::{ConstraintCount, ConstraintValues, Failure, LeastSquares, Objective, Problem};

/// The result of an evaluation: the value of the objective, those of the nonlinear constraints if there are
/// any, and the residuals of a fit.
///
/// ```
/// use search::{ConstraintValues, Values};
///
/// let bare = Values::from(2.5);
/// let constrained = Values::from((2.5, ConstraintValues { inequalities: vec![-1.0], equalities: vec![] }));
/// assert_eq!((bare.value(), bare.constraints()), (2.5, None));
/// assert_eq!(constrained.constraints().map(|values| values.violation()), Some(0.0));
/// ```
// Constraints and residuals are boxed to keep the type small, since every evaluation moves it several times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Values {
    pub(crate) value: f64,
    pub(crate) constraints: Option<Box<ConstraintValues>>,
    pub(crate) residuals: Option<Box<[f64]>>,
}

impl Values {
    /// The value of the objective.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The values of the constraints, if there are any.
    pub fn constraints(&self) -> Option<&ConstraintValues> {
        self.constraints.as_deref()
    }

    /// The residuals `r(x)`, if the problem is a [fit](crate::LeastSquares).
    pub fn residuals(&self) -> Option<&[f64]> {
        self.residuals.as_deref()
    }

    /// Adds the values of the constraints.
    #[must_use]
    pub fn constrained(self, constraints: ConstraintValues) -> Self {
        Values { constraints: Some(Box::new(constraints)), ..self }
    }

    pub(crate) fn with_residuals(self, residuals: Vec<f64>) -> Self {
        Values { residuals: Some(residuals.into()), ..self }
    }

    /// Whether there is nothing but the value of the objective.
    pub(crate) fn is_bare(&self) -> bool {
        self.constraints.is_none() && self.residuals.is_none()
    }

    /// Checks that all numbers are finite, and as many as the problem declares.
    pub(crate) fn checked(self, problem: &Problem<'_>) -> Result<Values, Failure> {
        let (given, expected) = (self.count(), problem.nonlinear_constraints().unwrap_or_default());
        if given != expected {
            return Err(Failure::ConstraintCount { given, expected });
        }
        let (given, expected) =
            (self.residuals().map_or(0, <[f64]>::len), problem.fit().map_or(0, LeastSquares::count));
        if given != expected {
            return Err(Failure::ResidualCount { given, expected });
        }
        let constraints = self.constraints().into_iter().flat_map(ConstraintValues::all);
        let residuals = self.residuals().into_iter().flatten().copied();
        let not_finite = std::iter::once(self.value)
            .chain(constraints)
            .chain(residuals)
            .find(|number| !number.is_finite());
        match not_finite {
            Some(number) => Err(Failure::NotFinite(number)),
            None => Ok(self),
        }
    }

    /// The number of constraints of each kind.
    pub(crate) fn count(&self) -> ConstraintCount {
        self.constraints().map_or_else(ConstraintCount::default, ConstraintCount::of)
    }
}

impl From<f64> for Values {
    fn from(value: f64) -> Self {
        Values { value, constraints: None, residuals: None }
    }
}

impl From<(f64, ConstraintValues)> for Values {
    fn from((value, constraints): (f64, ConstraintValues)) -> Self {
        Values::from(value).constrained(constraints)
    }
}

/// Evaluates the objective at a point, with the constraints and the residuals if there are any. A number that
/// is not finite is a failure.
#[inline]
pub(crate) fn evaluate(problem: &Problem<'_>, x: &[f64]) -> Result<Values, Failure> {
    if problem.nonlinear().is_some() || problem.fit().is_some() {
        return unwound(|| evaluate_all(problem, x))?.checked(problem);
    }
    match unwound(|| problem.objective().value(x)) {
        Ok(value) if value.is_finite() => Ok(Values::from(value)),
        Ok(value) => Err(Failure::NotFinite(value)),
        Err(failure) => Err(failure),
    }
}

fn evaluate_all(problem: &Problem<'_>, x: &[f64]) -> Result<Values, Failure> {
    let objective = || {
        let residuals = problem.fit().and_then(|fit| Some((fit, problem.objective().residuals()?)));
        let Some((fit, own)) = residuals else { return problem.objective().value(x).map(Values::from) };
        let mut residuals = vec![0.0; fit.count()];
        let value = own.residuals_at(x, &mut residuals)?;
        Ok(Values::from(value).with_residuals(residuals))
    };
    match problem.nonlinear() {
        Some(nonlinear) => nonlinear.values(objective, x),
        None => objective(),
    }
}

/// Calls the objective. A value that is not finite is a failure.
pub(crate) fn attempt(objective: &dyn Objective, x: &[f64]) -> Result<f64, Failure> {
    caught(|| objective.value(x))
}

/// Calls a function that returns a value. A value that is not finite is a failure.
pub(super) fn caught(evaluate: impl FnOnce() -> Result<f64, Failure>) -> Result<f64, Failure> {
    match unwound(evaluate) {
        Ok(value) if !value.is_finite() => Err(Failure::NotFinite(value)),
        attempt => attempt,
    }
}

/// Calls a function that may panic. A panic is a failure.
fn unwound<T>(evaluate: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(evaluate)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
        // Dropping a payload of a user's type could panic again.
        std::mem::forget(payload);
        Err(Failure::Panic(text.unwrap_or_else(|| "without a message".to_owned())))
    })
}
