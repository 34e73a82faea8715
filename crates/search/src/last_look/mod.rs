//! The last look before a search says that it has converged.
//!
//! Where all polls along the coordinates fail, the point may still be no minimum: at a kink that belongs to no coordinate, above
//! all at one that meets active bounds, the directions that lead down are none of the poll's. The look asks a few points
//! whether there is such a kink. Only where there is one, it pays for gradients nearby and follows their steepest
//! common descent.

mod gradients;
mod least_norm;
mod smoothness;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use crate::{Evaluations, LinearConstraints, Stop};
use gradients::descend;
use smoothness::Smoothness;

/// The nearest and the furthest points at which kinks are looked for, in steps of the last poll. A poll fails at a kink only if
/// that is within a step; seen from these distances it is where the point is.
const NEAR: f64 = 4.0;
const FAR: f64 = 32.0;

/// How the second difference grows from near to far: by their ratio, 8, at a kink, by its square, 64, where the function is
/// smooth, and anyhow where there is noise. Between these two it grows as at a kink.
const LEAST_GROWTH: f64 = 5.0;
const MOST_GROWTH: f64 = 22.0;

/// A sum of rises and the rise to the joint point differ by more than this part of their sizes where there is a kink.
const NOT_ADDITIVE: f64 = 0.1;

/// Differences below this many roundings of the value say nothing.
const ROUNDINGS: f64 = 64.0;

/// The part of all that the run has gained before that a look has to gain for the search to go on.
const WORTHWHILE: f64 = 1e-7;

/// The part of the value that is worth it as well.
const OF_THE_VALUE: f64 = 1e-3;

/// How many random directions are asked for kinks.
const DIRECTIONS: usize = 2;

/// Whether a search has taken its last look, and what it knows for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LastLook {
    start_value: f64,
    smoothness: Smoothness,
    /// Whether the search has looked, and found nothing that is worth another look.
    is_over: bool,
}

/// A point at which polls have failed.
pub(crate) struct Place<'p> {
    pub(crate) x: &'p [f64],
    pub(crate) value: f64,
    /// The step of the last poll along each coordinate.
    pub(crate) steps: &'p [f64],
}

/// A better point, and its value.
pub(crate) type Better = (Vec<f64>, f64);

impl LastLook {
    /// That of a search whose start has this value; over at once where none is wanted.
    pub(crate) fn of_a_search_from(start_value: f64, is_wanted: bool) -> Self {
        LastLook { start_value, smoothness: Smoothness::default(), is_over: !is_wanted }
    }

    /// Whether the search has looked, and found nothing that is worth another look.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Learns from a failed poll of this mesh size: how far up its points were, up each coordinate, then down each; nothing where it was
    /// along other directions.
    pub(crate) fn learn(&mut self, size: f64, rises: &[f64], value: f64) {
        self.smoothness.learn(size, rises, value);
    }

    /// The best point there is, if the look has found one that is better than the place where polls have failed, or the search has
    /// passed one: around it, polls have yet to fail. On a grid, and under linear equalities, there is no look.
    pub(crate) fn take(
        &mut self,
        place: &Place<'_>,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<Better>, Stop> {
        let better = if self.sees_kink(place, evaluations)? { descend(place, evaluations)? } else { None };
        let is_worthwhile = |(_, value): (_, f64)| self.is_worthwhile(place.value - value, place.value);
        self.is_over = !better.is_some_and(is_worthwhile);
        let (x, value) = evaluations.best();
        Ok((value < place.value).then(|| (x.to_vec(), value)))
    }

    /// Whether it is worth to go on after a gain from this value: as a part of all that was gained before, or, where the start was
    /// bad beyond measure, of the value itself, unless that is but rounding beside the start's.
    pub(crate) fn is_worthwhile(&self, gain: f64, from: f64) -> bool {
        let (before, value) = (self.start_value - from, (from - gain).abs());
        let of_the_value = gain > OF_THE_VALUE * value;
        // From a start without a value all that was gained is infinite.
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
        // One coordinate alone is no matter: polls go along it.
        let kinks = match self.smoothness.kinks() {
            Some(kinks) => kinks > 0 && kinks + blocked.len() > 1,
            None => around.bends()?,
        };
        Ok(kinks || around.bends_at_bounds(&blocked)?)
    }
}

impl Place<'_> {
    /// A better point, if there is one; else this one.
    fn moved_to<'b>(&'b self, better: Option<&'b Better>) -> Place<'b> {
        let (x, value) = better.map_or((self.x, self.value), |(x, value)| (x, *value));
        Place { x, value, ..*self }
    }

    /// The point at these multiples of the steps, moved onto the bounds.
    fn point(&self, multiples: &[f64], evaluations: &Evaluations<'_>) -> Vec<f64> {
        let moved = |i: usize| {
            let to = self.x[i] + multiples[i] * self.steps[i];
            if to.is_finite() { to } else { self.x[i] }
        };
        let mut point: Vec<f64> = (0..self.x.len()).map(moved).collect();
        evaluations.bounds().project(&mut point);
        point
    }

    /// The way into the box along each coordinate that is within so many steps of a bound, 0 along the others and where the bounds
    /// leave no way.
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

    /// Whether there are this many steps of room along a coordinate, both ways.
    fn has_room(&self, i: usize, steps: f64, evaluations: &Evaluations<'_>) -> bool {
        let (bounds, step) = (evaluations.bounds(), steps * self.steps[i]);
        self.x[i] - bounds.lower()[i] >= step && bounds.upper()[i] - self.x[i] >= step
    }

    /// Whether a difference from the value is more than rounding.
    fn is_seen(&self, difference: f64) -> bool {
        is_seen(difference, self.value)
    }
}

/// Whether a difference of values about this large is more than their rounding.
fn is_seen(difference: f64, value: f64) -> bool {
    is_above(ROUNDINGS, difference, value)
}

/// Whether a difference is more than so many roundings of a value.
fn is_above(roundings: f64, difference: f64, value: f64) -> bool {
    difference.is_finite() && difference.abs() > roundings * f64::EPSILON * value.abs()
}

/// The points around a place.
struct Around<'l, 'p, 'e, 'r> {
    place: &'l Place<'p>,
    evaluations: &'e mut Evaluations<'r>,
}

impl Around<'_, '_, '_, '_> {
    /// The coordinates near a bound, and the ways into the box.
    fn blocked(&self) -> Vec<(usize, f64)> {
        let ways = self.place.ways_inwards(FAR, self.evaluations);
        ways.into_iter().enumerate().filter(|(_, way)| *way != 0.0).collect()
    }

    /// How far up the point at these multiples of the steps is; NaN where linear constraints exclude it.
    fn rise(&mut self, multiples: &[f64]) -> Result<f64, Stop> {
        let point = self.place.point(multiples, self.evaluations);
        if !self.evaluations.linear().is_none_or(|linear| linear.hold(&point)) {
            return Ok(f64::NAN);
        }
        Ok(self.evaluations.value(&point)? - self.place.value)
    }

    /// Whether second differences along random directions grow as at a kink. The directions leave alone what a bound is near.
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

    /// `f(x + s d) + f(x - s d) - 2 f(x)`.
    fn second_difference(&mut self, direction: &[f64], steps: f64) -> Result<f64, Stop> {
        let way = |sign: f64| direction.iter().map(|part| sign * steps * part).collect::<Vec<_>>();
        Ok(self.rise(&way(1.0))? + self.rise(&way(-1.0))?)
    }

    /// Whether the rises along several coordinates that start at a bound do not add up to the rise along all of them at once, as they
    /// do to first order where there is no kink.
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
