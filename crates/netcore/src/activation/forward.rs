//! From net inputs to outputs: the transfer functions themselves.

use fearless_simd::{Level, Simd, SimdBase, SimdFloat, dispatch, f64x8, prelude::*};
use ndarray::ArrayViewMut2;

use super::Transfer;
use crate::Rows;
use crate::simd::{LANES, Lanewise, change_by_step, exp, map, tanh};

impl Transfer {
    /// Turns the net inputs of a layer (units × samples) into its outputs, in place.
    ///
    /// `tansig` is accurate to 4 units in the last place; the functions that use `exp` are accurate to 3 in
    /// the terms of their formulas.
    pub fn apply(self, mut layer: ArrayViewMut2<'_, f64>) {
        let mut rows = Rows::from(layer.view());
        self.apply_to_rows(&mut rows);
        layer.assign(&rows.view());
    }

    /// Turns the net inputs of a layer into its outputs, in place: [`apply`](Transfer::apply) for the
    /// layout made for it.
    pub fn apply_to_rows(self, layer: &mut Rows) {
        if self.acts_on_each_unit_alone() {
            self.apply_to_unit(layer.all_mut());
        } else {
            dispatch!(Level::new(), simd => apply_to_coupled_units(simd, self, layer));
        }
        layer.clear_padding();
    }

    /// Turns net inputs of a single unit into its outputs, in place. Padding is transformed like any other
    /// value.
    ///
    /// # Panics
    /// For a transfer function that couples the units of a layer.
    pub fn apply_to_unit(self, net_inputs: &mut [f64]) {
        assert!(self.acts_on_each_unit_alone(), "{self} needs all units of a layer at once");
        if self != Transfer::Purelin {
            dispatch!(Level::new(), simd => of_one_unit(simd, self, InPlace(net_inputs)));
        }
    }

    /// The effect of a step along a source on the outputs of a single unit, `Δ = f(n + step · u) - a`, as the
    /// sums `Σ g Δ` and `Σ Δ²` over the samples.
    ///
    /// ```
    /// use netcore::{Rows, Transfer, UnitRows};
    /// use ndarray::array;
    ///
    /// // Net inputs, outputs, source and weights for two samples.
    /// let rows = Rows::from(array![[-1.0, 2.0], [0.0, 2.0], [3.0, 1.0], [10.0, 1.0]].view());
    /// let [net_inputs, outputs, source, weights] = [0, 1, 2, 3].map(|row| rows.row(row));
    /// let unit = UnitRows { net_inputs, outputs, source, weights, samples: 2 };
    /// // The outputs rise from 0 and 2 to 0.5 and 2.5.
    /// assert_eq!(Transfer::Poslin.change_by_step(0.5, unit), [5.5, 0.5]);
    /// ```
    ///
    /// # Panics
    /// For a transfer function that couples the units of a layer, or rows that do not hold the samples in whole blocks.
    pub fn change_by_step(self, step: f64, unit: UnitRows<'_>) -> [f64; 2] {
        assert!(self.acts_on_each_unit_alone(), "{self} needs all units of a layer at once");
        dispatch!(Level::new(), simd => of_one_unit(simd, self, ChangeByStep { step, unit }))
    }
}

/// A unit and one of its sources: rows of [`Rows`], of the same length.
#[derive(Debug, Clone, Copy)]
pub struct UnitRows<'r> {
    /// Its net inputs `n`.
    pub net_inputs: &'r [f64],
    /// Its outputs `a`.
    pub outputs: &'r [f64],
    /// The values `u` of the source.
    pub source: &'r [f64],
    /// The weight `g` of a change of each output.
    pub weights: &'r [f64],
    /// The number of samples; the values behind them are padding.
    pub samples: usize,
}

/// An operation on the function of a single unit.
trait Task {
    type Result;
    fn with<S: Simd, F: Lanewise>(self, simd: S) -> Self::Result;
}

#[inline(always)]
fn of_one_unit<S: Simd, T: Task>(simd: S, transfer: Transfer, task: T) -> T::Result {
    match transfer {
        Transfer::Tansig => task.with::<S, Tansig>(simd),
        Transfer::Logsig => task.with::<S, Logsig>(simd),
        Transfer::Poslin => task.with::<S, Poslin>(simd),
        Transfer::Satlin => task.with::<S, Satlin>(simd),
        Transfer::Satlins => task.with::<S, Satlins>(simd),
        Transfer::Hardlim => task.with::<S, Hardlim>(simd),
        Transfer::Hardlims => task.with::<S, Hardlims>(simd),
        Transfer::Radbas => task.with::<S, Radbas>(simd),
        Transfer::Tribas => task.with::<S, Tribas>(simd),
        Transfer::Elliotsig => task.with::<S, Elliotsig>(simd),
        Transfer::Elliot2sig => task.with::<S, Elliot2sig>(simd),
        Transfer::Netinv => task.with::<S, Netinv>(simd),
        Transfer::Purelin | Transfer::Softmax | Transfer::Radbasn | Transfer::Compet => {
            task.with::<S, Itself>(simd)
        }
    }
}

