//! Nonlinear constraints: `c(x) <= 0` and `ceq(x) = 0`.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Failure, IntoValue, Objective, Values};

/// The values of the nonlinear constraints at a point.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ConstraintValues {
    /// `c(x)`; each must be at most 0.
    pub inequalities: Vec<f64>,
    /// `ceq(x)`; each must be 0.
    pub equalities: Vec<f64>,
}

impl ConstraintValues {
    /// The largest violation (MATLAB's `maxconstraint`), 0 where all constraints hold exactly.
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

    /// The sum of the squared violations in excess of `tolerance`, known as `h` in filter and barrier
    /// methods. It is 0 if and only if [`violation`](ConstraintValues::violation) is within the tolerance.
    pub fn squared_violation(&self, tolerance: f64) -> f64 {
        self.violations().map(|violation| (violation - tolerance).max(0.0).powi(2)).sum()
    }

    pub(crate) fn violations(&self) -> impl Iterator<Item = f64> {
        let inequalities = self.inequalities.iter().map(|&c| c.max(0.0));
        inequalities.chain(self.equalities.iter().map(|ceq| ceq.abs()))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = f64> {
        self.inequalities.iter().chain(&self.equalities).copied()
    }
}

/// What a constraint function (MATLAB's `nonlcon`) may return: `(c, ceq)`, or a `Result` of it. Both parts
/// may be arrays or vectors; `[]` means no constraint of that kind.
pub trait IntoConstraints {
    /// Converts to values or a failure.
    ///
    /// # Errors
    /// The closure's own error as [`Failure::Error`], and a [`Failure`] as it is.
    fn into_constraints(self) -> Result<ConstraintValues, Failure>;
}

impl<C: Into<Vec<f64>>, E: Into<Vec<f64>>> IntoConstraints for (C, E) {
    fn into_constraints(self) -> Result<ConstraintValues, Failure> {
        Ok(ConstraintValues { inequalities: self.0.into(), equalities: self.1.into() })
    }
}

impl<C: Into<Vec<f64>>, E: Into<Vec<f64>>, X: fmt::Display + 'static> IntoConstraints for Result<(C, E), X> {
    fn into_constraints(self) -> Result<ConstraintValues, Failure> {
        self.map_err(|error| Failure::of(&error))?.into_constraints()
    }
}

/// What a simulator, which computes objective and constraints in one call, may return: `(f, c, ceq)`,
/// [`Values`], or a `Result` of one.
pub trait IntoValueAndConstraints {
    /// Converts to values or a failure.
    ///
    /// # Errors
    /// The closure's own error as [`Failure::Error`], and a [`Failure`] as it is.
    fn into_value_and_constraints(self) -> Result<Values, Failure>;
}

impl<V: IntoValue, C: Into<Vec<f64>>, E: Into<Vec<f64>>> IntoValueAndConstraints for (V, C, E) {
    fn into_value_and_constraints(self) -> Result<Values, Failure> {
        Ok(Values::from((self.0.into_value()?, (self.1, self.2).into_constraints()?)))
    }
}

impl IntoValueAndConstraints for Values {
    fn into_value_and_constraints(self) -> Result<Values, Failure> {
        Ok(self)
    }
}

impl<V: IntoValueAndConstraints, X: fmt::Display + 'static> IntoValueAndConstraints for Result<V, X> {
    fn into_value_and_constraints(self) -> Result<Values, Failure> {
        self.map_err(|error| Failure::of(&error))?.into_value_and_constraints()
    }
}

/// The number of constraints of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ConstraintCount {
    /// The number of constraints `c(x) <= 0`.
    pub inequalities: usize,
    /// The number of constraints `ceq(x) = 0`.
    pub equalities: usize,
}

impl ConstraintCount {
    /// Creates a count of both kinds.
    pub fn new(inequalities: usize, equalities: usize) -> Self {
        ConstraintCount { inequalities, equalities }
    }

    pub(crate) fn of(values: &ConstraintValues) -> Self {
        ConstraintCount::new(values.inequalities.len(), values.equalities.len())
    }
}

impl fmt::Display for ConstraintCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} inequalities and {} equalities", self.inequalities, self.equalities)
    }
}

type Constraints<'o> = dyn Fn(&[f64]) -> Result<ConstraintValues, Failure> + Send + Sync + 'o;
type Simulator<'o> = dyn Fn(&[f64]) -> Result<Values, Failure> + Send + Sync + 'o;

/// The nonlinear constraints of a problem.
#[derive(Clone)]
pub(crate) struct Nonlinear<'o> {
    pub(crate) count: ConstraintCount,
    source: Source<'o>,
}

/// Where the values of the constraints come from.
#[derive(Clone)]
enum Source<'o> {
    /// A function separate from the objective.
    Own(Arc<Constraints<'o>>),
    /// A function that returns the value of the objective as well.
    Simulator(Arc<Simulator<'o>>),
}

impl<'o> Nonlinear<'o> {
    pub(crate) fn beside<V: IntoConstraints>(
        count: ConstraintCount,
        constraints: impl Fn(&[f64]) -> V + Send + Sync + 'o,
    ) -> Self {
        let source = Source::Own(Arc::new(move |x: &[f64]| constraints(x).into_constraints()));
        Nonlinear { count, source }
    }

    pub(crate) fn together<V: IntoValueAndConstraints>(
        count: ConstraintCount,
        simulator: impl Fn(&[f64]) -> V + Send + Sync + 'o,
    ) -> Self {
        let source = Source::Simulator(Arc::new(move |x: &[f64]| simulator(x).into_value_and_constraints()));
        Nonlinear { count, source }
    }

    /// Drops the objective value of a simulator, for a problem with another objective.
    pub(crate) fn alone(self) -> Self {
        match self.source {
            Source::Own(_) => self,
            Source::Simulator(simulator) => {
                let constraints = move |x: &[f64]| {
                    simulator(x).map(|values| values.constraints.map_or_else(Default::default, |c| *c))
                };
                Nonlinear { count: self.count, source: Source::Own(Arc::new(constraints)) }
            }
        }
    }

    /// Returns the values of the objective and of the constraints. `objective` and constraints are called once
    /// each, and a simulator once for both. The constraints are not called if the objective fails.
    pub(crate) fn values(
        &self,
        objective: impl FnOnce() -> Result<Values, Failure>,
        x: &[f64],
    ) -> Result<Values, Failure> {
        match &self.source {
            Source::Own(constraints) => Ok(objective()?.constrained(constraints(x)?)),
            Source::Simulator(simulator) => simulator(x),
        }
    }
}

/// The objective part of a simulator.
pub(crate) struct ValueOf<S>(pub(crate) Arc<S>);

impl<S, V> Objective for ValueOf<S>
where
    S: Fn(&[f64]) -> V + Send + Sync,
    V: IntoValueAndConstraints,
{
    fn value(&self, x: &[f64]) -> Result<f64, Failure> {
        (self.0)(x).into_value_and_constraints().map(|values| values.value)
    }
}
