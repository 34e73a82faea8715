//! Restarts near the best point, for searches that have converged.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use crate::Bounds;

/// The largest standard deviation of a restart in units of the first step. It doubles with each failure and
/// begins anew beyond: a neighbourhood that grows while nothing is found (Mladenović & Hansen 1997, "Variable
/// neighborhood search").
const WIDEST: f64 = 8.0;

/// Where restarts begin, and how they have done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Restarts {
    generator: Xoshiro256PlusPlus,
    /// Standard deviation of the next one, in units of the first step.
    width: f64,
    /// In a row that found nothing better.
    failures: u64,
}

impl Restarts {
    pub(crate) fn from_seed(seed: u64) -> Self {
        Restarts { generator: Xoshiro256PlusPlus::seed_from_u64(seed), width: 1.0, failures: 0 }
    }

    /// How many in a row have found nothing better.
    pub(crate) fn failures(&self) -> u64 {
        self.failures
    }

    /// A point near the best: a normal deviate of the first step's `size` along each coordinate, in units of its `scale`,
    /// moved onto the bounds.
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

    pub(crate) fn has_found_better(&mut self) {
        (self.failures, self.width) = (0, 1.0);
    }

    pub(crate) fn has_failed(&mut self) {
        self.failures += 1;
        self.width = if self.width < WIDEST { 2.0 * self.width } else { 1.0 };
    }
}
