//! Net inputs of a layer: biases plus weights times sources, for one, two or four blocks of eight samples at a time.

use std::ops::Range;

use fearless_simd::{Simd, SimdBase, SimdFloat, f64x8};

use super::LANES;
use crate::Rows;

/// The most units whose sums are built up at once. Together with two sources and a weight these sums fill the
/// registers of AVX2.
const UNITS: usize = 6;

/// Writes `biases[k] + Σ_j weights[k, j] source[j]` for the units `k` of a range into the rows of `sums` from
/// its first one on. The weight matrix is stored column by column.
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
    let blocks = source.stride() / LANES;
    let rows = sums.all_mut().as_chunks_mut().0;
    let layer = Layer { biases, weights, source: source.all().as_chunks().0, blocks };
    let mut block = 0;
    while block < blocks {
        let strip = block..blocks.min(block + STRIP);
        block = strip.end;
        let mut unit = units.start;
        while unit < units.end {
            let row = unit - units.start;
            // Tiles have equal height: a low tile would wait for its own sums.
            let left = units.end - unit;
            let count = left.div_ceil(left.div_ceil(UNITS));
            match count {
                6 => layer.tile::<S, 6>(simd, unit, row, strip.clone(), rows),
                5 => layer.tile::<S, 5>(simd, unit, row, strip.clone(), rows),
                4 => layer.tile::<S, 4>(simd, unit, row, strip.clone(), rows),
                3 => layer.tile::<S, 3>(simd, unit, row, strip.clone(), rows),
                2 => layer.tile::<S, 2>(simd, unit, row, strip.clone(), rows),
                _ => layer.tile::<S, 1>(simd, unit, row, strip.clone(), rows),
            }
            unit += count;
        }
    }
    sums.clear_padding();
}

/// Blocks that the tiles process one after another, so that the values of their sources stay in the cache.
const STRIP: usize = 8;

struct Layer<'l> {
    biases: &'l [f64],
    weights: &'l [f64],
    /// The blocks of all sources, and how many each has.
    source: &'l [[f64; LANES]],
    blocks: usize,
}

impl Layer<'_> {
    /// `U` units from `unit` on, at a strip of blocks.
    #[inline(always)]
    fn tile<S: Simd, const U: usize>(
        &self,
        simd: S,
        unit: usize,
        row: usize,
        strip: Range<usize>,
        sums: &mut [[f64; LANES]],
    ) {
        let mut block = strip.start;
        // Several blocks at once keep the processor busy. With sums in more than half of its registers it
        // would have to spill.
        let most = if S::f64s::LEN == LANES { 16 } else { 8 };
        let fit = |blocks| U * blocks * LANES / S::f64s::LEN <= most;
        while fit(4) && block + 4 <= strip.end {
            self.sums::<S, U, 4>(simd, unit, row, block, sums);
            block += 4;
        }
        while fit(2) && block + 2 <= strip.end {
            self.sums::<S, U, 2>(simd, unit, row, block, sums);
            block += 2;
        }
        while block < strip.end {
            self.sums::<S, U, 1>(simd, unit, row, block, sums);
            block += 1;
        }
    }

    /// `U` units from `unit` on, at `B` blocks of samples from `block` on.
    #[inline(always)]
    fn sums<S: Simd, const U: usize, const B: usize>(
        &self,
        simd: S,
        unit: usize,
        row: usize,
        block: usize,
        sums: &mut [[f64; LANES]],
    ) {
        let mut tile = [[f64x8::splat(simd, 0.0); B]; U];
        for (unit, &bias) in tile.iter_mut().zip(&self.biases[unit..unit + U]) {
            *unit = [f64x8::splat(simd, bias); B];
        }
        let weights = self.weights.chunks_exact(self.biases.len());
        for (source, weights) in self.source.chunks_exact(self.blocks).zip(weights) {
            let (source, weights) = (&source[block..][..B], &weights[unit..][..U]);
            // No closure here: a closure that is not inlined would be compiled without these instructions.
            let mut sources = [f64x8::splat(simd, 0.0); B];
            for (lanes, block) in sources.iter_mut().zip(source) {
                *lanes = f64x8::load_array_ref(simd, block);
            }
            for (sums, &weight) in tile.iter_mut().zip(weights) {
                let weight = f64x8::splat(simd, weight);
                for (sum, &source) in sums.iter_mut().zip(&sources) {
                    *sum = source.mul_add(weight, *sum);
                }
            }
        }
        for (k, unit) in tile.iter().enumerate() {
            let target = &mut sums[(row + k) * self.blocks + block..][..B];
            for (target, &sum) in target.iter_mut().zip(unit) {
                *target = sum.into();
            }
        }
    }
}
