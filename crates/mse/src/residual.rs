//! Residuals: the errors of a network's outputs, in the units of the targets.

use std::iter::repeat_with;

use fearless_simd::{Level, Simd, SimdBase, SimdFloat, dispatch, f64x8};
use ndarray::{Array2, Axis};
use netcore::{Rows, Scaling};

/// The targets of a fit, scaled for the raw outputs of the last layer: with `y` such an output, `gain · y -
/// desired` is the error in the units of the target.
#[derive(Debug)]
pub(crate) struct Targets {
    desired: Rows,
    /// The rise of the network's output when an output of the last layer rises by 1.
    gains: Vec<f64>,
    /// The sum of the squared errors of the targets that the scaling removes, for which the network's output
    /// is a constant.
    of_removed: f64,
    /// The number of errors, including those of removed targets.
    errors: usize,
}

impl Targets {
    /// Of targets (all rows × N) in their own units, and the scaling of the network's outputs.
    pub(crate) fn new(targets: &Array2<f64>, scaling: &Scaling) -> Self {
        let (kept, min_max): (Vec<usize>, _) = (scaling.kept_rows().collect(), scaling.min_max());
        let mut answer_to_zero = Array2::zeros((kept.len(), 1));
        min_max.reverse_in_place(answer_to_zero.view_mut());
        let desired = Rows::from((targets.select(Axis(0), &kept) - &answer_to_zero).view());
        let removed = scaling.removed().iter();
        let squares = removed.flat_map(|gone| targets.row(gone.row).mapv(|t| (t - gone.value).powi(2)));
        let of_removed = squares.fold(0.0, |sum, square| sum + square);
        Targets { desired, gains: min_max.reverse_gain().to_vec(), of_removed, errors: targets.len() }
    }

    pub(crate) fn outputs(&self) -> usize {
        self.desired.rows()
    }

    pub(crate) fn samples(&self) -> usize {
        self.desired.samples()
    }

    /// The desired outputs of the last layer, times their gains.
    pub(crate) fn desired(&self) -> &Rows {
        &self.desired
    }

    pub(crate) fn gains(&self) -> &[f64] {
        &self.gains
    }

    /// Writes the errors of one output of the last layer, and returns the sum of their squares.
    pub(crate) fn errors_of(&self, output: usize, values: &[f64], errors: &mut [f64]) -> f64 {
        let (gain, desired) = (self.gains[output], self.desired.row(output));
        let errors = errors.as_chunks_mut().0.iter_mut().map(Some);
        dispatch!(Level::new(), simd => errors_of(simd, values, gain, desired, errors))
    }

    /// The sum of the squares of the errors of one output, to the bit the one of
    /// [`errors_of`](Self::errors_of).
    pub(crate) fn squares_of(&self, output: usize, values: &[f64]) -> f64 {
        let (gain, desired) = (self.gains[output], self.desired.row(output));
        dispatch!(Level::new(), simd => errors_of(simd, values, gain, desired, repeat_with(|| None)))
    }

    /// The mean of the squares of all errors.
    pub(crate) fn mean_square(&self, outputs: &Rows) -> f64 {
        let squares = |output| self.squares_of(output, outputs.row(output));
        self.of_all((0..self.outputs()).map(squares).sum::<f64>())
    }

    /// The mean over all errors, from the sums of squares of each output.
    pub(crate) fn mean(&self, sums: &[f64]) -> f64 {
        self.of_all(sums.iter().sum())
    }

    fn of_all(&self, sum: f64) -> f64 {
        (sum + self.of_removed) / self.errors as f64
    }

    /// The contribution of removed targets to the mean, a constant.
    pub(crate) fn offset(&self) -> f64 {
        self.of_removed / self.errors as f64
    }

    /// The number of errors, including those of removed targets.
    pub(crate) fn errors(&self) -> usize {
        self.errors
    }
}

/// The sum of the squares of the errors, which are written if there is a buffer for them.
#[inline(always)]
fn errors_of<'e, S: Simd>(
    simd: S,
    values: &[f64],
    gain: f64,
    desired: &[f64],
    errors: impl Iterator<Item = Option<&'e mut [f64; 8]>>,
) -> f64 {
    let gain = f64x8::splat(simd, gain);
    // Two sums, so that an addition need not wait for the previous one.
    let mut sums = [f64x8::splat(simd, 0.0); 2];
    let blocks = values.as_chunks::<8>().0.iter().zip(desired.as_chunks::<8>().0);
    let mut blocks = blocks.zip(errors);
    while let Some(block) = blocks.next() {
        sums[0] = add_errors(simd, block, gain, sums[0]);
        if let Some(block) = blocks.next() {
            sums[1] = add_errors(simd, block, gain, sums[1]);
        }
    }
    (sums[0] + sums[1]).reduce_sum()
}

/// The outputs and desired outputs of one block, and the buffer for their errors.
type Block<'b> = ((&'b [f64; 8], &'b [f64; 8]), Option<&'b mut [f64; 8]>);

/// Writes the errors of one block if there is a buffer for them, and adds their squares to a sum.
#[inline(always)]
fn add_errors<S: Simd>(
    simd: S,
    ((values, desired), errors): Block<'_>,
    gain: f64x8<S>,
    sum: f64x8<S>,
) -> f64x8<S> {
    let e = f64x8::load_array_ref(simd, values).mul_sub(gain, f64x8::load_array_ref(simd, desired));
    if let Some(errors) = errors {
        *errors = e.into();
    }
    e.mul_add(e, sum)
}
