//! Known points: they answer in place of the objective, and the best of them is the start.

use std::collections::HashMap;

use super::constrained::{TOLERANCE, is_better};
use super::{Evaluations, Seen, Stop};
use crate::problem::known::Known;
use crate::{ConstraintValues, Problem};

/// The places of the known points by their coordinates.
#[derive(Default)]
pub(super) struct Table(HashMap<Vec<u64>, usize>);

impl Table {
    pub(super) fn of(problem: &Problem<'_>) -> Self {
        let mut places = HashMap::new();
        for (place, known) in problem.known().iter().enumerate() {
            places.entry(key(&known.x)).or_insert(place);
        }
        Table(places)
    }

    #[inline]
    pub(super) fn place(&self, x: &[f64]) -> Option<usize> {
        if self.0.is_empty() { None } else { self.0.get(&key(x)).copied() }
    }
}

/// The bits of a point, in which -0 is 0.
fn key(x: &[f64]) -> Vec<u64> {
    x.iter().map(|value| (value + 0.0).to_bits()).collect()
}

/// Returns the best known point that satisfies the linear constraints.
pub(super) fn best_known<'p>(problem: &'p Problem<'_>, tolerance: f64) -> Option<&'p Known> {
    let obeys =
        |x: &[f64]| problem.linear().is_none_or(|linear| linear.first_violated(x, tolerance).is_none());
    best_of(problem.known().iter().filter(|known| obeys(&known.x)))
}

/// Returns the best of some points, the first of several.
fn best_of<'p>(points: impl Iterator<Item = &'p Known>) -> Option<&'p Known> {
    let standing = |known: &Known| {
        (known.values.value, known.values.constraints().map_or(0.0, ConstraintValues::violation))
    };
    points.reduce(
        |best, known| {
            if is_better(standing(known), standing(best), TOLERANCE) { known } else { best }
        },
    )
}

impl Evaluations<'_> {
    /// The points whose values are known from the beginning ([`Problem::knowing`]), in the order in which they
    /// were given. They cost no evaluation.
    pub fn known(&self) -> Vec<Seen> {
        self.problem.known().iter().map(|known| self.seen_at(&known.x, &known.values)).collect()
    }

    /// The points of a neighbouring problem and their values there ([`Problem::hinted`]), in the order in which they
    /// were given. They may lie outside the bounds. The first of several searches has the hint alone: the others begin
    /// elsewhere.
    pub fn hint(&self) -> Vec<Seen> {
        let hint = if self.earlier.searches == 0 { self.problem.hint() } else { &[] };
        hint.iter().map(|point| self.seen_at(&point.x, &point.values)).collect()
    }

    /// The best point of the hint, if there is one.
    pub(crate) fn best_of_hint(&self) -> Option<Seen> {
        let best = best_of(self.problem.hint().iter()).filter(|_| self.earlier.searches == 0)?;
        Some(self.seen_at(&best.x, &best.values))
    }

    /// Takes the best known point, at which the run starts, as its best so far.
    pub(super) fn begin_at_known(&mut self) -> Result<(), Stop> {
        match self.table.place(&self.start) {
            Some(place) if self.restored.is_none() => {
                let start = self.start.clone();
                self.known_value(&start, place).map(|_| ())
            }
            _ => Ok(()),
        }
    }

    /// Returns the value of a known point, which counts as no evaluation.
    pub(super) fn known_value(&mut self, x: &[f64], place: usize) -> Result<f64, Stop> {
        self.check_point(x)?;
        let values = &self.problem.known()[place].values;
        self.memory.keep(x, Some(values.value));
        if self.take_if_best(x, values) {
            self.tell_best(x, values.value)?;
        }
        Ok(self.judged(x, values))
    }
}
