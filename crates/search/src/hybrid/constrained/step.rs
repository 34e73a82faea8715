//! The step: the models' least objective where the models of all constraints hold, in the trust region.

use nalgebra::DVector;

use super::composite::{Kink, Kinked};
use super::curved::Curved;
use super::lagrangian::{Function, Lagrangian};
use super::models::Models;
use super::polytope::Polytope;

/// The part of the trust region for the normal step, so that room is left for the objective (Omojokun 1989).
const NORMAL_PART: f64 = 0.8;

/// The most iterations of Newton's method: for the normal step, and for each augmented Lagrangian.
const NORMAL_ITERATIONS: usize = 40;
const ITERATIONS: usize = 15;

/// A violation that the normal step leaves counts as unavoidable above this, in units of the constraint's reach.
const UNAVOIDABLE: f64 = 1e-9;

/// The augmented Lagrangian: the first penalty, its factor where the violation is not a quarter of the last, its limit,
/// the most rounds, and what ends them: the violation, and the change of the multipliers.
const PENALTY: f64 = 10.0;
const PENALTY_FACTOR: f64 = 10.0;
const LARGEST_PENALTY: f64 = 1e7;
const ENOUGH_LESS: f64 = 0.25;
const ROUNDS: usize = 12;
const NO_VIOLATION: f64 = 1e-10;
const SETTLED: f64 = 1e-6;

/// The subproblem in units of the trust radius Δ, u = d / Δ: all functions divided by their reach in the region.
#[derive(Clone)]
pub(super) struct Subproblem {
    objective: Function,
    /// The nonlinear constraints, then the rows, without those that cannot be violated in the region; then the kinks of the
    /// objective.
    constraints: Vec<Function>,
    kinks: usize,
    /// How many of the kinks stand for their largest: all or none.
    largest_of: usize,
    /// The place of each among all multipliers, and its multiplier's unit.
    places: Vec<(usize, f64)>,
    ranges: Vec<(f64, f64)>,
    lower: DVector<f64>,
    upper: DVector<f64>,
    radius: f64,
    /// The multipliers of what is not among the constraints.
    others: Vec<f64>,
}

/// A step and the multipliers of the nonlinear constraints, then those of the residuals of a value with kinks, then of the
/// rows.
pub(super) struct Step {
    pub(super) displacement: DVector<f64>,
    pub(super) multipliers: Vec<f64>,
}

impl Subproblem {
    /// Creates the subproblem of models with `inequalities` first, rows as pairs of value and gradient, the room within
    /// the bounds, and the steps of the grid, which are within the trust region at any radius.
    pub(super) fn of(
        models: &Models,
        inequalities: usize,
        rows: &[(f64, &DVector<f64>)],
        (lower, upper): (&DVector<f64>, &DVector<f64>),
        grid: &DVector<f64>,
        radius: f64,
    ) -> Self {
        let function = |k: usize| Function {
            value: models.values[k],
            gradient: &models.models[k].gradient * radius,
            hessian: Some(&models.models[k].hessian * (radius * radius)),
        };
        let wide = grid.map(|step| (step / radius).max(1.0));
        let Kinked { objective, kinks, largest_of, multipliers } = match &models.composite {
            Some(composite) => composite.within(radius, &wide),
            None => Kinked::smooth(function(0)),
        };
        let reach = kinks.iter().map(|kink| kink.function.reach()).fold(objective.reach(), f64::max);
        let unit = positive(reach);
        let row = |(value, gradient): &(f64, &DVector<f64>)| Function {
            value: *value,
            gradient: *gradient * radius,
            hessian: None,
        };
        let nonlinear = models.models.len() - 1;
        let residuals = multipliers.len();
        let of_models = (1..=nonlinear).map(|k| (k - 1, function(k)));
        let all = of_models.chain((nonlinear + residuals..).zip(rows.iter().map(row)));
        let (mut constraints, mut places, mut ranges) = (Vec::new(), Vec::new(), Vec::new());
        for (place, constraint) in all {
            let is_equality = place >= inequalities && place < nonlinear;
            if !is_equality && constraint.value < -constraint.most_change(&wide) {
                continue;
            }
            let reach = positive(constraint.reach());
            ranges.push((if is_equality { f64::NEG_INFINITY } else { 0.0 }, f64::INFINITY));
            places.push((place, unit / reach));
            constraints.push(constraint.divided_by(reach));
        }
        let of_kinks = kinks.len();
        for Kink { residual, sign, function } in kinks {
            // Magnitudes have units of their own; the largest of functions compares them.
            let reach = if largest_of > 0 { unit } else { positive(function.reach()) };
            ranges.push(if largest_of > 0 { (0.0, 1.0) } else { (-reach / unit, reach / unit) });
            places.push((nonlinear + residual, sign * unit / reach));
            constraints.push(function.divided_by(reach));
        }
        let mut others = vec![0.0; nonlinear + residuals + rows.len()];
        others[nonlinear..nonlinear + residuals].copy_from_slice(&multipliers);
        Subproblem {
            objective: objective.divided_by(unit),
            constraints,
            kinks: of_kinks,
            largest_of,
            places,
            ranges,
            lower: lower.zip_map(&wide, |room, wide| (room / radius).max(-wide)),
            upper: upper.zip_map(&wide, |room, wide| (room / radius).min(wide)),
            radius,
            others,
        }
    }

