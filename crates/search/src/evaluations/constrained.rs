//! Nonlinear constraints: [`Evaluations`] returns merits instead of values, decides which point is the best,
//! and records the evaluated points for the solver.

use super::guarded_call::Values;
use super::{Evaluations, Stop};
use crate::{ConstraintCount, ConstraintValues, LeastSquares, Method, Multipliers, Problem, Status, general};

/// MATLAB's default for `ConstraintTolerance`.
pub(super) const TOLERANCE: f64 = 1e-6;

/// A violation below this fraction of a constraint's largest magnitude is small in any units.
const SMALL_PART: f64 = 1e-3;

type Merit = dyn Fn(f64, &ConstraintValues) -> f64 + Send;

/// An evaluated point with its values.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Seen {
    /// The point.
    pub x: Vec<f64>,
    /// The value of the objective.
    pub value: f64,
    /// The values of the constraints; empty without nonlinear constraints.
    pub constraints: ConstraintValues,
    /// The residuals of a fit, divided by their standard deviations and [rooted](crate::LeastSquares::rooted):
    /// the sum of their squares is `value`, up to rounding, unless the loss [has kinks](crate::Loss::has_kinks). Empty for
    /// other problems.
    pub residuals: Vec<f64>,
}

/// The state of [`Evaluations`] for nonlinear constraints.
pub(super) struct Constrained {
    tolerance: f64,
    /// The merit function. `None` is the extreme barrier: the value of a feasible point, infinite elsewhere.
    merit: Option<Box<Merit>>,
    /// The largest violation at the best point; infinite while there is none.
    violation: f64,
    /// The violation of each constraint at the best point, inequalities first; empty if not known.
    violations: Vec<f64>,
    /// The largest magnitude of each constraint so far.
    sizes: Vec<f64>,
    count: ConstraintCount,
    /// The multipliers that the solver knows at the best point.
    multipliers: Option<Multipliers>,
}

impl Constrained {
    /// The state for a problem with nonlinear constraints, or with rows that points may violate by any amount: those of
    /// an infinite tolerance.
    pub(super) fn of(problem: &Problem<'_>, rows_tolerance: f64) -> Option<Box<Self>> {
        let may_leave_rows = rows_tolerance == f64::INFINITY && problem.linear().is_some();
        let count = problem.nonlinear_constraints();
        (may_leave_rows || count.is_some()).then(|| {
            let count = count.unwrap_or_default();
            let sizes = vec![0.0; count.inequalities + count.equalities];
            Box::new(Constrained::beginning(TOLERANCE, sizes, count))
        })
    }

    /// Starts a new search with the same tolerance and magnitudes.
    pub(super) fn begin_anew(&self) -> Self {
        Constrained::beginning(self.tolerance, self.sizes.clone(), self.count)
    }

    fn beginning(tolerance: f64, sizes: Vec<f64>, count: ConstraintCount) -> Self {
        let violation = f64::INFINITY;
        Constrained {
            tolerance,
            merit: None,
            violation,
            violations: Vec::new(),
            sizes,
            count,
            multipliers: None,
        }
    }

    pub(super) fn multipliers(self) -> Option<Multipliers> {
        self.multipliers
    }

    /// Sets the violation at the best point, which is one of an earlier search.
    pub(super) fn return_to(&mut self, violation: f64) {
        self.violation = violation;
        self.violations.clear();
    }

