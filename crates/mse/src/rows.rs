//! Sweeps over rows of samples: the inner loops of incremental evaluation.
//!
//! Every row is padded with zeros to whole blocks of eight, so no sweep needs a special case for its end.
//!
//! No closure touches a vector here: a closure that the compiler does not inline would be compiled without
//! the instructions of the function around it, and run several times slower.

use fearless_simd::{Level, Simd, SimdBase, SimdFloat, dispatch, f64x8};
use netcore::Rows;

/// A row of ones for the samples: the source of a bias.
pub(crate) fn ones(samples: usize) -> Rows {
    let mut ones = Rows::zeros(1, samples);
    ones.row_mut(0)[..samples].fill(1.0);
    ones
}

/// The effect of a change `Δa` of a unit's outputs on the sum of squared errors, which changes by `2 Σ g Δa +
/// V Σ Δa²`. Here `g` is the weighted sum of the errors and `V` the sum of the squared weights, both over the
/// unit's output weights.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    /// `Σ g Δa`
    pub(crate) linear: f64,
    /// `Σ Δa²`
    pub(crate) square: f64,
}

impl Change {
    /// Returns `true` if no output changes.
    pub(crate) fn is_none(&self) -> bool {
        self.linear == 0.0 && self.square == 0.0
    }
}

/// The changes by a step and by its opposite, for a unit with the transfer function `tanh`, outputs `a`
/// and errors `g`.
///
/// With `τ = tanh(d u)` the addition theorem gives `Δa = τ (1 - a²) / (1 + a τ)` for the step and
/// `-τ (1 - a²) / (1 - a τ)` for its opposite. Over their common denominator `1 - a² τ²` both take one
/// division: with `p = τ (1 - a²) / (1 - a² τ²)` and `q = p a τ` they are `p - q` and `-p - q`.
pub(crate) fn both_ways(a: &[f64], g: &[f64], tau: &[f64]) -> [Change; 2] {
    let [up, up_square, down, down_square] = dispatch!(Level::new(), simd => pair(simd, a, g, tau));
    // The downward step was summed with the opposite sign.
    [Change { linear: up, square: up_square }, Change { linear: -down, square: down_square }]
}

#[inline(always)]
fn pair<S: Simd>(simd: S, a: &[f64], g: &[f64], tau: &[f64]) -> [f64; 4] {
    let one = f64x8::splat(simd, 1.0);
    let mut sums = [f64x8::splat(simd, 0.0); 4];
    for ((a, g), tau) in blocks(a).iter().zip(blocks(g)).zip(blocks(tau)) {
        let (a, g, tau) = (lanes(simd, a), lanes(simd, g), lanes(simd, tau));
        let turn = a * tau;
        let p = tau * (-a).mul_add(a, one) / (-turn).mul_add(turn, one);
        let q = p * turn;
        let (up, down) = (p - q, p + q);
        sums[0] = g.mul_add(up, sums[0]);
        sums[1] = up.mul_add(up, sums[1]);
        sums[2] = g.mul_add(down, sums[2]);
        sums[3] = down.mul_add(down, sums[3]);
    }
    [sums[0].reduce_sum(), sums[1].reduce_sum(), sums[2].reduce_sum(), sums[3].reduce_sum()]
}

/// The change from outputs `a` to `after`, with errors `g`.
pub(crate) fn change(a: &[f64], after: &[f64], g: &[f64]) -> Change {
    let [linear, square] = dispatch!(Level::new(), simd => change_of(simd, a, after, g));
    Change { linear, square }
}

#[inline(always)]
fn change_of<S: Simd>(simd: S, a: &[f64], after: &[f64], g: &[f64]) -> [f64; 2] {
    let mut sums = [f64x8::splat(simd, 0.0); 2];
    for ((a, after), g) in blocks(a).iter().zip(blocks(after)).zip(blocks(g)) {
        let (a, after, g) = (lanes(simd, a), lanes(simd, after), lanes(simd, g));
        let moved = after - a;
        sums[0] = g.mul_add(moved, sums[0]);
        sums[1] = moved.mul_add(moved, sums[1]);
    }
    [sums[0].reduce_sum(), sums[1].reduce_sum()]
}

/// `Σ a b`.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    dispatch!(Level::new(), simd => dot_of(simd, a, b))
}

#[inline(always)]
fn dot_of<S: Simd>(simd: S, a: &[f64], b: &[f64]) -> f64 {
    // Two sums, so that an addition need not wait for the previous one.
    let (mut even, mut odd) = (f64x8::splat(simd, 0.0), f64x8::splat(simd, 0.0));
    let (a, b) = (blocks(a).as_chunks::<2>(), blocks(b).as_chunks::<2>());
    for (a, b) in a.0.iter().zip(b.0) {
        even = lanes(simd, &a[0]).mul_add(lanes(simd, &b[0]), even);
        odd = lanes(simd, &a[1]).mul_add(lanes(simd, &b[1]), odd);
    }
    if let ([a], [b]) = (a.1, b.1) {
        even = lanes(simd, a).mul_add(lanes(simd, b), even);
    }
    (even + odd).reduce_sum()
}

