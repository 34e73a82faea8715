//! Sweeps along the coordinates, and the kinks they reveal where each coordinate has its own.

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use super::HybridOptions;
use super::place::{Place, largest_radius};
use crate::{Evaluations, Stop};

/// A predicted change p matches the actual change c if `|c - p| < MISS (|c| + |p|)`.
const MISS: f64 = 0.1;

/// Least ratio of actual to predicted decrease of a step to all kinks. If parabolas are mistaken for kinks, the ratio
/// is at most a third.
pub(super) const KEPT_PROMISE: f64 = 0.5;

/// The size of the next sweep, as a fraction of the largest distance from a sweep point to its kink.
pub(super) const SWEEP_CONTRACTION: f64 = 0.3;

/// A kink further away than this part of a sweep's size may be beyond what the sweep has seen.
const AT_THE_END: f64 = 0.99;

/// The most steps along one coordinate, each twice as long as the one before.
const MOST_DOUBLINGS: usize = 10;

/// The step from the incumbent to a point along a coordinate, and the rise of the value.
pub(super) type Seen = (f64, f64);

/// A separable model with kinks, `f(x) ≈ c + Σₖ sₖ |xₖ - aₖ| + Σₖ lₖ xₖ`. A coordinate has either a kink at aₖ,
/// located between three points of a sweep, with slope ±sₖ on its sides, or the slope lₖ that the sweep found, if
/// any.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Kinks {
    at: Vec<f64>,
    steepness: Vec<f64>,
    slope: Vec<f64>,
    /// The largest distance from a sweep point to its kink.
    reach: f64,
}

impl Kinks {
    /// Creates a model without kinks.
    pub(super) fn unknown(n: usize) -> Self {
        Kinks { at: vec![0.0; n], steepness: vec![0.0; n], slope: vec![0.0; n], reach: 0.0 }
    }

    /// Returns these kinks before another sweep.
    pub(super) fn beginning_anew(&self) -> Self {
        Kinks { reach: 0.0, ..self.clone() }
    }

    /// Looks further with the next sweep if a kink was at the end of a sweep of this size, or beyond it: twice as far.
    pub(super) fn look_beyond(&mut self, size: f64) {
        if self.reach > AT_THE_END * size {
            self.reach = 2.0 * size / SWEEP_CONTRACTION;
        }
    }

    /// The largest distance from a point of the last sweep to its kink.
    pub(super) fn reach(&self) -> f64 {
        self.reach
    }

    /// Updates coordinate `k` from the points seen from `x`. If there is a point on either side, the steeper rise
    /// gives the steepness s, and the other point, at distance t with rise per length r, gives the distance of the
    /// kink: r = s (1 - 2d/t), so d = ½ t (1 - r/s). A single point is evaluated with the s already known.
    pub(super) fn learn(&mut self, k: usize, x: f64, seen: &[Seen]) {
        let steepness = |(step, rise): Seen| rise / step.abs();
        let nearer = match *seen {
            [a, b] => {
                let (lower, higher) = if steepness(a) < steepness(b) { (a, b) } else { (b, a) };
                self.steepness[k] = steepness(higher).max(0.0);
                lower
            }
            [alone] => alone,
            _ => return self.at[k] = x,
        };
        if self.steepness[k] > 0.0 {
            let part = 0.5 * (1.0 - steepness(nearer) / self.steepness[k]);
            let away = nearer.0 * part.clamp(0.0, 1.0);
            self.at[k] = x + away;
            self.slope[k] = 0.0;
            self.reach = self.reach.max(away.abs());
        } else {
            self.slope[k] = steepness(nearer) * nearer.0.signum();
        }
    }

    /// Whether at least half of the coordinates have a kink.
    pub(super) fn are_usual(&self) -> bool {
        2 * self.steepness.iter().filter(|steepness| **steepness > 0.0).count() >= self.at.len()
    }

    /// Returns the predicted change of the value between two points.
    pub(super) fn change(&self, from: &[f64], to: &[f64]) -> f64 {
        let along = |k: usize| {
            let distance = |x: &[f64]| (x[k] - self.at[k]).abs();
            self.steepness[k] * (distance(to) - distance(from)) + self.slope[k] * (to[k] - from[k])
        };
        (0..self.at.len()).map(along).sum()
    }

    /// Returns the displacement to the kinks of all coordinates that have one.
    pub(super) fn step_from(&self, x: &[f64]) -> DVector<f64> {
        let along = |k: usize| if self.steepness[k] > 0.0 { self.at[k] - x[k] } else { 0.0 };
        DVector::from_fn(x.len(), |k, _| along(k))
    }

