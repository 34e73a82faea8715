//! Many coordinates: the slopes of all functions by differences, and Hessians that learn from them.
//!
//! A model from the cloud improves by a point for each evaluation, and has `n + 1` slopes and `n (n + 1) / 2` curvatures to
//! learn. With many coordinates it is cheaper to measure all slopes at once, in n evaluations, and to learn the curvatures
//! from the changes of the slopes.

mod beside;

use nalgebra::{DMatrix, DVector};

use beside::{FURTHEST_INSIDE, INTERVAL, ROOM, away_from, slopes_of};

use super::descent::Descent;
use super::models::Models;
use super::points::Known;
use crate::hybrid::quadratic::Quadratic;
use crate::{Evaluations, Stop};

/// From this number of coordinates on, slopes are measured once a step of the cloud's models has failed.
const MANY: usize = 16;

/// Rows that are nearer than so many intervals are in the way of the differences. The differences are then measured at a
/// point inside, which is no further than [`FURTHEST_INSIDE`] times as far.
const IN_THE_WAY: f64 = 2.0;

/// The part of the curvature that a change of the Hessian leaves at least.
const DAMPED: f64 = 0.2;

/// A successful step is followed by at most so many longer ones, each longer by a factor between these.
const MOST_FURTHER: usize = 3;
const FURTHER: f64 = 1.25;
const MOST_LONGER: f64 = 4.0;

/// Differences become central after so many failed steps in a row, and are given up after so many. In a curved valley a few
/// steps fail although the slopes are right: until the trust region is short enough, at one evaluation for each.
const FAILURES_BEFORE_CENTRAL: u32 = 6;
const MOST_FAILURES: u32 = 9;

/// The slopes of objective and constraints, and the Hessian of the Lagrangian.
#[derive(Default)]
pub(super) struct Measured {
    /// The point at which the slopes were measured, and those of each function.
    at: Option<(Known, Vec<DVector<f64>>)>,
    hessian: Option<DMatrix<f64>>,
    /// Whether the Hessian has learned nothing yet.
    is_metric: bool,
    /// Whether differences are central, whose error is the square of the interval. Forward ones do as long as they lead to
    /// better points.
    are_central: bool,
    /// Whether the slopes are to be measured again where they were.
    is_stale: bool,
    /// Whether a step of the cloud's models has failed, so that slopes pay.
    pub(super) pays: bool,
    /// Whether slopes said nothing, as at kinks or with noise.
    has_failed: bool,
    failures: u32,
}

impl Measured {
    /// Forgets slopes and Hessian, which are in other coordinates.
    pub(super) fn forget(&mut self) {
        (self.at, self.hessian) = (None, None);
    }

    /// Notes whether a step by the slopes was a success. After some failures of forward differences the slopes are measured
    /// again.
    pub(super) fn count(&mut self, is_success: bool) {
        self.failures = if is_success { 0 } else { self.failures + 1 };
        self.has_failed |= self.failures >= MOST_FAILURES;
        if self.failures == FAILURES_BEFORE_CENTRAL {
            self.become_central();
        }
    }

    /// Has the slopes measured again by central differences. Returns `false` if they were measured so already.
    pub(super) fn become_central(&mut self) -> bool {
        let were_forward = !self.are_central;
        if were_forward {
            self.is_stale = true;
        }
        self.are_central = true;
        were_forward
    }

