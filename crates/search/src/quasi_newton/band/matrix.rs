//! Symmetric band matrices.

use serde::{Deserialize, Serialize};

/// The least diagonal entry that counts as a scale, as a fraction of the largest.
const LEAST_SCALE: f64 = 1e-6;

/// A pivot below this fraction of the largest diagonal entry is taken as none.
const LEAST_PIVOT: f64 = 1e-12;

/// The first shift of the diagonal, as a fraction of its largest entry, and the factor from one to the next.
const FIRST_SHIFT: f64 = 1e-4;
const LARGER: f64 = 10.0;

/// A symmetric matrix of n rows whose entries (i, j) with |i - j| above the width are 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct BandMatrix {
    /// `diagonals[d][i]` is the entry (i, i + d).
    pub(super) diagonals: Vec<Vec<f64>>,
}

impl BandMatrix {
    pub(super) fn zero(n: usize, width: usize) -> Self {
        BandMatrix { diagonals: (0..=width).map(|d| vec![0.0; n - d]).collect() }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.diagonals.iter().flatten().all(|entry| *entry == 0.0)
    }

    /// Changes each entry (i, j), which is given its place.
    pub(super) fn change(&mut self, new: impl Fn(usize, usize, f64) -> f64) {
        for (d, diagonal) in self.diagonals.iter_mut().enumerate() {
            diagonal.iter_mut().enumerate().for_each(|(i, entry)| *entry = new(i, i + d, *entry));
        }
    }

    /// Returns the product with a vector.
    pub(super) fn times(&self, v: &[f64]) -> Vec<f64> {
        let mut product: Vec<f64> = self.diagonals[0].iter().zip(v).map(|(b, v)| b * v).collect();
        for (d, diagonal) in self.diagonals.iter().enumerate().skip(1) {
            for (i, b) in diagonal.iter().enumerate() {
                product[i] += b * v[i + d];
                product[i + d] += b * v[i];
            }
        }
        product
    }

    /// The largest diagonal entry; 1 if none is positive.
    fn largest(&self) -> f64 {
        let most = self.diagonals[0].iter().copied().fold(0.0, f64::max);
        if most > 0.0 && most.is_finite() { most } else { 1.0 }
    }

    /// The factors of the coordinates with which the matrix has ones on its diagonal.
    pub(super) fn scale(&self) -> Vec<f64> {
        let least = LEAST_SCALE * self.largest();
        self.diagonals[0].iter().map(|entry| entry.max(least).sqrt()).collect()
    }

    /// Solves `B d = g` on the free coordinates, with 0 on the others, by `L D Lᵀ`. A matrix that is not positive definite gets a
    /// larger diagonal until it is; if none helps, it counts as the identity.
    pub(in super::super) fn solve(&self, g: &[f64], free: &[bool]) -> Vec<f64> {
        let mut x: Vec<f64> = g.iter().zip(free).map(|(g, free)| if *free { *g } else { 0.0 }).collect();
        let largest = self.largest();
        let mut shift = 0.0;
        let factors = loop {
            match self.factors(free, shift, LEAST_PIVOT * largest) {
                Some(factors) => break factors,
                None if shift == 0.0 => shift = FIRST_SHIFT * largest,
                None => shift *= LARGER,
            }
            if !shift.is_finite() {
                return x;
            }
        };
        let (n, l) = (x.len(), &factors.diagonals);
        for j in 0..n {
            (1..l.len().min(n - j)).for_each(|d| x[j + d] -= l[d][j] * x[j]);
        }
        x.iter_mut().zip(&l[0]).for_each(|(x, pivot)| *x /= pivot);
        for j in (0..n).rev() {
            (1..l.len().min(n - j)).for_each(|d| x[j] -= l[d][j] * x[j + d]);
        }
        x
    }

    /// Returns D on the diagonal and L below it (above it as they are kept), of the free rows and ones elsewhere; `None` if a
    /// pivot is too small.
    fn factors(&self, free: &[bool], shift: f64, least: f64) -> Option<BandMatrix> {
        let mut factors = self.clone();
        factors.change(|i, j, entry| match (i == j, free[i] && free[j]) {
            (true, true) => entry + shift,
            (true, false) => 1.0,
            (false, true) => entry,
            (false, false) => 0.0,
        });
        let l = &mut factors.diagonals;
        let n = free.len();
        for j in 0..n {
            let (pivot, width) = (l[0][j], l.len().min(n - j));
            if free[j] && (pivot.is_nan() || pivot <= least) {
                return None;
            }
            for d in 1..width {
                let factor = l[d][j] / pivot;
                // The row of L is needed undivided until the whole column is done.
                for e in d..width {
                    l[e - d][j + d] -= factor * l[e][j];
                }
            }
            (1..width).for_each(|d| l[d][j] /= pivot);
        }
        Some(factors)
    }
}
