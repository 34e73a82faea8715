//! Detection of kinks from failed polls.

use serde::{Deserialize, Serialize};

use super::{ROUNDINGS, is_above};

/// Second differences h grow with the power p of the step: p = 2 on a smooth function, p = 1 at a kink. A growth
/// below this power shows a kink.
const SMOOTH: f64 = 1.5;

/// A growth above this power shows a kink that only the longer step has reached.
const OUT_OF_REACH: f64 = 3.0;

/// A power that differs from 2 by more than this also shows a kink, if it can be measured accurately: with a kink
/// between half a step and a step away, or with large curvature, any power may occur.
const MIXED: f64 = 0.02;

/// The power is accurate if differences exceed this many rounding errors of the value.
const EXACT: f64 = 1024.0;

/// The last two failed polls along the coordinates.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Smoothness {
    last: Failed,
    before: Failed,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Failed {
    size: f64,
    /// `f(x + h e_i) - f(x)` up each coordinate, then down each; NaN if not evaluated. Empty if unknown.
    rises: Vec<f64>,
    value: f64,
}

impl Failed {
    /// Returns `f(x + h e_i) + f(x - h e_i) - 2 f(x)` along each coordinate.
    fn second_differences(&self) -> impl Iterator<Item = f64> {
        let (upwards, downwards) = self.rises.split_at(self.rises.len() / 2);
        upwards.iter().zip(downwards).map(|(up, down)| up + down)
    }
}

impl Smoothness {
    /// Records the rises of a failed poll of this size, up each coordinate, then down each. They are empty for a poll
    /// along other directions.
    pub(super) fn learn(&mut self, size: f64, rises: &[f64], value: f64) {
        std::mem::swap(&mut self.last, &mut self.before);
        (self.last.size, self.last.value) = (size, value);
        self.last.rises.clear();
        self.last.rises.extend_from_slice(rises);
    }

    /// Whether the last poll went along the coordinates.
    pub(super) fn has_rises(&self) -> bool {
        !self.last.rises.is_empty()
    }

    /// Returns the number of coordinates along which the last two polls show a kink, as far as both sides were
    /// evaluated, or `None` without two such polls.
    pub(super) fn kinks(&self) -> Option<usize> {
        let Smoothness { last, before } = self;
        let are_known = !last.rises.is_empty() && !before.rises.is_empty();
        if !are_known || before.size <= last.size {
            return None;
        }
        let is_kink = |pair: &(f64, f64)| {
            self.grows_outside(SMOOTH, OUT_OF_REACH, ROUNDINGS, *pair)
                || self.grows_outside(2.0 - MIXED, 2.0 + MIXED, EXACT, *pair)
        };
        Some(last.second_differences().zip(before.second_differences()).filter(is_kink).count())
    }

    /// Whether second differences of the last two polls exceed this many rounding errors and grow with a power of the
    /// step outside this range.
    fn grows_outside(&self, least: f64, most: f64, roundings: f64, (near, far): (f64, f64)) -> bool {
        let ratio = self.before.size / self.last.size;
        (is_above(roundings, near, self.last.value) && far < ratio.powf(least) * near)
            || (is_above(roundings, far, self.before.value) && far > ratio.powf(most) * near)
    }
}

#[cfg(test)]
mod tests {
    use super::Smoothness;

    /// Whether failed polls of a function of one coordinate at 0, with steps 0.5 and 0.25, show no kink.
    fn seen(f: impl Fn(f64) -> f64) -> bool {
        let mut smoothness = Smoothness::default();
        for size in [0.5, 0.25] {
            smoothness.learn(size, &[size, -size].map(|x| f(x) - f(0.0)), f(0.0));
        }
        smoothness.kinks() == Some(0)
    }

    #[test]
    fn second_differences_tell_kinks_from_curvature() {
        assert!(seen(|x| x * x + 0.1 * x) && seen(|x| 3.0 + x * x + x.powi(3)) && seen(|_| 5.0));
        assert!(!seen(f64::abs) && !seen(|x| x.abs() + 0.1 * x * x) && !seen(|x| (2.0 * x).max(-x) + x));
    }

    #[test]
    fn a_kink_shows_at_any_distance_and_beside_curvature() {
        let kinks = |f: &dyn Fn(f64, f64) -> f64| {
            let mut smoothness = Smoothness::default();
            for h in [0.5, 0.25] {
                let rises = [(h, 0.0), (0.0, h), (-h, 0.0), (0.0, -h)].map(|(x, y)| f(x, y) - f(0.0, 0.0));
                smoothness.learn(h, &rises, f(0.0, 0.0));
            }
            smoothness.kinks()
        };
        // The second difference of |y - 0.186| is 2 (h - 0.186): it grows by 4.9, close to the 4 of a square.
        assert_eq!(kinks(&|_, y| (y - 0.186).abs()), Some(1));
        assert_eq!(kinks(&|_, y| y.abs() + 20.0 * y * y), Some(1));
        assert_eq!(kinks(&|x, y| x.abs() + (y - 0.186).abs()), Some(2));
        assert_eq!(kinks(&|x, y| x.abs() + y * y), Some(1));
    }

    #[test]
    fn one_poll_or_one_along_other_directions_tells_nothing() {
        let mut smoothness = Smoothness::default();
        smoothness.learn(0.5, &[0.25, 0.25], 0.0);
        assert_eq!(smoothness.kinks(), None);
        smoothness.learn(0.25, &[], 0.0);
        assert_eq!(smoothness.kinks(), None);
    }
}
