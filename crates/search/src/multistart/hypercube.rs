//! A Latin hypercube (McKay, Beckman & Conover 1979, section 2.3) with points drawn on demand.

use std::collections::HashMap;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The points of a Latin hypercube, each in a different stratum of each coordinate's range.
#[derive(Debug)]
pub(super) struct Hypercube {
    ranges: Vec<(f64, f64)>,
    strata: Vec<Shuffle>,
    generator: Xoshiro256PlusPlus,
}

/// A Fisher-Yates shuffle of the numbers below `count` that stores only the numbers it has moved.
#[derive(Debug, Clone)]
struct Shuffle {
    drawn: u64,
    count: u64,
    /// Numbers that are not at their original place.
    moved: HashMap<u64, u64>,
}

impl Hypercube {
    /// Creates a hypercube of `count` points within these ranges.
    pub(super) fn of(count: u64, ranges: Vec<(f64, f64)>, seed: u64) -> Self {
        let strata = vec![Shuffle { drawn: 0, count, moved: HashMap::new() }; ranges.len()];
        Hypercube { ranges, strata, generator: Xoshiro256PlusPlus::seed_from_u64(seed) }
    }
}

impl Iterator for Hypercube {
    type Item = Vec<f64>;

    fn next(&mut self) -> Option<Vec<f64>> {
        let generator = &mut self.generator;
        let coordinate = |(&(low, high), strata): (&(f64, f64), &mut Shuffle)| {
            let part = (strata.next(generator)? as f64 + generator.random::<f64>()) / strata.count as f64;
            // As two terms, since the length of a range may overflow.
            Some((1.0 - part) * low + part * high)
        };
        self.ranges.iter().zip(&mut self.strata).map(coordinate).collect()
    }
}

impl Shuffle {
    /// Returns the next number, if any is left.
    fn next(&mut self, generator: &mut Xoshiro256PlusPlus) -> Option<u64> {
        let place = self.drawn;
        if place == self.count {
            return None;
        }
        self.drawn += 1;
        let other = generator.random_range(place..self.count);
        let here = self.moved.remove(&place).unwrap_or(place);
        Some(if other == place { here } else { self.moved.insert(other, here).unwrap_or(other) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stratum_has_one_point() {
        for count in [1, 2, 3, 17, 200] {
            let ranges = vec![(0.0, count as f64), (-1.0, 1.0), (-f64::MAX, f64::MAX)];
            let points: Vec<Vec<f64>> = Hypercube::of(count, ranges, 7).collect();
            let strata = |i: usize, low: f64, half: f64| {
                let stratum = |x: &Vec<f64>| ((x[i] / half - low / half) / 2.0 * count as f64) as u64;
                let mut strata: Vec<u64> = points.iter().map(stratum).collect();
                strata.sort_unstable();
                strata
            };
            let all: Vec<u64> = (0..count).collect();
            assert_eq!(strata(0, 0.0, count as f64 / 2.0), all);
            assert_eq!(strata(1, -1.0, 1.0), all);
            assert_eq!(strata(2, -f64::MAX, f64::MAX), all);
        }
    }

    /// Each of the 24 orders of four numbers is equally frequent: chi-squared with 23 degrees of freedom exceeds 60
    /// with probability 4e-5.
    #[test]
    fn each_order_is_as_likely() {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(1);
        let mut counts = HashMap::<Vec<u64>, f64>::new();
        for _ in 0..24_000 {
            let mut shuffle = Shuffle { drawn: 0, count: 4, moved: HashMap::new() };
            let order: Vec<u64> = std::iter::from_fn(|| shuffle.next(&mut generator)).collect();
            *counts.entry(order).or_default() += 1.0;
        }
        let chi_squared: f64 = counts.values().map(|count| (count - 1000.0).powi(2) / 1000.0).sum();
        assert!(counts.len() == 24 && chi_squared < 60.0, "{chi_squared}");
    }
}