    /// Whether the model has predicted the change of the value between two points.
    pub(super) fn have_predicted(&self, from: &[f64], to: &[f64], change: f64) -> bool {
        comes_true(self.change(from, to), change)
    }
}

/// Whether a predicted change matches the actual one.
pub(super) fn comes_true(predicted: f64, actual: f64) -> bool {
    (actual - predicted).abs() < MISS * (actual.abs() + predicted.abs())
}

/// Returns slope and curvature at 0 along a coordinate from the rises seen: divided differences of two points, or the
/// slope from one; `None` without a point.
pub(super) fn slope_and_curvature(seen: &[Seen]) -> Option<(f64, f64)> {
    match *seen {
        [(a, up), (b, down)] => {
            // Divided differences of the values 0, up, down at 0, a, b.
            let curvature = 2.0 * (up / a - down / b) / (a - b);
            Some((up / a - 0.5 * curvature * a, curvature))
        }
        [(a, up)] => Some((up / a, 0.0)),
        _ => None,
    }
}

/// Returns the step t ≥ 1 along a coordinate that changes the value by `change`: `|d| t + ½ |c| t² = change`, with
/// slope d and curvature c. The step is infinite if the value does not change, and 1 if nothing is known.
pub(super) fn step_of_change(shape: Option<(f64, f64)>, change: f64) -> f64 {
    let Some((slope, curvature)) = shape else { return 1.0 };
    let (slope, curvature) = (slope.abs(), curvature.abs());
    // The positive root, without cancellation.
    let step = 2.0 * change / (slope + (slope * slope + 2.0 * curvature * change).sqrt());
    if step.is_nan() { 1.0 } else { step.max(1.0) }
}

