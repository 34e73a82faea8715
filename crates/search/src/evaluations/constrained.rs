//! What the door does where there are nonlinear constraints: it hands out merits instead of values, knows which point
//! is the best, and remembers points that the solver wants to look at again.

use super::guarded_call::Values;
use super::{Evaluations, Stop};
use crate::{ConstraintCount, ConstraintValues, Method, Problem, Status, general};

/// MATLAB's default for `ConstraintTolerance`.
const TOLERANCE: f64 = 1e-6;

/// A violation below this part of the largest value that a constraint has had is small, whatever its units.
const SMALL_PART: f64 = 1e-3;

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
    /// That of each constraint, inequalities first; empty where it is not known.
    violations: Vec<f64>,
    /// The largest size that each constraint has had.
    sizes: Vec<f64>,
    count: ConstraintCount,
}

impl Constrained {
    pub(super) fn of(problem: &Problem<'_>) -> Option<Box<Self>> {
        problem.nonlinear_constraints().map(|count| {
            let sizes = vec![0.0; count.inequalities + count.equalities];
            Box::new(Constrained::beginning(TOLERANCE, sizes, count))
        })
    }

    /// The same for a new search.
    pub(super) fn begin_anew(&self) -> Self {
        Constrained::beginning(self.tolerance, self.sizes.clone(), self.count)
    }

    fn beginning(tolerance: f64, sizes: Vec<f64>, count: ConstraintCount) -> Self {
        let violation = f64::INFINITY;
        Constrained {
            tolerance,
            merit: None,
            seen: Vec::new(),
            violation,
            violations: Vec::new(),
            sizes,
            count,
        }
    }

    /// The best point is now one with this violation.
    pub(super) fn return_to(&mut self, violation: f64) {
        self.violation = violation;
        self.violations.clear();
    }

    /// What is doubtful about a feasible best point: a violation that is within the tolerance and still no small part of
    /// the constraint.
    fn doubt(&self) -> Option<String> {
        let both = || self.violations.iter().zip(&self.sizes);
        let i = both().position(|(&violation, &size)| violation > SMALL_PART * size)?;
        let name = match i.checked_sub(self.count.inequalities) {
            None => format!("nonlinear inequality {i}"),
            Some(equality) => format!("nonlinear equality {equality}"),
        };
        let [violation, size] = [self.violations[i], self.sizes[i]].map(|number| general(number, 3));
        Some(format!(
            "{name} is violated by {violation} and was at most {size} in size, so that options.ConstraintTolerance is too \
             large for it"
        ))
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
    fn improves(&mut self, value: f64, constraints: &ConstraintValues, best: f64) -> bool {
        self.sizes.iter_mut().zip(constraints.all()).for_each(|(size, c)| *size = size.max(c.abs()));
        let violation = constraints.violation();
        let improves = is_better((value, violation), (best, self.violation), self.tolerance);
        if improves {
            self.violation = violation;
            self.violations.clear();
            self.violations.extend(constraints.violations());
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
            (Some(constraints), Some(constrained)) => constrained.improves(values.value, constraints, best),
            _ => values.value < best,
        }
    }

    /// What there is to be said of the constraints where a search has converged.
    pub(super) fn doubt(&self, status: Status) -> Option<String> {
        let constrained = self.constrained.as_ref().filter(|constrained| constrained.is_feasible());
        constrained.filter(|_| status.converged()).and_then(|constrained| constrained.doubt())
    }

    /// What the solver is told of a point.
    pub(super) fn judged(&mut self, x: &[f64], value: f64, constraints: ConstraintValues) -> f64 {
        match &mut self.constrained {
            None => value,
            Some(constrained) => constrained.judge(x, value, constraints),
        }
    }
}
