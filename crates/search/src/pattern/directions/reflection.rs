//! The orthogonal matrices of OrthoMADS.

use serde::{Deserialize, Serialize};

use super::halton::{primes, radical_inverse};

/// `H = ‖q‖² I - 2 q qᵀ` for an integer vector `q`, with columns turned towards a target: an orthogonal integer basis
/// with columns of length `‖q‖²`. (Abramson, Audet, Dennis & Le Digabel 2009, "OrthoMADS: a deterministic MADS
/// instance with orthogonal directions", SIAM J. Optim. 20(2), section 3.)
///
/// Only `q` and the signs are stored.
pub(in crate::pattern) struct Reflection {
    q: Vec<f64>,
    squared_length: f64,
    /// Signs of the columns.
    signs: Vec<f64>,
}

/// The source of the matrices of all polls.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::pattern) struct Reflections {
    /// The first index into Halton's sequence.
    first: u64,
    /// The largest index so far; `finest` is the finest level so far.
    last: u64,
    finest: i32,
}

/// Distance of the first indices of two seeds, more than most runs poll.
const SEEDS_APART: u64 = 10_000;

impl Reflections {
    /// Creates the source. For seed 0 the first index is the `n`-th prime, as in the paper.
    pub(in crate::pattern) fn new(seed: u64, n: usize) -> Self {
        let prime = primes(n).last().copied().unwrap_or_default();
        let first = prime + SEEDS_APART * (seed % (1 << 32));
        Reflections { first, last: first, finest: 0 }
    }

    /// Returns the matrix of a poll at mesh level `ℓ` in `n` coordinates, with columns turned towards a target (zero
    /// for none).
    ///
    /// On the finest mesh so far `t = t₀ + ℓ`, so that the directions of successively finer meshes are consecutive in
    /// Halton's sequence and therefore dense; otherwise `t` is the next unused index (section 3.4).
    pub(in crate::pattern) fn next(&mut self, n: usize, level: i32, target: &[f64]) -> Reflection {
        let t = if level >= self.finest {
            self.finest = level;
            self.first + level.unsigned_abs() as u64
        } else {
            self.last + 1
        };
        self.last = self.last.max(t);
        Reflection::new(adjusted_direction(t, n, level), target)
    }
}

impl Reflection {
    fn new(q: Vec<f64>, target: &[f64]) -> Self {
        let squared_length = dot(&q, &q);
        let mut reflection = Reflection { signs: vec![1.0; q.len()], q, squared_length };
        let mut along = target.to_vec();
        // H is symmetric, so this gives the products of its columns with the target.
        reflection.apply(&mut along);
        reflection.signs = along.iter().map(|&product| if product < 0.0 { -1.0 } else { 1.0 }).collect();
        reflection
    }

    pub(super) fn apply(&self, vector: &mut [f64]) {
        for (v, sign) in vector.iter_mut().zip(&self.signs) {
            *v *= sign;
        }
        // H v = ‖q‖² v - 2 (qᵀv) q
        let along = 2.0 * dot(&self.q, vector);
        for (v, q) in vector.iter_mut().zip(&self.q) {
            *v = self.squared_length * *v - along * q;
        }
    }
}

/// Returns `q_{t,ℓ}`: the `t`-th point of Halton's sequence, centred in the cube and scaled to the longest rounded
/// integer vector with `‖q‖ ≤ 2^(|ℓ|/2)` (section 3.2).
fn adjusted_direction(t: u64, n: usize, level: i32) -> Vec<f64> {
    let centred: Vec<f64> = primes(n).into_iter().map(|p| 2.0 * radical_inverse(t, p) - 1.0).collect();
    let length = dot(&centred, &centred).sqrt();
    let most = f64::from(level.abs()).exp2();
    let rounded = |factor: f64| centred.iter().map(move |u| (factor * (u / length)).round());
    // The rounded length is nondecreasing in the factor and at least the factor minus √n/2.
    let (mut within, mut beyond) = (0.0, most.sqrt() + (n as f64).sqrt());
    loop {
        let middle = within + (beyond - within) / 2.0;
        if middle <= within || middle >= beyond {
            break;
        }
        let fits = rounded(middle).map(|q| q * q).sum::<f64>() <= most;
        *(if fits { &mut within } else { &mut beyond }) = middle;
    }
    let mut q: Vec<f64> = rounded(within).collect();
    if q.iter().all(|&q| q == 0.0) {
        // Components that agree to the last digit would all be rounded to 1 together.
        let largest = (0..n).max_by(|&i, &j| centred[i].abs().total_cmp(&centred[j].abs()));
        q[largest.unwrap_or_default()] = 1.0;
    }
    q
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests;
