//! One evaluation: a guarded call of the objective, and of the nonlinear constraints if there are any.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

use crate::problem::constraints::Nonlinear;
use crate::{ConstraintCount, ConstraintValues, Failure, Objective, Problem};

/// The result of an evaluation: the value of the objective, and those of the nonlinear constraints if there
/// are any.
///
/// ```
/// use search::{ConstraintValues, Values};
///
/// let bare = Values::from(2.5);
/// let constrained = Values::from((2.5, ConstraintValues { inequalities: vec![-1.0], equalities: vec![] }));
/// assert_eq!((bare.value(), bare.constraints()), (2.5, None));
/// assert_eq!(constrained.constraints().map(|values| values.violation()), Some(0.0));
/// ```
// The constraints are boxed to keep the type small, since every evaluation moves it several times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Values {
    pub(crate) value: f64,
    pub(crate) constraints: Option<Box<ConstraintValues>>,
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

    /// The number of constraints of each kind.
    pub(crate) fn count(&self) -> ConstraintCount {
        self.constraints().map_or_else(ConstraintCount::default, ConstraintCount::of)
    }
}

impl From<f64> for Values {
    fn from(value: f64) -> Self {
        Values { value, constraints: None }
    }
}

impl From<(f64, ConstraintValues)> for Values {
    fn from((value, constraints): (f64, ConstraintValues)) -> Self {
        Values { value, constraints: Some(Box::new(constraints)) }
    }
}

/// Evaluates the objective at a point, and the constraints if there are any. A value that is not finite is a
/// failure.
#[inline]
pub(crate) fn evaluate(problem: &Problem<'_>, x: &[f64]) -> Result<Values, Failure> {
    if let Some(nonlinear) = problem.nonlinear() {
        return evaluate_both(nonlinear, problem.objective(), x);
    }
    match unwound(|| problem.objective().value(x)) {
        Ok(value) if value.is_finite() => Ok(Values { value, constraints: None }),
        Ok(value) => Err(Failure::NotFinite(value)),
        Err(failure) => Err(failure),
    }
}

fn evaluate_both(nonlinear: &Nonlinear<'_>, objective: &dyn Objective, x: &[f64]) -> Result<Values, Failure> {
    let (value, constraints) = unwound(|| nonlinear.values(objective, x))?;
    let not_finite = std::iter::once(value).chain(constraints.all()).find(|number| !number.is_finite());
    match not_finite {
        Some(number) => Err(Failure::NotFinite(number)),
        None => Ok(Values { value, constraints: Some(Box::new(constraints)) }),
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
