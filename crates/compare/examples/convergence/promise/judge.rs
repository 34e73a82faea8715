//! Decides, without any solver, if a point is a local minimum.

use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::problems::Sample;

/// A point is at a minimum if its excess over the minimum is at most this fraction of the excess of the
/// start.
pub(crate) const PART: f64 = 1e-4;

/// A neighbour on the grid is better if it is lower by more than this fraction of the value.
const ROUNDING: f64 = 1e-12;

/// The first, the longest and the last step of the local search, in units of each coordinate.
const STEPS: [f64; 3] = [1e-3, 0.1, 1e-8];

/// Directions of the local search for each step, times n.
const DIRECTIONS: usize = 10;

/// Evaluations of the local search.
const EVALUATIONS: usize = 40_000;

/// The verdict on a point.
pub(crate) struct Verdict {
    /// The excess of the point as a fraction of the excess of the start. The reference is the known minimum,
    /// or else the point that the local search reaches from here.
    pub(crate) lacking: f64,
    /// Whether a neighbour, one step along a granular coordinate, is better.
    pub(crate) better_neighbour: bool,
}

impl Verdict {
    pub(crate) fn holds(&self) -> bool {
        self.lacking <= PART && !self.better_neighbour
    }
}

/// Judges a point.
pub(crate) fn judge(sample: &Sample, x: &[f64]) -> Verdict {
    let value = sample.value(x);
    let neighbours = sample.neighbours(x);
    let better = |y: &Vec<f64>| sample.value(y) < value - ROUNDING * value.abs();
    let least = sample.least.unwrap_or_else(|| local_minimum(sample, x));
    let (lacks, start_lacks) = (value - least, sample.value(sample.problem.start()) - least);
    let lacking = if lacks <= 0.0 { 0.0 } else { lacks / start_lacks };
    Verdict { lacking, better_neighbour: neighbours.iter().any(better) }
}

/// The value where a search in random directions ends.
fn local_minimum(sample: &Sample, x: &[f64]) -> f64 {
    let [first, longest, last] = STEPS;
    let mut random = Xoshiro256PlusPlus::seed_from_u64(sample.seed);
    let (mut x, mut value, mut step, mut evaluations) = (x.to_vec(), sample.value(x), first, 0);
    while step > last && evaluations < EVALUATIONS {
        let mut improved = false;
        for number in 0..DIRECTIONS * x.len() {
            let mut move_by = direction(sample, number, &mut random);
            move_by.iter_mut().for_each(|part| *part *= step);
            // Continue as long as that is better.
            loop {
                let beside = sample.moved(&x, &move_by);
                evaluations += 1;
                let there = sample.value(&beside);
                if there >= value {
                    break;
                }
                (x, value, improved) = (beside, there, true);
                move_by.iter_mut().for_each(|part| *part *= 2.0);
            }
        }
        for beside in sample.neighbours(&x) {
            let there = sample.value(&beside);
            if there < value {
                (x, value, improved) = (beside, there, true);
            }
        }
        step = if improved { longest.min(2.0 * step) } else { step / 4.0 };
    }
    value
}

/// An axis, in both directions, or any direction.
fn direction(sample: &Sample, number: usize, random: &mut Xoshiro256PlusPlus) -> Vec<f64> {
    let n = sample.problem.dimension();
    if number < 2 * n {
        let sign = if number < n { 1.0 } else { -1.0 };
        (0..n).map(|i| if i == number % n { sign } else { 0.0 }).collect()
    } else {
        (0..n).map(|_| random.sample(StandardNormal)).collect()
    }
}
