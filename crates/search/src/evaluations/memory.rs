//! Points that have been evaluated: a cache that answers in place of the objective, and what search steps learn from.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::{Evaluations, Values};
use crate::Failure;

/// Points that have been evaluated, at most so many of the last ones.
pub(crate) struct Memory {
    most: usize,
    /// Up to which distance along each coordinate a point counts as known; none if the memory does not answer.
    tolerance: Option<f64>,
    points: VecDeque<Known>,
    /// How many have been forgotten: the number of the first of the points.
    forgotten: u64,
    /// The points by their keys: those near each other have keys near each other.
    index: BTreeSet<(u64, u64)>,
}

/// An evaluated point, and its value if it has one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Known {
    x: Vec<f64>,
    value: Option<f64>,
}

impl Memory {
    /// One that keeps so many points.
    pub(crate) fn of(most: usize) -> Self {
        Memory { most, tolerance: None, points: VecDeque::new(), forgotten: 0, index: BTreeSet::new() }
    }

    /// A cache of so many points.
    pub(crate) fn answering(most: usize, tolerance: f64) -> Self {
        Memory { tolerance: Some(tolerance), ..Memory::of(most) }
    }

    /// The same, knowing what another memory knows.
    pub(super) fn knowing(mut self, other: Memory) -> Self {
        if !self.is_off() {
            other.points.into_iter().for_each(|known| self.push(known));
        }
        self
    }

    pub(super) fn is_off(&self) -> bool {
        self.most == 0
    }

    pub(super) fn points(&self) -> impl Iterator<Item = &Known> {
        self.points.iter()
    }

    /// The points that have a value.
    pub(super) fn values(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.points.iter().filter_map(|known| known.value.map(|value| (known.x.as_slice(), value)))
    }

    pub(super) fn keep(&mut self, x: &[f64], attempt: &Result<Values, Failure>) {
        if !self.is_off() {
            self.push(Known { x: x.to_vec(), value: attempt.as_ref().ok().map(|values| values.value) });
        }
    }

    fn push(&mut self, known: Known) {
        if self.points.len() == self.most
            && let Some(oldest) = self.points.pop_front()
        {
            self.index.remove(&(ordered(key(&oldest.x)), self.forgotten));
            self.forgotten += 1;
        }
        if self.tolerance.is_some() {
            let number = self.forgotten + self.points.len() as u64;
            self.index.insert((ordered(key(&known.x)), number));
        }
        self.points.push_back(known);
    }

    /// The value of a point that has been evaluated, infinite if it has none; and infinite if the point has only been
    /// evaluated nearly: it is not to be evaluated, and must not win by another point's value.
    pub(super) fn recall(&self, x: &[f64]) -> Option<f64> {
        let tolerance = self.tolerance?;
        let (key, reach) = (key(x), tolerance + rounding(x, tolerance));
        let near = self.index.range((ordered(key - reach), 0)..=(ordered(key + reach), u64::MAX));
        let known = near.map(|&(_, number)| &self.points[(number - self.forgotten) as usize]);
        let distances = known.map(|known| (distance(&known.x, x), known)).filter(|near| near.0 <= tolerance);
        let (distance, known) = distances.min_by(|a, b| a.0.total_cmp(&b.0))?;
        Some(known.value.filter(|_| distance == 0.0).unwrap_or(f64::INFINITY))
    }
}

impl From<Vec<Known>> for Memory {
    fn from(known: Vec<Known>) -> Self {
        Memory { points: known.into(), ..Memory::of(0) }
    }
}

impl Evaluations<'_> {
    /// Keeps points from now on, beside those that a run before kept; from then on every evaluation is a whole one.
    pub(crate) fn remember(&mut self, memory: Memory) {
        self.memory = memory.knowing(std::mem::replace(&mut self.memory, Memory::of(0)));
    }

    /// The points kept that have a value, the oldest first.
    pub(crate) fn remembered(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.memory.values()
    }

    /// The value of a point that need not be evaluated again, infinite where there is none.
    pub(super) fn recall(&mut self, x: &[f64]) -> Option<f64> {
        let known = self.memory.recall(x)?;
        self.counts.cached += 1;
        Some(known)
    }
}

/// The greatest distance along a coordinate; infinite between points of different dimensions.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    if a.len() != b.len() {
        return f64::INFINITY;
    }
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// A mean of the coordinates, weighted so that different points hardly ever have the same: it differs between two points
/// by no more than their greatest distance along a coordinate.
fn key(x: &[f64]) -> f64 {
    // By the fractional parts of multiples of the golden ratio, from 1/4 to 1/2.
    let weight = |i: usize| 0.25 + 0.25 * ((i as f64 + 1.0) * 0.618_033_988_749_894_9).fract();
    let n = x.len() as f64;
    x.iter().enumerate().fold(0.0, |key, (i, x)| key + weight(i) / n * x)
}

/// How much the difference between the keys of a point and one as near as this may be off by rounding.
fn rounding(x: &[f64], tolerance: f64) -> f64 {
    let largest = x.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
    2.0 * (x.len() as f64 + 2.0) * f64::EPSILON * (largest + tolerance)
}

/// The bits of a number in an order that is the numbers'.
fn ordered(number: f64) -> u64 {
    // Zero has one sign here.
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

#[cfg(test)]
mod tests;
