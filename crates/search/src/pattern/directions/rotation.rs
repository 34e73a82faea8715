//! Uniformly random orthogonal matrices.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

/// An orthogonal matrix as a product of sign changes and reflections of successively fewer coordinates: uniform
/// (Haar) if each reflection maps the first axis to the direction of a normal vector. (Stewart 1980, "The efficient
/// generation of random orthogonal matrices", SIAM J. Numer. Anal. 17(3), section 3.)
pub(in crate::pattern) struct Rotation {
    /// Reflection `k` leaves the first `k` coordinates unchanged; its vector has squared length 2.
    reflections: Vec<Vec<f64>>,
    signs: Vec<f64>,
}

impl Rotation {
    /// Returns the matrix of this seed in `n` coordinates.
    pub(in crate::pattern) fn of_seed(seed: u64, n: usize) -> Self {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
        let (mut reflections, mut signs) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for k in 0..n {
            let mut vector: Vec<f64> = (k..n).map(|_| StandardNormal.sample(&mut generator)).collect();
            let length = vector.iter().map(|v| v * v).sum::<f64>().sqrt();
            let sign = vector[0].signum();
            signs.push(-sign);
            vector[0] += sign * length;
            // The squared length is now 2 · length · |first component|.
            let scale = (length * vector[0].abs()).sqrt();
            vector.iter_mut().for_each(|v| *v /= scale);
            reflections.push(vector);
        }
        Rotation { reflections, signs }
    }

    pub(super) fn apply(&self, vector: &mut [f64]) {
        for (v, sign) in vector.iter_mut().zip(&self.signs) {
            *v *= sign;
        }
        for (k, reflection) in self.reflections.iter().enumerate().rev() {
            // Reflection `v - (rᵀv) r` with ‖r‖² = 2.
            let rest = &mut vector[k..];
            let along: f64 = rest.iter().zip(reflection).map(|(v, r)| v * r).sum();
            for (v, r) in rest.iter_mut().zip(reflection) {
                *v -= along * r;
            }
        }
    }
}