    /// Takes slopes measured at a point. The Hessian B takes Powell's damped change of Broyden, Fletcher, Goldfarb and Shanno
    /// (Nocedal & Wright 2006, "Numerical Optimization", procedure 18.2), for the step s and the change y of the slope of the
    /// Lagrangian with these multipliers:
    ///
    /// ```text
    /// B ← B - B s sᵀB / sᵀB s + r rᵀ / sᵀr,    r = θ y + (1 - θ) B s,
    /// θ = 1 if sᵀy >= 0.2 sᵀB s, else 0.8 sᵀB s / (sᵀB s - sᵀy).
    /// ```
    fn take(&mut self, at: Known, slopes: Vec<DVector<f64>>, multipliers: &[f64]) {
        if let (Some((before, earlier)), Some(hessian)) = (&self.at, &mut self.hessian) {
            let step = &at.y - &before.y;
            let mut change = &slopes[0] - &earlier[0];
            for ((new, old), multiplier) in slopes.iter().zip(earlier).skip(1).zip(multipliers) {
                change.axpy(*multiplier, &(new - old), 1.0);
            }
            // The first one is a multiple of the metric that agrees with the first change (as in Nocedal & Wright 2006,
            // equation 6.20).
            let (curvature, seen) = (step.dot(&(&*hessian * &step)), step.dot(&change));
            if self.is_metric && seen > 0.0 && curvature > 0.0 {
                *hessian *= seen / curvature;
                self.is_metric = false;
            }
            damped_update(hessian, &step, &change);
        }
        self.at = Some((at, slopes));
        self.is_stale = false;
    }
}

/// The update of [`Measured::take`].
fn damped_update(hessian: &mut DMatrix<f64>, step: &DVector<f64>, change: &DVector<f64>) {
    let along = &*hessian * step;
    let (curvature, seen) = (step.dot(&along), step.dot(change));
    let theta =
        if seen >= DAMPED * curvature { 1.0 } else { (1.0 - DAMPED) * curvature / (curvature - seen) };
    let damped = change * theta + &along * (1.0 - theta);
    let new = step.dot(&damped);
    if curvature > 0.0 && new > 0.0 && new.is_finite() {
        hessian.ger(-1.0 / curvature, &along, &along, 1.0);
        hessian.ger(1.0 / new, &damped, &damped, 1.0);
    }
}

