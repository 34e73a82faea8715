//! Steps for objectives with kinks: what leads the descent, and steps of a variable metric.

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use super::HybridOptions;
use super::fits::Models;
use super::metric::VariableMetric;
use super::place::{Place, largest_radius};
use super::slopes::{self, Slope};
use super::sweep::Kinks;
use crate::{Evaluations, Stop};

/// There is a kink between two points if the [departure] of the values is above this.
pub(crate) const KINK: f64 = 0.05;

/// Kinks are looked for below this fraction of the initial mesh size. On coarser meshes a smooth function may appear
/// to have kinks.
const FINE_MESH: f64 = 0.05;

/// A finite-difference slope at least `NOISE` times the steepest slope to any nearby point is taken to be noise.
const NOISE: f64 = 10.0;

/// Below this many finite-difference steps, the mesh is too fine to detect kinks.
const FINEST_MESH_FOR_KINKS: f64 = 10.0;

/// Constants of the weak Wolfe conditions: `f(x + t d) < f(x) + DECREASE t gᵀd`, and the slope along d at the new
/// point is at least `SLOPE_LEFT gᵀd`.
pub(super) const DECREASE: f64 = 0.1;
pub(super) const SLOPE_LEFT: f64 = 0.5;

/// The most points of one line search.
const TRIALS: usize = 20;

/// How far the rise r between two points departs from what the slopes s₀ and s₁ along the step say:
/// `|r - ½ (s₀ + s₁)| / (|s₀| + |s₁|)`. On a smooth function it vanishes with the square of the distance.
pub(crate) fn departure(rise: f64, before: f64, after: f64) -> f64 {
    (rise - 0.5 * (before + after)).abs() / (before.abs() + after.abs())
}

/// The kind of step that comes before model steps as long as it succeeds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Lead {
    /// None: no kink has been found yet.
    None,
    /// Steps to the kinks of all coordinates.
    Kinks(Kinks),
    /// Steps of the variable metric.
    Metric(VariableMetric),
    /// None any more: the metric has failed, or differences are noise. Models and polls do the rest of the descent.
    Over,
}

impl Lead {
    /// Takes a step of the leading kind. Returns `true` if it succeeded.
    pub(super) fn step(
        &mut self,
        place: &mut Place,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        match std::mem::replace(self, Lead::None) {
            Lead::Kinks(kinks) => {
                let before = place.value;
                let next = match options.batch {
                    1 => place.step_to(&kinks, options, evaluations)?,
                    _ => place.step_to_at_once(&kinks, options, evaluations)?,
                };
                *self = next.map_or(Lead::None, Lead::Kinks);
                Ok(place.value < before)
            }
            Lead::Metric(metric) => self.step_by(metric, place, options, evaluations),
            without @ (Lead::None | Lead::Over) => {
                *self = without;
                Ok(false)
            }
        }
    }

    /// Looks for a kink after a failed step of the model for functions with kinks. If there is one between the
    /// incumbent and the failed point, steps to the kinks of all coordinates lead from now on, or the variable metric
    /// if these fail. Returns `true` if the new kind of step succeeded.
    pub(super) fn look_for_kink(
        &mut self,
        place: &mut Place,
        models: &Models,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let fine = place.mesh_size < FINE_MESH * options.initial_mesh_size;
        if !(fine && matches!(self, Lead::None) && models.expect_kinks()) {
            return Ok(false);
        }
        let Some((to, value)) = place.missed.take() else { return Ok(false) };
        let slope = match place.look_towards(&to, value, evaluations)? {
            Towards::Kink(slope) => slope,
            Towards::Smooth => return Ok(false),
            Towards::Noise => {
                *self = Lead::Over;
                return Ok(false);
            }
        };
        let before = place.value;
        let kinks = match options.batch {
            _ if !options.parts.kink_step => None,
            1 => place.look_for_kinks(options, evaluations)?,
            _ => place.look_for_kinks_at_once(options, evaluations)?,
        };
        if let Some(kinks) = kinks {
            *self = Lead::Kinks(kinks);
            return Ok(true);
        }
        *self = Lead::Over;
        let known = (place.value == before).then_some(&slope);
        match slopes::gradient(&place.space, &place.x, place.value, known, evaluations)? {
            Some(gradient) => {
                let metric = VariableMetric::of(models.best(), &gradient);
                self.step_by(metric, place, options, evaluations)
            }
            None => Ok(false),
        }
    }

