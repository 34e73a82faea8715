//! The sums of losses over samples, with their slopes: rows are padded with zeros, and so are the samples' weights.

use ndarray::ArrayView1;
use netcore::{Rows, softmax_with_log_sums, softplus};

const LANES: usize = 8;

/// `Σ ω factor ℓ(n, t)` over all elements, and its slopes; `pair` gives the value and the slope of one.
pub(super) fn elementwise(
    n: &Rows,
    t: &Rows,
    weights: &[f64],
    factor: f64,
    slopes: &mut Rows,
    pair: impl Fn(f64, f64) -> (f64, f64),
) -> f64 {
    // One sum for each lane, so that an addition need not wait for the previous one.
    let mut sums = [0.0; LANES];
    for row in 0..n.rows() {
        let samples = blocks(n.row(row)).iter().zip(blocks(t.row(row))).zip(blocks(weights));
        for (((n, t), weights), slopes) in samples.zip(blocks_mut(slopes.row_mut(row))) {
            for lane in 0..LANES {
                let ((value, slope), weight) = (pair(n[lane], t[lane]), factor * weights[lane]);
                sums[lane] += weight * value;
                slopes[lane] = weight * slope;
            }
        }
    }
    sums.iter().sum()
}

/// `e²`, with `d/dn = 2 e`.
pub(super) fn squares(n: f64, t: f64) -> (f64, f64) {
    let e = n - t;
    (e * e, 2.0 * e)
}

/// `|e|`, with `d/dn = sign e`, and 0 at 0.
pub(super) fn absolute(n: f64, t: f64) -> (f64, f64) {
    let e = n - t;
    (e.abs(), if e == 0.0 { 0.0 } else { e.signum() })
}

/// `e²/2` up to `|e| = δ`, `δ (|e| - δ/2)` beyond, with `d/dn = e` clamped to `[-δ, δ]`.
pub(super) fn huber(n: f64, t: f64, delta: f64) -> (f64, f64) {
    let e = n - t;
    let value = if e.abs() <= delta { 0.5 * e * e } else { delta * (e.abs() - 0.5 * delta) };
    (value, e.clamp(-delta, delta))
}

/// `ln(1 + exp(n)) - t n`, with `d/dn = 1 / (1 + exp(-n)) - t`.
pub(super) fn logistic(n: &Rows, t: &Rows, weights: &[f64], slopes: &mut Rows) -> f64 {
    let mut logs = vec![0.0; n.stride()];
    softplus(n.row(0), &mut logs, slopes.row_mut(0));
    weighted(&logs, weights) + less_targets(n.row(0), t.row(0), weights, slopes.row_mut(0))
}

/// `ln Σ exp(n_k) - Σ t_k n_k`, with `d/dn_k = exp(n_k) / Σ exp(n_j) - t_k`, for targets that sum to 1.
pub(super) fn softmax(n: &Rows, t: &Rows, weights: &[f64], slopes: &mut Rows) -> f64 {
    let mut logs = vec![0.0; n.stride()];
    slopes.all_mut().copy_from_slice(n.all());
    softmax_with_log_sums(slopes, &mut logs);
    let of_class = |class| less_targets(n.row(class), t.row(class), weights, slopes.row_mut(class));
    weighted(&logs, weights) + (0..n.rows()).map(of_class).sum::<f64>()
}

/// `Σ ω value`.
fn weighted(values: &[f64], weights: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    for (values, weights) in blocks(values).iter().zip(blocks(weights)) {
        for lane in 0..LANES {
            sums[lane] += weights[lane] * values[lane];
        }
    }
    sums.iter().sum()
}

/// `-Σ ω t n`; probabilities p become the slopes `ω (p - t)`.
fn less_targets(n: &[f64], t: &[f64], weights: &[f64], probabilities: &mut [f64]) -> f64 {
    let mut sums = [0.0; LANES];
    let samples = blocks(n).iter().zip(blocks(t)).zip(blocks(weights)).zip(blocks_mut(probabilities));
    for (((n, t), weights), p) in samples {
        for lane in 0..LANES {
            sums[lane] -= weights[lane] * t[lane] * n[lane];
            p[lane] = weights[lane] * (p[lane] - t[lane]);
        }
    }
    sums.iter().sum()
}

/// 1 for a sample whose largest net input (the first of equals; of one, 0 and less is the first class) is not
/// that of its class.
pub(super) fn wrong(n: &Rows, t: &Rows, weights: &[f64]) -> f64 {
    let class = |values: ArrayView1<'_, f64>, limit: f64| match values.len() {
        1 => usize::from(values[0] > limit),
        _ => crate::classes::first_largest(values.iter()),
    };
    let (n, t) = (n.view(), t.view());
    let samples = n.columns().into_iter().zip(t.columns()).zip(weights);
    samples.map(|((n, t), weight)| if class(n, 0.0) == class(t, 0.5) { 0.0 } else { *weight }).sum()
}

fn blocks(row: &[f64]) -> &[[f64; LANES]] {
    row.as_chunks().0
}

fn blocks_mut(row: &mut [f64]) -> &mut [[f64; LANES]] {
    row.as_chunks_mut().0
}