impl Descent<'_> {
    /// Returns the models of measured slopes at the incumbent, which are measured if they have to be. `None` where the
    /// cloud's models serve better: with few coordinates, on grids, for residuals, at kinks and with noise, where a search does
    /// not wait for whole sets, and as long as the steps of the cloud's models succeed.
    pub(super) fn measured_models(
        &mut self,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Models>, Stop> {
        let is_wanted = self.measured.pays && !self.measured.has_failed && !self.options.asynchronous;
        if !is_wanted || self.frame.dimension() < MANY || self.residuals > 0 || self.frame.has_grid() {
            return Ok(None);
        }
        let is_here = |(at, _): &(Known, Vec<DVector<f64>>)| at.x == self.here.x;
        if self.measured.is_stale || !self.measured.at.as_ref().is_some_and(is_here) {
            let multipliers: Vec<f64> =
                self.multipliers.iter().copied().take(self.here.values.len() - 1).collect();
            match self.slopes(evaluations)? {
                Some(slopes) => self.measured.take(self.here.clone(), slopes, &multipliers),
                None => self.measured.has_failed = true,
            }
        }
        if let Some((_, slopes)) = &self.measured.at
            && self.measured.hessian.is_none()
        {
            let metric = self.frame.metric(evaluations.bounds());
            self.measured.hessian = first_hessian(metric, &slopes[0], self.radius);
            self.measured.is_metric = true;
        }
        let Measured { at: Some((at, slopes)), hessian: Some(hessian), has_failed: false, .. } =
            &self.measured
        else {
            return Ok(None);
        };
        let n = self.frame.dimension();
        let model = |(function, slope): (usize, &DVector<f64>)| Quadratic {
            gradient: slope.clone(),
            hessian: if function == 0 { hessian.clone() } else { DMatrix::zeros(n, n) },
        };
        Ok(Some(Models::alone(at.values.clone(), slopes.iter().enumerate().map(model).collect())))
    }

    /// Measures the slopes of all functions by forward differences, or by backward ones at an upper bound, or by central ones;
    /// slightly inside of rows that are in the way. `None` if there is no room, or if a point has no value.
    fn slopes(&mut self, evaluations: &mut Evaluations<'_>) -> Result<Option<Vec<DVector<f64>>>, Stop> {
        let n = self.frame.dimension();
        let Some(inside) = self.way_inside(evaluations) else { return Ok(None) };
        let base = if inside.amax() > 0.0 {
            let x = self.frame.point(&self.here.x, &inside, evaluations);
            self.evaluate(x, evaluations)?
        } else {
            self.here.clone()
        };
        if !base.has_values() {
            return Ok(None);
        }
        let (below, above) = self.frame.room(&base.x, evaluations.bounds());
        let side = |k: usize, length: f64| {
            let step = DVector::from_fn(n, |i, _| if i == k { length } else { 0.0 });
            self.frame.point(&base.x, &step, evaluations)
        };
        let mut turns: Vec<(usize, f64)> = Vec::new();
        for k in 0..n {
            let is_upwards = above[k] >= ROOM * INTERVAL;
            turns.push((k, if is_upwards { INTERVAL } else { -INTERVAL }));
            if self.measured.are_central && is_upwards && -below[k] >= ROOM * INTERVAL {
                turns.push((k, -INTERVAL));
            }
        }
        let points = turns.iter().map(|&(k, length)| side(k, length)).collect();
        let beside = self.evaluate_all(points, evaluations)?;
        if beside.iter().any(|point| !point.has_values()) {
            return Ok(None);
        }
        Ok(slopes_of(&base, &turns, &beside))
    }

    /// Goes on along a successful step from a point, as slopes cost so many evaluations more: to the least of the parabola
    /// of slope and two values, as long as that lies further and is better. Not under nonlinear constraints, whose merit has
    /// kinks.
    pub(super) fn go_on(
        &mut self,
        from: &Known,
        models: &Models,
        step: &DVector<f64>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        if models.models.len() > 1 {
            return Ok(());
        }
        let slope = models.models[0].gradient.dot(step);
        let mut length = 1.0;
        for _ in 0..MOST_FURTHER {
            // φ(t) = f + b t + c t², with φ(length) the incumbent's value, is least at t = -b / 2c.
            let rise = self.here.values[0] - from.values[0];
            let curvature = (rise - slope * length) / (length * length);
            let least = if curvature > 0.0 { -slope / (2.0 * curvature) } else { f64::INFINITY };
            if least < FURTHER * length {
                break;
            }
            length = least.min(MOST_LONGER * length);
            let x = self.frame.point(&from.x, &(step * length), evaluations);
            if self.points.covers(&self.frame.coordinates(&x), 0.0) {
                break;
            }
            let trial = self.evaluate(x, evaluations)?;
            if !self.take(trial) {
                break;
            }
        }
        Ok(())
    }

    /// Returns a step after which a step of an interval in any direction satisfies the rows: 0 if it does so already, `None`
    /// if there is no such place nearby.
    fn way_inside(&self, evaluations: &Evaluations<'_>) -> Option<DVector<f64>> {
        let n = self.frame.dimension();
        let mut near: Vec<DVector<f64>> = Vec::new();
        for (value, gradient) in self.rows() {
            let length = gradient.norm();
            if value > -IN_THE_WAY * INTERVAL * length {
                near.push(gradient / length);
            }
        }
        if near.is_empty() {
            return Some(DVector::zeros(n));
        }
        // Bounds must not stop the way inside.
        let (below, above) = self.frame.room(&self.here.x, evaluations.bounds());
        let furthest = FURTHEST_INSIDE * IN_THE_WAY * INTERVAL;
        for k in 0..n {
            let towards = |sign: f64| DVector::from_fn(n, |i, _| if i == k { sign } else { 0.0 });
            near.extend((above[k] < furthest).then(|| towards(1.0)));
            near.extend((below[k] > -furthest).then(|| towards(-1.0)));
        }
        Some(away_from(&near)? * (IN_THE_WAY * INTERVAL))
    }
}

/// Returns the multiple of a metric W under which the least of `gᵀs + ½ sᵀγW s` is a radius away: `γ = ‖W⁻¹g‖ / Δ`, so that
/// the search does not depend on the unit of the objective. `None` where the slope is 0.
fn first_hessian(metric: DMatrix<f64>, slope: &DVector<f64>, radius: f64) -> Option<DMatrix<f64>> {
    let factor = metric.clone().cholesky()?.solve(slope).norm() / radius;
    (factor > 0.0 && factor.is_finite()).then(|| metric * factor)
}

#[cfg(test)]
mod tests;
