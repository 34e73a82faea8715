//! A surrogate model as a search step: it selects among random points near the incumbent.
//!
//! The cubic radial basis function with a linear tail and the selection among random candidates are those of Regis &
//! Shoemaker 2007, "A stochastic radial basis function method for the global optimization of expensive functions",
//! sections 2 and 3.

use nalgebra::{DMatrix, DVector};
use rand_distr::{Distribution, StandardNormal};

use super::Probe;
use crate::Stop;

/// The number of points that a run remembers for the model.
pub(super) const REMEMBERED: usize = 500;

/// Points further away than this many poll steps are ignored.
const FARTHEST: f64 = 100.0;

/// Points closer to each other than this fraction of a poll step are duplicates.
const NEAREST: f64 = 1e-3;

/// Weight of the model's value; the distance to known points has the rest.
const WEIGHT: f64 = 0.95;

pub(super) fn search(probe: &mut Probe<'_, '_>, most: u64) -> Result<(), Stop> {
    let Some(model) = Model::around_incumbent(probe) else { return Ok(()) };
    let chosen = choose(most as usize, &model, probe);
    probe.try_in_order(&chosen)
}

/// The model `s(x) = Σ wᵢ ‖x - cᵢ‖³ + b₀ + bᵀx`, in poll steps from the incumbent.
struct Model {
    centres: Vec<Vec<f64>>,
    /// The weight w of each centre.
    weights: Vec<f64>,
    /// The constant b₀ and the slopes b.
    tail: Vec<f64>,
}

impl Model {
    /// Fits the model to the points nearest to the incumbent. Returns `None` if they do not determine it.
    fn around_incumbent(probe: &Probe<'_, '_>) -> Option<Self> {
        let n = probe.incumbent().len();
        let (centres, values) = nearest((3 * n).max(40), probe);
        let m = centres.len();
        if m < n + 2 {
            return None;
        }

        // [Φ P; Pᵀ 0] [w; b] = [values; 0] with Φᵢⱼ = ‖cᵢ - cⱼ‖³ and rows (1, cᵢᵀ) of P.
        let entry = |i: usize, j: usize| match (i < m, j < m) {
            (true, true) => distance(&centres[i], &centres[j]).powi(3),
            (true, false) => linear(&centres[i], j - m),
            (false, true) => linear(&centres[j], i - m),
            (false, false) => 0.0,
        };
        let size = m + n + 1;
        let right = DVector::from_fn(size, |i, _| values.get(i).copied().unwrap_or(0.0));
        let solution = DMatrix::from_fn(size, size, entry).lu().solve(&right)?;
        let (weights, tail) = solution.as_slice().split_at(m);
        let is_finite = solution.iter().all(|x| x.is_finite());
        is_finite.then(|| Model { centres, weights: weights.to_vec(), tail: tail.to_vec() })
    }

    /// Returns the value at a point, and its distance to the nearest centre.
    fn at(&self, x: &[f64]) -> (f64, f64) {
        let tail: f64 = self.tail.iter().enumerate().map(|(k, slope)| slope * linear(x, k)).sum();
        self.centres.iter().zip(&self.weights).fold(
            (tail, f64::INFINITY),
            |(value, nearest), (centre, weight)| {
                let distance = distance(centre, x);
                (value + weight * distance.powi(3), nearest.min(distance))
            },
        )
    }
}

/// The terms of the tail: 1, x_1, x_2, ...
fn linear(x: &[f64], k: usize) -> f64 {
    k.checked_sub(1).map_or(1.0, |i| x[i])
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// Returns at most `most` remembered points nearest to the incumbent, in poll steps from there, and their values.
fn nearest(most: usize, probe: &Probe<'_, '_>) -> (Vec<Vec<f64>>, Vec<f64>) {
    let (x, reach) = (probe.incumbent(), probe.reach());
    let from_incumbent = |point: &[f64]| -> Vec<f64> {
        point.iter().zip(x).zip(reach).map(|((point, x), reach)| (point - x) / reach).collect()
    };
    let origin = vec![0.0; x.len()];
    let mut known: Vec<(f64, Vec<f64>, f64)> = probe
        .remembered()
        .map(|(point, value)| (from_incumbent(point), value))
        .map(|(point, value)| (distance(&point, &origin), point, value))
        .filter(|(distance, ..)| *distance <= FARTHEST)
        .collect();
    known.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut centres, mut values): (Vec<Vec<f64>>, Vec<f64>) = (Vec::new(), Vec::new());
    for (_, point, value) in known {
        if centres.len() < most && centres.iter().all(|centre| distance(centre, &point) > NEAREST) {
            centres.push(point);
            values.push(value);
        }
    }
    (centres, values)
}

/// Returns at most `most` random candidates near the incumbent with low model values, away from known points.
fn choose(most: usize, model: &Model, probe: &Probe<'_, '_>) -> Vec<Vec<f64>> {
    let (x, reach, bounds) = (probe.incumbent(), probe.reach(), probe.bounds());
    let mut generator = probe.generator();
    let mut candidates = Vec::new();
    for _ in 0..(100 * x.len()).min(1000) {
        let mut point: Vec<f64> = (x.iter().zip(reach))
            .map(|(x, reach)| {
                let deviate: f64 = StandardNormal.sample(&mut generator);
                (x + reach * deviate).clamp(-f64::MAX, f64::MAX)
            })
            .collect();
        bounds.project(&mut point);
        if !probe.admits(&point) {
            continue;
        }
        let steps: Vec<f64> =
            (point.iter().zip(x).zip(reach)).map(|((p, x), reach)| (p - x) / reach).collect();
        candidates.push((point, model.at(&steps)));
    }
    let in_range = |of: fn(&(f64, f64)) -> f64| {
        let all = || candidates.iter().map(|(_, at)| of(at));
        let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max));
        move |at: &(f64, f64)| if high > low { (of(at) - low) / (high - low) } else { 0.0 }
    };
    let (value, distance) = (in_range(|at| at.0), in_range(|at| at.1));
    let score = |at: &(f64, f64)| WEIGHT * value(at) - (1.0 - WEIGHT) * distance(at);
    candidates.sort_by(|(_, a), (_, b)| score(a).total_cmp(&score(b)));
    candidates.into_iter().take(most).map(|(point, _)| point).collect()
}
