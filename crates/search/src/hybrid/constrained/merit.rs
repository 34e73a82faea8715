//! The merit of a point: the objective plus the violation of each constraint times its weight.

use nalgebra::DVector;

use super::lagrangian::length;

/// A weight is this many times the multiplier, so that the merit is exact (Han & Mangasarian 1979, "Exact penalty
/// functions in nonlinear programming": above the largest multiplier) and stays so while the multiplier changes.
const ABOVE_MULTIPLIER: f64 = 1.5;

/// A weight is at least this part of the ratio of the slopes of objective and constraint.
const PART_OF_SLOPES: f64 = 0.1;

/// Multipliers beyond this many times that ratio are signs of models that contradict one another.
const MOST_OF_SLOPES: f64 = 1e3;

/// A weight is set anew, somewhat larger than wanted, once it is below `TOO_LITTLE` times the multiplier or above
/// `TOO_MUCH` times what is wanted.
const TOO_LITTLE: f64 = 1.1;
const TOO_MUCH: f64 = 50.0;
const SPARE: f64 = 1.3;

/// A step that lessens the weighted violation by v shall be predicted to lessen the merit by at least this part of v
/// (Byrd, Nocedal & Waltz 2008, "Steering exact penalty methods for nonlinear programming"); otherwise all weights
/// grow until it is `1 - GROWN` of the new v.
const LEAST_PART: f64 = 0.1;
const GROWN: f64 = 0.7;

/// The weights π of `f + Σ πᵢ vᵢ`, with the violations `v = max(c, 0)` of inequalities and `|h|` of equalities. Without
/// weights, less violation comes first.
#[derive(Debug, Clone)]
pub(super) struct Weights {
    inequalities: usize,
    weights: Vec<f64>,
    are_set: bool,
    /// The largest magnitude of each constraint so far.
    sizes: Vec<f64>,
}

impl Weights {
    pub(super) fn none_yet(inequalities: usize, equalities: usize) -> Self {
        let weights = vec![0.0; inequalities + equalities];
        let sizes = weights.clone();
        Weights { inequalities, weights, are_set: false, sizes }
    }

    /// Notes the magnitudes of the constraints at a point.
    pub(super) fn see(&mut self, values: &[f64]) {
        let magnitudes = values[1..].iter().map(|c| c.abs()).filter(|size| size.is_finite());
        self.sizes.iter_mut().zip(magnitudes).for_each(|(size, c)| *size = size.max(c));
    }

    /// Whether a point is better than another: by the merit, or, without weights, by the largest violation relative to
    /// the constraint's size, then by the objective.
    pub(super) fn is_better(&self, values: &[f64], than: &[f64]) -> bool {
        if self.are_set {
            return self.merit(values) < self.merit(than);
        }
        let (violation, least) = (self.relative_violation(values), self.relative_violation(than));
        violation < least || (violation == least && values[0] < than[0])
    }

    /// Whether a point is better than another and, once there are weights, its merit less by more than `least`.
    pub(super) fn is_better_by(&self, least: f64, values: &[f64], than: &[f64]) -> bool {
        self.is_better(values, than) && (!self.are_set || self.merit(values) < self.merit(than) - least)
    }

    fn relative_violation(&self, values: &[f64]) -> f64 {
        let relative = |(v, size): (f64, &f64)| if v > 0.0 { v / size.max(f64::MIN_POSITIVE) } else { 0.0 };
        self.violations(values).zip(&self.sizes).map(relative).fold(0.0, f64::max)
    }

    /// Returns the violations at a point, from the values of objective, inequalities and equalities.
    pub(super) fn violations<'v>(&self, values: &'v [f64]) -> impl Iterator<Item = f64> + 'v {
        let inequalities = self.inequalities;
        let violation = move |(i, &c): (usize, &f64)| if i < inequalities { c.max(0.0) } else { c.abs() };
        values[1..].iter().take(self.weights.len()).enumerate().map(violation)
    }

    /// Returns the merit of a point.
    pub(super) fn merit(&self, values: &[f64]) -> f64 {
        let weighted = self.weights.iter().zip(self.violations(values)).map(|(weight, v)| weight * v);
        values[0] + weighted.sum::<f64>()
    }

    /// The weight of each constraint.
    pub(super) fn of_constraints(&self) -> &[f64] {
        &self.weights
    }

    /// Adapts the weights to multipliers λ and to the gradients of all functions, the objective's first; `may_fall` says
    /// whether a weight may fall. Returns `true` if a weight changed.
    pub(super) fn adapt(&mut self, multipliers: &[f64], gradients: &[&DVector<f64>], may_fall: bool) -> bool {
        let mut changed = !self.are_set;
        let slope = length(gradients[0]);
        for (i, weight) in self.weights.iter_mut().enumerate() {
            let slopes = slope / length(gradients[i + 1]).max(f64::MIN_POSITIVE);
            let multiplier = multipliers[i].abs().min(MOST_OF_SLOPES * slopes);
            let wanted = (ABOVE_MULTIPLIER * multiplier).max(PART_OF_SLOPES * slopes).min(f64::MAX.sqrt());
            if !self.are_set {
                *weight = wanted;
            } else if *weight < TOO_LITTLE * multiplier || (may_fall && *weight > TOO_MUCH * wanted) {
                *weight = SPARE * wanted;
                changed = true;
            }
        }
        self.are_set = true;
        changed
    }

    /// Lets the weights grow if a step that changes the objective by `rise` and the weighted violation by `-less` is
    /// predicted to lessen the merit too little. Returns `true` if they grew.
    pub(super) fn steer(&mut self, rise: f64, less: f64) -> bool {
        let grows = less > 0.0 && less - rise < LEAST_PART * less;
        if grows {
            let factor = rise / (GROWN * less);
            self.weights.iter_mut().for_each(|weight| *weight = (*weight * factor).min(f64::MAX.sqrt()));
        }
        grows
    }
}

#[cfg(test)]
mod tests;
