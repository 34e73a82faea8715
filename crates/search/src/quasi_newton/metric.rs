//! Limited-memory BFGS on some of the coordinates.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::curvature::{Curvatures, dot};

/// The least cosine between a step and the change of the gradient with which they are kept.
const LEAST_COSINE: f64 = 1e-10;

/// Weight of the past in the agreement of a first matrix with the pairs.
const MEMORY: f64 = 0.7;

/// The pairs of steps s and changes of the gradient y, in units, and how well two first matrices have agreed with them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Metric {
    pairs: VecDeque<(Vec<f64>, Vec<f64>)>,
    /// Sum of the cosines between `D s` and y, with the curvatures D of the coordinates.
    of_curvatures: f64,
    /// Sum of the cosines between s and y.
    of_identity: f64,
}

impl Metric {
    pub(super) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.pairs.clear();
    }

    /// Adds a pair, and drops the oldest beyond `most`. Returns `false` if the pair shows no positive curvature.
    pub(super) fn add(&mut self, s: Vec<f64>, y: Vec<f64>, curvatures: &Curvatures, most: usize) -> bool {
        let (sy, ss, yy) = (dot(&s, &y), dot(&s, &s), dot(&y, &y));
        let cosine = sy / (ss.sqrt() * yy.sqrt());
        if !(cosine > LEAST_COSINE && sy.is_finite() && sy > 0.0) {
            return false;
        }
        let curved: Vec<f64> = curvatures.along().iter().zip(&s).map(|(d, s)| d * s).collect();
        let cosine_curved = dot(&curved, &y) / (dot(&curved, &curved).sqrt() * yy.sqrt());
        self.of_identity = MEMORY * self.of_identity + cosine;
        self.of_curvatures = MEMORY * self.of_curvatures + if cosine_curved.is_finite() { cosine_curved } else { 0.0 };
        self.pairs.push_back((s, y));
        if self.pairs.len() > most {
            self.pairs.pop_front();
        }
        true
    }

    /// Whether the curvatures agree with the pairs better than the identity.
    fn prefers_curvatures(&self) -> bool {
        self.of_curvatures >= self.of_identity
    }

    /// Returns `H g` on the free coordinates and 0 on the others: the two loops of Nocedal & Wright ("Numerical
    /// Optimization", 2006, algorithm 7.4) on the parts of all pairs there. The first matrix is `γ I` or `γ D⁻¹` with γ
    /// from the last pair: `sᵀ y / yᵀ y` or `sᵀ y / yᵀ D⁻¹ y`.
    pub(super) fn times(&self, gradient: &[f64], free: &[bool], curvatures: &Curvatures) -> Vec<f64> {
        let all = free.iter().all(|&free| free);
        let masked = |mut v: Vec<f64>| {
            if !all {
                v.iter_mut().zip(free).filter(|(_, free)| !**free).for_each(|(v, _)| *v = 0.0);
            }
            v
        };
        let product = |s: &[f64], y: &[f64]| {
            if all { dot(s, y) } else { s.iter().zip(y).zip(free).map(|((s, y), &free)| if free { s * y } else { 0.0 }).sum() }
        };
        let mut q = masked(gradient.to_vec());
        let mut used: Vec<(usize, f64, f64)> = Vec::with_capacity(self.pairs.len());
        for (k, (s, y)) in self.pairs.iter().enumerate().rev() {
            let sy = product(s, y);
            if !(sy > LEAST_COSINE * (product(s, s) * product(y, y)).sqrt()) {
                continue;
            }
            // α = sᵀ q / sᵀ y; q ← q - α y.
            let alpha = dot(s, &q) / sy;
            q.iter_mut().zip(y).for_each(|(q, y)| *q -= alpha * y);
            q = masked(q);
            used.push((k, sy, alpha));
        }
        let last = used.first().map(|&(k, sy, _)| (&self.pairs[k].1, sy));
        if self.prefers_curvatures() && (curvatures.are_known() || !used.is_empty()) {
            let inverse = |y: &[f64]| -> Vec<f64> { y.iter().zip(curvatures.along()).map(|(y, d)| y / d).collect() };
            let gamma = last.map_or(1.0, |(y, sy)| sy / product(y, &inverse(y)));
            q = inverse(&q).into_iter().map(|q| gamma * q).collect();
        } else if let Some((y, sy)) = last {
            let gamma = sy / product(y, y);
            q.iter_mut().for_each(|q| *q *= gamma);
        }
        for &(k, sy, alpha) in used.iter().rev() {
            let (s, y) = &self.pairs[k];
            // β = yᵀ q / sᵀ y; q ← q + (α - β) s.
            let beta = dot(y, &q) / sy;
            q.iter_mut().zip(s).for_each(|(q, s)| *q += (alpha - beta) * s);
            q = masked(q);
        }
        q
    }
}
