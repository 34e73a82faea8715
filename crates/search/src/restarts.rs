//! Restarts near the best point, for searches that have converged.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use crate::Bounds;

/// The largest standard deviation of a restart in units of the first step. It doubles with each failure and is then
/// reset: a neighbourhood that grows while nothing is found (Mladenović & Hansen 1997, "Variable neighborhood
/// search").
const WIDEST: f64 = 8.0;

/// The source of restart points, and their success.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Restarts {
    generator: Xoshiro256PlusPlus,
    /// Standard deviation of the next restart, in units of the first step.
    width: f64,
    /// Successive restarts without improvement.
    failures: u64,
}

impl Restarts {
    pub(crate) fn from_seed(seed: u64) -> Self {
        Restarts { generator: Xoshiro256PlusPlus::seed_from_u64(seed), width: 1.0, failures: 0 }
    }

    /// Returns the number of successive restarts without improvement.
    pub(crate) fn failures(&self) -> u64 {
        self.failures
    }

    /// Returns a random point near the best: adds a normal deviate with standard deviation `width * size * scale`
    /// along each coordinate and projects onto the bounds.
    pub(crate) fn point_near(&mut self, best: &[f64], size: f64, scale: &[f64], bounds: &Bounds) -> Vec<f64> {
        let mut x = best.to_vec();
        for (x, scale) in x.iter_mut().zip(scale) {
            let deviate: f64 = StandardNormal.sample(&mut self.generator);
            let to = *x + self.width * size * scale * deviate;
            *x = if to.is_finite() { to } else { *x };
        }
        bounds.project(&mut x);
        x
    }

    /// Takes the point kept from earlier descents, if it is no worse than the converged one, and counts the restart
    /// between them as failed or not.
    pub(crate) fn judge(&mut self, kept: Option<(Vec<f64>, f64)>, x: &mut Vec<f64>, value: &mut f64) {
        let Some((best, least)) = kept else { return };
        if least <= *value {
            (*x, *value) = (best, least);
            self.has_failed();
        } else {
            self.has_found_better();
        }
    }

    pub(crate) fn has_found_better(&mut self) {
        (self.failures, self.width) = (0, 1.0);
    }

    pub(crate) fn has_failed(&mut self) {
        self.failures += 1;
        self.width = if self.width < WIDEST { 2.0 * self.width } else { 1.0 };
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_distr::{Distribution, StandardNormal};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::Restarts;
    use crate::Bounds;

    #[test]
    fn widths_are_1_2_4_8_and_begin_anew_and_after_a_success_too() {
        let mut restarts = Restarts::from_seed(0);
        let mut width_after = |succeeds: bool| {
            if succeeds {
                restarts.has_found_better();
            } else {
                restarts.has_failed();
            }
            (restarts.width, restarts.failures())
        };
        let failures: Vec<_> = (0..9).map(|_| width_after(false)).collect();
        let widths = [2.0, 4.0, 8.0, 1.0, 2.0, 4.0, 8.0, 1.0, 2.0];
        assert_eq!(failures, widths.into_iter().zip(1..).collect::<Vec<_>>());
        assert_eq!(width_after(true), (1.0, 0));
        assert_eq!(width_after(false), (2.0, 1));
    }

    #[test]
    fn a_restart_is_a_normal_deviate_of_width_times_size_times_scale_away_within_the_bounds() {
        let (mut restarts, mut generator) = (Restarts::from_seed(7), Xoshiro256PlusPlus::seed_from_u64(7));
        restarts.has_failed();
        let bounds = Bounds::new(vec![f64::NEG_INFINITY, -1e-9], vec![f64::INFINITY, 1e-9])
            .expect("lower below upper");
        let x = restarts.point_near(&[5.0, 0.0], 0.5, &[4.0, 1.0], &bounds);
        let deviate: f64 = StandardNormal.sample(&mut generator);
        assert!((x[0] - (5.0 + 2.0 * 0.5 * 4.0 * deviate)).abs() < 1e-14, "{x:?}");
        assert_eq!(x[1].abs(), 1e-9);
        // A coordinate that would overflow stays.
        assert_eq!(restarts.point_near(&[5.0, 0.0], f64::MAX, &[f64::MAX, 0.0], &bounds), [5.0, 0.0]);
    }
}
