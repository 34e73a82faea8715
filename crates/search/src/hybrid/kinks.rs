//! What a descent does where the objective has kinks: who leads, and the steps of a variable metric.

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use super::HybridOptions;
use super::fits::Models;
use super::metric::VariableMetric;
use super::place::{Place, largest_radius};
use super::slopes::{self, Slope};
use super::sweep::Kinks;
use crate::{Evaluations, Stop};

/// By how much the mean slope between two points differs from the slopes at both, as a part of these, where there is a
/// kink; on smooth functions the difference vanishes with the square of the distance.
const KINK: f64 = 0.05;

/// Kinks are looked for once the mesh size is less than this part of the first: at coarser ones, smooth functions may look as if
/// they had some.
const FINE_MESH: f64 = 0.05;

/// A slope so many times that towards any point nearby is noise.
const NOISE: f64 = 10.0;

/// A mesh size below so many distances of differences shows no kinks.
const FINEST_MESH_FOR_KINKS: f64 = 10.0;

/// The conditions on a step: the part of the decrease promised by the slope that it must bring, and the part of the slope that
/// may be left after it (Wolfe's weak conditions).
const DECREASE: f64 = 0.1;
const SLOPE_LEFT: f64 = 0.5;

/// The most points of a line search.
const TRIALS: usize = 20;

/// What comes before steps of models, as long as it gets on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Lead {
    /// Nothing: no kink has been seen yet.
    None,
    /// Steps to the kinks of the coordinates.
    Kinks(Kinks),
    /// Steps of a variable metric.
    Metric(VariableMetric),
    /// Nothing any more: the metric has not got on, or differences are noise. Models and polls have the rest of the descent.
    Over,
}

impl Lead {
    /// Takes the step of what has the lead; whether there was one.
    pub(super) fn step(
        &mut self,
        place: &mut Place,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        match std::mem::replace(self, Lead::None) {
            Lead::Kinks(kinks) => {
                let before = place.value;
                let next = place.step_to(&kinks, options, evaluations)?;
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

    /// Where the models that fit kinks best have just failed, looks whether there is a kink on the way to where their step led,
    /// and if so gives the lead to steps to the kinks of all coordinates or, where these do not get on, to a metric; whether
    /// what leads has got on.
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
        if options.parts.kink_step
            && let Some(kinks) = place.look_for_kinks(options, evaluations)?
        {
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

    /// A step of the metric, which then has the lead; without one that has got anywhere the lead is over, and the mesh is
    /// as fine as the last step was. Whether there was one.
    fn step_by(
        &mut self,
        mut metric: VariableMetric,
        place: &mut Place,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<bool, Stop> {
        let from = place.x.clone();
        let slope = place.search_line(&metric, options, evaluations)?;
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

/// What slopes show on the way to a point.
enum Towards {
    /// The slope at the incumbent, before the kink.
    Kink(Slope),
    Smooth,
    /// Differences are noise.
    Noise,
}

impl Place {
    /// Whether there is a kink between the incumbent and the point of the model's failed step: on the way of a quadratic function the value rises by the mean of both ends' slopes. Where it rises all the way as steeply as it
    /// begins, though the model has promised a descent, the kink is at the incumbent or close behind it.
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
        let neighbours = self.cloud.around(&self.space.units(&self.x), self.value);
        let nearby = neighbours.iter().take(2 * step.len());
        let steepest = nearby.map(|point| point.rise.abs() / point.distance).fold(0.0, f64::max);
        if here.value.is_nan() || here.value.abs() >= NOISE * steepest {
            return Ok(Towards::Noise);
        }
        let there = -slopes::along(&self.space, to, value, &-&step, evaluations)?.value;
        let mean = (value - self.value) / step.norm();
        let differs = (mean - 0.5 * (here.value + there)).abs();
        let kink_on_the_way = differs > KINK * (here.value.abs() + there.abs());
        let rises_steadily = here.value > (1.0 - KINK) * mean.abs();
        Ok(if kink_on_the_way || rises_steadily { Towards::Kink(here) } else { Towards::Smooth })
    }

    /// Moves along the metric's direction until both conditions hold, by doubling and bisection (Lewis & Overton 2013, algorithm
    /// 2.6); the slope where it ends, none where no point has been good enough. It may pass a better point than it
    /// ends at: what matters to the metric is to get beyond the kink, and the door remembers the best.
    fn search_line(
        &mut self,
        metric: &VariableMetric,
        options: &HybridOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Slope>, Stop> {
        let bounds = evaluations.bounds();
        let (from, before) = (self.x.clone(), self.value);
        let (lower, upper) = self.space.room(&from, bounds);
        let (gradient, direction) = (metric.gradient(), metric.direction(&lower, &upper));
        let (slope, length) = (gradient.dot(&direction), direction.norm());
        if !(slope < 0.0 && length.is_finite()) {
            return Ok(None);
        }
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
