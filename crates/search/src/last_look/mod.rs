//! The last look before a search reports convergence.
//!
//! A point at which all coordinate polls fail need not be a minimum: at a kink that crosses no coordinate axis, above
//! all one that meets active bounds, no poll direction may be a descent direction. The look tests for such a kink
//! with a few points. Only if there is one, it samples gradients nearby and follows their steepest common descent
//! direction.

mod axes;
mod further;
mod gradients;
mod least_norm;
mod smoothness;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use crate::{Evaluations, LinearConstraints, Stop};
pub(crate) use gradients::descend;
pub(crate) use least_norm::nonnegative_least_squares;
use smoothness::Smoothness;

/// The nearest and furthest test distances, in steps of the last poll. A poll fails at a kink only within a step of
/// it, so that at these distances the kink appears to pass through the point.
const NEAR: f64 = 4.0;
const FAR: f64 = 32.0;

/// Bounds on the growth of the second difference from near to far: it grows by the ratio of the distances, 8, at a
/// kink, by its square, 64, on a smooth function, and erratically with noise. Growth between the bounds indicates a
/// kink.
const LEAST_GROWTH: f64 = 5.0;
const MOST_GROWTH: f64 = 22.0;

/// Relative difference between a sum of rises and the rise at the joint point above which there is a kink.
const NOT_ADDITIVE: f64 = 0.1;

/// Differences below this many rounding errors of the value are ignored.
const ROUNDINGS: f64 = 64.0;

/// The search continues if a look gains at least this fraction of all that the run has gained before.
const WORTHWHILE: f64 = 1e-7;

/// A gain of this fraction of the value also suffices.
const OF_THE_VALUE: f64 = 1e-3;

/// The number of random directions tested for kinks.
const DIRECTIONS: usize = 2;

/// Whether a search has taken its last look, and the data for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LastLook {
    start_value: f64,
    smoothness: Smoothness,
    /// Whether the search has looked and found nothing worth another look.
    is_over: bool,
}

/// A point at which polls have failed.
pub(crate) struct Place<'p> {
    pub(crate) x: &'p [f64],
    pub(crate) value: f64,
    /// The step of the last poll along each coordinate.
    pub(crate) steps: &'p [f64],
}

/// A better point and its value.
pub(crate) type Better = (Vec<f64>, f64);

impl LastLook {
    /// Creates the state for a search whose start has this value; over at once if no last look is wanted.
    pub(crate) fn of_a_search_from(start_value: f64, is_wanted: bool) -> Self {
        LastLook { start_value, smoothness: Smoothness::default(), is_over: !is_wanted }
    }

    /// Whether the search has looked and found nothing worth another look.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Records a failed poll of this mesh size: the rises up each coordinate, then down each; empty for a poll along
    /// other directions.
    pub(crate) fn learn(&mut self, size: f64, rises: &[f64], value: f64) {
        self.smoothness.learn(size, rises, value);
    }

    /// Polls along the coordinates if the last poll took other directions. Returns the best of these points if it is
    /// better than the place.
    pub(crate) fn poll_axes(
        &self,
        place: &Place<'_>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Better>, Stop> {
        if self.smoothness.has_rises() { Ok(None) } else { axes::poll(place, evaluations) }
    }

    /// Takes the look. Returns the best point evaluated so far if it is better than the place, around which polls
    /// have yet to fail. On a grid and under linear equalities there is no look.
    pub(crate) fn take(
        &mut self,
        place: &Place<'_>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Better>, Stop> {
        if further::go(place, evaluations)? {
            let (x, value) = evaluations.best();
            return Ok(Some((x.to_vec(), value)));
        }
        let better = if self.sees_kink(place, evaluations)? { descend(place, evaluations)? } else { None };
        let is_worthwhile = |(_, value): (_, f64)| self.is_worthwhile(place.value - value, place.value);
        self.is_over = !better.is_some_and(is_worthwhile);
        let (x, value) = evaluations.best();
        Ok((value < place.value).then(|| (x.to_vec(), value)))
    }

    /// Whether a gain from this value justifies continuing: relative to all that was gained before or, if the start
    /// value was extremely bad, relative to the value itself, unless the value is only rounding error compared with
    /// the start.
    pub(crate) fn is_worthwhile(&self, gain: f64, from: f64) -> bool {
        let (before, value) = (self.start_value - from, (from - gain).abs());
        let of_the_value = gain > OF_THE_VALUE * value;
        // From a start without a value the gain is infinite.
        if !before.is_finite() {
            of_the_value
        } else {
            gain > WORTHWHILE * before || (of_the_value && value > f64::EPSILON * before)
        }
    }

    fn sees_kink(&self, place: &Place<'_>, evaluations: &mut Evaluations<'_>) -> Result<bool, Stop> {
        let has_equalities = evaluations.linear().is_some_and(LinearConstraints::have_equalities);
        if has_equalities || evaluations.grid().is_some() || !place.value.is_finite() {
            return Ok(false);
        }
        let mut around = Around { place, evaluations };
        let blocked = around.blocked();
        // A single kink is not an obstacle: polls go along its coordinate.
        let kinks = match self.smoothness.kinks() {
            Some(kinks) => kinks > 0 && kinks + blocked.len() > 1,
            None => around.bends()?,
        };
        Ok(kinks || around.bends_at_bounds(&blocked)?)
    }
}

