//! A Latin hypercube within the bounds (McKay, Beckman & Conover 1979, section 2.3).

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::Probe;
use crate::Stop;

/// On a side without a bound, the range ends this many poll steps from the incumbent.
const STEPS_TO_AN_OPEN_SIDE: f64 = 10.0;

pub(super) fn search(probe: &mut Probe<'_, '_>, most: u64) -> Result<(), Stop> {
    let points = points(most as usize, &ranges(probe), &mut probe.generator());
    probe.try_in_order(&points)
}

/// Returns the range of each coordinate.
pub(super) fn ranges(probe: &Probe<'_, '_>) -> Vec<(f64, f64)> {
    let (x, reach, bounds) = (probe.incumbent(), probe.reach(), probe.bounds());
    let range = |i: usize| {
        let (lower, upper) = (bounds.lower()[i], bounds.upper()[i]);
        let around = STEPS_TO_AN_OPEN_SIDE * reach[i];
        let low = if lower.is_finite() { lower } else { (x[i] - around).max(-f64::MAX) };
        (low, if upper.is_finite() { upper } else { (x[i] + around).min(f64::MAX) })
    };
    (0..x.len()).map(range).collect()
}

/// Returns `count` points, one in each stratum of each coordinate's range.
pub(super) fn points(
    count: usize,
    ranges: &[(f64, f64)],
    generator: &mut Xoshiro256PlusPlus,
) -> Vec<Vec<f64>> {
    let mut points = vec![vec![0.0; ranges.len()]; count];
    let mut strata: Vec<usize> = (0..count).collect();
    for (i, &(low, high)) in ranges.iter().enumerate() {
        strata.shuffle(generator);
        for (point, &stratum) in points.iter_mut().zip(&strata) {
            let part = (stratum as f64 + generator.random::<f64>()) / count as f64;
            // As two terms, since the length of a range may overflow.
            point[i] = (1.0 - part) * low + part * high;
        }
    }
    points
}