/// `target += factor · source`.
pub(crate) fn add_scaled(target: &mut [f64], factor: f64, source: &[f64]) {
    dispatch!(Level::new(), simd => add_scaled_to(simd, target, factor, source));
}

#[inline(always)]
fn add_scaled_to<S: Simd>(simd: S, target: &mut [f64], factor: f64, source: &[f64]) {
    let factor = f64x8::splat(simd, factor);
    for (target, source) in blocks_mut(target).iter_mut().zip(blocks(source)) {
        *target = lanes(simd, source).mul_add(factor, lanes(simd, target)).into();
    }
}

/// The sum of the rows, weighted.
pub(crate) fn weighted_sum(sums: &mut [f64], weights: &[f64], rows: &Rows) {
    dispatch!(Level::new(), simd => weighted_sum_of(simd, sums, weights, rows));
}

#[inline(always)]
fn weighted_sum_of<S: Simd>(simd: S, sums: &mut [f64], weights: &[f64], rows: &Rows) {
    let in_row = rows.stride() / 8;
    let all = blocks(rows.all());
    // Blocks that share a weight while it is in a register.
    let (tiles, rest) = blocks_mut(sums).as_chunks_mut::<4>();
    let after_tiles = 4 * tiles.len();
    for (k, tile) in tiles.iter_mut().enumerate() {
        weighted_tile(simd, tile, weights, all, 4 * k, in_row);
    }
    for (k, block) in rest.iter_mut().enumerate() {
        weighted_tile(simd, std::array::from_mut(block), weights, all, after_tiles + k, in_row);
    }
}

/// Some blocks of the weighted sum, from that of the first row at `first` on.
#[inline(always)]
fn weighted_tile<S: Simd, const B: usize>(
    simd: S,
    tile: &mut [[f64; 8]; B],
    weights: &[f64],
    all: &[[f64; 8]],
    first: usize,
    in_row: usize,
) {
    let mut sums = [f64x8::splat(simd, 0.0); B];
    for (row, &weight) in weights.iter().enumerate() {
        let weight = f64x8::splat(simd, weight);
        for (sum, values) in sums.iter_mut().zip(&all[row * in_row + first..][..B]) {
            *sum = lanes(simd, values).mul_add(weight, *sum);
        }
    }
    for (block, sum) in tile.iter_mut().zip(sums) {
        *block = sum.into();
    }
}

/// `sums = base + factor · source`.
pub(crate) fn scaled_sum(sums: &mut [f64], base: &[f64], factor: f64, source: &[f64]) {
    dispatch!(Level::new(), simd => scaled_sum_of(simd, sums, base, factor, source));
}

#[inline(always)]
fn scaled_sum_of<S: Simd>(simd: S, sums: &mut [f64], base: &[f64], factor: f64, source: &[f64]) {
    let factor = f64x8::splat(simd, factor);
    for ((sum, base), source) in blocks_mut(sums).iter_mut().zip(blocks(base)).zip(blocks(source)) {
        *sum = lanes(simd, source).mul_add(factor, lanes(simd, base)).into();
    }
}

/// Moves a unit's outputs from `a` to `after`: adds the moves to `moved`, and `squares` times the moves to
/// the unit's weighted errors `g`.
pub(crate) fn advance(a: &mut [f64], after: &[f64], moved: &mut [f64], g: &mut [f64], squares: f64) {
    dispatch!(Level::new(), simd => advance_to(simd, a, after, moved, g, squares));
}

#[inline(always)]
fn advance_to<S: Simd>(
    simd: S,
    a: &mut [f64],
    after: &[f64],
    moved: &mut [f64],
    g: &mut [f64],
    squares: f64,
) {
    let squares = f64x8::splat(simd, squares);
    let states = blocks_mut(a).iter_mut().zip(blocks_mut(moved)).zip(blocks_mut(g));
    for (((a, moved), g), after) in states.zip(blocks(after)) {
        let step = lanes(simd, after) - lanes(simd, a);
        *moved = (lanes(simd, moved) + step).into();
        *g = step.mul_add(squares, lanes(simd, g)).into();
        *a = *after;
    }
}

fn blocks(row: &[f64]) -> &[[f64; 8]] {
    row.as_chunks().0
}

fn blocks_mut(row: &mut [f64]) -> &mut [[f64; 8]] {
    row.as_chunks_mut().0
}

#[inline(always)]
fn lanes<S: Simd>(simd: S, block: &[f64; 8]) -> f64x8<S> {
    f64x8::load_array_ref(simd, block)
}