    /// Takes a step of the variable metric, which then leads. If the step fails, no kind leads any more, and the mesh
    /// size is reduced to the length of the last step. Returns `true` if the step succeeded.
    fn step_by(
        &mut self,
        mut metric: VariableMetric,
        place: &mut Place,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let from = place.x.clone();
        let slope = match options.batch {
            1 => place.search_line(&metric, options, evaluations)?,
            _ => place.search_line_at_once(&metric, options, evaluations)?,
        };
        let moved = place.space.between(&from, &place.x);
        let gradient = match &slope {
            Some(slope) => slopes::gradient(&place.space, &place.x, place.value, Some(slope), evaluations)?,
            None => None,
        };
        *self = match gradient {
            Some(gradient) => {
                metric.update(&moved, &gradient);
                Lead::Metric(metric)
            }
            None => {
                let last = metric.step_length.max(options.mesh_tolerance);
                if last < place.mesh_size {
                    (place.mesh_size, place.radius) = (last, last);
                }
                Lead::Over
            }
        };
        Ok(slope.is_some())
    }
}

/// The result of looking for a kink towards a point.
enum Towards {
    /// A kink; with the slope at the incumbent.
    Kink(Slope),
    Smooth,
    /// Differences are noise.
    Noise,
}

/// A line that leads down: its direction d, the slope gᵀd, and ‖d‖.
pub(super) struct Line {
    pub(super) direction: DVector<f64>,
    pub(super) slope: f64,
    pub(super) length: f64,
}

impl Place {
    /// Compares the slopes at the incumbent and at the failed point of the model with their mean. On a quadratic the
    /// mean slope equals the mean of both end slopes. If the value rises along the whole step as steeply as at its
    /// beginning, although the model predicted a decrease, the kink is at the incumbent or just behind it.
    fn look_towards(
        &self,
        to: &[f64],
        value: f64,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Towards, Stop> {
        let step = self.space.between(&self.x, to);
        let finest = FINEST_MESH_FOR_KINKS * slopes::distance(&self.space, &self.x);
        if self.mesh_size < finest || step.norm() <= finest {
            return Ok(Towards::Smooth);
        }
        let here = slopes::along(&self.space, &self.x, self.value, &step, evaluations)?;
        let nearby = self.cloud.nearest(2 * step.len(), &self.space.units(&self.x), self.value);
        let steepest = nearby.iter().map(|point| point.rise.abs() / point.distance).fold(0.0, f64::max);
        if here.value.is_nan() || here.value.abs() >= NOISE * steepest {
            return Ok(Towards::Noise);
        }
        let there = -slopes::along(&self.space, to, value, &-&step, evaluations)?.value;
        let mean = (value - self.value) / step.norm();
        let kink_on_the_way = departure(mean, here.value, there) > KINK;
        let rises_steadily = here.value > (1.0 - KINK) * mean.abs();
        Ok(if kink_on_the_way || rises_steadily { Towards::Kink(here) } else { Towards::Smooth })
    }

    /// Returns the line along the metric's direction; none if it does not lead down, or is not finite.
    pub(super) fn line(&self, metric: &VariableMetric, evaluations: &Evaluations<'_>) -> Option<Line> {
        let (lower, upper) = self.space.room(&self.x, evaluations.bounds());
        let direction = metric.direction(&lower, &upper);
        let (slope, length) = (metric.gradient().dot(&direction), direction.norm());
        (slope < 0.0 && length.is_finite()).then_some(Line { direction, slope, length })
    }

    /// Searches along the metric's direction until both Wolfe conditions hold, by doubling and bisection (Lewis &
    /// Overton 2013, algorithm 2.6). Returns the slope at the end point, or `None` if no point gave sufficient
    /// decrease. The end point may be worse than an earlier one: the metric has to cross the kink, and the
    /// evaluations keep the best point.
    pub(super) fn search_line(
        &mut self,
        metric: &VariableMetric,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Slope>, Stop> {
        let (bounds, gradient) = (evaluations.bounds(), metric.gradient());
        let (from, before) = (self.x.clone(), self.value);
        let Some(Line { direction, slope, length }) = self.line(metric, evaluations) else { return Ok(None) };
        let (mut low, mut high) = (0.0, f64::INFINITY);
        let mut part = (largest_radius(options) / length).min(1.0);
        let mut reached = None;
        for _ in 0..TRIALS {
            let to = self.space.point(&from, &(&direction * part), bounds);
            if to == from {
                break;
            }
            let value = evaluations.value(&to)?;
            let promised = gradient.dot(&self.space.between(&from, &to));
            if value < before + DECREASE * promised.min(0.0) {
                self.move_to(to, value);
                let back: DVector<f64> = -&direction;
                let behind = slopes::along(&self.space, &self.x, value, &back, evaluations)?;
                // The slope along d at the new point is less than `SLOPE_LEFT gᵀd`: the step is too short.
                let steep = -behind.value * length < SLOPE_LEFT * slope;
                reached = Some(behind);
                if !steep {
                    break;
                }
                low = part;
            } else {
                high = part;
            }
            part = if high.is_finite() { low.midpoint(high) } else { 2.0 * part };
        }
        Ok(reached)
    }
}

#[cfg(test)]
mod tests;
