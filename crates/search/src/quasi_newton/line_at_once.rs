//! Line searches whose lengths are evaluated together, with the differences around the most likely of them.

use super::descent::Descent;
use super::differences::{Beside, Shown, Sides};
use super::place::Place;
use crate::{Evaluations, Stop};

use serde::{Deserialize, Serialize};

/// The most lengths of one round, and the most rounds.
const LENGTHS: usize = 8;
const ROUNDS: usize = 3;

/// The ratio of neighbouring lengths.
const RATIO: f64 = 2.0;

/// The differences around a point, known before an iteration asks for them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Ahead {
    x: Vec<f64>,
    sides: Sides,
    shown: Shown,
}

impl Ahead {
    /// The differences, if they are those around this place.
    pub(super) fn at(self, place: &Place, sides: Sides) -> Option<Shown> {
        (self.x == place.x && self.sides == sides).then_some(self.shown)
    }
}

/// A point of the line, and the points beside it.
struct Trial {
    place: Place,
    beside: Option<Beside>,
}

impl Descent {
    /// Searches along a direction in units, whose slope is negative, and moves to the best point. Each round tries several
    /// lengths at once, and of the first of them as many with the differences around as the batch has room for. Returns
    /// the fall.
    pub(super) fn search_at_once(
        &mut self,
        place: &mut Place,
        direction: &[f64],
        batch: usize,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<f64, Stop> {
        let (from, sides) = (place.clone(), self.sides());
        let whole = 1 + sides.count() * direction.len();
        // The differences of a fit are fewer, and not known ahead.
        let with_differences = if self.fit.is_some() { 0 } else { (batch / whole).min(LENGTHS) };
        let count = with_differences + (batch - with_differences * whole);
        let mut lengths = around_one(count.min(LENGTHS));
        for _ in 0..ROUNDS {
            let best =
                self.try_lengths(place, (&from, direction), &lengths, with_differences, evaluations)?;
            let (shortest, longest) = ends(&lengths);
            lengths = match best {
                None if place.value < from.value => break,
                None => (1..=lengths.len()).map(|k| shortest * RATIO.powi(-(k as i32))).collect(),
                Some(best) if best == longest => {
                    (1..=lengths.len()).map(|k| longest * RATIO.powi(k as i32)).collect()
                }
                Some(_) => break,
            };
        }
        Ok(from.rise(place.value, from.value))
    }

    /// Tries these lengths at once, and moves to the best if it is better. Returns its length.
    fn try_lengths(
        &mut self,
        place: &mut Place,
        (from, direction): (&Place, &[f64]),
        lengths: &[f64],
        with_differences: usize,
        evaluations: &mut Evaluations<'_>,
    ) -> Result<Option<f64>, Stop> {
        let (sides, bounds) = (self.sides(), evaluations.bounds());
        let mut trials: Vec<(f64, Trial)> = Vec::new();
        for &length in lengths {
            let x = from.point(direction, length, bounds);
            if x == from.x || x == place.x || trials.iter().any(|(_, trial)| trial.place.x == x) {
                continue;
            }
            let there = from.at_point(x);
            let upwards = |i: usize| self.leads_upwards(i);
            let beside = (trials.len() < with_differences)
                .then(|| Beside::of(&there, (&self.noise, &self.curvatures), sides, upwards, bounds));
            trials.push((length, Trial { place: there, beside }));
        }
        let points: Vec<_> = trials.iter().flat_map(|(_, trial)| trial.points(sides)).collect();
        let mut values = evaluations.values(&points)?.into_iter();
        let mut best = None;
        for (length, mut trial) in trials {
            trial.take(sides, &mut values);
            if place.see(&trial.place.x, trial.place.value) {
                best = Some(length);
                self.ahead = self.differences_ahead(trial, sides);
            }
        }
        Ok(best)
    }

    /// The differences around a trial, if all of them have values.
    fn differences_ahead(&self, Trial { place, beside }: Trial, sides: Sides) -> Option<Ahead> {
        let beside = beside.filter(|beside| beside.is_whole(&beside.turns(&place, sides)))?;
        let shown = beside.shown(&place, &self.noise, &self.curvatures);
        Some(Ahead { x: place.x, sides, shown })
    }
}

impl Trial {
    /// The point, and those beside it.
    fn points(&self, sides: Sides) -> Vec<Vec<f64>> {
        let beside = self.beside.iter().flat_map(|beside| {
            beside.turns(&self.place, sides).into_iter().map(|turn| beside.point(&self.place, turn))
        });
        std::iter::once(self.place.x.clone()).chain(beside).collect()
    }

    /// Takes the values of these points.
    fn take(&mut self, sides: Sides, values: &mut impl Iterator<Item = f64>) {
        self.place.value = values.next().unwrap_or(f64::INFINITY);
        let Trial { place, beside: Some(beside) } = self else { return };
        for turn in beside.turns(place, sides) {
            beside.take(place, turn, values.next().unwrap_or(f64::INFINITY));
        }
    }
}

/// The lengths 1, ½, 2, ¼, 4, ...
fn around_one(count: usize) -> Vec<f64> {
    let exponent = |k: i32| if k % 2 == 1 { -(k + 1) / 2 } else { k / 2 };
    (0..count as i32).map(|k| RATIO.powi(exponent(k))).collect()
}

/// The least and the largest of some numbers.
fn ends(numbers: &[f64]) -> (f64, f64) {
    numbers.iter().fold((f64::INFINITY, 0.0), |(least, most), x| (least.min(*x), most.max(*x)))
}

#[cfg(test)]
mod tests;
