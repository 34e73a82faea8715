//! From the slopes of a function of a layer's outputs to those with respect to its net inputs.

use fearless_simd::{Level, Simd, SimdBase, dispatch, f64x8};
use ndarray::{Axis, Zip};

use super::Transfer;
use crate::Rows;
use crate::simd::LANES;

impl Transfer {
    /// Turns, in place, a gradient with respect to a layer's outputs into the gradient with respect to its net inputs
    /// (all rows units × samples). The padding must be zero, and stays so.
    ///
    /// At a kink (`poslin` at 0, `satlin` at 0 and 1, `tribas` at 0 and ±1) the derivative is taken
    /// as 0; for the step functions it is 0 everywhere.
    ///
    /// # Panics
    /// If there are other units or samples in one of them.
    pub fn backward(self, net_inputs: &Rows, outputs: &Rows, gradient: &mut Rows) {
        let shape = |rows: &Rows| (rows.rows(), rows.samples());
        assert_eq!([shape(net_inputs), shape(outputs)], [shape(gradient); 2], "units × samples");
        let rows = (net_inputs, outputs, gradient);
        match self {
            Transfer::Tansig => {
                dispatch!(Level::new(), simd => times_tanh_slope(simd, outputs.all(), rows.2.all_mut()));
            }
            Transfer::Logsig => scale(rows, |_, a| a * (1.0 - a)),
            Transfer::Purelin => {}
            Transfer::Poslin => scale(rows, |n, _| indicator(n > 0.0)),
            Transfer::Satlin => scale(rows, |n, _| indicator(n > 0.0 && n < 1.0)),
            Transfer::Satlins => scale(rows, |n, _| indicator(n > -1.0 && n < 1.0)),
            Transfer::Hardlim | Transfer::Hardlims | Transfer::Compet => scale(rows, |_, _| 0.0),
            Transfer::Radbas => scale(rows, |n, a| -2.0 * n * a),
            Transfer::Tribas => {
                scale(rows, |n, _| if n == 0.0 || n.abs() >= 1.0 { 0.0 } else { -n.signum() });
            }
            Transfer::Elliotsig => scale(rows, |n, _| (1.0 + n.abs()).powi(-2)),
            Transfer::Elliot2sig => scale(rows, |n, _| 2.0 * n.abs() * (1.0 + n * n).powi(-2)),
            Transfer::Netinv => scale(rows, |_, a| -a * a),
            Transfer::Softmax => normalised_backward(rows, |_| 1.0),
            Transfer::Radbasn => normalised_backward(rows, |n| -2.0 * n),
        }
    }
}

/// Multiplies each slope by that of `tanh`, `1 - a²` at output a.
#[inline(always)]
fn times_tanh_slope<S: Simd>(simd: S, outputs: &[f64], gradient: &mut [f64]) {
    let one = f64x8::splat(simd, 1.0);
    let blocks = gradient.as_chunks_mut::<LANES>().0.iter_mut().zip(outputs.as_chunks::<LANES>().0);
    for (slopes, a) in blocks {
        let a = f64x8::load_array_ref(simd, a);
        *slopes = (f64x8::load_array_ref(simd, slopes) * (one - a * a)).into();
    }
}

/// Multiplies each slope by the derivative at net input n and output a.
fn scale((net_inputs, outputs, gradient): (&Rows, &Rows, &mut Rows), derivative: impl Fn(f64, f64) -> f64) {
    let places = net_inputs.all().iter().zip(outputs.all());
    gradient.all_mut().iter_mut().zip(places).for_each(|(slope, (&n, &a))| *slope *= derivative(n, a));
}

fn indicator(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// The chain rule through `a_i = exp(e(n_i)) / Σ exp(e(n_j))`:
/// `dE/dn_j = e'(n_j) a_j (g_j - Σ a_i g_i)`.
fn normalised_backward((net_inputs, outputs, gradient): (&Rows, &Rows, &mut Rows), slope: fn(f64) -> f64) {
    let (net_inputs, outputs, mut gradient) = (net_inputs.view(), outputs.view(), gradient.view_mut());
    let columns = gradient.axis_iter_mut(Axis(1));
    for ((mut g, a), n) in columns.zip(outputs.axis_iter(Axis(1))).zip(net_inputs.axis_iter(Axis(1))) {
        let mean = g.dot(&a);
        Zip::from(&mut g).and(&a).and(&n).for_each(|g, &a, &n| *g = slope(n) * a * (*g - mean));
    }
}
