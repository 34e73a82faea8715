//! A quasi-Newton descent: a gradient by differences, a direction, a line search.

use serde::{Deserialize, Serialize};

use super::band::Bands;
use super::curvature::{Curvatures, dot};
use super::differences::{Shown, Sides, differences, intervals};
use super::fit::{Fit, Jacobian};
use super::kinks::Departures;
use super::line_at_once::Ahead;
use super::line_search;
use super::metric::Metric;
use super::noise::Noise;
use super::place::Place;
use crate::hybrid::departure;
use crate::{Bounds, Evaluations, QuasiNewtonOptions, Stop};

/// The spacing of the first noise estimate in units, and of later ones in parts of the last step.
const FIRST_SPACING: f64 = 0.01;
const SPACING: f64 = 0.03;

/// The least spacing of a noise estimate.
const LEAST_SPACING: f64 = 1e-8;

/// The number of iterations after which noise is estimated again.
const ANEW: u32 = 8;

/// The length of the very first step in units, if nothing is known about curvature.
const FIRST_LENGTH: f64 = 0.3;

/// Steps below this many intervals of the differences tell nothing of kinks.
const INTERVALS_OF_A_KINK: f64 = 50.0;

/// Slopes outside of these in magnitude are brought back by another unit of the value, so that no product overflows.
const SLOPES: (f64, f64) = (1e-90, 1e90);

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Descent {
    pub(super) noise: Noise,
    pub(super) curvatures: Curvatures,
    metric: Metric,
    bands: Bands,
    /// The residuals, if the value is a sum of their squares.
    pub(super) fit: Option<Fit>,
    last: Option<Gradient>,
    pub(super) departures: Departures,
    /// The differences that the last line search has evaluated around its end.
    pub(super) ahead: Option<Ahead>,
    /// Whether the next differences are central.
    is_careful: bool,
    /// The iterations since the last noise estimate.
    since_estimate: u32,
    /// The root mean square of the last step in units; 0 before the first.
    last_step: f64,
}

/// The slopes at a point.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Gradient {
    x: Vec<f64>,
    value: f64,
    slopes: Vec<f64>,
}

/// What an iteration has brought.
pub(super) struct Gain {
    /// The fall of the value, in its unit.
    pub(super) fall: f64,
    /// The fall relative to that of the quadratic model.
    pub(super) kept: f64,
    /// The rounds it took, with one point at a time the evaluations.
    pub(super) rounds: u64,
    /// The longest move of a coordinate in units.
    pub(super) longest: f64,
}

impl Descent {
    pub(super) fn at(place: &Place, fit: Option<Fit>) -> Self {
        Descent {
            noise: Noise::default(),
            curvatures: Curvatures::guessed(place.x.len(), place.level()),
            metric: Metric::default(),
            bands: Bands::none(place.x.len()),
            fit,
            last: None,
            departures: Departures::default(),
            ahead: None,
            is_careful: false,
            since_estimate: 0,
            last_step: 0.0,
        }
    }

    /// Uses central differences for the next gradient.
    pub(super) fn be_careful(&mut self) {
        if let Some(fit) = &mut self.fit {
            fit.doubt();
        }
        self.is_careful = true;
    }

    /// Forgets the pairs and what they have taught.
    pub(super) fn forget(&mut self) {
        self.bands = Bands::none(self.curvatures.along().len());
        self.metric.clear();
        self.last = None;
    }