    /// Returns the subproblem in which the coordinates of a grid are those of a step.
    pub(super) fn with_grid_at(&self, displacement: &DVector<f64>, grid: &DVector<f64>) -> Self {
        let at = |bound: &DVector<f64>| {
            DVector::from_fn(bound.len(), |k, _| {
                if grid[k] > 0.0 { displacement[k] / self.radius } else { bound[k] }
            })
        };
        Subproblem { lower: at(&self.lower), upper: at(&self.upper), ..self.clone() }
    }

    /// Returns the step to the least objective among the points of least violation. The `warm` multipliers of an
    /// earlier step, if any, are where it begins.
    pub(super) fn solve(&self, warm: Option<&[f64]>) -> Step {
        if self.is_flat() {
            return self.in_polytope(warm);
        }
        let true_constraints = self.constraints.len() - self.kinks;
        let zeros = vec![0.0; self.constraints.len()];
        let normal = Lagrangian {
            objective: None,
            constraints: &self.constraints[..true_constraints],
            largest_of: 0,
            ranges: &self.ranges,
            sides: &zeros[..true_constraints],
            multipliers: &zeros,
            penalty: 1.0,
        };
        let start = DVector::from_fn(self.lower.len(), |k, _| 0.0_f64.clamp(self.lower[k], self.upper[k]));
        let is_violated =
            (0..true_constraints).any(|i| normal.multiplier(i, self.constraints[i].value) != 0.0);
        let from = if is_violated {
            let part = |a: f64, b: f64| if a == b { a } else { NORMAL_PART * a };
            let lower = self.lower.zip_map(&self.upper, part);
            let upper = self.upper.zip_map(&self.lower, part);
            normal.least(start, &lower, &upper, NORMAL_ITERATIONS)
        } else {
            start
        };
        let left = |i: usize| {
            let left = normal.multiplier(i, self.constraints[i].at(&from));
            if left.abs() > UNAVOIDABLE { left } else { 0.0 }
        };
        let mut sides: Vec<f64> = (0..true_constraints).map(left).collect();
        sides.resize(zeros.len(), 0.0);
        let begin = warm.map_or(zeros, |warm| self.begun(warm));
        self.within(from, &sides, &self.ranges, begin)
    }

    /// Returns the multipliers to begin with, from those of an earlier step.
    fn begun(&self, warm: &[f64]) -> Vec<f64> {
        let begin = |(&(place, unit), &(least, most)): (&(usize, f64), &(f64, f64))| {
            warm.get(place).map_or(0.0, |m| (m / unit).max(least).min(most))
        };
        self.places.iter().zip(&self.ranges).map(begin).collect()
    }

