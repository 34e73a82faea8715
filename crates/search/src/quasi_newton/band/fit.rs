//! Fits of band matrices to pairs.

use std::collections::VecDeque;

use super::super::metric::Pair;
use super::{BandMatrix, dot};

/// The weight of a pair relative to the one after it.
const OLDER: f64 = 0.7;

/// How much the last fit counts: its weight relative to the mean weight of an entry in the pairs.
const LAST_FIT: f64 = 1e-6;

/// The most steps of conjugate gradients, and the squared residual at which they end, relative to the first.
const STEPS: usize = 25;
const SMALL: f64 = 1e-20;

/// A pair in the scale of the matrix, with its weight over `|s|²`.
struct Weighted {
    s: Vec<f64>,
    y: Vec<f64>,
    weight: f64,
}

/// Fits a matrix B of bandwidth b to the last 2b + 4 pairs: the least of `Σ_k 0.7^k |B s_k - y_k|² / |s_k|² + λ |B - B₋|²`, where
/// k counts back from the last pair and B₋ is the last fit, in the scale in which that has ones on its diagonal. Found by conjugate
/// gradients with the diagonal of the normal equations as their preconditioner.
pub(super) fn fit(matrix: &mut BandMatrix, pairs: &VecDeque<Pair>) {
    if matrix.is_zero() {
        let Some((s, y)) = pairs.back() else { return };
        let curvature = dot(s, y) / dot(s, s);
        matrix.change(|i, j, _| if i == j { curvature } else { 0.0 });
    }
    let scale: Vec<f64> = (0..matrix.diagonals[0].len()).map(|i| matrix.scale(i)).collect();
    let last = pairs.iter().rev().take(2 * matrix.diagonals.len() + 2);
    let weights = std::iter::successors(Some(1.0), |weight| Some(OLDER * weight));
    let weighted = last.zip(weights).map(|((s, y), weight)| {
        let s: Vec<f64> = s.iter().zip(&scale).map(|(s, scale)| s * scale).collect();
        let y = y.iter().zip(&scale).map(|(y, scale)| y / scale).collect();
        Weighted { weight: weight / dot(&s, &s), s, y }
    });
    let pairs: Vec<Weighted> = weighted.collect();
    let mut fitted = matrix.clone();
    fitted.change(|i, j, entry| entry / (scale[i] * scale[j]));
    descend(&mut fitted, &pairs);
    fitted.change(|i, j, entry| entry * (scale[i] * scale[j]));
    if fitted.entries().all(|entry| entry.is_finite()) {
        *matrix = fitted;
    }
}

/// Conjugate gradients from the last fit.
fn descend(matrix: &mut BandMatrix, pairs: &[Weighted]) {
    let products = |b: &BandMatrix| -> Vec<Vec<f64>> { pairs.iter().map(|pair| b.times(&pair.s)).collect() };
    let mut normal = gathered(matrix, pairs, |_, pair, i, j| {
        let squares = pair.s[i] * pair.s[i] + if i == j { 0.0 } else { pair.s[j] * pair.s[j] };
        pair.weight * squares
    });
    let lambda = LAST_FIT * normal.entries().sum::<f64>() / normal.entries().count() as f64;
    normal.entries_mut().for_each(|entry| *entry += lambda);
    // Half of the gradient of the weighted squares of residuals r with respect to entry (i, j).
    let slope = |r: &[f64], pair: &Weighted, i: usize, j: usize| {
        let both = r[i] * pair.s[j] + if i == j { 0.0 } else { r[j] * pair.s[i] };
        pair.weight * both
    };
    let residuals: Vec<Vec<f64>> = products(matrix)
        .into_iter()
        .zip(pairs)
        .map(|(product, pair)| pair.y.iter().zip(product).map(|(y, product)| y - product).collect())
        .collect();
    let mut r = gathered(matrix, pairs, |k, pair, i, j| slope(&residuals[k], pair, i, j));
    let mut z = quotient(&r, &normal);
    let mut p = z.clone();
    let (mut rz, first) = (inner(&r, &z), inner(&r, &z));
    for _ in 0..STEPS {
        if rz.is_nan() || rz <= SMALL * first {
            break;
        }
        let of_p = products(&p);
        let mut q = gathered(matrix, pairs, |k, pair, i, j| slope(&of_p[k], pair, i, j));
        add(&mut q, lambda, &p);
        let alpha = rz / inner(&p, &q);
        add(matrix, alpha, &p);
        add(&mut r, -alpha, &q);
        z = quotient(&r, &normal);
        let next = inner(&r, &z);
        let beta = next / rz;
        rz = next;
        p.entries_mut().zip(z.entries()).for_each(|(p, z)| *p = z + beta * *p);
    }
}

/// A matrix of this one's shape, whose entry (i, j) is the sum over all pairs, which are given their number.
fn gathered(
    shape: &BandMatrix,
    pairs: &[Weighted],
    part: impl Fn(usize, &Weighted, usize, usize) -> f64,
) -> BandMatrix {
    let mut sum = shape.clone();
    sum.change(|i, j, _| pairs.iter().enumerate().map(|(k, pair)| part(k, pair, i, j)).sum());
    sum
}

fn inner(a: &BandMatrix, b: &BandMatrix) -> f64 {
    a.entries().zip(b.entries()).map(|(a, b)| a * b).sum()
}

fn quotient(a: &BandMatrix, b: &BandMatrix) -> BandMatrix {
    let mut quotient = a.clone();
    quotient.entries_mut().zip(b.entries()).for_each(|(a, b)| *a /= b);
    quotient
}

fn add(a: &mut BandMatrix, factor: f64, b: &BandMatrix) {
    a.entries_mut().zip(b.entries()).for_each(|(a, b)| *a += factor * b);
}