    /// Returns a warning if a constraint is violated at a feasible best point by more than [`SMALL_PART`] of
    /// its largest magnitude, so that the tolerance is too large for it.
    fn doubt(&self) -> Option<String> {
        let both = || self.violations.iter().zip(&self.sizes);
        let i = both().position(|(&violation, &size)| violation > SMALL_PART * size)?;
        let name = match i.checked_sub(self.count.inequalities) {
            None => format!("nonlinear inequality {i}"),
            Some(equality) => format!("nonlinear equality {equality}"),
        };
        let [violation, size] = [self.violations[i], self.sizes[i]].map(|number| general(number, 3));
        Some(format!(
            "{name} is violated by {violation}, and its magnitude never exceeded {size}, so \
             options.ConstraintTolerance is too large for it"
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

    /// Returns whether a point, which violates the rows by this much, is better than the best one, and if so records
    /// its violations.
    fn improves(&mut self, values: &Values, rows: f64, best: f64) -> bool {
        let constraints = || values.constraints().into_iter();
        let all = constraints().flat_map(ConstraintValues::all);
        self.sizes.iter_mut().zip(all).for_each(|(size, c)| *size = size.max(c.abs()));
        let violation = constraints().map(ConstraintValues::violation).fold(rows, f64::max);
        let improves = is_better((values.value, violation), (best, self.violation), self.tolerance);
        if improves {
            self.violation = violation;
            self.violations.clear();
            self.violations.extend(constraints().flat_map(ConstraintValues::violations));
        }
        improves
    }

    /// Returns the merit of a point.
    fn judge(&self, value: f64, constraints: &ConstraintValues) -> f64 {
        match &self.merit {
            Some(merit) => merit(value, constraints),
            None if constraints.violation() <= self.tolerance => value,
            None => f64::INFINITY,
        }
    }
}

/// Whether a value with a violation is better than another. Feasible points compare by value; infeasible ones
/// are worse and compare by violation, then by value.
pub(super) fn is_better((value, violation): (f64, f64), (best, least): (f64, f64), tolerance: f64) -> bool {
    match (violation <= tolerance, least <= tolerance) {
        (true, true) => value < best,
        (true, false) => true,
        (false, true) => false,
        (false, false) => violation < least || (violation == least && value < best),
    }
}

impl Evaluations<'_> {
    /// The number of nonlinear constraints, if there are any.
    pub fn nonlinear_constraints(&self) -> Option<ConstraintCount> {
        self.problem.nonlinear_constraints()
    }

    /// Whether the best point so far satisfies the nonlinear constraints; `true` if there are none.
    pub fn is_feasible(&self) -> bool {
        self.constrained.as_ref().is_none_or(|constrained| constrained.is_feasible())
    }

    /// Sets the largest violation that counts as feasible; default 1e-6. Call it before any evaluation.
    pub fn tolerate_violations(&mut self, tolerance: f64) {
        if let Some(constrained) = &mut self.constrained {
            constrained.tolerance = tolerance;
        }
    }

    /// Sets a merit function of the values of objective and constraints, whose values the solver receives
    /// from now on for a constrained problem. The default is the extreme barrier (Audet & Dennis 2006, "Mesh
    /// adaptive direct search algorithms for constrained optimization"): the value of a feasible point,
    /// infinite elsewhere. The merit does not affect which point the run returns.
    pub fn judge_by(&mut self, merit: impl Fn(f64, &ConstraintValues) -> f64 + Send + 'static) {
        if let Some(constrained) = &mut self.constrained {
            constrained.merit = Some(Box::new(merit));
            self.keep_seen();
        }
    }

    /// Records the evaluated points from now on, for [`seen`](Evaluations::seen).
    pub fn keep_seen(&mut self) {
        self.seen.get_or_insert_default();
    }

    /// Returns the points evaluated since the last call, except failed ones, with the values of constraints and
    /// residuals. Points are recorded only after a call of [`keep_seen`](Evaluations::keep_seen) or, with
    /// nonlinear constraints, of [`judge_by`](Evaluations::judge_by).
    pub fn seen(&mut self) -> Vec<Seen> {
        self.seen.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// How the values of this run come from residuals, if each evaluation gives them.
    pub fn fit(&self) -> Option<&LeastSquares> {
        self.problem.fit()
    }

    /// Gives the multipliers of the nonlinear constraints at the best point to the outcome.
    pub(crate) fn know_multipliers(&mut self, multipliers: Multipliers) {
        if let Some(constrained) = &mut self.constrained {
            constrained.multipliers = Some(multipliers);
        }
    }

    /// Records an iteration like [`iteration`](Evaluations::iteration), with the largest violation of the
    /// constraints at `x`. `value` is that of the objective, not a merit.
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

    /// Whether a point is better than all before it.
    #[inline]
    pub(super) fn improves(&mut self, x: &[f64], values: &Values) -> bool {
        let best = self.best.settled().1;
        match &mut self.constrained {
            None => values.value < best,
            Some(constrained) => {
                let rows = self.problem.linear().filter(|_| self.tolerance == f64::INFINITY);
                let rows = rows.map_or(0.0, |linear| linear.violation(x));
                constrained.improves(values, rows, best)
            }
        }
    }

    /// Returns a warning about the constraints if a search has converged.
    pub(super) fn doubt(&self, status: Status) -> Option<String> {
        let constrained = self.constrained.as_ref().filter(|constrained| constrained.is_feasible());
        constrained.filter(|_| status.converged()).and_then(|constrained| constrained.doubt())
    }

    /// Returns the value or merit of a point, as the solver receives it, and records the point if asked.
    pub(super) fn judged_and_kept(&mut self, x: &[f64], values: &Values) -> f64 {
        let judged = match (&self.constrained, values.constraints()) {
            (Some(constrained), Some(constraints)) => constrained.judge(values.value, constraints),
            _ => values.value,
        };
        if self.seen.is_some() {
            let point = self.seen_at(x, values);
            self.seen.get_or_insert_default().push(point);
        }
        judged
    }

    pub(super) fn seen_at(&self, x: &[f64], values: &Values) -> Seen {
        let rooted = self.fit().zip(values.residuals()).map(|(fit, residuals)| fit.rooted(residuals));
        Seen {
            x: x.to_vec(),
            value: values.value,
            constraints: values.constraints().cloned().unwrap_or_default(),
            residuals: rooted.unwrap_or_default(),
        }
    }
}
