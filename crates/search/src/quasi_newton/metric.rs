//! Limited-memory BFGS on some of the coordinates.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::curvature::{Curvatures, dot};

/// The least cosine between a step and the change of the gradient with which they are kept.
const LEAST_COSINE: f64 = 1e-10;

/// Weight of the past in the agreement of a first matrix with the pairs.
const MEMORY: f64 = 0.7;

/// A step and the change of the gradient along it, in units.
pub(super) type Pair = (Vec<f64>, Vec<f64>);

/// The pairs of steps s and changes of the gradient y, in units, and how well two first matrices have agreed with them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Metric {
    pairs: VecDeque<Pair>,
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

    pub(super) fn pairs(&self) -> &VecDeque<Pair> {
        &self.pairs
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
        self.of_curvatures =
            MEMORY * self.of_curvatures + if cosine_curved.is_finite() { cosine_curved } else { 0.0 };
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
            if all {
                dot(s, y)
            } else {
                s.iter().zip(y).zip(free).map(|((s, y), &free)| if free { s * y } else { 0.0 }).sum()
            }
        };
        let mut q = masked(gradient.to_vec());
        let mut used: Vec<(usize, f64, f64)> = Vec::with_capacity(self.pairs.len());
        for (k, (s, y)) in self.pairs.iter().enumerate().rev() {
            let sy = product(s, y);
            let is_curved = sy > LEAST_COSINE * (product(s, s) * product(y, y)).sqrt();
            if !is_curved {
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
            let inverse =
                |y: &[f64]| -> Vec<f64> { y.iter().zip(curvatures.along()).map(|(y, d)| y / d).collect() };
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

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, DVector};

    use super::Metric;
    use crate::quasi_newton::curvature::Curvatures;

    fn curvatures(along: &[f64]) -> Curvatures {
        let mut curvatures = Curvatures::guessed(along.len(), 1.0);
        curvatures.measure(&along.iter().copied().map(Some).collect::<Vec<_>>());
        curvatures
    }

    /// `H ← (I - ρ s yᵀ) H (I - ρ y sᵀ) + ρ s sᵀ` (Nocedal & Wright 2006, equation 7.16) on the coordinates `of`.
    fn dense(first: DMatrix<f64>, pairs: &[(Vec<f64>, Vec<f64>)], of: &[usize]) -> DMatrix<f64> {
        let part = |v: &[f64]| DVector::from_iterator(of.len(), of.iter().map(|&i| v[i]));
        let identity = DMatrix::identity(of.len(), of.len());
        pairs.iter().fold(first, |h, (s, y)| {
            let (s, y) = (part(s), part(y));
            let rho = 1.0 / s.dot(&y);
            let v = &identity - rho * &y * s.transpose();
            v.transpose() * h * v + rho * &s * s.transpose()
        })
    }

    /// Pairs of a quadratic with coupled coordinates, whose changes of the gradient are more alike to the steps than to
    /// any other curvatures.
    fn pairs() -> Vec<(Vec<f64>, Vec<f64>)> {
        let hessian = [[4.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 2.0]];
        let times =
            |s: &[f64]| hessian.iter().map(|row| row.iter().zip(s).map(|(h, s)| h * s).sum()).collect();
        [[1.0, 0.2, -0.5], [0.3, -1.0, 0.4], [0.1, 0.6, 1.0]].map(|s| (s.to_vec(), times(&s))).to_vec()
    }

    fn metric(curvatures: &Curvatures, most: usize) -> Metric {
        let mut metric = Metric::default();
        pairs().into_iter().for_each(|(s, y)| assert!(metric.add(s, y, curvatures, most)));
        metric
    }

    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn as_many_pairs_are_kept_as_are_wanted() {
        assert_eq!([1, 2, 3, 9].map(|most| metric(&curvatures(&[1.0; 3]), most).pairs.len()), [1, 2, 3, 3]);
    }

    #[test]
    fn the_two_loops_are_the_dense_update_from_a_multiple_of_the_identity() {
        // These curvatures are wrong by far.
        let wrong = curvatures(&[1.0, 30.0, 900.0]);
        let (s, y) = &pairs()[2];
        let first = DMatrix::identity(3, 3) * (dot(s, y) / dot(y, y));
        let gradient = [1.0, -2.0, 0.5];
        let expected = dense(first, &pairs(), &[0, 1, 2]) * DVector::from_row_slice(&gradient);
        let product = metric(&wrong, 3).times(&gradient, &[true; 3], &wrong);
        assert!((DVector::from_vec(product) - expected).norm() < 1e-14);
    }

    #[test]
    fn they_begin_with_curvatures_that_agree_and_see_the_last_pairs_and_the_free_coordinates_only() {
        let right = curvatures(&[4.0, 3.0, 2.0]);
        let (s, y) = &pairs()[2];
        // D⁻¹ with γ = sᵀ y / yᵀ D⁻¹ y on the coordinates 0 and 2.
        let gamma = (s[0] * y[0] + s[2] * y[2]) / (y[0] * y[0] / 4.0 + y[2] * y[2] / 2.0);
        let first = DMatrix::from_diagonal(&DVector::from_row_slice(&[gamma / 4.0, gamma / 2.0]));
        let expected = dense(first, &pairs()[1..], &[0, 2]) * DVector::from_row_slice(&[1.0, 0.5]);
        let product = metric(&right, 2).times(&[1.0, -2.0, 0.5], &[true, false, true], &right);
        assert_eq!(product[1], 0.0);
        assert!((product[0] - expected[0]).abs() < 1e-14 && (product[2] - expected[1]).abs() < 1e-14);
    }

    #[test]
    fn pairs_without_positive_curvature_are_refused() {
        let mut metric = Metric::default();
        let unit = curvatures(&[1.0, 1.0]);
        for y in [[-1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [f64::INFINITY, 0.0], [f64::NAN, 0.0]] {
            assert!(!metric.add(vec![1.0, 0.0], y.to_vec(), &unit, 5), "{y:?}");
        }
        assert!(metric.is_empty());
    }

    #[test]
    fn without_pairs_the_curvatures_alone_count() {
        let product = Metric::default().times(&[8.0, 9.0], &[true; 2], &curvatures(&[4.0, 3.0]));
        assert_eq!(product, [2.0, 3.0]);
        let unknown = Curvatures::guessed(2, 5.0);
        assert_eq!(Metric::default().times(&[8.0, 9.0], &[true; 2], &unknown), [8.0, 9.0]);
    }
}
