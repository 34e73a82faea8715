//! Positive bases: the directions of a poll, numbered.

use serde::{Deserialize, Serialize};

/// The maximal positive basis `+e_1 … +e_n, -e_1 … -e_n`, in this order.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct PositiveBasis2N {
    dimension: usize,
}

impl PositiveBasis2N {
    pub(super) fn new(dimension: usize) -> Self {
        PositiveBasis2N { dimension }
    }

    pub(super) fn len(self) -> usize {
        2 * self.dimension
    }

    /// Coordinate and sign of direction `k`.
    pub(super) fn direction(self, k: usize) -> (usize, f64) {
        if k < self.dimension { (k, 1.0) } else { (k - self.dimension, -1.0) }
    }
}