impl Place<'_> {
    /// Returns the place at the better point, if any, otherwise this place.
    fn moved_to<'b>(&'b self, better: Option<&'b Better>) -> Place<'b> {
        let (x, value) = better.map_or((self.x, self.value), |(x, value)| (x, *value));
        Place { x, value, ..*self }
    }

    /// Returns the point at these multiples of the steps, projected onto the bounds.
    fn point(&self, multiples: &[f64], evaluations: &Evaluations<'_>) -> Vec<f64> {
        let moved = |i: usize| {
            let to = self.x[i] + multiples[i] * self.steps[i];
            if to.is_finite() { to } else { self.x[i] }
        };
        let mut point: Vec<f64> = (0..self.x.len()).map(moved).collect();
        evaluations.bounds().project(&mut point);
        point
    }

    /// Returns the inward direction (±1) of each coordinate within this many steps of one bound, and 0 for
    /// coordinates near no bound or near both.
    fn ways_inwards(&self, steps: f64, evaluations: &Evaluations<'_>) -> Vec<f64> {
        let bounds = evaluations.bounds();
        let way = |i: usize| {
            let (below, above) = (self.x[i] - bounds.lower()[i], bounds.upper()[i] - self.x[i]);
            let step = steps * self.steps[i];
            match () {
                () if below < step && above >= step => 1.0,
                () if above < step && below >= step => -1.0,
                () => 0.0,
            }
        };
        (0..self.x.len()).map(way).collect()
    }

    /// Whether a coordinate has this many steps of room in both directions.
    fn has_room(&self, i: usize, steps: f64, evaluations: &Evaluations<'_>) -> bool {
        let (bounds, step) = (evaluations.bounds(), steps * self.steps[i]);
        self.x[i] - bounds.lower()[i] >= step && bounds.upper()[i] - self.x[i] >= step
    }

    /// Whether a difference from the value exceeds rounding.
    fn is_seen(&self, difference: f64) -> bool {
        is_seen(difference, self.value)
    }
}

/// Whether a difference of values of this size exceeds their rounding.
fn is_seen(difference: f64, value: f64) -> bool {
    is_above(ROUNDINGS, difference, value)
}

/// Whether a difference exceeds this many rounding errors of a value.
fn is_above(roundings: f64, difference: f64, value: f64) -> bool {
    difference.is_finite() && difference.abs() > roundings * f64::EPSILON * value.abs()
}

/// Evaluates points around a place.
struct Around<'l, 'p, 'e, 'r> {
    place: &'l Place<'p>,
    evaluations: &'e mut Evaluations<'r>,
}

impl Around<'_, '_, '_, '_> {
    /// Returns the coordinates near a bound and their inward directions.
    fn blocked(&self) -> Vec<(usize, f64)> {
        let ways = self.place.ways_inwards(FAR, self.evaluations);
        ways.into_iter().enumerate().filter(|(_, way)| *way != 0.0).collect()
    }

    /// Returns the rise at these multiples of the steps, NaN if linear constraints exclude the point.
    fn rise(&mut self, multiples: &[f64]) -> Result<f64, Stop> {
        let point = self.place.point(multiples, self.evaluations);
        if !self.evaluations.linear().is_none_or(|linear| linear.hold(&point)) {
            return Ok(f64::NAN);
        }
        Ok(self.evaluations.value(&point)? - self.place.value)
    }

    /// Whether second differences along random directions grow as at a kink. Coordinates near a bound are left out.
    fn bends(&mut self) -> Result<bool, Stop> {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(0);
        let n = self.place.x.len();
        for _ in 0..DIRECTIONS {
            let weights: Vec<f64> = (0..n)
                .map(|i| {
                    let weight = random.random_range(0.5..1.0) * if random.random() { 1.0 } else { -1.0 };
                    if self.place.has_room(i, FAR, self.evaluations) { weight } else { 0.0 }
                })
                .collect();
            if weights.iter().all(|&weight| weight == 0.0) {
                return Ok(false);
            }
            let (near, far) =
                (self.second_difference(&weights, NEAR)?, self.second_difference(&weights, FAR)?);
            let growth = far / near;
            if self.place.is_seen(near) && (LEAST_GROWTH..MOST_GROWTH).contains(&growth) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns `f(x + s d) + f(x - s d) - 2 f(x)`.
    fn second_difference(&mut self, direction: &[f64], steps: f64) -> Result<f64, Stop> {
        let way = |sign: f64| direction.iter().map(|part| sign * steps * part).collect::<Vec<_>>();
        Ok(self.rise(&way(1.0))? + self.rise(&way(-1.0))?)
    }

    /// Whether the rises along the coordinates at bounds fail to add up to the rise along all of them at once.
    /// Without a kink they add up to first order.
    fn bends_at_bounds(&mut self, blocked: &[(usize, f64)]) -> Result<bool, Stop> {
        if blocked.len() < 2 {
            return Ok(false);
        }
        let mut inwards = vec![0.0; self.place.x.len()];
        let (mut sum, mut sizes) = (0.0, 0.0);
        for &(i, way) in blocked {
            let mut along = vec![0.0; inwards.len()];
            (along[i], inwards[i]) = (NEAR * way, NEAR * way);
            let rise = self.rise(&along)?;
            sum += rise;
            sizes += rise.abs();
        }
        let difference = self.rise(&inwards)? - sum;
        Ok(self.place.is_seen(difference) && difference.abs() > NOT_ADDITIVE * sizes)
    }
}

#[cfg(test)]
mod tests;
