//! How much figures would vary with other problems of the same sort.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::Solved;

/// A figure and its band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// The figure itself.
    pub value: f64,
    /// The lower end of the band.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Draws of a bootstrap.
const DRAWS: usize = 1000;

/// A figure of some instances, and the band that holds 95 % of the same figures of instances drawn from them with
/// replacement (Efron 1979; percentile method, Efron & Tibshirani 1993, section 13.3). A thousand draws,
/// seeded.
///
/// ```
/// use compare::analysis::{Solved, band, data_profile};
///
/// let evaluations = (1..=100).map(|t| vec![Some(2 * t)]).collect();
/// let solved = Solved { dimensions: vec![1; 100], evaluations };
/// let half = band(&solved, 1, |solved| data_profile(solved, 0).at(50.0));
/// assert_eq!(half.value, 0.5);
/// // Half of a hundred, give or take two standard deviations of 0.05.
/// assert!((half.low - 0.4).abs() < 0.03 && (half.high - 0.6).abs() < 0.03);
/// ```
pub fn band(solved: &Solved, seed: u64, figure: impl Fn(&Solved) -> f64) -> Band {
    let value = figure(solved);
    let count = solved.evaluations.len();
    if count == 0 {
        return Band { value, low: value, high: value };
    }
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut draw = || {
        let chosen: Vec<usize> = (0..count).map(|_| random.random_range(0..count)).collect();
        let dimensions = chosen.iter().map(|&k| solved.dimensions[k]).collect();
        let evaluations = chosen.iter().map(|&k| solved.evaluations[k].clone()).collect();
        figure(&Solved { dimensions, evaluations })
    };
    let mut figures: Vec<f64> = (0..DRAWS).map(|_| draw()).collect();
    figures.sort_by(f64::total_cmp);
    let at = |part: f64| figures[(part * (DRAWS - 1) as f64).round() as usize];
    Band { value, low: at(0.025), high: at(0.975) }
}
