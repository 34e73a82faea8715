//! Bands: how much figures would vary with other problems of the same kind.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A figure and its band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// The figure itself.
    pub value: f64,
    /// The lower and the upper end of the band; `None` for a single problem, which says nothing about others.
    pub ends: Option<(f64, f64)>,
}

/// Draws of a bootstrap.
const DRAWS: usize = 1000;

/// A figure of a number of problems, given by their indices, and the band that holds 95 % of the same figures
/// of problems drawn from them with replacement (Efron 1979; percentile method, Efron & Tibshirani 1993,
/// section 13.3). The band uses a thousand seeded draws.
///
/// ```
/// use compare::analysis::band;
///
/// // The share of a hundred problems below the fiftieth.
/// let half = band(100, 1, |drawn| drawn.iter().filter(|&&k| k < 50).count() as f64 / drawn.len() as f64);
/// assert_eq!(half.value, 0.5);
/// // Half, give or take two standard deviations of 0.05.
/// let (low, high) = half.ends.expect("there is more than one problem");
/// assert!((low - 0.4).abs() < 0.03 && (high - 0.6).abs() < 0.03);
/// assert_eq!(band(1, 1, |_| 0.5).ends, None);
/// ```
pub fn band(problems: usize, seed: u64, figure: impl Fn(&[usize]) -> f64) -> Band {
    bands(problems, seed, |drawn| vec![figure(drawn)])[0]
}

/// Like [`band`], for several figures of the same draws.
pub(super) fn bands(problems: usize, seed: u64, figures: impl Fn(&[usize]) -> Vec<f64>) -> Vec<Band> {
    let all: Vec<usize> = (0..problems).collect();
    let values = figures(&all);
    if problems < 2 {
        return values.into_iter().map(|value| Band { value, ends: None }).collect();
    }
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut draw = || {
        let drawn: Vec<usize> = (0..problems).map(|_| random.random_range(0..problems)).collect();
        figures(&drawn)
    };
    let draws: Vec<Vec<f64>> = (0..DRAWS).map(|_| draw()).collect();
    let of = |(k, &value): (usize, &f64)| {
        let mut drawn: Vec<f64> = draws.iter().map(|figures| figures[k]).collect();
        drawn.sort_by(f64::total_cmp);
        let at = |part: f64| drawn[(part * (DRAWS - 1) as f64).round() as usize];
        Band { value, ends: Some((at(0.025), at(0.975))) }
    };
    values.iter().enumerate().map(of).collect()
}
