//! Nonlinear constraints: `c(x) <= 0` and `ceq(x) = 0`.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Failure, IntoValue, Objective};

/// The values of the nonlinear constraints at a point.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ConstraintValues {
    /// `c(x)`; each is to be at most 0.
    pub inequalities: Vec<f64>,
    /// `ceq(x)`; each is to be 0.
    pub equalities: Vec<f64>,
}

impl ConstraintValues {
    /// The largest violation, MATLAB's `maxconstraint`: 0 where all constraints hold exactly.
    ///
    /// ```
    /// use search::ConstraintValues;
    ///
    /// let values = ConstraintValues { inequalities: vec![-3.0, 0.5], equalities: vec![-2.0] };
    /// assert_eq!(values.violation(), 2.0);
    /// ```
    pub fn violation(&self) -> f64 {
        self.violations().fold(0.0, f64::max)
    }

    /// The sum of the squared violations beyond a tolerance: the `h` of filters and barriers. 0 exactly where
    /// [`violation`](ConstraintValues::violation) is within it.
    pub fn squared_violation(&self, tolerance: f64) -> f64 {
        self.violations().map(|violation| (violation - tolerance).max(0.0).powi(2)).sum()
    }

    fn violations(&self) -> impl Iterator<Item = f64> {
        let inequalities = self.inequalities.iter().map(|&c| c.max(0.0));
        inequalities.chain(self.equalities.iter().map(|ceq| ceq.abs()))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = f64> {
        self.inequalities.iter().chain(&self.equalities).copied()
    }
}

/// What a closure may return to be the constraints of a problem, MATLAB's `nonlcon`: `(c, ceq)`, or that or an
/// error. Arrays and vectors will do; `[]` where there are none.
pub trait IntoConstraints {
    /// The values, or why there are none.
    ///
    /// # Errors
    /// The closure's own error as [`Failure::Error`].
    fn into_constraints(self) -> Result<ConstraintValues, Failure>;
}

impl<C: Into<Vec<f64>>, E: Into<Vec<f64>>> IntoConstraints for (C, E) {
    fn into_constraints(self) -> Result<ConstraintValues, Failure> {
        Ok(ConstraintValues { inequalities: self.0.into(), equalities: self.1.into() })
    }
}

impl<C: Into<Vec<f64>>, E: Into<Vec<f64>>, X: fmt::Display> IntoConstraints for Result<(C, E), X> {
    fn into_constraints(self) -> Result<ConstraintValues, Failure> {
        self.map_err(|error| Failure::Error(error.to_string()))?.into_constraints()
    }
}

/// What a closure may return that gives objective and constraints at once, as a simulator does: `(f, c, ceq)`, or
/// that or an error.
pub trait IntoValueAndConstraints {
    /// The values, or why there are none.
    ///
    /// # Errors
    /// The closure's own error as [`Failure::Error`].
    fn into_value_and_constraints(self) -> Result<(f64, ConstraintValues), Failure>;
}

impl<V: IntoValue, C: Into<Vec<f64>>, E: Into<Vec<f64>>> IntoValueAndConstraints for (V, C, E) {
    fn into_value_and_constraints(self) -> Result<(f64, ConstraintValues), Failure> {
        Ok((self.0.into_value()?, (self.1, self.2).into_constraints()?))
    }
}

impl<V: IntoValueAndConstraints, X: fmt::Display> IntoValueAndConstraints for Result<V, X> {
    fn into_value_and_constraints(self) -> Result<(f64, ConstraintValues), Failure> {
        self.map_err(|error| Failure::Error(error.to_string()))?.into_value_and_constraints()
    }
}

/// How many constraints of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConstraintCount {
    /// Of `c(x) <= 0`.
    pub inequalities: usize,
    /// Of `ceq(x) = 0`.
    pub equalities: usize,
}

impl ConstraintCount {
    /// So many of each.
    pub fn new(inequalities: usize, equalities: usize) -> Self {
        ConstraintCount { inequalities, equalities }
    }

    fn of(values: &ConstraintValues) -> Self {
        ConstraintCount::new(values.inequalities.len(), values.equalities.len())
    }
}

impl fmt::Display for ConstraintCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} inequalities and {} equalities", self.inequalities, self.equalities)
    }
}

type Joint<'o> = dyn Fn(&[f64]) -> Result<(f64, ConstraintValues), Failure> + Send + Sync + 'o;

/// Objective and constraints as one function: whatever form they were given in, one evaluation calls each once.
#[derive(Clone)]
pub(crate) struct Nonlinear<'o> {
    pub(crate) count: ConstraintCount,
    joint: Arc<Joint<'o>>,
}

impl<'o> Nonlinear<'o> {
    /// The constraints after the objective; they are not asked where that has no value.
    pub(crate) fn beside<V: IntoConstraints>(
        objective: Arc<dyn Objective + 'o>,
        count: ConstraintCount,
        constraints: impl Fn(&[f64]) -> V + Send + Sync + 'o,
    ) -> Self {
        let joint = move |x: &[f64]| Ok((objective.value(x)?, constraints(x).into_constraints()?));
        Nonlinear { count, joint: Arc::new(joint) }
    }

    pub(crate) fn together<V: IntoValueAndConstraints>(
        count: ConstraintCount,
        simulator: impl Fn(&[f64]) -> V + Send + Sync + 'o,
    ) -> Self {
        Nonlinear { count, joint: Arc::new(move |x: &[f64]| simulator(x).into_value_and_constraints()) }
    }

    /// The value of the objective and of the constraints, as many as there should be.
    pub(crate) fn values(&self, x: &[f64]) -> Result<(f64, ConstraintValues), Failure> {
        let (value, constraints) = (self.joint)(x)?;
        let (given, expected) = (ConstraintCount::of(&constraints), self.count);
        if given == expected {
            Ok((value, constraints))
        } else {
            Err(Failure::ConstraintCount { given, expected })
        }
    }
}

/// The objective of a function that gives constraints as well.
pub(crate) struct ValueOf<'o>(pub(crate) Nonlinear<'o>);

impl Objective for ValueOf<'_> {
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        self.0.values(x).map(|(value, _)| value)
    }
}
