//! What the door does where there are nonlinear constraints: it hands out merits instead of values, knows which point
//! is the best, and remembers points that the solver wants to look at again.

use super::attempt::Values;
use super::{Evaluations, Stop};
use crate::{ConstraintCount, ConstraintValues, Method, Problem};

/// MATLAB's default for `ConstraintTolerance`.
const TOLERANCE: f64 = 1e-6;

type Merit = dyn Fn(f64, &ConstraintValues) -> f64 + Send;

/// A point with all that its evaluation gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The point.
    pub x: Vec<f64>,
    /// The value of the objective.
    pub value: f64,
    /// The values of the constraints.
    pub constraints: ConstraintValues,
}

/// The state of the door that only constraints need.
pub(super) struct Constrained {
    tolerance: f64,
    /// None: the value of a feasible point, infinite elsewhere, the extreme barrier.
    merit: Option<Box<Merit>>,
    seen: Vec<Seen>,
    /// The violation at the best point; infinite while there is none.
    violation: f64,
}

impl Constrained {
    pub(super) fn of(problem: &Problem<'_>) -> Option<Box<Self>> {
        problem.nonlinear().map(|_| {
            let (tolerance, violation) = (TOLERANCE, f64::INFINITY);
            Box::new(Constrained { tolerance, merit: None, seen: Vec::new(), violation })
        })
    }

    /// The same for a new search.
    pub(super) fn begin_anew(&self) -> Self {
        let (tolerance, violation) = (self.tolerance, f64::INFINITY);
        Constrained { tolerance, merit: None, seen: Vec::new(), violation }
    }

    /// The best point is now one with this violation.
    pub(super) fn return_to(&mut self, violation: f64) {
        self.violation = violation;
    }

    pub(super) fn violation(&self) -> f64 {
        self.violation
    }

    pub(super) fn tolerance(&self) -> f64 {
        self.tolerance
    }

    pub(super) fn is_feasible(&self) -> bool {
        self.violation <= self.tolerance
    }

    /// Whether a point is the best now. If so it is taken for that.
    fn improves(&mut self, value: f64, violation: f64, best: f64) -> bool {
        let improves = is_better((value, violation), (best, self.violation), self.tolerance);
        if improves {
            self.violation = violation;
        }
        improves
    }

    /// The merit of a point, which is remembered if the solver wants to know more of it.
    fn judge(&mut self, x: &[f64], value: f64, constraints: ConstraintValues) -> f64 {
        let Some(merit) = &self.merit else {
            let feasible = constraints.violation() <= self.tolerance;
            return if feasible { value } else { f64::INFINITY };
        };
        let merit = merit(value, &constraints);
        self.seen.push(Seen { x: x.to_vec(), value, constraints });
        merit
    }
}

/// Whether a value with a violation is better than another: of feasible ones the least value, and before any is, the least
/// violation.
pub(super) fn is_better((value, violation): (f64, f64), (best, least): (f64, f64), tolerance: f64) -> bool {
    match (violation <= tolerance, least <= tolerance) {
        (true, true) => value < best,
        (true, false) => true,
        (false, true) => false,
        (false, false) => violation < least || (violation == least && value < best),
    }
}

impl Evaluations<'_> {
    /// How many nonlinear constraints there are, if there are any.
    pub fn nonlinear_constraints(&self) -> Option<ConstraintCount> {
        self.problem.nonlinear_constraints()
    }

    /// Whether the best point so far satisfies the nonlinear constraints; `true` without any.
    pub fn is_feasible(&self) -> bool {
        self.constrained.as_ref().is_none_or(|constrained| constrained.is_feasible())
    }

    /// The largest violation that still counts as feasible; 1e-6 unless the solver says otherwise, before it
    /// evaluates anything.
    pub fn tolerate_violations(&mut self, tolerance: f64) {
        if let Some(constrained) = &mut self.constrained {
            constrained.tolerance = tolerance;
        }
    }

    /// From now on the values that the solver gets of a constrained problem are these: a merit made of the
    /// objective's value and the constraints'. Before, they are the extreme barrier (Audet & Dennis 2006, "Mesh
    /// adaptive direct search algorithms for constrained optimization"): the value of a feasible point,
    /// infinite elsewhere. Which point the run gives back does not depend on it.
    pub fn judge_by(&mut self, merit: impl Fn(f64, &ConstraintValues) -> f64 + Send + 'static) {
        if let Some(constrained) = &mut self.constrained {
            constrained.merit = Some(Box::new(merit));
        }
    }

    /// The points evaluated since this was asked last, failed ones left out, if they have been
    /// [judged](Evaluations::judge_by): what a solver needs to compute another merit without
    /// evaluating them again.
    pub fn seen(&mut self) -> Vec<Seen> {
        self.constrained.as_mut().map(|constrained| std::mem::take(&mut constrained.seen)).unwrap_or_default()
    }

    /// The same as [`iteration`](Evaluations::iteration) with the largest violation of the constraints at `x`, for
    /// the trace; `value` is the objective's, not a merit.
    ///
    /// # Errors
    /// As for [`iteration`](Evaluations::iteration).
    pub fn constrained_iteration(
        &mut self,
        x: &[f64],
        value: f64,
        max_constraint: f64,
        mesh_size: Option<f64>,
        method: Method,
    ) -> Result<(), Stop> {
        self.record_iteration(x, value, Some(max_constraint), mesh_size, method)
    }

    /// Whether a point is better than all before.
    #[inline]
    pub(super) fn improves(&mut self, values: &Values) -> bool {
        let best = self.best.settled().1;
        match (&values.constraints, &mut self.constrained) {
            (Some(constraints), Some(constrained)) => {
                constrained.improves(values.value, constraints.violation(), best)
            }
            _ => values.value < best,
        }
    }

    /// What the solver is told of a point.
    pub(super) fn judged(&mut self, x: &[f64], value: f64, constraints: ConstraintValues) -> f64 {
        match &mut self.constrained {
            None => value,
            Some(constrained) => constrained.judge(x, value, constraints),
        }
    }
}