impl Place {
    /// Tries each coordinate in one direction and, if that fails, in the other, and moves as soon as a step improves.
    /// Returns the kinks found, if at least half of the coordinates have one, and the points seen. The direction that
    /// last improved is tried first: coordinates are often alike, and so is the side on which the start lies.
    pub(super) fn sweep(
        &mut self,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(Option<Kinks>, Vec<Vec<Seen>>), Stop> {
        let n = self.space.dimension();
        let mut kinks = Kinks::unknown(n);
        let mut first = self.mesh_size;
        let mut all_seen = Vec::with_capacity(n);
        for k in 0..n {
            let x = self.space.units(&self.x)[k];
            let (better, seen) = self.try_both_ways(k, first, evaluations)?;
            kinks.learn(k, x, &seen);
            first = better.unwrap_or(first);
            all_seen.push(seen);
        }
        Ok((kinks.are_usual().then_some(kinks), all_seen))
    }

    /// Lengthens each unit until a step of one unit changes the value by as much as the largest change of the sweep,
    /// but not far beyond the usual unit. A start that is near 0 by chance makes a unit too short; a coordinate with
    /// naturally small units shows changes as large as the others. Returns `true` if a unit changed.
    pub(super) fn lengthen_units(&mut self, seen: &[Vec<Seen>]) -> bool {
        let sizes = |seen: &Vec<Seen>| seen.iter().map(|(_, rise)| rise.abs()).fold(0.0, f64::max);
        let largest = seen.iter().map(sizes).fold(0.0, f64::max);
        let shapes = seen.iter().map(|seen| slope_and_curvature(seen));
        let factors: Vec<f64> = shapes.map(|shape| step_of_change(shape, largest)).collect();
        let lengthened = self.space.lengthen(&factors);
        if let Some(factors) = &lengthened {
            self.cloud.divide_by(factors);
        }
        lengthened.is_some()
    }

    /// Sweeps like [`sweep`](Self::sweep), but continues along a coordinate that improves until it has passed the
    /// kink.
    fn sweep_to_kinks(
        &mut self,
        size: f64,
        mut kinks: Kinks,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Kinks>, Stop> {
        kinks.reach = 0.0;
        let mut first = size;
        for k in 0..self.space.dimension() {
            let x = self.space.units(&self.x)[k];
            let (better, seen) = self.try_both_ways(k, first, evaluations)?;
            match better {
                Some(step) => {
                    let (x, seen) = self.go_on(k, step, &seen, options, evaluations)?;
                    kinks.learn(k, x, &seen);
                    first = step;
                }
                None => kinks.learn(k, x, &seen),
            }
        }
        Ok(kinks.are_usual().then_some(kinks))
    }

    /// Tries a step along coordinate `k` and, if that fails, the opposite step. Returns the step that improved, if
    /// any, and the points seen.
    fn try_both_ways(
        &mut self,
        k: usize,
        step: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(Option<f64>, Vec<Seen>), Stop> {
        let (before, x) = (self.value, self.x.clone());
        let way = |step: f64| (step, self.along(k, step, evaluations));
        let ways = [step, -step].map(way).into_iter().filter(|(_, to)| *to != x);
        let (steps, points): (Vec<_>, Vec<_>) = ways.unzip();
        let (better, values) = self.try_in_order(&points, None, evaluations)?;
        let seen = points.iter().zip(values).filter(|(_, value)| value.is_finite());
        let seen = seen.map(|(to, value)| (self.space.between(&x, to)[k], value - before)).collect();
        Ok((better.map(|better| steps[better]), seen))
    }

    /// Continues after a successful step, doubling it until a step fails. Returns the last position along the
    /// coordinate and the points seen from there, which are empty if no step failed.
    fn go_on(
        &mut self,
        k: usize,
        mut step: f64,
        seen: &[Seen],
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(f64, Vec<Seen>), Stop> {
        let mut back = seen.last().map(|(step, rise)| (-step, -rise));
        for _ in 0..MOST_DOUBLINGS {
            step *= 2.0;
            let (before, x) = (self.value, self.x.clone());
            let to = self.along(k, step, evaluations);
            if to == x || step.abs() > largest_radius(options) {
                break;
            }
            let (better, values) = self.try_in_order(std::slice::from_ref(&to), None, evaluations)?;
            let moved = self.space.between(&x, &to)[k];
            if better.is_none() {
                let ahead = (moved, values[0] - before);
                let seen = back.into_iter().chain([ahead]).filter(|(_, rise)| rise.is_finite());
                return Ok((self.space.units(&x)[k], seen.collect()));
            }
            back = Some((-moved, before - self.value));
        }
        Ok((self.space.units(&self.x)[k], Vec::new()))
    }

    /// Returns the point at a step along coordinate `k`.
    fn along(&self, k: usize, step: f64, evaluations: &Evaluations<'_>) -> Vec<f64> {
        let displacement = DVector::from_fn(self.space.dimension(), |i, _| if i == k { step } else { 0.0 });
        self.space.point(&self.x, &displacement, evaluations.bounds())
    }

    /// Looks for the kinks of all coordinates one mesh size away and steps to them. Returns the next kinks, if the
    /// step achieved its predicted decrease.
    pub(super) fn look_for_kinks(
        &mut self,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Kinks>, Stop> {
        let unknown = Kinks::unknown(self.space.dimension());
        match self.sweep_to_kinks(self.mesh_size, unknown, options, evaluations)? {
            Some(kinks) => self.step_to(&kinks, options, evaluations),
            None => Ok(None),
        }
    }

    /// Returns the point at the kinks of all coordinates and the predicted decrease, if there is one.
    pub(super) fn end_at_kinks(
        &self,
        kinks: &Kinks,
        evaluations: &Evaluations<'_>,
    ) -> Option<(Vec<f64>, f64)> {
        let here = self.space.units(&self.x);
        let to = self.at_kinks(kinks, evaluations);
        let promised = -kinks.change(&here, &self.space.units(&to));
        (to != self.x && promised > 0.0).then_some((to, promised))
    }

    /// Whether the incumbent is at the kinks of all coordinates.
    pub(super) fn is_at(&self, kinks: &Kinks, evaluations: &Evaluations<'_>) -> bool {
        self.at_kinks(kinks, evaluations) == self.x
    }

    fn at_kinks(&self, kinks: &Kinks, evaluations: &Evaluations<'_>) -> Vec<f64> {
        let step = kinks.step_from(&self.space.units(&self.x));
        self.space.point(&self.x, &step, evaluations.bounds())
    }

    /// Steps to the kinks of all coordinates at once. If the step achieves its predicted decrease, sweeps again from
    /// there and returns the next kinks.
    pub(super) fn step_to(
        &mut self,
        kinks: &Kinks,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Kinks>, Stop> {
        let Some((to, promised)) = self.end_at_kinks(kinks, evaluations) else { return Ok(None) };
        let (before, value) = (self.value, evaluations.value(&to)?);
        self.see(&to, value, None);
        if before - value < KEPT_PROMISE * promised {
            return Ok(None);
        }
        let size = SWEEP_CONTRACTION * kinks.reach;
        let next = if size >= options.mesh_tolerance {
            self.sweep_to_kinks(size, kinks.clone(), options, evaluations)?
        } else {
            None
        };
        self.mesh_size = size.max(options.mesh_tolerance).min(self.mesh_size);
        self.radius = self.mesh_size;
        Ok(next)
    }
}

#[cfg(test)]
mod tests;
