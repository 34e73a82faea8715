//! What failed polls tell of kinks.

use serde::{Deserialize, Serialize};

use super::is_seen;

/// Second differences grow with this power of the step, at least, where the function is smooth: with the second power there, with
/// the first at a kink.
const SMOOTH: f64 = 1.5;

/// By this power of the step they grow no more where it is smooth: the far one has seen a kink that the near one has not.
const OUT_OF_REACH: f64 = 3.0;

/// The last two polls along the coordinates that failed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Smoothness {
    last: Failed,
    before: Failed,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Failed {
    size: f64,
    /// `f(x + h e_i) + f(x - h e_i) - 2 f(x)` along each coordinate; NaN where one side was not evaluated. Empty where nothing is known.
    second_differences: Vec<f64>,
    value: f64,
}

impl Smoothness {
    /// Learns from a failed poll of this size: the rises up each coordinate, then down each. Nothing is known after one along other
    /// directions, which has none.
    pub(super) fn learn(&mut self, size: f64, rises: &[f64], value: f64) {
        std::mem::swap(&mut self.last, &mut self.before);
        let (upwards, downwards) = rises.split_at(rises.len() / 2);
        (self.last.size, self.last.value) = (size, value);
        self.last.second_differences.clear();
        self.last.second_differences.extend(upwards.iter().zip(downwards).map(|(up, down)| up + down));
    }

    /// Along how many coordinates both polls show a kink, as far as both sides were evaluated; none where there were no two such
    /// polls.
    pub(super) fn kinks(&self) -> Option<usize> {
        let Smoothness { last, before } = self;
        let growth = (before.size / last.size).powf(SMOOTH);
        // Just out of reach of the finer poll, the coarser one alone has seen it.
        let out_of_reach = (before.size / last.size).powf(OUT_OF_REACH);
        let is_kink = |(near, far): &(&f64, &f64)| {
            (is_seen(**near, last.value) && **far < growth * **near)
                || (is_seen(**far, before.value) && **far > out_of_reach * **near)
        };
        let pairs = last.second_differences.iter().zip(&before.second_differences);
        let are_known = !last.second_differences.is_empty() && !before.second_differences.is_empty();
        (are_known && before.size > last.size).then(|| pairs.filter(is_kink).count())
    }
}

#[cfg(test)]
mod tests {
    use super::Smoothness;

    /// Whether failed polls of a function of one coordinate at 0, with steps of 0.5 and 0.25, show no kink.
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
    fn one_poll_or_one_along_other_directions_tells_nothing() {
        let mut smoothness = Smoothness::default();
        smoothness.learn(0.5, &[0.25, 0.25], 0.0);
        assert_eq!(smoothness.kinks(), None);
        smoothness.learn(0.25, &[], 0.0);
        assert_eq!(smoothness.kinks(), None);
    }
}
