//! The random matrices of LTMADS.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

/// A lower triangular integer matrix with permuted rows and columns, `±2^|ℓ|` on the diagonal and smaller entries
/// below it: a basis, since its determinant is `±2^(n|ℓ|)`. (Audet & Dennis 2006, "Mesh adaptive direct search
/// algorithms for constrained optimization", SIAM J. Optim. 17(1), section 4.1.)
pub(in crate::pattern) struct Triangular {
    columns: Vec<Vec<f64>>,
}

/// The source of the matrices of all polls.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::pattern) struct Triangulars {
    generator: Xoshiro256PlusPlus,
    /// Seed of the directions `b(ℓ)`.
    levels: u64,
}

impl Triangulars {
    pub(in crate::pattern) fn new(seed: u64) -> Self {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(seed);
        let levels = generator.random();
        Triangulars { generator, levels }
    }

    /// Returns the matrix of a poll at mesh level `ℓ` in `n` coordinates.
    pub(in crate::pattern) fn next(&mut self, n: usize, level: i32) -> Triangular {
        let largest = largest_entry(level);
        let (pivot, last) = self.direction_of_level(n, level);
        let generator = &mut self.generator;
        let mut rows: Vec<usize> = (0..n).filter(|&row| row != pivot).collect();
        rows.shuffle(generator);
        let mut columns: Vec<Vec<f64>> = (0..rows.len())
            .map(|j| {
                let mut column = vec![0.0; n];
                column[rows[j]] = signed(largest, generator);
                for &row in &rows[j + 1..] {
                    column[row] = below(largest, generator);
                }
                column
            })
            .collect();
        columns.push(last);
        columns.shuffle(generator);
        Triangular { columns }
    }

    /// Returns the pivot `î` and the direction `b(ℓ)`, common to all polls at one level: these directions become
    /// dense as the mesh is refined (proposition 4.3 there).
    fn direction_of_level(&self, n: usize, level: i32) -> (usize, Vec<f64>) {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(self.levels.wrapping_add_signed(level.into()));
        let largest = largest_entry(level);
        let pivot = generator.random_range(0..n);
        let direction = (0..n).map(|i| {
            if i == pivot { signed(largest, &mut generator) } else { below(largest, &mut generator) }
        });
        (pivot, direction.collect())
    }
}

/// `2^|ℓ|`: the poll size in units of the mesh.
fn largest_entry(level: i32) -> f64 {
    f64::from(level.abs()).exp2()
}

/// Returns `±largest` with random sign.
fn signed(largest: f64, generator: &mut Xoshiro256PlusPlus) -> f64 {
    if generator.random() { largest } else { -largest }
}

/// Returns a random integer of smaller absolute value.
fn below(largest: f64, generator: &mut Xoshiro256PlusPlus) -> f64 {
    let chance: f64 = generator.random();
    (chance * (2.0 * largest - 1.0)).floor() - (largest - 1.0)
}

impl Triangular {
    pub(super) fn apply(&self, vector: &mut [f64]) {
        let factors = vector.to_vec();
        vector.fill(0.0);
        for (column, &factor) in self.columns.iter().zip(&factors).filter(|(_, factor)| **factor != 0.0) {
            for (sum, &entry) in vector.iter_mut().zip(column) {
                *sum += factor * entry;
            }
        }
    }
}