    /// Estimates the noise at the distance of the search's steps.
    pub(super) fn estimate_noise(
        &mut self,
        place: &mut Place,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(), Stop> {
        let spacing = match self.last_step {
            0.0 => FIRST_SPACING,
            step => (SPACING * step).clamp(LEAST_SPACING, FIRST_SPACING),
        };
        self.since_estimate = 0;
        self.noise.estimate(place, spacing, evaluations)
    }

    /// Runs one iteration; the place moves to the best point seen.
    pub(super) fn iterate(
        &mut self,
        place: &mut Place,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Gain, Stop> {
        let (before, began) = (place.clone(), evaluations.rounds());
        self.since_estimate += 1;
        if self.noise.is_seen() && self.since_estimate >= ANEW {
            self.estimate_noise(place, evaluations)?;
        }
        let sides = self.sides();
        self.is_careful = false;
        let (shown, mut jacobian) = self.look_around(place, sides, options, evaluations)?;
        let mut slopes = shown.slopes;
        self.curvatures.measure(&shown.curvatures);
        let factor = self.keep_in_range(place, &mut slopes);
        jacobian.iter_mut().for_each(|jacobian| jacobian.rescale(factor));
        self.learn(place, &slopes, options.pairs);
        let (bounds, largest) = (evaluations.bounds(), options.largest_move());
        let in_fit = self.fit.as_ref().zip(jacobian.as_ref());
        let step = in_fit.and_then(|(fit, jacobian)| fit.step(jacobian, place, largest, bounds));
        let (direction, slope) = match step {
            Some(step) => step,
            None => self.direction(place, &slopes, largest, bounds),
        };
        let from = place.clone();
        let mut kept = 0.0;
        if slope < 0.0 {
            let fall = match options.at_once() {
                1 => line_search::search(place, &direction, slope, evaluations)?,
                batch => self.search_at_once(place, &direction, batch, evaluations)?,
            };
            // The quadratic model falls by half of the slope.
            kept = fall / (-0.5 * slope);
        }
        if let Some((x, value)) = shown.better {
            place.see(&x, value);
        }
        if let Some((fit, jacobian)) = self.fit.as_mut().zip(jacobian) {
            fit.judge(kept, &direction);
            fit.go_on(place, (&from, jacobian), options, evaluations)?;
        }
        let moved = place.step_from(&from.x);
        let mean_square = dot(&moved, &moved) / moved.len() as f64;
        if mean_square > 0.0 {
            self.last_step = mean_square.sqrt();
        }
        Ok(Gain {
            fall: place.rise(place.value, before.value),
            kept,
            rounds: evaluations.rounds() - began,
            longest: moved.iter().fold(0.0, |longest, step| longest.max(step.abs())),
        })
    }

    /// Evaluates the differences around the place, for a fit those of its residuals, if they are not known.
    fn look_around(
        &mut self,
        place: &Place,
        sides: Sides,
        options: &QuasiNewtonOptions,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<(Shown, Option<Jacobian>), Stop> {
        let (known, last) = ((&self.noise, &self.curvatures), self.last.as_ref());
        let upwards = |i: usize| last.is_none_or(|last| last.slopes[i] <= 0.0);
        if let Some(fit) = &mut self.fit {
            let found = fit.differences(place, known, (sides, options.at_once()), upwards, evaluations)?;
            if let Some((shown, jacobian)) = found {
                return Ok((shown, Some(jacobian)));
            }
        }
        match self.ahead.take().and_then(|ahead| ahead.at(place, sides)) {
            Some(shown) => Ok((shown, None)),
            None => Ok((differences(place, known, sides, upwards, evaluations)?, None)),
        }
    }

    /// The sides of the next differences. Those of residuals need the noise less, as steps follow from the whole of them.
    pub(super) fn sides(&self) -> Sides {
        let is_noisy = self.noise.is_seen() && self.fit.is_none();
        if is_noisy || self.is_careful { Sides::Both } else { Sides::One }
    }

    /// Whether the last gradient leads down towards larger values of a coordinate; `true` without one.
    pub(super) fn leads_upwards(&self, i: usize) -> bool {
        self.last.as_ref().is_none_or(|last| last.slopes[i] <= 0.0)
    }

    /// Changes the unit of the value if slopes are so large or small that their products could overflow. Returns the factor of
    /// all rises.
    fn keep_in_range(&mut self, place: &mut Place, slopes: &mut [f64]) -> f64 {
        let steepest = slopes.iter().fold(0.0, |steepest: f64, slope| steepest.max(slope.abs()));
        if steepest == 0.0 || (SLOPES.0..SLOPES.1).contains(&steepest) {
            return 1.0;
        }
        let factor = place.rescale_values(steepest);
        slopes.iter_mut().for_each(|slope| *slope *= factor);
        self.curvatures.rescale(factor);
        self.forget();
        factor
    }

    /// Whether a step s is long enough to tell kinks from errors of the slopes. Those of forward differences are `½ L h` along
    /// each coordinate, and the slopes change by `L s`: the error of the [departure] is about `h / 2 |s|`.
    fn sees_kinks_over(&self, place: &Place, step: &[f64]) -> bool {
        let intervals = intervals(place, &self.noise, &self.curvatures, Sides::One);
        let longest = intervals.into_iter().fold(0.0, f64::max);
        (dot(step, step) / step.len() as f64).sqrt() > INTERVALS_OF_A_KINK * longest
    }

    /// Learns from the changes of value and gradient since the last one.
    fn learn(&mut self, place: &Place, slopes: &[f64], most: usize) {
        if let Some(last) = self.last.take() {
            let s = place.step_from(&last.x);
            if self.sees_kinks_over(place, &s) {
                let rise = place.rise(last.value, place.value);
                self.departures.take(departure(rise, dot(&last.slopes, &s), dot(slopes, &s)));
            }
            let y: Vec<f64> = slopes.iter().zip(&last.slopes).map(|(now, before)| now - before).collect();
            self.bands.judge((&s, &y), &self.metric, &self.curvatures);
            if self.metric.add(s, y, &self.curvatures, most) {
                self.bands.learn(self.metric.pairs());
                if let (Some((s, y)), false) = (self.metric.pairs().back(), self.noise.is_seen()) {
                    self.curvatures.update(s, y);
                }
            }
        }
        self.last = Some(Gradient { x: place.x.clone(), value: place.value, slopes: slopes.to_vec() });
    }

    /// Returns the direction and its slope: that of the model that leads, or of the metric or, if it does not lead down, of the
    /// first matrix.
    fn direction(&mut self, place: &Place, slopes: &[f64], largest: f64, bounds: &Bounds) -> (Vec<f64>, f64) {
        let free: Vec<bool> = (0..slopes.len())
            .map(|i| {
                let (x, lower, upper) = (place.x[i], bounds.lower()[i], bounds.upper()[i]);
                lower < upper && !(x == lower && slopes[i] > 0.0) && !(x == upper && slopes[i] < 0.0)
            })
            .collect();
        let mut direction = match self.bands.leading() {
            Some(band) => band.solve(slopes, &free),
            None => self.metric.times(slopes, &free, &self.curvatures),
        };
        direction.iter_mut().for_each(|part| *part = -*part);
        let mut slope = dot(slopes, &direction);
        if !(slope < 0.0 && slope.is_finite()) {
            self.metric.clear();
            direction = self.metric.times(slopes, &free, &self.curvatures);
            direction.iter_mut().for_each(|part| *part = -*part);
            slope = dot(slopes, &direction);
        }
        let longest = direction.iter().fold(0.0, |longest: f64, part| longest.max(part.abs()));
        let limit = if self.metric.is_empty() && !self.curvatures.are_known() {
            FIRST_LENGTH / dot(&direction, &direction).sqrt()
        } else {
            (largest / longest).min(1.0)
        };
        direction.iter_mut().for_each(|part| *part *= limit);
        (direction, slope * limit)
    }
}

#[cfg(test)]
mod tests {
    use super::{Descent, Place, Sides, intervals};
    use crate::Bounds;

    /// The root mean square of a step of (t, 0) is t / sqrt(2).
    #[test]
    fn steps_tell_of_kinks_from_fifty_intervals_of_the_differences_on() {
        let place = Place::at(vec![1.0, 1.0], 1.0, &[1.0, 1.0], &Bounds::free(2));
        let descent = Descent::at(&place, None);
        let interval = intervals(&place, &descent.noise, &descent.curvatures, Sides::One)[0];
        let sees = |t: f64| descent.sees_kinks_over(&place, &[t * 2_f64.sqrt() * interval, 0.0]);
        assert!(interval > 0.0 && sees(50.1) && !sees(49.9));
    }
}
