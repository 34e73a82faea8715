//! Evaluated points, used as a cache in place of the objective and as data for search steps.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::Evaluations;

/// The most recently evaluated points, at most `most` of them.
pub(crate) struct Memory {
    most: usize,
    /// The distance along each coordinate within which a point counts as known; `None` if this is not a
    /// cache.
    tolerance: Option<f64>,
    points: VecDeque<Known>,
    /// How many points have been dropped, which is the number of the first point kept.
    forgotten: u64,
    /// The numbers of the points by their keys. Nearby points have nearby keys.
    index: BTreeSet<(u64, u64)>,
}

/// An evaluated point, and its value unless the evaluation failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Known {
    x: Vec<f64>,
    value: Option<f64>,
}

impl Memory {
    /// Creates a memory of at most `most` points, which is not a cache.
    pub(crate) fn of(most: usize) -> Self {
        Memory { most, tolerance: None, points: VecDeque::new(), forgotten: 0, index: BTreeSet::new() }
    }

    /// Creates a cache of at most `most` points.
    pub(crate) fn answering(most: usize, tolerance: f64) -> Self {
        Memory { tolerance: Some(tolerance), ..Memory::of(most) }
    }

    /// Adds the points of another memory.
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

    /// The points that have a value, with their values.
    pub(super) fn values(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.points.iter().filter_map(|known| known.value.map(|value| (known.x.as_slice(), value)))
    }

    /// Adds a point, whose value is `None` if its evaluation failed.
    #[inline]
    pub(super) fn keep(&mut self, x: &[f64], value: Option<f64>) {
        if !self.is_off() {
            self.push(Known { x: x.to_vec(), value });
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

    /// Returns the value of a known point, infinite if its evaluation failed. It is also infinite for a point
    /// within the tolerance of a known one: that point is not evaluated, and must not be accepted by the
    /// value of another.
    #[inline]
    pub(super) fn recall(&self, x: &[f64]) -> Option<f64> {
        self.tolerance.and_then(|tolerance| self.recall_within(tolerance, x))
    }

    fn recall_within(&self, tolerance: f64, x: &[f64]) -> Option<f64> {
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
    /// Keeps points from now on, in addition to those of a resumed run. Every later evaluation is a whole
    /// one.
    pub(crate) fn remember(&mut self, memory: Memory) {
        self.memory = memory.knowing(std::mem::replace(&mut self.memory, Memory::of(0)));
    }

    /// The kept points that have a value, the oldest first.
    pub(crate) fn remembered(&self) -> impl Iterator<Item = (&[f64], f64)> {
        self.memory.values()
    }

    /// Returns the value of a cached point, infinite if it has none, and counts the hit.
    pub(super) fn recall(&mut self, x: &[f64]) -> Option<f64> {
        let known = self.memory.recall(x)?;
        self.counts.cached += 1;
        Some(known)
    }
}

/// The maximum norm of the difference; infinite between points of different dimensions.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    if a.len() != b.len() {
        return f64::INFINITY;
    }
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// Returns a weighted mean of the coordinates, which rarely coincides for different points. The keys of two
/// points differ by no more than the maximum norm of their difference.
fn key(x: &[f64]) -> f64 {
    // Weights in [1/4, 1/2), from the fractional parts of multiples of the golden ratio.
    let weight = |i: usize| 0.25 + 0.25 * ((i as f64 + 1.0) * 0.618_033_988_749_894_9).fract();
    let n = x.len() as f64;
    x.iter().enumerate().fold(0.0, |key, (i, x)| key + weight(i) / n * x)
}

/// Returns a bound on the rounding error of the difference between the keys of `x` and of a point within
/// `tolerance`.
fn rounding(x: &[f64], tolerance: f64) -> f64 {
    let largest = x.iter().fold(0.0, |largest: f64, x| largest.max(x.abs()));
    2.0 * (x.len() as f64 + 2.0) * f64::EPSILON * (largest + tolerance)
}

/// Maps a number to bits whose order as integers is that of the numbers.
fn ordered(number: f64) -> u64 {
    // Turns -0 into 0.
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

#[cfg(test)]
mod tests;
