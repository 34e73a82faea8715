//! Fits of band matrices to pairs.

use std::collections::VecDeque;

use super::super::metric::Pair;
use super::{BandMatrix, dot};

/// The weight of a pair relative to the one after it.
const OLDER: f64 = 0.7;

/// How much the last fit counts: its weight relative to the mean weight of an entry in the pairs.
const LAST_FIT: f64 = 1e-6;

/// Fits a matrix B of bandwidth b to the last 2b + 4 pairs: the least of `Σ_k 0.7^k |B s_k - y_k|² / |s_k|² + λ |B - B₋|²`, where
/// k counts back from the last pair and B₋ is the last fit, in the scale in which that has ones on its diagonal.
pub(super) fn fit(matrix: &mut BandMatrix, pairs: &VecDeque<Pair>) {
    if matrix.is_zero() {
        let Some((s, y)) = pairs.back() else { return };
        let curvature = dot(s, y) / dot(s, s);
        matrix.change(|i, j, _| if i == j { curvature } else { 0.0 });
    }
    let (n, width) = (matrix.diagonals[0].len(), matrix.diagonals.len() - 1);
    let scale = matrix.scale();
    let mut before = matrix.clone();
    before.change(|i, j, entry| entry / (scale[i] * scale[j]));
    let mut normal = Normal::of(n, width);
    let weights = std::iter::successors(Some(1.0), |weight| Some(OLDER * weight));
    for ((s, y), weight) in pairs.iter().rev().take(2 * width + 4).zip(weights) {
        let s: Vec<f64> = s.iter().zip(&scale).map(|(s, scale)| s * scale).collect();
        let known = before.times(&s);
        let scaled = y.iter().zip(&scale).map(|(y, scale)| y / scale);
        let rest: Vec<f64> = scaled.zip(known).map(|(y, known)| y - known).collect();
        normal.add(&s, &rest, weight / dot(&s, &s));
    }
    let change = normal.solve();
    if change.iter().all(|entry| entry.is_finite()) {
        let change_of = |i: usize, j: usize| change[i * (width + 1) + j - i];
        matrix.change(|i, j, entry| entry + change_of(i, j) * (scale[i] * scale[j]));
    }
}

/// The normal equations of the entries: entry (i, i + d) is unknown number `i (b + 1) + d`. Row r of `B s` has the unknowns of
/// numbers `(r - b) (b + 1) + b` to `r (b + 1) + b`, so that these equations have the bandwidth `b (b + 1)`.
struct Normal {
    matrix: BandMatrix,
    right: Vec<f64>,
    /// Whether the unknown is an entry of the matrix: those beyond its last column are not.
    is_entry: Vec<bool>,
    width: usize,
}

impl Normal {
    fn of(n: usize, width: usize) -> Self {
        let count = n * (width + 1);
        let is_entry = |number: usize| number / (width + 1) + number % (width + 1) < n;
        Normal {
            matrix: BandMatrix::zero(count, width * (width + 1)),
            right: vec![0.0; count],
            is_entry: (0..count).map(is_entry).collect(),
            width,
        }
    }

    /// Adds the weighted squares of `D s - r` for unknown entries D.
    fn add(&mut self, s: &[f64], r: &[f64], weight: f64) {
        let number = |i: usize, d: usize| i * (self.width + 1) + d;
        for row in 0..s.len() {
            // (D s)_r = Σ_d D(r - d, r) s_(r - d) + Σ_d D(r, r + d) s_(r + d).
            let left = (1..=self.width.min(row)).rev().map(|d| (number(row - d, d), s[row - d]));
            let right = (0..=self.width.min(s.len() - 1 - row)).map(|d| (number(row, d), s[row + d]));
            let factors: Vec<(usize, f64)> = left.chain(right).collect();
            for (k, &(first, a)) in factors.iter().enumerate() {
                self.right[first] += weight * a * r[row];
                for &(second, b) in &factors[k..] {
                    self.matrix.diagonals[second - first][first] += weight * a * b;
                }
            }
        }
    }

    /// Returns the entries, with the weight of the last fit on the diagonal.
    fn solve(mut self) -> Vec<f64> {
        let entries = self.is_entry.iter().filter(|is| **is).count();
        let diagonal = &mut self.matrix.diagonals[0];
        let last_fit = LAST_FIT * diagonal.iter().sum::<f64>() / entries as f64;
        diagonal.iter_mut().for_each(|entry| *entry += last_fit);
        self.matrix.solve(&self.right, &self.is_entry)
    }
}