/// Replaces net inputs by outputs.
struct InPlace<'n>(&'n mut [f64]);

impl Task for InPlace<'_> {
    type Result = ();

    #[inline(always)]
    fn with<S: Simd, F: Lanewise>(self, simd: S) {
        map::<S, F>(simd, self.0);
    }
}

struct ChangeByStep<'n> {
    step: f64,
    unit: UnitRows<'n>,
}

impl Task for ChangeByStep<'_> {
    type Result = [f64; 2];

    #[inline(always)]
    fn with<S: Simd, F: Lanewise>(self, simd: S) -> [f64; 2] {
        change_by_step::<S, F>(simd, self.step, self.unit)
    }
}

struct Tansig;
impl Lanewise for Tansig {
    #[inline(always)]
    fn of<S: Simd>(simd: S, n: f64x8<S>) -> f64x8<S> {
        tanh(simd, n)
    }
}

struct Logsig;
impl Lanewise for Logsig {
    #[inline(always)]
    fn of<S: Simd>(simd: S, n: f64x8<S>) -> f64x8<S> {
        let one = f64x8::splat(simd, 1.0);
        one / (one + exp(simd, -n))
    }
}

struct Poslin;
impl Lanewise for Poslin {
    #[inline(always)]
    fn of<S: Simd>(simd: S, n: f64x8<S>) -> f64x8<S> {
        let zero = f64x8::splat(simd, 0.0);
        n.simd_lt(zero).select(zero, n)
    }
}

/// Clamps `n` to `[low, high]`; NaN stays NaN.
#[inline(always)]
fn held<S: Simd>(simd: S, n: f64x8<S>, low: f64, high: f64) -> f64x8<S> {
    let (low, high) = (f64x8::splat(simd, low), f64x8::splat(simd, high));
    n.simd_lt(low).select(low, n.simd_gt(high).select(high, n))
}

struct Satlin;
impl Lanewise for Satlin {
    #[inline(always)]
    fn of<S: Simd>(simd: S, n: f64x8<S>) -> f64x8<S> {
        held(simd, n, 0.0, 1.0)
    }
}

struct Satlins;
impl Lanewise for Satlins {
    #[inline(always)]
    fn of<S: Simd>(simd: S, n: f64x8<S>) -> f64x8<S> {
        held(simd, n, -1.0, 1.0)
    }
}

/// 1 from zero upwards, `low` below; NaN stays NaN.
#[inline(always)]
fn step<S: Simd>(simd: S, n: f64x8<S>, low: f64) -> f64x8<S> {
    let zero = f64x8::splat(simd, 0.0);
    let below = n.simd_lt(zero).select(f64x8::splat(simd, low), n);
    n.simd_ge(zero).select(f64x8::splat(simd, 1.0), below)
}

struct Hardlim;
impl Lanewise for Hardlim {
    #[inline(always)]
    fn of<S: Simd>(simd: S, n: f64x8<S>) -> f64x8<S> {
        step(simd, n, 0.0)
    }
}

struct Hardlims;
impl Lanewise for Hardlims {
    #[inline(always)]
    fn of<S: Simd>(simd: S, n: f64x8<S>) -> f64x8<S> {
        step(simd, n, -1.0)
    }
}

struct Radbas;
impl Lanewise for Radbas {
    #[inline(always)]
    fn of<S: Simd>(simd: S, n: f64x8<S>) -> f64x8<S> {
        exp(simd, -n * n)
    }
}

struct Tribas;
impl Lanewise for Tribas {
    #[inline(always)]
    fn of<S: Simd>(simd: S, n: f64x8<S>) -> f64x8<S> {
        let (zero, one) = (f64x8::splat(simd, 0.0), f64x8::splat(simd, 1.0));
        let height = one - n.abs();
        height.simd_lt(zero).select(zero, height)
    }
}

struct Elliotsig;
impl Lanewise for Elliotsig {
    #[inline(always)]
    fn of<S: Simd>(simd: S, n: f64x8<S>) -> f64x8<S> {
        let one = f64x8::splat(simd, 1.0);
        let infinite = n.abs().simd_gt(f64x8::splat(simd, f64::MAX));
        infinite.select(one.copysign(n), n / (one + n.abs()))
    }
}