    /// Whether all constraints are rows, and no step at all keeps them and the bounds.
    fn is_flat(&self) -> bool {
        let has_room =
            self.lower.iter().all(|&room| room <= 0.0) && self.upper.iter().all(|&room| room >= 0.0);
        let (rows, _) = self.constraints.split_at(self.constraints.len() - self.kinks);
        has_room && rows.iter().all(|constraint| constraint.hessian.is_none())
    }

    /// Returns the step to the least objective among rows and bounds.
    fn in_polytope(&self, warm: Option<&[f64]>) -> Step {
        let (rows, kinks) = self.constraints.split_at(self.constraints.len() - self.kinks);
        let (objective, ranges) = (&self.objective, self.ranges.as_slice());
        let (lower, upper) = (&self.lower, &self.upper);
        if kinks.is_empty() {
            let (u, multipliers) = Polytope { objective, rows, ranges, lower, upper }.least();
            return self.step(&u, &multipliers);
        }
        let begin = warm.map_or_else(|| vec![0.0; ranges.len()], |warm| self.begun(warm));
        let is_largest = self.largest_of > 0;
        let curved = Curved { objective, rows, kinks, ranges, is_largest, lower, upper };
        let (u, multipliers) = curved.least(&begin[rows.len()..]);
        self.step(&u, &multipliers)
    }

    /// Returns the step in the coordinates of the search.
    fn step(&self, u: &DVector<f64>, multipliers: &[f64]) -> Step {
        let mut all = self.others.clone();
        self.places.iter().zip(multipliers).for_each(|(&(place, unit), m)| all[place] += m * unit);
        Step { displacement: u * self.radius, multipliers: all }
    }

    /// Returns the step to the least of the model of the merit with these weights of the nonlinear constraints: each
    /// multiplier is at most the weight, beyond which the penalty is linear.
    pub(super) fn elastic(&self, weights: &[f64]) -> Step {
        let range = |(&(place, unit), &(least, most)): (&(usize, f64), &(f64, f64))| match weights.get(place)
        {
            Some(weight) => (least.max(-weight / unit), most.min(weight / unit)),
            None => (least, most),
        };
        let ranges: Vec<_> = self.places.iter().zip(&self.ranges).map(range).collect();
        let zeros = vec![0.0; self.constraints.len()];
        self.within(DVector::zeros(self.lower.len()), &zeros, &ranges, zeros.clone())
    }

    /// Minimizes augmented Lagrangians until the constraints hold and the multipliers settle.
    fn within(
        &self,
        mut u: DVector<f64>,
        sides: &[f64],
        ranges: &[(f64, f64)],
        mut multipliers: Vec<f64>,
    ) -> Step {
        let (mut penalty, mut last) = (PENALTY, f64::INFINITY);
        for _ in 0..ROUNDS {
            let lagrangian = Lagrangian {
                objective: Some(&self.objective),
                constraints: &self.constraints,
                largest_of: self.largest_of,
                ranges,
                sides,
                multipliers: &multipliers,
                penalty,
            };
            u = lagrangian.least(u, &self.lower, &self.upper, ITERATIONS);
            let next = lagrangian.multipliers_at(&lagrangian.excesses(&u));
            // The change of a multiplier is the penalty times the violation, or the slack of an inequality that holds.
            let changes = next.iter().zip(&multipliers).map(|(next, before)| (next - before).abs());
            let change = changes.fold(0.0, f64::max);
            multipliers = next;
            let violation = change / penalty;
            if violation <= NO_VIOLATION || (change <= SETTLED && violation <= NO_VIOLATION.sqrt()) {
                break;
            }
            if violation > ENOUGH_LESS * last {
                penalty = (PENALTY_FACTOR * penalty).min(LARGEST_PENALTY);
            }
            last = violation;
        }
        self.step(&u, &multipliers)
    }
}

/// Returns the number, or 1 if it is not above 0 and finite.
fn positive(size: f64) -> f64 {
    if size > 0.0 && size.is_finite() { size } else { 1.0 }
}

#[cfg(test)]
mod tests;
