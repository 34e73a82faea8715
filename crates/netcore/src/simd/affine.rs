//! Net inputs of a layer: biases plus weights times sources, for eight or sixteen samples at a time.

use std::ops::Range;

use fearless_simd::{Simd, SimdBase, SimdFloat, f64x8};

use super::LANES;
use crate::Rows;

/// The most units whose sums are built up at once: together with two sources and a weight they fill the
/// registers of AVX2.
const UNITS: usize = 6;

/// Writes `biases[k] + Σ_j weights[k, j] source[j]` for the units `k` of a range into the rows of `sums`
/// from its first one on. The weight matrix stands column by column.
///
/// Each sum is built in the order of the sources, whatever the range: the bits of a unit do not depend
/// on which others are computed with it.
#[inline(always)]
pub(crate) fn affine<S: Simd>(
    simd: S,
    biases: &[f64],
    weights: &[f64],
    units: Range<usize>,
    source: &Rows,
    sums: &mut Rows,
) {
    let layer = Layer { biases, weights, source };
    let blocks = source.stride() / LANES;
    // Sixteen samples at once keep wide registers busy; narrow ones would have to spill.
    let two = S::f64s::LEN == LANES;
    let mut block = 0;
    while block < blocks {
        let width = if two && block + 2 <= blocks { 2 } else { 1 };
        let mut unit = units.start;
        while unit < units.end {
            let row = unit - units.start;
            // Tiles of equal height: a low one would wait for its own sums.
            let left = units.end - unit;
            let count = left.div_ceil(left.div_ceil(UNITS));
            match (count, width) {
                (6, 2) => layer.tile::<S, 6, 2>(simd, unit, row, block, sums),
                (5, 2) => layer.tile::<S, 5, 2>(simd, unit, row, block, sums),
                (4, 2) => layer.tile::<S, 4, 2>(simd, unit, row, block, sums),
                (3, 2) => layer.tile::<S, 3, 2>(simd, unit, row, block, sums),
                (2, 2) => layer.tile::<S, 2, 2>(simd, unit, row, block, sums),
                (_, 2) => layer.tile::<S, 1, 2>(simd, unit, row, block, sums),
                (6, _) => layer.tile::<S, 6, 1>(simd, unit, row, block, sums),
                (5, _) => layer.tile::<S, 5, 1>(simd, unit, row, block, sums),
                (4, _) => layer.tile::<S, 4, 1>(simd, unit, row, block, sums),
                (3, _) => layer.tile::<S, 3, 1>(simd, unit, row, block, sums),
                (2, _) => layer.tile::<S, 2, 1>(simd, unit, row, block, sums),
                (_, _) => layer.tile::<S, 1, 1>(simd, unit, row, block, sums),
            }
            unit += count;
        }
        block += width;
    }
    sums.clear_padding();
}

struct Layer<'l> {
    biases: &'l [f64],
    weights: &'l [f64],
    source: &'l Rows,
}

impl Layer<'_> {
    /// `U` units from `unit` on, at `B` blocks of samples from `block` on.
    #[inline(always)]
    fn tile<S: Simd, const U: usize, const B: usize>(
        &self,
        simd: S,
        unit: usize,
        row: usize,
        block: usize,
        sums: &mut Rows,
    ) {
        let mut tile = [[f64x8::splat(simd, 0.0); B]; U];
        for (unit, &bias) in tile.iter_mut().zip(&self.biases[unit..unit + U]) {
            *unit = [f64x8::splat(simd, bias); B];
        }
        for (j, column) in self.weights.chunks_exact(self.biases.len()).enumerate() {
            let source = &self.source.row(j)[block * LANES..][..B * LANES];
            // No closure here: one that is not inlined would be compiled without these instructions.
            let mut sources = [f64x8::splat(simd, 0.0); B];
            for (lanes, block) in sources.iter_mut().zip(source.chunks_exact(LANES)) {
                *lanes = f64x8::from_slice(simd, block);
            }
            for (sums, &weight) in tile.iter_mut().zip(&column[unit..unit + U]) {
                let weight = f64x8::splat(simd, weight);
                for (sum, &source) in sums.iter_mut().zip(&sources) {
                    *sum = source.mul_add(weight, *sum);
                }
            }
        }
        for (k, unit) in tile.iter().enumerate() {
            let target = &mut sums.row_mut(row + k)[block * LANES..][..B * LANES];
            for (target, sum) in target.chunks_exact_mut(LANES).zip(unit) {
                sum.store_slice(target);
            }
        }
    }
}