/// Written with `1/n²` for large `n`, where `n²` would overflow.
struct Elliot2sig;
impl Lanewise for Elliot2sig {
    #[inline(always)]
    fn of<S: Simd>(simd: S, n: f64x8<S>) -> f64x8<S> {
        let one = f64x8::splat(simd, 1.0);
        let inverse = one / n;
        let near = n * n.abs() / n.mul_add(n, one);
        let far = one.copysign(n) / inverse.mul_add(inverse, one);
        n.abs().simd_gt(one).select(far, near)
    }
}

struct Netinv;
impl Lanewise for Netinv {
    #[inline(always)]
    fn of<S: Simd>(simd: S, n: f64x8<S>) -> f64x8<S> {
        f64x8::splat(simd, 1.0) / n
    }
}

/// The functions that look at all units of a sample, eight samples at a time.
#[inline(always)]
fn apply_to_coupled_units<S: Simd>(simd: S, transfer: Transfer, layer: &mut Rows) {
    for block in (0..layer.stride()).step_by(LANES) {
        match transfer {
            Transfer::Softmax => _ = normalised_exp::<S, Itself>(simd, layer, block),
            Transfer::Radbasn => _ = normalised_exp::<S, MinusSquare>(simd, layer, block),
            _ => winner_takes_all(simd, layer, block),
        }
    }
}

#[inline(always)]
fn load<S: Simd>(simd: S, layer: &Rows, unit: usize, block: usize) -> f64x8<S> {
    f64x8::from_slice(simd, &layer.row(unit)[block..][..LANES])
}

#[inline(always)]
fn store<S: Simd>(layer: &mut Rows, unit: usize, block: usize, values: f64x8<S>) {
    values.store_slice(&mut layer.row_mut(unit)[block..][..LANES]);
}

/// `purelin`, and the exponent of `softmax`.
pub(super) struct Itself;
impl Lanewise for Itself {
    #[inline(always)]
    fn of<S: Simd>(_: S, n: f64x8<S>) -> f64x8<S> {
        n
    }
}

/// The exponent of `radbasn`.
struct MinusSquare;
impl Lanewise for MinusSquare {
    #[inline(always)]
    fn of<S: Simd>(_: S, n: f64x8<S>) -> f64x8<S> {
        -n * n
    }
}

/// The larger value; NaN if either is NaN.
#[inline(always)]
fn larger<S: Simd>(a: f64x8<S>, b: f64x8<S>) -> f64x8<S> {
    let larger = a.simd_gt(b).select(a, b);
    a.simd_eq(a).select(larger, a)
}

/// `exp(e(n))` divided by its sum, with the largest exponent subtracted first: if that is finite, nothing
/// overflows and the sum is at least 1. Returns that exponent and the sum.
#[inline(always)]
pub(super) fn normalised_exp<S: Simd, Exponent: Lanewise>(
    simd: S,
    layer: &mut Rows,
    block: usize,
) -> (f64x8<S>, f64x8<S>) {
    let mut largest = f64x8::splat(simd, f64::NEG_INFINITY);
    for unit in 0..layer.rows() {
        largest = larger(Exponent::of(simd, load(simd, layer, unit, block)), largest);
    }
    let mut sum = f64x8::splat(simd, 0.0);
    for unit in 0..layer.rows() {
        let value = exp(simd, Exponent::of(simd, load(simd, layer, unit, block)) - largest);
        sum += value;
        store(layer, unit, block, value);
    }
    for unit in 0..layer.rows() {
        let value = load(simd, layer, unit, block) / sum;
        store(layer, unit, block, value);
    }
    (largest, sum)
}

/// 1 for the first unit with the largest net input, 0 for the others; all NaN if any net input is NaN.
#[inline(always)]
fn winner_takes_all<S: Simd>(simd: S, layer: &mut Rows, block: usize) {
    let (zero, one) = (f64x8::splat(simd, 0.0), f64x8::splat(simd, 1.0));
    let mut largest = f64x8::splat(simd, f64::NEG_INFINITY);
    for unit in 0..layer.rows() {
        largest = larger(load(simd, layer, unit, block), largest);
    }
    // 1 while no unit has won; NaN if there can be no winner.
    let mut open = largest.simd_eq(largest).select(one, largest);
    for unit in 0..layer.rows() {
        let wins = load(simd, layer, unit, block).simd_eq(largest).select(open, open * zero);
        open -= wins;
        store(layer, unit, block, wins);
    }
}
