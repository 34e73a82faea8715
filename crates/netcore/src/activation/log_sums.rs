//! Logarithms of sums of exponentials: the cross-entropy of probabilities, from net inputs.

use fearless_simd::{Level, Simd, SimdBase, dispatch, f64x8, prelude::*};

use super::forward::{Itself, normalised_exp};
use crate::Rows;
use crate::simd::{LANES, exp, ln_1p_of_part};

/// For each net input n writes `ln(1 + exp(n))`, the softplus, and its slope `1 / (1 + exp(-n))`, which is `logsig`.
/// Neither overflows.
///
/// With them the cross-entropy of one `logsig` unit and a target t is `softplus - t n`, with the slope `logsig - t`.
///
/// ```
/// let net_inputs = [0.0, 3.0_f64.ln(), -1e4, 1e4, 0.0, 0.0, 0.0, 0.0];
/// let (mut values, mut slopes) = ([0.0; 8], [0.0; 8]);
/// netcore::softplus(&net_inputs, &mut values, &mut slopes);
/// assert!((values[1] - 4.0_f64.ln()).abs() < 1e-15 && (slopes[1] - 0.75).abs() < 1e-15);
/// assert_eq!((values[2], slopes[2], values[3], slopes[3]), (0.0, 0.0, 1e4, 1.0));
/// ```
///
/// # Panics
/// If the slices have other lengths, or no whole blocks of eight, as rows of [`Rows`] have.
pub fn softplus(net_inputs: &[f64], values: &mut [f64], slopes: &mut [f64]) {
    let lengths = [values.len(), slopes.len(), net_inputs.len().next_multiple_of(LANES)];
    assert_eq!(lengths, [net_inputs.len(); 3], "whole blocks of eight, as many values and slopes");
    dispatch!(Level::new(), simd => softplus_of(simd, net_inputs, values, slopes));
}

#[inline(always)]
fn softplus_of<S: Simd>(simd: S, net_inputs: &[f64], values: &mut [f64], slopes: &mut [f64]) {
    let (zero, one) = (f64x8::splat(simd, 0.0), f64x8::splat(simd, 1.0));
    let outputs = values.as_chunks_mut().0.iter_mut().zip(slopes.as_chunks_mut().0);
    for (n, (value, slope)) in net_inputs.as_chunks::<LANES>().0.iter().zip(outputs) {
        let n = f64x8::load_array_ref(simd, n);
        let part = exp(simd, -n.abs());
        *value = (n.max(zero) + ln_1p_of_part(simd, part)).into();
        *slope = (n.simd_lt(zero).select(part, one) / (part + one)).into();
    }
}

/// Turns the net inputs of a `softmax` layer into its outputs, in place, and writes `ln Σ exp(n)` of each sample into
/// `log_sums`.
///
/// With them the cross-entropy of targets t that sum to 1 is `ln Σ exp(n) - Σ t n`, with the slopes `softmax - t`.
///
/// ```
/// use ndarray::array;
/// use netcore::Rows;
///
/// let mut layer = Rows::from(array![[0.0, 1e4], [3.0_f64.ln(), 1e4]].view()); // units × samples
/// let mut log_sums = [0.0; 8];
/// netcore::softmax_with_log_sums(&mut layer, &mut log_sums);
/// assert!((log_sums[0] - 4.0_f64.ln()).abs() < 1e-15 && log_sums[1] == 1e4 + 2.0_f64.ln());
/// assert!((layer.row(1)[0] - 0.75).abs() < 1e-15 && layer.row(1)[1] == 0.5);
/// ```
///
/// # Panics
/// If `log_sums` is not as long as a row of the layer with the zeros at its end.
pub fn softmax_with_log_sums(layer: &mut Rows, log_sums: &mut [f64]) {
    assert_eq!(log_sums.len(), layer.stride(), "a value for each sample, and the zeros behind them");
    dispatch!(Level::new(), simd => softmax_of(simd, layer, log_sums));
    layer.clear_padding();
    log_sums[layer.samples()..].fill(0.0);
}

#[inline(always)]
fn softmax_of<S: Simd>(simd: S, layer: &mut Rows, log_sums: &mut [f64]) {
    for (block, log_sums) in log_sums.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let (largest, sum) = normalised_exp::<S, Itself>(simd, layer, LANES * block);
        let (largest, sum): ([f64; LANES], [f64; LANES]) = (largest.into(), sum.into());
        for (log_sum, (largest, sum)) in log_sums.iter_mut().zip(largest.iter().zip(sum)) {
            *log_sum = largest + sum.ln();
        }
    }
}
